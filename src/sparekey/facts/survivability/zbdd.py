"""Families of failure sets in one shared diagram (a zero-suppressed decision diagram, Minato 1993).

A family is a number: 0 holds no set, 1 only the empty set, any other node splits on its variable into the sets without it (`low`) and
those with it (`high`, the variable taken out). Along `low` variables grow; the walk along it is a loop, since it may be as long as
there are variables, and only steps into `high` recur: each takes one element, so they are at most as deep as the largest set allowed.
All families are kept free of supersets: a set that holds a smaller one says nothing new.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from sparekey.facts.survivability.budget import ExhaustedError, Watch

MOST_ORDER = 60
"""The largest sets that can be asked for; it bounds the recursion. Published fault trees have sets of up to about 20."""

MOST_NODES = 1 << 24
_SHIFT = 24
_MEMORY = 50_000
"""Results remembered per operation before they are forgotten. Four times as many take 30 MB more and save no time at 100,000 components."""


class Zbdd:
    """The diagram, for sets of at most `order` variables. Raises ExhaustedError beyond `nodes` or when time is over."""

    def __init__(self, order: int, *, nodes: int, watch: Watch) -> None:
        if not 1 <= order <= MOST_ORDER:
            raise ValueError(f"sets of 1 to {MOST_ORDER} can be asked for, not {order}")
        self.order = order
        self.truncated = False
        self._most = min(nodes, MOST_NODES - 1)
        self._watch = watch
        # Indexes 0 and 1 are the two ends; their variable is larger than any other.
        self._variable = array("i", [2**31 - 1, 2**31 - 1])
        self._low = array("i", [0, 1])
        self._high = array("i", [0, 0])
        self._unique: dict[int, int] = {}
        self._unions: dict[int, int] = {}
        self._differences: dict[int, int] = {}
        self._products: dict[int, int] = {}
        self._cuts: dict[int, int] = {}
        self._counted: dict[int, tuple[int, ...]] = {0: (), 1: (1,)}

    def __len__(self) -> int:
        return len(self._low)

    def single(self, variable: int) -> int:
        """The family of one set of this one variable."""
        return self._node(variable, 0, 1)

    def forget(self) -> None:
        """Let go of remembered results once there are many; families stay."""
        for memory in (self._unions, self._differences, self._products, self._cuts):
            if len(memory) > _MEMORY:
                memory.clear()

    def _node(self, variable: int, low: int, high: int) -> int:
        if not high:
            return low
        key = ((variable << _SHIFT | low) << _SHIFT) | high
        node = self._unique.get(key)
        if node is None:
            node = len(self._low)
            self._unique[key] = node
            self._variable.append(variable)
            self._low.append(low)
            self._high.append(high)
            if node > self._most:
                raise ExhaustedError("nodes")
            if not node & 2047:
                self._watch.check()
                self.forget()
        return node

    def union(self, a: int, b: int) -> int:
        """The sets of both, without supersets."""
        variable, low, high, memory = self._variable, self._low, self._high, self._unions
        trail: list[tuple[int, int, int]] = []
        while True:
            if a == b or not b:
                found = a
                break
            if not a:
                found = b
                break
            if a == 1 or b == 1:
                found = 1
                break
            if a > b:
                a, b = b, a
            key = a << _SHIFT | b
            known = memory.get(key)
            if known is not None:
                found = known
                break
            x, y = variable[a], variable[b]
            if x < y:
                trail.append((key, x, high[a]))
                a = low[a]
            elif y < x:
                trail.append((key, y, high[b]))
                b = low[b]
            else:
                trail.append((key, x, self.union(high[a], high[b])))
                a, b = low[a], low[b]
        for key, x, with_it in reversed(trail):
            found = self._node(x, found, self.without(with_it, found))
            memory[key] = found
        return found

    def without(self, a: int, b: int) -> int:
        """The sets of `a` that hold no set of `b`."""
        variable, low, high, memory = self._variable, self._low, self._high, self._differences
        trail: list[tuple[int, int, int]] = []
        while True:
            if not a or b in (1, a):
                found = 0
                break
            if not b or a == 1:
                found = a
                break
            key = a << _SHIFT | b
            known = memory.get(key)
            if known is not None:
                found = known
                break
            x, y = variable[a], variable[b]
            if x < y:
                trail.append((key, x, self.without(high[a], b)))
                a = low[a]
            elif y < x:
                b = low[b]
            else:
                trail.append((key, x, self.without(self.without(high[a], low[b]), high[b])))
                a, b = low[a], low[b]
        for key, x, with_it in reversed(trail):
            found = self._node(x, found, with_it)
            memory[key] = found
        return found

    def cut(self, a: int, size: int) -> int:
        """The sets of `a` with at most `size` variables."""
        trail: list[tuple[int, int, int]] = []
        while True:
            if a < 2:
                found = a
                break
            if size <= 0:
                self.truncated = True
                found = self._end(a)
                break
            key = a << 7 | size
            known = self._cuts.get(key)
            if known is not None:
                found = known
                break
            trail.append((key, self._variable[a], self.cut(self._high[a], size - 1)))
            a = self._low[a]
        for key, x, with_it in reversed(trail):
            found = self._node(x, found, with_it)
            self._cuts[key] = found
        return found

    def _end(self, a: int) -> int:
        """1 if the empty set is in the family. Families hold no supersets, so that only the family 1 has it."""
        return int(a == 1)

    def product(self, a: int, b: int, size: int) -> int:
        """The unions of a set of `a` and one of `b`, of at most `size` variables, without supersets."""
        variable, low, high, memory = self._variable, self._low, self._high, self._products
        trail: list[tuple[int, int, int]] = []
        while True:
            if not a or not b:
                found = 0
                break
            if a == 1 or b == 1:
                found = self.cut(a if b == 1 else b, size)
                break
            if size <= 0:
                self.truncated = True
                found = 0
                break
            if a > b:
                a, b = b, a
            key = (a << _SHIFT | b) << 7 | size
            known = memory.get(key)
            if known is not None:
                found = known
                break
            x, y = variable[a], variable[b]
            if x < y:
                trail.append((key, x, self.product(high[a], b, size - 1)))
                a = low[a]
            elif y < x:
                trail.append((key, y, self.product(a, high[b], size - 1)))
                b = low[b]
            else:
                both = self.product(high[a], self.union(high[b], low[b]), size - 1)
                trail.append((key, x, self.union(both, self.product(low[a], high[b], size - 1))))
                a, b = low[a], low[b]
        for key, x, with_it in reversed(trail):
            found = self._node(x, found, self.without(with_it, found))
            memory[key] = found
        return found

    def at_least(self, enough: int, families: Sequence[int]) -> int:
        """What stops at least so many of those whose failure sets these are."""
        if enough <= 0:
            return 1
        if enough > len(families):
            return 0
        # reached[j]: what stops j of those seen so far.
        reached = [1] + [0] * enough
        for seen, family in enumerate(families):
            fewest = max(1, enough - (len(families) - seen) + 1)
            for j in range(min(enough, seen + 1), fewest - 1, -1):
                reached[j] = self.union(reached[j], self.product(reached[j - 1], family, self.order))
        return reached[enough]

    def finish(self) -> None:
        """Let go of all that only building needs: from now on families are read."""
        for memory in (self._unique, self._unions, self._differences, self._products, self._cuts):
            memory.clear()

    def counts(self, a: int) -> tuple[int, ...]:
        """How many sets there are of 0, 1, 2, ... variables, without listing them. Counts are kept for the next family."""
        counted, low, high = self._counted, self._low, self._high
        missing: set[int] = set()
        todo = [a]
        while todo:
            node = todo.pop()
            if node not in counted and node not in missing:
                missing.add(node)
                todo += (low[node], high[node])
        # A node is made after what it points at.
        for node in sorted(missing):
            counted[node] = tuple(map(sum, zip_longest(counted[low[node]], (0, *counted[high[node]]), fillvalue=0)))
        return counted[a]

    def sets(self, a: int, size: int) -> Iterator[tuple[int, ...]]:
        """The sets of exactly this size, their variables ascending; those of the last variables first."""
        self.counts(a)
        counted = self._counted
        todo: list[tuple[int, tuple[int, ...]]] = [(a, ())]
        while todo:
            node, taken = todo.pop()
            left = size - len(taken)
            many = counted[node]
            if left >= len(many) or not many[left]:
                continue
            if node == 1:
                yield taken
                continue
            if left:
                todo.append((self._high[node], (*taken, self._variable[node])))
            todo.append((self._low[node], taken))
