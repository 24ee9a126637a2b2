"""Expressions that must be constant, and the few types that Terraform's own arguments have."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.references import Reference, constant_text, uses
from sparekey.formats.terraform.syntax import tree


def constant_faults(expression: tree.Expression) -> Iterator[Fault]:
    """What keeps an expression from being evaluated without any variables and functions.

    What stands inside a `for` is left alone: Terraform meets it only when there is an item.
    """
    if isinstance(expression, tree.For):
        yield from constant_faults(expression.collection)
        return
    if isinstance(expression, (tree.Literal, tree.Template)) and not has_parts(expression):
        return
    if _contains_loop(expression):
        return
    for use in uses(expression):
        if isinstance(use, Reference):
            yield refused("Variables not allowed", "Variables may not be used here.", use.span)
        else:
            yield refused("Function calls not allowed", "Functions may not be called here.", use.span)


def string_faults(attribute: tree.Attribute) -> Iterator[Fault]:
    """What keeps an argument from being a constant string (numbers and booleans convert)."""
    yield from _typed(attribute, "string")


def bool_faults(attribute: tree.Attribute) -> Iterator[Fault]:
    """What keeps an argument from being a constant boolean (the words "true" and "false" convert)."""
    yield from _typed(attribute, "bool")


def constant_bool(expression: tree.Expression) -> bool | None:
    """A constant boolean, or None."""
    if isinstance(expression, tree.Literal) and isinstance(expression.value, bool):
        return expression.value
    return {"true": True, "false": False, "1": True, "0": False}.get(constant_text(expression) or "")


def has_parts(expression: tree.Literal | tree.Template) -> bool:
    """Whether a template has anything but text in it."""
    return isinstance(expression, tree.Template) and any(not isinstance(part, str) for part in expression.parts)


def _typed(attribute: tree.Attribute, wanted: str) -> Iterator[Fault]:
    value = attribute.value
    found = list(constant_faults(value))
    if found:
        yield from found
        return
    problem = ""
    if isinstance(value, tree.Literal):
        if value.value is None:
            problem = "null value is not allowed"
        elif wanted == "bool" and not isinstance(value.value, bool):
            problem = "bool required"
    elif isinstance(value, (tree.Tuple, tree.Object)):
        problem = f"{wanted} required"
    elif wanted == "bool" and isinstance(value, tree.Template) and constant_text(value) not in (None, "true", "false", "1", "0"):
        problem = "a bool is required"
    if problem:
        yield refused("Unsuitable value type", f"Unsuitable value: {problem}", value.span)


def _contains_loop(expression: tree.Expression) -> bool:
    """Whether there is a `for` directly in a tuple, an object or a template."""
    if isinstance(expression, tree.Tuple):
        return any(isinstance(item, tree.For) or _contains_loop(item) for item in expression.items)
    if isinstance(expression, tree.Object):
        return any(isinstance(part, tree.For) or _contains_loop(part) for item in expression.items for part in item)
    if isinstance(expression, tree.Parens):
        return _contains_loop(expression.of)
    if isinstance(expression, tree.Template):
        return any(isinstance(part, (tree.TemplateFor, tree.TemplateIf, tree.For)) for part in expression.parts)
    return isinstance(expression, tree.For)
