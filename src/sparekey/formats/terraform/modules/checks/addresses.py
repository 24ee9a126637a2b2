"""Addresses of modules and resources, and the blocks that are about them: `moved`, `removed`, `import`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sparekey.formats.terraform.modules.checks.configuration import Configuration, refused
from sparekey.formats.terraform.modules.checks.meta import provider_argument_faults
from sparekey.formats.terraform.modules.checks.provisioners import keyword, provisioner_faults
from sparekey.formats.terraform.modules.checks.static import bool_faults
from sparekey.formats.terraform.modules.checks.static_references import address, target
from sparekey.formats.terraform.modules.checks.subjects import Resource, instance_key, subject
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import Key, Reference, Step, constant_text, references
from sparekey.formats.terraform.syntax import tree

_RESERVED = frozenset({"count", "each", "local", "module", "path", "self", "terraform", "var", "template", "lazy", "arg"})
_MODES = {"data": "data", "ephemeral": "ephemeral", "resource": "managed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A module (no `type`) or a resource: the calls that lead to it with their keys, and the key of the instance."""

    calls: tuple[tuple[str, Key | None], ...]
    mode: str = ""
    type: str = ""
    name: str = ""
    key: Key | None = None

    @property
    def keyed(self) -> bool:
        """Whether any module of it has a key."""
        return any(key is not None for _, key in self.calls)


def parse_address(reference: Reference, *, reserved: frozenset[str] = _RESERVED) -> Address | Fault:
    """The address that a reference is, or why Terraform refuses it (internal/addrs, parse_target.go)."""
    steps: list[Step] = [reference.root, *reference.steps]
    calls: list[tuple[str, Key | None]] = []
    while steps and steps[0] == "module":
        name = steps[1] if len(steps) > 1 else None
        if not isinstance(name, str):
            return refused("Invalid address operator", 'Prefix "module." must be followed by a module name.', reference.span)
        steps = steps[2:]
        key = steps.pop(0) if steps and isinstance(steps[0], Key) else None
        calls.append((name, key if isinstance(key, Key) else None))
    if not steps:
        return Address(calls=tuple(calls))
    mode = "managed"
    if steps[0] in reserved:
        return refused("Invalid address", f'The keyword "{steps[0]}" is reserved and cannot be used here.', reference.span)
    if isinstance(steps[0], str) and steps[0] in _MODES:
        mode = _MODES[steps.pop(0)]  # type: ignore[index]
    type_, name_ = (*steps[:2], None, None)[:2]
    if not isinstance(type_, str) or not isinstance(name_, str):
        return refused("Invalid address", "Resource specification must include a resource type and name.", reference.span)
    rest = steps[2:]
    last = rest[0] if rest else None
    if isinstance(last, str):
        return refused("Invalid address", "Resource instance key must be given in square brackets.", reference.span)
    if len(rest) > 1:
        return refused("Invalid address", "Unexpected extra operators after address.", reference.span)
    if isinstance(last, Key) and not instance_key(last):
        return refused("Invalid address", "Invalid resource instance key.", reference.span)
    return Address(calls=tuple(calls), mode=mode, type=type_, name=name_, key=last)


def moved_rules(block: tree.Block) -> Iterator[Fault]:
    """A `moved` block."""
    found: list[Address] = []
    for name in ("from", "to"):
        attribute = block.body.attributes.get(name)
        written = address(attribute.value, quoted=block.body.json) if attribute is not None else None
        about = parse_address(written) if isinstance(written, Reference) else written
        if isinstance(about, Fault):
            yield about
        elif about is not None:
            found.append(about)
    if len(found) == 2 and bool(found[0].type) != bool(found[1].type):
        detail = 'The "from" and "to" addresses must either both refer to resources or both refer to modules.'
        yield refused('Invalid "moved" addresses', detail, block.header)


