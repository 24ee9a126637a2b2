"""The JSON syntax: what is a block, what is an argument, and what its strings mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.terraform.syntax.texts import bare, every_block

from sparekey.formats.terraform.syntax.read import expression, read_json, read_json_values, unreadable
from sparekey.formats.terraform.syntax.tree import Body


def read(text: str, name: str = "main.tf.json") -> Body:
    return read_json(text.encode("utf-8", "surrogatepass"), name).body


def native(text: str) -> Any:
    return bare(expression(text, "main.tf"))


def locals_of(text: str) -> dict[str, Any]:
    (block,) = read(f'{{"locals": {text}}}').blocks
    return {name: bare(attribute.value) for name, attribute in block.body.attributes.items()}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text('ab é"\\\n☺', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab é"\\', max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_values_mean_what_json_means(value: Any, indent: Any, ascii_only: bool) -> None:
    def plain(node: Any) -> Any:
        kind, *rest = node
        if kind == "Template":
            return rest[0][0] if rest[0] else ""
        if kind == "Literal":
            return rest[0]
        if kind == "Tuple":
            return [plain(item) for item in rest[0]]
        assert kind == "Object"
        return {plain(key): plain(item) for key, item in rest[0]}

    text = json.dumps({"x": value}, indent=indent, ensure_ascii=ascii_only)
    body = read_json_values(text.encode(), "values.json").body
    assert plain(bare(body.attributes["x"].value)) == value


def test_a_string_is_a_template_and_a_name_of_a_member_too() -> None:
    found = locals_of('{"a": "${var.x}", "b": "x-${var.x}", "c": "$${x}", "d": {"k-${var.x}": [1.5, true, null]}}')
    assert found["a"] == native('"${var.x}"')
    assert found["b"] == native('"x-${var.x}"')
    assert found["c"] == native('"$${x}"')
    assert found["d"] == native('{ "k-${var.x}" = [1.5, true, null] }')


def test_what_terraform_itself_defines_is_a_block() -> None:
    body = read(
        '{"//": "c", "resource": {"a": {"b": {"//": 1, "count": 2, "setting": {"x": 1}, "depends_on": ["c.d"], "provider": "e.f",'
        ' "lifecycle": {"ignore_changes": ["g[0].h"]}, "dynamic": {"s": {"for_each": [], "iterator": "i", "content": {"y": 1}}}}}}}'
    )
    (block,) = body.blocks
    assert (block.type, block.labels) == ("resource", ("a", "b"))
    assert sorted(block.body.attributes) == ["count", "depends_on", "provider", "setting"]
    assert bare(block.body.attributes["setting"].value) == native('{"x" = 1}')
    assert bare(block.body.attributes["depends_on"].value) == native("[c.d]")
    assert bare(block.body.attributes["provider"].value) == native("e.f")
    inner = {(one.type, one.labels): one.body for one in block.body.blocks}
    assert set(inner) == {("lifecycle", ()), ("dynamic", ("s",))}
    assert bare(inner["lifecycle", ()].attributes["ignore_changes"].value) == native("[g[0].h]")
    assert bare(inner["dynamic", ("s",)].attributes["iterator"].value) == native("i")
    assert [one.type for one in inner["dynamic", ("s",)].blocks] == ["content"]
    assert not list(unreadable(body))


def test_a_variable_has_a_type_and_plain_texts() -> None:
    (block,) = read('{"variable": {"v": {"type": "map(list(string))", "default": {"${a}": "${b}"}}}}').blocks
    assert bare(block.body.attributes["type"].value) == native("map(list(string))")
    assert bare(block.body.attributes["default"].value) == native('{"$${a}" = "$${b}"}')


def test_arrays_of_objects_make_several_blocks() -> None:
    body = read(
        '[{"locals": [{"a": 1}, {"b": 2}]}, {"resource": [{"t": {"x": [{"i": 1}, {"i": 2}]}}, {"t": [{"y": {}}, {"z": {}}]}]}]'
    )
    assert [(block.type, block.labels, sorted(block.body.attributes)) for block in body.blocks] == [
        ("locals", (), ["a"]),
        ("locals", (), ["b"]),
        ("resource", ("t", "x"), ["i"]),
        ("resource", ("t", "x"), ["i"]),
        ("resource", ("t", "y"), []),
        ("resource", ("t", "z"), []),
    ]


def test_repeated_names_make_several_blocks_but_one_argument() -> None:
    body = read('{"locals": {"a": 1}, "locals": {"b": 2, "b": 3}}')
    assert [sorted(block.body.attributes) for block in body.blocks] == [["a"], ["b"]]
    assert [attribute.name for attribute in body.blocks[1].body.repeated] == ["b"]


def test_places() -> None:
    text = '{"locals": {\n  "é": "x${var.y}",\n  "b": "\\u0041${var.z}"\n}}'
    body = read(text)
    first, second = body.blocks[0].body.attributes.values()
    assert (first.name_span.start_line, first.name_span.start_column, first.name_span.end_column) == (2, 3, 5)
    assert (first.span.end_column, first.value.span.start_column) == (18, 8)
    inner = first.value.parts[1].span  # type: ignore[union-attr]
    assert text.split("\n")[1][inner.start_column - 1 : inner.end_column] == "var.y"
    # With escapes before it, an expression cannot be told from the string around it.
    assert second.value.parts[1].span == second.value.span  # type: ignore[union-attr]
    assert (body.blocks[0].header.start_line, body.blocks[0].header.start_column) == (1, 2)


# The headings are those of Terraform 1.11.4.
@pytest.mark.parametrize(
    ("text", "summary", "column"),
    [
        ('{ "locals": { "a": 1, } }', "Trailing comma in object", 21),
        ("\ufeff{}", "Invalid start of value", 1),
        ('{"a" "b"}', "Missing property value colon", 6),
        ("{} {}", "Extraneous data after value", 4),
        ("1", "Root value must be object", 1),
        ('{"locals": undefined}', "Invalid JSON keyword", 12),
        ('{"nosuch": {}}', "Extraneous JSON object property", 2),
        ('{"resource": {"a": 1}}', "Incorrect JSON value type", 20),
        ('{"locals": 01}', "Invalid JSON number", 12),
        ('{"locals": {"a": "\t"}}', "Invalid JSON string", 19),
    ],
)
def test_mistakes_are_named_as_terraform_names_them(text: str, summary: str, column: int) -> None:
    problem = next(unreadable(read(text)))
    assert problem.message.startswith(summary + ": ")
    assert problem.span.start_column == column


def test_a_member_that_comes_twice_in_a_value_is_refused() -> None:
    assert "Duplicate object attribute" in str(locals_of('{"a": {"x": 1, "x": 2}}')["a"])


@given(st.text('{}[],:"\\ \n0a\ud800', max_size=30))
def test_nothing_is_raised(text: str) -> None:
    body = read(text)
    for block in every_block(body):
        assert block.span.end_line <= text.count("\n") + 1
    assert body.span.start_line == 1


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"locals": {"a": "' + "x" * 20_000_000 + '"}}',
        '{"locals": {"a": ' + "9" * 1_000_000 + "}}",
    ],
)
def test_hostile_files_cost_little(text: str) -> None:
    body = read(text)
    for block in body.blocks:
        assert block.body.attributes["a"].value
