"""One evaluation: the scope, the errors met so far, and the way from a node to its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sparekey.formats.terraform.lang.limits import not_too_heavy
from sparekey.formats.terraform.lang.scope import Scope
from sparekey.formats.terraform.lang.types import DYNAMIC, Type
from sparekey.formats.terraform.lang.values import EvaluationError, Unknown, Value, Why
from sparekey.formats.terraform.syntax import tree
from sparekey.model.span import Span

Frame = Mapping[str, Value]
"""The iteration variables in sight, by name; the item of the nearest splat has the name ""."""

ITEM = ""

_HOLD_OTHERS = frozenset({tuple, dict, Unknown})
"""Classes of contents that hold other values."""


class Evaluation:
    """Evaluates nodes of a tree, and goes on after an error as HCL does, with an unknown in its place.

    That way the branch of a conditional that is not taken may fail, and still has the type that Terraform gives it.
    """

    __slots__ = ("_handlers", "errors", "scope")

    def __init__(self, scope: Scope, handlers: Mapping[type, Callable[..., Value]]) -> None:
        """`handlers` evaluate the nodes of each class: they take the evaluation, the node and the frame."""
        self.scope = scope
        self.errors: list[EvaluationError] = []
        self._handlers = handlers

    def value(self, node: tree.Expression, frame: Frame) -> Value:
        """The value of a node; of one that fails an unknown, with the error noted."""
        budget = self.scope.budget
        budget.left -= 1
        if budget.left < 0:
            budget.spend(0)
        value = self._handlers[type(node)](self, node, frame)
        if value.content.__class__ in _HOLD_OTHERS:
            not_too_heavy(value)
        return value

    def attempt(self, node: tree.Expression, frame: Frame) -> tuple[Value, list[EvaluationError]]:
        """The value of a node with its errors, which are not noted."""
        noted, self.errors = self.errors, []
        try:
            return self.value(node, frame), self.errors
        finally:
            self.errors = noted

    def fail(self, error: EvaluationError, span: Span | None, type_: Type = DYNAMIC) -> Value:
        """Note an error; the unknown that stands for the value."""
        if error.span is None and span is not None:
            error = EvaluationError(error.summary, error.detail, span)
        self.errors.append(error)
        return failed(error, type_)

    def refuse(self, summary: str, detail: str, span: Span, type_: Type = DYNAMIC) -> Value:
        """Note an error of the evaluation's own."""
        return self.fail(EvaluationError(summary, detail), span, type_)


def failed(error: EvaluationError, type_: Type = DYNAMIC) -> Value:
    """The unknown that stands for what could not be computed."""
    return Value(type_, Unknown(why=Why(error.summary, at=error.span), beyond=error.summary))


def leftmost(errors: list[EvaluationError]) -> EvaluationError:
    """The error that stands first in the text, as Terraform sorts them."""
    return min(errors, key=lambda error: (error.span.start_line, error.span.start_column) if error.span else (0, 0))
