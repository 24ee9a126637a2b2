"""Whether the files hold every role assignment, and what the rules about emergency accounts make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.directory import ADMINISTRATOR, Thing, accounts, answer, assignment, estate, group, guid, policy, user

from sparekey.facts.assignments import all_seen, why_more
from sparekey.model.span import Pointer
from sparekey.model.value import Unknown

ONE = user("breakglass1", 1)
HELD = assignment("a", guid(1))
WHOLE = ("role_assignment",)
LEAK = Unknown(reason="what is in broken.json?", at=Pointer(file="broken.json", pointer=""))
ELSEWHERE = replace(HELD, deployment="other.json")


def test_they_do_where_it_is_said_and_nothing_speaks_against_it() -> None:
    assert all_seen(estate(ONE, HELD, complete=WHOLE))
    assert not all_seen(estate(ONE, HELD))
    assert not all_seen(estate(ONE, HELD, complete=WHOLE, leaks=(LEAK,)))


@pytest.mark.parametrize("beside", [ELSEWHERE, replace(HELD, name="old", action="forget")])
def test_an_assignment_that_stands_beside_the_files_may_be_one_more(beside: Thing) -> None:
    """In another deployment, or no longer managed and there all the same."""
    of = estate(ONE, beside, complete=WHOLE)
    assert not all_seen(of)
    assert len(why_more(of)) == 1
    assert accounts(of) == (0, None)
    excluding = policy(excluded_roles=[ADMINISTRATOR])
    assert answer(estate(ONE, beside, excluding, complete=WHOLE), excluding, "emergency_exposed") == "maybe"


def test_an_assignment_that_is_deleted_is_no_more() -> None:
    gone = replace(HELD, action="delete")
    assert accounts(estate(ONE, gone, complete=WHOLE)) == (0, 0)


def test_a_forgotten_account_may_be_one_more() -> None:
    forgotten = replace(user("breakglass2", 2), action="forget")
    assert accounts(estate(ONE, HELD, forgotten, complete=("emergency_account",))) == (1, None)
    assert accounts(estate(ONE, HELD, replace(forgotten, action="delete"), complete=("emergency_account",))) == (1, 1)


@pytest.mark.parametrize("gone", [user("u", 2), group("g", 2, [guid(1)])])
def test_nobody_holds_a_role_that_is_assigned_to_what_the_change_removes(gone: Thing) -> None:
    left = assignment("b", guid(2))
    assert accounts(estate(ONE, left, replace(gone, action="delete"), complete=WHOLE)) == (0, 0)
