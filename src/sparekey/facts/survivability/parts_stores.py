"""The databases and vaults that identity providers in clusters need, with what those stand on.

A database that is named and seen nowhere stops like anything else, and what it stands on is one question. Secrets that pods mount from a
vault are needed whenever a pod starts; what was copied into the cluster before is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sparekey.facts.stores import Found, Meant, Stores
from sparekey.facts.survivability import names, parts_hosts, parts_places
from sparekey.facts.survivability.graph import Component, Group, Tie
from sparekey.facts.survivability.materials import Materials, presence
from sparekey.model.answers import a_component
from sparekey.model.host_names import bare, service
from sparekey.model.kinds.databases import Database
from sparekey.model.kinds.workloads import IdentityWorkload, SecretSource
from sparekey.model.resource import known_text
from sparekey.model.span import Place
from sparekey.model.value import Known, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What an identity provider needs besides its instances; `open` is why it may need something more that nobody sees."""

    needs: tuple[Tie, ...]
    groups: tuple[Group, ...]
    around: tuple[Component, ...]
    open: Unknown | None


class Needs:
    """What identity providers of one estate need, each thing described once."""

    def __init__(self, materials: Materials) -> None:
        self.materials = materials
        self.stores = Stores(materials.estate)
        self.clusters = clusters(materials)
        self.sources = {
            key.value.value: source
            for source in materials.estate.of("secret_source")
            if isinstance(source, SecretSource)
            for key in source.keys
            if isinstance(key.value, Known) and key.value.value
        }

    def of(self, workload: IdentityWorkload) -> Needed:
        """What a workload needs by what its manifest says, or by what the inventory says of it where the manifest is silent."""
        ties, around = [], []
        for member in workload.store.values.members:
            if isinstance(member, Known):
                tie, components = self._store(member.value, workload, member.at)
                ties.append(tie)
                around += components
        mounts = list(self._mounts(workload))
        said = workload.id in self.materials.declared
        values = workload.store.values
        hidden = values.open or next((member for member in values.members if isinstance(member, Unknown)), None)
        several = Group(name=f"databases of {workload.label}", members=tuple(ties), at=values.at)
        return Needed(
            needs=(*(ties if len(ties) == 1 else ()), *(Tie(to=mount.name, at=mount.at[0]) for mount in mounts)),
            groups=(several,) if len(ties) > 1 else (),
            around=(*around, *mounts, *self._vaults(workload)),
            open=(None if said else hidden) or workload.secret_sources.open,
        )

    # --- databases -----------------------------------------------------------------------------------------------------

    def _store(self, host: str, workload: IdentityWorkload, at: Place) -> tuple[Tie, list[Component]]:
        """The tie to the database at a host, and all that it leads to."""
        found = self.stores.find(host, workload.head.deployment, at)
        components = [part for meant in found.databases for part in self._database(meant.database)]
        if len(found.databases) == 1 and found.databases[0].doubt is None:
            database = found.databases[0].database
            return Tie(to=database.id, at=at, doubt=presence(database)), components
        name, unseen = self._unseen(found, at)
        return Tie(to=name, at=at), [unseen, *components]

    def _unseen(self, found: Found, at: Place) -> tuple[str, Component]:
        """A database of which only the name is known, or of which it is not known which of several it is."""
        called = bare(found.host)
        words = (called, *((called.partition(".")[0],) if "@" in found.host else ()))
        names_ = (self.materials.called.get(f"database:{word}".casefold()) for word in words)
        declared = next((name for name in names_ if name), None)
        name = declared or f"database:{found.host}"
        question = found.open or next((meant.doubt for meant in found.databases if meant.doubt), None)
        how = f'scan what makes it, or inventory: components: [{{id: "{called}", kind: database, needs: [region:NAME]}}]'
        question = question or Unknown(reason=f"what does the database at {called} stand on?", at=at, how=how)
        needs = tuple(_possible(meant, question) for meant in found.databases)
        component = Component(
            name=name,
            kind="database",
            at=(at,),
            label=f"the database at {called}",
            needs=() if declared else needs,
            open=None if declared else question,
        )
        return name, component

    def _database(self, database: Database) -> Iterator[Component]:
        if known_text(database.cluster) is not None:
            yield from self._in_cluster(database)
        else:
            yield from self._service(database)

    def _in_cluster(self, database: Database) -> Iterator[Component]:
        """The servers of a database in a cluster: each on some node of it. With a standby one of them must work."""
        at = database.at
        deployment = known_text(database.cluster) or ""
        yield from cluster(deployment, self.clusters.get(deployment, at), self.materials)
        question = which_node(deployment, self.clusters.get(deployment, at))
        stands = (
            Tie(to=cluster_name(deployment), at=at, source="rule"),
            Tie(to=node_name(deployment), at=at, doubt=question),
        )
        count = database.instances
        least, doubt = 1, None
        if isinstance(count, Unknown):
            least, doubt = max(1, (count.limits and count.limits.least) or 1), count
        elif count.value is not None:
            least = max(1, count.value)
        least = min(least, parts_hosts.MOST_INSTANCES)
        yield from self._servers(database, [(stands, None)] * least + ([(stands, doubt)] if doubt else []))

    def _service(self, database: Database) -> Iterator[Component]:
        """A database that a cloud runs: in a region, and in one zone of it where no standby stands in another."""
        cloud = known_text(database.cloud)
        how = "give the region as a constant"
        where = Unknown(reason=f"in which region is {database.label}?", at=database.region.at, how=how)
        region = parts_places.in_region(database.region, cloud, self.materials, question=where)
        which = Unknown(
            reason=f"in which zone is {database.label}? none is chosen",
            at=database.zone.at,
            how="choose a standby in another zone",
        )
        zone = parts_places.in_zone(database.region, database.zone, self.materials, question=which)
        yield from region.around
        yield from zone.around
        standby = database.standby
        unread = standby if isinstance(standby, Unknown) else None
        word = known_text(standby)
        here = (*region.needs, *(() if word == "zone" else zone.needs))
        if unread:
            here = (*region.needs, *(_doubtful(tie, unread) for tie in zone.needs))
        first = (here, None)
        second = (region.needs, unread) if unread or word == "zone" else (here, None)
        yield from self._servers(database, [first] if word == "none" else [first, second])

    def _servers(self, database: Database, servers: list[tuple[tuple[Tie, ...], Unknown | None]]) -> Iterator[Component]:
        """A database: its only server itself, or what stands on any one of several."""
        at, label = database.at, f"database {database.label}"
        if len(servers) == 1:
            yield Component(name=database.id, kind="database", at=(at,), label=label, needs=servers[0][0])
            return
        members = []
        for number, (needs, doubt) in enumerate(servers):
            name = f"{database.id}/{number}"
            members.append(Tie(to=name, at=at, doubt=doubt))
            yield Component(name=name, kind="instance", at=(at,), label=f"{label} ({number})", needs=needs)
        group = Group(name=database.label, members=tuple(members), at=at)
        yield Component(name=database.id, kind="database", at=(at,), label=label, groups=(group,), stops=False)

    # --- vaults --------------------------------------------------------------------------------------------------------

    def _sources(self, workload: IdentityWorkload) -> Iterator[tuple[str, Place, SecretSource | Unknown | None]]:
        for number, member in enumerate(workload.secret_sources.members):
            if isinstance(member, Unknown):
                yield str(number), member.at, member
            else:
                key = service(member.value, known_text(workload.namespace), workload.head.deployment)
                yield member.value, member.at, self.sources.get(key)

    def _mounts(self, workload: IdentityWorkload) -> Iterator[Component]:
        """What the pods of a workload mount, each class of secrets by itself."""
        for name, at, source in self._sources(workload):
            needs: tuple[Tie, ...] = ()
            open_: Unknown | None = None
            if isinstance(source, SecretSource):
                edges = self.materials.estate.linked(source, "vaults")
                needs = tuple(
                    Tie(
                        to=self._vault_name(edge.key) if edge.external else edge.target,
                        at=edge.because.at,
                        doubt=None if edge.certain else edge.because.unknown,
                    )
                    for edge in edges.members
                )
                open_ = edges.open.unknown if edges.open else None
                if source.id in self.materials.declared:
                    open_ = None
                    needs = (*needs, Tie(to=source.id, at=source.at))
            else:
                how = "scan the manifest that makes it (SecretProviderClass)"
                open_ = source or Unknown(reason=f"from which vault do the secrets of {name} come?", at=at, how=how)
            yield Component(
                name=f"{workload.id}/secrets/{name}",
                kind="secret_source",
                at=(at,),
                label=f"the secrets of {name}, which a pod of {workload.label} mounts whenever it starts",
                needs=needs,
                open=open_,
                stops=False,
            )

    def _vault_name(self, key: str) -> str:
        return self.materials.called.get(f"vault:{key}".casefold(), f"vault:{key}")

    def _vaults(self, workload: IdentityWorkload) -> Iterator[Component]:
        """The vaults that are named and seen nowhere."""
        for _, _, source in self._sources(workload):
            if not isinstance(source, SecretSource):
                continue
            for edge in self.materials.estate.linked(source, "vaults").members:
                if edge.external:
                    name, at = self._vault_name(edge.key), edge.because.at
                    how = (
                        f'scan what makes it, or inventory: components: [{{id: "{edge.key}", kind: vault, needs: [region:NAME]}}]'
                    )
                    question = Unknown(reason=f"in which region is the vault {edge.key}?", at=at, how=how)
                    said = name in self.materials.declared
                    yield Component(name=name, kind="vault", at=(at,), label=f"vault {edge.key}", open=None if said else question)


