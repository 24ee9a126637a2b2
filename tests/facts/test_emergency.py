"""Emergency accounts: laws against a plain model of a directory, then identification, counting and exposure one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.directory import (
    ADMINISTRATOR,
    Later,
    Thing,
    accounts,
    answer,
    assignment,
    declared_account,
    declared_group,
    estate,
    facts,
    group,
    guid,
    membership,
    policy,
    user,
)

from sparekey.model.span import Pointer
from sparekey.model.truth import Bounds, Truth
from sparekey.model.value import Unknown

ONE, TWO, ADA = user("breakglass1", 1), user("breakglass2", 2), user("ada", 3)
OPAQUE = guid(999)
DIRECTORY_SYNC = "d29b2b05-8046-44ba-8758-1e26182fcf32"
LEAK = Unknown(reason="what is in other.json?", at=Pointer(file="other.json", pointer=""))
ORDER = ("no", "maybe", "yes")


def _of(subject: Thing, *things: Thing, complete: tuple[str, ...] = ()) -> str:
    """Whether the policy can stop a sign-in and leaves an emergency account open to that."""
    found = estate(subject, *things, complete=complete)
    return min((answer(found, subject, name) for name in ("stops_sign_in", "emergency_exposed")), key=ORDER.index)


# --- laws ---------------------------------------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, list[int]], list[int], bool]:
    """A policy's lists (users 1 to 3, groups 10 and 11), the members of group 10 (11 is empty), and whether it is for all."""
    who = st.lists(st.sampled_from([1, 2, 3]), max_size=3, unique=True)
    which = st.lists(st.sampled_from([10, 11]), max_size=2, unique=True)
    lists = {
        "included_users": draw(who),
        "excluded_users": draw(who),
        "included_groups": draw(which),
        "excluded_groups": draw(which),
    }
    return lists, draw(who), draw(st.booleans())


def _world(lists: dict[str, list[int]], members: list[int], everyone: bool, hidden: frozenset[str]) -> tuple[Thing, list[Thing]]:
    shown: dict[str, object] = {
        name: Later() if name in hidden else [guid(n) for n in numbers] for name, numbers in lists.items()
    }
    if everyone and "included_users" not in hidden:
        shown["included_users"] = ["All"]
    things = [
        replace(
            ONE, values={**ONE.values, **({"display_name": Later(), "user_principal_name": Later()} if "name" in hidden else {})}
        ),
        replace(TWO, values={**TWO.values, **({"object_id": Later(), "id": Later()} if "id" in hidden else {})}),
        ADA,
        group("g", 10, Later() if "members" in hidden else [guid(n) for n in members]),
        group("empty", 11, []),
    ]
    return policy(**shown), things


def _truth(lists: dict[str, list[int]], members: list[int], everyone: bool) -> str:
    """What a person with the whole directory before them says."""

    def in_(kind: str) -> set[int]:
        return set(lists[f"{kind}_users"]) | (set(members) if 10 in lists[f"{kind}_groups"] else set())

    included = {1, 2, 3} if everyone else in_("included")
    reached = included & {1, 2}
    named = set() if everyone else set(lists["included_users"])
    alone = not everyone and (named | (set(members) if 10 in lists["included_groups"] else set())) <= {1, 2}
    return "yes" if reached - in_("excluded") and not alone else "no"


HIDEABLE = ("included_users", "excluded_users", "included_groups", "excluded_groups", "members", "name", "id")


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_what_is_known_is_decided_rightly(world: tuple[dict[str, list[int]], list[int], bool]) -> None:
    subject, things = _world(*world, frozenset())
    assert _of(subject, *things) == _truth(*world)


