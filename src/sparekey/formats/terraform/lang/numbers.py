"""Terraform's numbers: binary floating point of 512 bits, as Go's `big.Float` rounds and writes it.

A number is an `int`, a dyadic `Fraction`, or a `float` that is infinite or minus zero. Most numbers have a precision of 512 bits;
those that Go makes of its own integers (`length`, positions in a list: 64 bits) and floats (`log`: 53 bits) have fewer, which
shows in what is computed of them. `narrow` makes those.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from sparekey.formats.terraform.lang.decimals import (
    decimal,
    digits_of,
    fixed,
    general,
    parse,
    round_digits,
    shortest,
    text,
    whole_of,
)
from sparekey.formats.terraform.lang.rounding import (
    BITS,
    FLOAT_BITS,
    INTEGER_BITS,
    MOST_BITS,
    NUMBERS,
    Number,
    from_float,
    narrow,
    nearest,
    precision,
    rounded,
)

__all__ = (
    "BITS",
    "FLOAT_BITS",
    "INTEGER_BITS",
    "MOST_BITS",
    "NUMBERS",
    "Number",
    "absolute",
    "add",
    "decimal",
    "digits_of",
    "divide",
    "equal",
    "fixed",
    "from_float",
    "general",
    "modulo",
    "multiply",
    "narrow",
    "nearest",
    "negate",
    "parse",
    "precision",
    "round_digits",
    "rounded",
    "shortest",
    "subtract",
    "text",
    "truncate",
    "whole_of",
)


def negate(value: Number) -> Number:
    """Minus a number; of zero it is minus zero, which Terraform writes."""
    if value == 0:
        return 0 if isinstance(value, float) and math.copysign(1, value) < 0 else -0.0
    if isinstance(value, float) or precision(value) == BITS:
        return -value
    return nearest(-value, precision(value))


def absolute(value: Number) -> Number:
    """A number without its sign."""
    return negate(value) if value < 0 or (isinstance(value, float) and value == 0) else value


def _finite(value: Number) -> int | Fraction:
    """A finite number without the sign of a zero."""
    return (0 if value == 0 else Fraction(value)) if isinstance(value, float) else value


def add(left: Number, right: Number) -> Number:
    """The sum; `ArithmeticError` for opposing infinities."""
    if type(left) is int and type(right) is int:
        result = left + right
        if -(1 << BITS) < result < 1 << BITS:
            return result
    if isinstance(left, float) or isinstance(right, float):
        if math.isinf(left) or math.isinf(right):
            if math.isinf(left) and math.isinf(right) and (left > 0) != (right > 0):
                raise ArithmeticError("can't compute sum of opposing infinities")
            return float(left) if math.isinf(left) else float(right)
        if left == 0 and right == 0 and isinstance(left, float) and isinstance(right, float):
            return -0.0
    return nearest(_finite(left) + _finite(right), max(precision(left), precision(right)))


def subtract(left: Number, right: Number) -> Number:
    """The difference; `ArithmeticError` for infinity from itself."""
    if type(left) is int and type(right) is int:
        result = left - right
        if -(1 << BITS) < result < 1 << BITS:
            return result
    try:
        return add(left, negate(right))
    except ArithmeticError:
        raise ArithmeticError("can't subtract infinity from itself") from None


def _negative(value: Number) -> bool:
    """Whether a number has a minus, be it zero."""
    return math.copysign(1, value) < 0 if isinstance(value, float) else value < 0


def _signed_zero(left: Number, right: Number, bits: int) -> Number:
    """The zero of a product or quotient."""
    return -0.0 if _negative(left) != _negative(right) else nearest(0, bits)


def multiply(left: Number, right: Number) -> Number:
    """The product; `ArithmeticError` for zero times infinity."""
    if type(left) is int and type(right) is int and left and right:
        result = left * right
        if -(1 << BITS) < result < 1 << BITS:
            return result
    if _infinite(left) or _infinite(right):
        if left == 0 or right == 0:
            raise ArithmeticError("can't multiply zero by infinity")
        return -math.inf if _negative(left) != _negative(right) else math.inf
    bits = max(precision(left), precision(right))
    if left == 0 or right == 0:
        return _signed_zero(left, right, bits)
    product = nearest(_finite(left) * _finite(right), BITS)
    # A product keeps the precision of its factors unless it needs more.
    return nearest(product, max(bits, _width(product)))


def _width(value: int | Fraction) -> int:
    """The bits that a number needs."""
    top = abs(value.numerator)
    return top.bit_length() - ((top & -top).bit_length() - 1) if top else 0


def _infinite(value: Number) -> bool:
    return isinstance(value, float) and math.isinf(value)


def divide(left: Number, right: Number) -> Number:
    """The quotient; infinity by zero, `ArithmeticError` for 0/0 and for infinity by infinity."""
    if (left == 0 and right == 0) or (_infinite(left) and _infinite(right)):
        raise ArithmeticError("can't divide zero by zero or infinity by infinity")
    bits = max(precision(left), precision(right))
    if right == 0 or _infinite(left):
        return -math.inf if _negative(left) != _negative(right) else math.inf
    if left == 0 or _infinite(right):
        return _signed_zero(left, right, bits)
    return nearest(Fraction(_finite(left)) / _finite(right), bits)


def modulo(left: Number, right: Number) -> Number:
    """The rest of a division towards zero; the first number itself when divided by zero."""
    if right == 0:
        return left
    if _infinite(left):
        raise ArithmeticError("panic in function implementation")
    quotient = divide(left, right)
    whole = math.trunc(quotient)
    if _infinite(right):
        raise ArithmeticError("can't use modulo with zero and infinity")
    bits = precision(left)
    count = nearest(whole, bits)
    product = _product(right, count, bits)
    return _difference(left, product, bits)


def _product(left: Number, right: Number, bits: int) -> Number:
    """The product rounded to some bits."""
    if left == 0 or right == 0:
        return _signed_zero(left, right, bits)
    return nearest(_finite(left) * _finite(right), bits)


def _difference(left: Number, right: Number, bits: int) -> Number:
    """The difference rounded to some bits."""
    return nearest(_finite(left) - _finite(right), bits)


def truncate(value: Number, to: Callable[[Number], int] = math.trunc) -> Number:
    """A whole number made of a finite one by `math.floor`, `math.ceil` or `math.trunc`, of its precision; others unchanged."""
    if _infinite(value) or isinstance(value, int):
        return value
    return nearest(to(value), precision(value))


def equal(left: Number, right: Number) -> bool:
    """Whether Terraform takes two numbers for equal: of equal sign, and written alike."""
    if type(left) is int and type(right) is int:
        return left == right
    if left == right:
        return True
    if precision(left) == precision(right) or (left > 0) != (right > 0) or _infinite(left) or _infinite(right):
        return False
    return text(left) == text(right)
