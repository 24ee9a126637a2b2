"""Which answers decide: from "cannot tell" to the smallest bundles of questions whose answers settle it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sparekey.facts.survivability.budget import Budget, ExhaustedError, Watch
from sparekey.facts.survivability.graph import Graph
from sparekey.facts.survivability.spread import Spread
from sparekey.facts.survivability.world import World, wire
from sparekey.model.truth import Answer
from sparekey.model.value import Unknown

Bundle = tuple[Unknown, ...]
_Test = Callable[[frozenset[Unknown]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a component stops in a scenario, and the questions that would decide it where that is a maybe.

    `stops_if`: bundles that make it stop when all of their questions are answered badly. `survives_if`: bundles that make it survive
    when all are answered well, whatever the other answers. In both, the smallest first, none holds another, and `complete` says whether
    there are no others of up to the size asked for.
    """

    answer: Answer
    stops_if: tuple[Bundle, ...] = ()
    survives_if: tuple[Bundle, ...] = ()
    complete: bool = True


def decide(
    graph: Graph, target: str, lost: Collection[str] = (), *, size: int = 3, most: int = 20, budget: Budget | None = None
) -> Decision:
    """Whether `target` stops when `lost` stops, and bundles of at most `size` questions that decide, `most` of each sort.

    KeyError for a name that the graph does not have.
    """
    limits = _Limits(size=size, most=most, watch=(budget or Budget()).start())
    return _Search(graph.part(target, *lost), target, lost, limits).decide()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    size: int
    most: int
    watch: Watch


class _Search:
    """Bundles by hitting sets: whatever survives must answer well one question of every bundle that stops, and the other way round."""

    def __init__(self, graph: Graph, target: str, lost: Collection[str], limits: _Limits) -> None:
        self.world: World = wire(graph)
        self.target = graph.index[target]
        self.spread = Spread(self.world)
        self.lost = [graph.index[name] for name in lost]
        self.questions = dict(self.world.questions)
        self.limits = limits

    def decide(self) -> Decision:
        everything = frozenset(self.questions)
        if self.stops(frozenset()):
            return Decision(answer="yes")
        if not self.stops(everything):
            return Decision(answer="no")
        stops_if, all_stops = self.bundles(self.stops, self.survives)
        survives_if, all_survives = self.bundles(self.survives, self.stops)
        return Decision(answer="maybe", stops_if=stops_if, survives_if=survives_if, complete=all_stops and all_survives)

    def stops(self, badly: frozenset[Unknown]) -> bool:
        """Whether bad answers to these, and good ones to the others, stop the target."""
        down = [*self.lost, *(self.questions[question] for question in badly)]
        return self.target in self.spread.base or self.target in self.spread.stopped(down)

    def survives(self, well: frozenset[Unknown]) -> bool:
        """Whether good answers to these, and bad ones to the others, keep the target alive."""
        return not self.stops(frozenset(self.questions) - well)

    def bundles(self, enough: _Test, against: _Test) -> tuple[tuple[Bundle, ...], bool]:
        """The smallest sets that are `enough`, found breadth first, and whether the search came to its end."""
        found: list[frozenset[Unknown]] = []
        order = {question: i for i, question in enumerate(self.questions)}
        layer = {frozenset[Unknown]()}
        complete = True
        try:
            for _ in range(self.limits.size + 1):
                following: set[frozenset[Unknown]] = set()
                for chosen in sorted(layer, key=lambda one: sorted(order[q] for q in one)):
                    if any(one <= chosen for one in found):
                        continue
                    self.limits.watch.check()
                    if enough(chosen):
                        found.append(chosen)
                        continue
                    # What is left out is enough for the opposite; a least such part must be hit by every set that is enough.
                    part = self.shrunk(frozenset(self.questions) - chosen, against)
                    following |= {chosen | {question} for question in part}
                layer = following
                if len(found) > self.limits.most:
                    complete = False
                    break
        except ExhaustedError:
            complete = False
        bundles = (tuple(sorted(one, key=order.__getitem__)) for one in found[: self.limits.most])
        return tuple(bundles), complete

    def shrunk(self, questions: frozenset[Unknown], enough: _Test) -> frozenset[Unknown]:
        """A least part of the questions that is still `enough`."""
        kept = set(questions)
        for question in sorted(questions, key=lambda one: self.questions[one]):
            self.limits.watch.check()
            kept.discard(question)
            if not enough(frozenset(kept)):
                kept.add(question)
        return frozenset(kept)
