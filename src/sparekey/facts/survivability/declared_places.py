"""Which components of the inventory must stand somewhere, though nothing says where.

A cluster, a database, a vault or a server has a place. An entry that names none does not say that it has none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from sparekey.model.kinds.inventory import DeclaredComponent
from sparekey.model.resource import known_text
from sparekey.model.value import Known, ValueSet

_STANDS_SOMEWHERE: Final = frozenset({"cluster", "database", "vault", "name_server", "domain_controller"})
_PLACES: Final = ("region:", "zone:", "site:", "availability_set:", "rack:", "host:")


def nowhere(
    declared: Mapping[str, Sequence[DeclaredComponent]], named: Callable[[str], str], things: Collection[str]
) -> frozenset[str]:
    """The declared components, by the names of what they are about, that must stand somewhere and lead to no place.

    `named` tells what a name in the inventory means. What leads to one of the `things` that files or other entries place stands there.
    """
    behind: dict[str, list[str]] = {}
    todo: list[str] = []
    for name, said in declared.items():
        for to in (named(member) for each in said for member in said_of(each)):
            if to.startswith(_PLACES) or (to in things and to not in declared):
                todo.append(name)
            behind.setdefault(to, []).append(name)
    placed = set(todo)
    while todo:
        for name in behind.get(todo.pop(), ()):
            if name not in placed:
                placed.add(name)
                todo.append(name)
    # What files show is placed by them.
    return frozenset(
        name
        for name, said in declared.items()
        if name not in placed and "#" not in name and any(category_of(each) in _STANDS_SOMEWHERE for each in said)
    )


def category_of(component: DeclaredComponent) -> str:
    """The kind that the inventory gives a component, in the spelling of the graph."""
    return (known_text(component.category) or "component").strip().casefold().replace("-", "_")


def said_of(component: DeclaredComponent) -> Iterator[str]:
    """Everything that a component is said to need, as it is written."""
    sets: tuple[ValueSet[str], ...] = (component.needs, *(each.members for each in component.alternatives))
    yield from (member.value for values in sets for member in values.members if isinstance(member, Known))
