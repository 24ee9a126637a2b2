"""Base64, character sets and the percent signs of URLs."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from urllib.parse import quote_plus

from sparekey.formats.terraform.lang import charsets
from sparekey.formats.terraform.lang.build import go_quoted
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import string, string_of
from sparekey.formats.terraform.lang.functions.hashes import unpredictable
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.go_text import decode_base64, normal
from sparekey.formats.terraform.lang.types import STRING, Type
from sparekey.formats.terraform.lang.values import (
    SENSITIVE,
    Refinement,
    TooMuchError,
    Value,
    made_of,
    text,
)


def _base64encode(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    return string_of(base64.b64encode(string(arguments[0]).encode()).decode("ascii"))


def _base64decode(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    argument = arguments[0]
    if not argument.known:
        return made_of(STRING, arguments, refinement=Refinement(not_null=True))
    written = string(argument)
    data = decode_base64(written)
    if isinstance(data, int):
        shown = "(sensitive value)" if SENSITIVE in argument.marks else go_quoted(written)
        raise failed("base64decode", f"failed to decode base64 data {shown}")
    try:
        return text(normal(data.decode())).marked(argument.marks)
    except UnicodeDecodeError:
        raise failed("base64decode", "the result of decoding the provided string is not valid UTF-8") from None


def _base64gzip(_surroundings: Surroundings, _arguments: Sequence[Value], _type: Type) -> Value:
    return unpredictable("what base64gzip() gives depends on the compressor of Terraform itself")


def _urlencode(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    return string_of(quote_plus(string(arguments[0]), safe=""))


def _require(name: str) -> None:
    """Refuse a character set that does not exist."""
    known = charsets.exists(name)
    if known is None:
        raise TooMuchError(f"the character set {name} is not known here")
    if not known:
        raise bad_argument(
            "encoding", f"{go_quoted(name)} is not a supported IANA encoding name or alias in this Terraform version"
        )


def _shown(name: str) -> str:
    return charsets.SHOWN.get(name.lower(), name.upper())


def _textencode(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    written, name = string(arguments[0]), string(arguments[1])
    _require(name)
    try:
        data = charsets.encode(written, name)
    except charsets.NotRepresentableError:
        message = f"the given string contains characters that cannot be represented in {_shown(name)}"
        raise bad_argument("string", message) from None
    if data is None:
        raise TooMuchError(f"the character set {name} is not fully known here")
    return string_of(base64.b64encode(data).decode("ascii"))


def _textdecode(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    written, name = string(arguments[0]), string(arguments[1])
    _require(name)
    data = decode_base64(written)
    if isinstance(data, int):
        raise bad_argument("source", f"the given value is has an invalid base64 symbol at offset {data}")
    try:
        decoded = charsets.decode(data, name)
    except charsets.NotRepresentableError:
        message = f"the given string contains symbols that are not defined for {_shown(name)}"
        raise bad_argument("source", message) from None
    if decoded is None:
        raise TooMuchError(f"the character set {name} is not fully known here")
    return text(decoded)


_STR = (Parameter(name="str", type=STRING),)
_ENCODING = Parameter(name="encoding", type=STRING)

FUNCTIONS = table(
    Function(name="base64encode", parameters=_STR, returns=STRING, work=_base64encode),
    Function(
        name="base64decode",
        parameters=(Parameter(name="str", type=STRING, unknown=True, marked=True),),
        returns=STRING,
        work=_base64decode,
    ),
    Function(name="base64gzip", parameters=_STR, returns=STRING, work=_base64gzip),
    Function(name="urlencode", parameters=_STR, returns=STRING, work=_urlencode),
    Function(
        name="textencodebase64",
        parameters=(Parameter(name="string", type=STRING), _ENCODING),
        returns=STRING,
        work=_textencode,
    ),
    Function(
        name="textdecodebase64",
        parameters=(Parameter(name="source", type=STRING), _ENCODING),
        returns=STRING,
        work=_textdecode,
    ),
)
