"""Whether agents run on a scale set, whose instances are made from one image.

`on_scale_set` of every `agent_group`: yes if a member is a scale set, no if every member is a machine or an inventory entry and there
are no others. An entry of the inventory is a server of its own. A script of which the machine is not known may run on either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sparekey.facts.agent_hosts import Member, members, unseen
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.agents import Agent, AgentGroup
from sparekey.model.kinds.hosting import Machine, MachineSet
from sparekey.model.truth import Cause, Truth, all_of, any_of, asks, maybe, no, yes
from sparekey.model.value import Unknown


def facts(estate: Estate, groups: Sequence[AgentGroup]) -> Iterator[Fact]:
    """The fact above for every group of agents."""
    for group in groups:
        yield Fact(subject=group.id, name="on_scale_set", value=_on_scale_set(group, estate))


def _on_scale_set(group: AgentGroup, estate: Estate) -> Truth:
    found = [_is_set(member, edge) for member, edge in zip(members(group, estate), group.members.members, strict=True)]
    more = unseen(group)
    return any_of([*found, *([maybe(*more)] if more else []), no(Cause(at=group.at))])


def _is_set(member: Member, edge: Edge) -> Truth:
    if isinstance(member.resource, MachineSet):
        here = yes(Cause(at=member.at, label="scale set"))
        return all_of([member.resource.head.presence, here]) if edge.certain else maybe(_doubt(member))
    return no() if isinstance(member.resource, Machine | Agent) else maybe(_doubt(member))


def _doubt(member: Member) -> Cause:
    question = Unknown(reason=f"does an agent run on {member.label}?", at=member.at, how="tag the machine (sparekey-role)")
    return member.doubt or asks(question)
