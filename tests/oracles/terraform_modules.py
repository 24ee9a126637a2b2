"""Part `modules`: whole root modules of the built-in provider, evaluated with their values and prior state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.oracles.sets import Part, Score

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.values import SENSITIVE, Unknown, Value, all_marks
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.given import Values
from sparekey.formats.terraform.modules.plan import PlannedInstance, plan
from sparekey.formats.terraform.modules.root import Root, load
from sparekey.formats.terraform.modules.state import EMPTY, read_state

UNKNOWN = {"unknown": "unknown"}
"""An unknown value in what is compared; no case has such an object."""

Json = object


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the product makes of a case. `limits` are faults that are the product's own, not Terraform's."""

    errors: tuple[Fault, ...]
    limits: tuple[Fault, ...]
    resources: Mapping[str, PlannedInstance]
    outputs: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """How a case was planned."""

    values: Values
    workspace: str
    replacing: tuple[str, ...]
    destroying: bool


def given_in(case: Path) -> Command:
    """What the command line and the environment of a case say."""
    command = json.loads((case / "cmd.json").read_text(encoding="utf-8")) if (case / "cmd.json").exists() else {}
    given: list[Path | tuple[str, str]] = []
    replacing: list[str] = []
    arguments = list(command.get("args", []))
    while arguments:
        name, _, value = arguments.pop(0).partition("=")
        if name in ("-var", "-var-file") and not value:
            value = arguments.pop(0)
        if name == "-var-file":
            given.append(case / value)
        elif name == "-var":
            key, _, text = value.partition("=")
            given.append((key, text))
        elif name == "-replace":
            replacing.append(value)
    environment = command.get("env", {})
    return Command(
        values=Values(given=given, environment=environment),
        workspace=environment.get("TF_WORKSPACE", "default"),
        replacing=tuple(replacing),
        destroying="-destroy" in command.get("args", []),
    )


def evaluate(case: Path) -> Said:
    """Evaluate a case as its command line says."""
    given = given_in(case)
    state = case / "terraform.tfstate"
    root = load(
        case,
        scan_root=case,
        values=given.values,
        workspace=given.workspace,
        prior=read_state(state.read_bytes()) if state.exists() else EMPTY,
        missing="error",
        replacing=given.replacing,
    )
    root.finish()
    resources = plan(root, destroying=given.destroying)
    return _said(root, resources, {} if given.destroying else root.outputs())


def _said(root: Root, resources: Mapping[str, PlannedInstance], outputs: Mapping[str, Value]) -> Said:
    faults = [*root.refused(), *root.validate(), *root.faults]
    errors = tuple(fault for fault in faults if fault.severity == "error")
    return Said(
        errors=tuple(fault for fault in errors if fault.certain),
        limits=tuple(fault for fault in errors if not fault.certain),
        resources=resources,
        outputs=outputs,
    )


def shown(value: Value) -> Json:
    """A value as JSON, with `UNKNOWN` wherever it is unknown."""
    content = value.content
    if isinstance(content, Unknown):
        return UNKNOWN
    if isinstance(content, tuple):
        return [shown(item) for item in content]
    if isinstance(content, Mapping):
        return {name: shown(item) for name, item in content.items()}
    if isinstance(content, bool) or content is None or isinstance(content, str):
        return content
    return Decimal(numbers.text(content))


