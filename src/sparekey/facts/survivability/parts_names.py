"""Name servers: connectors, agents and servers in a network that writes its own need one of them.

A machine that is itself in the list resolves names through itself, and needs no other. So does a domain controller where any one of its domain is
in the list: it serves names from its own copy, starts slowly without the others, and starts. A name server of which nothing is seen stops by
itself, and may stand anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sparekey.facts.candidate import DEFAULT_GROUP
from sparekey.facts.survivability import names, parts_hosts, parts_places
from sparekey.facts.survivability.attachments import Attachments
from sparekey.facts.survivability.graph import Component, Group, Note, Tie
from sparekey.facts.survivability.materials import Host, Materials
from sparekey.facts.survivability.name_server_lists import Lists, NameServers, Server
from sparekey.model.resource import known_text
from sparekey.model.span import Place
from sparekey.model.value import Unknown

CONTROLLER: Final = "adds-dc"
"""The role whose machines serve names to themselves and to one another."""

_UNSAID: Final = DEFAULT_GROUP
"""The group of controllers of which nobody says the domain: it may be that of any other group."""

_MOST_MACHINES: Final = 50
"""Machines of which each is said to be what a list that cannot be read may hold: of more, only that it may stand anywhere."""


class Names:
    """The name servers of the hosts that are asked about. `controllers`: see `Lists`; `drawn` are the machines that serve names, or may."""

    def __init__(self, materials: Materials, attachments: Attachments, controllers: Mapping[str, Unknown | None]) -> None:
        self._materials = materials
        self._attachments = attachments
        self._controllers = controllers
        self._lists = Lists(materials, attachments, controllers)
        self._groups: dict[str, frozenset[str]] = {}
        for group in materials.of_role(CONTROLLER):
            for edge in group.members.members:
                key = group.head.address.rpartition("/")[2]
                self._groups[edge.target] = self._groups.get(edge.target, frozenset()) | {key}
        self._made: dict[str, list[Component]] = {}
        self._unseen: dict[str, Server] = {}
        self.drawn: dict[str, None] = {}

    def ties(self, host: Host, role: str) -> tuple[Tie, ...]:
        """What a host needs to resolve names for what it does."""
        attachment = self._attachments.of(host)
        lists = [(self._lists.of(place), place) for place in attachment.places]
        found = {used.owner: (used, place) for used, place in lists if used}
        hidden = attachment.hidden
        several: Unknown | None = None
        if found and len({used.owner if used else "" for used, _ in lists}) > 1:
            at = next(iter(found.values()))[1].at
            reason = f"by which of its network interfaces does {host.label} ask for names?"
            several = Unknown(reason=reason, at=at, how="use the same name servers on all of them")
        ties: list[Tie] = []
        for used, place in found.values():
            unsure = None if place.interface and place.interface.id == used.owner else place.unsure
            ties += self._asks(used, host, role, place.doubt or unsure or hidden or several)
        hidden = hidden or next((place.hidden for _, place in lists if place.hidden), None)
        for network, used in self._lists.all() if hidden else ():
            here, there = known_text(host.region), known_text(network.region)
            if used.owner not in found and (not here or not there or here == there):
                ties += self._asks(used, host, role, hidden)
        return tuple(ties)

    def _asks(self, used: NameServers, host: Host, role: str, doubt: Unknown | None) -> Iterator[Tie]:
        """The tie to a list, unless the host serves names to itself. A list that the cloud serves alone is none."""
        cloud = names.domain("provider", "azure")
        if not used.hidden and all(server.to == cloud for server in used.servers):
            return
        peers = self._peers(host) if role == CONTROLLER else {host.id: None}
        doubts = [peers[server.host] for server in used.servers if server.host in peers]
        if any(server.itself for server in used.servers) or None in doubts:
            return
        may_be = (s.question for s in used.servers if s.question and any(peer in s.hosts for peer in (*peers, host.id)))
        yield Tie(to=self._bracket(used), at=used.at, doubt=doubt or next(iter(doubts), None) or next(may_be, None))

    def _peers(self, host: Host) -> dict[str, Unknown | None]:
        """The controllers that serve the names of one, each with the question whether it does: those of its own domain, itself for sure."""
        found: dict[str, Unknown | None] = {}
        mine = self._groups.get(host.id, frozenset())
        for id_, doubt in self._controllers.items():
            theirs = self._groups.get(id_, frozenset())
            if id_ == host.id:
                found[id_] = None
            elif mine & theirs:
                found[id_] = doubt
            elif _UNSAID in mine | theirs:
                at = self._materials.hosts[id_].at
                how = "tag those of one domain with one sparekey-group"
                found[id_] = doubt or Unknown(
                    reason=f"does {self._materials.hosts[id_].label} serve the domain of {host.label}?", at=at, how=how
                )
        return found

    # --- components -------------------------------------------------------------------------------------------------------

    def _bracket(self, used: NameServers) -> str:
        name = f"names:{used.owner}"
        if name not in self._made:
            self._made[name] = []
            self._made[name].append(self._list(name, used))
        return name

    def _list(self, name: str, used: NameServers) -> Component:
        label = f"the name servers of {used.label}"
        if used.servers:
            members = tuple(tie for server in used.servers for tie in self._server(name, server))
            group = Group(name=label.removeprefix("the "), members=members, at=used.at, open=used.hidden)
            return Component(name=name, kind=names.NAMES, at=(used.at,), label=label, groups=(group,), stops=False)
        question = used.hidden or Unknown(reason=f"which are {label}?", at=used.at, how="write their addresses (dns_servers)")
        unseen = Server(
            at=question.at,
            unseen=f"{names.NAME_SERVER}:{names.SOMEWHERE}/{used.owner}",
            label=f"a name server of {used.label}",
            hosts=tuple(self._materials.hosts) if len(self._materials.hosts) <= _MOST_MACHINES else (),
            question=question,
        )
        needs = tuple(Tie(to=tie.to, at=tie.at, doubt=question) for tie in self._server(name, unseen))
        return Component(name=name, kind=names.NAMES, at=(used.at,), label=label, needs=needs, stops=False)

    def _server(self, bracket: str, server: Server) -> Iterator[Tie]:
        """The member of a list that a server is."""
        if server.to:
            yield Tie(to=server.to, at=server.at)
        elif server.host:
            self.drawn[server.host] = None
            yield from self._machines(server.host, server.at)
        elif server.unseen:
            self._unseen.setdefault(server.unseen, server)
            if not server.hosts:
                yield Tie(to=server.unseen, at=server.at)
                return
            self.drawn.update(dict.fromkeys(server.hosts))
            machines = (tie for host in server.hosts for tie in self._machines(host, server.at, server.question))
            needs = (Tie(to=server.unseen, at=server.at), *machines)
            name = f"{bracket}/{server.unseen}"
            self._made[bracket].append(
                Component(name=name, kind=names.NAMES, at=(server.at,), label=server.label, needs=needs, stops=False)
            )
            yield Tie(to=name, at=server.at)

    def _machines(self, host: str, at: Place, doubt: Unknown | None = None) -> Iterator[Tie]:
        for one in parts_hosts.instances(self._materials.hosts[host], self._materials):
            yield Tie(to=one.name, at=at, doubt=doubt or one.doubt)

    def components(self) -> Iterator[Component]:
        """The lists that were asked for, the name servers of which nothing is seen, and what a directory that names itself is to know."""
        cloud = names.domain("provider", "azure")
        for made in self._made.values():
            for component in made:
                yield component
                if any(tie.to == cloud for tie in component.ties()):
                    yield parts_places.provider("azure", component.at[0])[1]
        for name, server in self._unseen.items():
            yield from self._somewhere(name, server)
        yield from self._note()

    def _somewhere(self, name: str, server: Server) -> Iterator[Component]:
        domains = self._materials.domains
        places = [place for kind in ("region", "zone", "site") for place in (*domains.get(kind, ()), names.unnamed(kind))]
        question = server.question or Unknown(
            reason=f"where does {server.label} stand?",
            at=server.at,
            how="list it in sparekey.yaml (inventory: components: [{id: , kind: name_server, needs: [site:NAME]}])",
        )
        needs = tuple(Tie(to=place, at=question.at, doubt=question) for place in places)
        yield Component(name=name, kind=names.NAME_SERVER, at=(server.at,), label=server.label, needs=needs)
        for place in places:
            kind = place.partition(":")[0]
            yield Component(name=place, kind=kind, at=(question.at,), label=names.shown(place))

    # --- a directory that names itself ------------------------------------------------------------------------------------

    def _note(self) -> Iterator[Component]:
        """The note on a directory all of whose name servers are its own domain controllers."""
        places: dict[Place, None] = {}
        for id_, doubt in self._controllers.items():
            host = self._materials.hosts.get(id_)
            attachment = self._attachments.of(host) if host else None
            if doubt or attachment is None or attachment.hidden or not attachment.places:
                return
            for place in attachment.places:
                used = None if place.doubt or place.unsure or place.hidden else self._lists.of(place)
                if used is None or used.hidden or not all(map(self._own, used.servers)):
                    return
                places[used.at] = None
        if places and self._materials.of_role("pta-agent", "adfs"):
            says = "its domain controllers resolve names through themselves: once all of them are down, they start slowly"
            note = Note(says=says, at=tuple(places))
            yield Component(name=names.DIRECTORY, kind="directory", at=tuple(places), notes=(note,), stops=False)

    def _own(self, server: Server) -> bool:
        return server.itself or (server.host in self._controllers and self._controllers[server.host] is None)
