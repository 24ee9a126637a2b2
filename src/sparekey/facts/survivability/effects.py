"""What an answer means: the dependency that is there or is not, depending on a question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from sparekey.facts.survivability.graph import Component, Graph, Group
from sparekey.model.value import Unknown

Title = Callable[[str], str]
"""What people call a component, by its name, safe to print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that hangs on a question: what is so if the answer hurts, what is so if it helps, and which components it is about."""

    bad: str
    good: str
    about: tuple[str, ...]


class Effects:
    """Everything that hangs on the questions of a graph. Made once; the graph is read at the first question."""

    def __init__(self, graph: Graph, title: Title) -> None:
        self._graph = graph
        self._title = title
        self._found: dict[Unknown, list[Effect]] | None = None

    def of(self, question: Unknown, *, near: Collection[str] = ()) -> Effect | None:
        """What hangs on the question: of several things the one about most of the components `near`, then the first by name."""
        if self._found is None:
            self._found = {}
            for component in self._graph.components:
                for asked, effect in self._effects(component):
                    self._found.setdefault(asked, []).append(effect)
        held = self._found.get(question, [])
        return max(held, key=lambda effect: len(set(near).intersection(effect.about)), default=None)

    def _effects(self, component: Component) -> Iterator[tuple[Unknown, Effect]]:
        own, name = self._title(component.name), component.name
        if component.doubt:
            yield component.doubt, Effect(bad=f"{own} is not there", good=f"{own} is there", about=(name,))
        if component.open:
            bad = f"{own} needs something that is not listed"
            yield component.open, Effect(bad=bad, good=f"{own} needs nothing that is not listed", about=(name,))
        for tie in component.needs:
            if tie.doubt:
                other = self._title(tie.to)
                effect = Effect(bad=f"{own} needs {other}", good=f"{own} does not need {other}", about=(name, tie.to))
                yield tie.doubt, effect
        for group in component.groups:
            yield from self._of_group(name, group)

    def _of_group(self, name: str, group: Group) -> Iterator[tuple[Unknown, Effect]]:
        called = f"'{self._title(group.name)}'"
        if group.doubt:
            bad = f"{called} needs {group.most} of its members"
            yield group.doubt, Effect(bad=bad, good=f"{called} needs {group.least} of its members", about=(name,))
        if group.open:
            bad, good = f"{called} has no other member", f"{called} has another member elsewhere"
            yield group.open, Effect(bad=bad, good=good, about=(name,))
        for tie in group.members:
            if tie.doubt:
                member = self._title(tie.to)
                bad, good = f"{member} is no member of {called}", f"{member} is a member of {called}"
                yield tie.doubt, Effect(bad=bad, good=good, about=(name, tie.to))
