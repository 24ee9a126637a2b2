"""JSON text as `jsondecode` reads it: objects and tuples, exact numbers, and what it makes of keys that are written twice."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.go_text import normal
from sparekey.formats.terraform.lang.types import BOOL, DYNAMIC, NUMBER, STRING, ObjectType, TupleType, Type
from sparekey.formats.terraform.lang.values import (
    NULL,
    TooMuchError,
    Value,
    boolean,
    number,
    object_of,
    text,
    tuple_of,
)

DEEPEST: Final = 150
"""Levels of nesting that are read, in JSON and in YAML."""
MOST_MEMBERS: Final = 100_000
"""Members of all collections of a document together."""

_NESTING: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]|,', re.DOTALL)
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class DocumentError(Exception):
    """The text is no document of its kind; the message says where."""


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as written."""

    written: str


_Tree = str | bool | None | _Number | list["_Tree"] | tuple[tuple[str, "_Tree"], ...]


def decode(written: str) -> Value:
    """The value of a JSON document; `DocumentError` where there is none."""
    return _value(_parse(written))


def _parse(written: str) -> _Tree:
    _measure(written)
    if not written.strip(" \t\r\n"):
        raise DocumentError("EOF")
    if written.startswith("\ufeff"):
        raise DocumentError("invalid character '\u00ef' looking for beginning of value")
    decoder = json.JSONDecoder(
        object_pairs_hook=tuple, parse_int=_Number, parse_float=_Number, parse_constant=_no_constant, strict=True
    )
    start = len(written) - len(written.lstrip(" \t\r\n"))
    try:
        tree, end = decoder.raw_decode(written, start)
    except json.JSONDecodeError as error:
        raise DocumentError(f"invalid JSON on line {error.lineno}, column {error.colno}: {error.msg}") from None
    # A closing bracket ends the document for Terraform, whatever stands behind it.
    rest = written[end:].lstrip(" \t\r\n")
    if rest and rest[0] not in "]}":
        raise DocumentError("extraneous data after JSON object")
    result: _Tree = tree
    return result


def _measure(written: str) -> None:
    """Refuse what is nested too deeply or has too many members."""
    depth = members = 0
    for match in _NESTING.finditer(written):
        symbol = match[0]
        if symbol in "[{":
            depth += 1
            if depth > DEEPEST:
                raise TooMuchError("a document of very deep nesting")
        elif symbol in "]}":
            depth -= 1
        elif symbol == ",":
            members += 1
            if members > MOST_MEMBERS:
                raise TooMuchError("a document of very many members")


def _no_constant(written: str) -> _Tree:
    raise DocumentError(f"invalid character '{written[0]}' looking for beginning of value")


def _text(written: str) -> str:
    return normal(_LONE_SURROGATE.sub("\ufffd", written))


def _number(written: str) -> Value:
    parsed = numbers.parse(written)
    if parsed is None:
        raise DocumentError("a number is required")
    return number(parsed)


def _value(tree: _Tree) -> Value:
    """The value of a parsed document."""
    match tree:
        case None:
            return NULL
        case bool():
            return boolean(tree)
        case str():
            return text(_text(tree))
        case _Number():
            return _number(tree.written)
        case list():
            return tuple_of([_value(item) for item in tree])
        case _:
            return _object(tree)


def _object(pairs: Sequence[tuple[str, _Tree]]) -> Value:
    """An object; of a key that is written twice the last one counts, and the others must fit its type."""
    members: dict[str, Value] = {}
    for key, item in pairs:
        name = _LONE_SURROGATE.sub("\ufffd", key)
        if name != normal(name):
            raise DocumentError(f'unsupported attribute "{name}"')
        members[name] = _value(item)
    if len(members) < len(pairs):
        for key, item in pairs:
            _fit(item, members[_LONE_SURROGATE.sub("\ufffd", key)].type)
    return object_of(members)


def _fit(tree: _Tree, type_: Type) -> None:
    """Refuse a part that cannot be read as a type which its namesake has."""
    if tree is None:
        return
    if type_ == DYNAMIC:
        if isinstance(tree, tuple) and {key for key, _ in tree} == {"type", "value"}:
            raise TooMuchError("a key that is written twice, once with null")
        raise DocumentError("missing type in dynamically-typed value")
    match type_:
        case TupleType():
            if not isinstance(tree, list) or len(tree) != len(type_.elements):
                raise DocumentError("a key that is written twice has values of different types")
            for item, element in zip(tree, type_.elements, strict=True):
                _fit(item, element)
        case ObjectType():
            _fit_object(tree, type_.attributes)
        case _:
            if not _fits_primitive(tree, type_):
                raise DocumentError("a key that is written twice has values of different types")


def _fit_object(tree: _Tree, attributes: Mapping[str, Type]) -> None:
    if not isinstance(tree, tuple):
        raise DocumentError("missing expected {")
    for key, item in tree:
        if key not in attributes:
            raise DocumentError(f'unsupported attribute "{key}"')
        _fit(item, attributes[key])


def _fits_primitive(tree: _Tree, type_: Type) -> bool:
    if type_ == BOOL:
        return isinstance(tree, bool) or tree in ("true", "false", "1", "0")
    if type_ == NUMBER:
        return isinstance(tree, _Number) or (isinstance(tree, str) and numbers.parse(tree) is not None)
    return type_ == STRING and isinstance(tree, str | _Number | bool)
