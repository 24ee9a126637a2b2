"""ARM: managed domains. Property names are those of the Microsoft.AAD/domainServices reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.directory import ManagedDomain, ReplicaSet
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Truth, asks
from sparekey.model.value import Known, Links, Reference, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="arm-directory")

_NO_MORE = Bounds(least=1, most=1)
_THERE = Truth(answer="yes")


@MAPPING.maps("Microsoft.AAD/domainServices")
def managed_domain(declaration: Declaration) -> Iterator[Resource]:
    """A managed domain and its replica sets, which are written in it.

    Without a list of them there is the one that the domain begins with, where the domain stands. The service takes the first one
    for that as well, so that one more than is written never comes to be.
    """
    body, head = declaration.body, declaration.head
    region = azure_region(body.text("location"))
    yield ManagedDomain(
        head=head,
        name=body.text("name"),
        keys=(Key(space="arm_id", attribute="id", value=Unknown(reason=f"what is the id of {head.address}?", at=head.at)),),
        domain_name=body.text("properties", "domainName"),
        sku=_sku(declaration),
        region=region,
    )
    blocks = body.blocks("properties", "replicaSets")
    for number, block in enumerate(blocks):
        place = block.value.at
        yield _set(declaration, f"replicaSets[{number}]", azure_region(block.text("location")), block.text("subnetId"), place)
    if blocks.open is not None:
        # At least one, or there is no domain; how many more cannot be told.
        count = Bounds(least=1, most=None, missing=(asks(blocks.open),))
        where = replace(blocks.open, reason=f"in which regions are the replica sets of {head.address}?")
        yield replace(
            _set(declaration, "replicaSets", where, where, blocks.at),
            head=replace(head.part("replicaSets", blocks.at), presence=_THERE, count=count),
        )
    elif not blocks.members:
        yield _set(declaration, "replicaSets[0]", region, body.text("properties", "subnetId"), region.at)


def _sku(declaration: Declaration) -> Text:
    """The written sku, in the reference's spelling. The reference names no default."""
    sku, head = declaration.body.text("properties", "sku"), declaration.head
    if isinstance(sku, Unknown):
        return sku
    if sku.value is not None:
        return replace(sku, value=sku.value.capitalize())
    return Unknown(reason=f"which sku does {head.address} get?", at=sku.at, how="write properties.sku")


def _set(declaration: Declaration, name: str, region: Text, subnet: Text, at: Place) -> ReplicaSet:
    """A replica set. It is there wherever the domain is, once for each: whether the domain is stands in the domain itself."""
    head = declaration.head
    belongs = Unknown(
        reason=f"what is the id of {head.address}?", at=head.at, refs=(Reference(to=head.address, attribute="id", certain=True),)
    )
    return ReplicaSet(
        head=replace(head.part(name, at), presence=_THERE, count=_NO_MORE),
        name=Known(value=None, at=head.at, origin="default"),
        domain=Links(values=ValueSet(members=(belongs,), at=head.at), to=("managed_domain",), by=("arm_id",)),
        region=region,
        subnet=subnet,
    )
