"""ARM: networks, their subnets and their ways out. Property names are those of the Microsoft.Network reference."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.arm_ids import last_name, own_key, part_key, section, to_itself, to_parent
from sparekey.mappings.azure_hosts import only
from sparekey.mappings.azure_networks import spread
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.network import Network, NetworkExit, Subnet
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Body, Links

MAPPING = ProviderMapping(provider="arm-network")


@MAPPING.maps("Microsoft.Network/virtualNetworks")
def network(declaration: Declaration) -> Iterator[Resource]:
    """A network, and the subnets that are written within it. Without name servers the cloud resolves names."""
    body, head = declaration.body, declaration.head
    yield Network(
        head=head,
        name=body.text("name"),
        keys=(own_key(declaration),),
        region=azure_region(body.text("location")),
        dns_servers=body.texts("properties", "dhcpOptions", "dnsServers"),
    )
    for number, block in enumerate(body.blocks("properties", "subnets")):
        name = block.text("name")
        yield Subnet(
            head=head.part(f"subnets[{number}]", block.value.at),
            name=name,
            keys=(part_key(declaration, "subnets", name),),
            network=to_itself(declaration, "network"),
            exits=_exits(section(block, "properties")),
        )


@MAPPING.maps("Microsoft.Network/virtualNetworks/subnets")
def subnet(declaration: Declaration) -> Iterator[Resource]:
    """A subnet that stands beside its network."""
    yield Subnet(
        head=declaration.head,
        name=last_name(declaration),
        keys=(own_key(declaration),),
        network=to_parent(declaration, "network"),
        exits=_exits(section(declaration.body, "properties")),
    )


def _exits(properties: Body) -> Links:
    return properties.link("natGateway", "id", to=("network_exit",), by=("arm_id",))


@MAPPING.maps("Microsoft.Network/natGateways")
def nat_gateway(declaration: Declaration) -> Iterator[Resource]:
    """A NAT gateway, which stands in one zone or in none."""
    body = declaration.body
    yield NetworkExit(
        head=declaration.head,
        name=body.text("name"),
        keys=(own_key(declaration),),
        region=azure_region(body.text("location")),
        zone=only(body.texts("zones")),
        spread=spread(body.text("sku", "name")),
    )
