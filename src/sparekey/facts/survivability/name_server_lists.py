"""The name servers that networks and interfaces write, and who is meant by each: a machine, something declared, the cloud, or nobody seen.

An address is a machine for certain where an interface certainly has it in the very network. The same address in another network may be another
machine, and so may be a machine of which the address cannot be read: those are asked about. Of a machine that takes any address the network
chooses only a domain controller is asked about, since nobody lists a server by an address that may change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address

from sparekey.facts.name_services import AZURE, CLOUD, NameServices
from sparekey.facts.survivability import names
from sparekey.facts.survivability.attachments import Attached, Attachments, doubt_of
from sparekey.facts.survivability.materials import Host, Materials
from sparekey.model.answers import a_component
from sparekey.model.kinds.directory import ManagedDomain, ReplicaSet
from sparekey.model.kinds.network import Network, NetworkInterface, NetworkNameServers
from sparekey.model.resource import Resource
from sparekey.model.span import Place
from sparekey.model.value import Known, Unknown, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One name server of a list. `to` is the component that it certainly is, `host` the machine; else `unseen` names its own component.

    `hosts` are the machines that an unseen one may be, and `question` where it stands. `itself`: whoever asks is meant (loopback).
    """

    at: Place
    to: str = ""
    host: str = ""
    unseen: str = ""
    label: str = ""
    hosts: tuple[str, ...] = ()
    question: Unknown | None = None
    itself: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NameServers:
    """The list that a network or an interface (`owner`) uses. `hidden` is why there may be others in it; without any server, which are."""

    owner: str
    label: str
    at: Place
    servers: tuple[Server, ...]
    hidden: Unknown | None = None


