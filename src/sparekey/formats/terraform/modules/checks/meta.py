"""The meta-arguments and blocks that several kinds of blocks have alike."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.static_references import dependencies, provider_reference
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.references import references
from sparekey.formats.terraform.syntax import tree


def condition_faults(block: tree.Block) -> Iterator[Fault]:
    """A condition that names nothing."""
    condition = block.body.attributes.get("condition")
    if condition is not None and next(references(condition.value), None) is None and not _unreadable(condition.value):
        yield refused(
            f"Invalid {block.type} expression",
            "The condition expression must refer to at least one object from elsewhere in the configuration, or else its result "
            "would not be checking anything.",
            condition.value.span,
        )


def _unreadable(expression: tree.Expression) -> bool:
    return isinstance(expression, tree.Unreadable)


def repetition_faults(block: tree.Block) -> Iterator[Fault]:
    """`count` together with `for_each`."""
    attributes = block.body.attributes
    if "count" in attributes and "for_each" in attributes:
        yield refused(
            'Invalid combination of "count" and "for_each"',
            'The "count" and "for_each" meta-arguments are mutually-exclusive, only one should be used to be explicit about the '
            "number of resources to be created.",
            attributes["for_each"].name_span,
        )


def dependency_faults(block: tree.Block) -> Iterator[Fault]:
    """The form of `depends_on`."""
    yield from (found for found in dependencies(block.body) if isinstance(found, Fault))


def provider_argument_faults(block: tree.Block) -> Iterator[Fault]:
    """The form of `provider`."""
    attribute = block.body.attributes.get("provider")
    if attribute is not None:
        found = provider_reference(attribute.value, "provider")
        if isinstance(found, Fault):
            yield found


def repeated_faults(block: tree.Block, type_: str, summary: str, detail: str) -> Iterator[Fault]:
    """A block that may stand only once."""
    found = [inner for inner in block.body.blocks if inner.type == type_]
    for again in found[1:]:
        yield refused(summary, f"{detail} at {found[0].header.file}:{found[0].header.start_line}.", again.header)
