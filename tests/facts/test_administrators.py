"""Global Administrators: the bounds against a plain model of a directory, then who is a person and what closes the count."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.directory import (
    ADMINISTRATOR,
    Later,
    Thing,
    assignment,
    declared_account,
    declared_group,
    estate,
    group,
    guid,
    user,
)

from sparekey.config import Config
from sparekey.facts.administrators import DERIVATION
from sparekey.model.estate import Fact
from sparekey.model.span import Pointer
from sparekey.model.truth import Bounds
from sparekey.model.value import Unknown

LEAK = Unknown(reason="what is in other.json?", at=Pointer(file="other.json", pointer=""))
COMPLETE = ("role_assignment",)
PEOPLE = {n: user(f"person{n}", n) for n in range(1, 7)}


def eligible(name: str, who: object) -> Thing:
    """An assignment that must first be activated."""
    values = {"role_definition_id": ADMINISTRATOR, "principal_id": who, "directory_scope_id": "/", "justification": "x"}
    return Thing("azuread_directory_role_eligibility_schedule_request", name, values)


def bounds(*things: Thing, complete: tuple[str, ...] = COMPLETE, leaks: tuple[Unknown, ...] = ()) -> Bounds:
    """How many Global Administrators there are."""
    (fact,) = DERIVATION.derive(estate(*things, complete=complete, leaks=leaks), Config())
    assert isinstance(fact, Fact)
    assert isinstance(fact.value, Bounds)
    return fact.value


def ends(*things: Thing, complete: tuple[str, ...] = COMPLETE, leaks: tuple[Unknown, ...] = ()) -> tuple[int, int | None]:
    found = bounds(*things, complete=complete, leaks=leaks)
    return found.least, found.most


# --- laws ---------------------------------------------------------------------------------------------------------------

WHO = st.lists(st.sampled_from([*range(1, 7), 10, 11]), max_size=5, unique=True)


@settings(max_examples=120, deadline=None)
@given(
    WHO, WHO, st.lists(st.integers(1, 6), max_size=4, unique=True), st.lists(st.sampled_from([5, 6, 10]), max_size=2, unique=True)
)
def test_everybody_counts_once_whichever_way_the_role_comes(
    active: list[int], waiting: list[int], inner: list[int], outer: list[int]
) -> None:
    """Group 10 holds people, group 11 people and perhaps group 10."""
    members = {10: set(inner), 11: {n for n in outer if n < 10} | (set(inner) if 10 in outer else set())}
    expected = {p for n in (*active, *waiting) for p in members.get(n, {n})}
    things = [
        *PEOPLE.values(),
        group("inner", 10, [guid(n) for n in inner]),
        group("outer", 11, [guid(n) for n in outer]),
        *(assignment(f"a{n}", guid(n)) for n in active),
        *(eligible(f"e{n}", guid(n)) for n in waiting),
    ]
    assert ends(*things) == (len(expected), len(expected))
    assert ends(*things, complete=()) == (len(expected), None)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=6, unique=True), st.data())
def test_hiding_an_assignment_widens_the_bounds_around_the_truth(active: list[int], data: st.DataObject) -> None:
    hidden = data.draw(st.sampled_from(active))
    what = data.draw(st.sampled_from(["who", "role", "scope"]))
    change: dict[str, object] = {"who": guid(hidden)}
    change |= {"who": Later()} if what == "who" else {"role": Later()} if what == "role" else {"directory_scope_id": Later()}
    things = [assignment(f"a{n}", **(change if n == hidden else {"who": guid(n)})) for n in active]
    least, most = ends(*PEOPLE.values(), *things)
    assert least == len(active) - 1
    assert most is None or most >= len(active)


# --- who counts ---------------------------------------------------------------------------------------------------------


def test_a_service_principal_is_no_person() -> None:
    principal = Thing("azuread_service_principal", "sp", {"object_id": guid(50), "id": guid(50), "display_name": "sp"})
    assert ends(PEOPLE[1], principal, assignment("a", guid(50)), assignment("b", guid(1))) == (1, 1)


def test_an_id_that_no_file_explains_may_be_nobody_or_many() -> None:
    found = bounds(PEOPLE[1], assignment("a", guid(1)), assignment("b", guid(99)))
    assert (found.least, found.most) == (1, None)
    (question,) = [cause.unknown for cause in found.missing if cause.unknown]
    assert guid(99) in question.reason


def test_a_placeholder_is_nobody() -> None:
    assert ends(PEOPLE[1], assignment("a", guid(1)), assignment("b", "00000000-0000-0000-0000-000000000000")) == (1, 1)


def test_a_group_that_may_hold_more_has_no_upper_end() -> None:
    assert ends(PEOPLE[1], group("g", 10), assignment("a", guid(10)), assignment("b", guid(1))) == (1, None)
    assert ends(PEOPLE[1], declared_group(guid(10), [guid(1)]), assignment("a", guid(10))) == (1, 1)


@pytest.mark.parametrize("enabled,expected", [(True, (1, 1)), (False, (0, 0)), (Later(), (0, 1))])
def test_an_account_that_is_switched_off_administrates_nothing(enabled: object, expected: tuple[int, int]) -> None:
    assert ends(user("ada", 1, account_enabled=enabled), assignment("a", guid(1))) == expected


def test_people_whom_only_the_inventory_names_count() -> None:
    admins = (group("g", 10), assignment("a", guid(10)))
    assert ends(*admins, declared_group(guid(10), ["eve@x.org", "dan@x.org"])) == (2, 2)
    assert ends(PEOPLE[1], *admins, assignment("b", guid(1)), declared_group(guid(10), ["eve@x.org"])) == (2, 2)
    unnamed = user("ada", 1, user_principal_name=Later())
    assert ends(unnamed, *admins, assignment("b", guid(1)), declared_group(guid(10), ["eve@x.org"])) == (1, 2)
    assert ends(*admins, declared_group(guid(10), ["<UPN>"])) == (0, 0)


def test_another_role_or_a_part_of_the_directory_does_not_count() -> None:
    readers = assignment("a", guid(1), role="88d8e3e3-8f55-4a1e-953a-9b9898b8876b")
    part = assignment("b", guid(2), directory_scope_id="/administrativeUnits/1")
    assert ends(*PEOPLE.values(), readers, part) == (0, 0)


def test_an_emergency_account_of_the_inventory_counts_once() -> None:
    declared = declared_account("person1@x.onmicrosoft.com", guid(1))
    assert ends(PEOPLE[1], PEOPLE[2], declared, assignment("b", guid(2))) == (2, 2)
    assert ends(PEOPLE[1], PEOPLE[2], declared, assignment("a", guid(1)), assignment("b", guid(2))) == (2, 2)


def test_two_that_no_key_tells_apart_may_be_one() -> None:
    declared = declared_account("bg@x.onmicrosoft.com")
    unnamed = user("ada", 1, user_principal_name=Later())
    assert ends(unnamed, declared, assignment("a", guid(1))) == (1, 2)


# --- what closes the count ----------------------------------------------------------------------------------------------


def test_an_unread_file_and_another_deployment_open_it() -> None:
    here = (PEOPLE[1], assignment("a", guid(1)))
    assert ends(*here, leaks=(LEAK,)) == (1, None)
    there = Thing("azuread_directory_role_assignment", "b", dict(assignment("b", guid(2)).values), deployment="other.json")
    assert ends(*here, there) == (1, None)


def test_an_open_end_asks_who_else_there_is() -> None:
    found = bounds(PEOPLE[1], assignment("a", guid(1)), complete=())
    (question,) = [cause.unknown for cause in found.missing if cause.unknown]
    assert [answer.into for answer in question.answers] == ["complete"]
