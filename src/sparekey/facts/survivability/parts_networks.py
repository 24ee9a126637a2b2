"""Ways out: the subnets that hosts stand in, and the NAT gateways through which these lead connections to the outside.

A subnet or a network of a cloud lies in all zones of its region and does not fail by itself: it is a bracket. What it leads out through can
fail, and takes along everything behind it. Without anything seen, the cloud's own way out is used, of which nothing is said.

Of a NAT gateway Azure says that it stands in one zone, the one that is written or one that Azure chooses and does not tell; of one of
the product StandardV2 that it is spread over the zones (the article on NAT gateways and availability zones).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sparekey.facts.survivability import names, parts_places
from sparekey.facts.survivability.attachments import Attached, Attachments, doubt_of, spot_of
from sparekey.facts.survivability.graph import Component, Tie
from sparekey.facts.survivability.materials import Host, Materials
from sparekey.model.edges import Edge, Edges
from sparekey.model.kinds.network import Network, NetworkExit, Subnet, SubnetExit
from sparekey.model.resource import known_text
from sparekey.model.span import Place
from sparekey.model.value import Known, Unknown

_KIND: Final = "network_exit"
_HOW: Final = "choose a zone for it"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """That a subnet leads out through an exit, or may do so."""

    to: str
    at: Place
    doubt: Unknown | None = None


class Exits:
    """The ways out of the subnets of an estate, as far as hosts that were asked about stand in them."""

    def __init__(self, materials: Materials, attachments: Attachments) -> None:
        self._materials = materials
        self._attachments = attachments
        self._exits = {e.id: e for e in materials.estate.of(_KIND) if isinstance(e, NetworkExit)}
        self._used: dict[str, Attached] = {}
        self._wanted: dict[str, Place] = {}
        self._led_out: dict[str, tuple[_Way, ...]] = {}

    def ties(self, host: Host) -> tuple[Tie, ...]:
        """What a host needs to reach the outside: its subnets where these lead out through something that is seen."""
        attachment = self._attachments.of(host)
        leading = [place for place in attachment.places if self._of(place)]
        several = self._several(host, leading, attachment.places)
        ties = []
        for place in leading:
            self._used.setdefault(place.spot, place)
            ties.append(Tie(to=place.spot, at=place.at, doubt=place.doubt or attachment.hidden or several))
        if attachment.hidden:
            ties += self._anything(host, attachment.hidden)
        return tuple(ties)

    def _several(self, host: Host, leading: list[Attached], places: tuple[Attached, ...]) -> Unknown | None:
        """The question through which of several subnets a host leads its connections, where that makes a difference."""
        ways = {tuple(way.to for way in self._of(place)) for place in places}
        if len(ways) < 2 or not leading:
            return None
        reason = f"through which of its network interfaces does {host.label} reach the outside?"
        return Unknown(reason=reason, at=leading[0].at, how="lead all of its subnets out through the same")

    def _anything(self, host: Host, hidden: Unknown) -> Iterator[Tie]:
        """A host of which no file tells where it stands may be behind any exit of its region that something leads to."""
        region = known_text(host.region)
        led = dict.fromkeys(way.to for ways in (*self._ways.values(), self._unplaced) for way in ways)
        for name in led:
            there = known_text(self._exits[name].region) if name in self._exits else None
            if not region or not there or there == region:
                self._wanted.setdefault(name, hidden.at)
                yield Tie(to=name, at=hidden.at, doubt=hidden)

    # --- what leads where -------------------------------------------------------------------------------------------------

    def _of(self, place: Attached) -> tuple[_Way, ...]:
        """The ways out of where a host is attached. A subnet of which only the id is written may be any that an unreadable id means."""
        if not place.spot:
            return ()
        if place.spot not in self._led_out:
            ways = [*self._ways.get(place.spot, ()), *self._unplaced]
            for other, doubt in self._perhaps_same(place.subnet) if place.subnet else ():
                ways += [_Way(to=way.to, at=way.at, doubt=way.doubt or doubt) for way in self._ways[other.id]]
            self._led_out[place.spot] = tuple(_apart(ways))
        return self._led_out[place.spot]

    @cached_property
    def _ways(self) -> dict[str, tuple[_Way, ...]]:
        """The ways out of every subnet that is seen, or whose id is written where a way out is given to it."""
        found: dict[str, list[_Way]] = {id_: [] for id_ in self._attachments.subnets}
        linked = self._materials.estate.linked
        for id_, subnet in self._attachments.subnets.items():
            found[id_] += self._led(linked(subnet, "exits"), None, known=subnet.head.looked_up)
        for said in self._given:
            for edge in linked(said, "subnet").members:
                doubt = doubt_of(edge, said) or doubt_of(edge, self._attachments.subnets.get(edge.target))
                found.setdefault(spot_of(edge), []).extend(self._led(linked(said, "exits"), doubt))
        return {id_: tuple(ways) for id_, ways in found.items()}

    @cached_property
    def _given(self) -> tuple[SubnetExit, ...]:
        """The declarations that give a subnet a way out."""
        said = (each for each in self._materials.estate.of("subnet_exit") if isinstance(each, SubnetExit))
        return tuple(each for each in said if each.head.presence.answer != "no")

    @cached_property
    def _unplaced(self) -> tuple[_Way, ...]:
        """The ways out that are given to a subnet which cannot be read: it may be any."""
        linked = self._materials.estate.linked
        opened = ((said, linked(said, "subnet").open) for said in self._given)
        return tuple(
            way for said, open_ in opened if open_ and open_.unknown for way in self._led(linked(said, "exits"), open_.unknown)
        )

    def _perhaps_same(self, subnet: Subnet) -> Iterator[tuple[Subnet, Unknown]]:
        """Subnets of other deployments that may be this one, since either of both is only looked up and nothing tells their names apart."""
        called = (known_text(subnet.name) or "").casefold()
        alike = (*self._called.get(called, ()), *self._called.get("", ())) if called else self._attachments.subnets.values()
        for other in alike:
            apart = other.head.deployment != subnet.head.deployment and (other.head.looked_up or subnet.head.looked_up)
            if apart and not self._in_others(subnet, other):
                reason = f"is the subnet {subnet.label} of {subnet.head.deployment} the one of {other.head.deployment}?"
                yield other, Unknown(reason=reason, at=subnet.at, how="check the plans of both, which know the ids")

    @cached_property
    def _called(self) -> dict[str, list[Subnet]]:
        """The subnets by their names, "" where one cannot be read."""
        found: dict[str, list[Subnet]] = {}
        for subnet in self._attachments.subnets.values():
            found.setdefault((known_text(subnet.name) or "").casefold(), []).append(subnet)
        return found

    def _in_others(self, one: Subnet, other: Subnet) -> bool:
        """Whether two subnets certainly lie in two networks."""
        mine, theirs = (self._materials.estate.linked(subnet, "network") for subnet in (one, other))
        if mine.open or theirs.open or len(mine.members) != 1 or len(theirs.members) != 1:
            return False
        here, there = mine.members[0], theirs.members[0]
        return here.external and there.external and here.target.casefold() != there.target.casefold()

    def _led(self, edges: Edges, doubt: Unknown | None, *, known: bool = False) -> Iterator[_Way]:
        """The ways that one relation says. One that cannot be read may be any, or one that is not seen; of a subnet that is only looked up (`known`) it says nothing."""
        for edge in edges.members:
            exit_ = self._exits.get(edge.target)
            if exit_ is None or exit_.head.presence.answer != "no":
                yield _Way(to=_name(edge), at=edge.because.at, doubt=doubt or doubt_of(edge, exit_))
        if edges.open and edges.open.unknown and not known:
            hidden = edges.open.unknown
            for name in (*self._exits, names.unnamed(_KIND)):
                yield _Way(to=name, at=hidden.at, doubt=hidden)

    # --- components -------------------------------------------------------------------------------------------------------

    def components(self) -> Iterator[Component]:
        """The subnets that were asked about, their networks, and what they lead out through."""
        wanted = dict(self._wanted)
        for spot, place in self._used.items():
            ways = self._of(place)
            needs = [Tie(to=way.to, at=way.at, doubt=way.doubt) for way in ways]
            wanted.update({way.to: way.at for way in ways if way.to not in wanted})
            for edge in self._materials.estate.linked(place.subnet, "network").members if place.subnet else ():
                network = self._attachments.networks.get(edge.target)
                if network:
                    needs.append(Tie(to=network.id, at=edge.because.at, doubt=doubt_of(edge, network)))
                    yield network_component(network)
            at, label = (place.subnet.at, place.subnet.label) if place.subnet else (place.at, spot.rpartition("/")[2])
            yield Component(name=spot, kind="subnet", at=(at,), label=label, needs=tuple(needs), stops=False)
        for name, at in wanted.items():
            yield from self._exit(name, at)

    def _exit(self, name: str, at: Place) -> Iterator[Component]:
        seen = self._exits.get(name)
        label = seen.label if seen else names.shown(name).rstrip("/").rpartition("/")[2]
        nowhere = Known(value=None, at=at, origin="default")
        zone, region = (seen.zone, seen.region) if seen else (nowhere, nowhere)
        question = Unknown(reason=f"in which zone is the network exit {label}?", at=zone.at, how=_HOW)
        standing = []
        if seen is None or isinstance(seen.spread, Unknown) or not seen.spread.value:
            written = seen.spread if seen and isinstance(seen.spread, Unknown) else zone
            standing.append(parts_places.in_zone(region, written, self._materials, question=question))
        if known_text(region):
            standing.append(parts_places.in_region(region, "azure", self._materials, question=question))
        needs = tuple(tie for one in standing for tie in one.needs)
        yield Component(name=name, kind=_KIND, at=(seen.at if seen else at,), label=label, needs=needs)
        for one in standing:
            yield from one.around


def network_component(network: Network) -> Component:
    """A network, which does not fail by itself."""
    return Component(name=network.id, kind="network", at=(network.at,), label=network.label, stops=False)


def _name(edge: Edge) -> str:
    """An exit by its id; one that is not seen by the id that is written."""
    return names.domain(_KIND, edge.key) if edge.external else edge.target


def _apart(ways: list[_Way]) -> Iterator[_Way]:
    """A subnet leads out through one exit: where several are said for sure, which of them is a question."""
    sure = dict.fromkeys(way.to for way in ways if way.doubt is None)
    for way in ways:
        if way.doubt is None and len(sure) > 1:
            reason = "through which of several exits does this subnet lead out?"
            yield _Way(to=way.to, at=way.at, doubt=Unknown(reason=reason, at=way.at, how="say one of them"))
        elif way.doubt is None or way.to not in sure:
            yield way
