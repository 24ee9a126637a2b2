"""Sets of characters in regular expressions of RE2's syntax, and when a character is in one."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from sparekey.formats.terraform.lang.letters import folded

_DIGIT: Final = (("0", "9"),)
_SPACE: Final = (("\t", "\n"), ("\f", "\r"), (" ", " "))
_WORD: Final = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))

Ranges = tuple[tuple[str, str], ...]

PERL: Final[Mapping[str, Ranges]] = {"d": _DIGIT, "s": _SPACE, "w": _WORD}
"""The classes of a backslash and a letter; the capital is the opposite."""

POSIX: Final[Mapping[str, Ranges]] = {
    "alnum": (("0", "9"), ("A", "Z"), ("a", "z")),
    "alpha": (("A", "Z"), ("a", "z")),
    "ascii": (("\0", "\x7f"),),
    "blank": (("\t", "\t"), (" ", " ")),
    "cntrl": (("\0", "\x1f"), ("\x7f", "\x7f")),
    "digit": _DIGIT,
    "graph": (("!", "~"),),
    "lower": (("a", "z"),),
    "print": ((" ", "~"),),
    "punct": (("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
    "space": (("\t", "\r"), (" ", " ")),
    "upper": (("A", "Z"),),
    "word": _WORD,
    "xdigit": (("0", "9"), ("A", "F"), ("a", "f")),
}
"""The classes in brackets and colons."""

CATEGORIES: Final = frozenset(
    [
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cs",
        "L",
        "Ll",
        "Lm",
        "Lo",
        "Lt",
        "Lu",
        "M",
        "Mc",
        "Me",
        "Mn",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Pe",
        "Pf",
        "Pi",
        "Po",
        "Ps",
        "S",
        "Sc",
        "Sk",
        "Sm",
        "So",
        "Z",
        "Zl",
        "Zp",
        "Zs",
    ]
)
"""The names of general categories that are classes."""

_LAST_CASED: Final = 0x1E943
_FOLDED_WITH: Final[Mapping[str, str]] = {"k": "\u212a", "K": "\u212a", "s": "\u017f", "S": "\u017f"}


@cache
def _orbits() -> Mapping[str, tuple[str, ...]]:
    """All characters that differ only in case from others, by what they have in common."""
    found: dict[str, set[str]] = {}
    for code in range(0x80, _LAST_CASED + 1):
        letter = chr(code)
        common = folded(letter)
        if common != letter:
            found.setdefault(common, {common, common.upper() if common.isascii() else common}).add(letter)
    return {common: tuple(letters) for common, letters in found.items()}


def variants(letter: str) -> tuple[str, ...]:
    """The character and those that differ from it only in case."""
    if letter.isascii():
        if not letter.isalpha():
            return (letter,)
        other = _FOLDED_WITH.get(letter)
        return (letter.lower(), letter.upper(), other) if other else (letter.lower(), letter.upper())
    common = folded(letter)
    return _orbits().get(common, (letter,))


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a class: characters between bounds, or of a general category ("" for none)."""

    ranges: Ranges
    category: str = ""
    negated: bool = False
    fold: bool = False

    def has(self, letter: str) -> bool:
        """Whether the character is in it."""
        if self.fold:
            return any(map(self._plain, variants(letter))) != self.negated
        return self._plain(letter) != self.negated

    def _plain(self, letter: str) -> bool:
        if any(first <= letter <= last for first, last in self.ranges):
            return True
        if not self.category:
            return False
        own = unicodedata.category(letter)
        return own.startswith(self.category) and own != "Cn"


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """A set of characters. Answers are remembered, as the same few characters are asked for again and again."""

    parts: tuple[Part, ...]
    negated: bool = False
    _known: dict[str, bool] = field(default_factory=dict)

    def has(self, letter: str) -> bool:
        """Whether the character is in the set."""
        known = self._known.get(letter)
        if known is None:
            known = self._known[letter] = any(part.has(letter) for part in self.parts) != self.negated
        return known


def one(letter: str, *, fold: bool) -> Letters:
    """The set of one character, and with `fold` of those that differ from it only in case."""
    return Letters((Part(((letter, letter),), fold=fold),))


def category(name: str, *, negated: bool, fold: bool) -> Part | None:
    """The characters of a general category (or "Any"); None for another name."""
    if name == "Any":
        return Part((("\0", "\U0010ffff"),), negated=negated)
    return Part((), name, negated=negated, fold=fold) if name in CATEGORIES else None
