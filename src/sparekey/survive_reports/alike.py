"""Questions of one kind, told together where they are so many that nobody would read them one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sparekey.model.value import Unknown

_ENDS: Final = 2
"""Questions of one kind begin and end with the same words: `in which zone is NAME? none is chosen`."""

ALIKE: Final = 10
"""So many questions of one kind are told one by one, more of them together."""


def alike(asked: Iterable[Unknown]) -> Iterator[tuple[Unknown, ...]]:
    """The questions in their order, each by itself; those of a kind of which there are too many together, where the first stands."""
    kinds: dict[tuple[str, ...], list[Unknown]] = {}
    for question in asked:
        kinds.setdefault(_kind(question), []).append(question)
    for question in asked:
        same = kinds[_kind(question)]
        if len(same) <= ALIKE:
            yield (question,)
        elif same[0] is question:
            yield tuple(same)


def _kind(question: Unknown) -> tuple[str, ...]:
    words = question.reason.split()
    return (*words[:_ENDS], "", *words[-_ENDS:])
