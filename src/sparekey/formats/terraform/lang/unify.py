"""The type that values of several types can all become, as cty finds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sparekey.formats.terraform.lang import convert as conversions
from sparekey.formats.terraform.lang.kinds import is_primitive
from sparekey.formats.terraform.lang.types import (
    DYNAMIC,
    STRING,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import Value, made_of

Step = Callable[[Value], Value]


@dataclass(frozen=True, slots=True)
class Unified:
    """The common type, and for each given type how its values become one (None: they are already)."""

    type: Type
    steps: tuple[Step | None, ...]


def unify(types: Sequence[Type], *, unsafe: bool) -> tuple[Type, bool]:
    """The common type and whether there is one (else it is dynamic). `unsafe`: also where it depends on the values."""
    found = unified(types, unsafe=unsafe)
    return (DYNAMIC, False) if found is None else (found.type, True)


def unified(types: Sequence[Type], *, unsafe: bool) -> Unified | None:
    """The common type with the way to it; None where there is none, and for no types."""
    if not types:
        return None
    first = types[0]
    if all(other is first or other == first for other in types):
        return Unified(first, (None,) * len(types))
    distinct = tuple(dict.fromkeys(types))
    if len(distinct) < len(types):
        # Comparing every type with every other takes too long where there are many of few kinds.
        found = unified(distinct, unsafe=unsafe)
        if found is None:
            return None
        step_of = dict(zip(distinct, found.steps, strict=True))
        return Unified(found.type, tuple(step_of[type_] for type_ in types))
    kinds = {_kind(type_) for type_ in types}
    dynamic = None in kinds
    kinds.discard(None)
    if kinds in ({MapType}, {ListType}, {SetType}):
        return _as_dynamic(types) if dynamic else _collections(types, unsafe=unsafe)
    if kinds in ({MapType, ObjectType}, {ListType, TupleType}):
        found = _as_collections(types, unsafe=unsafe)
        if found is not None:
            return found
    elif kinds == {ObjectType}:
        return _as_dynamic(types) if dynamic else _objects(types, unsafe=unsafe)
    elif kinds == {TupleType}:
        return _as_dynamic(types) if dynamic else _tuples(types, unsafe=unsafe)
    elif {ObjectType, TupleType} <= kinds:
        return None
    for index in _by_preference(types):
        steps = _steps(types, types[index], unsafe=unsafe)
        if steps is not None:
            return Unified(types[index], steps)
    return None


def _kind(type_: Type) -> type | None:
    """The kind of a structure; None for dynamic; primitives and capsules are a kind of their own."""
    return None if type_ == DYNAMIC else type(type_)


def _as_dynamic(types: Sequence[Type]) -> Unified:
    def forget(value: Value) -> Value:
        return made_of(DYNAMIC, [value])

    return Unified(DYNAMIC, (forget,) * len(types))


def _steps(types: Sequence[Type], want: Type, *, unsafe: bool) -> tuple[Step | None, ...] | None:
    """How values of each type become one of the wanted type; None where one cannot."""
    steps: list[Step | None] = []
    for type_ in types:
        step = None if type_ == want else conversions.conversion(type_, want, unsafe=unsafe)
        if step is None and type_ != want:
            return None
        steps.append(step)
    return tuple(steps)


def _with_steps(types: Sequence[Type], want: Type, *, unsafe: bool) -> Unified | None:
    steps = _steps(types, want, unsafe=unsafe)
    return None if steps is None else Unified(want, steps)


def _collections(types: Sequence[Type], *, unsafe: bool) -> Unified | None:
    first = types[0]
    if not isinstance(first, ListType | SetType | MapType):
        return None
    inner, ok = unify([type_.element for type_ in types if isinstance(type_, ListType | SetType | MapType)], unsafe=unsafe)
    return _with_steps(types, type(first)(inner), unsafe=unsafe) if ok else None


def _objects(types: Sequence[Type], *, unsafe: bool) -> Unified | None:
    objects = [type_ for type_ in types if isinstance(type_, ObjectType)]
    names = objects[0].attributes.keys()
    if any(other.attributes.keys() != names for other in objects):
        return _to_map(types, unsafe=unsafe)
    attributes: dict[str, Type] = {}
    for name in names:
        attributes[name], ok = unify([type_.attributes[name] for type_ in objects], unsafe=unsafe)
        if not ok:
            return None
    return _with_steps(types, ObjectType(attributes), unsafe=unsafe) or _to_map(types, unsafe=unsafe)


def _to_map(types: Sequence[Type], *, unsafe: bool) -> Unified | None:
    inner, ok = unify(
        [inner for type_ in types if isinstance(type_, ObjectType) for inner in type_.attributes.values()], unsafe=unsafe
    )
    return _with_steps(types, MapType(inner), unsafe=unsafe) if ok else None


def _tuples(types: Sequence[Type], *, unsafe: bool) -> Unified | None:
    tuples = [type_ for type_ in types if isinstance(type_, TupleType)]
    if any(len(other.elements) != len(tuples[0].elements) for other in tuples):
        return _to_list(types, unsafe=unsafe)
    elements: list[Type] = []
    for across in zip(*(type_.elements for type_ in tuples), strict=True):
        inner, ok = unify(across, unsafe=unsafe)
        if not ok:
            return None
        elements.append(inner)
    return _with_steps(types, TupleType(tuple(elements)), unsafe=unsafe) or _to_list(types, unsafe=unsafe)


def _to_list(types: Sequence[Type], *, unsafe: bool) -> Unified | None:
    inner, ok = unify([inner for type_ in types if isinstance(type_, TupleType) for inner in type_.elements], unsafe=unsafe)
    return _with_steps(types, ListType(inner), unsafe=unsafe) if ok else None


def _as_collections(types: Sequence[Type], *, unsafe: bool) -> Unified | None:
    """Tuples beside lists as lists, objects beside maps as maps."""
    loose = [index for index, type_ in enumerate(types) if isinstance(type_, ObjectType | TupleType)]
    chosen = [types[index] for index in loose]
    first = _to_map(chosen, unsafe=unsafe) if isinstance(chosen[0], ObjectType) else _to_list(chosen, unsafe=unsafe)
    if first is None:
        return None
    listed = list(types)
    for index in loose:
        listed[index] = first.type
    second = unified(listed, unsafe=unsafe)
    if second is None or not isinstance(second.type, MapType | ListType):
        return None
    steps = list(second.steps)
    for index, step in zip(loose, first.steps, strict=True):
        # What cty does: the conversion of the collection is applied to the structure itself.
        steps[index] = steps[index] if steps[index] is not None else step
        if second.steps[index] is not None:
            steps[index] = _to(second.type)
    return Unified(second.type, tuple(steps))


def _to(want: Type) -> Step:
    return lambda value: conversions.convert(value, want)


def _by_preference(types: Sequence[Type]) -> list[int]:
    """The places of the types, the more general first."""
    size = len(types)
    edges: list[list[int]] = [[] for _ in types]
    degree = [0] * size
    for left in range(size - 1):
        for right in range(left + 1, size):
            order = _compare(types[left], types[right])
            if order < 0:
                edges[left].append(right)
                degree[right] += 1
            elif order > 0:
                edges[right].append(left)
                degree[left] += 1
    queue = [index for index in range(size) if not degree[index]]
    for index in queue:
        for other in edges[index]:
            degree[other] -= 1
            if not degree[other]:
                queue.append(other)
    return queue


def _compare(left: Type, right: Type) -> int:
    """Negative where the first type is the more general one."""
    if DYNAMIC in (left, right):
        return (left == DYNAMIC) - (right == DYNAMIC)
    if is_primitive(left) and is_primitive(right):
        return (right == STRING) - (left == STRING) if left != right else 0
    if isinstance(left, ListType | SetType | MapType) and isinstance(right, type(left)):
        return _compare(left.element, right.element)
    for general, special in ((SetType, TupleType), (SetType, ListType), (ListType, TupleType), (MapType, ObjectType)):
        if isinstance(left, general) and isinstance(right, special):
            return 1 if general is SetType else -1
        if isinstance(left, special) and isinstance(right, general):
            return -1 if general is SetType else 1
    if isinstance(left, ObjectType) and isinstance(right, ObjectType) and left.attributes.keys() == right.attributes.keys():
        return _overall([_compare(inner, right.attributes[name]) for name, inner in left.attributes.items()])
    if isinstance(left, TupleType) and isinstance(right, TupleType) and len(left.elements) == len(right.elements):
        return _overall([_compare(inner, other) for inner, other in zip(left.elements, right.elements, strict=True)])
    return 0


def _overall(orders: Sequence[int]) -> int:
    less, more = any(order < 0 for order in orders), any(order > 0 for order in orders)
    return 0 if less == more else -1 if less else 1
