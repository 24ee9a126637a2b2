"""The mapping of the community provider: a policy in full, what is left out, and the names that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest
from tests.directory import ADMINISTRATOR, Later, Thing, declaration, guid
from tests.mappings.test_azuread import shown
from tests.mappings.test_msgraph import RICH, field

from sparekey.formats.terraform_plan import FORMAT
from sparekey.mappings import microsoft365
from sparekey.model.declaration import Declaration, Document
from sparekey.model.kinds.access import AccessPolicy
from sparekey.model.kinds.people import Group, User
from sparekey.model.resource import Head, Resource
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Pointer
from sparekey.model.value import AnyValue, Body, Known, Unknown

FIXTURE = Path(__file__).parents[2] / "fixtures" / "mappings" / "microsoft365"
MAPPERS = microsoft365.MAPPING.mappers
BETA = "microsoft365_graph_beta"
POLICY = f"{BETA}_identity_and_access_conditional_access_policy"
HERE = Pointer(file="p", pointer="")

DOCUMENTED = {
    POLICY: """
        id display_name state conditions grant_controls session_controls
        applications client_app_types sign_in_risk_levels users insider_risk_levels locations platforms devices
        service_principal_risk_levels user_risk_levels authentication_flows client_applications device_states times
        include_applications exclude_applications application_filter include_authentication_context_class_references
        include_user_actions mode include_users exclude_users include_groups exclude_groups include_roles exclude_roles
        include_guests_or_external_users exclude_guests_or_external_users guest_or_external_user_types transfer_methods
        include_service_principals exclude_service_principals include_agent_id_service_principals
        exclude_agent_id_service_principals device_filter include_devices exclude_devices include_device_states
        exclude_device_states include_states exclude_states include_locations exclude_locations include_platforms
        exclude_platforms operator built_in_controls custom_authentication_factors terms_of_use authentication_strength
        disable_resilience_defaults sign_in_frequency is_enabled value type frequency_interval authentication_type
    """,
    f"{BETA}_identity_and_access_named_location": "id display_name ipv4_ranges ipv6_ranges is_trusted countries_and_regions",
    f"{BETA}_identity_and_access_authentication_strength_policy": "id display_name allowed_combinations",
    f"{BETA}_applications_on_premises_connector_group": "id name region",
    f"{BETA}_users_user": """
        id display_name user_principal_name mail_nickname account_enabled on_premises_immutable_id on_premises_sync_enabled
        password_policies password_profile force_change_password_next_sign_in password
    """,
    f"{BETA}_groups_group": """
        id object_id display_name group_types membership_rule group_members group_owners is_assignable_to_role
        on_premises_sync_enabled
    """,
    f"{BETA}_groups_group_member_assignment": "group_id member_id",
}
"""The names in the provider's documentation of those that the mapping may ask for (version of 2026-08-19). `object_id` of a group
is the data source's; a group's `on_premises_sync_enabled` is no attribute of the resource."""


class _Asked(Mapping[str, AnyValue]):
    """An object that notes which attributes are asked for, and holds every one of them as such an object."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> AnyValue:
        self._names.add(name)
        return Known(value=True if name == "is_enabled" else _Asked(self._names), at=HERE)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Absent(_Asked):
    """The same, holding nothing."""

    def __getitem__(self, name: str) -> AnyValue:
        self._names.add(name)
        raise KeyError(name)


@pytest.mark.parametrize("type_", MAPPERS)
def test_the_names_are_the_documented_ones(type_: str) -> None:
    names: set[str] = set()
    for asked in (_Asked(names), _Absent(names)):
        head = Head(deployment="p", address="x.y", at=HERE)
        list(MAPPERS[type_](Declaration(format="f", type=type_, head=head, body=Body(value=Known(value=asked, at=HERE)))))
    assert names <= set(DOCUMENTED[type_].split())
    missing = set(DOCUMENTED[type_].split()) - names
    # An older condition is looked at only where the one before it is a list, and an object is none; a data source alone has object_id.
    assert not {n for n in missing if "device" not in n and "states" not in n} - {"times", "object_id"}


def test_every_type_is_documented() -> None:
    assert MAPPERS.keys() == DOCUMENTED.keys()


@cache
def plan() -> dict[str, list[Resource]]:
    """The resources of the fixture by the name of their declaration."""
    file = SourceFile(path=FIXTURE / "plan.json", name="plan.json", named=True)
    found = FORMAT.read(file, Reading(mapped=frozenset(MAPPERS), scan_root=FIXTURE))
    assert isinstance(found, Document)
    return {d.head.address.split(".")[1]: list(MAPPERS[d.type](d)) for d in found.declarations}


