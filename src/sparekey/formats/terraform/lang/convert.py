"""Conversion of values to types, as cty does it and with its messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sparekey.formats.terraform.lang import build
from sparekey.formats.terraform.lang import unify as unification
from sparekey.formats.terraform.lang.kinds import COLLECTIONS, is_primitive, without_optional
from sparekey.formats.terraform.lang.mismatch import mismatch
from sparekey.formats.terraform.lang.primitives import ALWAYS, BY_VALUE, SUMMARY, Conversion
from sparekey.formats.terraform.lang.refine import refined
from sparekey.formats.terraform.lang.types import (
    DYNAMIC,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import (
    EvaluationError,
    Refinement,
    Unknown,
    Value,
    made_of,
)


def convert(value: Value, want: Type) -> Value:
    """A value as one of the wanted type (which may have `any` in it, and optional attributes).

    Marks are kept; null and unknown stay what they are, of the new type. Raises `EvaluationError` where cty refuses.
    """
    have = value.type
    if have is want or want == DYNAMIC:
        return value
    if isinstance(have, type(want)) and have == without_optional(want):
        return value
    found = conversion(have, want, unsafe=True)
    if found is None:
        raise _error(mismatch(have, want))
    return found(value)


def _error(message: str) -> EvaluationError:
    return EvaluationError(SUMMARY, message)


def conversion(have: Type, want: Type, *, unsafe: bool) -> Conversion | None:
    """How values of one type become values of another; None where they cannot.

    `unsafe`: also where it depends on the value whether it can be done.
    """
    inner = _conversion(have, want, unsafe=unsafe)
    if inner is None:
        return None

    def run(value: Value) -> Value:
        if value.marks:
            return run(value.unmarked()).marked(value.marks)
        if want == DYNAMIC:
            return value
        if isinstance(value.content, Unknown):
            return converted_unknown(value, dynamic_replaced(value.type, without_optional(want)))
        if value.content is None:
            return Value(dynamic_replaced(value.type, without_optional(want)), None)
        return inner(value)

    return run


def _conversion(have: Type, want: Type, *, unsafe: bool) -> Conversion | None:
    if want == DYNAMIC:
        return lambda value: value
    if have == DYNAMIC:
        return (lambda value: convert(value, want)) if unsafe else None
    if is_primitive(have) and is_primitive(want):
        return ALWAYS.get((have, want)) or (BY_VALUE.get((have, want)) if unsafe else None)
    if isinstance(want, ObjectType):
        if isinstance(have, ObjectType):
            return _object_to_object(have, want, unsafe=unsafe)
        return _map_to_object(have, want) if isinstance(have, MapType) and unsafe else None
    if isinstance(want, TupleType):
        return _tuple_to_tuple(have, want, unsafe=unsafe) if isinstance(have, TupleType) else None
    if isinstance(want, MapType):
        if isinstance(have, MapType):
            return _map_to_map(have, want, unsafe=unsafe)
        return _object_to_map(have, want, unsafe=unsafe) if isinstance(have, ObjectType) else None
    if isinstance(want, ListType | SetType):
        if isinstance(have, TupleType):
            return _tuple_to_collection(have, want, unsafe=unsafe)
        if isinstance(have, ListType | SetType) and (unsafe or isinstance(want, ListType) or isinstance(have, SetType)):
            return _to_sequence(have, want, unsafe=unsafe)
    return None


# --- unknown values -------------------------------------------------------------------------------------------------


def converted_unknown(value: Value, want: Type) -> Value:
    """An unknown as one of another type: it comes from the same, and keeps what the conversion does not change."""
    content = value.content
    if not isinstance(content, Unknown):
        raise TypeError("a known value")
    have = value.type
    old = content.refinement
    kept = Refinement(not_null=old.not_null)
    same = have == DYNAMIC or (isinstance(have, COLLECTIONS) and isinstance(want, COLLECTIONS) and have.element == want.element)
    members = content.members
    if members is not None and want != DYNAMIC:
        members = _converted_members(members, want)
    among = content.among if same or content.is_ is None else content.among | {content.is_}
    moved = replace(content, refinement=kept, is_=content.is_ if same else None, among=among, members=members)
    return refined(Value(want, moved), _transferred(have, want, old))


def _transferred(have: Type, want: Type, old: Refinement) -> Refinement:
    """What is known of the length of a collection that an unknown becomes."""
    if (isinstance(have, ObjectType) and isinstance(want, MapType)) or (
        isinstance(have, TupleType) and isinstance(want, ListType)
    ):
        size = len(have.attributes) if isinstance(have, ObjectType) else len(have.elements)
        return Refinement(shortest=size, longest=size)
    if isinstance(have, TupleType) and isinstance(want, SetType):
        size = len(have.elements)
        return Refinement(shortest=min(size, 1), longest=size)
    if isinstance(have, COLLECTIONS) and isinstance(want, COLLECTIONS):
        return Refinement(shortest=min(old.shortest, 1) if isinstance(want, SetType) else old.shortest, longest=old.longest)
    return Refinement()


def _converted_members(members: Callable[[str | int], Value], want: Type) -> Callable[[str | int], Value] | None:
    """How an unknown of which members can be traced gives them when it is of a certain type."""
    if not isinstance(want, ObjectType | MapType | ListType | TupleType):
        return None

    def member(key: str | int) -> Value:
        if isinstance(want, ObjectType):
            inner = want.attributes.get(str(key), DYNAMIC)
        elif isinstance(want, TupleType):
            inner = want.elements[key] if isinstance(key, int) and key < len(want.elements) else DYNAMIC
        else:
            inner = want.element
        found = members(key)
        try:
            return convert(found, inner)
        except EvaluationError:
            return made_of(inner, [found])

    return member


def dynamic_replaced(have: Type, want: Type) -> Type:
    """The wanted type, with what is dynamic in it taken from the type at hand."""
    if have == DYNAMIC:
        return want
    if want == DYNAMIC:
        return have
    if isinstance(want, MapType):
        if isinstance(have, MapType):
            return MapType(dynamic_replaced(have.element, want.element))
        if isinstance(have, ObjectType):
            return MapType(dynamic_replaced(unification.unify(tuple(have.attributes.values()), unsafe=True)[0], want.element))
    elif isinstance(want, ObjectType):
        if isinstance(have, MapType):
            return ObjectType({name: dynamic_replaced(have.element, inner) for name, inner in want.attributes.items()})
        if isinstance(have, ObjectType):
            own = have.attributes
            return ObjectType(
                {name: dynamic_replaced(own[name], inner) if name in own else inner for name, inner in want.attributes.items()}
            )
        return ObjectType({})
    elif isinstance(want, ListType | SetType):
        if isinstance(have, ListType | SetType):
            return type(want)(dynamic_replaced(have.element, want.element))
        if isinstance(have, TupleType):
            return type(want)(dynamic_replaced(unification.unify(have.elements, unsafe=True)[0], want.element))
    elif isinstance(want, TupleType) and isinstance(have, TupleType) and len(have.elements) == len(want.elements):
        return TupleType(tuple(map(dynamic_replaced, have.elements, want.elements)))
    return want


# --- structures -----------------------------------------------------------------------------------------------------


def _items(value: Value) -> tuple[Value, ...]:
    return value.content if isinstance(value.content, tuple) else ()


def _named(value: Value) -> Mapping[str, Value]:
    return value.content if isinstance(value.content, Mapping) else {}


def _bare_null(value: Value) -> Value:
    """A null of a type without optional attributes; anything else as it is."""
    return replace(value, type=without_optional(value.type)) if value.content is None else value


def _steps(have: Mapping[str, Type], want: Mapping[str, Type], *, unsafe: bool) -> dict[str, Conversion | None] | None:
    """The conversion of each attribute that both have (None: stays as it is); None where one has none."""
    steps: dict[str, Conversion | None] = {}
    for name, inner in want.items():
        if name in have:
            own = have[name]
            step = None if own == inner else conversion(own, inner, unsafe=unsafe)
            if step is None and own != inner:
                return None
            steps[name] = step
    return steps


def _object_to_object(have: ObjectType, want: ObjectType, *, unsafe: bool) -> Conversion | None:
    if any(name not in have.attributes and name not in want.optional for name in want.attributes):
        return None
    steps = _steps(have.attributes, want.attributes, unsafe=unsafe)
    if steps is None:
        return None
    order = sorted(want.attributes)

    def run(value: Value) -> Value:
        given = _named(value)
        result: dict[str, Value] = {}
        for name in order:
            if name in given and name in steps:
                step = steps[name]
                result[name] = _bare_null(step(given[name]) if step else given[name])
            else:
                result[name] = Value(without_optional(want.attributes[name]), None)
        return Value(ObjectType({name: item.type for name, item in result.items()}), result)

    return run


def _map_to_object(have: MapType, want: ObjectType) -> Conversion | None:
    steps: dict[str, Conversion | None] = {}
    for name, inner in want.attributes.items():
        if inner == have.element:
            continue
        steps[name] = conversion(have.element, inner, unsafe=True)
        if steps[name] is None and name not in want.optional:
            return None

    def run(value: Value) -> Value:
        given = _named(value)
        result: dict[str, Value] = {}
        for name, item in given.items():
            if name not in want.attributes:
                continue
            step = steps.get(name)
            if step is None and name in steps:
                reason = mismatch(item.type, want.attributes[name])
                raise _error(f'map element type is incompatible with attribute "{name}": {reason}')
            result[name] = _bare_null(step(item) if step else item)
        for name in sorted(want.attributes):
            if name not in result:
                if name not in want.optional:
                    raise _error(f'map has no element for required attribute "{name}"')
                result[name] = Value(without_optional(want.attributes[name]), None)
        ordered = {name: result[name] for name in sorted(result)}
        return Value(ObjectType({name: item.type for name, item in ordered.items()}), ordered)

    return run


def _map_to_map(have: MapType, want: MapType, *, unsafe: bool) -> Conversion | None:
    step = conversion(have.element, want.element, unsafe=unsafe)
    if step is None:
        return None
    return lambda value: _map(
        {name: step(item) for name, item in _named(value).items()}, want.element, have.element, unsafe=False
    )


def _map(items: Mapping[str, Value], element: Type, own: Type, *, unsafe: bool) -> Value:
    """A map of converted items, once more made of one type where their inner types may differ."""
    if not items:
        return build.map_of({}, own if element == DYNAMIC else without_optional(element))
    if isinstance(element, (*COLLECTIONS, ObjectType)):
        items = dict(zip(items, _unified(tuple(items.values()), unsafe=unsafe), strict=True))
    if build.member_type(items.values()) is None:
        raise _error("element types must all match for conversion to map")
    return build.map_of(items, element)


def _unified(items: Sequence[Value], *, unsafe: bool) -> Sequence[Value]:
    """The items, all of the one type that they can become."""
    found = unification.unified(tuple(item.type for item in items), unsafe=unsafe)
    if found is None:
        raise _error("cannot find a common base type for all elements")
    result = []
    for item in items:
        step = None if item.type == found.type else conversion(item.type, found.type, unsafe=unsafe)
        result.append(step(item) if step else item)
    return result


def _object_to_map(have: ObjectType, want: MapType, *, unsafe: bool) -> Conversion | None:
    if not have.attributes:
        return lambda _value: build.map_of({}, without_optional(want.element))
    element = want.element
    if element == DYNAMIC:
        found = unification.unified(tuple(have.attributes.values()), unsafe=unsafe)
        if found is None:
            return None
        element = found.type
    steps = _steps(have.attributes, dict.fromkeys(have.attributes, element), unsafe=unsafe)
    if steps is None:
        return None

    def run(value: Value) -> Value:
        items: dict[str, Value] = {}
        for name, item in _named(value).items():
            step = steps[name]
            items[name] = step(item) if step else item
        return _map(items, element, element, unsafe=unsafe)

    return run


def _tuple_to_tuple(have: TupleType, want: TupleType, *, unsafe: bool) -> Conversion | None:
    if len(have.elements) != len(want.elements):
        return None
    steps = _positions(have.elements, want.elements, unsafe=unsafe)
    if steps is None:
        return None

    def run(value: Value) -> Value:
        items = tuple(step(item) if step else item for step, item in zip(steps, _items(value), strict=True))
        return Value(TupleType(tuple(item.type for item in items)), items)

    return run


def _positions(have: Sequence[Type], want: Sequence[Type], *, unsafe: bool) -> list[Conversion | None] | None:
    steps: list[Conversion | None] = []
    for own, inner in zip(have, want, strict=True):
        step = None if own == inner else conversion(own, inner, unsafe=unsafe)
        if step is None and own != inner:
            return None
        steps.append(step)
    return steps


def _tuple_to_collection(have: TupleType, want: ListType | SetType, *, unsafe: bool) -> Conversion | None:
    kind = "list" if isinstance(want, ListType) else "set"
    if not have.elements:
        return lambda _value: Value(type(want)(without_optional(want.element)), ())
    element = want.element
    if element == DYNAMIC:
        found = unification.unified(have.elements, unsafe=unsafe)
        if found is None or (found.type == DYNAMIC and any(inner != DYNAMIC for inner in have.elements)):
            return None
        element = found.type
    steps = _positions(have.elements, [element] * len(have.elements), unsafe=unsafe)
    if steps is None:
        return None

    def run(value: Value) -> Value:
        items: Sequence[Value] = [step(item) if step else item for step, item in zip(steps, _items(value), strict=True)]
        items = _unified(items, unsafe=unsafe) if kind == "list" else [_bare_null(item) for item in items]
        return _sequence(items, want, element)

    return run


def _sequence(items: Sequence[Value], want: ListType | SetType, element: Type) -> Value:
    kind = "list" if isinstance(want, ListType) else "set"
    if build.member_type(items) is None:
        raise _error(f"element types must all match for conversion to {kind}")
    return build.list_of(items, element) if kind == "list" else build.set_of(items, element)


def _to_sequence(have: ListType | SetType, want: ListType | SetType, *, unsafe: bool) -> Conversion | None:
    same = have.element == want.element
    step = None if same else conversion(have.element, want.element, unsafe=unsafe)
    if step is None and not same:
        return None

    def run(value: Value) -> Value:
        items = _items(value)
        if isinstance(want, ListType) and isinstance(have, SetType) and build.length_open(value):
            return made_of(ListType(have.element), [value], holds=items, exact=True)
        made = [_bare_null(step(item) if step else item) for item in items]
        if not made:
            return Value(type(want)(have.element if want.element == DYNAMIC else without_optional(want.element)), ())
        return _sequence(made, want, want.element)

    return run
