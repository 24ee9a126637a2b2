"""ARM: workspaces of logs. Property names are those of the Microsoft.OperationalInsights/workspaces reference."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.arm_ids import own_key
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.monitoring import LogWorkspace
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known, Text, Unknown

MAPPING = ProviderMapping(provider="arm-workspaces")


@MAPPING.maps("Microsoft.OperationalInsights/workspaces")
def workspace(declaration: Declaration) -> Iterator[Resource]:
    """A workspace. It is copied to another region only where that is switched on."""
    body = declaration.body
    yield LogWorkspace(
        head=declaration.head,
        name=body.text("name"),
        keys=(own_key(declaration),),
        region=azure_region(body.text("location")),
        copied_to=_copied(declaration),
    )


def _copied(declaration: Declaration) -> Text:
    on = declaration.body.flag("properties", "replication", "enabled", default=False)
    if isinstance(on, Unknown):
        return on
    if not on.value:
        return Known(value=None, at=on.at, origin=on.origin)
    to = azure_region(declaration.body.text("properties", "replication", "location"))
    if isinstance(to, Known) and not to.value:
        return Unknown(reason=f"to which region is {declaration.head.address} copied?", at=on.at, how="write its location")
    return to
