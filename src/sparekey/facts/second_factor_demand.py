"""Whether a conditional access policy certainly asks everybody for a second factor, in every application and circumstance."""

from __future__ import annotations

from typing import Final

from sparekey.facts.presence import present
from sparekey.model.estate import Estate
from sparekey.model.kinds.access import AccessPolicy
from sparekey.model.truth import Cause, Truth, maybe, yes
from sparekey.model.value import Known, Text, Unknown, ValueSet

_EVERYTHING: Final = "All"


def demands_second_factor(estate: Estate) -> Truth:
    """Yes where one policy certainly does; else a maybe: security defaults, and policies that no file shows, may do the same.

    The maybe has no question where no policy is seen that may: the caller asks its own.
    """
    for policy in estate.of("access_policy"):
        if isinstance(policy, AccessPolicy) and _certainly(policy):
            return yes(Cause(at=policy.at, label=f"{policy.label} asks everybody for a second factor"))
    return maybe()


def _certainly(policy: AccessPolicy) -> bool:
    narrowed = (
        policy.included_platforms,
        policy.included_locations.values,
        policy.sign_in_risk_levels,
        policy.user_risk_levels,
        policy.insider_risk_levels,
        policy.authentication_flows,
    )
    return (
        present(policy).answer == "yes"
        and _is(policy.state, "enabled")
        and _holds(policy.included_users.values, _EVERYTHING)
        and _holds(policy.included_applications, _EVERYTHING)
        and all(_holds(values, _EVERYTHING) or _empty(values) for values in narrowed)
        and _is(policy.device_filter, None)
        and _empty(policy.excluded_locations.values)
        and _holds_every_client(policy.client_app_types)
        and _asks(policy)
    )


def _asks(policy: AccessPolicy) -> bool:
    """Whether a second factor is the only way to satisfy the policy."""
    strength = policy.authentication_strength
    strong = isinstance(strength, Known) and bool(strength.value)
    whole = policy.controls.open is None and _empty(policy.custom_controls) and _empty(policy.terms_of_use)
    controls = {member.value for member in policy.controls.members if isinstance(member, Known)}
    every = len(controls) == len(policy.controls.members)
    if _is(policy.operator, "AND"):
        return strong or "mfa" in controls
    return whole and every and ((strong and not controls) or (controls == {"mfa"} and _is(strength, None)))


def _holds_every_client(values: ValueSet[str]) -> bool:
    return _holds(values, "all") or (_holds(values, "browser") and _holds(values, "mobileAppsAndDesktopClients"))


def _is(text: Text, value: str | None) -> bool:
    return not isinstance(text, Unknown) and text.value == value


def _holds(values: ValueSet[str], word: str) -> bool:
    return any(isinstance(member, Known) and member.value.casefold() == word.casefold() for member in values.members)


def _empty(values: ValueSet[str]) -> bool:
    return not values.members and values.open is None
