"""How a function is called: its arguments are counted, converted and checked, and what is unknown or marked is dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sparekey.formats.terraform.lang import build
from sparekey.formats.terraform.lang.access import has_known_text
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings
from sparekey.formats.terraform.lang.limits import within_limits
from sparekey.formats.terraform.lang.refine import refined
from sparekey.formats.terraform.lang.types import BOOL, DYNAMIC, NUMBER, Type
from sparekey.formats.terraform.lang.values import (
    NO_MARKS,
    NO_REFINEMENT,
    EvaluationError,
    Marks,
    Refinement,
    Unknown,
    Value,
    all_marks,
    made_of,
)
from sparekey.model.span import Span

INVALID_ARGUMENT = "Invalid function argument"
FAILED = "Error in function call"
_NOT_NULL = Refinement(not_null=True)


def call(
    function: Function,
    arguments: Sequence[Value],
    surroundings: Surroundings,
    spans: Sequence[Span] = (),
    whole: Span | None = None,
) -> Value:
    """The result of a call. `spans` are the places of the arguments, `whole` that of the call.

    Raises `EvaluationError` where Terraform refuses the arguments, and `TooMuchError` for results beyond our bounds.
    """
    check_count(function, len(arguments), spans, whole)
    converted = [argument(function, index, value, _span(spans, index, whole)) for index, value in enumerate(arguments)]
    return invoke(function, converted, surroundings, spans, whole)


def _span(spans: Sequence[Span], index: int, whole: Span | None) -> Span | None:
    return spans[index] if index < len(spans) else whole


def check_count(function: Function, count: int, spans: Sequence[Span] = (), whole: Span | None = None) -> None:
    """Refuse too few or too many arguments."""
    wanted = len(function.parameters)
    if count < wanted:
        least = " at least" if function.rest else ""
        raise EvaluationError(
            "Not enough function arguments",
            f'Function "{function.name}" expects{least} {wanted} argument(s). '
            f'Missing value for "{function.parameters[count].name}".',
            whole,
        )
    if count > wanted and function.rest is None:
        raise EvaluationError(
            "Too many function arguments",
            f'Function "{function.name}" expects only {wanted} argument(s).',
            _span(spans, wanted, whole),
        )


def parameter(function: Function, index: int) -> Parameter:
    """The parameter that an argument is for."""
    if index < len(function.parameters):
        return function.parameters[index]
    if function.rest is None:
        raise IndexError(index)
    return function.rest


def invalid_argument(wanted: Parameter, reason: str, span: Span | None = None) -> EvaluationError:
    """The error of an argument that a function refuses, in Terraform's words; `reason` without a final stop."""
    return EvaluationError(INVALID_ARGUMENT, f'Invalid value for "{wanted.name}" parameter: {reason}.', span)


def argument(function: Function, index: int, value: Value, span: Span | None = None) -> Value:
    """An argument as its parameter wants it."""
    wanted = parameter(function, index)
    if wanted.type is DYNAMIC or value.type is wanted.type:
        return value
    try:
        return convert(value, wanted.type)
    except EvaluationError as refused:
        raise invalid_argument(wanted, refused.detail, span) from None


def invoke(
    function: Function,
    arguments: Sequence[Value],
    surroundings: Surroundings,
    spans: Sequence[Span] = (),
    whole: Span | None = None,
) -> Value:
    """The result of a function on arguments that are converted already."""
    marks: Marks = NO_MARKS
    plain: list[Value] = []
    vague = untyped = False
    for index, value in enumerate(arguments):
        wanted = parameter(function, index)
        if value.content is None and not wanted.null and not untyped:
            raise invalid_argument(wanted, "argument must not be null", _span(spans, index, whole))
        if value.type == DYNAMIC and not wanted.dynamic:
            untyped = True
        if isinstance(value.content, Unknown) and not wanted.unknown:
            vague = True
        if not wanted.marked:
            own = all_marks(value)
            if own:
                marks |= own
                plain.append(build.bare(value))
                continue
        plain.append(value)
    try:
        type_ = DYNAMIC if untyped else _returned(function, plain)
        result = _vague(type_, plain) if untyped or vague else function.work(surroundings, plain, type_)
    except EvaluationError as refused:
        raise EvaluationError(refused.summary, refused.detail, refused.span or whole) from None
    within_limits(result)
    if isinstance(result.content, Unknown):
        result = _told(result) if result.type == DYNAMIC else refined(result, _NOT_NULL) if function.not_null else result
    return result.marked(marks) if marks else result


def _vague(type_: Type, arguments: Sequence[Value]) -> Value:
    """The result where an argument is not known: it may come of any of them, be it a text among known ones in a collection."""
    result = made_of(type_, map(build.bare, arguments))
    content = result.content
    if isinstance(content, Unknown) and not content.beyond and type_ not in (NUMBER, BOOL):
        loose = any(not isinstance(value.content, str) and has_known_text(value) for value in arguments)
        if loose:
            result = replace(result, content=replace(content, beyond=content.why.reason))
    return result


def _told(result: Value) -> Value:
    """A result of unknown type: Terraform knows nothing else of it then, unless it is passed on as it was."""
    content = result.content
    if not isinstance(content, Unknown) or content.is_ is not None or content.refinement == NO_REFINEMENT:
        return result
    return replace(result, content=replace(content, refinement=NO_REFINEMENT))


def _returned(function: Function, arguments: Sequence[Value]) -> Type:
    return function.returns(arguments) if callable(function.returns) else function.returns
