"""What certainly stands in a text of which a part is not known, or must not be shown: by the value, and by the expression that makes it.

What a value is marked by says nothing of the letters that stand in the expression itself, which whoever reads the source reads as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sparekey.formats.terraform.lang.values import Unknown, Value
from sparekey.formats.terraform.syntax.tree import Call, Expression, Object, Parens, Template, Tuple
from sparekey.model.known_parts import whole_words

_DEEPEST = 16
_VERB = re.compile(r"%[^A-Za-z%]*[A-Za-z%]?")
_SAME = frozenset({"base64encode", "base64gzip", "jsonencode", "nonsensitive", "sensitive", "textencodebase64", "trimspace"})
"""Functions that give what they are given, encoded or without blanks around it."""


def known_parts(value: Value, written: Expression | None) -> tuple[str, ...]:
    """The whole words in a text, or in what it encodes (base64, JSON). What a key of a document holds begins with that key, as JSON writes it."""
    return tuple(dict.fromkeys((*_of_value(value, "", 0), *_of_expression(written, "", 0))))


def _keyed(parts: list[str | None], key: str) -> Iterator[str]:
    yield from (f"{key}{words}" for words in whole_words(parts))


def _key(name: str) -> str:
    return f'"{name.lower()}":"'


def _of_value(value: Value, key: str, depth: int) -> Iterator[str]:
    if value.marks or depth > _DEEPEST:
        return
    content = value.content
    if isinstance(content, str) and depth:
        yield f"{key}{content}"
    elif isinstance(content, Mapping) and depth:
        for name, member in content.items():
            yield from _of_value(member, _key(name), depth + 1)
    elif isinstance(content, tuple) and depth:
        for item in content:
            yield from _of_value(item, key, depth + 1)
    elif isinstance(content, Unknown):
        if content.encodes is not None:
            yield from _of_value(content.encodes, key, depth + 1)
        else:
            yield from _keyed([piece if isinstance(piece, str) else None for piece in content.pieces], key)


def _of_expression(written: Expression | None, key: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    match written:
        case Parens():
            yield from _of_expression(written.of, key, depth + 1)
        case Template():
            yield from _keyed([part if isinstance(part, str) else None for part in written.parts], key)
        case Object():
            for name, member in written.items:
                whole = isinstance(name, Template) and all(isinstance(part, str) for part in name.parts)
                spelled = (
                    "".join(part for part in name.parts if isinstance(part, str)) if whole and isinstance(name, Template) else ""
                )
                if spelled:
                    yield from _of_expression(member, _key(spelled), depth + 1)
        case Tuple():
            for item in written.items:
                yield from _of_expression(item, key, depth + 1)
        case Call() if written.arguments and not written.expands:
            yield from _of_call(written, key, depth)
        case _:
            return


def _of_call(written: Call, key: str, depth: int) -> Iterator[str]:
    name, first = written.name.removeprefix("core::"), written.arguments[0]
    if name in _SAME:
        yield from _of_expression(first, key, depth + 1)
    elif name == "join" and len(written.arguments) == 2:
        # What stands between the items is said by the first argument, and ends no word for certain.
        inner = written.arguments[1]
        for item in inner.items if isinstance(inner, Tuple) else ():
            if isinstance(item, Template):
                yield from _keyed([None, *(part if isinstance(part, str) else None for part in item.parts), None], key)
    elif name == "format" and isinstance(first, Template) and all(isinstance(part, str) for part in first.parts):
        text = "".join(part for part in first.parts if isinstance(part, str))
        parts: list[str | None] = []
        for index, piece in enumerate(_VERB.split(text)):
            parts.extend((None, piece) if index else (piece,))
        yield from _keyed(parts, key)
