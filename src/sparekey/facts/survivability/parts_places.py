"""Where services of a cloud stand: in a region, and where they are one server, in a zone of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sparekey.facts.survivability import names
from sparekey.facts.survivability.graph import Component, Tie
from sparekey.facts.survivability.materials import Materials
from sparekey.model.resource import known_text
from sparekey.model.span import Place
from sparekey.model.value import Text, Unknown

CLOUDS: Final[Mapping[str, str]] = {"azure": "Azure", "aws": "AWS", "google": "Google Cloud"}
"""What people call the clouds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What something needs because of where it stands, and the components of those places."""

    needs: tuple[Tie, ...]
    around: tuple[Component, ...]


def provider(cloud: str, at: Place) -> tuple[Tie, Component]:
    """A cloud as a whole. Of one without a name that is known here its own word is told."""
    name = names.domain("provider", cloud)
    return Tie(to=name, at=at, source="rule"), Component(name=name, kind="provider", at=(at,), label=CLOUDS.get(cloud, cloud))


def in_region(region: Text, cloud: str | None, materials: Materials, *, question: Unknown) -> Standing:
    """A region of a cloud; where it is not known (`question`), any that is known, or one that nobody names."""
    above = provider(cloud, region.at) if cloud else None
    word = known_text(region)
    if word:
        name = names.domain("region", word)
        needs = (above[0],) if above else ()
        here = Component(name=name, kind="region", at=(region.at,), label=word, needs=needs)
        return Standing(
            needs=(Tie(to=name, at=region.at),),
            around=(here, above[1]) if above else (here,),
        )
    doubt = region if isinstance(region, Unknown) else question
    possible = (names.unnamed("region"), *materials.regions(cloud))
    ties = tuple(Tie(to=name, at=doubt.at, doubt=doubt) for name in possible)
    around = tuple(Component(name=name, kind="region", at=(doubt.at,), label=names.shown(name)) for name in possible)
    return Standing(needs=(*ties, above[0]), around=(*around, above[1])) if above else Standing(needs=ties, around=around)


def in_zone(region: Text, zone: Text, materials: Materials, *, question: Unknown) -> Standing:
    """A zone of a region; where it is not known (`question`), any of that region that is known, or one that nobody names."""
    where, number = known_text(region), known_text(zone)
    if where and number:
        return Standing(needs=(Tie(to=names.zone(where, number), at=zone.at),), around=(_zone(where, number, zone.at),))
    doubt = zone if isinstance(zone, Unknown) else question
    start = names.zone(where, "") if where else "zone:"
    unnamed = names.zone(where or names.SOMEWHERE, names.SOMEWHERE)
    possible = dict.fromkeys((unnamed, *(name for name in materials.domains.get("zone", ()) if name.startswith(start))))
    around = []
    for name in possible:
        place, _, rest = name.partition(":")[2].rpartition("/")
        around.append(_zone(place, rest, doubt.at))
    return Standing(needs=tuple(Tie(to=name, at=doubt.at, doubt=doubt) for name in possible), around=tuple(around))


def _zone(region: str, number: str, at: Place) -> Component:
    name = names.zone(region, number)
    above = () if region == names.SOMEWHERE else (Tie(to=names.domain("region", region), at=at, source="rule"),)
    return Component(name=name, kind="zone", at=(at,), label=names.shown(name), needs=above)
