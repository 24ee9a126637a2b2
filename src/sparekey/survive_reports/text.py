"""Survivability for people: what if, then per sign-in path what stops it, why, what would help; then the answers that are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sparekey.facts.survivability.account import PointAccount
from sparekey.facts.survivability.graph import DOMAINS
from sparekey.facts.survivability.survival import Fate, PathSurvival, ProvenSet, Survival
from sparekey.facts.survivability.wording import Wording, affected, complete_to, where
from sparekey.model.plain import plain
from sparekey.model.problem import Problem
from sparekey.model.value import Unknown
from sparekey.survive import EstateSurvival, Survey
from sparekey.survive_reports.alike import alike

_SCREEN = 40
"""Lines of the first screen. Paths get what the rest leaves: in full as long as they fit, then one line each, _BRIEF of those."""

_BRIEF = 4
_FATES = 4
_ESTATE = 10
"""Lines that an estate must have on the first screen; where there are fewer it gets one line."""

_POINTS = 3
"""Single points of one path that are told in full on the first screen: those where redundancy was not enough."""

_SETS = 2
_QUESTIONS = 3
_NOTES = 3

_STYLES = {"STOPS": "1;31", "CANNOT TELL": "1;33", "survives": "32", "strong": "1", "faint": "2"}
_WORDS = {"yes": "STOPS", "maybe": "CANNOT TELL", "no": "survives"}


def text(survey: Survey, *, colour: bool, everything: bool) -> str:
    """The report. With `everything` every path, point and failure set that is listed, each with all lines that prove it."""
    page = _Page(survey=survey, colour=colour, everything=everything)
    return "\n\n".join("\n".join(block) for block in page.blocks() if block) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    survey: Survey
    colour: bool
    everything: bool

    def paint(self, style: str, words: str) -> str:
        return f"\x1b[{_STYLES[style]}m{words}\x1b[0m" if self.colour else words

    def few(self, lines: Sequence[str], most: int, more: str) -> list[str]:
        if self.everything or len(lines) <= most:
            return list(lines)
        return [*lines[:most], self.paint("faint", f"  ... {len(lines) - most} more {more}: --all")]

    def blocks(self) -> Iterator[list[str]]:
        """Estates in full as long as there is room on the screen, the first one in any case; then one line each."""
        first, last = self.problems(), self.summary()
        left = _SCREEN - _height(first) - _height(last)
        brief: list[str] = []
        yield first
        for number, one in enumerate(self.survey.estates):
            later = len(self.survey.estates) - number - 1
            if number and not self.everything and (brief or left < _ESTATE + min(later, _BRIEF)):
                brief.append(self.brief(one))
                continue
            page = _EstatePage(page=self, survival=one.survival, wording=self.wording(one.survival))
            head = [self.paint("strong", f"== estate {plain(one.name)}")] if later or number else []
            before, after = page.scenario(), page.after()
            left -= sum(map(_height, (head, before, *after))) + min(later, _BRIEF)
            paths = list(page.paths(left))
            left -= sum(map(_height, paths)) - min(later, _BRIEF)
            yield from (head, before, *paths, *after)
        yield self.few(brief, _BRIEF, "estates")
        yield last

    def brief(self, one: EstateSurvival) -> str:
        counted = _verdicts([one])
        told = ", ".join(f"{counted[word]} {word}" for word in _VERDICTS if counted[word])
        return f"estate {plain(one.name)}: {_many(sum(counted.values()), 'sign-in path')}{f': {told}' if told else ''}"

    def problems(self) -> list[str]:
        heavy = [self.problem(problem) for problem in self.survey.problems if problem.incomplete]
        light = [self.problem(problem) for problem in self.survey.problems if not problem.incomplete]
        return [*heavy, *self.few(light, _NOTES, "notes")]

    def problem(self, problem: Problem) -> str:
        word = "incomplete" if problem.incomplete else "note"
        return f"{self.paint('strong', word)}: {where(problem.at)}: {plain(problem.told)}"

    def wording(self, survival: Survival) -> Wording:
        most = None if self.everything else 3
        return Wording(survival.graph, self.survey.places.line, most=most)

    def summary(self) -> list[str]:
        """One line that counts everything."""
        survey, counts = self.survey, self.survey.counts
        paths = [path.account for one in survey.estates for path in one.survival.paths]
        verdicts = _verdicts(survey.estates)
        many = sum(verdicts.values())
        told = ", ".join(f"{verdicts[word]} {word}" for word in _VERDICTS if verdicts[word])
        components = sum(len(one.survival.graph.components) for one in survey.estates)
        read = f"{_many(counts.files, 'file')} ({counts.unreadable} unreadable), {_many(components, 'component')}"
        code = f"Exit {survey.exit_code}{': not everything could be read' if survey.exit_code else ''}."
        known = min((path.result.complete_to_order for path in paths if path.result.complete_to_order), default=None)
        lines = [f"C{complete_to(known)[1:]}."] if known and not self.everything else []
        lines += [f"{read}, {_many(many, 'sign-in path')}{f': {told}' if told else ''}. {code}"]
        if not survey.estates and counts.files > counts.unreadable:
            lines.insert(
                0,
                "These files hold no sign-in path: no connector group, identity provider, hybrid directory or emergency account.",
            )
        return lines


_STOPS, _MAYBE, _SAFE, _UNFINISHED = "stop with one failure", "cannot tell", "survive any one failure", "not finished"
_VERDICTS = (_STOPS, _MAYBE, _UNFINISHED, _SAFE)


def _verdicts(estates: Sequence[EstateSurvival]) -> Counter[str]:
    """How many paths stop with one failure, and so on."""
    found: Counter[str] = Counter()
    for path in (path.account for one in estates for path in one.survival.paths):
        certain = [point.certain for point in path.points]
        found[_verdict(path.result.complete_to_order, path.result.stopped, certain)] += len(path.names)
    return found


def _verdict(complete: int | None, stopped: str, certain: Sequence[bool]) -> str:
    if complete == 0:
        return _UNFINISHED
    if stopped == "yes" or any(certain):
        return _STOPS
    return _MAYBE if stopped == "maybe" or certain else _SAFE


@dataclass(frozen=True, slots=True, kw_only=True)
class _EstatePage:
    page: _Page
    survival: Survival
    wording: Wording

    def after(self) -> tuple[list[str], ...]:
        """What is told once the paths are."""
        return self.shared(), self.circles(), self.questions()

    # --- what if ----------------------------------------------------------------------------------------------------------

    def scenario(self) -> list[str]:
        scenario = self.survival.scenario
        if not scenario:
            return []
        head = f"{self.wording.lose(scenario.loss.lost)} ({affected(self.survival.graph, scenario.loss)})"
        lines: list[str] = []
        for word in ("yes", "maybe", "no"):
            fates = [fate for fate in scenario.fates if fate.stops == word]
            few = self.page.everything or len(fates) <= (_FATES if word != "no" else 2)
            for fate in fates if few else fates[: _FATES - 1] if word != "no" else ():
                lines += self.fate(fate)
            rest = [] if few else fates if word == "no" else fates[_FATES - 1 :]
            if rest:
                names = self.wording.titles([fate.target for fate in rest])
                lines.append(f"  {self.page.paint(_WORDS[word], _WORDS[word])}: {names}  (--all shows why)")
        return [self.page.paint("strong", head), *lines]

    def fate(self, fate: Fate) -> Iterator[str]:
        wording, word = self.wording, _WORDS[fate.stops]
        reasons = wording.reasons(fate.proof, self.survival.scenario.loss.lost if self.survival.scenario else ())
        yield f"  {self.page.paint(word, word)}: {wording.title(fate.target)}{f': {reasons}' if reasons else ''}"
        proven = wording.proven(fate.proof)
        if proven:
            yield f"    {proven}"
        for step in fate.kept:
            if step.group:
                left = f"{len(step.ties)} of {len(step.group.members)} members of '{plain(step.group.name)}' work on"
                yield f"    {left}: {wording.titles([tie.to for tie in step.ties])} ({wording.places(tie.at for tie in step.ties)})"
        if fate.decision:
            lost = self.survival.scenario.loss.certain if self.survival.scenario else frozenset()
            yield from (f"    {line}" for line in wording.decision(fate.decision, near=sorted(lost)))

    # --- paths ------------------------------------------------------------------------------------------------------------

    def paths(self, lines: int) -> Iterator[list[str]]:
        """Paths in full as long as they fit into so many lines, the first one in any case; then one line each."""
        told: set[str] = set()
        brief: list[str] = []
        waiting = list(reversed(self.survival.paths))
        while waiting:
            path = waiting.pop()
            block = [] if brief else list(self.path(path, told))
            # Those that do not fit must still be named.
            need = _height(block) + (min(len(waiting), _BRIEF + 1) + 1 if waiting else 0)
            if self.page.everything or not told or (block and need <= lines):
                lines -= _height(block)
                told |= {path.account.names[0], *map(self.wording.point, path.account.points)}
                yield block
            else:
                brief.append(self.brief(path))
        yield self.page.few(brief, _BRIEF, "paths")

    def brief(self, path: PathSurvival) -> str:
        points = path.account.points
        sure = sum(len(p.along) + 1 for p in points if p.certain)
        maybe = sum(len(p.along) + 1 for p in points if not p.certain)
        also = f", possibly {maybe} more" if maybe else ""
        return f"{self.heading(path)}: {_many(sure, 'single point')}{also} (--target shows them)"

    def heading(self, path: PathSurvival) -> str:
        names = path.account.names
        many = (
            f" ({len(names)} paths with the same single points; lines and sets are those of the first)" if len(names) > 1 else ""
        )
        return f"{self.page.paint('strong', self.wording.titles(names))}{many}"

    def path(self, path: PathSurvival, told: set[str]) -> Iterator[str]:
        """One account. Single points of which `told` says the same were told before, and are only named here."""
        account, result = path.account, path.account.result
        yield self.heading(path)
        if result.stopped == "yes":
            proven = self.wording.proven(path.stopped)
            yield f"  {self.page.paint('STOPS', 'HAS STOPPED')} without any failure{f': {proven}' if proven else ''}"
        if account.undecided:
            yield f"  {self.page.paint('CANNOT TELL', 'CANNOT TELL')} whether it works at all"
            yield from (f"    {line}" for line in self.wording.decision(account.undecided))
        yield from self.points(account.points, told)
        if result.complete_to_order != 0 and result.stopped == "no" and not account.points:
            yield f"  {self.page.paint('survives', 'survives')} any one failure"
        yield from self.sets(path)
        yield from self.notes(account.names[0])
        if self.page.everything or result.complete_to_order == 0:
            yield f"  {complete_to(result.complete_to_order)}"

    def notes(self, target: str) -> Iterator[str]:
        """What there is to know of the components of a path that makes none of them stop."""
        for component in self.survival.graph.cone(target):
            for note in component.notes:
                title = self.wording.title(component.name)
                yield f"  note on {title}: {plain(note.says)} ({self.wording.places(note.at)})"

    def points(self, points: Sequence[PointAccount], told: set[str]) -> Iterator[str]:
        """Certain ones in full where redundancy was not enough, the others by name; then those of which a question decides."""
        paint = self.page.paint
        full = list(points)
        if not self.page.everything:
            # What stops although there are several of it is what nobody sees by reading the files.
            full = [p for p in points if p.certain and self.redundancy(p) and self.wording.point(p) not in told][:_POINTS]
        for point in full:
            yield from self.point(point)
        rest = [p for p in points if p not in full]
        alone = [p for p in rest if p.certain and p.repair and not p.repair.changes[0].to]
        others = [p for p in rest if p.certain and p not in alone]
        possible = [p for p in rest if not p.certain]
        if others:
            yield f"  {paint('STOPS', 'STOPS')} if one of these does: {self.named(others)}"
        if alone:
            yield f"  {paint('STOPS', 'STOPS')} if one of these does, for want of a second one: {self.named(alone)}"
        if possible:
            yield f"  {paint('CANNOT TELL', 'CANNOT TELL')} whether it stops if one of these does: {self.named(possible)}"

    def redundancy(self, point: PointAccount) -> bool:
        """Whether there was redundancy that was not enough, and that would be if it were placed otherwise."""
        provider = self.survival.graph.component(point.point).kind == "provider"
        return not provider and any(one.nominal for one in point.tolerances)

    def named(self, points: Sequence[PointAccount]) -> str:
        """Points by name, each with the line that leads to it."""
        return self.wording.few([f"{self.wording.title(p.point)}{self.line_of(p)}" for p in points])

    def line_of(self, point: PointAccount) -> str:
        """The last line of the proof: what it says of the point itself."""
        ties = point.proof.ties if point.proof else ()
        at = ties[-1].at if ties else next(iter(self.survival.graph.component(point.point).at), None)
        return f" ({where(self.wording.shown(at))})" if at else ""

    def point(self, point: PointAccount) -> Iterator[str]:
        wording = self.wording
        word = "STOPS" if point.certain else "CANNOT TELL"
        yield f"  {wording.point(point).replace(word, self.page.paint(word, word), 1)}"
        if point.along:
            yield f"    {wording.falling(point.along)}"
        proven = (
            wording.proven(point.proof) or f"declared at {wording.component_places(self.survival.graph.component(point.point))}"
        )
        yield f"    {proven}"
        if point.repair:
            yield f"    smallest change: {wording.repair(point.repair)}"
        if point.decision:
            yield from (f"    {line}" for line in wording.decision(point.decision, near=(point.point, *point.along)))

    def sets(self, path: PathSurvival) -> Iterator[str]:
        result = path.account.result
        for certain, sets in ((True, result.certain), (False, result.possible)):
            for size, total in enumerate(sets.counts):
                if total and size > 1:
                    held = [one for one in path.sets if one.certain == certain and len(one.components) == size]
                    yield from self.sets_of(held, size, total, certain=certain)

    def sets_of(self, held: Sequence[ProvenSet], size: int, total: int, *, certain: bool) -> Iterator[str]:
        """Some failure sets of one size, and how many there are."""
        what = f"{total:,} {'pair' if size == 2 else f'set of {size}'}{'' if total == 1 else 's'}"
        word, verb = ("STOPS", "STOPS") if certain else ("CANNOT TELL", "may stop")
        head = f"  {self.page.paint(word, verb)} if {size} fail together, {what}:"
        if self.page.everything:
            yield head
            for one in held:
                yield f"    {' + '.join(map(self.wording.title, one.components))}"
                proven = self.wording.proven(one.proof)
                if proven:
                    yield f"      {proven}"
                if one.proof and one.proof.doubts:
                    yield f"      if {self.wording.means(one.proof.doubts, one.components, bad=True)}"
            if total > len(held):
                yield f"    ... and {total - len(held):,} more"
            return
        shown = held[:_SETS]
        more = f"; and {total - len(shown):,} more" if total > len(shown) else ""
        # The lines that prove a set are many, and mostly those that were told of its parts: they are there with everything.
        yield f"{head} {'; '.join(' + '.join(map(self.wording.title, one.components)) for one in shown)}{more}"

    # --- all paths together -------------------------------------------------------------------------------------------------

    def shared(self) -> list[str]:
        """What emergency sign-in has in common with any other path: accepted or not, it is said."""
        wording, survival = self.wording, self.survival
        lines: list[str] = []
        if survival.shared:
            lines.append(f"emergency sign-in shares with normal sign-in: {wording.titles(self.widest(survival.shared))}")
        if survival.accepted:
            lines.append(f"emergency sign-in shares, and sparekey.yaml accepts: {wording.titles(self.widest(survival.accepted))}")
        return lines

    def widest(self, names: Sequence[str]) -> list[str]:
        """Failure domains first."""
        kinds = {name: self.survival.graph.component(name).kind for name in names}
        return sorted(names, key=lambda name: (DOMAINS.index(kinds[name]) if kinds[name] in DOMAINS else len(DOMAINS), name))

    def circles(self) -> list[str]:
        circles = self.survival.circles if self.page.everything else self.survival.circles[:2]
        lines = [line for circle in circles for line in self.wording.circle(circle)]
        hidden = len(self.survival.circles) - len(circles)
        return [*lines, *([self.page.paint("faint", f"  ... {hidden} more: --all")] if hidden else [])]

    def questions(self) -> list[str]:
        """The questions of the smallest bundles that decide, those that decide for most paths first."""
        asked = self.survival.questions()
        if not asked:
            return []
        many = len({name for names in asked.values() for name in names})
        head = f"CANNOT TELL: {_many(len(asked), 'answer')} decide{'s' if len(asked) == 1 else ''} for {_many(many, 'path')}"
        told = [(same, len({name for question in same for name in asked[question]})) for same in alike(asked)]
        lines = [f"  {paths}  {self.wording.asked(same[0])}{self.others(same[1:])}" for same, paths in told]
        return [self.page.paint("CANNOT TELL", head), *self.page.few(lines, _QUESTIONS, "questions")]

    def others(self, questions: Sequence[Unknown]) -> str:
        """The questions of the same kind as one that was told before, by their places."""
        if not questions:
            return ""
        places = self.wording.few(list(dict.fromkeys(where(self.wording.shown(question.at)) for question in questions)))
        return f"  ({len(questions)} more of this kind: {places})"


def _height(block: Sequence[str]) -> int:
    """The lines of a block with the empty one behind it."""
    return len(block) + 1 if block else 0


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
