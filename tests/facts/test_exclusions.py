"""Whether exclusions exclude anybody: a law against plain sets, then what is real and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.directory import (
    ADMINISTRATOR,
    Later,
    Thing,
    answer,
    declared_account,
    declared_group,
    estate,
    group,
    guid,
    membership,
    policy,
    user,
)

REAL = guid(999)
FACT = "excludes_somebody"


def _says(subject: Thing, *things: Thing) -> str:
    return answer(estate(subject, *things), subject, FACT)


@st.composite
def lists(draw: st.DrawFn) -> dict[str, list[object]]:
    """Exclusions of every kind, real, unreal and hidden."""
    nobody = ["GuestsOrExternalUsers", "00000000-0000-0000-0000-000000000000", "REPLACE_ME", guid(11)]
    users = draw(st.lists(st.sampled_from([guid(0), REAL, *nobody[:3]]), max_size=3))
    groups = draw(st.lists(st.sampled_from([guid(10), REAL, *nobody[1:]]), max_size=3))
    return {"excluded_users": list(users), "excluded_groups": list(groups)}


@given(lists(), st.sampled_from(["", "excluded_users", "excluded_groups", "members"]))
@settings(max_examples=80, deadline=None)
def test_the_answer_is_that_of_the_known_world_or_a_maybe(excluded: dict[str, list[object]], hidden: str) -> None:
    """The group 10 has a member and the group 11 is empty; hiding a list may make a maybe of the answer and nothing else."""
    real = bool({guid(0), REAL, guid(10)} & {str(each) for list_ in excluded.values() for each in list_})
    shown: dict[str, object] = {name: Later() if name == hidden else list_ for name, list_ in excluded.items()}
    members = Later() if hidden == "members" else [guid(0)]
    found = _says(policy(**shown), user("u", 0), group("full", 10, members), group("empty", 11, []))
    truth = "yes" if real else "no"
    assert found == truth if not hidden else found in (truth, "maybe")


@pytest.mark.parametrize(
    "users",
    [
        {},
        {"excluded_users": []},
        {"excluded_users": ["GuestsOrExternalUsers"]},
        {"excluded_users": ["guestsorexternalusers", "None"]},
        {"excluded_users": ["00000000-0000-0000-0000-000000000000"]},
        {"excluded_users": ["xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"]},
        {"excluded_groups": ["REPLACE_WITH_GROUP_ID", "<break glass group>"]},
        {"excluded_roles": ["Global Administrator"]},
        {"excluded_guests_or_external_users": [{"guest_or_external_user_types": ["serviceProvider"]}]},
    ],
)
def test_what_excludes_nobody(users: dict[str, object]) -> None:
    assert _says(policy(**users)) == "no"


@pytest.mark.parametrize(
    "users",
    [
        {"excluded_users": [REAL]},
        {"excluded_users": [f"/users/{REAL}"]},
        {"excluded_users": [REAL.upper()]},
        {"excluded_groups": [REAL]},
        {"excluded_roles": [ADMINISTRATOR]},
        {"excluded_users": ["GuestsOrExternalUsers", REAL]},
        {"excluded_users": [], "excluded_groups": [REAL]},
    ],
)
def test_what_is_taken_at_its_word(users: dict[str, object]) -> None:
    assert _says(policy(**users)) == "yes"


@pytest.mark.parametrize("name", ["excluded_users", "excluded_groups", "excluded_roles"])
def test_a_list_that_is_not_known_decides_nothing(name: str) -> None:
    assert _says(policy(**{name: Later()})) == "maybe"
    assert _says(policy(**{name: [Later()]})) == "maybe"
    assert _says(policy(**{name: Later(), "excluded_users" if name != "excluded_users" else "excluded_groups": [REAL]})) == "yes"


def test_a_group_that_is_declared_here_needs_a_member() -> None:
    excluding = policy(excluded_groups=[guid(10)])
    assert _says(excluding, group("g", 10, [])) == "no"
    assert _says(excluding, group("g", 10)) == "maybe"
    assert _says(excluding, group("g", 10, [REAL])) == "yes"
    assert _says(excluding, group("g", 10, ["REPLACE_ME"])) == "no"
    assert _says(excluding, group("g", 10), membership("m", guid(10), guid(0), action="create"), user("u", 0)) == "yes"
    assert _says(excluding, group("g", 10, [guid(11)]), group("inner", 11, [])) == "no"
    assert _says(excluding, group("g", 10), declared_group(guid(10), [REAL])) == "yes"


def test_before_and_after_apply_nothing_swaps() -> None:
    """The group and its member are new, then they exist: yes may follow maybe, no may follow maybe, and never each other."""
    for listed, expected in (([guid(0)], "yes"), ([], "no")):
        late = Later(refs=("azuread_user.u",)) if listed else Later(unwritten=True)
        before = _says(policy(excluded_groups=Later(refs=("azuread_group.g",))), group("g", None, late), user("u", None))
        after = _says(policy(excluded_groups=[guid(10)]), group("g", 10, listed), user("u", 0))
        assert (before, after) == ("maybe", expected)


def test_a_user_that_may_not_exist_decides_nothing() -> None:
    users = Thing("azuread_users", "some", {"user_principal_names": ["a@x.com"], "ignore_missing": True}, data=True)
    excluding = policy(excluded_users=[Later(refs=(users.address,), certain=True, attribute="object_ids")])
    assert _says(excluding, users) == "maybe"


def _gone(thing: Thing) -> Thing:
    return replace(thing, action="delete")


def test_what_the_change_removes_excludes_nobody() -> None:
    by_group, by_user = policy(excluded_groups=[guid(10)]), policy(excluded_users=[guid(1)])
    assert _says(by_group, _gone(group("g", 10, [REAL]))) == "no"
    assert _says(by_user, _gone(user("u", 1))) == "no"
    assert _says(by_user, replace(user("u", 1), action="forget")) == "yes", "what is forgotten stays"
    assert _says(by_user, _gone(user("u", 1)), replace(user("u", 1), name="moved")) == "yes", "something manages it all the same"
    assert _says(by_group, group("g", 10, [guid(1)]), _gone(user("u", 1))) == "no"


def test_an_object_that_is_replaced_does_not_keep_its_id() -> None:
    by_group, by_user = policy(excluded_groups=[guid(10)]), policy(excluded_users=[guid(1)])
    assert _says(by_group, _gone(group("g", 10, [REAL])), group("g", None, [REAL])) == "no"
    assert _says(by_user, _gone(user("u", 1)), user("u", None)) == "no"
    listed = declared_account("u@x.onmicrosoft.com", guid(1))
    assert _says(by_user, _gone(user("u", 1)), user("u", None), listed) == "no"


def test_a_group_that_is_removed_has_no_declared_members_either() -> None:
    subject = policy(excluded_groups=[guid(10)])
    looked_up = replace(group("g", 10, [REAL]), data=True)
    assert _says(subject, _gone(group("g", 10, [REAL])), declared_group(guid(10), [REAL])) == "no"
    assert _says(subject, _gone(group("g", 10, [REAL])), looked_up) == "no"


def test_an_id_of_another_kind_excludes_nobody() -> None:
    assert _says(policy(excluded_users=[guid(10)]), group("g", 10, [REAL])) == "no"
    assert _says(policy(excluded_groups=[guid(1)]), user("u", 1)) == "no"


@pytest.mark.parametrize("name", ["excluded_users", "excluded_groups", "excluded_roles"])
def test_a_name_is_no_id(name: str) -> None:
    assert _says(policy(**{name: ["REPLACE_ME@x.onmicrosoft.com"]})) == "no"
    assert _says(policy(**{name: ["u@x.onmicrosoft.com"]}), user("u", 1)) == "no"


@pytest.mark.parametrize(("enabled", "expected"), [(True, "yes"), (False, "no"), (None, "yes"), (Later(), "maybe")])
def test_an_account_that_is_switched_off_signs_nobody_in(enabled: object, expected: str) -> None:
    one = user("u", 1, account_enabled=enabled)
    assert _says(policy(excluded_users=[guid(1)]), one) == expected
    assert _says(policy(excluded_groups=[guid(10)]), one, group("g", 10, [guid(1)])) == expected
