"""Places: where in the user's files a fact was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Span:
    """A stretch of text: lines and columns count from 1, ends included.

    `file` is a POSIX path relative to the scan root. A span can never be empty or start at 0, so a place that
    is not known cannot pass for one.
    """

    file: str
    start_line: int
    start_column: int
    end_line: int
    end_column: int

    def __post_init__(self) -> None:
        """Refuse a place that no editor could show."""
        if min(self.start_line, self.start_column, self.end_line, self.end_column) < 1:
            raise ValueError(f"lines and columns count from 1: {self}")
        if (self.end_line, self.end_column) < (self.start_line, self.start_column):
            raise ValueError(f"a span cannot end before it starts: {self}")

    def __eq__(self, other: object) -> bool:
        """Whether both are the same stretch of one file."""
        if self is other:
            return True
        return isinstance(other, Span) and self.file == other.file and self._lines() == other._lines()

    def __hash__(self) -> int:
        """Equal stretches have one hash."""
        return hash((self.file, *self._lines()))

    def _lines(self) -> tuple[int, int, int, int]:
        return self.start_line, self.start_column, self.end_line, self.end_column


class SoughtSpan(Span):
    """A span that is looked up in its file when somebody asks for one of its lines: of most places nobody ever does."""

    __slots__ = ("_key", "_seek")

    _key: str
    _seek: Callable[[str], Span]

    def __init__(self, file: str, key: str, seek: Callable[[str], Span]) -> None:
        """`seek` gives for `key` the span in `file`."""
        object.__setattr__(self, "file", file)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "_seek", seek)

    def __getattr__(self, name: str) -> object:
        """A line or a column that is not known yet."""
        if name not in _LINES:
            raise AttributeError(name)
        found = self._seek(self._key)
        for each in _LINES:
            object.__setattr__(self, each, getattr(found, each))
        return getattr(found, name)


_LINES = ("start_line", "start_column", "end_line", "end_column")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A place in machine-written JSON, where lines mean nothing: a file and an RFC 6901 pointer ("" is the whole)."""

    file: str
    pointer: str

    def child(self, *segments: str | int) -> Pointer:
        """The place below this one, by member names and indexes."""
        pointer = self.pointer
        for segment in segments:
            # Most segments need no escaping, and every value of a plan passes here.
            plain = isinstance(segment, int) or ("/" not in segment and "~" not in segment)
            pointer = f"{pointer}/{segment}" if plain else f"{pointer}/{str(segment).replace('~', '~0').replace('/', '~1')}"
        return Pointer(file=self.file, pointer=pointer)


Place = Span | Pointer
