"""azurerm: directories for customers. Attribute names are those of the provider's documentation."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.azuread import head_of
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.directory import CustomerDirectory
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping

MAPPING = ProviderMapping(provider="azurerm")


@MAPPING.maps("azurerm_aadb2c_directory")
def customer_directory(declaration: Declaration) -> Iterator[Resource]:
    """A directory for customers, managed or looked up. The name of one that is looked up is not reported."""
    body = declaration.body
    yield CustomerDirectory(
        head=head_of(declaration),
        name=body.text("display_name"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        domain_name=body.text("domain_name"),
        residency=body.text("data_residency_location"),
    )
