"""Text rules that several functions share: strict base64, and the normal form of Unicode."""

from __future__ import annotations

import base64
import re
import unicodedata
from typing import Final

_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z")
_BASE64_SYMBOL: Final = re.compile(r"[A-Za-z0-9+/]")


def decode_base64(written: str) -> bytes | int:
    """The bytes of padded base64 in the standard alphabet, or the offset in bytes of the first symbol that is out of place.

    Line feeds and carriage returns may stand anywhere, as RFC 4648 lets a reader ignore them and Terraform's does. Bits behind the
    last whole byte are ignored.
    """
    joined = written.replace("\n", "").replace("\r", "")
    if _BASE64.match(joined):
        return base64.b64decode(joined)
    return _first_misplaced(written)


def _first_misplaced(written: str) -> int:
    """Where reading groups of four symbols stops making sense."""
    data = written.encode()
    place = 0  # in the group of four
    for offset, byte in enumerate(data):
        symbol = chr(byte)
        if symbol in "\r\n":
            continue
        if _BASE64_SYMBOL.match(symbol):
            place = (place + 1) % 4
        elif symbol != "=" or place < 2:
            return offset
        else:
            return _after_padding(data, offset, place)
    return len(data) - place


def _after_padding(data: bytes, offset: int, place: int) -> int:
    """Where padding that starts at `offset` goes wrong: too short, or something behind it."""
    rest = [(at, byte) for at, byte in enumerate(data) if at > offset and byte not in b"\r\n"]
    if place == 2:
        if not rest:
            return len(data)
        if rest[0][1] != ord("="):
            return rest[0][0]
        rest = rest[1:]
    return rest[0][0] if rest else len(data)


def normal(written: str) -> str:
    """The text in Unicode's normal form C, which every string of the language is in."""
    return written if written.isascii() else unicodedata.normalize("NFC", written)


def identifier(name: str) -> bool:
    """Whether a name can be written in the language: a letter or underscore, then letters, digits, underscores and dashes."""
    return not name.startswith("-") and name.replace("-", "_").isidentifier()
