"""What the dependency graph of an estate proves of its sign-in paths and groups (see `sparekey.facts.sign_in_paths`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sparekey.config import Config
from sparekey.facts.connector_sightings import candidates
from sparekey.facts.roles import ANY_AGENT
from sparekey.facts.survivability import names
from sparekey.facts.survivability.budget import Budget, ExhaustedError
from sparekey.facts.survivability.building import TooLargeError, build
from sparekey.facts.survivability.cold_start import Circle, circles
from sparekey.facts.survivability.estate_graph import Draft
from sparekey.facts.survivability.graph import Component, Graph
from sparekey.facts.survivability.lookup import find
from sparekey.facts.survivability.materials import Materials
from sparekey.facts.survivability.path_kinds import CLOUD, GROUPS, STANDING, TOGETHER
from sparekey.facts.survivability.proof import prove
from sparekey.facts.survivability.questions import decide
from sparekey.facts.survivability.singles import Singles, single_points
from sparekey.facts.survivability.world import wire
from sparekey.model.edges import Edge, Edges
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.inventory import AcceptedShared
from sparekey.model.kinds.paths import SignInPath
from sparekey.model.resource import Head, Resource, known_text
from sparekey.model.truth import Answer, Cause, Truth, asks, maybe, no, unique, yes
from sparekey.model.value import Known, Unknown

SECONDS: Final = 5.0
"""After this time the facts of one estate are questions: fifty times what an estate of ten thousand components takes."""

_HASHES: Final = "password_hash_sync"
"""The one standby that a person must switch on."""

_MOST_CAUSES = 8
_MOST_POINTS = 3
_MOST_QUESTIONS = 10
"""Of causes, of components that may stop a path and of questions so many are named: one more would decide nothing."""


def derive_facts(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    """The sign-in paths of an estate with their facts, and how correlated its groups of connectors and agents are."""
    draft = Draft(estate, config)
    try:
        graph = draft.graph(manual=False)
    except TooLargeError:
        yield from _all_open(draft.materials)
        return
    things = _things(estate)
    paths = [
        component for component in graph.components if component.kind == "sign_in_path" and not _application(component, things)
    ]
    groups = [component for component in graph.components if component.kind in GROUPS]
    if not paths and not groups:
        return
    unread = (c for c in candidates(estate, ANY_AGENT) if not c.classified and c.doubts)
    perhaps = {candidate.id: candidate.doubts[0] for candidate in unread}
    solved = _Solved(graph, [*(c.name for c in paths), names.EMERGENCY], groups, perhaps)
    standbys = _standbys(draft, graph, paths)
    with_standbys = _Solved(standbys, standbys.targets, (), perhaps) if standbys else solved
    switched = frozenset(standbys.targets) if standbys else frozenset()
    for group in groups:
        yield Fact(subject=group.name, name="correlated", value=solved.correlated(group))
    accepted = frozenset(_accepted(estate, graph))
    beside = _beside(graph)
    knots = circles(graph)
    for path in paths:
        subject = _subject(path, things.get(path.name.removeprefix("sign_in:")), estate)
        yield subject
        judging = with_standbys if path.name in switched else solved
        yield Fact(subject=subject.id, name="single_on_premises", value=judging.single(path.name, judging.on_premises))
        yield Fact(subject=subject.id, name="single_region", value=solved.single(path.name, _is_region))
        deadlock = _deadlock(path, graph, knots)
        yield Fact(subject=subject.id, name="bootstrap_deadlock", value=deadlock)
        yield Fact(subject=subject.id, name="may_wait", value=_may_wait(path, graph, deadlock))
        yield Fact(subject=subject.id, name="beside_emergency", value=beside)
        yield Fact(subject=subject.id, name="shares_with_emergency", value=solved.shared(path.name, estate, accepted))


def _standbys(draft: Draft, graph: Graph, paths: Collection[Component]) -> Graph | None:
    """The paths that a standby may take over which a person must switch on, as they stand with it; None where there is none."""
    if not any(component.kind == _HASHES for component in graph.components):
        return None
    whole = draft.graph(manual=True)
    mine = [path.name for path in paths if any(component.kind == _HASHES for component in whole.cone(path.name))]
    return whole.part(*mine) if mine else None


def _all_open(materials: Materials) -> Iterator[Fact]:
    """Of an estate that is too large to be analysed nothing is known."""
    for group in (*materials.connectors, *materials.agents):
        reason = f"where do the members of {group.label} stand? the estate is too large to analyse"
        question = Unknown(reason=reason, at=group.at, how=_APART)
        yield Fact(subject=group.id, name="correlated", value=maybe(asks(question)))


def _things(estate: Estate) -> dict[str, Resource]:
    """What a path may lead into, by id, as far as the joined estate holds it."""
    kinds = (
        *("identity_workload", "managed_domain", "domain_federation", "application", "service_principal"),
        *("directory_service", "directory_link"),
    )
    return {resource.id: resource for kind in kinds for resource in estate.of(kind)}


def _application(component: Component, things: dict[str, Resource]) -> bool:
    thing = things.get(component.name.removeprefix("sign_in:"))
    return thing is not None and thing.kind in ("application", "service_principal")


def _subject(path: Component, thing: Resource | None, estate: Estate) -> SignInPath:
    id_ = path.name.removeprefix("sign_in:")
    deployment, _, address = id_.partition("#")
    head = thing.head if thing else Head(deployment=deployment, address=address or id_, at=path.at[0])
    there = head.presence if path.doubt is None else maybe(asks(path.doubt))
    at = path.at[0]
    tenant = id_ == f"{estate.name}#tenant"
    members = () if tenant else (Edge(target=id_, certain=True, because=Cause(at=at)),)
    return SignInPath(
        head=replace(head, address=f"sign_in_path/{head.address}", presence=there, origin="derived", looked_up=False),
        name=Known(value=path.label, at=at, origin="derived"),
        target=Known(value=path.name, at=at, origin="derived"),
        of=Edges(members=members, at=at),
    )


def _accepted(estate: Estate, graph: Graph) -> Iterator[str]:
    for resource in estate.of("accepted_shared"):
        if isinstance(resource, AcceptedShared):
            yield from find(graph.components, known_text(resource.component) or "")


def _beside(graph: Graph) -> Truth:
    """Whether any emergency account is seen: yes where one certainly is one."""
    if names.EMERGENCY not in graph.index:
        return no(Cause(at=graph.components[0].at[0], label="no emergency account is seen"))
    members = graph.component(names.EMERGENCY).groups[0].members
    sure = next((tie for tie in members if tie.doubt is None), None)
    return yes(Cause(at=sure.at)) if sure else maybe(*unique(asks(tie.doubt) for tie in members if tie.doubt))


def _is_region(component: Component) -> Answer:
    return "yes" if component.kind == "region" else "no"


def _shared(component: Component) -> Answer:
    return "yes" if component.kind in TOGETHER else "no"


_IN_CLOUD: Final = frozenset({"region", "zone", "availability_set"})
"""What stands in one of these stands in a cloud."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Points:
    """The single points of one target in the best and in the worst world; None where it has stopped already."""

    best: frozenset[str] | None
    worst: frozenset[str] | None


