"""What an expression can see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sparekey.formats.terraform.lang.function import Function, Surroundings
from sparekey.formats.terraform.lang.limits import Budget
from sparekey.formats.terraform.lang.values import Value
from sparekey.formats.terraform.syntax import tree
from sparekey.model.span import Span

Steps = tuple[tree.Attr | tree.Index, ...]


class Scope(Protocol):
    """Names, functions and the work that may still be done.

    Names of iteration (`for` variables, the items of splats) are the evaluator's own and never asked for here.
    """

    budget: Budget

    def reference(self, root: str, steps: Steps, evaluate: Callable[[tree.Expression], Value], span: Span) -> tuple[Value, int]:
        """The value that a root name and the first of the steps after it stand for, and how many steps those are.

        `evaluate` gives the value of the key of an `Index` among them. `span` is the place of the root. Raises
        `EvaluationError` for a name that does not exist.
        """
        ...

    def function(self, name: str) -> Function | None:
        """The function of that name, as it is written in a call."""
        ...

    @property
    def surroundings(self) -> Surroundings:
        """What functions may know of where they are called."""
        ...
