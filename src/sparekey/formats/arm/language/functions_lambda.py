"""Functions that take a lambda."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key

from sparekey.formats.arm.language.function import Function, Functions, Machine
from sparekey.formats.arm.language.functions_list import items_of, object_of
from sparekey.formats.arm.language.values import EvaluationError, Lambda, Later, NotYetError, Value, fold, type_name


def _lambda(value: Value, least: int, most: int) -> Lambda:
    if isinstance(value, Lambda) and least <= len(value.names) <= most:
        return value
    raise EvaluationError(f"a lambda of {least} to {most} names is needed")


def _called(function: Lambda, values: list[Value], machine: Machine) -> Value:
    return machine.apply(function, values[: len(function.names)])


def _mapped(arguments: list[Value], machine: Machine) -> Value:
    function = _lambda(arguments[1], 1, 2)
    return [_called(function, [item, index], machine) for index, item in enumerate(items_of(arguments[0]))]


def _truth(value: Value) -> bool:
    if isinstance(value, Later):
        raise NotYetError(value)
    if not isinstance(value, bool):
        raise EvaluationError("the lambda gives no truth")
    return value


def _filter(arguments: list[Value], machine: Machine) -> Value:
    function = _lambda(arguments[1], 1, 2)
    # Every call is made, so that one that fails is not hidden behind one that is not known.
    called = [(item, _called(function, [item, index], machine)) for index, item in enumerate(items_of(arguments[0]))]
    for _, kept in called:
        if not isinstance(kept, Later):
            _truth(kept)
    return [item for item, kept in called if _truth(kept)]


def _reduce(arguments: list[Value], machine: Machine) -> Value:
    function = _lambda(arguments[2], 2, 3)
    value = arguments[1]
    for index, item in enumerate(items_of(arguments[0])):
        value = _called(function, [value, item, index], machine)
    return value


def _sort(arguments: list[Value], machine: Machine) -> Value:
    function = _lambda(arguments[1], 2, 2)

    def compare(left: Value, right: Value) -> int:
        before = _truth(_called(function, [left, right], machine))
        after = _truth(_called(function, [right, left], machine))
        if before and after:
            raise NotYetError(Later("a sort by a lambda that puts each of two before the other"))
        return after - before

    return sorted(items_of(arguments[0]), key=cmp_to_key(compare))


def _key(value: Value) -> str:
    if isinstance(value, Later):
        raise NotYetError(value)
    if not isinstance(value, str):
        raise EvaluationError(f"the lambda gives no key, but {type_name(value)}")
    return value


def _to_object(arguments: list[Value], machine: Machine) -> Value:
    keys = _lambda(arguments[1], 1, 2)
    values = _lambda(arguments[2], 1, 2) if len(arguments) > 2 else None
    held: dict[str, Value] = {}
    taken: set[str] = set()
    for index, item in enumerate(items_of(arguments[0])):
        key = _key(_called(keys, [item, index], machine))
        if fold(key) in taken:
            raise EvaluationError("toObject makes every key once")
        taken.add(fold(key))
        held[key] = _called(values, [item, index], machine) if values else item
    return held


def _group_by(arguments: list[Value], machine: Machine) -> Value:
    function = _lambda(arguments[1], 1, 2)
    groups: dict[str, list[Value]] = {}
    spelled: dict[str, str] = {}
    for index, item in enumerate(items_of(arguments[0])):
        key = _key(_called(function, [item, index], machine))
        groups.setdefault(spelled.setdefault(fold(key), key), []).append(item)
    return dict(groups)


def _map_values(arguments: list[Value], machine: Machine) -> Value:
    function = _lambda(arguments[1], 1, 1)
    return {key: _called(function, [value], machine) for key, value in object_of(arguments[0]).items()}


def _over(run: Callable[[list[Value], Machine], Value], *kinds: str, most: int | None = None) -> Function:
    return Function(len(kinds), most or len(kinds), run, kinds)


FUNCTIONS: Functions = {
    "map": _over(_mapped, "array", "lambda"),
    "filter": _over(_filter, "array", "lambda"),
    "sort": _over(_sort, "array", "lambda"),
    "groupby": _over(_group_by, "array", "lambda"),
    "toobject": _over(_to_object, "array", "lambda", most=3),
    "mapvalues": _over(_map_values, "object", "lambda"),
    "reduce": Function(3, 3, _reduce, ("array", "", "lambda")),
}
