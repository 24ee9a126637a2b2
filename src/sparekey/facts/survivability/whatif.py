"""What if: the effect of losing some components, in the best world and in the worst."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sparekey.facts.survivability.graph import Graph
from sparekey.facts.survivability.spread import Spread
from sparekey.facts.survivability.world import World, wire
from sparekey.model.truth import Answer
from sparekey.model.value import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What stops when `lost` stops, `lost` itself included: for certain, and possibly besides (a question decides).

    `before` and `possibly_before` had stopped already, or may have, whatever is lost.
    """

    lost: tuple[str, ...]
    certain: frozenset[str]
    possible: frozenset[str]
    before: frozenset[str] = frozenset()
    possibly_before: frozenset[str] = frozenset()

    def stops(self, name: str) -> Answer:
        """Whether a component is stopped after the loss: yes, no, or maybe."""
        if name in self.certain or name in self.before:
            return "yes"
        return "maybe" if name in self.possible or name in self.possibly_before else "no"


class WhatIf:
    """Answers what-if questions about one graph. Made once; an answer takes time only with what the loss touches."""

    def __init__(self, graph: Graph, *, answered: frozenset[Unknown] = frozenset(), world: World | None = None) -> None:
        """`answered` questions are taken as answered well. `world` is the wired graph where there is one already."""
        self.graph = graph
        self._world = world or wire(graph)
        bad = self._world.badly(well=answered)
        self._best = Spread(self._world)
        self._worst = Spread(self._world, down=bad) if bad else self._best
        self._before = self._names(self._best.base)
        self._possibly_before = self._names(self._worst.base - self._best.base)

    def lose(self, names: Collection[str]) -> Loss:
        """The loss of these components, together. KeyError for a name that the graph does not have."""
        lost = [self.graph.index[name] for name in names]
        certain = self._best.stopped(lost)
        possible = frozenset[int]() if self._worst is self._best else self._worst.stopped(lost) - certain
        return Loss(
            lost=tuple(sorted(set(names))),
            certain=self._names(certain),
            possible=self._names(possible),
            before=self._before,
            possibly_before=self._possibly_before,
        )

    def _names(self, nodes: Collection[int]) -> frozenset[str]:
        components = self.graph.components
        size = self._world.components
        return frozenset(components[node].name for node in nodes if node < size)

    def starting(self) -> dict[str, Answer]:
        """Which components can come up when nothing runs: yes in both worlds, maybe in the best alone. Those that cannot are left out."""
        best = self._best.starting()
        worst = self._worst.starting() if self._worst is not self._best else best
        size = self._world.components
        return {self.graph.components[node].name: "yes" if node in worst else "maybe" for node in sorted(best) if node < size}
