"""azurerm: flexible servers of PostgreSQL and MySQL. Attribute names are those of the provider's documentation, majors 2 to 4."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.azure_databases import keys, server, standby
from sparekey.mappings.azuread import created, head_of
from sparekey.model.declaration import Declaration
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known, Text, Unknown

MAPPING = ProviderMapping(provider="azurerm-databases")


@MAPPING.maps("azurerm_postgresql_flexible_server", "azurerm_mysql_flexible_server")
def flexible_server(declaration: Declaration) -> Iterator[Resource]:
    """A server, managed or looked up. Without a `high_availability` block it has no standby."""
    body, head = declaration.body, head_of(declaration)
    engine = "postgres" if "postgresql" in declaration.type else "mysql"
    blocks = body.blocks("high_availability")
    mode: Text = body.text("high_availability", "mode", default="Disabled")
    if blocks.open is not None:
        new = blocks.open.unwritten and created(declaration)
        mode = Known(value="Disabled", at=head.at, origin="default") if new else blocks.open
    zone = body.text("zone")
    if isinstance(zone, Unknown) and zone.unwritten and created(declaration):
        zone = Known(value=None, at=head.at, origin="default")
    yield server(
        head,
        name=body.text("name"),
        keys=keys(body.text("name"), engine, arm_id=body.text("id"), written=body.text("fqdn")),
        standby=standby(mode),
        location=body.text("location"),
        zone=zone,
    )
