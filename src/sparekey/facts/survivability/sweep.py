"""Pairs of failures, one first failure at a time: slower than the shared diagram where redundancy is regular, and bounded where it is not.

With a first failure fixed, the single points of what depends on it only grow, so they are worked out from the single points of the
undisturbed world and only where they change. At most as many passes as there are nodes that can stop.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from heapq import heappop, heappush

from sparekey.facts.survivability.budget import ExhaustedError, Watch
from sparekey.facts.survivability.singles import Singles, lost_by, single_points
from sparekey.facts.survivability.world import World

Pair = tuple[int, int]


def pairs(
    world: World, wanted: Collection[int], *, down: Collection[int] = (), elements: int, watch: Watch
) -> tuple[dict[int, Singles], dict[int, set[Pair]]]:
    """For each wanted node its single points, and the pairs (smaller node first) that stop it when neither alone does.

    Exact, circles included. ExhaustedError when time is over or more than `elements` are held.
    """
    return _Sweep(world, wanted, down, elements, watch).run()


class _Sweep:
    def __init__(self, world: World, wanted: Collection[int], down: Collection[int], elements: int, watch: Watch) -> None:
        self.world = world
        self.wanted = frozenset(wanted)
        self.down = frozenset(down)
        self.watch = watch
        self.elements = elements
        cone = world.cone(wanted)
        self.base = single_points(world, cone, down=down, elements=elements, watch=watch)
        self.position: dict[int, int] = {}
        self.above: dict[int, list[int]] = {node: [] for node in cone}
        for stratum in world.strata:
            if stratum[0] in cone:
                for node in stratum:
                    self.position[node] = len(self.position)
        self.at = sorted(self.position, key=self.position.__getitem__)
        for node in self.at:
            for below in dict.fromkeys(world.below[node]):
                self.above[below].append(self.position[node])
        self.found: dict[int, set[Pair]] = {node: set() for node in wanted}

    def run(self) -> tuple[dict[int, Singles], dict[int, set[Pair]]]:
        held = 0
        for first in self.at:
            if self.world.stops[first] and self.base[first] is not None:
                held += self.collect(first, self.given(first))
                if held > self.elements:
                    raise ExhaustedError("elements")
                self.watch.check()
        return {node: self.base[node] for node in self.wanted}, self.found

    def given(self, first: int) -> Mapping[int, Singles]:
        """Where the single points differ once `first` has stopped, and what they are then."""
        changed: dict[int, Singles] = {first: None}
        todo: list[int] = []
        waiting: set[int] = set()
        base, world = self.base, self.world

        def value(node: int) -> Singles:
            return changed[node] if node in changed else base[node]

        def push(node: int) -> None:
            for position in self.above[node]:
                if position not in waiting:
                    waiting.add(position)
                    heappush(todo, position)

        push(first)
        steps = 0
        while todo:
            position = heappop(todo)
            waiting.discard(position)
            node = self.at[position]
            before = value(node)
            if before is None:
                continue
            if first in before:
                now: Singles = None
            else:
                own = {node} if world.stops[node] else set()
                now = lost_by(own, world.needs[node], world.groups[node], value)
            if now == before:
                continue
            changed[node] = now
            push(node)
            steps += len(now or ()) + 1
            if steps > 20_000:
                steps = 0
                self.watch.check()
        return changed

    def collect(self, first: int, changed: Mapping[int, Singles]) -> int:
        """Note the pairs of `first` with each new single point of a wanted node. How many."""
        many = 0
        for node in self.wanted.intersection(changed):
            now, before = changed[node], self.base[node]
            if now is None or before is None:
                continue
            fresh = {(min(first, second), max(first, second)) for second in now - before if second != first}
            self.found[node] |= fresh
            many += len(fresh)
        return many
