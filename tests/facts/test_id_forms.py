"""Ids that are paths: through whole plans, before and after their apply, with the verdicts of the rule that reads the fact."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.laws import run_plan, verdicts
from tests.plans import OPAQUE, Hidden, Item, Ref, plan

RULE = "reference-by-id-not-object-id"
USER, GROUP = (
    Item("azuread_user", "bg", {"display_name": "bg"}),
    Item("azuread_group", "bg", {"display_name": "bg", "members": []}),
)
OTHER = Item("azuread_user", "ana", {"display_name": "ana"})
LISTS = ("included_users", "excluded_users", "included_groups", "excluded_groups")


def _policy(**users: object) -> Item:
    conditions = {
        "client_app_types": ["all"],
        "applications": [{"included_applications": ["All"]}],
        "users": [{"included_users": ["All"], **users}],
    }
    return Item("azuread_conditional_access_policy", "p", {"display_name": "P", "state": "enabled", "conditions": [conditions]})


def _verdict(folder: Path, policy: Item, *, applied: bool = False, whole: bool = False, versions: str = "") -> str:
    document = plan([USER, GROUP, OTHER, policy], applied=applied, whole=whole)
    if versions:
        document["configuration"]["provider_config"] = {  # type: ignore[index]
            "azuread": {"name": "azuread", "full_name": "registry.example/hashicorp/azuread", "version_constraint": versions}
        }
    return verdicts(run_plan(document, folder))[RULE, policy.address]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("name", LISTS)
def test_one_reference_to_an_id_fails_before_and_after(tmp_path: Path, name: str, *, whole: bool) -> None:
    target = USER if name.endswith("users") else GROUP
    by_id, by_object_id = _policy(**{name: [Ref(target.address, "id")]}), _policy(**{name: [Ref(target.address)]})
    for applied in (False, True):
        assert _verdict(tmp_path, by_id, applied=applied, whole=whole) == "fail"
        assert _verdict(tmp_path, by_object_id, applied=applied, whole=whole) == "pass"


def test_two_references_are_undecided_until_the_apply(tmp_path: Path) -> None:
    """One of them may only stand in a condition: a plan does not show it."""
    policy = _policy(excluded_users=[Ref(USER.address, "id"), Ref(OTHER.address, "id")])
    assert _verdict(tmp_path, policy, whole=True) == "unknown"
    assert _verdict(tmp_path, policy, applied=True) == "fail"
    harmless = _policy(excluded_users=[Ref(USER.address), Ref(OTHER.address)])
    assert _verdict(tmp_path, harmless, whole=True) == "pass"
    mixed = _policy(excluded_users=[Ref(USER.address), Ref(OTHER.address, "id")])
    assert _verdict(tmp_path, mixed, whole=True) == "unknown"


def test_a_local_hides_the_form_until_the_apply(tmp_path: Path) -> None:
    policy = _policy(excluded_users=Hidden([Ref(USER.address, "id")]))
    assert _verdict(tmp_path, policy) == "unknown"
    assert _verdict(tmp_path, policy, applied=True) == "fail"


@pytest.mark.parametrize(
    ("member", "verdict"),
    [
        (OPAQUE, "pass"),
        ("GuestsOrExternalUsers", "pass"),
        (f"/users/{OPAQUE}", "fail"),
        (f"  /users/{OPAQUE}", "fail"),
        ("", "pass"),
    ],
)
def test_what_is_written_shows_its_form(tmp_path: Path, member: str, verdict: str) -> None:
    assert _verdict(tmp_path, _policy(excluded_users=[member])) == verdict


def test_the_schema_goes_before_the_constraint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = _policy(excluded_groups=[Ref(GROUP.address, "id")])
    assert _verdict(tmp_path, policy, versions=">= 2.44") == "fail"
    monkeypatch.setattr("tests.plans.SCHEMAS", {})
    assert _verdict(tmp_path, policy, versions=">= 2.44") == "pass"


def test_the_id_of_another_provider_is_no_path(tmp_path: Path) -> None:
    """A label that only looks like a type of the provider changes nothing."""
    stranger = Item("terraform_data", "azuread_group", {"input": "x"})
    policy = _policy(excluded_groups=[Ref(stranger.address, "id")])
    document = plan([stranger, policy])
    assert verdicts(run_plan(document, tmp_path))[RULE, policy.address] == "pass"


def test_what_nobody_maps_may_carry_a_path(tmp_path: Path) -> None:
    """A remote state, or the output of another thing, can be any text: also an id in the form of a path."""
    stranger = Item("terraform_data", "people", {"input": "x"})
    policy = _policy(excluded_users=[Ref(stranger.address, "output")])
    assert verdicts(run_plan(plan([stranger, policy]), tmp_path))[RULE, policy.address] == "unknown"
