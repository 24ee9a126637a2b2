"""What a connector, agent or server on a machine needs of the network, besides the machine itself.

It is a bracket between its group and the machine, since a machine may carry several: a domain controller whose way out is down still answers those
who are near it, while the agent beside it cannot be reached any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sparekey.facts.roles import AGENTS, CONNECTOR
from sparekey.facts.survivability.attachments import Attachments
from sparekey.facts.survivability.graph import Component, Tie
from sparekey.facts.survivability.materials import Host, Materials
from sparekey.facts.survivability.parts_names import CONTROLLER, Names
from sparekey.facts.survivability.parts_networks import Exits
from sparekey.model.edges import Edge
from sparekey.model.value import Unknown

_SELDOM: Final = frozenset({"adfs-wap"})
"""Roles of which nobody can say that they ask the name servers of their network: proxies at the edge mostly have a list of their own."""

_STAYS_INSIDE: Final = frozenset({"adds-dc", "adfs", "adfs-wap"})
"""Roles that are reached from the inside, or from the outside through a load balancer, and open no connections to a cloud."""

_TITLES: Final = {role.word: role.title for role in (CONNECTOR, *AGENTS)}


class Carriers:
    """The brackets of everything that machines carry for groups. `members` are the roles with the relations to those who have them."""

    def __init__(self, materials: Materials, members: Iterable[tuple[str, Edge]]) -> None:
        found = {(edge.target, role): edge for role, edge in members if edge.target in materials.hosts}
        attachments = Attachments(materials.estate)
        self._materials = materials
        self._exits = Exits(materials, attachments)
        self._names = Names(materials, attachments, _controllers(found))
        seen = attachments.interfaces or attachments.subnets
        self._needs = {key: self._of(materials.hosts[key[0]], key[1]) for key in found} if seen else {}
        self._drawn: dict[str, Component] = {}

    def _of(self, host: Host, role: str) -> tuple[Tie, ...]:
        outside = () if role in _STAYS_INSIDE else self._exits.ties(host)
        return (*outside, *(() if role in _SELDOM else self._names.ties(host, role)))

    @property
    def machines(self) -> Mapping[str, None]:
        """Further machines that must be there for what the brackets need."""
        return self._names.drawn

    def member(self, machine: str, host: Host | None, role: str) -> str:
        """The component that is a member of a group of this role: the machine, or what it carries where that needs more than the machine."""
        needs = self._needs.get((host.id, role), ()) if host else ()
        if not host or not needs:
            return machine
        name = f"{machine}/as/{role}"
        at = host.at
        self._drawn[name] = Component(
            name=name,
            kind="connector" if role == CONNECTOR.word else "agent",
            at=(at,),
            label=f"{_TITLES[role]} on {host.label}{machine.removeprefix(host.id).replace('/', ' ')}",
            needs=(Tie(to=machine, at=at), *needs),
            stops=False,
        )
        return name

    def components(self) -> Iterator[Component]:
        """The brackets that were asked for, and what they need of networks."""
        yield from self._drawn.values()
        yield from self._exits.components()
        yield from self._names.components()


def _controllers(members: Mapping[tuple[str, str], Edge]) -> dict[str, Unknown | None]:
    """The domain controllers, each with the question whether it is one."""
    found: dict[str, Unknown | None] = {}
    for (host, role), edge in members.items():
        if role == CONTROLLER:
            doubt = Unknown(
                reason="is this a domain controller?",
                at=edge.because.at,
                how="tag the machine (sparekey-role: adds-dc), or list it in sparekey.yaml (inventory: agents)",
            )
            found[host] = None if edge.certain else edge.because.unknown or doubt
    return found
