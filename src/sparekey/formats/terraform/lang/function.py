"""What a function of Terraform's language is: its parameters, its type, and its work on values that are fit for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sparekey.formats.terraform.lang.types import Type
from sparekey.formats.terraform.lang.values import Value, Why


class Surroundings(Protocol):
    """What a function may know of where it is called. File functions see nothing outside `scan_root`."""

    @property
    def scan_root(self) -> Path:
        """The folder that no file function leaves, resolved."""
        ...

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from: the root module's, as Terraform run there would have it."""
        ...

    def note(self, why: Why) -> None:
        """Take down that a call could not be followed, and what could be done about it."""
        ...

    def template(self, source: str, name: str, variables: Mapping[str, Value], calling: str) -> Value:
        """Evaluate a template's text with these variables alone. `name` stands in errors, `calling` is the function that asks."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter. The flags let through what is otherwise dealt with before the function is called.

    Without `null` a null argument is an error; without `unknown` an argument that is itself unknown makes the result unknown;
    without `marked` marks are taken off (at every depth) and put on the whole result; without `dynamic` an argument of unknown
    type makes the result dynamic and unknown.
    """

    name: str
    type: Type
    null: bool = False
    unknown: bool = False
    marked: bool = False
    dynamic: bool = False


Returns = Callable[[Sequence[Value]], Type]
Work = Callable[[Surroundings, Sequence[Value], Type], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function. `returns` gives the type of the result from the arguments (converted already); `work` the result.

    Both raise `EvaluationError("Invalid function argument", detail)` or, where no one argument is to blame,
    `EvaluationError("Error in function call", detail)`; the caller adds the place. A result that cannot be known is made with
    `values.made_of`, so that what it comes from is kept. `not_null`: an unknown result is known not to be null.
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    rest: Parameter | None = None
    returns: Type | Returns = field()
    work: Work
    not_null: bool = True


def table(*functions: Function) -> Mapping[str, Function]:
    """`FUNCTIONS` of a module in `lang/functions`, by name."""
    return {function.name: function for function in functions}
