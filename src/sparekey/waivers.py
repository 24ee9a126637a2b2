"""Waivers: which of them hold for a finding, those in sparekey.yaml and those in comments of the source.

A comment is written `# sparekey:waive=SLUG until=YYYY-MM-DD reason="..."`, with `verdict=unknown` where it accepts an unknown.
One that cannot be understood waives nothing, and is told with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from sparekey.comments import Comment, terraform_comments, yaml_comments
from sparekey.config import Config, Waiver
from sparekey.config_file import did_you_mean
from sparekey.model.problem import Problem
from sparekey.model.span import Place, Span

if TYPE_CHECKING:
    from sparekey.model.finding import Finding, Verdict
    from sparekey.model.resource import Resource
    from sparekey.model.rule import Rule
    from sparekey.places import Places

WORD = "sparekey:waive"
_TERRAFORM = ".tf"
_YAML = (".yaml", ".yml")
MAX_REASON = 1024
"""Characters of a reason, as in sparekey.yaml."""

MOST_COMPARED = 20_000
"""Subjects that are compared with those of unused waivers, for a hint: about a second's work."""

_SHAPE = '# sparekey:waive=SLUG until=YYYY-MM-DD reason="..."'
_PAIR = re.compile(r"""([\w-]+)=("[^"]*"|'[^']*'|[^\s"']*)(?=\s|$)""")
_KEYS = ("until", "reason", "verdict")


