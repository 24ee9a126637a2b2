"""The smallest change that removes a single point of failure, checked by solving the changed graph again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from sparekey.facts.survivability.budget import Budget, ExhaustedError, Watch
from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import DOMAINS, Component, Graph, Group, Tie
from sparekey.facts.survivability.names import SOMEWHERE
from sparekey.facts.survivability.singles import single_points
from sparekey.facts.survivability.spread import Spread
from sparekey.facts.survivability.world import wire
from sparekey.model.span import Place
from sparekey.model.value import Unknown

_STAYS = frozenset(DOMAINS) - {"host", "rack"}
"""Failure domains that nobody can move: a zone belongs to its region."""

_WITHIN = ("region", "site", "zone")
"""Failure domains of which a thing that stands in one stands in no other."""

_PLACED = frozenset({"region", "site", "zone", "availability_set", "rack", "host", "network"})
"""Failure domains in which a thing stands, so that it may stand in another one of the kind instead."""

_PLACES = 10
"""Other places that are tried for one thing, the first by name: one that is free of the point is as good as another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. With `to`, `component` stands there instead of at `at`; without, a second one beside `at` that shares nothing with it."""

    component: str
    at: str
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Changes after which `point` alone no longer stops `target`, and how many single points the target has before and after.

    `proven`: not even with every question answered badly. Nothing else becomes a single point.
    """

    target: str
    point: str
    changes: tuple[Change, ...]
    before: int
    after: int
    proven: bool


def repair(graph: Graph, target: str, point: str, *, budget: Budget | None = None) -> Repair | None:
    """The smallest repair that was found within the budget, None where there is none (the target itself is the point, say).

    Tried in this order: one thing moved to another failure domain of the kind it stands in, two things moved, a second `point`.
    Of several of one size, one that is proven, that leaves the fewest single points, and the first by name. KeyError for unknown names.
    """
    watch = (budget or Budget(seconds=2.0)).start()
    part = graph.part(target, point)
    search = _Search(graph, part, target, point, watch)
    if not search.is_single():
        return None
    try:
        found = search.moved()
        if found:
            return found
    except ExhaustedError:
        pass
    try:
        return search.best([(Change(component=point, at=point),)], always=True)
    except ExhaustedError:
        return None


class _Search:
    def __init__(self, graph: Graph, part: Graph, target: str, point: str, watch: Watch) -> None:
        self.graph = graph
        self.part = part
        self.target = target
        self.point = point
        self.watch = watch
        self.best_before = self.singles(part, badly=False)
        self.worst_before = self.singles(part, badly=True)

    def is_single(self) -> bool:
        """Whether there is anything to repair."""
        return self.point != self.target and self.best_before is not None and self.point in self.best_before

    def singles(self, graph: Graph, *, badly: bool) -> frozenset[str] | None:
        """The single points of the target; None where it has stopped."""
        world = wire(graph)
        node = graph.index[self.target]
        down = world.badly() if badly else frozenset[int]()
        found = single_points(world, (node,), down=down, elements=5_000_000, watch=self.watch)[node]
        return None if found is None else frozenset(graph.components[one].name for one in found)

    def moved(self) -> Repair | None:
        """The best repair that moves one thing or two.

        Whether leaving its place would help at all is asked first, as if there were a place that never fails: mostly it would not.
        """
        places = self.places()
        trial = _Leaving(self.part, self.target, self.point, places)
        if trial.stops_without(places):
            return None
        for many in (1, 2):
            self.watch.check()
            leaving = [some for some in combinations(sorted(places), many) if not trial.stops_without(some)]
            moves = (
                [Change(component=component, at=at, to=to) for (component, at), to in zip(some, chosen, strict=True)]
                for some in leaving
                for chosen in product(*(places[one] for one in some))
            )
            found = self.best(moves)
            if found:
                return found
        return None

    def places(self) -> dict[tuple[str, str], list[str]]:
        """Whatever stands in a failure domain that the point takes along, and where else: domains of that kind that it leaves alone."""
        lost = self.taken_along()
        free: dict[str, list[str]] = {}
        for component in self.graph.components:
            if component.kind in _PLACED and component.name not in lost and SOMEWHERE not in component.name:
                free.setdefault(component.kind, []).append(component.name)
        return {
            (component.name, tie.to): free[kind][:_PLACES]
            for component in self.part.components
            if component.kind not in _STAYS
            for tie in component.needs
            if tie.to in lost and tie.doubt is None and (kind := self.part.component(tie.to).kind) in free
        }

    def taken_along(self) -> frozenset[str]:
        """What depends on the point by needs, anywhere in the graph: no good place to move to."""
        above: dict[str, list[str]] = {}
        for component in self.graph.components:
            for tie in component.needs:
                above.setdefault(tie.to, []).append(component.name)
        found = {self.point: None}
        todo = [self.point]
        for name in todo:  # grows while it is walked
            for dependent in above.get(name, ()):
                if dependent not in found:
                    found[dependent] = None
                    todo.append(dependent)
        return frozenset(found)

    def best(self, candidates: Iterable[Sequence[Change]], *, always: bool = False) -> Repair | None:
        """The best of the candidates that work. `always`: even where something new becomes a single point in the worst world."""
        found: list[Repair] = []
        for changes in candidates:
            self.watch.check()
            repaired = self.tried(tuple(changes), always=always)
            if repaired:
                found.append(repaired)
        order = [(not one.proven, one.after, [(c.component, c.to) for c in one.changes]) for one in found]
        return found[order.index(min(order))] if found else None

    def tried(self, changes: tuple[Change, ...], *, always: bool) -> Repair | None:
        changed = _changed(self.graph, self.part, changes)
        if any(change.to and not _possible(changed, self.part, change.component) for change in changes):
            return None
        after = self.singles(changed, badly=False)
        before = self.best_before
        if before is None or after is None or self.point in after or not after < before:
            return None
        worst = self.singles(changed, badly=True)
        if not always and self.worst_before is not None and (worst is None or not worst <= self.worst_before):
            return None
        proven = worst is not None and self.point not in worst
        return Repair(target=self.target, point=self.point, changes=changes, before=len(before), after=len(after), proven=proven)


