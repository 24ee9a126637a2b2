"""What all the deployments of one reading share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sparekey.formats.arm.language.values import Budget, EvaluationError

MOST_INSTANCES = 10_000
"""Resources that one file may make, loops and nested templates included. One deployment of Azure takes 800."""

MOST_LEVELS = 12
"""Templates within templates are followed so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something that is there and was not read: `pointer` is its place, None where it stands in no file. `once`: said once for all places."""

    kind: str
    message: str
    pointer: str | None
    file: str = ""
    incomplete: bool = True
    once: bool = False

    def key(self) -> object:
        """What two of which only one is said have in common."""
        return (self.kind, self.message) if self.once else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A template that another one deploys from a file of its own."""

    file: str
    top: dict[str, object]


@dataclass(slots=True, kw_only=True)
class Session:
    """`strict`: the first thing that the engine would refuse ends the reading. `linked` finds the file that a path relative to another one means.

    `times`: how often something of an id is deployed, by folded ids.
    """

    strict: bool
    budget: Budget = field(default_factory=Budget)
    losses: list[Loss] = field(default_factory=list)
    lost: set[object] = field(default_factory=set)
    instances: int = 0
    deployments: int = 0
    times: Counter[str] = field(default_factory=Counter)
    loops: int = 0
    linked: Callable[[str, str], Linked | Loss] | None = None
    at: tuple[str, str | None] = ("", "")
    """The file and the place of the resource that is being read."""
    told: set[str] = field(default_factory=set)

    def refuse(self, why: str, pointer: str | None, file: str = "") -> None:
        """The engine refuses this. Raises EvaluationError when strict; otherwise what can be read is read all the same."""
        if self.strict:
            raise EvaluationError(f"{why} ({file}{pointer or ''})")

    def too_much(self, why: str) -> None:
        """Something is more than this reader takes: said once for each reason."""
        if why not in self.told:
            self.told.add(why)
            file, pointer = self.at
            self.lose(Loss(kind="too-much", message=f"holds something that {why}", pointer=pointer, file=file))

    def lose(self, loss: Loss) -> None:
        """Something was not read: said once, however often a loop or another template leads to it."""
        if loss.key() not in self.lost:
            self.lost.add(loss.key())
            self.losses.append(loss)

    def room(self, count: int) -> bool:
        """Whether so many more resources may be made; they are counted."""
        if self.instances + count > MOST_INSTANCES:
            self.too_much(f"makes more than {MOST_INSTANCES} resources")
            return False
        self.instances += count
        return True
