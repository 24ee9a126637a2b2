"""All sign-in paths at once: what certainly stops each, what possibly does, and up to how many failures that list is complete.

Two worlds are solved: every question answered well, and every question answered badly. What stops a path in the best world stops it for
certain. What stops it only in the worst is possible. A list that could not be finished within the budget is never shown as complete.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

from sparekey.facts.survivability.budget import Budget, ExhaustedError, Watch
from sparekey.facts.survivability.families import Families
from sparekey.facts.survivability.graph import DOMAINS, Graph
from sparekey.facts.survivability.singles import Singles, single_points
from sparekey.facts.survivability.sweep import pairs
from sparekey.facts.survivability.world import World, wire
from sparekey.facts.survivability.zbdd import MOST_ORDER, Zbdd
from sparekey.model.truth import Answer
from sparekey.model.value import Unknown

FailureSet = tuple[str, ...]
"""The names of components that together stop a path: wider failure domains first, then by name."""

_SORTED = 10_000
"""Up to so many sets of one size are sorted before some are shown; of more, the first are taken as they come."""


@dataclass(frozen=True, slots=True)
class FailureSets:
    """The minimal failure sets of one path in one world, as far as the analysis is complete. Listing is lazy: there may be millions."""

    _graph: Graph
    _counts: Callable[[], tuple[int, ...]]
    _sets: Callable[[int], Iterator[tuple[int, ...]]]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many sets there are of 0, 1, 2, ... components."""
        return self._counts()

    def of_size(self, size: int, *, most: int | None = None) -> tuple[FailureSet, ...]:
        """The sets of `size` components, those of failure domains first; at most `most` of them. Same input, same answer."""
        counts = self.counts
        total = counts[size] if size < len(counts) else 0
        if not total:
            return ()
        taken = self._sets(size) if most is None or total <= _SORTED else islice(self._sets(size), most)
        ranked = sorted(([self._ranked(node) for node in one] for one in taken), key=sorted)
        return tuple(tuple(name for _, name in sorted(one)) for one in ranked[:most])

    def _ranked(self, node: int) -> tuple[int, str]:
        component = self._graph.components[node]
        return rank(component.kind), component.name


def rank(kind: str) -> int:
    """Where a kind stands in reports: failure domains first, the widest before the others."""
    return DOMAINS.index(kind) if kind in DOMAINS else len(DOMAINS)


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
    names = graph.targets if targets is None else tuple(sorted(set(targets)))
    world = wire(graph)
    wanted = tuple(graph.index[name] for name in names)
    bad = world.badly(well=answered) & world.cone(wanted)
    solved = _Attempts(graph, world, wanted, bad, budget or Budget()).solve(order)
    return Analysis(graph=graph, paths=tuple(map(solved, names, wanted)), order=order)


Solved = Callable[[str, int], PathResult]


class _Attempts:
    """Ways to the answer, best first. Each may use half of the time that is left, the last one all of it."""

    def __init__(self, graph: Graph, world: World, wanted: tuple[int, ...], bad: frozenset[int], budget: Budget) -> None:
        self.graph = graph
        self.world = world
        self.wanted = wanted
        self.bad = bad
        self.budget = budget
        self.end = budget.start().deadline

    def solve(self, order: int) -> Solved:
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
        return swept or single or self.nothing

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

        def result(name: str, node: int) -> PathResult:
            return PathResult(
                name=name,
                complete_to_order=complete,
                certain=self._in_diagram(zbdd, certain[node], families.nodes),
                possible=self._in_diagram(zbdd, possible[node], families.nodes),
            )

        return result

    def _in_diagram(self, zbdd: Zbdd, family: int, nodes: tuple[int, ...]) -> FailureSets:
        def sets(size: int) -> Iterator[tuple[int, ...]]:
            return (tuple(nodes[variable] for variable in one) for one in zbdd.sets(family, size))

        return FailureSets(self.graph, partial(zbdd.counts, family), sets)

    def by_sets(self, watch: Watch) -> Solved:
        limit = self.budget.elements
        certain = single_points(self.world, self.wanted, elements=limit, watch=watch)
        worst = single_points(self.world, self.wanted, down=self.bad, elements=limit, watch=watch) if self.bad else certain

        def result(name: str, node: int) -> PathResult:
            return self._listed(name, 1, _listing(certain[node], set()), _listing(worst[node], set()))

        return result

    def by_sweep(self, watch: Watch) -> Solved:
        limit = self.budget.elements
        certain = pairs(self.world, self.wanted, elements=limit, watch=watch)
        worst = pairs(self.world, self.wanted, down=self.bad, elements=limit, watch=watch) if self.bad else certain

        def result(name: str, node: int) -> PathResult:
            return self._listed(name, 2, _listing(*certain[node]), _listing(*worst[node]))

        return result

    def nothing(self, name: str, node: int) -> PathResult:
        del node
        return self._listed(name, 0, frozenset(), frozenset())

    def _listed(self, name: str, order: int, certain: frozenset[frozenset[int]], worst: frozenset[frozenset[int]]) -> PathResult:
        # Sets of at most two: a certain one below a possible one is the empty set, one of its elements, or the set itself.
        single = {node for one in certain if len(one) == 1 for node in one}
        possible = frozenset(one for one in worst - certain if not one & single) if frozenset() not in certain else frozenset()
        return PathResult(
            name=name,
            complete_to_order=order,
            certain=self._of(certain),
            possible=self._of(possible),
        )

    def _of(self, sets: frozenset[frozenset[int]]) -> FailureSets:
        by_size: list[list[tuple[int, ...]]] = [[] for _ in range(1 + max(map(len, sets), default=-1))]
        for one in sets:
            by_size[len(one)].append(tuple(sorted(one)))
        for some in by_size:
            some.sort(reverse=True)
        counts = tuple(map(len, by_size))
        return FailureSets(self.graph, lambda: counts, lambda size: iter(by_size[size]))


def _listing(single: Singles, two: set[tuple[int, int]] | set[frozenset[int]]) -> frozenset[frozenset[int]]:
    if single is None:
        return frozenset({frozenset()})
    return frozenset((*(frozenset((node,)) for node in single), *map(frozenset, two)))
