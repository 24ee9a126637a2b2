"""Which subnets and networks hosts are attached to: by their network interfaces, or as instances of a scale set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sparekey.facts.survivability.materials import Host, presence
from sparekey.model.edges import Edge, Edges
from sparekey.model.estate import Estate
from sparekey.model.kinds.hosting import MachineSet
from sparekey.model.kinds.network import Network, NetworkInterface, Subnet
from sparekey.model.resource import Resource, known_text
from sparekey.model.span import Place
from sparekey.model.value import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """One subnet that a host is attached to, and the interface that attaches it; None where it is not seen, or there is none.

    `spot` names the subnet, also one that is not seen but whose id is written: two places with one spot are one subnet.
    `doubt` is whether it is attached to it, `unsure` whether the subnet lies in the network; `hidden` why its network cannot be read.
    """

    interface: NetworkInterface | None
    subnet: Subnet | None
    network: Network | None
    at: Place
    spot: str = ""
    doubt: Unknown | None = None
    unsure: Unknown | None = None
    hidden: Unknown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What a host is attached to. `hidden` is why it may be attached to something else."""

    places: tuple[Attached, ...]
    hidden: Unknown | None = None


def spot_of(edge: Edge) -> str:
    """What names the subnet that a relation leads to: its own id, or the one that is written, of which case tells no two apart."""
    return edge.target.casefold() if edge.external else edge.target


def doubt_of(edge: Edge, resource: Resource | None = None) -> Unknown | None:
    """The question whether a relation leads to this resource, and to no other that the same declaration stands for; None: it does."""
    if not edge.certain:
        reason = "what does this id name?"
        return edge.because.unknown or Unknown(reason=reason, at=edge.because.at, how="refer to the resource instead")
    if resource is None:
        return None
    count, there = resource.head.count, presence(resource)
    if there or (count.least == 1 and count.most == 1):
        return there
    found = next((cause.unknown for cause in count.missing if cause.unknown), None)
    return found or Unknown(
        reason=f"which of several is meant by {resource.label}?", at=edge.because.at, how="write the count as a constant"
    )


class Attachments:
    """The attachments of the hosts of an estate. `interfaces` are all that are seen, by id."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self.interfaces = {i.id: i for i in estate.of("network_interface") if isinstance(i, NetworkInterface)}
        self.subnets = {subnet.id: subnet for subnet in estate.of("subnet") if isinstance(subnet, Subnet)}
        self.networks = {network.id: network for network in estate.of("network") if isinstance(network, Network)}
        ids = ((known_text(key.value), n) for n in self.networks.values() for key in n.keys if key.space == "arm_id")
        self._called = {id_.strip().casefold(): network for id_, network in ids if id_}
        self._found: dict[str, Attachment] = {}

    def of(self, host: Host) -> Attachment:
        """What a host is attached to."""
        if host.id not in self._found:
            self._found[host.id] = self._of(host)
        return self._found[host.id]

    def _of(self, host: Host) -> Attachment:
        if isinstance(host, MachineSet):
            edges = self._estate.linked(host, "subnets")
            return Attachment(places=tuple(self._subnets(edges, None, None)), hidden=_hidden(edges))
        edges = self._estate.linked(host, "interfaces")
        hidden = _hidden(edges)
        places: list[Attached] = []
        for edge in edges.members:
            interface = self.interfaces.get(edge.target)
            if interface is None:
                places.append(Attached(interface=None, subnet=None, network=None, at=edge.because.at, doubt=doubt_of(edge)))
                reason = f"in which subnet is the network interface {(edge.key or edge.target).rpartition('/')[2]}?"
                hidden = hidden or Unknown(reason=reason, at=edge.because.at, how="scan what makes it as well")
                continue
            if interface.head.presence.answer != "no":
                doubt = doubt_of(edge, interface)
                inner = self._estate.linked(interface, "subnets")
                hidden = hidden or _hidden(inner)
                seen = tuple(self._subnets(inner, interface, doubt))
                nowhere = Attached(interface=interface, subnet=None, network=None, at=edge.because.at, doubt=doubt)
                places.extend(seen or (nowhere,))
        return Attachment(places=tuple(places), hidden=hidden)

    def _subnets(self, edges: Edges, interface: NetworkInterface | None, doubt: Unknown | None) -> Iterator[Attached]:
        for edge in edges.members:
            subnet = self.subnets.get(edge.target)
            if subnet is not None and subnet.head.presence.answer == "no":
                continue
            network, unsure, hidden = self.network_of(edge, subnet)
            yield Attached(
                interface=interface,
                subnet=subnet,
                network=network,
                at=edge.because.at,
                spot=spot_of(edge),
                doubt=doubt or doubt_of(edge, subnet),
                unsure=unsure,
                hidden=hidden,
            )

    def network_of(self, edge: Edge, subnet: Subnet | None) -> tuple[Network | None, Unknown | None, Unknown | None]:
        """The network of a subnet, whether it certainly is that one, and why it cannot be read. An id of a subnet begins with its network's."""
        if subnet is None:
            return self._called.get(edge.key.strip().casefold().partition("/subnets/")[0]), None, None
        outer = self._estate.linked(subnet, "network")
        found = [(one, self.networks[one.target]) for one in outer.members if one.target in self.networks]
        if len(found) != 1:
            return None, None, _hidden(outer) or self._nameless(outer)
        one, network = found[0]
        return network, doubt_of(one, network), None

    def _nameless(self, outer: Edges) -> Unknown | None:
        """A network whose name cannot be read may be the one that a subnet names."""
        keys = (key for network in self.networks.values() for key in network.keys if key.space == "network_name")
        hidden = next((key.value for key in keys if isinstance(key.value, Unknown)), None)
        return hidden if any(edge.external for edge in outer.members) else None


def _hidden(edges: Edges) -> Unknown | None:
    """Why a relation may lead to something else as well."""
    if edges.open is None:
        return None
    return edges.open.unknown or Unknown(reason="what is this attached to?", at=edges.open.at)
