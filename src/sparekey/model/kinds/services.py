"""Names by which workloads of a cluster reach one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterService(Resource):
    """A Service: a name in a cluster, and what it leads to. Its key of space `host_name` is that name (see `host_names`).

    `external_name` is the name outside of the cluster that it stands for, null where it stands for pods. Those it finds by `selector`,
    each label as "key=value"; without any, nobody sees where it leads. `namespace` is null where none is written.
    """

    kind: ClassVar[str] = "cluster_service"
    identity: ClassVar[bool] = False

    namespace: Text
    selector: ValueSet[str]
    external_name: Text
