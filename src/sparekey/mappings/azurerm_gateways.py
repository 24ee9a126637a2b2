"""azurerm: API management. Attribute names and defaults are those of the provider's documentation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.arm_ids import to_itself
from sparekey.mappings.azuread import created, head_of
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.gateways import ApiGateway, ApiGatewayRegion
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.truth import Bounds, asks, yes
from sparekey.model.value import Body, Known, Number, Text, Unknown

MAPPING = ProviderMapping(provider="azurerm")

_ONE = Bounds(least=1, most=1)


@MAPPING.maps("azurerm_api_management")
def api_gateway(declaration: Declaration) -> Iterator[Resource]:
    """An API management service, managed or looked up, and its further regions. `sku_name` is its product and the units of it."""
    body, head = declaration.body, head_of(declaration)
    tier, units = _sku(body.text("sku_name"), head)
    yield ApiGateway(
        head=head,
        name=body.text("name"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        tier=tier,
        units=units,
        region=azure_region(body.text("location")),
        zones=body.texts("zones"),
        disabled=body.flag("gateway_disabled", default=False),
    )
    regions = body.blocks("additional_location")
    for number, block in enumerate(regions):
        part = replace(head.part(f"additional_location[{number}]", block.value.at), presence=yes(), count=_ONE)
        yield _region(declaration, part, block, units)
    if regions.open is not None:
        some = Bounds(least=0, most=None, missing=(asks(regions.open),))
        part = replace(head.part("additional_location", regions.at), presence=yes(), count=some)
        yield _region(declaration, part, Body(value=regions.open), units)


def _region(declaration: Declaration, head: Head, block: Body, own: Number) -> ApiGatewayRegion:
    """A further region. Where its capacity is not written it has as many units as the service's own."""
    units = block.number("capacity")
    written = not isinstance(units, Unknown) or not units.unwritten or not created(declaration)
    if not written or (isinstance(units, Known) and units.value is None):
        units = own
    return ApiGatewayRegion(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        gateway=to_itself(declaration, "api_gateway"),
        units=units,
        region=azure_region(block.text("location")),
        zones=block.texts("zones"),
        disabled=block.flag("gateway_disabled", default=False),
    )


def _sku(name: Text, head: Head) -> tuple[Text, Number]:
    """The product and the units that `Premium_2` names."""
    if isinstance(name, Unknown):
        return name, name
    product, _, units = (name.value or "").rpartition("_")
    if not product or not units.isascii() or not units.isdigit() or len(units) > 4:
        odd = Unknown(reason=f"which sku does {head.address} have?", at=name.at, how="write it as Premium_2")
        return odd, odd
    tier: Text = Known(value=product.lower(), at=name.at, origin=name.origin)
    return tier, Known(value=int(units), at=name.at, origin=name.origin)
