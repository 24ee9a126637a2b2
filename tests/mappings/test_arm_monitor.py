"""ARM: alerts in all their shapes, whom they reach, and the logs of a directory."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.arm_estates import deployed, estate, said

from sparekey.mappings.arm_monitor import RECEIVERS
from sparekey.mappings.azurerm_monitor import RECEIVERS as TERRAFORM_RECEIVERS

RULES, EXPORT, ACTIONS = (
    "Microsoft.Insights/scheduledQueryRules",
    "microsoft.aadiam/diagnosticSettings",
    "Microsoft.AlertsManagement/actionRules",
)


def one(tmp_path: Path, type_: str, properties: object, **more: object) -> dict[str, object]:
    (found,) = deployed(tmp_path, {"type": type_, "name": "n", "properties": properties, **more})
    return said(found)


@pytest.mark.parametrize(
    "written, known",
    [(True, True), ("true", True), ("False", False), ("yes", "?"), (None, "?"), ("[parameters('x')]", "?")],
)
def test_whether_an_alert_is_on_is_said_as_flag_or_word_and_never_assumed(tmp_path: Path, written: object, known: object) -> None:
    assert one(tmp_path, RULES, {"enabled": written, "criteria": {}})["enabled"] == known


@pytest.mark.parametrize(
    "more, lookback",
    [
        ({"overrideQueryTimeRange": "PT2H"}, 120),
        ({"criteria": {"allOf": [{"failingPeriods": {"numberOfEvaluationPeriods": 4}}]}}, 40),
        ({}, 10),
        ({"windowSize": "ten"}, "?"),
    ],
)
def test_how_far_an_alert_looks_back(tmp_path: Path, more: dict[str, object], lookback: object) -> None:
    assert one(tmp_path, RULES, {"windowSize": "PT10M", "criteria": {"allOf": [{}]}, **more})["lookback"] == lookback


def test_two_conditions_are_not_read_as_one(tmp_path: Path) -> None:
    found = one(tmp_path, RULES, {"criteria": {"allOf": [{"query": "a"}, {"query": "b"}]}})
    assert found["query"] == found["threshold"] == "?"


@pytest.mark.parametrize(
    "kind, properties",
    [
        ("LogToMetric", {"criteria": {}}),
        (None, {"source": {"query": "q"}, "action": {"odata.type": "Microsoft.A.B.LogToMetricAction"}}),
    ],
)
def test_a_rule_that_makes_metrics_raises_no_alert(tmp_path: Path, kind: object, properties: object) -> None:
    assert not deployed(tmp_path, {"type": RULES, "name": "n", "kind": kind, "properties": properties})


def test_a_rule_of_unknown_kind_is_only_possibly_an_alert(tmp_path: Path) -> None:
    (found,) = deployed(tmp_path, {"type": RULES, "name": "n", "kind": "[parameters('k')]", "properties": {"criteria": {}}})
    assert found.head.presence.answer == "maybe"


def test_the_preview_named_action_groups_one_by_one(tmp_path: Path) -> None:
    actions = [{"actionGroupId": "/a"}, {"actionGroupId": "[x]"}, {"webHookProperties": {}}]
    assert one(tmp_path, RULES, {"criteria": {}, "actions": actions})["action_groups"] == (["/a", "?"], False)
    assert one(tmp_path, RULES, {"criteria": {}, "actions": "[x]"})["action_groups"] == ([], True)
    assert one(tmp_path, RULES, {"criteria": {}})["action_groups"] == ([], False)


def test_a_metric_trigger_fires_when_nobody_knows(tmp_path: Path) -> None:
    trigger = {"thresholdOperator": "GreaterThan", "threshold": 1, "metricTrigger": {"metricColumn": "c"}}
    found = one(tmp_path, RULES, {"source": {"query": "q"}, "action": {"trigger": trigger}})
    assert (found["occurrences"], found["threshold"]) == ("?", 1)


def test_an_alert_leads_to_the_action_group_of_its_template(tmp_path: Path) -> None:
    group = {"type": "Microsoft.Insights/actionGroups", "name": "g", "properties": {"enabled": True}}
    named = "[resourceId('microsoft.insights/ActionGroups', 'g')]"
    rule = {"type": RULES, "name": "n", "properties": {"criteria": {}, "actions": {"actionGroups": [named]}}}
    found = estate(tmp_path, [group, rule])
    (alert,), (target,) = found.of("alert"), found.of("action_group")
    edges = found.linked(alert, "action_groups")
    assert [(edge.target, edge.certain) for edge in edges.members] == [(target.id, True)]
    assert edges.open is None


@pytest.mark.parametrize(
    "conditions, category",
    [
        ([{"field": "category", "equals": "Security"}], "Security"),
        ([{"field": "level", "equals": "Error"}], None),
        ([{"anyOf": [{"field": "category", "equals": "Security"}]}], "?"),
        ([{"field": "[x]", "equals": "Security"}], "?"),
        ("[x]", "?"),
    ],
)
def test_the_category_of_an_activity_alert(tmp_path: Path, conditions: object, category: object) -> None:
    found = one(tmp_path, "Microsoft.Insights/activityLogAlerts", {"condition": {"allOf": conditions}})
    assert found["category"] == category


def test_an_activity_alert_is_on_by_default(tmp_path: Path) -> None:
    kind = "Microsoft.Insights/activityLogAlerts"
    assert one(tmp_path, kind, {"condition": {"allOf": []}})["enabled"] is True
    assert one(tmp_path, kind, {"condition": {"allOf": []}, "enabled": False})["enabled"] is False
    assert one(tmp_path, kind, {"condition": {"allOf": []}, "enabled": "[x]"})["enabled"] == "?"
    assert one(tmp_path, "Microsoft.Insights/actionGroups", {})["enabled"] == "?"


def test_every_kind_of_receiver_counts(tmp_path: Path) -> None:
    assert tuple(RECEIVERS.values()) == TERRAFORM_RECEIVERS
    properties = {name: [{"name": "a"}] for name in RECEIVERS}
    found = one(tmp_path, "Microsoft.Insights/actionGroups", properties)
    assert found["receivers"] == (list(TERRAFORM_RECEIVERS), False)
    assert one(tmp_path, "Microsoft.Insights/actionGroups", {"smsReceivers": "[x]"})["receivers"] == ([], True)


@pytest.mark.parametrize(
    "properties, effects",
    [
        ({"actions": [{"actionType": "removeallactiongroups"}]}, {"suppress": "yes"}),
        ({"actions": [{"actionType": "AddActionGroups"}]}, {"notify": "yes"}),
        (
            {"actions": [{"actionType": "AddActionGroups"}, {"actionType": "RemoveAllActionGroups"}]},
            {"notify": "yes", "suppress": "yes"},
        ),
        ({"actions": [{"actionType": "CorrelateAlerts"}]}, {}),
        ({"actions": [{"actionType": "[x]"}]}, {"suppress": "maybe", "notify": "maybe"}),
        ({"actions": [{"actionType": "Other"}]}, {"suppress": "maybe", "notify": "maybe"}),
        ({"actions": "[x]"}, {"suppress": "maybe", "notify": "maybe"}),
        ({"type": "Suppression", "status": "Enabled"}, {"suppress": "yes"}),
        ({"type": "ActionGroup", "actionGroupId": "/g"}, {"notify": "yes"}),
        ({"type": "Diagnostics"}, {}),
    ],
)
def test_what_a_rule_does_to_raised_alerts(tmp_path: Path, properties: object, effects: dict[str, str]) -> None:
    found = deployed(tmp_path, {"type": ACTIONS, "name": "n", "properties": properties})
    assert {said(rule)["effect"]: rule.head.presence.answer for rule in found} == effects
    assert len({rule.id for rule in found}) == len(effects)


def test_a_rule_of_the_preview_says_by_its_status_whether_it_is_on(tmp_path: Path) -> None:
    assert one(tmp_path, ACTIONS, {"type": "Suppression", "status": "Disabled"})["enabled"] is False
    assert one(tmp_path, ACTIONS, {"type": "Suppression", "status": "Enabled"})["enabled"] is True
    assert one(tmp_path, ACTIONS, {"type": "Suppression", "status": "[x]"})["enabled"] == "?"


@pytest.mark.parametrize(
    "logs, categories",
    [
        ([{"category": "SignInLogs", "enabled": True}], (["SignInLogs"], False)),
        ([{"category": "SignInLogs", "enabled": False}], ([], False)),
        ([{"category": "SignInLogs"}], (["?"], False)),
        ([{"category": "SignInLogs", "enabled": "[x]"}], (["?"], False)),
        ([{"category": "[x]", "enabled": True}], (["?"], False)),
        ([{"categoryGroup": "allLogs", "enabled": True}], (["?"], False)),
        ("[x]", ([], True)),
        (None, ([], False)),
    ],
)
def test_the_logs_that_a_setting_exports(tmp_path: Path, logs: object, categories: object) -> None:
    assert one(tmp_path, EXPORT, {"logs": logs})["categories"] == categories


def test_every_destination_counts_once(tmp_path: Path) -> None:
    assert one(tmp_path, EXPORT, {"eventHubAuthorizationRuleId": "/e", "serviceBusRuleId": "/b"})["destinations"] == (
        ["event_hub"],
        False,
    )
    assert one(tmp_path, EXPORT, {"workspaceId": "[x]", "storageAccountId": "/s"})["destinations"] == (["?", "storage"], False)
    assert one(tmp_path, EXPORT, {})["destinations"] == ([], False)


def test_settings_of_a_single_resource_are_none_of_the_directory(tmp_path: Path) -> None:
    setting = {"type": "Microsoft.Insights/diagnosticSettings", "name": "n", "properties": {"logs": []}}
    assert not deployed(tmp_path, setting)


@pytest.mark.parametrize(
    "replication, copied",
    [
        ({"enabled": True, "location": "North Europe"}, "northeurope"),
        ({"enabled": False, "location": "North Europe"}, None),
        ({"location": "North Europe"}, None),
        ({"enabled": True}, "?"),
        ({"enabled": "[x]", "location": "North Europe"}, "?"),
        ("[x]", "?"),
        (None, None),
    ],
)
def test_where_a_workspace_is_copied_to(tmp_path: Path, replication: object, copied: object) -> None:
    found = one(tmp_path, "Microsoft.OperationalInsights/workspaces", {"replication": replication})
    assert found["copied_to"] == copied
