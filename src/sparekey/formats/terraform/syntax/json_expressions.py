"""Expressions of the JSON syntax: what a JSON value stands for where an argument is set.

Most strings are templates, names of members too. Some are plain texts, and some are the text of a native expression.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.values import TooMuchError
from sparekey.formats.terraform.syntax import templates
from sparekey.formats.terraform.syntax.expressions import Parser, native
from sparekey.formats.terraform.syntax.json_values import Array, Json, Mapping, Number, Text, Word
from sparekey.formats.terraform.syntax.source import Source, SyntaxProblem
from sparekey.formats.terraform.syntax.tokens import normal
from sparekey.formats.terraform.syntax.tree import Expression, Literal, Object, Template, Tuple, Unreadable
from sparekey.model.span import Span


class Strings(Enum):
    """What a string is: a template, a plain text, or a native expression (a reference, a type, a keyword)."""

    TEMPLATE = "template"
    PLAIN = "plain"
    NATIVE = "native"


class _Whole(Source):
    """A text that stands in the file with escapes, so that only the place of the whole can be told."""

    __slots__ = ("_place",)

    def __init__(self, text: str, place: Span) -> None:
        super().__init__(text, place.file)
        self._place = place

    def span(self, start: int, end: int) -> Span:  # noqa: ARG002
        """The place of the whole string."""
        return self._place


def expression(source: Source, value: Json, strings: Strings) -> Expression:
    """The expression that a JSON value is."""
    if isinstance(value, Text):
        return _text(source, value, strings)
    span = source.span(value.start, value.end)
    if isinstance(value, Word):
        return Literal(span, value.value)
    if isinstance(value, Number):
        return _number(span, value)
    if isinstance(value, Array):
        return Tuple(span, tuple(expression(source, item, strings) for item in value.items))
    return _object(source, value, span, strings)


def _object(source: Source, value: Mapping, span: Span, strings: Strings) -> Expression:
    items: list[tuple[Expression, Expression]] = []
    seen: set[str] = set()
    for name, member in value.members:
        if name.value in seen:
            # Native syntax would take the last; in JSON, Terraform refuses the object.
            detail = f'An attribute named "{name.value}" was already defined.'
            return Unreadable(source.span(name.start, name.end), f"Duplicate object attribute: {detail}")
        seen.add(name.value)
        key = _text(source, name, Strings.PLAIN if strings is Strings.PLAIN else Strings.TEMPLATE)
        items.append((key, expression(source, member, strings)))
    return Object(span, tuple(items))


def _number(span: Span, value: Number) -> Expression:
    if len(value.digits) < 100 and value.digits.isdigit():
        return Literal(span, int(value.digits))
    try:
        number = numbers.parse(value.digits)
    except TooMuchError as error:
        return Unreadable(span, f"Invalid JSON number: {error}", limit=True)
    if number is None or isinstance(number, float):
        # Minus zero, which Terraform keeps apart from zero but prints alike.
        return Literal(span, 0) if number == 0 else Unreadable(span, "Invalid JSON number: It is beyond any bound.")
    return Literal(span, number)


def _text(source: Source, value: Text, strings: Strings) -> Expression:
    span = source.span(value.start, value.end)
    if strings is Strings.PLAIN or (strings is Strings.TEMPLATE and "{" not in value.value):
        return Template(span, (normal(value.value),) if value.value else ())
    inner: Source
    if value.exact:
        line, column = source.place(value.start + 1)
        inner = Source(value.value, source.name, line=line, column=column)
    else:
        inner = _Whole(value.value, span)
    read: Callable[[Parser], Expression] = templates.whole if strings is Strings.TEMPLATE else native
    try:
        result = read(Parser(inner, lined=False))
    except SyntaxProblem as problem:
        return problem.unreadable(inner)
    if isinstance(result, Template):
        return Template(span, result.parts, result.bare)
    return result
