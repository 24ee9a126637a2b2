"""What went wrong with an input, said instead of passed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sparekey.model.span import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that could not be done as asked.

    `kind` is a stable kebab-case name ("truncated-json"); `blame` says who can mend it: "user" (configuration, usage),
    "input" (a file), "tool" (us). `incomplete`: because of it something was not judged, so the run cannot end with 0.
    `deployments` is of how many of these it is told at once: deployments of one template share its text and its mistakes.
    """

    kind: str
    blame: Literal["user", "input", "tool"]
    message: str
    at: Place
    incomplete: bool = True
    deployments: int = 1

    @property
    def told(self) -> str:
        """The message for people, with the number of deployments where there are several."""
        return self.message if self.deployments == 1 else f"{self.message} (in {self.deployments} deployments)"
