"""Minimal failure sets of every node of a world, in one shared diagram."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sparekey.facts.survivability.budget import Watch
from sparekey.facts.survivability.world import World
from sparekey.facts.survivability.zbdd import Zbdd


class Families:
    """Solves a world for some nodes, up to the order of its diagram. Several solutions share what they have in common."""

    def __init__(self, world: World, wanted: Collection[int], *, order: int, nodes: int, watch: Watch) -> None:
        """`nodes`: the most that the diagram may have. ExhaustedError beyond it or when time is over, here and in `solve`."""
        self.world = world
        self.wanted = tuple(wanted)
        self.zbdd = Zbdd(order, nodes=nodes, watch=watch)
        self._watch = watch
        cone = world.cone(wanted)
        self._strata = [stratum for stratum in world.strata if stratum[0] in cone]
        # What much depends on gets the last variables: sign-in paths on top, shared infrastructure below, where it is shared.
        self.nodes = tuple(node for stratum in reversed(self._strata) for node in reversed(stratum) if world.stops[node])
        self._variable = {node: variable for variable, node in enumerate(self.nodes)}

    def solve(self, *, down: Collection[int] = ()) -> dict[int, int]:
        """Per wanted node the family of its minimal failure sets, given that the nodes `down` have stopped."""
        found: dict[int, int] = {}
        stopped = frozenset(down)
        world = self.world
        for stratum in self._strata:
            if not world.in_circle(stratum):
                node = stratum[0]
                found[node] = 1 if node in stopped else self._equation(node, found)
                continue
            self._circle(stratum, stopped, found)
        return {node: found[node] for node in self.wanted}

    def _circle(self, stratum: tuple[int, ...], stopped: frozenset[int], found: dict[int, int]) -> None:
        """The least solution: start from "nothing stops them" and let the families grow until they no longer do."""
        found.update(dict.fromkeys(stratum, 0))
        knots = [(knot, frozenset(knot)) for knot in self.world.knots(stratum)]
        growing = True
        while growing:
            growing = False
            for knot, inside in knots:
                family = 0
                for node in knot:
                    one = 1 if node in stopped else self._equation(node, found, inside)
                    family = self.zbdd.union(family, one)
                if family != found[knot[0]]:
                    found.update(dict.fromkeys(knot, family))
                    growing = True
            self._watch.check()

    def _equation(self, node: int, found: Mapping[int, int], inside: frozenset[int] = frozenset()) -> int:
        """The family of a node from those it depends on; needs that are `inside` its knot add nothing to the knot."""
        zbdd = self.zbdd
        family = 0
        for below in sorted({found[need] for need in self.world.needs[node] if need not in inside}):
            family = zbdd.union(family, below)
        for least, members in self.world.groups[node]:
            family = zbdd.union(family, zbdd.at_least(len(members) - least + 1, [found[member] for member in members]))
        own = self._variable.get(node)
        return family if own is None else zbdd.union(family, zbdd.single(own))
