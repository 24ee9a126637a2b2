"""azurerm: what a Traffic Manager endpoint commonly leads to. Attribute names are those of the provider's documentation, majors 1 to 5."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.azuread import head_of
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.placed import RegionalService
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping

MAPPING = ProviderMapping(provider="azurerm")


@MAPPING.maps(
    "azurerm_app_service",
    "azurerm_function_app",
    "azurerm_linux_function_app",
    "azurerm_linux_web_app",
    "azurerm_public_ip",
    "azurerm_windows_function_app",
    "azurerm_windows_web_app",
)
def regional_service(declaration: Declaration) -> Iterator[Resource]:
    """A public address or a web app, managed or looked up."""
    body = declaration.body
    yield RegionalService(
        head=head_of(declaration),
        name=body.text("name"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        region=azure_region(body.text("location")),
    )
