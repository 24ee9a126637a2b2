"""Whether a vault renews a certificate: every pair of order and issuer, against a table made by hand."""

from __future__ import annotations

import pytest

from sparekey.facts.certificates import renewed
from sparekey.model.kinds.secrets import VaultItem
from sparekey.model.resource import Head
from sparekey.model.span import Pointer
from sparekey.model.value import Known, Links, Text, Unknown, ValueSet

AT = Pointer(file="plan.json", pointer="/c")
HIDDEN = "?"


def text(word: str | None) -> Text:
    return Unknown(reason="which?", at=AT) if word == HIDDEN else Known(value=word, at=AT)


def certificate(renewal: str | None, issuer: str | None) -> VaultItem:
    nothing: Text = Known(value=None, at=AT)
    return VaultItem(
        head=Head(deployment="plan.json", address="azurerm_key_vault_certificate.c", at=AT),
        name=nothing,
        category=Known(value="certificate", at=AT),
        vault=Links(values=ValueSet(members=(), at=AT), to=("vault",), by=("arm_id",)),
        content=nothing,
        expires=nothing,
        renewal=text(renewal),
        issuer=text(issuer),
    )


@pytest.mark.parametrize(
    "renewal,issuer,answer",
    [
        ("AutoRenew", "Self", "yes"),
        ("AutoRenew", "digicert", "yes"),
        ("autorenew", "self", "yes"),
        ("AutoRenew", "Unknown", "no"),
        ("AutoRenew", "unknown", "no"),
        ("AutoRenew", HIDDEN, "maybe"),
        ("AutoRenew", None, "maybe"),
        ("EmailContacts", "Self", "no"),
        ("EmailContacts", HIDDEN, "no"),
        ("EmailContacts", None, "no"),
        (HIDDEN, "Self", "maybe"),
        (HIDDEN, "Unknown", "no"),
        (HIDDEN, None, "maybe"),
        (HIDDEN, HIDDEN, "maybe"),
        (None, "Self", "maybe"),
        (None, "Unknown", "no"),
        (None, None, "no"),
        (None, HIDDEN, "maybe"),
    ],
)
def test_what_the_vault_renews(renewal: str | None, issuer: str | None, answer: str) -> None:
    assert renewed(certificate(renewal, issuer)).answer == answer
