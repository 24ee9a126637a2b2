"""Hybrid estates in a few words: machines of a plan, and what an inventory says of agents, synchronisation and federation."""

from __future__ import annotations

from collections.abc import Sequence

from sparekey.config import Config
from sparekey.estates import MappedDocument, join
from sparekey.mappings.declared_inventory import MAPPING
from sparekey.model.declaration import Declaration, Document
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.sync import DirectorySync, DomainFederation
from sparekey.model.resource import Head, Resource
from sparekey.model.seams import Derivation
from sparekey.model.span import Pointer
from sparekey.model.truth import Bounds, Truth, asks, maybe
from sparekey.model.value import AnyValue, Body, Flag, Known, Text, Unknown
from tests.azure_estates import Written, documents

PRESENT = Truth(answer="yes")
LATER = Unknown(reason="what will it be?", at=Pointer(file="plan.json", pointer="/later"))
LEAK = Unknown(reason="what is in other.json? it could not be read", at=Pointer(file="other.json", pointer=""))
MAYBE = maybe(asks(Unknown(reason="is it there?", at=Pointer(file="plan.json", pointer="/count"))))


def _tree(raw: object, at: Pointer) -> AnyValue:
    if isinstance(raw, Unknown):
        return raw
    if isinstance(raw, dict):
        return Known(value={key: _tree(value, at.child(key)) for key, value in raw.items()}, at=at, origin="declared")
    if isinstance(raw, list):
        return Known(value=tuple(_tree(value, at.child(i)) for i, value in enumerate(raw)), at=at, origin="declared")
    return Known(value=raw, at=at, origin="declared")


def listed(section: str, **entry: object) -> list[Resource]:
    """What one entry of the inventory declares: `agent`, `sync`, `federation`. A `presence` other than yes is set on all of it."""
    presence = entry.pop("presence", PRESENT)
    assert isinstance(presence, Truth)
    name = str(entry.get("name", ""))
    at = Pointer(file="sparekey.yaml", pointer=f"/inventory/{section}/{name}")
    address = f'inventory.{section}s["{name}"]' if name else f"inventory.{section}"
    head = Head(deployment="sparekey.yaml", address=address, at=at, origin="declared", presence=presence)
    type_ = f"inventory.{section}"
    declaration = Declaration(format="declared", type=type_, head=head, body=Body(value=_tree(entry, at)))
    return list(MAPPING.mappers[type_](declaration))


def agent(name: str, role: str, **entry: object) -> list[Resource]:
    """An agent or server that the inventory lists."""
    return listed("agent", name=name, role=role, **entry)


def synchronisation(label: str, on: object, presence: Truth = PRESENT, *, looked_up: bool = False) -> list[Resource]:
    """A declaration in the plan about password hash sync: on, off, unknown, or (None) about something else."""
    at = Pointer(file="plan.json", pointer=f"/{label}")
    flag: Flag = on if isinstance(on, Unknown) else Known(value=bool(on) if on is not None else None, at=at)
    address = f"msgraph_update_resource.{label}"
    head = Head(deployment="plan.json", address=address, at=at, presence=presence, looked_up=looked_up)
    return [DirectorySync(head=head, name=Known(value=None, at=at), password_hash_sync=flag)]


def federated(label: str = "domain", presence: Truth = PRESENT) -> list[Resource]:
    """A federated domain in the plan."""
    at = Pointer(file="plan.json", pointer=f"/{label}")
    text: Text = Known(value="contoso.example", at=at)
    no: Flag = Known(value=False, at=at)
    head = Head(deployment="plan.json", address=f"msgraph_resource.{label}", at=at, presence=presence)
    return [
        DomainFederation(
            head=head,
            name=text,
            domain=text,
            issuer=text,
            mfa_behavior=text,
            metadata_url=text,
            has_certificate=no,
            has_next_certificate=no,
        )
    ]


def estate(
    *things: Written | list[Resource], complete: Sequence[str] = (), leaks: Sequence[Unknown] = (), of: str = "plan.json"
) -> Estate:
    """The estate of the deployment `of` with the inventory; things of other deployments are elsewhere."""
    found = documents([thing for thing in things if isinstance(thing, Written)], leaks)
    resources = [resource for thing in things if isinstance(thing, list) for resource in thing]
    for name in dict.fromkeys([*(r.head.deployment for r in resources), of]):
        held = {r.head.address: (r,) for r in resources if r.head.deployment == name}
        same = next((each for each in found if each.document.deployment == name), None)
        if same:
            found[found.index(same)] = MappedDocument(document=same.document, resources={**same.resources, **held})
        else:
            format_ = "declared" if name == "sparekey.yaml" else "terraform-plan"
            document = Document(format=format_, deployment=name, declarations=(), partial=tuple(leaks))
            found.append(MappedDocument(document=document, resources=held))
    config = Config(complete={kind: Pointer(file="sparekey.yaml", pointer=f"/complete/{kind}") for kind in complete})
    return next(each for each in join(found, config) if each.name == of)


def facts(derivation: Derivation, of: Estate) -> dict[tuple[str, str], object]:
    """What a derivation says, by the subject's address and the fact's name."""
    found = [fact for fact in derivation.derive(of, Config()) if isinstance(fact, Fact)]
    return {(fact.subject.split("#", 1)[1], fact.name): _short(fact.value) for fact in found}


def _short(value: object) -> object:
    """A truth as its answer, a count as its two ends."""
    if isinstance(value, Truth):
        assert value.answer != "maybe" or any(cause.unknown for cause in value.because)
        return value.answer
    assert isinstance(value, Bounds)
    return value.least, value.most
