"""azurerm: Entra Domain Services, its first replica set and the further ones. Provider majors 2 to 5 name these alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.directory import ManagedDomain, ReplicaSet
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known, Links, Reference, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azurerm")

_SUFFIX = re.compile(r"/initialReplicaSetId/[^/]*/?$", re.IGNORECASE)
"""What the provider appends to the Azure id of a managed domain to make its own."""


def _domain_id(id_: Text) -> Text:
    if isinstance(id_, Unknown) or id_.value is None:
        return id_
    return replace(id_, value=_SUFFIX.sub("", id_.value))


@MAPPING.maps("azurerm_active_directory_domain_service")
def managed_domain(declaration: Declaration) -> Iterator[Resource]:
    """A managed domain and, where it is managed here, the replica set that it is created with.

    The first replica set has no attribute of its own for the region before the apply: it stands where the domain stands (provider
    documentation). A domain that is only looked up reports all its replica sets, and may have more by the time of the apply.
    """
    body = declaration.body
    head = declaration.head
    region = azure_region(body.text("location"))
    yield ManagedDomain(
        head=head,
        name=body.text("name"),
        keys=(
            Key(space="arm_id", attribute="id", value=_domain_id(body.text("id"))),
            Key(space="arm_id", attribute="resource_id", value=body.text("resource_id")),
        ),
        domain_name=body.text("domain_name"),
        sku=body.text("sku"),
        region=region,
    )
    blocks = body.blocks("replica_sets" if declaration.mode == "data" else "initial_replica_set")
    for number, block in enumerate(blocks) if declaration.mode == "data" else ():
        yield _part(declaration, f"replica_sets[{number}]", azure_region(block.text("location")), block.text("subnet_id"))
    if declaration.mode == "managed":
        yield _part(declaration, "initial_replica_set", region, body.text("initial_replica_set", "subnet_id"))


def _part(declaration: Declaration, name: str, region: Text, subnet: Text) -> ReplicaSet:
    head = declaration.head
    belongs = Unknown(
        reason=f"what is the id of {head.address}?", at=head.at, refs=(Reference(to=head.address, attribute="id", certain=True),)
    )
    return ReplicaSet(
        head=head.part(name, region.at),
        name=Known(value=None, at=head.at, origin="default"),
        domain=Links(values=ValueSet(members=(belongs,), at=head.at), to=("managed_domain",), by=("arm_id",)),
        region=region,
        subnet=subnet,
    )


@MAPPING.maps("azurerm_active_directory_domain_service_replica_set")
def replica_set(declaration: Declaration) -> Iterator[Resource]:
    """A further replica set of a managed domain."""
    body = declaration.body
    domain = body.link("domain_service_id", to=("managed_domain",), by=("arm_id",))
    ids = domain.values
    members = tuple(Known(value=_SUFFIX.sub("", m.value), at=m.at) if isinstance(m, Known) else m for m in ids.members)
    yield ReplicaSet(
        head=declaration.head,
        name=Known(value=None, at=declaration.head.at, origin="default"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        domain=replace(domain, values=replace(ids, members=members)),
        region=azure_region(body.text("location")),
        subnet=body.text("subnet_id"),
    )
