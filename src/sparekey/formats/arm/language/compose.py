"""`format`: .NET's composite formats; and the JSON text of a value."""

from __future__ import annotations

import re

from sparekey.formats.arm.language.numerals import formatted, json_float
from sparekey.formats.arm.language.values import (
    LONGEST_TEXT,
    MOST_LOOKS,
    EvaluationError,
    Spend,
    TooMuchError,
    Value,
    capped,
    settled,
)

_PIECE = re.compile(r"\{\{|\}\}|\{([0-9]{1,7}) *(?:, *(-?[0-9]{1,7}) *)?(?::((?:[^{}])*))?\}|[{}]|[^{}]+")
_ESCAPED = re.compile(r"[\x00-\x1f\\\"\x85\u2028\u2029]")
_ESCAPED_SINGLE = re.compile(r"[\x00-\x1f\\'\x85\u2028\u2029]")
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\\": "\\\\", '"': '\\"', "'": "\\'"}
_WIDEST = 1_000_000


def composed(pattern: str, arguments: list[Value], spend: Spend | None = None) -> str:
    """The text that `format` makes; `spend` is told the work. Raises EvaluationError, NotYetError, TooMuchError."""
    pieces: list[str] = []
    size = 0
    for found in _PIECE.finditer(pattern):
        word = found[0]
        if word in ("{{", "}}"):
            pieces.append(word[0])
        elif found[1] is not None:
            index = int(found[1])
            if index >= len(arguments):
                raise EvaluationError(f"the format asks for value {index}, and there are {len(arguments)}")
            pieces.append(_aligned(shown(arguments[index], found[3] or "", spend), int(found[2] or 0)))
        elif word in ("{", "}"):
            raise EvaluationError("the format has a brace that is not closed or not opened")
        else:
            pieces.append(word)
        size += len(pieces[-1])
        if size > LONGEST_TEXT:
            break
    if spend is not None:
        spend(len(pieces) >> 1)
    return capped("".join(pieces))


def _aligned(text: str, width: int) -> str:
    if abs(width) > _WIDEST:
        raise EvaluationError("the format makes a text absurdly wide")
    return text.rjust(width) if width >= 0 else text.ljust(-width)


def shown(value: Value, pattern: str = "", spend: Spend | None = None) -> str:
    """One value as `format` and `concat` show it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return formatted(value, pattern)
    return json_text(settled(value, spend), quote="'", spend=spend)


def json_text(value: Value, quote: str = '"', spend: Spend | None = None) -> str:
    """A value as compact JSON, in the way that .NET's most used library writes it; `spend` is told the work. Raises TooMuchError."""
    pieces: list[str] = []
    _write(value, quote, pieces, spend)
    if spend is not None:
        spend(sum(map(len, pieces)) >> 5)
    if len(pieces) > MOST_LOOKS:
        raise TooMuchError("makes a text of more members than any template has")
    return capped("".join(pieces))


def _write(value: Value, quote: str, into: list[str], spend: Spend | None) -> None:
    if len(into) > MOST_LOOKS:
        return
    if value is None:
        into.append("null")
    elif isinstance(value, bool):
        into.append("true" if value else "false")
    elif isinstance(value, str):
        into.append(_quoted(value, quote))
    elif isinstance(value, int):
        into.append(str(value))
    elif isinstance(value, float):
        into.append(json_float(value))
    elif isinstance(value, list):
        if spend is not None:
            spend(1 + len(value) // 2)
        into.append("[")
        for index, item in enumerate(value):
            if index:
                into.append(",")
            _write(item, quote, into, spend)
        into.append("]")
    elif isinstance(value, dict):
        if spend is not None:
            spend(1 + len(value))
        into.append("{")
        for index, (key, item) in enumerate(value.items()):
            if index:
                into.append(",")
            into.append(f"{_quoted(key, quote)}:")
            _write(item, quote, into, spend)
        into.append("}")
    else:
        raise EvaluationError("a lambda is no value")


def _quoted(text: str, quote: str) -> str:
    pattern = _ESCAPED if quote == '"' else _ESCAPED_SINGLE
    return quote + pattern.sub(lambda found: _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}", text) + quote