def _possible(meant: Meant, question: Unknown) -> Tie:
    return Tie(to=meant.database.id, at=meant.database.at, doubt=meant.doubt or question)


def _doubtful(tie: Tie, doubt: Unknown) -> Tie:
    return tie if tie.doubt else Tie(to=tie.to, at=tie.at, source=tie.source, doubt=doubt)


# --- clusters ----------------------------------------------------------------------------------------------------------------


def cluster_name(deployment: str) -> str:
    """Manifests that are applied together run in one cluster."""
    return f"cluster:{deployment}"


def node_name(deployment: str) -> str:
    """A node of that cluster on which anything in it may run."""
    return f"node:{deployment}"


def which_node(deployment: str, at: Place) -> Unknown:
    """The question on which nodes of a cluster things run: one question, whatever runs there."""
    return Unknown(
        reason=f"on which node does each instance in {cluster_label(deployment)} run?",
        at=at,
        how="only the cluster can tell; spread them over nodes and zones",
    )


def cluster_label(deployment: str) -> str:
    """What people call the cluster that a deployment is applied to."""
    return f"the cluster of {'this folder' if deployment == '.' else deployment}"


def clusters(materials: Materials) -> dict[str, Place]:
    """The deployments that are applied to clusters and run identity providers there, each with its first one."""
    found: dict[str, Place] = {}
    for workload in materials.estate.of("identity_workload"):
        found.setdefault(workload.head.deployment, workload.at)
    return found


def cluster(deployment: str, at: Place, materials: Materials) -> Iterator[Component]:
    """A cluster: in a region or at a site that only the inventory tells. Until it does, in one that nobody names."""
    name = cluster_name(deployment)
    label = cluster_label(deployment)
    yield Component(name=node_name(deployment), kind="node", at=(at,), label=f"a node of {label}")
    if name in materials.declared and name not in materials.nowhere:
        yield Component(name=name, kind="cluster", at=(at,), label=label)
        return
    question = Unknown(
        reason=f"in which region or at which site does {label} run?",
        at=at,
        how=f'inventory: components: [{{id: "{deployment}", kind: cluster, needs: [region:NAME]}}]',
        answers=(a_component(deployment, "cluster"),),
    )
    places = [
        names.unnamed("region"),
        names.unnamed("site"),
        *materials.domains.get("region", ()),
        *materials.domains.get("site", ()),
    ]
    needs = tuple(Tie(to=place, at=at, doubt=question) for place in places)
    yield Component(name=name, kind="cluster", at=(at,), label=label, needs=needs)
    for place in places:
        yield Component(name=place, kind=place.partition(":")[0], at=(at,), label=names.shown(place))
