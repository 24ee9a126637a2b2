"""Whether people who sign in on premises have a second way: password hashes that the cloud can check itself.

- `hashes_synced` of a `directory_sync`: what it says itself. Where it says nothing of it (a patch of other features), what the others say.
- `hashes_synced` of a `domain_federation`, and of an `agent_group`: what all synchronisations of the estate say together. Where there is
  none, or they disagree, it is a question.
- `signs_in_on_premises` of a `directory_sync`: whether some domain is federated or pass-through agents check passwords. No is proven by
  the inventory (`sync: {method: phs}`), or by calling both `domain_federation` and `pta_agent` complete.

The switch from one to the other is made by hand: hashes are a fallback, never redundancy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sparekey.facts.agent_groups import perhaps_agents
from sparekey.model.answers import all_there_are, how_passwords_are_proven
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.agents import AgentGroup
from sparekey.model.kinds.inventory import DeclaredSync
from sparekey.model.kinds.sync import DirectorySync
from sparekey.model.resource import Resource, known_text
from sparekey.model.span import Place
from sparekey.model.truth import Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Known, Unknown

_PTA = "pta-agent"


def facts(estate: Estate, groups: Sequence[AgentGroup]) -> Iterator[Fact]:
    """The facts above for every synchronisation, federated domain and group of agents."""
    # Two patches of one object are one thing, of which both speak.
    syncs = [sync for sync in estate.resources.get("directory_sync", ()) if isinstance(sync, DirectorySync)]
    domains = estate.of("domain_federation")
    for domain in domains:
        yield Fact(subject=domain.id, name="hashes_synced", value=_seen_from(domain, "federated", _together(syncs, domain.at)))
    for group in groups:
        yield Fact(
            subject=group.id, name="hashes_synced", value=_seen_from(group, "checks passwords", _together(syncs, group.at))
        )
    for sync in estate.of("directory_sync"):
        views = [view for view in estate.views(sync) if isinstance(view, DirectorySync)]
        own = _together(syncs if all(map(_silent, views)) else views, sync.at)
        yield Fact(subject=sync.id, name="hashes_synced", value=own)
        yield Fact(subject=sync.id, name="signs_in_on_premises", value=_signs_in_on_premises(estate, domains, groups, sync.at))


def _seen_from(subject: Resource, label: str, truth: Truth) -> Truth:
    """The truth with the place of what it is said about before the places where it is said."""
    here = Cause(at=subject.at, label=label)
    return truth if truth.answer == "maybe" else replace(truth, because=(here, *truth.because))


def _silent(sync: DirectorySync) -> bool:
    """Whether a declaration is about something else: a patch of other features."""
    return isinstance(sync.password_hash_sync, Known) and sync.password_hash_sync.value is None


def _together(syncs: Sequence[DirectorySync], at: Place) -> Truth:
    """What all that speak of password hashes say together. One that is only possibly there proves nothing."""
    speaking = [sync for sync in syncs if sync.head.presence.answer != "no" and not _silent(sync)]
    # What is looked up was so before the change that another declaration makes.
    speaking = [sync for sync in speaking if not sync.head.looked_up] or speaking
    flags = [sync.password_hash_sync for sync in speaking]
    hidden = [flag for flag in flags if isinstance(flag, Unknown)]
    if hidden:
        return maybe(*(asks(flag) for flag in hidden))
    if not speaking:
        return maybe(asks(_question(syncs[0].at if syncs else at)))
    if len({flag.value for flag in flags if isinstance(flag, Known)}) > 1:
        reason = "is password hash sync on? it is said to be on and off"
        return maybe(asks(Unknown(reason=reason, at=flags[0].at, how="correct what is wrong")))
    certain = [sync for sync in speaking if sync.head.presence.answer == "yes"]
    if not certain:
        return maybe(*unique(cause for sync in speaking for cause in sync.head.presence.because))
    flag = certain[0].password_hash_sync
    cause = Cause(at=flag.at, label="password hash sync")
    return yes(cause) if isinstance(flag, Known) and flag.value else no(cause)


def _question(at: Place) -> Unknown:
    return Unknown(
        reason="is password hash sync on?",
        at=at,
        how="inventory: sync: {password_hash_sync: , method: }",
        answers=(how_passwords_are_proven(),),
    )


def _signs_in_on_premises(estate: Estate, domains: Sequence[Resource], groups: Sequence[AgentGroup], at: Place) -> Truth:
    """Whether anybody's password is checked on premises."""
    found = [_there(domain, "a federated domain") for domain in domains]
    found += [_there(group, "pass-through agents") for group in groups if known_text(group.role) == _PTA]
    methods = [sync for sync in estate.of("declared_sync") if isinstance(sync, DeclaredSync)]
    found += [truth for sync in methods if (truth := _by_method(sync))]
    return any_of([*found, _nothing_else(estate, methods, at)])


def _there(resource: Resource, what: str) -> Truth:
    return all_of([resource.head.presence, yes(Cause(at=resource.at, label=what))])


def _by_method(sync: DeclaredSync) -> Truth | None:
    """Yes where the inventory names a method that works on premises; None where it says nothing of the kind."""
    method = sync.method
    if isinstance(method, Unknown):
        return maybe(asks(method))
    if method.value not in ("pta", "federation"):
        return None
    return all_of([sync.head.presence, yes(Cause(at=method.at, label=f"method {method.value}"))])


def _nothing_else(estate: Estate, methods: Sequence[DeclaredSync], at: Place) -> Truth:
    """Whether there may be a way to sign in on premises that nobody sees: no where it is said that there is none."""
    for sync in methods:
        method = sync.method
        if isinstance(method, Known) and method.value == "phs" and sync.head.presence.answer == "yes":
            return no(Cause(at=method.at, label="method phs"))
    federated, agents = estate.complete.get("domain_federation"), estate.complete.get("pta_agent")
    if federated and agents:
        unread = (*estate.leaks, *perhaps_agents(estate))
        if unread:
            return maybe(*map(asks, unread))
        return no(Cause(at=federated, label="declared complete"), Cause(at=agents, label="declared complete"))
    reason = "are domains federated, or do pass-through agents check passwords?"
    how = "inventory: sync: {method: } (phs, pta or federation)"
    answers = tuple(all_there_are(kind) for kind, said in (("domain_federation", federated), ("pta_agent", agents)) if not said)
    return maybe(asks(Unknown(reason=reason, at=at, how=how, answers=answers)))
