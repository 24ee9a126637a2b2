"""Rules of single blocks, as Terraform has them when it loads a module (internal/configs)."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.terraform.modules.checks.addresses import import_rules, moved_rules, removed_rules
from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.meta import (
    condition_faults,
    dependency_faults,
    provider_argument_faults,
    repeated_faults,
    repetition_faults,
)
from sparekey.formats.terraform.modules.checks.provisioners import destruction_faults, provisioner_faults
from sparekey.formats.terraform.modules.checks.settings import (
    module_rules,
    provider_rules,
    required_providers_rules,
    terraform_rules,
)
from sparekey.formats.terraform.modules.checks.static import bool_faults, string_faults
from sparekey.formats.terraform.modules.checks.static_references import (
    ignored_changes,
    triggers,
)
from sparekey.formats.terraform.modules.checks.subjects import Resource, subject
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import references
from sparekey.formats.terraform.syntax import tree


def rule_faults(module: Module) -> Iterator[Fault]:
    """What is wrong inside single blocks, whatever else the module holds."""
    for blocks, override in ((module.blocks, False), (module.override_blocks, True)):
        for block in blocks:
            rules = _RULES.get(block.type)
            if rules is not None:
                yield from rules(block)
            if override:
                yield from _overriding(block)


def _variable(block: tree.Block) -> Iterator[Fault]:
    attributes = block.body.attributes
    for name in ("sensitive", "ephemeral", "nullable"):
        if name in attributes:
            yield from bool_faults(attributes[name])
    if "description" in attributes:
        yield from string_faults(attributes["description"])
    for inner in block.body.blocks:
        if inner.type == "validation":
            yield from condition_faults(inner)
            condition = inner.body.attributes.get("condition")
            if condition is not None and len(block.labels) == 1:
                name = block.labels[0]
                named = any(one.root == "var" and one.steps[:1] == (name,) for one in references(condition.value))
                if not named:
                    detail = f'The condition for variable "{name}" must refer to var.{name} in order to test incoming values.'
                    yield refused("Invalid variable validation condition", detail, condition.value.span)


def _output(block: tree.Block) -> Iterator[Fault]:
    attributes = block.body.attributes
    for name in ("sensitive", "ephemeral"):
        if name in attributes:
            yield from bool_faults(attributes[name])
    if "description" in attributes:
        yield from string_faults(attributes["description"])
    yield from dependency_faults(block)
    for inner in block.body.blocks:
        if inner.type == "precondition":
            yield from condition_faults(inner)
        elif inner.type == "postcondition":
            detail = "Output values can only have preconditions, not postconditions."
            yield refused("Postconditions are not allowed", detail, inner.header)


def _resource(block: tree.Block) -> Iterator[Fault]:
    yield from repetition_faults(block)
    yield from dependency_faults(block)
    yield from provider_argument_faults(block)
    yield from repeated_faults(block, "lifecycle", "Duplicate lifecycle block", "This resource already has a lifecycle block")
    yield from repeated_faults(block, "_", "Duplicate escaping block", "Each block can have only one escaping block")
    if block.type == "resource":
        yield from repeated_faults(
            block, "connection", "Duplicate connection block", "This resource already has a connection block"
        )
    for inner in block.body.blocks:
        if inner.type == "lifecycle":
            yield from _lifecycle(block, inner)
        elif inner.type == "provisioner" and block.type == "resource":
            yield from provisioner_faults(inner)
    if block.type == "resource":
        yield from destruction_faults(block)


def _lifecycle(block: tree.Block, lifecycle: tree.Block) -> Iterator[Fault]:
    attributes = lifecycle.body.attributes
    if block.type != "resource":
        kind = "data resource" if block.type == "data" else "ephemeral resource"
        for name, attribute in attributes.items():
            if name in ("create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"):
                detail = f'The lifecycle argument "{name}" is defined only for managed resources ("resource" blocks), and is not '
                detail += f"valid for {kind}s."
                yield refused(f"Invalid {kind} lifecycle argument", detail, attribute.name_span)
    else:
        for name in ("create_before_destroy", "prevent_destroy"):
            if name in attributes:
                yield from bool_faults(attributes[name])
        if "ignore_changes" in attributes:
            yield from ignored_changes(attributes["ignore_changes"], json=lifecycle.body.json)
        if "replace_triggered_by" in attributes:
            yield from triggers(attributes["replace_triggered_by"], json=lifecycle.body.json)
    for inner in lifecycle.body.blocks:
        if inner.type in ("precondition", "postcondition"):
            yield from condition_faults(inner)
            yield from _own_condition(block, inner)


def _own_condition(block: tree.Block, condition: tree.Block) -> Iterator[Fault]:
    """A condition names its own resource by `self` alone."""
    mode = {"resource": "managed"}.get(block.type, block.type)
    for name in ("condition", "error_message"):
        attribute = condition.body.attributes.get(name)
        for reference in references(attribute.value) if attribute is not None else ():
            about = subject(reference)
            if isinstance(about, Resource) and (about.mode, about.type, about.name) == (mode, *block.labels):
                detail = f"Configuration for {about.address} may not refer to itself."
                yield refused(f"Invalid reference in {condition.type}", detail, attribute.value.span if attribute else None)
                break


def _check(block: tree.Block) -> Iterator[Fault]:
    asserts = 0
    data = [inner for inner in block.body.blocks if inner.type == "data"]
    for inner in block.body.blocks:
        if inner.type == "assert":
            found = list(condition_faults(inner))
            yield from found
            asserts += not found
    for again in data[1:]:
        detail = f"This check block already has a data resource defined at {data[0].header.file}:{data[0].header.start_line}."
        yield refused("Multiple data resource blocks", detail, again.header)
    for inner in data:
        yield from _resource(inner)
        for name in ("count", "for_each"):
            if name in inner.body.attributes:
                detail = 'The "count" and "for_each" meta-arguments are not supported within nested data blocks.'
                yield refused(f'Invalid "{name}" attribute', detail, inner.body.attributes[name].name_span)
        for nested in inner.body.blocks:
            if nested.type == "lifecycle":
                detail = (
                    'Nested data blocks do not support "lifecycle" blocks as the lifecycle is managed by the containing block.'
                )
                yield refused("Invalid lifecycle block", detail, nested.header)
    if not asserts and not block.body.problems:
        yield refused("Zero assert blocks", "Check blocks must have at least one assert block.", block.header)


def _overriding(block: tree.Block) -> Iterator[Fault]:
    """What override files cannot override, beside what `load` already refuses."""
    if block.type == "check":
        yield refused("Can't override check blocks", "Override files cannot override check blocks.", block.header)
    bodies = [block.body, *(inner.body for inner in block.body.blocks if inner.type == "lifecycle")]
    for inner in (inner for body in bodies for inner in body.blocks):
        if inner.type in ("validation", "precondition", "postcondition") and block.type in (
            "variable",
            "output",
            "resource",
            "data",
        ):
            detail = f'Override files cannot override "{inner.type}" blocks.'
            yield refused(f"Can't override {inner.type} blocks", detail, inner.header)


_RULES = {
    "variable": _variable,
    "output": _output,
    "resource": _resource,
    "data": _resource,
    "ephemeral": _resource,
    "provider": provider_rules,
    "module": module_rules,
    "moved": moved_rules,
    "removed": removed_rules,
    "import": import_rules,
    "check": _check,
    "terraform": terraform_rules,
    "required_providers": required_providers_rules,
}
