"""Membership through groups: laws against plain sets first, then the traps one by one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.directory import (
    ADMINISTRATOR,
    Later,
    Thing,
    assignment,
    declared_group,
    end,
    estate,
    group,
    guid,
    membership,
    user,
)

from sparekey.facts.membership import Membership

USERS = tuple(user(f"u{n}", n) for n in range(3))
OPAQUE = guid(999)

# --- laws ---------------------------------------------------------------------------------------------------------------


@st.composite
def graphs(draw: st.DrawFn) -> dict[int, set[int]]:
    """Who is listed directly in each of four groups: numbers below 3 are users, from 10 on groups. Cycles are welcome."""
    return {n: draw(st.sets(st.sampled_from([0, 1, 2, 10, 11, 12, 13]), max_size=4)) for n in range(10, 14)}


def _closure(graph: dict[int, set[int]], start: int) -> set[int]:
    seen: set[int] = set()
    queue = [start]
    while queue:
        for member in graph[queue.pop()]:
            if member not in seen:
                seen.add(member)
                queue += [member] if member in graph else []
    return {member for member in seen if member not in graph}


def _groups(graph: dict[int, set[int]], hidden: set[int] = frozenset()) -> list[Thing]:  # type: ignore[assignment]
    return [group(f"g{n}", n, Later() if n in hidden else [guid(m) for m in sorted(listed)]) for n, listed in graph.items()]


def _answers(*things: Thing) -> dict[tuple[int, int], str]:
    known = Membership(estate(*USERS, *things))
    users = {n: known.users[USERS[n].id] for n in range(3)}
    return {(n, g): known.member(users[n], end(f"plan.json#azuread_group.g{g}")).answer for n in users for g in range(10, 14)}


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_what_is_known_is_the_transitive_closure(graph: dict[int, set[int]]) -> None:
    answers = _answers(*_groups(graph))
    assert answers == {(n, g): "yes" if n in _closure(graph, g) else "no" for n in range(3) for g in graph}


@given(graphs(), st.sets(st.sampled_from([10, 11, 12, 13])))
@settings(max_examples=60, deadline=None)
def test_hiding_a_list_only_makes_maybes(graph: dict[int, set[int]], hidden: set[int]) -> None:
    for (n, g), answer in _answers(*_groups(graph, hidden)).items():
        assert answer in ("maybe", "yes" if n in _closure(graph, g) else "no")


@given(graphs(), st.sampled_from([10, 11, 12, 13]), st.sampled_from([0, 1, 2]))
@settings(max_examples=40, deadline=None)
def test_adding_a_member_takes_nobody_out(graph: dict[int, set[int]], into: int, who: int) -> None:
    before = _answers(*_groups(graph))
    after = _answers(*_groups(graph), membership("m", guid(into), guid(who), action="create"))
    assert all(after[pair] == "yes" for pair, answer in before.items() if answer == "yes")
    assert after[who, into] == "yes"


@given(graphs())
@settings(max_examples=30, deadline=None)
def test_a_role_is_held_by_the_closure_of_its_groups(graph: dict[int, set[int]]) -> None:
    known = Membership(estate(*USERS, *_groups(graph), assignment("a", guid(10))))
    held = {n for n in range(3) if known.holds(known.users[USERS[n].id], ADMINISTRATOR).answer == "yes"}
    assert held == _closure(graph, 10)


# --- traps --------------------------------------------------------------------------------------------------------------


def _member(*things: Thing, of: str = "plan.json#azuread_group.g", who: Thing = USERS[0]) -> str:
    known = Membership(estate(*({t.id: t for t in (*USERS, who)}.values()), *things))
    return known.member(known.users[who.id], end(of)).answer


def test_a_group_that_is_known_to_be_empty_holds_nobody() -> None:
    assert _member(group("g", 10, [])) == "no"
    known = Membership(estate(group("g", 10, [])))
    assert known.occupied(end("plan.json#azuread_group.g")).answer == "no"


@pytest.mark.parametrize(
    "values",
    [
        {"members": None},
        {"members": Later()},
        {"members": [], "dynamic_membership": [{"enabled": True, "rule": "user.x -eq 1"}]},
        {"members": [], "dynamic_membership": Later()},
        {"members": [], "types": ["DynamicMembership"]},
    ],
)
def test_a_group_whose_members_are_not_said_is_open(values: dict[str, object]) -> None:
    assert _member(group("g", 10, **values)) == "maybe"


def test_a_group_without_members_or_known_by_its_id_only_is_open() -> None:
    bare = Thing("azuread_group_without_members", "g", {"object_id": guid(10), "id": guid(10), "display_name": "g"})
    assert _member(bare, of=bare.id) == "maybe"
    assert _member(of=f"external:object_id:{OPAQUE}") == "maybe"
    assert _member(of="external:object_id:REPLACE_ME") == "no"


def test_an_opaque_member_may_be_a_group() -> None:
    assert _member(group("g", 10, [OPAQUE])) == "maybe"
    known = Membership(estate(group("g", 10, [OPAQUE])))
    assert known.occupied(end("plan.json#azuread_group.g")).answer == "yes"


def test_an_addition_to_an_opaque_group_is_believed() -> None:
    assert _member(membership("m", OPAQUE, guid(0)), of=f"external:object_id:{OPAQUE}") == "yes"


def test_an_addition_that_is_made_now_adds_to_a_list_that_was_read_back() -> None:
    assert _member(group("g", 10, [guid(1)]), membership("m", guid(10), guid(0), action="create")) == "yes"


def test_a_standing_addition_that_the_list_does_not_hold_contradicts_it() -> None:
    assert _member(group("g", 10, [guid(1)]), membership("m", guid(10), guid(0))) == "maybe"
    assert _member(group("g", 10, [guid(0)]), membership("m", guid(10), guid(0))) == "yes"
    assert _member(group("g", 10), membership("m", guid(10), guid(0))) == "yes"


def test_a_deleted_membership_leaves_it_open_whether_the_member_stays() -> None:
    listed = group("g", 10, [guid(0), guid(1)])
    gone = membership("m", guid(10), guid(0), action="delete")
    assert _member(listed, gone) == "maybe"
    assert _member(listed, gone, who=USERS[1]) == "yes"
    assert _member(listed, replace(gone, action="forget")) == "yes"


def test_an_addition_to_a_group_that_cannot_be_told_may_be_to_any() -> None:
    assert _member(group("g", 10, []), membership("m", Later(beyond="local.groups"), guid(0), action="create")) == "maybe"


def test_an_unknown_member_of_one_addition_may_be_anybody_who_exists() -> None:
    unknown = membership("m", guid(10), Later(beyond="local.people"), action="create")
    assert _member(group("g", 10, []), unknown) == "maybe"


def test_a_new_account_can_only_be_named_by_reference() -> None:
    new, other = user("new", None), user("other", None)
    listed = group("g", None, Later(refs=(other.address,)))
    things = (other, listed)
    assert _member(*things, who=new) == "no"
    assert _member(*things, who=other) == "maybe"
    assert _member(*things, who=USERS[0]) == "maybe", "a literal beside the reference is not shown"
    hidden = group("g", None, Later(refs=(other.address,), beyond="local.more"))
    assert _member(other, hidden, who=new) == "maybe"
    borrowed = group("g", None, Later(refs=(other.address,), attribute="manager_id"))
    assert _member(other, borrowed, who=new) == "maybe", "another attribute may hold anybody's id"


def test_the_inventory_closes_a_group_unless_it_is_partial() -> None:
    open_ = group("g", 10)
    assert _member(open_, declared_group("azuread_group.g", [guid(1)])) == "no"
    assert _member(open_, declared_group(guid(10), [guid(0)])) == "yes"
    assert _member(open_, declared_group("azuread_group.g", ["u0@x.onmicrosoft.com"])) == "yes"
    assert _member(open_, declared_group("azuread_group.g", [guid(1)], partial=True)) == "maybe"


def test_the_inventory_does_not_overrule_what_the_plan_shows() -> None:
    assert _member(group("g", 10, [guid(0)]), declared_group(guid(10), [guid(1)])) == "yes"
    assert _member(group("g", 10, [guid(1)]), declared_group(guid(10), [guid(0)])) == "maybe"


def test_a_list_that_is_written_goes_before_one_that_was_looked_up() -> None:
    """What is looked up was read before the change."""

    def before(members: list[object]) -> Thing:
        return replace(group("seen", 10, members), data=True)

    assert _member(group("g", 10, [guid(0)]), before([])) == "yes"
    assert _member(group("g", 10, []), before([guid(0)])) == "maybe"
    assert _member(group("g", 10, [guid(1)]), before([guid(1)])) == "no"


def test_a_list_that_is_still_to_be_written_is_not_closed_by_one_that_was_looked_up() -> None:
    seen = replace(group("seen", 10, []), data=True)
    late = Later(refs=("azuread_user.new",))
    assert _member(group("g", 10, late), seen, user("new", None)) == "maybe"
    assert _member(group("g", 10), seen) == "no", "without a list of its own nothing is written"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "yes"),
        ({"directory_scope_id": "/administrativeUnits/x"}, "no"),
        ({"app_scope_id": "/x"}, "no"),
        ({"directory_scope_id": Later()}, "maybe"),
        ({"role": Later()}, "maybe"),
        ({"role": "fe930be7-5e62-47db-91af-98c3a49a38b1"}, "no"),
        ({"who": Later()}, "maybe"),
    ],
)
def test_what_counts_as_holding_the_role(changes: dict[str, object], expected: str) -> None:
    given_ = {"who": guid(0), **changes}
    known = Membership(estate(*USERS, assignment("a", given_.pop("who"), **given_)))
    assert known.holds(known.users[USERS[0].id], ADMINISTRATOR).answer == expected


def test_being_eligible_is_not_holding() -> None:
    values = {"role_definition_id": ADMINISTRATOR, "principal_id": guid(0), "directory_scope_id": "/", "justification": "x"}
    known = Membership(estate(*USERS, Thing("azuread_directory_role_eligibility_schedule_request", "e", values)))
    assert known.holds(known.users[USERS[0].id], ADMINISTRATOR).answer == "no"


def test_a_role_is_found_by_name_template_and_object_id() -> None:
    role = Thing("azuread_directory_role", "r", {"display_name": "global administrator", "object_id": guid(50), "id": guid(50)})
    by_object = Thing("azuread_directory_role_member", "m", {"role_object_id": guid(50), "member_object_id": guid(0)})
    opaque = Thing("azuread_directory_role_member", "o", {"role_object_id": guid(51), "member_object_id": guid(1)})
    reference = assignment("a", guid(2), role=Later(refs=(role.address,), certain=True, attribute="template_id"))
    known = Membership(estate(*USERS, role, by_object, opaque, reference))
    assert [known.holds(known.users[u.id], ADMINISTRATOR).answer for u in USERS] == ["yes", "maybe", "yes"]


def test_what_replaces_a_membership_or_an_assignment_is_what_counts() -> None:
    """A replaced object keeps its address: who was named before the change is out, who is named after it is in."""
    old, new = assignment("a", guid(0), role=ADMINISTRATOR), assignment("a", guid(1), role=ADMINISTRATOR)
    known = Membership(estate(*USERS, replace(old, action="delete"), replace(new, action="replace")))
    assert [known.holds(known.users[u.id], ADMINISTRATOR).answer for u in USERS[:2]] == ["no", "yes"]
    added, gone = membership("m", guid(10), guid(1), action="replace"), membership("m", guid(10), guid(0), action="delete")
    things = (group("g", 10, [guid(0)]), gone, added)
    assert [_member(*things, who=u) for u in USERS] == ["maybe", "yes", "no"]


# --- size ---------------------------------------------------------------------------------------------------------------


def _steps(work: Callable[[], object]) -> int:
    """Calls of functions and steps of generators that some work takes: what a clock cannot count the same way twice."""
    steps = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal steps
        steps += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return steps


@pytest.mark.parametrize("stray", [False, True], ids=["listed", "added beside the list"])
def test_twice_the_members_are_twice_the_work(*, stray: bool) -> None:
    def steps(size: int) -> int:
        everybody = [guid(100 + n) for n in range(size)]
        listed = [group("g", 10, [] if stray else everybody)]
        added = [membership(f"m{n}", guid(10), who) for n, who in enumerate(everybody)] if stray else []
        joined = estate(*listed, *added)
        return _steps(lambda: Membership(joined).everyone(end("plan.json#azuread_group.g")))

    assert steps(400) < 2.5 * steps(200)
