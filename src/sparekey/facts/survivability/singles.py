"""Single points of failure of every node in one pass over the world."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from sparekey.facts.survivability.budget import ExhaustedError, Watch
from sparekey.facts.survivability.world import NodeGroup, World

Singles = set[int] | None
"""The nodes each of which alone stops something; None where it has stopped already."""


def single_points(
    world: World, wanted: Collection[int], *, down: Collection[int] = (), elements: int, watch: Watch
) -> dict[int, Singles]:
    """For each wanted node the single failures that stop it, its own included; None where it has stopped without any.

    Exact, whether or not dependencies run in circles. ExhaustedError when time is over or more than `elements` are held at once.
    Time grows with dependencies times the largest set. The sets may be shared: they are not to be changed.
    """
    return _Pass(world, wanted, down, elements, watch).run()


def lost_by(own: set[int], needs: Iterable[int], groups: Iterable[NodeGroup], value: Callable[[int], Singles]) -> Singles:
    """What alone stops a node with these dependencies, from what alone stops each of them. `own` is used up."""
    for below in needs:
        found = value(below)
        if found is None:
            return None
        own |= found
    for least, members in groups:
        alive = [found for member in members if (found := value(member)) is not None]
        enough = len(alive) - least + 1  # so many of those that are left must stop
        if enough <= 0:
            return None
        if enough > len(alive):
            continue
        if enough == 1:
            own.update(*alive)
        elif enough == len(alive):
            alive.sort(key=len)
            own |= alive[0].intersection(*alive[1:])
        else:
            own |= _in_at_least(alive, enough)
    return own


def _in_at_least(sets: list[set[int]], enough: int) -> set[int]:
    count: dict[int, int] = {}
    for one in sets:
        for node in one:
            count[node] = count.get(node, 0) + 1
    return {node for node, times in count.items() if times >= enough}


class _Pass:
    def __init__(self, world: World, wanted: Collection[int], down: Collection[int], elements: int, watch: Watch) -> None:
        self.world = world
        self.kept = frozenset(wanted)
        self.down = frozenset(down)
        self.cone = world.cone(wanted)
        self.values: dict[int, Singles] = {}
        self.elements = elements
        # Elements held, and by which node; one set for a whole knot counts once.
        self.held = 0
        self.sizes: dict[int, int] = {}
        self.steps = 0
        self.watch = watch
        # How many dependents still read a node: its set is let go after the last, so that long chains fit into memory.
        self.readers = [0] * len(world.needs)
        for node in self.cone:
            for below in world.below[node]:
                self.readers[below] += 1

    def run(self) -> dict[int, Singles]:
        world, cone = self.world, self.cone
        for stratum in world.strata:
            if stratum[0] not in cone:
                continue
            if world.in_circle(stratum):
                self.circle(stratum)
            else:
                self.set(stratum[0], self.value(stratum[0]))
            for node in stratum:
                self.let_go(node)
        return {node: self.values[node] for node in self.kept}

    def value(self, node: int) -> Singles:
        if node in self.down:
            return None
        needs, groups = self.world.needs[node], self.world.groups[node]
        if len(needs) == 1 and not groups and not self.world.stops[node]:
            return self.values[needs[0]]
        return lost_by({node} if self.world.stops[node] else set(), needs, groups, self.values.__getitem__)

    def set(self, node: int, value: Singles) -> None:
        size = len(value) if value else 0
        self.values[node] = value
        self.held += size - self.sizes.get(node, 0)
        self.sizes[node] = size
        self.steps += size + 1
        if self.held > self.elements:
            raise ExhaustedError("elements")
        if self.steps > 20_000:
            self.steps = 0
            self.watch.check()

    def circle(self, stratum: tuple[int, ...]) -> None:
        """The least solution: start from "nothing stops them" and let the sets grow until they no longer do."""
        for node in stratum:
            self.values[node] = set()
        knots = [(knot, frozenset(knot)) for knot in self.world.knots(stratum)]
        growing = True
        while growing:
            growing = False
            for knot, inside in knots:
                before, now = self.values[knot[0]], self.together(knot, inside)
                if now != before:
                    growing = True
                    self.set(knot[0], now)
                    self.values.update(dict.fromkeys(knot, now))
            self.watch.check()

    def together(self, knot: tuple[int, ...], inside: frozenset[int]) -> Singles:
        """What alone stops the nodes of a knot, all of which stop together; needs inside it add nothing."""
        found: set[int] = set()
        for node in knot:
            if node in self.down:
                return None
            own = {node} if self.world.stops[node] else set()
            needs = [need for need in self.world.needs[node] if need not in inside]
            one = lost_by(own, needs, self.world.groups[node], self.values.__getitem__)
            if one is None:
                return None
            found |= one
        return found

    def let_go(self, node: int) -> None:
        for below in self.world.below[node]:
            self.readers[below] -= 1
            if not self.readers[below] and below not in self.kept:
                del self.values[below]
                self.held -= self.sizes.pop(below, 0)