class _Solved:
    """The single points of the wanted components and of the members of groups, in both worlds."""

    def __init__(
        self, graph: Graph, wanted: Collection[str], groups: Collection[Component], perhaps: Mapping[str, Unknown]
    ) -> None:
        """`perhaps`: the machines of which it cannot be read whether they carry an agent, by id."""
        probes = [part for group in groups for part in _probes(group, graph)]
        names_ = [name for name in dict.fromkeys(wanted) if name in graph.index]
        probed = [_probe(group.name) for group in groups]
        self.plain = graph
        self.graph = build((*graph.components, *probes), [*names_, *probed]) if probes else graph
        self.points = self._solve([*names_, *probed])
        members = [graph.component(tie.to) for c in graph.components if c.kind in GROUPS for tie in c.ties()]
        # What a machine carries is a bracket where it needs more than the machine.
        carried = {tie.to for c in members if not c.stops for tie in c.needs if graph.component(tie.to).kind == "machine"}
        self._carriers = {c.name for c in members} | carried
        self._perhaps = perhaps
        self._decided: dict[tuple[str, tuple[str, ...]], tuple[Cause, ...]] = {}

    def _solve(self, wanted: list[str]) -> dict[str, _Points]:
        world = wire(self.graph)
        nodes = [self.graph.index[name] for name in wanted]
        bad = world.badly() & world.cone(nodes)
        budget = Budget(seconds=SECONDS)
        watch = budget.start()
        try:
            best = single_points(world, nodes, elements=budget.elements, watch=watch)
            worst = single_points(world, nodes, down=bad, elements=budget.elements, watch=watch) if bad else best
        except ExhaustedError:
            return {}
        size = len(self.graph.components)

        def named(found: Singles) -> frozenset[str] | None:
            return None if found is None else frozenset(self.graph.components[n].name for n in found if n < size)

        return {name: _Points(best=named(best[node]), worst=named(worst[node])) for name, node in zip(wanted, nodes, strict=True)}

    def on_premises(self, component: Component) -> Answer:
        """Whether a component stands on premises, or carries what links the directory with what does."""
        if component.name in self._carriers:
            return "yes"
        if component.kind == names.NAME_SERVER:
            return self._placed(component)
        if self._unread(component.name):
            return "maybe"
        return "no" if component.kind in CLOUD else "yes"

    def _unread(self, name: str) -> Unknown | None:
        """Why it cannot be told whether a machine carries an agent."""
        return self._perhaps.get(name) or self._perhaps.get(name.rpartition("/")[0])

    def _placed(self, server: Component) -> Answer:
        """Whether a name server that no machine is seen to be stands on premises: it may, unless it is said to stand in a cloud."""
        sure = {self.graph.component(tie.to).kind for tie in server.needs if tie.doubt is None}
        doubt = any(tie.doubt for tie in server.needs)
        return "no" if sure & _IN_CLOUD else "maybe" if doubt else "yes"

    def single(self, target: str, pick: Callable[[Component], Answer]) -> Truth:
        """Whether one of the picked components alone stops a target."""
        points = self.points.get(target)
        if points is None:
            return maybe(asks(self._too_large(target)))
        if points.best is None:
            return maybe(asks(self._dead(target)))
        found = self._picked(points.best, pick)
        if found:
            return yes(*self._proof(target, found[0]))
        if points.worst is None:
            return maybe(*self._questions(target, ()))
        possible = self._picked(points.worst, pick, "yes", "maybe")
        if possible:
            return maybe(*unique(cause for name in possible[:_MOST_POINTS] for cause in self._asked(target, name)))
        return no(Cause(at=self.graph.component(target).at[0], label="no such component alone stops it"))

    def _picked(self, points: Collection[str], pick: Callable[[Component], Answer], *answers: Answer) -> list[str]:
        return sorted(name for name in points if pick(self.graph.component(name)) in (answers or ("yes",)))

    def _asked(self, target: str, point: str) -> tuple[Cause, ...]:
        """The questions whether a point stops a target, and of a name server whether it is a point of the sort that was asked for."""
        component = self.graph.component(point)
        own = [tie.doubt for tie in component.needs] if component.kind == names.NAME_SERVER else [self._unread(point)]
        return unique((*(asks(doubt) for doubt in own if doubt), *self._questions(target, (point,))))

    def correlated(self, group: Component) -> Truth:
        """Whether one failure domain holds all members of a group of two or more."""
        probe = _probe(group.name)
        points = self.points.get(probe)
        alternatives = group.groups[0]
        sure = [tie for tie in alternatives.members if tie.doubt is None]
        if points is None:
            return maybe(asks(self._too_large(probe)))
        doubts = [tie.doubt for tie in alternatives.members if tie.doubt is not None]
        if alternatives.open:
            doubts.append(alternatives.open)
        if len(sure) < 2:
            if len(alternatives.members) < 2 and alternatives.open is None:
                return no(Cause(at=group.at[0], label="fewer than two members"))
            return maybe(*unique(asks(doubt) for doubt in doubts)) if doubts else no(Cause(at=group.at[0]))
        return self.single(probe, _shared)

    def shared(self, target: str, estate: Estate, accepted: frozenset[str]) -> Truth:
        """Whether one component, neither accepted nor the tenant, stops a target and every emergency account."""
        mine, theirs = self.points.get(target), self.points.get(names.EMERGENCY)
        at = self.graph.component(target).at[0]
        if names.EMERGENCY not in self.graph.index:
            return no(Cause(at=at, label="no emergency account is seen"))
        if mine is None or theirs is None:
            return maybe(asks(self._too_large(target)))
        tenant = f"{estate.name}#tenant"
        apart = accepted | (frozenset(c.name for c in self.plain.cone(tenant)) if tenant in self.plain.index else frozenset())
        if mine.best is None or theirs.best is None:
            return maybe(asks(self._dead(target if mine.best is None else names.EMERGENCY)))
        both = sorted((mine.best & theirs.best) - apart)
        if both:
            return yes(*self._proof(target, both[0]), *self._proof(names.EMERGENCY, both[0]))
        possible = _common(mine.worst, theirs.worst)
        if possible is None or possible - apart:
            which = () if possible is None else tuple(sorted(possible - apart))[:1]
            causes = (*self._questions(target, which), *self._questions(names.EMERGENCY, which))
            return maybe(*unique(causes)) if causes else maybe(asks(self._too_large(target)))
        doubt = self.graph.component(target).doubt
        if doubt:
            return maybe(asks(doubt))
        return no(Cause(at=at, label="stops by no component that stops emergency sign-in"))

    def _proof(self, target: str, point: str) -> tuple[Cause, ...]:
        component = self.graph.component(point)
        label = f"{component.title} alone stops {self._title(target)}"
        causes = [Cause(at=component.at[0], label=label)]
        proof = prove(self.graph, target, [point])
        for step in proof.steps if proof else ():
            above = self._title(step.component)
            causes.extend(Cause(at=tie.at, label=f"{above} depends on {self.graph.component(tie.to).title}") for tie in step.ties)
        return unique(causes)[:_MOST_CAUSES]

    def _title(self, name: str) -> str:
        return self.graph.component(name).title

    def _questions(self, target: str, lost: tuple[str, ...]) -> tuple[Cause, ...]:
        """The questions that decide whether a target stops by a loss; without such, those that it hangs on at all."""
        if (target, lost) not in self._decided:
            self._decided[target, lost] = self._deciding(target, lost)
        return self._decided[target, lost]

    def _deciding(self, target: str, lost: tuple[str, ...]) -> tuple[Cause, ...]:
        everything = self.graph.part(target, *lost).questions()
        if len(everything) <= _MOST_QUESTIONS:
            found = decide(self.graph, target, lost, size=2, most=_MOST_POINTS, budget=Budget(seconds=SECONDS / 10))
            chosen = [question for bundle in found.stops_if for question in bundle]
            if chosen:
                return unique(asks(question) for question in chosen)
            if found.answer != "maybe":
                return ()
        return unique(asks(question) for question in everything[:_MOST_QUESTIONS])

    def _too_large(self, target: str) -> Unknown:
        reason = f"what does {self._title(target)} stand on? there is too much of it to analyse"
        return Unknown(reason=reason, at=self.graph.component(target).at[0], how=_APART)

    def _dead(self, target: str) -> Unknown:
        reason = f"does {self._title(target)} work at all? too little of what it needs is there"
        return Unknown(reason=reason, at=self.graph.component(target).at[0], how="scan what it needs as well")


