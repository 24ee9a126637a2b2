"""How a loss spreads: everything that stops when some nodes stop, and what can start from nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet

from sparekey.facts.survivability.world import World


class Spread:
    """Answers "what stops?" for one world, as often as asked.

    Preparing takes time with the size of the world; an answer only with the number of dependencies that the loss touches.
    """

    def __init__(self, world: World, *, down: Iterable[int] = ()) -> None:
        """`down`: what has stopped before any loss, such as the questions in the worst world."""
        self._world = world
        # Per node: those who need it, and those in whose groups it is: (dependent, key of the group).
        self._needing: list[list[int]] = [[] for _ in world.needs]
        self._grouping: list[list[tuple[int, int]]] = [[] for _ in world.needs]
        # Per group key: how many of its members may be lost before it stops its component.
        self._spare: list[int] = []
        at_once = []
        for node, (needs, groups) in enumerate(zip(world.needs, world.groups, strict=True)):
            for below in needs:
                self._needing[below].append(node)
            for least, members in groups:
                key = len(self._spare)
                self._spare.append(len(members) - least)
                if len(members) < least:
                    at_once.append(node)
                for below in members:
                    self._grouping[below].append((node, key))
        self._base: dict[int, None] = {}
        self._base_lost: dict[int, int] = {}
        self._spread({*down, *at_once}, self._base, self._base_lost, {})

    @property
    def base(self) -> AbstractSet[int]:
        """What has stopped before any loss."""
        return self._base.keys()

    def stopped(self, lost: Iterable[int]) -> AbstractSet[int]:
        """What stops in addition to `base` when these nodes stop, they themselves included: the least set closed under the rules.

        In the order of stopping: each after what makes it stop, the nearest to the loss first.
        """
        found: dict[int, None] = {}
        self._spread({node for node in lost if node not in self._base}, found, {}, self._base_lost)
        return found.keys()

    def _spread(self, first: set[int], found: dict[int, None], lost: dict[int, int], before: dict[int, int]) -> None:
        base: Collection[int] = self._base if found is not self._base else ()
        spare, needing, grouping = self._spare, self._needing, self._grouping
        todo = sorted(first)
        found.update(dict.fromkeys(todo))
        for node in todo:  # grows while it is walked
            for above in needing[node]:
                if above not in found and above not in base:
                    found[above] = None
                    todo.append(above)
            for above, key in grouping[node]:
                if above in found or above in base:
                    continue
                gone = lost[key] = lost.get(key, before.get(key, 0)) + 1
                if gone > spare[key]:
                    found[above] = None
                    todo.append(above)

    def starting(self) -> set[int]:
        """What can come up when nothing runs yet: each node only after everything that it needs has come up."""
        world = self._world
        missing = [len(needs) for needs in world.needs]
        owner: list[int] = []
        wanted: list[int] = []
        for node, groups in enumerate(world.groups):
            for least, _ in groups:
                owner.append(node)
                wanted.append(max(least, 0))
                missing[node] += least > 0
        up: set[int] = set()
        todo = [node for node, count in enumerate(missing) if not count and node not in self._base]
        while todo:
            node = todo.pop()
            up.add(node)
            for above in self._needing[node]:
                missing[above] -= 1
                if not missing[above] and above not in self._base:
                    todo.append(above)
            for _, key in self._grouping[node]:
                wanted[key] -= 1
                if wanted[key]:
                    continue
                above = owner[key]
                missing[above] -= 1
                if not missing[above] and above not in self._base:
                    todo.append(above)
        return up
