"""Whether a gateway before interfaces goes on serving when a datacentre fails.

By the service's documentation all of it stands in one datacentre in the tiers of `ONE_DATACENTRE`. In others units stand in the zones that
are written, which takes as many units as zones; in the tier of `SEVERAL_REGIONS` it can also serve from further regions. Where no zones
are written for such a tier, whether it spreads its units by itself depends on the region and on when and how it was created: nobody can
tell from the files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sparekey.facts.sign_in_held import sign_in_held
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.gateways import ApiGateway, ApiGatewayRegion
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Flag, Known, Number, Text, Unknown, ValueSet

if TYPE_CHECKING:
    from sparekey.config import Config

ONE_DATACENTRE: Final = frozenset({"basic", "basicv2", "consumption", "developer", "standard"})
"""Tiers without zones and further regions (Microsoft's article on the reliability of API Management)."""

SEVERAL_REGIONS: Final = "premium"
"""The tier that takes zones and further regions. Of others (the second version of Standard and Premium) the files do not show zones."""

_HOW = "write two zones or more and as many units, or add a location in a second region"


class _Gateway:
    """One gateway with its further regions."""

    def __init__(self, gateway: ApiGateway, estate: Estate) -> None:
        self._gateway = gateway
        self._estate = estate
        self._further: list[tuple[ApiGatewayRegion, Truth]] = []
        for region in estate.of("api_gateway_region"):
            if isinstance(region, ApiGatewayRegion):
                edges = [e for e in estate.linked(region, "gateway").members if e.target == gateway.id]
                if edges:
                    whose = yes() if edges[0].certain else maybe(edges[0].because)
                    self._further.append(
                        (region, all_of((whose, region.head.presence, _instances(region), _serves(region.disabled))))
                    )

    def redundant(self) -> Truth:
        """Whether it serves on after the loss of one datacentre."""
        tier = self._gateway.tier
        if isinstance(tier, Unknown):
            return maybe(asks(tier))
        if tier.value in ONE_DATACENTRE:
            return no(Cause(at=tier.at, label=f"{tier.value} stands in one datacentre"))
        if tier.value != SEVERAL_REGIONS:
            return maybe(asks(self._spread(self._gateway.zones.at)))
        own = all_of((_serves(self._gateway.disabled), self._zoned(self._gateway.zones, self._gateway.units)))
        zoned = [all_of((there, self._zoned(region.zones, region.units))) for region, there in self._further]
        found = any_of((own, *zoned, self._several()))
        return no(Cause(at=self._gateway.zones.at), *found.because) if found.answer == "no" else found

    def _several(self) -> Truth:
        """Whether it serves from two regions."""
        places = [(self._gateway.region, _serves(self._gateway.disabled)), *((r.region, there) for r, there in self._further)]
        sure: dict[str, Cause] = {}
        possible: set[str] = set()
        hidden: list[Cause] = []
        doubts: list[Cause] = []
        for region, there in places:
            if there.answer == "no":
                continue
            doubts.extend(there.because if there.answer == "maybe" else ())
            if isinstance(region, Unknown) or not region.value:
                hidden.append(asks(_whereabouts(region, self._gateway)))
            elif there.answer == "yes":
                sure.setdefault(region.value, Cause(at=region.at, label=f"serves from {region.value}"))
            else:
                possible.add(region.value)
        if len(sure) > 1:
            return yes(*sure.values())
        if self._gateway.head.looked_up and not self._further:
            doubts.append(asks(self._elsewhere()))
        most = len(sure.keys() | possible) + len(hidden)
        if most > 1 or (self._gateway.head.looked_up and doubts):
            return maybe(*unique((*hidden, *doubts)))
        return no(*(sure.values() or (Cause(at=self._gateway.at),)))

    def _zoned(self, zones: ValueSet[str], units: Number) -> Truth:
        """Whether the units of one region stand in two zones or more."""
        known = {zone.value for zone in zones.members if isinstance(zone, Known)}
        doubts = [asks(zone) for zone in zones.members if isinstance(zone, Unknown)]
        doubts.extend([asks(zones.open)] if zones.open else [])
        if not known and not doubts:
            return maybe(asks(self._spread(zones.at)))
        if len(known) < 2:
            return maybe(*doubts) if doubts else no(Cause(at=zones.at, label="stands in one zone"))
        if isinstance(units, Unknown):
            return maybe(asks(units))
        # One unit stands in one zone, however many are written.
        if units.value is not None and units.value < 2:
            return no(Cause(at=units.at, label="one unit"))
        return yes(Cause(at=zones.at, label=f"stands in {len(known)} zones"))

    def _spread(self, at: Place) -> Unknown:
        return Unknown(reason=f"does {self._gateway.label} stand in several zones?", at=at, how=_HOW)

    def _elsewhere(self) -> Unknown:
        reason = f"in which regions does {self._gateway.label} serve? it is managed elsewhere"
        return Unknown(reason=reason, at=self._gateway.at, how="check the deployment that manages it")


def _serves(disabled: Flag) -> Truth:
    if isinstance(disabled, Unknown):
        return maybe(asks(disabled))
    return no(Cause(at=disabled.at, label="serves nothing")) if disabled.value else yes()


def _instances(region: ApiGatewayRegion) -> Truth:
    count: Bounds = region.head.count
    if count.least > 0:
        return yes()
    return no() if count.most == 0 else maybe(*count.missing)


def _whereabouts(region: Text, gateway: ApiGateway) -> Unknown:
    if isinstance(region, Unknown):
        return region
    return Unknown(reason=f"in which region is {gateway.label}?", at=region.at, how="write its location")


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    del config  # nothing to configure
    for gateway in estate.of("api_gateway"):
        if isinstance(gateway, ApiGateway):
            yield Fact(subject=gateway.id, name="redundant", value=_Gateway(gateway, estate).redundant())
            yield Fact(subject=gateway.id, name="near_sign_in", value=sign_in_held(estate, gateway.at))


DERIVATION = Derivation(gives={"api_gateway": ("redundant", "near_sign_in")}, derive=_derive)
