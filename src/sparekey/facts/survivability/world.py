"""The graph as numbers, with every question as a node of its own.

A node works when it has not stopped itself, all nodes it needs work and each group keeps enough members. A question is a node that
stops when its answer hurts: with no question stopped this is the best world, with all of them stopped the worst. Gates (nodes that
cannot stop by themselves) carry a doubtful tie:
- a possible need is `any one of {question, what is needed}`, lost only when both are;
- a possible member is lost when the question or the member is;
- an open group counts only once the question is lost, and so does a group by the larger number it may ask for.
One structure for both worlds: they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sparekey.facts.survivability.graph import Component, Graph, Group, Tie
from sparekey.facts.survivability.strata import strata
from sparekey.model.value import Unknown

NodeGroup = tuple[int, tuple[int, ...]]
"""How many must work, of which nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Nodes 0..n-1. Node i below `components` is component i of the graph; the others are questions and gates.

    `below` are the nodes that a node depends on in any way; `strata` lists the nodes so that each stands after what it depends on; nodes that depend on one another share a stratum.
    """

    needs: tuple[tuple[int, ...], ...]
    below: tuple[tuple[int, ...], ...]
    groups: tuple[tuple[NodeGroup, ...], ...]
    stops: bytes
    components: int
    questions: Mapping[Unknown, int]
    strata: tuple[tuple[int, ...], ...]

    def cone(self, nodes: Iterable[int]) -> set[int]:
        """The nodes and everything they depend on."""
        seen = set(nodes)
        todo = list(seen)
        for node in todo:  # grows while it is walked
            for below in self.below[node]:
                if below not in seen:
                    seen.add(below)
                    todo.append(below)
        return seen

    def in_circle(self, stratum: tuple[int, ...]) -> bool:
        """Whether the nodes of a stratum depend on themselves."""
        return len(stratum) > 1 or stratum[0] in self.below[stratum[0]]

    def knots(self, stratum: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """The nodes of a stratum, those that need one another together, in the order of the stratum.

        Each of a knot stops exactly when the others do.
        """
        at = {node: i for i, node in enumerate(stratum)}
        within = [tuple(at[need] for need in self.needs[node] if need in at) for node in stratum]
        return tuple(tuple(stratum[i] for i in sorted(knot)) for knot in strata(within))

    def badly(self, *, well: frozenset[Unknown] = frozenset()) -> frozenset[int]:
        """The nodes of all questions but those that are taken as answered well."""
        return frozenset(node for question, node in self.questions.items() if question not in well)


def assemble(
    needs: list[tuple[int, ...]],
    groups: list[tuple[NodeGroup, ...]],
    stops: bytes,
    *,
    components: int,
    questions: Mapping[Unknown, int],
    first: Iterable[int] = (),
) -> World:
    """A world of finished parts, its strata worked out, beginning with what the nodes `first` stand on."""
    below = tuple([n if not g else sum([members for _, members in g], n) for n, g in zip(needs, groups, strict=True)])
    return World(
        needs=tuple(needs),
        below=below,
        groups=tuple(groups),
        stops=stops,
        components=components,
        questions=questions,
        strata=strata(below, first=first),
    )


def wire(graph: Graph) -> World:
    """The world of a graph."""
    wiring = _Wiring(graph)
    for i, component in enumerate(graph.components):
        wiring.component(i, component)
    return assemble(
        wiring.needs,
        wiring.groups,
        bytes(wiring.stops),
        components=len(graph.components),
        questions=wiring.questions,
        first=[graph.index[name] for name in graph.targets],
    )


class _Wiring:
    def __init__(self, graph: Graph) -> None:
        self.index = graph.index
        self.needs: list[tuple[int, ...]] = [()] * len(graph.components)
        self.groups: list[tuple[NodeGroup, ...]] = [()] * len(graph.components)
        self.stops = bytearray(component.stops for component in graph.components)
        self.questions: dict[Unknown, int] = {}

    def component(self, i: int, component: Component) -> None:
        index = self.index
        needs = [index[tie.to] if tie.doubt is None else self.possible_need(tie, tie.doubt) for tie in component.needs]
        needs += [self.question(doubt) for doubt in (component.doubt, component.open) if doubt is not None]
        groups: list[NodeGroup] = []
        for group in component.groups:
            members = tuple(
                [index[tie.to] if tie.doubt is None else self.possible_member(tie, tie.doubt) for tie in group.members]
            )
            needs += self.larger_needs(group, members)
            if group.open is None:
                groups.append((group.least, members))
        self.needs[i] = tuple(needs)
        if groups:
            self.groups[i] = tuple(groups)

    def node(self, needs: tuple[int, ...], groups: tuple[NodeGroup, ...]) -> int:
        self.needs.append(needs)
        self.groups.append(groups)
        self.stops.append(0)
        return len(self.needs) - 1

    def question(self, unknown: Unknown) -> int:
        known = self.questions.get(unknown)
        if known is None:
            known = self.questions[unknown] = self.node((), ())
        return known

    def possible_need(self, tie: Tie, doubt: Unknown) -> int:
        return self.node((), ((1, (self.question(doubt), self.index[tie.to])),))

    def possible_member(self, tie: Tie, doubt: Unknown) -> int:
        return self.node((self.question(doubt), self.index[tie.to]), ())

    def larger_needs(self, group: Group, members: tuple[int, ...]) -> list[int]:
        """What holds only if a question of the group is answered badly."""
        found = []
        if group.open is not None:
            found.append(self.once_lost(group.open, (group.least, members)))
        if group.most is not None and group.doubt is not None:
            larger = self.once_lost(group.doubt, (group.most, members))
            # More members and a larger number: the larger number alone proves nothing while the group is open.
            found.append(larger if group.open is None else self.node((), ((1, (self.question(group.open), larger)),)))
        return found

    def once_lost(self, question: Unknown, group: NodeGroup) -> int:
        return self.node((), ((1, (self.question(question), self.node((), (group,)))),))