@given(worlds(), st.sets(st.sampled_from(HIDEABLE), min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_hiding_something_only_makes_maybes(world: tuple[dict[str, list[int]], list[int], bool], hidden: set[str]) -> None:
    subject, things = _world(*world, frozenset(hidden))
    assert _of(subject, *things) in (_truth(*world), "maybe")


@given(st.lists(st.tuples(st.sampled_from(["yes", "no", "?"]), st.sampled_from(["yes", "no", "?"])), max_size=4), st.booleans())
@settings(max_examples=100, deadline=None)
def test_the_bounds_hold_whatever_the_unknowns_are(people: list[tuple[str, str]], all_here: bool) -> None:
    """Each account is enabled or not and holds the role or not, and of some that is hidden: count them in every world."""
    flag = {"yes": True, "no": False, "?": Later()}
    things: list[Thing] = [ADA]
    for n, (enabled, holds) in enumerate(people):
        things.append(user(f"breakglass{n}", 20 + n, account_enabled=flag[enabled]))
        if holds != "no":
            things.append(assignment(f"a{n}", guid(20 + n), role=ADMINISTRATOR if holds == "yes" else Later()))
    least = sum(enabled == holds == "yes" for enabled, holds in people)
    most = sum(enabled != "no" and holds != "no" for enabled, holds in people)
    assert accounts(estate(*things, complete=("role_assignment",) if all_here else ())) == (least, most if all_here else None)


# --- identification -----------------------------------------------------------------------------------------------------


def test_without_directory_objects_there_is_no_tenant() -> None:
    assert facts(estate()) == {}
    assert ("tenant", "emergency_accounts") in facts(estate(ADA))


@pytest.mark.parametrize("name", ["display_name", "user_principal_name", "mail_nickname"])
def test_any_name_gives_an_account_away(name: str) -> None:
    told = replace(ADA, values={**ADA.values, name: "Emergency-Access 01"})
    assert accounts(estate(told, assignment("a", guid(3)), complete=("role_assignment",))) == (1, 1)


def test_the_pattern_sees_the_first_128_characters_of_a_name() -> None:
    """The bound of the documentation, without which a slow pattern would be a slow run."""
    for blanks, found in ((118, (1, 1)), (119, (0, 0))):
        told = replace(ADA, values={**ADA.values, "display_name": f"{'-' * blanks}breakglass 1"})
        world = estate(told, assignment("a", guid(3)), complete=("role_assignment", "emergency_account"))
        assert accounts(world) == found, blanks


def test_a_mail_nickname_that_is_not_written_is_that_of_the_upn() -> None:
    new = user("ada", None, mail_nickname=Later(unwritten=True))
    assert accounts(estate(new, complete=("role_assignment",))) == (0, 0)
    hidden = user("ada", None, mail_nickname=Later())
    assert accounts(estate(hidden, assignment("a", Later()), complete=("role_assignment",))) == (0, None)


def test_what_is_declared_goes_before_what_is_inferred() -> None:
    """With a list of all emergency accounts a name gives nobody away; with a partial one it does."""
    subject = policy(excluded_users=[guid(5)])
    assert _of(subject, ONE, declared_account("chosen@x.com", guid(5))) == "no"
    assert _of(subject, ONE, declared_account("chosen@x.com", guid(5), partial=True)) == "yes"


def test_a_declared_account_and_its_resource_are_one() -> None:
    listed = declared_account("ADA@x.onmicrosoft.com")
    assert accounts(estate(ADA, listed)) == (1, 1)
    assert _of(policy(excluded_users=[guid(3)]), ADA, listed) == "no"


def test_a_name_that_cannot_be_read_makes_a_possible_account() -> None:
    late = Thing("azuread_user", "late", {"object_id": Later(), "id": Later()}, data=True)
    hidden = replace(late, values={name: Later() for name in ("object_id", "id", "display_name", "user_principal_name")})
    assert _of(policy(excluded_users=[guid(1)]), ONE, hidden) == "maybe"
    assert _of(policy(), ONE, hidden) == "yes"


# --- counting -----------------------------------------------------------------------------------------------------------


def test_other_accounts_may_exist_unless_something_closes_the_set() -> None:
    holds = assignment("a", guid(1))
    assert accounts(estate(ONE, holds)) == (1, None)
    assert accounts(estate(ONE, holds, complete=("role_assignment",))) == (1, 1)
    assert accounts(estate(ONE, holds, complete=("emergency_account",))) == (1, 1)
    assert accounts(estate(ONE, holds, complete=("emergency_account",), leaks=(LEAK,))) == (1, None)
    assert accounts(estate(declared_account("a@x.com"), leaks=(LEAK,))) == (1, 1)
    assert accounts(estate(declared_account("a@x.com", partial=True))) == (1, None)


def test_a_known_disabled_account_does_not_count() -> None:
    off = user("breakglass1", 1, account_enabled=False)
    assert accounts(estate(off, assignment("a", guid(1)), complete=("role_assignment",))) == (0, 0)
    assert accounts(estate(off, declared_account("breakglass1@x.onmicrosoft.com"))) == (0, 0)


def test_whether_an_account_is_switched_on_is_what_it_will_be() -> None:
    """What is looked up was read before the change."""
    on, off = (user("breakglass1", 1, account_enabled=enabled) for enabled in (True, False))
    holds = assignment("a", guid(1))
    whole = ("role_assignment",)
    assert accounts(estate(on, replace(off, name="seen", data=True), holds, complete=whole)) == (1, 1)
    assert accounts(estate(off, replace(on, name="seen", data=True), holds, complete=whole)) == (0, 0)


def test_a_declared_account_that_the_change_deletes_does_not_count() -> None:
    listed = declared_account("a@x.onmicrosoft.com", guid(1)), declared_account("b@x.onmicrosoft.com", guid(2))
    assert accounts(estate(*listed, ONE)) == (2, 2)
    assert accounts(estate(*listed, replace(user("b", 2), action="delete"))) == (1, 1)
    assert accounts(estate(listed[0], declared_account("B@x.onmicrosoft.com"), replace(user("b", 2), action="delete"))) == (1, 1)
    assert accounts(estate(*listed, replace(user("b", 2), action="forget"))) == (2, 2)
    assert accounts(estate(*listed, replace(user("b", 2), action="delete"), user("b", None))) == (2, 2)


def test_eligible_is_not_enough() -> None:
    values = {"role_definition_id": ADMINISTRATOR, "principal_id": guid(1), "directory_scope_id": "/", "justification": "x"}
    eligible = Thing("azuread_directory_role_eligibility_schedule_request", "e", values)
    assert accounts(estate(ONE, eligible, complete=("role_assignment",))) == (0, 0)
    assert accounts(estate(ONE, eligible, complete=("emergency_account",))) == (0, 1)


def test_whoever_holds_the_role_by_id_only_may_be_one_more() -> None:
    opaque = assignment("b", OPAQUE)
    assert accounts(estate(ONE, assignment("a", guid(1)), opaque, complete=("role_assignment",))) == (1, None)


def test_another_deployment_raises_only_the_upper_bound() -> None:
    away = replace(TWO, deployment="other.json")
    here = (ONE, assignment("a", guid(1)))
    assert accounts(estate(*here, away, complete=("role_assignment",))) == (1, None)


def test_what_no_key_tells_apart_may_be_one() -> None:
    """One is declared by its name, the other by its id: they count once at least and twice at most."""
    assert accounts(estate(declared_account("a@x.com"), declared_account(None, guid(7)))) == (1, 2)
    assert accounts(estate(declared_account("a@x.com"), declared_account("b@x.com"))) == (2, 2)


def test_users_that_a_data_source_finds_in_unknown_number() -> None:
    some = Thing("azuread_users", "some", {"users": Later(), "return_all": True}, data=True)
    found = facts(estate(some, complete=("emergency_account",)))["tenant", "emergency_accounts"]
    assert isinstance(found, Bounds)
    assert (found.least, found.most) == (0, None)


# --- scope --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (policy(), "yes"),
        (policy(controls=("block",)), "yes"),
        (policy(controls=()), "no"),
        (policy(controls=Later()), "maybe"),
        (policy(apps=("None",)), "no"),
        (policy(apps=("Office365",)), "yes"),
        (policy(apps=Later()), "maybe"),
        (policy(apps=()), "no"),
        (policy(included_users=["None"]), "no"),
        (policy(included_users=["GuestsOrExternalUsers"]), "no"),
        (policy(included_users=[], included_roles=[ADMINISTRATOR.upper()]), "yes"),
        (policy(included_users=[], included_roles=[DIRECTORY_SYNC]), "no"),
        (policy(included_users=[], included_roles=Later()), "maybe"),
        (policy(included_users=[guid(3)]), "no"),
        (policy(included_users=[OPAQUE]), "no"),
        (policy(included_users=[guid(1), guid(3)]), "yes"),
        (policy(included_users=[], included_groups=[guid(10)]), "no"),
        (policy(included_users=[], included_groups=[OPAQUE]), "maybe"),
        (policy(included_users=[guid(1)]), "no"),
        (policy(included_users=[guid(1)], controls=("block",)), "yes"),
        (policy(included_users=[guid(1)], controls=Later()), "maybe"),
        (policy(included_users=[guid(1)], included_roles=[ADMINISTRATOR]), "yes"),
        (
            policy(included_users=[], included_guests_or_external_users=[{"guest_or_external_user_types": ["internalGuest"]}]),
            "no",
        ),
    ],
)
def test_which_policies_are_judged(subject: Thing, expected: str) -> None:
    """The one emergency account is known by name and id; the group 10 holds somebody else."""
    assert _of(subject, ONE, ADA, group("g", 10, [guid(3)])) == expected


