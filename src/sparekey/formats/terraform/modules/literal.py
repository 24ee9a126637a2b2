"""What an expression may see that must be literal: nothing. Values files, defaults of variables, Terraform's own flags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from sparekey.formats.terraform.lang.evaluate import evaluate
from sparekey.formats.terraform.lang.function import Function
from sparekey.formats.terraform.lang.limits import Budget
from sparekey.formats.terraform.lang.values import EvaluationError, Value, Why
from sparekey.formats.terraform.syntax.tree import Attr, Expression, Index
from sparekey.model.span import Span


class _Nowhere:
    """The surroundings of what may call no function."""

    scan_root = Path()
    folder = Path()

    def note(self, why: Why) -> None:
        """Nothing is called in a values file."""

    def template(self, source: str, name: str, variables: Mapping[str, Value], calling: str) -> Value:
        """Never called, because no function is."""
        del source, name, variables, calling
        raise EvaluationError("Function calls not allowed", "Functions may not be called here.")


class LiteralScope:
    """A scope in which every reference and every function call is an error, as Terraform has it."""

    def __init__(self) -> None:
        """With work enough for what people write by hand."""
        self.budget = Budget()

    @property
    def surroundings(self) -> _Nowhere:
        """Where functions would be called, if they could be."""
        return _Nowhere()

    def reference(
        self, root: str, steps: tuple[Attr | Index, ...], evaluate: Callable[[Expression], Value], span: Span
    ) -> tuple[Value, int]:
        """Refuse."""
        del root, steps, evaluate
        raise EvaluationError("Variables not allowed", "Variables may not be used here.", span)

    def function(self, name: str) -> Function | None:
        """Refuse."""
        del name
        raise EvaluationError("Function calls not allowed", "Functions may not be called here.")


def literal(expression: Expression) -> Value:
    """The value of an expression that must be literal. Raises `EvaluationError` and `TooMuchError`."""
    return evaluate(expression, LiteralScope())
