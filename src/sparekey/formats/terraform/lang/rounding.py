"""What a number of Terraform is, and how it is rounded to its precision."""

from __future__ import annotations

import math
from fractions import Fraction

from sparekey.formats.terraform.lang.values import TooMuchError

Number = int | Fraction | float
NUMBERS = (int, Fraction, float)

BITS = 512
INTEGER_BITS = 64
FLOAT_BITS = 53

MOST_BITS = 200_000
"""Larger or finer numbers than this are not computed with; Terraform's own limit is 2^31."""


class NarrowInt(int):
    """A whole number of less than 512 bits of precision."""

    bits: int


class NarrowFraction(Fraction):
    """A fraction of less than 512 bits of precision."""

    bits: int


def precision(value: Number) -> int:
    """The bits of precision that a number has."""
    if type(value) is int or type(value) is Fraction:
        return BITS
    if isinstance(value, float):
        return BITS if math.isinf(value) or value == 0 else FLOAT_BITS
    bits: int = getattr(value, "bits", BITS)
    return bits


def narrow(value: int | Fraction, bits: int = INTEGER_BITS) -> Number:
    """A number of the precision that it has in Go: 64 bits for an `int` there, 53 for a float."""
    return nearest(value, bits)


def from_float(value: float) -> Number:
    """The number that Go makes of a float64."""
    if math.isinf(value) or value == 0:
        return value if math.isinf(value) or math.copysign(1, value) < 0 else nearest(0, FLOAT_BITS)
    return nearest(Fraction(value), FLOAT_BITS)


def rounded(value: int | Fraction) -> Number:
    """The nearest number of 512 bits, as a literal of that text would have it."""
    if type(value) is int and -(1 << BITS) < value < 1 << BITS:
        return value
    return nearest(value, BITS)


def nearest(value: int | Fraction, bits: int) -> int | Fraction:
    """The nearest number of some bits; of two that are equally near the even one."""
    top, bottom = value.numerator, value.denominator
    size = abs(top)
    if not size:
        return _made(0, 0, bits)
    if size.bit_length() > MOST_BITS * 2 or bottom.bit_length() > MOST_BITS * 2:
        raise TooMuchError("a number beyond any bound")
    shift = bits + 1 - (size.bit_length() - bottom.bit_length())
    whole, rest = divmod(size << shift, bottom) if shift > 0 else divmod(size, bottom << -shift)
    drop = whole.bit_length() - bits
    if drop > 0:
        cut = whole & ((1 << drop) - 1)
        whole >>= drop
        half = 1 << (drop - 1)
        if cut > half or (cut == half and (rest or whole & 1)):
            whole += 1
        shift -= drop
    return _made(-whole if top < 0 else whole, -shift, bits)


def _made(mantissa: int, exponent: int, bits: int) -> int | Fraction:
    """`mantissa * 2^exponent` of a precision."""
    if mantissa:
        zeros = (mantissa & -mantissa).bit_length() - 1
        mantissa >>= zeros
        exponent += zeros
    if abs(exponent) > MOST_BITS:
        raise TooMuchError("a number beyond any bound")
    if exponent >= 0 or not mantissa:
        whole = mantissa << exponent if mantissa else 0
        if bits == BITS:
            return whole
        result = NarrowInt(whole)
        result.bits = bits
        return result
    if bits == BITS:
        return Fraction(mantissa, 1 << -exponent)
    fraction = NarrowFraction(mantissa, 1 << -exponent)
    fraction.bits = bits
    return fraction
