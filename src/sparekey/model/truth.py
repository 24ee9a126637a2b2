"""Three-valued truths and counts with what proves them.

`yes`, `no` and `maybe` combine by Kleene's strong logic. Every truth carries its causes: of a yes or a no the places
that make it so, of a maybe the unknowns that keep it undecided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sparekey.model.span import Place
from sparekey.model.value import Unknown

Answer = Literal["yes", "no", "maybe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One place that makes a truth what it is; `unknown` is set where it is a missing value that does so."""

    at: Place
    label: str = ""
    unknown: Unknown | None = None


def asks(unknown: Unknown) -> Cause:
    """The cause of a maybe: the unknown that would decide it."""
    return Cause(at=unknown.at, label=unknown.reason, unknown=unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """An answer and its causes."""

    answer: Answer
    because: tuple[Cause, ...] = ()


def yes(*because: Cause) -> Truth:
    """Proven true by these places."""
    return Truth(answer="yes", because=because)


def no(*because: Cause) -> Truth:
    """Proven false by these places."""
    return Truth(answer="no", because=because)


def maybe(*because: Cause) -> Truth:
    """Undecided because of these unknowns."""
    return Truth(answer="maybe", because=because)


def all_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's and: the first no decides; else any maybe leaves it open; else yes, proven by all together."""
    held: list[Cause] = []
    open_: list[Cause] = []
    for truth in truths:
        if truth.answer == "no":
            return truth
        (held if truth.answer == "yes" else open_).extend(truth.because)
        if truth.answer == "maybe" and not truth.because:
            raise ValueError("a maybe must name what would decide it")
    return Truth(answer="maybe", because=unique(open_)) if open_ else Truth(answer="yes", because=unique(held))


def any_of(truths: Iterable[Truth]) -> Truth:
    """Kleene's or: the first yes decides; else any maybe leaves it open; else no, proven by all together."""
    return negate(all_of(negate(truth) for truth in truths))


def negate(truth: Truth) -> Truth:
    """Yes and no change places, a maybe stays; the causes are the same."""
    if truth.answer == "maybe":
        return truth
    return Truth(answer="no" if truth.answer == "yes" else "yes", because=truth.because)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A count between `least` and `most` (None: no upper bound known), both included.

    `because` are the places that were counted (or, for a count of none, what closed the set); `missing` the unknowns that
    keep `least` and `most` apart, empty when they are equal.
    """

    least: int
    most: int | None
    because: tuple[Cause, ...] = ()
    missing: tuple[Cause, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a count that contradicts itself, or that is undecided for no stated reason."""
        if self.least < 0 or (self.most is not None and self.most < self.least):
            raise ValueError(f"impossible bounds {self.least}..{self.most}")
        if self.least != self.most and not self.missing:
            raise ValueError("bounds that differ must name what would decide them")


def unique(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """The causes in order, each once."""
    found = tuple(causes)
    return tuple(dict.fromkeys(found)) if len(found) > 1 else found
