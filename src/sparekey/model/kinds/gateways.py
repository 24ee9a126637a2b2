"""Gateways before the interfaces that a sign-in calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Links, Number, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiGateway(Resource):
    """An API management service.

    `tier` is its product in lower case without the number of units ("developer", "basic", "standard", "premium", "consumption",
    "standardv2", ...), `units` how many of it. `zones` are those of its own region, `disabled` whether its own region serves none.
    """

    kind: ClassVar[str] = "api_gateway"
    identity: ClassVar[bool] = False

    tier: Text
    units: Number
    region: Text
    zones: ValueSet[str]
    disabled: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiGatewayRegion(Resource):
    """A further region of an API management service. The fields are those of its own."""

    kind: ClassVar[str] = "api_gateway_region"
    identity: ClassVar[bool] = False

    gateway: Links
    units: Number
    region: Text
    zones: ValueSet[str]
    disabled: Flag
