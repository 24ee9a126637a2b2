"""The laws over whole runs of hybrid estates: places hidden, plans applied, a second deployment beside."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.laws import Verdicts, attribute_paths, blank, law_apply, law_apply_equal, law_blanking, run_plan, verdicts
from tests.plans import Hidden, Item, Ref, plan

from sparekey.config import Config
from sparekey.model.span import Pointer
from sparekey.run import check

AT = Pointer(file="sparekey.yaml", pointer="")
CONFIGS = st.sampled_from(
    [Config(), Config(complete=dict.fromkeys(("agent", "connector", "domain_federation", "emergency_account"), AT))]
)
SETS = (Item("azurerm_availability_set", "s0", {"name": "s0"}), Item("azurerm_availability_set", "s1", {"name": "s1"}))
generated = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _machine(draw: st.DrawFn, number: int, *, hidden: bool) -> Item:
    role = draw(st.sampled_from(["connector", "connector", "pta-agent", "pta-agent", "adds-dc", "adfs", "connect-sync", None]))
    marks = {} if role is None else {"sparekey-role": role}
    if role and draw(st.integers(0, 3)) == 0:
        marks["sparekey-site"] = draw(st.sampled_from(["hq", "branch"]))
    places: list[dict[str, object]] = [
        {"zone": "1", "availability_set_id": None},
        {"zone": "1", "availability_set_id": None},
        {"zone": "2", "availability_set_id": None},
        {"zone": None, "availability_set_id": Ref(SETS[0].address, "id")},
        {"zone": None, "availability_set_id": Ref(SETS[1].address, "id")},
        {"zone": None, "availability_set_id": None},
    ]
    if hidden:
        places.append({"zone": Hidden("1"), "availability_set_id": None})
        places.append({"zone": None, "availability_set_id": Hidden(Ref(SETS[0].address, "id"))})
    return Item(
        "azurerm_windows_virtual_machine",
        f"m{number}",
        {
            "name": f"m{number}",
            "computer_name": f"m{number}",
            "location": draw(st.sampled_from(["westeurope", "westeurope", "northeurope"])),
            "tags": marks,
            "custom_data": None,
            "user_data": None,
            **draw(st.sampled_from(places)),
        },
    )


@st.composite
def hybrids(draw: st.DrawFn, *, hidden: bool = True) -> list[Item]:
    """Machines of every role here and there, with or without a synchronisation and a federated domain."""
    found = [*SETS, *(_machine(draw, n, hidden=hidden) for n in range(draw(st.integers(1, 5))))]
    if draw(st.booleans()):
        hashes: object = draw(st.sampled_from([True, False]))
        if hidden and draw(st.integers(0, 3)) == 0:
            hashes = Hidden(hashes)
        features = {"features": {"passwordSyncEnabled": hashes}}
        found.append(Item("msgraph_update_resource", "sync", {"url": "directory/onPremisesSynchronization/x", "body": features}))
    if draw(st.booleans()):
        issuer = draw(st.sampled_from(["http://sts.x.org/adfs/services/trust", "http://www.okta.com/exk1", "urn:x"]))
        body = {"displayName": "x", "issuerUri": issuer, "signingCertificate": "MII"}
        url = "domains/x.org/federationConfiguration"
        found.append(Item("msgraph_resource", "federation", {"url": url, "body": body}))
    return found


@generated
@given(hybrids(), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=3), CONFIGS, st.booleans())
def test_law_1_hiding_a_value_only_makes_unknown(
    tmp_path: Path, items: list[Item], chosen: list[float], config: Config, applied: bool
) -> None:
    document = plan(items, applied=applied)
    before = verdicts(run_plan(document, tmp_path, config))
    for number in chosen:
        changes: list[Any] = list(document["resource_changes"])  # type: ignore[call-overload]
        places = [(i, path) for i, c in enumerate(changes) for path in attribute_paths(c["change"]["after"])]
        resource, path = places[int(number * len(places))]
        document = blank(document, resource, path)
    law_blanking(before, verdicts(run_plan(document, tmp_path, config)))


@generated
@given(hybrids(), CONFIGS)
def test_law_3_the_first_plan_never_contradicts_the_second(tmp_path: Path, items: list[Item], config: Config) -> None:
    before = verdicts(run_plan(plan(items), tmp_path, config))
    law_apply(before, verdicts(run_plan(plan(items, applied=True), tmp_path, config)))


@generated
@given(hybrids(hidden=False), CONFIGS)
def test_law_3_where_only_ids_were_unknown_nothing_changes(tmp_path: Path, items: list[Item], config: Config) -> None:
    before = verdicts(run_plan(plan(items), tmp_path, config))
    law_apply_equal(before, verdicts(run_plan(plan(items, applied=True), tmp_path, config)))


@generated
@given(hybrids(), hybrids(), CONFIGS)
def test_law_7_a_second_deployment_gives_no_pass(tmp_path: Path, items: list[Item], others: list[Item], config: Config) -> None:
    alone = verdicts(run_plan(plan(items), tmp_path, config))
    (tmp_path / "other").mkdir(exist_ok=True)
    (tmp_path / "other" / "beside.json").write_text(json.dumps(plan(others)), encoding="utf-8")
    both = _of(check([tmp_path / "plan.json", tmp_path / "other" / "beside.json"], config), "plan.json")
    assert bool(both) == bool(alone)
    for key, verdict in alone.items():
        if verdict in ("fail", "unknown"):
            assert both.get(key) != "pass", key


def _of(run: Any, deployment: str) -> Verdicts:
    return {
        (outcome.rule, finding.subject): finding.verdict
        for outcome in run.outcomes
        for finding in outcome.findings
        if finding.deployment == deployment
    }


def test_the_generator_yields_every_verdict_of_the_rules_about_paths(tmp_path: Path) -> None:
    seen: Counter[tuple[str, str]] = Counter()

    @generated
    @given(hybrids(), CONFIGS)
    def count(items: list[Item], config: Config) -> None:
        seen.update((rule, verdict) for (rule, _), verdict in verdicts(run_plan(plan(items), tmp_path, config)).items())

    count()
    for rule in ("connectors-share-failure-domain", "single-on-premises-dependency", "sign-in-single-region"):
        judged = {verdict: seen[rule, verdict] for verdict in ("fail", "pass", "unknown")}
        assert all(judged.values()), (rule, judged)
