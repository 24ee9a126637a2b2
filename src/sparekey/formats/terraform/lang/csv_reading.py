"""Comma-separated values as `csvdecode` reads them: RFC 4180, strictly, with line feeds for line ends inside of quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sparekey.formats.terraform.lang.go_text import normal
from sparekey.formats.terraform.lang.json_reading import MOST_MEMBERS, DocumentError
from sparekey.formats.terraform.lang.types import STRING, ListType, ObjectType
from sparekey.formats.terraform.lang.values import TooMuchError, Value, object_of, text

# What stands between two quotes, up to a quote that is not doubled.
_QUOTED: Final = re.compile(r'"((?:[^"]|"")*)(")?')
_PLAIN: Final = re.compile(r"[^,\n]*")


def _rows(written: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it starts on. Empty lines are none."""
    place, line = 0, 1
    end = len(written)
    while place < end:
        if written[place] == "\n":
            place, line = place + 1, line + 1
            continue
        start = line
        row: list[str] = []
        while True:
            if place < end and written[place] == '"':
                match = _QUOTED.match(written, place)
                if match is None or match[2] is None:
                    raise DocumentError(f'CSV parse error on line {start}: extraneous or missing " in quoted-field')
                row.append(match[1].replace('""', '"'))
                line += match[1].count("\n")
                place = match.end()
                if place < end and written[place] not in ",\n":
                    raise DocumentError(f'CSV parse error on line {line}: extraneous or missing " in quoted-field')
            else:
                plain = _PLAIN.match(written, place)
                field = plain[0] if plain else ""
                if '"' in field:
                    raise DocumentError(f'CSV parse error on line {line}: bare " in non-quoted-field')
                row.append(field)
                place += len(field)
            if place >= end or written[place] == "\n":
                break
            place += 1
        yield start, row
        place, line = place + 1, line + 1


def decode(written: str) -> Value:
    """A list of objects, named by the first row; `DocumentError` where the text is no such table."""
    # A carriage return at the very end goes, and those before a line feed.
    lines = written.replace("\r\n", "\n")
    rows = _rows(lines.removesuffix("\r") if "\n" not in lines[-1:] else lines)
    _, header = next(rows, (0, []))
    if not header:
        raise DocumentError("missing header line")
    for index, name in enumerate(header):
        if name in header[:index]:
            raise DocumentError(f'duplicate column name "{name}"')
    items: list[Value] = []
    for line, row in rows:
        if len(row) != len(header):
            raise DocumentError(f"CSV parse error on line {line}: wrong number of fields")
        if (len(items) + 1) * len(header) > MOST_MEMBERS:
            raise TooMuchError("a table of very many fields")
        items.append(object_of({normal(name): text(normal(field)) for name, field in zip(header, row, strict=True)}))
    type_ = items[0].type if items else ObjectType(dict.fromkeys(sorted(map(normal, header)), STRING))
    return Value(ListType(type_), tuple(items))
