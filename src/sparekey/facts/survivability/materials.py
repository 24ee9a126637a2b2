"""What the parts of the graph are made from: the estate, its groups, and who is meant by a name in the inventory."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from sparekey.config import Config
from sparekey.facts.agent_groups import agent_groups
from sparekey.facts.candidate import short_name
from sparekey.facts.connectors import derive as connector_groups
from sparekey.facts.published_groups import derive as published_groups
from sparekey.facts.survivability import names
from sparekey.facts.survivability.declared_places import category_of, nowhere, said_of
from sparekey.facts.survivability.graph import DOMAINS, Tie
from sparekey.model.estate import Estate
from sparekey.model.kinds.agents import Agent, AgentGroup
from sparekey.model.kinds.databases import Database
from sparekey.model.kinds.directory import DirectoryService, ReplicaSet
from sparekey.model.kinds.directory_regions import DirectoryRegion
from sparekey.model.kinds.hosting import Machine, MachineSet
from sparekey.model.kinds.hybrid import Connector, ConnectorGroup
from sparekey.model.kinds.inventory import DeclaredComponent
from sparekey.model.kinds.network import NetworkExit
from sparekey.model.kinds.secrets import Vault
from sparekey.model.kinds.sync import DomainFederation
from sparekey.model.resource import Resource, known_text
from sparekey.model.span import Place
from sparekey.model.value import Known, Unknown, ValueSet

_Called = TypeVar("_Called")
Entry = Connector | Agent
Host = Machine | MachineSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """Everything that parts of the graph ask for more than once.

    `called` leads from what the inventory calls a thing (folded) to its component; `entries` are the connectors and agents of the
    inventory by the short names of their hosts; `domains` the names of the failure domains that anything is said to stand in, by kind;
    `clouds` are those that anything known stands in, by the name of the region. `declared` are the components of which the inventory says what
    they need, `nowhere` those of them of which it does not say where they stand, though they must stand somewhere.
    """

    estate: Estate
    config: Config
    manual: bool
    connectors: tuple[ConnectorGroup, ...]
    agents: tuple[AgentGroup, ...]
    hosts: Mapping[str, Host]
    called: Mapping[str, str]
    entries: Mapping[str, tuple[Entry, ...]]
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clouds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    nowhere: frozenset[str] = frozenset()

    def regions(self, cloud: str | None) -> tuple[str, ...]:
        """The regions in which a thing of this cloud may stand: all that are known, but those of which only another cloud is known."""
        return tuple(
            name
            for name in self.domains.get("region", ())
            if not cloud or not self.clouds.get(name) or cloud in self.clouds[name]
        )

    def named(self, text: str) -> str:
        """The component that a name in the inventory means. A name that nobody has stays as it is, and may need anything."""
        folded = text.strip().casefold()
        if folded in self.called:
            return self.called[folded]
        kind, colon, rest = folded.partition(":")
        return names.domain(kind, rest) if colon and kind in DOMAINS else text.strip()

    def ties(self, values: ValueSet[str], doubt: Unknown | None = None) -> tuple[Tie, ...]:
        """A declared tie to each name of a list. A member that cannot be read is in `opening`."""
        return tuple(
            Tie(to=self.named(member.value), at=member.at, source="declared", doubt=doubt)
            for member in values.members
            if isinstance(member, Known)
        )

    def of_role(self, *roles: str) -> tuple[AgentGroup, ...]:
        """The groups of these roles."""
        return tuple(group for group in self.agents if known_text(group.role) in roles)


def opening(values: ValueSet[str]) -> Unknown | None:
    """Why a list may hold more than can be read."""
    return values.open or next((member for member in values.members if isinstance(member, Unknown)), None)


def presence(resource: Resource) -> Unknown | None:
    """The question whether a resource is there at all; None where it certainly is."""
    there = resource.head.presence
    if there.answer == "yes":
        return None
    found = next((cause.unknown for cause in there.because if cause.unknown), None)
    return found or Unknown(reason=f"is {resource.label} there?", at=resource.at, how="give what decides whether it is made")


def first_place(*resources: Iterable[Resource]) -> Place | None:
    """The header of the first of these."""
    return next((resource.at for each in resources for resource in each), None)


def gather_materials(estate: Estate, config: Config, *, manual: bool) -> Materials:
    """The materials of an estate."""
    hosts = {h.id: h for h in (*estate.of("machine"), *estate.of("machine_set")) if isinstance(h, Machine | MachineSet)}
    entries: dict[str, tuple[Entry, ...]] = {}
    for entry in (*estate.of("connector"), *estate.of("agent")):
        if isinstance(entry, Connector | Agent):
            name = short_name(known_text(entry.host) or known_text(entry.name) or "")
            if name:
                entries[name] = (*entries.get(name, ()), entry)
    groups = {
        found.id: found
        for derive in (connector_groups, published_groups)
        for found in derive(estate, config)
        if isinstance(found, ConnectorGroup)
    }
    declared: dict[str, list[DeclaredComponent]] = {}
    for component, name in _declared(estate):
        declared.setdefault(name, []).append(component)
    materials = Materials(
        estate=estate,
        config=config,
        manual=manual,
        connectors=tuple(groups.values()),
        agents=agent_groups(estate, config),
        hosts=hosts,
        called=dict(_called(estate)),
        declared=frozenset(declared),
        entries=entries,
        domains=_domains(estate, hosts.values()),
        clouds=_clouds(estate, hosts.values()),
    )
    things = frozenset(materials.called.values())
    return replace(materials, nowhere=nowhere(declared, materials.named, things))


def _called(estate: Estate) -> Iterator[tuple[str, str]]:
    """Names that the inventory may use. Of two things with one name the later is meant: first addresses, then the inventory's own."""
    for resources in estate.resources.values():
        for resource in resources:
            yield resource.head.address.casefold(), estate.canonical.get(resource.id, resource.id)
    for entry in (*estate.of("connector"), *estate.of("agent")):
        yield entry.label.casefold(), entry.id
    for component, name in _declared(estate):
        yield component.label.casefold(), name
        yield names.declared(known_text(component.category) or "component", component.label).casefold(), name


