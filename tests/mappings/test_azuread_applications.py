"""Applications, service principals, credentials, strengths and PIM memberships; and what they change for the emergency accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.directory import (
    Later,
    Thing,
    accounts,
    answer,
    assignment,
    declaration,
    estate,
    group,
    guid,
    mapped,
    membership,
    policy,
    user,
)

from sparekey.formats.terraform_plan import FORMAT
from sparekey.mappings import azuread_applications, azuread_pim, azuread_strengths
from sparekey.model.declaration import Document
from sparekey.model.estate import Estate
from sparekey.model.kinds.applications import AppCredential, Application, ServicePrincipal
from sparekey.model.kinds.strengths import AuthenticationStrength
from sparekey.model.resource import Resource
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Pointer
from sparekey.model.value import AnyValue, Body, Known, Links, Unknown, ValueSet

CLIENT = guid(500)
FIXTURE = Path(__file__).parents[2] / "fixtures" / "mappings" / "azuread_applications" / "plan.json"
MAPPERS = {**azuread_applications.MAPPING.mappers, **azuread_strengths.MAPPING.mappers, **azuread_pim.MAPPING.mappers}
OLD_NAMES = {
    "azuread_application": {"application_id"},
    "azuread_application_registration": {"application_id"},
    "azuread_service_principal": {"application_id"},
}
"""Attributes of major 2 that major 3 dropped; `application_object_id` was one of every credential of an application."""


# --- the real provider --------------------------------------------------------------------------------------------------


def _real() -> Document:
    file = SourceFile(path=FIXTURE, name="plan.json", named=True)
    found = FORMAT.read(file, Reading(mapped=frozenset(MAPPERS), scan_root=FIXTURE.parent))
    assert isinstance(found, Document)
    return found


def _names(value: AnyValue) -> Iterator[str]:
    """Every attribute that a plan shows, known or not, in blocks as well."""
    inner = value.value if isinstance(value, Known) else None
    if isinstance(inner, Mapping):
        for name in inner:
            yield name
            yield from _names(inner[name])
    elif isinstance(inner, tuple):
        for item in inner:
            yield from _names(item)


class _Asked(dict[str, AnyValue]):
    """A block that notes which attributes are asked for and holds every one of them as a block of this kind."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names = names

    def get(self, name: str, default: object = None) -> AnyValue:
        del default
        self.names.add(name)
        return Known(value=(Known(value=_Asked(self.names), at=AT),), at=AT)


AT = Pointer(file="plan.json", pointer="")


def test_every_attribute_that_is_read_exists_in_the_provider() -> None:
    real: dict[str, set[str]] = {}
    for each in _real().declarations:
        real.setdefault(each.type, set()).update(_names(each.body.value))
    assert real.keys() == MAPPERS.keys()
    for type_, mapper in MAPPERS.items():
        asked: set[str] = set()
        list(mapper(replace(declaration(Thing(type_, "x")), body=Body(value=Known(value=_Asked(asked), at=AT)))))
        asked -= OLD_NAMES.get(type_, {"application_object_id"} if "application" in type_ else set())
        assert asked - OTHER_FORMS.get(type_, set()) <= real[type_], type_


OTHER_FORMS = {
    "azuread_application_certificate": {"rotate_when_changed", "display_name"},
    "azuread_service_principal_certificate": {"rotate_when_changed", "display_name"},
    "azuread_service_principal_token_signing_certificate": {"rotate_when_changed", "end_date_relative"},
    "azuread_application_federated_identity_credential": {"claims_matching_expression"},
    "azuread_application_flexible_federated_identity_credential": {"subject"},
}
"""What credentials of other forms have and these do not: read as not written."""


def test_no_secret_goes_any_further() -> None:
    found = [r for d in _real().declarations for r in MAPPERS[d.type](d)]
    assert "not-a-real-certificate" not in repr(found)


def _texts(values: ValueSet[str]) -> list[str]:
    return [m.value if isinstance(m, Known) else "?" for m in values.members]


def _only(thing: Thing, kind: type[Resource]) -> Resource:
    (found,) = [r for r in mapped(thing) if isinstance(r, kind)]
    return found


def _application(**values: object) -> Thing:
    base = {"display_name": "Portal", "object_id": guid(20), "id": f"/applications/{guid(20)}", "client_id": CLIENT}
    return Thing("azuread_application", "portal", {**base, **values})


def _principal(name: str = "portal", number: int = 21, **values: object) -> Thing:
    base = {"display_name": name, "object_id": guid(number), "id": f"/servicePrincipals/{guid(number)}", "client_id": CLIENT}
    return Thing("azuread_service_principal", name, {**base, **values})


