"""Signing in to the directory itself: the tenant, the password where accounts are synchronised, federated domains.

Password hash sync beside agents or federation takes over only when a person switches: such a standby is a member of the alternatives
only where standbys count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from sparekey.facts.agent_groups import perhaps_agents
from sparekey.facts.emergency import DIRECTORY_KINDS, Account
from sparekey.facts.survivability import names
from sparekey.facts.survivability.directory_path import HYBRID_ROLES, compared, is_hybrid, whether_there
from sparekey.facts.survivability.graph import Component, Group, Source, Tie
from sparekey.facts.survivability.materials import Materials, presence
from sparekey.facts.survivability.parts_factors import asked_for, second_factor
from sparekey.model.answers import a_component, all_there_are, an_agent, how_passwords_are_proven, what_federates
from sparekey.model.estate import Estate
from sparekey.model.kinds.agents import AgentGroup
from sparekey.model.kinds.inventory import DeclaredSync
from sparekey.model.kinds.sync import DirectorySync, DomainFederation
from sparekey.model.resource import known_text
from sparekey.model.span import Place
from sparekey.model.value import Answer, Known, Unknown

_HASHES: Final = "password_hash_sync"
_FARM: Final = "on_premises_federation"
_HOW: Final = "inventory: sync: {password_hash_sync: , method: }"
_CLOUD_IDPS: Final = ("okta.com", "auth0.com", "pingone.", "onelogin.com", "duosecurity.com", "google.com", "jumpcloud.com")
"""Host names of identity providers that run in a cloud of their vendor, as they stand in issuers."""


def tenant(materials: Materials) -> Iterator[Component]:
    """The tenant, wherever anything signs in to it."""
    place = next((r.at for kind in (*DIRECTORY_KINDS, *_ANCHORS) for r in materials.estate.resources.get(kind, ())), None)
    groups = (*materials.connectors, *materials.agents)
    at = place or (groups[0].at if groups else None)
    if at is None:
        return
    provider = names.domain("provider", "entra")
    yield Component(
        name=f"{materials.estate.name}#tenant",
        kind="tenant",
        at=(at,),
        label="tenant",
        needs=(Tie(to=provider, at=at, source="rule"),),
    )
    yield Component(name=provider, kind="provider", at=(at,), label="Microsoft Entra")


_ANCHORS: Final = ("directory_sync", "declared_sync", "domain_federation", "authentication_method", "application")


def components(materials: Materials, *, accounts: Collection[Account]) -> Iterator[Component]:
    """The paths into the directory and into every federated domain.

    With emergency `accounts` and authentication methods there is one into the directory also where nothing shows that it is hybrid.
    """
    estate = materials.estate
    normal = tuple(compared(accounts, estate))
    hybrid = is_hybrid(materials)
    second = tuple(second_factor(materials))
    yield from second
    yield from _hashes(estate)
    yield from _directory(materials)
    tail = asked_for(materials, second)
    for domain in estate.of("domain_federation"):
        if isinstance(domain, DomainFederation):
            yield from _federated(domain, materials, tail)
    if not hybrid and not normal:
        return
    at = _anchor(materials)
    needs = [Tie(to=f"{estate.name}#tenant", at=at, source="rule"), *tail]
    if hybrid:
        yield _primary(materials, at)
        needs.append(Tie(to=names.PRIMARY, at=at, source="rule"))
    yield Component(
        name=names.sign_in(f"{estate.name}#tenant"),
        kind="sign_in_path",
        at=(at,),
        label="sign-in of synchronised users" if hybrid else "sign-in to the tenant",
        needs=tuple(needs),
        stops=False,
        doubt=whether_there(materials, normal=normal),
    )


def _anchor(materials: Materials) -> Place:
    estate = materials.estate
    found = next((r.at for kind in (*_ANCHORS, *DIRECTORY_KINDS) for r in estate.resources.get(kind, ())), None)
    return found or materials.of_role(*HYBRID_ROLES)[0].at


# --- the password --------------------------------------------------------------------------------------------------------


def _hashes(estate: Estate) -> Iterator[Component]:
    """Password hash sync itself: the cloud checks what was synchronised before. Nothing on premises is needed for that."""
    for sync in (*estate.of("directory_sync"), *estate.of("declared_sync"), *estate.of("domain_federation")):
        tie = Tie(to=names.domain("provider", "entra"), at=sync.at, source="rule")
        yield Component(name=_HASHES, kind=_HASHES, at=(sync.at,), label="password hash sync", needs=(tie,), stops=False)
        return


def _synchronised(materials: Materials, at: Place) -> tuple[str, Unknown | None, Place]:
    """Whether password hashes are synchronised: yes, no or maybe, with the question, and where it is said."""
    said = [
        (sync.password_hash_sync, presence(sync))
        for sync in (*materials.estate.resources.get("directory_sync", ()), *materials.estate.of("declared_sync"))
        if isinstance(sync, DirectorySync | DeclaredSync)
    ]
    told = [(flag, doubt) for flag, doubt in said if isinstance(flag, Unknown) or flag.value is not None]
    values = {flag.value for flag, _ in told if isinstance(flag, Known)}
    hidden = next((flag for flag, _ in told if isinstance(flag, Unknown)), None) or next((d for _, d in told if d), None)
    if not told:
        return "maybe", Unknown(reason="is password hash sync on?", at=at, how=_HOW, answers=(how_passwords_are_proven(),)), at
    place = told[0][0].at
    if hidden or len(values) > 1:
        disagree = Unknown(reason="is password hash sync on? What says so disagrees", at=place, how="say it in one place")
        return "maybe", hidden or disagree, place
    return ("yes" if values == {True} else "no"), None, place


def _method(estate: Estate) -> tuple[str | None, Unknown | None]:
    """How the inventory says that synchronised users prove their password."""
    for sync in estate.of("declared_sync"):
        if isinstance(sync, DeclaredSync):
            if isinstance(sync.method, Unknown):
                return None, sync.method
            if sync.method.value:
                return sync.method.value, presence(sync)
    return None, None


def _primary(materials: Materials, at: Place) -> Component:
    """Proving the password of a synchronised account: by agents, or by what was synchronised."""
    method, unsure = _method(materials.estate)
    on, doubt, place = _synchronised(materials, at)
    agents = materials.of_role("pta-agent")
    question = unsure or Unknown(
        reason="how do synchronised users prove their password?", at=at, how=_HOW, answers=(how_passwords_are_proven(),)
    )
    members = [Tie(to=group.id, at=group.at, doubt=presence(group)) for group in agents]
    complete = materials.estate.complete
    listed = "pta_agent" in complete and "domain_federation" in complete and not materials.estate.of("domain_federation")
    # What cannot be read may be an agent all the same.
    unread = (*materials.estate.leaks, *perhaps_agents(materials.estate)) if listed and not agents else ()
    alone = listed and not unread
    by_hashes = not agents and ((method == "phs" and not unsure) or alone)
    if on != "no" and (materials.manual or by_hashes or (not agents and method in (None, "phs"))):
        certain = materials.manual or by_hashes
        source: Source = "code" if place != at or certain else "assumed"
        members.append(Tie(to=_HASHES, at=place, source=source, doubt=doubt or (None if certain else question)))
    open_ = None
    if not agents and not by_hashes:
        # Agents or a farm that nobody sees may check passwords.
        open_ = next(iter(unread), question)
    return Component(
        name=names.PRIMARY,
        kind="primary",
        at=(at,),
        label="the password of synchronised users",
        groups=(Group(name="ways to prove a password", members=tuple(members), at=at, open=open_),),
        stops=False,
    )


def _directory(materials: Materials) -> Iterator[Component]:
    """The on-premises directory, of which one server must work, wherever agents or federation servers ask it."""
    asking = materials.of_role("pta-agent", "adfs")
    if not asking:
        return
    servers = materials.of_role("adds-dc")
    at = servers[0].at if servers else asking[0].at
    open_ = None
    if not servers:
        open_ = Unknown(
            reason="which domain controllers do the agents ask?",
            at=at,
            how="tag them (sparekey-role: adds-dc), or list them in sparekey.yaml (inventory: agents)",
            answers=(an_agent("adds-dc"),),
        )
    members = tuple(Tie(to=group.id, at=group.at, doubt=presence(group) or _which(group, servers)) for group in servers)
    yield Component(
        name=names.DIRECTORY,
        kind="directory",
        at=(at,),
        label="the on-premises directory",
        groups=(Group(name="domain controllers", members=members, at=at, open=open_),),
        stops=False,
    )
    for group in asking:
        tie = Tie(to=names.DIRECTORY, at=group.at, source="rule")
        yield Component(name=group.id, kind=group.kind, at=(group.at,), needs=(tie,), stops=False)


def _which(group: AgentGroup, servers: Sequence[AgentGroup]) -> Unknown | None:
    """The question whether the controllers of one domain answer for whoever signs in: with several domains those of another do not."""
    if len(servers) == 1:
        return None
    reason = f"do those who sign in belong to the domain of the domain controllers of {group.label}?"
    return Unknown(
        reason=reason, at=group.at, how="give controllers of one domain one sparekey-group, and check other domains by themselves"
    )


# --- federation ----------------------------------------------------------------------------------------------------------


def _federated(domain: DomainFederation, materials: Materials, tail: tuple[Tie, ...]) -> Iterator[Component]:
    """What federates a domain, and the path of its users."""
    at = domain.at
    called = known_text(domain.domain) or domain.label
    name = names.federation(known_text(domain.domain) or domain.id)
    yield _provider(domain, name, materials)
    yield from _farm(domain, name, materials)
    on, doubt, place = _synchronised(materials, at)
    members = [Tie(to=name, at=at)]
    if on != "no" and materials.manual:
        members.append(Tie(to=_HASHES, at=place, doubt=doubt))
    checked = Component(
        name=f"{name}/password",
        kind="primary",
        at=(at,),
        label=f"the password of users of {called}",
        groups=(Group(name="ways to prove a password", members=tuple(members), at=at),),
        stops=False,
    )
    yield checked
    needs = (
        Tie(to=f"{materials.estate.name}#tenant", at=at, source="rule"),
        Tie(to=checked.name, at=at, source="rule"),
        *tail,
    )
    yield Component(
        name=names.sign_in(domain.id),
        kind="sign_in_path",
        at=(at,),
        label=f"sign-in of users of {called}",
        needs=needs,
        stops=False,
        doubt=presence(domain),
    )


def _provider(domain: DomainFederation, name: str, materials: Materials) -> Component:
    """The identity provider of a domain: a farm of servers, or somebody else's service. All of it can stop at once."""
    needs = []
    called = known_text(domain.domain) or domain.label
    where, question = _on_premises(domain, materials)
    # A provider in a cloud may ask an on-premises directory all the same.
    said = materials.called.get(name) == name
    elsewhere = Unknown(
        reason=f"what does the identity provider of {called} stand on?",
        at=domain.issuer.at,
        how=f"inventory: components: [{{id: {called}, kind: federation, needs: []}}]",
        answers=(a_component(called, "federation"),),
    )
    if where != "no":
        needs.append(Tie(to=f"{name}/farm", at=domain.at, source="assumed" if question else "code", doubt=question))
    return Component(
        name=name,
        kind="federation",
        at=(domain.at,),
        label=f"federation of {called}",
        needs=tuple(needs),
        open=None if where == "yes" or said else elsewhere,
    )


