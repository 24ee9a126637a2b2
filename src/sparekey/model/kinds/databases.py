"""Databases, as far as an identity provider keeps its users and sessions in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Number, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Database(Resource):
    """A server of databases. Its keys of space `host_name` are the names that clients reach it by, in lower case.

    `standby` says where a copy takes over by itself: "zone" (another zone of the region), "host" (another host, of a place that is
    not known to be another one), "none". `instances` is how many servers there are, where they are counted instead. `zone` is null
    where none is chosen; `region` null in a cluster; `cluster` is the deployment in whose cluster it runs, null where it is a service.
    Of one in a cluster `namespace` is null where none is written, and `labels` are those of its pods, each as "key=value", by which
    Services find it. `cloud` is whose service it is otherwise ("azure", "aws"), null in a cluster.
    """

    kind: ClassVar[str] = "database"
    identity: ClassVar[bool] = False

    standby: Text
    instances: Number
    region: Text
    zone: Text
    cluster: Text
    namespace: Text
    cloud: Text
    labels: ValueSet[str]
