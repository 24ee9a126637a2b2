"""What the dependency graph of an estate proves of its sign-in paths and groups (see `sparekey.facts.sign_in_paths`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from sparekey.config import Config
from sparekey.facts.survivability import names
from sparekey.facts.survivability.budget import Budget, ExhaustedError
from sparekey.facts.survivability.building import TooLargeError, build
from sparekey.facts.survivability.cold_start import Circle, circles
from sparekey.facts.survivability.estate_graph import graph_of
from sparekey.facts.survivability.graph import Component, Graph
from sparekey.facts.survivability.lookup import find
from sparekey.facts.survivability.materials import gather_materials
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

_MOST_CAUSES = 8
_MOST_POINTS = 3
_MOST_QUESTIONS = 10
"""Of causes, of components that may stop a path and of questions so many are named: one more would decide nothing."""

_GROUP_KINDS: Final = frozenset({"connector_group", "agent_group"})
_TOGETHER: Final = frozenset({"host", "rack", "zone", "availability_set", "site", "network"})
"""The failure domains in which no two members of a group should all stand."""

_CLOUD: Final = frozenset(
    {
        "provider",
        "region",
        "zone",
        "availability_set",
        "tenant",
        "password_hash_sync",
        "primary",
        "federation",
        "second_factor",
        "directory",
        "machine",
        "cluster",
        "node",
        "instance",
        "replica_set",
        "managed_domain",
        "app_credential",
        "vault",
        "vault_item",
        "emergency_account",
        "operator",
        "key",
        "credential_kind",
        "expiry_day",
        "version_ring",
        "change_scope",
        "external_idp",
        "cloud_service",
        "undeclared",
        "network",
    }
)
"""Kinds that do not make a component one on premises. A machine is one where it carries an agent or connector; what the inventory
declares of other kinds is one, since it stands in no file of a cloud."""


def derive_facts(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    """The sign-in paths of an estate with their facts, and how correlated its groups of connectors and agents are."""
    try:
        graph = graph_of(estate, config)
    except TooLargeError:
        yield from _all_open(estate, config)
        return
    things = _things(estate)
    paths = [
        component for component in graph.components if component.kind == "sign_in_path" and not _application(component, things)
    ]
    groups = [component for component in graph.components if component.kind in _GROUP_KINDS]
    if not paths and not groups:
        return
    solved = _Solved(graph, [*(c.name for c in paths), names.EMERGENCY], groups)
    fallback = any(component.kind == "password_hash_sync" for component in graph.components)
    with_standbys = _Solved(graph_of(estate, config, manual=True), [c.name for c in paths], ()) if fallback else solved
    for group in groups:
        yield Fact(subject=group.name, name="correlated", value=solved.correlated(group))
    accepted = frozenset(_accepted(estate, graph))
    beside = _beside(graph)
    knots = circles(graph)
    for path in paths:
        subject = _subject(path, things.get(path.name.removeprefix("sign_in:")), estate)
        yield subject
        yield Fact(
            subject=subject.id, name="single_on_premises", value=with_standbys.single(path.name, with_standbys.on_premises)
        )
        yield Fact(subject=subject.id, name="single_region", value=solved.single(path.name, _is_region))
        deadlock = _deadlock(path, graph, knots)
        yield Fact(subject=subject.id, name="bootstrap_deadlock", value=deadlock)
        yield Fact(subject=subject.id, name="may_wait", value=_may_wait(path, graph, deadlock))
        yield Fact(subject=subject.id, name="beside_emergency", value=beside)
        yield Fact(subject=subject.id, name="shares_with_emergency", value=solved.shared(path.name, estate, accepted))


def _all_open(estate: Estate, config: Config) -> Iterator[Fact]:
    """Of an estate that is too large to be analysed nothing is known."""
    materials = gather_materials(estate, config, manual=False)
    for group in (*materials.connectors, *materials.agents):
        question = Unknown(reason=f"where do the members of {group.label} stand? the estate is too large to analyse", at=group.at)
        yield Fact(subject=group.id, name="correlated", value=maybe(asks(question)))


def _things(estate: Estate) -> dict[str, Resource]:
    """What a path may lead into, by id, as far as the joined estate holds it."""
    kinds = ("identity_workload", "managed_domain", "domain_federation", "application", "service_principal")
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


def _is_region(component: Component) -> bool:
    return component.kind == "region"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Points:
    """The single points of one target in the best and in the worst world; None where it has stopped already."""

    best: frozenset[str] | None
    worst: frozenset[str] | None


class _Solved:
    """The single points of the wanted components and of the members of groups, in both worlds."""

    def __init__(self, graph: Graph, wanted: Collection[str], groups: Collection[Component]) -> None:
        probes = {_probe(group.name): replace(group, name=_probe(group.name), needs=(), stops=False) for group in groups}
        names_ = [name for name in dict.fromkeys(wanted) if name in graph.index]
        self.plain = graph
        self.graph = build((*graph.components, *probes.values()), [*names_, *probes]) if probes else graph
        self.exhausted = False
        self.points = self._solve([*names_, *probes])
        self._carriers = {tie.to for c in graph.components if c.kind in _GROUP_KINDS for tie in c.ties()}

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

    def on_premises(self, component: Component) -> bool:
        """Whether a component stands on premises, or carries what links the directory with what does."""
        return component.kind not in _CLOUD or component.name in self._carriers

    def single(self, target: str, pick: Callable[[Component], bool]) -> Truth:
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
        possible = self._picked(points.worst, pick)
        if possible:
            return maybe(*unique(cause for name in possible[:_MOST_POINTS] for cause in self._questions(target, (name,))))
        return no(Cause(at=self.graph.component(target).at[0], label="no such component alone stops it"))

    def _picked(self, points: Collection[str], pick: Callable[[Component], bool]) -> list[str]:
        return sorted(name for name in points if pick(self.graph.component(name)))

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
        return self.single(probe, lambda component: component.kind in _TOGETHER)

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
        at = self.graph.component(target).at[0]
        return Unknown(reason=f"what does {self._title(target)} stand on? there is too much of it to analyse", at=at)

    def _dead(self, target: str) -> Unknown:
        at = self.graph.component(target).at[0]
        return Unknown(reason=f"does {self._title(target)} work at all? too little of what it needs is there", at=at)


def _probe(name: str) -> str:
    return f"members of {name}"


def _common(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """What is in both; None stands for everything there is."""
    if one is None:
        return other
    return one if other is None else one & other


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
    openings = unique(asks(component.open) for component in cone if component.open is not None)
    if openings:
        return maybe(*openings[:_MOST_QUESTIONS])
    if path.doubt:
        return maybe(asks(path.doubt))
    return no(Cause(at=path.at[0], label="nothing that it stands on waits for itself"))


_STANDING: Final = frozenset(
    {
        *(
            "agent",
            "agent_group",
            "availability_set",
            "cluster",
            "connector",
            "connector_group",
            "credential_kind",
            "directory_group",
        ),
        *("emergency", "emergency_account", "expiry_day", "group", "host", "identity_workload", "instance", "link", "lockout"),
        *(
            "machine",
            "machine_set",
            "managed_domain",
            "network",
            "node",
            "operator",
            "primary",
            "provider",
            "region",
            "replica_set",
        ),
        *("second_factor", "sign_in_path", "site", "tenant", "zone"),
    }
)
"""Kinds that say where something stands, or who and what it is made of. What it needs to start besides, no file says of these alone."""


def _may_wait(path: Component, graph: Graph, deadlock: Truth) -> Truth:
    """Whether anything is seen that a path waits for when it starts, so that a circle can be ruled out at all."""
    if deadlock.answer != "no":
        return deadlock
    services = [component for component in graph.cone(path.name) if component.kind not in _STANDING]
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
