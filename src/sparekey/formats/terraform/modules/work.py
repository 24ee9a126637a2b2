"""Values that depend on each other, each computed once, in whatever order they turn out to be needed.

A chain of ten thousand locals must not nest ten thousand evaluations. What is asked for below a certain depth is therefore put
off: the evaluation that asked is given up, the value computed on its own, and the evaluation done again. Nothing computed here
may have an effect that a second time would show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from sparekey.formats.terraform.modules.evaluated import Fault

DEEPEST = 12
"""Evaluations inside each other at most; each may use a few hundred of Python's thousand frames."""

_DEEPEST_WIDE = 3

_T = TypeVar("_T")


class _PutOffError(Exception):
    """Unwinds to the outermost evaluation, which computes the node first."""

    def __init__(self, node: Node[object]) -> None:
        super().__init__("a value that has to be computed first")
        self.node = node


class Node(Generic[_T]):
    """One value to be computed. `name` is its address, as in Terraform's messages about cycles."""

    __slots__ = ("compute", "cyclic", "name", "result", "state", "wide")

    def __init__(self, name: str, compute: Callable[[], _T], cyclic: Callable[[], _T], *, wide: bool = False) -> None:
        """`compute` gives the result; `cyclic` what stands for it where computing it leads back to it.

        `wide`: it may need many others, so that giving it up halfway and beginning again would be a waste.
        """
        self.name = name
        self.compute = compute
        self.cyclic = cyclic
        self.wide = wide
        self.state = "new"
        self.result: _T | None = None


class Work:
    """The computations of one root module, and the faults that they met."""

    def __init__(self) -> None:
        """Nothing done yet."""
        self._depth = 0
        self._faults: dict[tuple[str, str, object], Fault] = {}
        self._running: list[Node[object]] = []

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault met so far, each once."""
        return tuple(self._faults.values())

    def fault(self, fault: Fault) -> Fault:
        """Note a fault."""
        return self._faults.setdefault((fault.summary, fault.detail, fault.at), fault)

    def add(self, faults: Iterable[Fault]) -> None:
        """Note several faults."""
        for fault in faults:
            self.fault(fault)

    def get(self, node: Node[_T]) -> _T:
        """The result of a node, computed now if it was not before."""
        if node.state == "done":
            return node.result  # type: ignore[return-value]
        if node.state == "running":
            return self._cycle(node)
        if self._depth == 0:
            return self._from_the_start(node)
        if self._depth >= (_DEEPEST_WIDE if node.wide else DEEPEST):
            raise _PutOffError(node)  # type: ignore[arg-type]
        try:
            self._compute(node)
        except RecursionError:
            # On a stack of its own there may be room for it.
            raise _PutOffError(node) from None  # type: ignore[arg-type]
        return node.result  # type: ignore[return-value]

    def _compute(self, node: Node[_T]) -> None:
        node.state = "running"
        self._depth += 1
        self._running.append(node)  # type: ignore[arg-type]
        try:
            node.result = node.compute()
            node.state = "done"
        finally:
            self._depth -= 1
            self._running.pop()
            if node.state != "done":
                node.state = "new"

    def _from_the_start(self, node: Node[_T]) -> _T:
        stack: list[Node[object]] = [node]  # type: ignore[list-item]
        try:
            while stack:
                top = stack[-1]
                for waiting in stack:
                    waiting.state = "running" if waiting.state != "done" else "done"
                if top.state == "done":
                    stack.pop()
                    continue
                self._running = stack[:-1]
                try:
                    self._compute(top)
                except _PutOffError as put_off:
                    if put_off.node is top or put_off.node.state == "running":
                        top.result, top.state = top.cyclic(), "done"
                    else:
                        stack.append(put_off.node)
                        continue
                except RecursionError:
                    top.result, top.state = top.cyclic(), "done"
                stack.pop()
        finally:
            self._running = []
            for waiting in stack:
                if waiting.state != "done":
                    waiting.state = "new"
        return node.result  # type: ignore[return-value]

    def _cycle(self, node: Node[_T]) -> _T:
        names = [one.name for one in self._running]
        start = names.index(node.name) if node.name in names else 0
        self.fault(Fault(summary=f"Cycle: {', '.join(sorted(set(names[start:])))}", stage="validate"))
        return node.cyclic()
