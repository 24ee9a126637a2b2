"""The blocks that Terraform itself defines: which arguments and nested blocks they have, and what else is refused in them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.syntax.tree import Block, Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What a body may hold.

    `partial`: what is not named here belongs to a provider or a module, and nothing is said of it. `only_arguments`: any argument
    and no block at all. `labels` are the names of a block's labels, as Terraform's messages have them.
    """

    labels: tuple[str, ...] = ()
    arguments: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    blocks: Mapping[str, Schema] = field(default_factory=dict)
    partial: bool = False
    only_arguments: bool = False


def _schema(
    *labels: str, arguments: str = "", required: str = "", blocks: Mapping[str, Schema] | None = None, partial: bool = False
) -> Schema:
    needed = frozenset(required.split())
    return Schema(
        labels=labels,
        arguments=frozenset(arguments.split()) | needed,
        required=needed,
        blocks=blocks or {},
        partial=partial,
    )


_ANYTHING = _schema(partial=True)
_ONLY_ARGUMENTS = Schema(only_arguments=True)
_RULE = _schema(required="condition error_message")
_CONDITIONS = {"precondition": _RULE, "postcondition": _RULE}
_LIFECYCLE = _schema(arguments="create_before_destroy prevent_destroy ignore_changes replace_triggered_by", blocks=_CONDITIONS)
_PROVISIONER = _schema("type", arguments="when on_failure", blocks={"connection": _ANYTHING, "_": _ANYTHING}, partial=True)
_META = "count for_each provider depends_on"
_READ = _schema("type", "name", arguments=_META, blocks={"lifecycle": _LIFECYCLE, "_": _ANYTHING}, partial=True)

TOP: Mapping[str, Schema] = {
    "terraform": _schema(
        arguments="required_version experiments language",
        blocks={
            "backend": _schema("type", partial=True),
            "cloud": _ANYTHING,
            "required_providers": _ONLY_ARGUMENTS,
            "provider_meta": _schema("provider", partial=True),
        },
    ),
    "required_providers": _ANYTHING,
    "provider": _schema("name", arguments="alias version", blocks={"_": _ANYTHING}, partial=True),
    "variable": _schema("name", arguments="description default type sensitive ephemeral nullable", blocks={"validation": _RULE}),
    "locals": _ONLY_ARGUMENTS,
    "output": _schema("name", arguments="description depends_on sensitive ephemeral", required="value", blocks=_CONDITIONS),
    "module": _schema(
        "name",
        arguments="version count for_each depends_on providers",
        required="source",
        blocks={"_": _ANYTHING},
        partial=True,
    ),
    "resource": _schema(
        "type",
        "name",
        arguments=_META,
        blocks={"lifecycle": _LIFECYCLE, "connection": _ANYTHING, "provisioner": _PROVISIONER, "_": _ANYTHING},
        partial=True,
    ),
    "data": _READ,
    "ephemeral": _READ,
    "moved": _schema(required="from to"),
    "removed": _schema(
        required="from",
        blocks={"lifecycle": _schema(arguments="destroy"), "connection": _ANYTHING, "provisioner": _PROVISIONER},
    ),
    "import": _schema(arguments="provider for_each", required="id to"),
    "check": _schema("name", blocks={"data": _READ, "assert": _RULE}),
}
"""Terraform 1.11's own block types at the top of a file (internal/configs)."""

_FILE = Schema(blocks=TOP)
_RESERVED = {
    "resource": ("locals",),
    "data": ("locals",),
    "ephemeral": ("locals",),
    "module": ("lifecycle", "locals", "provider"),
    "provider": ("lifecycle", "locals"),
    "provisioner": ("lifecycle",),
}


def file_faults(body: Body, *, override: bool) -> Iterator[Fault]:
    """What is refused in a file because of the names and labels of arguments and blocks, at any depth."""
    yield from _body(body, _FILE, None, override=override)


def label_faults(block: Block, schema: Schema) -> Iterator[Fault]:
    """Too few or too many labels."""
    expected = schema.labels
    if len(block.labels) > len(expected):
        detail = (
            f"Only {len(expected)} labels ({', '.join(expected)}) are expected for {block.type} blocks."
            if expected
            else f"No labels are expected for {block.type} blocks."
        )
        yield refused(f"Extraneous label for {block.type}", detail, block.header)
    elif len(block.labels) < len(expected):
        detail = f"All {block.type} blocks must have {len(expected)} labels ({', '.join(expected)})."
        yield refused(f"Missing {expected[len(block.labels)]} for {block.type}", detail, block.header)


def _body(body: Body, schema: Schema, owner: Block | None, *, override: bool) -> Iterator[Fault]:
    if not schema.partial:
        yield from _unexpected_arguments(body, schema)
    reserved = _RESERVED.get(owner.type, ()) if owner is not None else ()
    for block in body.blocks:
        inner = schema.blocks.get(block.type)
        if inner is not None:
            mismatch = list(label_faults(block, inner))
            yield from mismatch
            if not mismatch:
                yield from _body(block.body, inner, block, override=override)
        elif owner is not None and block.type in reserved:
            yield refused(
                f"Reserved block type name in {owner.type} block",
                f'The block type name "{block.type}" is reserved for use by Terraform in a future version.',
                block.header,
            )
        elif not schema.partial:
            yield _unexpected_block(block, schema)
    if owner is not None and not (override and owner.type in ("output", "module")) and not body.problems:
        for name in sorted(schema.required - body.attributes.keys()):
            yield refused(
                "Missing required argument", f'The argument "{name}" is required, but no definition was found.', owner.header
            )
    for attribute in body.repeated:
        first = body.attributes.get(attribute.name)
        where = f" at {first.name_span.file}:{first.name_span.start_line}" if first is not None else ""
        yield refused(
            "Attribute redefined",
            f'The argument "{attribute.name}" was already set{where}. Each argument may be set only once.',
            attribute.name_span,
        )


def _unexpected_arguments(body: Body, schema: Schema) -> Iterator[Fault]:
    for name, attribute in body.attributes.items():
        if schema.only_arguments or name in schema.arguments or (body.json and name == "//"):
            continue
        if body.json:
            yield refused("Extraneous JSON object property", f'No argument or block type is named "{name}".', attribute.name_span)
            continue
        hint = ""
        if name in schema.blocks:
            hint = f' Did you mean to define a block of type "{name}"?'
        elif near := difflib.get_close_matches(name, schema.arguments, n=1):
            hint = f' Did you mean "{near[0]}"?'
        yield refused("Unsupported argument", f'An argument named "{name}" is not expected here.{hint}', attribute.name_span)


def _unexpected_block(block: Block, schema: Schema) -> Fault:
    if schema.only_arguments:
        return refused(f'Unexpected "{block.type}" block', "Blocks are not allowed here.", block.header)
    hint = ""
    if block.type in schema.arguments:
        hint = f' Did you mean to define argument "{block.type}"? If so, use the equals sign to assign it a value.'
    elif near := difflib.get_close_matches(block.type, schema.blocks, n=1):
        hint = f' Did you mean "{near[0]}"?'
    return refused("Unsupported block type", f'Blocks of type "{block.type}" are not expected here.{hint}', block.header)
