"""Functions that change a type or a mark: tobool and the like, sensitive, nonsensitive, issensitive, ephemeralasnull."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from sparekey.formats.terraform.lang.build import go_quoted
from sparekey.formats.terraform.lang.convert import conversion, convert
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import open_value
from sparekey.formats.terraform.lang.functions.refusals import bad_argument
from sparekey.formats.terraform.lang.kinds import friendly
from sparekey.formats.terraform.lang.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    MapType,
    SetType,
    Type,
)
from sparekey.formats.terraform.lang.values import (
    EPHEMERAL,
    FALSE,
    NO_REFINEMENT,
    SENSITIVE,
    TRUE,
    EvaluationError,
    Unknown,
    Value,
    all_marks,
)


def _refused(value: Value, want: Type) -> EvaluationError:
    return bad_argument("v", f"cannot convert {friendly(value.type)} to {friendly(want, constraint=True)}")


def _to(name: str, want: Type) -> Function:
    """The function that converts to a type."""

    def returns(given: Sequence[Value]) -> Type:
        have = given[0].type
        if have != want and conversion(have, want, unsafe=True) is None:
            raise _refused(given[0], want)
        return want

    def work(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
        value = given[0]
        if not value.known:
            return _unknown_as(value, type_)
        try:
            return convert(value, type_)
        except EvaluationError:
            raise _not_converted(value, want) from None

    parameter = Parameter(name="v", type=DYNAMIC, null=True, marked=True, dynamic=True, unknown=True)
    return Function(name=name, parameters=(parameter,), returns=returns, work=work, not_null=False)


def _unknown_as(value: Value, type_: Type) -> Value:
    """An unknown of the wanted type, of which Terraform knows nothing more, but which comes from the same."""
    try:
        converted = convert(value, type_)
    except EvaluationError:
        converted = open_value(type_, [value], marks=value.marks)
    content = converted.content
    if isinstance(content, Unknown):
        content = replace(content, refinement=NO_REFINEMENT)
    return Value(type_, content, value.marks)


def _not_converted(value: Value, want: Type) -> EvaluationError:
    to = friendly(want, constraint=True)
    if SENSITIVE in all_marks(value):
        return bad_argument("v", f"cannot convert this sensitive {friendly(value.type)} to {to}")
    if value.type == STRING and want in (BOOL, NUMBER):
        shown = go_quoted(value.content) if isinstance(value.content, str) else "string"
        hint = (
            'only the strings "true" or "false" are allowed'
            if want == BOOL
            else "given string must be a decimal representation of a number"
        )
        return bad_argument("v", f"cannot convert {shown} to {to}; {hint}")
    return _refused(value, want)


def _same_type(given: Sequence[Value]) -> Type:
    return given[0].type


def _sensitive(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return given[0].marked([SENSITIVE])


def _nonsensitive(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    value = given[0]
    return replace(value, marks=value.marks - {SENSITIVE})


def _issensitive(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    if SENSITIVE in value.marks:
        return TRUE
    return FALSE if value.known else open_value(type_, given, refinement=NO_REFINEMENT)


def _ephemeralasnull(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return _without_ephemeral(given[0])


def _without_ephemeral(value: Value) -> Value:
    content = value.content
    if EPHEMERAL in value.marks:
        marks = value.marks - {EPHEMERAL}
        if isinstance(content, Unknown):
            return open_value(value.type, [value], marks=marks, refinement=NO_REFINEMENT)
        return Value(value.type, None, marks)
    if isinstance(content, tuple):
        return Value(value.type, tuple(map(_without_ephemeral, content)), value.marks)
    if isinstance(content, Mapping):
        return Value(value.type, {name: _without_ephemeral(item) for name, item in content.items()}, value.marks)
    return value


_ANYTHING: Final = Parameter(name="value", type=DYNAMIC, unknown=True, null=True, marked=True, dynamic=True)

FUNCTIONS = table(
    Function(name="ephemeralasnull", parameters=(_ANYTHING,), returns=_same_type, work=_ephemeralasnull, not_null=False),
    Function(name="issensitive", parameters=(_ANYTHING,), returns=BOOL, work=_issensitive, not_null=False),
    Function(name="nonsensitive", parameters=(_ANYTHING,), returns=_same_type, work=_nonsensitive, not_null=False),
    Function(name="sensitive", parameters=(_ANYTHING,), returns=_same_type, work=_sensitive, not_null=False),
    _to("tobool", BOOL),
    _to("tolist", ListType(DYNAMIC)),
    _to("tomap", MapType(DYNAMIC)),
    _to("tonumber", NUMBER),
    _to("toset", SetType(DYNAMIC)),
    _to("tostring", STRING),
)
