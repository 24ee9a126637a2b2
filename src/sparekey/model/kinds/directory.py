"""Managed directory domains (Entra Domain Services) and their replica sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Links, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedDomain(Resource):
    """A managed domain. `sku` is "Standard", "Enterprise" or "Premium"; `region` that of its first replica set, normalised."""

    kind: ClassVar[str] = "managed_domain"

    domain_name: Text
    sku: Text
    region: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaSet(Resource):
    """One replica set of a managed domain, the first included. Each already is two domain controllers: never multiply."""

    kind: ClassVar[str] = "replica_set"

    domain: Links
    region: Text
    subnet: Text
