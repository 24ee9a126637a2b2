"""Conversion between strings, numbers and booleans."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.types import BOOL, NUMBER, STRING, Type
from sparekey.formats.terraform.lang.values import FALSE, TRUE, EvaluationError, Value

Conversion = Callable[[Value], Value]

SUMMARY = "Invalid value"
"""The summary of errors of conversion, which callers replace by that of what they convert for. The detail is cty's message."""


def _refused(message: str) -> EvaluationError:
    return EvaluationError(SUMMARY, message)


def _number_to_string(value: Value) -> Value:
    content = value.content
    return Value(STRING, numbers.text(content) if isinstance(content, numbers.NUMBERS) else "")


def _string_to_number(value: Value) -> Value:
    found = numbers.parse(str(value.content))
    if found is None:
        raise _refused("a number is required")
    return Value(NUMBER, found)


def _string_to_bool(value: Value) -> Value:
    text = value.content
    if text in {"true", "1"}:
        return TRUE
    if text in {"false", "0"}:
        return FALSE
    lower = str(text).lower()
    hint = f'; to convert from string, use lowercase "{lower}"' if lower in {"true", "false"} else ""
    raise _refused(f"a bool is required{hint}")


ALWAYS: Mapping[tuple[Type, Type], Conversion] = {
    (NUMBER, STRING): _number_to_string,
    (BOOL, STRING): lambda value: Value(STRING, "true" if value.content else "false"),
}
BY_VALUE: Mapping[tuple[Type, Type], Conversion] = {
    (STRING, NUMBER): _string_to_number,
    (STRING, BOOL): _string_to_bool,
}
