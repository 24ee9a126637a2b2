"""Texts in the native syntax for the tests beside this module, and trees without their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from sparekey.formats.terraform.syntax.tree import Attribute, Block, Body

FIXTURES = Path(__file__).parents[4] / "fixtures"
SOURCES = sorted(FIXTURES.rglob("*.tf"))


def bare(node: Any) -> Any:
    """A tree, or a body, as plain values: without any span, and without what only tells where it was read."""
    if isinstance(node, Body):
        named = sorted((name, bare(attribute.value)) for name, attribute in node.attributes.items())
        again = [(attribute.name, bare(attribute.value)) for attribute in node.repeated]
        blocks = [(block.type, block.labels, bare(block.body)) for block in node.blocks]
        return [named, again, blocks, [problem.message for problem in node.problems]]
    if is_dataclass(node):
        return [type(node).__name__, *(bare(getattr(node, field.name)) for field in fields(node) if field.name != "span")]
    return [bare(item) for item in node] if isinstance(node, tuple) else node


def every_block(body: Body) -> Iterator[Block]:
    """All blocks in a body, at any depth."""
    for block in body.blocks:
        yield block
        yield from every_block(block.body)


def every_attribute(body: Body) -> Iterator[Attribute]:
    """All attributes in a body, at any depth."""
    yield from body.attributes.values()
    for block in every_block(body):
        yield from block.body.attributes.values()


def every_node(node: Any) -> Iterator[Any]:
    """All nodes of an expression."""
    if isinstance(node, tuple):
        for item in node:
            yield from every_node(item)
    elif is_dataclass(node):
        yield node
        for field in fields(node):
            if field.name != "span":
                yield from every_node(getattr(node, field.name))


PIECES = (
    '"', "${", "%{", "{", "}", "[", "]", "(", ")", "\n", "\r\n", "\r", "~}", "<<A\n", "<<-A\n", "A\n", "#", "//", "/*", "*/", "=", ":", ".",
    "...", "::", ",", " ", "\\", "$", "%", "if", "for", "in", "else", "endif", "endfor", "x", "é", "\u0301", "1", "1e", ".0", "*", "-", "!",
    "?", "&&", "b {\n", "b {}\n", "x = 1\n", 'resource "a" "b" {\n', "\0", "\ufeff", "\ud800", "{{ x }}", "{% if %}",
)  # fmt: skip

# Texts of pieces that mean something, so that most of them go wrong somewhere in the middle.
MESSES = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
