"""The msgraph mapping: one policy is the same whoever writes it; hiding, patching and changing leave questions, never guesses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.directory import ADMINISTRATOR, Later, Thing, declaration, guid, value
from tests.mappings.test_azuread import shown

from sparekey.formats.terraform_plan import FORMAT
from sparekey.mappings import azuread_access, microsoft365, msgraph
from sparekey.mappings.msgraph_reading import snake_case
from sparekey.mappings.msgraph_routes import ROUTES
from sparekey.model.declaration import Action, Declaration, Document
from sparekey.model.kinds.access import AccessPolicy, NamedLocation
from sparekey.model.kinds.hybrid import PublishedGroup
from sparekey.model.kinds.people import DirectoryRole, Group, GroupMember, RoleAssignment, User
from sparekey.model.kinds.sync import DirectorySync, DomainFederation
from sparekey.model.resource import Resource
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Pointer
from sparekey.model.value import Body, Known, Limits, Links, Unknown, ValueSet

FIXTURE = Path(__file__).parents[2] / "fixtures" / "mappings" / "msgraph"
MAPPERS = msgraph.MAPPING.mappers
POLICIES = "identity/conditionalAccess/policies"
SKIPPED = ("head", "keys", "authentication_strength")
CONDITIONS: dict[str, object] = {
    "clientAppTypes": ["all"],
    "applications": {"includeApplications": ["All"]},
    "users": {"includeUsers": ["All"]},
}
BARE: dict[str, object] = {
    "displayName": "Bare",
    "state": "enabled",
    "conditions": CONDITIONS,
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
}


def thing(url: object, body: object, *, kind: str = "msgraph_resource", action: Action = "create", **values: object) -> Thing:
    """One declaration of the provider."""
    where = "resource_url" if kind == "msgraph_resource_action" else "url"
    return Thing(kind, "x", {where: url, "body": body, "id": Later(), **values}, action)


def made(of: Thing | Declaration) -> list[Resource]:
    """What the mapping makes of it."""
    found = of if isinstance(of, Declaration) else declaration(of)
    return list(MAPPERS[found.type](found))


def one(of: Thing | Declaration) -> Resource:
    """The one resource that it makes."""
    (found,) = made(of)
    return found


def field(resource: Resource, name: str) -> object:
    """One field in short; a set without order."""
    found = getattr(resource, name)
    assert isinstance(found, Known | Unknown | ValueSet | Links)
    return shown(found)


def shape(resource: Resource) -> dict[str, object]:
    """All fields in short."""
    return {f.name: field(resource, f.name) for f in fields(resource) if f.name not in SKIPPED}


# --- one policy, three providers -----------------------------------------------------------------------------------------

WORDS = {
    "includeUsers": ["All", "None", "GuestsOrExternalUsers", guid(1)],
    "excludeUsers": ["GuestsOrExternalUsers", guid(2), guid(3)],
    "includeGroups": [guid(4)],
    "excludeGroups": [guid(5), guid(6)],
    "includeRoles": [ADMINISTRATOR],
    "excludeRoles": [guid(7)],
}


def some(words: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), unique=True)


POLICY = st.fixed_dictionaries(
    {
        "displayName": st.text(min_size=1, max_size=5),
        "state": st.sampled_from(["enabled", "disabled", "ENABLED", "enabledForReportingButNotEnforced"]),
        "conditions": st.fixed_dictionaries(
            {
                "clientAppTypes": some(["all", "browser", "other"]),
                "users": st.fixed_dictionaries({}, optional={name: some(words) for name, words in WORDS.items()}),
                "applications": st.fixed_dictionaries(
                    {"includeApplications": some(["All", "office365", guid(8)])},
                    optional={"excludeApplications": some([guid(9)]), "includeUserActions": some(["urn:user:registerdevice"])},
                ),
            },
            optional={
                "signInRiskLevels": some(["high", "none"]),
                "userRiskLevels": some(["low"]),
                "servicePrincipalRiskLevels": some(["medium"]),
                "platforms": st.fixed_dictionaries(
                    {"includePlatforms": some(["all", "ios"])}, optional={"excludePlatforms": some(["linux"])}
                ),
                "locations": st.fixed_dictionaries(
                    {"includeLocations": some(["All", guid(10)])}, optional={"excludeLocations": some(["alltrusted"])}
                ),
                "devices": st.just({"deviceFilter": {"mode": "exclude", "rule": "x"}}),
            },
        ),
        "grantControls": st.fixed_dictionaries(
            {"operator": st.sampled_from(["AND", "OR"]), "builtInControls": some(["block", "mfa", "compliantdevice"])},
            optional={"termsOfUse": some([guid(11)]), "customAuthenticationFactors": some([guid(12)])},
        ),
    },
    optional={
        "sessionControls": st.fixed_dictionaries(
            {},
            optional={
                "disableResilienceDefaults": st.booleans(),
                "signInFrequency": st.just(
                    {
                        "isEnabled": True,
                        "value": 4,
                        "type": "hours",
                        "frequencyInterval": "timeBased",
                        "authenticationType": "primaryAndSecondaryAuthentication",
                    }
                ),
            },
        )
    },
)
"""Policies in Graph's own JSON."""


