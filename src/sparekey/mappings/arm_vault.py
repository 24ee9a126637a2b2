"""ARM: key vaults. Property names and defaults are those of the Microsoft.KeyVault/vaults reference."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.secrets import Vault
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Unknown

MAPPING = ProviderMapping(provider="arm-vault")


@MAPPING.maps("Microsoft.KeyVault/vaults")
def vault(declaration: Declaration) -> Iterator[Resource]:
    """A vault. Purge protection is off unless it is written; soft delete is on, and keeps what was deleted for 90 days."""
    body, head = declaration.body, declaration.head
    yield Vault(
        head=head,
        name=body.text("name"),
        keys=(Key(space="arm_id", attribute="id", value=Unknown(reason=f"what is the id of {head.address}?", at=head.at)),),
        purge_protection=body.flag("properties", "enablePurgeProtection", default=False),
        soft_delete=body.flag("properties", "enableSoftDelete", default=True),
        retention=body.number("properties", "softDeleteRetentionInDays", default=90),
        region=azure_region(body.text("location")),
    )
