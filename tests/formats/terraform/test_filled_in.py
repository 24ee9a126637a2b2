"""What a provider fills in, held against the plans of the fixtures: what a plan calls unknown and nobody writes is filled in, what it calls null is not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from sparekey.formats.terraform.filled_in import BY_TYPE, as_if_unwritten, is_filled_in
from sparekey.formats.terraform_plan import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.seams import Mapper, ProviderMapping, Reading, SourceFile
from sparekey.model.value import AnyValue, Body, Known
from sparekey.registry import discover

ROOT = Path(__file__).resolve().parents[3]
ESTATES = ROOT / "fixtures" / "estates"
PLANS = sorted(
    {*(ROOT / "fixtures").glob("*/*/**/plan.json")} - {ESTATES / "menagerie" / "plan.json", ESTATES / "exemplary" / "plan.json"}
)
"""But for those of the two estates that are written by hand in the shape of a plan and hold null for what a provider would fill in."""
MAPPERS: Mapping[str, Mapper] = {
    type_: mapper
    for mapping in cast("tuple[ProviderMapping, ...]", discover("sparekey.mappings", "MAPPING"))
    for type_, mapper in mapping.mappers.items()
}
TRANSLATED = frozenset(
    type_
    for mapping in cast("tuple[ProviderMapping, ...]", discover("sparekey.mappings", "MAPPING"))
    for type_ in mapping.translators
)
Seen = frozenset[tuple[str, str]]
"""Attributes, each as type and path."""


class Watched(Mapping[str, AnyValue]):
    """The attributes of a declaration, of which `read` keeps the paths that a mapping asks for."""

    def __init__(self, of: Mapping[str, AnyValue], path: str, read: set[str]) -> None:
        self._of, self._path, self._read = of, path, read

    def __getitem__(self, name: str) -> AnyValue:
        path = f"{self._path}{name}"
        self._read.add(path)
        return _watched(self._of[name], f"{path}.", self._read)

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)


def _watched(value: AnyValue, path: str, read: set[str]) -> AnyValue:
    if isinstance(value, Known) and isinstance(value.value, Mapping):
        return replace(value, value=Watched(value.value, path, read))
    if isinstance(value, Known) and isinstance(value.value, tuple):
        return replace(value, value=tuple(_watched(item, path, read) for item in value.value))
    return value


def _read_by_the_mapping(declaration: Declaration) -> set[str]:
    read: set[str] = set()
    watched = replace(declaration, body=Body(value=_watched(declaration.body.value, "", read)))
    list(MAPPERS[declaration.type](watched))
    return read


def _unwritten(after: Any, unknown: Any, expressions: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    """What of a resource the configuration does not write, and whether it is unknown; it is null where it is not."""
    if isinstance(after, list):
        for position, item in enumerate(after):
            mark = unknown[position] if isinstance(unknown, list) and position < len(unknown) else None
            wrote = expressions[position] if isinstance(expressions, list) and position < len(expressions) else None
            if wrote is not None:
                yield from _unwritten(item, mark, wrote, path)
        return
    if not isinstance(after, dict) or not isinstance(expressions, dict) or {"references", "constant_value"} & expressions.keys():
        return
    marks = unknown if isinstance(unknown, dict) else {}
    for name in after.keys() | marks.keys():
        if marks.get(name) is True or after.get(name, 0) is None:
            if name not in expressions:
                yield f"{path}{name}", marks.get(name) is True
        elif name in expressions:
            yield from _unwritten(after.get(name), marks.get(name), expressions[name], f"{path}{name}.")


def _expressions(module: Mapping[str, Any], address: tuple[str, ...]) -> Mapping[str, Any] | None:
    """What the configuration writes for a resource. Nothing that is written by `dynamic` is there, so that it is left out."""
    *modules, type_, name = address
    for called in modules:
        module = module["module_calls"][called]["module"]
    found = (r for r in module.get("resources", ()) if (r["mode"], r["type"], r["name"]) == ("managed", type_, name))
    return next((r.get("expressions", {}) for r in found), None)


@cache
def _of(plan: Path) -> tuple[Seen, Seen]:
    """What mappings read of the new resources of a plan though nobody writes it: what of that is unknown, and what is null."""
    document = FORMAT.read(SourceFile(path=plan, name="plan.json"), Reading(mapped=frozenset(MAPPERS), scan_root=plan.parent))
    assert isinstance(document, Document)
    declared = {d.head.address: d for d in document.declarations}
    held = json.loads(plan.read_text(encoding="utf-8"))
    unknown: set[tuple[str, str]] = set()
    null: set[tuple[str, str]] = set()
    for entry in held["resource_changes"]:
        change, declaration = entry["change"], declared.get(entry["address"])
        modules = tuple(step.split("[")[0] for step in entry.get("module_address", "").split("module.")[1:])
        modules = tuple(module.rstrip(".") for module in modules)
        if declaration is None or change["actions"] != ["create"]:
            continue
        expressions = _expressions(held["configuration"]["root_module"], (*modules, entry["type"], entry["name"]))
        read = _read_by_the_mapping(declaration)
        for path, is_unknown in _unwritten(change["after"], change["after_unknown"], expressions):
            if path in read:
                (unknown if is_unknown else null).add((entry["type"], path))
    return frozenset(unknown), frozenset(null)


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p.parent.relative_to(ROOT / "fixtures").as_posix())
def test_what_a_plan_calls_unknown_though_nobody_writes_it_is_filled_in_and_what_it_calls_null_is_not(plan: Path) -> None:
    unknown, null = _of(plan)
    assert not {f"{type_}.{path}" for type_, path in unknown if not is_filled_in(type_, path)}
    assert not {f"{type_}.{path}" for type_, path in null if is_filled_in(type_, path)}


def test_the_plans_show_most_of_what_is_filled_in_by_azuread() -> None:
    """The others are computed in the provider's schema, and no fixture leaves them unwritten."""
    seen = {attribute for plan in PLANS for attribute in _of(plan)[0]}
    table = {(type_, path) for type_, paths in BY_TYPE.items() for path in paths if type_.startswith("azuread_")}
    assert len(table & seen) * 10 >= len(table) * 8, sorted(table - seen)


def test_what_is_filled_in_is_read_by_a_mapping() -> None:
    assert not BY_TYPE.keys() - MAPPERS.keys() - TRANSLATED


def test_where_empty_is_as_good_as_unwritten_depends_on_the_provider() -> None:
    empty: tuple[object, ...] = (None, "", (), {})
    assert all(as_if_unwritten("azuread_group", content) for content in empty)
    assert as_if_unwritten("msgraph_resource", None)
    assert not as_if_unwritten("microsoft365_graph_beta_groups_group", ())
    for written in (False, 0, "x", ("",)):
        assert not as_if_unwritten("azuread_group", written)
