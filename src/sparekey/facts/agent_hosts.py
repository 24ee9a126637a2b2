"""The members of an agent group one by one: what each is, whether it surely is there, and what the inventory says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sparekey.facts.candidate import short_name
from sparekey.facts.connector_hosts import names
from sparekey.model.answers import a_server
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate
from sparekey.model.kinds.agents import Agent, AgentGroup
from sparekey.model.kinds.hosting import Machine, MachineSet
from sparekey.model.resource import Resource, known_text
from sparekey.model.span import Place
from sparekey.model.truth import Cause, asks, unique
from sparekey.model.value import Answer, Text, Unknown

_KINDS = ("machine", "machine_set", "agent", "machine_script")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a group. `resource` is None where it is declared elsewhere.

    `doubt` asks whether it is there and in the group at all (None: it surely is one server or more). `several`: it may stand for
    more than one server, or for none.
    """

    id: str
    resource: Resource | None
    at: Place
    label: str
    several: bool
    doubt: Cause | None


def members(group: AgentGroup, estate: Estate) -> tuple[Member, ...]:
    """The members of a group, in its order."""
    found = {r.id: r for kind in _KINDS for r in estate.of(kind)}
    return tuple(_member(edge, found.get(edge.target)) for edge in group.members.members)


def unseen(group: AgentGroup) -> tuple[Cause, ...]:
    """Why there may be more in a group than its members; empty where there is nothing more."""
    most = group.agents.most
    beyond = group.agents.missing if most is None or most > len(group.members.members) else ()
    return unique((*((group.members.open,) if group.members.open else ()), *beyond))


def _member(edge: Edge, resource: Resource | None) -> Member:
    at = resource.at if resource else edge.because.at
    label = resource.label if resource else "a server"
    several = not isinstance(resource, Machine | Agent)
    return Member(
        id=edge.target,
        resource=resource,
        at=at,
        label=label,
        several=several,
        doubt=_doubt(edge, resource, label, several=several),
    )


def _doubt(edge: Edge, resource: Resource | None, label: str, *, several: bool) -> Cause | None:
    question = Unknown(
        reason=f"how many servers is {label}?",
        at=resource.at if resource else edge.because.at,
        how="check the deployment that makes them together with this one, or list each in sparekey.yaml (inventory: agents)",
    )
    if not edge.certain:
        return edge.because if edge.because.unknown else asks(question)
    if resource is None or several:
        return asks(question)
    presence, count = resource.head.presence, resource.head.count
    if presence.answer != "yes":
        return presence.because[0] if presence.because else asks(question)
    return None if count.least else next(iter(count.missing), asks(question))


def entries(host: Resource | None, estate: Estate) -> Iterator[Agent]:
    """The inventory entries that name this very machine."""
    called = names(host) if isinstance(host, Machine | MachineSet) else set[str]()
    for entry in estate.of("agent"):
        if isinstance(entry, Agent) and short_name(known_text(entry.host) or known_text(entry.name) or "") in called:
            yield entry


def asked_of(
    member: Member, role: str, estate: Estate, *, key: str, blank: str, at: Place
) -> tuple[Place, str, tuple[Answer, ...]]:
    """Where the inventory says more of a server: the place (`at`, unless it has an entry already), how, and the entry for it.

    An entry that is there already is completed, where it stands: a second one for the same server would contradict it.
    """
    server = member.resource
    entry = server if isinstance(server, Agent) else next(entries(server, estate), None)
    if entry is not None:
        return entry.at, f"write {key}: <{blank}> into this entry of sparekey.yaml", ()
    called = sorted(names(server)) if isinstance(server, Machine) else []
    answers = (a_server(role, called[0], key=key, blank=blank),) if len(called) == 1 else ()
    return at, f"tag it (sparekey-{key}), or list it in sparekey.yaml (inventory: agents: [{{{key}: ...}}])", answers


def said(text: Text) -> bool:
    """Whether something is written, or may be."""
    return isinstance(text, Unknown) or text.value is not None
