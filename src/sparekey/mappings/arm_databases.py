"""ARM: flexible servers of PostgreSQL and MySQL. Property names are those of the references of both types."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.azure_databases import keys, server, standby
from sparekey.model.declaration import Declaration
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known, Unknown

MAPPING = ProviderMapping(provider="arm-databases")


@MAPPING.maps("Microsoft.DBforPostgreSQL/flexibleServers", "Microsoft.DBforMySQL/flexibleServers")
def flexible_server(declaration: Declaration) -> Iterator[Resource]:
    """A server. Without a mode of high availability it has no standby."""
    body, head = declaration.body, declaration.head
    engine = "postgres" if "postgresql" in declaration.type.casefold() else "mysql"
    name = body.text("name")
    yield server(
        head,
        name=name,
        keys=keys(
            name,
            engine,
            arm_id=Unknown(reason=f"what is the id of {head.address}?", at=head.at),
            written=Known(value=None, at=head.at, origin="default"),
        ),
        standby=standby(body.text("properties", "highAvailability", "mode", default="Disabled")),
        location=body.text("location"),
        zone=body.text("properties", "availabilityZone"),
    )