@pytest.mark.parametrize(
    ("strength", "expected"),
    [
        (Later(refs=("azuread_authentication_strength_policy.s",), certain=True, attribute="id"), "yes"),
        (Later(refs=("azuread_authentication_strength_policy.s",), certain=False, attribute="id"), "maybe"),
        (Later(refs=("terraform_data.s",), certain=True, attribute="output"), "maybe"),
        (Later(), "maybe"),
        (None, "no"),
    ],
)
def test_the_id_of_a_strength_is_one_before_it_is_known(strength: object, expected: str) -> None:
    """A policy that demands nothing but a strength demands something, whatever the id of the strength will be."""
    demanding = _with_strength(policy(controls=()), strength)
    assert answer(estate(demanding, ONE), demanding, "stops_sign_in") == expected


def _with_strength(subject: Thing, strength: object) -> Thing:
    grant = {"operator": "OR", "built_in_controls": [], "authentication_strength_policy_id": strength}
    return replace(subject, values={**subject.values, "grant_controls": [grant]})


def test_a_policy_for_another_role_that_an_account_is_seen_to_hold_is_judged() -> None:
    subject = policy(included_users=[], included_roles=[DIRECTORY_SYNC])
    assert _of(subject, ONE, assignment("a", guid(1), role=DIRECTORY_SYNC)) == "yes"


