"""The azuread mapping of conditional access: one policy in full, what is left out, what the service spells its own way."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.directory import Later, Thing, guid, mapped, policy
from tests.mappings.test_azuread import field, resources, shown

from sparekey.mappings.access_words import APPLICATIONS, CLIENT_APPS, LOCATIONS, USERS, spelled_set
from sparekey.model.kinds.access import AccessPolicy, NamedLocation
from sparekey.model.span import Pointer
from sparekey.model.value import Known, ValueSet

RICH = {
    "state": "enabledForReportingButNotEnforced",
    "included_roles": ["62e90394-69f5-4237-9190-012177145e10"],
    "excluded_roles": ["d29b2b05-8046-44ba-8758-1e26182fcf32"],
    "included_guests": ["internalGuest", "b2bCollaborationGuest"],
    "excluded_guests": ["serviceProvider"],
    "included_service_principals": ["ServicePrincipalsInMyTenant"],
    "excluded_service_principals": ["7d0c1b2a-3e4f-4a5b-9c6d-8e7f0a1b2c3d"],
    "included_applications": ["All", "Office365"],
    "excluded_applications": ["00000003-0000-0ff1-ce00-000000000000"],
    "user_actions": [],
    "authentication_contexts": [],
    "application_filter": "include",
    "client_app_types": ["browser", "mobileAppsAndDesktopClients"],
    "included_platforms": ["all"],
    "excluded_platforms": ["iOS"],
    "included_locations": ["All"],
    "sign_in_risk_levels": ["high"],
    "user_risk_levels": ["medium", "high"],
    "service_principal_risk_levels": ["low"],
    "insider_risk_levels": ["elevated"],
    "device_filter": "exclude",
    "authentication_flows": ["deviceCodeFlow"],
    "operator": "AND",
    "controls": ["mfa", "compliantDevice"],
    "custom_controls": ["4f0e1d2c-5a6b-4c7d-8e9f-0a1b2c3d4e5f"],
    "terms_of_use": ["6b5a4c3d-2e1f-4a0b-9c8d-7e6f5a4b3c2d"],
    "authentication_strength": "/policies/authenticationStrengthPolicies/00000000-0000-0000-0000-000000000004",
    "resilience_defaults_disabled": True,
    "sign_in_frequency": 4,
    "sign_in_frequency_period": "hours",
    "sign_in_frequency_interval": "timeBased",
}
"""What the configuration of the fixture says, in the service's own spelling; ids of objects made with it are left out."""


def test_a_policy_in_full() -> None:
    rich = resources("after")["azuread_conditional_access_policy.rich"]
    assert {name: field(rich, name) for name in RICH} == RICH
    assert field(rich, "included_users")[0] == "All"  # type: ignore[index]
    assert field(rich, "excluded_users")[1] == "GuestsOrExternalUsers"  # type: ignore[index]
    assert field(rich, "excluded_locations")[1] == "AllTrusted"  # type: ignore[index]


def test_a_list_with_one_unknown_element_is_unknown_as_a_whole() -> None:
    """What the real provider shows before the apply, although a literal stands beside the reference."""
    rich = resources("before")["azuread_conditional_access_policy.rich"]
    names = ("included_users", "excluded_users", "included_groups", "excluded_groups", "included_roles", "excluded_locations")
    assert [field(rich, name) for name in names] == ["?"] * len(names)


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_is_not_written_is_a_closed_empty_set_or_null(when: str) -> None:
    bare = resources(when)["azuread_conditional_access_policy.bare"]
    written = {"included_users": ["All"], "included_applications": ["All"], "client_app_types": ["all"], "controls": ["block"]}
    written |= {"state": "enabled", "operator": "OR", "name": "Bare"}  # type: ignore[dict-item]
    for each in fields(AccessPolicy):
        if each.name not in ("head", "keys"):
            expected = written.get(each.name, False if each.name == "resilience_defaults_disabled" else None)
            assert (field(bare, each.name) or None) == (expected or None), each.name


