"""Bodies and blocks: what one mistake costs, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.terraform.syntax.texts import MESSES, SOURCES, bare, every_block

from sparekey.formats.terraform.syntax.read import LARGEST, read_file, unreadable
from sparekey.formats.terraform.syntax.tree import Body, Unreadable

GOOD = 'resource "a" "one" {\n  x = 1\n}\n\nresource "a" "bad" {\n  before = 1\n@\n  after = 2\n}\n\nlocals {\n  y = 2\n}\n'

MISTAKES = [
    "x = ",
    "x = [1, 2",
    "x = {",
    "x = }",
    'x = "unclosed',
    'x = "${unclosed"',
    "x = <<EOT\nunclosed",
    "x = f(",
    "x y z",
    "b {",
    "b { x = 1, y = 2 }",
    "}",
    ")",
    "x = 1 y = 2",
    "x = 1,",
    '"x" = 1',
    "x = 'a'",
    "x = 1 ;",
    "x = %",
    "=",
    "{",
    "/*",
    "~}",
    "x: 1",
]


def read(text: str) -> Body:
    return read_file(text.encode("utf-8", "surrogatepass"), "main.tf").body


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_bad_block_does_not_blind_its_file(mistake: str) -> None:
    text = GOOD.replace("@", mistake)
    body = read(text)
    assert [(block.type, block.labels) for block in body.blocks[:2]] == [("resource", ("a", "one")), ("resource", ("a", "bad"))]
    assert not list(unreadable(body.blocks[0].body))
    assert list(unreadable(body)), "the mistake is told"
    assert "before" in body.blocks[1].body.attributes
    if mistake != "/*":  # the rest of the file is a comment that never ends
        assert body.blocks[-1].type == "locals"
        assert bare(body.blocks[-1].body)[0] == [("y", ["Literal", 2])]


@pytest.mark.parametrize(
    "mistake", ["x = ", "x = [1, 2 3]", "x y z", "b { x = 1, y = 2 }", "x = 1 y = 2", "x = 1,", "x = 'a'", "x: 1", "x = f(1 2)"]
)
def test_one_bad_line_does_not_blind_its_block(mistake: str) -> None:
    body = read(GOOD.replace("@", mistake)).blocks[1].body
    assert {"before", "after"} <= body.attributes.keys()
    assert [problem.span.start_line for problem in unreadable(body)] == [7]


def test_an_attribute_that_cannot_be_read_is_there() -> None:
    body = read("locals {\n  x = [1 2]\n}\n").blocks[0].body
    value = body.attributes["x"].value
    assert isinstance(value, Unreadable)
    assert value.message.startswith("Missing item separator: ")
    assert body.problems == (value,)


def test_a_second_attribute_of_one_name_is_kept_apart() -> None:
    body = read("locals {\n  x = 1\n  x = 2\n}\n").blocks[0].body
    assert bare(body.attributes["x"].value) == ["Literal", 1]
    assert [bare(attribute.value) for attribute in body.repeated] == [["Literal", 2]]


@given(MESSES)
def test_nothing_is_raised_and_nothing_is_outside(text: str) -> None:
    body = read(text)
    lines = text.split("\n")
    spans = [problem.span for problem in unreadable(body)]
    for block in every_block(body):
        spans += [block.span, block.header, block.body.span]
        spans += [attribute.span for attribute in block.body.attributes.values()]
    for span in spans:
        assert span.end_line <= len(lines)
        assert span.end_column <= len(lines[span.end_line - 1]) + 1


@given(st.sampled_from(SOURCES), st.sampled_from(["# c\n", "// c\n", "/* c */\n", "\n", "\r\n", "  \t\n"]))
def test_comments_and_blank_lines_between_blocks_mean_nothing(path: Path, filler: str) -> None:
    text = path.read_text()
    body = read(text)
    starts = sorted((block.span.start_line for block in body.blocks), reverse=True)
    lines = text.splitlines(keepends=True)
    for line in starts:
        lines.insert(line - 1, filler)
    assert bare(read("".join(lines))) == bare(body)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_line_endings_and_a_byte_order_mark_mean_nothing(path: Path) -> None:
    text = path.read_text()
    if "<<" not in text:  # a heredoc keeps the ends of its lines
        assert bare(read(text.replace("\n", "\r\n"))) == bare(read(text))
    assert bare(read("\ufeff" + text)) == bare(read(text))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_blocks_lie_where_they_are_said_to(path: Path) -> None:
    text = path.read_text()
    lines = text.split("\n")
    for block in every_block(read(text)):
        header, span = block.header, block.span
        assert lines[header.start_line - 1][header.start_column - 1 :].startswith(block.type)
        assert lines[span.end_line - 1][span.end_column - 1] == "}"


HOSTILE: dict[str, Callable[[], str]] = {
    "a line of 20 MB": lambda: 'resource "a" "b" {\n x = "' + "x" * 20_000_000 + '"\n}\n',
    "a list of 20 MB": lambda: "x = [" + '"x",' * 5_000_000 + "]\n",
    "brackets": lambda: "x = " + "[" * 100_000 + "]" * 100_000,
    "blocks": lambda: "b {\n" * 100_000,
    "headers": lambda: 'resource "a" "b" {\n' * 100_000,
    "strings": lambda: '"\n' * 500_000,
    "templates": lambda: '"${' * 200_000,
    "comments": lambda: "/*" * 500_000,
    "heredocs": lambda: "<<A\n" * 200_000,
    "a heredoc": lambda: "x = <<A\n" + "some text\n" * 500_000 + "A\n",
    "empty lines": lambda: "\n" * 5_000_000,
    "a number": lambda: "x = " + "1" * 1_000_000,
    "dots": lambda: "x = 1" + "." * 1_000_000,
    "an exponent": lambda: "x = 1e999999999",
    "dollars": lambda: 'x = "' + "$" * 1_000_000 + '"',
    "bytes": lambda: "".join(map(chr, range(256))) * 2000,
    "NUL": lambda: "\0" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_cost_little(name: str) -> None:
    assert sum(1 for _ in unreadable(read(HOSTILE[name]()))) < 300


def test_a_file_has_a_largest_size() -> None:
    (problem,) = read_file(b" " * (LARGEST + 1), "main.tf").body.problems
    assert problem.limit


def test_what_is_not_utf8_is_told_where_it_stands() -> None:
    body = read_file(b'locals {\n  a = "caf\xe9"\n  b = 1 # \xe9\n}\n', "main.tf").body
    (problem,) = unreadable(body)
    assert (problem.message.partition(":")[0], problem.span.start_line, problem.span.start_column) == (
        "Invalid character encoding",
        2,
        11,
    )
    assert "b" in body.blocks[0].body.attributes


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ('resource "a" "b" {\n{% if x %}\n  y = 1\n{% endif %}\n}\n', "Jinja"),
        ("locals {\n  x = {{ .Values.x }}\n}\n", "Go"),
        ('resource "a" {{ name }} {\n}\n', "Jinja or Go"),
    ],
)
def test_templates_of_other_languages_are_named(text: str, language: str) -> None:
    body = read(text)
    (problem,) = body.problems
    assert problem.message.startswith(f"Not Terraform: This is a {language} template")
    assert not body.blocks


def test_their_signs_in_a_string_are_only_text() -> None:
    body = read('locals {\n  x = "{{ .Values.x }} {% if %}"\n}\n')
    assert bare(body.blocks[0].body.attributes["x"].value) == ["Template", ["{{ .Values.x }} {% if %}"], False]
