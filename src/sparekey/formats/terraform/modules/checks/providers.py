"""Provider configurations: whether those that resources and module calls name are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sparekey.formats.terraform.modules.checks.configuration import Configuration, refused
from sparekey.formats.terraform.modules.checks.placed import alias
from sparekey.formats.terraform.modules.checks.required import Requirements, default, requirements
from sparekey.formats.terraform.modules.checks.static_references import provider_reference
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.syntax import tree
from sparekey.formats.terraform.syntax.tree import Block

Name = tuple[str, str]
"""The local name of a provider, and the alias of one of its configurations ("" for the default one)."""


def passed(call: Block) -> Mapping[Name, Name]:
    """The `providers` argument of a module call: the names in the called module, and what the caller gives for each."""
    attribute = call.body.attributes.get("providers")
    found: dict[Name, Name] = {}
    if attribute is not None and isinstance(attribute.value, tree.Object):
        for key, value in attribute.value.items:
            inside, outside = provider_reference(key, "providers"), provider_reference(value, "providers")
            if isinstance(inside, tuple) and isinstance(outside, tuple):
                found[inside] = outside
    return found


def provider_faults(configuration: Configuration, call: Block | None) -> Iterator[Fault]:
    """What is wrong with the provider configurations that this module uses, has, and hands on. `call` is the call of it."""
    module = configuration.module
    required = requirements(module)
    given = passed(call) if call is not None else {}
    if not (required.complete and configuration.declared.complete):
        return
    available = {(required.source(name), configured) for name, configured in _configurations(configuration, required, given)}
    for mode, blocks in (("managed", module.resources), ("data", module.data), ("ephemeral", module.ephemerals)):
        for (type_, name), block in blocks.items():
            attribute = block.body.attributes.get("provider")
            found = provider_reference(attribute.value, "provider") if attribute is not None else None
            if isinstance(found, tuple) and found[1] and (required.source(found[0]), found[1]) not in available:
                prefix = {"managed": "", "data": "data.", "ephemeral": "ephemeral."}[mode]
                where = "".join(f"module.{step}." for step in configuration.path)
                detail = f"To work with {where}{prefix}{type_}.{name} its original provider configuration at "
                detail += f'provider["{required.source(found[0])}"].{found[1]} is required, but it is not declared.'
                yield refused("Provider configuration not present", detail, block.header, stage="validate")
    for inner in module.calls.values():
        for outside in passed(inner).values():
            if outside[1] and (required.source(outside[0]), outside[1]) not in available:
                detail = f"There is no provider configuration {outside[0]}.{outside[1]} in {configuration.title} to pass on."
                yield refused("Provider configuration not present", detail, inner.header, stage="validate")
    if call is not None:
        yield from _called(configuration, required, given, call)


def configured(block: Block) -> bool:
    """Whether a `provider` block configures anything; an empty one only announces that a configuration is passed in."""
    return bool(block.body.blocks or (block.body.attributes.keys() - {"alias"}) or block.body.problems)


def _configurations(configuration: Configuration, required: Requirements, given: Mapping[Name, Name]) -> Iterator[Name]:
    for block in configuration.module.providers:
        if len(block.labels) == 1:
            yield block.labels[0], alias(block) or ""
    if configuration.path:
        for name, aliases in required.aliases.items():
            for one in aliases:
                yield name, one
    yield from given


def _called(configuration: Configuration, required: Requirements, given: Mapping[Name, Name], call: Block) -> Iterator[Fault]:
    own = {
        (block.labels[0], alias(block) or ""): block
        for block in configuration.module.providers
        if len(block.labels) == 1 and configured(block)
    }
    attributes = call.body.attributes
    repeated = next((attributes[name] for name in ("count", "for_each", "depends_on") if name in attributes), None)
    if repeated is not None and isinstance(repeated.value, tree.Tuple) and not repeated.value.items:
        repeated = None  # an empty depends_on is none
    if own and repeated is not None:
        detail = f"The module at {configuration.title} is a legacy module which contains its own local provider configurations, and so "
        detail += "calls to it may not use the count, for_each, or depends_on arguments."
        yield refused("Module is incompatible with count, for_each, and depends_on", detail, repeated.value.span)
    for name in own.keys() & given.keys():
        detail = (
            f"The configuration of {configuration.title} has its own local configuration for {'.'.join(filter(None, name))}, "
        )
        detail += "and so it cannot accept an overridden configuration."
        yield refused("Cannot override provider configuration", detail, call.header)
    for local, aliases in required.aliases.items():
        for one in aliases:
            if (local, one) not in own and (local, one) not in given:
                detail = f"The child module requires an additional configuration for provider {required.source(local)}, with the "
                detail += f'local name "{local}.{one}".'
                yield refused("Missing required provider configuration", detail, call.header)


def mismatch_faults(caller: Configuration, called: Configuration, call: Block) -> Iterator[Fault]:
    """A configuration of one provider that is passed where another is expected."""
    above, below = requirements(caller.module), requirements(called.module)
    if not (above.complete and below.complete):
        return
    for inside, outside in passed(call).items():
        expected = below.sources.get(inside[0]) or default(inside[0])
        actual = (above.sources.get(inside[0]) if not inside[1] else None) or above.sources.get(outside[0]) or default(outside[0])
        if expected != actual:
            detail = f"The local name {'.'.join(filter(None, outside))} in {caller.title} represents provider {actual}, but "
            detail += f"{'.'.join(filter(None, inside))} in {called.title} represents {expected}."
            yield refused("Provider type mismatch", detail, call.body.attributes["providers"].value.span)
