"""The dependency graph: what a sign-in path stands on, with the place that proves each dependency.

A component works when it has not stopped itself, everything it needs works, and of every group at least so many members work as
the group asks for. Failure domains (a host, a zone, a site) are ordinary components: what stands in one needs it. Nothing is ever
repaired by a further failure, so every doubt has one answer that can only help and one that can only hurt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sparekey.model.span import Place
from sparekey.model.value import Unknown

Certainty = Literal["certain", "possible", "open"]
Source = Literal["code", "rule", "declared", "assumed"]

SOURCES: tuple[Source, ...] = ("code", "rule", "declared", "assumed")
"""What a dependency rests on, strongest first: a line of code, documented behaviour of a provider, a declaration, an assumption."""

DOMAINS = (
    "provider",
    "region",
    "site",
    "zone",
    "availability_set",
    "rack",
    "host",
    "network",
    "subnet",
    "network_exit",
    "link",
    "operator",
    "credential_kind",
    "expiry_day",
    "version_ring",
    "change_scope",
)
"""The kinds of failure domains, widest first: in reports a wider domain stands before what lies in it."""


_PLACES = frozenset(DOMAINS) - {"provider", "credential_kind", "zone"}
"""Failure domains whose names alone do not say what they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One dependency: on whom, the place that shows it, and what the place is worth.

    `doubt` is the question that decides whether there is this dependency at all. The answer that hurts: a need exists, a member of
    a group does not.
    """

    to: str
    at: Place
    source: Source = "code"
    doubt: Unknown | None = None

    @property
    def certainty(self) -> Certainty:
        """Certain, or possible where a question decides."""
        return "certain" if self.doubt is None else "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Alternatives: at least `least` of the members must work.

    Where capacity is not known for sure, `most` is what may be asked for instead and `doubt` the question that decides (least: the
    answer that helps). `open` is why there may be members that nobody sees: they would help.
    """

    name: str
    members: tuple[Tie, ...]
    at: Place
    least: int = 1
    most: int | None = None
    doubt: Unknown | None = None
    open: Unknown | None = None

    @property
    def certainty(self) -> Certainty:
        """Open where there may be further members, possible where the number asked for is in doubt."""
        return "open" if self.open else "possible" if self.doubt else "certain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to know about a component that makes it neither stop nor work, with the places that show it."""

    says: str
    at: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Anything that can stop: an application, a connector, a host, a site, a certificate, a person.

    `name` is unique in the graph (the id of a resource, or `KIND:NAME` of a failure domain), `label` is for people. `stops` is False
    for a mere bracket around others, which cannot stop by itself. `doubt` decides whether it is there and works at all; `open` is why
    it may need something that nobody sees. `at` are the places that declare it, `notes` what else there is to know.
    """

    name: str
    kind: str
    at: tuple[Place, ...]
    label: str = ""
    needs: tuple[Tie, ...] = ()
    groups: tuple[Group, ...] = ()
    stops: bool = True
    doubt: Unknown | None = None
    open: Unknown | None = None
    notes: tuple[Note, ...] = ()

    @property
    def title(self) -> str:
        """What people call it: the label, else the name; of a place with the word for what it is, so that `hq` is `site hq`."""
        text = self.label or self.name
        word = self.kind.replace("_", " ")
        said = word in text.casefold() or text.startswith(("a ", "the "))
        return text if said or self.kind not in _PLACES else f"{word} {text}"

    @property
    def certainty(self) -> Certainty:
        """Open where it may need more than is seen, possible where it may not be there."""
        return "open" if self.open else "possible" if self.doubt else "certain"

    def ties(self) -> Iterator[Tie]:
        """All its dependencies: needs, then the members of its groups."""
        yield from self.needs
        for group in self.groups:
            yield from group.members


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphProblem:
    """Something in the graph's input that makes no sense, and whom it concerns. The graph says what is taken instead."""

    kind: Literal["undeclared", "impossible_group", "declared_twice", "unknown_target"]
    component: str
    message: str
    at: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Components in a fixed order, the sign-in paths among them, and what was wrong with the input. Made by `building.build` alone."""

    components: tuple[Component, ...]
    targets: tuple[str, ...]
    index: Mapping[str, int]
    problems: tuple[GraphProblem, ...] = ()

    def component(self, name: str) -> Component:
        """The component of this name; KeyError where there is none."""
        return self.components[self.index[name]]

    def cone(self, *names: str) -> tuple[Component, ...]:
        """The named components and everything they may depend on, in the order of the graph."""
        seen = {self.index[name] for name in names}
        todo = list(seen)
        while todo:
            for tie in self.components[todo.pop()].ties():
                below = self.index[tie.to]
                if below not in seen:
                    seen.add(below)
                    todo.append(below)
        return tuple(self.components[i] for i in sorted(seen))

    def part(self, *names: str) -> Graph:
        """The graph of the named components, which become its targets, and of everything they may depend on."""
        components = self.cone(*names)
        index = {component.name: i for i, component in enumerate(components)}
        return Graph(components=components, targets=tuple(sorted(set(names))), index=index)

    def questions(self) -> tuple[Unknown, ...]:
        """Every question that some part of the graph depends on, each once, in the order of the graph."""
        found: dict[Unknown, None] = {}
        for component in self.components:
            for doubt in _doubts(component):
                if doubt is not None:
                    found[doubt] = None
        return tuple(found)

    def openings(self) -> frozenset[Unknown]:
        """The questions whether a component needs something that nobody sees."""
        return frozenset(component.open for component in self.components if component.open is not None)


def _doubts(component: Component) -> Iterator[Unknown | None]:
    yield component.doubt
    yield component.open
    for group in component.groups:
        yield group.doubt
        yield group.open
    for tie in component.ties():
        yield tie.doubt
