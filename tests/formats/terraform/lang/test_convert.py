"""Conversion and unification: laws, and cty's words where Terraform 1.11.4 gave them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.terraform.lang.asking import attribute_of, vague

from sparekey.formats.terraform.lang import build
from sparekey.formats.terraform.lang.convert import conversion, convert
from sparekey.formats.terraform.lang.kinds import conforms, without_optional
from sparekey.formats.terraform.lang.operators import same
from sparekey.formats.terraform.lang.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.unify import unified, unify
from sparekey.formats.terraform.lang.values import (
    SENSITIVE,
    EvaluationError,
    Source,
    Unknown,
    Value,
    all_marks,
    boolean,
    number,
    object_of,
    text,
    tuple_of,
)

primitives = st.sampled_from([STRING, NUMBER, BOOL])
types = st.recursive(
    primitives,
    lambda inner: st.one_of(
        inner.map(ListType),
        inner.map(SetType),
        inner.map(MapType),
        st.lists(inner, max_size=3).map(lambda items: TupleType(tuple(items))),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(ObjectType),
    ),
    max_leaves=6,
)
leaves = st.one_of(
    st.sampled_from(["1", "true", "x", "", "é"]).map(text), st.integers(-3, 3).map(number), st.booleans().map(boolean)
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(tuple_of), st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(object_of)
    ),
    max_leaves=8,
)


@given(values, types)
def test_what_conversion_gives_has_the_type_and_stays_as_it_is(value: Value, want: Type) -> None:
    try:
        made = convert(value, want)
    except EvaluationError:
        return
    assert made.type == want
    assert same(convert(made, want), made)


@given(values, types)
def test_an_unknown_becomes_what_its_value_would_become(value: Value, want: Type) -> None:
    way = conversion(value.type, want, unsafe=True)
    if way is None:
        return
    source = attribute_of("azuread_group.g", "x", value.type)
    made = convert(source, want)
    assert made.type == want
    try:
        known = convert(value, want)
    except EvaluationError:
        return
    content = made.content
    if isinstance(content, Unknown):
        assert Source("azuread_group.g", "x") in content.among | {content.is_}
        assert content.refinement.not_null
        if isinstance(known.content, tuple | dict):
            assert content.refinement.shortest <= len(known.content)
            assert content.refinement.longest is None or content.refinement.longest >= len(known.content)
    else:
        assert isinstance(content, tuple | dict)
        assert isinstance(known.content, tuple | dict)
        assert len(content) == len(known.content)


@given(values, types)
def test_conversion_keeps_marks(value: Value, want: Type) -> None:
    try:
        made = convert(value.marked([SENSITIVE]), want)
    except EvaluationError:
        return
    assert made.marks == {SENSITIVE}
    assert same(made.unmarked(), convert(value, want))


@given(st.lists(types, min_size=1, max_size=3))
def test_values_of_unified_types_become_the_common_one(given_types: list[Type]) -> None:
    found = unified(given_types, unsafe=True)
    if found is None:
        assert unify(given_types, unsafe=True) == (DYNAMIC, False)
        return
    for type_, step in zip(given_types, found.steps, strict=True):
        made = vague(type_) if step is None else step(vague(type_))
        assert conforms(made.type, found.type)


@given(types)
def test_a_type_unifies_with_itself(type_: Type) -> None:
    assert unify([type_, type_], unsafe=False) == (type_, True)


@given(st.lists(st.sampled_from(["b", "a", "", "é", "Z", "10", "9"])))
def test_sets_are_sorted_without_repeats(items: list[str]) -> None:
    made = build.set_of([text(item) for item in items], STRING)
    assert [item.content for item in made.content] == sorted(set(items))  # type: ignore[union-attr]  # a set of texts


def test_a_set_of_numbers_is_in_the_order_of_numbers_and_unknown_members_stay() -> None:
    made = build.set_of([number(10), number(9), vague(NUMBER), number(10), Value(NUMBER, None), vague(NUMBER)], NUMBER)
    assert isinstance(made.content, tuple)
    assert [item.content for item in made.content[:2]] == [9, 10]
    assert [item.known for item in made.content] == [True, True, False, False, True]
    assert made.content[-1].null


def test_the_marks_of_a_sets_members_are_the_sets_own() -> None:
    made = convert(tuple_of([text("a").marked([SENSITIVE]), text("b")]), SetType(STRING))
    assert made.marks == {SENSITIVE}
    assert all_marks(made.unmarked()) == frozenset()


def test_optional_attributes_are_filled_with_null_and_others_are_dropped() -> None:
    want = ObjectType({"a": STRING, "b": NUMBER}, frozenset({"b"}))
    made = convert(object_of({"a": number(1), "c": text("x")}), want)
    assert made.type == without_optional(want)
    assert isinstance(made.content, dict)
    assert {name: item.content for name, item in made.content.items()} == {"a": "1", "b": None}


@pytest.mark.parametrize(
    "value, want, words",
    [
        (text("x"), NUMBER, "a number is required"),
        (text("True"), BOOL, 'a bool is required; to convert from string, use lowercase "true"'),
        (tuple_of([]), STRING, "string required"),
        (object_of({}), ObjectType({"a": STRING}), 'attribute "a" is required'),
        (object_of({}), ObjectType({"a": STRING, "b": STRING}), 'attributes "a" and "b" are required'),
        (tuple_of([text("a"), tuple_of([])]), ListType(STRING), "element 1: string required"),
        (tuple_of([text("a"), tuple_of([])]), ListType(DYNAMIC), "all list elements must have the same type"),
        (object_of({"a": number(1), "b": boolean(value=True)}), MapType(DYNAMIC), "all map elements must have the same type"),
    ],
)
def test_refusals_are_worded_as_terraform_words_them(value: Value, want: Type, words: str) -> None:
    with pytest.raises(EvaluationError) as refused:
        convert(value, want)
    assert refused.value.detail == words
