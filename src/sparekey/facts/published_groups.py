"""Connector groups that the files declare as objects of the directory, and of which nothing shows a connector.

Connectors cannot be declared with the group: they are installed on hosts, which may be tagged, run a script, or stand in the
inventory. Where one does, the group is a subject already, under the same name, and the declaration adds nothing. A group that no
connector is seen in is none the less a group that applications may be published through; so it is a subject of which it is not
known how many connectors it has, unless sparekey.yaml calls the connectors complete and nothing scanned may be one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sparekey.facts.candidate import HOW, Candidate, group_key
from sparekey.facts.connector_sightings import candidates, strangers
from sparekey.facts.presence import present
from sparekey.model.answers import a_connector
from sparekey.model.edges import Edges
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.derived import Unclassified
from sparekey.model.kinds.hybrid import ConnectorGroup
from sparekey.model.resource import Head, Resource, known_text
from sparekey.model.seams import Derivation
from sparekey.model.truth import Bounds, Cause, asks, unique
from sparekey.model.value import Known, Unknown, ValueSet

if TYPE_CHECKING:
    from sparekey.config import Config


_MOST_QUESTIONS = 20
"""Questions about things outside a group that are asked for it. One of them already keeps its count open."""


def derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    """A connector group for every declared one that no connector names; and what has a name that cannot be read."""
    del config  # what is complete is in the estate
    declared = [group for group in estate.of("published_group") if present(group).answer != "no"]
    if not declared:
        return
    seen = candidates(estate)
    named = {group_key(name) for c in seen if c.classified or "inventory" in c.sources for name in c.groups}
    everything = (*seen, *strangers(estate))
    for group in declared:
        name = known_text(group.name)
        if name is None:
            yield _unclassified(group)
        elif group_key(name) not in named:
            named.add(group_key(name))
            yield _empty(group, name, estate, everything)


def _empty(group: Resource, name: str, estate: Estate, everything: Sequence[Candidate]) -> ConnectorGroup:
    key = group_key(name)
    others = [c for c in everything if c.roams or not c.classified or c.said_in(key)][:_MOST_QUESTIONS]
    complete = estate.complete.get("connector")
    question = Unknown(
        reason=f'which connectors are in the group "{name.strip()}"?', at=group.at, how=HOW, answers=(a_connector(group=name),)
    )
    open_ = (
        (*unique(_question(candidate) for candidate in others), *(asks(leak) for leak in estate.leaks))
        if complete
        else (asks(question),)
    )
    here = Cause(at=group.at)
    return ConnectorGroup(
        head=Head(
            deployment=estate.name,
            address=f"connector_group/{key}",
            at=group.at,
            presence=present(group),
            origin="derived",
        ),
        name=Known(value=name.strip(), at=group.at, origin="derived"),
        connectors=Bounds(
            least=0,
            most=None if open_ else 0,
            because=(here,) if complete is None else (here, Cause(at=complete, label="declared complete")),
            missing=open_,
        ),
        members=Edges(members=(), at=group.at, open=open_[0] if open_ else None),
    )


def _unclassified(group: Resource) -> Unclassified:
    question = (
        group.name
        if isinstance(group.name, Unknown)
        else Unknown(reason=f"what is {group.head.address} called?", at=group.at, how="write its name")
    )
    return Unclassified(
        head=Head(
            deployment=group.head.deployment,
            address=f"unclassified/{group.head.address}",
            at=group.at,
            calls=group.head.calls,
            presence=group.head.presence,
            origin="derived",
        ),
        name=Known(value=group.label, at=group.at, origin="derived"),
        could_be=("connector_group", "sign_in_path"),
        hidden=ValueSet(members=(question,), at=group.at),
    )


def _question(candidate: Candidate) -> Cause:
    """What would tell whether something scanned is a connector of the group."""
    if candidate.doubts:
        return asks(candidate.doubts[0])
    reason = f"in which connector group is {candidate.label}?"
    return asks(Unknown(reason=reason, at=candidate.at, how=HOW, answers=(a_connector(),)))


DERIVATION = Derivation(gives={}, derive=derive)
