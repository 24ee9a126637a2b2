"""Why a path stops: the dependencies along which a loss reaches it, each with its place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sparekey.facts.survivability.graph import SOURCES, Component, Graph, Group, Source, Tie
from sparekey.facts.survivability.spread import Spread
from sparekey.facts.survivability.world import World, wire
from sparekey.model.value import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One component that stops, and why: one tie that it needs, or so many ties of `group` that too few members are left.

    `doubts` are the questions whose bad answers the step rests on.
    """

    component: str
    ties: tuple[Tie, ...]
    group: Group | None = None
    doubts: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The steps from a path down to what is lost, each component once, and the weakest evidence among them (None without a tie)."""

    steps: tuple[Step, ...]

    @property
    def ties(self) -> tuple[Tie, ...]:
        """Every tie that the proof rests on, once, from the path downwards."""
        return tuple(dict.fromkeys(tie for step in self.steps for tie in step.ties))

    @property
    def doubts(self) -> tuple[Unknown, ...]:
        """Every question whose bad answer the proof rests on, once."""
        return tuple(dict.fromkeys(doubt for step in self.steps for doubt in step.doubts))

    @property
    def weakest(self) -> Source | None:
        """What the weakest tie rests on."""
        return max((tie.source for tie in self.ties), key=SOURCES.index, default=None)

    @property
    def groups(self) -> tuple[Step, ...]:
        """The steps in which redundancy was not enough."""
        return tuple(step for step in self.steps if step.group is not None)


def prove(graph: Graph, target: str, lost: Collection[str], *, badly: bool = False) -> Proof | None:
    """Why `target` stops when `lost` stops; None where it does not.

    In the best world, where the proof rests on no question; or, `badly`, in the worst one, where it names those it rests on.
    """
    part = graph.part(target, *lost)
    world = wire(part)
    questions = {node: question for question, node in world.questions.items()}
    spread = Spread(world)
    first = [part.index[name] for name in lost]
    stopped = spread.stopped([*first, *questions] if badly else first)
    when = {node: position for position, node in enumerate((*spread.base, *stopped))}
    if part.index[target] not in when:
        return None
    return _Trace(part, world, when, frozenset(first), questions).proof(part.index[target])


class _Trace:
    """`when` gives each stopped node its turn: what stopped it has an earlier one."""

    def __init__(
        self, graph: Graph, world: World, when: dict[int, int], lost: frozenset[int], questions: dict[int, Unknown]
    ) -> None:
        self.graph = graph
        self.world = world
        self.when = when
        self.lost = lost
        self.questions = questions

    def proof(self, target: int) -> Proof:
        """Walk down from the target; whatever a component rests on stopped before it, so the walk ends."""
        steps: list[Step] = []
        seen = {target}
        todo = [target]
        for node in todo:  # grows while it is walked
            if node in self.lost:
                continue
            step, below = self.step(node)
            steps.append(step)
            todo += [one for one in below if one not in seen]
            seen.update(below)
        return Proof(steps=tuple(steps))

    def step(self, node: int) -> tuple[Step, list[int]]:
        """What stopped a component, past the gates between it and others."""
        component = self.graph.components[node]
        components: dict[int, None] = {}
        doubts: dict[Unknown, None] = {}
        group = None
        todo = [node]
        for one in todo:  # grows while it is walked
            causes, several = self.causes(one)
            if several:
                group = group or self.group_of(component, causes)
            for cause in causes:
                if cause in self.questions:
                    doubts[self.questions[cause]] = None
                elif cause < self.world.components:
                    components[cause] = None
                else:
                    todo.append(cause)
        names = [self.graph.components[below].name for below in components]
        ties = tuple(_tie(component, group, name) for name in names)
        return Step(component=component.name, ties=ties, group=group, doubts=tuple(doubts)), list(components)

    def causes(self, node: int) -> tuple[list[int], bool]:
        """The earliest need that stopped before the node, or the members that its group lost; whether it is a group."""
        when, limit = self.when, self.when[node]
        needs = [below for below in self.world.needs[node] if when.get(below, limit) < limit]
        if needs:
            return [min(needs, key=when.__getitem__)], False
        for least, members in self.world.groups[node]:
            gone = sorted((below for below in members if when.get(below, limit) < limit), key=when.__getitem__)
            enough = len(members) - least + 1
            if len(gone) >= enough:
                return gone[: max(enough, 0)], True
        return [], False

    def group_of(self, component: Component, causes: list[int]) -> Group | None:
        """The group of a component that these lost members are of; a gate's own pair is none."""
        names = {self.member(cause) for cause in causes}
        for group in component.groups:
            enough = {len(group.members) - least + 1 for least in (group.least, group.most) if least is not None}
            if len(causes) in enough and names <= {tie.to for tie in group.members}:
                return group
        return None

    def member(self, node: int) -> str:
        """The name of the component behind a node; of a possible member, the one behind its gate."""
        if node >= self.world.components:
            behind = [below for below in self.world.needs[node] if below < self.world.components]
            return self.graph.components[behind[0]].name if behind else ""
        return self.graph.components[node].name


def _tie(component: Component, group: Group | None, name: str) -> Tie:
    within = group.members if group is not None else component.needs
    return next(tie for tie in (*within, *component.ties()) if tie.to == name)
