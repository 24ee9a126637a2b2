"""Numbers: laws of rounding and of text, and a few texts that Terraform 1.11.4 gave."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.values import TooMuchError

wholes = st.integers(min_value=-(10**40), max_value=10**40)
decimals = st.tuples(wholes, st.integers(min_value=-60, max_value=60)).map(lambda pair: f"{pair[0]}e{pair[1]}")


def parsed(text: str) -> numbers.Number:
    value = numbers.parse(text)
    assert value is not None
    return value


def written(text: str) -> Fraction:
    with localcontext(prec=2_000):
        return Fraction(Decimal(text))


@given(decimals)
def test_a_number_is_the_nearest_of_512_bits(text: str) -> None:
    value, exact = Fraction(parsed(text)), written(text)
    assert abs(value - exact) * 2**512 <= abs(exact)
    assert (value.denominator & (value.denominator - 1)) == 0


@given(decimals)
def test_the_text_of_a_number_is_that_number_and_no_longer_than_what_was_read(text: str) -> None:
    value = parsed(text)
    shown = numbers.text(value)
    assert "e" not in shown
    assert parsed(shown) == value
    if value:
        digits = written(text).numerator
        assert len(shown.strip("-").replace(".", "").strip("0")) <= max(1, len(str(abs(digits)))) + 60


@given(decimals, decimals)
def test_sums_and_products_are_the_exact_ones_rounded(left: str, right: str) -> None:
    one, other = parsed(left), parsed(right)
    for made, exact in (
        (numbers.add(one, other), Fraction(one) + Fraction(other)),
        (numbers.multiply(one, other), Fraction(one) * Fraction(other)),
        (numbers.subtract(one, other), Fraction(one) - Fraction(other)),
    ):
        assert abs(Fraction(made) - exact) * 2**512 <= abs(exact)


@given(wholes, wholes.filter(bool))
def test_division_and_remainder_belong_together(left: int, right: int) -> None:
    quotient = numbers.divide(left, right)
    assert abs(Fraction(quotient) - Fraction(left, right)) * 2**512 <= abs(Fraction(left, right))
    assert numbers.modulo(left, right) == math.fmod(left, right) or abs(left) >= 2**53 or abs(right) >= 2**53
    assert Fraction(numbers.modulo(left, right)) == left - right * math.trunc(Fraction(left, right))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_keeps_its_value_and_its_short_text(value: float) -> None:
    made = numbers.from_float(value)
    assert made == value
    # Go takes half a unit below a power of two too, so that its text there may be one too short: pow(2, -24) in Terraform.
    assert float(numbers.text(made)) == value or abs(math.frexp(value)[0]) == 0.5


def test_the_text_of_a_power_of_two_is_as_short_as_gos() -> None:
    assert numbers.text(numbers.from_float(2.0**-24)) == "0.00000005960464477539062"  # pow(2, -24)


@pytest.mark.parametrize(
    "text, want",  # as terraform console shows them
    [
        ("1e300", "1" + "0" * 300),
        ("1p3", "8"),
        ("-0", "-0"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0.1", "0.1"),
        ("100", "100"),
    ],
)
def test_texts_that_terraform_gave(text: str, want: str) -> None:
    assert numbers.text(parsed(text)) == want


@pytest.mark.parametrize("text", ["", ".", "e1", "1e", "0x10", "1_000", " 1", "1 ", "--1", "\u0661", "NaN", "infinity"])
def test_what_is_no_number(text: str) -> None:
    assert numbers.parse(text) is None


def test_numbers_that_go_makes_of_integers_have_64_bits() -> None:
    third = numbers.divide(numbers.narrow(1), numbers.narrow(3))
    assert numbers.text(third) == "0.33333333333333333334"  # length(["a"]) / length(["a", "b", "c"])
    assert len(numbers.text(numbers.divide(numbers.narrow(1), 3))) > 150


def test_infinities_are_computed_with_as_far_as_terraform_does() -> None:
    infinite = numbers.divide(1, 0)
    assert numbers.text(infinite) == "+Inf"
    assert numbers.add(infinite, 1) == infinite
    assert numbers.divide(1, infinite) == 0
    assert numbers.modulo(5, 0) == 5
    with pytest.raises(ArithmeticError):
        numbers.divide(0, 0)
    with pytest.raises(ArithmeticError):
        numbers.subtract(infinite, infinite)
    with pytest.raises(ArithmeticError):
        numbers.multiply(0, infinite)
    with pytest.raises(ArithmeticError):
        numbers.modulo(infinite, 2)


@pytest.mark.parametrize("text", ["1e999999", "1e-999999", "1e99999999999999", "9" * 30_000])
def test_numbers_beyond_any_bound_are_too_much(text: str) -> None:
    with pytest.raises(TooMuchError):
        numbers.parse(text)
