"""Values as Terraform's own language writes them, formatted as `terraform fmt` would: `encode_expr` and `encode_tfvars`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sparekey.formats.terraform.lang import graphemes, numbers
from sparekey.formats.terraform.lang.go_text import identifier
from sparekey.formats.terraform.lang.limits import LONGEST_TEXT
from sparekey.formats.terraform.lang.values import TooMuchError, Unknown, Value

_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_INTRODUCED: Final = re.compile(r"[$%](?=\{)")


@dataclass(slots=True)
class _Line:
    """One line: what stands before an equals sign that can be moved, and the rest; `net`: brackets that it opens or closes."""

    head: str = ""
    tail: str | None = None
    net: int = 0


@dataclass(slots=True)
class _Writer:
    """The lines so far, without indentation."""

    lines: list[_Line] = field(default_factory=lambda: [_Line()])
    length: int = 0

    def put(self, written: str) -> None:
        """Write in this line."""
        self.length += len(written)
        if self.length > LONGEST_TEXT:
            raise TooMuchError("a text of more than 4 MiB")
        line = self.lines[-1]
        if line.tail is None:
            line.head += written
        else:
            line.tail += written

    def bracket(self, written: str, change: int) -> None:
        """Write a bracket."""
        self.put(written)
        self.lines[-1].net += change

    def value(self, value: Value) -> None:
        """Write a value."""
        match value.content:
            case Unknown():
                raise TypeError("a wholly known value was promised")
            case None:
                self.put("null")
            case bool(content):
                self.put("true" if content else "false")
            case str(content):
                self.put(quoted(content))
            case tuple(items):
                self.bracket("[", 1)
                for index, item in enumerate(items):
                    if index:
                        self.put(", ")
                    self.value(item)
                self.bracket("]", -1)
            case Mapping() as members:
                self._members(members)
            case content:
                self.put(numbers.text(content))

    def _members(self, members: Mapping[str, Value]) -> None:
        self.bracket("{", 1)
        if members:
            self.lines.append(_Line())
        self.attributes(members)
        self.bracket("}", -1)

    def attributes(self, members: Mapping[str, Value]) -> None:
        """Write each member in lines of its own."""
        for name in sorted(members):
            self.put(name if identifier(name) else quoted(name))
            self.lines[-1].tail = ""
            self.put("= ")
            self.value(members[name])
            self.lines.append(_Line())

    def formatted(self) -> str:
        """The text with its lines indented, and the equals signs of lines that follow each other in one column."""
        indents: list[int] = []
        result: list[str] = []
        widths = _widths(self.lines)
        for index, line in enumerate(self.lines):
            if line.net < 0:
                _close(indents, -line.net)
            written = "  " * len(indents) + line.head
            if line.tail is not None:
                written += " " * (widths[index] - graphemes.count(line.head) + 1) + line.tail
            if line.net > 0:
                indents.append(line.net)
            result.append(written)
        return "\n".join(result)


def _close(indents: list[int], closed: int) -> None:
    """Take back the indentation of as many brackets."""
    while closed > 0 and indents:
        if closed < indents[-1]:
            indents[-1] -= closed
            return
        closed -= indents.pop()


def _widths(lines: list[_Line]) -> list[int]:
    """For each line the widest head among the lines around it that are aligned with it."""
    widths = [graphemes.count(line.head) for line in lines]
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _aligned(lines[end]):
            end += 1
        if end > start:
            widths[start:end] = [max(widths[start:end])] * (end - start)
        start = end + 1
    return widths


def _aligned(line: _Line) -> bool:
    return line.tail is not None and line.net == 0


def quoted(written: str) -> str:
    """A text as a quoted template that writes it."""
    doubled = _INTRODUCED.sub(lambda match: match[0] * 2, written)
    return '"' + "".join(_SHORT.get(symbol) or _shown(symbol) for symbol in doubled) + '"'


def _shown(symbol: str) -> str:
    if symbol.isprintable():
        return symbol
    code = ord(symbol)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def encode(value: Value) -> str:
    """The expression that writes a wholly known value, whose marks are not looked at."""
    writer = _Writer()
    writer.value(value)
    return writer.formatted()


def encode_attributes(members: Mapping[str, Value]) -> str:
    """The lines of a file that gives each name its value."""
    writer = _Writer()
    writer.attributes(members)
    return writer.formatted()
