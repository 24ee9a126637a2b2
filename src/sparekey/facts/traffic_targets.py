"""What the endpoint of a profile of names leads to, where that is something of the same estate.

An endpoint names its target by a resource id, or by a host name that comes from a resource. Only what it certainly names counts as
found; what it may name is told apart, so that nothing is taken for a target, or for none, by guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sparekey.model.estate import Estate
from sparekey.model.kinds.network import TrafficEndpoint
from sparekey.model.resource import Resource, known_text, may_get_id
from sparekey.model.truth import Cause, asks
from sparekey.model.value import Text, Unknown

_HOW = "refer to the resource, and write its region"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where an endpoint leads: to `certain` for sure, else perhaps to some of `possible`; `doubt` asks which."""

    certain: Resource | None = None
    possible: tuple[Resource, ...] = ()
    doubt: Cause | None = None


class Targets:
    """The resources of some kinds that an endpoint may lead to."""

    def __init__(self, estate: Estate, kinds: Iterable[str]) -> None:
        self._all = tuple(resource for kind in kinds for resource in estate.of(kind))
        self._by_address = {(resource.head.deployment, resource.head.address): resource for resource in self._all}
        self._by_id: dict[str, Resource] = {}
        self._coming: dict[str | None, list[Resource]] = {}
        for resource in self._all:
            ids = [known_text(key.value) for key in resource.keys if key.space == "arm_id"]
            self._by_id.update((id_.lower(), resource) for id_ in ids if id_)
            if not any(ids):
                # A name that is not known is filed under None: it may be any.
                name = None if isinstance(resource.name, Unknown) else (resource.name.value or "").lower()
                self._coming.setdefault(name, []).append(resource)

    def of(self, endpoint: TrafficEndpoint) -> Target:
        """What an endpoint leads to."""
        target = endpoint.target
        if isinstance(target, Unknown):
            return self._traced(endpoint, target)
        written = (target.value or "").lower()
        if written in self._by_id:
            return Target(certain=self._by_id[written])
        last = written.rstrip("/").rsplit("/", 1)[-1]
        near = (*self._coming.get(last, ()), *self._coming.get(None, ()))
        coming = tuple(resource for resource in near if may_get_id(resource, target.value or ""))
        return Target(possible=coming, doubt=_which(endpoint, target)) if coming else Target()

    def _traced(self, endpoint: TrafficEndpoint, target: Unknown) -> Target:
        here = endpoint.head.deployment
        found = tuple(self._by_address[here, ref.to] for ref in target.refs if (here, ref.to) in self._by_address)
        if len(target.refs) == 1 and target.refs[0].certain and not target.beyond:
            return Target(certain=found[0] if found else None)
        # What cannot be traced to its end may be any of them.
        traced = target.refs and not target.beyond
        return Target(possible=found if traced else self._all, doubt=_which(endpoint, target))


def _which(endpoint: TrafficEndpoint, target: Text) -> Cause:
    return asks(Unknown(reason=f"what does {endpoint.head.address} lead to?", at=target.at, how=_HOW))
