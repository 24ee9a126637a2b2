"""Functions on arrays and objects, and those on texts that work on arrays as well."""

from __future__ import annotations

from itertools import pairwise

from sparekey.formats.arm.language.compare import same
from sparekey.formats.arm.language.compose import shown
from sparekey.formats.arm.language.function import Function, Functions, Machine
from sparekey.formats.arm.language.order import compared
from sparekey.formats.arm.language.values import (
    LONGEST_TEXT,
    EvaluationError,
    Later,
    NotYetError,
    TooMuchError,
    Value,
    find,
    fold,
    settled,
    sliced,
    type_name,
    units,
)


def items_of(value: Value) -> list[Value]:
    """An array whose type has been checked."""
    if isinstance(value, list):
        return value
    raise EvaluationError("an array is needed")


def object_of(value: Value) -> dict[str, Value]:
    """An object whose type has been checked."""
    if isinstance(value, dict):
        return value
    raise EvaluationError("an object is needed")


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    raise EvaluationError("a text is needed")


def _whole(value: Value) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise EvaluationError("a whole number is needed")


def _concat(arguments: list[Value], machine: Machine) -> Value:
    if arguments and all(isinstance(argument, list) for argument in arguments):
        machine.spend(sum(len(items_of(argument)) for argument in arguments))
        joined: list[Value] = [item for argument in arguments for item in items_of(argument)]
        return joined
    for argument in arguments:
        if argument is None or isinstance(argument, (list, dict, float)):
            raise EvaluationError("concat takes arrays, or texts, whole numbers and booleans")
    pieces = [*map(shown, arguments)]
    size = sum(map(len, pieces))
    machine.spend(size // 64)
    if size > LONGEST_TEXT:
        raise TooMuchError("makes a text longer than 4 MiB")
    return "".join(pieces)


def _length(arguments: list[Value], _: Machine) -> Value:
    value = arguments[0]
    if isinstance(value, (list, dict)):
        return len(value)
    return units(_text(value))


def _take(arguments: list[Value], machine: Machine) -> Value:
    value, count = arguments[0], max(_whole(arguments[1]), 0)
    machine.spend(1 if isinstance(value, str) else min(count, len(items_of(value))))
    return sliced(value, 0, count) if isinstance(value, str) else items_of(value)[:count]


def _skip(arguments: list[Value], machine: Machine) -> Value:
    value, count = arguments[0], max(_whole(arguments[1]), 0)
    if isinstance(value, str):
        return sliced(value, min(count, units(value)), units(value))
    machine.spend(max(len(items_of(value)) - count, 0))
    return items_of(value)[count:]


def _first(arguments: list[Value], _: Machine) -> Value:
    value = arguments[0]
    if isinstance(value, str):
        return sliced(value, 0, 1)
    return items_of(value)[0] if value else None


def _last(arguments: list[Value], _: Machine) -> Value:
    value = arguments[0]
    if isinstance(value, str):
        return sliced(value, max(units(value) - 1, 0), units(value))
    return items_of(value)[-1] if value else None


def _contains(arguments: list[Value], machine: Machine) -> Value:
    value, wanted = arguments
    if isinstance(value, dict) and isinstance(wanted, str):
        return _find(value, wanted, machine) is not None
    if isinstance(value, str) and isinstance(wanted, str):
        return wanted in value
    if isinstance(value, list):
        return _index(value, wanted, machine) is not None
    raise EvaluationError("contains takes an object and a key, an array and a value, or two texts")


def _index(values: list[Value], wanted: Value, machine: Machine, *, backwards: bool = False) -> int | None:
    """Where an equal value stands, None where there is none. Raises NotYetError where only the deployment can tell."""
    machine.spend(len(values) // 4 + (len(values) * len(wanted) >> 12 if isinstance(wanted, str) else 0))
    spend = machine.spend if isinstance(wanted, (list, dict)) else None
    unsure: list[Value] = []
    found: int | None = None
    order = range(len(values) - 1, -1, -1) if backwards else range(len(values))
    for index in order:
        answer = same(values[index], wanted, spend)
        if answer:
            found = index
            break
        if answer is None:
            unsure.append(values[index])
    if unsure:
        for value in (*unsure, wanted):
            settled(value, machine.spend)
        raise NotYetError(Later("whether two values are equal that differ in spelling only"))
    return found


def _contained(arguments: list[Value], machine: Machine) -> Value:
    # An equal member that is known is enough, whatever the others turn out to be.
    value, wanted = arguments
    if isinstance(value, list):
        spend = machine.spend if isinstance(wanted, (list, dict)) else None
        machine.spend(len(value) // 4 + (len(value) * len(wanted) >> 12 if isinstance(wanted, str) else 0))
        if any(same(item, wanted, spend) for item in value):
            return True
    return _contains(arguments, machine)


def _index_of(arguments: list[Value], machine: Machine) -> Value:
    value, wanted = arguments
    if isinstance(value, list):
        found = _index(value, wanted, machine)
        return -1 if found is None else found
    text = fold(_text(value))
    return _in_units(text, text.find(fold(_text(wanted))))


def _last_index_of(arguments: list[Value], machine: Machine) -> Value:
    value, wanted = arguments
    if isinstance(value, list):
        found = _index(value, wanted, machine, backwards=True)
        return -1 if found is None else found
    text, part = fold(_text(value)), fold(_text(wanted))
    if not part:
        if not text:
            raise NotYetError(Later("where an empty text is in an empty text"))
        return units(text) - 1
    return _in_units(text, text.rfind(part))


def _in_units(text: str, index: int) -> int:
    return index if index < 0 else units(text[:index])


def _create_object(arguments: list[Value], _: Machine) -> Value:
    if len(arguments) % 2:
        raise EvaluationError("createObject takes keys with a value each")
    held: dict[str, Value] = {}
    for key, value in zip(arguments[::2], arguments[1::2], strict=True):
        if isinstance(key, Later):
            raise NotYetError(key)
        if _text(key) in held:
            raise EvaluationError("createObject takes every key once")
        held[_text(key)] = value
    return held


def _intersection(arguments: list[Value], machine: Machine) -> Value:
    if all(isinstance(argument, list) for argument in arguments):
        kept = items_of(settled(arguments[0], machine.spend))
        for argument in arguments[1:]:
            other = items_of(settled(argument, machine.spend))
            machine.spend(len(kept) * len(other) // 16)
            kept = [item for item in kept if _index(other, item, machine) is not None]
        return distinct(kept, machine)
    if all(isinstance(argument, dict) for argument in arguments):
        held = object_of(settled(arguments[0], machine.spend))
        for argument in arguments[1:]:
            held = _shared(held, object_of(settled(argument, machine.spend)), machine)
            machine.spend(len(held))
        return held
    raise EvaluationError("intersection takes arrays or objects, not both")


def _find(held: dict[str, Value], name: str, machine: Machine) -> str | None:
    """The key that a name means. One that is spelled otherwise is looked for among all."""
    if name not in held:
        machine.spend(len(held) // 8)
    return find(held, name)


def _shared(left: dict[str, Value], right: dict[str, Value], machine: Machine) -> dict[str, Value]:
    held: dict[str, Value] = {}
    for key, value in left.items():
        spelled = _find(right, key, machine)
        if spelled is None:
            continue
        other = right[spelled]
        equal = same(value, other, machine.spend)
        if equal and spelled == key and value is not None:
            held[key] = value
        elif equal is not False or (isinstance(value, dict) and isinstance(other, dict)):
            raise NotYetError(Later("what two objects share in part"))
    return held


def distinct(values: list[Value], machine: Machine) -> list[Value]:
    """Every value once, where it first stands."""
    if all(isinstance(value, str) for value in values) or all(type(value) is int for value in values):
        return [*dict.fromkeys(values)]
    kept: list[Value] = []
    for value in values:
        if _index(kept, value, machine) is None:
            kept.append(value)
    return kept


def _union(arguments: list[Value], machine: Machine) -> Value:
    if all(isinstance(argument, list) for argument in arguments):
        machine.spend(sum(len(items_of(argument)) for argument in arguments))
        joined = [item for argument in arguments for item in items_of(argument)]
        return distinct(joined, machine)
    if all(isinstance(argument, dict) for argument in arguments):
        held: dict[str, Value] = {}
        for argument in arguments:
            held = _merged(held, object_of(argument), machine)
        return held
    if any(argument is None for argument in arguments):
        raise NotYetError(Later("a union with nothing"))
    raise EvaluationError("union takes arrays or objects, not both")


def _merged(left: dict[str, Value], right: dict[str, Value], machine: Machine) -> dict[str, Value]:
    machine.spend(len(left) + len(right))
    spelled = {fold(key): key for key in left}
    held = dict(left)
    for key, value in right.items():
        before = spelled.get(fold(key))
        if before is None:
            held[key] = value
        else:
            if before != key:
                machine.spend(len(held) // 8)
                held = {key if name == before else name: old for name, old in held.items()}
            held[key] = _overlaid(held[key], value, machine)
        spelled[fold(key)] = key
    return held


def _overlaid(before: Value, after: Value, machine: Machine) -> Value:
    for value in (before, after):
        # Null overwrites nothing, and types must fit: neither can be said of what is not known yet.
        if isinstance(value, Later):
            raise NotYetError(value)
    if after is None:
        return before
    if isinstance(before, dict) and isinstance(after, dict):
        return _merged(before, after, machine)
    if before is not None and type_name(before) != type_name(after) and (isinstance(before, dict) or isinstance(after, dict)):
        raise EvaluationError("union takes objects whose members fit together")
    if before is not None and type_name(before) != type_name(after):
        raise NotYetError(Later("a union of objects whose members are of different types"))
    return after


def _shallow_merge(arguments: list[Value], machine: Machine) -> Value:
    held: dict[str, Value] = {}
    spelled: dict[str, str] = {}
    for item in items_of(arguments[0]):
        if isinstance(item, Later):
            raise NotYetError(item)
        if not isinstance(item, dict):
            raise EvaluationError("shallowMerge takes an array of objects")
        machine.spend(len(item))
        for key, value in item.items():
            held[spelled.setdefault(fold(key), key)] = value
    return held


def sorted_keys(held: dict[str, Value], machine: Machine) -> list[str]:
    """The keys of an object in the order in which the engine lists them, which is not that of writing."""
    machine.spend(len(held))
    keys = sorted(held, key=lambda key: (fold(key), key))
    for one, other in pairwise(keys):
        if fold(one) == fold(other):
            raise NotYetError(Later("the order of keys that differ in case only"))
        if not one.isalnum() or not other.isalnum():
            order = compared(fold(one), fold(other))
            if order is None or order > 0:
                raise NotYetError(Later("the order of unusual keys"))
    return keys


def _items(arguments: list[Value], machine: Machine) -> Value:
    held = object_of(arguments[0])
    return [{"key": key, "value": held[key]} for key in sorted_keys(held, machine)]


def _object_keys(arguments: list[Value], machine: Machine) -> Value:
    return [*sorted_keys(object_of(arguments[0]), machine)]


def _flatten(arguments: list[Value], machine: Machine) -> Value:
    flat: list[Value] = []
    for item in items_of(arguments[0]):
        if isinstance(item, Later):
            raise NotYetError(item)
        machine.spend(len(items_of(item)))
        flat += items_of(item)
    return flat


def _index_from_end(arguments: list[Value], _: Machine) -> Value:
    values, index = items_of(arguments[0]), _whole(arguments[1])
    if not 1 <= index <= len(values):
        raise EvaluationError("there is no item so far from the end")
    return values[-index]


def _try_index_from_end(arguments: list[Value], _: Machine) -> Value:
    if arguments[0] is None:
        return None
    values, index = items_of(arguments[0]), _whole(arguments[1])
    if index < 1:
        raise NotYetError(Later("an item at no place from the end"))
    return values[-index] if index <= len(values) else None


def _empty(arguments: list[Value], _: Machine) -> Value:
    value = arguments[0]
    return value is None or not value


_MANY = "array|object|string"

FUNCTIONS: Functions = {
    "concat": Function(0, None, _concat),
    "length": Function(1, 1, _length, (_MANY,)),
    "empty": Function(1, 1, _empty, (f"{_MANY}|null",)),
    "take": Function(2, 2, _take, ("array|string", "integer")),
    "skip": Function(2, 2, _skip, ("array|string", "integer")),
    "first": Function(1, 1, _first, ("array|string",)),
    "last": Function(1, 1, _last, ("array|string",)),
    "contains": Function(2, 2, _contained),
    "indexof": Function(2, 2, _index_of, ("array|string", "")),
    "lastindexof": Function(2, 2, _last_index_of, ("array|string", "")),
    "array": Function(1, 1, lambda arguments, _: arguments[0] if isinstance(arguments[0], list) else [arguments[0]]),
    "createarray": Function(0, None, lambda arguments, _: list(arguments), open=True),
    "createobject": Function(0, None, _create_object, open=True),
    "intersection": Function(2, None, _intersection),
    "union": Function(2, None, _union),
    "shallowmerge": Function(1, 1, _shallow_merge, ("array",)),
    "items": Function(1, 1, _items, ("object",)),
    "objectkeys": Function(1, 1, _object_keys, ("object",)),
    "flatten": Function(1, 1, _flatten, ("array",)),
    "indexfromend": Function(2, 2, _index_from_end, ("array", "integer")),
    "tryindexfromend": Function(2, 2, _try_index_from_end, ("array|null", "integer")),
}
