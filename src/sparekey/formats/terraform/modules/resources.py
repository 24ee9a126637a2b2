"""A resource or data source, its instances, and what a reference to it sees before the apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING
from sparekey.formats.terraform.lang.values import (
    EPHEMERAL,
    EvaluationError,
    Source,
    Unknown,
    Value,
    Why,
    all_marks,
    object_of,
    tuple_of,
    unknown,
)
from sparekey.formats.terraform.modules import builtin
from sparekey.formats.terraform.modules.addresses import Key, below, keyed
from sparekey.formats.terraform.modules.attributes import Attributes
from sparekey.formats.terraform.modules.bodies import evaluate_body
from sparekey.formats.terraform.modules.calls import POSSIBLE
from sparekey.formats.terraform.modules.chances import Chances
from sparekey.formats.terraform.modules.declared import flag
from sparekey.formats.terraform.modules.dependence import deferred
from sparekey.formats.terraform.modules.evaluated import EvaluatedBody, Fault, Instance
from sparekey.formats.terraform.modules.later import perhaps
from sparekey.formats.terraform.modules.lifecycle import differs, ignored_changes, kept, triggers
from sparekey.formats.terraform.modules.load import blocks_of
from sparekey.formats.terraform.modules.reasons import why_itself
from sparekey.formats.terraform.modules.repetition import Expansion, Repetition
from sparekey.formats.terraform.modules.scope import Scope
from sparekey.formats.terraform.modules.state import Prior, untyped
from sparekey.formats.terraform.modules.work import Node
from sparekey.formats.terraform.syntax.tree import Attr, Block, Expression, Index, Root

if TYPE_CHECKING:
    from sparekey.formats.terraform.modules.space import Space

Mode = Literal["managed", "data"]


class Resource:
    """A resource or data block in one module instance."""

    def __init__(self, space: Space, mode: Mode, type_: str, name: str, block: Block) -> None:
        """Nothing is evaluated yet."""
        self.space = space
        self.mode: Mode = mode
        self.type = type_
        self.name = name
        self.block = block
        self.address = below(space.address, f"{'data.' if mode == 'data' else ''}{type_}.{name}")
        self._instances: dict[Key, ResourceInstance] = {}
        self._expansion: Node[Expansion] = Node(f"{self.address} (expand)", self._expand, self._no_expansion)
        self._value: Node[Value] = Node(self.address, self._whole, self._nothing, wide=True)

    @property
    def builtin(self) -> bool:
        """Whether its provider is the one that is built into Terraform."""
        return self.type in (builtin.KNOWN_DATA if self.mode == "data" else builtin.KNOWN_RESOURCES)

    @property
    def in_check(self) -> bool:
        """Whether it is the data source of a `check` block, whose failures only warn."""
        return any(self.block is inner for check in self.space.module.checks.values() for inner in check.body.blocks)

    def _no_expansion(self) -> Expansion:
        return Expansion(mode="unknown", why=why_itself(self.address, self.block.header))

    def _nothing(self) -> Value:
        return unknown(DYNAMIC, why_itself(self.address, self.block.header))

    def expansion(self) -> Expansion:
        """Which instances it has."""
        return self.space.context.work.get(self._expansion)

    def _expand(self) -> Expansion:
        return self.space.expand(self.block)

    def instances(self) -> Mapping[Key, ResourceInstance]:
        """Its instances by key; where the keys are not known, the one that stands for all."""
        expansion = self.expansion()
        if expansion.mode == "unknown":
            return {None: self._instance(None, expansion.stand_in, expansion)}
        return {key: self._instance(key, repetition, expansion) for key, repetition in expansion.instances.items()}

    def instance(self, key: Key) -> ResourceInstance | None:
        """The instance of a key that a plan knows, whether or not the source does."""
        expansion = self.expansion()
        if expansion.mode != "unknown":
            repetition = expansion.instances.get(key)
            return None if repetition is None else self._instance(key, repetition, expansion)
        return self._instance(key, expansion.assumed(key), expansion)

    def _instance(self, key: Key, repetition: Repetition, expansion: Expansion) -> ResourceInstance:
        found = self._instances.get(key)
        if found is None:
            found = self._instances[key] = ResourceInstance(self, key, repetition, expansion)
        return found

    def value(self) -> Value:
        """What a reference to it sees."""
        return self.space.context.work.get(self._value)

    def _whole(self) -> Value:
        if self.space.context.validating:
            return unknown(DYNAMIC, Why(f"{self.address} may be anything", at=self.block.header))
        expansion, instances = self.expansion(), self.instances()
        if expansion.mode == "single":
            return instances[None].value()
        if expansion.mode == "count":
            return tuple_of([instance.value() for instance in instances.values()])
        if expansion.mode == "each":
            return object_of({str(key): instance.value() for key, instance in instances.items()})
        why = expansion.why or Why(f"the instances of {self.address} are not known", at=self.block.header)
        sample = instances[None].value()
        sole = expansion.most == 1
        source = Source(instances[None].address, "")

        def member(step: str | int) -> Value:
            del step
            found = perhaps(sample, why)
            return found if sole else _not_exactly(found)

        whole = Unknown(
            why=why, among=frozenset({source}), beyond=why.reason if expansion.fault is not None else "", members=member
        )
        return Value(DYNAMIC, whole)


def _not_exactly(value: Value) -> Value:
    """One of several: what a stand-in's attribute is, is not exactly what one instance's is."""
    content = value.content
    if not isinstance(content, Unknown):
        return value
    among = content.among | ({content.is_} if content.is_ is not None else frozenset())
    members = content.members
    changed = replace(
        content, is_=None, among=among, members=None if members is None else lambda step: _not_exactly(members(step))
    )
    return Value(value.type, changed, value.marks)


class ResourceInstance:
    """One instance, or the one that stands for all where their keys are not known."""

    def __init__(self, resource: Resource, key: Key, repetition: Repetition, expansion: Expansion) -> None:
        """Nothing is evaluated yet."""
        self.resource = resource
        self.key = key
        space = resource.space
        self.chances = space.chances
        self.address = keyed(resource.address, key)
        if expansion.mode == "unknown" and key is None and not space.context.validating:
            self.chances = Chances(expansion.least, expansion.most, expansion.why).within(space.chances)
            self.address += POSSIBLE
        self.scope = Scope(space, repetition, self_value=self.value)
        self._fault = expansion.fault
        self._body: EvaluatedBody | None = None
        self._planned: builtin.Planned | None = None
        self._value: Node[Value] = Node(self.address, self._compute, self._nothing)

    def _nothing(self) -> Value:
        return unknown(DYNAMIC, why_itself(self.address, self.resource.block.header))

    @property
    def prior(self) -> Prior | None:
        """What exists of it already."""
        return self.resource.space.context.state.get(self.address)

    def body(self) -> EvaluatedBody:
        """Its body, evaluated."""
        if self._body is None:
            self._body = evaluate_body(self.resource.block, self.scope)
            if self.resource.builtin:
                self._refuse_ephemeral(self._body)
        return self._body

    def _refuse_ephemeral(self, body: EvaluatedBody) -> None:
        for name, argument in body.arguments.items():
            if EPHEMERAL in all_marks(argument.value):
                detail = f'Ephemeral values are not valid for "{name}", because it is not a write-only attribute.'
                at = argument.written.value.span
                self.resource.space.fault(Fault(summary="Invalid use of ephemeral value", detail=detail, at=at))

    def value(self) -> Value:
        """What a reference to it sees."""
        return self.resource.space.context.work.get(self._value)

    def planned(self) -> builtin.Planned | None:
        """What Terraform plans for it, where its provider is the built-in one."""
        self.value()
        return self._planned

    def _compute(self) -> Value:
        resource = self.resource
        if resource.builtin and not resource.space.context.validating:
            self._planned = self._plan() if resource.mode == "managed" else builtin.Planned(self._read(), ("read",))
            return self._planned.value
        return Attributes(self.address, resource.block, resource.mode, self.scope, resource.space.context.work).value()

    def _arguments(self) -> dict[str, Value]:
        return {name: argument.value for name, argument in self.body().arguments.items()}

    def _plan(self) -> builtin.Planned:
        block, prior = self.resource.block, self.prior
        arguments = self._arguments()
        if prior is None:
            return builtin.plan_new(self.address, arguments, block.header)
        before = builtin.attributes_of(prior)
        ignoring = kept(ignored_changes(block), arguments, {name: before[name] for name in ("input", "triggers_replace")})
        create_first = any(
            flag(inner.body.attributes.get("create_before_destroy"), otherwise=False)
            for inner in blocks_of(block.body, "lifecycle")
        )
        asked = self.address in self.resource.space.context.replacing or self._triggered()
        if asked or builtin.replaces(ignoring, prior):
            # A new object has nothing that could be left as it was.
            return builtin.plan_replacement(self.address, arguments, block.header, create_first=create_first)
        return builtin.plan_existing(self.address, ignoring, prior, block.header)

    def _triggered(self) -> bool:
        """Whether `replace_triggered_by` replaces it."""
        return any(self._changed(trigger) for trigger in triggers(self.resource.block))

    def _changed(self, trigger: Expression) -> bool:
        chain: list[str | int] = []
        at = trigger
        while isinstance(at, (Attr, Index)):
            if isinstance(at, Attr):
                chain.append(at.name)
            else:
                key = self.scope.value(at.key).content
                if isinstance(key, bool) or not isinstance(key, (str, int)):
                    return False
                chain.append(key)
            at = at.of
        if not isinstance(at, Root) or not chain:
            return False
        chain.reverse()
        type_, name, *rest = [at.name, *chain] if at.name != "resource" else chain
        resource = self.resource.space.resource("managed", str(type_), str(name))
        if resource is None:
            return False
        expansion = resource.expansion()
        if not rest:
            return any(instance.changes() for instance in resource.instances().values())
        target = resource.instance(rest.pop(0) if expansion.mode in ("count", "each") else None)
        if target is None or not target.changes():
            return False
        return not rest or (target.prior is not None and differs(builtin.attributes_of(target.prior), target.value(), rest))

    def changes(self) -> bool:
        """Whether an existing object is updated or replaced."""
        planned = self.planned()
        return planned is not None and planned.actions in (("update",), ("delete", "create"), ("create", "delete"))

    def _read(self) -> Value:
        context = self.resource.space.context
        arguments = self._arguments()
        for name in ("backend", "workspace"):
            if name in arguments:
                try:
                    arguments[name] = convert(arguments[name], STRING)
                except EvaluationError:
                    arguments[name] = unknown(STRING, Why(f"{name} is no string", at=self.resource.block.header))
        reader = builtin.StateReader(
            root=context.root,
            scan_root=context.scan_root,
            fault=self.resource.space.fault,
            severity="warning" if self.resource.in_check else "error",
        )
        return reader.read(self.address, arguments, self.resource.block.header, deferred=deferred(self.resource))

    def instance(self) -> Instance:
        """The instance as it is handed out."""
        resource = self.resource
        prior = self.prior
        before = None if prior is None else {name: untyped(item) for name, item in prior.attributes.items()}
        return Instance(
            address=self.address,
            mode=resource.mode,
            type=resource.type,
            name=resource.name,
            key=self.key,
            module=resource.space.address,
            block=resource.block,
            calls=resource.space.spans,
            least=self.chances.least,
            most=self.chances.most,
            possible=self.chances.why,
            error=self._fault,
            before=before,
            evaluate=self.body,
            provider_versions=resource.space.provider_versions(provider_name(resource.block, resource.type)),
        )


def provider_name(block: Block, type_: str) -> str:
    """The local name of the provider of a resource."""
    attribute = block.body.attributes.get("provider")
    if attribute is not None:
        value = attribute.value
        while not isinstance(value, Root) and hasattr(value, "of"):
            value = value.of
        if isinstance(value, Root):
            return value.name
    return type_.partition("_")[0]
