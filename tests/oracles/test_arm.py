"""The ARM reader held to Microsoft's own deployment engine: what it calls known is what the engine computes, and nothing is lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.oracles.sets import HERE, unpacked

from sparekey.formats.arm import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.value import AnyValue, Unknown

_NOT_PRINTED = {
    "condition",
    "copy",
    "dependson",
    "scope",
    "comments",
    "resources",
    "metadata",
    "name",
    "resourcegroup",
    "subscriptionid",
}
"""Members of a resource that the engine does not print, or prints with the parent's name before them."""

_ADDED = {"id", "type", "name", "apiversion", "condition"}


@pytest.fixture(scope="module")
def cases() -> Iterator[tuple[Path, ...]]:
    with unpacked(HERE / "arm.tar.xz") as folder:
        yield tuple(sorted(path for path in (folder / "templates").iterdir() if (path / "template.json").exists()))


def _types(raw: object) -> Iterator[str]:
    if isinstance(raw, dict):
        type_ = raw.get("type")
        if isinstance(type_, str):
            yield type_.partition("@")[0]
        for value in raw.values():
            yield from _types(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from _types(value)


def _read(case: Path, expected: dict[str, object]) -> Document | None:
    path = case / "template.json"
    file = SourceFile(path=path, name="template.json", named=True)
    if not FORMAT.claims(file, file.head()):
        return None
    document = FORMAT.read(file, Reading(mapped=frozenset(_types(expected))))
    return document if isinstance(document, Document) else None


def _differences(got: AnyValue, want: object, path: str, counts: Counter[str]) -> Iterator[str]:
    """Where a value that is called known is not what the engine printed."""
    if isinstance(got, Unknown):
        counts["unknown"] += 1
        return
    inner = got.value
    if isinstance(inner, Mapping) and isinstance(want, dict):
        for name, value in want.items():
            held = inner.get(name)
            if held is None:
                if path or name.lower() not in _ADDED:
                    yield f"{path}/{name} is lost"
            elif path or name.lower() not in _NOT_PRINTED | _ADDED:
                yield from _differences(held, value, f"{path}/{name}", counts)
        printed = {name.lower() for name in want}
        for name in inner:
            value = inner[name]
            written = not isinstance(value, Unknown) and value.value is not None
            if written and name.lower() not in printed and (path or name.lower() not in _NOT_PRINTED):
                yield f"{path}/{name} is not there"
    elif isinstance(inner, tuple) and isinstance(want, list) and len(inner) == len(want):
        for index, (item, value) in enumerate(zip(inner, want, strict=True)):
            yield from _differences(item, value, f"{path}/{index}", counts)
    elif inner == want and isinstance(inner, bool) == isinstance(want, bool):
        counts["equal"] += 1
    else:
        yield f"{path}: {inner!r} instead of {want!r}"


def _plain(declaration: Declaration) -> str:
    """Its type and name, without the place that is told where two of them would be one."""
    return declaration.head.address.lower().partition(" in ")[0]


def _nameless(declaration: Declaration) -> bool:
    """Its name is an expression, or not written at all; directory objects have none, and are called after what makes them unique."""
    address = declaration.head.address
    return "[" in address or address.endswith("/?") or address.lower().startswith("microsoft.graph/")


def test_what_is_known_is_what_the_engine_computes(cases: tuple[Path, ...]) -> None:
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for case in cases:
        expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
        document = _read(case, expected)
        if document is None or expected["status"] != "ok" or "diagnostics" in expected:
            continue
        counts["templates"] += 1
        printed: dict[str, list[object]] = {}
        for resource in expected["resources"]:
            printed.setdefault(f"{resource['type']}/{resource.get('name')}".lower(), []).append(resource)
        seen = Counter(_plain(declaration) for declaration in document.declarations)
        for declaration in document.declarations:
            address = _plain(declaration)
            found = printed.get(address, [])
            if len(found) == 1 and seen[address] == 1:
                wrong += [f"{case.name}: {each}" for each in _differences(declaration.body.value, found[0], "", counts)]
            elif not found and not _nameless(declaration) and declaration.head.presence.answer == "yes":
                wrong.append(f"{case.name}: {address} is not deployed")
    assert wrong == []
    assert counts["templates"] > 200
    assert counts["equal"] > 400
    assert counts["unknown"] < counts["equal"]


def test_nothing_that_is_deployed_is_lost_and_nothing_is_counted_that_is_not(cases: tuple[Path, ...]) -> None:
    wrong: list[str] = []
    for case in cases:
        expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
        document = _read(case, expected)
        if document is None or expected["status"] != "ok" or "diagnostics" in expected:
            continue
        deployed = expected["resources"]
        certain = [d for d in document.declarations if d.head.presence.answer == "yes"]
        least = sum(d.head.count.least for d in certain)
        most = sum(float("inf") if d.head.count.most is None else d.head.count.most for d in document.declarations)
        # What is deployed several times in a certain order is one resource, as it is left in the end.
        fewest = len({str(resource.get("id", index)).lower() for index, resource in enumerate(deployed)})
        if not (least <= len(deployed) and fewest <= most) and not document.partial:
            wrong.append(f"{case.name}: {least}..{most}, and {len(deployed)} are, of {fewest} ids")
        names = {f"{resource['type']}/{resource['name']}".lower() for resource in deployed if "name" in resource}
        found = {_plain(d) for d in document.declarations}
        if not names <= found and not any(map(_nameless, document.declarations)) and not document.partial:
            wrong.append(f"{case.name}: {names - found} are lost")
    assert wrong == []


def test_every_template_ends_in_a_document_or_a_named_problem(cases: tuple[Path, ...]) -> None:
    unread = 0
    for case in cases:
        expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
        if _read(case, expected) is None and expected["status"] == "ok":
            unread += 1
    assert unread <= 1, "single quotes instead of double ones are all that is refused and should not be"


def _hidden(raw: object) -> object:
    """A template without any default, null included, nested templates included, so that nobody knows what its parameters are."""
    if isinstance(raw, dict):
        return {key: _hidden(value) for key, value in raw.items() if key.lower() not in ("defaultvalue", "nullable")}
    return [_hidden(item) for item in raw] if isinstance(raw, list) else raw


def _refines(less: AnyValue, more: AnyValue, path: str) -> Iterator[str]:
    """Where a value that is known with less says something else than with more."""
    if isinstance(less, Unknown):
        return
    if isinstance(more, Unknown):
        yield f"{path}: known, and with more unknown"
    elif isinstance(less.value, Mapping) and isinstance(more.value, Mapping):
        for name in less.value:
            held = more.value.get(name)
            if held is None:
                yield f"{path}/{name}: gone"
            else:
                yield from _refines(less.value[name], held, f"{path}/{name}")
    elif isinstance(less.value, tuple) and isinstance(more.value, tuple) and len(less.value) == len(more.value):
        for index, (one, other) in enumerate(zip(less.value, more.value, strict=True)):
            yield from _refines(one, other, f"{path}/{index}")
    elif less.value != more.value:
        yield f"{path}: {less.value!r}, and with more {more.value!r}"


def test_what_is_known_without_parameters_is_so_with_them(cases: tuple[Path, ...], tmp_path: Path) -> None:
    """Law 1 for templates: hiding every parameter hides answers and changes none."""
    wrong: list[str] = []
    compared = 0
    for case in cases:
        expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
        if expected["status"] != "ok":
            continue
        try:
            top = json.loads((case / "template.json").read_text(encoding="utf-8-sig"), strict=False)
        except json.JSONDecodeError:
            continue
        file = tmp_path / "template.json"
        documents = []
        for number, held in enumerate((_hidden(top), top)):
            file.write_text(json.dumps(held), encoding="utf-8")
            given = case / "parameters.json"
            handed = (SourceFile(path=given, name="given.json"),) if number and given.exists() else ()
            found = FORMAT.read(
                SourceFile(path=file, name="template.json"), Reading(mapped=frozenset(_types(expected)), parameters=handed)
            )
            assert isinstance(found, Document), case.name
            documents.append({d.head.address.lower(): d for d in found.declarations})
        less, more = documents
        for address, declaration in less.items():
            if address in more:
                compared += 1
                wrong += [f"{case.name}: {one}" for one in _refines(declaration.body.value, more[address].body.value, address)]
            elif declaration.head.presence.answer == "yes" and not _nameless(declaration):
                wrong.append(f"{case.name}: {address} is certain, and with more it is not there")
    assert wrong == []
    assert compared > 300
