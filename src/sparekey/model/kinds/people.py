"""Users, groups, directory roles and who holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Links, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Resource):
    """A person's or an emergency account.

    `nickname` is the mail nickname. `immutable_id` and `synced` tell an account synchronised from an on-premises directory.
    `emergency` is True only where sparekey.yaml or a tag declares the account to be an emergency account, `listed_partially`
    where the list that does so says that it does not name all of them. `created`: the change that was read makes the account,
    so it has a new object id, and nothing that was known before can name it by one. `password_held`: the configuration or its
    state holds a password for it (the password itself is never read).
    """

    kind: ClassVar[str] = "user"

    upn: Text
    nickname: Text
    enabled: Flag
    immutable_id: Text
    synced: Flag
    emergency: Flag
    listed_partially: Flag
    created: Flag
    password_never_expires: Flag
    password_change_forced: Flag
    password_held: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Resource):
    """A directory group.

    `members` is what the group itself writes or the service reports; `membership_rule` makes it dynamic, and so does the word
    `DynamicMembership` among its `types`.
    """

    kind: ClassVar[str] = "group"

    members: Links
    owners: Links
    types: ValueSet[str]
    membership_rule: Text
    role_assignable: Flag
    synced: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember(Resource):
    """One additive membership (`azuread_group_member`): it adds to a group and says nothing of its other members.

    `created`: the change that was read makes it, so a list of members read before does not hold it yet.
    """

    kind: ClassVar[str] = "group_member"

    group: Links
    member: Links
    created: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRole(Resource):
    """An activated directory role. `template_id` is the built-in role's GUID, from the name where only that is written."""

    kind: ClassVar[str] = "directory_role"

    template_id: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignment(Resource):
    """A principal holding a directory role. `eligible` is True where the role must first be activated (PIM).

    `scope` is "/" for the whole directory.
    """

    kind: ClassVar[str] = "role_assignment"

    role: Links
    principal: Links
    eligible: Flag
    scope: Text
