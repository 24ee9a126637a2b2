"""The name servers that networks and network interfaces write themselves.

Facts of every `network`, `network_name_servers` and `network_interface`:

- `asks_own_servers`: it writes name servers. With none, or with Azure's own (168.63.129.16) alone, the cloud resolves names.
- `own_servers`: how many different ones it writes. Of a network neither Azure's own beside others counts for sure (it knows the names of the
  directory only where somebody leads it there) nor the loopback address (each machine would have to be a name server). The addresses that a
  managed domain reports are two: each replica set has two domain controllers. What answers on the address of a service is a question (see
  `name_services`).
- `loopback_first`: the first one is the machine itself: a domain controller that asks itself first finds no other one when it starts.
- `overlaid`: another declaration lays name servers over those of a network, and goes before them.
- `serves_identity`: a part of sign-in stands in it (a domain controller, federation server, agent, connector, a managed domain), or is one of the
  servers. What no file shows is not known to be: a rule then judges less gravely.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from typing import Final

from sparekey.facts.name_services import AZURE, CLOUD, NameServices
from sparekey.facts.network_parts import Parts, sure
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.agents import AgentGroup
from sparekey.model.kinds.directory import ManagedDomain, ReplicaSet
from sparekey.model.kinds.network import Network, NetworkInterface, NetworkNameServers
from sparekey.model.resource import Resource
from sparekey.model.truth import Bounds, Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Known, Unknown, ValueSet

_REPORTED: Final = ("domain_controller_ip_addresses", "domaincontrolleripaddress")
"""Attributes in which a managed domain, or a replica set of it, reports its addresses, in lower case."""
_ADDRESSES: Final = ("private_ip_address", "ip_configuration", "properties.ipConfigurations")
"""How attributes of an interface begin that are its private addresses."""
_SOURCES: Final = ("network_interface", "managed_domain", "replica_set")

Writer = Network | NetworkNameServers | NetworkInterface
KINDS: Final = ("network", "network_name_servers", "network_interface")
GIVES: Final = ("asks_own_servers", "own_servers", "loopback_first", "overlaid", "serves_identity")
"""Of which kinds there are facts, and which."""


def facts(estate: Estate, groups: Sequence[AgentGroup]) -> Iterator[Fact]:
    """The facts above."""
    writers = [found for kind in KINDS for found in estate.of(kind) if isinstance(found, Writer)]
    if not writers:
        return
    surroundings = _Surroundings(estate, groups)
    for writer in writers:
        servers = surroundings.servers(writer)
        yield Fact(subject=writer.id, name="asks_own_servers", value=servers.own())
        yield Fact(subject=writer.id, name="own_servers", value=servers.count())
        yield Fact(subject=writer.id, name="loopback_first", value=servers.loopback_first())
        yield Fact(subject=writer.id, name="overlaid", value=surroundings.overlaid(writer))
        silent = servers.own().answer == "no"
        nothing = no(Cause(at=writer.at, label="no part of sign-in is seen in it"))
        yield Fact(subject=writer.id, name="serves_identity", value=nothing if silent else surroundings.identity(writer, servers))


# --- one list -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Servers:
    """A list of name servers. `addresses` are the ones known, in order, with None for what is not.

    `interfaces` are those that addresses surely come from, of which `apart` certainly differ, `traced` the positions of these in the list; `domains` are the managed domains that report the list. `itself`: the loopback address is a name server for sure.
    `services` are the questions what answers on addresses of services.
    """

    written: ValueSet[str]
    addresses: tuple[str | None, ...]
    interfaces: frozenset[str] = frozenset()
    apart: int = 0
    traced: frozenset[int] = frozenset()
    domains: frozenset[str] = frozenset()
    itself: bool = False
    services: tuple[Unknown, ...] = ()

    def own(self) -> Truth:
        """Whether the list holds name servers of one's own."""
        here = Cause(at=self.written.at, label="name servers")
        if any(address is not None and address != CLOUD for address in self.addresses) or self.domains or self.traced:
            return yes(here)
        unknown = self._unknown()
        return maybe(*unique(asks(each) for each in unknown)) if unknown else no(here)

    def _unknown(self) -> tuple[Unknown, ...]:
        members = zip(self.written.members, self.addresses, strict=True)
        found = [member for member, address in members if address is None and isinstance(member, Unknown)]
        wrong = [
            Unknown(reason="a name server that is not an IP address", at=member.at, how="correct the file")
            for member, address in zip(self.written.members, self.addresses, strict=True)
            if address is None and isinstance(member, Known)
        ]
        return (*found, *wrong, *((self.written.open,) if self.written.open else ()))

    def count(self) -> Bounds:
        """How many different ones."""
        known = {address for address in self.addresses if address}
        doubtful = {address for address in known if address == CLOUD or (_is_loopback(address) and not self.itself)}
        least = max(len(known - doubtful), self.apart, 2 if self.domains else 0)
        hidden = sum(address is None for address in self.addresses)
        most = None if self.written.open else max(least, len(known) + hidden)
        because = (Cause(at=self.written.at, label="name servers"),)
        missing = [asks(each) for each in self._unknown()]
        if self.services and least < 2:
            most = None
            missing.extend(asks(each) for each in self.services)
        if doubtful and not missing:
            cloud = "do Azure's own name servers know the names of the directory?"
            reason = cloud if CLOUD in doubtful else "is each machine here a name server of its own?"
            missing.append(asks(Unknown(reason=reason, at=self.written.at, how="write two name servers of your own")))
        return Bounds(least=least, most=most, because=because, missing=unique(missing) if least != most else ())

    def loopback_first(self) -> Truth:
        """Whether the first one is the machine itself."""
        here = Cause(at=self.written.at, label="name servers")
        first = self.addresses[0] if self.addresses else None
        if 0 in self.traced and not self.written.open:
            return no(here)
        if first is not None and not self.written.open:
            return yes(here) if _is_loopback(first) else no(here)
        unknown = self._unknown()
        if self.domains or not unknown:
            return no(here)
        return maybe(*unique(asks(each) for each in unknown))


