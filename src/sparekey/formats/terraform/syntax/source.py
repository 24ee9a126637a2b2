"""A text with its places, and what is wrong with it.

Lines and columns count from 1. A column counts characters (code points), not bytes; a tab is one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from sparekey.formats.terraform.syntax.tree import Unreadable
from sparekey.model.span import Span


def _setter(name: str) -> Callable[[Span, object], None]:
    setter: Callable[[Span, object], None] = vars(Span)[name].__set__
    return setter


# A span is made for every node, and a frozen class takes four times as long to fill itself and to check what is right by making.
_new: Callable[[type[Span]], Span] = object.__new__
_set_file = _setter("file")
_set_start_line = _setter("start_line")
_set_start_column = _setter("start_column")
_set_end_line = _setter("end_line")
_set_end_column = _setter("end_column")


class Source:
    """The text of a file, or of a piece of one that starts at `line` and `column` of it."""

    __slots__ = ("_column", "_line", "_starts", "name", "text")

    def __init__(self, text: str, name: str, *, line: int = 1, column: int = 1) -> None:
        self.text = text
        self.name = name
        self._line = line
        self._column = column
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of the character at an offset."""
        index = bisect_right(self._starts, at) - 1
        column = at - self._starts[index] + 1
        return self._line + index, column if index else column + self._column - 1

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from `start` to before `end`; of one character where there are none between."""
        starts = self._starts
        last = end - 1 if end > start else start
        index = bisect_right(starts, start) - 1
        ends = index if index + 1 == len(starts) or last < starts[index + 1] else bisect_right(starts, last) - 1
        column = start - starts[index] + 1
        end_column = last - starts[ends] + 1
        made = _new(Span)
        _set_file(made, self.name)
        _set_start_line(made, self._line + index)
        _set_start_column(made, column if index else column + self._column - 1)
        _set_end_line(made, self._line + ends)
        _set_end_column(made, end_column if ends else end_column + self._column - 1)
        return made


class SyntaxProblem(Exception):  # noqa: N818
    """Something that is not as the language has it, at offsets of the text. `summary` is Terraform's own heading.

    `limit`: Terraform might read it, we do not.
    """

    def __init__(self, summary: str, detail: str, start: int, end: int, *, limit: bool = False) -> None:
        super().__init__(f"{summary}: {detail}")
        self.summary = summary
        self.detail = detail
        self.start = start
        self.end = end
        self.limit = limit

    def unreadable(self, source: Source) -> Unreadable:
        """The node that stands for it."""
        return Unreadable(source.span(self.start, self.end), str(self), limit=self.limit)
