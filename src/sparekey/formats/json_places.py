"""Find the text that a JSON pointer points at.

The text is read only as far as the pointers need, by the C scanner of the standard library, and what was read is kept: the
first question about a text costs about as much as parsing it, the next ones next to nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from json import JSONDecodeError, JSONDecoder

from sparekey.model.span import Span

_BREAK = re.compile("\n")
_BLANK = re.compile(r"[ \t\r\n]*")
_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_BETWEEN = re.compile(r"[ \t\r\n]*(?:,[ \t\r\n]*|(?=[]}]))")
# Numbers stay text: nobody looks at them here, and Python refuses to convert very long ones.
_DECODER = JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)

_FEW = 16

_Stretch = tuple[int, int, int]
"""Offsets of one member: where it begins (with its name), where its value begins, where that ends."""


class JsonPlaces:
    """The places in one JSON text. `file` is the name to put into spans; the text may begin with a byte order mark."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._start = 1 if text.startswith("\ufeff") else 0
        self._inside: dict[int, dict[str, _Stretch]] = {}
        self._asked = 0
        self._breaks: tuple[int, ...] | None = None
        self._top: _Stretch | None = None

    def span(self, pointer: str) -> Span | None:
        """The stretch that an RFC 6901 pointer names: a member with its name, an item, or for "" all of the text's value.

        None when there is no such thing, or the text is not JSON up to there. Of members with one name the last counts, as for
        every reader of JSON.
        """
        if pointer and not pointer.startswith("/"):
            return None
        try:
            if not pointer:
                stretch = self._whole()
                return self._spanned(stretch[0], stretch[2])
            start = self._skip(self._start)
            stretch = start, start, start
            for step in pointer.split("/")[1:]:
                stretch = self._members(stretch[1])[step.replace("~1", "/").replace("~0", "~")]
        except (JSONDecodeError, KeyError, RecursionError, StopIteration, IndexError):
            return None
        return self._spanned(stretch[0], stretch[2])

    def _whole(self) -> _Stretch:
        if self._top is None:
            start = self._skip(self._start)
            self._top = start, start, _DECODER.raw_decode(self._text, start)[1]
        return self._top

    def _members(self, start: int) -> dict[str, _Stretch]:
        """The members of the object or the items of the array that begins at `start`; none for anything else."""
        if start not in self._inside:
            opening = self._text[start]
            self._inside[start] = self._object(start + 1) if opening == "{" else self._array(start + 1) if opening == "[" else {}
        return self._inside[start]

    def _object(self, position: int) -> dict[str, _Stretch]:
        found: dict[str, _Stretch] = {}
        text, position = self._text, self._skip(position)
        while text[position] != "}":
            if text[position] != '"':
                raise JSONDecodeError("not JSON", text, position)
            name, after = _DECODER.raw_decode(text, position)
            value = self._after(_COLON, after)
            end = _DECODER.raw_decode(text, value)[1]
            found[name] = (position, value, end)
            position = self._after(_BETWEEN, end)
        return found

    def _array(self, position: int) -> dict[str, _Stretch]:
        found: dict[str, _Stretch] = {}
        text, position = self._text, self._skip(position)
        while text[position] != "]":
            end = _DECODER.raw_decode(text, position)[1]
            found[str(len(found))] = (position, position, end)
            position = self._after(_BETWEEN, end)
        return found

    def _after(self, sign: re.Pattern[str], position: int) -> int:
        """Where something begins that stands after a colon or a comma, or where what it would stand in ends."""
        match = sign.match(self._text, position)
        if match is None:
            raise JSONDecodeError("not JSON", self._text, position)
        return match.end()

    def _skip(self, position: int) -> int:
        match = _BLANK.match(self._text, position)
        return match.end() if match else position

    def _spanned(self, start: int, end: int) -> Span:
        last = end - 1
        line, column = self._position(start)
        end_line, end_column = line, column + last - start
        if self._text.find("\n", start, last) >= 0:
            end_line, end_column = self._position(last)
        return Span(file=self._file, start_line=line, start_column=column, end_line=end_line, end_column=end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset."""
        if self._asked < _FEW:
            # Looking back is cheaper than remembering every break, as long as few places are asked for.
            self._asked += 1
            line = self._text.rfind("\n", 0, offset) + 1
            return self._text.count("\n", 0, offset) + 1, offset - (line or self._start) + 1
        if self._breaks is None:
            self._breaks = tuple(found.start() for found in _BREAK.finditer(self._text))
        above = bisect_left(self._breaks, offset)
        line = self._breaks[above - 1] + 1 if above else self._start
        return above + 1, offset - line + 1
