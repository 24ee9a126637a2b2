"""The functions of the provider that is part of Terraform: `provider::terraform::...`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sparekey.formats.terraform.lang import expression_text
from sparekey.formats.terraform.lang.build import go_quoted
from sparekey.formats.terraform.lang.free_names import calls
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import string, string_of
from sparekey.formats.terraform.lang.functions.documents import bracket, could_be_null
from sparekey.formats.terraform.lang.functions.refusals import failed
from sparekey.formats.terraform.lang.go_text import identifier
from sparekey.formats.terraform.lang.tracing import unknown_parts
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING, Type
from sparekey.formats.terraform.lang.values import (
    EvaluationError,
    Refinement,
    TooMuchError,
    Value,
    made_of,
    object_of,
    wholly_known,
)
from sparekey.formats.terraform.modules.literal import literal
from sparekey.formats.terraform.syntax.read import read_file, unreadable
from sparekey.formats.terraform.syntax.tree import Expression

_NAMESPACE: Final = "provider::terraform::"
_ARGUMENT: Final = "<decode_tfvars argument>"


def _encode_expr(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    value = arguments[0]
    if not wholly_known(value):
        prefix = "" if could_be_null(value) else bracket(value.type)
        return made_of(STRING, [value], refinement=Refinement(not_null=True, prefix=prefix), holds=unknown_parts(value))
    return string_of(expression_text.encode(value))


def _encode_tfvars(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    value = arguments[0]
    name = f"{_NAMESPACE}encode_tfvars"
    if not wholly_known(value):
        return made_of(STRING, [value], refinement=Refinement(not_null=True), holds=unknown_parts(value))
    if not isinstance(value.content, Mapping):
        raise failed(
            name, "invalid value to encode: must be an object whose attribute names will become the encoded variable names"
        )
    for key in sorted(value.content):
        if not identifier(key):
            message = "must be a valid identifier, per Terraform's rules for input variable declarations"
            raise failed(name, f"invalid variable name {go_quoted(key)}: {message}")
    return string_of(expression_text.encode_attributes(value.content))


def _literal(expression: Expression) -> Value:
    """The value of an expression that may neither refer to anything nor call anything, not even `try`."""
    for call in calls(expression):
        raise EvaluationError("Function calls not allowed", "Functions may not be called here.", call.span)
    return literal(expression)


def _decode_tfvars(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    name = f"{_NAMESPACE}decode_tfvars"
    body = read_file(string(arguments[0]).encode(), _ARGUMENT).body
    for part in unreadable(body):
        raise failed(name, f"invalid tfvars syntax: {_ARGUMENT}:{part.span.start_line},{part.span.start_column}: {part.message}")
    if body.blocks or body.repeated:
        raise failed(name, "invalid tfvars content: only arguments are expected here, each once")
    members: dict[str, Value] = {}
    for key, attribute in body.attributes.items():
        try:
            members[key] = _literal(attribute.value)
        except EvaluationError as error:
            span = error.span or attribute.value.span
            place = f"{_ARGUMENT}:{span.start_line},{span.start_column}-{span.end_column + 1}"
            message = f"invalid expression for variable {go_quoted(key)}: {place}: {error.summary}; {error.detail}"
            raise failed(name, message) from None
        if not wholly_known(members[key]):
            raise TooMuchError("an expression that cannot be read")
    return object_of(members)


FUNCTIONS = table(
    Function(
        name=f"{_NAMESPACE}encode_expr",
        parameters=(Parameter(name="value", type=DYNAMIC, unknown=True, dynamic=True),),
        returns=STRING,
        work=_encode_expr,
        not_null=False,
    ),
    Function(
        name=f"{_NAMESPACE}encode_tfvars",
        parameters=(Parameter(name="value", type=DYNAMIC, unknown=True, dynamic=True),),
        returns=STRING,
        work=_encode_tfvars,
        not_null=False,
    ),
    Function(
        name=f"{_NAMESPACE}decode_tfvars",
        parameters=(Parameter(name="src", type=STRING),),
        returns=DYNAMIC,
        work=_decode_tfvars,
        not_null=False,
    ),
)
