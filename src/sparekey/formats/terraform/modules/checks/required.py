"""`required_providers`: which provider a local name stands for, and what is refused in these blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.names import normal_provider
from sparekey.formats.terraform.modules.checks.static import constant_faults
from sparekey.formats.terraform.modules.checks.versions import constraint_fault
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import constant_text, traversal
from sparekey.formats.terraform.syntax import tree

BUILTIN = "terraform.io/builtin/terraform"
"""The provider inside Terraform itself."""

_PUBLIC = "public"
"""Stands for the host that a source without one means. Sources are only compared: nothing is ever asked anywhere."""

_PUBLIC_HOST = re.compile(r"registry\.terraform\.io", re.IGNORECASE)

_PART = r"[0-9A-Za-z](?:[0-9A-Za-z-]*[0-9A-Za-z])?"
_SOURCE = re.compile(rf"(?:(?P<host>[^/\s]+)/)?(?:(?P<namespace>{_PART})/)?(?P<type>{_PART})")


@dataclass(slots=True)
class Requirements:
    """The providers that a module requires: their sources and configuration aliases by local name.

    `complete`: all of it could be read, so that a name that is not here is not required.
    """

    sources: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    complete: bool = True

    def declared(self, name: str) -> str | None:
        """The source of a local name, if the module requires it."""
        return self.sources.get(name)

    def source(self, name: str) -> str:
        """The source of a local name, or what Terraform takes it for."""
        return self.sources.get(name) or implied(name)


def implied(name: str) -> str:
    """The provider that a local name means when nothing is said about it."""
    return BUILTIN if name == "terraform" else default(name)


def default(name: str) -> str:
    """The provider that Terraform takes a name for when it compares what modules pass to each other: never the one inside it."""
    return f"{_PUBLIC}/hashicorp/{name.lower()}"


def requirements(module: Module) -> Requirements:
    """What the module's `required_providers` say; override files replace entries."""
    found = Requirements()
    for block in _blocks(module):
        if block.body.problems:
            found.complete = False
        for name, attribute in block.body.attributes.items():
            source, aliases = implied(name), []
            for key, value in _entries(attribute.value):
                text = constant_text(value)
                if key == "source" and text is not None:
                    source = _full(text) or implied(name)
                elif key == "configuration_aliases" and isinstance(value, tree.Tuple):
                    for item in value.items:
                        step = traversal(item)
                        if step is not None and len(step.steps) == 1 and isinstance(step.steps[0], str):
                            aliases.append(step.steps[0])
                        elif (quoted := constant_text(item)) is not None:
                            aliases.append(quoted.rpartition(".")[2])
            found.sources[name] = source
            found.aliases[name] = tuple(aliases)
    return found


def requirement_faults(module: Module) -> Iterator[Fault]:
    """What is refused in `required_providers`."""
    for block in _blocks(module):
        for name, attribute in block.body.attributes.items():
            if block.body.json and name == "//":
                continue
            value = attribute.value
            if isinstance(value, tree.Template) or (isinstance(value, tree.Literal) and value.value is not None):
                yield from _constraint(value)
            elif isinstance(value, tree.Object):
                if not normal_provider(name):
                    yield refused("Invalid provider local name", f"{name} is an invalid provider local name.", value.span)
                else:
                    yield from _object(name, value)
            elif isinstance(value, (tree.Tuple, tree.Literal)):
                yield refused(
                    "Invalid required_providers object", "required_providers entries must be strings or objects.", value.span
                )


def builtin_requirement_faults(module: Module) -> Iterator[Fault]:
    """The provider inside Terraform has no versions, and is the only one there."""
    required = requirements(module)
    wanted = "Invalid dependency on built-in provider"
    for block in _blocks(module):
        for name, attribute in block.body.attributes.items():
            source = required.sources.get(name, "")
            if not source.startswith("terraform.io/builtin/"):
                continue
            versioned = isinstance(attribute.value, tree.Template) or any(
                key == "version" for key, _ in _entries(attribute.value)
            )
            if source != BUILTIN:
                yield refused(
                    wanted, f"Cannot use {source}: this Terraform release has no such built-in provider.", attribute.span
                )
            elif versioned:
                yield refused(
                    wanted,
                    f"Cannot use {source}: built-in providers do not support explicit version constraints.",
                    attribute.span,
                )
    for block in module.providers:
        version = block.body.attributes.get("version")
        if version is not None and block.labels and required.source(block.labels[0]) == BUILTIN:
            yield refused(
                wanted, f"Cannot use {BUILTIN}: built-in providers do not support explicit version constraints.", version.span
            )


def _blocks(module: Module) -> Iterator[tree.Block]:
    for block in (*module.blocks, *module.override_blocks):
        if block.type == "terraform":
            yield from (inner for inner in block.body.blocks if inner.type == "required_providers")


def _entries(value: tree.Expression) -> Iterator[tuple[str, tree.Expression]]:
    if isinstance(value, tree.Object):
        for key, item in value.items:
            name = constant_text(key)
            if name is not None:
                yield name, item


def _full(source: str) -> str | None:
    match = _SOURCE.fullmatch(source)
    if match is None:
        return None
    host = _PUBLIC if not match["host"] or _PUBLIC_HOST.fullmatch(match["host"]) else match["host"]
    namespace = match["namespace"]
    if match["host"] and not namespace:
        host, namespace = _PUBLIC, match["host"]
    if namespace is None:
        return implied(match["type"])
    return f"{host}/{namespace}/{match['type']}".lower()


def _object(name: str, value: tree.Object) -> Iterator[Fault]:
    for key, item in _entries(value):
        if key == "version":
            if list(constant_faults(item)) or constant_text(item) is None:
                if not isinstance(item, tree.Parens):
                    yield refused("Invalid version constraint", "Version must be specified as a string.", item.span)
            else:
                yield from _constraint(item)
        elif key == "source":
            text = constant_text(item)
            if text is None:
                if not isinstance(item, tree.Parens):
                    yield refused("Invalid source", "Source must be specified as a string.", item.span)
            elif text.count("/") > 2 or "" in text.split("/"):
                yield refused(
                    "Invalid provider source string",
                    'The "source" attribute must be in the format "[hostname/][namespace/]name"',
                    item.span,
                )
        elif key == "configuration_aliases":
            yield from _aliases(name, item)
        else:
            yield refused(
                "Invalid required_providers object",
                'required_providers objects can only contain "version", "source" and "configuration_aliases" attributes. '
                'To configure a provider, use a "provider" block.',
                item.span,
            )
            return


def _aliases(name: str, value: tree.Expression) -> Iterator[Fault]:
    if not isinstance(value, tree.Tuple):
        return
    for item in value.items:
        step = traversal(item)
        if step is not None and step.root != name:
            yield refused(
                "Invalid configuration_aliases value",
                f'Configuration aliases must be prefixed with the provider name. Expected "{name}", but found "{step.root}".',
                value.span,
            )


def _constraint(value: tree.Expression) -> Iterator[Fault]:
    text = constant_text(value)
    if text is not None:
        fault = constraint_fault(text, value.span)
        if fault is not None:
            yield fault
