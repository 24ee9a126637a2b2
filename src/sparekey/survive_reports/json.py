"""Survivability for programs: one object, schema schemas/survive.json (`sparekey-survive/1`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sparekey.facts.survivability.account import PathAccount, PointAccount
from sparekey.facts.survivability.failure_sets import FailureSets
from sparekey.facts.survivability.graph import Component, Source
from sparekey.facts.survivability.lookup import address
from sparekey.facts.survivability.proof import Proof, Step
from sparekey.facts.survivability.questions import Bundle, Decision
from sparekey.facts.survivability.repairs import Repair
from sparekey.facts.survivability.survival import Fate, PathSurvival, ProvenSet, Survival
from sparekey.facts.survivability.tolerance import Tolerance
from sparekey.facts.survivability.wording import Wording
from sparekey.model.span import Place, Span
from sparekey.model.value import Unknown
from sparekey.places import Places
from sparekey.reports.json import coverage_as_json, printable, problem_as_json, where
from sparekey.survive import EstateSurvival, Survey

SCHEMA = "sparekey-survive/1"

_Object = dict[str, object]


def json_text(survey: Survey) -> str:
    """The survey as JSON text, ending with a line break. One estate after the other, in each the paths by name."""
    pages = [_Estate.of(one, survey.places) for one in survey.estates]
    counts = survey.counts
    return printable(
        {
            "schema": SCHEMA,
            "exit_code": survey.exit_code,
            "as_of": survey.as_of,
            "order": survey.order,
            "summary": {
                "files": counts.files,
                "unreadable": counts.unreadable,
                "resources": counts.resources,
                "identity_resources": counts.identity_resources,
                "estates": len(pages),
                "targets": sum(len(page.survival.paths) for page in pages),
                "components": sum(len(page.survival.graph.components) for page in pages),
            },
            "targets": [target for page in pages for target in page.targets()],
            "what_if": [page.what_if() for page in pages if page.survival.scenario],
            "shared": [page.shared() for page in pages if page.survival.shared or page.survival.accepted],
            "circles": [circle for page in pages for circle in page.circles()],
            "questions": [question for page in pages for question in page.questions()],
            "problems": [problem_as_json(problem) for problem in survey.problems],
            "coverage": coverage_as_json(survey.coverage),
            "versions": dict(survey.versions),
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Estate:
    name: str
    survival: Survival
    places: Places
    wording: Wording
    asked: Mapping[Unknown, tuple[str, ...]]

    @staticmethod
    def of(one: EstateSurvival, places: Places) -> _Estate:
        wording = Wording(one.survival.graph, places.line, most=None)
        return _Estate(name=one.name, survival=one.survival, places=places, wording=wording, asked=one.survival.questions())

    # --- paths ------------------------------------------------------------------------------------------------------------

    def targets(self) -> Iterator[_Object]:
        yield from map(self.target, self.survival.paths)

    def target(self, path: PathSurvival) -> _Object:
        account, result = path.account, path.account.result
        return {
            "estate": self.name,
            "name": result.name,
            "title": self.title(result.name),
            "stopped": result.stopped,
            "stopped_evidence": self.evidence(path.stopped),
            "undecided": self.decision(account.undecided, ()),
            "complete_to_order": result.complete_to_order,
            "counts": {"certain": _counts(result.certain), "possible": _counts(result.possible)},
            "single_points": [self.single_point(account, point) for point in account.points],
            "failure_sets": [self.failure_set(one) for one in path.sets],
            "notes": list(self.notes(result.name)),
        }

    def notes(self, target: str) -> Iterator[_Object]:
        """What there is to know of the components of a path that makes none of them stop."""
        for component in self.survival.graph.cone(target):
            for note in component.notes:
                lines = [self.line(at, None, note.says) for at in note.at]
                yield {"component": self.component(component.name), "says": note.says, "evidence": lines}

    def single_point(self, account: PathAccount, point: PointAccount) -> _Object:
        falls_with = [other.point for other in account.points if other.certain == point.certain and point.point in other.along]
        return {
            "component": self.component(point.point),
            "certain": point.certain,
            "why": self.wording.point(point),
            "takes_along": list(point.along),
            "falls_with": falls_with,
            "groups": [self.group(step, point.tolerances) for step in (point.proof.groups if point.proof else ())],
            **self.proof(point.proof, (point.point,)),
            "repair": self.repair(point.repair),
            "decision": self.decision(point.decision, (point.point,)),
        }

    def failure_set(self, one: ProvenSet) -> _Object:
        return {
            "components": list(map(self.component, one.components)),
            "certain": one.certain,
            **self.proof(one.proof, one.components),
            "questions": self.bundle(one.proof.doubts if one.proof else ()),
        }

    def component(self, name: str) -> _Object:
        component = self.survival.graph.component(name)
        return {"name": name, "address": address(name), "kind": component.kind, "title": self.title(name)}

    def title(self, name: str) -> str:
        return self.survival.graph.component(name).title

    def group(self, step: Step, tolerances: Sequence[Tolerance]) -> _Object:
        group = step.group
        known = [t for t in tolerances if group and (t.component, t.group.name) == (step.component, group.name)]
        return {
            "component": step.component,
            "name": group.name if group else "",
            "members": len(group.members) if group else 0,
            "least": group.least if group else 0,
            "stopped": [tie.to for tie in step.ties],
            "nominal": known[0].nominal if known else None,
            "effective": known[0].effective if known else None,
        }

    # --- why --------------------------------------------------------------------------------------------------------------

    def proof(self, proof: Proof | None, components: Sequence[str]) -> _Object:
        """The evidence and its weakest source; where the budget did not allow a proof, where the components are declared."""
        if proof and proof.ties:
            return {"evidence": self.evidence(proof), "proven": True, "weakest": proof.weakest}
        held = map(self.survival.graph.component, components)
        return {"evidence": [line for one in held for line in self.declared(one)], "proven": False, "weakest": None}

    def declared(self, component: Component) -> Iterator[_Object]:
        for at in component.at:
            yield self.line(at, None, f"{component.title} is declared")

    def evidence(self, proof: Proof | None) -> list[_Object]:
        found: dict[tuple[object, ...], _Object] = {}
        for step in proof.steps if proof else ():
            for tie in step.ties:
                line = self.line(tie.at, tie.source, self.says(step, tie.to))
                found.setdefault(tuple(line.values()), line)
        return list(found.values())

    def says(self, step: Step, to: str) -> str:
        if step.group:
            return f"{self.title(to)} is a member of {step.group.name!r}"
        return f"{self.title(step.component)} needs {self.title(to)}"

    def line(self, at: Place, source: Source | None, says: str) -> _Object:
        shown = self.places.show(at, "")
        span = shown.at if isinstance(shown.at, Span) else None
        pointer = shown.pointer or ("" if isinstance(at, Span) else at.pointer)
        return {
            "file": shown.at.file,
            "line": span.start_line if span else None,
            "pointer": pointer,
            "source": source,
            "says": says,
        }

    # --- what would help ----------------------------------------------------------------------------------------------------

    def repair(self, repair: Repair | None) -> _Object | None:
        if not repair:
            return None
        return {
            "what": self.wording.repair(repair),
            "changes": [{"component": c.component, "at": c.at, "to": c.to or None} for c in repair.changes],
            "single_points_before": repair.before,
            "single_points_after": repair.after,
            "proven": repair.proven,
        }

    def decision(self, decision: Decision | None, near: Sequence[str]) -> _Object | None:
        if not decision:
            return None
        return {
            "answer": decision.answer,
            "what": list(self.wording.decision(decision, near=near)),
            "stops_if": [self.bundle(bundle) for bundle in decision.stops_if],
            "survives_if": [self.bundle(bundle) for bundle in decision.survives_if],
            "complete": decision.complete,
        }

    def bundle(self, bundle: Bundle) -> list[_Object]:
        return list(map(self.question, bundle))

    def question(self, question: Unknown) -> _Object:
        return {"what": question.reason, "where": where(self.places.line(question.at)), "how": question.how}

    def questions(self) -> Iterator[_Object]:
        for question, names in self.asked.items():
            answers = [{"into": a.into, "entry": a.entry, "meaning": a.meaning} for a in question.answers]
            yield {"estate": self.name, **self.question(question), "decides": list(names), "answers": answers}

    # --- all paths together -------------------------------------------------------------------------------------------------

    def what_if(self) -> _Object:
        scenario = self.survival.scenario
        loss = scenario.loss if scenario else None
        lost = loss.lost if loss else ()
        return {
            "estate": self.name,
            "lost": list(map(self.component, lost)),
            "targets": [self.fate(fate, lost) for fate in (scenario.fates if scenario else ())],
            "stops": self.names((loss.certain if loss else frozenset()) - set(lost)),
            "may_stop": self.names((loss.possible if loss else frozenset()) - set(lost)),
        }

    def fate(self, fate: Fate, lost: Sequence[str]) -> _Object:
        kept = [
            self.line(tie.at, tie.source, f"{self.title(tie.to)} is left of {step.group.name!r}")
            for step in fate.kept
            for tie in step.ties
            if step.group
        ]
        return {
            "name": fate.target,
            "title": self.title(fate.target),
            "stops": fate.stops,
            "evidence": self.evidence(fate.proof) or kept,
            "weakest": fate.proof.weakest if fate.proof else None,
            "decision": self.decision(fate.decision, lost),
        }

    def shared(self) -> _Object:
        survival = self.survival
        return {
            "estate": self.name,
            "components": list(map(self.component, survival.shared)),
            "accepted": list(map(self.component, survival.accepted)),
        }

    def circles(self) -> Iterator[_Object]:
        for circle in self.survival.circles:
            pairs = zip(circle.components, circle.ties, strict=True)
            yield {
                "estate": self.name,
                "components": list(map(self.component, circle.components)),
                "certain": circle.certain,
                "waiting": list(circle.waiting),
                "evidence": [self.line(tie.at, tie.source, self.wording.tie(name, tie)) for name, tie in pairs],
            }

    def names(self, names: Iterable[str]) -> list[_Object]:
        return list(map(self.component, sorted(names)))


def _counts(sets: FailureSets) -> list[int]:
    return list(sets.counts)