def _probe(name: str) -> str:
    return f"members of {name}"


def _probes(group: Component, graph: Graph) -> Iterator[Component]:
    """The members of a group by themselves: where they stand and what they lead out through, not whom they ask for names."""
    asking: dict[str, str] = {}
    for tie in group.ties():
        member = graph.component(tie.to)
        if not member.stops and any(graph.component(need.to).kind == names.NAMES for need in member.needs):
            asking[tie.to] = f"{_probe(group.name)}: {tie.to}"
            needs = tuple(need for need in member.needs if graph.component(need.to).kind != names.NAMES)
            yield replace(member, name=asking[tie.to], needs=needs)
    groups = tuple(
        replace(each, members=tuple(replace(tie, to=asking.get(tie.to, tie.to)) for tie in each.members)) for each in group.groups
    )
    yield replace(group, name=_probe(group.name), needs=(), groups=groups, stops=False)


def _common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """What is in both; None stands for everything there is."""
    if one is None:
        return other
    return one if other is None else one & other


_APART: Final = "check fewer deployments at a time"
_UNREAD: Final = f"{names.NAME_SERVER}:{names.SOMEWHERE}/"
"""How the name servers are called that cannot be read: they may be anything, what waits for them included."""


def _deadlock(path: Component, graph: Graph, knots: tuple[Circle, ...]) -> Truth:
    """Whether a path runs and could not be started again."""
    mine = [knot for knot in knots if path.name in knot.waiting or path.name in knot.components]
    answers: dict[Answer, Circle] = {}
    for knot in mine:
        answers.setdefault("yes" if knot.certain else "maybe", knot)
    if "yes" in answers:
        return yes(*_waiting(answers["yes"], graph))
    cone = graph.cone(path.name)
    if "maybe" in answers:
        ties = answers["maybe"].ties
        questions = [tie.doubt for tie in ties if tie.doubt] or list(graph.part(path.name).questions())
        return maybe(*unique(asks(question) for question in questions[:_MOST_QUESTIONS]))
    hidden = (c.needs[0].doubt for c in cone if c.name.startswith(_UNREAD) and c.needs)
    openings = unique(asks(unknown) for unknown in (*(c.open for c in cone), *hidden) if unknown is not None)
    if openings:
        return maybe(*openings[:_MOST_QUESTIONS])
    if path.doubt:
        return maybe(asks(path.doubt))
    return no(Cause(at=path.at[0], label="nothing that it stands on waits for itself"))


def _may_wait(path: Component, graph: Graph, deadlock: Truth) -> Truth:
    """Whether anything is seen that a path waits for when it starts, so that a circle can be ruled out at all."""
    if deadlock.answer != "no":
        return deadlock
    services = [component for component in graph.cone(path.name) if component.kind not in STANDING]
    if services:
        return yes(*(Cause(at=place) for place in services[0].at[:1]))
    return no(Cause(at=path.at[0], label="nothing is seen that it waits for when it starts"))


def _waiting(knot: Circle, graph: Graph) -> tuple[Cause, ...]:
    """The ties of a circle."""
    causes = []
    for name, tie in zip(knot.components, knot.ties, strict=True):
        label = f"{graph.component(name).title} waits for {graph.component(tie.to).title}"
        causes.append(Cause(at=tie.at, label=label))
    return unique(causes)[:_MOST_CAUSES]
