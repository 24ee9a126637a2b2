"""Rules of `terraform`, `provider`, `module`, `moved`, `removed` and `import` blocks (internal/configs)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.meta import (
    dependency_faults,
    repeated_faults,
    repetition_faults,
)
from sparekey.formats.terraform.modules.checks.names import BAD_NAME, identifier
from sparekey.formats.terraform.modules.checks.static import constant_faults, string_faults
from sparekey.formats.terraform.modules.checks.static_references import (
    provider_reference,
)
from sparekey.formats.terraform.modules.checks.versions import constraint_fault
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.references import constant_text, traversal
from sparekey.formats.terraform.syntax import tree


def provider_rules(block: tree.Block) -> Iterator[Fault]:
    """A `provider` block."""
    attributes = block.body.attributes
    if "alias" in attributes:
        yield from string_faults(attributes["alias"])
        text = constant_text(attributes["alias"].value)
        written = attributes["alias"].value
        numeric = isinstance(written, tree.Literal) and written.value is not None and not isinstance(written.value, bool)
        if numeric or (text is not None and not identifier(text)):
            detail = f"An alias must be a valid name. {BAD_NAME}"
            yield refused("Invalid provider configuration alias", detail, attributes["alias"].value.span)
    if "version" in attributes:
        yield from _version(attributes["version"])
    for name in ("count", "depends_on", "for_each", "source"):
        if name in attributes:
            detail = f'The provider argument name "{name}" is reserved for use by Terraform in a future version.'
            yield refused("Reserved argument name in provider block", detail, attributes[name].name_span)


def _version(attribute: tree.Attribute) -> Iterator[Fault]:
    yield from constant_faults(attribute.value)
    text = constant_text(attribute.value)
    if text is not None and (fault := constraint_fault(text, attribute.value.span)) is not None:
        yield fault


# One or two plain words: no detector of Terraform's knows what to do with them (internal/getmodules/moduleaddrs).
_NOWHERE = re.compile(r"[0-9A-Za-z_-]+(?:/[0-9A-Za-z_-]+)?")
_BACKENDS = frozenset(
    {"azurerm", "consul", "cos", "gcs", "http", "inmem", "kubernetes", "local", "oss", "pg", "remote", "s3"}
)  # internal/backend/init
_MOST = 10**9  # no source is a number; those that Python writes at length are left alone
_NO_REGISTRY = re.compile(r"\.{1,2}[/\\].*|/.*|.*::.*|.*://.*|git@.*", re.DOTALL)


def module_rules(block: tree.Block) -> Iterator[Fault]:
    """A `module` block."""
    attributes = block.body.attributes
    yield from repetition_faults(block)
    yield from dependency_faults(block)
    yield from repeated_faults(block, "_", "Duplicate escaping block", "Each module block can have only one escaping block")
    if "version" in attributes:
        yield from _version(attributes["version"])
    source = attributes.get("source")
    if source is not None:
        yield from string_faults(source)
        number = source.value.value if isinstance(source.value, tree.Literal) else None
        text = str(number) if type(number) is int and abs(number) < _MOST else constant_text(source.value)
        if text is not None:
            yield from _source(text, source, versioned="version" in attributes)
    if "providers" in attributes:
        yield from _passed(attributes["providers"])
    for inner in block.body.blocks:
        if inner.type not in ("_", "lifecycle", "locals", "provider"):
            detail = f'Blocks of type "{inner.type}" are not expected here.'
            yield refused("Unsupported block type", detail, inner.header, stage="validate")


def _source(text: str, source: tree.Attribute, *, versioned: bool) -> Iterator[Fault]:
    at = source.value.span
    if versioned:
        if _NO_REGISTRY.fullmatch(text) or _NOWHERE.fullmatch(text):
            what = f'can\'t use local directory "{text}" as a module registry address' if text.startswith(".") else text
            detail = (
                f"Failed to parse module registry address: {what}. Terraform assumed that you intended a module registry source "
            )
            detail += 'address because you also set the argument "version", which applies only to registry modules.'
            yield refused("Invalid registry module source address", detail, at)
    elif text in ("", ".", ".."):
        yield refused(
            "Invalid module source address", f"Failed to parse module source address: invalid source address: {text}.", at
        )
    elif _NOWHERE.fullmatch(text):
        detail = f'Terraform failed to determine your intended installation method for remote module package "{text}". If you '
        detail += f'intended this as a path relative to the current module, use "./{text}" instead.'
        yield refused("Invalid module source address", detail, at)


def _passed(attribute: tree.Attribute) -> Iterator[Fault]:
    value = attribute.value
    if not isinstance(value, tree.Object):
        if not isinstance(value, (tree.Parens, tree.Unreadable)):
            yield refused("Invalid expression", "A static map expression is required.", value.span)
        return
    seen: set[tuple[str, str]] = set()
    for key, item in value.items:
        found = provider_reference(item, "providers")
        if isinstance(found, Fault):
            yield found
        name = provider_reference(key, "providers")
        if isinstance(name, Fault):
            yield name
        elif name is not None:
            if name in seen:
                detail = f"A provider configuration was already passed to {'.'.join(filter(None, name))}. "
                detail += "Each child provider configuration can be assigned only once."
                yield refused("Duplicate provider address", detail, item.span)
            seen.add(name)


def terraform_rules(block: tree.Block) -> Iterator[Fault]:
    """A `terraform` block."""
    attributes = block.body.attributes
    experiments = attributes.get("experiments")
    if experiments is not None:
        yield _experiments(experiments)
    language = attributes.get("language")
    if language is not None:
        found = traversal(language.value)
        word = found.root if found is not None and not found.steps else None
        if word != "TF2021":
            detail = 'The argument "language" in the "terraform" block is reserved for future use.'
            yield refused("Unsupported language edition", detail, language.value.span)
    for inner in block.body.blocks:
        if inner.type in ("backend", "cloud"):
            yield from _constant_body(inner.body)
        if inner.type == "backend" and len(inner.labels) == 1 and inner.labels[0] not in _BACKENDS:
            yield refused("Invalid backend type", f'There is no backend type named "{inner.labels[0]}".', inner.header)


def _experiments(attribute: tree.Attribute) -> Fault:
    if not isinstance(attribute.value, tree.Tuple):
        return refused("Invalid expression", "A static list expression is required.", attribute.value.span)
    detail = "Experimental features are intended only for gathering early feedback on new language designs, and so are available "
    return refused("Module uses experimental features", f"{detail}only in alpha releases of Terraform.", attribute.span)


def _constant_body(body: tree.Body) -> Iterator[Fault]:
    stack = [body]
    while stack:
        here = stack.pop()
        for attribute in here.attributes.values():
            yield from constant_faults(attribute.value)
        stack.extend(inner.body for inner in here.blocks)


def required_providers_rules(block: tree.Block) -> Iterator[Fault]:
    """A `required_providers` block."""
    detail = 'A "required_providers" block must be nested inside a "terraform" block.'
    yield refused("Invalid required_providers block", detail, block.header)
