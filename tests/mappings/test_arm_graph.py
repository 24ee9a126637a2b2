"""ARM: what templates deploy by the extension for Microsoft Graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.arm_estates import SCHEMA, estate, graph, planned, said

from sparekey.model.estate import Estate
from sparekey.model.resource import Resource


def only(found: Estate, kind: str) -> Resource:
    (resource,) = found.of(kind)
    return resource


def ends(found: Estate, resource: Resource, name: str) -> tuple[list[tuple[str, bool]], bool]:
    """The addresses of the ends of a relation, each with whether it is certain; and whether there may be more."""
    edges = found.linked(resource, name)
    return [(edge.target.partition("#")[2] or edge.target, edge.certain) for edge in edges.members], edges.open is not None


@pytest.mark.parametrize(
    "written, members, open_",
    [
        ({"relationships": ["a", "b"], "relationshipSemantics": "replace"}, ["a", "b"], False),
        ({"relationships": ["a"], "relationshipSemantics": "Replace"}, ["a"], False),
        ({"relationships": [], "relationshipSemantics": "replace"}, [], False),
        ({"relationships": ["a"], "relationshipSemantics": "append"}, ["a"], True),
        ({"relationships": ["a"], "relationshipSemantics": "[x]"}, ["a"], True),
        ({"relationships": "[x]", "relationshipSemantics": "replace"}, [], True),
        ({"relationships": ["[x]"], "relationshipSemantics": "replace"}, ["?"], False),
        ({"relationshipSemantics": "replace"}, [], True),
        ({"relationships": ["a"]}, ["a"], True),
        (["a"], ["a"], True),
        ([], [], True),
        ("[x]", [], True),
        (None, [], True),
    ],
)
def test_only_members_that_replace_all_others_are_all(tmp_path: Path, written: object, members: list[str], open_: bool) -> None:
    found = graph(tmp_path, g={"of": "groups", "with": {"uniqueName": "g", "members": written}})
    assert said(only(found, "group"))["members"] == (members, open_)


def test_a_group_says_what_the_same_group_in_terraform_does(tmp_path: Path) -> None:
    someone = "00000000-0000-0000-0000-000000000001"
    related = {"relationships": [someone], "relationshipSemantics": "replace"}
    written = {
        "displayName": "n",
        "uniqueName": "u",
        "members": related,
        "owners": related,
        "groupTypes": ["DynamicMembership"],
        "membershipRule": "r",
        "isAssignableToRole": True,
    }
    (other,) = planned(
        "azuread_group",
        display_name="n",
        members=[someone],
        owners=[someone],
        types=["DynamicMembership"],
        dynamic_membership=[{"enabled": True, "rule": "r"}],
        assignable_to_role=True,
    )
    mine = said(only(graph(tmp_path, g={"of": "groups", "with": written}), "group"))
    assert {**mine, "synced": None} == said(other)


def test_an_application_says_what_the_same_one_in_terraform_does(tmp_path: Path) -> None:
    written = {
        "displayName": "n",
        "uniqueName": "u",
        "owners": {"relationships": ["a"], "relationshipSemantics": "replace"},
        "isFallbackPublicClient": True,
        "publicClient": {"redirectUris": ["http://localhost"]},
        "optionalClaims": {"accessToken": [{"name": "groups"}]},
        "groupMembershipClaims": "SecurityGroup, ApplicationGroup",
        "appRoles": [{"value": "Reader"}, {"value": None}],
        "web": {"implicitGrantSettings": {"enableIdTokenIssuance": True}},
    }
    (other,) = planned(
        "azuread_application",
        display_name="n",
        owners=["a"],
        fallback_public_client_enabled=True,
        public_client=[{"redirect_uris": ["http://localhost"]}],
        optional_claims=[{"access_token": [{"name": "groups"}]}],
        group_membership_claims=["SecurityGroup", "ApplicationGroup"],
        app_role=[{"value": "Reader"}, {"value": ""}],
        web=[{"implicit_grant": [{"id_token_issuance_enabled": True}]}],
    )
    assert said(only(graph(tmp_path, a={"of": "applications", "with": written}), "application")) == said(other)


def test_a_service_principal_says_what_the_same_one_in_terraform_does(tmp_path: Path) -> None:
    written = {
        "appId": "c",
        "displayName": "n",
        "accountEnabled": False,
        "owners": {"relationships": ["a"], "relationshipSemantics": "replace"},
        "preferredSingleSignOnMode": "saml",
        "loginUrl": "",
        "notificationEmailAddresses": ["a@b.example"],
    }
    (other,) = planned(
        "azuread_service_principal",
        client_id="c",
        display_name="n",
        account_enabled=False,
        owners=["a"],
        preferred_single_sign_on_mode="saml",
        login_url="",
        notification_email_addresses=["a@b.example"],
    )
    assert said(only(graph(tmp_path, s={"of": "servicePrincipals", "with": written}), "service_principal")) == said(other)


def test_relations_lead_to_what_the_same_template_deploys(tmp_path: Path) -> None:
    found = graph(
        tmp_path,
        outer={"of": "groups", "with": {"uniqueName": "outer", "members": {"relationships": ["[reference('inner').id]"]}}},
        inner={"of": "groups", "with": {"uniqueName": "[parameters('x')]"}},
        app={"of": "applications", "with": {"uniqueName": "app", "displayName": "App"}},
        principal={"of": "servicePrincipals", "with": {"appId": "[reference('app').appId]"}},
        trust={
            "of": "applications/federatedIdentityCredentials",
            "with": {"name": "[format('{0}/ci', reference('app').uniqueName)]", "issuer": "https://i.example", "subject": "s"},
        },
    )
    outer = next(group for group in found.of("group") if group.head.address.endswith("outer"))
    assert ends(found, outer, "members") == ([("Microsoft.Graph/groups/inner", True)], True)
    assert ends(found, only(found, "service_principal"), "application") == ([("Microsoft.Graph/applications/app", True)], False)
    credential = only(found, "app_credential")
    assert ends(found, credential, "holder") == ([("Microsoft.Graph/applications/app", True)], False)
    assert (said(credential)["form"], said(credential)["name"]) == ("federated", "ci")


def test_of_a_name_that_is_not_known_the_holder_is_open(tmp_path: Path) -> None:
    name = "[format('{0}/ci', reference('app').uniqueName)]"
    found = graph(
        tmp_path,
        app={"of": "applications", "with": {"uniqueName": "[parameters('x')]"}},
        trust={"of": "applications/federatedIdentityCredentials", "with": {"name": name}},
    )
    members, open_ = ends(found, only(found, "app_credential"), "holder")
    assert open_
    assert all(not certain for _, certain in members)


def test_what_templates_within_a_template_call_alike_is_not_the_same(tmp_path: Path) -> None:
    """A user that one of them only refers to is not the group that another one deploys under the same symbolic name."""

    def inner(resources: object) -> dict[str, object]:
        imports = {"graph": {"provider": "MicrosoftGraph", "version": "1.0.0"}}
        return {
            "$schema": SCHEMA,
            "contentVersion": "1.0.0.0",
            "languageVersion": "2.1-experimental",
            "imports": imports,
            "resources": resources,
        }

    def deployment(name: str, resources: object) -> dict[str, object]:
        properties = {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "template": inner(resources),
        }
        return {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name, "properties": properties}

    group = {"import": "graph", "type": "Microsoft.Graph/groups@v1.0"}
    first = {"who": {**group, "properties": {"uniqueName": "first"}}}
    second = {
        "who": {
            "import": "graph",
            "type": "Microsoft.Graph/users@v1.0",
            "existing": True,
            "properties": {"userPrincipalName": "a@b.example"},
        },
        "other": {**group, "properties": {"uniqueName": "second", "members": {"relationships": ["[reference('who').id]"]}}},
    }
    found = estate(tmp_path, [deployment("one", first), deployment("two", second)])
    other = next(group for group in found.of("group") if group.head.address.endswith("second"))
    assert ends(found, other, "members") == ([], True)


def test_credentials_that_are_written_in_an_object_are_its_own_and_hold_no_value(tmp_path: Path) -> None:
    marker = "not-a-real-secret-1!"
    keys = [
        {"usage": "Verify", "endDateTime": "2027-01-01T00:00:00Z", "key": marker, "displayName": "k"},
        {"usage": "Sign", "key": marker},
    ]
    written = {"uniqueName": "u", "keyCredentials": keys, "passwordCredentials": [{"secretText": marker}]}
    found = graph(tmp_path, a={"of": "applications", "with": written})
    credentials = found.of("app_credential")
    assert [said(one)["form"] for one in credentials] == ["password", "certificate", "signing"]
    assert [said(one)["expires"] for one in credentials] == [None, "2027-01-01T00:00:00Z", None]
    assert all(ends(found, one, "holder") == ([("Microsoft.Graph/applications/u", True)], False) for one in credentials)
    assert marker not in repr(credentials)


def test_users_are_referred_to_and_never_deployed(tmp_path: Path) -> None:
    found = graph(tmp_path, u={"of": "users", "with": {"userPrincipalName": "a@b.example"}})
    assert not found.resources
