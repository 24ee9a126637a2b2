"""ARM: key vaults and what they hold. Property names and defaults are those of the Microsoft.KeyVault/vaults reference.

No value of a secret goes any further: of a content only where it comes from is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, TypeVar

from sparekey.mappings.arm_ids import last_name, own_key, to_parent
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.secrets import Vault, VaultItem
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import Flag, Known, Number, Text, Unknown

_Setting = TypeVar("_Setting", Flag, Number)

MAPPING = ProviderMapping(provider="arm-vault")

_LAST_SECOND: Final = 253_402_300_799
"""The end of the year 9999 in Unix time: RFC 3339 has four digits for a year."""

_ADDRESSES: Final = {
    "Microsoft.KeyVault/vaults/secrets": ("properties.secretUri", "properties.secretUriWithVersion"),
    "Microsoft.KeyVault/vaults/keys": ("properties.keyUri", "properties.keyUriWithVersion"),
}
"""Where the service reports the address of an item, by which its users name it."""


@MAPPING.maps("Microsoft.KeyVault/vaults")
def vault(declaration: Declaration) -> Iterator[Resource]:
    """A vault. Purge protection is off unless it is written; soft delete is on, and keeps what was deleted for 90 days.

    A vault that is recovered comes back as it was deleted: what the request says besides is not applied
    (github.com/Azure/azure-rest-api-specs/issues/21306).
    """
    body, head = declaration.body, declaration.head
    # Of what is looked up the service says how it is, whatever it was made from.
    question = None if head.looked_up else _recovered(body.text("properties", "createMode"), head.address)
    yield Vault(
        head=head,
        name=body.text("name"),
        keys=(own_key(declaration), Key(space="vault_name", attribute="name", value=body.text("name"))),
        purge_protection=_unless(question, body.flag("properties", "enablePurgeProtection", default=False)),
        # Nothing but soft delete leaves a vault that can be recovered.
        soft_delete=body.flag("properties", "enableSoftDelete", default=True),
        retention=_unless(question, body.number("properties", "softDeleteRetentionInDays", default=90)),
        region=azure_region(body.text("location")),
    )


def _unless(question: Unknown | None, written: _Setting) -> _Setting | Unknown:
    """What is written, unless it is in question whether that counts."""
    return written if question is None or isinstance(written, Unknown) else question


def _recovered(mode: Text, address: str) -> Unknown | None:
    """The question that remains of the settings of a vault that is brought back, or may be; None where it is made anew."""
    if isinstance(mode, Known) and (mode.value or "default").lower() != "recover":
        return None
    how = "check the deleted vault (az keyvault show-deleted), or deploy its settings once more without createMode"
    if isinstance(mode, Unknown):
        return replace(mode, reason=f"is {address} recovered, and so set as it was when it was deleted?", how=how)
    reason = f"how is {address} protected? It is recovered as it was deleted, whatever is written here"
    return Unknown(reason=reason, at=mode.at, how=how)


@MAPPING.maps(*_ADDRESSES)
def vault_item(declaration: Declaration) -> Iterator[Resource]:
    """A secret or a key. `exp` is its end in seconds since 1970. Templates make no certificates."""
    body, head = declaration.body, declaration.head
    category = "secret" if declaration.type.endswith("secrets") else "key"
    reported = (
        Key(space="vault_item_id", attribute=name, value=Unknown(reason=f"what is the address of {head.address}?", at=head.at))
        for name in _ADDRESSES[declaration.type]
    )
    yield VaultItem(
        head=head,
        name=last_name(declaration),
        keys=(own_key(declaration), *reported),
        category=Known(value=category, at=head.at, origin="derived"),
        vault=to_parent(declaration, "vault"),
        content=_origin(declaration, category),
        expires=_date(body.number("properties", "attributes", "exp")),
        renewal=_null(head.at),
        issuer=_null(head.at),
    )


def _origin(declaration: Declaration, category: str) -> Text:
    """What is known of where the content of a secret comes from: its references, or nothing at all. A key is made by the vault."""
    head = declaration.head
    found = declaration.body.text("properties", "value") if category == "secret" else _null(head.at)
    if isinstance(found, Unknown):
        how = "put each secret into an entry of its own"
        return replace(found, reason=f"what does {head.address} hold?", how=how)
    return Known(value=None, at=found.at, origin="derived")


def _null(at: Place) -> Known[str | None]:
    return Known(value=None, at=at, origin="default")


def _date(seconds: Number) -> Text:
    """A time as RFC 3339, in UTC."""
    if isinstance(seconds, Unknown):
        return seconds
    if seconds.value is None:
        return Known(value=None, at=seconds.at, origin=seconds.origin)
    if not 0 <= seconds.value <= _LAST_SECOND:
        return Unknown(reason="a time that is no date", at=seconds.at, how="correct the file")
    moment = datetime.fromtimestamp(seconds.value, tz=UTC)
    return Known(value=moment.strftime("%Y-%m-%dT%H:%M:%SZ"), at=seconds.at, origin=seconds.origin)
