"""The analysis as text. Everything that comes from files is put on one line and cannot act on a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sparekey.facts.survivability.account import PathAccount, PointAccount
from sparekey.facts.survivability.analysis import PathResult
from sparekey.facts.survivability.cold_start import Circle
from sparekey.facts.survivability.failure_sets import FailureSets
from sparekey.facts.survivability.graph import Graph
from sparekey.facts.survivability.proof import Proof
from sparekey.facts.survivability.questions import Decision
from sparekey.facts.survivability.repairs import Change, Repair
from sparekey.facts.survivability.tolerance import Shared, Tolerance
from sparekey.facts.survivability.whatif import Loss
from sparekey.model.span import Place, Span
from sparekey.model.value import Unknown

_SHOWN = 10
"""Failure sets of one size that are shown. How many there are is always said."""

_NAMED = 3
"""Names in a list before it says how many more there are."""


def plain(text: str) -> str:
    """The text on one line, every character escaped that is invisible or acts on a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)


def where(place: Place) -> str:
    """A place as people and editors write it: `file:line`, or file and pointer in machine-written JSON."""
    if isinstance(place, Span):
        return plain(f"{place.file}:{place.start_line}")
    return plain(f"{place.file}#{place.pointer}" if place.pointer else place.file)


def told_paths(graph: Graph, accounts: Sequence[PathAccount]) -> str:
    """What stops each path, why, what would help and what cannot be told; empty without paths."""
    teller = _Teller(graph)
    return "".join(f"{line}\n" for one in accounts for line in teller.path(one))


def told_loss(graph: Graph, loss: Loss, paths: Collection[str]) -> str:
    """One line: which of the paths survive a loss."""
    teller = _Teller(graph)
    words = {"yes": "STOPS", "no": "survives", "maybe": "CANNOT TELL"}
    fates = ", ".join(f"{teller.title(path)} {words[loss.stops(path)]}" for path in sorted(paths))
    affected = len(loss.certain - set(loss.lost))
    others = len(graph.components) - len(loss.lost)
    unsure = len(loss.possible - set(loss.lost))
    also = f", possibly {unsure} more" if unsure else ""
    lost = " and ".join(teller.title(name) for name in loss.lost)
    return f"what if {lost} fails: {fates or 'no path asked for'} ({affected} of {others} other components affected{also})\n"


def told_shared(graph: Graph, shared: Shared, normal: str, emergency: str) -> str:
    """What the emergency path has in common with the normal one, and what stops both."""
    teller = _Teller(graph)
    both = f"{teller.title(emergency)} shares with {teller.title(normal)}"
    lines = [f"{both}: {teller.titles(shared.components, most=None) or 'nothing'}"]
    if shared.accepted:
        lines.append(f"  accepted: {teller.titles(shared.accepted, most=None)}")
    lines += teller.sets("total lockout needs", shared.lockout.certain, shared.lockout)
    lines += teller.sets("total lockout is possible with", shared.lockout.possible, shared.lockout)
    return "".join(f"{line}\n" for line in lines)


def told_circles(graph: Graph, circles: Sequence[Circle]) -> str:
    """What runs and could not be started again, a circle of components each."""
    teller = _Teller(graph)
    lines = []
    for circle in circles:
        sure = "CANNOT START" if circle.certain else "may not be able to start"
        chain = " -> ".join(teller.title(name) for name in (*circle.components, circle.components[0]))
        lines += [f"{sure} once everything is down: {chain}", f"  {_proven([tie.at for tie in circle.ties])}"]
        behind = [name for name in circle.waiting if name not in circle.components]
        if behind:
            lines.append(f"  with it {len(behind)} more: {teller.titles(behind)}")
    return "".join(f"{line}\n" for line in lines)


