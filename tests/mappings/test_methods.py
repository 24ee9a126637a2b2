"""Authentication methods: one setting is the same however its path names it; what is not written is a question."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.directory import Later, Thing, declaration, guid, mapped

from sparekey.mappings.msgraph_methods import METHODS, canonical
from sparekey.model.kinds.methods import AuthenticationMethod
from sparekey.model.value import Known, Unknown

BASE = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
EVERYBODY: dict[str, object] = {"includeTargets": [{"targetType": "group", "id": "all_users"}], "excludeTargets": []}


def patch(url: object, body: object) -> AuthenticationMethod:
    """The setting that a patch makes."""
    (found,) = mapped(Thing("msgraph_update_resource", "x", {"url": url, "body": body, "id": Later()}, "create"))
    assert isinstance(found, AuthenticationMethod)
    return found


def told(found: AuthenticationMethod) -> tuple[object, object, object]:
    """Method, enabled and everybody in short; "?" for an unknown."""
    values = (found.method, found.enabled, found.everybody)
    return tuple(v.value if isinstance(v, Known) else "?" for v in values)  # type: ignore[return-value]


@pytest.mark.parametrize("method", [m for m in METHODS if m != "external"])
def test_a_method_is_called_the_same_by_its_path_and_by_its_type(method: str) -> None:
    body = {"state": "enabled", **EVERYBODY}
    typed = {"@odata.type": f"#microsoft.graph.{method}AuthenticationMethodConfiguration", **body}
    by_path = patch(f"/beta/{BASE}/{method[0].upper()}{method[1:]}", body)
    by_case = patch(f"{BASE}/{method.lower()}", body)
    posted = mapped(Thing("msgraph_resource", "x", {"url": BASE, "body": typed, "id": Later()}, "create"))
    assert told(by_path) == told(by_case) == (method, True, True)
    assert [told(p) for p in posted if isinstance(p, AuthenticationMethod)] == [(method, True, True)]


def test_a_method_with_an_id_of_its_own_is_that_of_another_provider() -> None:
    assert told(patch(f"{BASE}/{guid(1)}", {"state": "enabled", **EVERYBODY})) == ("external", True, True)


def test_a_method_that_is_not_known_keeps_its_name() -> None:
    assert told(patch(f"{BASE}/Telepathy", {"state": "disabled", **EVERYBODY})) == ("Telepathy", False, True)


ALL, SOME, UNREAD = {"id": "all_users"}, {"id": guid(3)}, {"id": Later()}


@pytest.mark.parametrize(
    "targets,everybody",
    [
        ({"includeTargets": [ALL], "excludeTargets": []}, True),
        ({"includeTargets": [SOME, ALL], "excludeTargets": []}, True),
        ({"includeTargets": [SOME], "excludeTargets": []}, False),
        ({"includeTargets": [SOME]}, False),
        ({"includeTargets": [ALL], "excludeTargets": [SOME]}, False),
        ({"includeTargets": [ALL], "excludeTargets": [UNREAD]}, "?"),
        ({"includeTargets": [ALL], "excludeTargets": Later()}, "?"),
        ({"includeTargets": [UNREAD], "excludeTargets": []}, "?"),
        ({"includeTargets": [SOME, UNREAD], "excludeTargets": []}, "?"),
        ({"includeTargets": Later(), "excludeTargets": []}, "?"),
        ({"includeTargets": [], "excludeTargets": []}, "?"),
        # A patch keeps the exceptions that it does not name.
        ({"includeTargets": [ALL]}, "?"),
        ({"excludeTargets": []}, "?"),
    ],
)
def test_for_whom_a_method_is(targets: dict[str, object], everybody: object) -> None:
    assert told(patch(f"{BASE}/Fido2", {"state": "enabled", **targets})) == ("fido2", True, everybody)


@pytest.mark.parametrize("state", [None, Later(), "perhaps", 7])
def test_a_state_that_says_nothing_is_a_question(state: object) -> None:
    assert told(patch(f"{BASE}/Sms", {"state": state, **EVERYBODY})) == ("sms", "?", True)


def test_a_patch_that_leaves_the_state_out_asks_for_it() -> None:
    found = patch(f"{BASE}/Sms", EVERYBODY)
    assert isinstance(found.enabled, Unknown)
    assert found.enabled.how


def test_a_hidden_path_makes_it_possible_only() -> None:
    body = {"state": "enabled", **EVERYBODY}
    found = mapped(Thing("msgraph_update_resource", "x", {"url": Later(), "body": body, "id": Later()}, "create"))
    (method,) = (r for r in found if isinstance(r, AuthenticationMethod))
    assert method.head.presence.answer == "maybe"
    assert told(method) == ("?", True, True)


def test_the_whole_policy_is_no_method() -> None:
    body: dict[str, object] = {"registrationEnforcement": {}}
    assert not mapped(Thing("msgraph_update_resource", "x", {"url": "policies/authenticationMethodsPolicy", "body": body}))


@given(st.sampled_from(METHODS), st.data())
def test_spelling_makes_no_difference(method: str, data: st.DataObject) -> None:
    flips = data.draw(st.lists(st.booleans(), min_size=len(method), max_size=len(method)))
    assert canonical("".join(c.upper() if f else c.lower() for c, f in zip(method, flips, strict=True))) == method


def test_the_inventory_lists_what_everybody_can_use() -> None:
    def listed(**entry: object) -> AuthenticationMethod:
        (found,) = mapped(Thing("inventory.authentication_method", "m", entry, deployment="sparekey.yaml"))
        assert isinstance(found, AuthenticationMethod)
        return found

    assert told(listed(method="FIDO2")) == ("fido2", True, True)
    assert told(listed(method="sms", enabled=False)) == ("sms", False, True)
    assert told(listed(method="windowsHelloForBusiness")) == ("windowsHelloForBusiness", True, True)
    partial = listed(method="sms", partial=True).partial
    assert isinstance(partial, Known)
    assert partial.value is True


def test_a_setting_of_a_data_source_is_read_like_one_of_a_resource() -> None:
    answer = {"id": "Sms", "state": "enabled", **EVERYBODY}
    thing = Thing(
        "msgraph_resource",
        "x",
        {"url": f"{BASE}/Sms", "response_export_values": {"all": "@"}, "output": {"all": answer}},
        data=True,
    )
    (found,) = mapped(replace(thing))
    assert isinstance(found, AuthenticationMethod)
    assert told(found) == ("sms", True, True)
    assert declaration(thing).head.looked_up
