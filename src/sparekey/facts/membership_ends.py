"""The ends of a membership: who belongs, and why others may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sparekey.model.edges import Edge
from sparekey.model.truth import Cause, unique

Causes = tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Who belongs: certainly, possibly, and why there may be others (empty: nobody else). `at` is what closed the set."""

    certain: Mapping[str, Edge]
    possible: Mapping[str, Edge]
    open: Causes
    at: Causes

    @property
    def all(self) -> Iterable[Edge]:
        """Every end, the certain ones first."""
        yield from self.certain.values()
        yield from self.possible.values()


class Gathering:
    """Ends while they are collected: once certain, certain."""

    def __init__(self) -> None:
        self.certain: dict[str, Edge] = {}
        self.possible: dict[str, Edge] = {}
        self.open: list[Cause] = []
        self.at: list[Cause] = []

    def add(self, edge: Edge) -> None:
        """One more end."""
        if edge.certain:
            self.certain.setdefault(edge.target, edge)
            self.possible.pop(edge.target, None)
        elif edge.target not in self.certain:
            self.possible.setdefault(edge.target, edge)

    def ends(self) -> Ends:
        """What has been collected."""
        return Ends(certain=self.certain, possible=self.possible, open=unique(self.open), at=unique(self.at))
