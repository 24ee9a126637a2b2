"""azurerm: log exports, alerts and action groups, in every spelling that the provider's majors know."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.azure_estates import Hidden, Written, declaration

from sparekey.mappings.azurerm_monitor import MAPPING, RECEIVERS
from sparekey.model.kinds.monitoring import ActionGroup, Alert, LogExport
from sparekey.model.resource import Resource
from sparekey.model.value import Known, Number, Text, Unknown, ValueSet

EXPORT = "azurerm_monitor_aad_diagnostic_setting"
V2 = "azurerm_monitor_scheduled_query_rules_alert_v2"
V1 = "azurerm_monitor_scheduled_query_rules_alert"


def mapped(type_: str, values: dict[str, object], *, mode: str = "managed") -> Resource:
    (found,) = MAPPING.mappers[type_](declaration(Written(type_, "x", values, mode=mode)))
    return found


def alert(type_: str, values: Mapping[str, object]) -> Alert:
    found = mapped(type_, dict(values))
    assert isinstance(found, Alert)
    return found


def words(values: ValueSet[str]) -> list[str | None]:
    """The members; None for an unknown one."""
    return [member.value if isinstance(member, Known) else None for member in values.members]


def known(value: Text | Number) -> object:
    assert isinstance(value, Known)
    return value.value


def export(**values: object) -> LogExport:
    found = mapped(EXPORT, {"name": "e", **values})
    assert isinstance(found, LogExport)
    return found


@pytest.mark.parametrize(
    "values,categories",
    [
        ({"enabled_log": [{"category": "SignInLogs"}, {"category": "AuditLogs"}]}, ["SignInLogs", "AuditLogs"]),
        ({"log": [{"category": "SignInLogs"}, {"category": "AuditLogs", "enabled": False}]}, ["SignInLogs"]),
        ({"log": [{"category": "SignInLogs", "enabled": True}], "enabled_log": []}, ["SignInLogs"]),
        ({"log": [{"category": "SignInLogs", "enabled": Hidden()}]}, [None]),
        ({"log": [{"category": Hidden(), "enabled": False}]}, []),
        ({"enabled_log": [{"category": Hidden()}]}, [None]),
        ({}, []),
    ],
)
def test_both_spellings_of_an_exported_log(values: dict[str, object], categories: list[str | None]) -> None:
    found = export(**values)
    assert words(found.categories) == categories
    assert found.categories.open is None


def test_a_list_of_logs_that_cannot_be_read_is_open() -> None:
    assert export(enabled_log=Hidden()).categories.open is not None
    assert export(log=Hidden(), enabled_log=[]).categories.open is not None


def test_every_destination_counts() -> None:
    found = export(log_analytics_workspace_id=Hidden(), storage_account_id="/s", eventhub_authorization_rule_id="")
    assert words(found.destinations) == [None, "storage"]
    assert words(export(eventhub_authorization_rule_id="/e").destinations) == ["event_hub"]
    assert export().destinations.members == ()


def test_an_alert_of_the_second_version() -> None:
    criteria = {"query": "SigninLogs", "operator": "GreaterThan", "threshold": 0, "time_aggregation_method": "Count"}
    values = {
        "name": "a",
        "evaluation_frequency": "PT1H",
        "window_duration": "P1DT2H",
        "criteria": [criteria],
        "action": [{"action_groups": ["/g"]}],
    }
    found = alert(V2, values)
    assert known(found.query) == "SigninLogs"
    assert known(found.frequency) == 60
    assert known(found.lookback) == 26 * 60
    assert known(found.occurrences) == 1
    assert isinstance(found.enabled, Known)
    assert found.enabled.value is True
    assert words(found.action_groups.values) == ["/g"]
    assert not found.dimensions.members


@pytest.mark.parametrize(
    "extra,lookback",
    [
        ({"query_time_range_override": "PT2H"}, 120),
        ({"criteria": [{"failing_periods": [{"number_of_evaluation_periods": 4}]}]}, 40),
        ({"window_duration": "PT15M"}, 15),
    ],
)
def test_how_far_an_alert_looks_back(extra: dict[str, object], lookback: int) -> None:
    assert known(alert(V2, {"window_duration": "PT10M", "criteria": [{}], **extra}).lookback) == lookback


@pytest.mark.parametrize("odd", ["10 minutes", "P", "PT", "PT1H30", "P1Y", "PT5S", "P99999999999D", ""])
def test_a_time_that_is_no_duration_is_not_known(odd: str) -> None:
    assert isinstance(alert(V2, {"evaluation_frequency": odd, "criteria": [{}]}).frequency, Unknown)


def test_two_conditions_are_not_read_as_one() -> None:
    found = alert(V2, {"criteria": [{"query": "SigninLogs"}, {"query": "AuditLogs"}]})
    assert isinstance(found.query, Unknown)


def test_a_dimension_leaves_out_unless_it_takes_every_value() -> None:
    every = {"name": "AppId", "operator": "Include", "values": ["*"]}
    some = {"name": "UserId", "operator": "Include", "values": ["x"]}
    found = alert(V2, {"criteria": [{"dimension": [every, some]}]})
    assert words(found.dimensions) == ["UserId"]


def test_without_an_action_block_there_are_no_action_groups() -> None:
    without: tuple[dict[str, object], ...] = ({}, {"action": []}, {"action": None})
    for values in without:
        links = alert(V2, {"criteria": [{}], **values}).action_groups
        assert (links.values.members, links.values.open) == ((), None)
    assert alert(V2, {"criteria": [{}], "action": Hidden()}).action_groups.values.open is not None


def test_an_alert_of_the_first_version() -> None:
    trigger = {"operator": "GreaterThan", "threshold": 0, "metric_trigger": []}
    values = {
        "query": "SigninLogs",
        "frequency": 5,
        "time_window": 30,
        "trigger": [trigger],
        "action": [{"action_group": ["/g"]}],
    }
    found = alert(V1, values)
    assert known(found.operator) == "GreaterThan"
    assert known(found.threshold) == 0
    assert known(found.aggregation) == "Count"
    assert (known(found.frequency), known(found.lookback), known(found.occurrences)) == (5, 30, 1)
    assert words(found.action_groups.values) == ["/g"]
    metric = alert(V1, {**values, "trigger": [{**trigger, "metric_trigger": [{"operator": "GreaterThan", "threshold": 3}]}]})
    assert isinstance(metric.occurrences, Unknown)
    assert known(alert(V1, {**values, "query_type": "Number"}).aggregation) == "Number"


def test_an_activity_alert_reads_no_logs() -> None:
    values = {"criteria": [{"category": "ServiceHealth"}], "action": [{"action_group_id": "/g"}, {"action_group_id": Hidden()}]}
    found = alert("azurerm_monitor_activity_log_alert", values)
    assert known(found.source) == "activity"
    assert known(found.category) == "ServiceHealth"
    assert known(found.query) is None
    assert words(found.action_groups.values) == ["/g", None]


@pytest.mark.parametrize("type_", ["azurerm_sentinel_alert_rule_scheduled", "azurerm_sentinel_alert_rule_nrt"])
def test_whom_an_analytics_rule_reaches_is_open(type_: str) -> None:
    found = alert(type_, {"display_name": "d", "query": "SigninLogs"})
    assert found.action_groups.values.open is not None
    assert (known(found.operator), known(found.threshold)) == ("GreaterThan", 0)
    assert known(found.frequency) == (1 if type_.endswith("nrt") else 300)


def test_every_kind_of_receiver_counts() -> None:
    values: dict[str, object] = {f"{kind}_receiver": [{"name": "a"}] for kind in RECEIVERS}
    found = mapped("azurerm_monitor_action_group", {**values, "email_receiver": [{"name": "a"}, {"name": "b"}]})
    assert isinstance(found, ActionGroup)
    assert sorted(str(word) for word in words(found.receivers)) == sorted([*RECEIVERS, "email"])
    assert isinstance(found.enabled, Known)
    assert found.enabled.value is True


def test_of_a_group_that_is_looked_up_nothing_is_taken_for_a_default() -> None:
    found = mapped("azurerm_monitor_action_group", {"name": "g"}, mode="data")
    assert isinstance(found, ActionGroup)
    assert isinstance(found.enabled, Unknown)
    assert found.head.looked_up
