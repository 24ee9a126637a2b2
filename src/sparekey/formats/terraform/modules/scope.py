"""What an expression in a module can see, and safe evaluation in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from sparekey.formats.terraform.lang.evaluate import evaluate
from sparekey.formats.terraform.lang.function import Function, Surroundings
from sparekey.formats.terraform.lang.limits import MOST_STEPS, Budget
from sparekey.formats.terraform.lang.types import BOOL, DYNAMIC, STRING
from sparekey.formats.terraform.lang.values import EPHEMERAL, EvaluationError, TooMuchError, Value, Why, text, unknown
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.reasons import why_error
from sparekey.formats.terraform.modules.repetition import ONCE, Repetition
from sparekey.formats.terraform.syntax.tree import Attr, Expression, Index
from sparekey.model.span import Span

if TYPE_CHECKING:
    from sparekey.formats.terraform.modules.space import Space

Steps = tuple[Attr | Index, ...]
Evaluate = Callable[[Expression], Value]
NOTHING: Mapping[str, Value] = {}


class Scope:
    """The names of one module instance, with `each`, `count` and `self` of one block's instance."""

    __slots__ = ("_repetition", "_self", "_space", "budget")

    def __init__(
        self,
        space: Space,
        repetition: Repetition = ONCE,
        *,
        self_value: Callable[[], Value] | None = None,
    ) -> None:
        """`self_value`: what `self` is, where there is such a thing."""
        self._space = space
        self._repetition = repetition
        self._self = self_value
        self.budget = Budget(0)

    @property
    def surroundings(self) -> Surroundings:
        """Where functions read files."""
        return self._space.context.surroundings

    def function(self, name: str) -> Function | None:
        """The function of that name."""
        return self._space.context.functions(name)

    def value(self, expression: Expression, names: Mapping[str, Value] = NOTHING) -> Value:
        """The value of an expression. What Terraform refuses is noted and is unknown, with the error as its reason."""
        context = self._space.context
        outer = self.budget
        allowed = min(MOST_STEPS, context.steps)
        self.budget = Budget(allowed)
        try:
            return evaluate(expression, self, names)
        except EvaluationError as error:
            at = error.span or expression.span
            self._space.fault(Fault(summary=error.summary, detail=error.detail, at=at))
            return unknown(DYNAMIC, why_error(error, at))
        except TooMuchError as error:
            why = Why(f"too much work: {error}", at=expression.span)
            fault = Fault(summary="Too much work", detail=str(error), at=expression.span, certain=False, kind="too-much")
            self._space.fault(fault)
            return unknown(DYNAMIC, why)
        finally:
            context.steps -= allowed - max(0, self.budget.left)
            self.budget = outer

    def fault(self, fault: Fault) -> object:
        """Note what Terraform would refuse."""
        return self._space.fault(fault)

    def allow(self, blocks: int) -> bool:
        """Whether so many more nested blocks may be made."""
        return self._space.context.allow_blocks(blocks)

    def reference(self, root: str, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        """The value of a name and its first steps, and how many of these it takes. What is not declared is noted and unknown."""
        found = self._ROOTS.get(root)
        if found is not None:
            return found(self, steps, evaluate, span)
        return self._resource(root, steps, span)

    def _named(self, steps: Steps) -> str | None:
        return steps[0].name if steps and isinstance(steps[0], Attr) else None

    def _refuse(self, summary: str, detail: str, span: Span, consumed: int) -> tuple[Value, int]:
        self._space.fault(Fault(summary=summary, detail=detail, at=span, stage="validate"))
        return unknown(DYNAMIC, why_error(EvaluationError(summary, detail), span)), consumed

    def _invalid(self, root: str, span: Span) -> tuple[Value, int]:
        return self._refuse("Invalid reference", f'The "{root}" object cannot be accessed directly.', span, 0)

    def _variable(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        del evaluate
        name = self._named(steps)
        if name is None:
            return self._invalid("var", span)
        value = self._space.variable(name)
        if value is None:
            detail = f'An input variable with the name "{name}" has not been declared.'
            return self._refuse("Reference to undeclared input variable", detail, span, 1)
        return value, 1

    def _local(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        del evaluate
        name = self._named(steps)
        if name is None:
            return self._invalid("local", span)
        value = self._space.local(name)
        if value is None:
            detail = f'A local value with the name "{name}" has not been declared.'
            return self._refuse("Reference to undeclared local value", detail, span, 1)
        return value, 1

    def _module(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        name = self._named(steps)
        if name is None:
            return self._invalid("module", span)
        call = self._space.call(name)
        if call is None:
            return self._refuse("Reference to undeclared module", f"The configuration contains no module.{name}.", span, 1)
        return call.reference(steps, evaluate)

    def _each(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        del evaluate
        name = self._named(steps)
        value = {"key": self._repetition.key, "value": self._repetition.value}.get(name or "")
        if value is None:
            detail = 'The "each" object can be used only in "module" or "resource" blocks, and only when the "for_each" argument is set.'
            return self._refuse('Reference to "each" in context without for_each', detail, span, min(1, len(steps)))
        return value, 1

    def _count(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        del evaluate
        if self._named(steps) != "index" or self._repetition.index is None:
            detail = 'The "count" object can only be used in "module", "resource", and "data" blocks, and only when the "count" argument is set.'
            return self._refuse('Reference to "count" in non-counted context', detail, span, min(1, len(steps)))
        return self._repetition.index, 1

    def _path(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        del evaluate
        name = self._named(steps)
        if name == "module":
            return text(self._space.path), 1
        if name == "root":
            return text("."), 1
        if name == "cwd":
            return unknown(STRING, Why("path.cwd is the folder in which Terraform is run", at=span), not_null=True), 1
        return self._refuse(
            'Invalid "path" attribute', f'The "path" object does not have an attribute named "{name}".', span, min(1, len(steps))
        )

    def _terraform(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        del evaluate
        name = self._named(steps)
        if name == "workspace":
            return self._space.context.workspace, 1
        if name == "applying":
            return unknown(BOOL, Why("terraform.applying is not the same in plan and apply", at=span), not_null=True).marked(
                [EPHEMERAL]
            ), 1
        return self._refuse(
            'Invalid "terraform" attribute',
            f'The "terraform" object does not have an attribute named "{name}".',
            span,
            min(1, len(steps)),
        )

    def _itself(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        del steps, evaluate
        if self._self is None:
            detail = 'The "self" object is not available in this context.'
            return self._refuse('Invalid "self" reference', detail, span, 0)
        return self._self(), 0

    def _data(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        del evaluate
        return self._two_steps("data", steps, span)

    def _managed(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        del evaluate
        return self._two_steps("managed", steps, span)

    def _two_steps(self, mode: Literal["managed", "data"], steps: Steps, span: Span) -> tuple[Value, int]:
        names = [step.name for step in steps[:2] if isinstance(step, Attr)]
        if len(names) < 2:
            return self._refuse("Invalid reference", "A reference to a resource needs its type and its name.", span, len(names))
        return self._found(mode, names[0], names[1], span), 2

    def _resource(self, root: str, steps: Steps, span: Span) -> tuple[Value, int]:
        name = self._named(steps)
        if name is None:
            return self._refuse(
                "Invalid reference", "A reference to a resource type must be followed by a resource name.", span, 0
            )
        return self._found("managed", root, name, span), 1

    def _found(self, mode: Literal["managed", "data"], type_: str, name: str, span: Span) -> Value:
        resource = self._space.resource(mode, type_, name)
        if resource is not None:
            return resource.value()
        words = "data resource" if mode == "data" else "managed resource"
        detail = f'A {words} "{type_}" "{name}" has not been declared in {self._space.address or "the root module"}.'
        return self._refuse("Reference to undeclared resource", detail, span, 0)[0]

    def _ephemeral(self, steps: Steps, evaluate: Evaluate, span: Span) -> tuple[Value, int]:
        del evaluate
        why = Why("ephemeral resources are opened during plan and apply", at=span)
        return unknown(DYNAMIC, why).marked([EPHEMERAL]), min(2, len(steps))

    _ROOTS: ClassVar[Mapping[str, Callable[[Scope, Steps, Evaluate, Span], tuple[Value, int]]]] = {
        "var": _variable,
        "local": _local,
        "module": _module,
        "each": _each,
        "count": _count,
        "path": _path,
        "terraform": _terraform,
        "self": _itself,
        "data": _data,
        "resource": _managed,
        "ephemeral": _ephemeral,
    }
