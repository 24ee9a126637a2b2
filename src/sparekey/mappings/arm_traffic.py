"""ARM: Traffic Manager. Property names are those of the Microsoft.Network/trafficManagerProfiles reference, defaults those of the service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.arm_ids import last_name, own_key, part_key, section, to_itself, to_parent
from sparekey.mappings.azurerm_network import category_of, endpoint, switched
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.network import TrafficEndpoint, TrafficProfile
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.truth import Bounds, asks
from sparekey.model.value import Body, Flag, Known, Links, Text, Unknown

MAPPING = ProviderMapping(provider="arm-traffic")

_PROFILES = "Microsoft.Network/trafficManagerProfiles"


@MAPPING.maps(_PROFILES)
def traffic_profile(declaration: Declaration) -> Iterator[Resource]:
    """A profile and the endpoints that are written within it."""
    body, head = declaration.body, declaration.head
    properties = section(body, "properties")
    yield TrafficProfile(
        head=head,
        name=body.text("name"),
        keys=(own_key(declaration), Key(space="traffic_profile_name", attribute="name", value=body.text("name"))),
        enabled=switched(properties, "profileStatus"),
        routing_method=properties.text("trafficRoutingMethod"),
        ttl=properties.number("dnsConfig", "ttl"),
        probe_interval=properties.number("monitorConfig", "intervalInSeconds", default=30),
        tolerated_failures=properties.number("monitorConfig", "toleratedNumberOfFailures", default=3),
    )
    endpoints = properties.blocks("endpoints")
    for number, block in enumerate(endpoints):
        category = category_of(block.text("type"))
        word = category.value if isinstance(category, Known) else None
        yield _endpoint(
            section(block, "properties"),
            head.part(f"endpoints[{number}]", block.value.at),
            name=block.text("name"),
            key=part_key(declaration, f"{word or '?'}Endpoints", block.text("name")),
            profile=to_itself(declaration, "traffic_profile"),
            category=category,
        )
    if endpoints.open is not None:
        # How many there are, and of what sort, cannot be told.
        some = Bounds(least=0, most=None, missing=(asks(endpoints.open),))
        yield _endpoint(
            Body(value=endpoints.open),
            replace(head.part("endpoints", endpoints.at), count=some),
            name=endpoints.open,
            key=part_key(declaration, "endpoints", endpoints.open),
            profile=to_itself(declaration, "traffic_profile"),
            category=endpoints.open,
        )


@MAPPING.maps(f"{_PROFILES}/azureEndpoints", f"{_PROFILES}/externalEndpoints", f"{_PROFILES}/nestedEndpoints")
def traffic_endpoint(declaration: Declaration) -> Iterator[Resource]:
    """An endpoint that stands beside its profile."""
    head = declaration.head
    yield _endpoint(
        section(declaration.body, "properties"),
        head,
        name=last_name(declaration),
        key=own_key(declaration),
        profile=to_parent(declaration, "traffic_profile"),
        category=category_of(Known(value=declaration.type, at=head.at, origin="derived")),
    )


def _endpoint(properties: Body, head: Head, *, name: Text, key: Key, profile: Links, category: Text) -> TrafficEndpoint:
    return endpoint(
        head,
        name=name,
        key=key,
        profile=profile,
        category=category,
        enabled=switched(properties, "endpointStatus"),
        always_served=_always(properties),
        body=properties,
        words=("targetResourceId", "target", "endpointLocation", "geoMapping", "minChildEndpoints"),
    )


def _always(properties: Body) -> Flag:
    """Whether it is served without a probe: not unless `alwaysServe` is written."""
    found = properties.text("alwaysServe")
    if isinstance(found, Unknown):
        return found
    return Known(value=(found.value or "").lower() == "enabled", at=found.at, origin=found.origin)
