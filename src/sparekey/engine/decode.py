"""What an engine answered, as judgements: handles become causes, and a subject that was forgotten makes its rule an error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from sparekey.engine.encode import Encoded, encodable
from sparekey.engine.message import BadMessageError, rendered
from sparekey.model.estate import Estate
from sparekey.model.finding import Verdict
from sparekey.model.kinds.derived import Unclassified
from sparekey.model.resource import Resource
from sparekey.model.rule import SEVERITIES, Rule, Severity
from sparekey.model.truth import Cause, asks, unique
from sparekey.model.value import Unknown

_LATENT_CAP: Severity = "low"
"""A policy that is off or only reports locks nobody out today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict of one rule on one subject, before waivers.

    `severity` counts now; `severity_if_enforced` is the one without the cap on latent subjects (None where nothing is latent, and for
    what neither fails nor is unknown). `evidence` proves a fail, a pass or that the rule does not apply; `missing` would decide an
    unknown. `about` is, for each piece of evidence, the resource that holds it. A fail with a `graver` severity is proven at `severity` and may be that grave: `missing` then would decide it. `causes` are
    the keys that name the finding besides rule and subject.
    """

    rule: Rule
    subject: Resource
    verdict: Verdict
    severity: Severity
    message: str
    evidence: tuple[Cause, ...] = ()
    about: tuple[Resource | None, ...] = ()
    missing: tuple[Cause, ...] = ()
    latent: bool = False
    severity_if_enforced: Severity | None = None
    graver: Severity | None = None
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All judgements of one rule in one estate, by subject id; or none and the reason why the rule could not be trusted."""

    rule: Rule
    judgements: tuple[Judgement, ...] = ()
    error: str | None = None


class _BadResultError(Exception):
    """A result that no rule written with `result.judge` can give, or a subject that was not judged exactly once."""


def decode(rule: Rule, answer: str | Exception, estate: Estate, encoded: Encoded) -> Judged:
    """What a rule said of every subject in an estate.

    `answer` is the JSON text of the rule's `results`, or the error that aborted it. Never raises: an answer that is broken, or that
    misses a subject or judges one twice, makes the rule an error.
    """
    if isinstance(answer, Exception):
        return Judged(rule=rule, error=str(answer))
    try:
        found = tuple(_judgements(rule, answer, estate, encoded))
    except _BadResultError as error:
        return Judged(rule=rule, error=str(error))
    return Judged(rule=rule, judgements=tuple(sorted(found, key=lambda judgement: judgement.subject.id)))


def unasked(rule: Rule, estate: Estate) -> Judged:
    """What there is to say of a rule in an estate that holds nothing it is about."""
    return Judged(rule=rule, judgements=_of_unclassified(rule, estate))


def _of_unclassified(rule: Rule, estate: Estate) -> tuple[Judgement, ...]:
    return tuple(_unclassified(rule, estate)) if rule.subjects == "resources" else ()


def _judgements(rule: Rule, answer: str, estate: Estate, encoded: Encoded) -> Iterator[Judgement]:
    try:
        results = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise _BadResultError(f"the engine's answer is not JSON: {error}") from error
    if not isinstance(results, list):
        raise _BadResultError("the rule has no set of results")
    subjects = subjects_of(rule, estate)
    judged: set[str] = set()
    for result in results:
        judgement = _judgement(rule, _Result(result), subjects, encoded)
        said = encodable(judgement.subject.id)
        if said in judged:
            raise _BadResultError(f"two results for {judgement.subject.id}")
        judged.add(said)
        yield judgement
    forgotten = subjects.keys() - judged
    if forgotten:
        raise _BadResultError(
            f"no result for {min(forgotten)}" + (f" and {len(forgotten) - 1} more" if len(forgotten) > 1 else "")
        )
    yield from _of_unclassified(rule, estate)


def subjects_of(rule: Rule, estate: Estate) -> Mapping[str, Resource]:
    """What a rule must judge in an estate, by id as the rules see it."""
    if rule.subjects == "deletions":
        return {
            encodable(deletion.resource.id): deletion.resource
            for deletion in estate.deletions
            if deletion.resource.kind in rule.kinds
        }
    return {encodable(resource.id): resource for kind in rule.kinds for resource in estate.of(kind)}


