"""Letter case as Terraform changes it: one character for one character, by Unicode's simple mappings."""

from __future__ import annotations

import unicodedata
from typing import Final

_SPACES: Final = frozenset(
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_DOTTED_I: Final = "\u0130"  # its simple lower case is a plain i


def upper_letter(letter: str) -> str:
    """The simple upper case of one character."""
    whole = letter.upper()
    if len(whole) == 1:
        return whole
    # Where the full mapping gives several characters, the simple one is the title case, if there is one.
    return title_letter(letter)


def lower_letter(letter: str) -> str:
    """The simple lower case of one character."""
    if letter == _DOTTED_I:
        return "i"
    whole = letter.lower()
    return whole if len(whole) == 1 else letter


def title_letter(letter: str) -> str:
    """The simple title case of one character."""
    whole = letter.title()
    return whole if len(whole) == 1 else letter


def folded(letter: str) -> str:
    """What characters that differ only in case have in common."""
    if letter == _DOTTED_I:
        return letter
    whole = letter.casefold()
    return whole if len(whole) == 1 else lower_letter(letter)


def upper(text: str) -> str:
    """The text in upper case."""
    return text.upper() if text.isascii() else "".join(map(upper_letter, text))


def lower(text: str) -> str:
    """The text in lower case."""
    return text.lower() if text.isascii() else "".join(map(lower_letter, text))


def title(text: str) -> str:
    """The text with the first letter of every word in title case."""
    parts: list[str] = []
    separated = True
    for letter in text:
        parts.append(title_letter(letter) if separated else letter)
        separated = _separates(letter)
    return "".join(parts)


def _separates(letter: str) -> bool:
    if letter.isascii():
        return not (letter.isalnum() or letter == "_")
    category = unicodedata.category(letter)
    return category[0] != "L" and category != "Nd" and letter in _SPACES
