"""The `azuread` provider: people, groups, directory roles. Conditional access is in `azuread_access`.

Attribute names, types and defaults are those of the provider's documentation and schema, majors 2 and 3. From major 3 on the
`id` of an object is a path that ends in its object id; a reference to `id` therefore names the object as one to `object_id` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.azuread_ids import principal_keys
from sparekey.mappings.azuread_roles import template_of
from sparekey.model.answers import members_of
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.people import DirectoryRole, Group, GroupMember, RoleAssignment, User
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.truth import Bounds, asks, maybe
from sparekey.model.value import ABSENT, Body, Flag, Known, Links, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azuread")

PRINCIPALS = ("user", "group", "service_principal", "managed_identity")
"""Who can be in a group or hold a role of the directory. A managed identity is a service principal there, with an object id of its own."""


def created(declaration: Declaration) -> bool:
    """Whether the change makes a new object: what its configuration does not write then has the service's own default."""
    return declaration.action in ("create", "replace")


def unset(value: Text, block: Body, declaration: Declaration) -> bool:
    """Whether an optional attribute of `block` that the provider computes is not set.

    That is: null, "" (what the provider reads back for nothing), or unwritten on a new object. Of a block that is unknown
    itself nothing is said.
    """
    if isinstance(value, Known):
        return not value.value
    inner = block.get(0) if isinstance(block.value, Known) and isinstance(block.value.value, tuple) else block.value
    return value.unwritten and created(declaration) and isinstance(inner, Known)


def settled(block: Body, name: str, declaration: Declaration, default: str | None = None) -> Text:
    """The text of such an attribute; `default`, what a new object gets by itself, where it is not set."""
    value = block.text(name)
    return Known(value=default, at=block.value.at, origin="default") if unset(value, block, declaration) else value


def head_of(declaration: Declaration) -> Head:
    """The declaration's head; what a data source looks up is marked so."""
    return replace(declaration.head, looked_up=True) if declaration.mode == "data" else declaration.head


def object_keys(body: Body) -> tuple[Key, ...]:
    """The keys by which a directory object is named."""
    return tuple(Key(space="object_id", attribute=name, value=body.text(name)) for name in ("object_id", "id"))


def _flag(*, value: bool, head: Head) -> Flag:
    return Known(value=value, at=head.at, origin="derived")


def _synced(body: Body, declaration: Declaration) -> Flag:
    """Whether an account is synchronised from an on-premises directory. One that the change itself makes is not."""
    synced = body.flag("onpremises_sync_enabled")
    if isinstance(synced, Unknown) and synced.unwritten and created(declaration):
        return Known(value=False, at=body.value.at, origin="default")
    return synced


def _held(password: Text, head: Head) -> Flag:
    """Whether a password is held. The value itself goes no further; what it comes from does."""
    if isinstance(password, Unknown):
        return replace(password, reason=f"does the configuration hold a password for {head.address}?")
    return Known(value=bool(password.value), at=password.at, origin="derived")


@MAPPING.maps("azuread_user")
def user(declaration: Declaration) -> Iterator[Resource]:
    """A user, managed or looked up. `account_enabled` is true by default, the mail nickname the part of the UPN before "@"."""
    head, body = head_of(declaration), declaration.body
    upn = body.text("user_principal_name")
    by_upn = Known(value=upn.value.split("@")[0], at=upn.at, origin="default") if isinstance(upn, Known) and upn.value else upn
    nickname = body.text("mail_nickname")
    yield User(
        head=head,
        name=body.text("display_name"),
        keys=(*principal_keys(declaration), Key(space="upn", attribute="user_principal_name", value=upn)),
        upn=upn,
        nickname=by_upn if unset(nickname, body, declaration) else nickname,
        enabled=body.flag("account_enabled", default=True),
        immutable_id=settled(body, "onpremises_immutable_id", declaration),
        synced=_synced(body, declaration),
        emergency=_flag(value=False, head=head),
        listed_partially=_flag(value=False, head=head),
        created=_flag(value=created(declaration), head=head),
        password_never_expires=body.flag("disable_password_expiration", default=False),
        password_change_forced=body.flag("force_password_change", default=False),
        password_held=_held(body.text("password"), head),
    )


