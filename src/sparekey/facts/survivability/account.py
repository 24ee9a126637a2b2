"""What there is to tell of an analysis: per single point why, the redundancy that was not enough, and the smallest change.

Paths that certainly stop with the same components, and have no questions, are told together, and of single points that fall with one another the widest is told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sparekey.facts.survivability.analysis import Analysis, PathResult
from sparekey.facts.survivability.budget import Budget
from sparekey.facts.survivability.failure_sets import rank
from sparekey.facts.survivability.graph import DOMAINS, Graph
from sparekey.facts.survivability.proof import Proof, prove
from sparekey.facts.survivability.questions import Decision, decide
from sparekey.facts.survivability.repairs import Repair, repair
from sparekey.facts.survivability.tolerance import Tolerance, tolerances
from sparekey.facts.survivability.whatif import WhatIf


@dataclass(frozen=True, slots=True, kw_only=True)
class PointAccount:
    """One single point: `along` are the other single points of the path that stop when it stops.

    `proof` is why, in the worst world where it is only possible; `tolerances` are those of the groups in it. `repair` is for a certain
    point, `decision` for a possible one; None where the budget did not allow to look for it, or there is none.
    """

    point: str
    certain: bool
    along: tuple[str, ...]
    proof: Proof | None
    tolerances: tuple[Tolerance, ...] = ()
    repair: Repair | None = None
    decision: Decision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathAccount:
    """A path, or paths with the same single points and no questions; the result of the first of them, and its points: certain ones first, widest first.

    `undecided` is for a path that may have stopped already: the questions that decide.
    """

    names: tuple[str, ...]
    result: PathResult
    points: tuple[PointAccount, ...]
    undecided: Decision | None = None


def account(
    analysis: Analysis,
    *,
    what_if: WhatIf | None = None,
    budget: Budget | None = None,
    apart: bool = False,
    full: int | None = None,
) -> tuple[PathAccount, ...]:
    """The accounts of all paths of an analysis, in the order of their first names.

    `budget` (5 seconds) is for proofs, repairs, questions and what falls with what; single points themselves are told in any case.
    `apart`: every path has an account of its own, and every single point is told by itself: what `along` names is told as well.
    After `full` accounts (None: never) certain points are only named: to look for repairs takes most of the time.
    """
    teller = _Teller(analysis.graph, what_if or WhatIf(analysis.graph), budget or Budget(seconds=5.0), apart=apart)
    alike: dict[tuple[object, ...], list[PathResult]] = {}
    for path in analysis.paths:
        own = {path.name}
        certain = frozenset(path.single_points) - own
        possible = frozenset(path.possible_single_points) - own
        # Two paths may stop with the same component because of different questions: what cannot be told is told of each.
        alone = apart or possible or path.stopped == "maybe"
        key = (path.name,) if alone else (path.complete_to_order, path.stopped, certain)
        alike.setdefault(key, []).append(path)
    return tuple(teller.path(paths, full=full is None or number < full) for number, paths in enumerate(alike.values()))


class _Teller:
    def __init__(self, graph: Graph, what_if: WhatIf, budget: Budget, *, apart: bool) -> None:
        self.graph = graph
        self.apart = apart
        self.what_if = what_if
        self.budget = budget
        self.end = budget.start().deadline

    def left(self) -> Budget | None:
        """What one more step may use: a quarter of the time that is left. None once there is next to none."""
        seconds = self.end - self.budget.clock()
        if seconds < self.budget.seconds / 100:
            return None
        return Budget(seconds=seconds / 4, nodes=self.budget.nodes, elements=self.budget.elements, clock=self.budget.clock)

    def path(self, paths: Sequence[PathResult], *, full: bool) -> PathAccount:
        first = paths[0]
        points = [self.certain(first, *pair, full=full) for pair in self.widest(first.name, first.single_points)]
        points += [self.possible(first, *pair) for pair in self.widest(first.name, first.possible_single_points)]
        budget = self.left() if first.stopped == "maybe" and first.complete_to_order != 0 else None
        return PathAccount(
            names=tuple(path.name for path in paths),
            result=first,
            points=tuple(points),
            undecided=decide(self.graph, first.name, budget=budget) if budget else None,
        )

    def widest(self, path: str, points: Collection[str]) -> list[tuple[str, tuple[str, ...]]]:
        """The points that fall with no other one (apart: all), each with those that fall with it; without a budget, every point."""
        left = set(points) - {path}
        if not self.left():
            return [(point, ()) for point in sorted(left, key=lambda point: (rank(self.graph.component(point).kind), point))]
        falls = {point: self.what_if.lose((point,)) for point in sorted(left)}
        along = {point: {other for other in left if other != point and falls[point].stops(other) == "yes"} for point in left}
        order = sorted(left, key=lambda point: (_width(self.graph.component(point).kind), -len(along[point]), point))
        found = []
        for point in order:
            if point in left:
                if not self.apart:
                    left -= {point, *along[point]}
                found.append((point, tuple(sorted(along[point]))))
        return found

    def certain(self, path: PathResult, point: str, along: tuple[str, ...], *, full: bool) -> PointAccount:
        if not full or not self.left():
            return PointAccount(point=point, certain=True, along=along, proof=None)
        proof = prove(self.graph, path.name, (point,))
        budget = self.left()
        return PointAccount(
            point=point,
            certain=True,
            along=along,
            proof=proof,
            tolerances=self.tolerances(path, proof),
            repair=repair(self.graph, path.name, point, budget=budget) if budget else None,
        )

    def possible(self, path: PathResult, point: str, along: tuple[str, ...]) -> PointAccount:
        budget = self.left()
        if not budget:
            return PointAccount(point=point, certain=False, along=along, proof=None)
        return PointAccount(
            point=point,
            certain=False,
            along=along,
            proof=prove(self.graph, path.name, (point,), badly=True),
            decision=decide(self.graph, path.name, (point,), budget=budget),
        )

    def tolerances(self, path: PathResult, proof: Proof | None) -> tuple[Tolerance, ...]:
        """Of the groups that the proof passes; a small graph is enough to tell."""
        budget = self.left()
        if not proof or not budget or not proof.groups:
            return ()
        named = {(step.component, step.group.name) for step in proof.groups if step.group}
        found = tolerances(self.graph.part(path.name), sorted({component for component, _ in named}), budget=budget)
        return tuple(one for one in found if (one.component, one.group.name) in named)


def _width(kind: str) -> tuple[int, int]:
    """Places before providers, the widest first, then all that is no failure domain.

    A provider is not told instead of its regions: that everything of one provider may fail helps nobody to place things better.
    """
    return (1 if kind == "provider" else 0 if kind in DOMAINS else 2), rank(kind)
