"""Networks and load balancers in a few words: resources as the mappings give them, named by ids that are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sparekey.model.kinds.balancing import Balancer, BalancerPool, BalancerProbe, BalancerRule, PoolMember
from sparekey.model.kinds.directory import ManagedDomain, ReplicaSet
from sparekey.model.kinds.hosting import AvailabilitySet
from sparekey.model.kinds.network import Network, NetworkInterface, NetworkNameServers, Subnet
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.span import Pointer
from sparekey.model.truth import Truth
from sparekey.model.value import Known, Links, Number, Reference, Text, Unknown, ValueSet
from tests.azure_estates import Hidden

PRESENT = Truth(answer="yes")
Words = Sequence[object] | Hidden


def id_of(kind: str, label: str) -> str:
    """The Azure id of a thing of this module."""
    return f"/{kind}s/{label}"


def _at(kind: str, label: str, field: str = "") -> Pointer:
    return Pointer(file="plan.json", pointer=f"/{kind}.{label}{field}")


def _unknown(hidden: Hidden, at: Pointer, attribute: str = "id") -> Unknown:
    refs = tuple(Reference(to=to, attribute=attribute, certain=hidden.certain, alone=hidden.certain) for to in hidden.refs)
    return Unknown(reason=f"what is {at.pointer}?", at=at, refs=refs, beyond=hidden.beyond)


def words(raw: Words, at: Pointer, attribute: str = "id") -> ValueSet[str]:
    """A list; hidden as a whole, or with hidden members."""
    if isinstance(raw, Hidden):
        return ValueSet(members=(), at=at, open=_unknown(raw, at, attribute))
    members = [
        _unknown(one, at, attribute) if isinstance(one, Hidden) else Known(value=str(one), at=at.child(n))
        for n, one in enumerate(raw)
    ]
    return ValueSet(members=tuple(members), at=at)


def _links(kind: str, raw: Words, at: Pointer) -> Links:
    if not isinstance(raw, Hidden):
        raw = [one if isinstance(one, Hidden) or str(one).startswith("/") else id_of(kind, str(one)) for one in raw]
    return Links(values=words(raw, at), to=(kind,), by=("arm_id",))


def _head(kind: str, label: str, presence: Truth, deployment: str = "plan.json") -> Head:
    return Head(deployment=deployment, address=f"{kind}.{label}", at=_at(kind, label), presence=presence)


def _key(kind: str, label: str) -> tuple[Key, ...]:
    at = _at(kind, label)
    return (Key(space="arm_id", attribute="id", value=Known(value=id_of(kind, label), at=at)),)


def _text(raw: object, at: Pointer) -> Text:
    return _unknown(raw, at) if isinstance(raw, Hidden) else Known(value=None if raw is None else str(raw), at=at)


def _number(raw: object, at: Pointer) -> Number:
    if isinstance(raw, Hidden):
        return _unknown(raw, at)
    assert raw is None or isinstance(raw, int)
    return Known(value=raw, at=at)


def network(label: str, servers: Words = (), *, reported: str = "id") -> list[Resource]:
    """A network. `reported` is the attribute that hidden name servers come from."""
    at = _at("network", label)
    return [
        Network(
            head=_head("network", label, PRESENT),
            name=Known(value=label, at=at),
            keys=_key("network", label),
            region=Known(value="westeurope", at=at),
            dns_servers=words(servers, at.child("dns_servers"), reported),
            parts=words((), at),
        )
    ]


def laid_over(label: str, servers: Words, of: Words, presence: Truth = PRESENT, *, reported: str = "id") -> list[Resource]:
    """Name servers that are laid over networks."""
    at = _at("network_name_servers", label)
    return [
        NetworkNameServers(
            head=_head("network_name_servers", label, presence),
            name=Known(value=None, at=at),
            network=_links("network", of, at.child("network")),
            dns_servers=words(servers, at.child("dns_servers"), reported),
        )
    ]


def subnet(label: str, of: Words, *, prefixes: Words = (), service: str | None = None) -> list[Resource]:
    """A part of a network; `service` is what of the cloud alone stands in it."""
    at = _at("subnet", label)
    return [
        Subnet(
            head=_head("subnet", label, PRESENT),
            name=Known(value=label, at=at),
            keys=_key("subnet", label),
            network=_links("network", of, at.child("network")),
            exits=_links("network_exit", [], at),
            prefixes=words(prefixes, at.child("prefixes")),
            service=Known(value=service, at=at),
        )
    ]


def interface(
    label: str, subnets: Words = (), *, addresses: Words = (), servers: Words = (), pools: Words = ()
) -> list[Resource]:
    """A network interface."""
    at = _at("network_interface", label)
    return [
        NetworkInterface(
            head=_head("network_interface", label, PRESENT),
            name=Known(value=label, at=at),
            keys=_key("network_interface", label),
            subnets=_links("subnet", subnets, at.child("subnets")),
            addresses=words(addresses, at.child("addresses")),
            dns_servers=words(servers, at.child("dns_servers")),
            pools=_links("balancer_pool", pools, at.child("pools")),
        )
    ]


def balancer(label: str, *, addresses: Words = (), looked_up: bool = False) -> list[Resource]:
    """A load balancer."""
    at = _at("balancer", label)
    return [
        Balancer(
            head=replace(_head("balancer", label, PRESENT), looked_up=looked_up),
            name=Known(value=label, at=at),
            keys=_key("balancer", label),
            tier=Known(value="Standard", at=at),
            region=Known(value="westeurope", at=at),
            addresses=words(addresses, at.child("addresses")),
        )
    ]


def pool(label: str, of: Words = ()) -> list[Resource]:
    """A pool of a load balancer."""
    at = _at("balancer_pool", label)
    return [
        BalancerPool(
            head=_head("balancer_pool", label, PRESENT),
            name=Known(value=label, at=at),
            keys=_key("balancer_pool", label),
            balancer=_links("balancer", of, at),
        )
    ]


def joint(label: str, of: Words, into: Words, presence: Truth = PRESENT, *, deployment: str = "plan.json") -> list[Resource]:
    """That an interface is in a pool."""
    at = _at("pool_member", label)
    return [
        PoolMember(
            head=_head("pool_member", label, presence, deployment),
            name=Known(value=None, at=at),
            interface=_links("network_interface", of, at.child("interface")),
            pool=_links("balancer_pool", into, at.child("pool")),
        )
    ]


def probe(label: str, protocol: object = "http", port: object = 80, path: object = "/adfs/probe") -> list[Resource]:
    """A probe; the right one unless told otherwise."""
    at = _at("balancer_probe", label)
    return [
        BalancerProbe(
            head=_head("balancer_probe", label, PRESENT),
            name=Known(value=label, at=at),
            keys=_key("balancer_probe", label),
            balancer=_links("balancer", [], at),
            protocol=_text(protocol, at.child("protocol")),
            port=_number(port, at.child("port")),
            path=_text(path, at.child("path")),
        )
    ]


def leads(label: str, into: Words, probes: Words = (), port: object = 443, presence: Truth = PRESENT) -> list[Resource]:
    """A rule of a load balancer."""
    at = _at("balancer_rule", label)
    return [
        BalancerRule(
            head=_head("balancer_rule", label, presence),
            name=Known(value=label, at=at),
            balancer=_links("balancer", [], at),
            pools=_links("balancer_pool", into, at.child("pools")),
            probe=_links("balancer_probe", probes, at.child("probe")),
            port=_number(port, at.child("port")),
        )
    ]


def availability_set(label: str, faults: object = 2, updates: object = 5) -> list[Resource]:
    """An availability set."""
    at = _at("availability_set", label)
    return [
        AvailabilitySet(
            head=_head("availability_set", label, PRESENT),
            name=Known(value=label, at=at),
            keys=_key("availability_set", label),
            region=Known(value="westeurope", at=at),
            fault_domains=_number(faults, at.child("faults")),
            update_domains=_number(updates, at.child("updates")),
        )
    ]


def managed_domain(label: str, within: object) -> list[Resource]:
    """A managed domain with one replica set in a subnet."""
    at = _at("managed_domain", label)
    text: Text = Known(value=label, at=at)
    domain = ManagedDomain(
        head=_head("managed_domain", label, PRESENT),
        name=text,
        keys=_key("managed_domain", label),
        domain_name=text,
        sku=text,
        region=text,
    )
    replica = ReplicaSet(
        head=_head("replica_set", label, PRESENT),
        name=text,
        domain=_links("managed_domain", [label], at),
        region=text,
        subnet=_text(within, at.child("subnet")),
    )
    return [domain, replica]
