"""Facts about profiles of names: their endpoints, the regions that these stand in, and whether people sign in near them.

An endpoint stands where the resource of the estate stands that it certainly leads to; one that leads elsewhere stands where it says
itself (which only some kinds of endpoints do), and otherwise nobody knows where. An endpoint that leads to a profile of the estate
stands wherever the endpoints of that one stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sparekey.facts.sign_in_held import sign_in_held
from sparekey.facts.traffic_profiles import MAX_NESTING, Member, Profiles, is_nested
from sparekey.facts.traffic_targets import Targets
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.balancing import Balancer
from sparekey.model.kinds.gateways import ApiGateway
from sparekey.model.kinds.network import TrafficEndpoint, TrafficProfile
from sparekey.model.kinds.placed import RegionalService
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.truth import Bounds, Cause, asks, unique
from sparekey.model.value import Known, Text, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

TARGETS: Final = ("regional_service", "balancer", "api_gateway")
"""Kinds that stand in one region and that an endpoint can lead to."""


class _Regions:
    """The regions of endpoints, while they are collected."""

    def __init__(self, profiles: Profiles, targets: Targets) -> None:
        self._profiles, self._targets = profiles, targets
        self.sure: dict[str, Cause] = {}
        self.possible: dict[str, Cause] = {}
        self.hidden_sure: list[Cause] = []
        self.hidden: list[Cause] = []
        self.open: list[Cause] = []

    def collect(self, profile: TrafficProfile) -> None:
        """All regions below a profile. A profile that is met a second time adds nothing."""
        seen, waiting = {profile.id}, [(profile, True, 1)]
        while waiting:
            each, sure, depth = waiting.pop()
            self.open.extend(self._profiles.open(each))
            for member in self._profiles.members(each):
                present = sure and member.least > 0
                child = self._profiles.child(member.endpoint) if is_nested(member.endpoint) else None
                if child is None:
                    self._add(member, present=present)
                    if is_nested(member.endpoint):
                        self.open.append(_asked(member.endpoint))
                elif child.id not in seen and depth < MAX_NESTING:
                    seen.add(child.id)
                    waiting.append((child, present, depth + 1))

    def _add(self, member: Member, *, present: bool) -> None:
        endpoint = member.endpoint
        region = self._region(endpoint)
        if member.endpoint.head.count.most is None and isinstance(region, Unknown):
            self.open.append(asks(region))
        if isinstance(region, Unknown):
            (self.hidden_sure if present else self.hidden).append(asks(region))
        elif present:
            self.sure.setdefault(region.value or "", Cause(at=region.at, label=f"endpoint in {region.value}"))
        else:
            self.possible.setdefault(region.value or "", member.questions[0] if member.questions else _asked(endpoint))

    def _region(self, endpoint: TrafficEndpoint) -> Text:
        """Where an endpoint stands, never null."""
        target = self._targets.of(endpoint)
        found: Text = endpoint.region
        if isinstance(target.certain, RegionalService | Balancer | ApiGateway):
            found = target.certain.region
        elif target.doubt is not None and target.doubt.unknown is not None:
            return target.doubt.unknown
        # A profile elsewhere may lead to many places, whatever is written for it.
        if isinstance(found, Known) and (not found.value or is_nested(endpoint)):
            return _where(endpoint)
        return found


def _where(endpoint: TrafficEndpoint) -> Unknown:
    reason = f"in which region is what {endpoint.head.address} leads to?"
    return Unknown(reason=reason, at=endpoint.target.at, how="scan the files that define it, and refer to it")


def _asked(endpoint: TrafficEndpoint) -> Cause:
    return asks(_where(endpoint))


def _bounds(profile: TrafficProfile, found: _Regions) -> Bounds:
    extra = {name: cause for name, cause in found.possible.items() if name not in found.sure}
    least = max(len(found.sure), 1 if found.hidden_sure else 0)
    most = None if found.open else len(found.sure) + len(extra) + len(found.hidden_sure) + len(found.hidden)
    missing = unique((*found.hidden_sure, *extra.values(), *found.hidden, *found.open)) if least != most else ()
    because = (Cause(at=profile.at), *(found.sure[name] for name in sorted(found.sure)))
    return Bounds(least=least, most=most, because=because, missing=missing)


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    del config  # nothing to configure
    of_names = [profile for profile in estate.of("traffic_profile") if isinstance(profile, TrafficProfile)]
    if not of_names:
        return
    profiles, targets = Profiles(estate), Targets(estate, TARGETS)
    for profile in of_names:
        regions = _Regions(profiles, targets)
        regions.collect(profile)
        yield Fact(subject=profile.id, name="endpoints", value=profiles.endpoints(profile))
        yield Fact(subject=profile.id, name="alone", value=profiles.alone(profile))
        yield Fact(subject=profile.id, name="regions", value=_bounds(profile, regions))
        yield Fact(subject=profile.id, name="world", value=profiles.world(profile))
        yield Fact(subject=profile.id, name="nested", value=profiles.nested(profile))
        yield Fact(subject=profile.id, name="near_sign_in", value=sign_in_held(estate, profile.at))


DERIVATION = Derivation(
    gives={"traffic_profile": ("endpoints", "alone", "regions", "world", "nested", "near_sign_in")}, derive=_derive
)