def _on_premises(domain: DomainFederation, materials: Materials) -> tuple[str, Unknown | None]:
    """Whether the identity provider of a domain runs on premises."""
    if materials.of_role("adfs") and _listed(domain, materials):
        return "yes", None
    issuer = known_text(domain.issuer)
    if issuer and "/adfs/" in issuer.casefold():
        return "yes", None
    if issuer and any(part in issuer.casefold() for part in _CLOUD_IDPS):
        return "no", None
    question = domain.issuer if isinstance(domain.issuer, Unknown) else None
    reason = f"does the identity provider of {known_text(domain.domain) or domain.label} run on premises?"
    how = "inventory: federation: {domains: , adfs_servers: }"
    return "maybe", question or Unknown(reason=reason, at=domain.issuer.at, how=how, answers=_servers_of(domain))


def _listed(domain: DomainFederation, materials: Materials) -> bool:
    """Whether the inventory lists the domain, by its own declaration or by its name, among those that its servers federate."""
    called = (known_text(domain.domain) or "").casefold()
    others = (each for each in materials.estate.of("domain_federation") if isinstance(each, DomainFederation) and called)
    namesakes = (each for each in others if (known_text(each.domain) or "").casefold() == called)
    sure = (each for each in namesakes if presence(each) is None)
    return domain.head.origin == "declared" or any(each.head.origin == "declared" for each in sure)


