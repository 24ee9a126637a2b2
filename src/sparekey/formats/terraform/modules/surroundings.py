"""Where functions are called: the folder that relative paths start from, and how template files are evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from sparekey.formats.terraform.lang.evaluate import evaluate
from sparekey.formats.terraform.lang.free_names import free_names, unreadable
from sparekey.formats.terraform.lang.function import Function
from sparekey.formats.terraform.lang.functions.templates import NO_SUCH_VARIABLE, in_template
from sparekey.formats.terraform.lang.library import function
from sparekey.formats.terraform.lang.limits import Budget
from sparekey.formats.terraform.lang.values import EvaluationError, TooMuchError, Value, Why
from sparekey.formats.terraform.syntax.read import template
from sparekey.formats.terraform.syntax.tree import Attr, Expression, Index
from sparekey.model.span import Span

_DEEPEST = 8
"""Templates inside each other at most."""


class Folder:
    """The surroundings of every call below one root."""

    def __init__(self, scan_root: Path, folder: Path) -> None:
        """`folder` is the root module's."""
        self._scan_root = scan_root.resolve()
        self._folder = folder
        self._depth = 0
        self.noted: dict[Why, None] = {}

    def note(self, why: Why) -> None:
        """Take down that a call could not be followed."""
        self.noted[why] = None

    @property
    def scan_root(self) -> Path:
        """The folder that no file function leaves, resolved."""
        return self._scan_root

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self._folder

    def template(self, source: str, name: str, variables: Mapping[str, Value], calling: str) -> Value:
        """Evaluate a template's text with these variables alone."""
        if self._depth >= _DEEPEST:
            raise TooMuchError("templates inside templates, very deep")
        node = template(source, name)
        for part in unreadable(node):
            if not part.limit:
                raise EvaluationError("Invalid template", part.message, part.span)
        for root in free_names(node):
            if root.name not in variables:
                raise _no_such_variable(root.name, root.span)
        self._depth += 1
        try:
            return evaluate(node, _TemplateScope(self, variables, calling))
        finally:
            self._depth -= 1


class _TemplateScope:
    """What a template sees: its variables, and every function but the ones that evaluate templates."""

    def __init__(self, surroundings: Folder, variables: Mapping[str, Value], calling: str) -> None:
        self.budget = Budget()
        self.surroundings = surroundings
        self._variables = variables
        self._calling = calling

    def reference(
        self, root: str, steps: tuple[Attr | Index, ...], evaluate: Callable[[Expression], Value], span: Span
    ) -> tuple[Value, int]:
        """A variable of the template."""
        del steps, evaluate
        value = self._variables.get(root)
        if value is None:
            raise _no_such_variable(root, span)
        return value, 0

    def function(self, name: str) -> Function | None:
        """A function that may be called in a template."""
        found = function(name)
        return None if found is None else in_template(found, self._calling)


def _no_such_variable(name: str, span: Span) -> EvaluationError:
    place = f"{span.file}:{span.start_line},{span.start_column}-{span.end_column + 1}"
    return EvaluationError(NO_SUCH_VARIABLE, f'vars map does not contain key "{name}", referenced at {place}', span)
