"""JSON text as `jsonencode` writes it: no blanks, keys in order, numbers in full, and escapes that are safe inside of HTML."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.limits import LONGEST_TEXT
from sparekey.formats.terraform.lang.values import TooMuchError, Unknown, Value

_ESCAPED: Final = re.compile('["\\\\\x00-\x1f<>&\u2028\u2029]')
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class NoJsonError(Exception):
    """The value has no JSON text; the message says why."""


def quoted(written: str) -> str:
    """A text as a JSON string."""
    return f'"{_ESCAPED.sub(_escape, written)}"'


def _escape(match: re.Match[str]) -> str:
    symbol = match[0]
    return _SHORT.get(symbol) or f"\\u{ord(symbol):04x}"


def encode(value: Value) -> str:
    """The JSON text of a wholly known value, whose marks are not looked at; `TooMuchError` beyond the longest text that is made."""
    return "".join(part for part in pieces(value) if isinstance(part, str))


def pieces(value: Value) -> list[str | Value]:
    """The JSON text of a value in order, with each unknown value in it standing for its own text."""
    parts: list[str | Value] = []
    length = 0

    def put(part: str | Value) -> None:
        nonlocal length
        if isinstance(part, str):
            length += len(part)
            if length > LONGEST_TEXT:
                raise TooMuchError("a text of more than 4 MiB")
        parts.append(part)

    _write(value, put)
    return parts


def _write(value: Value, put: Callable[[str | Value], None]) -> None:
    match value.content:
        case None:
            put("null")
        case bool(content):
            put("true" if content else "false")
        case str(content):
            put(quoted(content))
        case Unknown():
            put(value)
        case tuple(items):
            put("[")
            for index, item in enumerate(items):
                if index:
                    put(",")
                _write(item, put)
            put("]")
        case Mapping() as members:
            put("{")
            for index, name in enumerate(sorted(members)):
                put(("," if index else "") + quoted(name) + ":")
                _write(members[name], put)
            put("}")
        case content:
            if isinstance(content, float) and math.isinf(content):
                raise NoJsonError("cannot serialize infinity as JSON")
            put(numbers.text(content))
