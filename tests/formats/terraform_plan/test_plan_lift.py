"""Values: what Terraform writes as values, unknowns and sensitive marks comes out as it was meant."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.terraform_plan.plan_files import UNKNOWN, flat

from sparekey.formats.secrets import SECRET_NAMES
from sparekey.formats.terraform_plan.lift import MOST_LEVELS, Path, Place, Traced, lift
from sparekey.model.span import Pointer
from sparekey.model.value import AnyValue, Body, Known, Unknown

SECRET = "s3cr3t-value"


def nothing(path: Path, *, hidden: bool) -> Traced:
    return Traced()


PLACE = Place(address="a.b", at=Pointer(file="p", pointer="/after"), ask=nothing)

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.just(UNKNOWN))
names = st.sampled_from(["name", "members", "users", "state", "a/b", "~"])
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=20
)


def as_terraform(tree: object) -> tuple[object, object]:
    """The values and the mask that Terraform writes: an unknown is absent from an object and null in a list."""
    if tree == UNKNOWN:
        return None, True
    if isinstance(tree, dict):
        parts = {name: as_terraform(member) for name, member in tree.items()}
        after = {name: part[0] for name, part in parts.items() if tree[name] != UNKNOWN}
        return after, {name: part[1] for name, part in parts.items() if part[1] is not False}
    if isinstance(tree, list):
        items = [as_terraform(item) for item in tree]
        return [item[0] for item in items], [item[1] for item in items]
    return tree, False


@given(st.dictionaries(names, trees, max_size=5))
def test_what_is_unknown_and_what_is_known_both_survive(tree: dict[str, object]) -> None:
    after, mask = as_terraform(tree)
    assert flat(lift(PLACE, after, mask, {})) == tree


def scattered(tree: object, draw: st.DrawFn) -> tuple[object, object]:
    """A tree with secrets put in at random, and the marks for them."""
    if isinstance(tree, dict):
        parts = {name: scattered(member, draw) for name, member in tree.items()}
        return {name: part[0] for name, part in parts.items()}, {name: part[1] for name, part in parts.items()}
    if isinstance(tree, list):
        items = [scattered(item, draw) for item in tree]
        return [item[0] for item in items], [item[1] for item in items]
    return (SECRET, True) if draw(st.booleans()) else (tree, False)


@given(st.data())
def test_a_marked_value_never_leaves(data: st.DataObject) -> None:
    tree = data.draw(st.dictionaries(names, trees, min_size=1, max_size=5))
    after, secret = scattered(tree, data.draw)  # type: ignore[arg-type]  # the method has the shape of a DrawFn
    found = lift(PLACE, after, {}, secret)
    assert SECRET not in repr(flat(found))
    assert SECRET not in repr(everything(found))


def everything(value: AnyValue) -> list[AnyValue]:
    """A value and all values in it."""
    found = [value]
    if isinstance(value, Known) and isinstance(value.value, Mapping):
        found += [inner for member in value.value.values() for inner in everything(member)]
    elif isinstance(value, Known) and isinstance(value.value, tuple):
        found += [inner for item in value.value for inner in everything(item)]
    return [v for v in found if not (isinstance(v, Known) and isinstance(v.value, Mapping | tuple))]


def body(after: object, mask: object = None, secret: object = None) -> Body:
    return Body(value=lift(PLACE, after, mask, secret))


@pytest.mark.parametrize("mask", [None, False, {}, [], {"x": False}, {"x": []}, {"x": [False, {}]}])
def test_only_true_means_unknown(mask: object) -> None:
    assert flat(body({"x": ["a", "b"]}, mask).value) == {"x": ["a", "b"]}


@pytest.mark.parametrize("mask", ["yes", 1, {"x": "true"}, {"x": [1]}, [True]])
def test_a_broken_mask_hides_rather_than_shows(mask: object) -> None:
    assert "a" not in repr(flat(body({"x": ["a"]}, mask).get("x")))


@pytest.mark.parametrize(
    ("after", "mask", "expected"),
    [
        ({}, {"x": True}, UNKNOWN),
        ({}, {"x": [True, True]}, [UNKNOWN, UNKNOWN]),
        ({}, {"x": [{"y": True}]}, [{"y": UNKNOWN}]),
        ({"x": ["a"]}, {"x": [False, True]}, ["a", UNKNOWN]),
        ({"x": None}, {"x": {"y": True}}, {"y": UNKNOWN}),
        ({"x": "a"}, {"x": {"y": True}}, UNKNOWN),
        ({"x": [1]}, {"x": {"y": True}}, UNKNOWN),
        ({"x": {"y": 1}}, {"x": [True]}, UNKNOWN),
    ],
)
def test_values_and_mask_of_different_shape(after: object, mask: object, expected: object) -> None:
    assert flat(body(after, mask).get("x")) == expected


def test_what_stands_only_in_the_mask_is_not_known_to_lack_anything() -> None:
    assert isinstance(body({}, {"x": [{"y": True}]}).get("x", "z"), Unknown)


def test_a_secret_null_stays_a_known_null() -> None:
    found = body({"x": None}, {}, {"x": True}).get("x")
    assert isinstance(found, Known)
    assert found.value is None


def test_marks_of_a_set_that_cannot_be_matched_hide_it_all() -> None:
    assert flat(body({"x": ["a", SECRET]}, {}, {"x": [True]}).get("x")) == UNKNOWN


@pytest.mark.parametrize(
    "name",
    ["password", "admin_password", "client_secret", "primary_access_key", "connection_string", "token", "PRIVATE_KEY", "pwd"],
)
def test_names_of_secrets(name: str) -> None:
    assert flat(body({name: SECRET}).get(name)) == UNKNOWN
    assert flat(body({name: True}).get(name)) is True


@pytest.mark.parametrize(
    "name",
    [
        "password_policies",
        "disable_password_authentication",
        "token_lifetime",
        "public_key",
        "key",
        "secrets_expire",
        "keyword",
        "monkey",
    ],
)
def test_names_that_only_sound_like_secrets(name: str) -> None:
    assert SECRET_NAMES.search(name) is None


def test_big_numbers_are_exact() -> None:
    assert flat(body({"x": 10**30, "y": 1.5}).value) == {"x": 10**30, "y": 1.5}


def test_places_are_pointers_to_the_value() -> None:
    found = body({"a/b": [{"c~d": "x"}]}).get("a/b", 0, "c~d")
    assert found.at == Pointer(file="p", pointer="/after/a~1b/0/c~0d")
    assert body({"x": {}}).get("x", "absent").at == Pointer(file="p", pointer="/after/x")


def test_lists_in_lists_without_end_become_unknown() -> None:
    tree: object = "x"
    for _ in range(MOST_LEVELS + 200):
        tree = [tree]
    assert UNKNOWN in repr(flat(body({"x": tree}).get("x")))
