"""Which form the id of a user or group has: the bounds of version constraints, and what a plan itself says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.directory import Later, Thing, declaration

from sparekey.mappings.azuread_ids import admitted, principal_keys
from sparekey.model.value import Known, Limits, Unknown

VERSIONS = st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(0, 3))
CLAUSES = st.lists(
    st.tuples(st.sampled_from(["", "=", "!=", ">", ">=", "<", "<=", "~>"]), VERSIONS, st.integers(1, 3)), min_size=1, max_size=3
)


def _admits(sign: str, wanted: tuple[int, int, int], parts: int, version: tuple[int, int, int]) -> bool:
    """Whether one clause admits a version, by Terraform's documentation of version constraints."""
    wanted = (wanted[0], wanted[1] if parts > 1 else 0, wanted[2] if parts > 2 else 0)
    match sign:
        case "" | "=":
            return version == wanted
        case "!=":
            return version != wanted
        case ">":
            return version > wanted
        case ">=":
            return version >= wanted
        case "<":
            return version < wanted
        case "<=":
            return version <= wanted
    # Only the rightmost component that is written may grow.
    return version >= wanted and version[: parts - 1] == wanted[: parts - 1]


@settings(max_examples=300)
@given(CLAUSES, VERSIONS)
def test_what_a_constraint_admits_lies_within_its_bounds(
    clauses: list[tuple[str, tuple[int, int, int], int]], version: tuple[int, int, int]
) -> None:
    text = ", ".join(f"{sign} {'.'.join(str(part) for part in wanted[:parts])}".strip() for sign, wanted, parts in clauses)
    least, below = admitted(text)
    if all(_admits(sign, wanted, parts, version) for sign, wanted, parts in clauses):
        assert least <= version
        assert below is None or version < below


@pytest.mark.parametrize(
    ("constraint", "least", "below"),
    [
        ("", (0, 0, 0), None),
        ("~> 3.0", (3, 0, 0), (4, 0, 0)),
        ("~> 2.47", (2, 47, 0), (3, 0, 0)),
        ("~> 2.53.0", (2, 53, 0), (2, 54, 0)),
        ("= 2.45.0", (2, 45, 0), (2, 45, 1)),
        ("2.45.0", (2, 45, 0), (2, 45, 1)),
        (">= 2.44", (2, 44, 0), None),
        (">=2.44.0, < 4.0.0", (2, 44, 0), (4, 0, 0)),
        (">= 2.44, ~> 3.1", (3, 1, 0), (4, 0, 0)),
        ("nonsense", (0, 0, 0), None),
        (">= 3.0.0-beta1", (3, 0, 0), None),
        ("~> 3.0, " * 1000, (0, 0, 0), None),
    ],
)
def test_constraints_as_they_are_written(
    constraint: str, least: tuple[int, int, int], below: tuple[int, int, int] | None
) -> None:
    assert admitted(constraint) == (least, below)


def _limits(type_: str, *, schema: int | None = None, versions: str = "", data: bool = False) -> Limits | None:
    """What is known of the id of such a thing before it exists."""
    thing = Thing(type_, "x", {"id": Later(unwritten=True), "object_id": Later(unwritten=True)}, "create", data=data)
    (id_,) = (
        key.value
        for key in principal_keys(replace(declaration(thing), schema=schema, versions=versions))
        if key.attribute == "id"
    )
    assert isinstance(id_, Unknown)
    return id_.limits


PATH_OF_USER = Limits(not_null=True, prefix="/users/")
PATH_OF_GROUP = Limits(not_null=True, prefix="/groups/")
BARE = Limits(not_null=True, least=36, most=36)


@pytest.mark.parametrize(
    ("type_", "schema", "versions", "data", "expected"),
    [
        ("azuread_user", 1, "", False, PATH_OF_USER),
        ("azuread_group", 1, "", False, PATH_OF_GROUP),
        ("azuread_user", 0, "", False, BARE),
        ("azuread_user", 0, ">= 2.44", False, BARE),
        ("azuread_user", 1, ">= 2.44", False, PATH_OF_USER),
        ("azuread_user", None, "~> 3.0", False, PATH_OF_USER),
        ("azuread_user", None, "~> 2.47", False, BARE),
        ("azuread_user", None, ">= 2.44", False, None),
        ("azuread_user", None, "", False, None),
        ("azuread_user", 0, "", True, None),
        ("azuread_user", 0, "~> 3.0", True, PATH_OF_USER),
        ("azuread_group_without_members", 0, "", False, None),
        ("azuread_group_without_members", 0, "~> 3.0", False, PATH_OF_GROUP),
        ("azuread_group_without_members", 0, "< 3", False, BARE),
    ],
)
def test_the_form_of_an_id_that_is_not_known_yet(
    type_: str, schema: int | None, versions: str, *, data: bool, expected: Limits | None
) -> None:
    assert _limits(type_, schema=schema, versions=versions, data=data) == expected


def test_a_known_id_stays_as_it_is() -> None:
    thing = Thing("azuread_user", "x", {"id": "/users/1", "object_id": "1"})
    assert [key.value.value for key in principal_keys(declaration(thing)) if isinstance(key.value, Known)] == ["1", "/users/1"]
