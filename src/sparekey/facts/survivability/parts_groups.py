"""Groups of connectors and agents: brackets around those of which one must work, and the paths through connector groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sparekey.facts.roles import AGENTS
from sparekey.facts.survivability import names, parts_hosts
from sparekey.facts.survivability.carriers import Carriers
from sparekey.facts.survivability.graph import Component, Group, Source, Tie
from sparekey.facts.survivability.materials import Materials, presence
from sparekey.model.edges import Edges
from sparekey.model.resource import Resource, known_text
from sparekey.model.truth import Bounds
from sparekey.model.value import Unknown

_WORDS = {role.word: role.complete for role in AGENTS}
_OTHER_PROVIDERS = {
    "okta-ad-agent": "Okta's AD agents",
    "okta-ldap-agent": "Okta's LDAP agents",
    "okta-radius-agent": "Okta's RADIUS agents",
    "auth0-ad-connector": "Auth0's AD connectors",
}
"""Agents by which another identity provider than Entra asks the on-premises directory, and what people call them: each group is a way
to sign in of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """A group with its count and those who are seen to be in it. `role` is theirs, `kind` what they are where the inventory lists them."""

    group: Resource
    count: Bounds
    members: Edges
    role: str
    kind: str


def components(materials: Materials) -> Iterator[Component]:
    """Every group with its members and where they stand, and a path through every connector group."""
    wanted: set[str] = set()
    kinds: dict[str, str] = {}
    groups = tuple(_groups(materials))
    carriers = Carriers(materials, ((counted.role, edge) for counted in groups for edge in counted.members.members))
    for counted in groups:
        ties = tuple(_members(counted, materials, carriers))
        open_ = _open(counted.count, len(ties))
        at = counted.group.at
        yield Component(
            name=counted.group.id,
            kind=counted.group.kind,
            at=(at,),
            label=f"{counted.group.kind.replace('_', ' ')} {counted.group.label}",
            groups=(Group(name=counted.group.label, members=ties, at=at, open=open_),),
            stops=False,
        )
        yield from _unseen(counted, ties)
        wanted.update(edge.target for edge in counted.members.members)
        kinds.update((edge.target, counted.kind) for edge in counted.members.members)
    yield from parts_hosts.hosts(materials, frozenset({*wanted, *carriers.machines}))
    yield from carriers.components()
    yield from parts_hosts.entries(materials, frozenset(wanted), kinds)
    yield from _scripts(materials, frozenset(wanted), kinds)
    for group in materials.connectors:
        tenant = Tie(to=f"{materials.estate.name}#tenant", at=group.at, source="rule")
        yield _path(group, f"connector group {group.label}", tenant)
    for agents in materials.of_role(*_OTHER_PROVIDERS):
        role = known_text(agents.role) or ""
        called = agents.label.removeprefix(role).strip()
        yield _path(agents, f"{_OTHER_PROVIDERS[role]}{f' ({called})' if called else ''}")


def _groups(materials: Materials) -> Iterator[_Counted]:
    for group in materials.connectors:
        yield _Counted(group=group, count=group.connectors, members=group.members, role="connector", kind="connector")
    for agents in materials.agents:
        role = known_text(agents.role) or ""
        yield _Counted(group=agents, count=agents.agents, members=agents.members, role=role, kind=_WORDS[role])


def _open(count: Bounds, seen: int) -> Unknown | None:
    """Why there may be members besides the `seen` ones."""
    if count.most is not None and count.most <= seen:
        return None
    return next((cause.unknown for cause in count.missing if cause.unknown), None)


def _members(counted: _Counted, materials: Materials, carriers: Carriers) -> Iterator[Tie]:
    """A tie to each member. No more are certain than are counted for certain: what may be one thing seen twice is in doubt."""
    left = counted.count.least
    why = next((cause.unknown for cause in counted.count.missing if cause.unknown), None)
    for edge in counted.members.members:
        host = materials.hosts.get(edge.target)
        several = parts_hosts.instances(host, materials) if host else (parts_hosts.Instance(name=edge.target),)
        for one in several:
            doubt = one.doubt or (None if edge.certain else edge.because.unknown or why)
            if doubt is None and left <= 0:
                doubt = why
            elif doubt is None:
                left -= 1
            source: Source = "declared" if host is None else "code"
            member = carriers.member(one.name, host, counted.role)
            yield Tie(to=member, at=edge.because.at, source=source, doubt=doubt)
    for number in range(left):
        yield Tie(to=_unseen_name(counted, number), at=counted.group.at)


def _unseen_name(counted: _Counted, number: int) -> str:
    return f"{counted.group.id}/unseen/{number}"


def _unseen(counted: _Counted, ties: tuple[Tie, ...]) -> Iterator[Component]:
    """Members that are counted for certain and of which nobody can tell which they are: they may stand where any other stands."""
    prefix = f"{counted.group.id}/unseen/"
    others = [tie.to for tie in ties if not tie.to.startswith(prefix)]
    for tie in ties:
        if tie.to.startswith(prefix):
            question = Unknown(
                reason=f"which is the member of {counted.group.label} that is counted and not seen?",
                at=tie.at,
                how="list each member in sparekey.yaml (inventory), with its host or site",
            )
            places = tuple(names.unnamed(kind) for kind in ("site", "zone"))
            needs = tuple(Tie(to=other, at=tie.at, doubt=question) for other in (*others, *places))
            label = f"a member of {counted.group.label}"
            yield Component(name=tie.to, kind=counted.kind, at=(tie.at,), label=label, needs=needs)
            for place in places:
                yield Component(name=place, kind=place.partition(":")[0], at=(tie.at,), label=names.shown(place))


def _scripts(materials: Materials, ids: frozenset[str], kinds: dict[str, str]) -> Iterator[Component]:
    """Members that are known by a script alone: they run on a machine that is not seen, which may stand anywhere."""
    for script in materials.estate.of("machine_script"):
        if script.id in ids:
            how = "check the deployment that makes the machine together with this one"
            question = Unknown(reason=f"on which machine does {script.head.address} run?", at=script.at, how=how)
            machines = (one for host in materials.hosts.values() for one in parts_hosts.instances(host, materials))
            seen = tuple(Tie(to=one.name, at=script.at, doubt=question) for one in machines if _drawn(one.name, ids))
            places = tuple(
                Tie(to=name, at=script.at, doubt=question)
                for kind in ("region", "zone", "site")
                for name in (*materials.domains.get(kind, ()), names.unnamed(kind))
            )
            yield Component(
                name=script.id, kind=kinds[script.id], at=(script.at,), label=script.head.address, needs=(*seen, *places)
            )
            for tie in places:
                kind = tie.to.partition(":")[0]
                yield Component(name=tie.to, kind=kind, at=(script.at,), label=names.shown(tie.to))


def _drawn(name: str, ids: frozenset[str]) -> bool:
    """Whether the machine of a component is among those of which the graph tells."""
    return name in ids or name.rpartition("/")[0] in ids


def _path(group: Resource, through: str, *needs: Tie) -> Component:
    """Signing in through a group."""
    return Component(
        name=names.sign_in(group.id),
        kind="sign_in_path",
        at=(group.at,),
        label=f"sign-in through {through}",
        needs=(*needs, Tie(to=group.id, at=group.at)),
        stops=False,
        doubt=presence(group),
    )
