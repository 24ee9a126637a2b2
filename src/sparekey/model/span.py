"""Places: where in the user's files a fact was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
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
