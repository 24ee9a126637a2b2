"""Everything that one graph has to tell within a budget: each path's account with proven failure sets, a loss, what is shared, circles."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sparekey.facts.survivability.account import PathAccount, account
from sparekey.facts.survivability.analysis import analyse
from sparekey.facts.survivability.budget import Budget
from sparekey.facts.survivability.cold_start import Circle, circles
from sparekey.facts.survivability.failure_sets import FailureSet
from sparekey.facts.survivability.graph import Graph
from sparekey.facts.survivability.proof import Proof, Step, prove
from sparekey.facts.survivability.questions import Decision, decide
from sparekey.facts.survivability.whatif import Loss, WhatIf
from sparekey.model.truth import Answer
from sparekey.model.value import Unknown

EMERGENCY = "emergency"
"""The path by which administrators come in when nothing else works."""

SIGN_IN = "sign_in:"
"""How the names of the other paths begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to tell: of which paths (None: all), up to how many failures at once, with the loss of what, in how many seconds.

    `apart`: every path and every single point by itself, for programs. `listed`: failure sets of one size and certainty that are
    listed for a path; how many there are is known in any case. After `full` accounts (None: never) certain single points and failure sets
    are only named and counted.
    """

    targets: tuple[str, ...] | None = None
    lost: tuple[str, ...] = ()
    order: int = 2
    seconds: float = 20.0
    apart: bool = False
    listed: int = 10
    full: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenSet:
    """Two or more components that stop a path together; possibly, where a question decides. No proof: the budget was used up."""

    components: FailureSet
    certain: bool
    proof: Proof | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PathSurvival:
    """One account, with failure sets of its first path. `stopped` is why that path has stopped already, if it has."""

    account: PathAccount
    sets: tuple[ProvenSet, ...]
    stopped: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What a loss does to one path: why it stops or may, what decides, or what is left of the groups that lost members."""

    target: str
    stops: Answer
    proof: Proof | None = None
    decision: Decision | None = None
    kept: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A loss, and the fate of every path that was asked for."""

    loss: Loss
    fates: tuple[Fate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """What is told of one graph. `shared` is what the emergency path has in common with another, `accepted` those of it that may be."""

    graph: Graph
    paths: tuple[PathSurvival, ...] = ()
    scenario: Scenario | None = None
    shared: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    circles: tuple[Circle, ...] = ()

    def questions(self) -> dict[Unknown, tuple[str, ...]]:
        """The questions of the smallest bundles that decide, with the paths that they decide, those that decide most first."""
        found: dict[Unknown, dict[str, None]] = {}
        for names, decision in self._decisions():
            for bundle in (*decision.stops_if[:1], *decision.survives_if[:1]):
                for question in bundle:
                    found.setdefault(question, {}).update(dict.fromkeys(names))
        order = sorted(found, key=lambda question: (-len(found[question]), question.reason, str(question.at)))
        return {question: tuple(found[question]) for question in order}

    def _decisions(self) -> Iterator[tuple[tuple[str, ...], Decision]]:
        for path in self.paths:
            if path.account.undecided:
                yield path.account.names, path.account.undecided
            yield from ((path.account.names, point.decision) for point in path.account.points if point.decision)
        for fate in self.scenario.fates if self.scenario else ():
            if fate.decision:
                yield (fate.target,), fate.decision


def survival(graph: Graph, asked: Asked, *, accepted: Collection[str] = ()) -> Survival:
    """What the graph has to tell. KeyError for names that it does not have; what the budget does not allow is left out, and said."""
    telling = _Telling(graph, asked)
    emergency, shared = EMERGENCY in graph.index, frozenset[str]()
    normal = [name for name in telling.names if name.startswith(SIGN_IN)]
    if emergency and normal:
        both = (graph.cone(EMERGENCY), graph.cone(*normal))
        shared = frozenset.intersection(*(frozenset(one.name for one in cone if one.stops) for cone in both))
    what_if = WhatIf(graph)
    # The part alone: a circle among components of other paths is none of these paths' business.
    found = circles(graph.part(*telling.names)) if telling.names else ()
    scenario = telling.scenario(what_if) if asked.lost else None
    return Survival(
        graph=graph,
        paths=telling.paths(what_if),
        scenario=scenario,
        shared=tuple(sorted(shared.difference(accepted))),
        accepted=tuple(sorted(shared.intersection(accepted))),
        circles=found,
    )


class _Telling:
    def __init__(self, graph: Graph, asked: Asked) -> None:
        self.graph = graph
        self.asked = asked
        self.names = graph.targets if asked.targets is None else asked.targets
        self.end = time.monotonic() + asked.seconds

    def budget(self, share: float) -> Budget | None:
        """This share of the time that is left; None once there is next to none."""
        seconds = self.end - time.monotonic()
        return Budget(seconds=seconds * share) if seconds > self.asked.seconds / 1000 else None

    def paths(self, what_if: WhatIf) -> tuple[PathSurvival, ...]:
        if not self.names:
            return ()
        budget = self.budget(0.6) or Budget(seconds=0)
        analysis = analyse(self.graph, order=self.asked.order, targets=self.names, budget=budget)
        asked, left = self.asked, self.budget(0.5) or Budget(seconds=0)
        accounts = account(analysis, what_if=what_if, budget=left, apart=asked.apart, full=asked.full)
        return tuple(self.path(one, full=asked.full is None or number < asked.full) for number, one in enumerate(accounts))

    def path(self, one: PathAccount, *, full: bool) -> PathSurvival:
        stopped = prove(self.graph, one.names[0], ()) if one.result.stopped == "yes" else None
        return PathSurvival(account=one, sets=tuple(self.sets(one)) if full else (), stopped=stopped)

    def sets(self, one: PathAccount) -> Iterator[ProvenSet]:
        """Certain ones first, the smaller before the larger. Of paths that are told together, those of the first."""
        for certain, sets in ((True, one.result.certain), (False, one.result.possible)):
            for size in range(2, len(sets.counts)):
                for components in sets.of_size(size, most=self.asked.listed):
                    allowed = self.budget(1.0) is not None
                    proof = prove(self.graph, one.names[0], components, badly=not certain) if allowed else None
                    yield ProvenSet(components=components, certain=certain, proof=proof)

    def scenario(self, what_if: WhatIf) -> Scenario:
        loss = what_if.lose(self.asked.lost)
        return Scenario(loss=loss, fates=tuple(self.fate(loss, name) for name in self.names))

    def fate(self, loss: Loss, name: str) -> Fate:
        answer = loss.stops(name)
        budget = self.budget(0.1)
        if not budget:
            return Fate(target=name, stops=answer)
        if answer == "no":
            return Fate(target=name, stops=answer, kept=tuple(_kept(self.graph, loss, name)))
        proof = prove(self.graph, name, loss.lost, badly=answer == "maybe")
        decision = decide(self.graph, name, loss.lost, budget=budget) if answer == "maybe" else None
        return Fate(target=name, stops=answer, proof=proof, decision=decision)


def _kept(graph: Graph, loss: Loss, target: str) -> Iterator[Step]:
    """The groups of a surviving path that lost members, with the members that certainly work on."""
    stopped = loss.certain | loss.possible | loss.before | loss.possibly_before
    for component in graph.cone(target):
        for group in component.groups if component.name not in stopped else ():
            left = tuple(tie for tie in group.members if tie.to not in stopped and tie.doubt is None)
            if any(tie.to in loss.certain for tie in group.members) and len(left) >= (group.most or group.least):
                yield Step(component=component.name, ties=left, group=group)
