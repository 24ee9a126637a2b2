"""Vaults and what they hold. Values of secrets are never among it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Links, Number, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault(Resource):
    """A vault for secrets, keys and certificates.

    `soft_delete` keeps what was deleted for `retention` days; `purge_protection` forbids to remove it for good before they are
    over. `region` is normalised.
    """

    kind: ClassVar[str] = "vault"
    identity: ClassVar[bool] = False

    purge_protection: Flag
    soft_delete: Flag
    retention: Number
    region: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultItem(Resource):
    """One secret, certificate or key of a vault; `category` says which.

    `content` is null, or unknown with the references that say where the content comes from. `expires` is the date that is written
    for it, `renewal` what a certificate does near its end ("AutoRenew", "EmailContacts"), `issuer` who signs it ("Self", "Unknown" for
    somebody that the vault does not know, else the name of an issuer that it does).
    """

    kind: ClassVar[str] = "vault_item"
    identity: ClassVar[bool] = False

    category: Text
    vault: Links
    content: Text
    expires: Text
    renewal: Text
    issuer: Text
