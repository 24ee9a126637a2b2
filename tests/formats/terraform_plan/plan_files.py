"""Plans for tests: written to a file, read, and looked into."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from sparekey.formats.terraform_plan import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.problem import Problem
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.value import AnyValue, Known, Unknown

MAPPED = frozenset(
    {"azuread_group", "azuread_user", "azuread_group_member", "azuread_conditional_access_policy", "terraform_data"}
)
FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "formats" / "terraform_plan"


def change(
    address: str, after: object = None, unknown: object = None, *, actions: tuple[str, ...] = ("create",), **more: object
) -> dict[str, object]:
    """One entry of `resource_changes`; `more` goes into its `change`."""
    local = address.rsplit("module.", 1)[-1] if not address.startswith("module.") else address[address.index("azuread_") :]
    parts = local.split(".")
    type_ = parts[1] if parts[0] == "data" else parts[0]
    body = {"actions": list(actions), "before": None, "after": after, "after_unknown": {} if unknown is None else unknown, **more}
    return {"address": address, "mode": "data" if parts[0] == "data" else "managed", "type": type_, "change": body}


def block(address: str, each: object = None, **expressions: object) -> dict[str, object]:
    """One resource of the configuration with its arguments."""
    parts = address.split(".")
    mode = "data" if parts[0] == "data" else "managed"
    found: dict[str, object] = {
        "address": address,
        "mode": mode,
        "type": parts[-2],
        "name": parts[-1],
        "expressions": expressions,
    }
    return found if each is None else {**found, "for_each_expression": each}


def refs(*references: str) -> dict[str, object]:
    """An expression with these references."""
    return {"references": list(references)}


def plan(changes: list[dict[str, object]], *blocks: dict[str, object], **more: object) -> dict[str, object]:
    """A whole plan. `calls` among `more` are the root's module calls; everything else goes to the top."""
    root: dict[str, object] = {"resources": list(blocks), "module_calls": more.pop("calls", {})}
    return {"format_version": "1.2", "resource_changes": changes, "configuration": {"root_module": root}, **more}


def read_bytes(data: bytes, folder: Path, mapped: frozenset[str] = MAPPED) -> Document | Problem:
    """What the format makes of a file that was named on the command line."""
    path = folder / "plan.json"
    path.write_bytes(data)
    file = SourceFile(path=path, name="plan.json", named=True)
    assert FORMAT.claims(file, file.head())
    return FORMAT.read(file, Reading(mapped=mapped, scan_root=folder))


def read(content: object, folder: Path) -> Document:
    """The document in a plan that can be read."""
    document = read_bytes(json.dumps(content).encode(), folder)
    assert isinstance(document, Document), document
    return document


def read_fixture(name: str) -> Document:
    """The document in a fixture."""
    path = FIXTURES / name / "plan.json"
    file = SourceFile(path=path, name="plan.json", named=True)
    document = FORMAT.read(file, Reading(mapped=MAPPED, scan_root=path.parent))
    assert isinstance(document, Document), document
    return document


def declared(document: Document, address: str) -> Declaration:
    """The one declaration with an address."""
    (found,) = [d for d in document.declarations if d.head.address == address]
    return found


def unknown(document: Document, address: str, *path: str | int) -> Unknown:
    """The unknown at a path."""
    value = declared(document, address).body.get(*path)
    assert isinstance(value, Unknown), value
    return value


def known(document: Document, address: str, *path: str | int) -> object:
    """The known value at a path, as plain data."""
    return flat(declared(document, address).body.get(*path))


UNKNOWN = "<unknown>"


def flat(value: AnyValue) -> object:
    """A whole value as plain data, `UNKNOWN` for each unknown."""
    if isinstance(value, Unknown):
        return UNKNOWN
    assert isinstance(value, Known)
    inner = value.value
    if isinstance(inner, Mapping):
        return {name: flat(member) for name, member in inner.items()}
    if isinstance(inner, tuple):
        return [flat(item) for item in inner]
    return inner
