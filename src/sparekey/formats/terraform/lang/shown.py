"""Values and types as Terraform's machine-readable plan shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Context, Decimal

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.kinds import is_primitive
from sparekey.formats.terraform.lang.types import (
    DYNAMIC,
    CapsuleType,
    ListType,
    MapType,
    ObjectType,
    Primitive,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import SENSITIVE, Unknown, Value, all_marks

Json = str | int | Decimal | bool | list["Json"] | dict[str, "Json"] | None
"""What stands in a JSON text; a number that is no whole one is a `Decimal`, exactly as written."""

_ANY_DIGITS = Context(prec=1_000_000)


def type_json(type_: Type) -> Json:
    """A type as JSON: `"string"`, `["list", "string"]`, `["object", {...}]`."""
    if isinstance(type_, Primitive):
        return type_.name
    if isinstance(type_, ListType):
        return ["list", type_json(type_.element)]
    if isinstance(type_, SetType):
        return ["set", type_json(type_.element)]
    if isinstance(type_, MapType):
        return ["map", type_json(type_.element)]
    if isinstance(type_, TupleType):
        return ["tuple", [type_json(inner) for inner in type_.elements]]
    if isinstance(type_, ObjectType):
        return ["object", {name: type_json(inner) for name, inner in sorted(type_.attributes.items())}]
    if isinstance(type_, CapsuleType):
        return ["capsule", type_.name]
    raise TypeError(type_)


def value_json(value: Value) -> Json:
    """A value without what is unknown in it: unknown items of a list are null, unknown attributes are left out."""
    content = value.content
    if content is None or isinstance(content, Unknown):
        return None
    if isinstance(content, str | bool):
        return content
    if isinstance(content, tuple):
        return [value_json(item) for item in content]
    if isinstance(content, Mapping):
        return {name: value_json(item) for name, item in content.items() if item.known}
    if isinstance(content, int):
        # Beyond its precision a number is written with noughts.
        return (
            numbers.whole_of(numbers.text(content).lstrip("-")) * (-1 if content < 0 else 1)
            if abs(content) >> 63
            else int(content)
        )
    if isinstance(content, float) and math.isinf(content):
        return None
    return Decimal(numbers.text(content), _ANY_DIGITS)


def unknown_json(value: Value) -> Json:
    """`after_unknown`: true wherever a value is unknown."""
    content = value.content
    if content is None:
        return False
    if isinstance(content, Unknown):
        return True
    if isinstance(content, tuple):
        return [unknown_json(item) for item in content]
    if isinstance(content, Mapping):
        shown = {name: unknown_json(item) for name, item in content.items()}
        return {name: item for name, item in shown.items() if item is not False}
    return False


def sensitive_json(value: Value) -> Json:
    """`after_sensitive`: true wherever a value is sensitive."""
    if SENSITIVE in value.marks:
        return True
    content = value.content
    if content is None or is_primitive(value.type) or value.type == DYNAMIC:
        return False
    sequence = isinstance(value.type, ListType | TupleType | SetType)
    if isinstance(content, tuple):
        return [sensitive_json(item) for item in content]
    if isinstance(content, Mapping):
        shown = {name: sensitive_json(item) for name, item in content.items()}
        return {name: item for name, item in shown.items() if item is not False}
    return [] if sequence else {}


def sensitive(value: Value) -> bool:
    """Whether some part of a value is sensitive."""
    return SENSITIVE in all_marks(value)
