"""A scope of named values, and the value of a text in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sparekey.formats.terraform.lang.evaluate import evaluate
from sparekey.formats.terraform.lang.function import Function, Surroundings
from sparekey.formats.terraform.lang.library import function
from sparekey.formats.terraform.lang.limits import Budget
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING, Type
from sparekey.formats.terraform.lang.values import EvaluationError, Refinement, Source, Unknown, Value, Why
from sparekey.formats.terraform.modules.surroundings import Folder
from sparekey.formats.terraform.syntax import tree
from sparekey.formats.terraform.syntax.read import expression
from sparekey.model.span import Span

NOTHING: Mapping[str, Value] = {}


@dataclass(slots=True)
class Names:
    """Names and what they stand for."""

    values: Mapping[str, Value]
    budget: Budget = field(default_factory=Budget)

    def reference(
        self,
        root: str,
        steps: tuple[tree.Attr | tree.Index, ...],
        evaluate: Callable[[tree.Expression], Value],
        span: Span,
    ) -> tuple[Value, int]:
        if root not in self.values:
            raise EvaluationError("Unknown variable", f'There is no variable named "{root}".', span)
        return self.values[root], 0

    def function(self, name: str) -> Function | None:
        return function(name)

    @property
    def surroundings(self) -> Surroundings:
        return Folder(Path("/nonexistent"), Path("/nonexistent"))


def ask(text: str, values: Mapping[str, Value] = NOTHING) -> Value:
    """The value of an expression."""
    return evaluate(expression(text, "test.tf"), Names(values))


def refusal(text: str, values: Mapping[str, Value] = NOTHING) -> EvaluationError | None:
    """Terraform's error for an expression, None where it has a value."""
    try:
        ask(text, values)
    except EvaluationError as error:
        return error
    return None


def vague(type_: Type = DYNAMIC, reason: str = "not known") -> Value:
    """An unknown behind which there may be anything."""
    return Value(type_, Unknown(why=Why(reason), beyond=reason))


def attribute_of(address: str, attribute: str = "id", type_: Type = STRING, *, not_null: bool = True) -> Value:
    """The unknown that is an attribute of a resource."""
    source = Source(address, attribute)
    return Value(type_, Unknown(why=Why(f"{address} is not there yet"), is_=source, refinement=Refinement(not_null=not_null)))


def resource(address: str) -> Value:
    """A resource of which nobody knows the schema: any attribute can be traced."""

    def member(key: str | int) -> Value:
        return attribute_of(address, str(key), DYNAMIC, not_null=False)

    return Value(DYNAMIC, Unknown(why=Why(f"{address} is not there yet"), is_=Source(address, ""), members=member))
