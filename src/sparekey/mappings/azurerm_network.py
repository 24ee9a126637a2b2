"""azurerm: networks with what stands in them, and Traffic Manager. Names and defaults are those of the provider's documentation, majors 1 to 5."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sparekey.mappings.arm_ids import links_of, no_links, to_itself
from sparekey.mappings.azure_hosts import only
from sparekey.mappings.azure_networks import addresses, fronts, gathered, ranges, reserved, spread, unread
from sparekey.mappings.azuread import created, head_of
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.network import (
    NameService,
    Network,
    NetworkExit,
    NetworkInterface,
    NetworkNameServers,
    Subnet,
    SubnetExit,
    TrafficEndpoint,
    TrafficProfile,
)
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Body, Flag, Known, Limits, Links, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azurerm")

_CATEGORIES: Final = {"azureendpoints": "azure", "externalendpoints": "external", "nestedendpoints": "nested"}


@MAPPING.maps("azurerm_virtual_network")
def network(declaration: Declaration) -> Iterator[Resource]:
    """A virtual network, and the subnets that are written within it.

    A new one that writes no name servers is given none: the cloud then resolves names.
    """
    body, head = declaration.body, head_of(declaration)
    yield Network(
        head=head,
        name=body.text("name"),
        keys=(*_keys(body), Key(space="network_name", attribute="name", value=_named(declaration, "name"))),
        region=azure_region(body.text("location")),
        dns_servers=_servers(declaration),
        parts=unread(body.blocks("subnet")),
    )
    # What is looked up tells its subnets by their names alone.
    for number, block in enumerate(body.blocks("subnet") if declaration.mode == "managed" else ()):
        yield Subnet(
            head=head.part(f"subnet[{number}]", block.value.at),
            name=block.text("name"),
            keys=(Key(space="arm_id", attribute=f"subnet[{number}].id", value=block.text("id")),),
            network=to_itself(declaration, "network"),
            exits=no_links(block.value.at, "network_exit"),
            prefixes=ranges(_service(block), _prefixes(block)),
            service=_service(block),
        )


@MAPPING.maps("azurerm_subnet")
def subnet(declaration: Declaration) -> Iterator[Resource]:
    """A subnet, which names its network by its name. What it leads out through other declarations say."""
    body, head = declaration.body, head_of(declaration)
    name = _named(declaration, "virtual_network_name")
    lies_in = no_links(name.at, "network").values
    member = Known(value=name.value or "", at=name.at, origin=name.origin) if isinstance(name, Known) else name
    yield Subnet(
        head=head,
        name=body.text("name"),
        keys=_keys(body),
        network=Links(values=replace(lies_in, members=(member,)), to=("network",), by=("network_name",)),
        exits=no_links(head.at, "network_exit"),
        prefixes=ranges(_service(body), _prefixes(body)),
        service=_service(body),
    )


def _prefixes(body: Body) -> ValueSet[str]:
    """The ranges of a subnet: one in the provider's first versions, later a list."""
    return gathered(body.value.at, body.text("address_prefix"), body.texts("address_prefixes"))


def _service(body: Body) -> Text:
    blocks = body.blocks("delegation")
    inner = [block.blocks("service_delegation") for block in blocks]
    names = gathered(blocks.at, *(one.text("name") for each in inner for one in each))
    open_ = blocks.open or next((each.open for each in inner if each.open), None)
    return reserved(body.text("name"), replace(names, open=open_))


def _named(declaration: Declaration, attribute: str) -> Text:
    """The name of a network with its resource group, within which alone it names one. Of one in an unknown group the name is what it ends with.

    A plan shows of an unknown group what it refers to, but not what is written around that: there nothing is said of which it is.
    """
    body = declaration.body
    name, group = body.text(attribute), body.text("resource_group_name")
    if isinstance(name, Known) and name.value and isinstance(group, Unknown):
        refs = group.refs if declaration.format == "terraform" else ()
        return replace(group, refs=refs, limits=Limits(not_null=True, suffix=f"/{name.value}"))
    for part in (name, group):
        if isinstance(part, Unknown):
            return part
    both = [part.value for part in (name, group) if isinstance(part, Known) and part.value]
    if len(both) < 2:
        return Unknown(reason="which network is this?", at=name.at, how="write its name and its resource group")
    return Known(value="/".join(reversed(both)), at=name.at, origin=name.origin if isinstance(name, Known) else "derived")


