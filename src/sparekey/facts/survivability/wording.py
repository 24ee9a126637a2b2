"""Sentences about components, their loss and what would help. Everything from files is put on one line and acts on no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sparekey.facts.survivability.account import PointAccount
from sparekey.facts.survivability.cold_start import Circle
from sparekey.facts.survivability.effects import Effects
from sparekey.facts.survivability.graph import DOMAINS, Component, Graph, Tie
from sparekey.facts.survivability.proof import Proof
from sparekey.facts.survivability.questions import Bundle, Decision
from sparekey.facts.survivability.repairs import Change, Repair
from sparekey.facts.survivability.tolerance import Tolerance
from sparekey.facts.survivability.whatif import Loss
from sparekey.model.plain import plain
from sparekey.model.span import Place, Span
from sparekey.model.value import Unknown

_NAMED = 3
"""Names or places in a list before it says how many more there are."""

_SECOND = {
    "": "a second {} that shares nothing with the first",
    "site": "have what stands at {} a second time elsewhere",
    "provider": "have what needs {} a second time with another provider",
    "credential_kind": "a second kind of credentials beside {}",
    "expiry_day": "have what ends on {} a second time with another day",
    "operator": "somebody else beside {}",
}
"""What a second one of a component means, by its kind; "site" for all other failure domains."""

Shown = Callable[[Place], Place]
"""The place that people can look up for one that proves something: the line of source for a pointer into a plan."""


def as_it_is(place: Place) -> Place:
    """The place itself."""
    return place


def where(place: Place) -> str:
    """A place as people and editors write it: `file:line`, or file and pointer in machine-written JSON."""
    if isinstance(place, Span):
        return plain(f"{place.file}:{place.start_line}")
    return plain(f"{place.file}#{place.pointer}" if place.pointer else place.file)


def complete_to(order: int | None) -> str:
    """Up to how many failures at once everything is listed."""
    if order is None:
        return "complete: there are no other failure sets"
    if not order:
        return "CANNOT TELL: the budget was used up before anything was complete"
    return f"complete up to {order} failure{'s' if order > 1 else ''} at once; beyond that CANNOT TELL"


def affected(graph: Graph, loss: Loss) -> str:
    """How many other components a loss takes along."""
    unsure = len(loss.possible - set(loss.lost))
    also = f", possibly {unsure} more" if unsure else ""
    return f"{len(loss.certain - set(loss.lost))} of {len(graph.components) - len(loss.lost)} other components affected{also}"


class Wording:
    """Sentences about one graph. `most` names and places are listed before it says how many more there are (None: all)."""

    def __init__(self, graph: Graph, shown: Shown = as_it_is, *, most: int | None = _NAMED) -> None:
        self.graph = graph
        self.shown = shown
        self.most = most
        self.effects = Effects(graph, self.title)

    def title(self, name: str) -> str:
        """What people call a component, or any other name that a file gives."""
        return plain(self.graph.component(name).title if name in self.graph.index else name)

    def titles(self, names: Sequence[str]) -> str:
        """Several of them."""
        return self.few(list(map(self.title, names)))

    def few(self, texts: Sequence[str]) -> str:
        """The first texts, and how many more there are."""
        hidden = 0 if self.most is None else len(texts) - self.most
        return f"{', '.join(texts[: self.most])} and {hidden} more" if hidden > 0 else ", ".join(texts)

    def places(self, places: Iterable[Place]) -> str:
        """The lines, each once, those of a file together: `a.tf:3, 7; b.yaml:2`."""
        files: dict[str, list[str]] = {}
        for text in dict.fromkeys(where(self.shown(place)) for place in places):
            file, colon, line = text.rpartition(":")
            known = bool(colon) and line.isdecimal()
            files.setdefault(file if known else text, []).extend([line] if known else [])
        told = [f"{file}:{', '.join(sorted(lines, key=int))}" if lines else file for file, lines in files.items()]
        return "; ".join(told)

    def component_places(self, component: Component) -> str:
        """Where a component is declared, else where it is first named."""
        return self.places(component.at)

    # --- why ------------------------------------------------------------------------------------------------------------

    def proven(self, proof: Proof | None) -> str:
        """The lines of a proof, and what the weakest of them rests on; empty where there is none to show.

        What rests on questions is not called proven.
        """
        if not proof or not proof.ties:
            return ""
        return f"{'on the way:' if proof.doubts else 'proven by'} {self.places(tie.at for tie in proof.ties)}; weakest evidence: {proof.weakest}"

    def reasons(self, proof: Proof | None, lost: Sequence[str], tolerances: Sequence[Tolerance] = ()) -> str:
        """The groups that had not enough members elsewhere, with their tolerance; without any, there is no alternative."""
        if not proof:
            return ""
        tolerance = {(one.component, one.group.name): one for one in tolerances}
        several, alone = [], []
        for step in proof.groups:
            group = step.group
            if not group or (len(step.ties) == 1 and step.ties[0].to in lost):
                continue
            known = tolerance.get((step.component, group.name))
            if len(group.members) > 1:
                there = f"{len(step.ties)} of {len(group.members)} members of '{plain(group.name)}' are there"
                several.append(f"{there}{_tolerance(known) if known else ''}")
            else:
                alone.append(f"the only member of '{plain(group.name)}' is there")
        return "; ".join(several or alone) if several or alone or proof.groups else "no alternative"

    def tie(self, component: str, tie: Tie) -> str:
        """What a dependency says."""
        groups = self.graph.component(component).groups if component in self.graph.index else ()
        member = next((group for group in groups if tie in group.members), None)
        if member:
            return f"{self.title(tie.to)} is a member of '{plain(member.name)}'"
        return f"{self.title(component)} needs {self.title(tie.to)}"

    def point(self, point: PointAccount) -> str:
        """What a single point does, and why."""
        verb = "STOPS" if point.certain else "CANNOT TELL whether it stops"
        reasons = self.reasons(point.proof, (point.point,), point.tolerances)
        return f"{verb} if {self.fails(point.point)}{f': {reasons}' if reasons else ''}"

    # --- what would help ------------------------------------------------------------------------------------------------

    def repair(self, repair: Repair) -> str:
        """The smallest change, and what it was seen to do."""
        changes = " and ".join(map(self.change, repair.changes))
        unsure = "" if repair.proven else " (not proven: open questions remain)"
        return f"{changes}: single points {repair.before} -> {repair.after}{unsure}"

    def change(self, change: Change) -> str:
        """One change as an instruction."""
        if change.to:
            return f"place {self.title(change.component)} at {self.title(change.to)} instead of {self.title(change.at)}"
        kind = self.graph.component(change.at).kind if change.at in self.graph.index else ""
        called = self._bare(change.at).removeprefix("the ").removeprefix("a ")
        return _SECOND.get(kind, _SECOND["site" if kind in DOMAINS else ""]).format(called)

    def falling(self, along: Sequence[str]) -> str:
        """What falls with a single point."""
        if len(along) == 1:
            return f"with it {self.title(along[0])}, a single point as well"
        return f"with it {len(along)} more, each a single point as well: {self.titles(along)}"

    def fails(self, name: str) -> str:
        """The loss of a component, as the end of a sentence: people are not there, days come, all else stops."""
        kind = self.graph.component(name).kind if name in self.graph.index else ""
        if kind == "operator":
            return f"{self._bare(name)} is not there"
        if kind == "expiry_day":
            return f"the day {self._bare(name)} comes"
        return f"{self.title(name)} {'fail' if kind == 'credential_kind' else 'stops'}"

    def lose(self, names: Sequence[str]) -> str:
        """What is asked where components are lost: `What if site hq fails?`."""
        kinds = {self.graph.component(name).kind for name in names}
        if kinds <= {"operator", "expiry_day"}:
            return f"What if {' and '.join(map(self.fails, names))}?"
        verb = "fail" if len(names) > 1 or kinds == {"credential_kind"} else "fails"
        return f"What if {' and '.join(map(self.title, names))} {verb}?"

    def _bare(self, name: str) -> str:
        """The title of a component; of people and days, which need none, without the word for what they are."""
        component = self.graph.component(name) if name in self.graph.index else None
        bare = component and component.kind in ("operator", "expiry_day")
        return plain(component.label or component.title) if component and bare else self.title(name)

    def decision(self, decision: Decision, *, near: Sequence[str] = ()) -> Iterator[str]:
        """The smallest bundles of questions that decide, what each answer means, and where to answer."""
        stops, survives = decision.stops_if[:1], decision.survives_if[:1]
        if stops and set(stops[0]) == set(survives[0] if survives else ()):
            yield f"it stops if {self.means(stops[0], near, bad=True)}, and survives if {self.means(stops[0], near, bad=False)}"
        else:
            yield from (f"it stops if {self.means(bundle, near, bad=True)}" for bundle in stops)
            yield from (f"it survives if {self.means(bundle, near, bad=False)}" for bundle in survives)
        yield from (f"answer: {self.asked(question)}" for question in dict.fromkeys(sum((*stops, *survives), ())))
        if not stops and not survives:
            yield "more questions decide than can be listed"

    def means(self, bundle: Bundle, near: Sequence[str], *, bad: bool) -> str:
        """What is so if all questions of a bundle are answered badly, or well."""
        return " and ".join(self._means(question, near, bad=bad) for question in bundle)

    def _means(self, question: Unknown, near: Sequence[str], *, bad: bool) -> str:
        effect = self.effects.of(question, near=near)
        if effect:
            return effect.bad if bad else effect.good
        return f"'{plain(question.reason)}' is answered {'badly' if bad else 'well'}"

    def asked(self, question: Unknown) -> str:
        """A question, and where to answer it."""
        how = f" -> {plain(question.how)}" if question.how else ""
        return f"{plain(question.reason)}  {where(self.shown(question.at))}{how}"

    # --- cold start -----------------------------------------------------------------------------------------------------

    def circle(self, circle: Circle) -> Iterator[str]:
        """What waits for itself, the lines that say so, and what waits behind it."""
        sure = "CANNOT START" if circle.certain else "may not be able to start"
        chain = " -> ".join(self.title(name) for name in (*circle.components, circle.components[0]))
        yield f"{sure} once everything is down: {chain}"
        yield f"  proven by {self.places(tie.at for tie in circle.ties)}"
        behind = [name for name in circle.waiting if name not in circle.components]
        if behind:
            yield f"  with it {len(behind)} more: {self.titles(behind)}"


def _tolerance(tolerance: Tolerance) -> str:
    effective = "cannot tell" if tolerance.effective is None else str(tolerance.effective)
    return f" (tolerance: nominal {tolerance.nominal}, effective {effective})"
