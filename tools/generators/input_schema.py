"""schemas/input.json: what Rego sees, from the kinds."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import types
import typing
from pathlib import Path

import sparekey.model.kinds
from sparekey.model.edges import Edges
from sparekey.model.resource import Resource
from sparekey.model.truth import Bounds, Truth
from sparekey.model.value import Known, Links, Unknown, ValueSet

_HANDLE = {"type": "integer", "minimum": 0}
_HANDLES = {"type": "array", "items": {"$ref": "#/$defs/handle"}}
_OPEN = {"anyOf": [{"const": False}, {"$ref": "#/$defs/handle"}]}
_JSON_TYPES: dict[object, str] = {str: "string", bool: "boolean", int: "integer", types.NoneType: "null"}


def files(_root: Path) -> dict[str, str]:
    """The schema. Raises TypeError for a kind with a field that Rego cannot see."""
    return {"schemas/input.json": json.dumps(schema(), indent=2) + "\n"}


def kinds() -> list[type[Resource]]:
    """Every kind, by its word."""
    for module in pkgutil.iter_modules(sparekey.model.kinds.__path__):
        importlib.import_module(f"sparekey.model.kinds.{module.name}")
    return sorted(Resource.__subclasses__(), key=lambda kind: kind.kind)


def schema() -> dict[str, object]:
    """The JSON Schema of the input of the rules."""
    names = [kind.kind for kind in kinds()]
    resources: dict[str, object] = {name: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for name in names}
    deletions: dict[str, object] = {
        name: {"type": "array", "items": {"allOf": [{"$ref": f"#/$defs/{name}"}], "required": ["action"]}} for name in names
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Input of the sparekey rules: one estate. A kind that no enabled rule reads is left out.",
        **_object({"resources": _some_of(resources), "deletions": _some_of(deletions), "parameters": {"type": "object"}}),
        "$defs": {**_shared(), **{kind.kind: _kind(kind) for kind in kinds()}},
    }


def _kind(kind: type[Resource]) -> dict[str, object]:
    hints = typing.get_type_hints(kind)
    shared = {field.name for field in dataclasses.fields(Resource)}
    own = {field.name: _type(hints[field.name]) for field in dataclasses.fields(kind) if field.name not in shared}
    head: dict[str, object] = {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "at": {"$ref": "#/$defs/handle"},
        "presence": {"$ref": "#/$defs/truth"},
        "count": {"$ref": "#/$defs/bound"},
    }
    facts = {"type": "object", "additionalProperties": {"$ref": "#/$defs/fact"}}
    made = _object({**head, **own, "facts": facts})
    properties = typing.cast("dict[str, object]", made["properties"])
    properties["action"] = {"type": "string"}
    return {"description": " ".join((kind.__doc__ or "").split()), **made}


def _type(hint: object) -> dict[str, object]:
    """What stands for a field of this type."""
    origin = typing.get_origin(hint) or hint
    arguments = typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if Unknown in arguments:
            known = next(one for one in arguments if typing.get_origin(one) is Known)
            return {"anyOf": [_known(typing.get_args(known)[0]), {"$ref": "#/$defs/unknown"}]}
        return {"type": [_JSON_TYPES[one] for one in arguments]}
    simple = {Links: "edges", Edges: "edges", Truth: "truth", Bounds: "bound", ValueSet: "set"}
    if isinstance(origin, type) and origin in simple:
        return {"$ref": f"#/$defs/{simple[origin]}"}
    if origin is tuple:
        return {"type": "array", "items": _type(arguments[0])}
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return _object({field.name: _type(hints[field.name]) for field in dataclasses.fields(hint)})
    if hint in _JSON_TYPES:
        return {"type": _JSON_TYPES[hint]}
    raise TypeError(f"Rego cannot see a {hint}")


def _known(inner: object) -> dict[str, object]:
    return _object({"value": _type(inner), "at": {"$ref": "#/$defs/handle"}})


def _object(properties: dict[str, object]) -> dict[str, object]:
    return {"type": "object", "required": list(properties), "additionalProperties": False, "properties": properties}


def _some_of(properties: dict[str, object]) -> dict[str, object]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _shared() -> dict[str, object]:
    unknown = _object({"unknown": {"type": "string"}, "at": {"$ref": "#/$defs/handle"}})
    properties = typing.cast("dict[str, object]", unknown["properties"])
    properties |= {
        "not_null": {"const": True},
        "least": {"type": "integer"},
        "most": {"type": "integer"},
        "prefix": {"type": "string"},
        "one_of": {"type": "array", "items": {"type": "string"}},
    }
    edge = _object(
        {"to": {"type": "string"}, "key": {"type": "string"}, "certain": {"type": "boolean"}, "at": {"$ref": "#/$defs/handle"}}
    )
    member = {"anyOf": [_known(str), {"$ref": "#/$defs/unknown"}]}
    return {
        "handle": {"description": "An index into the table of places, which stays in the host.", **_HANDLE},
        "unknown": unknown,
        "set": _object({"members": {"type": "array", "items": member}, "open": _OPEN, "at": {"$ref": "#/$defs/handle"}}),
        "edges": _object({"members": {"type": "array", "items": edge}, "open": _OPEN, "at": {"$ref": "#/$defs/handle"}}),
        "truth": _object({"answer": {"enum": ["yes", "no", "maybe"]}, "because": _HANDLES}),
        "bound": _object(
            {"least": {"type": "integer"}, "most": {"type": ["integer", "null"]}, "because": _HANDLES, "missing": _HANDLES}
        ),
        "fact": {"anyOf": [{"$ref": "#/$defs/truth"}, {"$ref": "#/$defs/bound"}, {"$ref": "#/$defs/edges"}]},
    }
