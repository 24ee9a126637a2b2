"""Assignments of privileged roles: which count, which are one, and what closes the count."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.directory import ADMINISTRATOR, Later, Thing, assignment, estate, group, guid, user

from sparekey.config import Config
from sparekey.facts.privileged_roles import DERIVATION
from sparekey.model.builtin_roles import PRIVILEGED, TEMPLATES
from sparekey.model.estate import Fact
from sparekey.model.span import Pointer
from sparekey.model.truth import Bounds
from sparekey.model.value import Unknown

LEAK = Unknown(reason="what is in other.json?", at=Pointer(file="other.json", pointer=""))
HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
READERS = TEMPLATES["Directory Readers"]
ADA = user("ada", 1)


def ends(*things: Thing, complete: bool = True, leaks: tuple[Unknown, ...] = ()) -> tuple[int, int | None]:
    """How many there are."""
    of = estate(ADA, *things, complete=("role_assignment",) if complete else (), leaks=leaks)
    (fact,) = DERIVATION.derive(of, Config())
    assert isinstance(fact, Fact)
    assert isinstance(fact.value, Bounds)
    return fact.value.least, fact.value.most


def test_the_privileged_roles_are_roles() -> None:
    assert set(PRIVILEGED) <= TEMPLATES.keys()
    assert {"Global Administrator", "Helpdesk Administrator"} <= set(PRIVILEGED)
    assert "Directory Readers" not in PRIVILEGED


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from([ADMINISTRATOR, HELPDESK, READERS])), max_size=6),
    st.sets(st.integers(0, 5)),
)
def test_each_pair_of_role_and_principal_counts_once(pairs: list[tuple[int, str]], hidden: set[int]) -> None:
    things = [assignment(f"a{n}", guid(who), role=Later() if n in hidden else role) for n, (who, role) in enumerate(pairs)]
    seen = {pair for n, pair in enumerate(pairs) if n not in hidden and pair[1] != READERS}
    behind = sum(n in hidden for n in range(len(pairs)))
    assert ends(*things) == (len(seen), len(seen) + behind)
    assert ends(*things, complete=False) == (len(seen), None)


def test_an_eligible_assignment_and_one_of_a_part_of_the_directory_count() -> None:
    values = {"role_definition_id": HELPDESK, "principal_id": guid(1), "directory_scope_id": "/", "justification": "x"}
    eligible = Thing("azuread_directory_role_eligibility_schedule_request", "e", values)
    part = assignment("p", guid(2), role=HELPDESK, directory_scope_id="/administrativeUnits/1")
    assert ends(eligible, part) == (2, 2)


def test_an_assignment_to_a_group_is_one() -> None:
    assert ends(group("g", 10, [guid(n) for n in range(1, 9)]), assignment("a", guid(10))) == (1, 1)


def test_whose_it_is_does_not_matter() -> None:
    assert ends(assignment("a", Later()), assignment("b", Later())) == (2, 2)


def test_what_the_inventory_says_counts_once_with_what_the_files_show() -> None:
    entry = {"upn": "ada@x.onmicrosoft.com", "object_id": guid(1), "permanent": True}
    declared = Thing("inventory.break_glass", "bg", entry, deployment="sparekey.yaml")
    assert ends(declared) == (0, 1)
    assert ends(declared, assignment("a", guid(1))) == (1, 1)


@pytest.mark.parametrize("role,most", [("7e73c664-32dc-4123-813c-42dffc717a2d", 1), (READERS, 0)])
def test_a_role_of_ones_own_may_be_privileged(role: str, most: int) -> None:
    assert ends(assignment("a", guid(1), role=role)) == (0, most)


def test_what_may_be_missing_opens_it() -> None:
    here = assignment("a", guid(1))
    assert ends(here, leaks=(LEAK,)) == (1, None)
    assert ends(here, replace(assignment("b", guid(2)), deployment="other.json")) == (1, None)
