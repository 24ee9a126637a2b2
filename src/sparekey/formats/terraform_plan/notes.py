"""What is to be said of a plan besides its resources: the problems found in it, and what it may leave out."""

from __future__ import annotations

from sparekey.model.problem import Problem
from sparekey.model.span import Pointer
from sparekey.model.value import Unknown

MOST_NOTES = 100
"""So many malformed entries are named one by one; of a file with more only their number is told."""


class Notes:
    """Collects the problems and the gaps of one plan."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._problems: list[Problem] = []
        self._partial: list[Unknown] = []
        self._lost = 0

    @property
    def is_partial(self) -> bool:
        """Whether the plan may leave something out."""
        return bool(self._partial)

    def problem(self, kind: str, message: str, pointer: str = "", *, incomplete: bool = True) -> None:
        """Note a problem with the part of the plan at `pointer`."""
        at = Pointer(file=self._file, pointer=pointer)
        self._problems.append(Problem(kind=kind, blame="input", message=message, at=at, incomplete=incomplete))

    def incomplete(self, reason: str, how: str, pointer: str = "") -> None:
        """Note that something may exist that the plan does not show."""
        self._partial.append(Unknown(reason=reason, at=Pointer(file=self._file, pointer=pointer), how=how))

    def lost(self, kind: str, message: str, pointer: str) -> None:
        """Note that one entry could not be read, so that what it describes is missing."""
        self._lost += 1
        if self._lost <= MOST_NOTES:
            self.problem(kind, message, pointer)
            self.incomplete(f"what stands at {pointer}?", "make the plan again", pointer)

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, in order."""
        if self._lost > MOST_NOTES:
            message = f"{self._lost - MOST_NOTES} more entries of the plan cannot be read"
            more = Problem(kind="malformed-resource", blame="input", message=message, at=Pointer(file=self._file, pointer=""))
            return (*self._problems, more)
        return tuple(self._problems)

    def partial(self) -> tuple[Unknown, ...]:
        """Every reason why the plan may not show everything."""
        return tuple(self._partial)
