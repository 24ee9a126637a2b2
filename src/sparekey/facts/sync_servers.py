"""Sync servers: whether one stands by for the active one, and how many are active.

Facts of every `agent_group` (they mean something for those of sync servers alone):

- `standby`: there are two servers or more, and one of them is in staging mode. The inventory may say so instead (`sync: {staging: ...}`).
- `rebuilt`: it is planned to build a new server when the active one is lost (`sync: {dr: rebuild}`). Nothing said is a no.
- `active`: how many servers are active. One of which nobody says the mode may be.

Facts of a `declared_sync`: `standby` and `rebuilt` as it says itself, and `servers_seen`, whether some group of sync servers is judged.

The mode of a server is that of its tag, else that of its inventory entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sparekey.facts.agent_hosts import Member, asked_of, entries, members, said, unseen
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.agents import Agent, AgentGroup
from sparekey.model.kinds.hosting import Machine, MachineSet
from sparekey.model.kinds.inventory import DeclaredSync
from sparekey.model.resource import Resource, known_text
from sparekey.model.truth import Bounds, Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Known, Text, Unknown

_HOW = "tag it (sparekey-mode: active or staging), or say so in sparekey.yaml (inventory: agents: [{mode: ...}])"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """A member of the group, and its mode or the question which."""

    member: Member
    mode: Known[str] | Unknown


def facts(estate: Estate, groups: Sequence[AgentGroup]) -> Iterator[Fact]:
    """The facts above."""
    syncs = [sync for sync in estate.of("declared_sync") if isinstance(sync, DeclaredSync)]
    for group in groups:
        servers = [_Server(member=member, mode=_mode(member, estate)) for member in members(group, estate)]
        yield Fact(subject=group.id, name="standby", value=any_of([*map(_declared, syncs), _seen(group, servers, syncs)]))
        yield Fact(subject=group.id, name="rebuilt", value=_rebuilt(group, syncs))
        yield Fact(subject=group.id, name="active", value=_active(group, servers))
    seen = any_of([no(), *(all_of([group.head.presence, yes()]) for group in groups if known_text(group.role) == "connect-sync")])
    for sync in syncs:
        yield Fact(subject=sync.id, name="standby", value=_declared(sync))
        yield Fact(subject=sync.id, name="rebuilt", value=_rebuilt(sync, [sync]))
        yield Fact(subject=sync.id, name="servers_seen", value=seen)


# --- modes --------------------------------------------------------------------------------------------------------------


def _mode(member: Member, estate: Estate) -> Known[str] | Unknown:
    """The mode of a server: "active" or "staging", or the question which."""
    server = member.resource
    mode: Text = Known(value=None, at=member.at, origin="default")
    if isinstance(server, Agent):
        mode = server.mode
    elif isinstance(server, Machine | MachineSet):
        mode = server.marks.mode
        if not said(mode):
            mode = next((entry.mode for entry in entries(server, estate) if said(entry.mode)), mode)
    if isinstance(mode, Unknown):
        return mode
    word = (mode.value or "").strip().casefold()
    if word in ("active", "staging"):
        return Known(value=word, at=mode.at, origin=mode.origin)
    at, how, answers = asked_of(member, "connect-sync", estate, key="mode", blank="active or staging", at=mode.at)
    return Unknown(reason=f"is {member.label} active or in staging mode?", at=at, how=how, answers=answers)


# --- what follows --------------------------------------------------------------------------------------------------------


def _declared(sync: DeclaredSync) -> Truth:
    """Whether the inventory says that a server stands by. Where it says nothing, it proves nothing: a no beside what is seen."""
    staging = sync.staging
    if isinstance(staging, Unknown):
        return maybe(asks(staging))
    if staging.value is None:
        return no()
    if not staging.value:
        return no(Cause(at=staging.at, label="staging"))
    return all_of([sync.head.presence, yes(Cause(at=staging.at, label="staging"))])


def _seen(group: AgentGroup, servers: Sequence[_Server], syncs: Sequence[DeclaredSync]) -> Truth:
    """Whether a server is seen to stand by."""
    if group.agents.most is not None and group.agents.most < 2:
        return no(*group.agents.because)
    second = yes(*group.agents.because) if group.agents.least > 1 else maybe(*group.agents.missing)
    modes = [_is_staging(server) for server in servers]
    denied = next((sync for sync in syncs if isinstance(sync.staging, Known) and sync.staging.value is False), None)
    if denied is not None and denied.head.presence.answer == "yes" and all(truth.answer != "yes" for truth in modes):
        return _declared(denied)
    more = unseen(group)
    return all_of([second, any_of([*modes, *([maybe(*more)] if more else []), no(*group.agents.because)])])


def _is_staging(server: _Server) -> Truth:
    if isinstance(server.mode, Unknown):
        return maybe(asks(server.mode))
    cause = Cause(at=server.mode.at, label=f"mode {server.mode.value}")
    if server.mode.value != "staging":
        return no(cause)
    return maybe(server.member.doubt) if server.member.doubt else yes(cause)


def _rebuilt(subject: Resource, syncs: Sequence[DeclaredSync]) -> Truth:
    """Whether it is said that a new server is built when the active one is lost."""
    found = [_recovery(sync) for sync in syncs]
    return any_of([*found, no(Cause(at=subject.at))])


def _recovery(sync: DeclaredSync) -> Truth:
    recovery = sync.recovery
    if isinstance(recovery, Unknown):
        return maybe(asks(recovery))
    if recovery.value != "rebuild":
        return no()
    return all_of([sync.head.presence, yes(Cause(at=recovery.at, label="dr: rebuild"))])


def _active(group: AgentGroup, servers: Sequence[_Server]) -> Bounds:
    """How many servers are active. Two members may be one server seen twice, so that only as many count as are told apart."""
    certain = [server for server in servers if server.member.doubt is None]
    twice = max(0, len(certain) - group.agents.least)
    active = _apart(certain, "active", twice)
    least = min(active, group.agents.least)
    most = group.agents.most
    if most is not None:
        most = max(least, most - min(_apart(certain, "staging", twice), group.agents.least))
    asked = [asks(server.mode) for server in servers if isinstance(server.mode, Unknown)]
    asked += [server.member.doubt for server in servers if server.member.doubt]
    which = Unknown(reason=f"how many servers of {group.label} are active?", at=group.at, how=_HOW)
    missing = unique((*asked, *group.agents.missing)) or (asks(which),)
    because = [Cause(at=s.mode.at, label=f"mode {s.mode.value}") for s in servers if isinstance(s.mode, Known)]
    return Bounds(
        least=least, most=most, because=unique(because) or group.agents.because, missing=missing if least != most else ()
    )


def _apart(servers: Sequence[_Server], mode: str, twice: int) -> int:
    """How many servers of a mode there are at least, if so many of the members are another one seen again."""
    found = sum(isinstance(server.mode, Known) and server.mode.value == mode for server in servers)
    return max(min(found, 1), found - twice)
