"""ARM: network interfaces. Property names are those of the Microsoft.Network reference."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.arm_ids import links_of, own_key, section, within
from sparekey.mappings.azure_networks import addresses
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.network import NetworkInterface
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Blocks, Body, Text

MAPPING = ProviderMapping(provider="arm-interfaces")


@MAPPING.maps("Microsoft.Network/networkInterfaces")
def network_interface(declaration: Declaration) -> Iterator[Resource]:
    """A network interface."""
    body = declaration.body
    yield interface(declaration.head, body.text("name"), own_key(declaration), section(body, "properties"))


def interface(head: Head, name: Text, key: Key, properties: Body) -> NetworkInterface:
    """The interface that `properties` say, of a declaration of its own or written within a machine."""
    blocks = properties.blocks("ipConfigurations")
    inner = Blocks(members=tuple(section(block, "properties") for block in blocks), at=blocks.at, open=blocks.open)
    return NetworkInterface(
        head=head,
        name=name,
        keys=(key,),
        subnets=links_of(inner, "subnet", "id", to="subnet"),
        addresses=addresses(inner, "privateIPAddress", "privateIPAllocationMethod"),
        dns_servers=properties.texts("dnsSettings", "dnsServers"),
        pools=links_of(within(inner, "loadBalancerBackendAddressPools"), "id", to="balancer_pool"),
    )
