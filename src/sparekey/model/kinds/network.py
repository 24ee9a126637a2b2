"""Networks as far as sign-in depends on them: name servers, ways out, and names that lead to one of several places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Links, Number, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Resource):
    """A virtual network. `dns_servers` are the addresses that it writes itself; with none, the cloud resolves names.

    `parts` is empty; it is open where it cannot be read which subnets are written within the network. Those that can are subnets.
    """

    kind: ClassVar[str] = "network"
    identity: ClassVar[bool] = False

    region: Text
    dns_servers: ValueSet[str]
    parts: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkNameServers(Resource):
    """Name servers that another declaration gives to a network; they go before those that the network writes itself."""

    kind: ClassVar[str] = "network_name_servers"
    identity: ClassVar[bool] = False

    network: Links
    dns_servers: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet(Resource):
    """A part of a network. `exits` are what it leads connections to the outside through, as written on itself (a NAT gateway).

    `service` is what of the cloud alone stands in it ("firewall", "private resolver"), null where anything may; `prefixes` are the address
    ranges of one that such a service has to itself, or may have.
    """

    kind: ClassVar[str] = "subnet"
    identity: ClassVar[bool] = False

    network: Links
    exits: Links
    prefixes: ValueSet[str]
    service: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetExit(Resource):
    """What another declaration leads the connections of subnets to the outside through."""

    kind: ClassVar[str] = "subnet_exit"
    identity: ClassVar[bool] = False

    subnet: Links
    exits: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkExit(Resource):
    """A way out of a network: a NAT gateway. `zone` is null where none is chosen, `region` is normalised.

    `spread` is whether it works in all zones of its region at once, whatever zone is written.
    """

    kind: ClassVar[str] = "network_exit"
    identity: ClassVar[bool] = False

    region: Text
    zone: Text
    spread: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class NameService(Resource):
    """A service of the cloud that resolves names for whoever asks it at `addresses`, private ones: an inbound endpoint of a private resolver."""

    kind: ClassVar[str] = "name_service"
    identity: ClassVar[bool] = False

    addresses: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkInterface(Resource):
    """What connects a machine with subnets.

    `addresses` are the private addresses that it certainly has; open where the network chooses any. `dns_servers` are the name
    servers that it uses instead of its network's. `pools` are the pools of load balancers that lead to it, as written on itself.
    """

    kind: ClassVar[str] = "network_interface"
    identity: ClassVar[bool] = False

    subnets: Links
    addresses: ValueSet[str]
    dns_servers: ValueSet[str]
    pools: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficProfile(Resource):
    """A name that leads to one of several endpoints. `ttl` and `probe_interval` are in seconds."""

    kind: ClassVar[str] = "traffic_profile"
    identity: ClassVar[bool] = False

    enabled: Flag
    routing_method: Text
    ttl: Number
    probe_interval: Number
    tolerated_failures: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficEndpoint(Resource):
    """One place that a profile may lead to.

    `category` is "azure", "external" or "nested". `target` is the resource's id, or the host name of an external one. `regions` are
    the parts of the world that a geographic profile leads here ("WORLD": all others). `always_served`: without a probe.
    """

    kind: ClassVar[str] = "traffic_endpoint"
    identity: ClassVar[bool] = False

    profile: Links
    category: Text
    enabled: Flag
    always_served: Flag
    target: Text
    region: Text
    regions: ValueSet[str]
    minimum_children: Number
