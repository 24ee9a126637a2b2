"""Templates in a few words, through the real format, mappings and join; and what a resource says, whoever wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

from sparekey.config import Config
from sparekey.estates import apply_mappings, join
from sparekey.formats.arm import FORMAT
from sparekey.model.declaration import Document
from sparekey.model.estate import Estate
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping, Reading, SourceFile
from sparekey.model.value import Known, Links, Unknown, ValueSet
from sparekey.registry import discover
from tests.azure_estates import Written, declaration

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
NOT_SAID = frozenset({"head", "keys"})
"""What is a format's own way to name a thing."""


def mappings() -> tuple[ProviderMapping, ...]:
    """All of them."""
    return tuple(found for found in discover("sparekey.mappings", "MAPPING") if isinstance(found, ProviderMapping))


def estate(tmp_path: Path, resources: object, **top: object) -> Estate:
    """The estate of a template with these resources, in a list or a map."""
    path = tmp_path / "main.json"
    path.write_text(json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", **top, "resources": resources}), encoding="utf-8")
    everything = mappings()
    mapped = frozenset(type_ for mapping in everything for type_ in mapping.mappers)
    document = FORMAT.read(SourceFile(path=path, name="main.json"), Reading(mapped=mapped))
    assert isinstance(document, Document)
    assert not document.problems
    (found,) = join([apply_mappings(document, everything)], Config())
    return found


def deployed(tmp_path: Path, *resources: object, **top: object) -> tuple[Resource, ...]:
    """All that the resources of a template become."""
    return tuple(one for many in estate(tmp_path, resources, **top).resources.values() for one in many)


def graph(tmp_path: Path, **resources: Mapping[str, object]) -> Estate:
    """The estate of a template that deploys by the extension for Graph: by symbolic name the type and the properties."""
    written = {
        symbol: one
        if "type" in one
        else {"import": "graph", "type": f"Microsoft.Graph/{one['of']}@v1.0", "properties": one["with"]}
        for symbol, one in resources.items()
    }
    imports = {"graph": {"provider": "MicrosoftGraph", "version": "1.0.0"}}
    return estate(tmp_path, written, languageVersion="2.1-experimental", imports=imports)


def planned(type_: str, **values: object) -> tuple[Resource, ...]:
    """What a declaration in a Terraform plan becomes."""
    (mapper,) = [mapping.mappers[type_] for mapping in mappings() if type_ in mapping.mappers]
    return tuple(mapper(declaration(Written(type_, "x", values))))


def said(resource: Resource) -> dict[str, object]:
    """Every field of a resource without places and the ways in which it came to be known."""
    return {field.name: _plain(getattr(resource, field.name)) for field in fields(resource) if field.name not in NOT_SAID}


def _plain(value: object) -> object:
    match value:
        case Unknown():
            return "?"
        case Known():
            return value.value
        case ValueSet():
            return [_plain(member) for member in value.members], value.open is not None
        case Links():
            return _plain(value.values)
    assert not is_dataclass(value)
    return value
