"""ARM: managed identities and whose tokens they trust. Property names are those of the Microsoft.ManagedIdentity reference."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.arm_ids import last_name, own_key, to_parent
from sparekey.mappings.federated import trust
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.applications import ManagedIdentity
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Unknown

MAPPING = ProviderMapping(provider="arm-identity")


@MAPPING.maps("Microsoft.ManagedIdentity/userAssignedIdentities")
def managed_identity(declaration: Declaration) -> Iterator[Resource]:
    """A managed identity. The ids of its object and of its application are known once it is made."""
    body, head = declaration.body, declaration.head
    ids = (("object_id", "properties.principalId"), ("client_id", "properties.clientId"))
    made = Unknown(reason=f"what are the ids of {head.address}?", at=head.at)
    yield ManagedIdentity(
        head=head,
        name=body.text("name"),
        keys=(own_key(declaration), *(Key(space=space, attribute=name, value=made) for space, name in ids)),
        region=azure_region(body.text("location")),
    )


@MAPPING.maps("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials")
def federated_credential(declaration: Declaration) -> Iterator[Resource]:
    """Trust of a managed identity in tokens that somebody else issues."""
    body = declaration.body
    yield trust(
        declaration.head,
        name=last_name(declaration),
        holder=to_parent(declaration, "managed_identity"),
        issuer=body.text("properties", "issuer"),
        subject=body.text("properties", "subject"),
    )
