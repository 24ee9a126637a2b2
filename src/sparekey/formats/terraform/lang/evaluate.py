"""Evaluation of expressions as Terraform does it: a value, wholly or partly unknown, or Terraform's error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sparekey.formats.terraform.lang import library, numbers
from sparekey.formats.terraform.lang.access import attribute, has_known_text, index
from sparekey.formats.terraform.lang.build import bare
from sparekey.formats.terraform.lang.call import argument, check_count, invoke
from sparekey.formats.terraform.lang.conditional import conditional
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.evaluation import ITEM, Evaluation, Frame, failed, leftmost
from sparekey.formats.terraform.lang.functions.templates import refusal
from sparekey.formats.terraform.lang.limits import MOST_MEMBERS
from sparekey.formats.terraform.lang.loops import for_expression, splat
from sparekey.formats.terraform.lang.operators import RESULT_TYPES, binary, operand, unary
from sparekey.formats.terraform.lang.scope import Scope
from sparekey.formats.terraform.lang.templates_text import template
from sparekey.formats.terraform.lang.trying import SPECIAL
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING, ListType, SetType, TupleType
from sparekey.formats.terraform.lang.values import (
    FALSE,
    NULL,
    TRUE,
    EvaluationError,
    Marks,
    TooMuchError,
    Unknown,
    Value,
    Why,
    made_of,
    number,
    object_of,
    tuple_of,
)
from sparekey.formats.terraform.syntax import tree

_NO_FRAME: Frame = {}


def evaluate(expression: tree.Expression, scope: Scope, variables: Mapping[str, Value] = _NO_FRAME) -> Value:
    """The value of an expression. `variables` are names of iteration around it (of a `dynamic` block).

    Raises `EvaluationError` where Terraform refuses it (the leftmost of several errors), and `TooMuchError` where it asks for more
    than is done here.
    """
    run = Evaluation(scope, _HANDLERS)
    value = run.value(expression, variables)
    if run.errors:
        raise leftmost(run.errors)
    return value


def _literal(_run: Evaluation, node: tree.Literal, _frame: Frame) -> Value:
    value = node.value
    if value is None:
        return NULL
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return number(numbers.rounded(value))


def _unreadable(_run: Evaluation, node: tree.Unreadable, _frame: Frame) -> Value:
    why = Why(f"could not be read: {node.message}", at=node.span)
    return Value(DYNAMIC, Unknown(why=why, beyond=why.reason))


# --- references -----------------------------------------------------------------------------------------------------


def _access(run: Evaluation, node: tree.Root | tree.Attr | tree.Index, frame: Frame) -> Value:
    """A chain of attributes and indexes, from its innermost part outwards; it may be of any length."""
    chain: list[tree.Attr | tree.Index] = []
    inner: tree.Expression = node
    while isinstance(inner, tree.Attr | tree.Index):
        chain.append(inner)
        inner = inner.of
    chain.reverse()
    done = 0
    if isinstance(inner, tree.Root):
        if inner.name in frame:
            value = frame[inner.name]
        else:
            try:
                value, done = run.scope.reference(inner.name, tuple(chain), lambda key: run.value(key, frame), inner.span)
            except EvaluationError as refused:
                return run.fail(refused, inner.span)
    else:
        before = len(run.errors)
        value = run.value(inner, frame)
        if len(run.errors) > before:
            return value
    for step in chain[done:]:
        try:
            value = _step(run, value, step, frame)
        except EvaluationError as refused:
            return run.fail(refused, step.span)
    return value


def _step(run: Evaluation, value: Value, step: tree.Attr | tree.Index, frame: Frame) -> Value:
    if isinstance(step, tree.Attr):
        name = step.name
        if name.isascii() and name.isdigit():
            return index(value, number(numbers.whole_of(name)))
        return attribute(value, name)
    before = len(run.errors)
    key = run.value(step.key, frame)
    if len(run.errors) > before:
        return failed(run.errors[-1])
    return index(value, key)


def _item(_run: Evaluation, node: tree.Item, frame: Frame) -> Value:
    found = frame.get(ITEM)
    return found if found is not None else Value(DYNAMIC, Unknown(why=Why("an item that is not known", at=node.span)))


# --- operators ------------------------------------------------------------------------------------------------------


def _binary(run: Evaluation, node: tree.Binary, frame: Frame) -> Value:
    """A chain of operators that leans to the left, from its innermost part outwards; it may be of any length."""
    chain = [node]
    while isinstance(chain[-1].left, tree.Binary):
        chain.append(chain[-1].left)
    before = len(run.errors)
    value = run.value(chain[-1].left, frame)
    for step in reversed(chain):
        value = _operation(run, step, value, frame, before)
        run.scope.budget.spend()
    return value


def _operation(run: Evaluation, node: tree.Binary, left: Value, frame: Frame, before: int) -> Value:
    operator = node.operator
    type_ = RESULT_TYPES[operator]
    try:
        left = operand(left, operator, "left")
    except EvaluationError as refused:
        run.fail(refused, node.left.span)
    right = run.value(node.right, frame)
    try:
        right = operand(right, operator, "right")
    except EvaluationError as refused:
        run.fail(refused, node.right.span)
    if len(run.errors) > before:
        return failed(run.errors[-1], type_)
    run.scope.budget.spend(left.weight + right.weight)
    try:
        return binary(operator, left, right)
    except EvaluationError as refused:
        return run.fail(refused, node.span, type_)


def _unary(run: Evaluation, node: tree.Unary, frame: Frame) -> Value:
    before = len(run.errors)
    value = run.value(node.of, frame)
    try:
        value = operand(value, node.operator, "unary")
        if len(run.errors) == before:
            return unary(node.operator, value)
    except EvaluationError as refused:
        span = node.of.span if refused.summary == "Invalid operand" else node.span
        return run.fail(refused, span, RESULT_TYPES[node.operator])
    return failed(run.errors[-1], RESULT_TYPES[node.operator])


# --- structures -----------------------------------------------------------------------------------------------------


def _tuple(run: Evaluation, node: tree.Tuple, frame: Frame) -> Value:
    return tuple_of([run.value(item, frame) for item in node.items])


def _object(run: Evaluation, node: tree.Object, frame: Frame) -> Value:
    named: dict[str, Value] = {}
    values: list[Value] = []
    marks: Marks = frozenset()
    vague: list[Value] = []
    sound = True
    for key_node, value_node in node.items:
        before = len(run.errors)
        key = run.value(key_node, frame)
        wrong = len(run.errors) > before
        value = run.value(value_node, frame)
        values.append(value)
        if wrong:
            sound = False
            continue
        if key.content is None:
            run.refuse("Null value as key", "Can't use a null value as a key.", value_node.span)
            sound = False
            continue
        marks |= key.marks
        try:
            name = convert(key.unmarked(), STRING)
        except EvaluationError as refused:
            run.refuse("Incorrect key type", f"Can't use this value as a key: {refused.detail}.", key_node.span)
            sound = False
            continue
        if isinstance(name.content, str):
            named[name.content] = value
        else:
            vague.append(name)
    if vague or not sound:
        # Terraform loses the marks here. A later entry may turn out to have the key of an earlier one and replace it.
        return _of_unknown_keys(values, vague)
    return object_of(named).marked(marks)


def _of_unknown_keys(values: Sequence[Value], keys: Sequence[Value]) -> Value:
    plain = [bare(value) for value in values]
    result = made_of(DYNAMIC, [*map(bare, keys), *plain], holds=plain[-1:])
    content = result.content
    if isinstance(content, Unknown) and not content.beyond and any(map(has_known_text, plain[:-1])):
        result = Value(DYNAMIC, Unknown(why=content.why, among=content.among, beyond=content.why.reason, holds=content.holds))
    return result


def _parens(run: Evaluation, node: tree.Parens, frame: Frame) -> Value:
    return run.value(node.of, frame)


# --- calls ----------------------------------------------------------------------------------------------------------


def _call(run: Evaluation, node: tree.Call, frame: Frame) -> Value:
    special = SPECIAL.get(node.name.removeprefix(library.CORE))
    function = None if special else run.scope.function(node.name)
    if function is None and special is None:
        detail = f'There is no function named "{node.name}".{library.suggestion(node.name)}'
        return run.refuse("Call to unknown function", detail, node.span)
    nodes: Sequence[tree.Expression] = node.arguments
    given: Sequence[Value] = ()
    if node.expands and nodes:
        expanded = _expanded(run, nodes[-1], frame)
        if isinstance(expanded, Value):
            return expanded
        nodes, given = nodes[:-1], expanded
    if special is not None:
        return special(run, node, nodes, given, frame)
    spans = [one.span for one in nodes] + [node.arguments[-1].span if node.arguments else node.span] * len(given)
    if function is None:
        return failed(EvaluationError("Call to unknown function"))
    try:
        check_count(function, len(spans), spans, node.span)
    except EvaluationError as refused:
        return run.fail(refused, node.span)
    before = len(run.errors)
    values: list[Value] = []
    for place, span in enumerate(spans):
        value = run.value(nodes[place], frame) if place < len(nodes) else given[place - len(nodes)]
        try:
            value = argument(function, place, value, span)
        except EvaluationError as refused:
            value = run.fail(refused, span)
        values.append(value)
    if len(run.errors) > before:
        return failed(run.errors[-1])
    if function.name == "templatestring" and nodes and values[-1].known:
        refused_form = refusal(nodes[0])
        if refused_form is not None:
            return run.fail(refused_form, nodes[0].span)
    try:
        result = invoke(function, values, run.scope.surroundings, spans, node.span)
    except EvaluationError as refused:
        return run.fail(refused, node.span)
    unknown = result.unknown
    if unknown is None or unknown.why.at is not None or not unknown.why.how:
        return result
    # Something stops here, not Terraform: it is told, with its place.
    why = replace(unknown.why, at=node.span)
    run.scope.surroundings.note(why)
    return replace(result, content=replace(unknown, why=why))


def _expanded(run: Evaluation, node: tree.Expression, frame: Frame) -> Value | Sequence[Value]:
    """The arguments that `...` makes of the last one; a value where the call ends with it."""
    before = len(run.errors)
    value = run.value(node, frame)
    if len(run.errors) > before:
        return failed(run.errors[-1])
    summary = "Invalid expanding argument value"
    if value.type != DYNAMIC and not isinstance(value.type, TupleType | ListType | SetType):
        detail = "The expanding argument (indicated by ...) must be of a tuple, list, or set type."
        return run.refuse(summary, detail, node.span)
    if value.content is None:
        return run.refuse(summary, "The expanding argument (indicated by ...) must not be null.", node.span)
    if not isinstance(value.content, tuple):
        # Terraform loses the marks here.
        return made_of(DYNAMIC, [bare(value)])
    if len(value.content) > MOST_MEMBERS:
        raise TooMuchError("a call with more than 100,000 arguments")
    return [item.marked(value.marks) for item in value.content] if value.marks else value.content


_HANDLERS: Mapping[type, Callable[..., Value]] = {
    tree.Literal: _literal,
    tree.Template: template,
    tree.Root: _access,
    tree.Attr: _access,
    tree.Index: _access,
    tree.Splat: splat,
    tree.Item: _item,
    tree.Call: _call,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Conditional: conditional,
    tree.Tuple: _tuple,
    tree.Object: _object,
    tree.For: for_expression,
    tree.Parens: _parens,
    tree.Unreadable: _unreadable,
}
