"""Whether a data source is read only during the apply because something that it depends on changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sparekey.formats.terraform.modules.references import Key, Reference, constant_text, traversal
from sparekey.formats.terraform.syntax.read import expression
from sparekey.formats.terraform.syntax.tree import Block, Tuple

if TYPE_CHECKING:
    from sparekey.formats.terraform.modules.resources import Resource
    from sparekey.formats.terraform.modules.space import Space


def deferred(resource: Resource) -> bool:
    """Whether a `depends_on` of the data source, or of a module call around it, names something that will change."""
    if _any_changes(resource.space, resource.block):
        return True
    space, call = resource.space.caller
    while space is not None and call is not None:
        if _any_changes(space, call):
            return True
        space, call = space.caller
    return False


def _any_changes(space: Space, block: Block) -> bool:
    return any(_changes(space, reference) for reference in dependencies(block))


def dependencies(block: Block) -> Iterator[Reference]:
    """The references of a block's `depends_on`."""
    written = block.body.attributes.get("depends_on")
    if written is None or not isinstance(written.value, Tuple):
        return
    for item in written.value.items:
        quoted = constant_text(item)
        found = traversal(item if quoted is None else expression(quoted, item.span.file))
        if found is not None:
            yield found


def _changes(space: Space, reference: Reference) -> bool:
    names = [step for step in reference.steps if not isinstance(step, Key)]
    if reference.root == "module" and names:
        call = space.call(names[0])
        return call is None or any(_all_changes(child) for child in call.children().values())
    if reference.root == "data":
        return False
    path = names if reference.root == "resource" else [reference.root, *names]
    found = space.resource("managed", path[0], path[1]) if len(path) > 1 else None
    # What a variable or a local depends on is not followed; what is not known may change.
    return found is None or _resource_changes(found)


def _all_changes(space: Space) -> bool:
    stack = [space]
    while stack:
        one = stack.pop()
        if any(resource.mode == "managed" and _resource_changes(resource) for resource in one.resources()):
            return True
        stack.extend(child for call in one.calls() for child in call.children().values())
    return False


def _resource_changes(resource: Resource) -> bool:
    for instance in resource.instances().values():
        planned = instance.planned()
        if planned is None or planned.actions != ("no-op",):
            return True
    return False