@MAPPING.maps("azurerm_subnet_nat_gateway_association")
def subnet_exit(declaration: Declaration) -> Iterator[Resource]:
    """That a subnet leads connections to the outside through a NAT gateway."""
    body = declaration.body
    yield SubnetExit(
        head=declaration.head,
        name=Known(value=None, at=declaration.head.at, origin="default"),
        keys=_keys(body),
        subnet=body.link("subnet_id", to=("subnet",), by=("arm_id",)),
        exits=body.link("nat_gateway_id", to=("network_exit",), by=("arm_id",)),
    )


@MAPPING.maps("azurerm_private_dns_resolver_inbound_endpoint")
def inbound_endpoint(declaration: Declaration) -> Iterator[Resource]:
    """Where a private resolver takes questions."""
    body = declaration.body
    yield NameService(
        head=head_of(declaration),
        name=body.text("name"),
        keys=_keys(body),
        addresses=fronts(body.blocks("ip_configurations"), "private_ip_address"),
    )


@MAPPING.maps("azurerm_nat_gateway")
def nat_gateway(declaration: Declaration) -> Iterator[Resource]:
    """A NAT gateway, which stands in one zone or in none."""
    body = declaration.body
    yield NetworkExit(
        head=head_of(declaration),
        name=body.text("name"),
        keys=_keys(body),
        region=azure_region(body.text("location")),
        zone=only(body.texts("zones")),
        spread=spread(body.text("sku_name")),
    )


@MAPPING.maps("azurerm_virtual_network_dns_servers")
def name_servers(declaration: Declaration) -> Iterator[Resource]:
    """The name servers of a network, beside it."""
    body = declaration.body
    yield NetworkNameServers(
        head=declaration.head,
        name=body.text("name"),
        keys=_keys(body),
        network=body.link("virtual_network_id", to=("network",), by=("arm_id",)),
        dns_servers=_servers(declaration),
    )


@MAPPING.maps("azurerm_network_interface")
def network_interface(declaration: Declaration) -> Iterator[Resource]:
    """A network interface. Since major 2 of the provider the pools that lead to it are said by other declarations."""
    body = declaration.body
    blocks = body.blocks("ip_configuration")
    pools = [block.texts("load_balancer_backend_address_pools_ids") for block in blocks]
    opened = next((one.open for one in pools if one.open and not one.open.unwritten), None)
    members = tuple(member for one in pools for member in one.members)
    yield NetworkInterface(
        head=head_of(declaration),
        name=body.text("name"),
        keys=_keys(body),
        subnets=links_of(blocks, "subnet_id", to="subnet"),
        addresses=addresses(blocks, "private_ip_address", "private_ip_address_allocation"),
        dns_servers=_servers(declaration),
        pools=replace(
            no_links(blocks.at, "balancer_pool"), values=ValueSet(members=members, at=blocks.at, open=blocks.open or opened)
        ),
    )


def _keys(body: Body) -> tuple[Key, ...]:
    return (Key(space="arm_id", attribute="id", value=body.text("id")),)


def _servers(declaration: Declaration) -> ValueSet[str]:
    found = declaration.body.texts("dns_servers")
    if found.open is not None and found.open.unwritten and created(declaration):
        return ValueSet(members=(), at=declaration.head.at, origin="default")
    return found


