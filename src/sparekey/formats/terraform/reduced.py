"""A configuration in which only the resources of some types have bodies: what no identity resource touches is not even converted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sparekey.formats.terraform.modules.checks import Configuration
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.syntax.tree import Block, Body, File
from sparekey.model.span import Span

_RESOURCES = ("resource", "data", "ephemeral")
_REQUIRING = frozenset({"terraform_remote_state"})
"""Types of Terraform's own provider that have required arguments: an empty body would seem to lack them."""


@dataclass(slots=True)
class Header:
    """A block of which only the header is looked at."""

    of: Block
    _body: Body | None = None

    @property
    def type(self) -> str:
        """Its type."""
        return self.of.type

    @property
    def labels(self) -> tuple[str, ...]:
        """Its labels."""
        return self.of.labels

    @property
    def header(self) -> Span:
        """Where its header stands."""
        return self.of.header

    @property
    def span(self) -> Span:
        """Where all of it stands."""
        return self.of.span

    @property
    def body(self) -> Body:
        """An empty body."""
        if self._body is None:
            self._body = Body(span=self.of.span, attributes={}, blocks=())
        return self._body


def reduced(root: Configuration, types: Collection[str]) -> Configuration:
    """The configuration with empty bodies for all resources and data sources of other types than these.

    Whoever refers to one of them still sees how it is declared (whether it has `count`), so that its body is read then.
    """
    modules: dict[int, Module] = {}
    made: dict[tuple[str, ...], Configuration] = {}
    types = {*types, *_REQUIRING}
    for here in root.walk():
        if id(here.module) not in modules:
            modules[id(here.module)] = _module(here.module, types)
        made[here.path] = here.with_module(modules[id(here.module)])
    for path, here in made.items():
        here.calls = {name: made.get((*path, name)) for name in here.module.calls}
    return made[()]


def _module(module: Module, types: Collection[str]) -> Module:
    return replace(
        module,
        files=_files(module.files, types),
        override_files=_files(module.override_files, types),
        blocks=_blocks(module.blocks, types),
        override_blocks=_blocks(module.override_blocks, types),
        resources=_named(module.resources, types),
        data=_named(module.data, types),
        ephemerals=_named(module.ephemerals, types),
    )


def _files(files: Sequence[File], types: Collection[str]) -> tuple[File, ...]:
    return tuple(replace(file, body=replace(file.body, blocks=_blocks(file.body.blocks, types))) for file in files)


def _blocks(blocks: Sequence[Block], types: Collection[str]) -> list[Block]:
    return [_block(block, types) for block in blocks]


def _named(blocks: Mapping[tuple[str, str], Block], types: Collection[str]) -> dict[tuple[str, str], Block]:
    return {labels: block if labels[0] in types else Header(block) for labels, block in blocks.items()}


def _block(block: Block, types: Collection[str]) -> Block:
    looked_at = block.type not in _RESOURCES or (bool(block.labels) and block.labels[0] in types)
    return block if looked_at else Header(block)
