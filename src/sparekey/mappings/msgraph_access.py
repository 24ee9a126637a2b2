"""Conditional access as Microsoft Graph writes it, for every provider that hands its JSON through or keeps its names.

Property names are those of the Graph resource types conditionalAccessPolicy, namedLocation and authenticationStrengthPolicy (v1.0 and
beta).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sparekey.mappings.access_words import (
    ACTIONS,
    APPLICATIONS,
    CLIENT_APPS,
    CONTROLS,
    FLOWS,
    GUESTS,
    LOCATIONS,
    PLATFORMS,
    RISKS,
    SERVICE_PRINCIPALS,
    STATES,
    USERS,
    blank_is_null,
    positive,
    spelled,
    spelled_set,
)
from sparekey.mappings.msgraph_reading import Graph
from sparekey.model.kinds.access import AccessPolicy, NamedLocation
from sparekey.model.kinds.strengths import AuthenticationStrength
from sparekey.model.resource import Head, Key
from sparekey.model.value import Body, Known, Links, Number, Text, Unknown, ValueSet

POLICY_WORDS: Final = frozenset({"conditions", "grantControls", "sessionControls"})
"""Properties that only a conditional access policy has."""

_USERS: Final = ("conditions", "users")
_APPS: Final = ("conditions", "applications")
_PRINCIPALS: Final = ("conditions", "clientApplications")
_FREQUENCY: Final = ("sessionControls", "signInFrequency")
_ROLE_IDS: Final = ("template_id", "object_id")
_RESTRICTING: Final = (
    ("devices", "excludeDevices", "exclude"),
    ("devices", "excludeDeviceStates", "exclude"),
    ("deviceStates", "excludeStates", "exclude"),
    ("devices", "includeDevices", "include"),
    ("devices", "includeDeviceStates", "include"),
    ("deviceStates", "includeStates", "include"),
)
"""Older conditions that restrict a policy to some devices as a filter does, with the mode of the filter that they amount to."""


def access_policy(head: Head, keys: tuple[Key, ...], graph: Graph) -> AccessPolicy:
    """A conditional access policy.

    Defaults: no list written is an empty one, `disableResilienceDefaults` false; of a sign-in frequency that is on, the interval
    `timeBased` and the type `primaryAndSecondaryAuthentication`. A frequency that is off is none.
    """

    def words(*path: str, known: tuple[str, ...] = ()) -> ValueSet[str]:
        return spelled_set(graph.texts(*path), known)

    def conditions(name: str, known: tuple[str, ...]) -> ValueSet[str]:
        return spelled_set(graph.flags("conditions", name), known)

    def who(name: str, kind: str, by: tuple[str, ...] = ("object_id",)) -> Links:
        return Links(values=words(*_USERS, name, known=USERS if kind == "user" else ()), to=(kind,), by=by)

    def where(name: str) -> Links:
        return Links(values=words("conditions", "locations", name, known=LOCATIONS), to=("named_location",))

    def guests(name: str) -> ValueSet[str]:
        return spelled_set(graph.flags(*_USERS, name, "guestOrExternalUserTypes"), GUESTS)

    return AccessPolicy(
        head=head,
        name=graph.text("displayName"),
        keys=keys,
        state=spelled(graph.text("state"), STATES),
        included_users=who("includeUsers", "user"),
        excluded_users=who("excludeUsers", "user"),
        included_groups=who("includeGroups", "group"),
        excluded_groups=who("excludeGroups", "group"),
        included_roles=who("includeRoles", "directory_role", _ROLE_IDS),
        excluded_roles=who("excludeRoles", "directory_role", _ROLE_IDS),
        included_guests=guests("includeGuestsOrExternalUsers"),
        excluded_guests=guests("excludeGuestsOrExternalUsers"),
        included_service_principals=_principals(graph, "include"),
        excluded_service_principals=_principals(graph, "exclude"),
        included_applications=words(*_APPS, "includeApplications", known=APPLICATIONS),
        excluded_applications=words(*_APPS, "excludeApplications", known=APPLICATIONS),
        user_actions=words(*_APPS, "includeUserActions", known=ACTIONS),
        authentication_contexts=words(*_APPS, "includeAuthenticationContextClassReferences"),
        application_filter=blank_is_null(graph.text(*_APPS, "applicationFilter", "mode")),
        client_app_types=conditions("clientAppTypes", CLIENT_APPS),
        included_platforms=words("conditions", "platforms", "includePlatforms", known=PLATFORMS),
        excluded_platforms=words("conditions", "platforms", "excludePlatforms", known=PLATFORMS),
        included_locations=where("includeLocations"),
        excluded_locations=where("excludeLocations"),
        sign_in_risk_levels=conditions("signInRiskLevels", RISKS),
        user_risk_levels=conditions("userRiskLevels", RISKS),
        service_principal_risk_levels=conditions("servicePrincipalRiskLevels", RISKS),
        insider_risk_levels=conditions("insiderRiskLevels", RISKS),
        device_filter=_device_filter(graph),
        authentication_flows=_flows(graph),
        operator=spelled(graph.text("grantControls", "operator"), ("AND", "OR")),
        controls=words("grantControls", "builtInControls", known=CONTROLS),
        custom_controls=words("grantControls", "customAuthenticationFactors"),
        terms_of_use=words("grantControls", "termsOfUse"),
        authentication_strength=_strength(graph),
        resilience_defaults_disabled=graph.flag("sessionControls", "disableResilienceDefaults", default=False),
        sign_in_frequency=_frequency(graph),
        sign_in_frequency_period=_frequency_word(graph, "type"),
        sign_in_frequency_interval=_frequency_word(graph, "frequencyInterval", default="timeBased"),
        sign_in_frequency_authentication_type=_frequency_word(
            graph, "authenticationType", default="primaryAndSecondaryAuthentication"
        ),
    )


def named_location(head: Head, keys: tuple[Key, ...], graph: Graph) -> NamedLocation:
    """A named location. Graph writes ranges as objects, the community provider as two sets of texts; `isTrusted` is false by default."""
    ranges = _together(graph.texts("ipv4Ranges"), graph.texts("ipv6Ranges")) if graph.snake else _ranges(graph)
    return NamedLocation(
        head=head,
        name=graph.text("displayName"),
        keys=keys,
        ip_ranges=ranges,
        trusted=graph.flag("isTrusted", default=False),
        countries=graph.texts("countriesAndRegions"),
    )


def authentication_strength(head: Head, keys: tuple[Key, ...], graph: Graph) -> AuthenticationStrength:
    """An authentication strength."""
    combinations = graph.texts("allowedCombinations")
    return AuthenticationStrength(head=head, name=graph.text("displayName"), keys=keys, combinations=combinations)


def _principals(graph: Graph, side: str) -> ValueSet[str]:
    """The applications that sign in as themselves, agents among them."""
    names = (f"{side}ServicePrincipals", f"{side}AgentIdServicePrincipals")
    found = _together(*(graph.texts(*_PRINCIPALS, name) for name in names))
    return spelled_set(found, SERVICE_PRINCIPALS)


def _together(one: ValueSet[str], other: ValueSet[str]) -> ValueSet[str]:
    return replace(one, members=(*one.members, *other.members), open=one.open or other.open)


def _flows(graph: Graph) -> ValueSet[str]:
    """The transfer methods; the word `none` stands for none of them."""
    found = spelled_set(graph.flags("conditions", "authenticationFlows", "transferMethods"), FLOWS)
    return replace(found, members=tuple(m for m in found.members if isinstance(m, Unknown) or m.value.lower() != "none"))


def _device_filter(graph: Graph) -> Text:
    """The mode of the device filter, or of the older condition that restricts the policy to some devices.

    A condition on times, which nothing else here shows, leaves open what the policy is restricted to.
    """
    mode = blank_is_null(graph.text("conditions", "devices", "deviceFilter", "mode"))
    if isinstance(mode, Unknown) or mode.value:
        return mode
    for block, name, amounts_to in _RESTRICTING:
        states = graph.texts("conditions", block, name)
        if states.open:
            return states.open
        for state in states.members:
            if isinstance(state, Unknown):
                return state
            if state.value and not (amounts_to == "include" and state.value.lower() == "all"):
                return Known(value=amounts_to, at=states.at, origin="derived")
    if graph.holds("conditions", "times"):
        times = graph.get("conditions", "times")
        return Unknown(reason=f"at which times does {graph.what} apply?", at=times.at, how="remove the condition on times")
    return mode


def _strength(graph: Graph) -> Text:
    """The authentication strength: its id, or the address by which a new policy is bound to it."""
    if not graph.snake:
        bound = graph.text("grantControls", "authenticationStrength@odata.bind")
        if isinstance(bound, Known) and bound.value:
            return bound
    return blank_is_null(graph.text("grantControls", "authenticationStrength", "id"))


def _frequency(graph: Graph) -> Number:
    off = _frequency_off(graph)
    return positive(graph.number(*_FREQUENCY, "value")) if off is None else off


def _frequency_word(graph: Graph, name: str, default: str | None = None) -> Text:
    off = _frequency_off(graph)
    return graph.text(*_FREQUENCY, name, default=default) if off is None else off


def _frequency_off(graph: Graph) -> Known[None] | Unknown | None:
    """The null that stands for a frequency that is off, or the question whether it is on; None where it is on."""
    enabled = graph.flag(*_FREQUENCY, "isEnabled", default=False)
    if isinstance(enabled, Unknown):
        return enabled
    return None if enabled.value else Known(value=None, at=enabled.at, origin="default")


def _ranges(graph: Graph) -> ValueSet[str]:
    found = graph.get("ipRanges")
    if isinstance(found, Unknown):
        return ValueSet(members=(), at=found.at, open=found)
    items = found.value if isinstance(found.value, tuple) else ()
    members: list[Known[str] | Unknown] = []
    for item in items:
        each = item if isinstance(item, Unknown) else _cidr(item)
        if each is not None:
            members.append(each)
    return ValueSet(members=tuple(members), at=found.at, origin=found.origin)


def _cidr(item: Known[object]) -> Known[str] | Unknown | None:
    """The range that an object of the list holds; None where it holds none."""
    if not isinstance(item.value, Mapping):
        return Unknown(reason="a range of addresses that is no object", at=item.at, how="correct the file")
    text = Body(value=item).text("cidrAddress")
    if isinstance(text, Unknown):
        return text
    return Known(value=text.value, at=text.at, origin=text.origin) if text.value is not None else None
