"""ARM: load balancers. Property names are those of the Microsoft.Network/loadBalancers reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.arm_ids import last_name, links_of, own_key, part_key, section, to_itself, to_parent
from sparekey.mappings.azure_networks import fronts, lowered, tier
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.balancing import Balancer, BalancerPool, BalancerProbe, BalancerRule
from sparekey.model.resource import Head, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.truth import Bounds, all_of, asks, maybe
from sparekey.model.value import Body, Links

MAPPING = ProviderMapping(provider="arm-balancing")


@MAPPING.maps("Microsoft.Network/loadBalancers")
def balancer(declaration: Declaration) -> Iterator[Resource]:
    """A load balancer with its pools, its probes and its rules."""
    body = declaration.body
    yield Balancer(
        head=declaration.head,
        name=body.text("name"),
        keys=(own_key(declaration),),
        tier=tier(body.text("sku", "name")),
        region=azure_region(body.text("location")),
        addresses=fronts(body.blocks("properties", "frontendIPConfigurations"), "properties", "privateIPAddress"),
    )
    properties = section(body, "properties")
    yield from _pools(declaration, properties)
    yield from _probes(declaration, properties)
    yield from _rules(declaration, properties)


def _parts(declaration: Declaration, properties: Body, sort: str) -> Iterator[tuple[Head, Body]]:
    """Each part of a sort that is written within. Of a list that cannot be read there may be one, of which nothing is known."""
    blocks = properties.blocks(sort)
    for number, block in enumerate(blocks):
        yield declaration.head.part(f"{sort}[{number}]", block.value.at), block
    if blocks.open:
        question = asks(blocks.open)
        there = all_of([declaration.head.presence, maybe(question)])
        count = Bounds(least=0, most=None, missing=(question,))
        yield replace(declaration.head.part(sort, blocks.at), presence=there, count=count), Body(value=blocks.open)


def _pools(declaration: Declaration, properties: Body) -> Iterator[BalancerPool]:
    for head, block in _parts(declaration, properties, "backendAddressPools"):
        name = block.text("name")
        yield BalancerPool(
            head=head,
            name=name,
            keys=(part_key(declaration, "backendAddressPools", name),),
            balancer=to_itself(declaration, "balancer"),
        )


def _probes(declaration: Declaration, properties: Body) -> Iterator[BalancerProbe]:
    for head, block in _parts(declaration, properties, "probes"):
        name = block.text("name")
        yield BalancerProbe(
            head=head,
            name=name,
            keys=(part_key(declaration, "probes", name),),
            balancer=to_itself(declaration, "balancer"),
            protocol=lowered(block.text("properties", "protocol")),
            port=block.number("properties", "port"),
            path=block.text("properties", "requestPath"),
        )


def _rules(declaration: Declaration, properties: Body) -> Iterator[BalancerRule]:
    for head, block in _parts(declaration, properties, "loadBalancingRules"):
        name, inner = block.text("name"), section(block, "properties")
        yield BalancerRule(
            head=head,
            name=name,
            keys=(part_key(declaration, "loadBalancingRules", name),),
            balancer=to_itself(declaration, "balancer"),
            pools=_led_to(inner),
            probe=inner.link("probe", "id", to=("balancer_probe",), by=("arm_id",)),
            port=inner.number("frontendPort"),
        )


def _led_to(rule: Body) -> Links:
    """The pools of a rule: one, or the several of a gateway's. The service shows one in both places."""
    one = rule.link("backendAddressPool", "id", to=("balancer_pool",), by=("arm_id",))
    several = links_of(rule.blocks("backendAddressPools"), "id", to="balancer_pool")
    both = replace(several.values, members=(*one.values.members, *several.values.members))
    return one if not several.values.members and several.values.open is None else replace(several, values=both)


@MAPPING.maps("Microsoft.Network/loadBalancers/backendAddressPools")
def pool(declaration: Declaration) -> Iterator[Resource]:
    """A pool that stands beside its load balancer."""
    yield BalancerPool(
        head=declaration.head,
        name=last_name(declaration),
        keys=(own_key(declaration),),
        balancer=to_parent(declaration, "balancer"),
    )
