"""Identity providers that run as workloads in a cluster, and what changes how many of them there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Links, Number, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityWorkload(Resource):
    """A workload that runs an identity provider.

    `product` is what it runs ("keycloak", "dex", ...), unknown where an image cannot be read. `controller` is the kind of the object
    that keeps its instances running ("Deployment", "StatefulSet", "Keycloak"), `namespace` null where none is written. `replicas` is
    the written number of instances, or the controller's default; an autoscaler's minimum goes before it. `store` leads to the database
    that it names by host (none written: no member; one that cannot be read keeps it open), `secret_sources` are the names of what
    brings it secrets from outside of the cluster (`SecretProviderClass`), `host_names` those that people reach it by.
    """

    kind: ClassVar[str] = "identity_workload"

    product: Text
    controller: Text
    namespace: Text
    replicas: Number
    store: Links
    secret_sources: ValueSet[str]
    host_names: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadScaler(Resource):
    """An autoscaler of workloads: `minimum` is the least number of instances that it keeps of the one that it targets."""

    kind: ClassVar[str] = "workload_scaler"
    identity: ClassVar[bool] = False

    namespace: Text
    target_controller: Text
    target_name: Text
    minimum: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Kustomization(Resource):
    """A kustomization: what it takes in, and what it changes of that before it is applied.

    `folder` is its own, relative to the scan root like every path here. `takes` are the files and folders that it takes in, `patches`
    the files that hold its patches. `changes` names the objects that it may change in number, as "Kind/name" with "*" for any.
    """

    kind: ClassVar[str] = "kustomization"
    identity: ClassVar[bool] = False

    folder: Text
    takes: ValueSet[str]
    patches: ValueSet[str]
    changes: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSource(Resource):
    """What brings secrets of vaults into a cluster. `vaults` are those that it names; `namespace` null where none is written."""

    kind: ClassVar[str] = "secret_source"
    identity: ClassVar[bool] = False

    namespace: Text
    vaults: Links
