"""ARM: API management. Property names are those of the Microsoft.ApiManagement/service reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.arm_ids import own_key, section, to_itself
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.gateways import ApiGateway, ApiGatewayRegion
from sparekey.model.resource import Head, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.truth import Bounds, asks, yes
from sparekey.model.value import Body, Known, Number, Text, Unknown

MAPPING = ProviderMapping(provider="arm-gateways")

_ONE = Bounds(least=1, most=1)


@MAPPING.maps("Microsoft.ApiManagement/service")
def api_gateway(declaration: Declaration) -> Iterator[Resource]:
    """An API management service and its further regions. A region serves unless it is switched off."""
    body, head = declaration.body, declaration.head
    properties = section(body, "properties")
    yield ApiGateway(
        head=head,
        name=body.text("name"),
        keys=(own_key(declaration),),
        tier=_lower(body.text("sku", "name")),
        units=_units(body, head),
        region=azure_region(body.text("location")),
        zones=body.texts("zones"),
        disabled=properties.flag("disableGateway", default=False),
    )
    regions = properties.blocks("additionalLocations")
    for number, block in enumerate(regions):
        part = replace(head.part(f"additionalLocations[{number}]", block.value.at), presence=yes(), count=_ONE)
        yield _region(declaration, part, block)
    if regions.open is not None:
        some = Bounds(least=0, most=None, missing=(asks(regions.open),))
        part = replace(head.part("additionalLocations", regions.at), presence=yes(), count=some)
        yield _region(declaration, part, Body(value=regions.open))


def _region(declaration: Declaration, head: Head, block: Body) -> ApiGatewayRegion:
    return ApiGatewayRegion(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        gateway=to_itself(declaration, "api_gateway"),
        units=_units(block, head),
        region=azure_region(block.text("location")),
        zones=block.texts("zones"),
        disabled=block.flag("disableGateway", default=False),
    )


def _units(block: Body, head: Head) -> Number:
    """The written number of units. The reference requires it."""
    units = block.number("sku", "capacity")
    if isinstance(units, Known) and units.value is None:
        return Unknown(reason=f"how many units has {head.address}?", at=units.at, how="write sku.capacity")
    return units


def _lower(text: Text) -> Text:
    return text if isinstance(text, Unknown) or text.value is None else replace(text, value=text.value.lower())
