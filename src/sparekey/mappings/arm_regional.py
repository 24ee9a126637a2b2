"""ARM: what a Traffic Manager endpoint commonly leads to. Property names are those of the two types' references."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.arm_ids import own_key
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.placed import RegionalService
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping

MAPPING = ProviderMapping(provider="arm-regional")


@MAPPING.maps("Microsoft.Network/publicIPAddresses", "Microsoft.Web/sites")
def regional_service(declaration: Declaration) -> Iterator[Resource]:
    """A public address or a web app."""
    body = declaration.body
    yield RegionalService(
        head=declaration.head,
        name=body.text("name"),
        keys=(own_key(declaration),),
        region=azure_region(body.text("location")),
    )
