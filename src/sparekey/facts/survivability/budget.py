"""Limits of time and memory, after which the honest answer is "cannot tell"."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


class ExhaustedError(Exception):
    """A limit was reached; what was computed so far proves nothing about what was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What an analysis may use.

    `seconds`: half of the 20 finishes an estate of 100,000 components at order 3, a fall-back may use the rest. `nodes`: of the shared diagram, about 130
    bytes each. `elements`: of the sets held at once while single points are found, about 50 bytes each.
    """

    seconds: float = 20.0
    nodes: int = 2_000_000
    elements: int = 5_000_000
    clock: Callable[[], float] = time.monotonic

    def start(self, share: float = 1.0) -> Watch:
        """A watch that runs from now for this share of the time."""
        return Watch(deadline=self.clock() + self.seconds * share, clock=self.clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A running limit of time."""

    deadline: float
    clock: Callable[[], float]

    def check(self) -> None:
        """ExhaustedError once the time is over."""
        if self.clock() > self.deadline:
            raise ExhaustedError("time")
