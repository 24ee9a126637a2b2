"""From judgements to findings: places instead of causes, waivers applied, unknowns grouped into questions."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sparekey.config import Config
from sparekey.engine.message import quoted
from sparekey.model.finding import VERDICTS, Call, Evidence, Finding, Missing, Outcome, Question, SoughtEvidence, Verdict
from sparekey.model.rule import SEVERITIES, Rule, Severity

if TYPE_CHECKING:
    from sparekey.engine.decode import Judged, Judgement
    from sparekey.model.resource import Head
    from sparekey.model.span import Place
    from sparekey.model.truth import Cause
    from sparekey.model.value import Answer
    from sparekey.places import Places
    from sparekey.waivers import Waivers

_FINGERPRINT = 16
"""Hexadecimal digits of a fingerprint: 64 bits, so that two of a million findings collide once in forty million runs."""


@dataclass(slots=True)
class Findings:
    """Collects the outcomes of one run. `answers` are what would settle the unknowns that it met."""

    config: Config
    places: Places
    waivers: Waivers
    answers: dict[Missing, tuple[Answer, ...]] = field(default_factory=dict)

    def outcome(self, judged: Judged) -> Outcome:
        """One rule's outcome over everything that it judged."""
        rule, error = judged.rule, judged.error
        found = tuple(sorted((self._finding(rule, j) for j in judged.judgements), key=_order))
        verdicts = {finding.verdict for finding in found} | ({"error"} if error else set())
        worst: Verdict = next((verdict for verdict in VERDICTS if verdict in verdicts), "not_applicable")
        return Outcome(
            rule=rule.slug,
            category=rule.category,
            severity=_own_severity(rule, self.config),
            title=rule.title,
            verdict=worst,
            checked=sum(finding.verdict != "not_applicable" for finding in found),
            findings=found,
            error=_one_line(error) if error else None,
        )

    def _finding(self, rule: Rule, judgement: Judgement) -> Finding:
        subject = judgement.subject
        enforced = judgement.severity_if_enforced
        severity = self._severity(rule, enforced or judgement.severity)
        finding = Finding(
            rule=rule.slug,
            subject=subject.head.address,
            deployment=subject.head.deployment,
            verdict=judgement.verdict,
            # A latent subject keeps the severity that the engine capped, unless the configured one is milder still.
            severity=max(severity, judgement.severity, key=SEVERITIES.index) if enforced else severity,
            severity_if_enforced=severity if enforced else None,
            latent=judgement.latent,
            message=_message(judgement),
            fix=_one_line(rule.remediation) if judgement.verdict in ("fail", "unknown") else "",
            evidence=self._evidence(judgement),
            missing=tuple(dict.fromkeys(self._missing(cause) for cause in judgement.missing)),
            fingerprint=_fingerprint(rule.slug, subject.id, *judgement.causes),
            graver=self._severity(rule, judgement.graver) if judgement.graver else None,
            via=self._via(subject.head),
        )
        return self.waivers.applied(finding, self.places.header(subject.at))

    def _via(self, head: Head) -> tuple[Call, ...]:
        """The module calls that lead to a subject."""
        names = module_path(head.address)
        return tuple(Call(at=self.places.line(at), name=name) for at, name in zip(head.calls, names, strict=False))

    def _severity(self, rule: Rule, severity: Severity) -> Severity:
        """A severity as the configuration wants it: the rule's own is replaced; no grade stays above what replaced it."""
        own = _own_severity(rule, self.config)
        if own == rule.severity:
            return severity
        return own if severity == rule.severity or _graver(severity, own) else severity

    def _evidence(self, judgement: Judgement) -> Sequence[Evidence]:
        if judgement.verdict in ("fail", "unknown"):
            return self._places_of(judgement)
        return SoughtEvidence(lambda: self._places_of(judgement))

    def _places_of(self, judgement: Judgement) -> tuple[Evidence, ...]:
        """The places that prove it, each once: of an unknown the subject, then what is missing; of a pass the first."""
        about = judgement.about or (None,) * len(judgement.evidence)
        causes = [(cause.at, cause.label, of) for cause, of in zip(judgement.evidence, about, strict=True)]
        if judgement.verdict == "unknown":
            subject = judgement.subject
            causes = [(subject.at, "", subject), *((cause.at, cause.label, subject) for cause in judgement.missing)]
        elif judgement.verdict != "fail":
            del causes[1:]
        found: list[Evidence] = []
        seen: set[tuple[Place, str, str]] = set()
        for at, label, of in causes or [(judgement.subject.at, "", judgement.subject)]:
            shown = self.places.show(at, label, of)
            if (at, label, shown.says) in seen:
                continue
            seen.add((at, label, shown.says))
            role: Literal["primary", "related"] = "related" if found else "primary"
            found.append(Evidence(at=shown.at, label=shown.says, role=role, excerpt=shown.excerpt, pointer=shown.pointer))
        return tuple(found)

    def _missing(self, cause: Cause) -> Missing:
        unknown = cause.unknown
        what = unknown.reason if unknown else cause.label
        missing = Missing(what=_one_line(what), at=self.places.line(cause.at), how=_one_line(unknown.how) if unknown else "")
        if unknown and unknown.answers:
            known = self.answers.get(missing, ())
            self.answers[missing] = tuple(dict.fromkeys((*known, *unknown.answers)))
        return missing


