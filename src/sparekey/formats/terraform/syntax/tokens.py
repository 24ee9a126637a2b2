"""The words of the native syntax, one at a time.

The rules are those of Terraform's own scanner: what is a name, a number, a comment, the start of a heredoc. A scanner is in one
of two states: newlines are words (in a body and between the items of an object) or blanks (inside other brackets).
"""

from __future__ import annotations

import re
import unicodedata

from sparekey.formats.terraform.syntax.source import Source, SyntaxProblem

# Letters, `_` and all beyond ASCII, then digits and `-` too; said by what they are not, which compiles ten times faster.
IDENTIFIER = r"[^\x00-@\[-^`{-\x7f][^\x00-,./:-@\[-^`{-\x7f]*+"
HEREDOC = rf"<<-?{IDENTIFIER}\r?\n"
PLAIN_STRING = r'"[^"\\$%\r\n]*+"'
COMMENT = r"/\*(?s:.*?)\*/"
_LINE_END = r"(?:\r?\n|(?:#|//)[^\n]*+(?:\n|\Z))"

_WORD = (
    rf"(?P<string>{PLAIN_STRING})|(?P<name>{IDENTIFIER})|(?P<number>[0-9]++(?:\.*+(?:[eE][+-]?)?[0-9]++)*+)"
    rf'|(?P<quote>")|(?P<heredoc>{HEREDOC})|(?P<newline>{_LINE_END}(?:[ \t]*+{_LINE_END})*+)'
    r"|(?P<symbol>\.\.\.|==|=>|!=|>=|<=|&&|\|\||::|~\}|[\[\](){}.,*/%+\-=<>!?:])|(?P<end>\Z)|(?P<bad>(?s:.))"
)
_LINED = re.compile(rf"(?:[ \t]++|{COMMENT})*+(?:{_WORD})")
_FREE = re.compile(rf"(?:[ \t\n]++|\r\n|{COMMENT}|(?:#|//)[^\n]*+)*+(?:{_WORD})")

STRING, NAME, NUMBER, QUOTE, HEREDOC_START, NEWLINE, SYMBOL, END, BAD = range(1, 10)

_KINDS = {STRING: "string", NAME: "name", NUMBER: "number", QUOTE: '"', HEREDOC_START: "<<", NEWLINE: "newline", END: "end"}

# What Go's unicode.IsSpace takes for a space; Python's own idea of it has four control characters more.
SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)

DEEPEST = 100
"""How deep expressions, templates and blocks may nest in each other. The deepest of 760 files written to try a reader nests 9
levels, and Python's own stack (1,000 calls) has to hold the reading and the evaluating of them."""

MOST_MEMBERS = 100_000
"""How many members one list or object may be written with: as many as a value may have."""


def identifier_length(text: str) -> int:
    """How many of the characters that look like a name are one: the scanner's pattern takes any character beyond ASCII."""
    if not text[0].isascii() and not text[0].isidentifier():
        return 0
    for index, character in enumerate(text):
        if not character.isascii() and not ("a" + character).isidentifier():
            return index
    return len(text)


WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
"""Names that are values."""


def normal(text: str) -> str:
    """A text in the normal form (NFC) that Terraform keeps all its strings in."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


class Scanner:
    """A position in a text, and the word there.

    `kind` is "name", "string" (quoted, without anything special in it), "number", '"' (another quoted template), "<<" (a
    heredoc), "newline", "end" or the symbol itself; `value` is its text, from `start` to before `end`. `previous` is the end of
    the word before it.
    """

    __slots__ = ("depth", "end", "kind", "limit", "lined", "previous", "source", "start", "text", "value")

    def __init__(self, source: Source, at: int = 0, *, limit: int | None = None, lined: bool = True) -> None:
        self.source = source
        self.text = source.text
        self.limit = len(source.text) if limit is None else limit
        self.lined = lined
        self.depth = 0
        self.kind = ""
        self.value = ""
        self.start = self.end = self.previous = at

    def advance(self) -> None:
        """Go to the next word. `SyntaxProblem` for what can be no word."""
        self.previous = self.end
        match = (_LINED if self.lined else _FREE).match(self.text, self.end, self.limit)
        if match is None:  # cannot happen: the last alternatives take everything
            raise AssertionError
        index = match.lastindex or END
        self.value = value = match[index]
        self.start, self.end = match.span(index)
        if index == SYMBOL:
            self.kind = value
            return
        if index == BAD:
            raise self.bad_character()
        self.kind = _KINDS[index]
        if not value.isascii():
            self._check_letters(index)

    def _check_letters(self, index: int) -> None:
        """Take of a name beyond ASCII what is one, and refuse a string that is not UTF-8."""
        if index == STRING and (at := broken_at(self.text, self.start, self.end)) >= 0:
            raise encoding_problem(at)
        if index == NAME:
            length = identifier_length(self.value)
            if not length:
                raise self.bad_character()
            self.end = self.start + length
            self.value = self.value[:length]

    def jump(self, end: int) -> None:
        """Stand at an offset, after a word that was read by other means; `advance` goes on from there."""
        self.end = end

    def bad_character(self) -> SyntaxProblem:
        """What is wrong with the character that the word starts with."""
        character = self.text[self.start]
        end = self.start + 1
        if "\udc80" <= character <= "\udcff":
            return encoding_problem(self.start)
        if character in "&|^~":
            return SyntaxProblem("Unsupported operator", "Bitwise operators are not supported.", self.start, end)
        return SyntaxProblem("Invalid character", "This character is not used within the language.", self.start, end)

    def deeper(self) -> None:
        """Go one level down; `SyntaxProblem` where that is too deep. The caller comes up again by `depth -= 1`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep(self.start, self.end)


def too_deep(start: int, end: int) -> SyntaxProblem:
    """The refusal of more nesting than `DEEPEST`."""
    return SyntaxProblem("Nested too deeply", f"More than {DEEPEST} levels are not read.", start, end, limit=True)


def too_many(start: int, end: int) -> SyntaxProblem:
    """The refusal of more members than `MOST_MEMBERS`."""
    return SyntaxProblem("Too many members", f"More than {MOST_MEMBERS} members are not read.", start, end, limit=True)


_SURROGATE = re.compile("[\udc80-\udcff]")


def broken_at(text: str, start: int, end: int) -> int:
    """Where a stretch of a text was not UTF-8, or -1."""
    match = _SURROGATE.search(text, start, end)
    return match.start() if match else -1


def encoding_problem(at: int) -> SyntaxProblem:
    """The refusal of what is not UTF-8."""
    return SyntaxProblem("Invalid character encoding", "All input files must be UTF-8 encoded.", at, at + 1)
