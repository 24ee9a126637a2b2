"""Alerts, log exports and vaults: the laws on generated plans, then each way in which an alert can fall short."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.laws import Verdicts, attribute_paths, blank, law_apply, law_blanking, run_plan, verdicts
from tests.monitored import account, alert, by_id, by_name, export, group, monitored, to, vault
from tests.plans import Hidden, Item, plan

from sparekey.config import Config
from sparekey.model.span import Pointer
from sparekey.run import check

AT = Pointer(file="sparekey.yaml", pointer="")
CLOSED = Config(complete={"alert": AT, "log_export": AT})
CONFIGS = st.sampled_from([Config(), CLOSED, CLOSED])
RULES = {"emergency-sign-in-not-alerted", "sign-in-logs-not-exported", "vault-not-recoverable"}
generated = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def judged(items: Sequence[Item], folder: Path, config: Config, *, applied: bool = False) -> Verdicts:
    """What the three rules say of a plan."""
    return mine(verdicts(run_plan(plan(items, applied=applied), folder, config)))


def mine(found: Mapping[tuple[str, str], str]) -> Verdicts:
    """The verdicts of the three rules."""
    return {key: verdict for key, verdict in found.items() if key[0] in RULES}


# --- laws ----------------------------------------------------------------------------------------------------------------


def test_the_generator_yields_every_verdict_of_every_rule(tmp_path: Path) -> None:
    seen: dict[str, Counter[str]] = {rule: Counter() for rule in RULES}

    @generated
    @given(monitored(), CONFIGS, st.booleans())
    def count(items: list[Item], config: Config, applied: bool) -> None:
        for (rule, _), verdict in judged(items, tmp_path, config, applied=applied).items():
            seen[rule][verdict] += 1

    count()
    for rule, verdicts_ in seen.items():
        assert {"fail", "pass"} <= verdicts_.keys(), rule
        assert verdicts_["unknown"], rule
        assert not verdicts_["error"], rule


@generated
@given(monitored(), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=4), CONFIGS, st.booleans())
def test_law_1_hiding_a_value_only_makes_unknown(
    tmp_path: Path,
    items: list[Item],
    chosen: list[float],
    config: Config,
    applied: bool,
) -> None:
    document = plan(items, applied=applied)
    before = mine(verdicts(run_plan(document, tmp_path, config)))
    for number in chosen:
        changes = document["resource_changes"]
        assert isinstance(changes, list)
        places = [(i, path) for i, c in enumerate(changes) for path in attribute_paths(c["change"]["after"])]
        document = blank(document, *places[int(number * len(places))])
    law_blanking(before, mine(verdicts(run_plan(document, tmp_path, config))))


@generated
@given(monitored(), CONFIGS)
def test_law_3_the_first_plan_never_contradicts_the_second(tmp_path: Path, items: list[Item], config: Config) -> None:
    law_apply(judged(items, tmp_path, config), judged(items, tmp_path, config, applied=True))


@generated
@given(monitored(), CONFIGS, st.randoms(use_true_random=False))
def test_law_5_order_changes_nothing(tmp_path: Path, items: list[Item], config: Config, chance: random.Random) -> None:
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert judged(items, tmp_path, config) == judged(shuffled, tmp_path, config)


@generated
@given(monitored(), monitored(), CONFIGS)
def test_law_7_a_second_deployment_gives_no_pass(tmp_path: Path, items: list[Item], others: list[Item], config: Config) -> None:
    first = judged(items, tmp_path, config)
    second = tmp_path / "second"
    second.mkdir(exist_ok=True)
    run_plan(plan(others), second, config)
    both = check([tmp_path / "plan.json", second / "plan.json"], config)
    beside = {(o.rule, f.subject): f.verdict for o in both.outcomes for f in o.findings if not f.deployment.startswith("second")}
    for key, verdict in mine(beside).items():
        assert verdict in (first[key], "unknown")


# --- alerts --------------------------------------------------------------------------------------------------------------

SUBJECT = ("emergency-sign-in-not-alerted", "emergency_account/azuread_user.bg1")
G = group()


def reported(folder: Path, *items: Item, config: Config = CLOSED, applied: bool = False) -> str:
    return judged([account(), *items], folder, config, applied=applied)[SUBJECT]


def test_a_whole_alert_reports(tmp_path: Path) -> None:
    assert reported(tmp_path, G, alert(by_name(1), groups=(to(),))) == "pass"


@pytest.mark.parametrize(
    "items",
    [
        [],
        [G, alert(by_name(2), groups=(to(),))],
        [G, alert(by_name(1), groups=(to(),), enabled=False)],
        [G, alert(by_name(1), groups=(to(),), threshold=1)],
        [G, alert(by_name(1), groups=(to(),), window_duration="PT1M")],
        [G, alert(by_name(1))],
        [G, alert(by_name(1), action=[])],
        [group(enabled=False), alert(by_name(1), groups=(to(),))],
        [group(receivers=0), alert(by_name(1), groups=(to(),))],
        [G, alert(by_name(1), "broken", groups=(to(),), enabled=False), alert("AuditLogs", "other", groups=(to(),))],
        [
            G,
            alert(
                by_name(1),
                groups=(to(),),
                criteria=[{"query": by_name(1), "operator": "LessThan", "threshold": 1, "time_aggregation_method": "Count"}],
            ),
        ],
        [
            G,
            alert(
                by_name(1),
                groups=(to(),),
                criteria=[
                    {
                        "query": by_name(1),
                        "operator": "GreaterThan",
                        "threshold": 0,
                        "time_aggregation_method": "Count",
                        "failing_periods": [{"minimum_failing_periods_to_trigger_alert": 2, "number_of_evaluation_periods": 2}],
                    }
                ],
            ),
        ],
    ],
)
def test_an_alert_that_falls_short_does_not(tmp_path: Path, items: list[Item]) -> None:
    assert reported(tmp_path, *items) == "fail"
    assert reported(tmp_path, *items, config=Config()) == "unknown"


@pytest.mark.parametrize(
    "items",
    [
        [G, alert(by_id(1), groups=(to(),))],
        [G, alert(by_name(1), groups=Hidden([]))],
        [G, alert(by_name(1), groups=("/subscriptions/0/actionGroups/elsewhere",))],
        [G, alert(by_name(1), groups=(to(),), enabled=Hidden(value=True))],
        [G, alert(by_name(1), groups=(to(),), evaluation_frequency="every now and then")],
        [
            G,
            alert(
                by_name(1),
                groups=(to(),),
                criteria=[
                    {
                        "query": by_name(1),
                        "operator": "GreaterThan",
                        "threshold": 0,
                        "time_aggregation_method": "Count",
                        "dimension": [{"name": "AppId", "operator": "Include", "values": ["x"]}],
                    }
                ],
            ),
        ],
        [
            G,
            alert(
                by_name(1),
                groups=(to(),),
                criteria=[{"query": by_name(1), "operator": "GreaterThan", "threshold": 0, "time_aggregation_method": "Average"}],
            ),
        ],
    ],
)
def test_an_alert_that_cannot_be_read_is_unknown(tmp_path: Path, items: list[Item]) -> None:
    assert reported(tmp_path, *items) == "unknown"


def test_a_query_by_object_id_is_decided_by_the_apply(tmp_path: Path) -> None:
    items = [G, alert(by_id(1), groups=(to(),))]
    assert reported(tmp_path, *items) == "unknown"
    assert reported(tmp_path, *items, applied=True) == "pass"


@pytest.mark.parametrize(
    "type_", ["azurerm_monitor_alert_processing_rule_suppression", "azurerm_monitor_action_rule_suppression"]
)
def test_a_rule_that_may_silence_an_alert_leaves_it_open(tmp_path: Path, type_: str) -> None:
    items = [G, alert(by_name(1), groups=(to(),))]
    assert reported(tmp_path, *items, Item(type_, "night", {"name": "night", "enabled": True})) == "unknown"
    assert reported(tmp_path, *items, Item(type_, "night", {"name": "night", "enabled": Hidden(value=False)})) == "unknown"
    assert reported(tmp_path, *items, Item(type_, "night", {"name": "night", "enabled": False})) == "pass"


def test_a_rule_that_may_send_an_alert_to_somebody_leaves_it_open(tmp_path: Path) -> None:
    rule = Item("azurerm_monitor_alert_processing_rule_action_group", "all", {"name": "all", "enabled": True})
    assert reported(tmp_path, alert(by_name(1)), rule) == "unknown"
    assert reported(tmp_path, alert(by_name(2)), rule) == "fail"


def test_one_action_group_that_works_is_enough(tmp_path: Path) -> None:
    items = [G, group("off", enabled=False), alert(by_name(1), groups=(to("off"), to()))]
    assert reported(tmp_path, *items, applied=True) == "pass"


def test_several_periods_reach_farther_back(tmp_path: Path) -> None:
    criteria = {
        "query": by_name(1),
        "operator": "GreaterThanOrEqual",
        "threshold": 1,
        "time_aggregation_method": "Count",
        "failing_periods": [{"minimum_failing_periods_to_trigger_alert": 1, "number_of_evaluation_periods": 3}],
    }
    short = alert(by_name(1), groups=(to(),), criteria=[criteria], evaluation_frequency="PT15M")
    assert reported(tmp_path, G, short) == "pass"
    longer = alert(by_name(1), groups=(to(),), evaluation_frequency="PT1H", query_time_range_override="P1D")
    assert reported(tmp_path, G, longer) == "pass"


def test_an_alert_of_another_deployment_reopens_the_complete_ones(tmp_path: Path) -> None:
    second = tmp_path / "second"
    second.mkdir()
    run_plan(plan([account()]), tmp_path, CLOSED)
    run_plan(plan([G, alert(by_name(1), groups=(to(),))]), second, CLOSED)
    both = check([tmp_path / "plan.json", second / "plan.json"], CLOSED)
    assert verdicts(both)[SUBJECT] == "unknown"


# --- log exports ---------------------------------------------------------------------------------------------------------

LOGS = ("sign-in-logs-not-exported", "tenant")


@pytest.mark.parametrize(
    "items,verdict",
    [
        ([export("SignInLogs", "AuditLogs")], "pass"),
        ([export("signinlogs", "auditlogs")], "pass"),
        ([export("SignInLogs", name="one"), export("AuditLogs", name="two")], "pass"),
        ([export("SignInLogs")], "fail"),
        ([export("AuditLogs", "NonInteractiveUserSignInLogs")], "fail"),
        ([export("SignInLogs", "AuditLogs", storage_account_id=None)], "fail"),
        ([export("SignInLogs", "AuditLogs", storage_account_id=Hidden("/x"))], "pass"),
        ([export("SignInLogs", Hidden("AuditLogs"))], "unknown"),
        ([export("SignInLogs", "AuditLogs", enabled_log=Hidden([]))], "unknown"),
        ([export(enabled_log=[], log=[{"category": c, "enabled": True} for c in ("SignInLogs", "AuditLogs")])], "pass"),
        ([export(enabled_log=[], log=[{"category": c, "enabled": c < "B"} for c in ("SignInLogs", "AuditLogs")])], "fail"),
        (
            [export(enabled_log=[], log=[{"category": c, "enabled": Hidden(value=True)} for c in ("SignInLogs", "AuditLogs")])],
            "unknown",
        ),
    ],
)
def test_the_logs_that_leave_the_directory(tmp_path: Path, items: list[Item], verdict: str) -> None:
    assert judged(items, tmp_path, CLOSED)[LOGS] == verdict
    if verdict == "fail":
        assert judged(items, tmp_path, Config())[LOGS] == "unknown"


def test_an_estate_without_a_directory_is_not_asked(tmp_path: Path) -> None:
    assert LOGS not in judged([vault()], tmp_path, CLOSED)


# --- vaults --------------------------------------------------------------------------------------------------------------


def test_a_vault_is_judged_without_anything_in_it(tmp_path: Path) -> None:
    run = run_plan(plan([vault(), vault(purge=True, name="w"), vault(purge=Hidden(value=True), name="x")]), tmp_path)
    found = {f.subject: (f.verdict, f.severity) for o in run.outcomes if o.rule == "vault-not-recoverable" for f in o.findings}
    assert found == {
        "azurerm_key_vault.v": ("fail", "medium"),
        "azurerm_key_vault.w": ("pass", "high"),
        "azurerm_key_vault.x": ("unknown", "medium"),
    }


@pytest.mark.parametrize("action,verdict", [("forget", "unknown"), ("delete", "fail")])
def test_an_alert_and_an_export_that_are_only_forgotten_may_still_work(tmp_path: Path, action: str, verdict: str) -> None:
    kept = [account(1), group()]
    gone = [alert(by_name(1), groups=(to(),)), export("SignInLogs", "AuditLogs")]
    before, after = (plan(items, applied=True) for items in ([*kept, *gone], kept))
    for change in before["resource_changes"]:  # type: ignore[attr-defined]
        if change["address"] in {item.address for item in gone}:
            held = change["change"]
            change["change"] = {**held, "actions": [action], "before": held["after"], "after": None}
    found = mine(verdicts(run_plan({**after, "resource_changes": before["resource_changes"]}, tmp_path, CLOSED)))
    assert set(found.values()) == {verdict}


def _beside_the_accounts(tmp_path: Path, name: str, text: str) -> tuple[str, str]:
    """What is said of the log exports and of the alert on an account, with one more file there."""
    (tmp_path / "plan.json").write_text(json.dumps(plan([account(1)])), encoding="utf-8")
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = mine(verdicts(check([tmp_path], CLOSED)))
    (alert_,) = (verdict for (rule, _), verdict in found.items() if rule == "emergency-sign-in-not-alerted")
    return found["sign-in-logs-not-exported", "tenant"], alert_


@pytest.mark.parametrize(
    "type_,said",
    [
        ("Microsoft.SecurityInsights/alertRules", ("fail", "unknown")),
        ("Microsoft.Storage/storageAccounts", ("fail", "fail")),
        ("microsoft.aadiam/diagnosticSettings", ("fail", "fail")),
    ],
)
def test_what_nobody_reads_may_be_one_of_all(tmp_path: Path, type_: str, said: tuple[str, str]) -> None:
    """`complete` says that the files hold all; in a type that nobody reads one may be all the same. A setting that is read sends nothing."""
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    resources = [{"type": type_, "apiVersion": "2017-04-01", "name": "x", "properties": {"logs": []}}]
    text = json.dumps({"$schema": schema, "contentVersion": "1.0.0.0", "resources": resources})
    assert _beside_the_accounts(tmp_path, "logs.json", text) == said


def test_what_deploys_anything_may_deploy_one(tmp_path: Path) -> None:
    block = (
        'resource "azurerm_tenant_template_deployment" "x" {\n  name             = "x"\n  location         = "westeurope"\n}\n'
    )
    folder = tmp_path / "more"
    folder.mkdir()
    assert _beside_the_accounts(tmp_path, "more/main.tf", block) == ("unknown", "unknown")
