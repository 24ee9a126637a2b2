"""Whether sign-in needs what a vault holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.laws import run_plan
from tests.monitored import vault
from tests.plans import Hidden, Item, Ref, plan

APP = Item("azuread_application", "app", {"display_name": "app", "client_id": Hidden("c")})
PASSWORD = Item(
    "azuread_application_password", "p", {"application_id": Ref(APP.address, "id"), "value": Hidden("x"), "key_id": Hidden("k")}
)
V = Ref("azurerm_key_vault.v", "id")


def secret(value: object, into: object = V) -> Item:
    return Item("azurerm_key_vault_secret", "s", {"name": "s", "key_vault_id": into, "value": value})


def certificate_of_an_app(value: object) -> Item:
    values = {"application_id": Ref(APP.address, "id"), "type": "AsymmetricX509Cert", "value": value}
    return Item("azuread_application_certificate", "c", values)


CERTIFICATE = Item("azurerm_key_vault_certificate", "k", {"name": "k", "key_vault_id": V, "certificate_data": Hidden("d")})


def graded(folder: Path, *items: Item) -> tuple[str, str, str | None]:
    """Verdict, severity, and what it may be besides, of the vault without purge protection."""
    run = run_plan(plan([vault(), vault(name="other"), APP, PASSWORD, *items]), folder)
    (found,) = (
        f for o in run.outcomes if o.rule == "vault-not-recoverable" for f in o.findings if f.subject == "azurerm_key_vault.v"
    )
    return found.verdict, found.severity, found.graver


@pytest.mark.parametrize(
    "items,severity,graver",
    [
        ([], "medium", None),
        ([secret("a literal")], "medium", None),
        ([secret(Ref(PASSWORD.address, "value"))], "high", None),
        ([secret(Ref(PASSWORD.address, "key_id"))], "medium", None),
        ([secret(Ref(APP.address, "client_id"))], "medium", None),
        ([secret(Hidden("x"))], "medium", None),
        ([secret(Ref(PASSWORD.address, "value"), into=Ref("azurerm_key_vault.other", "id"))], "medium", None),
        ([secret(Ref(PASSWORD.address, "value"), into=Hidden("/v"))], "medium", "high"),
        ([CERTIFICATE], "medium", None),
        ([CERTIFICATE, certificate_of_an_app(Ref(CERTIFICATE.address, "certificate_data"))], "high", None),
    ],
)
def test_a_vault_weighs_what_sign_in_needs_of_it(tmp_path: Path, items: list[Item], severity: str, graver: str | None) -> None:
    assert graded(tmp_path, *items) == ("fail", severity, graver)


def test_a_machine_that_is_called_a_part_of_sign_in_counts(tmp_path: Path) -> None:
    def machine(tags: object) -> Item:
        values = {"name": "m", "computer_name": "m", "location": "westeurope", "tags": tags, "user_data": None}
        return Item("azurerm_windows_virtual_machine", "m", {**values, "custom_data": Ref("azurerm_key_vault_secret.s", "value")})

    held = secret(Hidden("x"))
    assert graded(tmp_path, held, machine({}))[1] == "medium"
    assert graded(tmp_path, held, machine({"sparekey-role": "adfs"}))[1] == "high"
