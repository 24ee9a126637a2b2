"""What the checks look at: a module with the modules that it calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.syntax.tree import Block
from sparekey.model.span import Span

Stage = Literal["load", "validate", "plan"]


@dataclass(slots=True)
class Configuration:
    """A module as called: `path` are the names of the calls that lead to it (empty: the root module).

    `calls` gives for the calls of the module what they call; a call whose source could not be read is missing there or None.
    """

    module: Module
    calls: Mapping[str, Configuration | None] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    _declared: Declared | None = field(default=None, repr=False)

    @property
    def declared(self) -> Declared:
        """What the module declares."""
        if self._declared is None:
            self._declared = Declared(self.module)
        return self._declared

    def with_module(self, module: Module) -> Configuration:
        """The same call with another reading of its module, that calls nothing yet. What is declared stays what it was."""
        return Configuration(module, {}, self.path, self.declared)

    @property
    def title(self) -> str:
        """How Terraform names the module in messages."""
        return ".".join(f"module.{name}" for name in self.path) if self.path else "the root module"

    def walk(self, limit: int = 2_000) -> Iterator[Configuration]:
        """This and every module below it, callers first; no more than `limit` of them, since calls can multiply without end."""
        stack = [self]
        for _ in range(limit):
            if not stack:
                return
            here = stack.pop()
            yield here
            stack.extend(below for name in sorted(here.calls, reverse=True) if (below := here.calls[name]) is not None)


@dataclass(frozen=True)
class Declared:
    """What a module declares, beyond `Module` itself, worked out once."""

    module: Module

    @cached_property
    def scoped_data(self) -> Mapping[tuple[str, str], str]:
        """The data sources that stand in `check` blocks, and the check of each."""
        found: dict[tuple[str, str], str] = {}
        outside = {block.labels for block in self.module.blocks if block.type == "data"}
        for name, check in self.module.checks.items():
            for inner in check.body.blocks:
                if inner.type == "data" and len(inner.labels) == 2 and inner.labels not in outside:
                    found.setdefault((inner.labels[0], inner.labels[1]), name)
        return found

    def resource(self, mode: str, type_: str, name: str) -> Block | None:
        """The block that declares a resource, if the module has it."""
        module = self.module
        if mode == "managed":
            return module.resources.get((type_, name))
        if mode == "ephemeral":
            return module.ephemerals.get((type_, name))
        found = module.data.get((type_, name))
        if found is not None:
            return found
        check = self.scoped_data.get((type_, name))
        if check is None:
            return None
        return next(b for b in module.checks[check].body.blocks if b.type == "data" and b.labels == (type_, name))

    @cached_property
    def complete(self) -> bool:
        """Whether everything declared here could be read, so that what is not found is not there."""
        module = self.module
        if any(not fault.certain for fault in module.faults):
            return False
        files = (*module.files, *module.override_files)
        if any(file.body.problems for file in files):
            return False
        return not any(block.body.problems for block in module.blocks if block.type in ("locals", "check"))


def refused(summary: str, detail: str = "", at: Span | None = None, *, stage: Stage = "load") -> Fault:
    """What Terraform refuses."""
    return Fault(summary=summary, detail=detail, at=at, stage=stage)
