"""A variable as declared, and the value that it has once one is given to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.types import BOOL
from sparekey.formats.terraform.lang.values import EPHEMERAL, SENSITIVE, EvaluationError, TooMuchError, Value, all_marks, unknown
from sparekey.formats.terraform.modules.constraints import ANYTHING, Constraint, constraint
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.literal import literal
from sparekey.formats.terraform.modules.reasons import why_error
from sparekey.formats.terraform.syntax.tree import Attribute, Block
from sparekey.model.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A declaration, read once. `default` is converted; None: there is none. `faults`: what is wrong with the declaration."""

    name: str
    block: Block
    constraint: Constraint = ANYTHING
    default: Value | None = None
    nullable: bool = True
    sensitive: bool = False
    ephemeral: bool = False
    faults: tuple[Fault, ...] = field(default=())

    def unknown(self, value: Value) -> Value:
        """An unknown of the declared type in the place of a value that could not be used."""
        content = value.unknown
        why = (
            content.why
            if content is not None
            else why_error(EvaluationError(f"variable {self.name} has no usable value"), self.block.header)
        )
        return self.marked(unknown(convert(unknown(self.constraint.type, why), self.constraint.type).type, why))

    def marked(self, value: Value) -> Value:
        """The value as an expression sees it."""
        marks = [mark for mark, wanted in ((SENSITIVE, self.sensitive), (EPHEMERAL, self.ephemeral)) if wanted]
        return value.marked(marks) if marks else value

    def accept(self, given: Value | None, at: Span | None) -> tuple[Value, Fault | None]:
        """The value that the variable has when `given` is set to it (None: nothing is), and what is wrong with that."""
        if given is None:
            given = self.default
        if given is None:
            detail = f'The variable "{self.name}" is required, but is not set.'
            fault = Fault(summary="Required variable not set", detail=detail, at=self.block.header)
            return self.unknown(unknown(self.constraint.type, why_error(EvaluationError(fault.summary, detail), fault.at))), fault
        try:
            value = self.constraint.accept(given)
        except EvaluationError as error:
            reason = error.detail or error.summary
            detail = f"The given value is not suitable for var.{self.name}: {reason}."
            fault = Fault(summary="Invalid value for input variable", detail=detail, at=at or self.block.header)
            return self.unknown(unknown(self.constraint.type, why_error(EvaluationError(fault.summary, reason), fault.at))), fault
        except TooMuchError as error:
            why = why_error(EvaluationError("too much work", str(error)), at)
            return self.unknown(unknown(self.constraint.type, why)), None
        if value.null and not self.nullable:
            if self.default is None:
                detail = f"The given value is not suitable for var.{self.name}: required variable may not be set to null."
                fault = Fault(summary="Required variable not set", detail=detail, at=at or self.block.header)
                return self.unknown(
                    unknown(self.constraint.type, why_error(EvaluationError(fault.summary, detail), fault.at))
                ), fault
            value = self.default
        refused: Fault | None = None
        if not self.ephemeral and EPHEMERAL in all_marks(value):
            detail = "This input variable is not declared as accepting ephemeral values."
            refused = Fault(summary="Ephemeral value not allowed", detail=detail, at=at or self.block.header)
        return self.marked(value), refused


def read_variable(name: str, block: Block) -> Variable:
    """The declaration in a `variable` block, overrides merged."""
    faults: list[Fault] = []
    attributes = block.body.attributes
    accepts = _constraint(attributes.get("type"), faults)
    nullable = flag(attributes.get("nullable"), otherwise=True)
    return Variable(
        name=name,
        block=block,
        constraint=accepts,
        default=_default(attributes.get("default"), accepts, faults, nullable=nullable),
        nullable=nullable,
        sensitive=flag(attributes.get("sensitive"), otherwise=False),
        ephemeral=flag(attributes.get("ephemeral"), otherwise=False),
        faults=tuple(faults),
    )


def flag(attribute: Attribute | None, *, otherwise: bool) -> bool:
    """The boolean that an argument of Terraform's own states literally; `otherwise` where it is absent or no boolean."""
    if attribute is None:
        return otherwise
    try:
        value = convert(literal(attribute.value), BOOL)
    except (EvaluationError, TooMuchError):
        return otherwise
    return value.content if isinstance(value.content, bool) else otherwise


def _constraint(attribute: Attribute | None, faults: list[Fault]) -> Constraint:
    if attribute is None:
        return ANYTHING
    try:
        return constraint(attribute.value, literal)
    except EvaluationError as error:
        faults.append(Fault(summary=error.summary, detail=error.detail, at=error.span or attribute.span, stage="load"))
    except TooMuchError as error:
        faults.append(
            Fault(summary="Invalid type specification", detail=str(error), at=attribute.span, certain=False, kind="too-much")
        )
    return ANYTHING


def _default(attribute: Attribute | None, accepts: Constraint, faults: list[Fault], *, nullable: bool) -> Value | None:
    if attribute is None:
        return None
    try:
        written = literal(attribute.value)
    except EvaluationError as error:
        faults.append(Fault(summary=error.summary, detail=error.detail, at=error.span or attribute.span, stage="load"))
        return unknown(accepts.type, why_error(error, attribute.span))
    except TooMuchError as error:
        return unknown(accepts.type, why_error(EvaluationError("too much work", str(error)), attribute.span))
    try:
        value = accepts.accept(written)
    except EvaluationError as error:
        detail = f"This default value is not compatible with the variable's type constraint: {error.detail or error.summary}."
        faults.append(Fault(summary="Invalid default value for variable", detail=detail, at=attribute.value.span, stage="load"))
        return unknown(accepts.type, why_error(error, attribute.span))
    if value.null and not nullable:
        detail = "A null default value is not valid when nullable=false."
        faults.append(Fault(summary="Invalid default value for variable", detail=detail, at=attribute.value.span, stage="load"))
    return value
