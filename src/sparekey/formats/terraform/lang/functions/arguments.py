"""What functions have in common in reading their arguments and in giving back what is not known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from sparekey.formats.terraform.lang.access import has_known_text
from sparekey.formats.terraform.lang.go_text import normal
from sparekey.formats.terraform.lang.limits import LONGEST_TEXT
from sparekey.formats.terraform.lang.numbers import Number
from sparekey.formats.terraform.lang.types import BOOL, NUMBER, Type
from sparekey.formats.terraform.lang.values import (
    NO_MARKS,
    Marks,
    Refinement,
    TooMuchError,
    Unknown,
    Value,
    made_of,
    text,
)

NOT_WHOLE: Final = "value must be a whole number, between -9223372036854775808 and 9223372036854775807"

_NOT_NULL: Final = Refinement(not_null=True)
_INT64: Final = 1 << 63


def whole(value: Value) -> int | None:
    """The known number as a whole one of 64 bits; None where it is none (`NOT_WHOLE` says so)."""
    content = value.content
    if isinstance(content, float):
        return 0 if content == 0 else None
    if isinstance(content, int) and -_INT64 <= content < _INT64:
        return int(content)
    if isinstance(content, Fraction) and content.denominator == 1 and -_INT64 <= content < _INT64:
        return content.numerator
    return None


def string(value: Value) -> str:
    """The text of a known string."""
    if not isinstance(value.content, str):
        raise TypeError("not a known string")
    return value.content


def amount(value: Value) -> Number:
    """The number of a known number."""
    content = value.content
    if isinstance(content, bool) or not isinstance(content, int | Fraction | float):
        raise TypeError("not a known number")
    return content


def finite(number: Number) -> bool:
    """Whether a number is not infinite."""
    return not (isinstance(number, float) and math.isinf(number))


def items(value: Value) -> Sequence[Value]:
    """The members of a known list, set, tuple, map or object, in its order."""
    content = value.content
    if isinstance(content, tuple):
        return content
    if isinstance(content, Mapping):
        return tuple(content.values())
    raise TypeError("no known collection")


def string_of(made: str) -> Value:
    """A string that a function made, in normal form; `TooMuchError` beyond the longest."""
    if len(made) > LONGEST_TEXT:
        raise TooMuchError("a text of more than 4 MiB")
    return text(normal(made))


def members(collection: Value) -> tuple[tuple[Value, ...], bool]:
    """What certainly stands in a list, set or tuple, and whether that is all."""
    content = collection.content
    if isinstance(content, tuple):
        return content, True
    if isinstance(content, Unknown):
        return content.holds, content.exact
    return (), False


def open_value(
    type_: Type,
    parts: Iterable[Value],
    *,
    marks: Marks = NO_MARKS,
    refinement: Refinement = _NOT_NULL,
    holds: Iterable[Value] = (),
    exact: bool = False,
) -> Value:
    """An unknown made of `parts`, as `values.made_of`, but with these marks alone.

    A known text among the parts, or in one of them, that is not held may name an object that no reference does.
    """
    parts, holds = tuple(parts), tuple(holds)
    value = made_of(type_, parts, refinement=refinement, holds=holds, exact=exact)
    content = value.content
    if isinstance(content, Unknown) and not content.beyond and not exact and type_ not in (NUMBER, BOOL):
        held = {id(item) for item in holds}
        if any(_loose(part, held) for part in parts):
            value = replace(value, content=replace(content, beyond=content.why.reason))
    return value if value.marks == marks else replace(value, marks=marks)


def _loose(part: Value, held: set[int]) -> bool:
    """Whether a known text stands in a part, outside of what is held."""
    if id(part) in held:
        return False
    content = part.content
    if isinstance(content, Unknown):
        return any(id(item) not in held and has_known_text(item) for item in content.holds)
    if isinstance(content, tuple | Mapping):
        return any(id(item) not in held and has_known_text(item) for item in items(part))
    return has_known_text(part)


def excerpt(type_: Type, given: Sequence[Value]) -> Value:
    """An unknown that is made of parts of the last argument, a text; one that was put together may have anything in it."""
    source = given[-1].content
    if not isinstance(source, Unknown):
        return open_value(type_, given)
    result = open_value(type_, given[-1:])
    content = result.content
    if isinstance(content, Unknown) and source.is_ is None and not content.beyond:
        result = replace(result, content=replace(content, beyond=content.why.reason))
    return result


def joined_marks(*values: Value) -> Marks:
    """The values' own marks together."""
    found = NO_MARKS
    for value in values:
        found |= value.marks
    return found
