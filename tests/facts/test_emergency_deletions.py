"""Whether a user that goes was an emergency account."""

from __future__ import annotations

import pytest
from tests.directory import Later, Thing, declared_account, estate, guid, user

from sparekey.config import Config
from sparekey.facts.emergency_deletions import DERIVATION
from sparekey.model.estate import Fact
from sparekey.model.truth import Truth


def _was(gone: Thing, *others: Thing) -> str:
    (fact,) = DERIVATION.derive(estate(gone, *others), Config())
    assert isinstance(fact, Fact)
    assert fact.subject == f"deletion:{gone.id}"
    assert isinstance(fact.value, Truth)
    return fact.value.answer


@pytest.mark.parametrize(
    ("gone", "others", "answer"),
    [
        (user("breakglass1", 1, action="delete"), (), "yes"),
        (user("ada", 1, action="delete"), (), "no"),
        (user("ada", 1, action="delete", display_name=Later()), (), "maybe"),
        (user("breakglass1", 1, action="delete", display_name=Later()), (), "yes"),
        (user("ada", 1, action="delete"), (declared_account("ADA@x.onmicrosoft.com"),), "yes"),
        (user("ada", 1, action="delete"), (declared_account(None, guid(1)),), "yes"),
        (user("breakglass1", 1, action="delete"), (declared_account("other@x.onmicrosoft.com"),), "no"),
        (user("breakglass1", 1, action="delete"), (declared_account("other@x.onmicrosoft.com", partial=True),), "yes"),
        (user("breakglass1", 1, action="forget"), (), "yes"),
    ],
)
def test_by_declaration_else_by_name(gone: Thing, others: tuple[Thing, ...], answer: str) -> None:
    assert _was(gone, *others) == answer


def test_where_no_user_goes_nothing_is_said() -> None:
    assert list(DERIVATION.derive(estate(user("breakglass1", 1)), Config())) == []
