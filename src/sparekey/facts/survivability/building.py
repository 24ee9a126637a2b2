"""Make a graph of components, with a defined answer for input that makes no sense.

Nothing is refused silently and nothing makes a path look better than it is:
- a tie to a name that nobody declares: the name becomes a component of kind `undeclared`, which may need anything;
- a group that asks for more members than it has, or for fewer than one: how many it needs, and of whom, is a question;
- a component that is declared twice: it needs what both declarations say, and stands where both stand;
- a member that is named twice in one group counts once;
- needs that run in a circle are a true description of many systems and are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sparekey.facts.survivability.graph import Component, Graph, GraphProblem, Group, Tie
from sparekey.model.value import Unknown

MOST_COMPONENTS = 1_000_000
"""Ten times the estate of the benchmarks. A graph of so many takes 0.5 GB, and 1.3 GB with every analysis of it."""

MOST_TIES = 5_000_000
"""Five for each of a million components; estates have about two and a half."""


class TooLargeError(Exception):
    """More components or ties than can be analysed in the memory of an ordinary machine: nothing can be told."""


def build(
    components: Iterable[Component],
    targets: Iterable[str],
    *,
    most_components: int = MOST_COMPONENTS,
    most_ties: int = MOST_TIES,
) -> Graph:
    """The graph of these components; problems are listed in it. TooLargeError beyond the limits, as soon as they are passed."""
    problems: list[GraphProblem] = []
    found: dict[str, Component] = {}
    ties = 0
    for component in components:
        ties += len(component.needs) + sum(len(group.members) for group in component.groups)
        known = found.get(component.name)
        if known is not None:
            problems.append(_twice(component))
        found[component.name] = component if known is None else _united(known, component)
        if len(found) > most_components or ties > most_ties:
            raise TooLargeError(f"more than {most_components:,} components or {most_ties:,} dependencies")
    for name in list(found):
        if found[name].groups:
            found[name] = _with_sound_groups(found[name], problems)
    strangers = {tie.to: tie for component in found.values() for tie in component.ties() if tie.to not in found}
    if len(found) + len(strangers) > most_components:
        raise TooLargeError(f"more than {most_components:,} components")
    for name, tie in strangers.items():
        problems.append(GraphProblem(kind="undeclared", component=name, message=f"nothing declares {name}", at=tie.at))
        found[name] = _undeclared(name, tie)
    # Sorted by name, so that the order of files changes nothing, not even which of many sets are shown.
    return _graph(tuple(found[name] for name in sorted(found)), tuple(sorted(set(targets))), problems)


def _graph(components: tuple[Component, ...], targets: tuple[str, ...], problems: list[GraphProblem]) -> Graph:
    index = {component.name: i for i, component in enumerate(components)}
    missing = [name for name in targets if name not in index]
    problems += [GraphProblem(kind="unknown_target", component=name, message=f"nothing is called {name}") for name in missing]
    known = tuple(name for name in targets if name in index)
    return Graph(components=components, targets=known, index=index, problems=tuple(problems))


def _twice(component: Component) -> GraphProblem:
    at = component.at[0] if component.at else None
    return GraphProblem(kind="declared_twice", component=component.name, message=f"{component.name} is declared twice", at=at)


def _united(one: Component, other: Component) -> Component:
    """What both say: all needs and groups of both. A bracket that is also declared as a thing can stop."""
    return replace(
        one,
        at=tuple(dict.fromkeys((*one.at, *other.at))),
        label=one.label or other.label,
        needs=tuple(dict.fromkeys((*one.needs, *other.needs))),
        groups=tuple(dict.fromkeys((*one.groups, *other.groups))),
        stops=one.stops or other.stops,
        doubt=one.doubt or other.doubt,
        open=one.open or other.open,
        notes=tuple(dict.fromkeys((*one.notes, *other.notes))),
    )


def _undeclared(name: str, tie: Tie) -> Component:
    question = Unknown(reason=f"what does {name} need?", at=tie.at, how=f"declare {name}")
    return Component(name=name, kind="undeclared", at=(tie.at,), open=question)


def _with_sound_groups(component: Component, problems: list[GraphProblem]) -> Component:
    groups = tuple(_sound(component, group, problems) for group in component.groups)
    return component if groups == component.groups else replace(component, groups=groups)


def _sound(component: Component, group: Group, problems: list[GraphProblem]) -> Group:
    """The group with each member once; one that asks for the impossible becomes a question."""
    group = _each_once(group)
    size = len(group.members)
    highest = group.least if group.most is None else group.most
    sensible = 1 <= group.least <= highest and (group.most is None or group.doubt is not None)
    if sensible and (highest <= size or group.open is not None):
        return group
    asked = str(group.least) if highest == group.least else f"{group.least} to {highest}"
    message = f"group {group.name} of {component.name} asks for {asked} of {size}"
    problems.append(GraphProblem(kind="impossible_group", component=component.name, message=message, at=group.at))
    question = Unknown(reason=f"how many members does group {group.name} have and need?", at=group.at, how="correct the group")
    # The good answer is that members are missing from the list, the bad one that all of these, or more, must work.
    needed = max(group.least, highest, size, 1)
    return replace(group, least=needed, most=None, doubt=None, open=group.open or question)


def _each_once(group: Group) -> Group:
    """A member named twice counts once, and for certain if one of the ties is certain."""
    best: dict[str, Tie] = {}
    for tie in group.members:
        if tie.to not in best or (best[tie.to].doubt is not None and tie.doubt is None):
            best[tie.to] = tie
    return group if len(best) == len(group.members) else replace(group, members=tuple(best.values()))
