"""How many endpoints of a profile of names must fail before somebody gets no answer any more, and in how many regions they stand.

An endpoint that is off is none, and one that is always served without a probe is no second one. The endpoints of a profile that is
managed here are its children: nothing is missing from them, unless an endpoint of which the profile cannot be read, an unread file, a
partial plan or a type that nobody reads reopens them. Of a profile without any it is asked which there are: it would answer nobody, so
that it gets them from somewhere else.

An endpoint that leads to another profile stands for as many as must fail below it before fewer than its least number of children are
left. By the service's documentation a profile that routes by geography leads each part of the world to one endpoint, whether that works
or not; and so the part that is served worst decides. Health of what an endpoint leads to is not to be seen in files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sparekey.facts.traffic_targets import Targets
from sparekey.facts.unseen import ANYTHING
from sparekey.model.estate import Estate
from sparekey.model.kinds.network import TrafficEndpoint, TrafficProfile
from sparekey.model.truth import Bounds, Cause, Truth, all_of, asks, maybe, no, unique, yes
from sparekey.model.value import Flag, Known, Text, Unknown

MAX_NESTING: Final = 10
"""Levels of profiles within profiles that the service allows (Microsoft's article on nested profiles)."""

CARRIERS: Final = ANYTHING | {
    "azurerm_traffic_manager_azure_endpoint",
    "azurerm_traffic_manager_endpoint",
    "azurerm_traffic_manager_external_endpoint",
    "azurerm_traffic_manager_nested_endpoint",
}
"""Types that may declare an endpoint, in lower case; what is mapped is never among those that nobody reads."""

WORLD: Final = "WORLD"
"""The part of the world that stands for all that no other endpoint names."""

Weight = tuple[int, int | None]
"""Least and most number of failures that an endpoint survives less one; most None: no bound known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An endpoint of a profile that is on, or may be; `sure` whether it certainly is one of them and on."""

    endpoint: TrafficEndpoint
    sure: Truth
    weight: Weight
    doubts: tuple[Cause, ...]

    @property
    def least(self) -> int:
        """What it surely stands for, in all its instances."""
        return self.weight[0] * self.endpoint.head.count.least if self.sure.answer == "yes" else 0

    @property
    def most(self) -> int | None:
        """What it may stand for, in all its instances."""
        each, instances = self.weight[1], self.endpoint.head.count.most
        return None if each is None or instances is None else each * instances

    @property
    def questions(self) -> tuple[Cause, ...]:
        """What would decide it, where it is not decided."""
        if self.least == self.most:
            return ()
        unsure = self.sure.because if self.sure.answer == "maybe" else ()
        return unique((*unsure, *self.doubts, *self.endpoint.head.count.missing))


class Profiles:
    """The profiles of one estate with their endpoints."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._targets = Targets(estate, ("traffic_profile",))
        self._own: dict[str, list[TrafficEndpoint]] = {}
        self._loose: list[TrafficEndpoint] = []
        for endpoint in estate.of("traffic_endpoint"):
            if isinstance(endpoint, TrafficEndpoint):
                sure = [edge.target for edge in estate.linked(endpoint, "profile").members if edge.certain]
                (self._own.setdefault(sure[0], []) if sure else self._loose).append(endpoint)
        self._strangers = tuple(e for e in estate.beside("traffic_endpoint") if isinstance(e, TrafficEndpoint))
        self._members: dict[str, tuple[Member, ...]] = {}
        self._depth: dict[str, int] = {}
        self._above: dict[str, list[tuple[TrafficProfile, Member]]] = {}
        self._read(tuple(profile for profile in estate.of("traffic_profile") if isinstance(profile, TrafficProfile)))

    def _read(self, profiles: Sequence[TrafficProfile]) -> None:
        """Find the endpoints of every profile, those first that the others lead to. What leads in a circle comes last."""
        below = {profile.id: self._children(profile) for profile in profiles}
        above: dict[str, list[TrafficProfile]] = {}
        for profile in profiles:
            for child in below[profile.id]:
                above.setdefault(child, []).append(profile)
        ready = [profile for profile in profiles if not below[profile.id]]
        waiting = {profile.id: len(below[profile.id]) for profile in profiles}
        for profile in ready:
            self._depth[profile.id] = 1 + max((self._depth[child] for child in below[profile.id]), default=0)
            self._members[profile.id] = tuple(self._found(profile))
            for parent in above.get(profile.id, ()):
                waiting[parent.id] -= 1
                if not waiting[parent.id]:
                    ready.append(parent)
        for profile in profiles:
            if profile.id not in self._members:
                self._members[profile.id] = tuple(self._found(profile))
            elif not profile.head.looked_up:
                for member in self._members[profile.id]:
                    for child_of in self._leads(member.endpoint):
                        if child_of.id != profile.id:
                            self._above.setdefault(child_of.id, []).append((profile, member))

    def _leads(self, endpoint: TrafficEndpoint) -> tuple[TrafficProfile, ...]:
        """The profiles that an endpoint leads to, or may."""
        if not is_nested(endpoint):
            return ()
        found = self._targets.of(endpoint)
        near = (found.certain,) if found.certain is not None else found.possible
        return tuple(profile for profile in near if isinstance(profile, TrafficProfile))

    def _children(self, profile: TrafficProfile) -> frozenset[str]:
        """The profiles that a profile leads to, or may."""
        near = (*self._own.get(profile.id, ()), *self._loose)
        found = (self.child(endpoint) for endpoint in near if is_nested(endpoint))
        return frozenset(child.id for child in found if child is not None)

    def members(self, profile: TrafficProfile) -> tuple[Member, ...]:
        """The endpoints of a profile that are on, or may be."""
        return self._members[profile.id]

    def _found(self, profile: TrafficProfile) -> Iterator[Member]:
        near = [(endpoint, yes(Cause(at=endpoint.at, label="endpoint"))) for endpoint in self._own.get(profile.id, ())]
        near.extend((endpoint, self._may_belong(endpoint, profile)) for endpoint in self._loose)
        for stranger in self._strangers:
            named = any(_may_name(v) or _names(v, profile) for v in stranger.profile.values.members)
            near.append((stranger, maybe(_whose(stranger)) if named else no()))
        for endpoint, belongs in near:
            sure = all_of((belongs, endpoint.head.presence, _on(endpoint.enabled)))
            if sure.answer != "no":
                weight, doubts = self._weight(endpoint)
                yield Member(endpoint=endpoint, sure=sure, weight=weight, doubts=doubts)

    def _may_belong(self, endpoint: TrafficEndpoint, profile: TrafficProfile) -> Truth:
        edges = self._estate.linked(endpoint, "profile").members
        named = any(edge.target == profile.id for edge in edges) or any(_may_name(v) for v in endpoint.profile.values.members)
        return maybe(_whose(endpoint)) if named else no()

    def _weight(self, endpoint: TrafficEndpoint) -> tuple[Weight, tuple[Cause, ...]]:
        category = endpoint.category
        if isinstance(category, Unknown):
            return (0, None), (asks(category),)
        if category.value != "nested":
            return (1, 1), ()
        child = self.child(endpoint)
        how_many = f"how many endpoints does {endpoint.head.address} lead to in the end?"
        question = asks(Unknown(reason=how_many, at=endpoint.target.at, how="scan the files that define the profile"))
        if child is None or not 0 < self._depth.get(child.id, 0) < MAX_NESTING:
            return (0, None), (question,)
        return self._below(child, endpoint)

    def child(self, endpoint: TrafficEndpoint) -> TrafficProfile | None:
        """The profile of this estate that a nested endpoint certainly leads to."""
        found = self._targets.of(endpoint).certain
        return found if isinstance(found, TrafficProfile) else None

    def _below(self, child: TrafficProfile, endpoint: TrafficEndpoint) -> tuple[Weight, tuple[Cause, ...]]:
        """How many endpoints of a child must fail until fewer than the least number are left, or somebody of its own has none."""
        on = all_of((child.head.presence, _on(child.enabled)))
        if on.answer == "no":
            return (0, 0), ()
        members, open_ = self.members(child), self.open(child)
        least_children, minimum = endpoint.minimum_children, 1
        questions = [cause for member in members for cause in member.questions] + list(open_)
        if isinstance(least_children, Unknown):
            questions.append(asks(least_children))
            highest: int | None = None
        else:
            minimum = highest = least_children.value or 1
        sure = [member.least for member in members if member.least]
        least = _cheapest(sure, len(sure) - highest + 1) if highest is not None else 0
        some = [member.most for member in members if member.most != 0]
        most = None if open_ else _cheapest_of(some, len(some) - minimum + 1)
        method = _geographic(child)
        if method.answer != "no":
            least = min([least, *sure])
        if method.answer == "yes" and sure and most is not None:
            most = min([most, *(m for m in some if m is not None)])
        if on.answer == "maybe":
            least = 0
            questions.extend(on.because)
        if method.answer == "maybe":
            questions.extend(method.because)
        if most is not None and most < least:
            most = least
        return (least, most), () if least == most else unique(questions)

    def open(self, profile: TrafficProfile) -> tuple[Cause, ...]:
        """Why a profile may have endpoints that are not seen."""
        if profile.head.looked_up:
            reason = f"which endpoints does {profile.label} have? it is managed elsewhere"
            return (asks(Unknown(reason=reason, at=profile.at, how="check the deployment that manages it")),)
        if profile.id not in self._own:
            reason = f"which endpoints does {profile.label} have? none is written here"
            none = Unknown(reason=reason, at=profile.at, how="scan the files that define them, or write them with the profile")
            return (asks(none), *(asks(leak) for leak in self._estate.leaks))
        unread = (
            Unknown(
                reason=f"is there an endpoint of {profile.label} among what {type_} declares?",
                at=profile.at,
                how="declare it by a type that is read",
            )
            for type_ in sorted(self._estate.unmapped & CARRIERS)
        )
        return tuple(asks(unknown) for unknown in (*self._estate.leaks, *unread))

    def endpoints(self, profile: TrafficProfile) -> Bounds:
        """How many endpoints must fail until nobody gets an answer."""
        members, open_ = self.members(profile), self.open(profile)
        least = sum(member.least for member in members)
        each = [member.most for member in members]
        most = None if open_ or None in each else sum(m for m in each if m is not None)
        missing = unique((*(cause for member in members for cause in member.questions), *open_))
        return Bounds(least=least, most=most, because=_places(profile, members), missing=missing if least != most else ())

    def alone(self, profile: TrafficProfile) -> Truth:
        """Whether some people are led to one endpoint only, though the profile has others."""
        method = profile.routing_method
        if isinstance(method, Known) and (method.value or "").lower() == "subnet":
            reason = f"to how many endpoints does {profile.label} lead each subnet of addresses?"
            return maybe(asks(Unknown(reason=reason, at=method.at, how="nest a profile of two endpoints for each subnet")))
        return all_of((_geographic(profile), self._single(profile)))

    def _single(self, profile: TrafficProfile) -> Truth:
        """Whether some endpoint stands for fewer than two."""
        undecided: list[Cause] = []
        for member in self.members(profile):
            there = member.sure.answer == "yes" and member.endpoint.head.count.least > 0
            if there and member.weight[1] is not None and member.weight[1] < 2:
                return yes(Cause(at=profile.at), Cause(at=member.endpoint.at, label="one endpoint alone"))
            if member.weight[0] < 2:
                undecided.extend(
                    (*member.questions, *member.doubts, *member.sure.because[: 1 if member.sure.answer == "maybe" else 0])
                )
        undecided.extend(self.open(profile))
        return maybe(*unique(undecided)) if undecided else no(Cause(at=profile.at))

    def world(self, profile: TrafficProfile) -> Truth:
        """Whether everybody is led somewhere: always, unless the profile routes by geography and leads only some parts of the world."""
        by_geography = _geographic(profile)
        if by_geography.answer == "no":
            return yes(*by_geography.because)
        undecided = list(by_geography.because) if by_geography.answer == "maybe" else []
        for member in self.members(profile):
            parts = member.endpoint.regions
            for part in parts.members:
                if isinstance(part, Known) and part.value.upper() == WORLD:
                    if member.sure.answer == "yes" and member.endpoint.head.count.least > 0:
                        return yes(Cause(at=part.at, label="leads everybody else"))
                    undecided.extend(member.sure.because if member.sure.answer == "maybe" else member.endpoint.head.count.missing)
                elif isinstance(part, Unknown):
                    undecided.append(asks(part))
            if parts.open:
                undecided.append(asks(parts.open))
        undecided.extend(self.open(profile))
        return maybe(*unique(undecided)) if undecided else no(Cause(at=profile.at, label="leads only some parts of the world"))

    def nested(self, profile: TrafficProfile) -> Truth:
        """Whether another profile of the estate leads to this one, and so is what is to be judged."""
        undecided: list[Cause] = []
        for parent, member in self._above.get(profile.id, ()):
            found = self._targets.of(member.endpoint)
            leads = yes() if found.certain is not None else maybe(*((found.doubt,) if found.doubt else ()))
            sure = all_of((member.sure, parent.head.presence, leads, _leads_on(member.endpoint)))
            if sure.answer == "yes" and member.endpoint.head.count.least > 0:
                return yes(Cause(at=member.endpoint.at, label=f"judged with {parent.label}"))
            undecided.extend(sure.because if sure.answer == "maybe" else member.endpoint.head.count.missing)
        undecided.extend(
            asks(_elsewhere(stranger, profile))
            for stranger in self._strangers
            if is_nested(stranger) and (_may_name(stranger.target) or _names(stranger.target, profile))
        )
        return maybe(*unique(undecided)) if undecided else no(Cause(at=profile.at))


def _places(profile: TrafficProfile, members: Sequence[Member]) -> tuple[Cause, ...]:
    return (Cause(at=profile.at), *(Cause(at=m.endpoint.at, label="endpoint") for m in members if m.least))


def _on(enabled: Flag) -> Truth:
    if isinstance(enabled, Unknown):
        return maybe(asks(enabled))
    return yes() if enabled.value else no(Cause(at=enabled.at, label="is off"))


def is_nested(endpoint: TrafficEndpoint) -> bool:
    """Whether an endpoint leads to another profile, or may."""
    return isinstance(endpoint.category, Unknown) or endpoint.category.value == "nested"


def _leads_on(endpoint: TrafficEndpoint) -> Truth:
    """Whether an endpoint leads to another profile."""
    category = endpoint.category
    return maybe(asks(category)) if isinstance(category, Unknown) else yes()


def _elsewhere(endpoint: TrafficEndpoint, profile: TrafficProfile) -> Unknown:
    reason = f"does {endpoint.head.address} of another deployment lead to {profile.label}?"
    return Unknown(reason=reason, at=endpoint.target.at, how="run the check on both deployments as one estate")


def _whose(endpoint: TrafficEndpoint) -> Cause:
    reason = f"of which profile is {endpoint.head.address} an endpoint?"
    how = "give the profile's id, or run the check on both deployments as one estate"
    return asks(Unknown(reason=reason, at=endpoint.profile.values.at, how=how))


def _geographic(profile: TrafficProfile) -> Truth:
    method = profile.routing_method
    if isinstance(method, Unknown):
        return maybe(asks(method))
    at = Cause(at=method.at, label="routes by geography" if (method.value or "").lower() == "geographic" else "")
    return yes(at) if at.label else no(at)


def _may_name(value: Text) -> bool:
    """Whether an id may be that of any profile: unknown, and not traced to declarations of its own deployment."""
    return isinstance(value, Unknown) and (not value.refs or bool(value.beyond))


def _names(value: Text, profile: TrafficProfile) -> bool:
    """Whether a written id or name may be this profile's; names are compared by their last part, so that a yes is never certain."""
    if not isinstance(value, Known) or isinstance(profile.name, Unknown):
        return isinstance(value, Known)
    return (value.value or "").rstrip("/").rsplit("/", 1)[-1].lower() == (profile.name.value or "").lower()


def _cheapest(weights: Sequence[int], number: int) -> int:
    return sum(sorted(weights)[: max(0, number)])


def _cheapest_of(weights: Sequence[int | None], number: int) -> int | None:
    """The same of weights of which some have no bound."""
    bounded = sorted(weight for weight in weights if weight is not None)
    return _cheapest(bounded, number) if number <= len(bounded) else None
