"""What Terraform would plan for a root whose resources are all of the built-in provider: the values, and the actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sparekey.formats.terraform.lang.values import Value
from sparekey.formats.terraform.modules.addresses import Address, parse
from sparekey.formats.terraform.modules.declared import flag
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.load import blocks_of
from sparekey.formats.terraform.modules.moves import forgotten, is_forgotten
from sparekey.formats.terraform.modules.root import Root
from sparekey.formats.terraform.syntax.tree import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedInstance:
    """One entry of a plan. `value` is None where the object will be gone, or nothing of it is known here."""

    address: Address
    actions: tuple[str, ...]
    value: Value | None
    previous: str | None = None


def plan(root: Root, *, destroying: bool = False) -> Mapping[str, PlannedInstance]:
    """Every instance that a plan names, by address: those of the configuration, and those of the prior state that go."""
    found: dict[str, PlannedInstance] = {}
    state = root.context.state
    if not destroying:
        for instance in root.resource_instances():
            planned = instance.planned()
            prior = instance.prior
            moved = prior is not None and prior.previous is not None
            actions = planned.actions if planned is not None else ("read",) if instance.resource.mode == "data" else ("create",)
            found[instance.address] = PlannedInstance(
                address=parse(instance.address) or Address(),
                actions=actions,
                value=planned.value if planned is not None else None,
                previous=prior.previous.text() if moved and prior is not None and prior.previous is not None else None,
            )
            if "delete" in actions and _protected(instance.resource.block):
                _refuse(root, instance.address, instance.resource.block)
    kept = forgotten(root.module_tree())
    for address, prior in state.objects.items():
        if address in found or prior.address.mode == "data" or prior.provider == "import":
            continue
        actions = ("forget",) if is_forgotten(prior.address, kept) else ("delete",)
        block = _block(root, prior.address)
        if block is not None and _protected(block):
            _refuse(root, address, block)
        previous = prior.previous.text() if prior.previous is not None else None
        found[address] = PlannedInstance(address=prior.address, actions=actions, value=None, previous=previous)
    return found


def _block(root: Root, address: Address) -> Block | None:
    """The block that still declares a resource."""
    names = tuple(name for name, _ in address.modules)
    for inside, module in root.module_tree():
        if inside == names:
            return module.resources.get((address.type, address.name))
    return None


def _protected(block: Block) -> bool:
    return any(
        flag(inner.body.attributes.get("prevent_destroy"), otherwise=False) for inner in blocks_of(block.body, "lifecycle")
    )


def _refuse(root: Root, address: str, block: Block) -> None:
    detail = f"Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed."
    root.space.fault(Fault(summary="Instance cannot be destroyed", detail=detail, at=block.header))
