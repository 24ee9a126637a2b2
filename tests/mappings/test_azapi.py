"""What `azapi` declares becomes what a template's or azurerm's declarations become."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from sparekey.config import Config
from sparekey.model.kinds.derived import Unclassified
from sparekey.model.resource import Resource
from sparekey.model.span import Span
from sparekey.model.value import Known, Unknown
from sparekey.run import Gathered, check, coverage_of, gather

VAULTS = "Microsoft.KeyVault/vaults"
RULE = "vault-not-recoverable"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"

AZURERM = """
resource "azurerm_key_vault" "kv" {
  name                     = "kv"
  location                 = "West Europe"
  resource_group_name      = "rg"
  purge_protection_enabled = PROTECT
}
resource "azurerm_active_directory_domain_service" "dom" {
  name                = "aadds"
  location            = "West Europe"
  resource_group_name = "rg"
  domain_name         = "aadds.example"
  sku                 = "Enterprise"
  initial_replica_set {
    subnet_id = "/s/a"
  }
}
resource "azurerm_active_directory_domain_service_replica_set" "second" {
  domain_service_id = azurerm_active_directory_domain_service.dom.id
  location          = "SECOND"
  subnet_id         = "/s/b"
}
"""
OBJECT = """
resource "azapi_resource" "kv" {
  type      = "microsoft.keyvault/VAULTS@2023-07-01"
  name      = "kv"
  parent_id = azurerm_resource_group.rg.id
  location  = "West Europe"
  body = {
    properties = {
      enablePurgeProtection = PROTECT
    }
  }
}
resource "azapi_resource" "dom" {
  type      = "Microsoft.AAD/domainServices@2022-12-01"
  name      = "aadds"
  parent_id = azurerm_resource_group.rg.id
  location  = "West Europe"
  body = {
    properties = {
      domainName  = "aadds.example"
      sku         = "Enterprise"
      replicaSets = [
        { location = "West Europe", subnetId = "/s/a" },
        { location = "SECOND", subnetId = "/s/b" },
      ]
    }
  }
}
resource "azurerm_resource_group" "rg" {
  name     = "rg"
  location = "westeurope"
}
"""
TEXT = OBJECT.replace("body = {", "body = jsonencode({\n    tenant = azurerm_resource_group.rg.id").replace(
    "  }\n}\nres", "  })\n}\nres"
)


def write(folder: Path, text: str, name: str = "main.tf") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def template(protect: object, second: str) -> str:
    vault = {"type": VAULTS, "name": "kv", "location": "West Europe", "properties": {"enablePurgeProtection": protect}}
    sets = [{"location": "West Europe", "subnetId": "/s/a"}, {"location": second, "subnetId": "/s/b"}]
    properties = {"domainName": "aadds.example", "sku": "Enterprise", "replicaSets": sets}
    domain = {"type": "Microsoft.AAD/domainServices", "name": "aadds", "location": "West Europe", "properties": properties}
    return json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [vault, domain]})


def plan(*resources: Mapping[str, object], action: str = "create") -> str:
    changes = [
        {
            "address": f"{one['type']}.{one['name']}",
            "mode": one.get("mode", "managed"),
            "type": one["type"],
            "name": one["name"],
            "change": {
                "actions": [action],
                "before": None,
                "after": one["after"],
                "after_unknown": one.get("unknown", {"id": True}),
            },
        }
        for one in resources
    ]
    return json.dumps({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes})


def of(folder: Path) -> Gathered:
    return gather([folder], Config())


def kinds(gathered: Gathered, kind: str) -> list[Resource]:
    return [r for estate in gathered.estates for r in estate.resources.get(kind, ())]


def known(resource: Resource, *names: str) -> list[object]:
    values = [getattr(resource, name) for name in names]
    return [v.value if isinstance(v, Known) else "?" for v in values]


def verdicts(folder: Path) -> dict[str, list[str]]:
    """The verdicts of each rule about the vault and the domain, whatever they are called."""
    found: dict[str, list[str]] = {}
    for outcome in check([folder], Config()).outcomes:
        if outcome.rule in (RULE, "managed-domain-single-region", "managed-domain-sku-too-small"):
            found[outcome.rule] = sorted(f.verdict for f in outcome.findings)
    return found


def first(folder: Path, rule: str = RULE) -> dict[str, str]:
    (outcome,) = [o for o in check([folder], Config()).outcomes if o.rule == rule]
    return {f.subject: f.verdict for f in outcome.findings}


@pytest.mark.parametrize("protect", ["true", "false", "var.x"])
@pytest.mark.parametrize("second", ["West Europe", "northeurope"])
def test_one_estate_is_the_same_in_azurerm_in_azapi_and_in_a_template(tmp_path: Path, protect: str, second: str) -> None:
    sides = {}
    for name, text in (("azurerm", AZURERM), ("object", OBJECT), ("text", TEXT)):
        whole = 'variable "x" {}\n' + text.replace("PROTECT", protect).replace("SECOND", second)
        sides[name] = write(tmp_path / name, whole)
    value = {"true": True, "false": False}.get(protect, "[reference('x').y]")
    sides["arm"] = write(tmp_path / "arm", template(value, second), "main.json")
    vault = {
        "enablePurgeProtection": value if isinstance(value, bool) else None,
    }
    body = {"properties": {k: v for k, v in vault.items() if v is not None}}
    unknown: dict[str, object] = {"id": True}
    if value not in (True, False):
        unknown["body"] = {"properties": {"enablePurgeProtection": True}}
    properties = json.loads(template(True, second))["resources"][1]["properties"]
    made = {"type": f"{VAULTS}@2023-07-01", "name": "kv", "location": "westeurope", "body": body}
    domain = {"type": "Microsoft.AAD/domainServices@2022-12-01", "name": "aadds", "location": "westeurope"}
    one = {"type": "azapi_resource", "name": "kv", "after": made, "unknown": unknown}
    two = {"type": "azapi_resource", "name": "dom", "after": {**domain, "body": {"properties": properties}}}
    sides["plan"] = write(tmp_path / "plan", plan(one, two), "plan.json")
    older = {"type": "azapi_resource", "name": "dom", "after": {**domain, "body": json.dumps({"properties": properties})}}
    sides["older plan"] = write(tmp_path / "older", plan(one, older), "plan.json")
    expected = {"true": "pass", "false": "fail"}.get(protect, "unknown")
    for name, folder in sides.items():
        found = of(folder)
        (vault_,) = kinds(found, "vault")
        (domain_,) = kinds(found, "managed_domain")
        shown = {"true": True, "false": False}.get(protect, "?")
        assert known(vault_, "name", "purge_protection", "soft_delete", "retention", "region") == [
            "kv",
            shown,
            True,
            90,
            "westeurope",
        ], name
        assert known(domain_, "name", "domain_name", "sku", "region") == ["aadds", "aadds.example", "Enterprise", "westeurope"]
        regions = sorted(str(known(r, "region")[0]) for r in kinds(found, "replica_set"))
        assert regions == sorted(["westeurope", second.replace(" ", "").lower()]), name
        assert verdicts(folder) == {
            RULE: [expected],
            "managed-domain-single-region": ["pass" if second == "northeurope" else "fail"],
            "managed-domain-sku-too-small": ["pass"],
        }, name


@pytest.mark.parametrize("text", [OBJECT, TEXT])
def test_what_is_accused_is_the_line_of_the_property(tmp_path: Path, text: str) -> None:
    written = text.replace("PROTECT", "false").replace("SECOND", "northeurope")
    (vault,) = kinds(of(write(tmp_path, written)), "vault")
    at = vault.purge_protection.at  # type: ignore[attr-defined]
    assert isinstance(at, Span)
    assert "enablePurgeProtection" in written.split("\n")[at.start_line - 1]


def test_in_a_plan_it_is_the_pointer_of_the_property(tmp_path: Path) -> None:
    body = {"properties": {"enablePurgeProtection": False}}
    after = {"type": f"{VAULTS}@2023-07-01", "name": "kv", "body": body}
    (vault,) = kinds(of(write(tmp_path, plan({"type": "azapi_resource", "name": "kv", "after": after}), "plan.json")), "vault")
    assert vault.purge_protection.at.pointer.endswith("/change/after/body/properties/enablePurgeProtection")  # type: ignore[attr-defined]


RELATIONS = """
resource "azapi_resource" "net" {
  type      = "Microsoft.Network/virtualNetworks@2024-01-01"
  name      = "net"
  parent_id = "/subscriptions/s/resourceGroups/rg"
  location  = "westeurope"
  body      = { properties = { subnets = [{ name = "a", properties = {} }] } }
}
resource "azapi_resource" "own" {
  type      = "Microsoft.Network/virtualNetworks/subnets@2024-01-01"
  name      = "own"
  parent_id = azapi_resource.net.id
  body      = { properties = {} }
}
resource "azapi_resource" "nic" {
  type      = "Microsoft.Network/networkInterfaces@2024-01-01"
  name      = "nic"
  parent_id = "/subscriptions/s/resourceGroups/rg"
  body      = { properties = { ipConfigurations = [{ name = "x", properties = { subnet = { id = TARGET } } }] } }
}
"""


@pytest.mark.parametrize(
    "target, subnet",
    [
        ('"${azapi_resource.net.id}/subnets/a"', "a"),
        ("azapi_resource.own.id", "own"),
        ('"/subscriptions/S/resourceGroups/rg/providers/microsoft.network/virtualNetworks/net/subnets/a"', "a"),
    ],
)
def test_what_refers_to_an_id_or_writes_it_out_leads_there_for_certain(tmp_path: Path, target: str, subnet: str) -> None:
    gathered = of(write(tmp_path, RELATIONS.replace("TARGET", target)))
    (estate,) = gathered.estates
    (nic,) = estate.of("network_interface")
    (edge,) = estate.linked(nic, "subnets").members
    found = next(r for r in estate.of("subnet") if r.id == edge.target)
    assert (edge.certain, known(found, "name")) == (True, [subnet])
    (network,) = estate.linked(found, "network").members
    assert (network.certain, network.target.endswith("azapi_resource.net")) == (True, True)


HIDDEN = 'variable "x" {}\nresource "azapi_resource" "kv" {\n  type = TYPE\n  name = "kv"\n  body = {}\n}\n'


def test_a_version_alone_that_is_not_known_hides_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path, HIDDEN.replace("TYPE", f'"{VAULTS}@${{var.x}}"'))
    assert first(folder) == {"azapi_resource.kv": "fail"}


@pytest.mark.parametrize("type_", ["var.x", '"Microsoft.KeyVault/${var.x}"'])
def test_a_type_that_cannot_be_read_may_be_any(tmp_path: Path, type_: str) -> None:
    folder = write(tmp_path, HIDDEN.replace("TYPE", type_))
    assert first(folder) == {"unclassified/azapi_resource.kv": "unknown"}
    gathered = of(folder)
    (found,) = kinds(gathered, "unclassified")
    assert isinstance(found, Unclassified)
    assert ("machine" in found.could_be) == (type_ == "var.x")
    assert not {"user", "access_policy"} & set(found.could_be)
    assert gathered.estates[0].leaks


def test_a_type_that_nobody_reads_is_counted_as_what_it_is(tmp_path: Path) -> None:
    text = HIDDEN.replace("TYPE", '"Microsoft.Foo/bars@2020-01-01"') + OBJECT.replace("PROTECT", "true").replace("SECOND", "x")
    gathered = of(write(tmp_path, text.replace('"azapi_resource" "kv"', '"azapi_resource" "other"', 1)))
    coverage = coverage_of(gathered.mapped, Config())
    assert coverage.unmapped == {"Microsoft.Foo/bars": 1, "azurerm_resource_group": 1}
    assert coverage.understood == {VAULTS: 1, "Microsoft.AAD/domainServices": 1}


CHANGED = """
variable "x" {}
resource "azurerm_key_vault" "kv" {
  name                     = "kv"
  location                 = "westeurope"
  resource_group_name      = "rg"
  purge_protection_enabled = PROTECT
}
resource "azapi_update_resource" "c" {
  type        = "Microsoft.KeyVault/vaults@2023-07-01"
  resource_id = TARGET
  body        = BODY
}
"""
ON = "azurerm_key_vault.kv.id"
PROTECT = "{ properties = { enablePurgeProtection = %s } }"


@pytest.mark.parametrize(
    "protect, target, body, verdicts",
    [
        ("true", ON, PROTECT % "false", ["unknown"]),
        ("false", ON, PROTECT % "true", ["unknown"]),
        ("true", ON, PROTECT % "true", ["pass"]),
        ("true", ON, PROTECT % "var.x", ["unknown"]),
        ("true", ON, PROTECT % "null", ["unknown"]),
        ("true", ON, "var.x", ["unknown"]),
        ("true", ON, '{ properties = { publicNetworkAccess = "Disabled" } }', ["pass"]),
        ("false", ON, "{ properties = { publicNetworkAccess = var.x } }", ["fail"]),
        # What is changed may be this one, or another.
        ("true", "var.x", PROTECT % "false", ["pass", "unknown"]),
        (
            "true",
            '"/subscriptions/s/resourceGroups/r/providers/Microsoft.KeyVault/vaults/kv"',
            PROTECT % "false",
            ["unknown"] * 2,
        ),
        (
            "false",
            '"/subscriptions/s/resourceGroups/r/providers/Microsoft.KeyVault/vaults/kv2"',
            PROTECT % "true",
            ["fail", "unknown"],
        ),
    ],
)
def test_what_is_changed_is_no_proven_pass_and_no_proven_fail(
    tmp_path: Path, protect: str, target: str, body: str, verdicts: list[str]
) -> None:
    text = CHANGED.replace("PROTECT", protect).replace("TARGET", target).replace("BODY", body)
    assert sorted(first(write(tmp_path, text)).values()) == verdicts


@pytest.mark.parametrize(
    "method, action, when, verdict",
    [
        ("PATCH", "", "", "unknown"),
        ("DELETE", "", "", "unknown"),
        ("", "purge", "", "unknown"),
        ("var.x", "", "", "unknown"),
        ("", "listKeys", "", "pass"),
        ("PATCH", "", "destroy", "pass"),
    ],
)
def test_a_call_may_change_what_it_is_made_to(tmp_path: Path, method: str, action: str, when: str, verdict: str) -> None:
    words = (("method", method), ("action", action), ("when", when))
    written = "\n  ".join(f"{name} = {value if value.startswith('var') else json.dumps(value)}" for name, value in words if value)
    text = CHANGED.replace("azapi_update_resource", "azapi_resource_action").replace("PROTECT", "true").replace("TARGET", ON)
    text = text.replace("BODY", f"{PROTECT % 'false'}\n  {written}")
    assert first(write(tmp_path, text)) == {"azurerm_key_vault.kv": verdict}


def test_a_change_of_the_parts_leaves_their_number_open(tmp_path: Path) -> None:
    text = OBJECT.replace("PROTECT", "true").replace("SECOND", "northeurope") + (
        'resource "azapi_update_resource" "c" {\n  type = "Microsoft.AAD/domainServices@2022-12-01"\n'
        "  resource_id = azapi_resource.dom.id\n"
        '  body = { properties = { replicaSets = [{ location = "westeurope" }] } }\n}\n'
    )
    assert verdicts(write(tmp_path, text))["managed-domain-single-region"] == ["unknown"]


@pytest.mark.parametrize("secret", ["{ properties = { enablePurgeProtection = false } }", "var.x"])
def test_what_a_secret_body_lays_over_it_is_not_known(tmp_path: Path, secret: str) -> None:
    text = HIDDEN.replace("TYPE", f'"{VAULTS}@2023-07-01"').replace(
        "body = {}", f"body = {PROTECT % 'true'}\n  sensitive_body = {secret}"
    )
    assert first(write(tmp_path, text)) == {"azapi_resource.kv": "unknown"}


def test_a_plan_shows_no_secret_body_and_its_configuration_does(tmp_path: Path) -> None:
    after = {
        "type": f"{VAULTS}@2023-07-01",
        "name": "kv",
        "body": {"properties": {"enablePurgeProtection": True}},
        "sensitive_body": None,
    }
    whole = json.loads(plan({"type": "azapi_resource", "name": "kv", "after": after}))
    resource = {"address": "azapi_resource.kv", "mode": "managed", "type": "azapi_resource", "name": "kv"}
    secret = {"sensitive_body": {"references": ["var.x"]}}
    whole["configuration"] = {"root_module": {"resources": [{**resource, "expressions": secret}]}}
    assert first(write(tmp_path, json.dumps(whole), "plan.json")) == {"azapi_resource.kv": "unknown"}


def looked_up(exports: object, output: object) -> str:
    after = {
        "type": f"{VAULTS}@2023-07-01",
        "name": "kv",
        "response_export_values": exports,
        "output": output,
        "id": "/x/vaults/kv",
    }
    one = {"type": "azapi_resource", "name": "kv", "mode": "data", "after": after, "unknown": {}}
    return plan(one, action="read")


@pytest.mark.parametrize(
    "exports, output, value",
    [
        (["*"], {"properties": {"enablePurgeProtection": True}}, True),
        (["*"], json.dumps({"properties": {"enablePurgeProtection": True}}), True),
        (["*"], {"properties": {}}, "?"),
        (["properties.tenantId"], {"properties": {"tenantId": "x"}}, "?"),
        ({"a": "properties"}, {"properties": {"enablePurgeProtection": True}}, "?"),
        (None, None, "?"),
    ],
)
def test_what_a_look_up_does_not_export_is_not_known(tmp_path: Path, exports: object, output: object, value: object) -> None:
    (vault,) = kinds(of(write(tmp_path, looked_up(exports, output), "plan.json")), "vault")
    assert known(vault, "purge_protection") == [value]
    assert vault.head.looked_up


@pytest.mark.parametrize("body", ['"no json"', '"[]"', '"' + "[" * 3000 + '"', "[1]", "7", '"{\\"properties\\": 1}"'])
def test_a_body_that_is_none_costs_the_resource_alone(tmp_path: Path, body: str) -> None:
    folder = write(tmp_path, HIDDEN.replace("TYPE", f'"{VAULTS}@2023-07-01"').replace("body = {}", f"body = {body}"))
    assert [*first(folder).values()] in (["unknown"], ["fail"])
    (vault,) = kinds(of(folder), "vault")
    assert isinstance(vault.purge_protection, Unknown) or body.endswith('1}"')  # type: ignore[attr-defined]


def test_applying_turns_no_pass_into_a_fail(tmp_path: Path) -> None:
    properties = {"enablePurgeProtection": True, "tenantId": "t"}
    body = {"properties": {k: v for k, v in properties.items() if k != "enablePurgeProtection"}}
    after = {"type": f"{VAULTS}@2023-07-01", "name": "kv", "body": body}
    unknown = {"id": True, "body": {"properties": {"enablePurgeProtection": True}}}
    before = write(
        tmp_path / "1", plan({"type": "azapi_resource", "name": "kv", "after": after, "unknown": unknown}), "plan.json"
    )
    done = {**after, "body": {"properties": properties}, "id": "/subscriptions/s/resourceGroups/r/providers/x/vaults/kv"}
    applied = plan({"type": "azapi_resource", "name": "kv", "after": done, "unknown": {}}, action="no-op")
    later = write(tmp_path / "2", applied, "plan.json")
    assert (first(before), first(later)) == ({"azapi_resource.kv": "unknown"}, {"azapi_resource.kv": "pass"})
