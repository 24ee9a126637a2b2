"""Refinements: what is known of an unknown value, and where that is enough to know more of it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from sparekey.formats.terraform.lang import build, numbers
from sparekey.formats.terraform.lang.types import DYNAMIC, NUMBER, ListType, MapType, SetType
from sparekey.formats.terraform.lang.values import NO_REFINEMENT, Refinement, Unknown, Value

MOST_PLACEHOLDERS = 1024
"""No longer list of unknown members is made of a length alone, as a bound on memory."""

_DELIMITERS = frozenset("-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'")


def refinement(value: Value) -> Refinement:
    """What is known of a value that need not be known."""
    return value.content.refinement if isinstance(value.content, Unknown) else NO_REFINEMENT


def not_null(value: Value) -> bool:
    """Whether a value is certainly not null."""
    return value.content.refinement.not_null if isinstance(value.content, Unknown) else value.content is not None


def refined(value: Value, more: Refinement) -> Value:
    """A value of which more is known than it tells; a known one, or one of unknown type, stays as it is.

    Where that determines it (a number between equal bounds, a list of known length) it becomes known as far as that goes.
    """
    content = value.content
    if not isinstance(content, Unknown) or value.type == DYNAMIC:
        return value
    have = content.refinement
    merged = Refinement(
        not_null=have.not_null or more.not_null,
        prefix=more.prefix if len(more.prefix) > len(have.prefix) else have.prefix,
        least=_least(have.least, more.least),
        most=_most(have.most, more.most),
        shortest=max(have.shortest, more.shortest),
        longest=more.longest
        if have.longest is None
        else have.longest
        if more.longest is None
        else min(have.longest, more.longest),
    )
    if merged == have:
        return value
    unknown = replace(content, refinement=merged)
    if merged.not_null:
        determined = _determined(replace(value, content=unknown), unknown)
        if determined is not None:
            return determined.marked(value.marks)
    return replace(value, content=unknown)


def _determined(value: Value, unknown: Unknown) -> Value | None:
    """The value that its refinement leaves no choice for, with unknown members where those are not known."""
    known = unknown.refinement
    if value.type == NUMBER:
        least, most = known.least, known.most
        if least and most and least[1] and most[1] and numbers.equal(least[0], most[0]):
            return Value(NUMBER, least[0])
        return None
    if not isinstance(value.type, ListType | SetType | MapType) or known.shortest != known.longest:
        return None
    size = known.shortest
    if not size:
        return Value(value.type, {} if isinstance(value.type, MapType) else ())
    if unknown.members is not None or unknown.holds:
        # It can be traced better as a whole, and nothing of what Terraform knows is said wrongly.
        return None
    if (isinstance(value.type, ListType) and size <= MOST_PLACEHOLDERS) or (isinstance(value.type, SetType) and size == 1):
        among = unknown.among if unknown.is_ is None else unknown.among | {unknown.is_}
        member = Value(value.type.element, replace(unknown, refinement=NO_REFINEMENT, exact=False, is_=None, among=among))
        return (
            build.list_of([member] * size, value.type.element)
            if isinstance(value.type, ListType)
            else Value(value.type, (member,))
        )
    return None


def _least(
    one: tuple[numbers.Number, bool] | None, other: tuple[numbers.Number, bool] | None
) -> tuple[numbers.Number, bool] | None:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        return one[0], one[1] and other[1]
    return max(one, other, key=lambda bound: bound[0])


def _most(
    one: tuple[numbers.Number, bool] | None, other: tuple[numbers.Number, bool] | None
) -> tuple[numbers.Number, bool] | None:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        return one[0], one[1] and other[1]
    return min(one, other, key=lambda bound: bound[0])


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a value, known or not, as cty's `Range` gives them: (bound, inclusive); lengths for collections."""

    not_null: bool
    least: tuple[numbers.Number, bool]
    most: tuple[numbers.Number, bool]
    shortest: int
    longest: int | None


_NO_LEAST = (float("-inf"), False)
_NO_MOST = (float("inf"), False)


def range_of(value: Value) -> Range:
    """The range of a value."""
    content = value.content
    if isinstance(content, Unknown):
        known = content.refinement
        return Range(known.not_null, known.least or _NO_LEAST, known.most or _NO_MOST, known.shortest, known.longest)
    if content is None:
        return Range(False, _NO_LEAST, _NO_MOST, 0, None)
    if value.type == NUMBER and isinstance(content, numbers.NUMBERS):
        return Range(True, (content, True), (content, True), 0, None)
    size = len(content) if isinstance(content, tuple | dict) else 0
    open_set = isinstance(value.type, SetType) and size > 1 and build.length_open(value)
    return Range(True, _NO_LEAST, _NO_MOST, 0 if open_set else size, None if open_set else size)


def safe_prefix(text: str) -> str:
    """The part of a text that stays whatever follows it: without a last letter that a combining mark could change."""
    text = unicodedata.normalize("NFC", text)
    if not text or text[-1] in _DELIMITERS:
        return text
    end = len(text) - 1
    while end and (
        unicodedata.combining(text[end]) or unicodedata.category(text[end]) in {"Mn", "Me", "Mc"} or text[end] == "\u200d"
    ):
        end -= 1
    # A letter and what follows it may also form one cluster with what stands before it.
    while end and (text[end - 1] == "\u200d" or (ord(text[end]) > 0xFF and ord(text[end - 1]) > 0xFF)):
        end -= 1
    return text[:end]
