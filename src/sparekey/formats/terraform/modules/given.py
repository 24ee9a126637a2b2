"""The values that are given to the variables of a root module: environment, values files, command line, in Terraform's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sparekey.formats.terraform.lang.json_reading import decode
from sparekey.formats.terraform.lang.types import DYNAMIC
from sparekey.formats.terraform.lang.values import EvaluationError, TooMuchError, Value, Why, text, unknown
from sparekey.formats.terraform.modules.declared import Variable
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.literal import literal
from sparekey.formats.terraform.modules.load import LARGEST_FILE, first_place, inside, name_in
from sparekey.formats.terraform.syntax.read import expression, read_file, read_json_values
from sparekey.formats.terraform.syntax.tree import Attribute, File, Unreadable
from sparekey.model.span import Span

PREFIX = "TF_VAR_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What a user gives besides the files in the root: values files, and (name, text) as `--var name=text` has them.

    `given` is both in the order of the command line; what stands in `files` and `assignments` comes before it, files first.
    `environment` is looked through for `TF_VAR_*`. `decoded` are the values, as JSON by name, that a plan was made with: where there
    are any, nothing else is looked at.
    """

    files: Sequence[Path] = ()
    assignments: Sequence[tuple[str, str]] = ()
    given: Sequence[Path | tuple[str, str]] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    decoded: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """One value as given: written in a file, as JSON, or text to be read as the variable's type asks.

    `unread`: it may stand in a file that could not be read, so that not even the default is certain.
    """

    attribute: Attribute | None = None
    json: str | None = None
    text: str | None = None
    at: Span | None = None
    unread: Why | None = None


def collect(
    values: Values, folder: Path, scan_root: Path, faults: list[Fault], declared: Mapping[str, Variable]
) -> dict[str, Given]:
    """The value given to each name, the last in Terraform's order."""
    if values.decoded is not None:
        return {name: Given(json=written) for name, written in values.decoded.items()}
    found: dict[str, Given] = {}
    for name, written in sorted(values.environment.items()):
        if name.startswith(PREFIX):
            found[name.removeprefix(PREFIX)] = Given(text=written)
    undeclared: list[tuple[str, str]] = []
    for path in _automatic(folder):
        if not inside(path, scan_root):
            # A link in the folder; what the command line names is the user's own choice.
            name = name_in(scan_root, path)
            fault = _unread(name, f"{name} leads out of the scanned folder and is not read", "outside-root")
            faults.append(fault)
            found.update(_perhaps(declared, fault))
            continue
        found.update(_from_file(path, scan_root, faults, undeclared, declared))
    for one in (*values.files, *values.assignments, *values.given):
        if isinstance(one, Path):
            found.update(_from_file(one, scan_root, faults, undeclared, declared))
            continue
        name, written = one
        if name not in declared:
            detail = f'A variable named "{name}" was assigned on the command line, but the root module does not declare it.'
            faults.append(Fault(summary="Value for undeclared variable", detail=detail))
        found[name] = Given(text=written)
    for name, file in undeclared:
        detail = f'The root module does not declare a variable named "{name}" but a value was found in file "{file}".'
        faults.append(Fault(summary="Value for undeclared variable", detail=detail, severity="warning"))
    return found


def read_given(given: Given, variable: Variable, faults: list[Fault]) -> Value | None:
    """The value that is given to a variable, not yet converted; None, and a fault, where it cannot be read."""
    if given.unread is not None:
        return unknown(DYNAMIC, given.unread)
    try:
        if given.json is not None:
            return decode(given.json)
        return literal(given.attribute.value) if given.attribute is not None else _from_text(given.text or "", variable)
    except EvaluationError as error:
        faults.append(Fault(summary=error.summary, detail=error.detail, at=given.at or variable.block.header))
        return None
    except TooMuchError as error:
        why = Why(f"the value given to {variable.name} is too much work: {error}", at=given.at)
        return unknown(DYNAMIC, why)


def _from_text(written: str, variable: Variable) -> Value:
    """Text of the command line or the environment: a string for a variable of a primitive type, else an expression."""
    if variable.constraint.literal:
        return text(written)
    parsed = expression(written, f"<value for var.{variable.name}>")
    if isinstance(parsed, Unreadable):
        summary, _, detail = parsed.message.partition(": ")
        raise EvaluationError(summary, detail)
    return literal(parsed)


def _automatic(folder: Path) -> Iterator[Path]:
    for name in ("terraform.tfvars", "terraform.tfvars.json"):
        if (folder / name).is_file():
            yield folder / name
    try:
        names = sorted(path.name for path in folder.iterdir() if path.name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    except OSError:
        return
    yield from (folder / name for name in names if (folder / name).is_file())


def _from_file(
    path: Path, scan_root: Path, faults: list[Fault], undeclared: list[tuple[str, str]], declared: Mapping[str, Variable]
) -> dict[str, Given]:
    name = name_in(scan_root, path)
    fault = None
    try:
        if path.stat().st_size > LARGEST_FILE:
            fault = _unread(name, f"{name} is larger than {LARGEST_FILE // 1024 // 1024} MiB", "too-much")
        else:
            data = path.read_bytes()
    except FileNotFoundError:
        detail = f"Given variables file {name} does not exist."
        fault = Fault(summary="Failed to read variables file", detail=detail, at=first_place(name))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "no path"
        fault = _unread(name, f"{name} cannot be read: {why}", "unreadable")
    if fault is not None:
        faults.append(fault)
        return _perhaps(declared, fault)
    # In a JSON values file a string is that text and no template.
    found = _written(read_json_values(data, name) if path.name.endswith(".json") else read_file(data, name), faults, declared)
    undeclared.extend((one, name) for one in found if one not in declared)
    return found


def _written(file: File, faults: list[Fault], declared: Mapping[str, Variable]) -> dict[str, Given]:
    found: dict[str, Given] = {}
    for problem in file.body.problems:
        summary, _, detail = problem.message.partition(": ")
        fault = Fault(summary=summary, detail=detail, at=problem.span, kind="unreadable")
        faults.append(fault)
        found = found or _perhaps(declared, fault)
    for repeated in file.body.repeated:
        detail = f'The argument "{repeated.name}" was already set.'
        faults.append(Fault(summary="Attribute redefined", detail=detail, at=repeated.span))
    for block in file.body.blocks:
        detail = "A .tfvars file is used to assign values to variables, not to declare them."
        summary = "Variable declaration in .tfvars file" if block.type == "variable" else f'Unexpected "{block.type}" block'
        faults.append(Fault(summary=summary, detail=detail, at=block.header))
    return found | {key: Given(attribute=attribute, at=attribute.value.span) for key, attribute in file.body.attributes.items()}


def _perhaps(declared: Mapping[str, Variable], fault: Fault) -> dict[str, Given]:
    """What a file may give that could not be read: any variable any value. The place is the variable's, for a values file holds secrets."""
    reason = f"a values file could not be read: {fault.detail or fault.summary}"
    places = {name: variable.block.header for name, variable in declared.items()}
    return {name: Given(at=at, unread=Why(reason, "correct the file", at)) for name, at in places.items()}


def _unread(name: str, detail: str, kind: str) -> Fault:
    return Fault(summary="Unreadable file", detail=detail, at=first_place(name), certain=False, kind=kind)
