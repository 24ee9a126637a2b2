"""azurerm: key vaults and what they hold. Attribute names and defaults are those of the provider's documentation, majors 1 to 5.

No value of a secret, key or certificate goes any further: of a content only where it comes from is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.azuread import created, head_of
from sparekey.mappings.regions import azure_region
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.secrets import Vault, VaultItem
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Body, Flag, Known, Number, Text, Unknown

MAPPING = ProviderMapping(provider="azurerm")


@MAPPING.maps("azurerm_key_vault")
def vault(declaration: Declaration) -> Iterator[Resource]:
    """A vault, managed or looked up.

    Purge protection is off unless it is written. Soft delete is on: since major 2.42 the provider always asks for it, and before
    it could be written otherwise. What was deleted is kept for 90 days by default. A look-up reports purge protection alone.
    """
    body, head = declaration.body, head_of(declaration)
    looked_up = declaration.mode == "data"
    purge = body.flag("purge_protection_enabled", default=None if looked_up else False)
    kept = body.number("soft_delete_retention_days", default=None if looked_up else 90)
    yield Vault(
        head=head,
        name=body.text("name"),
        keys=(
            Key(space="arm_id", attribute="id", value=body.text("id")),
            Key(space="vault_name", attribute="name", value=body.text("name")),
        ),
        purge_protection=_reported(purge, f"is purge protection on for {head.address}?", head),
        soft_delete=_kept_by_the_service(body.flag("soft_delete_enabled", default=True), declaration),
        retention=_days(kept, head),
        region=azure_region(body.text("location")),
    )


def _kept_by_the_service(flag: Flag, declaration: Declaration) -> Flag:
    """What the provider fills in for soft delete of a new vault: the service turns it on."""
    if isinstance(flag, Unknown) and flag.unwritten and created(declaration):
        return Known(value=True, at=declaration.head.at, origin="default")
    return flag


def _reported(flag: Flag, question: str, head: Head) -> Flag:
    if isinstance(flag, Known) and flag.value is None:
        return Unknown(reason=question, at=head.at, how="check the deployment that manages it")
    return flag


def _days(number: Number, head: Head) -> Number:
    if isinstance(number, Known) and number.value is None:
        reason = f"for how long does {head.address} keep what was deleted?"
        return Unknown(reason=reason, at=head.at, how="check the deployment that manages it")
    return number


@MAPPING.maps("azurerm_key_vault_secret", "azurerm_key_vault_certificate", "azurerm_key_vault_key")
def vault_item(declaration: Declaration) -> Iterator[Resource]:
    """A secret, certificate or key, managed or looked up. A certificate has a content only where one is brought in."""
    body, head = declaration.body, head_of(declaration)
    category = declaration.type.rpartition("_")[2]
    content = {"secret": ("value",), "certificate": ("certificate", "contents")}.get(category)
    yield VaultItem(
        head=head,
        name=body.text("name"),
        keys=(Key(space="vault_item_id", attribute="id", value=body.text("id")),),
        category=Known(value=category, at=head.at, origin="derived"),
        vault=body.link("key_vault_id", to=("vault",), by=("arm_id",)),
        content=_origin(body, content, head),
        expires=body.text("expires" if category == "certificate" else "expiration_date"),
        renewal=_renewal(declaration),
        issuer=_policy(declaration, "issuer_parameters", "name"),
    )


def _renewal(declaration: Declaration) -> Text:
    """What the vault does before a certificate ends: of several actions the renewal counts, and one that cannot be read may be it."""
    actions = declaration.body.blocks("certificate_policy", "lifetime_action")
    if len(actions.members) < 2:
        return _policy(declaration, "lifetime_action", "action", "action_type")
    found = [action.text("action", "action_type") for action in actions]
    renews = next((each for each in found if isinstance(each, Known) and (each.value or "").lower() == "autorenew"), None)
    return renews or actions.open or next((each for each in found if isinstance(each, Unknown)), found[0])


def _policy(declaration: Declaration, *path: str) -> Text:
    """What the policy of a certificate says. Source that writes no policy has none; a plan does not show whether some block made one."""
    found = declaration.body.text("certificate_policy", *path)
    if isinstance(found, Unknown) and found.unwritten and declaration.format == "terraform" and created(declaration):
        return Known(value=None, at=declaration.head.at, origin="default")
    return found


def _origin(body: Body, path: tuple[str, ...] | None, head: Head) -> Text:
    """What is known of where a content comes from: its references, or nothing at all."""
    found = body.text(*path) if path and not head.looked_up else None
    if isinstance(found, Unknown):
        how = "put each secret into an entry of its own"
        return replace(found, reason=f"what does {head.address} hold?", how=how)
    return Known(value=None, at=found.at if found else head.at, origin="derived")
