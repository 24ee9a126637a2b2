"""Directories in a few words: declarations as a format would give them, through the real mappings and the real join."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sparekey.config import Config
from sparekey.estates import apply_mappings, join
from sparekey.facts import emergency, exclusions
from sparekey.mappings import (
    azuread,
    azuread_access,
    azuread_applications,
    azuread_pim,
    azuread_strengths,
    declared,
    declared_methods,
    msgraph,
)
from sparekey.model.declaration import Action, Declaration, Document
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate, Fact
from sparekey.model.resource import Head, Resource
from sparekey.model.span import Pointer
from sparekey.model.truth import Bounds, Cause, Truth
from sparekey.model.value import AnyValue, Body, Known, Origin, Reference, Unknown

MAPPINGS = (
    azuread.MAPPING,
    azuread_access.MAPPING,
    azuread_applications.MAPPING,
    azuread_pim.MAPPING,
    azuread_strengths.MAPPING,
    declared.MAPPING,
    declared_methods.MAPPING,
    msgraph.MAPPING,
)
ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PLAN = "plan.json"


@dataclass(frozen=True)
class Later:
    """A value that is not known. `refs` are addresses whose `attribute` it comes from, `certain` if from nothing else."""

    refs: tuple[str, ...] = ()
    certain: bool = False
    beyond: str = ""
    attribute: str = "object_id"
    unwritten: bool = False


@dataclass(frozen=True)
class Thing:
    """One declaration."""

    type: str
    name: str
    values: Mapping[str, object] = field(default_factory=dict)
    action: Action = "none"
    data: bool = False
    deployment: str = PLAN

    @property
    def address(self) -> str:
        """Its address."""
        if self.deployment == "sparekey.yaml":
            return self.name
        return f"{'data.' if self.data else ''}{self.type}.{self.name}"

    @property
    def id(self) -> str:
        """The id of the resource made from it."""
        return f"{self.deployment}#{self.address}"


def guid(number: int) -> str:
    """An object id."""
    return f"aaaaaaaa-0000-4000-8000-{number:012d}"


def value(raw: object, at: Pointer) -> AnyValue:
    """A tree of values, each at its own pointer."""
    match raw:
        case Later():
            refs = tuple(Reference(to=to, attribute=raw.attribute, certain=raw.certain) for to in raw.refs)
            return Unknown(reason=f"what is {at.pointer}?", at=at, refs=refs, beyond=raw.beyond, unwritten=raw.unwritten)
        case dict():
            return Known(value={k: value(v, at.child(k)) for k, v in raw.items()}, at=at)
        case list():
            return Known(value=tuple(value(v, at.child(i)) for i, v in enumerate(raw)), at=at)
        case _:
            return Known(value=raw, at=at, origin="default" if raw is None else "explicit")


def declaration(thing: Thing) -> Declaration:
    """The declaration of one thing, as a reader gives it."""
    at = Pointer(file=thing.deployment, pointer=f"/{thing.address}")
    origin: Origin = "declared" if thing.deployment == "sparekey.yaml" else "explicit"
    return Declaration(
        format="declared" if thing.deployment == "sparekey.yaml" else "terraform-plan",
        type=thing.type,
        head=Head(deployment=thing.deployment, address=thing.address, at=at, looked_up=thing.data, origin=origin),
        body=Body(value=value(dict(thing.values), at)),
        mode="data" if thing.data else "managed",
        action=thing.action,
    )


def mapped(thing: Thing) -> list[Resource]:
    """The resources that the mapping of its type makes of one declaration."""
    return [r for m in MAPPINGS if thing.type in m.mappers for r in m.mappers[thing.type](declaration(thing))]


def estate(*things: Thing, complete: Sequence[str] = (), leaks: Sequence[Unknown] = ()) -> Estate:
    """The estate of the first deployment that is not the inventory; things of other deployments are elsewhere."""
    by_deployment: dict[str, list[Thing]] = {PLAN: []}
    for thing in things:
        by_deployment.setdefault(thing.deployment, []).append(thing)
    documents = [
        apply_mappings(
            Document(
                format="declared" if name == "sparekey.yaml" else "terraform-plan",
                deployment=name,
                declarations=tuple(declaration(t) for t in members if t.action not in ("delete", "forget")),
                deletions=tuple(declaration(t) for t in members if t.action in ("delete", "forget")),
            ),
            MAPPINGS,
        )
        for name, members in by_deployment.items()
    ]
    said = {kind: Pointer(file="sparekey.yaml", pointer="/complete") for kind in complete}
    return next(e for e in join(documents, Config(complete=said), leaks) if e.name == PLAN)


def facts(of: Estate) -> dict[tuple[str, str], Truth | Bounds]:
    """Every fact of the derivations about directories, by address and name."""
    found: dict[tuple[str, str], Truth | Bounds] = {}
    for derivation in (emergency.DERIVATION, exclusions.DERIVATION):
        for each in derivation.derive(of, Config()):
            if isinstance(each, Fact) and isinstance(each.value, Truth | Bounds):
                found[each.subject.split("#", 1)[1], each.name] = each.value
    return found


def answer(of: Estate, policy: Thing, name: str) -> str:
    """The answer of one fact about one policy."""
    found = facts(of)[policy.address, name]
    assert isinstance(found, Truth)
    return found.answer


def accounts(of: Estate) -> tuple[int, int | None]:
    """The bounds of usable emergency accounts."""
    found = facts(of)["tenant", "emergency_accounts"]
    assert isinstance(found, Bounds)
    return found.least, found.most


def end(target: str) -> Edge:
    """A certain end of a relation."""
    return Edge(target=target, certain=True, because=Cause(at=Pointer(file=PLAN, pointer="/end")))


# --- things -------------------------------------------------------------------------------------------------------------


def user(name: str, number: int | None, *, action: Action = "none", **values: object) -> Thing:
    """A user called by its name, with an object id, or none yet (`number` None) when the change makes it."""
    id_: object = Later() if number is None else guid(number)
    base = {"object_id": id_, "id": id_, "display_name": name, "user_principal_name": f"{name}@x.onmicrosoft.com"}
    return Thing("azuread_user", name, {**base, "mail_nickname": name, **values}, "create" if number is None else action)


def group(name: str, number: int | None, members: object = None, **values: object) -> Thing:
    """A group. `members` None: nothing says who is in it."""
    id_: object = Later() if number is None else guid(number)
    base = {"object_id": id_, "id": id_, "display_name": name, "members": members}
    return Thing("azuread_group", name, {**base, **values}, "create" if number is None else "none")


def membership(name: str, into: object, who: object, *, action: Action = "none") -> Thing:
    """An additive membership."""
    return Thing("azuread_group_member", name, {"group_object_id": into, "member_object_id": who}, action)


def assignment(name: str, who: object, *, role: object = ADMINISTRATOR, **values: object) -> Thing:
    """A role assignment in the whole directory."""
    base = {"role_id": role, "principal_object_id": who, "directory_scope_id": "/", "app_scope_id": ""}
    return Thing("azuread_directory_role_assignment", name, {**base, **values})


def policy(name: str = "p", /, *, controls: object = ("mfa",), apps: object = ("All",), **users: object) -> Thing:
    """A policy; unless told otherwise it asks everybody for more in every application and excludes nobody."""
    who = {"included_users": ["All"], **users}
    return Thing(
        "azuread_conditional_access_policy",
        name,
        {
            "display_name": name,
            "state": "enabled",
            "conditions": [
                {
                    "client_app_types": ["all"],
                    "applications": [{"included_applications": list(apps) if isinstance(apps, tuple) else apps}],
                    "users": [who],
                }
            ],
            "grant_controls": [
                {"operator": "OR", "built_in_controls": list(controls) if isinstance(controls, tuple) else controls}
            ],
        },
    )


def declared_account(upn: str | None = None, object_id: str | None = None, *, partial: bool = False) -> Thing:
    """An emergency account that the inventory lists."""
    values = {"upn": upn, "object_id": object_id, "partial": partial or None}
    known = {key: each for key, each in values.items() if each is not None}
    return Thing("inventory.break_glass", f"break_glass[{upn or object_id}]", known, deployment="sparekey.yaml")


def declared_group(of: str, members: Sequence[str], *, partial: bool = False) -> Thing:
    """The members of a group as the inventory lists them."""
    values: dict[str, object] = {"of": of, "members": list(members)}
    if partial:
        values["partial"] = True
    return Thing("inventory.group", f"groups[{of}]", values, deployment="sparekey.yaml")
