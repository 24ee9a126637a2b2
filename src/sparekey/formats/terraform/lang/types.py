"""The types of Terraform's language, as cty has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Primitive:
    """`string`, `number`, `bool`, and `dynamic`: the type of what could be anything (`any` in a constraint)."""

    name: str


@dataclass(frozen=True, slots=True)
class ListType:
    """`list(element)`."""

    element: Type


@dataclass(frozen=True, slots=True)
class SetType:
    """`set(element)`."""

    element: Type


@dataclass(frozen=True, slots=True)
class MapType:
    """`map(element)`."""

    element: Type


@dataclass(frozen=True, slots=True)
class TupleType:
    """`tuple([...])`."""

    elements: tuple[Type, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ObjectType:
    """`object({...})`. `optional` are the attributes that a constraint lets be left out (their defaults are kept beside it)."""

    attributes: Mapping[str, Type]
    optional: frozenset[str] = field(default=frozenset())

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ObjectType) and dict(self.attributes) == dict(other.attributes) and self.optional == other.optional
        )

    def __hash__(self) -> int:
        return hash((frozenset(self.attributes), self.optional))


@dataclass(frozen=True, slots=True)
class CapsuleType:
    """A value that only its maker can open (a provider's own). No function takes it."""

    name: str


Type = Primitive | ListType | SetType | MapType | TupleType | ObjectType | CapsuleType

STRING = Primitive("string")
NUMBER = Primitive("number")
BOOL = Primitive("bool")
DYNAMIC = Primitive("dynamic")
EMPTY_OBJECT = ObjectType({})
EMPTY_TUPLE = TupleType(())
