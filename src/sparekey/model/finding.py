"""Verdicts with their proof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, overload

from sparekey.model.rule import Severity
from sparekey.model.span import Place
from sparekey.model.value import Answer

Verdict = Literal["fail", "error", "unknown", "pass", "not_applicable"]
VERDICTS: tuple[Verdict, ...] = ("fail", "error", "unknown", "pass", "not_applicable")
"""Worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A place that proves a verdict.

    `excerpt` is the line of text at the place (secrets masked), `label` what it shows. `pointer` is the RFC 6901 pointer into the
    plan that proves it, where `at` is the source line lent to it ("" for a place that needs none).
    """

    at: Place
    label: str
    role: Literal["primary", "related"]
    excerpt: str = ""
    pointer: str = ""


class SoughtEvidence(Sequence[Evidence]):
    """Evidence that is looked up when somebody asks for it: most reports show no proof of what passes."""

    __slots__ = ("_found", "_seek")

    def __init__(self, seek: Callable[[], tuple[Evidence, ...]]) -> None:
        """`seek` looks it up."""
        self._seek = seek
        self._found: tuple[Evidence, ...] | None = None

    def _all(self) -> tuple[Evidence, ...]:
        if self._found is None:
            self._found = self._seek()
        return self._found

    @overload
    def __getitem__(self, index: int) -> Evidence: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Evidence, ...]: ...

    def __getitem__(self, index: int | slice) -> Evidence | tuple[Evidence, ...]:
        """One place, or several. Raises IndexError."""
        return self._all()[index]

    def __len__(self) -> int:
        """How many places there are."""
        return len(self._all())

    def __eq__(self, other: object) -> bool:
        """Whether both are the same places."""
        return self._all() == (other._all() if isinstance(other, SoughtEvidence) else other)

    def __hash__(self) -> int:
        """As of the places themselves."""
        return hash(self._all())

    def __reduce__(self) -> tuple[object, ...]:
        """What is kept or sent elsewhere is what was found."""
        return tuple, (self._all(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An unknown that keeps a verdict open: what it is, where it stands, how to supply it."""

    what: str
    at: Place
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A module call that leads to the subject of a finding: where it stands, and the instance that it makes (`module.a["x"]`)."""

    at: Place
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The verdict of one rule on one subject.

    `severity` counts now; `severity_if_enforced` is what it would be if a latent policy were switched on (None where nothing is
    latent). `via` are the calls that lead to the subject, outermost first. `lapsed` says why a waiver that names the finding does not hold. `graver` is what a proven fail may be besides, if the `missing` turn out badly. `fingerprint` names the finding across runs: rule, resource id and cause keys, never text or line numbers.
    """

    rule: str
    subject: str
    deployment: str
    verdict: Verdict
    severity: Severity
    message: str
    fix: str
    evidence: Sequence[Evidence]
    fingerprint: str
    missing: tuple[Missing, ...] = ()
    severity_if_enforced: Severity | None = None
    latent: bool = False
    waiver: str | None = None
    lapsed: str | None = None
    graver: Severity | None = None
    via: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One rule's verdict over the whole run: its worst finding's. `checked` counts the subjects that were in scope."""

    rule: str
    category: str
    severity: Severity
    title: str
    verdict: Verdict
    checked: int
    findings: tuple[Finding, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One missing answer and the fingerprints of the findings that it would decide.

    `answers` are the entries of sparekey.yaml that would settle it; none where only the files or the service can tell.
    """

    what: str
    at: Place
    how: str
    decides: tuple[str, ...]
    answers: tuple[Answer, ...] = ()