class _Leaving:
    """Answers whether the point still stops the target, in the best world, once some things no longer need their places.

    Each such need is made a question: it is lost unless its thing leaves. So one wired world answers for all of them.
    """

    def __init__(self, part: Graph, target: str, point: str, places: Collection[tuple[str, str]]) -> None:
        marks: dict[tuple[str, str], Unknown] = {}

        def marked(component: Component, tie: Tie) -> Tie:
            if (component.name, tie.to) not in places:
                return tie
            mark = marks[component.name, tie.to] = Unknown(reason=f"{component.name} leaves {tie.to}", at=tie.at)
            return replace(tie, doubt=mark)

        graph = build((replace(one, needs=tuple(marked(one, tie) for tie in one.needs)) for one in part.components), part.targets)
        world = wire(graph)
        self._spread = Spread(world)
        self._nodes = {place: world.questions[mark] for place, mark in marks.items()}
        self._target = graph.index[target]
        self._point = graph.index[point]

    def stops_without(self, leaving: Collection[tuple[str, str]]) -> bool:
        """Whether the target stops with the point when these (thing, place) no longer need each other."""
        staying = (node for place, node in self._nodes.items() if place not in leaving)
        return self._target in self._spread.stopped([self._point, *staying])


def _possible(changed: Graph, before: Graph, name: str) -> bool:
    """Whether a thing stands in no more regions, sites and zones than before: a zone is only in its own region."""
    return all(len(_stands_in(changed, name, kind)) <= len(_stands_in(before, name, kind)) for kind in _WITHIN)


def _stands_in(graph: Graph, name: str, kind: str) -> frozenset[str]:
    found = {name: None}
    todo = [name]
    for one in todo:  # grows while it is walked
        for tie in graph.component(one).needs:
            if tie.to not in found:
                found[tie.to] = None
                todo.append(tie.to)
    return frozenset(one for one in found if graph.component(one).kind == kind)


def _changed(graph: Graph, part: Graph, changes: Sequence[Change]) -> Graph:
    components = {component.name: component for component in part.components}
    for change in changes:
        if change.to:
            components |= {component.name: component for component in graph.cone(change.to) if component.name not in components}
            components[change.component] = _moved(components[change.component], change)
        else:
            components |= _doubled(components, change.at)
    return build(components.values(), part.targets)


def _moved(component: Component, change: Change) -> Component:
    needs = tuple(replace(tie, to=change.to) if tie.to == change.at else tie for tie in component.needs)
    return replace(component, needs=needs)


def _fresh(components: dict[str, Component], name: str) -> str:
    while name in components:
        name += "'"
    return name


def _place(component: Component, components: dict[str, Component]) -> Place:
    """Where the component is declared, else where it is named: something in the graph needs it."""
    if component.at:
        return component.at[0]
    return next(tie.at for other in components.values() for tie in other.ties() if tie.to == component.name)


def _doubled(components: dict[str, Component], name: str) -> dict[str, Component]:
    """Everybody who needs the component needs one of two."""
    one = components[name]
    at = _place(one, components)
    second, either = _fresh(components, f"a second {name}"), _fresh(components, f"{name} or a second one")
    members = tuple(Tie(to=member, at=at, source="assumed") for member in (name, second))
    group = Group(name=either, members=members, at=at)
    changed = {
        second: Component(name=second, kind=one.kind, at=one.at),
        either: Component(name=either, kind="group", at=one.at, groups=(group,), stops=False),
    }
    for component in components.values():
        changed[component.name] = replace(
            component,
            needs=tuple(replace(tie, to=either) if tie.to == name else tie for tie in component.needs),
            groups=tuple(
                replace(g, members=tuple(replace(tie, to=either) if tie.to == name else tie for tie in g.members))
                for g in component.groups
            ),
        )
    return changed
