"""Order things so that each stands after what it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain


def strata(children: Sequence[tuple[int, ...]], *, first: Iterable[int] = ()) -> tuple[tuple[int, ...], ...]:
    """The strongly connected components, dependencies first (Tarjan 1972, with a stack of its own instead of recursion).

    `children[i]` are the nodes that node i depends on. Nodes that depend on one another come together in one tuple. The walk
    begins at the nodes `first`, so that what one of them stands on stays together. Time and memory
    grow with nodes plus dependencies.
    """
    size = len(children)
    number = [0] * size  # when a node was first seen, from 1; 0 for never
    low = [0] * size
    held = bytearray(size)
    pile: list[int] = []
    found: list[tuple[int, ...]] = []
    seen = 0
    for root in chain(first, range(size)):
        if number[root]:
            continue
        seen += 1
        number[root] = low[root] = seen
        pile.append(root)
        held[root] = 1
        path = [root]
        rest = [iter(children[root])]
        while path:
            node = path[-1]
            for child in rest[-1]:
                if not number[child]:
                    seen += 1
                    number[child] = low[child] = seen
                    pile.append(child)
                    held[child] = 1
                    path.append(child)
                    rest.append(iter(children[child]))
                    break
                if held[child] and number[child] < low[node]:
                    low[node] = number[child]
            else:
                path.pop()
                rest.pop()
                if path and low[node] < low[path[-1]]:
                    low[path[-1]] = low[node]
                if low[node] == number[node]:
                    found.append(_taken(pile, held, node))
    return tuple(found)


def _taken(pile: list[int], held: bytearray, first: int) -> tuple[int, ...]:
    """Everything on the pile down to `first`, in the order in which it comes off."""
    taken = []
    while True:
        node = pile.pop()
        held[node] = 0
        taken.append(node)
        if node == first:
            return tuple(taken)
