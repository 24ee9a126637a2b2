"""The minimal failure sets of a path as they are read: counted and listed lazily, since there may be millions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from sparekey.facts.survivability.graph import DOMAINS, Graph
from sparekey.facts.survivability.singles import Singles
from sparekey.facts.survivability.zbdd import Zbdd

FailureSet = tuple[str, ...]
"""The names of components that together stop a path: wider failure domains first, then by name."""

Pair = tuple[int, int]

_SORTED = 10_000
"""Up to so many sets of one size are sorted before some are shown; of more, the first are taken as they come."""


class Source(Protocol):
    """Holds the failure sets of many paths, each under a number."""

    def counts(self, key: int) -> tuple[int, ...]:
        """How many sets of 0, 1, 2, ... nodes there are."""
        ...

    def sets(self, key: int, size: int) -> Iterator[tuple[int, ...]]:
        """The sets of so many nodes."""
        ...


@dataclass(frozen=True, slots=True)
class FailureSets:
    """The minimal failure sets of one path in one world, as far as the analysis is complete."""

    _graph: Graph
    _source: Source
    _key: int

    @property
    def counts(self) -> tuple[int, ...]:
        """How many sets there are of 0, 1, 2, ... components."""
        return self._source.counts(self._key)

    def of_size(self, size: int, *, most: int | None = None) -> tuple[FailureSet, ...]:
        """The sets of `size` components, those of failure domains first; at most `most` of them. Same input, same answer."""
        counts = self.counts
        total = counts[size] if size < len(counts) else 0
        if not total:
            return ()
        sets = self._source.sets(self._key, size)
        taken = sets if most is None or total <= _SORTED else islice(sets, most)
        ranked = sorted(sorted(map(self._ranked, one)) for one in taken)
        return tuple(tuple(name for _, name in one) for one in ranked[:most])

    def _ranked(self, node: int) -> tuple[int, str]:
        component = self._graph.components[node]
        return rank(component.kind), component.name


def rank(kind: str) -> int:
    """Where a kind stands in reports: failure domains first, the widest before the others."""
    return DOMAINS.index(kind) if kind in DOMAINS else len(DOMAINS)


@dataclass(frozen=True, slots=True)
class InDiagram:
    """Sets in a shared diagram; the number of a path's sets is that of its family."""

    zbdd: Zbdd
    nodes: tuple[int, ...]

    def counts(self, key: int) -> tuple[int, ...]:
        """See `Source`."""
        return self.zbdd.counts(key)

    def sets(self, key: int, size: int) -> Iterator[tuple[int, ...]]:
        """See `Source`."""
        return (tuple(self.nodes[variable] for variable in one) for one in self.zbdd.sets(key, size))


@dataclass(frozen=True, slots=True)
class Listed:
    """Single points and pairs as they were listed, by node. What is not listed has none."""

    single: Mapping[int, Singles]
    pairs: Mapping[int, set[Pair]]

    def counts(self, key: int) -> tuple[int, ...]:
        """See `Source`."""
        single = self.single.get(key, set())
        return (1,) if single is None else (0, len(single), len(self.pairs.get(key, ())))

    def sets(self, key: int, size: int) -> Iterator[tuple[int, ...]]:
        """See `Source`."""
        single = self.single.get(key, set())
        if single is None:
            return iter(((),))
        if size == 1:
            return iter([(node,) for node in sorted(single, reverse=True)])
        return iter(sorted(self.pairs.get(key, ()), reverse=True))


def besides(worst: Listed, certain: Listed) -> Listed:
    """What is listed in `worst` and holds no set of `certain`."""
    single: dict[int, Singles] = {}
    pairs: dict[int, set[Pair]] = {}
    for node, possible in worst.single.items():
        sure = certain.single[node]
        if sure is None:
            continue
        single[node] = None if possible is None else possible - sure
        known = certain.pairs.get(node, set())
        pairs[node] = {pair for pair in worst.pairs.get(node, ()) if pair not in known and sure.isdisjoint(pair)}
    return Listed(single, pairs)
