"""Kubernetes: databases that run in a cluster, and the Services by which others reach them.

A cluster of CloudNativePG has the Services `NAME-rw`, `NAME-ro` and `NAME-r`, and its operator promotes a standby by itself (documentation
of CloudNativePG). A StatefulSet or Deployment of database servers promotes nothing: with several instances it is not known which of them
could take over, so that one of them is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sparekey.model.declaration import Declaration
from sparekey.model.host_names import seen_from, service
from sparekey.model.kinds.databases import Database
from sparekey.model.kinds.services import ClusterService
from sparekey.model.resource import Head, Key, Resource, known_text
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import AnyValue, Body, Known, Number, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="kubernetes-databases")

_IMAGES = frozenset(
    {
        *("postgres", "postgresql", "postgresql-repmgr", "postgis", "timescaledb", "spilo-15", "spilo-16", "spilo-17"),
        *("mysql", "mysql-server", "mariadb", "mariadb-galera", "percona", "percona-server", "mssql-server", "server"),
        *("cockroach", "cockroachdb", "yugabyte", "tidb"),
    }
)
"""Names of images of database servers, whoever publishes them; `server` is only one of Microsoft's (`mssql/server`)."""
_TAG = re.compile(r"[@:].*$", re.DOTALL)


@MAPPING.maps("postgresql.cnpg.io/Cluster")
def cluster(declaration: Declaration) -> Iterator[Resource]:
    """A PostgreSQL cluster that CloudNativePG runs; one instance unless it says so."""
    body = declaration.body
    name = known_text(body.text("metadata", "name")) or ""
    instances = body.number("spec", "instances", default=1)
    yield _database(
        declaration,
        tuple(f"{name}-{suffix}" for suffix in ("rw", "ro", "r")),
        instances=instances,
        standby=_taken_over(instances),
        labels=_labels(Known(value={"cnpg.io/cluster": Known(value=name, at=declaration.head.at)}, at=declaration.head.at)),
        head=declaration.head,
    )


def _taken_over(instances: Number) -> Text:
    if isinstance(instances, Unknown):
        return instances
    return Known(value="host" if (instances.value or 1) > 1 else "none", at=instances.at, origin="derived")


def servers(declaration: Declaration, *, beside: bool) -> Iterator[Resource]:
    """The database that a StatefulSet or Deployment runs, where an image of its containers says that it does.

    `beside`: what it runs is told of by its address already.
    """
    body, at = declaration.body, declaration.head.at
    if not any(_is_database(container) for container in body.blocks("spec", "template", "spec", "containers")):
        return
    governing = known_text(body.text("spec", "serviceName"))
    name = known_text(body.text("metadata", "name")) or ""
    yield _database(
        declaration,
        (governing, f"{name}-0.{governing}") if governing else (),
        instances=Known(value=1, at=at, origin="derived"),
        standby=Known(value="none", at=at, origin="derived"),
        labels=_labels(body.get("spec", "template", "metadata", "labels")),
        head=declaration.head.part("database") if beside else declaration.head,
    )


def _is_database(container: Body) -> bool:
    image = container.text("image")
    parts = (known_text(image) or "").strip().lower().split("/")
    name = _TAG.sub("", parts[-1])
    return name in _IMAGES and (name != "server" or parts[-2:-1] == ["mssql"])


def _database(
    declaration: Declaration, names: tuple[str, ...], *, head: Head, instances: Number, standby: Text, labels: ValueSet[str]
) -> Database:
    body = declaration.body
    namespace = known_text(body.text("metadata", "namespace"))
    nothing: Known[str | None] = Known(value=None, at=head.at, origin="derived")
    return Database(
        head=head,
        name=body.text("metadata", "name"),
        keys=tuple(
            Key(
                space="host_name",
                attribute="name",
                value=Known(value=service(name, namespace, head.deployment), at=head.at, origin="derived"),
            )
            for name in names
        ),
        standby=standby,
        instances=instances,
        region=nothing,
        zone=nothing,
        cluster=Known(value=head.deployment, at=head.at, origin="derived"),
        namespace=body.text("metadata", "namespace"),
        cloud=nothing,
        labels=labels,
    )


@MAPPING.maps("core/Service")
def cluster_service(declaration: Declaration) -> Iterator[Resource]:
    """A Service. It may stand for a name outside of the cluster (type `ExternalName`), which a selector then has no say in."""
    body, head = declaration.body, declaration.head
    name, namespace = known_text(body.text("metadata", "name")) or "", known_text(body.text("metadata", "namespace"))
    type_ = body.text("spec", "type", default="ClusterIP")
    away = body.text("spec", "externalName")
    if isinstance(type_, Known) and type_.value != "ExternalName":
        away = Known(value=None, at=type_.at, origin="derived")
    elif isinstance(away, Known) and away.value:
        away = Known(value=seen_from(away.value, None, head.deployment), at=away.at, origin=away.origin)
    selector = body.get("spec", "selector")
    yield ClusterService(
        head=head,
        name=body.text("metadata", "name"),
        keys=(
            Key(
                space="host_name",
                attribute="name",
                value=Known(value=service(name, namespace, head.deployment), at=head.at, origin="derived"),
            ),
        ),
        namespace=body.text("metadata", "namespace"),
        selector=_labels(selector),
        external_name=type_ if isinstance(type_, Unknown) else away,
    )


def _labels(value: AnyValue) -> ValueSet[str]:
    """Labels, each as "key=value"; one of which the value cannot be read keeps the set open."""
    if isinstance(value, Unknown):
        return ValueSet(members=(), at=value.at, open=value)
    if not isinstance(value.value, Mapping):
        return ValueSet(members=(), at=value.at)
    texts = [(key, Body(value=member).text()) for key, member in value.value.items() if isinstance(key, str)]
    known = tuple(Known(value=f"{key}={text.value}", at=text.at) for key, text in texts if isinstance(text, Known))
    return ValueSet(members=known, at=value.at, open=_hidden(text for _, text in texts))


def _hidden(texts: Iterator[Text]) -> Unknown | None:
    return next((text for text in texts if isinstance(text, Unknown)), None)
