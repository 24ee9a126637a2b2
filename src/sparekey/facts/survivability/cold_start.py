"""Cold start: what runs as long as it runs, and could not be started again after everything went down.

A directory server needs the DNS that it hosts; a vault holds the secret of the sign-in that unlocks it. Each runs; neither starts.
"""

from __future__ import annotations

from dataclasses import dataclass

from sparekey.facts.survivability.graph import Graph, Tie
from sparekey.facts.survivability.spread import Spread
from sparekey.facts.survivability.world import World, wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Components that wait for one another: each tie leads from one to the next, the last back to the first.

    A tie that is a member of a group waits because too few of the others can start. `waiting` are all components that cannot start
    because of it or of circles behind it, sorted. `certain`: not even well answered questions would break it.
    """

    components: tuple[str, ...]
    ties: tuple[Tie, ...]
    certain: bool
    waiting: tuple[str, ...]


def circles(graph: Graph) -> tuple[Circle, ...]:
    """A circle for every knot of components that run and cannot start from nothing: the certain knots, then the possible ones.

    Each component is in at most one circle of each sort. What has stopped already is not said to wait, and what only a question keeps
    from running is not either.
    """
    world = wire(graph)
    best = Spread(world)
    certain = _knots(graph, world, _waiting(world, best), certain=True)
    bad = world.badly()
    if not bad:
        return certain
    worst = Spread(world, down=bad)
    named = {name for circle in certain for name in circle.components}
    possible = _knots(graph, world, _waiting(world, worst), certain=False)
    return (*certain, *(circle for circle in possible if not named.intersection(circle.components)))


def _waiting(world: World, spread: Spread) -> dict[int, int]:
    """The nodes that run and cannot start, each with the first node that it waits for."""
    up = spread.starting()
    waiting = set(range(len(world.needs))) - spread.base - up
    return {node: _waits_for(world, node, waiting, up) for node in sorted(waiting)}


def _waits_for(world: World, node: int, waiting: set[int], up: set[int]) -> int:
    """A need that cannot start, or such a member of a group of which too few can. There is one: the node runs."""
    lacking = [members for least, members in world.groups[node] if sum(member in up for member in members) < least]
    return min(below for below in (*world.needs[node], *sum(lacking, ())) if below in waiting)


def _knots(graph: Graph, world: World, following: dict[int, int], *, certain: bool) -> tuple[Circle, ...]:
    """Walk from every waiting node along what it waits for, until a node comes twice: every walk ends in a circle."""
    knot_of: dict[int, int] = {}  # any node -> the least node of the circle that its walk ends in
    knots: dict[int, list[int]] = {}
    for start in following:
        path: dict[int, None] = {}
        node = start
        while node not in path and node not in knot_of:
            path[node] = None
            node = following[node]
        if node not in knot_of:
            walked = list(path)
            circle = walked[walked.index(node) :]
            first = circle.index(min(circle))
            knots[min(circle)] = circle[first:] + circle[:first]
            knot_of[node] = min(circle)
        knot_of.update(dict.fromkeys(path, knot_of[node]))
    held: dict[int, list[str]] = {knot: [] for knot in knots}
    for node, knot in knot_of.items():
        if node < world.components:
            held[knot].append(graph.components[node].name)
    found = (_circle(graph, world, knots[knot], tuple(sorted(held[knot])), certain=certain) for knot in sorted(knots))
    return tuple(circle for circle in found if circle.components)


def _circle(graph: Graph, world: World, nodes: list[int], waiting: tuple[str, ...], *, certain: bool) -> Circle:
    """In terms of components: gates stand between a component and what it needs."""
    components = [graph.components[node] for node in nodes if node < world.components]
    ties = []
    for one, other in zip(components, [*components[1:], *components[:1]], strict=True):
        ties.append(next(tie for tie in one.ties() if tie.to == other.name))
    return Circle(components=tuple(one.name for one in components), ties=tuple(ties), certain=certain, waiting=waiting)
