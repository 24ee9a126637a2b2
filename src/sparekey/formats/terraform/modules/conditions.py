"""What a configuration promises of itself: validations, preconditions, postconditions and checks."""

from __future__ import annotations

from typing import Literal

from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.types import BOOL, STRING
from sparekey.formats.terraform.lang.values import EPHEMERAL, SENSITIVE, EvaluationError, Unknown, all_marks
from sparekey.formats.terraform.modules.declared import flag
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.load import blocks_of
from sparekey.formats.terraform.modules.scope import Scope
from sparekey.formats.terraform.modules.space import Space
from sparekey.formats.terraform.syntax.tree import Block


def check_variables(space: Space) -> None:
    """Every `validation` of a module instance's variables."""
    for name, block in space.module.variables.items():
        rules = blocks_of(block.body, "validation")
        if rules:
            space.variable(name)
        for rule in rules:
            _judge(space, rule, space.scope, "Invalid value for variable", "Invalid variable validation result")


def check_outputs(space: Space) -> None:
    """Every `precondition` of its outputs, and what a root's outputs may not show."""
    for name, block in space.module.outputs.items():
        for rule in blocks_of(block.body, "precondition"):
            _judge(space, rule, space.scope, "Module output value precondition failed", "Invalid condition result")
        value = space.output(name)
        if value is None:
            continue
        attribute = block.body.attributes.get("value")
        at = attribute.value.span if attribute is not None else block.header
        marks = all_marks(value)
        if space.depth == 0 and SENSITIVE in marks and not flag(block.body.attributes.get("sensitive"), otherwise=False):
            detail = "To reduce the risk of accidentally exporting sensitive data, Terraform requires that it is annotated as sensitive."
            space.fault(Fault(summary="Output refers to sensitive values", detail=detail, at=block.header))
        if EPHEMERAL in marks and not flag(block.body.attributes.get("ephemeral"), otherwise=False):
            detail = "This output value is not declared as returning an ephemeral value."
            space.fault(Fault(summary="Ephemeral value not allowed", detail=detail, at=at))


def check_resources(space: Space) -> None:
    """Every `precondition` and `postcondition` of its resources and data sources."""
    for resource in space.resources():
        rules = [rule for block in blocks_of(resource.block.body, "lifecycle") for rule in block.body.blocks]
        if not rules:
            continue
        for instance in resource.instances().values():
            for rule in rules:
                if rule.type in ("precondition", "postcondition"):
                    words = f"Resource {rule.type} failed"
                    _judge(space, rule, instance.scope, words, "Invalid condition result")


def check_blocks(space: Space) -> None:
    """Every `assert` of its `check` blocks: these only warn."""
    for block in space.module.checks.values():
        for rule in blocks_of(block.body, "assert"):
            _judge(space, rule, space.scope, "Check block assertion failed", "Invalid condition result", severity="warning")


def _judge(
    space: Space, rule: Block, scope: Scope, failed: str, invalid: str, *, severity: Literal["error", "warning"] = "error"
) -> None:
    condition, message = rule.body.attributes.get("condition"), rule.body.attributes.get("error_message")
    if condition is None:
        return
    value = scope.value(condition.value)
    words = scope.value(message.value) if message is not None else None
    if isinstance(value.content, Unknown):
        return
    at = condition.value.span
    if value.content is None:
        space.fault(Fault(summary=invalid, detail="Condition expression must return either true or false, not null.", at=at))
        return
    try:
        holds = convert(value.unmarked(), BOOL).content
    except EvaluationError as error:
        space.fault(Fault(summary=invalid, detail=f"Invalid condition result value: {error.detail or error.summary}.", at=at))
        return
    if holds is not False:
        return
    said = ""
    if words is not None and not all_marks(words) and isinstance(words.content, str) and words.type == STRING:
        said = words.content[:500]
    space.fault(Fault(summary=failed, detail=said, at=at, severity=severity))
