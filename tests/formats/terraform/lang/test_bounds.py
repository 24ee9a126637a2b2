"""Hostile expressions: bounded work, and "too much" instead of a hang, a crash or a wrong answer."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from tests.formats.terraform.lang.asking import Names, ask, vague

from sparekey.formats.terraform.lang.evaluate import evaluate
from sparekey.formats.terraform.lang.types import STRING
from sparekey.formats.terraform.lang.values import TooMuchError, Value, text, tuple_of
from sparekey.formats.terraform.syntax import tree
from sparekey.model.span import Span

AT = Span(file="t.tf", start_line=1, start_column=1, end_line=1, end_column=1)
LONG = 20_000


def literal(value: int) -> tree.Expression:
    return tree.Literal(AT, value)


def test_long_operator_chains_do_not_recurse() -> None:
    chain: tree.Expression = literal(1)
    for _ in range(LONG):
        chain = tree.Binary(AT, "+", chain, literal(1))
    assert evaluate(chain, Names({})).content == LONG + 1


def test_long_traversals_do_not_recurse() -> None:
    chain: tree.Expression = tree.Root(AT, "x")
    for _ in range(LONG):
        chain = tree.Attr(AT, chain, "a")
    found = evaluate(chain, Names({"x": vague()}))
    assert not found.known


@pytest.mark.parametrize(
    "expression",
    [
        "[for a in l : [for b in l : [for c in l : 1]]]",
        '[for a in l : "%{ for b in l }%{ for c in l }x%{ endfor }%{ endfor }"]',
        "[for a in l : [for b in l : true ? l : [l]]]",
        "[for a in l : length([for b in l : l == l])]",
    ],
)
def test_loops_in_loops_end(expression: str) -> None:
    names = {"l": tuple_of([text("x")] * 500)}
    start = time.monotonic()
    with suppress(TooMuchError):
        ask(expression, names)
    assert time.monotonic() - start < 30


def grown(expression: str, value: Value, times: int) -> Value:
    for _ in range(times):
        value = ask(expression, {"x": value})
    return value


def test_texts_do_not_grow_without_end() -> None:
    with pytest.raises(TooMuchError):
        grown('"${x}${x}"', text("x" * 1000), 20)


def test_numbers_do_not_grow_without_end() -> None:
    with pytest.raises(TooMuchError):
        grown("x * x", ask("10"), 40)


def test_an_unreadable_part_is_unknown_and_says_why() -> None:
    found = evaluate(tree.Unreadable(AT, "Invalid expression"), Names({}))
    assert found.unknown is not None
    assert "Invalid expression" in found.unknown.why.reason
    assert found.type != STRING
