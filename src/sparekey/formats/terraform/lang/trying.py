"""`try` and `can`: functions of expressions, not of values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from sparekey.formats.terraform.lang.access import one_of
from sparekey.formats.terraform.lang.build import bare
from sparekey.formats.terraform.lang.evaluation import Evaluation, Frame
from sparekey.formats.terraform.lang.types import BOOL, DYNAMIC
from sparekey.formats.terraform.lang.values import (
    FALSE,
    NO_REFINEMENT,
    TRUE,
    EvaluationError,
    Unknown,
    Value,
    made_of,
    wholly_known,
)
from sparekey.formats.terraform.syntax import tree

_FAILED = "Error in function call"
Outcome = tuple[Value, list[EvaluationError]]


def _outcomes(run: Evaluation, nodes: Sequence[tree.Expression], given: Sequence[Value], frame: Frame) -> Iterator[Outcome]:
    for node in nodes:
        yield run.attempt(node, frame)
    for value in given:
        yield value, []


def _try(run: Evaluation, node: tree.Call, nodes: Sequence[tree.Expression], given: Sequence[Value], frame: Frame) -> Value:
    """The first expression that gives a value; unknown as soon as one might still fail."""
    if not nodes and not given:
        return run.refuse(_FAILED, 'Call to function "try" failed: at least one argument is required.', node.span)
    met: list[EvaluationError] = []
    outcomes = _outcomes(run, nodes, given, frame)
    for value, errors in outcomes:
        if errors:
            met.extend(errors)
            continue
        return value if wholly_known(value) else _uncertain(value, outcomes)
    told = "".join(f"- {error.summary}\n  {error.detail}\n" for error in met)
    detail = f"no expression succeeded:\n{told}\nAt least one expression must produce a successful result"
    return run.refuse(_FAILED, f'Call to function "try" failed: {detail}.', node.span)


def _uncertain(first: Value, others: Iterator[Outcome]) -> Value:
    """What comes of an expression that may still fail: itself, or what follows it.

    An attribute of a resource is there or Terraform refuses the whole configuration, so one that is passed on unchanged stays what
    it is, unless it is not certain that there is an instance.
    """
    content = first.content
    if isinstance(content, Unknown) and content.is_ is not None and _certainly_there(content.is_.address, content.is_.attribute):
        return Value(DYNAMIC, content if first.type == DYNAMIC else replace(content, refinement=NO_REFINEMENT))
    options = [bare(first)]
    for value, errors in others:
        if errors:
            continue
        options.append(bare(value))
        if wholly_known(value):
            break
    return one_of(DYNAMIC, options, options[0])


def _certainly_there(address: str, attribute: str) -> bool:
    return bool(attribute) and "." not in attribute and "*" not in address


def _can(run: Evaluation, node: tree.Call, nodes: Sequence[tree.Expression], given: Sequence[Value], frame: Frame) -> Value:
    """Whether an expression gives a value; unknown as long as it might still fail."""
    count = len(nodes) + len(given)
    if not count:
        detail = 'Function "can" expects 1 argument(s). Missing value for "expression".'
        return run.refuse("Not enough function arguments", detail, node.span)
    if count > 1:
        span = nodes[1].span if len(nodes) > 1 else node.span
        return run.refuse("Too many function arguments", 'Function "can" expects only 1 argument(s).', span)
    value, errors = next(_outcomes(run, nodes, given, frame))
    if errors:
        return FALSE
    return TRUE if wholly_known(value) else made_of(BOOL, [bare(value)])


Special = Callable[[Evaluation, tree.Call, Sequence[tree.Expression], Sequence[Value], Frame], Value]

SPECIAL: Mapping[str, Special] = {"try": _try, "can": _can}
"""The functions whose arguments are expressions."""
