"""The scalars of YAML: plain, quoted and block text, with the folding of line ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sparekey.formats.terraform.lang.json_reading import DocumentError

_BLANKS: Final = " \t"
_BREAKS: Final = "\r\n\x85\u2028\u2029"
_END: Final = _BREAKS + "\0"
_BLANKS_OR_BREAKS: Final = _BLANKS + _BREAKS
_BLANKS_OR_END: Final = _BLANKS + _END

_TO_BREAK: Final = re.compile(rf"[^{_END}]*")
_SPACES: Final = re.compile(rf"[{_BLANKS}]*")
_PLAIN: Final = re.compile(rf"[^{_BLANKS_OR_END}:]+")
_PLAIN_IN_FLOW: Final = re.compile(rf"[^{_BLANKS_OR_END}:,?\[\]{{}}]+")
_INSIDE_QUOTES: Final = {
    "'": re.compile(rf"[^{_BLANKS_OR_END}']+"),
    '"': re.compile(rf'[^{_BLANKS_OR_END}"\\]+'),
}
_HINTS: Final = re.compile(r"([+-])?([0-9])?([+-])?")
_ESCAPES: Final = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    " ": " ", '"': '"', "'": "'", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_CODES: Final = {"x": 2, "u": 4, "U": 8}
_HEX: Final = re.compile(r"[0-9A-Fa-f]+")


@dataclass(slots=True)
class ScalarScanner:
    """A place in a text that ends with four NULs, and what is read from there."""

    text: str
    position: int = 0
    line: int = 0
    column: int = 0
    indent: int = -1
    flow: int = 0

    def error(self, message: str) -> DocumentError:
        """An error at this place."""
        return DocumentError(f"on line {self.line + 1}, column {self.column + 1}: {message}")

    def skip(self, count: int) -> None:
        """Pass over characters of this line."""
        self.position += count
        self.column += count

    def read(self, pattern: re.Pattern[str]) -> str:
        """What a pattern matches here; nothing where it does not match."""
        match = pattern.match(self.text, self.position)
        found = match[0] if match else ""
        self.skip(len(found))
        return found

    def skip_blanks(self) -> None:
        """Pass over spaces and tabs."""
        self.read(_SPACES)

    def skip_comment(self) -> None:
        """Pass over a comment, but not over the end of its line."""
        if self.text[self.position] == "#":
            self.read(_TO_BREAK)

    def line_break(self) -> str:
        """Pass over the end of a line; the line break that it stands for."""
        symbol = self.text[self.position]
        if symbol not in _BREAKS:
            return ""
        self.position += 2 if self.text.startswith("\r\n", self.position) else 1
        self.column = 0
        self.line += 1
        return symbol if symbol in "\u2028\u2029" else "\n"

    def end_line(self) -> None:
        """Pass over the rest of a line, where there may be only a comment."""
        self.skip_blanks()
        self.skip_comment()
        if self.text[self.position] not in _END:
            raise self.error("did not find expected comment or line break")
        self.line_break()

    def at_document_mark(self) -> bool:
        """Whether `---` or `...` stands here, and nothing right behind it. To be asked at the start of a line."""
        mark = self.text[self.position : self.position + 3]
        return mark in {"---", "..."} and self.text[self.position + 3] in _BLANKS_OR_END

    def plain_scalar(self) -> tuple[str, bool]:
        """A plain scalar, and whether it ended with the end of a line."""
        pattern = _PLAIN_IN_FLOW if self.flow else _PLAIN
        parts: list[str] = []
        between, over_lines = "", False
        while not (self.column == 0 and self.at_document_mark()) and self.text[self.position] != "#":
            while chunk := self.read(pattern) or self._inner_colon():
                parts += (between, chunk)
                between, over_lines = "", False
            if self.text[self.position] not in _BLANKS_OR_BREAKS:
                break
            between, over_lines = self._between(leading=False, plain=True)
            if not self.flow and self.column <= self.indent:
                break
        return "".join(parts), over_lines

    def _inner_colon(self) -> str:
        """A colon that is followed by more text, and so is text itself."""
        if self.text[self.position] == ":" and self.text[self.position + 1] not in _BLANKS_OR_END:
            self.skip(1)
            return ":"
        return ""

    def _between(self, *, leading: bool, plain: bool) -> tuple[str, bool]:
        """Blanks and line ends inside a scalar: what they come to, and whether there was a line end (`leading`: before this)."""
        blanks, first, more = "", "", ""
        while (symbol := self.text[self.position]) in _BLANKS_OR_BREAKS:
            if symbol in _BLANKS:
                if plain and leading and symbol == "\t" and self.column <= self.indent:
                    raise self.error("found a tab character that violates indentation")
                if not leading:
                    blanks += symbol
                self.skip(1)
            elif leading:
                more += self.line_break()
            else:
                first = self.line_break()
                leading = True
        if not leading:
            return blanks, False
        return (more or " ") if first == "\n" else first + more, True

    def quoted_scalar(self, quote: str) -> str:
        """A scalar in single or double quotes."""
        self.skip(1)
        parts: list[str] = []
        while True:
            if self.column == 0 and self.at_document_mark():
                raise self.error("found unexpected document indicator")
            if self.text[self.position] == "\0":
                raise self.error("found unexpected end of stream")
            leading = self._inside_quotes(quote, parts)
            if self.text[self.position] == quote:
                self.skip(1)
                return "".join(parts)
            parts.append(self._between(leading=leading, plain=False)[0])

    def _inside_quotes(self, quote: str, parts: list[str]) -> bool:
        """What stands up to a blank, a line end or the closing quote; whether an escaped line end stopped it."""
        while True:
            parts.append(self.read(_INSIDE_QUOTES[quote]))
            if quote == "'" and self.text.startswith("''", self.position):
                parts.append("'")
                self.skip(2)
            elif quote == '"' and self.text[self.position] == "\\":
                if self.text[self.position + 1] in _BREAKS:
                    self.skip(1)
                    self.line_break()
                    return True
                parts.append(self._escape())
            else:
                return False

    def _escape(self) -> str:
        letter = self.text[self.position + 1]
        length = _CODES.get(letter)
        if length is None:
            if letter not in _ESCAPES:
                raise self.error("found unknown escape character")
            self.skip(2)
            return _ESCAPES[letter]
        digits = self.text[self.position + 2 : self.position + 2 + length]
        if len(digits) != length or not _HEX.fullmatch(digits):
            raise self.error("did not find expected hexdecimal number")
        code = int(digits, 16)
        if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            raise self.error("found invalid Unicode character escape code")
        self.skip(2 + length)
        return chr(code)

    def block_scalar(self, *, literal: bool) -> str:
        """A scalar behind `|` or `>`."""
        self.skip(1)
        keep, indent = self._hints()
        parts: list[str] = []
        indent, breaks = self._block_breaks(indent)
        leading = ""
        was_blank = False
        while self.column == indent and self.text[self.position] != "\0":
            blank = self.text[self.position] in _BLANKS
            if not literal and not was_blank and not blank and leading.startswith("\n"):
                parts.append(" " if not breaks else "")
            else:
                parts.append(leading)
            parts.append(breaks)
            was_blank = blank
            parts.append(self.read(_TO_BREAK))
            leading = self.line_break()
            indent, breaks = self._block_breaks(indent)
        if keep != "-":
            parts.append(leading)
        if keep == "+":
            parts.append(breaks)
        return "".join(parts)

    def _hints(self) -> tuple[str, int]:
        """The indicators behind `|` or `>`: which line ends at the end stay, and the column of the text (0: to be found)."""
        match = _HINTS.match(self.text, self.position)
        before, digit, after = match.groups() if match else (None, None, None)
        if before and after:
            after = None
        if digit == "0":
            raise self.error("found an indentation indicator equal to 0")
        self.skip(len(before or "") + len(digit or "") + (len(after or "") if digit else 0))
        self.end_line()
        indent = int(digit) + max(self.indent, 0) if digit else 0
        return before or after or "", indent

    def _block_breaks(self, indent: int) -> tuple[int, str]:
        """Indentation and empty lines before text; the column of the text, and the line ends."""
        breaks: list[str] = []
        widest = 0
        while True:
            while (not indent or self.column < indent) and self.text[self.position] == " ":
                self.skip(1)
            widest = max(widest, self.column)
            if (not indent or self.column < indent) and self.text[self.position] == "\t":
                raise self.error("found a tab character where an indentation space is expected")
            if self.text[self.position] not in _BREAKS:
                break
            breaks.append(self.line_break())
        return indent or max(widest, self.indent + 1, 1), "".join(breaks)
