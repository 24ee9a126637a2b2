"""Where things stand: in how many regions a managed domain has a replica set.

The replica sets of a domain that is managed here are its children: nothing is missing from them, unless a scanned replica set of
which the domain cannot be read, a replica set of another deployment that may name it, an unread file or a partial plan reopens
them. Of a domain that is only looked up, the service reports the replica sets (they are read back); where the report is not in
the files, the set is open. Replica sets that this change deletes no longer count.

Each replica set already is two domain controllers: regions are counted, never machines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sparekey.config import Config
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.directory import ManagedDomain, ReplicaSet
from sparekey.model.resource import Resource, known_text, may_get_id
from sparekey.model.seams import Derivation
from sparekey.model.truth import Bounds, Cause, asks, unique
from sparekey.model.value import Known, Unknown

_HOW = "give the region as a constant, or run the check again on the next plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A replica set and whether it certainly is one of the domain's; otherwise `doubt` asks."""

    replica: ReplicaSet
    certain: bool
    doubt: Cause | None = None


def derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    """For every managed domain the number of regions that its replica sets stand in."""
    del config  # nothing to configure
    for domain in estate.of("managed_domain"):
        if isinstance(domain, ManagedDomain):
            yield Fact(subject=domain.id, name="regions", value=_regions(domain, estate))


def _regions(domain: ManagedDomain, estate: Estate) -> Bounds:
    found = [*_children(domain, estate), *_strangers(domain, estate)]
    deleted = _deleted_regions(domain, estate)
    certain: dict[str, Cause] = {}
    possible: dict[str, Cause] = {}
    unknown_certain: list[Cause] = []
    unknown_possible: list[Cause] = []
    for one in found:
        region = one.replica.region
        sure = one.certain
        doubt = one.doubt
        if isinstance(region, Unknown) or region.value is None:
            question = _asked(one.replica)
            (unknown_certain if sure else unknown_possible).append(question)
            continue
        if one.replica.head.looked_up and region.value in deleted:
            sure, doubt = False, deleted[region.value]
        if sure:
            certain.setdefault(region.value, Cause(at=region.at, label=f"replica set in {region.value}"))
        else:
            possible.setdefault(region.value, doubt or _asked(one.replica))
    open_ = _openings(domain, found, estate)
    least = max(len(certain), 1 if unknown_certain else 0)
    extra = [cause for name, cause in possible.items() if name not in certain]
    most = None if open_ else len(certain) + len(unknown_certain) + len(unknown_possible) + len(extra)
    missing = unique((*unknown_certain, *extra, *unknown_possible, *open_)) if least != most else ()
    because = tuple(certain[name] for name in sorted(certain)) or (Cause(at=domain.at, label="no replica set"),)
    return Bounds(least=least, most=most, because=because, missing=missing)


def _asked(replica: ReplicaSet) -> Cause:
    region = replica.region
    at = region.at if isinstance(region, Unknown) else replica.at
    return asks(Unknown(reason=f"in which region is {replica.label}?", at=at, how=_HOW))


def _children(domain: ManagedDomain, estate: Estate) -> Iterator[_Found]:
    """The replica sets of the estate that are this domain's, or of which the domain cannot be read."""
    same = {domain.id, *(other.id for other in estate.of("managed_domain") if _may_be_one(domain, other))}
    for replica in estate.of("replica_set"):
        if not isinstance(replica, ReplicaSet) or replica.head.presence.answer == "no":
            continue
        edges = estate.linked(replica, "domain").members
        values = replica.domain.values.members
        if any(edge.target == domain.id and edge.certain for edge in edges):
            present = replica.head.presence
            maybe = present.because[0] if present.answer == "maybe" and present.because else None
            yield _Found(replica=replica, certain=present.answer == "yes" and replica.head.count.least > 0, doubt=maybe)
            continue
        elsewhere = any(edge.certain and edge.target not in same for edge in edges)
        if not elsewhere and (any(edge.target in same for edge in edges) or any(_may_name(v) for v in values)):
            yield _Found(replica=replica, certain=False, doubt=_whose(replica))


def _may_be_one(domain: ManagedDomain, other: Resource) -> bool:
    """Whether a look-up whose answer is not known yet may find the very domain that is managed here (or the other way round)."""
    if domain.head.looked_up == other.head.looked_up:
        return False
    looked_up = domain if domain.head.looked_up else other
    unanswered = not any(known_text(key.value) for key in looked_up.keys)
    names = [known_text(each.name) for each in (domain, other)]
    return unanswered and (None in names or len({(name or "").lower() for name in names}) == 1)


def _strangers(domain: ManagedDomain, estate: Estate) -> Iterator[_Found]:
    """The replica sets of other deployments that name this domain by its id, or by one that cannot be read."""
    ids = {(known_text(key.value) or "").lower() for key in domain.keys} - {""}
    for replica in estate.beside("replica_set"):
        if isinstance(replica, ReplicaSet) and any(
            (v.value.lower() in ids or may_get_id(domain, v.value)) if isinstance(v, Known) else _may_name(v)
            for v in replica.domain.values.members
        ):
            yield _Found(replica=replica, certain=False, doubt=_whose(replica))


def _may_name(value: Known[str] | Unknown) -> bool:
    """Whether an id may be that of any domain: unknown, and not traced to declarations of its own deployment."""
    return isinstance(value, Unknown) and (not value.refs or bool(value.beyond))


def _whose(replica: ReplicaSet) -> Cause:
    at = replica.domain.values.at
    reason = f"of which managed domain is {replica.label} a replica set?"
    return asks(Unknown(reason=reason, at=at, how="give the domain's id, or run the check on both deployments as one estate"))


def _deleted_regions(domain: ManagedDomain, estate: Estate) -> dict[str, Cause]:
    """The regions of this domain's replica sets that the change deletes: what the service reported may be one of them."""
    regions: dict[str, Cause] = {}
    for deletion in estate.deletions:
        replica = deletion.resource
        if not isinstance(replica, ReplicaSet) or deletion.action == "forget":
            continue
        edges = deletion.edges.get("domain")
        region = known_text(replica.region)
        if region and edges and any(edge.target == domain.id for edge in edges.members):
            reason = f"does {domain.label} keep a replica set in {region}? one is deleted"
            regions[region] = asks(Unknown(reason=reason, at=replica.at, how="run the check again after the apply"))
    return regions


def _openings(domain: ManagedDomain, found: Sequence[_Found], estate: Estate) -> tuple[Cause, ...]:
    """What keeps the replica sets of a domain open."""
    if domain.head.looked_up and not any(one.replica.head.looked_up for one in found):
        reason = f"which replica sets does {domain.label} have? it is managed elsewhere"
        return (asks(Unknown(reason=reason, at=domain.at, how="check the deployment that manages it")),)
    causes = [asks(leak) for leak in estate.leaks]
    causes.extend(cause for one in found if one.replica.head.count.most is None for cause in one.replica.head.count.missing)
    return tuple(causes)


DERIVATION = Derivation(gives={"managed_domain": ("regions",)}, derive=derive)
