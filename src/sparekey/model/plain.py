"""Text from the input made safe to print: nothing in a file can move a cursor, turn a line around or forge a second one."""

from __future__ import annotations


def plain(text: str) -> str:
    """The text on one line, every character escaped that is invisible or acts on a terminal (controls, direction, line breaks)."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(ord(c)) for c in text)


def _escaped(code: int) -> str:
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"
