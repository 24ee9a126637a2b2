"""Identity providers in clusters, managed directory domains, and applications with credentials that end or lie in vaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sparekey.facts import replicas
from sparekey.facts.survivability import names, parts_hosts, parts_places, parts_stores
from sparekey.facts.survivability.graph import Component, Group, Tie
from sparekey.facts.survivability.materials import Materials, presence
from sparekey.model.estate import Fact
from sparekey.model.kinds.applications import AppCredential
from sparekey.model.kinds.directory import ManagedDomain, ReplicaSet
from sparekey.model.kinds.secrets import Vault, VaultItem
from sparekey.model.kinds.workloads import IdentityWorkload
from sparekey.model.resource import Resource, known_text
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Truth
from sparekey.model.value import Known, Text, Unknown

_DAY: Final = 10
"""Characters of the date in a time as RFC 3339 writes it."""


def components(materials: Materials) -> Iterator[Component]:
    """The paths through identity providers, managed domains and applications."""
    yield from _workloads(materials)
    yield from _domains(materials)
    yield from _applications(materials)


# --- identity providers in clusters ----------------------------------------------------------------------------------------


def _workloads(materials: Materials) -> Iterator[Component]:
    workloads = [w for w in materials.estate.of("identity_workload") if isinstance(w, IdentityWorkload)]
    if not workloads:
        return
    facts = {
        (fact.subject, fact.name): fact.value
        for fact in replicas.derive(materials.estate, materials.config)
        if isinstance(fact, Fact)
    }
    needs = parts_stores.Needs(materials)
    for deployment, at in needs.clusters.items():
        yield from parts_stores.cluster(deployment, at, materials)
    for workload in workloads:
        count, runs = facts[workload.id, "replicas"], facts[workload.id, "runs"]
        if isinstance(count, Bounds) and isinstance(runs, Truth) and runs.answer != "no":
            needed = needs.of(workload)
            yield from needed.around
            deployment = workload.head.deployment
            question = parts_stores.which_node(deployment, needs.clusters[deployment])
            yield from _workload(workload, count, runs, needed, question)


def _workload(
    workload: IdentityWorkload, count: Bounds, runs: Truth, needed: parts_stores.Needed, question: Unknown
) -> Iterator[Component]:
    at = workload.at
    cluster = parts_stores.cluster_name(workload.head.deployment)
    node = parts_stores.node_name(workload.head.deployment)
    missing = next((cause.unknown for cause in count.missing if cause.unknown), None)
    sure = min(count.least, parts_hosts.MOST_INSTANCES)
    members = [Tie(to=f"{workload.id}/{n}", at=at) for n in range(sure)]
    if missing and sure < parts_hosts.MOST_INSTANCES:
        members.append(Tie(to=f"{workload.id}/{sure}", at=at, doubt=missing))
    for tie in members:
        yield Component(
            name=tie.to,
            kind="instance",
            at=(at,),
            label=f"{workload.label} ({tie.to.rpartition('/')[2]})",
            needs=(Tie(to=cluster, at=at, source="rule"), Tie(to=node, at=at, doubt=question)),
        )
    open_ = missing if count.most is None or count.most > len(members) else None
    group = Group(name=workload.label, members=tuple(members), at=at, open=open_)
    yield Component(
        name=workload.id,
        kind="identity_workload",
        at=(at,),
        label=workload.label,
        needs=needed.needs,
        groups=(group, *needed.groups),
        stops=False,
        open=needed.open,
    )
    doubt = presence(workload) or next((cause.unknown for cause in runs.because if cause.unknown), None)
    yield Component(
        name=names.sign_in(workload.id),
        kind="sign_in_path",
        at=(at,),
        label=f"sign-in through {workload.label}",
        needs=(Tie(to=workload.id, at=at),),
        stops=False,
        doubt=doubt,
    )


# --- managed domains -------------------------------------------------------------------------------------------------------


def _domains(materials: Materials) -> Iterator[Component]:
    for domain in materials.estate.of("managed_domain"):
        if isinstance(domain, ManagedDomain):
            yield from _managed_domain(domain, materials)


def _managed_domain(domain: ManagedDomain, materials: Materials) -> Iterator[Component]:
    estate, at = materials.estate, domain.at
    members = []
    open_: Unknown | None = estate.leaks[0] if estate.leaks else None
    regions = sorted({known_text(r.region) or "" for r in estate.of("replica_set") if isinstance(r, ReplicaSet)} - {""})
    for replica in estate.of("replica_set"):
        if not isinstance(replica, ReplicaSet) or replica.head.presence.answer == "no":
            continue
        edges = estate.linked(replica, "domain")
        edge = next((edge for edge in edges.members if edge.target == domain.id), None)
        if edge is None:
            open_ = open_ or (edges.open.unknown if edges.open else None)
            continue
        doubt = presence(replica) or (None if edge.certain else edge.because.unknown)
        members.append(Tie(to=replica.id, at=replica.at, doubt=doubt))
        yield from _replica(replica, regions)
    if domain.head.looked_up:
        reason = f"which replica sets does {domain.label} have? it is managed elsewhere"
        open_ = Unknown(reason=reason, at=at, how="check the deployment that manages it")
    group = Group(name=domain.label, members=tuple(members), at=at, open=open_)
    yield Component(name=domain.id, kind="managed_domain", at=(at,), label=domain.label, groups=(group,), stops=False)
    yield Component(
        name=names.sign_in(domain.id),
        kind="sign_in_path",
        at=(at,),
        label=f"sign-in to the managed domain {domain.label}",
        needs=(Tie(to=domain.id, at=at),),
        stops=False,
        doubt=presence(domain),
    )


def _replica(replica: ReplicaSet, regions: list[str]) -> Iterator[Component]:
    """A replica set in its region; in any of the `regions` that others stand in, or another one, where that cannot be read.

    Whichever it is, it is one region: that the loss of it stops the set is certain.
    """
    region = replica.region
    needs: tuple[Tie, ...] = ()
    if isinstance(region, Known) and region.value:
        needs = (Tie(to=names.domain("region", region.value), at=region.at),)
        yield from _region(region.value, region.at)
    else:
        reason = f"in which region is {replica.label}?"
        doubt = (
            region if isinstance(region, Unknown) else Unknown(reason=reason, at=replica.at, how="give the region as a constant")
        )
        possible = (names.unnamed("region"), *(names.domain("region", each) for each in regions))
        needs = tuple(Tie(to=name, at=doubt.at, doubt=doubt) for name in possible)
        for name in possible:
            yield Component(name=name, kind="region", at=(doubt.at,), label=names.shown(name))
        if replica.head.count.most == 1:
            own = names.domain("region", f"of {replica.head.address}")
            needs = (*needs, Tie(to=own, at=replica.at, source="rule"))
            yield Component(name=own, kind="region", at=(replica.at,), label=f"of {replica.label}")
    yield Component(name=replica.id, kind="replica_set", at=(replica.at,), label=replica.label, needs=needs)


def _region(region: str, at: Place) -> Iterator[Component]:
    azure = names.domain("provider", "azure")
    above = (Tie(to=azure, at=at, source="rule"),)
    yield Component(name=names.domain("region", region), kind="region", at=(at,), label=region, needs=above)
    yield Component(name=azure, kind="provider", at=(at,), label="Azure")


# --- applications ----------------------------------------------------------------------------------------------------------


def _applications(materials: Materials) -> Iterator[Component]:
    """Applications with credentials: which of them is in use nobody sees."""
    estate = materials.estate
    held: dict[str, list[AppCredential]] = {}
    stored = _stored(materials)
    for credential in estate.of("app_credential"):
        if isinstance(credential, AppCredential) and known_text(credential.form) != "signing":
            for edge in estate.linked(credential, "holder").members:
                if edge.certain and not edge.external:
                    held.setdefault(edge.target, []).append(credential)
    holders = {r.id: r for kind in ("application", "service_principal") for r in estate.of(kind)}
    for id_ in sorted(held.keys() & holders.keys()):
        yield from _application(holders[id_], held[id_], materials, stored)
    yield from _vaults(materials, stored)


_Stored = dict[tuple[str, str], list[tuple[VaultItem, Unknown]]]
"""What is put into vaults, by deployment and address of what it comes from, with the unknown that leads there."""


def _stored(materials: Materials) -> _Stored:
    found: _Stored = {}
    for item in materials.estate.of("vault_item"):
        if isinstance(item, VaultItem) and isinstance(item.content, Unknown):
            for ref in item.content.refs:
                found.setdefault((item.head.deployment, ref.to), []).append((item, item.content))
    return found


def _vaults(materials: Materials, stored: _Stored) -> Iterator[Component]:
    """The items that something is put into, with their vaults."""
    items = {item.id: item for each in stored.values() for item, _ in each}
    for item in items.values():
        edges = materials.estate.linked(item, "vault").members
        needs = [
            Tie(to=e.target, at=e.because.at, doubt=None if e.certain else e.because.unknown) for e in edges if not e.external
        ]
        ends, component = _ending(item.expires)
        yield from component
        yield Component(name=item.id, kind="vault_item", at=(item.at,), label=item.label, needs=(*needs, *ends))
    for vault in materials.estate.of("vault"):
        if isinstance(vault, Vault):
            question = Unknown(
                reason=f"in which region is {vault.label}?", at=vault.region.at, how="give the region as a constant"
            )
            placed = parts_places.in_region(vault.region, "azure", materials, question=question)
            yield Component(name=vault.id, kind="vault", at=(vault.at,), label=vault.label, needs=placed.needs)
            yield from placed.around


def _application(
    holder: Resource, credentials: list[AppCredential], materials: Materials, stored: _Stored
) -> Iterator[Component]:
    members = []
    for credential in credentials:
        reason = f"with which of its credentials does {holder.label} prove itself?"
        question = Unknown(reason=reason, at=holder.at, how="remove those that are not in use")
        doubt = presence(credential) or (question if len(credentials) > 1 else None)
        members.append(Tie(to=credential.id, at=credential.at, doubt=doubt))
        yield from _credential(credential, stored)
    reason = f"does {holder.label} prove itself with credentials that these files do not show?"
    more = Unknown(reason=reason, at=holder.at, how="declare them beside it")
    group = Group(name=f"credentials of {holder.label}", members=tuple(members), at=holder.at, open=more)
    yield Component(
        name=names.sign_in(holder.id),
        kind="sign_in_path",
        at=(holder.at,),
        label=f"sign-in of {holder.label}",
        needs=(Tie(to=f"{materials.estate.name}#tenant", at=holder.at, source="rule"),),
        groups=(group,),
        stops=False,
        doubt=presence(holder),
    )


def _credential(credential: AppCredential, stored: _Stored) -> Iterator[Component]:
    needs, component = _ending(credential.expires)
    yield from component
    for item, content in stored.get((credential.head.deployment, credential.head.address), ()):
        # What is put into a vault is there to be read from it; whoever has it from elsewhere as well needs the vault all the same.
        sole = len(content.refs) == 1 and not content.beyond
        needs = (*needs, Tie(to=item.id, at=content.at, source="assumed", doubt=None if sole else content))
    yield Component(
        name=credential.id,
        kind="app_credential",
        at=(credential.at,),
        label=credential.label,
        needs=needs,
    )


def _ending(expires: Text) -> tuple[tuple[Tie, ...], tuple[Component, ...]]:
    """The day on which something ends, shared with everything else that ends then."""
    day = known_text(expires)
    if not day or len(day) < _DAY:
        return (), ()
    name = names.domain("expiry_day", day[:_DAY])
    component = Component(name=name, kind="expiry_day", at=(expires.at,), label=day[:_DAY])
    return (Tie(to=name, at=expires.at),), (component,)
