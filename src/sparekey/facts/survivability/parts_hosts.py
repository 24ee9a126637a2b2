"""Where things stand: machines and scale sets in regions, zones and availability sets, inventory entries on hosts and sites.

What is known of a place is a need. What is not known may be any domain of the kind that the estate knows, and one more that nobody
names: so two things of unknown place may stand in one, and neither is said to. Of one thing it is always one question.

Azure says of two machines of one region without zone or availability set nothing but that they are in that region; of two in one
availability set that they are on different racks of one datacentre; of a scale set that its instances are spread over the zones that
it lists as evenly as there is room, which is no promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sparekey.facts.capacity import capacity
from sparekey.facts.connector_hosts import names as host_names
from sparekey.facts.survivability import names
from sparekey.facts.survivability.graph import Component, Source, Tie
from sparekey.facts.survivability.materials import Entry, Host, Materials, host_of, presence, set_key, zones_of
from sparekey.facts.survivability.parts_places import provider
from sparekey.model.kinds.hosting import Machine, MachineSet
from sparekey.model.resource import known_text
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, unique
from sparekey.model.value import Text, Unknown

MOST_INSTANCES = 20
"""Instances of one declaration that are told apart: with more, no group becomes safer in any way that is reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One machine that a declaration stands for; `doubt` is whether there is so many of it."""

    name: str
    doubt: Unknown | None = None


def instances(host: Host, materials: Materials) -> tuple[Instance, ...]:
    """The machines that a declaration stands for, the certain ones first."""
    counted = _count(host, materials)
    if counted.least == 1 and counted.most == 1:
        return (Instance(name=host.id),)
    sure = min(counted.least, MOST_INSTANCES)
    # One more than is certain is all that can matter, and it may be there.
    possible = 1 if counted.most is None or counted.most > counted.least else 0
    doubt = next((cause.unknown for cause in counted.missing if cause.unknown), None)
    if isinstance(host, Machine) and counted.most == 1:
        return (Instance(name=host.id, doubt=doubt),) if doubt else ()
    found = [Instance(name=f"{host.id}/{n}") for n in range(sure)]
    if possible and doubt and sure < MOST_INSTANCES:
        found.append(Instance(name=f"{host.id}/{sure}", doubt=doubt))
    return tuple(found)


def _count(host: Host, materials: Materials) -> Bounds:
    own = capacity(host, materials.estate) if isinstance(host, MachineSet) else Bounds(least=1, most=1)
    times, there = host.head.count, host.head.presence
    least = own.least * times.least if there.answer == "yes" else 0
    most = None if own.most is None or times.most is None else own.most * times.most
    if there.answer == "no":
        return Bounds(least=0, most=0)
    missing = (*there.because, *own.missing, *times.missing) if there.answer == "maybe" else (*own.missing, *times.missing)
    return Bounds(least=least, most=most, missing=unique(missing) if least != most else ())


def hosts(materials: Materials, ids: frozenset[str]) -> Iterator[Component]:
    """The machines of these ids with what they stand in."""
    for id_ in sorted(ids & materials.hosts.keys()):
        host = materials.hosts[id_]
        placed = _Placing(materials, host.label, _how(host))
        placed.machine(host)
        for one in instances(host, materials):
            label = host.label if one.name == host.id else f"{host.label} ({one.name.rpartition('/')[2]})"
            yield Component(name=one.name, kind="machine", at=(host.at,), label=label, needs=tuple(placed.needs))
        yield from placed.around


def entries(materials: Materials, ids: frozenset[str], kinds: dict[str, str]) -> Iterator[Component]:
    """The connectors and agents of the inventory with these ids, where they stand on no machine that is seen. `kinds` by id."""
    for same in materials.entries.values():
        for entry in same:
            if entry.id not in ids:
                continue
            missing = [key for key, text in (("site", entry.site), ("host", entry.host)) if known_text(text) is None]
            placed = _Placing(materials, entry.label, f"write {' and '.join(missing)} into this entry of sparekey.yaml")
            placed.entry(entry)
            yield Component(
                name=entry.id,
                kind=kinds.get(entry.id, entry.kind),
                at=(entry.at,),
                label=entry.label,
                needs=tuple(placed.needs),
                doubt=presence(entry),
            )
            yield from placed.around


def _how(host: Host) -> str:
    zones = "zones" if isinstance(host, MachineSet) else "a zone or an availability set"
    return f"choose {zones}, or give the value as a constant"


class _Placing:
    """Gathers what one thing stands in: `needs`, and in `around` the components of the domains themselves."""

    def __init__(self, materials: Materials, label: str, how: str) -> None:
        self.materials = materials
        self.label = label
        self.how = how
        self.cloud = "azure"
        self.needs: list[Tie] = []
        self.around: list[Component] = []

    def machine(self, host: Host) -> None:
        self.cloud = known_text(host.cloud) or self.cloud
        region = known_text(host.region)
        if region:
            self.needs.append(Tie(to=self.region(region, host.region.at), at=host.region.at))
        else:
            self.anywhere(("region",), self.asked(host.region, f"in which region is {self.label}?"))
        self.zone(host, region)
        self.site(host.marks.site, "code")
        for called in sorted(host_names(host)):
            for entry in self.materials.entries.get(called, ()):
                if known_text(entry.site):
                    self.site(entry.site, "declared")

    def zone(self, host: Host, region: str | None) -> None:
        key = set_key(host)
        if isinstance(key, str) and isinstance(host, Machine):
            name = names.domain("availability_set", key)
            self.needs.append(Tie(to=name, at=host.availability_set.at))
            question = Unknown(
                reason=f"in which zone is the availability set of {self.label}?",
                at=host.availability_set.at,
                how="choose zones instead of an availability set",
            )
            label = key.rstrip("/").rpartition("/")[2].rpartition("#")[2]
            ties = tuple(self.possible_zones(region, question))
            self.around.append(
                Component(name=name, kind="availability_set", at=(host.availability_set.at,), label=label, needs=ties)
            )
            return
        if isinstance(key, Unknown):
            self.anywhere(("availability_set",), key)
        listed = zones_of(host)
        written = host.zone if isinstance(host, Machine) else host.zones
        hidden = written if isinstance(written, Unknown) else None
        if isinstance(host, MachineSet):
            hidden = host.zones.open or next((m for m in host.zones.members if isinstance(m, Unknown)), None)
        if region is None and listed:
            hidden = self.asked(host.region, f"in which region is {self.label}?")
        if len(listed) == 1 and hidden is None:
            self.needs.append(Tie(to=self.in_zone(region, listed[0], written.at), at=written.at))
            return
        if hidden is None and isinstance(host, MachineSet) and len(listed) > 1:
            reason = f"do the instances of {self.label} stand in different zones? Azure spreads them as far as there is room"
            question = Unknown(reason=reason, at=written.at, how="use one scale set or machine for each zone")
            self.needs += [Tie(to=self.in_zone(region, z, written.at), at=written.at, doubt=question) for z in listed]
            return
        question = hidden or Unknown(reason=f"in which zone is {self.label}? none is chosen", at=written.at, how=self.how)
        self.needs += self.possible_zones(region, question)

    def entry(self, entry: Entry) -> None:
        """What the inventory says of one of its entries: host and site."""
        question = Unknown(reason=f"where does {self.label} stand?", at=entry.at, how=self.how)
        site, host = known_text(entry.site), host_of(entry)
        hidden = entry.site if isinstance(entry.site, Unknown) else entry.host if isinstance(entry.host, Unknown) else None
        question = hidden or question
        if site:
            self.site(entry.site, "declared")
        else:
            self.anywhere(("site", "region", "zone"), question)
        if host:
            name = names.domain("host", host)
            self.needs.append(Tie(to=name, at=entry.host.at, source="declared"))
            self.around.append(Component(name=name, kind="host", at=(entry.host.at,), label=host))
            return
        # On which host of its site it runs nobody says: on any that is named there or anywhere, or on one that is not named.
        where = [site] if site else [names.SOMEWHERE, *(one.partition(":")[2] for one in self.materials.domains.get("site", ()))]
        unnamed = (names.domain("host", f"{names.SOMEWHERE}@{one}") for one in where)
        self.possible("host", (*self.hosts_at(site), *unnamed), question)

    def hosts_at(self, site: str | None) -> tuple[str, ...]:
        """The hosts that may stand at a site: those of which nothing says another one."""
        if site is None:
            return self.materials.domains.get("host", ())
        away: set[str] = set()
        for same in self.materials.entries.values():
            for entry in same:
                host, where = host_of(entry), known_text(entry.site)
                if host and where and where.strip().casefold() != site.strip().casefold():
                    away.add(names.domain("host", host))
        return tuple(name for name in self.materials.domains.get("host", ()) if name not in away)

    def site(self, text: Text, source: Source) -> None:
        if isinstance(text, Unknown):
            self.anywhere(("site",), text)
        elif text.value:
            name = names.domain("site", text.value)
            self.needs.append(Tie(to=name, at=text.at, source=source))
            self.around.append(Component(name=name, kind="site", at=(text.at,), label=text.value.strip()))

    def region(self, region: str, at: Place) -> str:
        name = names.domain("region", region)
        above, cloud = provider(self.cloud, at)
        self.around += [Component(name=name, kind="region", at=(at,), label=region, needs=(above,)), cloud]
        return name

    def in_zone(self, region: str | None, number: str, at: Place) -> str:
        name = names.zone(region or names.SOMEWHERE, number)
        needs = (Tie(to=names.domain("region", region), at=at, source="rule"),) if region else ()
        self.around.append(Component(name=name, kind="zone", at=(at,), label=names.shown(name), needs=needs))
        return name

    def possible_zones(self, region: str | None, question: Unknown) -> list[Tie]:
        """A tie to each zone that it may be: those of its region that anything stands in, and one more."""
        start = names.zone(region, "") if region else "zone:"
        found = [name for name in self.materials.domains.get("zone", ()) if name.startswith(start)]
        for name in found:
            where, _, number = name.partition(":")[2].rpartition("/")
            self.in_zone(where, number, question.at)
        if region is None:
            found.append(self.in_zone(None, names.SOMEWHERE, question.at))
        return [Tie(to=name, at=question.at, doubt=question) for name in found]

    def anywhere(self, kinds: tuple[str, ...], question: Unknown) -> None:
        """It may stand in any domain of these kinds that is known, or in one that is not."""
        for kind in kinds:
            known = self.materials.regions(self.cloud) if kind == "region" else self.materials.domains.get(kind, ())
            self.possible(kind, (*known, names.unnamed(kind)), question)

    def possible(self, kind: str, found: tuple[str, ...], question: Unknown) -> None:
        for name in found:
            self.needs.append(Tie(to=name, at=question.at, doubt=question))
            self.around.append(Component(name=name, kind=kind, at=(question.at,), label=names.shown(name)))

    def asked(self, text: Text, reason: str) -> Unknown:
        return text if isinstance(text, Unknown) else Unknown(reason=reason, at=text.at, how=self.how)
