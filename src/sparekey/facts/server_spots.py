"""Where the servers of groups stand, by what one estate says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sparekey.facts.agent_hosts import Member, members, said
from sparekey.facts.candidate import short_name
from sparekey.facts.capacity import capacity
from sparekey.facts.connector_hosts import names as host_names
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate
from sparekey.model.kinds.agents import Agent, AgentGroup
from sparekey.model.kinds.hosting import AvailabilitySet, Machine, MachineSet
from sparekey.model.resource import known_text
from sparekey.model.span import Place
from sparekey.model.truth import Cause
from sparekey.model.value import Known, Number, Text, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """What is known of where one server stands. `sort` is "machine", "set", "entry" or "script"; `rack` what names its availability set.

    `least` is how many certainly stand there; `several`: there may be more than one of this one declaration.
    """

    label: str
    at: Place
    sort: str
    cloud: Text
    region: Text
    zone: Text
    rack: str | Unknown | None
    domains: tuple[Number, ...]
    attached: bool
    site: Text
    host: Text
    least: int
    several: bool
    doubt: Cause | None

    @property
    def sure(self) -> bool:
        """Whether one certainly stands there."""
        return self.least > 0

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for two servers of which the same is known."""
        texts = (self.cloud, self.region, self.zone, self.site, self.host)
        rack = "?" if isinstance(self.rack, Unknown) else self.rack
        return (
            self.sort,
            rack,
            self.attached,
            self.least,
            self.doubt is None,
            self.several,
            *(("?",) if isinstance(t, Unknown) else t.value for t in texts),
        )


class Standing:
    """Where the members of groups stand, by what one estate says."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._sets: dict[str, AvailabilitySet] = {}
        for found in estate.of("availability_set"):
            if isinstance(found, AvailabilitySet):
                self._sets[found.id.casefold()] = found
                names_ = (known_text(key.value) for key in found.keys if key.space == "arm_id")
                self._sets.update((name.strip().casefold(), found) for name in names_ if name)
        self._sites: dict[str, Text] = {}
        for entry in estate.of("agent"):
            if isinstance(entry, Agent) and said(entry.site):
                name = short_name(known_text(entry.host) or known_text(entry.name) or "")
                self._sites.setdefault(name, entry.site)

    def spots(self, group: AgentGroup) -> Iterator[Spot]:
        """The place of each member of a group, in its order."""
        for member, edge in zip(members(group, self._estate), group.members.members, strict=True):
            yield self._spot(member, edge)

    def _spot(self, member: Member, edge: Edge) -> Spot:
        found = member.resource
        nothing: Text = Known(value=None, at=member.at, origin="default")
        plain = Spot(
            label=member.label,
            at=member.at,
            sort="script",
            cloud=nothing,
            region=nothing,
            zone=nothing,
            rack=None,
            domains=(),
            attached=False,
            site=nothing,
            host=nothing,
            least=int(member.doubt is None),
            several=member.several,
            doubt=member.doubt,
        )
        if isinstance(found, Agent):
            return replace(plain, sort="entry", site=found.site, host=_short(found.host))
        if isinstance(found, Machine):
            rack, domains = self._rack(found)
            edges = self._estate.linked(found, "machine_set")
            count = found.head.count
            return replace(
                plain,
                sort="machine",
                cloud=found.cloud,
                region=found.region,
                zone=found.zone,
                site=self._site(found),
                rack=rack,
                domains=domains,
                attached=bool(edges.members) or edges.open is not None,
                least=count.least if member.doubt is None else 0,
                several=count.most is None or count.most > 1,
            )
        if isinstance(found, MachineSet):
            count = capacity(found, self._estate)
            there = edge.certain and found.head.presence.answer == "yes"
            least = count.least * found.head.count.least if there else 0
            return replace(
                plain,
                sort="set",
                cloud=found.cloud,
                region=found.region,
                zone=_zone_of(found),
                site=self._site(found),
                least=least,
                several=count.most is None or count.most > 1,
                doubt=None if least else member.doubt,
            )
        return plain

    def _site(self, host: Machine | MachineSet) -> Text:
        if said(host.marks.site):
            return host.marks.site
        return next((self._sites[name] for name in sorted(host_names(host)) if name in self._sites), host.marks.site)

    def _rack(self, machine: Machine) -> tuple[str | Unknown | None, tuple[Number, ...]]:
        """What names the availability set of a machine, and its fault and update domains where the set is seen."""
        found = machine.availability_set
        if isinstance(found, Known):
            if not found.value:
                return None, ()
            key = found.value.strip().casefold()
        elif len(found.refs) == 1 and found.refs[0].certain and not found.beyond:
            key = f"{machine.head.deployment}#{found.refs[0].to}".casefold()
        else:
            return found, ()
        seen = self._sets.get(key)
        return (seen.id, (seen.fault_domains, seen.update_domains)) if seen else (key, ())


def _zone_of(machines: MachineSet) -> Text:
    """The zone in which all instances of a scale set stand; with several nobody promises how they are spread."""
    if machines.zones.open:
        return machines.zones.open
    found = machines.zones.members
    if len(found) > 1:
        reason = f"do the instances of {machines.label} stand in different zones? Azure spreads them as far as there is room"
        return Unknown(reason=reason, at=machines.zones.at, how="use one scale set or machine for each zone")
    return found[0] if found else Known(value=None, at=machines.zones.at, origin="default")


def _short(host: Text) -> Text:
    """The host of an inventory entry by its short name."""
    if isinstance(host, Unknown) or host.value is None:
        return host
    return replace(host, value=short_name(host.value) or None)
