"""JSON as .NET's most used library reads it: comments, single quotes, bare keys, loose commas, `undefined`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from sparekey.formats.arm.language.values import EvaluationError, Later, NotYetError, Spend, TooMuchError, Value

_DEEPEST = 120
_BLANK = re.compile(r"(?:[ \t\r\n\v\f\x85\xa0]++|/\*.*?\*/|//[^\r\n]*+)*+", re.DOTALL)
_TEXTS = {
    '"': re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL),
    "'": re.compile(r"'((?:[^'\\]++|\\.)*+)'", re.DOTALL),
}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "'": "'", "\\": "\\", "/": "/"}
_KEY = re.compile(r"[\w$]+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d*)?([eE][+-]?\d+)?(?![\w.])", re.ASCII)
_ODD_NUMBER = re.compile(r"[-+.]?[\dINn]")
_WORD = re.compile(r"(true|false|null|undefined)(?!\w)")
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None, "undefined": None}
_LONGEST_NUMBER = 300


def loads(text: str, spend: Spend | None = None) -> Value:
    """The value in a text; `spend` is told the work. Raises EvaluationError, TooMuchError, and NotYetError for what may or may not be taken."""
    if spend is not None:
        spend(len(text) >> 3)
    try:
        value: Value = json.loads(text, strict=False, parse_int=_whole, parse_constant=_constant)
    except ValueError:
        if spend is not None:
            spend(len(text) >> 1)
        return Lenient(text).whole()
    except RecursionError:
        raise TooMuchError("holds JSON that is nested too deeply") from None
    return value


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise EvaluationError("a number with more digits than anything takes")
    return int(digits)


def _constant(word: str) -> Value:
    raise NotYetError(Later(f"a number that JSON cannot hold: {word}"))


class Lenient:
    """A reader of one text. `objects` is told every pair of offset and key, for those who look for places."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def whole(self) -> Value:
        """The one value in the text. Raises EvaluationError, TooMuchError."""
        value = self._value()
        self._skip()
        if self._at < len(self._text):
            raise self._wrong("goes on where it should end")
        return value

    def _wrong(self, why: str) -> EvaluationError:
        return EvaluationError(f"the JSON {why} at position {self._at}")

    def _skip(self) -> str:
        """The next character that says something, "" at the end."""
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def _value(self) -> Value:
        first = self._skip()
        if first in ("{", "["):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise TooMuchError("holds JSON that is nested too deeply")
            self._at += 1
            value: Value = self._object() if first == "{" else self._array()
            self._depth -= 1
            return value
        if first in _TEXTS:
            return self._quoted(first)
        number = _NUMBER.match(self._text, self._at)
        if number:
            self._at = number.end()
            return float(number[0]) if number[1] or number[2] else _whole(number[0])
        word = _WORD.match(self._text, self._at)
        if word:
            self._at = word.end()
            return _WORDS[word[1]]
        if _ODD_NUMBER.match(self._text, self._at):
            raise NotYetError(Later("a number in JSON that only some libraries read"))
        raise self._wrong("has no value")

    def _quoted(self, quote: str) -> str:
        found = _TEXTS[quote].match(self._text, self._at)
        if not found:
            raise self._wrong("has a text without end")
        self._at = found.end()
        if "\\" not in found[1]:
            return found[1]
        text = _ESCAPE.sub(self._escaped, found[1])
        try:
            # Two halves of one character, each written as an escape, are one character.
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            return text

    def _escaped(self, found: re.Match[str]) -> str:
        word = found[1]
        if len(word) > 1:
            return chr(int(word[1:], 16))
        if word not in _ESCAPES:
            raise self._wrong("has an unknown escape")
        return _ESCAPES[word]

    def _object(self) -> dict[str, Value]:
        held: dict[str, Value] = {}

        def member() -> None:
            first = self._skip()
            if first in _TEXTS:
                key = self._quoted(first)
            else:
                found = _KEY.match(self._text, self._at)
                if not found:
                    raise self._wrong("has no key")
                key = found[0]
                self._at = found.end()
            if self._skip() != ":":
                raise self._wrong("has no colon")
            self._at += 1
            held[key] = self._value()

        self._members("}", member)
        return held

    def _array(self) -> list[Value]:
        held: list[Value] = []
        self._members("]", lambda: held.append(self._value()))
        return held

    def _members(self, end: str, member: Callable[[], None]) -> None:
        while True:
            if self._skip() == end:
                self._at += 1
                return
            member()
            follows = self._skip()
            if follows not in (",", end) or not follows:
                raise self._wrong("lacks a comma or an end")
            if follows == ",":
                self._at += 1
