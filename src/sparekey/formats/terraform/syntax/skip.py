"""Find where a block ends without reading it, and where to go on after a mistake.

Only brackets, strings, heredocs and comments matter for that. Nothing here recurses, so nesting costs nothing.
"""

from __future__ import annotations

import re

from sparekey.formats.terraform.syntax.tokens import HEREDOC, PLAIN_STRING, SPACES

_DULL = rf"{PLAIN_STRING}|(?:#|//)[^\n]*+|/\*(?s:.*?)(?:\*/|\Z)|/|<(?!<)"
_BRACES = re.compile(rf'(?:[^{{}}"#/<]++|{_DULL})*+(?:([{{])|(~?}})|(")|({HEREDOC})|(<)|(\Z))')
_BRACKETS = re.compile(rf'(?:[^{{}}()\[\]"#/<\n]++|{_DULL})*+(?:([{{(\[])|(~?}}|[)\]])|(")|({HEREDOC})|(<)|(\Z)|(\n))')
_OPEN, _CLOSE, _QUOTE, _HEREDOC, _LESS, _END, _NEWLINE = range(1, 8)

_QUOTED = re.compile(r'(?:[^"\\$%\r\n]++|\\[^\r\n]|\$\$\{|%%\{|[$%](?!\{))*+(?:([$%]\{)|(")|)')
_SEQUENCE = re.compile(r"(?:[^$%\n]++|\$\$\{|%%\{|[$%](?!\{))*+(?:([$%]\{)|)")

_HEADER = re.compile(
    r"^(?:(?:resource|data|ephemeral)[ \t]+\"[^\"\n]*\"[ \t]+\"[^\"\n]*\"|(?:module|variable|output|provider|check)[ \t]+\"[^\"\n]*\""
    r"|locals|terraform|moved|import|removed)[ \t]*\{",
    re.MULTILINE,
)


def closing_brace(text: str, at: int) -> int:
    """The offset of the brace that closes what was opened before `at`; -1 where there is none."""
    end, found = _skip(text, at, len(text), _BRACES)
    return end if found else -1


def item_end(text: str, at: int, limit: int) -> tuple[int, bool]:
    """Where what could not be read at `at` ends, and whether it does before `limit`.

    It ends at the newline behind it, or at the bracket that closes what is around it.
    """
    return _skip(text, at, limit, _BRACKETS)


def next_header(text: str, at: int) -> int:
    """The offset of the next line that certainly begins a block of Terraform's own; -1 where there is none."""
    match = _HEADER.search(text, at)
    return match.start() if match else -1


def _skip(text: str, at: int, limit: int, pattern: re.Pattern[str]) -> tuple[int, bool]:
    # What is open around the present place, inside out: a marker for a heredoc, "" for a quoted string, and for an interpolation
    # the depth of brackets outside it.
    around: list[str | int] = []
    depth = 0
    while True:
        inside = around[-1] if around else 0
        if isinstance(inside, str):
            at, opened = _quoted(text, at, limit) if not inside else _heredoc(text, at, limit, inside)
            if opened:
                around.append(depth)
                depth = 0
            else:
                around.pop()
            continue
        match = pattern.match(text, at, limit)
        if match is None:  # cannot happen: the pattern takes everything up to the end
            raise AssertionError
        kind = match.lastindex
        start, at = match.span(kind or 0)
        if kind == _OPEN:
            depth += 1
        elif kind == _CLOSE:
            if depth:
                depth -= 1
            elif around:
                depth = int(around.pop())
            else:
                return start, True
        elif kind == _QUOTE:
            around.append("")
        elif kind == _HEREDOC:
            around.append(match[_HEREDOC].lstrip("<-").rstrip("\r\n"))
        elif kind == _NEWLINE:
            if not depth and not around:
                return start, True
        elif kind == _END:
            return start, False


def _quoted(text: str, at: int, limit: int) -> tuple[int, bool]:
    """Go to the end of a quoted string (or of the line where it has none), or into the sequence that opens in it."""
    match = _QUOTED.match(text, at, limit)
    if match is None:  # cannot happen: it can be empty
        raise AssertionError
    return match.end(), match[1] is not None


def _heredoc(text: str, at: int, limit: int, marker: str) -> tuple[int, bool]:
    """Go to the end of a heredoc, from anywhere in it, or into the sequence that opens in it."""
    fresh = text[at - 1] == "\n"
    while at < limit:
        end = text.find("\n", at, limit)
        if end < 0:
            end = limit
        line = text[at:end]
        if "{" in line:
            match = _SEQUENCE.match(text, at, end)
            if match and match[1]:
                return match.end(), True
        elif fresh and marker in line and line.strip(SPACES) == marker:
            return end, False
        at = end + 1
        fresh = True
    return limit, False
