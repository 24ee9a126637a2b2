"""What an expression refers to: constant steps belong to a reference, loop variables hide names, and no chain is too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.terraform.modules.references import Key, Reference, calls, constant_text, references, traversal, uses
from sparekey.formats.terraform.syntax import tree
from sparekey.formats.terraform.syntax.read import expression
from sparekey.model.span import Span

HERE = Span(file="x.tf", start_line=1, start_column=1, end_line=1, end_column=1)


def named(text: str) -> list[tuple[object, ...]]:
    return [(one.root, *one.steps) for one in references(expression(text, "x.tf"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var.a", [("var", "a")]),
        ('a.b["k"].c', [("a", "b", Key("k"), "c")]),
        ("a.b[0].c", [("a", "b", Key(0), "c")]),
        ("a.b.0.c", [("a", "b", Key(0), "c")]),
        ("a.b[var.i].c", [("a", "b"), ("var", "i")]),
        ('a.b["x${var.i}"].c', [("a", "b"), ("var", "i")]),
        ("a.b[*].c", [("a", "b")]),
        ("a.b.*.c", [("a", "b")]),
        ("(a.b).c", [("a", "b")]),
        ("{ a = b.c, (d.e) = 1 }", [("b", "c"), ("d", "e")]),
        ("[for x in a.b : x.c]", [("a", "b")]),
        ("[for a in a.b : a.c]", [("a", "b")]),
        ("[for k, v in a.b : c.d if k != e.f]", [("a", "b"), ("c", "d"), ("e", "f")]),
        ("[for x in a.b : [for y in x : x.z]]", [("a", "b")]),
        ("[[for x in a.b : x], x.y]", [("a", "b"), ("x", "y")]),
        ('"%{ for x in a.b }${x.c}${d.e}%{ endfor }${x.f}"', [("a", "b"), ("d", "e"), ("x", "f")]),
        ('"%{ if a.b }${c.d}%{ else }${e.f}%{ endif }"', [("a", "b"), ("c", "d"), ("e", "f")]),
        ("f(a.b, c.d...)", [("a", "b"), ("c", "d")]),
        ("a.b ? c.d : !e.f", [("a", "b"), ("c", "d"), ("e", "f")]),
        ('"a.b"', []),
    ],
)
def test_the_references_of_an_expression_in_the_order_of_its_text(text: str, expected: list[tuple[object, ...]]) -> None:
    assert sorted(named(text), key=str) == sorted(expected, key=str)


def test_a_hidden_name_is_no_reference() -> None:
    found = [one.root for one in references(expression("item.value + var.a", "x.tf"), frozenset({"item"}))]
    assert found == ["var"]


def test_a_reference_ends_where_its_last_constant_step_ends() -> None:
    (first, second) = references(expression("aa.bb[var.c].d", "x.tf"))
    assert (first.span.start_column, first.span.end_column) == (1, 5)
    assert second.span.start_column == 7


@pytest.mark.parametrize("text", ["a.b", 'a.b["c"]', "a"])
def test_a_traversal_is_one_reference(text: str) -> None:
    assert isinstance(traversal(expression(text, "x.tf")), Reference)


@pytest.mark.parametrize("text", ["a.b[c.d]", "a.b[*]", "(a.b)", "f(a)", "1", '"a"', "a.b[*].c"])
def test_what_is_no_traversal(text: str) -> None:
    assert traversal(expression(text, "x.tf")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(g(1))", ["f", "g"]),
        ("try(g(1), 2)", ["try"]),
        ("core::can(g(1))", ["core::can"]),
        ("[for x in g(1) : h(x)]", ["g"]),
        ("true ? g(1) : h(1)", []),
        ("g(1) ? 1 : h(1)", ["g"]),
        ("true && g(1)", ["g"]),
        ('"%{ if g(1) }${h(1)}%{ endif }${i(1)}"', ["g", "i"]),
        ("g(1)[*].x", ["g"]),
    ],
)
def test_what_is_certainly_called(text: str, expected: list[str]) -> None:
    """Terraform says so of unknown functions: where it evaluates an expression in vain it does not report one."""
    found = uses(expression(text, "x.tf"), certain=True)
    assert [one.name for one in found if isinstance(one, tree.Call)] == expected


def test_every_call_is_found() -> None:
    assert [one.name for one in calls(expression("true ? try(a(1)) : [for x in [] : b(x)]", "x.tf"))] == ["try", "a", "b"]


@given(st.lists(st.sampled_from(["attribute", "index", "operator", "unary"]), max_size=40), st.integers(1, 2_000))
def test_a_chain_of_any_length_is_walked(shape: list[str], times: int) -> None:
    node: tree.Expression = tree.Attr(HERE, tree.Root(HERE, "var"), "x")
    for kind in shape * (times // max(len(shape), 1)):
        if kind == "attribute":
            node = tree.Attr(HERE, node, "a")
        elif kind == "index":
            node = tree.Index(HERE, node, tree.Literal(HERE, 0))
        elif kind == "operator":
            node = tree.Binary(HERE, "+", node, tree.Literal(HERE, 1))
        else:
            node = tree.Unary(HERE, "-", node)
    (found,) = references(node)
    assert found.root == "var"
    assert found.steps[0] == "x"


def test_a_text_with_a_part_is_not_constant() -> None:
    assert constant_text(expression('"a"', "x.tf")) == "a"
    assert constant_text(expression('""', "x.tf")) == ""
    assert constant_text(expression('"${a.b}"', "x.tf")) is None
    assert constant_text(expression("a", "x.tf")) is None


def test_many_digits_name_no_index_but_are_read() -> None:
    (found,) = references(tree.Attr(HERE, tree.Root(HERE, "a"), "9" * 5_000))
    assert found.steps == ("9" * 5_000,)
