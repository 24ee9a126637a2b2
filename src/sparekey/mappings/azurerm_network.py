"""azurerm: name servers of networks, and Traffic Manager. Names and defaults are those of the provider's documentation, majors 1 to 5."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sparekey.mappings.azuread import created, head_of
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.network import Network, NetworkNameServers, TrafficEndpoint, TrafficProfile
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Body, Flag, Known, Links, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azurerm")

_CATEGORIES: Final = {"azureendpoints": "azure", "externalendpoints": "external", "nestedendpoints": "nested"}


@MAPPING.maps("azurerm_virtual_network")
def network(declaration: Declaration) -> Iterator[Resource]:
    """A virtual network. A new one that writes no name servers is given none: the cloud then resolves names."""
    body = declaration.body
    yield Network(
        head=head_of(declaration),
        name=body.text("name"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        region=azure_region(body.text("location")),
        dns_servers=_servers(declaration),
    )


@MAPPING.maps("azurerm_virtual_network_dns_servers", "azurerm_network_interface")
def name_servers(declaration: Declaration) -> Iterator[Resource]:
    """The name servers of a network, or of one network interface (which then uses them instead of its network's)."""
    body, at = declaration.body, declaration.head.at
    alone = declaration.type == "azurerm_network_interface"
    nowhere = Links(values=ValueSet(members=(), at=at), to=("network",), by=("arm_id",))
    yield NetworkNameServers(
        head=head_of(declaration),
        name=body.text("name"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        network=nowhere if alone else body.link("virtual_network_id", to=("network",), by=("arm_id",)),
        dns_servers=_servers(declaration),
    )


def _servers(declaration: Declaration) -> ValueSet[str]:
    found = declaration.body.texts("dns_servers")
    if found.open is not None and found.open.unwritten and created(declaration):
        return ValueSet(members=(), at=declaration.head.at, origin="default")
    return found


@MAPPING.maps("azurerm_traffic_manager_profile")
def traffic_profile(declaration: Declaration) -> Iterator[Resource]:
    """A profile. On by default, probed every 30 seconds, and three failures of a probe are tolerated."""
    body = declaration.body
    yield TrafficProfile(
        head=head_of(declaration),
        name=body.text("name"),
        keys=(
            Key(space="arm_id", attribute="id", value=body.text("id")),
            Key(space="traffic_profile_name", attribute="name", value=body.text("name")),
        ),
        enabled=_status(body, "profile_status"),
        routing_method=body.text("traffic_routing_method"),
        ttl=body.number("dns_config", "ttl"),
        probe_interval=body.number("monitor_config", "interval_in_seconds", default=30),
        tolerated_failures=body.number("monitor_config", "tolerated_number_of_failures", default=3),
    )


def _status(body: Body, attribute: str) -> Flag:
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
    type_ = body.text("type")
    if isinstance(type_, Known):
        type_ = Known(value=_CATEGORIES.get((type_.value or "").lower()), at=type_.at, origin=type_.origin)
    yield _endpoint(
        body,
        declaration.head,
        profile=body.link("profile_name", to=("traffic_profile",), by=("traffic_profile_name",)),
        category=type_,
        enabled=_status(body, "endpoint_status"),
        children="min_child_endpoints",
    )


def _endpoint(
    body: Body, head: Head, *, profile: Links, category: Text, enabled: Flag, children: str = "minimum_child_endpoints"
) -> TrafficEndpoint:
    target = body.text("target_resource_id")
    return TrafficEndpoint(
        head=head,
        name=body.text("name"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        profile=profile,
        category=category,
        enabled=enabled,
        always_served=body.flag("always_serve_enabled", default=False),
        target=body.text("target") if isinstance(target, Known) and not target.value else target,
        region=azure_region(body.text("endpoint_location")),
        regions=body.texts("geo_mappings"),
        minimum_children=body.number(children),
    )
