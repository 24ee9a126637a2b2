"""azurerm: managed identities and whose tokens they trust. Attribute names are those of the provider's documentation."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.azuread import head_of
from sparekey.mappings.federated import trust
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.applications import ManagedIdentity
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known

MAPPING = ProviderMapping(provider="azurerm")


@MAPPING.maps("azurerm_user_assigned_identity")
def managed_identity(declaration: Declaration) -> Iterator[Resource]:
    """A managed identity, managed or looked up."""
    body = declaration.body
    names = (("arm_id", "id"), ("object_id", "principal_id"), ("client_id", "client_id"))
    yield ManagedIdentity(
        head=head_of(declaration),
        name=body.text("name"),
        keys=tuple(Key(space=space, attribute=name, value=body.text(name)) for space, name in names),
        region=azure_region(body.text("location")),
    )


@MAPPING.maps("azurerm_federated_identity_credential")
def federated_credential(declaration: Declaration) -> Iterator[Resource]:
    """Trust of a managed identity in tokens that somebody else issues. Major 5 calls the identity by its own name, before it was `parent_id`."""
    body = declaration.body
    holder = body.link("user_assigned_identity_id", to=("managed_identity",), by=("arm_id",))
    earlier = body.get("parent_id")
    if not holder.values.members or (isinstance(earlier, Known) and earlier.value):
        holder = body.link("parent_id", to=("managed_identity",), by=("arm_id",))
    yield trust(declaration.head, name=body.text("name"), holder=holder, issuer=body.text("issuer"), subject=body.text("subject"))
