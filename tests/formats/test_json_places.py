"""JSON places: the stretch that a pointer names holds the value that the pointer names."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.json_places import JsonPlaces
from sparekey.model.span import Span

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def pointers(value: object, pointer: str = "") -> list[tuple[str, object, str | None]]:
    """Every pointer with its value and, for a member, its name."""
    found: list[tuple[str, object, str | None]] = []
    if isinstance(value, dict):
        for name, member in value.items():
            below = pointer + "/" + name.replace("~", "~0").replace("/", "~1")
            found += [(below, member, name), *pointers(member, below)]
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += [(f"{pointer}/{index}", item, None), *pointers(item, f"{pointer}/{index}")]
    return found


def cut(text: str, span: Span) -> str:
    """The text in a span, by lines and columns."""
    lines = text.split("\n")[span.start_line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column]
    lines[0] = lines[0][span.start_column - 1 :]
    return "\n".join(lines)


@given(values, st.sampled_from([None, 1, 2]), st.booleans(), st.sampled_from(["", "\n ", "\ufeff"]))
def test_the_text_at_a_pointer_is_its_value(value: object, indent: int | None, ascii_only: bool, before: str) -> None:
    text = before + json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    places = JsonPlaces(text, "f.json")
    for pointer, expected, name in [("", value, None), *pointers(value)]:
        span = places.span(pointer)
        assert span is not None
        stretch = cut(text.removeprefix("\ufeff"), span)
        parsed = json.loads(stretch if name is None else "{" + stretch + "}", strict=False)
        assert parsed == (expected if name is None else {name: expected})


@pytest.mark.parametrize("pointer", ["/x", "/a/0", "/b/2", "/b/-", "/b/01", "a", "/a/"])
def test_what_is_not_there_has_no_place(pointer: str) -> None:
    assert JsonPlaces('{"a": 1, "b": [1, 2]}', "f").span(pointer) is None


@pytest.mark.parametrize("text", ["", "{", '{"a"', '{"a":1', '{"a" 1}', "{a: 1}", '{"a":1 "b":2}', "[" * 100_000])
def test_what_is_not_json_has_no_places(text: str) -> None:
    assert JsonPlaces(text, "f").span("/a") is None


def test_of_two_members_with_one_name_the_last_counts() -> None:
    span = JsonPlaces('{"a": 1,\n "a": 2}', "f").span("/a")
    assert span == Span(file="f", start_line=2, start_column=2, end_line=2, end_column=7)


def test_numbers_of_any_length_are_passed_over() -> None:
    assert JsonPlaces('{"n": ' + "9" * 10_000 + ', "a": 1}', "f").span("/a") is not None


@given(values, st.sampled_from([None, 1]), st.sampled_from(["", "\n ", "\ufeff"]))
def test_the_hundredth_question_is_answered_like_the_first(value: object, indent: int | None, before: str) -> None:
    text = before + json.dumps(value, indent=indent)
    often = JsonPlaces(text, "f.json")
    for _ in range(100):
        often.span("")
    for pointer, _, _ in pointers(value):
        assert often.span(pointer) == JsonPlaces(text, "f.json").span(pointer)
