"""Numbers as decimal text, and back: as Go's `big.Float` reads and writes them."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from sparekey.formats.terraform.lang.rounding import BITS, MOST_BITS, Number, nearest, precision
from sparekey.formats.terraform.lang.values import TooMuchError

_MOST_DIGITS = 20_000
_SAFE_BITS = 13_000  # whose decimal digits Python's own conversion still takes (it refuses 4,300 digits)
_SHORT_DIGITS = 100  # a decimal of so few digits is always the shortest of its neighbourhood at 512 bits
_SYNTAX = re.compile(r"([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:([eEpP])([+-]?[0-9]+))?", re.ASCII)


def digits_of(value: int) -> str:
    """The decimal digits of a whole number that is not negative, however many."""
    if value.bit_length() <= _SAFE_BITS:
        return str(int(value))
    half = value.bit_length() * 3 // 20
    high, low = divmod(value, 10**half)
    return digits_of(high) + digits_of(low).rjust(half, "0")


def whole_of(digits: str) -> int:
    """The whole number that decimal digits write, however many."""
    if len(digits) <= 4000:
        return int(digits or "0")
    half = len(digits) // 2
    scale: int = 10 ** (len(digits) - half)
    return whole_of(digits[:half]) * scale + whole_of(digits[half:])


def parse(text: str) -> Number | None:
    """The number that a text writes, as `tonumber` reads it; None if it is none. Rounds as Go does."""
    if text in {"Inf", "inf", "+Inf", "+inf"}:
        return math.inf
    if text in {"-Inf", "-inf"}:
        return -math.inf
    match = _SYNTAX.fullmatch(text)
    if match is None:
        return None
    sign, whole, behind, only, mark, power = match.groups()
    places = behind or only or ""
    digits = (whole or "") + places
    if len(digits) > _MOST_DIGITS or (power and len(power.lstrip("+-0")) > 6):
        raise TooMuchError("a number of too many digits")
    mantissa = whole_of(digits)
    negative = sign == "-"
    if not mantissa:
        return -0.0 if negative else 0
    exponent = int(power or 0)
    tens = exponent - len(places) if mark in {"e", "E", None} else -len(places)
    if abs(tens) * 4 > MOST_BITS:
        raise TooMuchError("a number beyond any bound")
    value: int | Fraction = nearest(mantissa, BITS)
    if tens:
        # Go multiplies with a power of five of 576 bits, whose own rounding shows only with very many digits.
        power_of_five = _power_of_five(abs(tens))
        value = value * power_of_five if tens > 0 else Fraction(value) / power_of_five
    twos = tens + (exponent if mark in {"p", "P"} else 0)
    if abs(twos) > MOST_BITS:
        raise TooMuchError("a number beyond any bound")
    value = value * (1 << twos) if twos >= 0 else Fraction(value) / (1 << -twos)
    return nearest(-value if negative else value, BITS)


def _power_of_five(count: int) -> int | Fraction:
    """Five to a power, rounded where Go rounds it."""
    if count <= 240:
        power: int = 5**count
        return power
    result: int | Fraction = 5**27
    count -= 27
    factor: int | Fraction = 5
    while count:
        if count & 1:
            result = nearest(result * factor, BITS + 64)
        factor = nearest(factor * factor, BITS + 128)
        count >>= 1
    return result


def _exact(mantissa: int, exponent: int) -> tuple[str, int]:
    """Digits and decimal point of `mantissa * 2^exponent`: the value is 0.DIGITS * 10^point."""
    if exponent >= 0:
        digits = digits_of(mantissa << exponent)
        return digits.rstrip("0"), len(digits)
    digits = digits_of(mantissa * 5**-exponent)
    return digits.rstrip("0"), len(digits) + exponent


def decimal(value: Number) -> tuple[bool, str, int]:
    """Sign, digits and point of a finite number, in full: the value is 0.DIGITS * 10^point."""
    negative = value < 0 or (isinstance(value, float) and math.copysign(1, value) < 0)
    fraction = Fraction(value)
    if not fraction:
        return negative, "", 0
    digits, point = _exact(abs(fraction.numerator), 1 - fraction.denominator.bit_length())
    return negative, digits, point


def shortest(value: Number) -> tuple[bool, str, int]:
    """Sign, digits and point of the shortest decimal that rounds to a finite number again at its precision."""
    negative, digits, point = decimal(value)
    bits = precision(value)
    if not digits or (bits == BITS and len(digits) <= _SHORT_DIGITS):
        return negative, digits, point
    fraction = Fraction(value)
    size, exponent = abs(fraction.numerator), 1 - fraction.denominator.bit_length()
    shift = size.bit_length() - (bits + 1)
    mantissa = size << -shift if shift < 0 else size >> shift
    exponent += shift
    lower, _ = _exact(mantissa - 1, exponent)
    upper, _ = _exact(mantissa + 1, exponent)
    inclusive = not mantissa & 2
    for index, digit in enumerate(digits):
        low = lower[index] if index < len(lower) else "0"
        high = upper[index] if index < len(upper) else "0"
        down = low != digit or (inclusive and index + 1 == len(lower))
        up = digit != high and (inclusive or int(digit) + 1 < int(high) or index + 1 < len(upper))
        if down and up:
            return (negative, *round_digits(digits, point, index + 1))
        if down:
            return negative, digits[: index + 1].rstrip("0"), point
        if up:
            return (negative, *_raised(digits, point, index + 1))
    return negative, digits, point


def round_digits(digits: str, point: int, count: int) -> tuple[str, int]:
    """Digits and point with at most `count` digits, half to even."""
    if count < 0 or count >= len(digits):
        return digits, point
    if digits[count] == "5" and count + 1 == len(digits):
        up = count > 0 and int(digits[count - 1]) & 1 == 1
    else:
        up = digits[count] >= "5"
    return _raised(digits, point, count) if up else (digits[:count].rstrip("0"), point)


def _raised(digits: str, point: int, count: int) -> tuple[str, int]:
    """The first digits, one more in the last place."""
    kept = digits[:count].rstrip("9")
    if not kept:
        return "1", point + 1
    return kept[:-1] + str(int(kept[-1]) + 1), point


def fixed(digits: str, point: int) -> str:
    """Digits written in full, without an exponent."""
    if not digits:
        return "0"
    if point <= 0:
        return "0." + "0" * -point + digits
    return digits.ljust(point, "0") if len(digits) <= point else f"{digits[:point]}.{digits[point:]}"


def text(value: Number) -> str:
    """The text that conversion to a string and `jsonencode` give: the shortest, never with an exponent."""
    if type(value) is int and value.bit_length() <= BITS:
        return str(value)
    if isinstance(value, float) and math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    negative, digits, point = shortest(value)
    return ("-" if negative else "") + fixed(digits, point)


def general(value: Number, digits: int | None = None) -> str:
    """What Go's `%g` gives, shortest (None) or of so many digits: with an exponent where it is very large or small."""
    if isinstance(value, float) and math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if digits is None:
        negative, found, point = shortest(value)
        limit = 6
    else:
        negative, found, point = decimal(value)
        found, point = round_digits(found, point, digits or 1)
        limit = len(found) if (digits or 1) > len(found) >= point else digits or 1
        found = found.rstrip("0")
    sign = "-" if negative else ""
    if found and not -4 <= point - 1 < limit:
        mantissa = found[0] + ("." + found[1:] if len(found) > 1 else "")
        return f"{sign}{mantissa}e{'-' if point < 1 else '+'}{abs(point - 1):02d}"
    return sign + fixed(found, point)
