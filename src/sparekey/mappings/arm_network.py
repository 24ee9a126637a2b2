"""ARM: networks, their subnets and their ways out. Property names are those of the Microsoft.Network reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.arm_ids import last_name, own_key, part_key, section, to_itself, to_parent
from sparekey.mappings.azure_hosts import only
from sparekey.mappings.azure_networks import fronts, gathered, ranges, reserved, spread, unread
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.network import NameService, Network, NetworkExit, Subnet
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Body, Links, Text, ValueSet

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
        parts=unread(body.blocks("properties", "subnets")),
    )
    for number, block in enumerate(body.blocks("properties", "subnets")):
        name = block.text("name")
        yield Subnet(
            head=head.part(f"subnets[{number}]", block.value.at),
            name=name,
            keys=(part_key(declaration, "subnets", name),),
            network=to_itself(declaration, "network"),
            exits=_exits(section(block, "properties")),
            prefixes=_prefixes(name, section(block, "properties")),
            service=_service(name, section(block, "properties")),
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
        prefixes=_prefixes(last_name(declaration), section(declaration.body, "properties")),
        service=_service(last_name(declaration), section(declaration.body, "properties")),
    )


def _exits(properties: Body) -> Links:
    return properties.link("natGateway", "id", to=("network_exit",), by=("arm_id",))


def _prefixes(name: Text, properties: Body) -> ValueSet[str]:
    """The ranges of a subnet, which is written with one or with several."""
    written = gathered(properties.value.at, properties.text("addressPrefix"), properties.texts("addressPrefixes"))
    return ranges(_service(name, properties), written)


def _service(name: Text, properties: Body) -> Text:
    blocks = properties.blocks("delegations")
    names = gathered(blocks.at, *(block.text("properties", "serviceName") for block in blocks))
    return reserved(name, replace(names, open=blocks.open))


@MAPPING.maps("Microsoft.Network/dnsResolvers/inboundEndpoints")
def inbound_endpoint(declaration: Declaration) -> Iterator[Resource]:
    """Where a private resolver takes questions."""
    blocks = declaration.body.blocks("properties", "ipConfigurations")
    yield NameService(
        head=declaration.head,
        name=last_name(declaration),
        keys=(own_key(declaration),),
        addresses=fronts(blocks, "privateIpAddress"),
    )


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