def test_a_policy_in_full() -> None:
    (rich,) = plan()["rich"]
    differs = {
        "excluded_users": ["0d1c2b3a-4f5e-4a6b-8c7d-9e0f1a2b3c4d", "GuestsOrExternalUsers"],
        "included_guests": "?",
        "service_principal_risk_levels": ["low"],
    }
    expected = {**RICH, **differs}
    seen = {name: field(rich, name) for name in expected}
    for name, value in expected.items():
        ours = seen[name]
        assert (sorted(ours) if isinstance(ours, list) else ours) == (sorted(value) if isinstance(value, list) else value), name


def test_what_is_not_written_is_a_closed_empty_set_or_null() -> None:
    """All but the guest types: the provider fills them in, so that a first plan does not know them."""
    (bare,) = plan()["bare"]
    written = {"included_users": ["All"], "included_applications": ["All"], "client_app_types": ["all"], "controls": ["block"]}
    written |= {"state": "enabled", "operator": "OR", "name": "Bare", "resilience_defaults_disabled": False}  # type: ignore[dict-item]
    written |= {"included_guests": "?", "excluded_guests": "?"}  # type: ignore[dict-item]
    for each in fields(AccessPolicy):
        if each.name not in ("head", "keys"):
            assert (field(bare, each.name) or None) == (written.get(each.name) or None), each.name


def test_the_rest_of_the_plan() -> None:
    def values(name: str, *names: str) -> list[object]:
        return [field(plan()[name][0], each) for each in names]

    assert values("office", "ip_ranges", "trusted") == [["203.0.113.0/24", "2001:db8::/32"], True]
    assert values("breakglass", "upn", "enabled", "synced", "immutable_id", "created", "password_held") == [
        "breakglass@contoso.onmicrosoft.com",
        True,
        False,
        None,
        True,
        False,
    ]
    assert values("team", "members", "types", "membership_rule", "role_assignable") == [
        ["0d1c2b3a-4f5e-4a6b-8c7d-9e0f1a2b3c4d"],
        [],
        None,
        False,
    ]
    assert values("joined", "group", "member", "created") == [["9e8d7c6b-5a4f-4e3d-8c2b-1a0f9e8d7c6b"], ["?"], True]
    assert values("hr", "name", "region") == ["hr", "?"]


def test_a_first_plan_of_a_dynamic_group_is_dynamic() -> None:
    made = declaration(
        Thing(f"{BETA}_groups_group", "g", {"id": Later(), "membership_rule": Later(), "group_types": Later()}, "create")
    )
    (group,) = MAPPERS[made.type](made)
    assert isinstance(group, Group)
    assert group.types.open
    assert field(group, "members") == "?"


@pytest.mark.parametrize("written", [None, True, False])
def test_what_is_required_and_write_only_is_unknown_where_it_is_null(written: bool | None) -> None:
    held = Known(value={"force_change_password_next_sign_in": Known(value=written, at=HERE)}, at=HERE)
    body = Body(value=Known(value={"password_profile": held}, at=HERE))
    head = Head(deployment="plan.json", address="x.y", at=HERE)
    declared = Declaration(format="terraform-plan", type=f"{BETA}_users_user", head=head, body=body, action="create")
    (user,) = microsoft365.user(declared)
    assert isinstance(user, User)
    forced = user.password_change_forced
    assert isinstance(forced, Unknown) if written is None else isinstance(forced, Known) and forced.value is written


def test_users_that_are_looked_up() -> None:
    items = [
        {"id": guid(n), "user_principal_name": f"u{n}@x.onmicrosoft.com", "on_premises_sync_enabled": n == 2} for n in (1, 2)
    ]
    data = declaration(Thing(f"{BETA}_users_user", "u", {"items": items}, data=True))
    users = list(MAPPERS[data.type](data))
    assert [field(u, "synced") for u in users] == [False, True]
    assert all(isinstance(u, User) and u.head.looked_up for u in users)
    assert [shown(u.keys[0].value) for u in users] == [guid(1), guid(2)]
    (some,) = MAPPERS[data.type](declaration(Thing(f"{BETA}_users_user", "u", {"items": Later()}, data=True)))
    assert (some.head.count.least, some.head.count.most, field(some, "upn")) == (0, None, "?")


def test_members_that_are_looked_up_close_the_group() -> None:
    values = {"id": guid(1), "object_id": guid(1), "members": [guid(2)], "group_types": [], "assignable_to_role": True}
    data = declaration(Thing(f"{BETA}_groups_group", "g", values, data=True))
    (group,) = MAPPERS[data.type](data)
    assert field(group, "members") == [guid(2)]
    assert {shown(key.value) for key in group.keys} == {guid(1)}
    assert ADMINISTRATOR not in repr(group)
