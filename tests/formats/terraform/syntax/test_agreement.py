"""Three readers of the native syntax find the same blocks, labels and attribute names in every file that is at hand.

Ours, tree-sitter-hcl and python-hcl2 know nothing of each other, so none of them can misread in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
import pytest
import tree_sitter
import tree_sitter_hcl
from lark.exceptions import UnexpectedInput
from tests.oracles.sets import every_set

from sparekey.formats.terraform.syntax.read import read_file, unreadable
from sparekey.formats.terraform.syntax.tree import Body

Outline = list[tuple[Any, ...]]
"""In order: `(name,)` for an attribute, `(type, labels, outline)` for a block; attributes first, as our tree has them."""

FIXTURES = Path(__file__).parents[4] / "fixtures"

# What one of the others cannot read, though Terraform can, by the end of the path.
TREE_SITTER_REFUSES = {"strings-numbers-bools/main.tf": "an exponent behind whole digits: 1e3"}
PYTHON_HCL2_REFUSES = {
    "direct-unicode-names/main.tf": "a name that is not of ASCII letters",
    "files-unicode-identifiers/main.tf": "a name that is not of ASCII letters",
}
PYTHON_HCL2_MISREADS = {"context/main.tf": 'a string "$${nope" is taken to go on to the next brace, three lines further down'}


def ours(body: Body) -> Outline:
    names = [(name,) for name in body.attributes] + [(attribute.name,) for attribute in body.repeated]
    return [*sorted(names), *((block.type, block.labels, ours(block.body)) for block in body.blocks)]


def sitter(node: Any) -> Outline:
    names: list[tuple[Any, ...]] = []
    blocks: list[tuple[Any, ...]] = []
    for child in node.children:
        if child.type == "attribute":
            names.append((child.children[0].text.decode(),))
        elif child.type == "block":
            header = [part for part in child.children if part.type in {"identifier", "string_lit"}]
            type_, *labels = (part.text.decode().strip('"') for part in header)
            inner = [sitter(part) for part in child.children if part.type == "body"]
            blocks.append((type_, tuple(labels), inner[0] if inner else []))
    return [*sorted(names), *blocks]


def python_hcl2(tree: Any) -> Outline:
    names: list[tuple[Any, ...]] = []
    blocks: list[tuple[Any, ...]] = []
    for child in tree.children:
        data = getattr(child, "data", None)
        if data == "attribute":
            names.append((str(child.children[0].children[0]),))
        elif data == "block":
            header = [part for part in child.children if getattr(part, "data", None) in {"identifier", "string"}]
            type_, *labels = ("".join(str(leaf) for leaf in part.scan_values(lambda _: True)).strip('"') for part in header)
            inner = [python_hcl2(part) for part in child.children if getattr(part, "data", None) == "body"]
            blocks.append((type_, tuple(labels), inner[0]))
    return [*sorted(names), *blocks]


@pytest.fixture(scope="module")
def files() -> Iterator[tuple[Path, ...]]:
    with every_set() as sets:
        found = [path for folder in (FIXTURES, *sets) for path in sorted(folder.rglob("*.tf"))]
        # What Terraform refuses to load is no measure for agreement.
        yield tuple(path for path in found if not any(unreadable(read_file(path.read_bytes(), path.name).body)))


def test_there_is_something_to_agree_on(files: tuple[Path, ...]) -> None:
    assert len(files) > 500


def test_tree_sitter_finds_the_same(files: tuple[Path, ...]) -> None:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
    for path in files:
        data = path.read_bytes()
        root = parser.parse(data.removeprefix(b"\xef\xbb\xbf")).root_node
        if root.has_error:
            assert name_of(path) in TREE_SITTER_REFUSES
            continue
        bodies = [child for child in root.children if child.type == "body"]
        assert ours(read_file(data, path.name).body) == (sitter(bodies[0]) if bodies else []), path


def test_python_hcl2_finds_the_same(files: tuple[Path, ...]) -> None:
    for path in files:
        text = path.read_bytes().decode("utf-8-sig")
        try:
            tree = hcl2.parses_to_tree(text if text.endswith("\n") else text + "\n")
        except UnexpectedInput:
            assert name_of(path) in PYTHON_HCL2_REFUSES
            continue
        if name_of(path) not in PYTHON_HCL2_MISREADS:
            assert ours(read_file(path.read_bytes(), path.name).body) == python_hcl2(tree.children[0]), path


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