def _ends(of: Estate, thing: Thing, field: str) -> list[tuple[str, bool]]:
    edges = of.edges[thing.id, field]
    return [(edge.target.split("#")[-1], edge.certain) for edge in edges.members]


# --- applications -------------------------------------------------------------------------------------------------------


def test_an_application_is_read() -> None:
    found = _only(
        _application(
            owners=[guid(1)],
            fallback_public_client_enabled=True,
            public_client=[{"redirect_uris": ["msauth://x"]}],
            optional_claims=[{"access_token": [{"name": "xms_cc"}, {"name": ""}, {"name": Later()}]}],
            group_membership_claims=["SecurityGroup"],
            app_role=[{"value": "Admin"}, {"value": None}],
            web=[{"implicit_grant": [{"access_token_issuance_enabled": True, "id_token_issuance_enabled": Later()}]}],
        ),
        Application,
    )
    assert isinstance(found, Application)
    assert isinstance(found.fallback_public_client, Known)
    assert found.fallback_public_client.value is True
    assert _texts(found.public_redirects) == ["msauth://x"]
    assert _texts(found.access_token_claims) == ["xms_cc", "?"]
    assert _texts(found.group_claims) == ["SecurityGroup"]
    assert _texts(found.roles) == ["Admin"]
    assert _texts(found.implicit_tokens) == ["access", "?"]
    assert found.label == "Portal"


def test_what_is_not_written_is_a_closed_empty_set() -> None:
    found = _only(_application(), Application)
    assert isinstance(found, Application)
    for values in (found.public_redirects, found.access_token_claims, found.group_claims, found.roles, found.implicit_tokens):
        assert (values.members, values.open) == ((), None)


def test_an_unknown_block_keeps_its_set_open() -> None:
    found = _only(_application(app_role=Later(), optional_claims=Later()), Application)
    assert isinstance(found, Application)
    assert found.roles.open is not None
    assert found.access_token_claims.open is not None


def test_a_registration_says_nothing_of_what_is_managed_elsewhere() -> None:
    thing = Thing("azuread_application_registration", "r", {"display_name": "R", "client_id": CLIENT, "object_id": guid(22)})
    found = _only(thing, Application)
    assert isinstance(found, Application)
    assert found.roles.open is not None
    assert found.owners.values.open is not None
    assert isinstance(found.fallback_public_client, Unknown)


# --- service principals and their names -----------------------------------------------------------------------------------


@pytest.mark.parametrize("attribute", ["client_id", "application_id"])
def test_a_service_principal_leads_to_its_application_under_both_names(attribute: str) -> None:
    principal = Thing("azuread_service_principal", "portal", {"object_id": guid(21), attribute: CLIENT.upper()})
    application = Thing("azuread_application", "portal", {"object_id": guid(20), attribute: CLIENT})
    assert _ends(estate(principal, application), principal, "application") == [(application.address, True)]


def test_a_service_principal_is_read() -> None:
    found = _only(
        _principal(
            account_enabled=False,
            preferred_single_sign_on_mode="saml",
            login_url="",
            notification_email_addresses=["ops@x.example"],
        ),
        ServicePrincipal,
    )
    assert isinstance(found, ServicePrincipal)
    assert isinstance(found.single_sign_on, Known)
    assert found.single_sign_on.value == "saml"
    assert isinstance(found.login_url, Known)
    assert found.login_url.value is None
    assert isinstance(found.enabled, Known)
    assert found.enabled.value is False
    assert _texts(found.notified) == ["ops@x.example"]


# --- credentials --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "holder", "form"),
    [
        ("azuread_application_password", {"application_id": f"/applications/{guid(20)}"}, "password"),
        ("azuread_application_password", {"application_object_id": guid(20)}, "password"),
        ("azuread_application_certificate", {"application_id": f"/applications/{guid(20)}"}, "certificate"),
        ("azuread_application_federated_identity_credential", {"application_object_id": guid(20)}, "federated"),
        ("azuread_application_flexible_federated_identity_credential", {"application_id": guid(20)}, "federated"),
        ("azuread_service_principal_password", {"service_principal_id": f"/servicePrincipals/{guid(21)}"}, "password"),
        ("azuread_service_principal_certificate", {"service_principal_id": guid(21)}, "certificate"),
        ("azuread_service_principal_token_signing_certificate", {"service_principal_id": guid(21)}, "signing"),
    ],
)
def test_a_credential_leads_to_its_holder(type_: str, holder: Mapping[str, object], form: str) -> None:
    thing = Thing(type_, "c", {**holder, "end_date": "2027-01-01T00:00:00Z"})
    found = _only(thing, AppCredential)
    assert isinstance(found, AppCredential)
    assert isinstance(found.form, Known)
    assert found.form.value == form
    of = "azuread_application.portal" if "application" in next(iter(holder)) else "azuread_service_principal.portal"
    assert _ends(estate(_application(), _principal(), thing), thing, "holder") == [(of, True)]


