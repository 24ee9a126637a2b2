"""`condition ? a : b`: the type that both results can have, and what is known while the condition is not."""

from __future__ import annotations

from sparekey.formats.terraform.lang.access import one_of
from sparekey.formats.terraform.lang.build import bare
from sparekey.formats.terraform.lang.convert import conversion, convert
from sparekey.formats.terraform.lang.evaluation import Evaluation, Frame
from sparekey.formats.terraform.lang.kinds import COLLECTIONS, friendly
from sparekey.formats.terraform.lang.numbers import Number
from sparekey.formats.terraform.lang.refine import range_of, refined
from sparekey.formats.terraform.lang.types import BOOL, DYNAMIC, NUMBER, ListType, ObjectType, SetType, TupleType, Type
from sparekey.formats.terraform.lang.unify import Step, unified
from sparekey.formats.terraform.lang.values import EvaluationError, Marks, Refinement, Source, Unknown, Value
from sparekey.formats.terraform.syntax import tree
from sparekey.model.span import Span

_INCONSISTENT = "Inconsistent conditional result types"
Branch = tuple[Value, list[EvaluationError], Span]


def conditional(run: Evaluation, node: tree.Conditional, frame: Frame) -> Value:
    """A conditional expression."""
    then = (*run.attempt(node.then, frame), node.then.span)
    otherwise = (*run.attempt(node.otherwise, frame), node.otherwise.span)
    return choose(run, node.condition, frame, then, otherwise)


def choose(run: Evaluation, condition_node: tree.Expression, frame: Frame, then: Branch, otherwise: Branch) -> Value:
    """The chosen one of two results that are computed already, as one of the type that both could have."""
    run.scope.budget.spend(then[0].weight + otherwise[0].weight)
    common = _common(then[0], otherwise[0])
    if common is None:
        reason = _difference(then[0].type, otherwise[0].type)
        detail = f"The true and false result expressions must have consistent types. {reason}."
        return run.refuse(_INCONSISTENT, detail, then[2])
    type_, steps = common
    condition = run.value(condition_node, frame)
    if condition.content is None:
        detail = "The condition value is null. Conditions must either be true or false."
        return run.refuse("Null condition", detail, condition_node.span, type_)
    marks = condition.marks | then[0].marks | otherwise[0].marks
    if not condition.known:
        return _either(type_, then[0].unmarked(), otherwise[0].unmarked(), condition, marks)
    try:
        decided = convert(condition.unmarked(), BOOL).content
    except EvaluationError:
        detail = "The condition expression must be of type bool."
        return run.refuse("Incorrect condition type", detail, condition_node.span, type_)
    (value, errors, span), step, name = (then, steps[0], "true") if decided else (otherwise, steps[1], "false")
    run.errors.extend(errors)
    if step is not None:
        try:
            value = step(value.unmarked())
        except EvaluationError as refused:
            value = run.refuse(_INCONSISTENT, f"The {name} result value has the wrong type: {refused.detail}.", span, type_)
    return value.marked(marks) if marks else value


def _common(then: Value, otherwise: Value) -> tuple[Type, tuple[Step | None, Step | None]] | None:
    """The type of the result, and how each side becomes one; None where there is none."""
    if then.type == otherwise.type:
        return then.type, (None, None)
    if then.type == DYNAMIC and then.content is None and not then.marks:
        return otherwise.type, (conversion(DYNAMIC, otherwise.type, unsafe=True), None)
    if otherwise.type == DYNAMIC and otherwise.content is None and not otherwise.marks:
        return then.type, (None, conversion(DYNAMIC, then.type, unsafe=True))
    if DYNAMIC in (then.type, otherwise.type):
        return DYNAMIC, (None, None)
    found = unified((then.type, otherwise.type), unsafe=True)
    return None if found is None else (found.type, (found.steps[0], found.steps[1]))