def removed_rules(block: tree.Block) -> Iterator[Fault]:
    """A `removed` block."""
    attribute = block.body.attributes.get("from")
    if attribute is not None:
        written = address(attribute.value, quoted=block.body.json)
        # Terraform does not look for reserved words here, nor does it know the prefix "resource.".
        about = parse_address(written, reserved=frozenset()) if isinstance(written, Reference) else written
        prefixed = isinstance(written, Reference) and written.root == "resource"
        if isinstance(about, Fault):
            yield about
        elif about is not None and about.keyed:
            detail = 'Module address cannot be a module instance (e.g. "module.a[0]"), it must be a module instead.'
            yield refused("Module instance keys not allowed", detail, attribute.value.span)
        elif about is not None and (about.key is not None or prefixed):
            detail = "Resource address cannot be a resource instance, it must be a resource instead."
            yield refused("Resource instance keys not allowed", detail, attribute.value.span)
        elif about is not None and about.mode == "data":
            detail = "Data sources are never destroyed, so they are not valid targets of removed blocks."
            yield refused("Data source address not allowed", detail, attribute.value.span)
    else:
        about = None
    managed = isinstance(about, Address) and about.mode == "managed"
    for inner in block.body.blocks:
        if inner.type == "lifecycle" and "destroy" in inner.body.attributes:
            yield from bool_faults(inner.body.attributes["destroy"])
        elif inner.type in ("provisioner", "connection") and isinstance(about, Address) and not managed:
            detail = "It is valid only when a removed block targets a managed resource."
            yield refused(f"Invalid {inner.type} block", detail, inner.header)
        elif inner.type == "provisioner":
            yield from provisioner_faults(inner)
            if keyword(inner, "when") in (None, "create"):
                detail = 'Only destroy-time provisioners are valid in "removed" blocks.'
                yield refused("Invalid provisioner block", detail, inner.header)


def import_rules(block: tree.Block) -> Iterator[Fault]:
    """An `import` block by itself."""
    to = block.body.attributes.get("to")
    written = target(to.value, quoted=block.body.json) if to is not None else None
    about = parse_address(written) if isinstance(written, Reference) else written
    if isinstance(about, Fault):
        yield about
    elif about is not None and to is not None and about.mode != "managed":
        yield refused("Invalid import address", "Only managed resources can be imported.", to.span)
    yield from provider_argument_faults(block)


def import_targets(module: Module) -> Iterator[tuple[tree.Block, Address, bool]]:
    """The `import` blocks with what they import. The last: whether its keys are all constant."""
    for block in module.imports:
        to = block.body.attributes.get("to")
        written = target(to.value, quoted=block.body.json) if to is not None else None
        about = parse_address(written) if isinstance(written, Reference) else None
        if to is not None and isinstance(about, Address) and about.mode == "managed":
            exact = address(to.value, quoted=block.body.json)
            yield block, about, isinstance(exact, Reference)


def import_faults(root: Configuration) -> Iterator[Fault]:
    """`import` blocks against what they import, in the whole configuration."""
    seen: set[Address] = set()
    for block, about, constant in import_targets(root.module):
        at = block.body.attributes["to"].value.span
        if constant:
            if about in seen:
                name = ".".join((*(f"module.{call}" for call, _ in about.calls), about.type, about.name))
                yield refused(f'Duplicate import configuration for "{name}"', "A resource can have only one import block.", at)
            seen.add(about)
        here: Configuration | None = root
        for call, _ in about.calls:
            if here is None:
                break
            if call not in here.module.calls and here.declared.complete:
                detail = (
                    "The configuration for the given import target does not exist. All target instances must have an associated "
                )
                yield refused("Configuration for import target does not exist", f"{detail}configuration.", at, stage="validate")
                here = None
                break
            here = here.calls.get(call)
        resource = here.module.resources.get((about.type, about.name)) if here is not None else None
        configured = block.body.attributes.get("provider")
        if configured is not None and (about.calls or resource is not None):
            detail = "The provider argument can only be specified in import blocks that will generate configuration."
            yield refused("Invalid import provider argument", detail, configured.span)
        if resource is not None:
            yield from _import(block, about, resource, constant=constant)


def _import(block: tree.Block, about: Address, resource: tree.Block, *, constant: bool) -> Iterator[Fault]:
    to = block.body.attributes["to"].value.span
    arguments = resource.body.attributes
    expected = "count" if "count" in arguments else "for_each" if "for_each" in arguments else ""
    if constant:
        problem = ""
        if about.key is None and expected:
            problem = f"The target resource is using {expected}."
        elif about.key is not None and isinstance(about.key.value, str) and expected != "for_each":
            problem = "The target resource does not use for_each."
        elif about.key is not None and isinstance(about.key.value, int) and expected != "count":
            problem = "The target resource does not use count."
        if problem:
            yield refused("Invalid import 'to' expression", problem, to, stage="validate")
    identity = block.body.attributes.get("id")
    if identity is not None and constant_text(identity.value) == "":
        detail = "The import ID value evaluates to an empty string, please provide a non-empty value."
        yield refused("Invalid import id argument", detail, identity.value.span, stage="validate")
    for reference in references(identity.value) if identity is not None else ():
        found = subject(reference)
        own = isinstance(found, Resource) and (found.mode, found.type, found.name) == ("managed", about.type, about.name)
        if own and not about.calls:
            detail = "The import ID cannot reference the resource being imported."
            yield refused("Invalid import id argument", detail, reference.span, stage="validate")
