"""Resources whose arguments name the resource itself: Terraform refuses that when it plans an instance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.placed import Place, Used
from sparekey.formats.terraform.modules.checks.scope import Scope
from sparekey.formats.terraform.modules.checks.subjects import Resource, subject
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import constant_text, references
from sparekey.formats.terraform.syntax import tree

Keys = Collection[str | int | None]


def self_reference_faults(module: Module, expressions: Iterable[Used], *, called: bool) -> Iterator[Fault]:
    """What is certain without evaluating `count` and `for_each`. `called`: the module certainly is, so its resources are planned."""
    for one in expressions:
        owner = one.place.owner
        if owner[0] != "resource" or one.place.outside or not (called or one.place.repeats):
            continue
        _, mode, type_, name = owner
        for reference in one.references:
            found = subject(reference)
            if not isinstance(found, Resource) or (found.mode, found.type, found.name) != (mode, type_, name):
                continue
            block = {"managed": module.resources, "data": module.data, "ephemeral": module.ephemerals}[mode].get((type_, name))
            # Whichever instance is named: either it names itself, or the instances wait for each other, or it is not there.
            if one.place.repeats or (block is not None and instance_keys(block)):
                detail = f"Configuration for {found.address} may not refer to itself."
                yield refused("Self-referential block", detail, reference.span, stage="plan")


def trigger_faults(scope: Scope, module: Module) -> Iterator[Fault]:
    """What `replace_triggered_by` names and is not declared, in resources that certainly have an instance."""
    for (type_, name), block in module.resources.items():
        owner = ("resource", "managed", type_, name)
        for lifecycle in block.body.blocks:
            attribute = lifecycle.body.attributes.get("replace_triggered_by") if lifecycle.type == "lifecycle" else None
            if attribute is None or not instance_keys(block):
                continue
            place = Place(owner=owner, counted=True, each=True)
            for reference in references(attribute.value):
                found = subject(reference)
                if isinstance(found, Resource):
                    for fault in scope.subject_faults(found, reference.span, place):
                        yield replace(fault, stage="plan")


def instance_keys(block: tree.Block) -> Keys | None:
    """The keys of a resource's instances where its text says them (a single one has None); None where it does not."""
    count, each = block.body.attributes.get("count"), block.body.attributes.get("for_each")
    if count is not None:
        value = count.value.value if isinstance(count.value, tree.Literal) else None
        return range(value) if isinstance(value, int) and not isinstance(value, bool) else None
    if each is None:
        return (None,)
    items: Iterable[tree.Expression]
    if isinstance(each.value, tree.Object):
        items = [key for key, _ in each.value.items]
    elif isinstance(each.value, tree.Call) and each.value.name == "toset" and isinstance(each.value.arguments[0], tree.Tuple):
        items = each.value.arguments[0].items
    else:
        return None
    texts = [constant_text(item) for item in items]
    return texts if all(text is not None for text in texts) else None
