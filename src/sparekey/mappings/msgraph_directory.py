"""Users, groups, memberships and directory roles as Microsoft Graph writes them.

Property names are those of the Graph resource types user, group, directoryRole, unifiedRoleAssignment and of the two schedule
requests (v1.0).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sparekey.mappings.azuread import PRINCIPALS, nobody_says
from sparekey.mappings.msgraph_reading import Graph, bare, link
from sparekey.model.kinds.people import DirectoryRole, Group, GroupMember, RoleAssignment, User
from sparekey.model.resource import Head, Key
from sparekey.model.truth import all_of, asks, maybe
from sparekey.model.value import Body, Flag, Known, Links, Text, Unknown, ValueSet

PATCHED_USER: Final = ("accountEnabled", "userPrincipalName", "onPremisesImmutableId")
"""Properties that make a patch of a user worth a view of that user: what it cannot show would only raise questions."""

_NO_EXPIRY: Final = "disablepasswordexpiration"


def user(head: Head, keys: tuple[Key, ...], graph: Graph, *, created: bool) -> User:
    """A user. An account that the change makes is in the cloud alone, whatever its body leaves out, and is enabled where it says so.

    `accountEnabled` is required of a new user; `forceChangePasswordNextSignIn` is true by default.
    """
    upn = graph.text("userPrincipalName")
    return User(
        head=head,
        name=graph.text("displayName"),
        keys=(*keys, Key(space="upn", attribute=_attribute("userPrincipalName", graph), value=upn)),
        upn=upn,
        nickname=graph.text("mailNickname"),
        enabled=graph.flag("accountEnabled", default=True),
        immutable_id=_settled(graph.text("onPremisesImmutableId"), graph, created=created),
        synced=_synced(graph, created=created),
        emergency=_said(head, value=False),
        listed_partially=_said(head, value=False),
        created=_said(head, value=created),
        password_never_expires=_never_expires(graph),
        password_change_forced=graph.flag("passwordProfile", "forceChangePasswordNextSignIn", default=True),
        password_held=_held(graph.text("passwordProfile", "password"), graph),
    )


def group(head: Head, keys: tuple[Key, ...], graph: Graph, *, members: str, owners: str, created: bool, whole: bool) -> Group:
    """A group. `members` and `owners` are the properties that write them when the group is made.

    The list that makes a group, or that is read back of one, is all there is besides what additive memberships add. What was
    written when a group was made long ago names members, but not all of them; and without a list nobody is named.
    `isAssignableToRole` is false by default. A group without a membership rule is not dynamic.
    """
    rule = graph.text("membershipRule")
    types = graph.texts("groupTypes")
    if types.open and types.open.unwritten and isinstance(rule, Known) and not rule.value:
        types = ValueSet(members=(), at=types.at, origin="default")
    written = graph.links(members, to=PRINCIPALS)
    if written.values.open or not graph.holds(members) or not whole:
        written = replace(written, values=nobody_says(written.values, head))
    return Group(
        head=head,
        name=graph.text("displayName"),
        keys=keys,
        members=written,
        owners=graph.links(owners, to=("user",)),
        types=types,
        membership_rule=rule,
        role_assignable=graph.flag("isAssignableToRole", default=False),
        synced=_synced(graph, created=created),
    )


def member(head: Head, group_id: Text, member_id: Known[str] | Unknown, *, created: bool) -> GroupMember:
    """One membership, of whoever the id names, in the group of the other id."""
    return GroupMember(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        group=link(group_id, to=("group",)),
        member=Links(values=ValueSet(members=(bare(member_id),), at=member_id.at), to=PRINCIPALS),
        created=_said(head, value=created),
    )


def member_list(head: Head, group_id: Text, ids: ValueSet[str], *, created: bool) -> Iterator[GroupMember | Group]:
    """The members of a group that one declaration holds in full: each as a membership, and the list as a view of the group."""
    for index, each in enumerate(ids.members):
        yield member(head.part(f"reference_ids[{index}]", each.at), group_id, each, created=created)
    if ids.open:
        yield GroupMember(
            head=head.part("reference_ids", ids.at),
            name=Known(value=None, at=head.at, origin="default"),
            group=link(group_id, to=("group",)),
            member=Links(values=ValueSet(members=(), at=ids.at, open=ids.open), to=PRINCIPALS),
            created=_said(head, value=created),
        )
    if isinstance(group_id, Known):
        elsewhere = Unknown(reason=f"what else is the group of {head.address}?", at=head.at, how="scan the file that declares it")
        hidden = Graph(body=elsewhere, what=head.address)
        yield Group(
            head=replace(head.part("group", head.at), looked_up=True),
            name=Known(value=None, at=head.at, origin="default"),
            keys=(Key(space="object_id", attribute="", value=group_id),),
            members=Links(values=replace(ids, members=tuple(bare(m) for m in ids.members)), to=PRINCIPALS),
            owners=hidden.links("owners", to=("user",)),
            types=ValueSet(members=(), at=head.at, origin="derived"),
            membership_rule=Known(value=None, at=head.at, origin="derived"),
            role_assignable=elsewhere,
            synced=elsewhere,
        )


def directory_role(head: Head, keys: tuple[Key, ...], graph: Graph) -> DirectoryRole:
    """An activated directory role."""
    template = graph.text("roleTemplateId")
    return DirectoryRole(
        head=head,
        name=graph.text("displayName"),
        keys=(*keys, Key(space="template_id", attribute="roleTemplateId", value=template)),
        template_id=template,
    )


def role_assignment(head: Head, graph: Graph, *, eligible: bool, lasting: bool = True) -> RoleAssignment:
    """A role that a principal holds, or is eligible for, in the whole directory unless `directoryScopeId` says otherwise.

    Not `lasting`: a schedule, which may end; such an assignment is held only possibly.
    """
    if not lasting and not _never_ends(graph):
        doubt = Unknown(reason=f"does the assignment of {head.address} last?", at=head.at, how="write an expiration noExpiration")
        head = replace(head, presence=all_of((head.presence, maybe(asks(doubt)))))
    return RoleAssignment(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        role=graph.link("roleDefinitionId", to=("directory_role",), by=("template_id", "object_id")),
        principal=graph.link("principalId", to=PRINCIPALS),
        eligible=_said(head, value=eligible),
        scope=graph.text("directoryScopeId", default="/"),
    )


def role_member(head: Head, role_id: Text, member_id: Known[str] | Unknown) -> RoleAssignment:
    """A member of an activated role, which its object id names, or `roleTemplateId=` and its template id."""
    by = ("object_id", "template_id")
    if isinstance(role_id, Known) and role_id.value and "=" in role_id.value:
        role_id = replace(role_id, value=role_id.value.partition("=")[2].strip())
        by = ("template_id", "object_id")
    return RoleAssignment(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        role=link(role_id, to=("directory_role",), by=by),
        principal=Links(values=ValueSet(members=(bare(member_id),), at=member_id.at), to=PRINCIPALS),
        eligible=_said(head, value=False),
        scope=Known(value="/", at=head.at, origin="default"),
    )


def _attribute(name: str, graph: Graph) -> str:
    return "user_principal_name" if graph.snake else f"body.{name}"


def _said(head: Head, *, value: bool) -> Flag:
    return Known(value=value, at=head.at, origin="derived")


def _settled(text: Text, graph: Graph, *, created: bool) -> Text:
    """The text; null where a new object leaves to the service what it does not write."""
    if isinstance(text, Unknown) and text.unwritten and created:
        return Known(value=None, at=graph.at, origin="default")
    return text


def _synced(graph: Graph, *, created: bool) -> Flag:
    """Whether the object is synchronised. The service decides that, so a body cannot tell it of an object that exists."""
    synced = graph.flag("onPremisesSyncEnabled")
    if isinstance(synced, Known) and (synced.value is not None or graph.answered):
        return replace(synced, value=bool(synced.value))
    if created and (isinstance(synced, Known) or synced.unwritten):
        return Known(value=False, at=graph.at, origin="default")
    if isinstance(synced, Unknown):
        return synced
    if graph.snake:
        return Known(value=False, at=synced.at, origin="default")
    reported = graph.report("onPremisesSyncEnabled")
    if reported is not None:
        return Body(value=reported).flag(default=False)
    how = 'have it read back: read_query_parameters = { "$select" = ["id,onPremisesSyncEnabled"] }, response_export_values = { all = "@" }'
    return Unknown(reason=f"is {graph.what} synchronised from an on-premises directory?", at=graph.at, how=how)


def _never_expires(graph: Graph) -> Flag:
    policies = graph.flags("passwordPolicies")
    if policies.open:
        return policies.open
    for policy in policies.members:
        if isinstance(policy, Unknown):
            return policy
        if policy.value.lower() == _NO_EXPIRY:
            return Known(value=True, at=policy.at, origin="derived")
    return Known(value=False, at=policies.at, origin="derived")


def _held(password: Text, graph: Graph) -> Flag:
    """Whether a password is held. The value itself goes no further."""
    if isinstance(password, Unknown):
        return Unknown(
            reason=f"does the configuration hold a password for {graph.what}?",
            at=password.at,
            how="write it as a constant, or leave it out",
        )
    return Known(value=bool(password.value), at=password.at, origin="derived")


def _never_ends(graph: Graph) -> bool:
    kind = graph.text("scheduleInfo", "expiration", "type")
    return isinstance(kind, Known) and (kind.value or "").lower() == "noexpiration"
