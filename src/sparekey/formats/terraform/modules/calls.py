"""A `module` block: where its module is, which instances it has, and what a reference to it sees."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sparekey.formats.terraform.lang.types import DYNAMIC
from sparekey.formats.terraform.lang.values import Unknown, Value, Why, object_of, sources, tuple_of, unknown
from sparekey.formats.terraform.modules.addresses import Key, below, keyed
from sparekey.formats.terraform.modules.chances import Chances
from sparekey.formats.terraform.modules.later import perhaps
from sparekey.formats.terraform.modules.reasons import why_itself, why_no_module
from sparekey.formats.terraform.modules.repetition import Expansion, Repetition
from sparekey.formats.terraform.modules.scope import Evaluate, Scope, Steps
from sparekey.formats.terraform.modules.sources import Caller, Source, find_source, too_many_modules
from sparekey.formats.terraform.modules.work import Node
from sparekey.formats.terraform.syntax.tree import Attr, Block, Index
from sparekey.model.span import Span

if TYPE_CHECKING:
    from sparekey.formats.terraform.modules.space import Space

NOT_ARGUMENTS = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})
POSSIBLE = "[*]"
"""What stands in an address for a key that is not known."""


class Call:
    """A module call in one module instance."""

    def __init__(self, space: Space, name: str, block: Block) -> None:
        """Nothing is read or evaluated yet."""
        self.space = space
        self.name = name
        self.block = block
        self.address = below(space.address, f"module.{name}")
        self.key = f"{space.key}.{name}" if space.key else name
        self._source: Source | None = None
        self._children: dict[Key, Space] = {}
        why = why_itself(self.address, block.header)
        self._expansion: Node[Expansion] = Node(self.address, self._expand, lambda: Expansion(mode="unknown", why=why))
        self._value: Node[Value] = Node(f"{self.address} (whole)", self._whole, lambda: unknown(DYNAMIC, why), wide=True)

    @property
    def source(self) -> Source:
        """Where its module is."""
        if self._source is None:
            space = self.space
            context = space.context
            caller = Caller(
                folder=space.module.folder,
                scan_root=context.scan_root,
                installed=context.installed,
                key=self.key,
                folders=space.folders,
            )
            self._source = find_source(self.block, caller)
            if not context.allow_module():
                self._source = too_many_modules(self._source.text, self.block)
            if self._source.fault is not None:
                space.fault(self._source.fault)
        return self._source

    def expansion(self) -> Expansion:
        """Which instances it has."""
        return self.space.context.work.get(self._expansion)

    def _expand(self) -> Expansion:
        return self.space.expand(self.block)

    def children(self) -> Mapping[Key, Space]:
        """The module instances by key; where the keys are not known, the one that stands for all. None of a module not on disk."""
        folder = self.source.folder
        if folder is None:
            return {}
        expansion = self.expansion()
        if expansion.mode == "unknown":
            return {None: self._child(folder, None, expansion.stand_in)}
        return {key: self._child(folder, key, repetition) for key, repetition in expansion.instances.items()}

    def child(self, key: Key) -> Space | None:
        """The module instance of a key that a plan knows, whether or not the source does."""
        folder = self.source.folder
        if folder is None:
            return None
        expansion = self.expansion()
        if expansion.mode != "unknown":
            repetition = expansion.instances.get(key)
            return None if repetition is None else self._child(folder, key, repetition)
        return self._child(folder, key, expansion.assumed(key))

    def _child(self, folder: Path, key: Key, repetition: Repetition) -> Space:
        found = self._children.get(key)
        if found is not None:
            return found
        space, expansion = self.space, self.expansion()
        chances = space.chances
        address = keyed(self.address, key)
        if expansion.mode == "unknown" and key is None and not space.context.validating:
            chances = Chances(expansion.least, expansion.most, expansion.why).within(chances)
            address += POSSIBLE
        scope = Scope(space, repetition)

        def given(variable: str) -> tuple[Value | None, Span | None]:
            attribute = self.block.body.attributes.get(variable)
            if attribute is None or variable in NOT_ARGUMENTS:
                return None, None
            return scope.value(attribute.value), attribute.value.span

        child = space.child(folder, given=given, address=address, call=self.block, chances=chances, key=self.key)
        self._children[key] = child
        return child

    def check_arguments(self) -> None:
        """Evaluate every argument, so that its faults are noted even where the module does not look at it."""
        for child in self.children().values():
            for variable in child.module.variables:
                child.variable(variable)

    def reference(self, steps: Steps, evaluate: Evaluate) -> tuple[Value, int]:
        """What `module.name` and the steps after it are: one output where the steps name one, so that others are left alone."""
        if self.source.folder is None:
            return unknown(DYNAMIC, why_no_module(self.source.text, self.block.header)), 1
        expansion = self.expansion()
        if expansion.mode == "single":
            return self._output(None, steps, 1)
        if expansion.mode != "unknown" and len(steps) > 2 and isinstance(steps[1], Index) and isinstance(steps[2], Attr):
            key = evaluate(steps[1].key)
            if isinstance(key.content, (str, int)) and not key.marks and key.content in expansion.instances:
                return self._output(key.content, steps, 2)
        return self.value(), 1

    def _output(self, key: Key, steps: Steps, place: int) -> tuple[Value, int]:
        child = self.children()[key]
        if len(steps) > place:
            step = steps[place]
            value = child.output(step.name) if isinstance(step, Attr) else None
            if value is not None:
                return value, place + 1
        return (self.value(), 1) if place == 1 else (self._outputs(child), place)

    def value(self) -> Value:
        """The call as a whole: an object of outputs, or a tuple or an object of such."""
        return self.space.context.work.get(self._value)

    def _whole(self) -> Value:
        if self.source.folder is None:
            return unknown(DYNAMIC, why_no_module(self.source.text, self.block.header))
        expansion, children = self.expansion(), self.children()
        if expansion.mode == "single":
            return self._outputs(children[None])
        if expansion.mode == "count":
            return tuple_of([self._outputs(child) for child in children.values()])
        if expansion.mode == "each":
            return object_of({str(key): self._outputs(child) for key, child in children.items()})
        why = expansion.why or Why(f"the instances of {self.address} are not known", at=self.block.header)
        stand_in = children[None]
        sample = perhaps(self._outputs(stand_in), why)
        among, beyond, _ = sources(sample)

        def member(step: str | int) -> Value:
            del step
            return Value(DYNAMIC, sample.content)

        return Value(DYNAMIC, Unknown(why=why, among=among, beyond=beyond or why.reason, members=member))

    def _outputs(self, child: Space) -> Value:
        return object_of(child.outputs())
