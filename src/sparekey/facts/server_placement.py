"""Whether anything keeps the servers of a group apart: zones, regions, availability sets, hosts, sites.

Facts of every `agent_group`:

- `in_one_place`: it has two servers or more, and what is written puts all of them into one zone.
- `kept_apart`: two of its servers certainly stand apart. No where that holds of no two of them, whether they are put into one place
  or merely nothing keeps them from it: of two machines of one region with neither zone nor availability set Azure promises nothing.

Two servers stand apart in different zones, regions, clouds or at different sites, on different hosts of the inventory, and in one availability
set that has two fault domains and two update domains at least (Microsoft's articles on domain controllers and on AD FS in Azure
accept zones and sets). A set of its own for each machine keeps nothing apart. Where the instances of a scale set stand nobody promises.

`agents-share-failure-domain` asks of agents whether one failure domain holds them all; there a set is one failure domain like any
other, and a place that is not chosen is a question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sparekey.facts.agent_hosts import said, unseen
from sparekey.facts.server_spots import Spot, Standing
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.agents import AgentGroup
from sparekey.model.resource import known_text
from sparekey.model.truth import Answer, Cause, Truth, asks, maybe, no, unique, yes
from sparekey.model.value import Known, Text, Unknown

ROLES: Final = frozenset({"adds-dc", "adfs", "adfs-wap"})
"""The roles of which the guidance accepts an availability set."""

_MOST_SPOTS = 40
"""Different places that are compared with each other. Two that are apart are found among the first of them, or there are questions."""
_MOST_CAUSES = 8
_HOW_ZONE = "choose a zone or an availability set for each machine, or give the value as a constant"
_HOW_HOST = "write its site and host in sparekey.yaml (inventory: agents)"

Relation = Literal["apart", "same", "loose", "open"]
"""Two servers: apart; put into one place; not kept apart by anything; it cannot be told."""


def facts(estate: Estate, groups: Sequence[AgentGroup]) -> Iterator[Fact]:
    """The two facts for every group of agents; of the roles that other rules judge they say nothing."""
    standing = Standing(estate) if any(known_text(group.role) in ROLES for group in groups) else None
    for group in groups:
        if standing is None or known_text(group.role) not in ROLES:
            yield Fact(subject=group.id, name="in_one_place", value=no(Cause(at=group.at)))
            yield Fact(subject=group.id, name="kept_apart", value=yes(Cause(at=group.at)))
            continue
        found = _Compared.of(group, tuple(standing.spots(group)))
        yield Fact(subject=group.id, name="in_one_place", value=found.in_one_place())
        yield Fact(subject=group.id, name="kept_apart", value=found.kept_apart())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """How two servers stand to one another. `zoned`: whether both are put into one zone. `sure`: both certainly are there, and are two."""

    relation: Relation
    zoned: Answer
    one: Spot
    other: Spot
    sure: bool
    question: Cause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """The servers of a group compared; `more` are the questions about servers that nobody sees."""

    group: AgentGroup
    pairs: tuple[_Pair, ...]
    more: tuple[Cause, ...]

    @staticmethod
    def of(group: AgentGroup, spots: Sequence[Spot]) -> _Compared:
        certain = sum(spot.sure for spot in spots)
        # Where fewer are certain than are seen, one of the inventory may be one that is seen.
        twice = certain > group.agents.least
        by_key: dict[tuple[object, ...], list[Spot]] = {}
        for spot in spots:
            by_key.setdefault(spot.key, []).append(spot)
        places = list(by_key.values())
        more = list(unseen(group))
        if len(places) > _MOST_SPOTS:
            reason = f"where do all the servers of {group.label} stand? there are too many places to compare"
            more.append(asks(Unknown(reason=reason, at=group.at, how="nobody but you can tell: waive the finding")))
        pairs = []
        for index, (first, *rest) in enumerate(places[:_MOST_SPOTS]):
            if rest or first.several:
                pairs.append(_pair(first, rest[0] if rest else first, twice=twice, alone=not rest))
            pairs += [_pair(first, others[0], twice=twice) for others in places[index + 1 : _MOST_SPOTS]]
        return _Compared(group=group, pairs=tuple(pairs), more=tuple(more))

    def kept_apart(self) -> Truth:
        proven = next((pair for pair in self.pairs if pair.relation == "apart" and pair.sure), None)
        if proven:
            return yes(*unique(_shown(spot) for spot in (proven.one, proven.other)))
        questions = [q for pair in self.pairs if pair.relation in ("apart", "open") for q in self._asked(pair)]
        if questions or self.more:
            return maybe(*unique((*questions, *self.more))[: _MOST_CAUSES * 2])
        return no(*self._places())

    def in_one_place(self) -> Truth:
        otherwise = next((pair for pair in self.pairs if pair.zoned == "no" and pair.sure), None)
        if otherwise:
            return no(*unique(_shown(spot) for spot in (otherwise.one, otherwise.other)))
        if not self.pairs and not self.more:
            return no(Cause(at=self.group.at, label="fewer than two servers"))
        questions = [q for pair in self.pairs if pair.zoned != "yes" or not pair.sure for q in self._asked(pair)]
        if questions or self.more:
            return maybe(*unique((*questions, *self.more))[: _MOST_CAUSES * 2])
        return yes(*self._places())

    def _asked(self, pair: _Pair) -> Iterator[Cause]:
        """What would decide how two servers stand to one another, or whether both are there."""
        if pair.question:
            yield pair.question
        yield from (spot.doubt for spot in (pair.one, pair.other) if spot.doubt)
        if not pair.question and not (pair.one.doubt or pair.other.doubt):
            reason = f"are {pair.one.label} and {pair.other.label} two servers?"
            yield _ask(pair.other, reason, "give the inventory entry the machine's host name (host:)")

    def _places(self) -> tuple[Cause, ...]:
        spots = [spot for pair in self.pairs for spot in (pair.one, pair.other)]
        return unique(_shown(spot) for spot in spots)[:_MOST_CAUSES] or (Cause(at=self.group.at),)


def _shown(spot: Spot) -> Cause:
    """Where a server is said to stand."""
    if isinstance(spot.zone, Known) and spot.zone.value is not None:
        return Cause(at=spot.zone.at, label=f"{spot.label} stands in zone {spot.zone.value}")
    if isinstance(spot.rack, str) and spot.domains:
        return Cause(at=spot.at, label=f"{spot.label} stands in an availability set")
    if isinstance(spot.host, Known) and spot.host.value:
        return Cause(at=spot.host.at, label=f"{spot.label} stands on {spot.host.value}")
    if isinstance(spot.site, Known) and spot.site.value:
        return Cause(at=spot.site.at, label=f"{spot.label} stands at {spot.site.value}")
    return Cause(at=spot.at, label=f"{spot.label}: neither zone nor availability set")


# --- two servers --------------------------------------------------------------------------------------------------------


def _pair(one: Spot, other: Spot, *, twice: bool, alone: bool = False) -> _Pair:
    """Two servers compared; `alone`: of one declaration that may stand for several."""
    relation, question = _related(one, other)
    enough = one.least > 1 if alone else one.sure and other.sure
    sure = enough and not (twice and one.sort != other.sort)
    return _Pair(relation=relation, zoned=_in_one_zone(one, other), one=one, other=other, sure=sure, question=question)


def _related(one: Spot, other: Spot) -> tuple[Relation, Cause | None]:
    if "script" in (one.sort, other.sort):
        vague = one if one.sort == "script" else other
        return "open", _ask(vague, f"on which machine is {vague.label}?", _HOW_HOST)
    if _known_apart(one.site, other.site):
        return "apart", None
    if "entry" in (one.sort, other.sort):
        return _on_hosts(one, other)
    return _in_clouds(one, other)


def _in_one_zone(one: Spot, other: Spot) -> Answer:
    """Whether two servers are put into one zone. What the inventory lists stands in none that is seen."""
    if "entry" in (one.sort, other.sort) or any(
        isinstance(spot.zone, Known) and spot.zone.value is None for spot in (one, other) if spot.sort != "script"
    ):
        return "no"
    if "script" in (one.sort, other.sort):
        return "maybe"
    texts = ((one.cloud, other.cloud), (one.region, other.region), (one.zone, other.zone))
    if _known_apart(one.site, other.site) or any(_known_apart(*pair) for pair in texts):
        return "no"
    return "yes" if all(_written(text) for pair in texts for text in pair) else "maybe"


def _on_hosts(one: Spot, other: Spot) -> tuple[Relation, Cause | None]:
    """Entries of the inventory, or one of them and a machine."""
    # Two entries with one host are one server, and counted as that.
    if one.sort == other.sort and _known_apart(one.host, other.host):
        return "apart", None
    vague = next((spot for spot in (one, other) if spot.sort == "entry" and not _written(spot.host)), other)
    unknown = next((text for text in (one.site, other.site, one.host, other.host) if isinstance(text, Unknown)), None)
    return "open", asks(unknown) if unknown else _ask(vague, f"where does {vague.label} stand?", _HOW_HOST)


def _in_clouds(one: Spot, other: Spot) -> tuple[Relation, Cause | None]:
    """Two machines of clouds, or scale sets."""
    if _known_apart(one.cloud, other.cloud) or _known_apart(one.region, other.region) or _known_apart(one.zone, other.zone):
        return "apart", None
    if isinstance(one.rack, str) and one.rack == other.rack and not (said(one.zone) or said(other.zone)):
        return _in_set(one)
    unread = next((text for text in (one.zone, other.zone, one.region, other.region) if isinstance(text, Unknown)), None)
    zoneless = any(isinstance(spot.zone, Known) and spot.zone.value is None for spot in (one, other))
    racked = isinstance(one.rack, str) and one.rack == other.rack
    if unread and not (zoneless and not racked and _written(one.region) and _written(other.region)):
        return "open", asks(unread)
    vague = next((spot for spot in (one, other) if not _written(spot.region)), None)
    if vague:
        return "open", _ask(vague, f"in which region is {vague.label}?", _HOW_ZONE)
    if _written(one.zone) and _written(other.zone):
        return "same", None
    return _in_region(one, other)


def _in_region(one: Spot, other: Spot) -> tuple[Relation, Cause | None]:
    """Two machines of one region, of which one at least is in no zone."""
    for spot in (one, other):
        if said(spot.zone):
            continue
        if spot.sort == "set" or spot.attached:
            return "open", _ask(spot, f"where does Azure put the instances of {spot.label}? no zone is chosen", _HOW_ZONE)
        if known_text(spot.cloud) != "azure":
            return "open", _ask(spot, f"in which zone is {spot.label}? none is chosen", _HOW_ZONE)
        if isinstance(spot.rack, Unknown):
            return "open", asks(spot.rack)
    return "loose", None


def _in_set(spot: Spot) -> tuple[Relation, Cause | None]:
    """Two machines of one availability set."""
    if any(isinstance(number, Known) and number.value is not None and number.value < 2 for number in spot.domains):
        return "loose", None
    unread = next((number for number in spot.domains if isinstance(number, Unknown)), None)
    if unread:
        return "open", asks(unread)
    if not spot.domains or any(isinstance(number, Known) and number.value is None for number in spot.domains):
        reason = f"over how many fault domains does the availability set of {spot.label} spread its machines?"
        return "open", _ask(spot, reason, "check the deployment that manages the set")
    return "apart", None


def _known_apart(one: Text, other: Text) -> bool:
    """Whether both are written and differ."""
    mine, theirs = known_text(one), known_text(other)
    return mine is not None and theirs is not None and mine.strip().casefold() != theirs.strip().casefold()


def _written(text: Text) -> bool:
    return isinstance(text, Known) and text.value is not None


def _ask(spot: Spot, reason: str, how: str) -> Cause:
    return asks(Unknown(reason=reason, at=spot.at, how=how))
