"""The result of a run: the only thing that a report may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sparekey.model.finding import Outcome, Question
from sparekey.model.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was read: counts by type that a mapping understood and that none did, and the kinds declared complete."""

    understood: Mapping[str, int] = field(default_factory=dict)
    unmapped: Mapping[str, int] = field(default_factory=dict)
    complete: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers for the summary line: files read, unreadable ones, declared resources, those of identity kinds, rules run."""

    files: int = 0
    unreadable: int = 0
    resources: int = 0
    identity_resources: int = 0
    rules: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything a report may say. Picklable; `exit_code` is the same for every format (README: exit codes).

    `decisions` are the ids under which an OPA server has logged what it decided, none where it logs nothing.
    """

    outcomes: tuple[Outcome, ...]
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]
    coverage: Coverage
    counts: Counts
    exit_code: int
    as_of: str
    fail_on: str = "high"
    fail_on_unknown: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[str, ...] = ()
