"""Regular expressions: agreement with Python's where the two mean the same, RE2's own ways, and bounded work."""

from __future__ import annotations

import contextlib
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.terraform.lang.regex import Pattern
from sparekey.formats.terraform.lang.values import EvaluationError, TooMuchError

ATOMS = st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", r"\d", r"\w", "ab", "(?:a|b)", "(?:ab|a)"])


def _more(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return (
        st.tuples(inner, inner).map("".join)
        | st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})")
        | inner.map(lambda one: f"({one})")
    )


# Without loops over what may be empty, where the two differ by design.
PATTERNS = st.recursive(ATOMS | ATOMS.map(lambda one: f"(?:{one})+") | ATOMS.map(lambda one: f"{one}*?"), _more, max_leaves=6)


@given(PATTERNS, st.text("abc1_ -é", max_size=12))
def test_the_first_match_is_the_one_that_python_finds(pattern: str, text: str) -> None:
    theirs = re.search(pattern, text, re.ASCII)
    ours = Pattern(pattern).first(text)
    assert (ours is None) == (theirs is None)
    if ours and theirs:
        spans = [theirs.span(group) for group in range(re.compile(pattern).groups + 1)]
        assert list(ours) == [None if span == (-1, -1) else span for span in spans]


@given(PATTERNS, st.text("abc1_ -é", max_size=12))
def test_matches_come_in_order_and_do_not_overlap(pattern: str, text: str) -> None:
    end = 0
    for found in Pattern(pattern).all(text):
        whole = found[0]
        assert whole is not None
        assert whole[0] >= end
        end = whole[1]


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)",
        "(?<=a)",
        r"(a)\1",
        "a**",
        "*a",
        "a{1001}",
        "a{2,1}",
        "(",
        ")",
        "[a",
        "[z-a]",
        "[[:foo:]]",
        r"\y",
        "\\",
        "(?P<n>",
        r"\C",
    ],
)
def test_what_re2_does_not_have_is_refused(pattern: str) -> None:
    with pytest.raises(EvaluationError):
        Pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "spans"),
    [
        (r"\z", "a", ((1, 1),)),
        (r"\Qa.b\E", "axb a.b", ((4, 7),)),
        ("(?U)a+", "aaa", ((0, 1),)),
        ("(?i)k", "\u212a", ((0, 1),)),
        (r"\pL+", "12é3", ((2, 3),)),
        ("[[:alpha:]]+", "1ab", ((1, 3),)),
        ("(|a)*", "aa", ((0, 0), (0, 0))),
        ("(a|b)*", "ab", ((0, 2), (1, 2))),
        (r"\s", "\v", None),
        ("a{,2}", "a{,2}", ((0, 5),)),
        (r"\07", "\x07", ((0, 1),)),
    ],
)
def test_ways_of_re2(pattern: str, text: str, spans: object) -> None:
    assert Pattern(pattern).first(text) == spans


@pytest.mark.parametrize(
    ("pattern", "template", "text", "result"),
    [
        ("(a)(b)?", "<$1$2>", "ab a", "<ab> <a>"),
        ("a", "${0}x$$", "a", "ax$"),
        ("(a)", "$1x", "a", ""),
        ("(?P<n>a)", "$n-", "a", "a-"),
        ("x*", "-", "axb", "-a-b-"),
        ("a", "$", "a", "$"),
    ],
)
def test_templates(pattern: str, template: str, text: str, result: str) -> None:
    assert Pattern(pattern).replace(text, template, most=100) == result


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|aa)+$", "(a+)+b", "(.*)*,", "(a?){50}a{50}b"])
def test_no_pattern_explodes(pattern: str) -> None:
    start = time.monotonic()
    with contextlib.suppress(TooMuchError):
        Pattern(pattern).first("a" * 2000)
    assert time.monotonic() - start < 10


def test_large_patterns_are_not_followed() -> None:
    with pytest.raises(TooMuchError):
        Pattern("((a{30}){30}b{1000}){1}" * 30)
    with pytest.raises(TooMuchError):
        Pattern("(" * 500 + ")" * 500)
