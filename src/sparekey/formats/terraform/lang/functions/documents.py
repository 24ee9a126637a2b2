"""JSON, YAML and CSV: `jsonencode`, `jsondecode`, `yamlencode`, `yamldecode`, `csvdecode`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sparekey.formats.terraform.lang import csv_reading, json_reading, json_text, yaml_reading, yaml_text
from sparekey.formats.terraform.lang.build import go_quoted
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import string, string_of
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.json_reading import DocumentError
from sparekey.formats.terraform.lang.tracing import decoded, encoded
from sparekey.formats.terraform.lang.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import NO_REFINEMENT, Refinement, Unknown, Value, wholly_known

_JSON_STARTS: Final[Mapping[str, Type]] = {
    '"': STRING,
    **dict.fromkeys("tf", BOOL),
    **dict.fromkeys("-.0123456789", NUMBER),
    **dict.fromkeys("{[n", DYNAMIC),
}
"""The type of what a JSON text will be decoded to, by its first character."""


def bracket(type_: Type) -> str:
    """The first character of a text that writes a value of this type, if that is certain."""
    if type_ == STRING:
        return '"'
    if isinstance(type_, ObjectType | MapType):
        return "{"
    return "[" if isinstance(type_, TupleType | ListType | SetType) else ""


def could_be_null(value: Value) -> bool:
    """Whether it is not certain that a value is something else than null."""
    content = value.content
    return content is None or (isinstance(content, Unknown) and not content.refinement.not_null)


def _jsonencode(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    value = arguments[0]
    if not wholly_known(value):
        prefix = "" if could_be_null(value) else bracket(value.type)
        return encoded(value, Refinement(not_null=True, prefix=prefix))
    try:
        return string_of(json_text.encode(value))
    except json_text.NoJsonError as error:
        raise failed("jsonencode", str(error)) from None


def _yamlencode(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    value = arguments[0]
    if not wholly_known(value):
        return encoded(value, NO_REFINEMENT)
    return string_of(yaml_text.encode(value))


def _json_type(arguments: Sequence[Value]) -> Type:
    argument = arguments[0]
    content = argument.content
    if isinstance(content, Unknown):
        prefix = content.refinement.prefix.strip()
        if not prefix:
            return DYNAMIC
        if prefix[0] not in _JSON_STARTS:
            message = f"a JSON document cannot begin with the character {go_quoted(prefix[0])}"
            raise bad_argument("str", message.replace('"', "'"))
        return _JSON_STARTS[prefix[0]]
    return DYNAMIC


def _decoding(name: str, decode: Callable[[str], Value]) -> Callable[[Surroundings, Sequence[Value], Type], Value]:
    """The work of a function that decodes a text."""

    def work(_surroundings: Surroundings, arguments: Sequence[Value], type_: Type) -> Value:
        argument = arguments[0]
        if not argument.known:
            return decoded(argument, type_, decode)
        try:
            return decode(string(argument))
        except DocumentError as error:
            raise failed(name, str(error)) from None

    return work


def _decoder(name: str, parameter: str, decode: Callable[[str], Value]) -> Function:
    return Function(
        name=name,
        parameters=(Parameter(name=parameter, type=STRING, unknown=True),),
        returns=_json_type if name == "jsondecode" else DYNAMIC,
        work=_decoding(name, decode),
        not_null=False,
    )


FUNCTIONS = table(
    Function(
        name="jsonencode",
        parameters=(Parameter(name="val", type=DYNAMIC, null=True, unknown=True, dynamic=True),),
        returns=STRING,
        work=_jsonencode,
    ),
    Function(
        name="yamlencode",
        parameters=(Parameter(name="value", type=DYNAMIC, null=True, unknown=True, dynamic=True),),
        returns=STRING,
        work=_yamlencode,
        not_null=False,
    ),
    _decoder("jsondecode", "str", json_reading.decode),
    _decoder("yamldecode", "src", yaml_reading.decode),
    _decoder("csvdecode", "str", csv_reading.decode),
)
