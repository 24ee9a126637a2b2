"""The character sets of `textencodebase64` and `textdecodebase64`, by their IANA names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_ISO: Final = (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)
_IBM: Final = ("037", "437", "850", "852", "855", "860", "862", "863", "865", "866")

# IANA name -> codec. Compared with Terraform byte by byte: these agree, but for the controls in `_NO_CONTROLS`.
_CODECS: Final[Mapping[str, str]] = {
    "utf-8": "utf-8",
    "utf-16": "utf-16",
    "utf-16be": "utf-16-be",
    "utf-16le": "utf-16-le",
    "us-ascii": "ascii",
    "iso-8859-1": "latin-1",
    "iso-8859-9": "iso8859-9",
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in _ISO},
    **{f"windows-{page}": f"cp{page}" for page in (1250, 1251, 1252, 1253, 1254, 1256, 1257, 1258)},
    "windows-874": "cp874",
    "koi8-r": "koi8-r",
    "macintosh": "mac-roman",
    **{f"ibm{page}": f"cp{page}" for page in _IBM},
    "ibm00858": "cp858",
    "ibm01140": "cp1140",
}
# Terraform's tables of these have nothing for the bytes 80 to 9f, where others have the control characters.
_NO_CONTROLS: Final = frozenset(f"iso8859-{part}" for part in _ISO)

_ALIASES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("csutf8",), "utf-8"),
    **dict.fromkeys(("csutf16",), "utf-16"),
    **dict.fromkeys(("csutf16be",), "utf-16be"),
    **dict.fromkeys(("csutf16le",), "utf-16le"),
    **dict.fromkeys(("us", "csascii", "iso646-us", "ibm367", "cp367", "iso-ir-6", "ansi_x3.4-1968"), "us-ascii"),
    **dict.fromkeys(
        ("iso_8859-1", "iso_8859-1:1987", "latin1", "l1", "ibm819", "cp819", "csisolatin1", "iso-ir-100"), "iso-8859-1"
    ),
    **dict.fromkeys(("iso_8859-2:1987", "latin2", "l2", "csisolatin2", "iso-ir-101"), "iso-8859-2"),
    **dict.fromkeys(("iso_8859-9:1989", "latin5", "l5", "csisolatin5", "iso-ir-148"), "iso-8859-9"),
    **dict.fromkeys(("latin-9",), "iso-8859-15"),
    **dict.fromkeys(("cswindows1252",), "windows-1252"),
    **dict.fromkeys(("mac", "csmacintosh"), "macintosh"),
    **dict.fromkeys(("cskoi8r",), "koi8-r"),
    **{alias: f"ibm{page}" for page in _IBM for alias in (f"cp{page}", *([] if page == "037" else [page]))},
}

# Sets of more than one byte a character: where several tables agree, so does Terraform's.
_AGREEING: Final[Mapping[str, tuple[str, ...]]] = {
    "shift_jis": ("shift_jis", "cp932"),
    "ms_kanji": ("shift_jis", "cp932"),
    "csshiftjis": ("shift_jis", "cp932"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "gbk": ("gbk", "gb18030"),
    "cp936": ("gbk", "gb18030"),
    "gb18030": ("gb18030", "gbk"),
    "big5": ("big5", "cp950", "big5hkscs"),
    "csbig5": ("big5", "cp950", "big5hkscs"),
    "euc-kr": ("euc_kr", "cp949"),
}

# Names that look like character sets and are not in the IANA index, or are in it without a table.
_REFUSED: Final = re.compile(
    r"(?:ascii|utf_?\d+|utf-(?:7|32)\w*|utf_16[bl]e|latin[-_]1|latin|iso8859.*|cp125\d|s?jis|ansi|\W*)\Z"
)

SHOWN: Final[Mapping[str, str]] = {"iso-8859-1": "ISO_8859-1:1987"}
"""The names that messages show where they are others than the upper-case ones."""


class NotRepresentableError(Exception):
    """The text or the bytes have no counterpart."""


def encode(text: str, name: str) -> bytes | None:
    """The bytes of a text in a set that is known to exist; None if it cannot be said."""
    codec = _codec(name)
    try:
        if codec == "utf-16":
            return b"\xfe\xff" + text.encode("utf-16-be")
        if codec is None:
            found = {text.encode(table) for table in _AGREEING.get(name.lower(), ())}
            return found.pop() if len(found) == 1 else None
        if codec in _NO_CONTROLS and re.search("[\x80-\x9f]", text):
            raise NotRepresentableError
        return text.encode(codec)
    except UnicodeEncodeError:
        if codec is None:
            return None
        raise NotRepresentableError from None


def decode(data: bytes, name: str) -> str | None:
    """The text of bytes in a set that is known to exist; None if it cannot be said."""
    codec = _codec(name)
    try:
        if codec == "utf-16":
            little = data.startswith(b"\xff\xfe")
            text = (data[2:] if little or data.startswith(b"\xfe\xff") else data).decode("utf-16-le" if little else "utf-16-be")
        elif codec is None:
            found = {data.decode(table) for table in _AGREEING.get(name.lower(), ())}
            if len(found) != 1:
                return None
            text = found.pop()
        elif codec in _NO_CONTROLS and re.search(b"[\x80-\x9f]", data):
            raise NotRepresentableError
        else:
            text = data.decode(codec)
    except UnicodeDecodeError:
        if codec is None:
            return None
        raise NotRepresentableError from None
    if "\ufffd" in text:
        raise NotRepresentableError
    return unicodedata.normalize("NFC", text)


def exists(name: str) -> bool | None:
    """Whether Terraform has a set of this name; None if that cannot be said."""
    if _codec(name) is not None or name.lower() in _AGREEING:
        return True
    return False if _REFUSED.match(name.lower()) or " " in name else None


def _codec(name: str) -> str | None:
    lower = name.lower()
    return _CODECS.get(_ALIASES.get(lower, lower))
