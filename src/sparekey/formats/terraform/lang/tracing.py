"""Ids through text and back: what `jsondecode(jsonencode(x))` holds although Terraform itself knows nothing of it before the apply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from sparekey.formats.terraform.lang.access import has_known_text
from sparekey.formats.terraform.lang.json_reading import DocumentError
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING, SetType, Type
from sparekey.formats.terraform.lang.values import (
    NO_REFINEMENT,
    EvaluationError,
    Refinement,
    TooMuchError,
    Unknown,
    Value,
    Why,
    all_marks,
    made_of,
    sources,
)

_OPENS: Final = "\ue000"  # private use: what stands between these marks is the number of a value
_CLOSES: Final = "\ue001"
_MARK: Final = re.compile(f"{_OPENS}([0-9]+){_CLOSES}")
_MOST_PIECES: Final = 10_000

Decoder = Callable[[str], Value]


def unknown_parts(value: Value) -> Iterator[Value]:
    """The values inside a value that are not known."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one.content, Unknown):
            yield one
        elif isinstance(one.content, tuple):
            stack.extend(reversed(one.content))
        elif isinstance(one.content, Mapping):
            stack.extend(reversed(list(one.content.values())))


def encoded(value: Value, refinement: Refinement) -> Value:
    """The text of a value of which something is not known, and which of that certainly stands in it."""
    result = made_of(STRING, [value], refinement=refinement, holds=unknown_parts(value))
    content = result.content
    return replace(result, content=replace(content, encodes=value)) if isinstance(content, Unknown) else result


def decoded(text: Value, type_: Type, decode: Decoder) -> Value:
    """What a text that is not known will be decoded to, with its parts traced where that can be done."""
    content = text.content
    if not isinstance(content, Unknown):
        raise TypeError("an unknown text was promised")
    document = content.encodes or _document(content, decode)
    if document is None:
        return _untraced(text, content, type_)
    if type_ != DYNAMIC:
        return made_of(type_, [document], holds=unknown_parts(document))
    return _traced(document, content.why)


def _untraced(text: Value, content: Unknown, type_: Type) -> Value:
    """A value that may be made of all that the text is, and of what is written in it besides."""
    result = made_of(type_, [text])
    made = result.content
    if isinstance(made, Unknown) and not made.beyond and content.is_ is None:
        return replace(result, content=replace(made, beyond=content.why.reason))
    return result


def _document(content: Unknown, decode: Decoder) -> Value | None:
    """The document that the pieces of a text write, if its structure is known; only parts of its strings are not."""
    if not content.pieces or len(content.pieces) > _MOST_PIECES:
        return None
    written: list[str] = []
    values: list[Value] = []
    for piece in content.pieces:
        if isinstance(piece, str):
            if _OPENS in piece or _CLOSES in piece:
                return None
            written.append(piece)
            continue
        inner = piece.content
        if not isinstance(inner, Unknown):
            return None
        if inner.encodes is not None:
            written.append(f'"{_OPENS}{len(values)}{_CLOSES}"')
            values.append(inner.encodes)
        elif inner.is_ is not None:
            written.append(f"{_OPENS}{len(values)}{_CLOSES}")
            values.append(piece)
        else:
            return None
    try:
        return _filled(decode("".join(written)), values)
    except (DocumentError, EvaluationError, TooMuchError, _UntraceableError):
        return None


class _UntraceableError(Exception):
    """A key is not known, so that nothing around it is certain."""


def _filled(value: Value, values: list[Value]) -> Value:
    """A decoded document with the values in their places again."""
    content = value.content
    if isinstance(content, str):
        return _filled_text(value, content, values)
    if isinstance(content, tuple):
        return Value(value.type, tuple(_filled(item, values) for item in content))
    if isinstance(content, Mapping):
        if any(_OPENS in name for name in content):
            raise _UntraceableError
        return Value(value.type, {name: _filled(item, values) for name, item in content.items()})
    return value


def _filled_text(value: Value, content: str, values: list[Value]) -> Value:
    numbers = [int(number) for number in _MARK.findall(content)]
    if not numbers:
        return value
    parts = [values[number] for number in numbers]
    if len(parts) == 1 and _MARK.fullmatch(content):
        return parts[0]
    holds = [part for whole in parts for part in unknown_parts(whole)]
    return made_of(STRING, parts, holds=holds)


def _traced(document: Value, why: Why) -> Value:
    """An unknown whose members are those of a document."""
    content = document.content
    if isinstance(content, Unknown):
        return Value(DYNAMIC, replace(content, refinement=NO_REFINEMENT, encodes=None, pieces=()), document.marks)
    holds = tuple(unknown_parts(document))
    among, beyond, _ = sources(document)
    if not beyond and has_known_text(document):
        beyond = why.reason
    children = list(content.values()) if isinstance(content, Mapping) else list(content) if isinstance(content, tuple) else []
    exact = isinstance(content, tuple) and bool(children) and all(not child.known for child in children)

    def member(key: str | int) -> Value:
        found: Value | None = None
        if isinstance(content, Mapping):
            found = content.get(str(key))
        elif isinstance(content, tuple) and isinstance(key, int) and 0 <= key < len(content):
            found = content[key]
        if found is None:
            return Value(DYNAMIC, Unknown(why=why, beyond=why.reason))
        return _traced(found, why)

    traceable = bool(children) and not isinstance(document.type, SetType)
    unknown = Unknown(why=why, among=among, beyond=beyond, holds=holds, exact=exact, members=member if traceable else None)
    return Value(DYNAMIC, unknown, all_marks(document))