def snake(node: object) -> object:
    """The same under the names of the community provider."""
    if isinstance(node, dict):
        return {snake_case(name): snake(inner) for name, inner in node.items()}
    return node


def blocks(node: object) -> object:
    """The same under the names and in the blocks of azuread: `included_users`, objects as lists of one, frequency in the session."""
    if not isinstance(node, dict):
        return node
    result: dict[str, object] = {}
    for name, inner in node.items():
        if name == "signInFrequency":
            result |= {
                "sign_in_frequency": inner["value"],
                "sign_in_frequency_period": inner["type"],
                "sign_in_frequency_interval": inner["frequencyInterval"],
                "sign_in_frequency_authentication_type": inner["authenticationType"],
            }
            continue
        other = snake_case(name)
        for ours, theirs in (("include_", "included_"), ("exclude_", "excluded_")):
            other = other.replace(ours, theirs)
        other = "filter" if name == "deviceFilter" else other
        result[other] = [blocks(inner)] if isinstance(inner, dict) else inner
    return result


@settings(max_examples=60, deadline=None)
@given(POLICY)
def test_a_policy_is_the_same_whoever_writes_it(body: dict[str, object]) -> None:
    graph = one(thing(POLICIES, body))
    written = blocks(body)
    typed = snake(body)
    assert isinstance(written, dict)
    assert isinstance(typed, dict)
    classic = declaration(Thing("azuread_conditional_access_policy", "x", {**written, "id": Later()}, "create"))
    (there,) = azuread_access.MAPPING.mappers[classic.type](classic)
    community = declaration(
        Thing("microsoft365_graph_beta_identity_and_access_conditional_access_policy", "x", {**typed, "id": Later()}, "create")
    )
    (here,) = microsoft365.MAPPING.mappers[community.type](community)
    # Of a session without a frequency, azuread documents defaults that Graph does not have.
    told = [name for name in shape(graph) if not name.startswith("sign_in_frequency_")]
    assert {n: shape(graph)[n] for n in told} == {n: shape(there)[n] for n in told}
    assert shape(graph) == shape(here)


# --- what is hidden ------------------------------------------------------------------------------------------------------


