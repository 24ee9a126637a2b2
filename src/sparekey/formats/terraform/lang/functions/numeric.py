"""Functions on numbers: abs, ceil, floor, log, max, min, parseint, pow, signum, sum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.build import bare, go_quoted
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import (
    NOT_WHOLE,
    amount,
    items,
    joined_marks,
    open_value,
    string,
    whole,
)
from sparekey.formats.terraform.lang.functions.float64 import logarithm, power
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.kinds import friendly
from sparekey.formats.terraform.lang.types import (
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import (
    SENSITIVE,
    EvaluationError,
    TooMuchError,
    Value,
    number,
    wholly_known,
)

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOST_DIGITS = 10_000
_LARGEST = "179769313486231570814527423731704356798070567525844996598917476803157260780028538760589558632766878171540458953514382464234321326889464182768467546703537516986049910576551282076245490090389328944075868508455133942304583236903222948165808559332123347747974926300798976.000000"


def _abs(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return number(numbers.absolute(amount(given[0]))).marked(given[0].marks)


def _ceil(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return number(numbers.truncate(amount(given[0]), math.ceil))


def _floor(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return number(numbers.truncate(amount(given[0]), math.floor))


def _float64(function: str, value: Value) -> float:
    content = amount(value)
    try:
        return float(content)
    except OverflowError:
        raise failed(function, f"value must be between -{_LARGEST} and {_LARGEST} inclusive") from None


def _from_float64(function: str, result: float) -> Value:
    if math.isnan(result):
        raise failed(function, "panic in function implementation: Float.SetFloat64(NaN)")
    return number(numbers.from_float(result))


def _log(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    value, base = (_float64("log", one) for one in given)
    top, bottom = logarithm(value), logarithm(base)
    if bottom == 0:
        negative = (math.copysign(1, bottom) < 0) != (top < 0)
        result = math.nan if top == 0 or math.isnan(top) else -math.inf if negative else math.inf
    else:
        result = top / bottom
    return _from_float64("log", result)


def _pow(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return _from_float64("pow", power(_float64("pow", given[0]), _float64("pow", given[1])))


def _signum(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    content = whole(given[0])
    if content is None:
        raise failed("signum", NOT_WHOLE)
    return number(numbers.narrow((content > 0) - (content < 0)))


def _extreme(function: str, given: Sequence[Value]) -> Value:
    if not given:
        raise failed(function, "must pass at least one number")
    best = given[0]
    for one in given[1:]:
        new, old = amount(one), amount(best)
        if (new < old) if function == "min" else (new > old):
            best = one
    return best


def _max(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return _extreme("max", given)


def _min(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return _extreme("min", given)


def _parseint_type(given: Sequence[Value]) -> Type:
    if given[0].type != STRING:
        raise bad_argument("number", f"first argument must be a string, not {friendly(given[0].type)}")
    return NUMBER


def _parseint(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    written, base = given
    marks = joined_marks(written, base)
    if not written.known or not base.known:
        return open_value(type_, given, marks=marks)
    size = whole(base)
    if size is None:
        raise bad_argument("base", NOT_WHOLE)
    if not 2 <= size <= len(_DIGITS):
        raise bad_argument("base", "base must be a whole number between 2 and 62 inclusive")
    parsed = _parsed(string(written), size)
    if parsed is None:
        shown = "(sensitive value)" if SENSITIVE in written.marks else go_quoted(string(written))
        shown_base = "(sensitive value)" if SENSITIVE in base.marks else str(size)
        raise bad_argument("number", f"cannot parse {shown} as a base {shown_base} integer")
    bits = max(parsed.bit_length(), numbers.INTEGER_BITS)
    if bits > numbers.BITS:
        raise TooMuchError("a number of more than 512 bits")
    return number(numbers.narrow(parsed, bits)).marked(marks)


def _parsed(written: str, base: int) -> int | None:
    negative = written.startswith("-")
    digits = written[1:] if written[:1] in {"-", "+"} else written
    if base <= 36:
        digits = digits.lower() if digits.isascii() else ""
    allowed = {digit: value for value, digit in enumerate(_DIGITS[:base])}
    if not digits or any(digit not in allowed for digit in digits):
        return None
    if len(digits) > _MOST_DIGITS:
        raise TooMuchError("a number of too many digits")
    result = 0
    for digit in digits:
        result = result * base + allowed[digit]
    return -result if negative else result


_NOT_NUMBERS = "argument must be list, set, or tuple of number values"


def _sum(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    if not isinstance(value.type, ListType | SetType | TupleType | MapType | ObjectType):
        raise bad_argument("list", "cannot sum noniterable")
    found = items(value)
    if not found:
        raise bad_argument("list", "cannot sum an empty list")
    if isinstance(value.type, MapType | ObjectType):
        raise bad_argument("list", f"argument must be list, set, or tuple. Received {friendly(value.type)}")
    if not wholly_known(value):
        return open_value(type_, given)
    total: numbers.Number | None = None
    for item in found:
        if item.null:
            raise bad_argument("list", _NOT_NUMBERS)
        try:
            one = amount(convert(bare(item), NUMBER))
        except EvaluationError:
            raise bad_argument("list", _NOT_NUMBERS) from None
        try:
            total = one if total is None else numbers.add(total, one)
        except ArithmeticError as error:
            raise failed("sum", str(error)) from None
    return number(Fraction(0) if total is None else total)


_NUM = Parameter(name="num", type=NUMBER)

FUNCTIONS = table(
    Function(name="abs", parameters=(Parameter(name="num", type=NUMBER, dynamic=True, marked=True),), returns=NUMBER, work=_abs),
    Function(name="ceil", parameters=(_NUM,), returns=NUMBER, work=_ceil),
    Function(name="floor", parameters=(_NUM,), returns=NUMBER, work=_floor),
    Function(name="log", parameters=(_NUM, Parameter(name="base", type=NUMBER)), returns=NUMBER, work=_log),
    Function(name="max", rest=Parameter(name="numbers", type=NUMBER, dynamic=True), returns=NUMBER, work=_max),
    Function(name="min", rest=Parameter(name="numbers", type=NUMBER, dynamic=True), returns=NUMBER, work=_min),
    Function(
        name="parseint",
        parameters=(
            Parameter(name="number", type=DYNAMIC, marked=True, unknown=True),
            Parameter(name="base", type=NUMBER, marked=True, unknown=True),
        ),
        returns=_parseint_type,
        work=_parseint,
    ),
    Function(name="pow", parameters=(_NUM, Parameter(name="power", type=NUMBER)), returns=NUMBER, work=_pow),
    Function(name="signum", parameters=(_NUM,), returns=NUMBER, work=_signum),
    Function(name="sum", parameters=(Parameter(name="list", type=DYNAMIC),), returns=NUMBER, work=_sum),
)
