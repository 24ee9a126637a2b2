"""Why a value of one type cannot be of another, in cty's words."""

from __future__ import annotations

from collections.abc import Callable

from sparekey.formats.terraform.lang import convert as conversions
from sparekey.formats.terraform.lang.kinds import COLLECTIONS, friendly
from sparekey.formats.terraform.lang.types import DYNAMIC, ListType, MapType, ObjectType, SetType, TupleType, Type


def mismatch(got: Type, want: Type) -> str:
    """The reason why a conversion is refused."""
    if isinstance(got, ObjectType) and isinstance(want, ObjectType):
        return _objects(got, want)
    if isinstance(want, COLLECTIONS) and want.element == DYNAMIC:
        if isinstance(got, TupleType) and isinstance(want, ListType | SetType):
            return f"all {'list' if isinstance(want, ListType) else 'set'} elements must have the same type"
        if isinstance(got, ObjectType) and isinstance(want, MapType):
            return "all map elements must have the same type"
    if isinstance(got, TupleType | ObjectType) and isinstance(want, COLLECTIONS):
        return _structure_to_collection(got, want)
    if isinstance(got, COLLECTIONS) and isinstance(want, COLLECTIONS):
        return _collections(got, want)
    return _required(want)


def _required(want: Type) -> str:
    return f"{friendly(want, constraint=True)} required"


def _impossible(got: Type, want: Type, *, unsafe: bool) -> bool:
    return got != want and conversions.conversion(got, want, unsafe=unsafe) is None


def _objects(got: ObjectType, want: ObjectType) -> str:
    missing = sorted(name for name in want.attributes if name not in got.attributes and name not in want.optional)
    if missing:
        quoted = [f'"{name}"' for name in missing]
        if len(quoted) == 1:
            return f"attribute {quoted[0]} is required"
        if len(quoted) == 2:
            return f"attributes {quoted[0]} and {quoted[1]} are required"
        return f"attributes {', '.join(quoted[:-1])}, and {quoted[-1]} are required"
    for unsafe in (True, False):
        for name in sorted(want.attributes):
            if name in got.attributes and _impossible(got.attributes[name], want.attributes[name], unsafe=unsafe):
                return f'attribute "{name}": {mismatch(got.attributes[name], want.attributes[name])}'
    return "incorrect object attributes"


def _structure_to_collection(got: TupleType | ObjectType, want: ListType | SetType | MapType) -> str:
    if isinstance(want, MapType) != isinstance(got, ObjectType):
        return _required(want)
    inner = want.element
    label: Callable[[int | str], str]
    members: list[tuple[int | str, Type]]
    if isinstance(got, TupleType):
        members, label = list(enumerate(got.elements)), lambda place: f"element {place}"
    else:
        members, label = sorted(got.attributes.items(), key=lambda item: item[0]), lambda place: f'element "{place}"'
    for place, own in members:
        if _impossible(own, inner, unsafe=True):
            return f"{label(place)}: {mismatch(own, inner)}"
    return f"all elements must be {friendly(inner, constraint=True)}"


def _collections(got: ListType | SetType | MapType, want: ListType | SetType | MapType) -> str:
    if isinstance(want, MapType) != isinstance(got, MapType):
        return _required(want)
    noun = {ListType: "list", SetType: "set", MapType: "map"}[type(want)]
    return f"incorrect {noun} element type: {mismatch(got.element, want.element)}"