# --- exposure -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ({}, "yes"),
        ({"excluded_users": [guid(1)]}, "no"),
        ({"excluded_users": [f"/users/{guid(1)}"]}, "no"),
        ({"excluded_users": [OPAQUE]}, "yes"),
        ({"excluded_users": ["GuestsOrExternalUsers"]}, "yes"),
        ({"excluded_users": Later()}, "maybe"),
        ({"excluded_groups": [OPAQUE]}, "maybe"),
        ({"excluded_groups": ["REPLACE_ME"]}, "yes"),
        ({"excluded_groups": [guid(10)]}, "no"),
        ({"excluded_groups": [guid(11)]}, "yes"),
        ({"excluded_roles": [ADMINISTRATOR]}, "maybe"),
        ({"excluded_roles": [DIRECTORY_SYNC]}, "yes"),
        ({"excluded_guests_or_external_users": [{"guest_or_external_user_types": ["internalGuest"]}]}, "yes"),
    ],
)
def test_what_protects_an_account(users: dict[str, object], expected: str) -> None:
    assert _of(policy(**users), ONE, group("g", 10, [guid(1)]), group("other", 11, [])) == expected


def test_excluding_the_role_protects_who_is_seen_to_hold_it() -> None:
    subject = policy(excluded_roles=[ADMINISTRATOR])
    assert _of(subject, ONE, assignment("a", guid(1))) == "no"
    assert _of(subject, ONE, complete=("role_assignment",)) == "yes"