def _judgement(rule: Rule, result: _Result, subjects: Mapping[str, Resource], encoded: Encoded) -> Judgement:
    subject = subjects.get(result.text("subject"))
    if subject is None:
        raise _BadResultError(f"a result for {result.text('subject')}, which is no subject of this rule")
    verdict = result.verdict()
    full = result.severity("severity") or rule.severity
    latent = result.flag("latent") and verdict in ("fail", "unknown")
    handles = result.numbers("evidence")
    evidence = _causes(handles, encoded)
    about = tuple(encoded.owner(handle) for handle in dict.fromkeys(handles))
    missing = _causes(result.numbers("missing"), encoded)
    graver: Severity | None = None
    for grade in result.objects("graver"):
        graver = graver or grade.severity("severity")
        missing = unique((*missing, *_causes(grade.numbers("missing"), encoded)))
    if verdict == "unknown" and not missing:
        raise _BadResultError(f"{subject.id} is undecided, and nothing says why")
    if verdict == "fail" and not evidence:
        evidence, about = (Cause(at=subject.at),), (subject,)
    return Judgement(
        rule=rule,
        subject=subject,
        verdict=verdict,
        severity=_capped(full) if latent else full,
        message=result.message(),
        evidence=evidence,
        about=about,
        missing=missing,
        latent=latent,
        severity_if_enforced=full if latent else None,
        graver=_capped(graver) if latent and graver else graver,
        causes=tuple(result.texts("cause")),
    )


def _capped(severity: Severity) -> Severity:
    return max(severity, _LATENT_CAP, key=SEVERITIES.index)


def _causes(handles: list[int], encoded: Encoded) -> tuple[Cause, ...]:
    try:
        return tuple(encoded.cause(handle) for handle in dict.fromkeys(handles))
    except IndexError as error:
        raise _BadResultError("a result names a handle that was never given out") from error


def _unclassified(rule: Rule, estate: Estate) -> Iterator[Judgement]:
    """One unknown for every declaration that may be a subject of this rule, of which the files hide what it is."""
    for subject in estate.of(Unclassified.kind):
        if not isinstance(subject, Unclassified) or not set(subject.could_be) & set(rule.kinds):
            continue
        hidden = [member for member in subject.hidden.members if isinstance(member, Unknown)]
        if subject.hidden.open is not None:
            hidden.append(subject.hidden.open)
        yield Judgement(
            rule=rule,
            subject=subject,
            verdict="unknown",
            severity=rule.severity,
            message=rendered(["what %s is cannot be read", [subject.label]]),
            missing=unique(asks(unknown) for unknown in hidden) or (Cause(at=subject.at, label="what is it?"),),
        )


class _Result:
    """One result as the engine gave it, read with suspicion: an OPA server may hold other rules than ours."""

    __slots__ = ("_fields",)

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise _BadResultError("a result is not an object")
        self._fields = cast("Mapping[str, object]", value)

    def _get(self, name: str) -> object:
        if name not in self._fields:
            raise _BadResultError(f"a result has no {name}")
        return self._fields[name]

    def text(self, name: str) -> str:
        value = self._get(name)
        if not isinstance(value, str):
            raise _BadResultError(f"{name} of a result is not a string")
        return value

    def flag(self, name: str) -> bool:
        value = self._get(name)
        if not isinstance(value, bool):
            raise _BadResultError(f"{name} of a result is not a boolean")
        return value

    def _items(self, name: str) -> list[object]:
        value = self._get(name)
        if not isinstance(value, list):
            raise _BadResultError(f"{name} of a result is not an array")
        return value

    def numbers(self, name: str) -> list[int]:
        items = self._items(name)
        if not all(type(item) is int for item in items):
            raise _BadResultError(f"{name} of a result holds something that is not a handle")
        return cast("list[int]", items)

    def texts(self, name: str) -> list[str]:
        items = self._items(name)
        if not all(isinstance(item, str) for item in items):
            raise _BadResultError(f"{name} of a result holds something that is not a string")
        return cast("list[str]", items)

    def objects(self, name: str) -> list[_Result]:
        return [_Result(item) for item in self._items(name)]

    def verdict(self) -> Verdict:
        value = self.text("verdict")
        if value not in ("fail", "unknown", "pass", "not_applicable"):
            raise _BadResultError(f"{value!r} is no verdict that a rule can give")
        return cast("Verdict", value)

    def severity(self, name: str) -> Severity | None:
        value = self.text(name)
        if not value:
            return None
        if value not in SEVERITIES:
            raise _BadResultError(f"{value!r} is no severity")
        return value

    def message(self) -> str:
        try:
            return rendered(self._items("message"))
        except BadMessageError as error:
            raise _BadResultError(str(error)) from error
