"""Logarithm and power of 64-bit floats, to the last bit as Terraform has them on x86-64 (the platform of its usual builds).

The C library under Python rounds some results differently, and the difference would show in a plan. The logarithm is FreeBSD's
(`e_log.c`); the exponential is Shibata's Taylor series with fused multiplication (SLEEF); the power squares repeatedly.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

_LN2_HIGH: Final = 6.93147180369123816490e-01
_LN2_LOW: Final = 1.90821492927058770002e-10
_ODD: Final = (6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01, 1.479819860511658591e-01)
_EVEN: Final = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)
_LN2_UPPER: Final = 0.69314718055966295651160180568695068359375
_LN2_LOWER: Final = 0.28235290563031577122588448175013436025525412068e-12
_LOG2_E: Final = 1.4426950408889634073599246810018920
_TAYLOR: Final = (1 / 40320, 1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1.0)
_HUGE: Final = 2.0**63
_SUBNORMAL: Final = -1022
_OVERFLOW: Final = 1 << 12


def logarithm(value: float) -> float:
    """The natural logarithm: minus infinity of zero, NaN of what is less."""
    if value == 0:
        return -math.inf
    if value < 0 or math.isnan(value):
        return math.nan
    if math.isinf(value):
        return value
    part, exponent = math.frexp(value)
    if exponent <= _SUBNORMAL:  # there the mantissa is read as that of a normal number
        part, exponent = 0.5 + value * 2.0**1021, _SUBNORMAL
    if part < math.sqrt(2) / 2:
        part *= 2
        exponent -= 1
    f = part - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (_ODD[0] + s4 * (_ODD[1] + s4 * (_ODD[2] + s4 * _ODD[3])))
    even = s4 * (_EVEN[0] + s4 * (_EVEN[1] + s4 * _EVEN[2]))
    half = 0.5 * f * f
    return exponent * _LN2_HIGH - ((half - (s * (half + (odd + even)) + exponent * _LN2_LOW)) - f)


def _fused(one: float, other: float, more: float) -> float:
    """`one * other + more`, rounded once."""
    return float(Fraction(one) * Fraction(other) + Fraction(more))


def _exponential(value: float) -> float:
    """E to the power of a value of moderate size."""
    exponent = round(value * _LOG2_E)
    rest = _fused(-_LN2_UPPER, exponent, value)
    rest = _fused(-_LN2_LOWER, exponent, rest) * 0.0625
    series = _TAYLOR[0]
    for factor in _TAYLOR[1:]:
        series = _fused(series, rest, factor)
    result = rest * series
    for _ in range(3):
        result *= result + 2.0
    return math.ldexp(_fused(result + 2.0, result, 1.0), exponent)


def _odd(value: float) -> bool:
    return math.isfinite(value) and abs(value) < 2.0**53 and value == math.trunc(value) and int(value) & 1 == 1


def power(base: float, exponent: float) -> float:
    """A value to a power: NaN for a negative one to a fractional power."""
    if exponent == 0 or base == 1:
        return 1.0
    if exponent == 1:
        return base
    if base == 0:
        sign = base if _odd(exponent) else 0.0
        return math.copysign(math.inf, sign) if exponent < 0 else sign
    if math.isinf(exponent):
        return 1.0 if base == -1 else 0.0 if (abs(base) < 1) == (exponent > 0) else math.inf
    if math.isinf(base):
        if base < 0:
            return power(-0.0, -exponent)
        return 0.0 if exponent < 0 else math.inf
    if abs(exponent) == 0.5:
        root = math.sqrt(base) if base > 0 else math.nan
        return root if exponent > 0 else 1 / root
    return _by_squares(base, exponent)


def _by_squares(base: float, exponent: float) -> float:
    rest, count = math.modf(abs(exponent))
    if rest and base < 0:
        return math.nan
    if count >= _HUGE:
        return 1.0 if base == -1 else 0.0 if (abs(base) < 1) == (exponent > 0) else math.inf
    result, twos = 1.0, 0
    if rest:
        if rest > 0.5:
            rest -= 1
            count += 1
        result = _exponential(rest * logarithm(base))
    part, shift = math.frexp(base)
    left = int(count)
    while left:
        if abs(shift) > _OVERFLOW:
            twos += shift
            break
        if left & 1:
            result *= part
            twos += shift
        part *= part
        shift *= 2
        if part < 0.5:
            part += part
            shift -= 1
        left >>= 1
    if exponent < 0:
        result, twos = 1 / result, -twos
    try:
        return math.ldexp(result, twos)
    except OverflowError:
        return math.copysign(math.inf, result)
