"""Plans of a real provider: every value, unknown and block comes out as it is in the plan."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.formats.terraform_plan.plan_files import UNKNOWN, flat
from tests.oracles.sets import HERE, unpacked

from sparekey.formats.secrets import SECRET_NAMES
from sparekey.formats.terraform_plan import FORMAT
from sparekey.model.declaration import Document
from sparekey.model.seams import Reading, SourceFile

NOTHING: tuple[object, ...] = (None, [], {}, False)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with unpacked(HERE / "terraform-aws.tar.xz") as found:
        yield found


def everything_mapped(path: Path) -> Document:
    plan = json.loads(path.read_text(encoding="utf-8"))
    listed = [*plan.get("resource_changes", []), *state(plan.get("prior_state", {}).get("values", {}).get("root_module", {}))]
    types = frozenset(entry["type"] for entry in listed)
    with TemporaryDirectory() as folder:  # apart from its source, which says more than the plan
        alone = Path(shutil.copy(path, folder))
        document = FORMAT.read(SourceFile(path=alone, name="plan.json"), Reading(mapped=types, scan_root=alone.parent))
    assert isinstance(document, Document), document
    return document


def state(module: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    children = [entry for child in module.get("child_modules", []) for entry in state(child)]  # type: ignore[arg-type]  # plain JSON
    return [*module.get("resources", []), *children]


def differences(where: str, got: object, values: object, mask: object, secret: object) -> Iterator[str]:
    """What the reader gave that is not what the plan says, walked along the plan's own three trees."""
    name = where.rsplit(".", 1)[-1].split("[", maxsplit=1)[0]
    if secret is True and values is not None and mask is not True:
        if got != UNKNOWN:
            yield f"{where}: sensitive and shown"
    elif mask is True:
        if got != UNKNOWN:
            yield f"{where}: unknown, read as {got!r}"
    elif isinstance(values, str) and SECRET_NAMES.search(name):
        if got != UNKNOWN:
            yield f"{where}: named like a secret and shown"
    elif got == UNKNOWN:
        yield f"{where}: known, read as unknown"
    elif isinstance(values, dict) and isinstance(got, dict):
        masks = mask if isinstance(mask, dict) else {}
        secrets = secret if isinstance(secret, dict) else {}
        names = values.keys() | {n for n, m in masks.items() if n not in values and m not in NOTHING}
        if got.keys() != names:
            yield f"{where}: members {sorted(got.keys() ^ names)}"
        for member in got.keys() & names:
            yield from differences(f"{where}.{member}", got[member], values.get(member), masks.get(member), secrets.get(member))
    elif isinstance(values, list) and isinstance(got, list):
        masks_ = mask if isinstance(mask, list) else []
        secrets_ = secret if isinstance(secret, list) else []
        if len(got) != len(values):
            yield f"{where}: {len(values)} items, read as {len(got)}"
        for index, (item, value) in enumerate(zip(got, values, strict=False)):
            inner = masks_[index] if index < len(masks_) else None
            yield from differences(f"{where}[{index}]", item, value, inner, secrets_[index] if index < len(secrets_) else None)
    elif got != values:
        yield f"{where}: {values!r}, read as {got!r}"


def test_every_value_and_every_unknown_of_the_plan_comes_out(folder: Path) -> None:
    plans = sorted(folder.glob("*/plan.json"))
    assert len(plans) > 40
    found: list[str] = []
    compared = 0
    for path in plans:
        document = everything_mapped(path)
        assert not document.problems, (path.parent.name, document.problems)
        assert not document.unmapped
        bodies = {d.head.address: flat(d.body.value) for d in document.declarations}
        plan = json.loads(path.read_text(encoding="utf-8"))
        changes = {c["address"]: c["change"] for c in plan["resource_changes"] if c["change"]["after"] is not None}
        for address, change in changes.items():
            compared += 1
            found += differences(
                f"{path.parent.name}:{address}",
                bodies.pop(address),
                change["after"],
                change["after_unknown"],
                change["after_sensitive"],
            )
        looked_up = {entry["address"] for entry in state(plan.get("prior_state", {}).get("values", {}).get("root_module", {}))}
        assert bodies.keys() <= looked_up
    assert not found, found[:10]
    assert compared > 150


def test_every_path_that_the_source_sets_reads_as_the_oracle_says(folder: Path) -> None:
    """The oracle's own comparison: nothing wrong or missing, and unknown only where a value is sensitive or named like a secret."""
    namespace: dict[str, object] = {"__name__": "oracle", "__file__": str(folder / "score.py")}
    exec(compile((folder / "score.py").read_text(encoding="utf-8"), "score.py", "exec"), namespace)
    score_case = namespace["score_case"]
    assert callable(score_case)
    paths = 0
    for path in sorted(folder.glob("*/plan.json")):
        expected = json.loads((path.parent / "expected.json").read_text(encoding="utf-8"))
        document = everything_mapped(path)
        evaluated = {d.head.address: {"values": for_oracle(flat(d.body.value))} for d in document.declarations}
        score = score_case(expected, evaluated)
        paths += score.counts["paths"]
        assert (score.counts["wrong"], score.counts["missing_resources"]) == (0, 0), (path.parent.name, score.why)
        for kind, where in score.why:
            name = where.rsplit(".", 1)[-1].split("[")[0]
            assert kind == "unknown", (kind, where)
            assert SECRET_NAMES.search(name) or _is_sensitive(expected, where), (path.parent.name, where)
    assert paths > 500


def _is_sensitive(expected: dict[str, dict[str, dict[str, dict[str, object]]]], where: str) -> bool:
    """Whether the plan marks anything in the top attribute of `where` as sensitive."""
    address = max((a for a in expected["resources"] if where.startswith(a)), key=len)
    top = where[len(address) + 1 :].split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    return expected["resources"][address].get("sensitive", {}).get(top) not in NOTHING


def for_oracle(value: object) -> object:
    """The plain value with unknowns as the oracle writes them."""
    if value == UNKNOWN:
        return {"unknown": "after apply"}
    if isinstance(value, dict):
        return {name: for_oracle(member) for name, member in value.items()}
    return [for_oracle(item) for item in value] if isinstance(value, list) else value
