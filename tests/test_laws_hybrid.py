"""The laws of the product on hybrid estates: agents and servers by tag and script, synchronisation, federation."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sparekey.config import Config
from sparekey.model.span import Pointer
from sparekey.run import check
from tests.laws import Verdicts, attribute_paths, blank, law_apply, law_blanking, run_plan, verdicts
from tests.plans import Hidden, Item, Ref, plan

WORDS = ("pta_agent", "cloud_sync_agent", "sync_server", "adfs_server", "domain_controller", "domain_federation")
CONFIGS = st.sampled_from(
    [Config(), Config(complete={word: Pointer(file="sparekey.yaml", pointer=f"/complete/{word}") for word in WORDS})]
)
SCRIPTS = (
    "AADConnectAuthAgentSetup.exe /quiet",
    "Convert-MsolDomainToFederated -DomainName contoso.example",
    "Add-AdfsClaimsProviderTrust -Name Entra -MetadataUrl https://login.microsoftonline.com/x/metadata.xml",
    "hostname",
)
generated = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _marks(draw: st.DrawFn) -> dict[str, object]:
    role = draw(
        st.sampled_from(["pta-agent", "pta-agent", "cloud-sync-agent", "connect-sync", "connect-sync", "adfs", "adds-dc", None])
    )
    if role is None:
        return {}
    marks: dict[str, object] = {"sparekey-role": role}
    if role == "connect-sync":
        marks["sparekey-mode"] = draw(st.sampled_from(["active", "staging", Hidden("staging")]))
    if role in ("adfs", "adds-dc"):
        marks["sparekey-site"] = draw(st.sampled_from(["north", "north", "south", Hidden("north")]))
    if draw(st.integers(0, 5)) == 0:
        marks["sparekey-partial"] = "true"
    return marks


def _host(draw: st.DrawFn, number: int) -> Item:
    if draw(st.integers(0, 5)) == 0:
        values = {
            "name": f"s{number}",
            "location": "westeurope",
            "instances": draw(st.sampled_from([1, 3, Hidden(2)])),
            "zones": ["1", "2"],
        }
        return Item("azurerm_windows_virtual_machine_scale_set", f"s{number}", {**values, "tags": _marks(draw), "extension": []})
    return Item(
        "azurerm_windows_virtual_machine",
        f"m{number}",
        {
            "name": f"m{number}",
            "computer_name": f"m{number}",
            "location": draw(st.sampled_from(["westeurope", "westeurope", "northeurope"])),
            "zone": draw(st.sampled_from(["1", "1", "2", None, Hidden("1")])),
            "tags": _marks(draw),
            "custom_data": None,
            "user_data": None,
        },
    )


@st.composite
def hybrid(draw: st.DrawFn) -> list[Item]:
    """A small hybrid estate."""
    items = [_host(draw, n) for n in range(draw(st.integers(1, 5)))]
    machines = [item for item in items if item.type == "azurerm_windows_virtual_machine"]
    if draw(st.booleans()) and machines:
        values = {
            "name": "e",
            "virtual_machine_id": Ref(draw(st.sampled_from(machines)).address, "id"),
            "publisher": "Microsoft.Compute",
            "type": "CustomScriptExtension",
            "settings": f'{{"commandToExecute": "{"; ".join(draw(st.lists(st.sampled_from(SCRIPTS), min_size=1, max_size=2)))}"}}',
            "protected_settings": None,
        }
        items.append(Item("azurerm_virtual_machine_extension", "e", values))
    for number in range(draw(st.sampled_from([0, 1, 1, 1, 2]))):
        features = draw(
            st.sampled_from(
                [
                    {"passwordSyncEnabled": True},
                    {"passwordSyncEnabled": False},
                    {"passwordSyncEnabled": Hidden(True)},
                    {"passwordWritebackEnabled": True},
                ]
            )
        )
        url = f"directory/onPremisesSynchronization/{number}"
        items.append(
            Item("msgraph_update_resource", f"sync{number}", {"url": url, "api_version": "v1.0", "body": {"features": features}})
        )
    if draw(st.booleans()):
        issuer = draw(
            st.sampled_from(["http://contoso.example/adfs/services/trust", "http://www.okta.com/x", Hidden("http://x/adfs/y")])
        )
        body = {"displayName": "F", "issuerUri": issuer}
        url = "domains/contoso.example/federationConfiguration"
        items.append(Item("msgraph_resource", "f", {"url": url, "api_version": "v1.0", "body": body}))
    return items


@generated
@given(hybrid(), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=4), CONFIGS, st.booleans())
def test_law_1_hiding_a_value_only_makes_unknown(
    tmp_path: Path, items: list[Item], chosen: list[float], config: Config, applied: bool
) -> None:
    law_blanking(*_blanked(items, chosen, tmp_path, config, applied=applied))


def _blanked(
    items: Sequence[Item], chosen: Sequence[float], folder: Path, config: Config, *, applied: bool
) -> tuple[Verdicts, Verdicts]:
    document = plan(items, applied=applied)
    before = verdicts(run_plan(document, folder, config))
    for number in chosen:
        changes: list[Any] = list(document["resource_changes"])  # type: ignore[call-overload]
        places = [(i, path) for i, c in enumerate(changes) for path in attribute_paths(c["change"]["after"])]
        resource, path = places[int(number * len(places))]
        document = blank(document, resource, path)
    return before, verdicts(run_plan(document, folder, config))


@generated
@given(hybrid(), CONFIGS)
def test_law_3_the_first_plan_never_contradicts_the_second(tmp_path: Path, items: list[Item], config: Config) -> None:
    before, after = (verdicts(run_plan(plan(items, applied=applied), tmp_path, config)) for applied in (False, True))
    law_apply(before, after)


@generated
@given(hybrid(), CONFIGS, st.randoms(use_true_random=False))
def test_law_5_order_changes_nothing(tmp_path: Path, items: list[Item], config: Config, chance: random.Random) -> None:
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert verdicts(run_plan(plan(items), tmp_path, config)) == verdicts(run_plan(plan(shuffled), tmp_path, config))


@generated
@given(hybrid(), hybrid(), CONFIGS)
def test_law_7_a_second_deployment_never_turns_fail_or_unknown_into_pass(
    tmp_path: Path, items: list[Item], others: list[Item], config: Config
) -> None:
    alone = verdicts(run_plan(plan(items), tmp_path, config))
    second = tmp_path / "second"
    second.mkdir(exist_ok=True)
    renamed = [
        Item(
            o.type, f"{o.name}x", {**o.values, **({"virtual_machine_id": _moved(o)} if "virtual_machine_id" in o.values else {})}
        )
        for o in others
    ]
    both = _beside(tmp_path, plan(items), plan(renamed), config)
    for key, verdict in both.items():
        if verdict == "pass" and key in alone:
            assert alone[key] == "pass", f"{key}: {alone[key]} became pass"


def _moved(item: Item) -> Ref:
    target = item.values["virtual_machine_id"]
    assert isinstance(target, Ref)
    return Ref(f"{target.to}x", target.attribute)


def _beside(folder: Path, first: dict[str, object], second: dict[str, object], config: Config) -> Verdicts:
    """The verdicts about the first plan, with the second one beside it."""
    (folder / "plan.json").write_text(json.dumps(first), encoding="utf-8")
    (folder / "second" / "plan.json").write_text(json.dumps(second), encoding="utf-8")
    run = check([folder], config)
    return {(o.rule, f.subject): f.verdict for o in run.outcomes for f in o.findings if f.deployment == "plan.json"}


@pytest.mark.parametrize("verdict", ["fail", "pass", "unknown"])
def test_the_generator_yields_every_verdict(tmp_path: Path, verdict: str) -> None:
    """Of the hybrid rules: at least a tenth each, or the laws would be about nothing."""
    seen: Counter[str] = Counter()

    @generated
    @given(hybrid(), CONFIGS)
    def count(items: list[Item], config: Config) -> None:
        run = run_plan(plan(items), tmp_path, config)
        seen.update(f.verdict for o in run.outcomes if o.category == "hybrid" for f in o.findings)
        assert not [o for o in run.outcomes if o.error]

    count()
    judged = sum(seen[v] for v in ("fail", "pass", "unknown"))
    assert judged > 200
    assert seen[verdict] / judged >= 0.1, seen
