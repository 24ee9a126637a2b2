"""AWS: database instances of RDS. Attribute names are those of the provider's documentation, majors 3 to 6."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.aws_places import chosen, region_of, zone_of
from sparekey.mappings.azuread import head_of
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.databases import Database
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Flag, Known, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="aws-databases")


@MAPPING.maps("aws_db_instance")
def instance(declaration: Declaration) -> Iterator[Resource]:
    """An instance. Its standby in another zone (`multi_az`) takes over by itself; a new instance has none unless it says so.

    The name that clients reach it by holds a part that the service gives it, so that before the apply only the beginning is known.
    """
    body, head = declaration.body, head_of(declaration)
    zone = chosen(body.text("availability_zone"), declaration)
    name = body.text("identifier") if declaration.mode == "managed" else body.text("db_instance_identifier")
    nothing: Known[str | None] = Known(value=None, at=head.at, origin="derived")
    yield Database(
        head=head,
        name=name,
        keys=tuple(_names(body.text("address"))),
        standby=_standby(body.flag("multi_az", default=False), declaration),
        instances=Known(value=None, at=head.at, origin="derived"),
        region=region_of(declaration, zone),
        zone=zone_of(zone),
        cluster=nothing,
        namespace=nothing,
        cloud=Known(value="aws", at=head.at, origin="derived"),
        labels=ValueSet(members=(), at=head.at),
    )


def _names(address: Text) -> Iterator[Key]:
    if isinstance(address, Known) and address.value:
        value = Known(value=address.value.strip().casefold(), at=address.at, origin=address.origin)
        yield Key(space="host_name", attribute="address", value=value)


def _standby(several: Flag, declaration: Declaration) -> Text:
    if isinstance(several, Unknown):
        if several.unwritten and declaration.action in ("create", "replace"):
            return Known(value="none", at=declaration.head.at, origin="default")
        return several
    return Known(value="zone" if several.value else "none", at=several.at, origin=several.origin)