def test_a_reference_to_the_holder_is_certain_before_the_apply() -> None:
    held = Later(refs=("azuread_application.portal",), certain=True, attribute="id")
    thing = Thing("azuread_application_password", "c", {"application_id": held}, "create")
    found = estate(_application(object_id=Later(), id=Later()), thing)
    assert _ends(found, thing, "holder") == [("azuread_application.portal", True)]


def test_rotation_and_expiry() -> None:
    thing = Thing(
        "azuread_application_password",
        "c",
        {
            "application_id": guid(20),
            "end_date": Later(unwritten=True),
            "end_date_relative": "8760h",
            "rotate_when_changed": {"at": "x"},
        },
        "create",
    )
    found = _only(thing, AppCredential)
    assert isinstance(found, AppCredential)
    assert [v.value if isinstance(v, Known) else "?" for v in (found.expires, found.lifetime, found.rotated)] == [
        None,
        "8760h",
        True,
    ]


# --- strengths ----------------------------------------------------------------------------------------------------------


def test_a_strength_is_named_by_its_path() -> None:
    path = f"/policies/authenticationStrengthPolicies/{guid(30)}"
    thing = Thing("azuread_authentication_strength_policy", "s", {"id": path, "allowed_combinations": ["fido2", "password,sms"]})
    (found,) = azuread_strengths.MAPPING.mappers[thing.type](declaration(thing))
    assert isinstance(found, AuthenticationStrength)
    assert _texts(found.combinations) == ["fido2", "password,sms"]
    assert [key.value.value for key in found.keys if isinstance(key.value, Known)] == [path]


# --- service principals among people --------------------------------------------------------------------------------------


def test_a_service_principal_that_holds_the_role_is_no_emergency_account() -> None:
    """Nor is it somebody unseen: with all role assignments here, the one account that is left is all there is."""
    robot = _principal("breakglass-robot", 21)
    one = user("breakglass1", 1)
    found = estate(one, robot, assignment("a", guid(1)), assignment("b", guid(21)), complete=("role_assignment",))
    assert accounts(found) == (1, 1)


def test_a_service_principal_in_an_excluded_group_excludes_nobody() -> None:
    subject = policy(excluded_groups=[guid(9)])
    found = estate(subject, group("g", 9, [guid(21)]), _principal("robot", 21))
    assert answer(found, subject, "excludes_somebody") == "no"


# --- PIM ----------------------------------------------------------------------------------------------------------------


def _pim(**values: object) -> Thing:
    base = {"group_id": guid(9), "principal_id": guid(1), "assignment_type": "member", "permanent_assignment": True}
    return Thing("azuread_privileged_access_group_assignment_schedule", "pim", {**base, **values}, "create")


@pytest.mark.parametrize(
    ("values", "excluded"),
    [
        ({}, "no"),
        ({"permanent_assignment": False, "duration": "P30D"}, "maybe"),
        ({"permanent_assignment": Later()}, "maybe"),
        ({"start_date": "2030-01-01T00:00:00Z"}, "maybe"),
        ({"assignment_type": Later()}, "maybe"),
        ({"assignment_type": "owner"}, "yes"),
    ],
)
def test_a_membership_for_good_is_a_membership(values: Mapping[str, object], excluded: str) -> None:
    """Whether the policy leaves the account open to it: not where the membership is certain, maybe where it ends."""
    subject = policy(excluded_groups=[guid(9)])
    found = estate(subject, user("breakglass1", 1), group("g", 9, []), _pim(**values))
    assert answer(found, subject, "emergency_exposed") == excluded


def test_a_plain_membership_is_not_touched() -> None:
    subject = policy(excluded_groups=[guid(9)])
    found = estate(subject, user("breakglass1", 1), group("g", 9, [guid(1)]), membership("m", guid(9), guid(1)))
    assert answer(found, subject, "emergency_exposed") == "no"


def test_owners_may_be_service_principals() -> None:
    thing = _application(owners=[guid(21), guid(1)])
    found = estate(thing, _principal(), user("ada", 1))
    assert _ends(found, thing, "owners") == [("azuread_service_principal.portal", True), ("azuread_user.ada", True)]
    assert isinstance(_only(thing, Application), Application)
    assert isinstance(_only(thing, Application).owners, Links)  # type: ignore[attr-defined]
