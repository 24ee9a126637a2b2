"""All sign-in paths at once: what certainly stops each, what possibly does, and up to how many failures that list is complete.

Two worlds are solved: every question answered well, and every question answered badly. What stops a path in the best world stops it for
certain. What stops it only in the worst is possible. A list that could not be finished within the budget is never shown as complete.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from sparekey.facts.survivability.budget import Budget, ExhaustedError, Watch
from sparekey.facts.survivability.failure_sets import FailureSets, InDiagram, Listed, Source, besides
from sparekey.facts.survivability.families import Families
from sparekey.facts.survivability.graph import Graph
from sparekey.facts.survivability.singles import single_points
from sparekey.facts.survivability.sweep import pairs
from sparekey.facts.survivability.world import wire
from sparekey.facts.survivability.zbdd import MOST_ORDER
from sparekey.model.truth import Answer
from sparekey.model.value import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class PathResult:
    """What is known of one sign-in path.

    `certain` are its failure sets with every question answered well; `possible` those it has besides when every question is answered
    badly. Both are complete up to `complete_to_order` components (0: not even single points could be finished; None: there are no
    larger ones than those listed).
    """

    name: str
    complete_to_order: int | None
    certain: FailureSets
    possible: FailureSets

    @property
    def single_points(self) -> tuple[str, ...]:
        """The components each of which alone stops the path for certain, the path itself included where it can stop by itself."""
        return tuple(one[0] for one in self.certain.of_size(1))

    @property
    def possible_single_points(self) -> tuple[str, ...]:
        """The components each of which alone may stop the path; a question decides."""
        return tuple(one[0] for one in self.possible.of_size(1))

    @property
    def stopped(self) -> Answer:
        """Whether it stops without any failure: yes, no, or maybe, in which case every failure may stop it."""
        if self.complete_to_order == 0:
            return "maybe"
        return "yes" if self.certain.counts[:1] == (1,) else "maybe" if self.possible.counts[:1] == (1,) else "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """The result for all paths, in the order of their names, and the graph it is about."""

    graph: Graph
    paths: tuple[PathResult, ...]
    order: int

    def path(self, name: str) -> PathResult:
        """The result for one path; KeyError where it was not asked for."""
        for path in self.paths:
            if path.name == name:
                return path
        raise KeyError(name)


def analyse(
    graph: Graph,
    *,
    order: int = 2,
    targets: Collection[str] | None = None,
    answered: frozenset[Unknown] = frozenset(),
    budget: Budget | None = None,
) -> Analysis:
    """Single points and minimal failure sets of up to `order` components (1 to 60) for the targets, by default all of the graph.

    `answered` questions are taken as answered well: give `graph.openings()` to see what is known besides what nobody sees.
    When the budget is used up, fewer orders are complete.
    """
    if not 1 <= order <= MOST_ORDER:
        raise ValueError(f"order is 1 to {MOST_ORDER}, not {order}")
    attempts = _Attempts(graph, budget or Budget())
    names = graph.targets if targets is None else tuple(sorted(set(targets)))
    wanted = tuple(graph.index[name] for name in names)
    solved = attempts.solve(order, wanted, answered)
    return Analysis(graph=graph, paths=tuple(map(solved, names, wanted)), order=order)


Solved = Callable[[str, int], PathResult]
_NOTHING = Listed({}, {})


class _Attempts:
    """Ways to the answer, best first. Each may use half of the time that is left, the last one all of it."""

    def __init__(self, graph: Graph, budget: Budget) -> None:
        self.graph = graph
        self.budget = budget
        self.end = budget.start().deadline
        self.world = wire(graph)
        self.wanted: tuple[int, ...] = ()
        self.bad: frozenset[int] = frozenset()

    def solve(self, order: int, wanted: tuple[int, ...], answered: frozenset[Unknown]) -> Solved:
        self.wanted = wanted
        self.bad = self.world.badly(well=answered) & self.world.cone(wanted)
        ways: list[Callable[[Watch], Solved]] = []
        if order > 1:
            ways.append(partial(self.by_diagram, order))
        if order > 2:
            ways.append(partial(self.by_diagram, 2))
        for way in ways:
            found = self.attempt(way)
            if found:
                return found
        single = self.attempt(self.by_sets) or self.attempt(partial(self.by_diagram, 1))
        swept = self.attempt(self.by_sweep, share=1.0) if order > 1 and single else None
        return swept or single or self.listed(0, _NOTHING, _NOTHING)

    def attempt(self, way: Callable[[Watch], Solved], *, share: float = 0.5) -> Solved | None:
        now = self.budget.clock()
        if now >= self.end:
            return None
        try:
            return way(Watch(deadline=now + (self.end - now) * share, clock=self.budget.clock))
        except ExhaustedError:
            return None

    def by_diagram(self, order: int, watch: Watch) -> Solved:
        families = Families(self.world, self.wanted, order=order, nodes=self.budget.nodes, watch=watch)
        certain = families.solve()
        zbdd = families.zbdd
        worst = families.solve(down=self.bad) if self.bad else certain
        possible = {node: zbdd.without(worst[node], certain[node]) for node in self.wanted}
        complete = order if zbdd.truncated else None
        zbdd.finish()
        source = InDiagram(zbdd, families.nodes)
        return lambda name, node: self.result(name, complete, (source, certain[node]), (source, possible[node]))

    def by_sets(self, watch: Watch) -> Solved:
        limit = self.budget.elements
        certain = Listed(single_points(self.world, self.wanted, elements=limit, watch=watch), {})
        if not self.bad:
            return self.listed(1, certain, _NOTHING)
        worst = Listed(single_points(self.world, self.wanted, down=self.bad, elements=limit, watch=watch), {})
        return self.listed(1, certain, besides(worst, certain))

    def by_sweep(self, watch: Watch) -> Solved:
        limit = self.budget.elements
        certain = Listed(*pairs(self.world, self.wanted, elements=limit, watch=watch))
        if not self.bad:
            return self.listed(2, certain, _NOTHING)
        worst = Listed(*pairs(self.world, self.wanted, down=self.bad, elements=limit, watch=watch))
        return self.listed(2, certain, besides(worst, certain))

    def listed(self, order: int, certain: Listed, possible: Listed) -> Solved:
        return lambda name, node: self.result(name, order, (certain, node), (possible, node))

    def result(self, name: str, complete: int | None, certain: tuple[Source, int], possible: tuple[Source, int]) -> PathResult:
        return PathResult(
            name=name,
            complete_to_order=complete,
            certain=FailureSets(self.graph, *certain),
            possible=FailureSets(self.graph, *possible),
        )
