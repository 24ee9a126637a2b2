"""Grapheme clusters: laws, and examples from Unicode's own description."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.terraform.lang import graphemes

TEXTS = (
    st.text(st.sampled_from("a\r\n\u0301\u200d\u0903\u0600\U0001f1e9\U0001f469\U0001f3fd\u1100\u1161\u11a8\uac00\uac01é "))
    | st.text()
)


@given(TEXTS)
def test_the_clusters_make_up_the_text(text: str) -> None:
    found = list(graphemes.clusters(text))
    assert "".join(found) == text
    assert all(found)
    assert graphemes.count(text) == len(found)


@given(TEXTS)
def test_a_line_break_is_a_cluster_of_its_own(text: str) -> None:
    for cluster in graphemes.clusters(text):
        assert cluster in {"\r", "\n", "\r\n"} or not {"\r", "\n"} & set(cluster)


@given(TEXTS)
def test_a_combining_mark_stays_with_what_it_is_on(text: str) -> None:
    assert graphemes.count("a" + text + "a\u0301") == graphemes.count("a" + text + "a")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("e\u0301", 1),
        ("\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7", 2),  # two flags
        ("\U0001f1e9\U0001f1ea\U0001f1eb", 2),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 1),  # a family
        ("\U0001f44d\U0001f3fd", 1),  # a thumb of some colour
        ("\u1112\u1161\u11ab", 1),  # one Hangul syllable
        ("\u0e33", 1),
        ("a\u200db", 2),
        ("\r\n", 1),
        ("\n\r", 2),
        ("\u0915\u094d\u0937", 2),  # Devanagari conjuncts are not joined (no rule GB9c)
    ],
)
def test_examples(text: str, count: int) -> None:
    assert graphemes.count(text) == count
