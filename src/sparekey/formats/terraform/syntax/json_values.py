"""JSON with the place of everything in it, as Terraform's JSON syntax needs it: members in order, repeated names kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import NoReturn

from sparekey.formats.terraform.syntax.source import Source, SyntaxProblem
from sparekey.formats.terraform.syntax.tokens import DEEPEST, too_deep

_DECODER = JSONDecoder()  # for strings alone
_BLANK = re.compile(r"[ \t\r\n]*+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![0-9.eE+-])")
_WORD = re.compile(r"[A-Za-z_]++")
_LONE = re.compile("[\ud800-\udfff]")
_STARTS = "A JSON value must start with a brace, a bracket, a number, a string, or a keyword."
_KEYWORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(slots=True, frozen=True)
class Text:
    """A string. `exact`: without escapes, so that its characters stand in the file as they are in it."""

    start: int
    end: int
    value: str
    exact: bool


@dataclass(slots=True, frozen=True)
class Number:
    """A number, as written."""

    start: int
    end: int
    digits: str


@dataclass(slots=True, frozen=True)
class Word:
    """`true`, `false` or `null`."""

    start: int
    end: int
    value: bool | None


@dataclass(slots=True, frozen=True)
class Array:
    """`[...]`."""

    start: int
    end: int
    items: tuple[Json, ...]


@dataclass(slots=True, frozen=True)
class Mapping:
    """`{...}`: names and values in order. A name may come twice."""

    start: int
    end: int
    members: tuple[tuple[Text, Json], ...]


Json = Text | Number | Word | Array | Mapping


def read(source: Source) -> Json:
    """The one value that a text holds. `SyntaxProblem`, with Terraform's heading, where it is not JSON."""
    reader = _Reader(source.text)
    value, at = reader.value(reader.blank(0), 0)
    at = reader.blank(at)
    if at < len(source.text):
        raise SyntaxProblem("Extraneous data after value", "Extra characters appear after the JSON value.", at, at + 1)
    return value


class _Reader:
    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def blank(self, at: int) -> int:
        """The offset of the first character from `at` that is no blank."""
        match = _BLANK.match(self._text, at)
        return match.end() if match else at

    def value(self, at: int, depth: int) -> tuple[Json, int]:
        """The value that starts at an offset, and the offset behind it."""
        character = self._text[at : at + 1]
        if character == '"':
            text = self._string(at)
            return text, text.end
        if character in {"{", "["} and depth >= DEEPEST:
            raise too_deep(at, at + 1)
        if character == "{":
            return self._mapping(at, depth)
        if character == "[":
            return self._array(at, depth)
        number = _NUMBER.match(self._text, at)
        if number:
            return Number(at, number.end(), number[0]), number.end()
        if character and character in "+-.0123456789":
            self._fail("Invalid JSON number", "There is a syntax error in the given JSON number.", at)
        return self._word(at, character)

    def _word(self, at: int, character: str) -> tuple[Json, int]:
        word = _WORD.match(self._text, at) if character != "_" else None
        if word is None:
            if not character:
                self._fail("Missing value", "The JSON data ends prematurely.", max(at - 1, 0))
            summary = {"}": "Missing JSON value", "]": "Missing array element value"}.get(character, "Invalid start of value")
            self._fail(summary, _STARTS, at)
        if word[0] not in _KEYWORDS:
            raise SyntaxProblem("Invalid JSON keyword", f'"{word[0]}" is not a valid JSON keyword.', at, word.end())
        return Word(at, word.end(), _KEYWORDS[word[0]]), word.end()

    def _string(self, at: int) -> Text:
        try:
            value, end = _DECODER.raw_decode(self._text, at)
        except JSONDecodeError as error:
            place = min(error.pos, len(self._text) - 1)
            self._fail("Invalid JSON string", "There is a syntax error in the given JSON string.", place)
        # Half of a pair of surrogates stands for no character; Go, too, takes it for an unknown one.
        return Text(at, end, value if value.isascii() else _LONE.sub("\ufffd", value), len(value) == end - at - 2)

    def _mapping(self, start: int, depth: int) -> tuple[Json, int]:
        members: list[tuple[Text, Json]] = []
        at = self.blank(start + 1)
        text = self._text
        while text[at : at + 1] != "}":
            if text[at : at + 1] != '"':
                self.value(at, depth + 1)
                self._fail("Invalid object property name", "A JSON object property name must be a string", at)
            name = self._string(at)
            at = self.blank(name.end)
            if text[at : at + 1] != ":":
                missing = text[at : at + 1] in {"}", ","}
                self._fail(
                    "Missing object value" if missing else "Missing property value colon",
                    "A colon must appear between an object property's name and its value.",
                    at,
                )
            value, at = self.value(self.blank(at + 1), depth + 1)
            members.append((name, value))
            at = self.blank(at)
            follower = text[at : at + 1]
            if follower == ",":
                comma = at
                at = self.blank(at + 1)
                if text[at : at + 1] == "}":
                    self._fail(
                        "Trailing comma in object",
                        "JSON does not permit a trailing comma after the final property in an object.",
                        comma,
                    )
            elif not follower:
                self._fail("Unclosed object", "No closing brace was found for this JSON object.", start)
            elif follower == "]":
                self._fail("Mismatched braces", "A JSON object must be closed with a brace, not a bracket.", at)
            elif follower != "}":
                self._fail(
                    "Missing attribute seperator comma",  # spelled as Terraform has it
                    "A comma must appear between each property definition in an object.",
                    at,
                )
        return Mapping(start, at + 1, tuple(members)), at + 1

    def _array(self, start: int, depth: int) -> tuple[Json, int]:
        items: list[Json] = []
        at = self.blank(start + 1)
        text = self._text
        while text[at : at + 1] != "]":
            value, at = self.value(at, depth + 1)
            items.append(value)
            at = self.blank(at)
            follower = text[at : at + 1]
            if follower == ",":
                comma = at
                at = self.blank(at + 1)
                if text[at : at + 1] == "]":
                    self._fail(
                        "Trailing comma in array",
                        "JSON does not permit a trailing comma after the final value in an array.",
                        comma,
                    )
            elif follower == ":":
                self._fail("Invalid array value", "A colon is not used to introduce values in a JSON array.", at)
            elif not follower:
                self._fail("Unclosed object", "No closing bracket was found for this JSON array.", start)
            elif follower == "}":
                self._fail("Mismatched brackets", "A JSON array must be closed with a bracket, not a brace.", at)
            elif follower != "]":
                self._fail("Missing attribute seperator comma", "A comma must appear between each value in an array.", at)
        return Array(start, at + 1, tuple(items)), at + 1

    @staticmethod
    def _fail(summary: str, detail: str, at: int) -> NoReturn:
        raise SyntaxProblem(summary, detail, at, at + 1)