def _is_loopback(address: str) -> bool:
    return ip_address(address).is_loopback


def _address(text: str) -> str | None:
    """An IP address in the form in which two spellings are equal; None for what is none."""
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None


# --- what stands around it ------------------------------------------------------------------------------------------------------


class _Surroundings:
    """The lists of name servers of an estate, and what of sign-in they serve."""

    def __init__(self, estate: Estate, groups: Sequence[AgentGroup]) -> None:
        self._estate = estate
        self._sources = {(r.head.deployment, r.head.address): r for kind in _SOURCES for r in estate.resources.get(kind, ())}
        self._groups = groups
        self._services = NameServices(estate)
        self._over: dict[str, list[Truth]] = {}
        self._over_any: list[Truth] = []
        for layer in estate.of("network_name_servers"):
            edges = estate.linked(layer, "network")
            for edge in edges.members:
                self._over.setdefault(edge.target, []).append(all_of([layer.head.presence, sure(edge)]))
            if edges.open:
                self._over_any.append(all_of([layer.head.presence, maybe(edges.open)]))

    @cached_property
    def _parts(self) -> Parts:
        # Most networks write no name servers, and looking at every machine takes time.
        return Parts(self._estate, self._groups)

    def overlaid(self, writer: Writer) -> Truth:
        """Whether another declaration lays name servers over those that a network writes."""
        if not isinstance(writer, Network):
            return no(Cause(at=writer.at))
        return any_of([*self._over.get(writer.id, ()), *self._over_any, no(Cause(at=writer.at))])

    def servers(self, writer: Writer) -> _Servers:
        """The list that a resource writes, with what its unknown members are known to come from."""
        written = writer.dns_servers
        addresses: list[str | None] = []
        interfaces: dict[str, NetworkInterface] = {}
        dynamic: set[str] = set()
        traced: set[int] = set()
        for number, member in enumerate(written.members):
            if isinstance(member, Known):
                azure = isinstance(writer, NetworkInterface) and member.value.strip().casefold() == AZURE
                addresses.append(CLOUD if azure else _address(member.value))
                continue
            source = self._source(member, writer)
            address = None
            if isinstance(source, NetworkInterface) and member.refs[0].attribute.startswith(_ADDRESSES):
                interfaces[source.id] = source
                address = _only_address(source)
                traced.add(number)
                dynamic.update(() if address else (source.id,))
            addresses.append(address)
        if not addresses and not written.open:
            return _Servers(written=written, addresses=())
        networks = {self._parts.network_of(interfaces[id_]) for id_ in dynamic}
        return _Servers(
            written=written,
            addresses=tuple(addresses),
            interfaces=frozenset(interfaces),
            apart=len(dynamic) if len(networks) == 1 and None not in networks else 0,
            traced=frozenset(traced),
            domains=frozenset(self._reporting(written.open, writer) if written.open else ()),
            itself=writer.id in self._parts.controllers,
            services=tuple(question for member in written.members if (question := self._services.behind(member))),
        )

    def _reporting(self, list_: Unknown, writer: Writer) -> Iterator[str]:
        """The managed domain that reports a list of addresses."""
        source = self._source(list_, writer)
        if isinstance(source, ManagedDomain | ReplicaSet) and list_.refs[0].alone and _reports(list_.refs[0].attribute):
            yield source.id

    def _source(self, unknown: Unknown, writer: Writer) -> Resource | None:
        """The one resource that a value surely comes from."""
        if len(unknown.refs) != 1 or unknown.beyond or not unknown.refs[0].certain:
            return None
        return self._sources.get((writer.head.deployment, unknown.refs[0].to))

    def identity(self, writer: Writer, servers: _Servers) -> Truth:
        """Whether a part of sign-in stands where this list is in force, or is one of the servers in it."""
        parts = self._parts
        found = [truth for id_ in sorted(servers.interfaces) for truth in parts.behind.get(id_, ())]
        if servers.domains:
            found.append(yes(Cause(at=servers.written.at, label="the servers are those of a managed domain")))
        for address in servers.addresses:
            found += parts.at_address.get(address or "", ())
        if isinstance(writer, NetworkInterface):
            found += parts.behind.get(writer.id, ())
        elif isinstance(writer, NetworkNameServers):
            edges = self._estate.linked(writer, "network")
            found += [all_of([truth, sure(edge)]) for edge in edges.members for truth in parts.within.get(edge.target, ())]
        else:
            found += parts.within.get(writer.id, ())
        return any_of([*found, *parts.anywhere, no(Cause(at=writer.at, label="no part of sign-in is seen in it"))])


def _reports(attribute: str) -> bool:
    return attribute.casefold().rpartition(".")[2] in _REPORTED


def _only_address(interface: NetworkInterface) -> str | None:
    """The address of an interface that certainly has one alone."""
    found = interface.addresses
    if found.open or len(found.members) != 1 or isinstance(found.members[0], Unknown):
        return None
    return _address(found.members[0].value)
