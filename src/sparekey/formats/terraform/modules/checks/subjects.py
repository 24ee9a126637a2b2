"""What a reference is about, by the rules of Terraform's reference syntax (internal/addrs, ParseRef)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.references import Key, Reference, Step

Mode = Literal["managed", "data", "ephemeral"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource or data source: all of it, or with `key` one instance. `rest` are the steps behind."""

    mode: Mode
    type: str
    name: str
    key: Key | None = None
    rest: tuple[Step, ...] = ()

    @property
    def address(self) -> str:
        """Its address in the module."""
        prefix = {"managed": "", "data": "data.", "ephemeral": "ephemeral."}[self.mode]
        return f"{prefix}{self.type}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A module call, or with `key` one instance of it, or one `output` of it."""

    name: str
    key: Key | None = None
    output: str | None = None
    rest: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An attribute of one of the objects that are always there: `var.x`, `local.x`, `each.x`, `path.x` ... and `self`."""

    root: str
    name: str = ""
    rest: tuple[Step, ...] = ()


Subject = Resource | Call | Named

_RESERVED = frozenset({"template", "lazy", "arg"})
_OBJECTS = frozenset({"count", "each", "local", "path", "terraform", "var"})
_MODES: dict[str, tuple[Mode, str, str]] = {
    "data": ("data", "data source type and the resource name", "a data source"),
    "resource": ("managed", "resource type and the resource name", "a resource type"),
    "ephemeral": ("ephemeral", "ephemeral resource type and the resource name", "an ephemeral resource type"),
}


def subject(reference: Reference) -> Subject | Fault:
    """What the reference is about, or why Terraform refuses its form."""
    root, steps = reference.root, reference.steps
    if root in _OBJECTS:
        name = _name(reference)
        return name if isinstance(name, Fault) else Named(root=root, name=name, rest=steps[1:])
    if root == "self":
        return Named(root="self", rest=steps)
    if root == "module":
        return _call(reference)
    if root in _MODES:
        mode, names, what = _MODES[root]
        if len(steps) < 2:
            detail = f'The "{root}" object must be followed by two attribute names: the {names}.'
            return _invalid(detail, reference)
        if not isinstance(steps[0], str):
            return _invalid(f'The "{root}" object does not support this operation.', reference)
        return _resource(mode, steps[0], steps[1:], what, reference)
    if root in _RESERVED:
        detail = f'The symbol name "{root}" is reserved for use in a future Terraform version.'
        return refused("Reserved symbol name", detail, reference.span, stage="validate")
    return _resource("managed", root, steps, "a resource type", reference)


def _name(reference: Reference) -> str | Fault:
    if not reference.steps:
        detail = f'The "{reference.root}" object cannot be accessed directly. Instead, access one of its attributes.'
        return _invalid(detail, reference)
    first = reference.steps[0]
    return (
        first
        if isinstance(first, str)
        else _invalid(f'The "{reference.root}" object does not support this operation.', reference)
    )


def _call(reference: Reference) -> Call | Fault:
    name = _name(reference)
    if isinstance(name, Fault):
        return name
    rest = reference.steps[1:]
    key: Key | None = None
    if rest and isinstance(rest[0], Key):
        key, rest = rest[0], rest[1:]
        if not instance_key(key):
            return refused("Invalid index key", "Invalid index for module instance.", reference.span, stage="validate")
    if not rest:
        return Call(name=name, key=key)
    if isinstance(rest[0], str):
        return Call(name=name, key=key, output=rest[0], rest=rest[1:])
    return _invalid("Module instance objects do not support this operation.", reference)


def _resource(mode: Mode, type_: str, steps: tuple[Step, ...], what: str, reference: Reference) -> Resource | Fault:
    if not steps or not isinstance(steps[0], str):
        detail = f"A reference to {what} must be followed by at least one attribute access, specifying the resource name."
        return _invalid(detail, reference)
    rest = steps[1:]
    key: Key | None = None
    if rest and isinstance(rest[0], Key):
        key, rest = rest[0], rest[1:]
        if not instance_key(key):
            return refused("Invalid index key", "Invalid index for resource instance.", reference.span, stage="validate")
    return Resource(mode=mode, type=type_, name=steps[0], key=key, rest=rest)


def instance_key(key: Key) -> bool:
    """Whether a key can be of an instance: a text or a whole number."""
    return isinstance(key.value, (str, int)) and not isinstance(key.value, (bool, Fraction))


def _invalid(detail: str, reference: Reference) -> Fault:
    return refused("Invalid reference", detail, reference.span, stage="validate")
