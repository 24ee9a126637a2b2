"""The report for people: failures in full, unknowns by the question that decides them, one last line that counts everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from sparekey.model.finding import Evidence, Finding, Outcome
from sparekey.model.problem import Problem
from sparekey.model.rule import SEVERITIES
from sparekey.model.run import Run
from sparekey.model.span import Place, Span
from sparekey.reports.plain import plain

SHOWN = 3
"""Questions, notes and places that are shown without --all: what fits on a first screen."""

TOLD = 10
"""Things that could not be read that are shown without --all: a folder that Terraform refuses can hold hundreds."""

_HIDING = frozenset({"module-not-on-disk", "outside-root", "too-much", "unreadable"})
"""Kinds of problems behind which identity resources may be."""

_ABSENT = (": not written", ": none written")

_STYLES = {"fail": "1;31", "error": "1;35", "unknown": "1;33", "pass": "32", "place": "36", "faint": "2", "strong": "1"}


class TextReport:
    """Prints the run for a terminal or a log."""

    name = "text"

    def render(self, run: Run, *, width: int, colour: bool, everything: bool) -> str:
        """The report, lines of source cut to `width`; with `everything` also passes, waived findings and every question."""
        page = _Page(width=max(width, 60), colour=colour, everything=everything)
        blocks = [
            *page.problems(run),
            *page.outcomes(run),
            *page.questions(run),
            page.waived(run),
            *page.rest(run),
            page.summary(run),
        ]
        return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    width: int
    colour: bool
    everything: bool

    def paint(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.colour else text

    def few(self, items: Sequence[str], more: str, *, most: int = SHOWN) -> list[str]:
        """The first lines, and how many are left."""
        if self.everything or len(items) <= most:
            return list(items)
        return [*items[:most], self.paint("faint", f"  ... {len(items) - most} more {more}: --all")]

    # --- problems -------------------------------------------------------------------------------------------------------

    def problems(self, run: Run) -> Iterator[list[str]]:
        """What could not be read; then what is worth a note."""
        heavy = [self.problem(p) for p in run.problems if p.incomplete]
        light = [self.problem(p) for p in run.problems if not p.incomplete]
        yield self.few(heavy, "things that could not be read", most=TOLD)
        yield self.few(light, "notes")

    def problem(self, problem: Problem) -> str:
        word = self.paint("error", "incomplete") if problem.incomplete else self.paint("strong", "note")
        return f"{word}: {self.paint('place', _place(problem.at))}: {plain(problem.told)}"

    # --- findings -------------------------------------------------------------------------------------------------------

    def outcomes(self, run: Run) -> Iterator[list[str]]:
        """Rules in error, then failures, the gravest rule first, its fix once after its last finding."""
        for outcome in run.outcomes:
            if outcome.error:
                yield [f"{self.paint('error', f'error[{outcome.rule}]')}: {plain(outcome.error)}"]
        proven: set[tuple[str, ...]] = set()
        failed = [(o, [f for f in o.findings if f.verdict == "fail" and f.waiver is None]) for o in run.outcomes]
        for _, findings in sorted(failed, key=_gravity):
            ordered = _alike(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))
            for finding, *others in ordered:
                also = [f"  and the same in {', '.join(plain(o.deployment) for o in others)}"] if others else []
                last = finding is ordered[-1][0]
                yield [*self.finding(finding, proven), *also, *(self.fix(finding) if last else ())]

    def finding(self, finding: Finding, proven: set[tuple[str, ...]]) -> Iterator[str]:
        severity: str = finding.severity
        if finding.latent and finding.severity_if_enforced:
            severity += f" ({finding.severity_if_enforced} once enforced)"
        title = f"{self.paint(finding.verdict, f'{finding.verdict}[{finding.rule}]')} {severity}: {plain(finding.message)}"
        yield title
        if finding.lapsed:
            yield f"  {self.paint('strong', 'not waived')}: {plain(finding.lapsed)}"
        yield from self.proof(finding, proven)
        if finding.verdict == "fail":
            yield from (
                f"  may be {finding.graver or 'graver'}: {plain(m.what)}  {plain(m.how)}".rstrip() for m in finding.missing
            )

    def fix(self, finding: Finding) -> list[str]:
        hint = f"sparekey explain {finding.rule}"
        text = f"  fix: {plain(finding.fix)}"
        gap = max(2, min(60, self.width - len(hint)) - len(text))
        if len(text) + gap + len(hint) <= self.width:
            return [f"{text}{' ' * gap}{self.paint('faint', hint)}"]
        return [text, self.paint("faint", f"       {hint}")]

    def proof(self, finding: Finding, proven: set[tuple[str, ...]]) -> Iterator[str]:
        """The places, each once: its line of source, and what stands there. What is `proven` above is only named again."""
        groups = [list(group) for _, group in groupby(_by_place(finding.evidence), key=_where)]
        groups = [group for index, group in enumerate(groups) if index == 0 or group[0].excerpt or self.labels(group)]
        margin = max(4, *(len(str(e.at.start_line)) for e in finding.evidence if isinstance(e.at, Span)), 0)
        shown = groups if self.everything else groups[: SHOWN + 1]
        for index, group in enumerate(shown):
            place, labels = _first_place(group), self.labels(group)
            said = (place, *labels)
            if index and said in proven:
                yield f"  and {self.paint('place', place)}  {self.cut('; '.join(labels), len(place) + 4)}".rstrip()
                continue
            proven.add(said)
            address = "" if index else f"  {plain(finding.subject)}"
            yield f"  {'and' if index else '-->'} {self.paint('place', place)}{address}"
            yield from self.lines(group, margin=margin)
            if not index and finding.via:
                calls = (f"{self.paint('place', _place(call.at))} ({plain(call.name)})" for call in finding.via)
                yield f"  via {', '.join(calls)}"
        if len(groups) > len(shown):
            yield self.paint("faint", f"  ... {_many(len(groups) - len(shown), 'more place', 'more places')}: --all")

    def lines(self, group: Sequence[Evidence], *, margin: int) -> Iterator[str]:
        """The line of source at a place, underlined where the columns say something, and what stands there."""
        first = group[0]
        bar = self.paint("faint", "|")
        labels = self.labels(group)
        source = plain(first.excerpt.replace("\t", " "))
        text = source.lstrip()
        if isinstance(first.at, Span) and text:
            start = max(first.at.start_column - 1 - (len(source) - len(text)), 0)
            room = min(len(text), self.width - margin - 5) - start
            marked = not first.pointer and first.at.start_line == first.at.end_line
            # Of a file that is one long line, the part that is shown may not hold the place: then the line says nothing.
            if room > 0 or not marked:
                yield f" {self.paint('faint', str(first.at.start_line).rjust(margin))} {bar} {self.cut(text, margin)}"
            if room > 0 and marked:
                mark = " " * start + "^" * min(first.at.end_column - first.at.start_column + 1, room)
                beside = f"{mark} {'; '.join(labels)}".rstrip()
                fits = len(beside) + margin + 4 <= self.width
                yield f" {' ' * margin} {bar} {self.paint('strong', mark)}{beside[len(mark) :] if fits else ''}"
                labels = [] if fits else labels
        for label in labels:
            yield from (f" {' ' * margin} {bar}   {line}" for line in self.wrap(label, margin + 2))

    def labels(self, group: Sequence[Evidence]) -> list[str]:
        """What stands at a place, each once; what is absent there at the end, without --all only the first of it."""
        labels = [plain(label) for label in dict.fromkeys(e.label for e in group) if label]
        absent = [label.rpartition(": ")[0] for label in labels if label.endswith(_ABSENT)]
        present = [label for label in labels if not label.endswith(_ABSENT)]
        named = absent if self.everything or len(absent) <= SHOWN + 1 else absent[:SHOWN]
        more = f" and {len(absent) - len(named)} more" if len(named) < len(absent) else ""
        return [*present, f"not written: {', '.join(named)}{more}"] if absent else present

    def cut(self, text: str, used: int) -> str:
        room = self.width - used - 5
        return text if len(text) <= room else text[: room - 3] + "..."

    def wrap(self, text: str, used: int) -> list[str]:
        """A text on lines that fit, those after the first indented; without --all a few of them."""
        lines = wrap(text, self.width - used - 5, subsequent_indent="  ", break_on_hyphens=False)
        if self.everything or len(lines) <= SHOWN:
            return lines
        return [*lines[: SHOWN - 1], self.cut(f"{lines[SHOWN - 1]} ...", used)]

    # --- unknowns -------------------------------------------------------------------------------------------------------

    def questions(self, run: Run) -> Iterator[list[str]]:
        """The answers that decide most, each with the place that asks it and the way to give it."""
        if not run.questions:
            return
        decided = len({print_ for question in run.questions for print_ in question.decides})
        answers = _many(len(run.questions), "answer decides", "answers decide")
        title = f"CANNOT TELL: {answers} {_many(decided, 'check', 'checks')}"
        hint = "sparekey init writes them down" if any(question.answers for question in run.questions) else ""
        lines = [f"{self.paint('unknown', title)}{self.paint('faint', f'  ({hint})') if hint else ''}"]
        shown = run.questions if self.everything else run.questions[:SHOWN]
        count = max(len(str(len(question.decides))) for question in shown)
        rows = [(str(len(q.decides)).rjust(count), plain(q.what), _place(q.at), plain(q.how)) for q in shown]
        wide = [max(len(row[column]) for row in rows) for column in range(4)]
        for decides, what, place, how in rows:
            if sum(wide) + 8 <= self.width:
                gap = " " * (wide[2] - len(place))
                lines.append(f"  {decides}  {what.ljust(wide[1])}  {self.paint('place', place)}{gap}  {how}".rstrip())
            else:
                answer = f" {self.paint('faint', '->')} {how}" if how else ""
                lines.extend([f"  {decides}  {what}", f"  {' ' * count}  {self.paint('place', place)}{answer}"])
        if len(run.questions) > len(shown):
            lines.append(
                self.paint("faint", f"  ... {_many(len(run.questions) - len(shown), 'more question', 'more questions')}: --all")
            )
        yield lines

    # --- the rest -------------------------------------------------------------------------------------------------------

    def waived(self, run: Run) -> list[str]:
        """What is accepted, and why: a waiver hides nothing."""
        return self.few(self.listed(run, "waived"), "waived findings")

    def rest(self, run: Run) -> Iterator[list[str]]:
        """With --all: every unknown, pass, and what a rule does not apply to, one line each."""
        if self.everything:
            yield from (self.listed(run, verdict) for verdict in ("unknown", "pass", "not_applicable"))

    def listed(self, run: Run, verdict: str) -> list[str]:
        alike = Counter((f.rule, f.subject) for outcome in run.outcomes for f in outcome.findings)
        return [
            f"{self.paint(_style(verdict), verdict.replace('_', ' '))}[{finding.rule}] {self.subject(finding)}"
            + (f"  in {plain(finding.deployment)}" if alike[finding.rule, finding.subject] > 1 else "")
            for outcome in run.outcomes
            for finding in outcome.findings
            if _shown_as(finding) == verdict
        ]

    def subject(self, finding: Finding) -> str:
        place = _where(finding.evidence[0]) if finding.evidence else plain(finding.deployment)
        text = f"{plain(finding.subject)}  {self.paint('place', place)}"
        if finding.waiver is not None:
            return f"{text}  {finding.verdict} {finding.severity}, accepted: {plain(finding.waiver)}"
        lapsed = f", not waived: {plain(finding.lapsed)}" if finding.lapsed else ""
        return f"{text}  {finding.severity}{lapsed}" if finding.verdict == "unknown" else text

    def summary(self, run: Run) -> list[str]:
        """Files, resources, rules, verdicts, and why the exit code is what it is."""
        counts = run.counts
        verdicts: Counter[str] = Counter(outcome.verdict for outcome in run.outcomes)
        waived = sum(finding.waiver is not None for outcome in run.outcomes for finding in outcome.findings)
        files = f"{_many(counts.files, 'file', 'files')} ({counts.unreadable} unreadable)"
        resources = f"{_many(counts.resources, 'resource', 'resources')} ({counts.identity_resources} identity)"
        shown = [
            self.paint(verdict, f"{verdicts[verdict]} {verdict}") if verdicts[verdict] else f"{verdicts[verdict]} {verdict}"
            for verdict in ("fail", "error", "unknown", "pass")
            if verdict != "error" or verdicts["error"]
        ]
        shown.append(f"{verdicts['not_applicable']} not applicable")
        if waived:
            shown.append(f"{_many(waived, 'finding', 'findings')} waived")
        lines = [
            f"{files}, {resources}, {_many(counts.rules, 'rule', 'rules')}:",
            f"{', '.join(shown)}. {self.paint('strong', f'Exit {run.exit_code}')}{_why(run)}",
        ]
        judged = any(outcome.checked for outcome in run.outcomes)
        unseen = any(problem.incomplete for problem in run.problems)  # what was not read may hold one
        if not counts.identity_resources and not judged and not unseen and counts.files > counts.unreadable:
            hidden = any(problem.kind in _HIDING for problem in run.problems)
            held = "What could be read holds" if hidden else "These files hold"
            lines.insert(0, f"{held} no identity resource: there was nothing to judge.")
        return lines


def _why(run: Run) -> str:
    """The end of the last sentence: what made the exit code, and what did not count."""
    reasons = {
        1: f": findings at {run.fail_on} or above",
        3: ": not everything could be read",
        4: ": a rule could not be evaluated",
    }
    live = [f for outcome in run.outcomes for f in outcome.findings if f.waiver is None]
    limit = SEVERITIES.index(run.fail_on) if run.fail_on in SEVERITIES else 0
    graver = any(f.verdict == "fail" and SEVERITIES.index(f.severity) <= limit for f in live)
    why = ": unknowns count" if run.exit_code == 1 and not graver else reasons.get(run.exit_code, "")
    milder = sum(f.verdict == "fail" and SEVERITIES.index(f.severity) > limit for f in live)
    unknown = 0 if run.fail_on_unknown else sum(f.verdict == "unknown" for f in live)
    aside = [_many(milder, f"fail below {run.fail_on}", f"fails below {run.fail_on}")] if milder else []
    if unknown:
        aside.append(_many(unknown, "unknown", "unknowns"))
    return f"{why}{'; ' + ' and '.join(aside) + ' did not count' if aside else ''}."


def _shown_as(finding: Finding) -> str:
    return "waived" if finding.waiver is not None else finding.verdict


def _style(verdict: str) -> str:
    return verdict if verdict in _STYLES else "faint"


def _gravity(item: tuple[Outcome, Sequence[Finding]]) -> tuple[int, str]:
    outcome, findings = item
    return min((SEVERITIES.index(finding.severity) for finding in findings), default=len(SEVERITIES)), outcome.rule


def _alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that say the same of the same thing in several deployments (what is declared belongs to each), together."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for f in findings:
        groups.setdefault((f.subject, f.severity, f.message, f.evidence, f.missing, f.lapsed), []).append(f)
    return list(groups.values())


def _by_place(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The same evidence with what stands at one place together, places in the order of their first mention."""
    held = list(evidence)
    order = {place: index for index, place in enumerate(dict.fromkeys(map(_where, held)))}
    return sorted(held, key=lambda each: order[_where(each)])


def _first_place(group: Sequence[Evidence]) -> str:
    first = group[0]
    return f"{plain(first.at.file)}:{first.at.start_line}" if first.pointer and isinstance(first.at, Span) else _place(first.at)


def _where(evidence: Evidence) -> str:
    """The place of evidence: lines of a plan are one place, and the column of a source line lent to it says nothing."""
    if evidence.pointer and not evidence.excerpt:
        return plain(evidence.at.file)
    if evidence.pointer and isinstance(evidence.at, Span):
        return f"{plain(evidence.at.file)}:{evidence.at.start_line}"
    return _place(evidence.at)


def _place(at: Place) -> str:
    """`file:line:column`, `file:line` where the column says nothing, or the file alone."""
    if not isinstance(at, Span):
        return plain(at.file)
    column = f":{at.start_column}" if (at.start_column, at.end_column) != (1, 1) else ""
    return f"{plain(at.file)}:{at.start_line}{column}"


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


REPORT = TextReport()
