"""From an estate to its dependency graph: everything that the parts know, under one name for each thing.

Every sign-in path is a target: `sign_in:` and the id of what it leads into, `emergency`, and `lockout` (neither normal nor emergency
sign-in works).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from sparekey.facts.survivability import (
    names,
    parts_directories,
    parts_emergency,
    parts_groups,
    parts_inventory,
    parts_sign_in,
    parts_workloads,
)
from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Component, Graph, Tie
from sparekey.facts.survivability.materials import gather_materials

if TYPE_CHECKING:
    from sparekey.config import Config
    from sparekey.model.estate import Estate
    from sparekey.model.value import Unknown

_GROUP_KINDS = frozenset({"connector_group", "agent_group"})


def graph_of(estate: Estate, config: Config, *, manual: bool = False) -> Graph:
    """The graph of an estate; without any sign-in path or group, an empty one. `manual`: standbys count that a person must switch on.

    TooLargeError where it cannot be held in memory.
    """
    return Draft(estate, config).graph(manual=manual)


class Draft:
    """The parts of an estate's graph, of which those are made once that standbys which a person must switch on do not change."""

    def __init__(self, estate: Estate, config: Config) -> None:
        """Nothing is read of `estate` and `config` that may change afterwards."""
        self.materials = gather_materials(estate, config, manual=False)
        self._accounts, self._more = parts_emergency.accounts(self.materials)
        self._groups = tuple(parts_groups.components(self.materials))
        self._others = (*parts_workloads.components(self.materials), *parts_directories.components(self.materials))
        self._around = (*parts_sign_in.tenant(self.materials), *parts_inventory.components(self.materials))

    def graph(self, *, manual: bool) -> Graph:
        """The graph, where `manual` with those standbys as members; TooLargeError where it cannot be held in memory."""
        materials = replace(self.materials, manual=manual)
        sign_in = tuple(parts_sign_in.components(materials, accounts=self._accounts))
        path = names.sign_in(f"{materials.estate.name}#tenant")
        normal = any(component.name == path for component in sign_in)
        emergency = parts_emergency.components(materials, self._accounts, self._more, normal=normal)
        found = _together(self._groups, sign_in, self._others, emergency)
        targets = [name for name in found if name.startswith("sign_in:") or name in (names.EMERGENCY, names.LOCKOUT)]
        if not targets and not any(component.kind in _GROUP_KINDS for component in found.values()):
            return build((), ())
        return build(_together(found.values(), self._around).values(), targets)


_MOST_PLACES = 5
"""Places that are kept of a component of which many things speak, such as a region."""


def _together(*parts: Iterable[Component]) -> dict[str, Component]:
    """The components of several parts, each name once: what several say of one thing holds together."""
    found: dict[str, list[Component]] = {}
    for part in parts:
        for component in part:
            found.setdefault(component.name, []).append(component)
    return {name: same[0] if len(same) == 1 else _one(same) for name, same in found.items()}


def _one(same: list[Component]) -> Component:
    """One component from several descriptions of it. The first says what kind of thing it is; a bracket that is also a thing can stop."""
    needs: dict[tuple[str, Unknown | None], Tie] = {}
    for component in same:
        for tie in component.needs:
            needs.setdefault((tie.to, tie.doubt), tie)
    return replace(
        same[0],
        at=tuple(dict.fromkeys(place for component in same for place in component.at))[:_MOST_PLACES],
        label=next((component.label for component in same if component.label), ""),
        needs=tuple(needs.values()),
        groups=tuple(dict.fromkeys(group for component in same for group in component.groups)),
        stops=any(component.stops for component in same),
        doubt=next((component.doubt for component in same if component.doubt), None),
        open=next((component.open for component in same if component.open), None),
        notes=tuple(dict.fromkeys(note for component in same for note in component.notes)),
    )
