"""AWS Directory Service. Attribute names and defaults are those of the provider's documentation, majors 2 to 6."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.aws_places import region_of
from sparekey.mappings.azuread import head_of
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.directory import DirectoryService
from sparekey.model.kinds.directory_regions import DirectoryRegion
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import ABSENT, Known, Text, Unknown

MAPPING = ProviderMapping(provider="aws-directory")

_CATEGORIES = {"simplead": "SimpleAD", "adconnector": "ADConnector", "microsoftad": "MicrosoftAD"}


@MAPPING.maps("aws_directory_service_directory")
def directory(declaration: Declaration) -> Iterator[Resource]:
    """A directory, managed or looked up. Of the account by which a connector asks, nothing is kept."""
    body, head = declaration.body, head_of(declaration)
    category = _category(body.text("type", default="SimpleAD"), declaration)
    connector = isinstance(category, Known) and category.value == "ADConnector"
    settings = "connect_settings" if connector else "vpc_settings"
    yield DirectoryService(
        head=head,
        name=body.text("name"),
        keys=(Key(space="aws_directory_id", attribute="id", value=body.text("id")),),
        category=category,
        edition=_edition(body.text("edition"), declaration),
        controllers=body.number("desired_number_of_domain_controllers"),
        dns_servers=body.texts("connect_settings", "customer_dns_ips"),
        subnets=body.texts(settings, "subnet_ids"),
        region=region_of(declaration, Known(value=None, at=head.at, origin="default")),
    )


def _category(type_: Text, declaration: Declaration) -> Text:
    """The type; a look-up that does not report it is of no known type."""
    if isinstance(type_, Unknown):
        return type_
    if declaration.mode == "data" and type_.origin in ABSENT:
        return Unknown(
            reason=f"of which type is {declaration.head.address}?",
            at=declaration.head.at,
            how="check the deployment that manages it",
        )
    return Known(value=_CATEGORIES.get((type_.value or "").casefold(), type_.value), at=type_.at, origin=type_.origin)


def _edition(edition: Text, declaration: Declaration) -> Text:
    """The edition: of a new Microsoft directory that writes none, Enterprise."""
    new = declaration.action in ("create", "replace")
    if (isinstance(edition, Unknown) and edition.unwritten and new) or (isinstance(edition, Known) and edition.value is None):
        return Known(value="Enterprise", at=declaration.head.at, origin="default")
    return edition


@MAPPING.maps("aws_directory_service_region")
def further_region(declaration: Declaration) -> Iterator[Resource]:
    """A region that a directory is replicated to."""
    body = declaration.body
    name = body.text("region_name")
    yield DirectoryRegion(
        head=declaration.head,
        name=name,
        directory=body.link("directory_id", to=("directory_service",), by=("aws_directory_id",)),
        region=name,
    )
