"""Module calls against what they call: arguments that no variable takes, variables that nothing is given for."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from sparekey.formats.terraform.modules.checks.configuration import Configuration, refused
from sparekey.formats.terraform.modules.checks.static import constant_bool
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import MergedBlock
from sparekey.formats.terraform.syntax.tree import Attribute, Block

_META = frozenset({"source", "version", "count", "for_each", "depends_on", "providers"})


def call_faults(configuration: Configuration) -> Iterator[Fault]:
    """What is wrong between the calls of a module and the modules that they call; and what only the root module may have."""
    for name, block in configuration.module.calls.items():
        called = configuration.calls.get(name)
        if called is not None and not block.body.problems:
            yield from _arguments(block, called)
    if configuration.path:
        for block in list(configuration.module.imports)[:1]:
            where = ".".join(configuration.path)
            detail = f'An import block was detected in "{where}". Import blocks are only allowed in the root module.'
            yield refused("Invalid import configuration", detail, block.header)
    else:
        for block in configuration.module.outputs.values():
            yield from _ephemeral(block)


def _arguments(block: Block, called: Configuration) -> Iterator[Fault]:
    given: dict[str, Attribute] = {}
    for body in (block.body, *(inner.body for inner in block.body.blocks if inner.type == "_")):
        given |= {name: one for name, one in body.attributes.items() if body is not block.body or name not in _META}
    variables = called.module.variables
    if not called.declared.complete:
        return
    for name, attribute in given.items():
        if name in variables or (block.body.json and name == "//"):
            continue
        if block.body.json:
            detail = f'No argument or block type is named "{name}".'
            yield refused("Extraneous JSON object property", detail, attribute.name_span, stage="validate")
            continue
        near = difflib.get_close_matches(name, variables, n=1, cutoff=0.8)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        detail = f'An argument named "{name}" is not expected here.{hint}'
        yield refused("Unsupported argument", detail, attribute.name_span, stage="validate")
    # What an override file gives does not count: its base has to be whole.
    base = block.base if isinstance(block, MergedBlock) else block
    written = {
        name for body in (base.body, *(inner.body for inner in base.body.blocks if inner.type == "_")) for name in body.attributes
    }
    for name, variable in variables.items():
        if (
            (name not in written or name not in given)
            and "default" not in variable.body.attributes
            and not variable.body.problems
        ):
            detail = f'The argument "{name}" is required, but no definition was found.'
            yield refused("Missing required argument", detail, block.header, stage="validate")


def _ephemeral(block: Block) -> Iterator[Fault]:
    attribute = block.body.attributes.get("ephemeral")
    if attribute is not None and constant_bool(attribute.value):
        detail = "Ephemeral outputs are not allowed in context of a root module"
        yield refused("Ephemeral output not allowed", detail, block.header, stage="validate")
