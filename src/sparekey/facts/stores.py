"""Which database a workload of a cluster means by a host: by way of the Services of its cluster, or by the host's own name.

The deployment that names a Service shows its own cluster. What another deployment of the estate shows may be applied to the same cluster
or to another one, so that a database of that name there is only possibly meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sparekey.model.estate import Estate
from sparekey.model.host_names import bare, perhaps_service
from sparekey.model.kinds.databases import Database
from sparekey.model.kinds.services import ClusterService
from sparekey.model.resource import Resource, known_text
from sparekey.model.span import Place
from sparekey.model.value import Known, Text, Unknown, ValueSet

_MOST_STEPS = 8
"""Services that are followed from one to the next. A cluster follows as many aliases as its resolver does; two are rare."""
_RDS = ".rds.amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """A database that a host means, and the question whether it does (None: it does)."""

    database: Database
    doubt: Unknown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a host leads to: databases, and the last name on the way, with the question that keeps the way open."""

    databases: tuple[Meant, ...]
    host: str
    open: Unknown | None = None


class Stores:
    """The databases and Services of an estate by their names."""

    def __init__(self, estate: Estate) -> None:
        self._databases = tuple(d for d in estate.of("database") if isinstance(d, Database))
        services = (s for s in estate.of("cluster_service") if isinstance(s, ClusterService))
        self._services: dict[str, list[ClusterService]] = {}
        for each in services:
            for name in _names(each):
                self._services.setdefault(name, []).append(each)
        self._by_name: dict[str, list[Database]] = {}
        for database in self._databases:
            for name in _names(database):
                self._by_name.setdefault(name, []).append(database)

    def find(self, host: str, deployment: str, at: Place) -> Found:
        """What a host leads to, as something that is applied with `deployment` sees it."""
        for _ in range(_MOST_STEPS):
            other = perhaps_service(host, deployment)
            if other and (other in self._services or other in self._by_name):
                host = other
            services = self._services.get(host)
            if services is None:
                return self._ends(host, at)
            service = services[0]
            if any(_leads(other) != _leads(service) for other in services):
                # A cluster has one of a name: which one was applied last, no file tells.
                reason = f"which of {len(services)} Services called {service.label} is in the cluster?"
                return Found(databases=(), host=host, open=Unknown(reason=reason, at=service.at, how="keep one of them"))
            away = service.external_name
            if isinstance(away, Unknown):
                return Found(databases=(), host=host, open=away)
            if away.value is None:
                return self._selected(service, host)
            host = away.value
        return Found(databases=(), host=host)

    def _ends(self, host: str, at: Place) -> Found:
        named = self._by_name.get(host, ())
        if len(named) == 1:
            return Found(databases=(Meant(database=named[0], doubt=None),), host=host)
        candidates = named or tuple(self._possible(host))
        doubts = (
            Meant(
                database=each,
                doubt=Unknown(
                    reason=f"is {each.label} ({each.head.address}) the database at {bare(host)}?",
                    at=at,
                    how="put what is applied to one cluster into one folder" if "@" in host else "write its whole name",
                ),
            )
            for each in candidates
        )
        return Found(databases=tuple(doubts), host=host)

    def _possible(self, host: str) -> Iterator[Database]:
        """Databases of other deployments that have this name in their cluster, and those whose name nobody knows yet."""
        name, at, _ = host.partition("@")
        for each in self._databases:
            if at and any(known.partition("@")[0] == name and "@" in known for known in _names(each)):
                yield each
            elif name.endswith(_RDS) and known_text(each.cloud) == "aws" and not _names(each):
                called = known_text(each.name)
                if called is None or name.partition(".")[0] == called.casefold():
                    yield each

    def _selected(self, service: ClusterService, host: str) -> Found:
        """The databases whose pods a Service finds: those of its own cluster and namespace that have all of its labels."""
        wanted = {member.value for member in service.selector.members if isinstance(member, Known)}
        if service.selector.open or not wanted:
            return Found(databases=(), host=host, open=service.selector.open)
        namespace = known_text(_namespace(service))
        here = [d for d in self._databases if known_text(d.cluster) == service.head.deployment]
        here = [d for d in here if known_text(_namespace(d)) in (namespace, None)]
        sure = [d for d in here if wanted <= _known(d.labels) and namespace is not None]
        unread = [d for d in here if d not in sure and (d.labels.open or namespace is None)]
        if len(sure) == 1 and not unread:
            return Found(databases=(Meant(database=sure[0], doubt=None),), host=host)
        reason = f"to which database does the Service {service.label} lead?"
        question = Unknown(reason=reason, at=service.at, how="give the pods of one database labels of their own")
        return Found(databases=tuple(Meant(database=d, doubt=question) for d in (*sure, *unread)), host=host)


def _names(resource: Resource) -> tuple[str, ...]:
    keys = (key.value for key in resource.keys if key.space == "host_name")
    return tuple(value.value for value in keys if isinstance(value, Known) and value.value)


def _leads(service: ClusterService) -> tuple[object, ...]:
    """What a Service leads to, places aside; of what cannot be read no two are the same."""
    away, labels = service.external_name, service.selector
    unread = isinstance(away, Unknown) or labels.open or any(isinstance(member, Unknown) for member in labels.members)
    return (service.id, service.at) if unread else (away.value if isinstance(away, Known) else None, frozenset(_known(labels)))


def _namespace(resource: Database | ClusterService) -> Text:
    """A namespace in the form in which two are compared: "" where none is written; an unknown stays one."""
    written = resource.namespace
    return written if isinstance(written, Unknown) else replace(written, value=(written.value or "").strip().casefold())


def _known(values: ValueSet[str]) -> set[str]:
    return {member.value for member in values.members if isinstance(member, Known)}
