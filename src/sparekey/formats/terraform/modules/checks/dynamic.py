"""`dynamic` blocks, whose own arguments are Terraform's whatever block they make."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.placed import iterator
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import traversal
from sparekey.formats.terraform.syntax import tree

_ARGUMENTS = frozenset({"for_each", "iterator", "labels"})


def dynamic_faults(module: Module) -> Iterator[Fault]:
    """What is wrong with `dynamic` blocks, at any depth of resources, data sources and provider configurations."""
    stack: list[tree.Body] = [block.body for block in module.providers]
    for blocks in (module.resources, module.data, module.ephemerals):
        stack.extend(block.body for block in blocks.values())
    while stack:
        for block in stack.pop().blocks:
            if block.type == "dynamic":
                yield from _dynamic(block)
            stack.append(block.body)


def _dynamic(block: tree.Block) -> Iterator[Fault]:
    body = block.body
    if len(block.labels) != 1:
        word = "Missing type for dynamic" if not block.labels else "Extraneous label for dynamic"
        yield refused(word, "All dynamic blocks must have 1 labels (type).", block.header, stage="validate")
        return
    for name, attribute in body.attributes.items():
        if name not in _ARGUMENTS and not (body.json and name == "//"):
            detail = f'An argument named "{name}" is not expected here.'
            yield refused("Unsupported argument", detail, attribute.name_span, stage="validate")
    contents = [inner for inner in body.blocks if inner.type == "content"]
    for inner in body.blocks:
        if inner.type != "content":
            detail = f'Blocks of type "{inner.type}" are not expected here.'
            yield refused("Unsupported block type", detail, inner.header, stage="validate")
    if "for_each" not in body.attributes and not body.problems:
        detail = 'The argument "for_each" is required, but no definition was found.'
        yield refused("Missing required argument", detail, block.header, stage="validate")
    if not contents and not body.problems and not body.json:
        detail = 'A dynamic block must have a nested block of type "content" to describe the body of each generated block.'
        yield refused("Missing dynamic content block", detail, block.header, stage="validate")
    for again in contents[1:]:
        detail = "Only one nested content block is allowed for each dynamic block."
        yield refused("Extraneous dynamic content block", detail, again.header, stage="validate")
    named = body.attributes.get("iterator")
    if named is not None and not body.json:
        found = traversal(named.value)
        if (found is None and iterator(block) is None) or (found is not None and found.steps):
            detail = "Dynamic iterator must be a single variable name."
            yield refused("Invalid expression", detail, named.value.span, stage="validate")
