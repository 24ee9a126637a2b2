"""The `azuread` provider: conditional access policies and named locations (majors 2 and 3; the schemas are the same).

The provider shows a list of a policy, or the members of a group, as unknown as a whole when one of its elements is.
Words of the service are brought to one spelling (`access_words`).
"""

from __future__ import annotations

from collections.abc import Iterator

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
from sparekey.mappings.azuread import head_of, object_keys, settled
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.access import AccessPolicy, NamedLocation
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Body, Known, Links, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azuread")


def _guests(users: Body, name: str) -> ValueSet[str]:
    """The guest types of all blocks of that name; a block may be written more than once."""
    blocks = users.blocks(name)
    types = [block.texts("guest_or_external_user_types") for block in blocks]
    open_ = blocks.open or next((each.open for each in types if each.open), None)
    at = types[0].at if types else blocks.at
    return spelled_set(ValueSet(members=tuple(m for each in types for m in each.members), at=at, open=open_), GUESTS)


def _nothing(body: Body, *path: str) -> ValueSet[str]:
    """The empty set of what this provider cannot write."""
    return ValueSet(members=(), at=body.get(*path).at, origin="default")


@MAPPING.maps("azuread_conditional_access_policy")
def access_policy(declaration: Declaration) -> Iterator[Resource]:
    """A conditional access policy. What is not written is an empty set; `insider_risk_levels` is one word, not a list.

    Defaults of session controls are the documented ones: `disable_resilience_defaults` false, the interval `timeBased`, the type
    `primaryAndSecondaryAuthentication`.
    """
    body = declaration.body
    conditions, users = Body(value=body.get("conditions")), Body(value=body.get("conditions", "users"))
    applications = Body(value=body.get("conditions", "applications"))
    principals = Body(value=body.get("conditions", "client_applications"))
    grant, session = Body(value=body.get("grant_controls")), Body(value=body.get("session_controls"))
    insider = settled(conditions, "insider_risk_levels", declaration)
    without_session = isinstance(session.value, Known) and not session.value.value

    def who(name: str, kind: str, by: tuple[str, ...] = ("object_id",)) -> Links:
        values = spelled_set(users.texts(name), USERS if kind == "user" else ())
        return Links(values=values, to=(kind,), by=by, unknown_whole=True)

    def where(name: str) -> Links:
        values = spelled_set(conditions.texts("locations", name), LOCATIONS)
        return Links(values=values, to=("named_location",), unknown_whole=True)

    roles = ("template_id", "object_id")
    yield AccessPolicy(
        head=head_of(declaration),
        name=body.text("display_name"),
        keys=object_keys(body),
        state=spelled(body.text("state"), STATES),
        included_users=who("included_users", "user"),
        excluded_users=who("excluded_users", "user"),
        included_groups=who("included_groups", "group"),
        excluded_groups=who("excluded_groups", "group"),
        included_roles=who("included_roles", "directory_role", roles),
        excluded_roles=who("excluded_roles", "directory_role", roles),
        included_guests=_guests(users, "included_guests_or_external_users"),
        excluded_guests=_guests(users, "excluded_guests_or_external_users"),
        included_service_principals=spelled_set(principals.texts("included_service_principals"), SERVICE_PRINCIPALS),
        excluded_service_principals=spelled_set(principals.texts("excluded_service_principals"), SERVICE_PRINCIPALS),
        included_applications=spelled_set(applications.texts("included_applications"), APPLICATIONS),
        excluded_applications=spelled_set(applications.texts("excluded_applications"), APPLICATIONS),
        user_actions=spelled_set(applications.texts("included_user_actions"), ACTIONS),
        authentication_contexts=_nothing(body, "conditions", "applications"),
        application_filter=blank_is_null(applications.text("filter", "mode")),
        client_app_types=spelled_set(conditions.texts("client_app_types"), CLIENT_APPS),
        included_platforms=spelled_set(conditions.texts("platforms", "included_platforms"), PLATFORMS),
        excluded_platforms=spelled_set(conditions.texts("platforms", "excluded_platforms"), PLATFORMS),
        included_locations=where("included_locations"),
        excluded_locations=where("excluded_locations"),
        sign_in_risk_levels=spelled_set(conditions.texts("sign_in_risk_levels"), RISKS),
        user_risk_levels=spelled_set(conditions.texts("user_risk_levels"), RISKS),
        service_principal_risk_levels=spelled_set(conditions.texts("service_principal_risk_levels"), RISKS),
        insider_risk_levels=_word_set(insider),
        device_filter=blank_is_null(conditions.text("devices", "filter", "mode")),
        authentication_flows=spelled_set(conditions.texts("authentication_flow_transfer_methods"), FLOWS),
        operator=spelled(grant.text("operator"), ("AND", "OR")),
        controls=spelled_set(grant.texts("built_in_controls"), CONTROLS),
        custom_controls=spelled_set(grant.texts("custom_authentication_factors"), ()),
        terms_of_use=spelled_set(grant.texts("terms_of_use"), ()),
        authentication_strength=blank_is_null(grant.text("authentication_strength_policy_id")),
        resilience_defaults_disabled=session.flag("disable_resilience_defaults", default=False),
        sign_in_frequency=positive(session.number("sign_in_frequency")),
        sign_in_frequency_period=blank_is_null(session.text("sign_in_frequency_period")),
        sign_in_frequency_interval=settled(
            session, "sign_in_frequency_interval", declaration, default=None if without_session else "timeBased"
        ),
        sign_in_frequency_authentication_type=settled(
            session,
            "sign_in_frequency_authentication_type",
            declaration,
            default=None if without_session else "primaryAndSecondaryAuthentication",
        ),
    )


def _word_set(word: Text) -> ValueSet[str]:
    """The set that one optional word stands for."""
    if isinstance(word, Unknown):
        return ValueSet(members=(), at=word.at, open=word)
    if word.value is None:
        return ValueSet(members=(), at=word.at, origin=word.origin)
    return spelled_set(ValueSet(members=(Known(value=word.value, at=word.at),), at=word.at), RISKS)


@MAPPING.maps("azuread_named_location")
def named_location(declaration: Declaration) -> Iterator[Resource]:
    """A named location, managed or looked up. `ip.trusted` is false by default."""
    body = declaration.body
    yield NamedLocation(
        head=head_of(declaration),
        name=body.text("display_name"),
        keys=object_keys(body),
        ip_ranges=body.texts("ip", "ip_ranges"),
        trusted=body.flag("ip", "trusted", default=False),
        countries=body.texts("country", "countries_and_regions"),
    )