@MAPPING.maps("azuread_users")
def users(declaration: Declaration) -> Iterator[Resource]:
    """Looked-up users: one for each that the service found, else one for each that is asked for, else some unknown number."""
    head, body = head_of(declaration), declaration.body
    found = body.blocks("users")
    read = body.get("users")
    if isinstance(read, Known) and read.value is not None:
        for index, each in enumerate(found):
            yield _listed(head.part(f"users[{index}]", found.at), each, ignore_missing=False)
        return
    hidden = (
        read
        if isinstance(read, Unknown)
        else Unknown(reason=f"whom does {head.address} find?", at=head.at, how="write the ids or names as constants")
    )
    for attribute, wanted in (("object_ids", "object_id"), ("user_principal_names", "user_principal_name")):
        asked = body.texts(attribute)
        if asked.open is None and asked.members:
            missing = body.flag("ignore_missing", default=False)
            for index, member in enumerate(asked.members):
                each = Body(value=Known(value={wanted: member}, at=member.at))
                part = head.part(f"users[{index}]", member.at)
                yield _listed(
                    part, each, ignore_missing=not (isinstance(missing, Known) and missing.value is False), hidden=hidden
                )
            return
    nobody = Unknown(reason=f"how many users does {head.address} find?", at=head.at, how=hidden.how)
    some = replace(head, count=Bounds(least=0, most=None, missing=(asks(nobody),)))
    yield _listed(some, Body(value=hidden), ignore_missing=False)


def _listed(head: Head, body: Body, *, ignore_missing: bool, hidden: Unknown | None = None) -> User:
    """One user of a list. `hidden` stands for every attribute that is not there; with `ignore_missing` it may not exist."""

    def text(name: str) -> Text:
        value = body.text(name)
        return hidden if hidden and isinstance(value, Known) and value.value is None else value

    def flag(name: str) -> Flag:
        value = body.flag(name)
        return hidden if hidden and isinstance(value, Known) and value.value is None else value

    if ignore_missing:
        doubt = Unknown(reason=f"does the user {head.address} exist?", at=head.at, how="set ignore_missing to false")
        head = replace(head, presence=maybe(asks(doubt)))
    upn, object_id = text("user_principal_name"), text("object_id")
    return User(
        head=head,
        name=text("display_name"),
        keys=(
            Key(space="object_id", attribute="object_ids", value=object_id),
            Key(space="object_id", attribute="users", value=object_id),
            Key(space="upn", attribute="user_principal_names", value=upn),
        ),
        upn=upn,
        nickname=text("mail_nickname"),
        enabled=flag("account_enabled"),
        immutable_id=text("onpremises_immutable_id"),
        synced=Unknown(reason=f"is {head.address} synchronised?", at=head.at, how="look it up with data azuread_user"),
        emergency=_flag(value=False, head=head),
        listed_partially=_flag(value=False, head=head),
        created=_flag(value=False, head=head),
        password_never_expires=Unknown(
            reason=f"does the password of {head.address} expire?", at=head.at, how="look it up with data azuread_user"
        ),
        password_change_forced=_flag(value=False, head=head),
        password_held=_flag(value=False, head=head),
    )


@MAPPING.maps("azuread_group", "azuread_group_without_members")
def group(declaration: Declaration) -> Iterator[Resource]:
    """A group, managed or looked up. `assignable_to_role` is false by default.

    `members` is optional and computed: a list that is known is what the configuration writes or what the service reported,
    and so nothing is missing from it; nothing at all, or not yet known, leaves the question who is in the group.
    """
    head, body = head_of(declaration), declaration.body
    if declaration.type == "azuread_group_without_members":
        members = nobody_says(ValueSet(members=(), at=head.at), head)
    else:
        members = body.texts("members")
        if members.open or (not members.members and members.origin in ABSENT):
            members = nobody_says(members, head)
    yield Group(
        head=head,
        name=body.text("display_name"),
        keys=principal_keys(declaration),
        members=Links(values=members, to=PRINCIPALS, unknown_whole=True),
        owners=Links(values=body.texts("owners"), to=("user",), unknown_whole=True),
        types=body.texts("types"),
        membership_rule=body.text("dynamic_membership", "rule"),
        role_assignable=body.flag("assignable_to_role", default=False),
        synced=body.flag("onpremises_sync_enabled"),
    )


