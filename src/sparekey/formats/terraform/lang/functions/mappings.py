"""Functions on maps and objects: keys, merge, transpose, values, zipmap; and the two that are no longer there, list and map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sparekey.formats.terraform.lang import build
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import items, joined_marks, members, open_value, string
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.kinds import friendly
from sparekey.formats.terraform.lang.types import (
    DYNAMIC,
    EMPTY_OBJECT,
    STRING,
    ListType,
    MapType,
    ObjectType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import NO_MARKS, Value, object_of, text, wholly_known


def _named(value: Value) -> Mapping[str, Value]:
    return value.content if isinstance(value.content, Mapping) else {}


# --- keys, values ---------------------------------------------------------------------------------------------------


def _keys_type(given: Sequence[Value]) -> Type:
    type_ = given[0].type
    if isinstance(type_, MapType):
        return ListType(STRING)
    if isinstance(type_, ObjectType):
        return TupleType((STRING,) * len(type_.attributes))
    raise bad_argument("inputMap", "must have map or object type")


def _keys(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    if isinstance(value.type, ObjectType):
        names: Sequence[str] = sorted(value.type.attributes)
    elif not value.known:
        return open_value(type_, given, marks=value.marks)
    else:
        names = sorted(_named(value))
    return Value(type_, tuple(map(text, names))).marked(value.marks)


def _values_type(given: Sequence[Value]) -> Type:
    type_ = given[0].type
    if isinstance(type_, MapType):
        return ListType(type_.element)
    if isinstance(type_, ObjectType):
        return TupleType(tuple(type_.attributes[name] for name in sorted(type_.attributes)))
    if type_ == DYNAMIC:
        return DYNAMIC
    raise failed("values", "values() requires a map as the first argument")


def _values(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    if not value.known:
        found, all_of_them = members(value)
        return open_value(type_, given, holds=found, exact=all_of_them)
    found_items = _named(value)
    return Value(type_, tuple(found_items[name] for name in sorted(found_items))).marked(value.marks)


# --- merge ----------------------------------------------------------------------------------------------------------


def _merge_type(given: Sequence[Value]) -> Type:
    if not given:
        return EMPTY_OBJECT
    attributes: dict[str, Type] = {}
    all_known = True
    for one in given:
        type_ = one.type
        if type_ == DYNAMIC:
            return DYNAMIC
        if isinstance(type_, ObjectType):
            if not one.null:
                attributes.update(type_.attributes)
        elif not isinstance(type_, MapType):
            raise failed("merge", f"arguments must be maps or objects, got {build.go_quoted(friendly(type_))}")
        elif not one.known:
            all_known = False
        else:
            attributes.update(dict.fromkeys(_named(one), type_.element))
    if all(one.type == given[0].type for one in given):
        return given[0].type
    return ObjectType(dict(sorted(attributes.items()))) if all_known else DYNAMIC


def _merge(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    if not all(one.known for one in given):
        return open_value(type_, given, holds=_certain(given))
    merged: dict[str, Value] = {}
    marks = NO_MARKS
    for one in given:
        if one.null:
            continue
        if not isinstance(one.content, Mapping) and one.content != ():
            raise failed("merge", "panic in function implementation: attempt to iterate on non-collection, non-tuple type")
        marks |= one.marks
        merged.update(_named(one))
    if isinstance(type_, MapType):
        return build.map_of(merged, type_.element).marked(marks)
    result = object_of(merged)
    if type_ not in (DYNAMIC, result.type):
        raise failed("merge", "panic in function implementation: returned value does not conform to expected return type")
    return result.marked(marks)


def _certain(given: Sequence[Value]) -> Sequence[Value]:
    """What no later argument can replace, where not all are known."""
    kept: dict[str, Value] = {}
    open_ones: tuple[Value, ...] = ()
    for one in given:
        if one.known:
            kept.update(_named(one))
            if not one.null and _named(one):
                open_ones = ()
        else:
            own = one.type.attributes if isinstance(one.type, ObjectType) else None
            kept = {name: item for name, item in kept.items() if own is not None and name not in own}
            open_ones = members(one)[0]
    return [*kept.values(), *open_ones]


# --- transpose, zipmap ----------------------------------------------------------------------------------------------


def _transpose(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    if not wholly_known(value):
        return open_value(type_, given)
    found: dict[str, list[str]] = {}
    for name, inner in _named(value).items():
        if inner.null:
            raise failed("transpose", "input must not contain null list")
        for item in items(inner):
            if item.null:
                raise failed("transpose", "input list must not contain null string")
            found.setdefault(string(item), []).append(name)
    lists = {name: Value(ListType(STRING), tuple(map(text, sorted(names)))) for name, names in found.items()}
    return build.map_of(lists, ListType(STRING))


def _zipmap_type(given: Sequence[Value]) -> Type:
    keys, values = given
    if isinstance(values.type, ListType):
        return MapType(values.type.element)
    if values.type == DYNAMIC:
        return DYNAMIC
    if not isinstance(values.type, TupleType):
        raise failed("zipmap", "values argument must be a list or tuple value")
    if not wholly_known(keys):
        return DYNAMIC
    _same_count(len(items(keys)), len(values.type.elements))
    attributes: dict[str, Type] = {}
    for index, (key, inner) in enumerate(zip(items(keys), values.type.elements, strict=True)):
        if key.null:
            raise failed("zipmap", f"keys list has null value at index {index}")
        attributes[string(key)] = inner
    return ObjectType(dict(sorted(attributes.items())))


def _same_count(keys: int, values: int) -> None:
    if keys != values:
        raise failed("zipmap", f"number of keys ({keys}) does not match number of values ({values})")


def _zipmap(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    keys, values = given
    if not keys.known or not values.known:
        return open_value(type_, given)
    marks = joined_marks(keys, values)
    if not wholly_known(keys):
        # Of values with equal keys only the last stays.
        return open_value(type_, given, marks=marks, holds=items(values)[-1:])
    _same_count(len(items(keys)), len(items(values)))
    made: dict[str, Value] = {}
    for key, value in zip(items(keys), items(values), strict=True):
        if key.null:
            raise failed("zipmap", "panic in function implementation: can't use a null value as a key")
        marks |= key.marks
        made[string(key)] = value
    result = build.map_of(made, type_.element) if isinstance(type_, MapType) else object_of(made)
    return result.marked(marks)


# --- no longer there ------------------------------------------------------------------------------------------------


def _list_is_gone(_given: Sequence[Value]) -> Type:
    raise failed(
        "list",
        'the "list" function was deprecated in Terraform v0.12 and is no longer available; '
        "use tolist([ ... ]) syntax to write a literal list",
    )


def _map_is_gone(_given: Sequence[Value]) -> Type:
    raise failed(
        "map",
        'the "map" function was deprecated in Terraform v0.12 and is no longer available; '
        "use tomap({ ... }) syntax to write a literal map",
    )


def _gone(_around: Surroundings, _given: Sequence[Value], _type: Type) -> Value:
    raise failed("list", "it is no longer available")


_ANYTHING: Final = Parameter(name="vals", type=DYNAMIC, unknown=True, dynamic=True, null=True)

FUNCTIONS = table(
    Function(
        name="keys",
        parameters=(Parameter(name="inputMap", type=DYNAMIC, unknown=True, marked=True),),
        returns=_keys_type,
        work=_keys,
    ),
    Function(name="list", rest=_ANYTHING, returns=_list_is_gone, work=_gone),
    Function(name="map", rest=_ANYTHING, returns=_map_is_gone, work=_gone),
    Function(
        name="merge",
        rest=Parameter(name="maps", type=DYNAMIC, dynamic=True, null=True, marked=True, unknown=True),
        returns=_merge_type,
        work=_merge,
    ),
    Function(
        name="transpose",
        parameters=(Parameter(name="values", type=MapType(ListType(STRING))),),
        returns=MapType(ListType(STRING)),
        work=_transpose,
    ),
    Function(
        name="values",
        parameters=(Parameter(name="mapping", type=DYNAMIC, marked=True, unknown=True, dynamic=True),),
        returns=_values_type,
        work=_values,
    ),
    Function(
        name="zipmap",
        parameters=(
            Parameter(name="keys", type=ListType(STRING), marked=True, unknown=True),
            Parameter(name="values", type=DYNAMIC, marked=True, unknown=True, dynamic=True),
        ),
        returns=_zipmap_type,
        work=_zipmap,
    ),
)
