"""Addresses of name servers that are those of a service of the cloud, and of no one machine.

A firewall of Azure and the inbound endpoint of a private resolver answer on one address and run several instances themselves (Microsoft's articles on
Azure Firewall and on the reliability of DNS Private Resolver); before a load balancer's address stand any number of machines. So one such address is not
one server. Nor is it proven to be two: a firewall asks the name servers of its own settings, a resolver the cloud, a balancer may lead to one machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from sparekey.model.estate import Estate
from sparekey.model.kinds.balancing import Balancer
from sparekey.model.kinds.network import NameService, Network, NetworkInterface, Subnet
from sparekey.model.value import Known, Unknown, ValueSet

AZURE: Final = "azureprovideddns"
"""What an interface of Azure writes, in lower case, to use the cloud's name servers whatever its network writes (Microsoft.Network reference)."""
CLOUD: Final = "168.63.129.16"
"""The address of Azure's own name servers in every network (Microsoft's article on that address)."""

_SERVICES: Final = {
    "microsoft.network/azurefirewalls/": "firewall",
    "microsoft.network/dnsresolvers/": "private resolver",
    "microsoft.network/loadbalancers/": "load balancer",
    "azurerm_firewall.": "firewall",
    "azurerm_private_dns_resolver_inbound_endpoint.": "private resolver",
    "azurerm_lb.": "load balancer",
}
"""How the addresses of declarations of such services begin, in lower case; of Terraform's behind those of modules."""
_MOST_NETS: Final = 1_000


class NameServices:
    """The services of an estate that may answer for name servers."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    def behind(self, member: Known[str] | Unknown) -> Unknown | None:
        """The question what answers on an address, where it is that of a service, or may be."""
        service = self._referenced(member) if isinstance(member, Unknown) else self._at(member.value)
        if service is None:
            return None
        return Unknown(
            reason=f"how many name servers answer behind the address of the {service}?",
            at=member.at,
            how="write the addresses of two name servers, or waive the finding: the service runs several instances itself",
        )

    @staticmethod
    def _referenced(member: Unknown) -> str | None:
        for ref in member.refs:
            to = ref.to.casefold()
            for start, service in _SERVICES.items():
                if to.startswith(start) or f".{start}" in to:
                    return service
        return None

    def _at(self, text: str) -> str | None:
        try:
            address = ip_address(text.strip())
        except ValueError:
            return None
        if address in self._fronts:
            return self._fronts[address]
        if address in self._machines:
            return None
        return next((service for net, service in self._nets if address in net), None) or self._anywhere

    @cached_property
    def _machines(self) -> frozenset[IPv4Address | IPv6Address]:
        """The addresses that interfaces of machines certainly have."""
        found: set[IPv4Address | IPv6Address] = set()
        for interface in self._estate.of("network_interface"):
            for member in interface.addresses.members if isinstance(interface, NetworkInterface) else ():
                try:
                    found.add(ip_address(member.value.strip() if isinstance(member, Known) else ""))
                except ValueError:
                    continue
        return frozenset(found)

    @cached_property
    def _anywhere(self) -> str | None:
        """A service of which the addresses cannot be read: any may be its own."""
        for subnet in self._estate.of("subnet"):
            if isinstance(subnet, Subnet) and _service_of(subnet) and _hidden(subnet.prefixes):
                return _service_of(subnet)
        for network in self._estate.of("network"):
            if isinstance(network, Network) and network.parts.open and not network.parts.open.unwritten:
                return "firewall or resolver that may stand there"
        for service in (*self._estate.of("balancer"), *self._estate.of("name_service")):
            if isinstance(service, Balancer | NameService) and _hidden(service.addresses):
                return "load balancer" if isinstance(service, Balancer) else "private resolver"
        return None

    @cached_property
    def _fronts(self) -> dict[IPv4Address | IPv6Address, str]:
        found: dict[IPv4Address | IPv6Address, str] = {}
        for service in (*self._estate.of("balancer"), *self._estate.of("name_service")):
            for member in service.addresses.members if isinstance(service, Balancer | NameService) else ():
                try:
                    address = ip_address(member.value.strip() if isinstance(member, Known) else "")
                except ValueError:
                    continue
                found[address] = "load balancer" if isinstance(service, Balancer) else "private resolver"
        return found

    @cached_property
    def _nets(self) -> tuple[tuple[IPv4Network | IPv6Network, str], ...]:
        return tuple(self._reserved())[:_MOST_NETS]

    def _reserved(self) -> Iterator[tuple[IPv4Network | IPv6Network, str]]:
        for subnet in self._estate.of("subnet"):
            service = _service_of(subnet) if isinstance(subnet, Subnet) else None
            if isinstance(subnet, Subnet) and service:
                for member in subnet.prefixes.members:
                    try:
                        yield (
                            ip_network(member.value.strip() if isinstance(member, Known) else "", strict=False),
                            service,
                        )
                    except ValueError:
                        continue


def _service_of(subnet: Subnet) -> str | None:
    """What stands in a subnet alone, or may."""
    return "firewall or resolver that may stand there" if isinstance(subnet.service, Unknown) else subnet.service.value


def _hidden(addresses: ValueSet[str]) -> bool:
    """Whether there are addresses that are written and cannot be read."""
    if addresses.open and not addresses.open.unwritten:
        return True
    return any(isinstance(member, Unknown) for member in addresses.members)
