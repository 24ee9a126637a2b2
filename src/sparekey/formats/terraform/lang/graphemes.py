"""Grapheme clusters: what Terraform counts as one character (Unicode 15.0, UAX #29 without rule GB9c).

Classes come from the general category; the ranges below are where the class is another one than the category suggests
(GraphemeBreakProperty.txt and emoji-data.txt of Unicode 15.0), newer characters than Python's own tables included.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Final, Literal

Kind = Literal[
    "other", "cr", "lf", "control", "extend", "zwj", "prepend", "spacing", "l", "v", "t", "lv", "lvt", "regional", "pictograph"
]

_EXTEND: Final = (
    "9be 9d7 b3e b57 bbe bd7 cc2 cd5-cd6 d3e d57 dcf ddf ece 1b35 200c 302e-302f ff9e-ff9f 10efd-10eff 11241 1133e 11357 114b0"
    " 114bd 115af 11930 11f00-11f01 11f36-11f3a 11f40 11f42 13440 13447-13455 1d165 1d16e-1d172 1e08f 1e4ec-1e4ef 1f3fb-1f3ff"
    " e0020-e007f"
)
_SPACING: Final = "cf3 e33 eb3 11f03 11f34-11f35 11f3e-11f3f 11f41"
_PREPEND: Final = "600-605 6dd 70f 890-891 8e2 d4e 110bd 110cd 111c2-111c3 1193f 11941 11a3a 11a84-11a89 11d46 11f02"
_CONTROL: Final = "2065 fff0-fff8 fffd 13439-1343f e0000 e0002-e001f e0080-e00ff e01f0-e0fff"
_OTHER: Final = "102b-102c 1038 1062-1064 1067-106d 1083 1087-108c 108f 109a-109c 1a61 1a63-1a64 aa7b aa7d 11720-11721"
_PICTOGRAPH: Final = (
    "a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 2388 23cf 23e9-23f3 23f8-23fa 24c2 25aa-25ab 25b6 25c0"
    " 25fb-25fe 2600-2605 2607-2612 2614-2685 2690-2705 2708-2712 2714 2716 271d 2721 2728 2733-2734 2744 2747 274c 274e"
    " 2753-2755 2757 2763-2767 2795-2797 27a1 27b0 27bf 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d 3297 3299 1f000-1f0ff"
    " 1f10d-1f10f 1f12f 1f16c-1f171 1f17e-1f17f 1f18e 1f191-1f19a 1f1ad-1f1e5 1f201-1f20f 1f21a 1f22f 1f232-1f23a 1f23c-1f23f"
    " 1f249-1f3fa 1f400-1f53d 1f546-1f64f 1f680-1f6ff 1f774-1f77f 1f7d5-1f7ff 1f80c-1f80f 1f848-1f84f 1f85a-1f85f 1f888-1f88f"
    " 1f8ae-1f8ff 1f90c-1f93a 1f93c-1f945 1f947-1faff 1fc00-1fffd"
)
_HANGUL: Final = (("l", "1100-115f a960-a97c"), ("v", "1160-11a7 d7b0-d7c6"), ("t", "11a8-11ff d7cb-d7fb"))

_SYLLABLES: Final = range(0xAC00, 0xD7A4)
_TRAILING: Final = 28  # syllables of one leading consonant and vowel: the first has no trailing consonant
_BY_CATEGORY: Final[dict[str, Kind]] = {
    "Mn": "extend",
    "Me": "extend",
    "Mc": "spacing",
    "Cc": "control",
    "Cf": "control",
    "Zl": "control",
    "Zp": "control",
}
_EXTENDING: Final = frozenset({"extend", "zwj", "spacing"})
# The standard has this of pictographs alone; Terraform's segmenter also of flags and Hangul.
_JOINS_PICTOGRAPHS: Final = frozenset({"pictograph", "regional", "l", "v", "t", "lv", "lvt"})
_BREAKING: Final = frozenset({"cr", "lf", "control"})


@cache
def _exceptions() -> tuple[list[int], list[tuple[int, Kind]]]:
    """Starts of the ranges in order, and for each its end and class."""
    tables: tuple[tuple[Kind, str], ...] = (
        ("extend", _EXTEND),
        ("spacing", _SPACING),
        ("prepend", _PREPEND),
        ("control", _CONTROL),
        ("other", _OTHER),
        ("pictograph", _PICTOGRAPH),
        *_HANGUL,
        ("regional", "1f1e6-1f1ff"),
        ("zwj", "200d"),
        ("cr", "d"),
        ("lf", "a"),
    )
    found: list[tuple[int, int, Kind]] = []
    for kind, ranges in tables:
        for written in ranges.split():
            first, _, last = written.partition("-")
            found.append((int(first, 16), int(last or first, 16), kind))
    found.sort()
    return [first for first, _, _ in found], [(last, kind) for _, last, kind in found]


def _kind(letter: str) -> Kind:
    """The class of a character."""
    code = ord(letter)
    if code in _SYLLABLES:
        return "lvt" if (code - _SYLLABLES.start) % _TRAILING else "lv"
    starts, ranges = _exceptions()
    at = bisect_right(starts, code) - 1
    if at >= 0 and code <= ranges[at][0]:
        return ranges[at][1]
    return _BY_CATEGORY.get(unicodedata.category(letter), "other")


def _joined(before: Kind, after: Kind) -> bool:
    """Whether two neighbours stay together whatever stands before them (GB3 to GB9b)."""
    if before == "cr" and after == "lf":
        return True
    if before in _BREAKING or after in _BREAKING:
        return False
    if after in {"extend", "zwj", "spacing"} or before == "prepend":
        return True
    if before == "l":
        return after in {"l", "v", "lv", "lvt"}
    if before in {"lv", "v"}:
        return after in {"v", "t"}
    return before in {"lvt", "t"} and after == "t"


def clusters(text: str) -> Iterator[str]:
    """The grapheme clusters of a text in order."""
    if text.isascii() and "\r" not in text:
        yield from text
        return
    start = 0
    before: Kind | None = None
    flags = 0  # regional indicators just before, in this cluster
    led = False  # a syllable behind leading consonants: here Terraform's segmenter takes no trailing one
    emoji = False  # up to here something that a joiner and a pictograph continue
    for index, letter in enumerate(text):
        after = _kind(letter)
        if before is not None:
            together = (
                _joined(before, after)
                or (before == "regional" and after == "regional" and flags % 2 == 1)
                or (before == "zwj" and after == "pictograph" and emoji)
            ) and not (led and after == "t")
            if not together:
                yield text[start:index]
                start, flags, emoji, before = index, 0, False, "other"
        flags = flags + 1 if after == "regional" else 0
        led = before == "l" and after == "lv"
        emoji = after in _JOINS_PICTOGRAPHS or (emoji and after in _EXTENDING)
        before = after
    if before is not None:
        yield text[start:]


def count(text: str) -> int:
    """How many characters a text has as Terraform counts."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return sum(1 for _ in clusters(text))
