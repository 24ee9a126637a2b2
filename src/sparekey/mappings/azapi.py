"""The `azapi` provider: any Azure resource by its ARM type and body. Each declaration is put into ARM's terms and mapped like a template's.

Attribute names are those of the provider's documentation, majors 1 to 3. `azapi_resource` holds a whole resource: `type` with a version,
`name`, `parent_id`, `location`, `tags`, `identity` and the rest of it in `body`, an object, or its JSON text before major 2. The data source
reads one, of which shows here what it exports. `azapi_update_resource` lays `body` over a resource that exists; its deletion changes
nothing. `azapi_resource_action` calls a resource, or an action of it, when it is created and changed, or when it is destroyed.
`azapi_data_plane_resource` holds things within a resource that no template holds.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sparekey.mappings.azapi_body import Folded, answered, covered, object_of, unlike
from sparekey.mappings.azuread import head_of
from sparekey.model.declaration import Declaration
from sparekey.model.seams import ProviderMapping, Translated
from sparekey.model.span import Place
from sparekey.model.value import AnyValue, Body, Known, Text, Unknown

MAPPING = ProviderMapping(provider="azapi")

_GONE = ("delete", "forget")
_HARMLESS = re.compile(r"(?:list|get|check|validate|start$|restart$|query)", re.IGNORECASE)
"""How actions begin that change nothing of what is declared."""


@MAPPING.translates("azapi_resource")
def resource(declaration: Declaration) -> Translated | None:
    """One resource, managed or looked up."""
    type_, hidden = _type(declaration)
    looked_up = declaration.mode == "data"
    rest = answered(declaration.body, declaration.head.address) if looked_up else _body(declaration)
    members = {
        "name": _name(declaration),
        "location": _set(declaration, rest, "location"),
        "tags": _set(declaration, rest, "tags"),
        "identity": _identity(declaration, rest),
        "id": _id(declaration, type_),
        "parent_id": declaration.body.get("parent_id"),
    }
    body = Body(value=Known(value=Folded(rest, members), at=declaration.body.value.at))
    return Translated(
        declaration=replace(declaration, type=type_, head=head_of(declaration), body=body, before=None), hidden=hidden
    )


@MAPPING.translates("azapi_update_resource")
def update_resource(declaration: Declaration) -> Translated | None:
    """Properties that are laid over those of a resource."""
    if declaration.action in _GONE:
        return None
    type_, hidden = _type(declaration)
    rest = _body(declaration)
    body: AnyValue = Known(value=Folded(rest, {}), at=rest.at) if isinstance(rest, Known) else rest
    return Translated(
        declaration=replace(declaration, type=type_, body=Body(value=body), before=None),
        hidden=hidden,
        changes=_id(declaration, type_),
    )


@MAPPING.translates("azapi_resource_action")
def resource_action(declaration: Declaration) -> Translated | None:
    """One call. What a call of its own does to a resource nobody can tell; put and patched is what the body says."""
    when, method, action = (declaration.body.text(name) for name in ("when", "method", "action"))
    gone, at_the_end = declaration.action in _GONE, _is(when, "destroy")
    if isinstance(when, Known) and gone != at_the_end:
        return None
    if _is(method, "GET") or (isinstance(action, Known) and action.value and _HARMLESS.match(action.value)):
        return None
    type_, hidden = _type(declaration)
    id_ = _id(declaration, type_)
    written = (_is(method, "PUT") or _is(method, "PATCH")) and isinstance(action, Known) and not action.value
    rest: AnyValue = _body(declaration) if written else _anything(declaration, method)
    body: AnyValue = Known(value=Folded(rest, {}), at=rest.at) if isinstance(rest, Known) else rest
    return Translated(
        declaration=replace(declaration, type=type_, body=Body(value=body), before=None), hidden=hidden, changes=id_
    )


@MAPPING.translates("azapi_data_plane_resource")
def data_plane_resource(declaration: Declaration) -> Translated | None:
    """Something within a resource. Its types are none that a template has; of one that is, nobody can tell what it says."""
    type_, hidden = _type(declaration)
    odd = hidden or Unknown(
        reason=f"what is {declaration.head.address}?", at=declaration.head.at, how="declare it with azapi_resource"
    )
    return Translated(declaration=replace(declaration, type=type_, before=None), hidden=odd)


def _anything(declaration: Declaration, method: Text) -> Unknown:
    reason = f"what does {declaration.head.address} do?"
    return Unknown(reason=reason, at=method.at, how="declare what it does where the resource is declared")


def _is(value: Text, word: str) -> bool:
    return isinstance(value, Known) and (value.value or "").upper() == word.upper()


def _type(declaration: Declaration) -> tuple[str, Unknown | None]:
    """The type without its version; where it cannot be read what it begins with, and why."""
    found = declaration.body.text("type")
    if isinstance(found, Known):
        return (found.value or "").partition("@")[0].strip(), None
    begins, at_sign, _ = ((found.limits and found.limits.prefix) or "").partition("@")
    return begins, None if at_sign else found


def _name(declaration: Declaration) -> AnyValue:
    """The name: written, or the end of a written id."""
    name, id_ = declaration.body.text("name"), declaration.body.text("resource_id")
    if isinstance(name, Known) and not name.value and isinstance(id_, Known) and id_.value:
        return Known(value=id_.value.rstrip("/").rsplit("/", 1)[-1], at=id_.at, origin="derived")
    return name


def _id(declaration: Declaration, type_: str) -> Text:
    """The id, as far as the service or what is written tells it."""
    written = declaration.body.text("resource_id")
    if isinstance(written, Unknown) or written.value:
        return written
    own = declaration.body.text("id")
    if isinstance(own, Known) and own.value:
        return own
    parent, name = declaration.body.text("parent_id"), declaration.body.text("name")
    if isinstance(name, Known) and name.value and isinstance(parent, Known) and (parent.value or "").startswith("/"):
        above, (namespace, *names) = (parent.value or "").rstrip("/"), type_.split("/")
        if len(names) > 1:
            return Known(value=f"{above}/{names[-1]}/{name.value}", at=name.at, origin="derived")
        if names and namespace.lower() != "microsoft.resources":
            return Known(value=f"{above}/providers/{type_}/{name.value}", at=name.at, origin="derived")
    if isinstance(own, Unknown):
        return own
    return Unknown(reason=f"what is the id of {declaration.head.address}?", at=declaration.head.at)


def _body(declaration: Declaration) -> AnyValue:
    """The body, with what the declaration says of it elsewhere left open."""
    body = object_of(declaration.body.get("body"), declaration.head.address)
    secret = declaration.body.get("sensitive_body")
    body = covered(body, secret, f"sensitive: sensitive_body of {declaration.head.address}")
    if declaration.action not in ("create", "replace") or declaration.format == "terraform":
        body = unlike(body, declaration.body.texts("ignore_body_changes"), declaration.head.address)
    return body


def _set(declaration: Declaration, rest: AnyValue, name: str) -> AnyValue:
    """What an attribute says that may be written in the body instead."""
    own = declaration.body.get(name)
    if isinstance(own, Known) and own.value is not None:
        return own
    inside = Body(value=rest).get(name) if isinstance(rest, Unknown | Known) else own
    absent = isinstance(inside, Known) and inside.value is None
    if isinstance(own, Unknown) and not own.unwritten:
        return own
    return own if absent else inside


def _identity(declaration: Declaration, rest: AnyValue) -> AnyValue:
    """The identity in ARM's form, from its block or from the body."""
    block = declaration.body.get("identity")
    if isinstance(block, Unknown):
        return block
    if block.value in (None, ()):
        return Body(value=rest).get("identity")
    inner = Body(value=block)
    ids = inner.texts("identity_ids")
    at: Place = block.at
    known = [member.value for member in ids.members if isinstance(member, Known)]
    assigned: AnyValue
    if ids.open is not None or len(known) < len(ids.members):
        assigned = ids.open or next(m for m in ids.members if isinstance(m, Unknown))
    else:
        assigned = Known(value={id_: Known(value={}, at=ids.at) for id_ in known}, at=ids.at)
    members: dict[str, AnyValue] = {
        "type": inner.get("type"),
        "principalId": inner.get("principal_id"),
        "tenantId": inner.get("tenant_id"),
        "userAssignedIdentities": assigned,
    }
    return Known(value=members, at=at)
