"""Redundancy as it is written against redundancy as it is: what groups survive, and what two paths share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sparekey.facts.survivability.analysis import PathResult, analyse
from sparekey.facts.survivability.budget import Budget
from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.failure_sets import FailureSet
from sparekey.facts.survivability.graph import Component, Graph, Group, Tie
from sparekey.facts.survivability.zbdd import MOST_ORDER
from sparekey.model.value import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How many members a group may lose, and how many failures it survives.

    `nominal`: members less those that must work. `effective`: failures that it survives whatever they are, at most `nominal` here;
    None where the analysis could not tell. `effective_least` is what it is if every question is answered badly. `culprits` are the
    smallest failure sets that make the difference: with one component each, they are what all redundancy hangs on.
    """

    component: str
    group: Group
    nominal: int
    effective: int | None
    effective_least: int | None
    culprits: tuple[FailureSet, ...]

    @property
    def correlated(self) -> bool:
        """Whether it is certain that fewer failures than written are enough."""
        return self.effective is not None and self.effective < self.nominal


def tolerances(graph: Graph, components: Collection[str], *, budget: Budget | None = None) -> tuple[Tolerance, ...]:
    """The tolerance of every group with members to spare of the named components, in their order.

    A failure counts against the group only: what the component needs besides stops the component, not the group.
    """
    asked = [
        (component, number)
        for component in map(graph.component, components)
        for number, group in enumerate(component.groups)
        if len(group.members) > group.least
    ]
    if not asked:
        return ()
    probes = {_fresh(graph, f"group {n} of {c.name}"): _bracket(c, c.groups[n]) for c, n in asked}
    order = min(MOST_ORDER, max(len(c.groups[n].members) - c.groups[n].least + 1 for c, n in asked))
    analysis = analyse(_with(graph, probes), order=order, targets=tuple(probes), budget=budget)
    found = {path.name: path for path in analysis.paths}
    return tuple(
        _tolerance(component, component.groups[number], found[name])
        for (component, number), name in zip(asked, probes, strict=True)
    )


def _fresh(graph: Graph, name: str) -> str:
    """A name that nothing in the graph has."""
    while name in graph.index:
        name += "'"
    return name


def _bracket(component: Component, group: Group) -> Component:
    return Component(name="", kind="group", at=component.at, groups=(group,), stops=False)


def _with(graph: Graph, probes: dict[str, Component]) -> Graph:
    """The graph with further components, under names that nothing else has."""
    added = (_renamed(component, name) for name, component in probes.items())
    return build((*graph.components, *added), probes, most_components=2 * len(graph.components) + len(probes) + 1)


def _renamed(component: Component, name: str) -> Component:
    return Component(name=name, kind=component.kind, at=component.at, groups=component.groups, stops=component.stops)


def _tolerance(component: Component, group: Group, path: PathResult) -> Tolerance:
    nominal = len(group.members) - group.least
    certain = _smallest(path.certain.counts)
    worst = min((size for size in (certain, _smallest(path.possible.counts)) if size is not None), default=None)
    culprits = path.certain.of_size(certain, most=100) if certain is not None and certain <= nominal else ()
    return Tolerance(
        component=component.name,
        group=group,
        nominal=nominal,
        effective=_survives(certain, nominal, path.complete_to_order),
        effective_least=_survives(worst, nominal, path.complete_to_order),
        culprits=culprits,
    )


def _smallest(counts: tuple[int, ...]) -> int | None:
    return next((size for size, many in enumerate(counts) if many), None)


def _survives(smallest: int | None, nominal: int, complete: int | None) -> int | None:
    """One failure less than the smallest set; a list that ends below `nominal` proves nothing about larger sets."""
    if smallest is not None:
        return max(0, min(nominal, smallest - 1))
    return nominal if complete is None or complete >= nominal else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What two paths have in common, and what stops both.

    `components` are in what both may depend on, the accepted ones left out and listed in `accepted`; wherever one of them fails, both
    paths lose something, though perhaps not everything. `lockout` is the result for "neither path works".
    """

    components: tuple[str, ...]
    accepted: tuple[str, ...]
    lockout: PathResult


def shared(
    graph: Graph,
    normal: str,
    emergency: str,
    *,
    accepted: Collection[str] = (),
    order: int = 2,
    answered: frozenset[Unknown] = frozenset(),
    budget: Budget | None = None,
) -> Shared:
    """What the normal and the emergency path share. KeyError for a name that the graph does not have."""
    both = {c.name for c in graph.cone(normal) if c.stops} & {c.name for c in graph.cone(emergency) if c.stops}
    at = graph.component(emergency).at or graph.component(normal).at
    name = _fresh(graph, f"lockout of {normal} and {emergency}")
    members = tuple(Tie(to=path, at=at[0]) for path in dict.fromkeys((normal, emergency)))
    neither = Component(name=name, kind="lockout", at=at, groups=(Group(name=name, members=members, at=at[0]),), stops=False)
    analysis = analyse(_with(graph, {name: neither}), order=order, targets=(name,), answered=answered, budget=budget)
    return Shared(
        components=tuple(sorted(both.difference(accepted))),
        accepted=tuple(sorted(both.intersection(accepted))),
        lockout=analysis.paths[0],
    )
