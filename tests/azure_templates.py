"""One Azure estate in the words of a template, and in those of Terraform's provider, through the real readers and mappings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

from sparekey.config import Config
from sparekey.estates import apply_mappings, join
from sparekey.formats.arm import FORMAT
from sparekey.model.declaration import Document
from sparekey.model.edges import Edges
from sparekey.model.estate import Estate
from sparekey.model.resource import Resource, known_text
from sparekey.model.seams import ProviderMapping, Reading, SourceFile
from sparekey.model.value import Known, Links, Unknown, ValueSet
from sparekey.registry import discover
from tests.azure_estates import Written, declaration

MAPPINGS = tuple(found for found in discover("sparekey.mappings", "MAPPING") if isinstance(found, ProviderMapping))
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def deployed(folder: Path, *resources: object, **more: object) -> Estate:
    """The estate of a template."""
    path = folder / "main.json"
    path.write_text(json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": resources, **more}))
    mapped = frozenset(type_ for mapping in MAPPINGS for type_ in mapping.mappers)
    document = FORMAT.read(SourceFile(path=path, name="main.json"), Reading(mapped=mapped))
    assert isinstance(document, Document)
    (estate,) = join([apply_mappings(document, MAPPINGS)], Config())
    return estate


def planned(*things: Written) -> Estate:
    """The estate of a plan."""
    document = Document(format="terraform-plan", deployment="plan.json", declarations=tuple(declaration(one) for one in things))
    (estate,) = join([apply_mappings(document, MAPPINGS)], Config())
    return estate


def arm(type_: str, name: str, properties: Mapping[str, object] | None = None, /, **more: object) -> dict[str, object]:
    """One resource of a template."""
    return {"type": type_, "apiVersion": "2023-01-01", "name": name, "properties": properties or {}, **more}


def id_of(type_: str, *names: str) -> str:
    """The expression that gives an id."""
    return f"[resourceId('{type_}', {', '.join(repr(name) for name in names)})]"


def told(estate: Estate) -> dict[tuple[str, str], dict[str, object]]:
    """What is said of each thing, by kind and name; places, ids and the names of ends' formats aside."""
    everything = [one for many in estate.resources.values() for one in many]
    named = {one.id: _name(one) for one in everything}
    return {_name(one): dict(_said(one, estate, named)) for one in everything}


def ends(estate: Estate, resource: Resource, field: str) -> list[tuple[str, bool]]:
    """The names of the ends of a relation, and whether each is certain."""
    named = {one.id: known_text(one.name) or "" for many in estate.resources.values() for one in many}
    edges = estate.linked(resource, field)
    found = [(named.get(edge.target, edge.key), edge.certain) for edge in edges.members]
    return [*found, *([("...", False)] if edges.open else [])]


def plain(value: object) -> object:
    """A value without its place."""
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, Known):
        return value.value
    if isinstance(value, ValueSet):
        return [plain(member) for member in value.members], value.open is not None
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    return value


def _name(resource: Resource) -> tuple[str, str]:
    return resource.kind, (known_text(resource.name) or "").rpartition("/")[2]


def _said(resource: Resource, estate: Estate, named: Mapping[str, tuple[str, str]]) -> Iterable[tuple[str, object]]:
    for field in fields(resource):
        value = getattr(resource, field.name)
        if isinstance(value, Links):
            yield field.name, _ends(estate.linked(resource, field.name), named)
        elif field.name not in ("head", "keys", "name"):
            yield field.name, plain(value)


def _ends(edges: Edges, named: Mapping[str, tuple[str, str]]) -> object:
    return [(named.get(edge.target, edge.key), edge.certain) for edge in edges.members], edges.open is not None
