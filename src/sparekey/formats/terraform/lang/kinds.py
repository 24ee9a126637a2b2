"""What kind of type a type is, and its name as Terraform's messages write it."""

from __future__ import annotations

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

COLLECTIONS = (ListType, SetType, MapType)
"""The kinds whose members all have one type."""


def is_primitive(type_: Type) -> bool:
    """Whether it is string, number or bool."""
    return isinstance(type_, Primitive) and type_ != DYNAMIC


def friendly(type_: Type, *, constraint: bool = False) -> str:
    """The English name of a type; `constraint`: as that of what is wanted, where anything goes for `any`."""
    if isinstance(type_, Primitive):
        return "any type" if constraint and type_ == DYNAMIC else type_.name
    if isinstance(type_, COLLECTIONS):
        kind = {ListType: "list", SetType: "set", MapType: "map"}[type(type_)]
        inner = "any single type" if constraint and type_.element == DYNAMIC else friendly(type_.element, constraint=constraint)
        return f"{kind} of {inner}"
    if isinstance(type_, ObjectType):
        return "object"
    if isinstance(type_, TupleType):
        return "tuple"
    return type_.name


def has_dynamic(type_: Type) -> bool:
    """Whether some part of a type is not known."""
    if isinstance(type_, Primitive):
        return type_ == DYNAMIC
    if isinstance(type_, COLLECTIONS):
        return has_dynamic(type_.element)
    if isinstance(type_, ObjectType):
        return any(map(has_dynamic, type_.attributes.values()))
    if isinstance(type_, TupleType):
        return any(map(has_dynamic, type_.elements))
    return False


def without_optional(type_: Type) -> Type:
    """A type whose objects have no optional attributes, as the types of values are."""
    if isinstance(type_, Primitive | CapsuleType):
        return type_
    if isinstance(type_, COLLECTIONS):
        inner = without_optional(type_.element)
        return type_ if inner is type_.element else type(type_)(inner)
    if isinstance(type_, ObjectType):
        attributes = {name: without_optional(inner) for name, inner in type_.attributes.items()}
        same = not type_.optional and all(attributes[name] is inner for name, inner in type_.attributes.items())
        return type_ if same else ObjectType(attributes)
    elements = tuple(without_optional(inner) for inner in type_.elements)
    return type_ if all(new is old for new, old in zip(elements, type_.elements, strict=True)) else TupleType(elements)


def conforms(given: Type, want: Type) -> bool:
    """Whether a type is the wanted one, in which a dynamic type stands for any."""
    if want in (DYNAMIC, given):
        return True
    if isinstance(given, ObjectType) and isinstance(want, ObjectType):
        return given.attributes.keys() == want.attributes.keys() and all(
            conforms(inner, want.attributes[name]) for name, inner in given.attributes.items()
        )
    if isinstance(given, TupleType) and isinstance(want, TupleType):
        return len(given.elements) == len(want.elements) and all(map(conforms, given.elements, want.elements))
    if isinstance(given, COLLECTIONS) and isinstance(want, COLLECTIONS) and type(given) is type(want):
        return conforms(given.element, want.element)
    return False
