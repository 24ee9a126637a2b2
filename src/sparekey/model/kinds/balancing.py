"""Load balancers, as far as they stand before servers that people sign in through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Links, Number, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Balancer(Resource):
    """A load balancer. `tier` is its product ("Basic", "Standard", "Gateway"), `region` is normalised, `addresses` are its private ones."""

    kind: ClassVar[str] = "balancer"
    identity: ClassVar[bool] = False

    tier: Text
    region: Text
    addresses: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancerPool(Resource):
    """Whom a load balancer leads to. `addresses` of members are not read: interfaces and scale sets say which pools they are in."""

    kind: ClassVar[str] = "balancer_pool"
    identity: ClassVar[bool] = False

    balancer: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolMember(Resource):
    """That an interface is in a pool, where a declaration of its own says so."""

    kind: ClassVar[str] = "pool_member"
    identity: ClassVar[bool] = False

    interface: Links
    pool: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancerProbe(Resource):
    """How a load balancer finds out who works. `protocol` is "tcp", "http" or "https", `path` null for "tcp"."""

    kind: ClassVar[str] = "balancer_probe"
    identity: ClassVar[bool] = False

    balancer: Links
    protocol: Text
    port: Number
    path: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancerRule(Resource):
    """One port that a load balancer leads to its pools. `probe` is empty where nothing is probed."""

    kind: ClassVar[str] = "balancer_rule"
    identity: ClassVar[bool] = False

    balancer: Links
    pools: Links
    probe: Links
    port: Number