class Lists:
    """The lists of an estate. `controllers` are the domain controllers by id, each with the question whether it is one."""

    def __init__(self, materials: Materials, attachments: Attachments, controllers: Mapping[str, Unknown | None]) -> None:
        self._materials = materials
        self._attachments = attachments
        self._controllers = controllers
        self._services = NameServices(materials.estate)
        self._of_networks: dict[str, NameServers | None] = {}
        kinds = ("network_interface", "managed_domain", "replica_set", "machine")
        self._sources = {(r.head.deployment, r.head.address): r for k in kinds for r in materials.estate.resources.get(k, ())}

    def of(self, place: Attached) -> NameServers | None:
        """The list that is used where a host is attached; None where the cloud resolves names, or nothing is seen."""
        interface = place.interface
        if interface is not None and (interface.dns_servers.members or interface.dns_servers.open):
            return self._list(interface, interface.dns_servers, place.network, None)
        return self.of_network(place.network) if place.network else None

    def all(self) -> Iterator[tuple[Network, NameServers]]:
        """Every network that has a list."""
        for network in self._attachments.networks.values():
            found = self.of_network(network)
            if found:
                yield network, found

    def of_network(self, network: Network) -> NameServers | None:
        """The list of a network: what another declaration lays over it goes before its own."""
        if network.id not in self._of_networks:
            self._of_networks[network.id] = self._network(network)
        return self._of_networks[network.id]

    def _network(self, network: Network) -> NameServers | None:
        written, doubt = network.dns_servers, None
        for layer in self._materials.estate.of("network_name_servers"):
            if not isinstance(layer, NetworkNameServers) or layer.head.presence.answer == "no":
                continue
            edges = self._materials.estate.linked(layer, "network")
            edge = next((edge for edge in edges.members if edge.target == network.id), None)
            if edge is not None:
                written, doubt = layer.dns_servers, doubt_of(edge, layer)
                break
            if edges.open:
                doubt = doubt or edges.open.unknown
        if not written.members and not written.open and not doubt:
            return None
        return self._list(network, written, network, doubt)

    def _list(self, owner: Resource, written: ValueSet[str], network: Network | None, doubt: Unknown | None) -> NameServers:
        if doubt:
            return NameServers(owner=owner.id, label=owner.label, at=written.at, servers=(), hidden=doubt)
        hidden, servers = written.open, []
        reported = self._reported(written.open, owner) if written.open else None
        if reported:
            hidden, servers = None, [reported]
        for member in written.members:
            if isinstance(member, Known) and isinstance(owner, NetworkInterface) and member.value.strip().casefold() == AZURE:
                servers.append(Server(at=member.at, to=names.domain("provider", "azure")))
                continue
            found = self._unknown(member, owner, network) if isinstance(member, Unknown) else self._known(member, network)
            servers.append(found)
            if found.unseen:
                # Behind one address of a service there may stand several.
                hidden = hidden or self._services.behind(member)
        return NameServers(owner=owner.id, label=owner.label, at=written.at, servers=tuple(servers), hidden=hidden)

    # --- who is meant -----------------------------------------------------------------------------------------------------

    def _reported(self, list_: Unknown, owner: Resource) -> Server | None:
        """The managed domain that reports a list of addresses."""
        source = self._source(list_, owner)
        if isinstance(source, ReplicaSet):
            domains = [e.target for e in self._materials.estate.linked(source, "domain").members if e.certain and not e.external]
            return Server(at=list_.at, to=domains[0]) if len(domains) == 1 else None
        return Server(at=list_.at, to=source.id) if isinstance(source, ManagedDomain) else None

    def _source(self, unknown: Unknown, owner: Resource) -> Resource | None:
        """The one resource that a value surely comes from."""
        if len(unknown.refs) != 1 or unknown.beyond or not unknown.refs[0].certain:
            return None
        found = self._sources.get((owner.head.deployment, unknown.refs[0].to))
        return found if found and found.head.presence.answer == "yes" else None

    def _unknown(self, member: Unknown, owner: Resource, network: Network | None) -> Server:
        source = self._source(member, owner)
        reported = self._reported(member, owner)
        if reported:
            return reported
        if source is not None and source.kind == "machine":
            return Server(at=member.at, host=source.id)
        hosts = self._behind.get(source.id, ()) if source else ()
        if len(hosts) == 1 and hosts[0][1] is None:
            return Server(at=member.at, host=hosts[0][0])
        name = f"{names.NAME_SERVER}:{names.SOMEWHERE}/{owner.id}"
        label = f"a name server of {owner.label}"
        return Server(at=member.at, unseen=name, label=label, hosts=self._may_be("", network), question=member)

    def _known(self, member: Known[str], network: Network | None) -> Server:
        address = _address(member.value)
        if address == CLOUD:
            return Server(at=member.at, to=names.domain("provider", "azure"))
        if _is_loopback(address):
            return Server(at=member.at, itself=True)
        own = f"{names.NAME_SERVER}:{address}"
        said = self._materials.called.get(own) or self._materials.called.get(address)
        if said:
            return Server(at=member.at, host=said) if said in self._materials.hosts else Server(at=member.at, to=said)
        there = [
            host for host, net, doubt in self._at.get(address, ()) if net and network and net == network.id and doubt is None
        ]
        if len(there) == 1:
            return Server(at=member.at, host=there[0])
        entries = self._materials.entries.get(address, ())
        if not self._at.get(address) and entries:
            # On one address there is one host, whatever it carries.
            return Server(at=member.at, to=names.domain("host", address))
        question = Unknown(
            reason=f"where does the name server {address} stand?",
            at=member.at,
            how=f'inventory: components: [{{id: "{address}", kind: name_server, needs: [site:NAME]}}]',
            answers=(a_component(address, "name_server"),),
        )
        may_be = self._may_be(address, network)
        return Server(at=member.at, unseen=own, label=f"name server {address}", hosts=may_be, question=question)

    def _may_be(self, address: str, network: Network | None) -> tuple[str, ...]:
        """The machines that an address which nothing certainly has may belong to."""
        found = [host for host, _, _ in self._at.get(address, ())]
        found += [host for host, net in self._hidden if net is None or network is None or net == network.id]
        if address in self._free:
            found += [host.id for host in self._materials.hosts.values() if self._attachments.of(host).hidden]
        return tuple(dict.fromkeys(found))

    @cached_property
    def _at(self) -> dict[str, list[tuple[str, str | None, Unknown | None]]]:
        """The machines by the addresses that they certainly have, each with its network."""
        found: dict[str, list[tuple[str, str | None, Unknown | None]]] = {}
        for host, place in self._places():
            for address in place.interface.addresses.members if place.interface else ():
                if isinstance(address, Known):
                    doubt = place.doubt or place.unsure or place.hidden
                    entry = (host.id, place.network.id if place.network else None, doubt)
                    found.setdefault(_address(address.value), []).append(entry)
        return found

    @cached_property
    def _behind(self) -> dict[str, list[tuple[str, Unknown | None]]]:
        """The machines by their interfaces."""
        found: dict[str, list[tuple[str, Unknown | None]]] = {}
        for host, place in self._places():
            if place.interface and (host.id, place.doubt) not in found.get(place.interface.id, ()):
                found.setdefault(place.interface.id, []).append((host.id, place.doubt))
        return found

    @cached_property
    def _hidden(self) -> tuple[tuple[str, str | None], ...]:
        """The machines of which the address cannot be read, or of a domain controller is any, each with its network."""
        found: dict[tuple[str, str | None], None] = {}
        for host, place in self._places():
            if place.interface is None:
                continue
            held = place.interface.addresses
            unread = any(isinstance(one, Unknown) for one in held.members) or (held.open and not held.open.unwritten)
            if unread or (held.open and host.id in self._controllers):
                found[host.id, place.network.id if place.network else None] = None
        for id_ in self._controllers:
            if id_ in self._materials.hosts and self._attachments.of(self._materials.hosts[id_]).hidden:
                found[id_, None] = None
        return tuple(found)

    @cached_property
    def _free(self) -> frozenset[str]:
        """The addresses of interfaces that no machine is seen to have."""
        taken = self._behind
        free = (one for id_, one in self._attachments.interfaces.items() if id_ not in taken)
        return frozenset(_address(a.value) for one in free for a in one.addresses.members if isinstance(a, Known))

    def _places(self) -> Iterator[tuple[Host, Attached]]:
        for host in self._materials.hosts.values():
            if host.head.presence.answer != "no":
                for place in self._attachments.of(host).places:
                    yield host, place


def _address(text: str) -> str:
    """An IP address in the form in which two spellings are equal; anything else as it is written, without case."""
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return text.strip().casefold()


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