def expected(after: Json, unknown: Json) -> Json:
    """The two trees of a plan as one, with `UNKNOWN` wherever it is unknown."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict):
        held = after if isinstance(after, dict) else {}
        names = held.keys() | {name for name, one in unknown.items() if one is True or (name not in held and one)}
        return {name: expected(held.get(name), unknown.get(name)) for name in names}
    if isinstance(unknown, list) and isinstance(after, list):
        return [expected(item, unknown[place] if place < len(unknown) else False) for place, item in enumerate(after)]
    return plain(after)


def plain(value: Json) -> Json:
    """JSON with every number a `Decimal`."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def compare(name: str, case: Path, said: Said) -> Score:
    """One module is one unit."""
    wanted = json.loads((case / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal)
    wrong: list[str] = []
    unknown: list[str] = []
    if wanted["exit"]:
        if not said.errors:
            (unknown if said.limits else wrong).append(f"no error, although Terraform says {wanted['diagnostics'][0]['summary']}")
    elif said.errors:
        wrong.extend(f"{fault.summary}: {fault.detail} ({fault.at})" for fault in said.errors)
    else:
        for kind, text in (*_resources(wanted, said), *_outputs(wanted, said)):
            (wrong if kind == "wrong" else unknown).append(text)
        unknown.extend(f"{fault.summary}: {fault.detail}" for fault in said.limits)
    kind = "wrong" if wrong else "unknown" if unknown else "equal"
    return Score(
        total=1,
        equal=int(kind == "equal"),
        unknown=int(kind == "unknown"),
        wrong=int(kind == "wrong"),
        differences=[f"{name}: {kind}: {text}" for text in (wrong or unknown)],
    )


def _resources(wanted: Mapping[str, Json], said: Said) -> Iterator[tuple[str, str]]:
    rows = wanted["resources"]
    assert isinstance(rows, dict)
    for address in sorted(rows.keys() ^ said.resources.keys()):
        yield "wrong", f"{address} is {'missing' if address in rows else 'not planned'}"
    for address in sorted(rows.keys() & said.resources.keys()):
        row, planned = rows[address], said.resources[address]
        want = None if row["values"] is None else expected(row["values"], row["unknown"])
        got = None if planned.value is None else shown(planned.value)
        yield from differences(address, got, want)
        if tuple(row["actions"]) != planned.actions:
            yield "wrong", f"{address}: {planned.actions} instead of {row['actions']}"
        if row.get("previous_address") != planned.previous:
            yield "wrong", f"{address}: moved from {planned.previous} instead of {row.get('previous_address')}"


def _outputs(wanted: Mapping[str, Json], said: Said) -> Iterator[tuple[str, str]]:
    rows = wanted["outputs"]
    assert isinstance(rows, dict)
    rows = {name: row for name, row in rows.items() if row["actions"] != ["delete"]}
    for name in sorted(rows.keys() ^ said.outputs.keys()):
        yield "wrong", f"output {name} is {'missing' if name in rows else 'not expected'}"
    for name in sorted(rows.keys() & said.outputs.keys()):
        yield from differences(
            f"output {name}", shown(said.outputs[name]), expected(rows[name].get("value"), rows[name]["unknown"])
        )
        if bool(rows[name]["sensitive"]) != (SENSITIVE in all_marks(said.outputs[name])):
            yield "wrong", f"output {name}: sensitive is {rows[name]['sensitive']}"


def differences(where: str, got: Json, want: Json) -> Iterator[tuple[str, str]]:
    """What is not equal, and whether it is wrong or only not known."""
    if UNKNOWN in (want, got):
        if want != got:
            yield ("unknown" if got == UNKNOWN else "wrong"), f"{where}: {got!r} instead of {want!r}"
    elif isinstance(want, dict) and isinstance(got, dict) and want.keys() == got.keys():
        for name, item in want.items():
            yield from differences(f"{where}.{name}", got[name], item)
    elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for place, item in enumerate(want):
            yield from differences(f"{where}[{place}]", got[place], item)
    elif type(want) is not type(got) or want != got:
        yield "wrong", f"{where}: {got!r} instead of {want!r}"


def reads(folder: Path) -> bool:
    """Whether a folder is a set of this kind."""
    return (folder / "modules").is_dir() and (folder / "expressions.jsonl").is_file()


def score(folder: Path) -> Score:
    """Every module of a set."""
    total = Score()
    for path in sorted((folder / "modules").glob("*/expected.json")):
        total.add(compare(path.parent.name, path.parent, evaluate(path.parent)))
    return total


PART = Part("modules", reads, score)
