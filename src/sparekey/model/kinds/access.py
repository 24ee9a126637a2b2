"""Conditional access: policies and named locations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Links, Number, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy(Resource):
    """A conditional access policy.

    `state` is "enabled", "disabled" or "enabledForReportingButNotEnforced". Symbols (`All`, `None`, `GuestsOrExternalUsers`,
    `Office365`, `AllTrusted`) stand among the ids in their canonical spelling. A list that is not written is a closed empty
    set. `included_guests` and `excluded_guests` are the guest types of the block of that name; `device_filter` and
    `application_filter` the mode of the filter ("include", "exclude"; null where there is none).
    """

    kind: ClassVar[str] = "access_policy"

    state: Text
    included_users: Links
    excluded_users: Links
    included_groups: Links
    excluded_groups: Links
    included_roles: Links
    excluded_roles: Links
    included_guests: ValueSet[str]
    excluded_guests: ValueSet[str]
    included_service_principals: ValueSet[str]
    excluded_service_principals: ValueSet[str]
    included_applications: ValueSet[str]
    excluded_applications: ValueSet[str]
    user_actions: ValueSet[str]
    authentication_contexts: ValueSet[str]
    application_filter: Text
    client_app_types: ValueSet[str]
    included_platforms: ValueSet[str]
    excluded_platforms: ValueSet[str]
    included_locations: Links
    excluded_locations: Links
    sign_in_risk_levels: ValueSet[str]
    user_risk_levels: ValueSet[str]
    service_principal_risk_levels: ValueSet[str]
    insider_risk_levels: ValueSet[str]
    device_filter: Text
    authentication_flows: ValueSet[str]
    operator: Text
    controls: ValueSet[str]
    custom_controls: ValueSet[str]
    terms_of_use: ValueSet[str]
    authentication_strength: Text
    resilience_defaults_disabled: Flag
    sign_in_frequency: Number
    sign_in_frequency_period: Text
    sign_in_frequency_interval: Text
    sign_in_frequency_authentication_type: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLocation(Resource):
    """A named location: IP ranges (trusted or not) or countries."""

    kind: ClassVar[str] = "named_location"

    ip_ranges: ValueSet[str]
    trusted: Flag
    countries: ValueSet[str]
