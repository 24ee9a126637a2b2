"""Law 2 across formats: one estate in Terraform source, in its plan and as an ARM template is the same things with the same verdicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.parity_formats import apart, told

ROOT = Path(__file__).resolve().parent.parent
ESTATES = sorted(folder.parent for folder in (ROOT / "fixtures" / "estates" / "parity").glob("*/template"))


@pytest.mark.parametrize("folder", ESTATES, ids=lambda folder: folder.name)
def test_terraform_and_arm_tell_of_one_estate_alike(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    source, template = told("source"), told("template")
    assert len(source.things) > 20
    assert sorted(apart(source, template)) == []


@pytest.mark.parametrize("folder", ESTATES, ids=lambda folder: folder.name)
def test_what_the_plan_alone_decides_the_template_decides_alike(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan alone may leave open what source and template tell; it says nothing else."""
    monkeypatch.chdir(folder)
    plan, template = told("plan.json"), told("template")
    only = list((plan.verdicts - template.verdicts).elements())
    assert [verdict for verdict in only if "unknown" not in verdict] == []
    assert len(only) < len(list(plan.verdicts.elements())) / 10


def _template() -> Any:
    return json.loads((ROOT / "fixtures/estates/parity/directory-servers/template/main.json").read_text("utf-8"))


def _of(template: Any, type_: str) -> Any:
    return next(r for r in template["resources"] if r["type"] == type_)


def _fewer_machines(template: Any) -> None:
    _of(template, "Microsoft.Compute/virtualMachines")["copy"]["count"] = 1


def _other_zone(template: Any) -> None:
    _of(template, "Microsoft.Compute/virtualMachines")["zones"] = ["1"]


def _other_probe(template: Any) -> None:
    probe = _of(template, "Microsoft.Network/loadBalancers")["properties"]["probes"][0]["properties"]
    probe.update(protocol="Http", port=80, requestPath="/adfs/probe")


def _unprotected(template: Any) -> None:
    _of(template, "Microsoft.KeyVault/vaults")["properties"]["enablePurgeProtection"] = False


def _one_region(template: Any) -> None:
    _of(template, "Microsoft.AAD/domainServices")["properties"]["replicaSets"].pop()


def _endpoint_on(template: Any) -> None:
    _of(template, "Microsoft.Network/trafficManagerProfiles")["properties"]["endpoints"][1]["properties"]["endpointStatus"] = (
        "Enabled"
    )


@pytest.mark.parametrize(
    "change,rule",
    [
        (_fewer_machines, "too-few-directory-servers"),
        (_other_zone, "directory-servers-share-failure-domain"),
        (_other_probe, "federation-servers-probed-wrongly"),
        (_unprotected, "vault-not-recoverable"),
        (_one_region, "managed-domain-single-region"),
        (_endpoint_on, "traffic-profile-without-second-place"),
    ],
)
def test_the_law_sees_a_difference(change: Any, rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that says something else is told apart by what it says, and by a verdict of the rule that it concerns."""
    template = _template()
    change(template)
    (tmp_path / "main.json").write_text(json.dumps(template), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    changed = told("main.json")
    monkeypatch.chdir(ROOT / "fixtures/estates/parity/directory-servers")
    found = list(apart(told("template"), changed))
    assert [text for text in found if text.startswith("thing")]
    assert [text for text in found if text.startswith("verdict") and rule in text]