def _declared(estate: Estate) -> Iterator[tuple[DeclaredComponent, str]]:
    """Every component of the inventory, with the name of what it is about."""
    components = [each for each in estate.of("component") if isinstance(each, DeclaredComponent)]
    others = _only(_stand_for(estate)) if components else {}
    things = _only(_things(estate)) if components else {}
    for component in components:
        category = category_of(component)
        label = component.label.casefold()
        own = names.declared(category, component.label)
        found = others.get(label)
        if found is None and category == "cluster":
            found = _cluster(component, estate)
        if found is None and category not in DOMAINS:
            found = things.get((category, label)) or things.get(("", label))
        yield component, found or own


def _cluster(component: DeclaredComponent, estate: Estate) -> str | None:
    """The cluster of the deployment that is called so, as seen from where the command runs or from the folder of sparekey.yaml."""
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(component.at.file), component.label))
    return next((f"cluster:{name}" for name in (component.label, beside) if name in estate.deployments), None)


def _only(pairs: Iterable[tuple[_Called, str]]) -> dict[_Called, str]:
    """What each name means; a name that several things have means none of them."""
    found: dict[_Called, set[str]] = {}
    for called, name in pairs:
        found.setdefault(called, set()).add(name)
    return {called: next(iter(same)) for called, same in found.items() if len(same) == 1}


def _stand_for(estate: Estate) -> Iterator[tuple[str, str]]:
    """What a component of the inventory says more about, where it is called like that: a machine, an agent, a connector."""
    for kind in ("machine", "agent", "connector"):
        for resource in estate.of(kind):
            yield resource.label.casefold(), resource.id
            yield resource.head.address.casefold(), resource.id
            yield resource.id.casefold(), resource.id


_THINGS: Final = (
    *("identity_workload", "database", "secret_source", "vault", "vault_item"),
    *("managed_domain", "replica_set", "directory_service", "directory_link", "app_credential"),
)
"""Kinds of things that are components under their own ids."""


def _things(estate: Estate) -> Iterator[tuple[tuple[str, str], str]]:
    """Anything else that a component may say more about: by its address, or by its kind and its name where only one has that name."""
    for kind in _THINGS:
        resources = estate.of(kind)
        labels = Counter(resource.label.casefold() for resource in resources)
        for resource in resources:
            yield ("", resource.head.address.casefold()), resource.id
            yield ("", resource.id.casefold()), resource.id
            if labels[resource.label.casefold()] == 1:
                yield (kind, resource.label.casefold()), resource.id
    for domain in estate.of("domain_federation"):
        if isinstance(domain, DomainFederation):
            called = known_text(domain.domain)
            yield ("", domain.head.address.casefold()), names.federation(called or domain.id)