def _either(type_: Type, then: Value, otherwise: Value, condition: Value, marks: Marks) -> Value:
    """The result while the condition is not known: made of what either side is made of, holding what both hold."""
    if then.content is None and otherwise.content is None:
        return Value(type_, None, marks)
    ours, theirs = range_of(then), range_of(otherwise)
    known = Refinement(not_null=ours.not_null and theirs.not_null)
    if then.type == NUMBER and otherwise.type == NUMBER:
        least, most = min(ours.least, theirs.least, key=_bound), max(ours.most, theirs.most, key=_bound)
        type_ = NUMBER
        known = Refinement(
            not_null=known.not_null,
            least=None if least[0] == float("-inf") else (least[0], _inclusive(least[0], ours.least, theirs.least)),
            most=None if most[0] == float("inf") else (most[0], _inclusive(most[0], ours.most, theirs.most)),
        )
    elif isinstance(then.type, COLLECTIONS) and then.type == otherwise.type:
        longest = None if ours.longest is None or theirs.longest is None else max(ours.longest, theirs.longest)
        known = Refinement(not_null=known.not_null, shortest=min(ours.shortest, theirs.shortest), longest=longest)
    result = one_of(type_, (bare(then), bare(otherwise)), condition, holds=_in_both(then, otherwise))
    return refined(result, known).marked(marks)


def _bound(bound: tuple[Number, bool]) -> Number:
    return bound[0]


def _inclusive(limit: object, *bounds: tuple[object, bool]) -> bool:
    return any(inclusive for bound, inclusive in bounds if bound == limit)


def _certain(value: Value) -> dict[Source | str, Value]:
    """What certainly is a value or stands in it, by what makes it the same on another side."""
    content = value.content
    if isinstance(content, Unknown):
        found: dict[Source | str, Value] = {content.is_: value} if content.is_ is not None else {}
        for held in content.holds:
            found.update(_certain(held))
        return found
    if isinstance(content, str):
        return {content: value}
    if isinstance(content, tuple):
        members: dict[Source | str, Value] = {}
        for item in content:
            if isinstance(item.content, str | Unknown):
                members.update(_certain(item))
        return members
    return {}


def _in_both(then: Value, otherwise: Value) -> list[Value]:
    ours, theirs = _certain(then), _certain(otherwise)
    return [bare(value) for key, value in ours.items() if key in theirs]


def _difference(then: Type, otherwise: Type) -> str:
    """In what two types differ, as far as words can tell."""
    if isinstance(then, ObjectType) and isinstance(otherwise, ObjectType):
        for name in sorted(then.attributes):
            if name not in otherwise.attributes:
                return f"The 'true' value includes object attribute \"{name}\", which is absent in the 'false' value"
            if then.attributes[name] != otherwise.attributes[name]:
                inner = _difference(then.attributes[name], otherwise.attributes[name])
                return f'Type mismatch for object attribute "{name}": {inner}'
        for name in sorted(otherwise.attributes):
            if name not in then.attributes:
                return f"The 'false' value includes object attribute \"{name}\", which is absent in the 'true' value"
    if isinstance(then, TupleType) and isinstance(otherwise, TupleType):
        if len(then.elements) != len(otherwise.elements):
            return f"The 'true' tuple has length {len(then.elements)}, but the 'false' tuple has length {len(otherwise.elements)}"
        for place, (one, other) in enumerate(zip(then.elements, otherwise.elements, strict=True)):
            if one != other:
                return f"Type mismatch for tuple element {place}: {_difference(one, other)}"
    if isinstance(then, COLLECTIONS) and isinstance(otherwise, COLLECTIONS) and type(then) is type(otherwise):
        one, other = then.element, otherwise.element
        if isinstance(one, ObjectType | TupleType) and type(one) is type(other):
            noun = "list" if isinstance(then, ListType) else "set" if isinstance(then, SetType) else "map"
            return f"Mismatched {noun} element types: {_difference(one, other)}"
    if friendly(then) == friendly(otherwise):
        return "At least one deeply-nested attribute or element is not compatible across both the 'true' and the 'false' value"
    return f"The 'true' value is {friendly(then)}, but the 'false' value is {friendly(otherwise)}"
