"""The provider inside Terraform, whose schemas are known: `terraform_data`, `terraform_remote_state`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.placed import META, Owner, alias
from sparekey.formats.terraform.modules.checks.provisioners import argument_faults
from sparekey.formats.terraform.modules.checks.required import BUILTIN, Requirements
from sparekey.formats.terraform.modules.checks.subjects import Resource
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import constant_text, traversal
from sparekey.formats.terraform.syntax.tree import Block, Body, Tuple
from sparekey.model.span import Span

# Arguments that may be written, then those that only can be read (internal/builtin/providers/terraform).
_SCHEMAS: Mapping[tuple[str, str], tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    ("managed", "terraform_data"): (frozenset({"input", "triggers_replace"}), frozenset({"id", "output"}), frozenset()),
    ("data", "terraform_remote_state"): (
        frozenset({"backend", "config", "defaults", "workspace"}),
        frozenset({"outputs"}),
        frozenset({"backend"}),
    ),
}
_TYPES = {"managed": ("terraform_data",), "data": ("terraform_remote_state",), "ephemeral": ()}
_META_BLOCKS = {
    "managed": frozenset({"lifecycle", "connection", "provisioner", "_", "locals"}),
    "data": frozenset({"lifecycle", "_", "locals"}),
    "ephemeral": frozenset({"lifecycle", "_", "locals"}),
}
_DYNAMIC_META = frozenset({"lifecycle", "connection", "provisioner"})


def builtin_faults(module: Module, required: Requirements) -> Iterator[Fault]:
    """What is wrong with blocks of this provider."""
    for mode, blocks in (("managed", module.resources), ("data", module.data), ("ephemeral", module.ephemerals)):
        for (type_, _), block in blocks.items():
            if mode == "managed":
                yield from argument_faults(block)
            if required.complete and provider(block, type_, required) == BUILTIN:
                yield from _block(mode, type_, block)
            elif mode == "managed":
                yield from _dynamic_meta(block.body)


def builtin_provider_faults(module: Module, required: Requirements, used: Collection[Owner]) -> Iterator[Fault]:
    """Arguments of this provider's configurations: it takes none."""
    for block in module.providers:
        if len(block.labels) != 1 or ("provider", block.labels[0], alias(block) or "") not in used:
            continue
        if required.complete and required.source(block.labels[0]) == BUILTIN:
            for name, attribute in block.body.attributes.items():
                if name not in ("alias", "version") and not (block.body.json and name == "//"):
                    detail = f'An argument named "{name}" is not expected here.'
                    yield refused("Unsupported argument", detail, attribute.name_span, stage="validate")


def provider(block: Block, type_: str, required: Requirements) -> str | None:
    """The source of the provider of a resource block; None where the block does not say it in a way that can be read."""
    attribute = block.body.attributes.get("provider")
    if attribute is None:
        return required.source(type_.partition("_")[0])
    found = traversal(attribute.value)
    if found is not None:
        return required.source(found.root)
    text = constant_text(attribute.value)
    return required.source(text.partition(".")[0]) if text else None


def attribute_faults(required: Requirements, block: Block, found: Resource, at: Span) -> Iterator[Fault]:
    """A reference to an attribute that a resource of this provider does not have."""
    schema = _SCHEMAS.get((found.mode, found.type))
    if schema is None or provider(block, found.type, required) != BUILTIN:
        return
    writable, readable, _ = schema
    first = found.rest[0]
    if not isinstance(first, str):
        yield refused("Invalid index operation", "Only attribute access is allowed here.", at, stage="validate")
    elif first not in writable | readable:
        detail = f'This object has no argument, nested block, or exported attribute named "{first}".'
        yield refused("Unsupported attribute", detail, at, stage="validate")


def _block(mode: str, type_: str, block: Block) -> Iterator[Fault]:
    schema = _SCHEMAS.get((mode, type_))
    if schema is None:
        kind, what = {
            "managed": ("Invalid resource type", "resource type"),
            "data": ("Invalid data source", "data source"),
            "ephemeral": ("Invalid ephemeral resource", "ephemeral resource"),
        }[mode]
        near = difflib.get_close_matches(type_, _TYPES[mode], n=1, cutoff=0.8)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        detail = f'The provider {BUILTIN} does not support {what} "{type_}".{hint}'
        yield refused(kind, detail, block.header, stage="validate")
        return
    writable, readable, needed = schema
    bodies = [block.body, *(inner.body for inner in block.body.blocks if inner.type == "_")]
    for body in bodies:
        for name, attribute in body.attributes.items():
            if name in writable or (body is block.body and name in META) or (body.json and name == "//"):
                continue
            if name in readable:
                summary = f'"{name}" attribute is read-only'
                yield refused(summary, "Its value is decided by the provider.", attribute.name_span, stage="validate")
            else:
                summary = "Extraneous JSON object property" if body.json else "Unsupported argument"
                detail = f'An argument named "{name}" is not expected here.'
                yield refused(summary, detail, attribute.name_span, stage="validate")
        for inner in body.blocks:
            if body is block.body and inner.type in _META_BLOCKS[mode]:
                continue
            type_of = inner.labels[0] if inner.type == "dynamic" and inner.labels else inner.type
            hint = f' Did you mean to define argument "{type_of}"? If so, use the equals sign to assign it a value.'
            detail = f'Blocks of type "{type_of}" are not expected here.{hint if type_of in writable else ""}'
            yield refused("Unsupported block type", detail, inner.header, stage="validate")
    yield from _ignored(block, writable | readable)
    written = {name for body in bodies for name in body.attributes}
    for name in sorted(needed - written):
        if not any(body.problems for body in bodies):
            detail = f'The argument "{name}" is required, but no definition was found.'
            yield refused("Missing required argument", detail, block.header, stage="validate")


def _dynamic_meta(body: Body) -> Iterator[Fault]:
    """Terraform's own blocks cannot be made by `dynamic` in a resource of any provider."""
    for block in body.blocks:
        if block.type == "dynamic" and block.labels and block.labels[0] in _DYNAMIC_META:
            detail = f'Blocks of type "{block.labels[0]}" are not expected here.'
            yield refused("Unsupported block type", detail, block.header, stage="validate")


def _ignored(block: Block, names: frozenset[str]) -> Iterator[Fault]:
    """`ignore_changes` of what is no attribute."""
    for lifecycle in block.body.blocks:
        attribute = lifecycle.body.attributes.get("ignore_changes") if lifecycle.type == "lifecycle" else None
        for item in attribute.value.items if attribute is not None and isinstance(attribute.value, Tuple) else ():
            found = traversal(item)
            name = found.root if found is not None else constant_text(item)
            if name is not None and name != "*" and re.fullmatch(r"\w+", name) and name not in names:
                detail = f'This object has no argument, nested block, or exported attribute named "{name}".'
                yield refused("Unsupported attribute", detail, item.span, stage="validate")
