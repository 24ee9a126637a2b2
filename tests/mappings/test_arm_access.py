"""ARM and azurerm: vault items, identities, roles on resources, gateways and directories for customers."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.arm_estates import deployed, estate, planned, said
from tests.azure_estates import Hidden

from sparekey.model.estate import Estate
from sparekey.model.kinds.applications import ResourceRole
from sparekey.model.resource import Resource
from sparekey.model.value import Known, Limits, Reference, Unknown

VAULT, SECRETS = "Microsoft.KeyVault/vaults", "Microsoft.KeyVault/vaults/secrets"
IDENTITY, ROLES = "Microsoft.ManagedIdentity/userAssignedIdentities", "Microsoft.Authorization/roleAssignments"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"


def ends(found: Estate, resource: Resource, name: str) -> list[tuple[str, bool]]:
    """The addresses of the ends of a relation, each with whether it is certain."""
    return [(edge.target.partition("#")[2] or edge.target, edge.certain) for edge in found.linked(resource, name).members]


# --- vaults -----------------------------------------------------------------------------------------------------------


def test_an_item_belongs_to_its_vault_whether_written_in_it_or_beside_it(tmp_path: Path) -> None:
    inner = {"type": "secrets", "name": "a", "properties": {"value": "x"}}
    beside = {"type": SECRETS, "name": "[format('{0}/{1}', parameters('v'), 'b')]", "properties": {"value": "x"}}
    vault = {"type": VAULT, "name": "[parameters('v')]", "resources": [inner]}
    found = estate(tmp_path, [vault, beside], parameters={"v": {"type": "string"}})
    (of,) = found.of("vault")
    for item in found.of("vault_item"):
        assert ends(found, item, "vault") == [(of.head.address, True)]
    assert len(found.of("vault_item")) == 2


@pytest.mark.parametrize(
    "seconds, date",
    [
        (0, "1970-01-01T00:00:00Z"),
        (1798761600, "2027-01-01T00:00:00Z"),
        (253402300799, "9999-12-31T23:59:59Z"),
        (253402300800, "?"),
        (-1, "?"),
        ("soon", "?"),
        ("[dateTimeToEpoch(dateTimeAdd(utcNow(), 'P1Y'))]", "?"),
        (None, None),
    ],
)
def test_the_end_of_a_secret(tmp_path: Path, seconds: object, date: str | None) -> None:
    properties = {"attributes": {"exp": seconds}}
    (found,) = deployed(tmp_path, {"type": SECRETS, "name": "v/s", "properties": properties})
    assert said(found)["expires"] == date


@pytest.mark.parametrize("type_", [SECRETS, "Microsoft.KeyVault/vaults/keys"])
def test_no_value_of_an_item_gets_any_further(tmp_path: Path, type_: str) -> None:
    marker = "not-a-real-secret-1!"
    (found,) = deployed(tmp_path, {"type": type_, "name": "v/s", "properties": {"value": marker, "key": marker}})
    assert marker not in repr(found)
    assert said(found)["content"] is None


# --- identities and roles ---------------------------------------------------------------------------------------------


def _role(**more: object) -> dict[str, object]:
    definition = f"[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{OWNER.upper()}')]"
    principal = f"[reference(resourceId('{IDENTITY}', 'mi'), '2023-01-31').principalId]"
    return {
        "type": ROLES,
        "name": "[guid('a')]",
        "properties": {"roleDefinitionId": definition, "principalId": principal},
        **more,
    }


def test_a_role_leads_to_the_identity_that_holds_it_and_to_what_it_holds_on(tmp_path: Path) -> None:
    things = [{"type": IDENTITY, "name": "mi"}, {"type": VAULT, "name": "kv"}, _role(scope=f"[resourceId('{VAULT}', 'kv')]")]
    found = estate(tmp_path, things)
    (role,) = found.of("resource_role")
    assert ends(found, role, "principal") == [(f"{IDENTITY}/mi", True)]
    assert ends(found, role, "scope") == [(f"{VAULT}/kv", True)]
    assert said(role)["role"] == OWNER


def test_a_role_without_a_scope_holds_on_all_that_is_deployed_to(tmp_path: Path) -> None:
    (role,) = deployed(tmp_path, _role())
    assert said(role)["scope"] == ([], False)


def test_a_role_that_is_written_within_a_resource_holds_on_that(tmp_path: Path) -> None:
    found = estate(tmp_path, [{"type": VAULT, "name": "kv", "resources": [_role()]}])
    (role,) = found.of("resource_role")
    assert ends(found, role, "scope") == [(f"{VAULT}/kv", True)]


def test_a_role_on_resources_is_never_one_of_the_directory(tmp_path: Path) -> None:
    kinds = {resource.kind for resource in (*deployed(tmp_path, _role()), *planned("azurerm_role_assignment", scope="/s"))}
    assert kinds == {"resource_role"}


@pytest.mark.parametrize(
    "values, role",
    [
        ({"role_definition_id": f"/x/roleDefinitions/{OWNER.upper()}"}, OWNER),
        ({"role_definition_id": OWNER}, OWNER),
        ({"role_definition_id": "/x/roleDefinitions/Owner"}, "?"),
        ({"role_definition_name": "Owner"}, "Owner"),
        ({"role_definition_name": "Owner", "role_definition_id": Hidden()}, "Owner"),
        ({"role_definition_id": Hidden()}, "?"),
        ({"role_definition_id": Unknown}, None),
    ],
)
def test_the_role_is_named_by_its_identifier_or_by_its_name_alone(values: dict[str, object], role: str | None) -> None:
    if values.get("role_definition_id") is Unknown:
        values = {}
    (found,) = planned("azurerm_role_assignment", **values)
    assert said(found)["role"] == role


@pytest.mark.parametrize(
    "end, role", [(f"/roleDefinitions/{OWNER}", OWNER), (OWNER, "?"), (f"0{OWNER}", "?"), (f"/{OWNER}/x", "?"), ("", "?")]
)
def test_of_a_definition_of_which_the_end_is_known_the_identifier_is(end: str, role: str) -> None:
    from sparekey.mappings.resource_roles import definition
    from sparekey.model.span import Pointer

    found = definition(Unknown(reason="?", at=Pointer(file="f", pointer=""), limits=Limits(suffix=end or None)))
    assert (found.value if isinstance(found, Known) else "?") == role


def test_trust_of_an_identity_belongs_to_that_identity(tmp_path: Path) -> None:
    trust = {"type": "federatedIdentityCredentials", "name": "f", "properties": {"issuer": "https://i.example"}}
    found = estate(tmp_path, [{"type": IDENTITY, "name": "mi", "resources": [trust]}])
    (credential,) = found.of("app_credential")
    assert ends(found, credential, "holder") == [(f"{IDENTITY}/mi", True)]


@pytest.mark.parametrize("name", ["user_assigned_identity_id", "parent_id"])
def test_both_names_of_the_identity_that_trusts(name: str) -> None:
    (found,) = planned("azurerm_federated_identity_credential", name="f", **{name: "/i"})
    assert said(found)["holder"] == (["/i"], False)


def test_an_identity_is_named_by_all_its_ids(tmp_path: Path) -> None:
    (found,) = deployed(tmp_path, {"type": IDENTITY, "name": "mi"})
    names = {(key.space, key.attribute) for key in found.keys}
    assert names == {("arm_id", "id"), ("object_id", "properties.principalId"), ("client_id", "properties.clientId")}


# --- gateways ---------------------------------------------------------------------------------------------------------


def _gateway(**properties: object) -> dict[str, object]:
    sku = {"name": "Premium", "capacity": 1}
    return {
        "type": "Microsoft.ApiManagement/service",
        "name": "g",
        "location": "westeurope",
        "sku": sku,
        "properties": properties,
    }


def test_each_region_of_a_gateway_belongs_to_it(tmp_path: Path) -> None:
    found = estate(tmp_path, [_gateway(additionalLocations=[{"location": "a"}, {"location": "[x]"}])])
    (gateway,) = found.of("api_gateway")
    regions = found.of("api_gateway_region")
    assert [said(region)["region"] for region in regions] == ["a", "?"]
    assert all(ends(found, region, "gateway") == [(gateway.head.address, True)] for region in regions)
    assert [said(region)["units"] for region in regions] == ["?", "?"]


def test_regions_that_cannot_be_read_may_be_any_number(tmp_path: Path) -> None:
    for gateway in (
        deployed(tmp_path, _gateway(additionalLocations="[x]")),
        planned("azurerm_api_management", sku_name="Premium_1", additional_location=Hidden()),
    ):
        (region,) = [resource for resource in gateway if resource.kind == "api_gateway_region"]
        assert (region.head.count.least, region.head.count.most) == (0, None)


@pytest.mark.parametrize(
    "sku, tier, units",
    [
        ("Premium_2", "premium", 2),
        ("StandardV2_1", "standardv2", 1),
        ("Consumption_0", "consumption", 0),
        ("Premium", "?", "?"),
        ("_2", "?", "?"),
        ("Premium_-1", "?", "?"),
        ("Premium_99999", "?", "?"),
        (None, "?", "?"),
        (Hidden(), "?", "?"),
    ],
)
def test_the_product_and_its_units(sku: object, tier: str, units: object) -> None:
    (found,) = planned("azurerm_api_management", sku_name=sku)
    assert (said(found)["tier"], said(found)["units"]) == (tier, units)


def test_a_region_has_as_many_units_as_the_own_one_unless_it_says_otherwise() -> None:
    blocks = [{"location": "a"}, {"location": "b", "capacity": 3}, {"location": "c", "capacity": Hidden()}]
    _, *regions = planned("azurerm_api_management", sku_name="Premium_2", additional_location=blocks)
    assert [said(region)["units"] for region in regions] == [2, 3, "?"]


# --- directories for customers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "type_, name, domain",
    [
        ("b2cDirectories", "c.onmicrosoft.com", "c.onmicrosoft.com"),
        ("ciamDirectories", "c", "c.onmicrosoft.com"),
        ("ciamDirectories", "c.onmicrosoft.com", "c.onmicrosoft.com"),
        ("ciamDirectories", "[parameters('n')]", "?"),
    ],
)
def test_the_domain_of_a_directory_for_customers(tmp_path: Path, type_: str, name: str, domain: str) -> None:
    written = {"type": f"Microsoft.AzureActiveDirectory/{type_}", "name": name, "location": "Europe"}
    (found,) = deployed(tmp_path, written)
    assert (said(found)["domain_name"], said(found)["residency"]) == (domain, "Europe")


def test_a_key_that_cannot_be_read_keeps_where_it_comes_from() -> None:
    (role,) = planned("azurerm_role_assignment", principal_id=Hidden(refs=("azurerm_user_assigned_identity.a",), certain=True))
    assert isinstance(role, ResourceRole)
    (member,) = role.principal.values.members
    assert isinstance(member, Unknown)
    assert member.refs == (Reference(to="azurerm_user_assigned_identity.a", attribute="id", certain=True),)