def paths(node: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a body, containers included."""
    if path:
        yield path
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, each in inner:
        yield from paths(each, (*path, step))


def without(node: object, path: tuple[str | int, ...]) -> object:
    """The body with one place unknown."""
    if not path:
        return Later()
    copy = dict(node) if isinstance(node, dict) else list(node)  # type: ignore[call-overload]
    copy[path[0]] = without(copy[path[0]], path[1:])
    return copy


@settings(max_examples=80, deadline=None)
@given(POLICY, st.data())
def test_hiding_a_value_hides_and_changes_nothing(body: dict[str, object], data: st.DataObject) -> None:
    before = shape(one(thing(POLICIES, body)))
    place = data.draw(st.sampled_from(list(paths(body))))
    after = shape(one(thing(POLICIES, without(body, place))))
    for name, was in before.items():
        now = after[name]
        if isinstance(was, list) and isinstance(now, list):
            assert len(now) == len(was)
            assert all(a in (b, "?") for a, b in zip(now, was, strict=True))
        else:
            assert now in (was, "?"), name


@settings(max_examples=40, deadline=None)
@given(POLICY)
def test_a_policy_with_a_hidden_path_is_possible_and_says_the_same(body: dict[str, object]) -> None:
    hidden = one(thing(Later(), body))
    assert isinstance(hidden, AccessPolicy)
    assert hidden.head.presence.answer == "maybe"
    assert hidden.head.address == "msgraph_resource.x"
    assert shape(hidden) == shape(one(thing(POLICIES, body)))


BODIES: dict[str, dict[str, object]] = {
    "users": {"userPrincipalName": "a@x.onmicrosoft.com", "displayName": "A", "mailNickname": "a", "accountEnabled": True},
    "groups": {"displayName": "G", "mailNickname": "g", "mailEnabled": False, "securityEnabled": True},
    POLICIES: BARE,
    "identity/conditionalAccess/namedLocations": {"@odata.type": "#microsoft.graph.ipNamedLocation", "displayName": "L"},
    "groups/11111111-1111-4111-8111-111111111111/members/$ref": {"@odata.id": "https://graph.microsoft.com/v1.0/users/1"},
    "policies/authenticationStrengthPolicies": {"displayName": "S", "allowedCombinations": ["fido2"]},
    "directoryRoles": {"roleTemplateId": ADMINISTRATOR},
    "directoryRoles/11111111-1111-4111-8111-111111111111/members/$ref": {"@odata.id": "x/1"},
    "roleManagement/directory/roleAssignments": {
        "principalId": guid(1),
        "roleDefinitionId": ADMINISTRATOR,
        "directoryScopeId": "/",
    },
    "roleManagement/directory/roleAssignmentScheduleRequests": {
        "action": "adminAssign",
        "principalId": guid(1),
        "roleDefinitionId": ADMINISTRATOR,
        "directoryScopeId": "/",
    },
    "roleManagement/directory/roleEligibilityScheduleRequests": {
        "action": "adminAssign",
        "principalId": guid(1),
        "roleDefinitionId": ADMINISTRATOR,
        "directoryScopeId": "/",
    },
    "onPremisesPublishingProfiles/applicationProxy/connectorGroups": {"name": "hr", "region": "eur"},
    "domains/contoso.com/federationConfiguration": {
        "issuerUri": "http://x",
        "federatedIdpMfaBehavior": "enforceMfaByFederatedIdp",
    },
}
"""A body for each path."""


@pytest.mark.parametrize("url", BODIES)
def test_hiding_the_path_keeps_what_the_body_may_be(url: str) -> None:
    """Whatever a body makes under its path, it makes possibly under an unknown one, and nothing certainly."""
    seen = made(thing(url, BODIES[url]))
    hidden = made(thing(Later(), BODIES[url]))
    assert seen
    assert all(r.head.presence.answer == "maybe" for r in hidden)
    assert {r.kind for r in seen} <= {r.kind for r in hidden}
    assert len({r.id for r in hidden}) == len(hidden)
    everything = made(thing(Later(), Later()))
    assert {r.kind for r in seen} <= {r.kind for r in everything}
    assert len({r.id for r in everything}) == len(everything)


def test_the_bodies_cover_the_routes() -> None:
    assert len(BODIES) == len([r for r in ROUTES if not r.single])


def test_a_body_that_fits_nothing_makes_nothing() -> None:
    assert not made(thing(Later(), {"displayName": "an application", "signInAudience": "AzureADMyOrg"}))
    assert not made(thing(Later(), {"name": "credential", "issuer": "x", "subject": "y", "audiences": ["z"]}))
    assert not made(thing("applications", {"displayName": "an application"}))


# --- patches and changes -------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(POLICY)
def test_a_patch_says_what_it_writes_and_nothing_else(body: dict[str, object]) -> None:
    whole = shape(one(thing(POLICIES, body)))
    patch = one(thing(f"{POLICIES}/{guid(1)}", body, kind="msgraph_update_resource"))
    for name, now in shape(patch).items():
        assert now in (whole[name], "?"), name
    empty = one(thing(f"{POLICIES}/{guid(1)}", {}, kind="msgraph_update_resource"))
    assert set(shape(empty).values()) == {"?"}
    assert not patch.keys


def test_a_patch_of_the_state_alone() -> None:
    patch = shape(one(thing(f"/beta/{POLICIES}/{guid(1)}", {"state": "disabled"}, kind="msgraph_update_resource")))
    assert patch.pop("state") == "disabled"
    assert set(patch.values()) == {"?"}


def test_a_patch_with_a_null_takes_away() -> None:
    body = {"conditions": {"users": {"excludeUsers": None}}}
    patch = one(thing(f"{POLICIES}/{guid(1)}", body, kind="msgraph_update_resource"))
    assert field(patch, "excluded_users") == []
    assert field(patch, "excluded_groups") == "?"


def test_the_questions_of_a_patch_are_one() -> None:
    patch = one(thing(f"{POLICIES}/{guid(1)}", {"state": "enabled"}, kind="msgraph_update_resource"))
    assert isinstance(patch, AccessPolicy)
    asked = {patch.operator, patch.excluded_users.values.open, patch.controls.open, patch.device_filter}
    assert len(asked) == 1


def test_what_a_change_leaves_out_stays_in_the_service() -> None:
    earlier = {**BARE, "conditions": {**CONDITIONS, "locations": {"excludeLocations": ["AllTrusted"]}}}
    change = replace(
        declaration(thing(POLICIES, BARE, action="update")),
        before=Body(value=value({"body": earlier}, Pointer(file="plan.json", pointer="/before"))),
    )
    policy = one(change)
    assert field(policy, "excluded_locations") == "?"
    others = {n: v for n, v in shape(policy).items() if n != "excluded_locations"}
    assert others == {n: v for n, v in shape(one(thing(POLICIES, BARE))).items() if n != "excluded_locations"}
    unchanged = replace(change, before=change.body)
    assert shape(one(unchanged)) == shape(one(thing(POLICIES, BARE)))


def test_a_patch_of_a_user_speaks_only_of_what_the_kind_reads() -> None:
    assert not made(
        thing(
            f"users/{guid(1)}", {"jobTitle": "x", "passwordPolicies": "DisablePasswordExpiration"}, kind="msgraph_update_resource"
        )
    )
    user = one(thing(f"users/{guid(1)}", {"accountEnabled": False}, kind="msgraph_update_resource"))
    assert isinstance(user, User)
    assert field(user, "enabled") is False
    assert field(user, "upn") == "?"
    assert [shown(key.value) for key in user.keys if key.space == "object_id"] == [guid(1)]


def test_a_patch_of_a_group_adds_members() -> None:
    body = {"members@odata.bind": [f"https://graph.microsoft.com/v1.0/users/{guid(2)}", Later()]}
    found = made(thing(f"groups/{guid(1)}", body, kind="msgraph_update_resource"))
    assert [(r.kind, field(r, "group"), field(r, "member"), field(r, "created")) for r in found] == [
        ("group_member", [guid(1)], [guid(2)], True),
        ("group_member", [guid(1)], ["?"], True),
    ]
    assert not made(thing(f"groups/{guid(1)}", {"description": "x"}, kind="msgraph_update_resource"))
    hidden = made(thing(Later(), body, kind="msgraph_update_resource"))
    assert {(r.kind, r.head.presence.answer) for r in hidden} == {("group_member", "maybe")}


def test_members_that_were_written_long_ago_are_some_of_them() -> None:
    body = {**BODIES["groups"], "members@odata.bind": [f"x/users/{guid(2)}"]}
    actions: dict[Action, bool] = {"create": True, "none": False, "update": False}
    for action, closed in actions.items():
        group = one(thing("groups", body, action=action))
        assert isinstance(group, Group)
        assert [shown(m) for m in group.members.values.members] == [guid(2)]
        assert (group.members.values.open is None) is closed


def test_a_patch_that_is_given_up_changes_nothing() -> None:
    for action in ("delete", "forget"):
        assert not made(thing(f"{POLICIES}/{guid(1)}", BARE, kind="msgraph_update_resource", action=action))


# --- other resources of the provider -------------------------------------------------------------------------------------


def test_a_collection_holds_members_and_closes_the_group() -> None:
    url = f"groups/{guid(1)}/members/$ref"
    found = made(thing(url, None, kind="msgraph_resource_collection", reference_ids=[guid(2), Later(("a.b",))]))
    members = [r for r in found if isinstance(r, GroupMember)]
    (group,) = [r for r in found if isinstance(r, Group)]
    assert [field(m, "member") for m in members] == [[guid(2)], ["?"]]
    assert [field(m, "group") for m in members] == [[guid(1)], [guid(1)]]
    assert field(group, "members") == [guid(2), "?"]
    assert group.head.looked_up
    assert len({r.id for r in found}) == 3


def test_a_collection_of_unknown_members_is_open() -> None:
    found = made(thing(f"groups/{guid(1)}/members/$ref", None, kind="msgraph_resource_collection", reference_ids=Later()))
    assert [field(r, "member" if isinstance(r, GroupMember) else "members") for r in found] == ["?", "?"]


@pytest.mark.parametrize("action", ["delete", "replace"])
def test_a_collection_that_goes_is_no_group_that_goes(action: Action) -> None:
    url = f"groups/{guid(1)}/members/$ref"
    found = made(thing(url, None, kind="msgraph_resource_collection", reference_ids=[guid(2)], action=action))
    assert {r.kind for r in found} == {"group_member"}


def test_owners_are_no_members() -> None:
    assert not made(thing(f"groups/{guid(1)}/owners/$ref", {"@odata.id": guid(2)}))
    assert not made(thing(f"groups/{guid(1)}/members", {"@odata.id": guid(2)}))


def test_what_a_call_makes_or_changes() -> None:
    posted = thing(POLICIES, BARE, kind="msgraph_resource_action", method="POST")
    assert shape(one(posted)) == shape(one(thing(POLICIES, BARE)))
    patched = thing(POLICIES, {"state": "disabled"}, kind="msgraph_resource_action", method="PATCH", action_path=None)
    values = {**patched.values, "action": guid(1)}
    assert field(one(replace(patched, values=values)), "state") == "disabled"
    for method, more in (("GET", {}), ("DELETE", {}), ("POST", {"when": "destroy"})):
        assert not made(thing(POLICIES, BARE, kind="msgraph_resource_action", method=method, **more))  # type: ignore[arg-type]
    unsure = made(thing(POLICIES, BARE, kind="msgraph_resource_action", method=Later()))
    assert [r.head.presence.answer for r in unsure] == ["maybe"]


def test_an_upsert_names_the_object_itself() -> None:
    assert one(thing(f"{POLICIES}/{guid(1)}", BARE, create_method="PUT")).kind == "access_policy"


def test_a_data_source_shows_what_it_exports_whole() -> None:
    seen = {**BODIES["users"], "id": guid(1), "onPremisesSyncEnabled": None}
    exports = {"all": "@", "name": "displayName"}
    data = Thing(
        "msgraph_resource",
        "d",
        {"url": "users/a@x.onmicrosoft.com", "id": guid(1), "response_export_values": exports, "output": {"all": seen}},
        data=True,
    )
    user = one(data)
    assert isinstance(user, User)
    assert user.head.looked_up
    assert field(user, "upn") == "a@x.onmicrosoft.com"
    assert {shown(key.value) for key in user.keys if key.space == "object_id"} == {guid(1)}
    assert field(user, "synced") is False
    assert field(user, "immutable_id") == "?", "a response leaves out what is not selected"
    listed = Thing(
        "msgraph_resource", "d", {**data.values, "url": "users", "output": {"all": {"value": [seen, seen]}}}, data=True
    )
    assert [r.kind for r in made(listed)] == ["user", "user"]
    for hidden in ({"output": Later()}, {"response_export_values": Later()}, {"response_export_values": {"all": Later()}}):
        for values in (data.values, listed.values):
            (some,) = made(Thing("msgraph_resource", "d", {**values, **hidden}, data=True))
            assert (some.kind, field(some, "upn")) == ("user", "?")
    for values in (data.values, listed.values):
        somewhere = made(Thing("msgraph_resource", "d", {**values, "url": Later()}, data=True))
        assert [(r.kind, r.head.presence.answer) for r in somewhere] == [("user", "maybe")] * (1 if values is data.values else 2)
    assert not made(Thing("msgraph_resource", "d", {**data.values, "response_export_values": {"n": "displayName"}}, data=True))


def test_only_the_service_says_whether_a_standing_account_is_synchronised() -> None:
    new = one(thing("users", BODIES["users"]))
    standing = one(thing("users", BODIES["users"], action="none"))
    whole = {"all": "@"}
    told = [
        one(thing("users", BODIES["users"], output={"all": output}, action="none", response_export_values=whole))
        for output in ({"onPremisesSyncEnabled": None}, {"onPremisesSyncEnabled": True}, {"id": guid(1)}, Later())
    ]
    assert [field(user, "synced") for user in (new, standing, *told)] == [False, "?", False, True, "?", "?"]


def test_a_strength_is_the_same_whoever_writes_it() -> None:
    body: dict[str, object] = {"displayName": "S", "allowedCombinations": ["fido2", "password,sms"]}
    graph = one(thing("policies/authenticationStrengthPolicies", body))
    made_there = Thing(
        "microsoft365_graph_beta_identity_and_access_authentication_strength_policy",
        "x",
        {"display_name": "S", "allowed_combinations": ["fido2", "password,sms"], "id": Later()},
        "create",
    )
    (there,) = microsoft365.MAPPING.mappers[made_there.type](declaration(made_there))
    assert shape(graph) == shape(there) == {"name": "S", "combinations": ["fido2", "password,sms"]}


def test_a_schedule_that_ends_is_held_possibly() -> None:
    url = "roleManagement/directory/roleAssignmentScheduleRequests"
    ending = {**BODIES[url], "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "P30D"}}}
    lasting = {**BODIES[url], "scheduleInfo": {"expiration": {"type": "noExpiration"}}}
    assert one(thing(url, ending)).head.presence.answer == "maybe"
    assert one(thing(url, lasting)).head.presence.answer == "yes"
    assert not made(thing(url, {**lasting, "action": "adminRemove"}))


@pytest.mark.parametrize("devices", [{"excludeDevices": ["Compliant"]}, {"excludeDeviceStates": ["DomainJoined"]}])
def test_an_older_condition_on_devices_restricts_like_a_filter(devices: Mapping[str, object]) -> None:
    body = {**BARE, "conditions": {**CONDITIONS, "devices": devices}}
    assert field(one(thing(POLICIES, body)), "device_filter") == "exclude"


def test_every_device_restricts_nothing_and_times_leave_it_open() -> None:
    body = {**BARE, "conditions": {**CONDITIONS, "devices": {"includeDevices": ["All"], "excludeDevices": []}}}
    assert field(one(thing(POLICIES, body)), "device_filter") is None
    timed = {**BARE, "conditions": {**CONDITIONS, "times": {"allDay": False}}}
    assert field(one(thing(POLICIES, timed)), "device_filter") == "?"


# --- hostile input -------------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["conditions", "users", "includeUsers", "ipRanges", "@odata.id", "passwordProfile", "state", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([*BODIES, "directory/onPremisesSynchronization/1", "x"]) | st.text(),
    JSON,
    JSON,
    st.sampled_from(list(MAPPERS)),
)
def test_no_body_is_too_odd(url: str, body: object, other: object, kind: str) -> None:
    for resource in made(thing(url, body, kind=kind, method="POST", reference_ids=other, response_export_values=other)):
        for each in fields(resource):
            assert getattr(resource, each.name) is not None


@pytest.mark.parametrize("odd", ["text", 3, ["list"], [{"users": {"includeUsers": ["All"]}}]])
def test_what_is_no_object_is_unknown_rather_than_empty(odd: object) -> None:
    policy = one(thing(POLICIES, {**BARE, "conditions": odd}))
    assert field(policy, "excluded_users") == "?"
    assert field(policy, "controls") == ["block"]
    assert field(one(thing(POLICIES, odd)), "state") == "?"


# --- a plan in full ------------------------------------------------------------------------------------------------------


@cache
def plan() -> dict[str, list[Resource]]:
    """The resources of the fixture by address of their declaration."""
    file = SourceFile(path=FIXTURE / "plan.json", name="plan.json", named=True)
    found = FORMAT.read(file, Reading(mapped=frozenset(MAPPERS), scan_root=FIXTURE))
    assert isinstance(found, Document)
    return {d.head.address: made(d) for d in found.declarations}


RICH = {
    "state": "enabledForReportingButNotEnforced",
    "included_users": ["All"],
    "excluded_users": ["GuestsOrExternalUsers", "?"],
    "included_groups": [],
    "excluded_groups": ["9e8d7c6b-5a4f-4e3d-8c2b-1a0f9e8d7c6b"],
    "included_roles": ["62e90394-69f5-4237-9190-012177145e10"],
    "excluded_roles": ["d29b2b05-8046-44ba-8758-1e26182fcf32"],
    "included_guests": [],
    "excluded_guests": ["internalGuest", "serviceProvider"],
    "included_service_principals": ["ServicePrincipalsInMyTenant"],
    "included_applications": ["All", "Office365"],
    "excluded_applications": ["00000003-0000-0ff1-ce00-000000000000"],
    "authentication_contexts": ["c1"],
    "application_filter": "include",
    "client_app_types": ["browser", "mobileAppsAndDesktopClients"],
    "included_platforms": ["all"],
    "excluded_platforms": ["iOS"],
    "included_locations": ["All"],
    "excluded_locations": ["AllTrusted"],
    "sign_in_risk_levels": ["high"],
    "user_risk_levels": ["medium", "high"],
    "service_principal_risk_levels": [],
    "insider_risk_levels": ["moderate", "elevated"],
    "device_filter": "exclude",
    "authentication_flows": ["deviceCodeFlow", "authenticationTransfer"],
    "operator": "AND",
    "controls": ["mfa", "compliantDevice"],
    "terms_of_use": ["6b5a4c3d-2e1f-4a0b-9c8d-7e6f5a4b3c2d"],
    "authentication_strength": "00000000-0000-0000-0000-000000000004",
    "resilience_defaults_disabled": True,
    "sign_in_frequency": 4,
    "sign_in_frequency_period": "hours",
    "sign_in_frequency_interval": "timeBased",
    "sign_in_frequency_authentication_type": "primaryAndSecondaryAuthentication",
}
"""What the configuration of the fixture says, in the service's own spelling."""


def test_a_policy_in_full() -> None:
    (rich,) = plan()["msgraph_resource.rich"]
    assert {name: field(rich, name) for name in RICH} == RICH


def test_the_account_that_is_made_can_be_traced() -> None:
    (rich,) = plan()["msgraph_resource.rich"]
    assert isinstance(rich, AccessPolicy)
    later = rich.excluded_users.values.members[1]
    assert isinstance(later, Unknown)
    assert [(r.to, r.attribute, r.certain) for r in later.refs] == [("msgraph_resource.account", "id", True)]


def test_everything_else_of_the_plan() -> None:
    kinds: dict[str, list[type[Resource]]] = {name: [type(r) for r in found] for name, found in plan().items()}
    assert kinds == {
        "msgraph_resource.rich": [AccessPolicy],
        "msgraph_resource.bare": [AccessPolicy],
        "msgraph_update_resource.patch": [AccessPolicy],
        "msgraph_resource.office": [NamedLocation],
        "msgraph_resource.account": [User],
        "msgraph_resource.team": [Group],
        "msgraph_resource.joined": [GroupMember],
        "msgraph_resource_collection.held": [GroupMember, GroupMember, Group],
        "msgraph_resource_collection.hidden": [GroupMember],  # the source beside the plan says how its path begins
        "msgraph_resource.assignment": [RoleAssignment],
        "msgraph_resource.eligibility": [RoleAssignment],
        "msgraph_resource.connectors": [PublishedGroup],
        "msgraph_update_resource.sync": [DirectorySync],
        "msgraph_resource.federation": [DomainFederation],
        "msgraph_resource_action.to_hr": [],
    }


def test_values_of_the_plan() -> None:
    def values(address: str, *names: str) -> list[object]:
        return [field(plan()[address][0], name) for name in names]

    assert values("msgraph_resource.office", "ip_ranges", "trusted", "countries") == [["203.0.113.0/24"], True, []]
    told = ("upn", "enabled", "synced", "created", "immutable_id", "password_never_expires", "password_change_forced")
    assert values("msgraph_resource.account", *told) == [
        "account@contoso.onmicrosoft.com",
        True,
        False,
        True,
        None,
        True,
        False,
    ]
    assert values("msgraph_resource.account", "password_held") == ["?"]
    assert values("msgraph_resource.team", "members", "membership_rule", "role_assignable") == [
        ["0d1c2b3a-4f5e-4a6b-8c7d-9e0f1a2b3c4d"],
        None,
        False,
    ]
    assert values("msgraph_resource.joined", "group") == [["9e8d7c6b-5a4f-4e3d-8c2b-1a0f9e8d7c6b"]]
    assert values("msgraph_resource.assignment", "role", "eligible", "scope") == [[ADMINISTRATOR], False, "/"]
    assert values("msgraph_resource.eligibility", "role", "eligible", "scope") == [[ADMINISTRATOR], True, "/"]
    assert values("msgraph_resource.connectors", "name", "region") == ["hr", "eur"]
    assert values("msgraph_update_resource.sync", "password_hash_sync") == [True]
    federation = ("domain", "mfa_behavior", "has_certificate", "has_next_certificate")
    assert values("msgraph_resource.federation", *federation) == ["contoso.com", "acceptIfMfaDoneByFederatedIdp", True, False]
    assert isinstance(plan()["msgraph_resource.team"][0], Group)
    assert DirectoryRole.kind not in {r.kind for found in plan().values() for r in found}


def test_no_secret_is_kept() -> None:
    assert "not-a-real-password" not in repr(plan())
    assert "not-a-real-password" in json.dumps(json.loads((FIXTURE / "plan.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("/identityGovernance/entitlementManagement/catalogs/", False),
        ("identity/conditionalAccess/named", True),
        ("identity/conditionalAccess/namedLocations/", False),
        ("/beta/identity/conditionalAccess/policies/", True),
        ("https://graph.microsoft.com/v1.0/identity/", True),
        ("https://graph.microsoft.com/v1.0/users/", False),
        ("https://gra", True),
        ("HTTPS:/", True),
        ("/", True),
        ("/users('", True),
        ("/users/1/", False),
        ("/identity/conditionalAccess/policies/1/2/", False),
        ("", True),
    ],
)
def test_a_path_of_which_the_beginning_is_known_is_no_other(prefix: str, expected: bool) -> None:
    """A policy's body is posted somewhere below `prefix`: it may be a policy unless no path to policies begins so."""
    of = declaration(thing(Later(), BARE))
    assert isinstance(of.body.value, Known)
    assert isinstance(of.body.value.value, dict)
    url = Unknown(reason="what is url?", at=of.head.at, limits=Limits(not_null=True, prefix=prefix or None))
    found = made(replace(of, body=Body(value=replace(of.body.value, value={**of.body.value.value, "url": url}))))
    assert ("access_policy" in {resource.kind for resource in found}) is expected
