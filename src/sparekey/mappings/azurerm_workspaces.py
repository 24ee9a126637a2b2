"""azurerm: workspaces of logs. Attribute names are those of the provider's documentation."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.azuread import head_of
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.monitoring import LogWorkspace
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known, Text, Unknown

MAPPING = ProviderMapping(provider="azurerm")


@MAPPING.maps("azurerm_log_analytics_workspace")
def workspace(declaration: Declaration) -> Iterator[Resource]:
    """A workspace, managed or looked up. The provider cannot copy one to another region, and does not report whether one is."""
    body, head = declaration.body, head_of(declaration)
    copied: Text = Known(value=None, at=head.at, origin="default")
    if head.looked_up:
        how = "check the deployment that manages it"
        copied = Unknown(reason=f"is {head.address} copied to another region?", at=head.at, how=how)
    yield LogWorkspace(
        head=head,
        name=body.text("name"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        region=azure_region(body.text("location")),
        copied_to=copied,
    )
