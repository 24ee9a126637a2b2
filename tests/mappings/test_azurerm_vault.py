"""azurerm: vaults and what they hold, and that no value of a secret gets any further."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.azure_estates import Hidden, Written, declaration

from sparekey.mappings.azurerm_vault import MAPPING
from sparekey.model.kinds.secrets import Vault, VaultItem
from sparekey.model.span import Pointer
from sparekey.model.value import Body, Known, Unknown


def vault(mode: str = "managed", **values: object) -> Vault:
    (found,) = MAPPING.mappers["azurerm_key_vault"](declaration(Written("azurerm_key_vault", "v", values, mode=mode)))
    assert isinstance(found, Vault)
    return found


def item(category: str, mode: str = "managed", **values: object) -> VaultItem:
    type_ = f"azurerm_key_vault_{category}"
    (found,) = MAPPING.mappers[type_](declaration(Written(type_, "s", values, mode=mode)))
    assert isinstance(found, VaultItem)
    return found


def test_defaults_of_a_vault() -> None:
    found = vault(name="v", location="West Europe")
    assert [
        v.value if isinstance(v, Known) else v for v in (found.purge_protection, found.soft_delete, found.retention, found.region)
    ] == [
        False,
        True,
        90,
        "westeurope",
    ]


def test_what_is_written_counts() -> None:
    found = vault(purge_protection_enabled=True, soft_delete_enabled=False, soft_delete_retention_days=7)
    assert [v.value if isinstance(v, Known) else v for v in (found.purge_protection, found.soft_delete, found.retention)] == [
        True,
        False,
        7,
    ]
    assert isinstance(vault(purge_protection_enabled=Hidden()).purge_protection, Unknown)


def test_soft_delete_that_the_provider_fills_in_is_on() -> None:
    filled_in = Unknown(reason="?", at=Pointer(file="plan.json", pointer=""), unwritten=True)
    declared = declaration(Written("azurerm_key_vault", "v", {"name": "v"}))
    body = Body(value=Known(value={"soft_delete_enabled": filled_in}, at=filled_in.at))
    for action, known in (("create", True), ("none", False)):
        changed = replace(declared, body=body, action=action)  # type: ignore[arg-type]
        (found,) = MAPPING.mappers["azurerm_key_vault"](changed)
        assert isinstance(found, Vault)
        assert isinstance(found.soft_delete, Known) is known


def test_of_a_vault_that_is_looked_up_nothing_is_taken_for_a_default() -> None:
    found = vault("data", name="v")
    assert isinstance(found.purge_protection, Unknown)
    assert isinstance(found.retention, Unknown)
    assert isinstance(vault("data", purge_protection_enabled=False).purge_protection, Known)


@pytest.mark.parametrize("category", ["secret", "certificate", "key"])
@pytest.mark.parametrize("mode", ["managed", "data"])
def test_no_value_gets_any_further(category: str, mode: str) -> None:
    marker = "not-a-real-secret-1!"
    written = {
        "value": marker,
        "certificate": [{"contents": marker, "password": marker}],
        "certificate_data": marker,
        "key_vault_id": "/v",
    }
    found = item(category, mode, name="s", **written)
    assert marker not in repr(found)
    assert isinstance(found.content, Known)
    assert found.content.value is None
    assert isinstance(found.category, Known)
    assert found.category.value == category


def test_where_a_content_comes_from_is_kept() -> None:
    found = item("secret", value=Hidden(refs=("azuread_application_password.p",)), key_vault_id="/v")
    assert isinstance(found.content, Unknown)
    assert [ref.to for ref in found.content.refs] == ["azuread_application_password.p"]


def test_dates_and_renewal() -> None:
    policy = [{"lifetime_action": [{"action": [{"action_type": "AutoRenew"}]}]}]
    certificate = item("certificate", certificate_policy=policy)
    assert isinstance(certificate.renewal, Known)
    assert certificate.renewal.value == "AutoRenew"
    secret = item("secret", expiration_date="2027-01-01T00:00:00Z")
    assert isinstance(secret.expires, Known)
    assert secret.expires.value == "2027-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "actions, renewal",
    [
        (["EmailContacts", "AutoRenew"], "AutoRenew"),
        (["AutoRenew", Hidden()], "AutoRenew"),
        (["EmailContacts", Hidden()], "?"),
        (["EmailContacts", "EmailContacts"], "EmailContacts"),
        ([Hidden()], "?"),
    ],
)
def test_of_several_actions_before_the_end_the_renewal_counts(actions: list[object], renewal: str) -> None:
    policy = [{"lifetime_action": [{"action": [{"action_type": word}]} for word in actions]}]
    found = item("certificate", name="c", certificate_policy=policy).renewal
    assert (found.value if isinstance(found, Known) else "?") == renewal
