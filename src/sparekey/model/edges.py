"""Relations after the join: whom the ids in an attribute name."""

from __future__ import annotations

from dataclasses import dataclass

from sparekey.model.span import Place
from sparekey.model.truth import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One end of a relation.

    `target` is the id of a resource in the estate, or `external:SPACE:VALUE` for something named here but not declared.
    `certain`: it is related for sure; otherwise only possibly (`because.unknown` is then what would decide it).
    """

    target: str
    certain: bool
    because: Cause

    @property
    def external(self) -> bool:
        """Named here, declared elsewhere."""
        return self.target.startswith("external:")

    @property
    def key(self) -> str:
        """The value that names an external end ("" for a declared one)."""
        return self.target.split(":", 2)[2] if self.external else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """All ends of one relation of one resource. `open` is why there may be more, or None when there are no more."""

    members: tuple[Edge, ...]
    at: Place
    open: Cause | None = None
