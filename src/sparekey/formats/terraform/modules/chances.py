"""How many there are of something whose `count` or `for_each` is not known."""

from __future__ import annotations

from dataclasses import dataclass

from sparekey.formats.terraform.lang.values import Why


@dataclass(frozen=True, slots=True)
class Chances:
    """Itself alone, or `least` to `most` (None: no bound) of what it stands for, because of `why`."""

    least: int = 1
    most: int | None = 1
    why: Why | None = None

    def within(self, outer: Chances) -> Chances:
        """The chances of it inside something that has chances of its own."""
        most = None if self.most is None or outer.most is None else self.most * outer.most
        return Chances(self.least * outer.least, most, outer.why or self.why)


CERTAIN = Chances()