class _Teller:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def title(self, name: str) -> str:
        return plain(self.graph.component(name).title if name in self.graph.index else name)

    def titles(self, names: Sequence[str], *, most: int | None = _NAMED) -> str:
        shown = ", ".join(map(self.title, names[:most]))
        hidden = 0 if most is None else len(names) - most
        return f"{shown} and {hidden} more" if hidden > 0 else shown

    def path(self, account: PathAccount) -> Iterator[str]:
        many = len(account.names)
        yield f"{self.titles(account.names)} ({many} paths that stop with the same)" if many > 1 else self.title(account.names[0])
        result = account.result
        if result.stopped == "yes":
            yield "  HAS STOPPED without any failure"
        if account.undecided:
            yield "  CANNOT TELL whether it works at all"
            yield from self.decision(account.undecided)
        for point in account.points:
            yield from self.point(point)
        if result.complete_to_order != 0 and result.stopped == "no" and not account.points:
            yield "  no single failure stops it"
        yield from self.sets("  together stop it", result.certain, result)
        yield from self.sets("  together may stop it", result.possible, result)
        yield f"  {_complete(result.complete_to_order)}"

    def point(self, point: PointAccount) -> Iterator[str]:
        verb = "STOPS" if point.certain else "CANNOT TELL whether it stops"
        reasons = "; ".join(self.reasons(point))
        yield f"  {verb} if {self.title(point.point)} stops{f': {reasons}' if reasons else ''}"
        if point.along:
            yield f"    with it {len(point.along)} more, each a single point as well: {self.titles(point.along)}"
        if point.proof and point.proof.ties:
            weakest = f"; weakest evidence: {point.proof.weakest}"
            yield f"    {_proven([tie.at for tie in point.proof.ties])}{weakest}"
        if point.repair:
            yield f"    smallest change: {self.repair(point.repair)}"
        if point.decision:
            yield from self.decision(point.decision)

    def reasons(self, point: PointAccount) -> Iterator[str]:
        """The groups that had not enough members elsewhere, with their tolerance; without any, there is no alternative."""
        tolerance = {(one.component, one.group.name): one for one in point.tolerances}
        steps = point.proof.groups if point.proof else ()
        for step in steps:
            if step.group and not (len(step.ties) == 1 and step.ties[0].to == point.point):
                there = f"{len(step.ties)} of {len(step.group.members)} members of '{plain(step.group.name)}' are there"
                known = tolerance.get((step.component, step.group.name))
                yield f"{there}{_tolerance(known) if known else ''}"
        if point.proof and not steps:
            yield "no alternative"

    def repair(self, repair: Repair) -> str:
        changes = " and ".join(map(self.change, repair.changes))
        unsure = "" if repair.proven else " (not proven: open questions remain)"
        return f"{changes}: single points {repair.before} -> {repair.after}{unsure}"

    def change(self, change: Change) -> str:
        if change.to:
            return f"place {self.title(change.component)} at {self.title(change.to)} instead of {self.title(change.at)}"
        return f"a second {self.title(change.at)} that shares nothing with the first"

    def decision(self, decision: Decision) -> Iterator[str]:
        for verb, bundles in (("stops", decision.stops_if), ("survives", decision.survives_if)):
            if bundles:
                yield f"    it {verb} if {_answers(bundles[0], bad=verb == 'stops')}"
        if not decision.stops_if and not decision.survives_if:
            yield "    more questions decide than can be listed"

    def sets(self, heading: str, sets: FailureSets, result: PathResult) -> Iterator[str]:
        """Failure sets of two or more, by size: some of them, and how many there are."""
        del result
        for size, total in enumerate(sets.counts):
            if not total or size < 1 or (size == 1 and heading.startswith("  ")):
                continue
            shown = sets.of_size(size, most=_SHOWN)
            more = f" and {total - len(shown):,} more" if total > len(shown) else ""
            listed = "; ".join(" + ".join(map(self.title, one)) for one in shown)
            yield f"{heading} ({size} at once, {total:,} in all): {listed}{more}"


def _complete(order: int | None) -> str:
    if order is None:
        return "complete: there are no other failure sets"
    if not order:
        return "CANNOT TELL: the budget was used up before anything was complete"
    return f"complete up to {order} failure{'s' if order > 1 else ''} at once; beyond that CANNOT TELL"


def _tolerance(tolerance: Tolerance) -> str:
    effective = "cannot tell" if tolerance.effective is None else str(tolerance.effective)
    return f" (tolerance: nominal {tolerance.nominal}, effective {effective})"


def _proven(places: Sequence[Place]) -> str:
    return f"proven by {', '.join(dict.fromkeys(map(where, places)))}"


def _answers(bundle: Sequence[Unknown], *, bad: bool) -> str:
    """The questions of a bundle, each with where to answer it."""
    asked = " and ".join(
        f"'{plain(question.reason)}' ({where(question.at)}{f'; {plain(question.how)}' if question.how else ''})"
        for question in bundle
    )
    return f"{asked} {'is' if len(bundle) == 1 else 'are all'} answered {'badly' if bad else 'well'}"


def proof_places(proof: Proof) -> tuple[str, ...]:
    """The places of a proof, each once, from the path downwards."""
    return tuple(dict.fromkeys(where(tie.at) for tie in proof.ties))
