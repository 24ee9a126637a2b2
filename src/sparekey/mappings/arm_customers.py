"""ARM: directories for customers. Property names are those of the Microsoft.AzureActiveDirectory reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.arm_ids import own_key
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.directory import CustomerDirectory
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Text, Unknown

MAPPING = ProviderMapping(provider="arm-customers")


@MAPPING.maps("Microsoft.AzureActiveDirectory/b2cDirectories", "Microsoft.AzureActiveDirectory/ciamDirectories")
def customer_directory(declaration: Declaration) -> Iterator[Resource]:
    """A directory for customers: its name is its domain, its location a part of the world."""
    body = declaration.body
    yield CustomerDirectory(
        head=declaration.head,
        name=body.text("properties", "createTenantProperties", "displayName"),
        keys=(own_key(declaration),),
        domain_name=_domain(body.text("name")),
        residency=body.text("location"),
    )


def _domain(name: Text) -> Text:
    """The first domain of a directory; of the later sort only its beginning is written."""
    if isinstance(name, Unknown) or not name.value or "." in name.value:
        return name
    return replace(name, value=f"{name.value}.onmicrosoft.com")
