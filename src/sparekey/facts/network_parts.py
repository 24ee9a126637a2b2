"""What of sign-in stands in which network, and behind which network interface.

A part of sign-in is a machine or scale set that a tag gives a role, one that is a connector, agent or server of the directory by what it runs
or by the inventory, and a replica set of a managed domain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sparekey.facts.connector_sightings import candidates
from sparekey.model.edges import Edge, Edges
from sparekey.model.estate import Estate
from sparekey.model.kinds.agents import AgentGroup
from sparekey.model.kinds.directory import ReplicaSet
from sparekey.model.kinds.hosting import Machine, MachineSet
from sparekey.model.kinds.network import NetworkInterface, Subnet
from sparekey.model.resource import known_text
from sparekey.model.truth import Cause, Truth, all_of, any_of, asks, maybe, yes
from sparekey.model.value import Known, Reference, Unknown

_CONTROLLER: Final = "adds-dc"
_NO_PART: Final = frozenset({"break-glass"})
"""Roles of a tag that make a machine no part of sign-in."""


class Parts:
    """The parts of sign-in of an estate.

    By network (`within`), by network interface (`behind`) and by private address (`at_address`) the truths that say that one stands there;
    `anywhere` those of which it cannot be told where. `controllers` are the interfaces of machines that surely are domain controllers.
    """

    def __init__(self, estate: Estate, groups: Sequence[AgentGroup]) -> None:
        self._estate = estate
        self.within: dict[str, list[Truth]] = {}
        self.behind: dict[str, list[Truth]] = {}
        self.at_address: dict[str, list[Truth]] = {}
        self.anywhere: list[Truth] = []
        self.controllers: set[str] = set()
        self._interfaces = {i.id: i for i in estate.of("network_interface") if isinstance(i, NetworkInterface)}
        self._subnets = {subnet.id: subnet for subnet in estate.of("subnet") if isinstance(subnet, Subnet)}
        self._networks: dict[str, str] = {}
        self._named: dict[str, str] = {}
        for kind, names in (("network", self._networks), ("subnet", self._named)):
            for resource in estate.of(kind):
                ids = (known_text(key.value) for key in resource.keys if key.space == "arm_id")
                names.update((id_.strip().casefold(), resource.id) for id_ in ids if id_)
        self._hosts = {
            h.id: h for kind in ("machine", "machine_set") for h in estate.of(kind) if isinstance(h, Machine | MachineSet)
        }
        controllers = self._controllers(groups)
        for id_, truths in self._parts(groups).items():
            self._place(self._hosts[id_], any_of(truths), controller=id_ in controllers)
        for replica in estate.of("replica_set"):
            if isinstance(replica, ReplicaSet):
                self._place_replica(replica)

    def network_of(self, interface: NetworkInterface) -> str | None:
        """The one network that an interface surely stands in."""
        found = list(self._around(self._estate.linked(interface, "subnets")))
        one = len(found) == 1 and found[0][1].answer == "yes"
        return found[0][0] if one else None

    # --- who ----------------------------------------------------------------------------------------------------------------

    def _parts(self, groups: Sequence[AgentGroup]) -> dict[str, list[Truth]]:
        """The hosts that are parts of sign-in, or may be."""
        found: dict[str, list[Truth]] = {}
        for id_, host in self._hosts.items():
            role = host.marks.role
            if isinstance(role, Unknown):
                found[id_] = [maybe(asks(role))]
            elif role.value is not None and role.value not in _NO_PART:
                found[id_] = [all_of([yes(Cause(at=role.at, label=f"{host.label} is part of sign-in")), host.head.presence])]
        for group in groups:
            surely = carrying(group)
            for edge in group.members.members:
                if edge.target in self._hosts:
                    # Of which group it is does not matter here.
                    one = yes(Cause(at=group.at)) if edge.target in surely else sure(edge)
                    found.setdefault(edge.target, []).append(all_of([one, group.head.presence]))
        for candidate in candidates(self._estate):
            if candidate.id in self._hosts and (candidate.certain or candidate.doubts):
                one = yes(Cause(at=candidate.at)) if candidate.certain else maybe(asks(candidate.doubts[0]))
                found.setdefault(candidate.id, []).append(all_of([one, candidate.head.presence]))
        return found

    def _controllers(self, groups: Sequence[AgentGroup]) -> set[str]:
        return {id_ for group in groups if known_text(group.role) == _CONTROLLER for id_ in carrying(group)}

    # --- where --------------------------------------------------------------------------------------------------------------

    def _place(self, host: Machine | MachineSet, part: Truth, *, controller: bool) -> None:
        if isinstance(host, MachineSet):
            self._stand(part, self._estate.linked(host, "subnets"))
            return
        edges = self._estate.linked(host, "interfaces")
        for edge in edges.members:
            here = all_of([part, sure(edge)])
            self.behind.setdefault(edge.target, []).append(here)
            if controller and edge.certain:
                self.controllers.add(edge.target)
            interface = self._interfaces.get(edge.target)
            if interface is None:
                continue
            for address in interface.addresses.members:
                if isinstance(address, Known):
                    self.at_address.setdefault(address.value.strip(), []).append(here)
            self._stand(here, self._estate.linked(interface, "subnets"))
        if edges.open:
            self.anywhere.append(all_of([part, maybe(edges.open)]))

    def _place_replica(self, replica: ReplicaSet) -> None:
        part = all_of([yes(Cause(at=replica.at, label="a replica set of a managed domain")), replica.head.presence])
        subnet = replica.subnet
        if isinstance(subnet, Known):
            edges = [self._named.get((subnet.value or "").strip().casefold(), f"external:arm_id:{subnet.value or ''}")]
        else:
            refs = [ref for ref in subnet.refs if ref.certain and not subnet.beyond]
            edges = [id_ for ref in refs for id_ in [self._referenced(replica.head.deployment, ref)] if id_]
            if not edges:
                self.anywhere.append(all_of([part, maybe(asks(subnet))]))
        at = Cause(at=subnet.at)
        members = tuple(Edge(target=target, certain=True, because=at) for target in edges)
        self._stand(part, Edges(members=members, at=subnet.at))

    def _referenced(self, deployment: str, ref: Reference) -> str | None:
        """The one subnet that a reference names, or that is the part which it names of a network."""
        whole, attribute = f"{deployment}#{ref.to}", ref.attribute.casefold()
        if whole in self._subnets:
            return whole
        parts = [
            id_
            for id_, subnet in self._subnets.items()
            if id_.startswith(f"{whole}.")
            and any(k.space == "arm_id" and k.attribute.casefold() == attribute for k in subnet.keys)
        ]
        return parts[0] if len(parts) == 1 else None

    def _stand(self, part: Truth, subnets: Edges) -> None:
        for network, truth in self._around(subnets):
            self.within.setdefault(network, []).append(all_of([part, truth]))
        if subnets.open:
            self.anywhere.append(all_of([part, maybe(subnets.open)]))

    def _around(self, subnets: Edges) -> Iterator[tuple[str, Truth]]:
        """The networks of these subnets. Of a subnet that is not seen the id names its network."""
        for edge in subnets.members:
            subnet = self._subnets.get(edge.target)
            if subnet is None:
                network = self._networks.get(edge.key.strip().casefold().partition("/subnets/")[0])
                if network:
                    yield network, sure(edge)
                continue
            for outer in self._estate.linked(subnet, "network").members:
                yield outer.target, all_of([sure(edge), sure(outer)])


def carrying(group: AgentGroup) -> frozenset[str]:
    """The ids of those that certainly have the role of a group, whether they are in it or not."""
    return frozenset(edge.target for edge in group.carrying.members)


def sure(edge: Edge) -> Truth:
    """Whether a relation certainly leads where it may lead."""
    if edge.certain:
        return yes(edge.because)
    question = Unknown(
        reason="what does this id name?", at=edge.because.at, how="refer to the resource instead of writing its id"
    )
    return maybe(edge.because if edge.because.unknown else asks(question))
