"""Functions on numbers, truths, dates and networks, and comparisons."""

from __future__ import annotations

from collections.abc import Callable

from sparekey.formats.arm.language import addresses, dates, uris
from sparekey.formats.arm.language.compare import same
from sparekey.formats.arm.language.function import Function, Functions, Machine, Run
from sparekey.formats.arm.language.numerals import LEAST, MOST, float_number, whole_number
from sparekey.formats.arm.language.order import compared
from sparekey.formats.arm.language.values import EvaluationError, Later, NotYetError, Value, settled, type_name

_MOST_RANGE = 10_000
_HIGHEST_RANGE = 2**31 - 1


def _whole(value: Value) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise EvaluationError("a whole number is needed")


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    raise EvaluationError("a text is needed")


def _arithmetic(what: Callable[[int, int], int]) -> Function:
    def run(arguments: list[Value], _: Machine) -> Value:
        result = what(_whole(arguments[0]), _whole(arguments[1]))
        if not LEAST <= result <= MOST:
            raise EvaluationError("the result has more than 64 bits")
        return result

    return Function(2, 2, run, ("integer",))


def _divided(left: int, right: int) -> int:
    if right == 0:
        raise EvaluationError("a number is divided by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _rest(left: int, right: int) -> int:
    if (left, right) == (LEAST, -1):
        raise NotYetError(Later("the rest of a division that does not fit into 64 bits"))
    return left - right * _divided(left, right)


def _int(arguments: list[Value], _: Machine) -> Value:
    value = arguments[0]
    return whole_number(value) if isinstance(value, str) else value


def _float(arguments: list[Value], _: Machine) -> Value:
    value = arguments[0]
    if isinstance(value, str):
        return float_number(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if value is None or isinstance(value, (list, dict)):
        raise EvaluationError("float takes texts and numbers")
    raise NotYetError(Later("a truth as a number"))


def _bool(arguments: list[Value], _: Machine) -> Value:
    value = arguments[0]
    if isinstance(value, (bool, int)):
        return bool(value)
    if isinstance(value, float):
        raise NotYetError(Later("a number with a fraction as a truth"))
    word = value.strip(" \t\r\n\v\f\0").lower() if isinstance(value, str) else ""
    if word not in ("true", "false"):
        raise EvaluationError("bool takes true, false and whole numbers")
    return word == "true"


def _extreme(choose: Callable[[list[int]], int]) -> Function:
    def run(arguments: list[Value], machine: Machine) -> Value:
        first = arguments[0]
        values = settled(first, machine.spend) if len(arguments) == 1 and isinstance(first, list) else arguments
        numbers = values if isinstance(values, list) else []
        if any(isinstance(number, float) for number in numbers) or not numbers:
            raise NotYetError(Later("the extreme of numbers with fractions, or of none"))
        return choose([_whole(number) for number in numbers])

    return Function(1, None, run)


def _range(arguments: list[Value], machine: Machine) -> Value:
    start, count = _whole(arguments[0]), _whole(arguments[1])
    if not 0 <= count <= _MOST_RANGE or start + count > _HIGHEST_RANGE:
        raise EvaluationError("range takes at most 10,000 numbers up to 2147483647")
    if start < -_HIGHEST_RANGE - 1:
        raise NotYetError(Later("a range of very low numbers"))
    machine.spend(count)
    return [*range(start, start + count)]


def _equals(arguments: list[Value], machine: Machine) -> Value:
    answer = same(arguments[0], arguments[1], machine.spend)
    if answer is None:
        settled(arguments[0], machine.spend)
        settled(arguments[1], machine.spend)
        raise NotYetError(Later("whether two values are equal that differ in spelling only"))
    return answer


def _ordered(test: Callable[[int], bool]) -> Function:
    def run(arguments: list[Value], _: Machine) -> Value:
        left, right = arguments
        if isinstance(left, str) and isinstance(right, str):
            order = compared(left, right)
            if order is None:
                raise NotYetError(Later("the order of texts in other scripts"))
            return test(order)
        if isinstance(left, float) or isinstance(right, float):
            raise NotYetError(Later("the order of numbers with fractions"))
        if type_name(left) != "integer" or type_name(right) != "integer":
            raise EvaluationError("two whole numbers or two texts can be compared")
        return test(_whole(left) - _whole(right))

    return Function(2, 2, run)


def _date_add(arguments: list[Value], _: Machine) -> Value:
    length = dates.duration(_text(arguments[1]))
    base = dates.moment(_text(arguments[0]), offset=False)
    return dates.added(base, length, _text(arguments[2]) if len(arguments) > 2 else None)


def _from_epoch(arguments: list[Value], _: Machine) -> Value:
    value = arguments[0]
    return dates.from_epoch(whole_number(value) if isinstance(value, str) else _whole(value))


def _build_uri(arguments: list[Value], machine: Machine) -> Value:
    held = settled(arguments[0], machine.spend)
    return uris.build_uri(held if isinstance(held, dict) else {})


def _to_epoch(arguments: list[Value], _: Machine) -> Value:
    return dates.to_epoch(dates.moment(_text(arguments[0]), offset=True))


def _constant(value: Value) -> Function:
    return Function(0, 0, lambda _arguments, _machine: value)


def _cidr(what: Run, *kinds: str) -> Function:
    return Function(len(kinds), len(kinds), what, kinds)


FUNCTIONS: Functions = {
    "true": _constant(True),
    "false": _constant(False),
    "null": _constant(None),
    "add": _arithmetic(lambda left, right: left + right),
    "sub": _arithmetic(lambda left, right: left - right),
    "mul": _arithmetic(lambda left, right: left * right),
    "div": _arithmetic(_divided),
    "mod": _arithmetic(_rest),
    "int": Function(1, 1, _int, ("integer|string",)),
    "float": Function(1, 1, _float),
    "bool": Function(1, 1, _bool),
    "min": _extreme(min),
    "max": _extreme(max),
    "range": Function(2, 2, _range, ("integer",)),
    "not": Function(1, 1, lambda arguments, _: arguments[0] is False, ("boolean",)),
    "equals": Function(2, 2, _equals, ("",)),
    "less": _ordered(lambda order: order < 0),
    "lessorequals": _ordered(lambda order: order <= 0),
    "greater": _ordered(lambda order: order > 0),
    "greaterorequals": _ordered(lambda order: order >= 0),
    "datetimeadd": Function(2, 3, _date_add, ("string",)),
    "datetimefromepoch": Function(1, 1, _from_epoch, ("integer|string",)),
    "datetimetoepoch": Function(1, 1, _to_epoch, ("string",)),
    "parsecidr": _cidr(lambda arguments, _: addresses.parse_cidr(_text(arguments[0])), "string"),
    "cidrsubnet": _cidr(
        lambda arguments, _: addresses.cidr_subnet(_text(arguments[0]), _whole(arguments[1]), _whole(arguments[2])),
        "string",
        "integer",
        "integer",
    ),
    "cidrhost": _cidr(lambda arguments, _: addresses.cidr_host(_text(arguments[0]), _whole(arguments[1])), "string", "integer"),
    "parseuri": _cidr(lambda arguments, _: uris.parse_uri(_text(arguments[0])), "string"),
    "builduri": _cidr(_build_uri, "object"),
}
