"""azurerm: load balancers and what leads to their pools. Names and defaults are those of the provider's documentation, majors 1 to 5.

`azurerm_lb_backend_address_pool_address` puts an address into a pool, not an interface, and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.azure_networks import fronts, lowered, tier
from sparekey.mappings.azuread import head_of
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.balancing import Balancer, BalancerPool, BalancerProbe, BalancerRule, PoolMember
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Body, Known, Links

MAPPING = ProviderMapping(provider="azurerm")


def _keys(body: Body) -> tuple[Key, ...]:
    return (Key(space="arm_id", attribute="id", value=body.text("id")),)


def _of(body: Body) -> Links:
    return body.link("loadbalancer_id", to=("balancer",), by=("arm_id",))


@MAPPING.maps("azurerm_lb")
def balancer(declaration: Declaration) -> Iterator[Resource]:
    """A load balancer."""
    body = declaration.body
    yield Balancer(
        head=head_of(declaration),
        name=body.text("name"),
        keys=_keys(body),
        tier=tier(body.text("sku")),
        region=azure_region(body.text("location")),
        addresses=fronts(body.blocks("frontend_ip_configuration"), "private_ip_address"),
    )


@MAPPING.maps("azurerm_lb_backend_address_pool")
def pool(declaration: Declaration) -> Iterator[Resource]:
    """A pool of a load balancer."""
    body = declaration.body
    yield BalancerPool(head=head_of(declaration), name=body.text("name"), keys=_keys(body), balancer=_of(body))


@MAPPING.maps("azurerm_lb_probe")
def probe(declaration: Declaration) -> Iterator[Resource]:
    """A probe. Without a protocol it asks for a connection and no page."""
    body = declaration.body
    yield BalancerProbe(
        head=declaration.head,
        name=body.text("name"),
        keys=_keys(body),
        balancer=_of(body),
        protocol=lowered(body.text("protocol", default="tcp")),
        port=body.number("port"),
        path=body.text("request_path"),
    )


@MAPPING.maps("azurerm_lb_rule")
def rule(declaration: Declaration) -> Iterator[Resource]:
    """A rule. Before major 3 of the provider it named one pool, since then a list."""
    body = declaration.body
    several = body.links("backend_address_pool_ids", to=("balancer_pool",), by=("arm_id",))
    one = body.link("backend_address_pool_id", to=("balancer_pool",), by=("arm_id",))
    unread = several.values.open is not None and several.values.open.unwritten
    written = several.values.members or (several.values.open is not None and not unread)
    yield BalancerRule(
        head=declaration.head,
        name=body.text("name"),
        keys=_keys(body),
        balancer=_of(body),
        pools=several if written or not one.values.members else one,
        probe=body.link("probe_id", to=("balancer_probe",), by=("arm_id",)),
        port=body.number("frontend_port"),
    )


@MAPPING.maps("azurerm_network_interface_backend_address_pool_association")
def pool_member(declaration: Declaration) -> Iterator[Resource]:
    """That an interface is in a pool."""
    body = declaration.body
    yield PoolMember(
        head=declaration.head,
        name=Known(value=None, at=declaration.head.at, origin="default"),
        keys=_keys(body),
        interface=body.link("network_interface_id", to=("network_interface",), by=("arm_id",)),
        pool=body.link("backend_address_pool_id", to=("balancer_pool",), by=("arm_id",)),
    )
