"""One instance of a module: its variables, locals, outputs, resources and module calls, each computed when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.types import DYNAMIC, NUMBER, STRING
from sparekey.formats.terraform.lang.values import SENSITIVE, EvaluationError, Refinement, Value, Why, made_of, unknown
from sparekey.formats.terraform.modules.addresses import below
from sparekey.formats.terraform.modules.calls import Call
from sparekey.formats.terraform.modules.chances import CERTAIN, Chances
from sparekey.formats.terraform.modules.context import Context
from sparekey.formats.terraform.modules.declared import Variable, flag
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.reasons import why_itself
from sparekey.formats.terraform.modules.references import constant_text
from sparekey.formats.terraform.modules.repetition import SINGLE, Expansion, Repetition, by_count, by_each
from sparekey.formats.terraform.modules.resources import Mode, Resource
from sparekey.formats.terraform.modules.scope import Scope
from sparekey.formats.terraform.modules.work import Node
from sparekey.formats.terraform.syntax.tree import Block, Object, Root
from sparekey.model.span import Span

Given = Callable[[str], tuple[Value | None, Span | None]]


class Space:
    """A module instance."""

    def __init__(
        self,
        context: Context,
        module: Module,
        *,
        given: Given,
        address: str = "",
        depth: int = 0,
        spans: tuple[Span, ...] = (),
        folders: frozenset[Path] = frozenset(),
        caller: tuple[Space | None, Block | None] = (None, None),
        chances: Chances = CERTAIN,
        key: str = "",
    ) -> None:
        """`given` tells the value that a variable is set to (None: not set) and where; `key` is that of the call in Terraform's list."""
        self.context = context
        self.module = module
        self.address = address
        self.depth = depth
        self.caller = caller
        self.folders: frozenset[Path] = folders | {module.folder}
        self.spans = spans
        self.chances = chances
        self.key = key
        self.scope = Scope(self)
        self.path = "." if module.folder == context.root else _relative(module, context)
        self._given = given
        self._versions: dict[str, str] = {}
        self._variables: dict[str, Node[Value]] = {}
        self._locals: dict[str, Node[Value]] = {}
        self._outputs: dict[str, Node[Value]] = {}
        self._calls: dict[str, Call] = {}
        self._resources: dict[tuple[str, str, str], Resource] = {}

    def child(self, folder: Path, *, given: Given, address: str, call: Block, chances: Chances, key: str) -> Space:
        """An instance of a module that this one calls."""
        return Space(
            self.context,
            self.context.module(folder),
            given=given,
            address=address,
            depth=self.depth + 1,
            spans=(*self.spans, call.header),
            caller=(self, call),
            folders=self.folders,
            chances=chances,
            key=key,
        )

    def fault(self, fault: Fault) -> Fault:
        """Note what Terraform would refuse."""
        return self.context.work.fault(fault)

    def _node(self, name: str, compute: Callable[[], Value], at: Span) -> Node[Value]:
        return Node(below(self.address, name), compute, lambda: unknown(DYNAMIC, why_itself(name, at)))

    def variable(self, name: str) -> Value | None:
        """The value of a variable; None if it is not declared."""
        node = self._variables.get(name)
        if node is None:
            declared = self.context.variables(self.module).get(name)
            if declared is None:
                return None
            node = self._node(f"var.{name}", lambda: self._variable(declared), declared.block.header)
            self._variables[name] = node
        return self.context.work.get(node)

    def _variable(self, declared: Variable) -> Value:
        anything = Why(f"var.{declared.name} may be anything", at=declared.block.header)
        if self.context.validating and self.depth == 0:
            return declared.unknown(unknown(declared.constraint.type, anything))
        given, at = self._given(declared.name)
        value, fault = declared.accept(given, at)
        if fault is not None:
            self.fault(fault)
        return declared.unknown(unknown(declared.constraint.type, anything)) if self.context.validating else value

    def local(self, name: str) -> Value | None:
        """The value of a local; None if it is not declared."""
        node = self._locals.get(name)
        if node is None:
            attribute = self.module.locals.get(name)
            if attribute is None:
                return None
            node = self._node(f"local.{name}", lambda: self.scope.value(attribute.value), attribute.name_span)
            self._locals[name] = node
        return self.context.work.get(node)

    def output(self, name: str) -> Value | None:
        """The value of an output; None if it is not declared."""
        block = self.module.outputs.get(name)
        return None if block is None else self._declared_output(name, block)

    def outputs(self) -> dict[str, Value]:
        """The values of all outputs."""
        return {name: self._declared_output(name, block) for name, block in self.module.outputs.items()}

    def _declared_output(self, name: str, block: Block) -> Value:
        node = self._outputs.get(name)
        if node is None:
            node = self._outputs[name] = self._node(f"output.{name}", lambda: self._output(block), block.header)
        return self.context.work.get(node)

    def _output(self, block: Block) -> Value:
        attribute = block.body.attributes.get("value")
        if attribute is None:
            return unknown(DYNAMIC, Why(f"output {block.labels[0]} has no value", at=block.header))
        value = self.scope.value(attribute.value)
        return value.marked([SENSITIVE]) if flag(block.body.attributes.get("sensitive"), otherwise=False) else value

    def call(self, name: str) -> Call | None:
        """A module call; None if it is not declared."""
        block = self.module.calls.get(name)
        return None if block is None else self._declared_call(name, block)

    def calls(self) -> Iterator[Call]:
        """Its module calls as written."""
        for name, block in self.module.calls.items():
            yield self._declared_call(name, block)

    def _declared_call(self, name: str, block: Block) -> Call:
        found = self._calls.get(name)
        if found is None:
            found = self._calls[name] = Call(self, name, block)
        return found

    def resource(self, mode: Mode, type_: str, name: str) -> Resource | None:
        """A resource ("managed") or data source ("data"); None if it is not declared."""
        block = (self.module.data if mode == "data" else self.module.resources).get((type_, name))
        return None if block is None else self._declared_resource(mode, type_, name, block)

    def resources(self, types: Collection[str] | None = None) -> Iterator[Resource]:
        """Its resources and data sources of these types (None: all), as written."""
        declared: list[tuple[Mode, str, str, Block]] = []
        declared += [("managed", *key, block) for key, block in self.module.resources.items() if types is None or key[0] in types]
        declared += [("data", *key, block) for key, block in self.module.data.items() if types is None or key[0] in types]
        files = {file.name: place for place, file in enumerate(self.module.files)}
        for one in sorted(declared, key=lambda one: _place(one[3], files)):
            yield self._declared_resource(*one)

    def _declared_resource(self, mode: Mode, type_: str, name: str, block: Block) -> Resource:
        found = self._resources.get((mode, type_, name))
        if found is None:
            found = self._resources[mode, type_, name] = Resource(self, mode, type_, name, block)
        return found

    def expand(self, block: Block) -> Expansion:
        """Which instances a block has."""
        attributes = block.body.attributes
        count = attributes.get("count")
        written = attributes.get("for_each") if count is None else count
        if written is None:
            return SINGLE
        value = self.scope.value(written.value)
        room = self.context.room_for_modules if block.type == "module" else self.context.room
        at = Fault(summary=f"Invalid {written.name} argument", at=written.value.span)
        if count is not None:
            try:
                value = convert(value, NUMBER)
            except EvaluationError as error:
                detail = f"a number is required: {error.detail or error.summary}"
                at = self.fault(Fault(summary="Incorrect value type", detail=detail, at=written.value.span))
                value = unknown(NUMBER, Why(detail, at=written.value.span))
            expansion = by_count(value, at, room)
        else:
            expansion = by_each(value, at, room)
        if expansion.fault is not None:
            self.fault(expansion.fault)
        if self.context.validating:
            return _anything(expansion.by if expansion.mode == "unknown" else "count" if count is not None else "each", value)
        if expansion.mode == "unknown" and expansion.fault is None:
            self._not_known(at)
        return expansion

    def _not_known(self, at: Fault) -> None:
        """Terraform refuses a count that only an apply decides; where anything else may be missing, that is not known here."""
        nothing_else = all(fault.severity == "warning" for fault in self.context.work.faults)
        if nothing_else and self.context.complete and self.context.only_builtin():
            detail = "The value depends on resource attributes that cannot be determined until apply."
            self.fault(Fault(summary=at.summary, detail=detail, at=at.at))

    def provider_versions(self, local_name: str) -> str:
        """The version constraint that the module has for a provider, and the root's where that is another."""
        found = self._versions.get(local_name)
        if found is None:
            own = _required(self.module, local_name)
            root = _required(self.context.module(self.context.root), local_name)
            found = self._versions[local_name] = ", ".join(dict.fromkeys(part for part in (own, root) if part))
        return found


