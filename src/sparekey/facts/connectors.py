"""Connector groups, and how many connectors each has.

A group is a subject where something scanned or declared in the estate is said to be in it; two spellings of its name that
differ in case are one group. Its connectors are counted between two bounds, by what `connector_sightings` tells of each candidate.

**Nothing is missing from a group** (its set is closed: docs/architecture.md) when

- the inventory lists it and no entry of it is `partial`. What only a script or an image shows is then one of the entries, or was
  moved to another group: it is not counted, and raises nothing. Tags say as much as the list does: members that are tagged and
  proven to be no entry count with it, and make it a tagged set as well;
- else, its members are tagged and none says `sparekey-partial`. What scripts and images show is counted with them;
- else, where sparekey.yaml calls the kind complete (`complete: [connector]`).

Tagged sets and complete kinds are raised by everything scanned that may belong to the group, here or in another deployment (a machine whose tags
or scripts cannot be read, a connector of an unknown group or one that was moved out of `default`), and opened by files that
could not be read, by partial plans, and by tags that may say `sparekey-partial`. Every other group has no upper bound.

Agents and servers of the other roles make groups in the same way (`agents`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sparekey.config import Config
from sparekey.facts.candidate import DEFAULT_GROUP, Candidate, group_key
from sparekey.facts.connector_sightings import candidates, strangers
from sparekey.facts.controller_groups import named_by_domain, one_domain
from sparekey.facts.directory_domains import certainly_differ
from sparekey.facts.roles import CONNECTOR, Role
from sparekey.model.answers import a_connector, all_there_are
from sparekey.model.edges import Edge, Edges
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.derived import Unclassified
from sparekey.model.kinds.hybrid import ConnectorGroup
from sparekey.model.resource import Head, Resource
from sparekey.model.seams import Derivation
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Cause, Truth, asks, maybe, unique
from sparekey.model.value import Known, Unknown, ValueSet

_MOST_QUESTIONS = 20
"""Questions about things outside a group that are asked for it. One of them already keeps its count open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closure:
    """What closes a group, or (`open`) the questions that keep it open; `others` are the candidates that may raise it."""

    at: Place | None = None
    label: str = ""
    open: tuple[Cause, ...] = ()
    others: Sequence[Candidate] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A group of one role: the form of its name that is compared, its name, how many are in it, and who.

    `at` is the place that closed it, else that of its first member; `carrying` are those that certainly have the role, `presence` says whether there is such a group at all.
    """

    key: str
    name: str
    at: Place
    presence: Truth
    count: Bounds
    members: Edges
    carrying: Edges


def derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    """Every connector group of the estate, and every declaration of which it cannot be told whether it belongs to one."""
    del config  # what is complete is in the estate
    here = candidates(estate)
    for candidate in here:
        if not candidate.classified:
            yield unclassified(candidate, CONNECTOR)
    for group in gatherings(estate, CONNECTOR, here):
        yield ConnectorGroup(
            head=Head(
                deployment=estate.name,
                address=f"connector_group/{group.key}",
                at=group.at,
                presence=group.presence,
                origin="derived",
            ),
            name=Known(value=group.name, at=group.at, origin="derived"),
            connectors=group.count,
            members=group.members,
        )


def gatherings(estate: Estate, role: Role, here: Sequence[Candidate]) -> Iterator[Gathering]:
    """The groups that these candidates of an estate make, in the order of their names."""
    here = named_by_domain(here) if role.by_domain else here
    said: dict[str, list[Candidate]] = {}
    for candidate in here:
        for key in dict.fromkeys(group_key(name) for name in candidate.groups):
            said.setdefault(key, []).append(candidate)
    # Most deployments make no group, and looking through all others for each of them takes time.
    away = strangers(estate, role) if said else ()
    roaming = [candidate for candidate in here if candidate.roams]
    for key in sorted(said):
        if any(_has_place(candidate) for candidate in said[key]):
            others = [*(c for c in roaming if not c.said_in(key)), *(c for c in away if c.said_in(key) or c.roams)]
            if role.by_domain:
                others = [c for c in others if not certainly_differ(c.domain, f"={key}")]
            group = _group(key, said[key], others, estate, role)
            yield _perhaps_apart(key, group, said[key], role) if role.by_domain and key == DEFAULT_GROUP else group


def _perhaps_apart(key: str, group: Gathering, said: Sequence[Candidate], role: Role) -> Gathering:
    """The group of controllers of which no group is said, where it cannot be told whether they serve one domain.

    There are as many of one domain as are certainly together with the fewest, and as many as there are at most; none of them is in it for certain.
    """
    together: dict[str, list[Candidate]] = {}
    for one in said:
        if _has_place(one):
            together.setdefault(one.domain or f"?{one.id}", []).append(one)
    counts = {key_: least for key_, same in together.items() if (least := _least(key, same))}
    if len(counts) < 2:
        return group
    unsure = [same[0] for domain, same in together.items() if domain in counts]
    question = asks(one_domain(unsure[0], unsure[1], role))
    least, most = min(counts.values()), group.count.most
    count = Bounds(
        least=least,
        most=None if most is None else max(least, most),
        because=group.count.because,
        missing=unique((question, *group.count.missing)) if least != most else (),
    )
    edges = tuple(replace(edge, certain=False, because=question) if edge.certain else edge for edge in group.members.members)
    return replace(group, count=count, members=replace(group.members, members=edges))


def unclassified(candidate: Candidate, role: Role, part: str = "") -> Unclassified:
    """The subject for a declaration of which it cannot be told whether it has the role. `part` begins its address."""
    head = candidate.head
    return Unclassified(
        head=Head(
            deployment=head.deployment,
            address=f"unclassified/{part}{head.address}",
            at=head.at,
            calls=head.calls,
            presence=head.presence,
            origin="derived",
        ),
        name=Known(value=candidate.label, at=head.at, origin="derived"),
        could_be=role.could_be,
        hidden=ValueSet(members=candidate.doubts, at=head.at),
    )


def _group(key: str, said: Sequence[Candidate], others: Sequence[Candidate], estate: Estate, role: Role) -> Gathering:
    """The group of this key: `said` are the candidates that something says to be in it, `others` those that may be as well."""
    members = [c for c in said if _has_place(c)]
    closure = _closure(key, members, [*(c for c in said if not _has_place(c)), *others], estate, role)
    if _is_list(key, members):
        members = [c for c in members if c.listed_in(key) or "tag" in c.sources]
    names = sorted(name.strip() for c in members for name in c.groups if group_key(name) == key)
    at = closure.at or members[0].at
    return Gathering(
        key=key,
        name=names[0],
        at=at,
        presence=_presence(key, members, role),
        count=_count(key, members, closure, role),
        members=_members(key, members, closure, at, role),
        carrying=Edges(members=tuple(_carries(c) for c in members if c.certain and c.count.least > 0 and not c.placed), at=at),
    )


def _has_place(candidate: Candidate) -> bool:
    """Whether a candidate makes the groups it is said to be in: what cannot be classified does so only by the inventory."""
    return candidate.classified or "inventory" in candidate.sources


def _presence(key: str, members: Sequence[Candidate], role: Role) -> Truth:
    """Whether there is such a group at all: it takes one member that is certainly in it."""
    if any(_counts(key, c, members) for c in members):
        return Truth(answer="yes")
    return maybe(*unique(_question(key, c, role) for c in members))


def _counts(key: str, candidate: Candidate, members: Sequence[Candidate]) -> bool:
    """Whether a candidate certainly makes one member, itself or as another of the group: not if it may be one outside."""
    if not candidate.surely_in(key):
        return False
    return candidate.slot in ("", "inventory") or candidate.may_be <= {c.id for c in members}


def _is_list(key: str, members: Sequence[Candidate]) -> bool:
    """Whether the inventory lists the group, and says nothing of further members."""
    listed = [c for c in members if c.listed_in(key)]
    return bool(listed) and not any(c.list_partial for c in listed)


def _closure(key: str, members: Sequence[Candidate], others: Sequence[Candidate], estate: Estate, role: Role) -> _Closure:
    tagged = [c for c in members if "tag" in c.sources]
    listed = _is_list(key, members)
    by_tags = [c for c in others if c.tags_hidden or ("tag" in c.sources and c.said_in(key))]
    if listed and all(c.listed_in(key) for c in tagged) and not any(c.tags_hidden and not c.foreign for c in by_tags):
        return _Closure(at=_inventory_place(key, members), label="listed in the inventory")
    partial = tuple(p for c in (*members, *by_tags) for p in (c.partial, c.list_partial) if p)
    leaks = tuple(asks(leak) for leak in estate.leaks)
    if listed:
        return _Closure(at=_inventory_place(key, members), label="listed and tagged", open=(*partial, *leaks), others=by_tags)
    if tagged and not any(c.partial or c.list_partial for c in members):
        return _Closure(at=tagged[0].at, label="every member is tagged", open=(*partial, *leaks), others=others)
    complete = estate.complete.get(role.complete) or (None if role is CONNECTOR else estate.complete.get("agent"))
    if complete:
        return _Closure(at=complete, label="declared complete", open=leaks, others=others)
    question = Unknown(
        reason=f'are these all the {role.title}s of the group "{key}"?',
        at=members[0].at,
        how=f"{role.how}, or say complete: [{role.complete}] there",
        answers=(all_there_are(role.complete), a_connector(group=key) if role is CONNECTOR else role.answer()),
    )
    return _Closure(open=(*partial, *leaks) or (asks(question),), others=others)


def _inventory_place(key: str, members: Sequence[Candidate]) -> Place:
    """The inventory line of the first entry: the last thing that is said of a machine which is tagged as well."""
    first = next(c for c in members if c.listed_in(key))
    return next((cause.at for cause in first.because if cause.label.endswith("(inventory)")), first.at)


def _members(key: str, members: Sequence[Candidate], closure: _Closure, at: Place, role: Role) -> Edges:
    edges = [
        Edge(
            target=c.id,
            certain=c.surely_in(key),
            because=c.because[0] if c.surely_in(key) and c.because else _question(key, c, role),
        )
        for c in members
        if c.count.most != 0 and not c.placed
    ]
    return Edges(members=tuple(edges), at=at, open=closure.open[0] if closure.open else None)


def _carries(candidate: Candidate) -> Edge:
    """That a candidate certainly has the role."""
    because = candidate.because[0] if candidate.because else Cause(at=candidate.head.at)
    return Edge(target=candidate.id, certain=True, because=because)


# --- counting -----------------------------------------------------------------------------------------------------------


def _count(key: str, members: Sequence[Candidate], closure: _Closure, role: Role) -> Bounds:
    """How many the group has, between what is certain and what is possible."""
    least = _least(key, members)
    possible = [c for c in (*members, *closure.others) if not c.shadow]
    bounded = [c.count.most for c in possible if c.count.most is not None]
    most = sum(bounded) if len(bounded) == len(possible) and not closure.open else None
    if most is not None:
        most = max(most, least)
    because = unique(cause for c in members for cause in c.because)
    if least == 0 and closure.at:
        because = unique((*because, Cause(at=closure.at, label=closure.label)))
    return Bounds(least=least, most=most, because=because, missing=() if least == most else _missing(key, members, closure, role))


def _least(key: str, members: Sequence[Candidate]) -> int:
    """How many there are even if every candidate that may be another one is that other one.

    Machines are one another's strangers, and so are candidates of one slot (two entries of the inventory; one script given to
    two machines, since a machine holds it once). Candidates of one slot that may be machines of a set M make, with M, at least
    as many as they are themselves and at least as many as M. Slots may overlap with each other: the best of them counts.
    """
    hosts = {c.id: c.count.least if c.surely_in(key) else 0 for c in members if not c.slot}
    slots: dict[str, list[Candidate]] = {}
    for c in members:
        if c.slot and _counts(key, c, members):
            slots.setdefault(c.slot, []).append(c)
    least = sum(hosts.values())
    for same in slots.values():
        apart = sum(c.count.least for c in same if not c.may_be)
        maybe = sum(c.count.least for c in same if c.may_be)
        overlap = {id_ for c in same for id_ in c.may_be}
        strangers_of = sum(n for id_, n in hosts.items() if id_ not in overlap)
        least = max(least, strangers_of + apart + max(maybe, sum(n for id_, n in hosts.items() if id_ in overlap)))
    return least


def _missing(key: str, members: Sequence[Candidate], closure: _Closure, role: Role) -> tuple[Cause, ...]:
    """The questions that keep the bounds apart, those of the group's own members first."""
    causes: list[Cause] = []
    for c in members:
        causes.extend(c.count.missing)
        if not c.surely_in(key):
            causes.append(_question(key, c, role))
        elif c.slot == "inventory" and c.may_be:
            reason = f"is {c.label} the same as one of the machines in this group?"
            how = "give the inventory entry the machine's host name (host:)"
            causes.append(asks(Unknown(reason=reason, at=c.at, how=how)))
        elif c.slot not in ("", "inventory"):
            reason = f"is the machine of {c.label} one that is counted already?"
            causes.append(asks(Unknown(reason=reason, at=c.at, how=role.how)))
    causes.extend(closure.open)
    causes.extend(_question(key, c, role) for c in closure.others[:_MOST_QUESTIONS])
    return unique(causes)


def _question(key: str, candidate: Candidate, role: Role) -> Cause:
    """What would tell whether a candidate is in the group."""
    if candidate.doubts:
        return asks(candidate.doubts[0])
    if len({group_key(name) for name in candidate.groups}) > 1:
        reason = f"in which group is {candidate.label}: {' or '.join(candidate.groups)}?"
    elif candidate.said_in(key):
        reason = f"does {candidate.label}, which is not managed here, count in this group?"
    else:
        reason = f"is {candidate.label} still in the group {DEFAULT_GROUP}, where its installation puts it?"
    return asks(Unknown(reason=reason, at=candidate.at, how=role.how, answers=(role.answer(),)))


DERIVATION = Derivation(gives={}, derive=derive)