@dataclass(frozen=True, slots=True, kw_only=True)
class InPlace:
    """The waivers in comments, by the file and line of the header that they belong to, and what is wrong with others."""

    waivers: Mapping[tuple[str, int], tuple[Waiver, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def all(self) -> tuple[Waiver, ...]:
        """Every waiver, by place."""
        return tuple(waiver for held in self.waivers.values() for waiver in held)


def in_place(places: Places, resources: Iterable[Resource], rules: Iterable[Rule]) -> InPlace:
    """The waivers in the source files that declare something of this run."""
    slugs = {name: rule.slug for rule in rules for name in (rule.slug, *rule.aliases)}
    waivers: dict[tuple[str, int], tuple[Waiver, ...]] = {}
    problems: list[Problem] = []
    for comment in _comments(places, resources):
        waiver = _parsed(comment, slugs)
        if isinstance(waiver, Problem):
            problems.append(waiver)
        elif comment.block is None:
            message = "the waiver stands neither in a resource nor right above one: it accepts nothing"
            problems.append(_problem("misplaced-waiver", message, comment.at))
        else:
            key = (comment.at.file, comment.block)
            waivers[key] = (*waivers.get(key, ()), waiver)
    return InPlace(waivers=waivers, problems=tuple(problems))


def _comments(places: Places, resources: Iterable[Resource]) -> Iterator[Comment]:
    starts: dict[str, set[int]] = {}
    for at in (*places.source_lines(), *(r.at for r in resources if r.head.origin not in ("declared", "derived"))):
        if isinstance(at, Span) and at.file.endswith((_TERRAFORM, *_YAML)):
            starts.setdefault(at.file, set()).add(at.start_line)
    for file in sorted(starts):
        text = places.text(file)
        if WORD not in text.lower():
            continue
        if file.endswith(_TERRAFORM):
            yield from terraform_comments(text, file, WORD)
        else:
            yield from yaml_comments(text, file, WORD, sorted(starts[file]))


def _parsed(comment: Comment, slugs: Mapping[str, str]) -> Waiver | Problem:
    """The waiver that a comment writes, or what is wrong with it."""
    text, at = comment.text, comment.at
    if not text.lower().startswith(WORD):
        return _problem("bad-waiver", f"a comment that names {WORD} begins with it: {_SHAPE}", at)
    pairs = [(key, value.strip("\"'")) for key, value in _PAIR.findall(text)]
    rest = _PAIR.sub("", text.removeprefix(text[: len("sparekey:")])).strip()
    said = dict(pairs)
    slug = said.pop("waive", "")
    if rest or not slug or len(said) < len(pairs) - 1:
        return _problem("bad-waiver", f"the waiver cannot be understood; it is written {_SHAPE}", at)
    if slug not in slugs:
        return _problem("unknown-rule", f"the waiver names no rule: {slug!r}{did_you_mean(slug, slugs)}", at)
    odd = next((key for key in said if key not in _KEYS), None)
    if odd is not None:
        return _problem("unknown-key", f"the waiver of {slug} has an unknown key {odd!r}{did_you_mean(odd, _KEYS)}", at)
    lacks = [key for key in ("until", "reason") if not said.get(key, "").strip()]
    if lacks:
        return _problem("missing-key", f"the waiver of {slug} lacks {' and '.join(lacks)}; it is written {_SHAPE}", at)
    if not _is_day(said["until"]):
        return _problem("bad-date", f"the waiver of {slug} has no day such as 2026-12-31 after until=: {said['until']!r}", at)
    verdict = said.get("verdict", "fail")
    if verdict not in ("fail", "unknown"):
        return _problem("bad-value", f"the waiver of {slug}: verdict is fail or unknown, not {verdict!r}", at)
    return Waiver(
        rule=slugs[slug],
        subject="the resource here",
        reason=said["reason"][:MAX_REASON],
        until=said["until"],
        verdict="unknown" if verdict == "unknown" else "fail",
        at=at,
    )


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


# --- which of them hold ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Waivers:
    """The waivers of one run on one day, and what became of each."""

    config: Config
    as_of: str
    comments: InPlace = field(default_factory=InPlace)
    _listed: dict[tuple[str, str], list[Waiver]] = field(default_factory=dict)
    _used: set[Waiver] = field(default_factory=set)
    _met: dict[Waiver, set[Verdict]] = field(default_factory=dict)
    _subjects: dict[str, set[str]] = field(default_factory=dict)
    _compared: int = 0

    def applied(self, finding: Finding, header: Place | None) -> Finding:
        """The finding with the waiver that accepts it, or with why one that names it does not. `header` is its resource's line."""
        self._subjects.setdefault(finding.rule, set()).add(finding.subject)
        lapsed = None
        naming = tuple(self._naming(finding, header))
        for waiver in naming:
            self._met.setdefault(waiver, set()).add(finding.verdict)
        for waiver in naming:
            if waiver.verdict == finding.verdict and not self._over(waiver):
                self._used.add(waiver)
                until = f" (until {waiver.until})" if waiver.until else ""
                return replace(finding, waiver=f"{_one_line(waiver.reason)}{until}")
            lapsed = lapsed or self._lapsed(waiver, finding)
        return replace(finding, lapsed=lapsed) if lapsed else finding

    def _naming(self, finding: Finding, header: Place | None) -> Iterator[Waiver]:
        if not self._listed:
            for waiver in self.config.waivers:
                self._listed.setdefault((waiver.rule, waiver.subject), []).append(waiver)
        for subject in (finding.subject, f"{finding.deployment}#{finding.subject}"):
            yield from self._listed.get((finding.rule, subject), ())
        if self.comments.waivers and isinstance(header, Span):
            for waiver in self.comments.waivers.get((header.file, header.start_line), ()):
                if waiver.rule == finding.rule:
                    yield waiver

    def _over(self, waiver: Waiver) -> bool:
        return bool(waiver.until) and waiver.until < self.as_of

    def _lapsed(self, waiver: Waiver, finding: Finding) -> str | None:
        if waiver.verdict == "unknown" and finding.verdict == "fail":
            return f"it was accepted as an unknown, and is a proven fail now: {_one_line(waiver.reason)}"
        if waiver.verdict == finding.verdict:
            return f"the waiver ended on {waiver.until}: {_one_line(waiver.reason)}"
        return None

    def problems(self, evaluated: Iterable[str]) -> tuple[Problem, ...]:
        """Waivers that are over, that have lapsed, or that accept nothing though their rule ran: said, never a reason to fail."""
        ran = set(evaluated)
        candidates = (w for w in (*self.config.waivers, *self.comments.all()) if w not in self._used and w.rule in ran)
        return (*self.comments.problems, *(self._told(waiver) for waiver in candidates))

    def _meant(self, waiver: Waiver) -> str:
        """The subjects that a waiver may have meant, as long as looking for them takes no time that anybody would notice."""
        subjects = self._subjects.get(waiver.rule, ())
        self._compared += len(subjects)
        return did_you_mean(waiver.subject, subjects) if self._compared <= MOST_COMPARED else ""

    def _told(self, waiver: Waiver) -> Problem:
        what = f"the waiver of {waiver.rule} for {waiver.subject}"
        met = self._met.get(waiver, set())
        if not met:
            named = "" if waiver in self.comments.all() else self._meant(waiver)
            return _problem("unused-waiver", f"{what} accepts nothing: the rule judges no such subject{named}", waiver.at)
        if waiver.verdict in met and self._over(waiver):
            return _problem("expired-waiver", f"{what} ended on {waiver.until} and accepts nothing any more", waiver.at)
        if waiver.verdict in met:
            return _problem("unused-waiver", f"{what} accepts nothing: another waiver accepts the finding already", waiver.at)
        if "fail" in met:
            message = f"{what} accepts an unknown, and it is a proven fail now: the finding counts"
            return _problem("lapsed-waiver", message, waiver.at)
        now = next(words for verdict, words in _NOW.items() if verdict in met)
        return _problem("unused-waiver", f"{what} accepts a {waiver.verdict}, and there is none: {now}", waiver.at)


_NOW: Mapping[str, str] = {
    "unknown": "the verdict is unknown now",
    "pass": "it passes now",
    "not_applicable": "the rule does not apply to it",
    "error": "the rule could not be evaluated",
}


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _problem(kind: str, message: str, at: Place) -> Problem:
    return Problem(kind=kind, blame="user", message=message, at=at, incomplete=False)