def _anything(by: str, value: Value) -> Expansion:
    nothing = Why("any instance")
    if by == "count":
        stand_in = Repetition(index=made_of(NUMBER, [], refinement=Refinement(not_null=True, least=(0, True))))
    else:
        stand_in = Repetition(unknown(STRING, nothing, not_null=True), unknown(DYNAMIC, nothing))
    return Expansion(mode="unknown", by="count" if by == "count" else "each", stand_in=stand_in, why=nothing, value=value)


def _place(block: Block, files: dict[str, int]) -> tuple[int, int, int]:
    span = block.span
    return files.get(span.file, len(files)), span.start_line, span.start_column


def _relative(module: Module, context: Context) -> str:
    """`path.module`: the module's folder, from the root's."""
    return os.path.relpath(module.folder, context.root).replace(os.sep, "/")


def _required(module: Module, local_name: str) -> str:
    """The version that `required_providers` asks for."""
    for block in module.terraform:
        for inner in block.body.blocks:
            if inner.type != "required_providers" or local_name not in inner.body.attributes:
                continue
            value = inner.body.attributes[local_name].value
            if not isinstance(value, Object):
                return constant_text(value) or ""
            for key, item in value.items:
                name = key.name if isinstance(key, Root) else constant_text(key)
                if name == "version":
                    return constant_text(item) or ""
    return ""
