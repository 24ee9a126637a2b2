"""Paths of Graph: however one is dressed, it is the same path; and no text is too odd to be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.mappings.msgraph_routes import ROUTES
from sparekey.mappings.msgraph_url import ANY, ids_in, last_segment, refers, segments

GUID = "3b7c1f0e-2a4d-4c5b-9e8f-7a6b5c4d3e2f"


def dressed(words: list[str], draw: st.DataObject) -> str:
    """The path as somebody may write it."""
    parts = [word.upper() if draw.draw(st.booleans()) and word != GUID else word for word in words]
    text = parts[0]
    for part in parts[1:]:
        text += draw.draw(st.sampled_from([f"/{part}", f"//{part}", f"('{part}')", f"({part})", f"/{part} "]))
    start = draw.draw(st.sampled_from(["", "/", "beta/", "/V1.0/", "https://graph.microsoft.com/v1.0/", " "]))
    end = draw.draw(st.sampled_from(["", "/", "/$ref", "/$ref?$count=true", "?$select=id", "/microsoft.graph.user", "#x"]))
    return start + text + end


@given(st.sampled_from(ROUTES), st.booleans(), st.data())
def test_a_dressed_path_is_the_path(route: object, of_item: bool, data: st.DataObject) -> None:
    assert route in ROUTES
    pattern = next(r for r in ROUTES if r is route).pattern
    words = [GUID if word == ANY else word for word in (*pattern, *((ANY,) if of_item else ()))]
    found = segments(dressed(words, data))
    assert [part.lower() for part in found] == words
    matching = [r for r in ROUTES if (r.item(found) if of_item else r.owner(found)) is not None]
    assert [r.pattern for r in matching] == [pattern]
    ids = matching[0].item(found) if of_item else matching[0].owner(found)
    assert ids == (GUID,) * words.count(GUID)


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    found = segments(text)
    assert all(found)
    assert isinstance(refers(text), bool)
    assert isinstance(last_segment(text), str)


@pytest.mark.parametrize(
    "text", ["users/x/memberOf", "identity/conditionalAccess", "policies", "", "/", "groups/x/members/y/z", "usersx"]
)
def test_another_path_is_no_route(text: str) -> None:
    found = segments(text)
    assert not [r for r in ROUTES if r.owner(found) is not None or r.item(found) is not None]


def test_a_reference_ends_in_its_sign_alone() -> None:
    assert refers("groups/x/members/$ref")
    assert refers("groups/x/members/$REF/?a=b")
    assert not refers("groups/x/members")
    assert not refers("groups/$ref/members")
    assert not refers("groups/x/members/$references")


def test_the_last_segment_is_the_id() -> None:
    for text in (
        GUID,
        f"https://graph.microsoft.com/v1.0/users/{GUID}",
        f"/users/{GUID}",
        f"directoryObjects/{GUID}/",
        f"https://graph.microsoft.us/beta/users('{GUID}')",
    ):
        assert last_segment(text) == GUID


def test_patterns_of_different_length_do_not_meet() -> None:
    assert ids_in(("a",), ("a", ANY)) is None
    assert ids_in(("a", "1"), ("a", ANY)) == ("1",)