def test_a_computed_word_is_null_only_where_nothing_is_written_on_a_new_policy() -> None:
    def insider(action: str, word: object) -> object:
        thing = policy()
        conditions = {**thing.values["conditions"][0], "insider_risk_levels": word}  # type: ignore[index]
        (made,) = mapped(Thing(thing.type, "p", {**thing.values, "conditions": [conditions]}, action))  # type: ignore[arg-type]
        return field(made, "insider_risk_levels")

    assert insider("create", Later(unwritten=True)) == []
    assert insider("replace", Later(unwritten=True)) == []
    assert insider("update", Later(unwritten=True)) == "?"
    assert insider("create", Later()) == "?"
    assert insider("none", "") == []
    assert insider("none", "Minor") == ["minor"]


def test_a_block_that_is_unknown_as_a_whole_hides_everything_in_it() -> None:
    """A `dynamic` block of which nothing is known: not even that it has no device filter."""
    thing = policy()
    hidden = {**thing.values, "conditions": Later(unwritten=True), "grant_controls": Later(unwritten=True)}
    (made,) = mapped(Thing(thing.type, "p", hidden, "create"))
    known = {"head", "name", "keys", "state", "resilience_defaults_disabled", "authentication_contexts"}
    known |= {each.name for each in fields(AccessPolicy) if each.name.startswith("sign_in_frequency")}
    assert {field(made, each.name) for each in fields(AccessPolicy) if each.name not in known} == {"?"}


def test_what_the_provider_reads_back_for_nothing_is_nothing() -> None:
    thing = policy()
    grant = {"operator": "OR", "built_in_controls": ["mfa"], "authentication_strength_policy_id": "", "terms_of_use": []}
    session = {"sign_in_frequency": 0, "sign_in_frequency_period": "", "disable_resilience_defaults": False}
    (made,) = mapped(Thing(thing.type, "p", {**thing.values, "grant_controls": [grant], "session_controls": [session]}))
    names = ("authentication_strength", "terms_of_use", "sign_in_frequency", "sign_in_frequency_period")
    assert [field(made, name) or None for name in names] == [None] * 4


@given(st.sampled_from([USERS, APPLICATIONS, LOCATIONS, CLIENT_APPS]), st.data())
def test_words_have_one_spelling_and_everything_else_stays(words: tuple[str, ...], data: st.DataObject) -> None:
    at = Pointer(file="p", pointer="")
    mixed = st.sampled_from(words).map(lambda word: data.draw(st.sampled_from([word, word.upper(), word.lower(), word.title()])))
    written = data.draw(st.lists(mixed | st.text(min_size=1, max_size=5), max_size=4))
    found = shown(spelled_set(ValueSet(members=tuple(Known(value=w, at=at) for w in written), at=at), words))
    by_lower = {word.lower(): word for word in words}
    assert found == [by_lower.get(w.strip().lower(), w) for w in written]


def test_named_locations() -> None:
    after = resources("after")
    harbour, coast = after["azuread_named_location.harbour"], after["azuread_named_location.coast"]
    assert isinstance(harbour, NamedLocation)
    assert (field(harbour, "ip_ranges"), field(harbour, "trusted"), field(harbour, "countries")) == (["192.0.2.0/24"], True, [])
    assert (field(coast, "ip_ranges"), field(coast, "trusted"), field(coast, "countries")) == ([], False, ["NO", "DK"])


def test_guest_blocks_may_stand_more_than_once() -> None:
    blocks = [{"guest_or_external_user_types": ["internalguest"]}, {"guest_or_external_user_types": ["serviceProvider"]}]
    (made,) = mapped(policy(excluded_guests_or_external_users=blocks, excluded_users=[guid(1)]))
    assert field(made, "excluded_guests") == ["internalGuest", "serviceProvider"]