def test_every_account_has_to_be_excluded() -> None:
    assert _of(policy(excluded_users=[guid(1)]), ONE, TWO) == "yes"
    assert _of(policy(excluded_users=[guid(1), guid(2)]), ONE, TWO) == "no"


def test_an_account_without_a_known_id_may_be_the_one_that_is_excluded() -> None:
    listed = declared_account("first@x.com")
    assert _of(policy(excluded_users=[OPAQUE]), listed) == "maybe"
    assert _of(policy(excluded_users=[OPAQUE]), user("breakglass1", None)) == "yes", "a new account has a new id"


def test_an_account_that_is_declared_by_name_may_be_a_user_whose_name_is_hidden() -> None:
    hidden = Thing(
        "azuread_user", "x", {"object_id": guid(4), "id": guid(4), "user_principal_name": Later(), "display_name": "X"}
    )
    assert _of(policy(excluded_users=[guid(4)]), hidden, declared_account("first@x.com")) == "maybe"


def test_a_new_account_that_a_list_of_references_leaves_out_is_exposed_before_it_exists() -> None:
    one, two = user("breakglass1", None), user("breakglass2", None)
    listed = Later(refs=(one.address,))
    assert _of(policy(excluded_users=listed), one, two) == "yes"
    assert _of(policy(excluded_users=Later(refs=(one.address,), beyond="local.more")), one, two) == "maybe"
    assert _of(policy(excluded_users=[Later(refs=(one.address,), certain=True)]), one) == "no"


def test_nobody_identified() -> None:
    assert _of(policy()) == "yes"
    assert _of(policy(included_users=[], included_roles=[ADMINISTRATOR])) == "yes"
    assert _of(policy(excluded_users=["GuestsOrExternalUsers"])) == "yes"
    assert _of(policy(excluded_groups=[guid(10)]), group("g", 10, [])) == "yes"
    assert _of(policy(excluded_users=[OPAQUE])) == "maybe"
    assert _of(policy(excluded_users=Later())) == "maybe"
    assert _of(policy(included_users=[OPAQUE])) == "maybe"
    assert _of(policy(included_users=[guid(3)]), ADA) == "no"


def test_the_inventory_says_who_is_in_a_group() -> None:
    subject = policy(excluded_groups=[OPAQUE])
    listed = declared_account("first@x.com")
    assert _of(subject, listed, declared_group(OPAQUE, ["first@x.com"])) == "no"
    assert _of(subject, listed, declared_group(OPAQUE, ["second@x.com"])) == "yes"
    assert _of(subject, listed, declared_group(OPAQUE, ["second@x.com"], partial=True)) == "maybe"


def test_an_additive_membership_protects() -> None:
    added = membership("m", guid(10), guid(1), action="create")
    assert _of(policy(excluded_groups=[guid(10)]), ONE, group("g", 10, []), added) == "no"


def test_the_proof_names_the_attributes_first() -> None:
    subject = policy()
    found = facts(estate(subject, ONE))[subject.address, "emergency_exposed"]
    assert isinstance(found, Truth)
    places = [cause.at.pointer.rsplit("/", 2) for cause in found.because if isinstance(cause.at, Pointer)]
    assert places[0][-2:] == ["included_users", "0"]
    assert found.because[-1].label == "breakglass1 is an emergency account by its name"


def test_a_maybe_asks_a_question_that_a_person_can_answer() -> None:
    subject = policy(excluded_groups=[guid(10)])
    found = facts(estate(subject, ONE, group("g", 10)))[subject.address, "emergency_exposed"]
    assert isinstance(found, Truth)
    asked = [cause.unknown for cause in found.because if cause.unknown]
    assert [unknown.reason for unknown in asked] == ["who is in azuread_group.g?"]
    assert asked[0].how == "inventory: groups: [{of: azuread_group.g, members: [...]}]"
