"""YAML text as `yamlencode` writes it: blocks, every string in double quotes or, over several lines, as a literal block."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.limits import LONGEST_TEXT
from sparekey.formats.terraform.lang.values import TooMuchError, Unknown, Value

_STEP: Final = 2  # columns of indentation
_WIDTH: Final = 80  # columns after which a text in double quotes goes on in the next line
_LONGEST_KEY: Final = 128  # bytes of a key that needs no question mark

_BREAKS: Final = "\r\n\x85\u2028\u2029"
_UNPRINTABLE: Final = re.compile("[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_ESCAPED: Final = re.compile(rf'[{_BREAKS}"\\]|{_UNPRINTABLE.pattern}')
_SHORT: Final = {
    "\0": "0", "\a": "a", "\b": "b", "\t": "t", "\n": "n", "\v": "v", "\f": "f", "\r": "r", "\x1b": "e",
    '"': '"', "\\": "\\", "\x85": "N", "\xa0": "_", "\u2028": "L", "\u2029": "P",
}  # fmt: skip


def encode(value: Value) -> str:
    """The YAML text of a wholly known value, whose marks are not looked at; `TooMuchError` beyond the longest text that is made."""
    writer = _Writer()
    writer.node(value, root=True)
    writer.start_line()
    if writer.open_ended:
        writer.indicator("...")
        writer.start_line()
    return "".join(writer.parts)


def _escape(symbol: str) -> str:
    short = _SHORT.get(symbol)
    if short is not None:
        return "\\" + short
    code = ord(symbol)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _literal(written: str) -> bool:
    """Whether a text can stand as a literal block."""
    if "\n" not in written or written.endswith(" ") or _UNPRINTABLE.search(written):
        return False
    return re.search(rf" [{_BREAKS}]", written) is None


@dataclass(slots=True)
class _Writer:
    """What is written so far, and where it stands."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    column: int = 0
    indent: int = -1
    blank: bool = True  # nothing that needs a blank behind it
    at_start: bool = True  # only indentation and dashes in this line so far
    open_ended: bool = False

    def put(self, written: str) -> None:
        """Write in this line."""
        self.length += len(written)
        if self.length > LONGEST_TEXT:
            raise TooMuchError("a text of more than 4 MiB")
        self.parts.append(written)
        self.column += len(written)

    def end_line(self, symbol: str = "\n") -> None:
        """Write the end of a line."""
        self.put(symbol)
        self.column = 0

    def start_line(self) -> None:
        """Be at the indentation of a line, a new one unless this one is fresh."""
        indent = max(self.indent, 0)
        if not self.at_start or self.column > indent or (self.column == indent and not self.blank):
            self.end_line()
        if self.column < indent:
            self.put(" " * (indent - self.column))
        self.blank = self.at_start = True

    def indicator(self, written: str, *, apart: bool = True, opens: bool = False) -> None:
        """Write a mark of the syntax; `apart`: behind a blank; `opens`: a block may start behind it in this line."""
        if apart and not self.blank:
            self.put(" ")
        self.put(written)
        self.blank = False
        self.at_start = self.at_start and opens
        self.open_ended = False

    def node(self, value: Value, *, root: bool = False, in_mapping: bool = False) -> None:
        """Write a value."""
        outer = self.indent
        match value.content:
            case Unknown():
                raise TypeError("a wholly known value was promised")
            case () | {} if not isinstance(value.content, Mapping) or not value.content:
                self.indicator("[]" if isinstance(value.content, tuple) else "{}")
            case tuple(items):
                if outer < 0:
                    self.indent = 0
                elif not in_mapping or self.at_start:
                    self.indent += _STEP
                for item in items:
                    self.start_line()
                    self.indicator("-", opens=True)
                    self.node(item)
            case Mapping() as members:
                self.indent = 0 if outer < 0 else outer + _STEP
                for name in sorted(members):
                    self._member(name, members[name])
            case content:
                self.indent = max(outer, 0) + _STEP
                if isinstance(content, str):
                    self._text(content)
                else:
                    self._plain(content, root=root)
        self.indent = outer

    def _member(self, name: str, value: Value) -> None:
        self.start_line()
        inner = self.indent
        simple = not re.search(f"[{_BREAKS}]", name) and len(name.encode()) <= _LONGEST_KEY
        if not simple:
            self.indicator("?", opens=True)
        self.indent = inner + _STEP
        self._text(name, key=simple)
        self.indent = inner
        if not simple:
            self.start_line()
        self.indicator(":", apart=not simple, opens=not simple)
        self.node(value, in_mapping=True)

    def _plain(self, content: object, *, root: bool) -> None:
        if not self.blank:
            self.put(" ")
        if content is None or isinstance(content, bool):
            self.put({None: "null", True: "true", False: "false"}[content])
        elif isinstance(content, numbers.NUMBERS):
            self.put(numbers.text(content))
        self.blank = self.at_start = False
        self.open_ended = self.open_ended or root

    def _text(self, written: str, *, key: bool = False) -> None:
        if not key and _literal(written):
            self._block(written)
        else:
            self._quoted(written, fold=not key)

    def _quoted(self, written: str, *, fold: bool) -> None:
        self.indicator('"')
        # A text that starts with a byte order mark is escaped throughout.
        pattern = re.compile(".", re.DOTALL) if written.startswith("\ufeff") else _ESCAPED
        words = re.split("( )", written)
        after_space = False
        place = 0
        for word in words:
            if word != " ":
                if word:
                    self.put(pattern.sub(lambda match: _escape(match[0]), word))
                    after_space = False
            elif pattern.match(" "):
                self.put(_escape(" "))
                after_space = False
            elif fold and not after_space and self.column > _WIDTH and 0 < place < len(written) - 1:
                self.start_line()
                if written[place + 1] == " ":
                    self.put("\\")
                after_space = True
            else:
                self.put(" ")
                after_space = True
            place += len(word)
        self.indicator('"', apart=False)
        self.at_start = False

    def _block(self, written: str) -> None:
        hint = str(_STEP) if written[0] in " " + _BREAKS else ""
        ends = len(written) - len(written.rstrip(_BREAKS))
        self.indicator("|" + hint)
        if not ends:
            self.indicator("-", apart=False)
        elif ends > 1 or len(written) == 1:
            self.indicator("+", apart=False)
        self.end_line()
        self.at_start = self.blank = True
        fresh = True
        for line in re.split(f"([{_BREAKS}])", written):
            if line and line in _BREAKS:
                self.end_line(line)
                self.at_start = fresh = True
            elif line:
                if fresh:
                    self.start_line()
                self.put(line)
                self.at_start = fresh = False