def nobody_says(members: ValueSet[str], head: Head) -> ValueSet[str]:
    """The set, open because of the question who is in the group; what its list will come from is kept."""
    question = Unknown(
        reason=f"who is in {head.address}?",
        at=members.at,
        how=f"inventory: groups: [{{of: {head.address}, members: [...]}}]",
        answers=(members_of(head.address),),
        refs=members.open.refs if members.open else (),
        beyond=members.open.beyond if members.open else "",
    )
    return replace(members, open=question)


@MAPPING.maps("azuread_group_member")
def group_member(declaration: Declaration) -> Iterator[Resource]:
    """One membership added to a group."""
    head, body = head_of(declaration), declaration.body
    yield GroupMember(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        group=body.link("group_object_id", to=("group",)),
        member=body.link("member_object_id", to=PRINCIPALS),
        created=_flag(value=created(declaration), head=head),
    )


@MAPPING.maps("azuread_directory_role")
def directory_role(declaration: Declaration) -> Iterator[Resource]:
    """An activated role, named by `template_id` or by `display_name`; the one that is not written is computed."""
    head, body = head_of(declaration), declaration.body
    name, template = body.text("display_name"), body.text("template_id")
    if isinstance(template, Unknown) or not template.value:
        by_name = template_of(name)
        template = by_name if isinstance(by_name, Unknown) or by_name.value else template
    yield DirectoryRole(
        head=head,
        name=name,
        keys=(*object_keys(body), Key(space="template_id", attribute="template_id", value=template)),
        template_id=template,
    )


@MAPPING.maps("azuread_directory_role_member")
def directory_role_member(declaration: Declaration) -> Iterator[Resource]:
    """A role held in the whole directory, named by the object id of the activated role."""
    head, body = head_of(declaration), declaration.body
    yield RoleAssignment(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        role=body.link("role_object_id", to=("directory_role",), by=("object_id", "template_id")),
        principal=body.link("member_object_id", to=PRINCIPALS),
        eligible=_flag(value=False, head=head),
        scope=Known(value="/", at=head.at, origin="default"),
    )


@MAPPING.maps("azuread_directory_role_assignment")
def directory_role_assignment(declaration: Declaration) -> Iterator[Resource]:
    """A role held, named by template id. Without a scope it is held in the whole directory ("/", the provider's default)."""
    head, body = head_of(declaration), declaration.body
    scope: Text = Known(value="/", at=head.at, origin="default")
    for name in ("app_scope_id", "app_scope_object_id", "directory_scope_id", "directory_scope_object_id"):
        written = body.text(name)
        if not unset(written, body, declaration):
            scope = written
            break
    yield RoleAssignment(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        role=body.link("role_id", to=("directory_role",), by=("template_id", "object_id")),
        principal=body.link("principal_object_id", to=PRINCIPALS),
        eligible=_flag(value=False, head=head),
        scope=scope,
    )


@MAPPING.maps("azuread_directory_role_eligibility_schedule_request")
def role_eligibility(declaration: Declaration) -> Iterator[Resource]:
    """A role that its principal must activate before using it."""
    head, body = head_of(declaration), declaration.body
    yield RoleAssignment(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        role=body.link("role_definition_id", to=("directory_role",), by=("template_id", "object_id")),
        principal=body.link("principal_id", to=PRINCIPALS),
        eligible=_flag(value=True, head=head),
        scope=body.text("directory_scope_id"),
    )
