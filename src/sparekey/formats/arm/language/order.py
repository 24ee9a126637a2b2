"""The order of texts in the invariant culture: like a dictionary, not by code point.

What cannot be ordered for certain (other scripts, several accents against each other) is said to be so, never guessed.
"""

from __future__ import annotations

import unicodedata

_PRIMARY = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"
"""The letters and signs of ASCII in the order of the Unicode Collation Algorithm's root table, white space before all of them."""
_RANK = {letter: rank for rank, letter in enumerate(" " + _PRIMARY)}


def compared(left: str, right: str) -> int | None:
    """Below, equal or above zero; None where the order is not known here."""
    if left == right:
        return 0
    first, accents, cases, whole = _key(left)
    other, other_accents, other_cases, other_whole = _key(right)
    for mine, theirs in zip(first, other, strict=False):
        if mine != theirs:
            return -1 if mine < theirs else 1
    if len(first) != len(other) and (whole if len(first) < len(other) else other_whole):
        return -1 if len(first) < len(other) else 1
    if not whole or not other_whole:
        return None
    if accents != other_accents:
        # Bare letters come before those with an accent; two accents are not weighed against each other.
        here, there = next(pair for pair in zip(accents, other_accents, strict=True) if pair[0] != pair[1])
        return (-1 if not here else 1) if not here or not there else None
    return -1 if cases < other_cases else 1 if cases > other_cases else None


def _key(text: str) -> tuple[list[int], list[str], list[bool], bool]:
    """Letters, their accents and their cases, up to the first thing that is none of them, and whether that is the end."""
    letters: list[int] = []
    accents: list[str] = []
    cases: list[bool] = []
    for letter in text if text.isascii() else unicodedata.normalize("NFD", text):
        if unicodedata.combining(letter):
            if not accents:
                return letters, accents, cases, False
            accents[-1] += letter
            continue
        rank = _RANK.get(letter.lower()) if letter.isascii() else None
        if rank is None:
            return letters, accents, cases, False
        letters.append(rank)
        accents.append("")
        cases.append(letter.isupper())
    return letters, accents, cases, True
