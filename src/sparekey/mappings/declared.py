"""Inventory entries of sparekey.yaml to the kinds that they describe."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sparekey.model.builtin_roles import TEMPLATES
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.hybrid import Connector
from sparekey.model.kinds.inventory import EmergencyMethod
from sparekey.model.kinds.people import Group, RoleAssignment, User
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import Body, Flag, Known, Links, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="declared")

GLOBAL_ADMINISTRATOR = TEMPLATES["Global Administrator"]
DEFAULT_CONNECTOR_GROUP = "default"
"""The group of a connector that names none: a tenant's first connector group is called so."""

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@MAPPING.maps("inventory.break_glass")
def emergency_account(declaration: Declaration) -> Iterable[Resource]:
    """A declared emergency account, usable by declaration. What the entry leaves out is not known, rather than absent."""
    body, at = declaration.body, declaration.head.at
    label = _first(body, "name", "upn", "object_id")
    upn = _asked(body, "upn", question=f"what is the user principal name of {label.value}?")
    object_id = _asked(body, "object_id", question=f"what is the object id of {label.value}?")
    source = _synced(body, label)
    yield User(
        head=declaration.head,
        name=label,
        keys=(Key(space="upn", attribute="upn", value=upn), Key(space="object_id", attribute="object_id", value=object_id)),
        upn=upn,
        nickname=_unsaid(f"what is the mail nickname of {label.value}?", at),
        enabled=Known(value=True, at=at, origin="declared"),
        immutable_id=source if isinstance(source, Unknown) else Known(value=None, at=source.at, origin="declared"),
        synced=source,
        emergency=Known(value=True, at=at, origin="declared"),
        listed_partially=_flag(body, "partial"),
        created=Known(value=False, at=at, origin="declared"),
        password_never_expires=_unsaid(f"does the password of {label.value} expire?", at),
        password_change_forced=_unsaid(f"must {label.value} change its password?", at),
        password_held=Known(value=False, at=at, origin="declared"),
    )

    if _said(body, "method"):
        yield EmergencyMethod(
            head=declaration.head.part("method", at),
            name=label,
            account=Links(values=_names_of(upn, object_id, at), to=("user",), by=("upn", "object_id")),
            method=body.text("method"),
        )
    if _said(body, "permanent"):
        yield _administrator(declaration, upn, object_id)


def _synced(body: Body, label: Known[str | None]) -> Flag:
    """Whether an account comes from an on-premises directory, or the question. Of one that does, the id there is never asked."""
    if _said(body, "synced"):
        return body.flag("synced")
    reason = f"is {label.value} synchronised from an on-premises directory?"
    return Unknown(reason=reason, at=body.value.at, how="inventory: break_glass: [{synced: false}], or scan what declares it")


def _administrator(declaration: Declaration, upn: Text, object_id: Text) -> RoleAssignment:
    """The assignment of Global Administrator that an entry declares: active where `permanent` is true, else one to be activated."""
    at = declaration.body.get("permanent").at
    permanent = declaration.body.flag("permanent")
    holder = _names_of(upn, object_id, at)
    role = ValueSet(members=(Known(value=GLOBAL_ADMINISTRATOR, at=at, origin="declared"),), at=at, origin="declared")
    return RoleAssignment(
        head=declaration.head.part("permanent", at),
        name=Known(value=None, at=at, origin="declared"),
        role=Links(values=role, to=("directory_role",), by=("template_id",)),
        principal=Links(values=holder, to=("user",), by=("upn", "object_id")),
        eligible=permanent if isinstance(permanent, Unknown) else Known(value=not permanent.value, at=at, origin="declared"),
        scope=Known(value="/", at=at, origin="declared"),
    )


def _names_of(upn: Text, object_id: Text, at: Place) -> ValueSet[str]:
    """The one account that an entry names, by the first of its names that is known."""
    named = (Known(value=key.value, at=at) for key in (upn, object_id) if isinstance(key, Known) and key.value)
    return ValueSet(members=tuple(named)[:1], at=at, origin="declared")


@MAPPING.maps("inventory.group")
def group(declaration: Declaration) -> Iterable[Resource]:
    """The declared members of a group, which is named by object id or by the address of its resource."""
    body, at = declaration.body, declaration.head.at
    of = body.text("of")
    name = of.value if isinstance(of, Known) and of.value else declaration.head.address
    space = "object_id" if _GUID.fullmatch(name) else "address"
    partial = body.flag("partial")
    rest = None
    if isinstance(partial, Known) and partial.value:
        rest = Unknown(
            reason=f"who else is in {name}?", at=partial.at, how="inventory: groups: list all members, without partial"
        )
    members = body.texts("members")
    yield Group(
        head=declaration.head,
        name=Known(value=name, at=of.at, origin="declared"),
        keys=(Key(space=space, attribute="of", value=of),),
        members=Links(
            values=ValueSet(members=members.members, at=members.at, open=members.open or rest, origin="declared"),
            to=("user", "group"),
            by=("object_id", "upn", "address"),
        ),
        owners=Links(values=ValueSet(members=(), at=at, open=_unsaid(f"who owns {name}?", at)), to=("user",)),
        types=ValueSet(members=(), at=at, origin="declared"),
        membership_rule=Known(value=None, at=at, origin="declared"),
        role_assignable=_unsaid(f"can {name} hold directory roles?", at),
        synced=_unsaid(f"is {name} synchronised from an on-premises directory?", at),
    )


@MAPPING.maps("inventory.connector")
def connector(declaration: Declaration) -> Iterable[Resource]:
    """A declared connector, in the group `default` where the entry names none."""
    body = declaration.body
    host = body.text("host")
    yield Connector(
        head=declaration.head,
        name=_first(body, "name"),
        keys=(Key(space="host", attribute="host", value=host),),
        group=_or_default(body.text("group"), DEFAULT_CONNECTOR_GROUP),
        site=body.text("site"),
        host=host,
        partial=_flag(body, "partial"),
    )


def _said(body: Body, key: str) -> bool:
    found = body.get(key)
    return isinstance(found, Unknown) or found.value is not None


def _first(body: Body, *keys: str) -> Known[str | None]:
    """The first of these texts that is written (the schema demands one of them)."""
    texts = (body.text(key) for key in keys)
    return next((t for t in texts if isinstance(t, Known) and t.value), Known(value=None, at=body.value.at, origin="declared"))


def _asked(body: Body, key: str, *, question: str) -> Text:
    """The text, or the question that the entry leaves open."""
    if _said(body, key):
        return body.text(key)
    return Unknown(reason=question, at=body.value.at, how=f"inventory: break_glass: [{{{key}: ...}}]")


def _unsaid(question: str, at: Place) -> Unknown:
    """What an entry has no key for: only the resource itself could tell."""
    return Unknown(reason=question, at=at, how="scan the file that declares it")


def _flag(body: Body, key: str) -> Flag:
    found = body.flag(key)
    return found if _said(body, key) else Known(value=False, at=body.value.at, origin="declared")


def _or_default(value: Text, default: str) -> Text:
    return value if isinstance(value, Unknown) or value.value else Known(value=default, at=value.at, origin="default")
