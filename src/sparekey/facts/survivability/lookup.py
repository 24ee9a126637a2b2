"""Find components by what people call them: `site:hq`, an address of the source, a title. Letter case never matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sparekey.facts.survivability.graph import DOMAINS, Component, Graph
from sparekey.facts.survivability.names import SOMEWHERE

ALIASES = {
    "credential": "credential_kind",
    "vm": "machine",
    "availability-set": "availability_set",
    "expiry": "expiry_day",
    "exit": "network_exit",
    "nat": "network_exit",
    "dns": "name_server",
}
"""Words for kinds besides their own."""


def find(components: Sequence[Component], text: str) -> tuple[str, ...]:
    """The names of the components that a text means: those of that very name, else those of that address, else by kind and title, else by title.

    Of the first of these ways that finds any, all that it finds, so that the caller can refuse what is ambiguous.
    """
    wanted = _folded(text)
    kind, colon, rest = wanted.partition(":")
    kind = _folded(ALIASES.get(kind, kind)).replace("-", "_")
    ways: tuple[Callable[[Component], bool], ...] = (
        lambda c: _folded(c.name) == wanted or (bool(colon) and _folded(c.name) == f"{kind}:{rest}"),
        lambda c: address(c.name).casefold() == wanted,
        lambda c: bool(colon) and c.kind == kind and rest.replace(" ", "") in _calls(c),
        lambda c: _folded(c.title) == wanted,
    )
    for way in ways:
        found = tuple(component.name for component in components if way(component))
        if found:
            return found
    return ()


def address(name: str) -> str:
    """The address within its deployment, of a component that is named after a resource; else the name."""
    return name.partition("#")[2] or name


def callable_names(graph: Graph) -> Iterator[str]:
    """What a person may have meant, for suggestions: failure domains by name, everything else by address."""
    for component in graph.components:
        if component.kind in DOMAINS and SOMEWHERE in component.name:
            continue  # a place that nobody names is in no person's mind
        named = "#" not in component.name
        yield component.name if component.kind in DOMAINS and named else address(component.name)
        if component.kind in DOMAINS and not named:
            yield f"{component.kind}:{component.label}"


def _calls(component: Component) -> tuple[str, ...]:
    """What a component is called after its kind, without spaces ("West Europe" is westeurope)."""
    names = (component.label, component.title, address(component.name), component.name.partition(":")[2])
    return tuple(_folded(name).replace(" ", "") for name in names)


def _folded(text: str) -> str:
    return text.strip().casefold()