def _domains(estate: Estate, hosts: Iterable[Host]) -> dict[str, tuple[str, ...]]:
    """The failure domains that anything is said to stand in: regions, zones, sites, hosts."""
    found: dict[str, dict[str, None]] = {kind: {} for kind in ("region", "zone", "site", "host", "availability_set")}
    for host in hosts:
        region = known_text(host.region)
        if region:
            found["region"][names.domain("region", region)] = None
            found["zone"][names.zone(region, names.SOMEWHERE)] = None
            for number in zones_of(host):
                found["zone"][names.zone(region, number)] = None
        site = known_text(host.marks.site)
        if site:
            found["site"][names.domain("site", site)] = None
        key = set_key(host)
        if isinstance(key, str):
            found["availability_set"][names.domain("availability_set", key)] = None
    for entry in (*estate.of("connector"), *estate.of("agent")):
        if isinstance(entry, Connector | Agent):
            for kind, name in (("site", known_text(entry.site)), ("host", host_of(entry))):
                if name:
                    found[kind][names.domain(kind, name)] = None
    for region, _ in _services(estate):
        found["region"][names.domain("region", region)] = None
    for database in estate.of("database"):
        region = known_text(database.region) if isinstance(database, Database) else None
        if isinstance(database, Database) and region:
            zone = known_text(database.zone)
            if zone:
                found["zone"][names.zone(region, zone)] = None
    for component in estate.of("component"):
        if isinstance(component, DeclaredComponent):
            kind = (known_text(component.category) or "").casefold()
            if kind in found:
                found[kind][names.domain(kind, component.label)] = None
            for said in said_of(component):
                word, colon, rest = said.strip().casefold().partition(":")
                if colon and word in found:
                    found[word][names.domain(word, rest)] = None
    return {kind: tuple(sorted(members)) for kind, members in found.items()}


def _services(estate: Estate) -> Iterator[tuple[str, str]]:
    """The regions in which services of clouds stand, each with the cloud."""
    for resource in (*estate.of("database"), *estate.of("vault"), *estate.of("replica_set"), *estate.of("network_exit")):
        if isinstance(resource, Database | Vault | ReplicaSet | NetworkExit) and known_text(resource.region):
            cloud = known_text(resource.cloud) if isinstance(resource, Database) else "azure"
            yield known_text(resource.region) or "", cloud or ""
    for directory in (*estate.of("directory_service"), *estate.of("directory_region")):
        if isinstance(directory, DirectoryService | DirectoryRegion) and known_text(directory.region):
            yield known_text(directory.region) or "", "aws"


def _clouds(estate: Estate, hosts: Iterable[Host]) -> dict[str, frozenset[str]]:
    """The clouds of what stands in each region, as far as they are known: one that anything of no known cloud stands in is left out."""
    found: dict[str, set[str]] = {}
    placed = ((known_text(host.region), known_text(host.cloud)) for host in hosts)
    components = [each for each in estate.of("component") if isinstance(each, DeclaredComponent)]
    # Whose region it is, the inventory does not say.
    texts = [text for each in components for text in (*said_of(each), f"{category_of(each)}:{each.label}")]
    told = [(text.partition(":")[2], "") for text in texts if text.strip().casefold().startswith("region:")]
    for region, cloud in (*placed, *_services(estate), *told):
        if region:
            found.setdefault(names.domain("region", region), set()).add(cloud or "")
    return {name: frozenset(clouds) for name, clouds in found.items() if "" not in clouds}


def host_of(entry: Entry) -> str | None:
    """The short name of the host that an entry names."""
    return short_name(known_text(entry.host) or "") or None


def zones_of(host: Host) -> tuple[str, ...]:
    """The zones that a host is known to stand in: one of a machine, any of a scale set's."""
    if isinstance(host, Machine):
        zone = known_text(host.zone)
        return (zone,) if zone else ()
    return tuple(member.value for member in host.zones.members if isinstance(member, Known))


def set_key(host: Host) -> str | Unknown | None:
    """What names the availability set of a machine: its id, or the address it will come from; None where it is in none."""
    if isinstance(host, MachineSet):
        return None
    found = host.availability_set
    if isinstance(found, Known):
        return found.value.strip().casefold() if found.value else None
    if len(found.refs) == 1 and found.refs[0].certain and not found.beyond:
        return f"{host.head.deployment}#{found.refs[0].to}".casefold()
    return found
