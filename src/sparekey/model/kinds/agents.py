"""Agents and servers that link a directory with an on-premises one, and their groups by role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.edges import Edges
from sparekey.model.resource import Resource
from sparekey.model.truth import Bounds
from sparekey.model.value import Flag, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent(Resource):
    """An agent or server that sparekey.yaml declares; hosts that carry one are machines.

    `role` is one of the roles of a tag, connectors apart ("pta-agent", "cloud-sync-agent", "connect-sync", "adfs", "adfs-wap",
    "adds-dc", ...), `group` null where the role has no groups. `mode` is "active" or "staging". `partial` is True where the entry
    says that there are more of the role than are listed.
    """

    kind: ClassVar[str] = "agent"

    role: Text
    group: Text
    site: Text
    host: Text
    mode: Text
    partial: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentGroup(Resource):
    """All agents of one role and one group. `agents` is how many there are, `members` the hosts and inventory entries.

    Its address is `agent_group/ROLE/GROUP`; agents of which no group is said are in the group `default`, domain controllers of which the scripts
    name different domains in one named after each. `role` is one of the roles of a tag. `carrying` are those that certainly have
    the role, whether they are in this group or not.
    """

    kind: ClassVar[str] = "agent_group"

    role: Text
    agents: Bounds
    members: Edges
    carrying: Edges


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryLink(Resource):
    """A connection of an identity provider with an on-premises directory that only agents carry.

    `role` is that of the agents, as a tag spells it; `group` what names theirs, null where nothing does. `remembers` is whether the
    provider keeps the passwords of those who signed in before, and goes on with them while no agent works. `provider` is whose service it
    is ("auth0", "okta"), `agents` the ids of those that are seen to carry it.
    """

    kind: ClassVar[str] = "directory_link"

    role: Text
    group: Text
    remembers: Flag
    provider: Text
    agents: ValueSet[str]
