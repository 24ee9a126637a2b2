"""Expressions: places and shapes."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from tests.formats.terraform.syntax.texts import MESSES, SOURCES, bare, every_attribute, every_node

from sparekey.formats.terraform.syntax.read import expression, read_file, template, unreadable
from sparekey.formats.terraform.syntax.tree import (
    Attr,
    Binary,
    Call,
    Conditional,
    For,
    Index,
    Item,
    Literal,
    Object,
    Parens,
    Root,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    Tuple,
    Unary,
    Unreadable,
)

HERE = Path(__file__).parent
MEASURED = json.loads((HERE / "templates.json").read_text())
"""Templates with their values, as Terraform 1.11.4 planned them."""


def read(text: str) -> Any:
    return expression(text, "main.tf")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_place_holds_its_expression(path: Path) -> None:
    data = path.read_bytes()
    lines = data.decode("utf-8-sig").split("\n")
    for attribute in every_attribute(read_file(data, path.name).body):
        span = attribute.name_span
        assert lines[span.start_line - 1][span.start_column - 1 : span.end_column] == attribute.name
        for node in every_node(attribute.value):
            if isinstance(
                node, Attr | Index | Call | Literal | Root | Conditional | Binary | Unary | Tuple | Object | For | Parens
            ):
                span = node.span
                stretch = lines[span.start_line - 1 : span.end_line]
                stretch[-1] = stretch[-1][: span.end_column]
                text = "\n".join([stretch[0][span.start_column - 1 :], *stretch[1:]])
                if any(isinstance(inner, Item) for inner in every_node(node)) and not any(
                    isinstance(inner, Splat) for inner in every_node(node)
                ):
                    continue  # a stretch behind a splat is no expression of its own
                again = expression(text + "\n", path.name, line=span.start_line, column=span.start_column)
                assert again == node, text


def value(node: Any, names: dict[str, Any]) -> Any:
    """What a template without functions and operators gives."""
    match node:
        case str():
            return node
        case Literal():
            return node.value
        case Root():
            return names[node.name]
        case Attr():
            return value(node.of, names)[node.name]
        case Tuple():
            return [value(item, names) for item in node.items]
        case Object():
            return {value(key, names): value(item, names) for key, item in node.items}
        case TemplateIf():
            chosen = node.then if value(node.condition, names) else node.otherwise
            return value(chosen, names) if chosen else ""
        case TemplateFor():
            pairs = enumerate(value(node.collection, names))
            return "".join(value(node.body, {**names, node.item: item, node.key or "": key}) for key, item in pairs)
        case Template():
            parts = [value(part, names) for part in node.parts]
            return parts[0] if node.bare else "".join(str(part) for part in parts)
        case _:
            raise AssertionError(node)


@pytest.mark.parametrize(("text", "expected"), MEASURED["expressions"])
def test_templates_give_what_terraform_gives(text: str, expected: str) -> None:
    assert str(value(read(text), {})) == expected


@pytest.mark.parametrize(("text", "expected"), MEASURED["files"])
def test_template_files_give_what_terraform_gives(text: str, expected: str) -> None:
    assert value(template(text, "t.tpl"), {}) == expected


@given(MESSES)
def test_nothing_is_raised_and_nothing_is_outside(text: str) -> None:
    lines = text.split("\n")
    for node in (*every_node(read(text)), *every_node(template(text, "t"))):
        assert 1 <= node.span.start_line <= node.span.end_line <= len(lines)
        assert node.span.end_column <= len(lines[node.span.end_line - 1]) + 1


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("a || b && c == d > e + f * g", "a || (b && (c == (d > (e + (f * g)))))"),
        ("a * b + c > d == e && f || g", "(((((a * b) + c) > d) == e) && f) || g"),
        ("-1 + 2", "(-1) + 2"),
        ("!a == b", "(!a) == b"),
        ("-a.b[0]", "-(a.b[0])"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("a || b ? c : d || e", "(a || b) ? c : (d || e)"),
    ],
)
def test_precedence(text: str, same: str) -> None:
    def stripped(node: Any) -> Any:
        if isinstance(node, list):
            return stripped(node[1]) if node[:1] == ["Parens"] else [stripped(item) for item in node]
        return node

    assert stripped(bare(read(text))) == stripped(bare(read(same)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0x", "Extra characters after expression"),
        ("1.2.3", "Invalid number literal"),
        ("1e3", 1000),
        ("1.50", Fraction(3, 2)),
        ("2E-1", Fraction(round(Fraction(1, 5) * 2**514), 2**514)),  # 512 bits from the first that is set: 0.2 = 0.0011...
        ("null", None),
        ("true", True),
    ],
)
def test_literals(text: str, expected: object) -> None:
    node = read(text)
    if isinstance(expected, str):
        assert isinstance(node, Unreadable)
        assert node.message.startswith(expected + ": ")
    else:
        assert isinstance(node, Literal)
        assert node.value == expected


def test_splats() -> None:
    full = read("a[*].b[0]")
    assert isinstance(full, Splat)
    assert bare(full.each) == ["Index", ["Attr", ["Item"], "b"], ["Literal", 0]]
    legacy = read("a.*.b[0]")
    assert isinstance(legacy, Index)
    assert bare(legacy.of) == ["Splat", ["Root", "a"], ["Attr", ["Item"], "b"]]


def test_keys_of_objects() -> None:
    node = read('{ a = 1, "b" : 2\n (c) = 3\n null = 4, 5 = 6 }')
    keys = [bare(key) for key, _ in node.items]
    assert keys == [
        ["Template", ["a"], False],
        ["Template", ["b"], False],
        ["Parens", ["Root", "c"]],
        ["Template", ["null"], False],
        ["Literal", 5],
    ]


def test_names_are_in_normal_form() -> None:
    assert bare(read("cafe\u0301.e\u0301")) == ["Attr", ["Root", "caf\u00e9"], "\u00e9"]


def test_functions_of_providers() -> None:
    node = read("provider::x::y(1, z...)")
    assert isinstance(node, Call)
    assert (node.name, node.expands, len(node.arguments)) == ("provider::x::y", True, 2)


def test_a_chain_is_as_long_as_it_likes() -> None:
    assert isinstance(read("1" + "+1" * 5000), Binary)
    assert isinstance(read("x" + ".y" * 5000), Attr)


@pytest.mark.parametrize(
    "text", ["[" * 500, "x ? 1 : " * 500 + "1", "-" * 500 + "1", '"${' * 500, "x" + "[*]" * 500, "{a=" * 500, "f(" * 500]
)
def test_depth_is_bounded(text: str) -> None:
    node = read(text)
    assert isinstance(node, Unreadable)
    assert node.limit
    assert node.message.startswith("Nested too deeply")


def test_what_is_refused_elsewhere_is_named_as_terraform_names_it() -> None:
    verdicts = [json.loads(line) for line in (HERE / "verdicts.jsonl").read_text().splitlines()]
    named = 0
    for verdict in verdicts:
        body = read_file(verdict["text"].encode(), "main.tf").body
        found = [problem.message.partition(":")[0] for problem in unreadable(body)]
        found += ["Attribute redefined" for block in body.blocks for _ in block.body.repeated]
        assert bool(found) == bool(verdict["errors"]), verdict["text"]
        named += any(summary in found for summary, _ in verdict["errors"])
    assert named >= 0.9 * sum(bool(verdict["errors"]) for verdict in verdicts)
