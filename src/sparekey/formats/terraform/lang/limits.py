"""The bounds of what is computed: input is hostile, and may ask for a text of any length or a loop without end."""

from __future__ import annotations

from collections.abc import Mapping

from sparekey.formats.terraform.lang.values import TooMuchError, Value

LONGEST_TEXT = 4 * 1024 * 1024
"""Characters of a result."""

MOST_MEMBERS = 100_000
"""Members of a collection."""

MOST_WEIGHT = 500_000
"""Values inside a value, at all depths. What is in several places counts in each: lists of one list double at every level."""

MOST_STEPS = 500_000
"""Nodes that one evaluation may visit."""


class Budget:
    """What may still be done. Shared by all that belongs to one evaluation, so that loops in loops end."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Count some work; `TooMuchError` when none is left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchError("more work than is done for one value")


def within_limits(value: Value) -> None:
    """Refuse a text or a collection that is too large."""
    content = value.content
    if isinstance(content, str):
        if len(content) > LONGEST_TEXT:
            raise TooMuchError("a text of more than 4 MiB")
    elif isinstance(content, tuple | Mapping) and len(content) > MOST_MEMBERS:
        raise TooMuchError("a collection of more than 100,000 members")
    not_too_heavy(value)


def not_too_heavy(value: Value) -> None:
    """Refuse a value with so much in it that nobody could look at all of it."""
    if value.weight > MOST_WEIGHT:
        raise TooMuchError("a value of more than 500,000 parts")