@MAPPING.maps("azurerm_traffic_manager_profile")
def traffic_profile(declaration: Declaration) -> Iterator[Resource]:
    """A profile. On by default, probed every 30 seconds, and three failures of a probe are tolerated."""
    body = declaration.body
    enabled = switched(body, "profile_status")
    if isinstance(enabled, Unknown) and enabled.unwritten and created(declaration):
        # A plan shows as unknown what nobody writes; the service turns a new profile on.
        enabled = Known(value=True, at=declaration.head.at, origin="default")
    yield TrafficProfile(
        head=head_of(declaration),
        name=body.text("name"),
        keys=(
            Key(space="arm_id", attribute="id", value=body.text("id")),
            Key(space="traffic_profile_name", attribute="name", value=body.text("name")),
        ),
        enabled=enabled,
        routing_method=body.text("traffic_routing_method"),
        ttl=body.number("dns_config", "ttl"),
        probe_interval=body.number("monitor_config", "interval_in_seconds", default=30),
        tolerated_failures=body.number("monitor_config", "tolerated_number_of_failures", default=3),
    )


def switched(body: Body, attribute: str) -> Flag:
    """Whether a profile or endpoint is on, as it is unless it says "Disabled"."""
    found = body.text(attribute, default="Enabled")
    if isinstance(found, Unknown):
        return found
    return Known(value=(found.value or "").lower() == "enabled", at=found.at, origin=found.origin)


@MAPPING.maps(
    "azurerm_traffic_manager_azure_endpoint",
    "azurerm_traffic_manager_external_endpoint",
    "azurerm_traffic_manager_nested_endpoint",
)
def traffic_endpoint(declaration: Declaration) -> Iterator[Resource]:
    """An endpoint, since major 2.85 of the provider a type for each category. On by default, and probed."""
    body = declaration.body
    category = declaration.type.split("_")[3]
    yield _endpoint(
        body,
        declaration.head,
        profile=body.link("profile_id", to=("traffic_profile",), by=("arm_id",)),
        category=Known(value=category, at=declaration.head.at, origin="derived"),
        enabled=body.flag("enabled", default=True),
    )


@MAPPING.maps("azurerm_traffic_manager_endpoint")
def first_traffic_endpoint(declaration: Declaration) -> Iterator[Resource]:
    """An endpoint as majors 1 and 2 wrote it: the profile by its name, the category in `type`."""
    body = declaration.body
    yield _endpoint(
        body,
        declaration.head,
        profile=body.link("profile_name", to=("traffic_profile",), by=("traffic_profile_name",)),
        category=category_of(body.text("type")),
        enabled=switched(body, "endpoint_status"),
        children="min_child_endpoints",
    )


def category_of(type_: Text) -> Text:
    """The category in a type that ends in "azureEndpoints" and the like."""
    if isinstance(type_, Unknown):
        return type_
    word = (type_.value or "").rsplit("/", 1)[-1].lower()
    return Known(value=_CATEGORIES.get(word), at=type_.at, origin=type_.origin)


def _endpoint(
    body: Body, head: Head, *, profile: Links, category: Text, enabled: Flag, children: str = "minimum_child_endpoints"
) -> TrafficEndpoint:
    return endpoint(
        head,
        name=body.text("name"),
        key=Key(space="arm_id", attribute="id", value=body.text("id")),
        profile=profile,
        category=category,
        enabled=enabled,
        always_served=body.flag("always_serve_enabled", default=False),
        body=body,
        words=("target_resource_id", "target", "endpoint_location", "geo_mappings", children),
    )


def endpoint(
    head: Head,
    *,
    name: Text,
    key: Key,
    profile: Links,
    category: Text,
    enabled: Flag,
    always_served: Flag,
    body: Body,
    words: tuple[str, str, str, str, str],
) -> TrafficEndpoint:
    """An endpoint; `words` are what `body` calls the resource it leads to, a host, the region, the parts of the world, the least children."""
    resource, host, region, regions, children = words
    target = body.text(resource)
    return TrafficEndpoint(
        head=head,
        name=name,
        keys=(key,),
        profile=profile,
        category=category,
        enabled=enabled,
        always_served=always_served,
        target=body.text(host) if isinstance(target, Known) and not target.value else target,
        region=azure_region(body.text(region)),
        regions=body.texts(regions),
        minimum_children=body.number(children),
    )