def _servers_of(domain: DomainFederation) -> tuple[Answer, ...]:
    """The entry that names the servers of a domain; it can only be named by its own name."""
    called = known_text(domain.domain)
    return (what_federates(called),) if called else ()


def _farm(domain: DomainFederation, name: str, materials: Materials) -> Iterator[Component]:
    """The farm on premises, with the servers and proxies that are seen: one of each must work."""
    if _on_premises(domain, materials)[0] == "no":
        return
    only = len(materials.estate.of("domain_federation")) == 1 or _listed(domain, materials)
    needs = []
    for role in ("adfs", "adfs-wap"):
        groups = materials.of_role(role)
        for group in groups:
            sure = only and len(groups) == 1
            reason = f"does {group.label} federate {known_text(domain.domain) or domain.label}?"
            doubt = presence(group) if sure else Unknown(reason=reason, at=group.at, how="inventory: federation: {domains: }")
            needs.append(Tie(to=group.id, at=group.at, source="code" if sure else "assumed", doubt=doubt))
    at = domain.at
    question = Unknown(
        reason=f"which servers federate {known_text(domain.domain) or domain.label}?",
        at=at,
        how="tag them (sparekey-role: adfs, adfs-wap), or inventory: federation: {adfs_servers: , wap: }",
        answers=_servers_of(domain) or (an_agent("adfs"),),
    )
    outside = Unknown(
        reason=f"through which proxies do people outside reach the servers that federate {known_text(domain.domain) or domain.label}?",
        at=at,
        how="tag them (sparekey-role: adfs-wap), or inventory: federation: {wap: }, or complete: [adfs_proxy]",
        answers=(an_agent("adfs-wap"), all_there_are("adfs_proxy")),
    )
    closed = bool({"adfs_proxy", "agent"} & materials.estate.complete.keys())
    yield Component(
        name=f"{name}/farm",
        kind=_FARM,
        at=(at,),
        label=f"the servers that federate {known_text(domain.domain) or domain.label}",
        needs=tuple(needs),
        groups=() if materials.of_role("adfs-wap") or closed else (Group(name="proxies", members=(), at=at, open=outside),),
        open=None if materials.of_role("adfs") else question,
    )
