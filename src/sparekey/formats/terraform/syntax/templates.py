"""Templates: quoted strings, heredocs, and whole template files, cut into pieces as Terraform's scanner cuts them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sparekey.formats.terraform.syntax.pieces import Pieces
from sparekey.formats.terraform.syntax.source import SyntaxProblem
from sparekey.formats.terraform.syntax.tokens import SPACES
from sparekey.formats.terraform.syntax.tree import Template

if TYPE_CHECKING:
    from sparekey.formats.terraform.syntax.expressions import Parser

_DOLLARS = r"(?:[$%](?=[$%]{2}))++|\$\$\{~?|%%\{~?|[$%](?!\{)"
_QUOTED = re.compile(rf'((?:[^"\\$%\r\n]++|\\[^\r\n])++|{_DOLLARS})|([$%]\{{~?)|(")|([\r\n]+)')
_LINES = re.compile(rf"((?:[^$%\r\n]++|{_DOLLARS})(?:\r?\n)?|\r?\n)|([$%]\{{~?)")
_TEXT, _OPEN, _CLOSE, _BREAK = 1, 2, 3, 4

_ESCAPES = re.compile(r"\\(u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|(?s:.))|([$%])\2\{")
_DOUBLED = re.compile(r"([$%])\1\{")
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def quoted(parser: Parser, start: int) -> Template:
    """A quoted template. The parser stands on the opening quote, and is left at the end of the closing one."""
    pieces = Pieces(parser)
    text = parser.text
    at = start + 1
    while True:
        match = _QUOTED.match(text, at, parser.limit)
        kind = match.lastindex if match else None
        if match is None or kind == _BREAK:
            if match is None and at < parser.limit:
                raise SyntaxProblem("Invalid escape sequence", "A backslash must be followed by a character.", at, at + 1)
            if match is None:
                raise SyntaxProblem("Unterminated template string", "No closing marker was found for the string.", start, at)
            raise SyntaxProblem(
                "Invalid multi-line string", "Quoted strings may not be split over multiple lines.", at, match.end()
            )
        end = match.end()
        if kind == _TEXT:
            pieces.text(_unescaped(match[0], at), at, end)
        elif kind == _OPEN:
            end = pieces.sequence(match[0], at, end)
        else:
            parser.jump(end)
            return pieces.template(start, end)
        at = end


def heredoc(parser: Parser, start: int) -> Template:
    """A heredoc. The parser stands on the opening marker, and is left at the end of the closing one, before its newline."""
    opening = parser.value.rstrip("\r\n")
    flush = opening.startswith("<<-")
    marker = opening[3 if flush else 2 :]
    pieces = Pieces(parser)
    text = parser.text
    at = parser.end
    fresh = True
    while True:
        match = _LINES.match(text, at, parser.limit)
        if match is None:
            if at < parser.limit:
                raise SyntaxProblem("Invalid character", "This character is not used within the language.", at, at + 1)
            raise SyntaxProblem("Unterminated template string", "No closing marker was found for the string.", start, start + 2)
        end = match.end()
        if match.lastindex == _OPEN:
            fresh = False
            at = pieces.sequence(match[0], at, end)
            continue
        value = match[0]
        ended = value.endswith("\n")
        if fresh and ended and value.strip(SPACES) == marker:
            end -= 2 if value.endswith("\r\n") else 1
            parser.jump(end)
            if flush:
                pieces.flush()
            return pieces.template(start, end)
        pieces.text(_undoubled(value), at, end)
        fresh = ended
        at = end


def whole(parser: Parser) -> Template:
    """The whole text as a template, as in a template file."""
    pieces = Pieces(parser)
    text = parser.text
    at = parser.end
    start = at
    while at < parser.limit:
        match = _LINES.match(text, at, parser.limit)
        if match is None:
            # A carriage return alone: Terraform's scanner stops there and takes all the rest for text.
            end = parser.limit
            pieces.text(_undoubled(text[at:end]), at, end)
        elif match.lastindex == _OPEN:
            end = pieces.sequence(match[0], at, match.end())
        else:
            end = match.end()
            pieces.text(_undoubled(match[0]), at, end)
        at = end
    return pieces.template(start, max(parser.limit, start))


def _undoubled(text: str) -> str:
    return _DOUBLED.sub(r"\1{", text) if "{" in text else text


def _unescaped(text: str, at: int) -> str:
    """What a piece of a quoted string, which starts at an offset, stands for."""
    if "\\" not in text:
        return _undoubled(text) if "{" in text else text
    return _ESCAPES.sub(lambda match: _escape(match, at), text)


def _escape(match: re.Match[str], at: int) -> str:
    if match[2]:
        return match[2] + "{"
    selector = match[1]
    simple = _SIMPLE.get(selector)
    if simple is not None:
        return simple
    start, end = at + match.start(), at + match.end()
    if selector[0] not in "uU":
        raise SyntaxProblem(
            "Invalid escape sequence", f'The symbol "{selector}" is not a valid escape sequence selector.', start, end
        )
    if len(selector) != (5 if selector[0] == "u" else 9):
        digits = "four" if selector[0] == "u" else "eight"
        raise SyntaxProblem(
            "Invalid escape sequence",
            f"The \\{selector[0]} escape sequence must be followed by {digits} hexadecimal digits.",
            start,
            end,
        )
    code = int(selector[1:], 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise SyntaxProblem("Invalid escape sequence", f"Cannot encode character U+{code:04x} in UTF-8.", start, end)
    return chr(code)
