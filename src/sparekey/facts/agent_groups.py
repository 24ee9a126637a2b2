"""Groups of agents and servers that link a directory with an on-premises one, by role.

They are found, told apart and counted like connectors (see `connectors` and `connector_sightings`). A machine of which role or scripts
cannot be read may have any of the roles, and is asked about once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sparekey.facts.candidate import DEFAULT_GROUP
from sparekey.facts.connector_hosts import readable_texts
from sparekey.facts.connector_sightings import candidates, strangers
from sparekey.facts.connectors import Gathering, gatherings, unclassified
from sparekey.facts.roles import AGENTS, ANY_AGENT, Role, may_install
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.agents import Agent, AgentGroup
from sparekey.model.kinds.hosting import Machine, MachineScript, MachineSet
from sparekey.model.resource import Head, Resource, known_text
from sparekey.model.seams import Derivation
from sparekey.model.value import Known, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config


def agent_groups(estate: Estate, config: Config) -> tuple[AgentGroup, ...]:
    """Every group of agents of an estate, by role and name."""
    del config  # what is complete is in the estate
    return tuple(
        _group(role, group, estate) for role in roles_seen(estate) for group in gatherings(estate, role, candidates(estate, role))
    )


def perhaps_agents(estate: Estate) -> tuple[Unknown, ...]:
    """The questions of declarations that may be agents of any role: because of them no role is surely without any."""
    found = (
        candidate for candidate in (*candidates(estate, ANY_AGENT), *strangers(estate, ANY_AGENT)) if not candidate.classified
    )
    return tuple(doubt for candidate in found for doubt in candidate.doubts[:1])


def derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    """Every group of agents of the estate, and every declaration of which it cannot be told whether it is one."""
    for candidate in candidates(estate, ANY_AGENT):
        if not candidate.classified:
            yield unclassified(candidate, ANY_AGENT, "agent/")
    yield from agent_groups(estate, config)


def _group(role: Role, group: Gathering, estate: Estate) -> AgentGroup:
    named = role.word if group.key == DEFAULT_GROUP else f"{role.word} {group.name}"
    return AgentGroup(
        head=Head(
            deployment=estate.name,
            address=f"agent_group/{role.word}/{group.key}",
            at=group.at,
            presence=group.presence,
            origin="derived",
        ),
        name=Known(value=named, at=group.at, origin="derived"),
        role=Known(value=role.word, at=group.at, origin="derived"),
        agents=group.count,
        members=group.members,
        carrying=group.carrying,
    )


def roles_seen(estate: Estate) -> Iterator[Role]:
    """The roles that something here has, or may have: most estates have none, and looking for each takes time."""
    words: set[str | None] = set()
    texts: dict[str, None] = {}
    for host in (*estate.of("machine"), *estate.of("machine_set"), *estate.of("machine_script")):
        if isinstance(host, Machine | MachineSet):
            words.add(known_text(host.marks.role))
        if isinstance(host, Machine | MachineSet | MachineScript):
            known = (text.value for text in readable_texts([host.scripts], ANY_AGENT))
            texts.update((text, None) for text in known if may_install(text))
    words.update(known_text(entry.role) for entry in estate.of("agent") if isinstance(entry, Agent))
    for role in AGENTS:
        if role.word in words or role.installs(texts):
            yield role


DERIVATION = Derivation(gives={}, derive=derive)
