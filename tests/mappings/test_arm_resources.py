"""ARM resources become the kinds that Terraform's become, with the same values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sparekey.config import Config
from sparekey.estates import apply_mappings, join
from sparekey.facts import placement
from sparekey.formats.arm import FORMAT
from sparekey.mappings import arm_directory, arm_vault
from sparekey.model.declaration import Document
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.directory import ManagedDomain
from sparekey.model.kinds.secrets import Vault
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.truth import Bounds
from sparekey.model.value import Known, Unknown

MAPPINGS = (arm_directory.MAPPING, arm_vault.MAPPING)


def _estate(tmp_path: Path, *resources: object) -> Estate:
    path = tmp_path / "main.json"
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    path.write_text(json.dumps({"$schema": schema, "contentVersion": "1.0.0.0", "resources": resources}))
    mapped = frozenset(type_ for mapping in MAPPINGS for type_ in mapping.mappers)
    document = FORMAT.read(SourceFile(path=path, name="main.json"), Reading(mapped=mapped))
    assert isinstance(document, Document)
    (estate,) = join([apply_mappings(document, MAPPINGS)], Config())
    return estate


def _domain(**properties: object) -> dict[str, object]:
    return {"type": "Microsoft.AAD/domainServices", "name": "aadds", "location": "West Europe", "properties": properties}


def _regions(estate: Estate) -> tuple[int, int | None]:
    (fact,) = [item for item in placement.derive(estate, Config()) if isinstance(item, Fact)]
    assert isinstance(fact.value, Bounds)
    return fact.value.least, fact.value.most


@pytest.mark.parametrize(
    "properties, regions",
    [
        ({}, (1, 1)),
        ({"replicaSets": []}, (1, 1)),
        ({"replicaSets": None, "subnetId": "x"}, (1, 1)),
        ({"replicaSets": [{"location": "westeurope"}]}, (1, 1)),
        ({"replicaSets": [{"location": "westeurope"}, {"location": "West Europe"}]}, (1, 1)),
        ({"replicaSets": [{"location": "westeurope"}, {"location": "northeurope"}]}, (2, 2)),
        ({"replicaSets": [{"location": "westeurope"}, {"location": "[x]"}]}, (1, 2)),
        ({"replicaSets": [{"location": "[x]"}, {"location": "[y]"}]}, (1, 2)),
        ({"replicaSets": "[x]"}, (1, None)),
        ({"copy": [{"name": "replicaSets", "count": 3, "input": {"location": "[x]"}}]}, (1, 3)),
        ({"copy": [{"name": "replicaSets", "count": "[n]", "input": {"location": "[x]"}}]}, (1, None)),
    ],
)
def test_the_regions_of_a_domain(tmp_path: Path, properties: dict[str, object], regions: tuple[int, int | None]) -> None:
    assert _regions(_estate(tmp_path, _domain(**properties))) == regions


def test_two_regions_are_two_even_where_the_domain_may_not_be_deployed(tmp_path: Path) -> None:
    sets = [{"location": "westeurope"}, {"location": "northeurope"}]
    assert _regions(_estate(tmp_path, {**_domain(replicaSets=sets), "condition": "[x]"})) == (2, 2)


@pytest.mark.parametrize(
    "written, sku", [("Enterprise", "Enterprise"), ("enterprise", "Enterprise"), (None, None), ("[x]", None)]
)
def test_the_sku_has_no_default(tmp_path: Path, written: object, sku: str | None) -> None:
    (domain,) = _estate(tmp_path, _domain(sku=written)).of("managed_domain")
    assert isinstance(domain, ManagedDomain)
    assert (domain.sku.value if isinstance(domain.sku, Known) else None) == sku


def test_the_defaults_of_a_vault(tmp_path: Path) -> None:
    (vault,) = _estate(tmp_path, {"type": "Microsoft.KeyVault/vaults", "name": "kv", "location": "West Europe"}).of("vault")
    assert isinstance(vault, Vault)
    values = (vault.purge_protection, vault.soft_delete, vault.retention, vault.region)
    assert [v.value if isinstance(v, Known) else None for v in values] == [False, True, 90, "westeurope"]


def test_what_is_computed_in_a_vault_is_unknown(tmp_path: Path) -> None:
    properties = {"enablePurgeProtection": "[x]", "enableSoftDelete": "true ", "softDeleteRetentionInDays": "seven"}
    text = {"type": "Microsoft.KeyVault/vaults", "name": "kv", "location": "[x]", "properties": properties}
    (vault,) = _estate(tmp_path, text).of("vault")
    assert isinstance(vault, Vault)
    assert all(isinstance(v, Unknown) for v in (vault.purge_protection, vault.soft_delete, vault.retention, vault.region))