def questions(outcomes: Iterable[Outcome], answers: Mapping[Missing, tuple[Answer, ...]]) -> tuple[Question, ...]:
    """The answers that are missing, the one that decides most first. What is waived asks nothing."""
    decides: dict[Missing, list[str]] = {}
    for outcome in outcomes:
        for finding in outcome.findings:
            if finding.waiver is None:
                for missing in finding.missing:
                    decides.setdefault(missing, []).append(finding.fingerprint)
    found = (
        Question(what=m.what, at=m.at, how=m.how, decides=tuple(dict.fromkeys(f)), answers=answers.get(m, ()))
        for m, f in decides.items()
    )
    return tuple(sorted(found, key=lambda question: (-len(question.decides), question.what, str(question.at))))


def _own_severity(rule: Rule, config: Config) -> Severity:
    setting = config.rules.get(rule.slug)
    return setting.level if setting and setting.level and setting.level != "off" else rule.severity


def _graver(one: Severity, other: Severity) -> bool:
    return SEVERITIES.index(one) < SEVERITIES.index(other)


def _message(judgement: Judgement) -> str:
    """What the rule says: of a pass that it does not hold, of an unknown that nobody can tell."""
    name = quoted(judgement.subject.label)
    if judgement.verdict == "pass":
        return f"{name} passes"
    if judgement.verdict == "not_applicable":
        return f"{name} is not concerned"
    if judgement.verdict == "unknown" and judgement.subject.kind != "unclassified":
        return f"cannot tell whether {judgement.message}"
    return judgement.message


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_FINGERPRINT]


_MODULE = re.compile(r'module\.[^.\["]+(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\])?(?=\.)')


def module_path(address: str) -> tuple[str, ...]:
    """The module instances that an address leads through, outermost first: `module.a["x"]`, `module.b`."""
    found: list[str] = []
    position = 0
    while (match := _MODULE.match(address, position)) is not None:
        found.append(match[0])
        position = match.end() + 1
    return tuple(found)


_NUMBERS = re.compile(r"(\d+)")


def _order(finding: Finding) -> tuple[str, list[tuple[int, str]], str]:
    """By deployment, then by address with numbers in their natural order."""
    steps = [(int(step) if step.isdecimal() and len(step) < 18 else -1, step) for step in _NUMBERS.split(finding.subject)]
    return finding.deployment, steps, finding.fingerprint
