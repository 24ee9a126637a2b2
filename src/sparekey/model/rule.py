"""What a rule says of itself, read from its METADATA block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `kinds` are the kinds it judges; `subjects` is "deletions" where it judges what will be gone.

    `parameters` holds the defaults; `guidance` the ids of the practice it checks (CA-03); `provenance` is "stated" where the
    published guidance asks for it, "derived" where it is an engineering consequence. `reads` are kinds that the rule looks at
    besides those it judges.
    """

    slug: str
    category: str
    title: str
    description: str
    severity: Severity
    kinds: tuple[str, ...]
    remediation: str
    guidance: tuple[str, ...]
    references: tuple[str, ...]
    provenance: Literal["stated", "derived"]
    since: str
    aliases: tuple[str, ...] = ()
    subjects: Literal["resources", "deletions"] = "resources"
    parameters: Mapping[str, int | str | bool] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
