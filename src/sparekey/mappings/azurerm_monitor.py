"""azurerm: what is exported from a directory's logs, which alerts look at logs, and whom they reach.

Attribute names and defaults are those of the provider's documentation, majors 2 to 5; both majors' names are read where they differ
(`log` and `enabled_log`, the query rule and its second version).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from sparekey.mappings.alert_parts import ACTION_GROUPS, action_groups, activity, dimensions, minutes, nothing, said, times
from sparekey.mappings.azuread import created, head_of
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.monitoring import ActionGroup, Alert, AlertProcessing, LogExport
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import Blocks, Body, Known, Links, Number, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azurerm")

DESTINATIONS: Final = (
    ("log_analytics_workspace_id", "workspace"),
    ("storage_account_id", "storage"),
    ("eventhub_authorization_rule_id", "event_hub"),
)
RECEIVERS: Final = (
    "arm_role",
    "automation_runbook",
    "azure_app_push",
    "azure_function",
    "email",
    "event_hub",
    "itsm",
    "logic_app",
    "sms",
    "voice",
    "webhook",
)
"""Kinds of receivers; the block of each is called so, with `_receiver` behind it."""


def _id(body: Body) -> tuple[Key, ...]:
    return (Key(space="arm_id", attribute="id", value=body.text("id")),)


# --- logs of the directory ---------------------------------------------------------------------------------------------


@MAPPING.maps("azurerm_monitor_aad_diagnostic_setting")
def directory_log_export(declaration: Declaration) -> Iterator[Resource]:
    """A diagnostic setting of the directory. A `log` block (majors 2 and 3) can be off; an `enabled_log` block is on."""
    body = declaration.body
    enabled, logs = body.blocks("enabled_log"), body.blocks("log")
    # Of two spellings of one thing, the one that is not written is filled in by the provider from the other.
    if enabled.members and _filled_in(logs, declaration):
        logs = Blocks(members=(), at=logs.at)
    elif logs.members and _filled_in(enabled, declaration):
        enabled = Blocks(members=(), at=enabled.at)
    members = (*_categories(enabled), *_categories(logs))
    at = enabled.at if enabled.members or enabled.open else logs.at
    yield LogExport(
        head=declaration.head,
        name=body.text("name"),
        keys=_id(body),
        categories=ValueSet(members=members, at=at, open=enabled.open or logs.open),
        destinations=_destinations(body, declaration.head.at),
    )


def _filled_in(blocks: Blocks, declaration: Declaration) -> bool:
    return blocks.open is not None and blocks.open.unwritten and created(declaration)


def _categories(blocks: Blocks) -> Iterable[Known[str] | Unknown]:
    for block in blocks:
        category, on = block.text("category"), block.flag("enabled", default=True)
        if isinstance(on, Known) and not on.value:
            continue
        if isinstance(on, Unknown) and isinstance(category, Known):
            yield replace(on, reason=f"is the log category {category.value} exported?")
        elif isinstance(category, Unknown):
            yield category
        elif category.value:
            yield Known(value=category.value, at=category.at, origin=category.origin)


def _destinations(body: Body, at: Place) -> ValueSet[str]:
    members: list[Known[str] | Unknown] = []
    for attribute, word in DESTINATIONS:
        found = body.text(attribute)
        if isinstance(found, Unknown):
            members.append(found)
        elif found.value:
            members.append(Known(value=word, at=found.at))
    return ValueSet(members=tuple(members), at=at)


# --- alerts ------------------------------------------------------------------------------------------------------------


@MAPPING.maps("azurerm_monitor_scheduled_query_rules_alert_v2")
def query_alert(declaration: Declaration) -> Iterator[Resource]:
    """A log alert. On by default; looks back one window, and fires at the first look that meets the condition."""
    body, at = declaration.body, declaration.head.at
    periods = body.number("criteria", "failing_periods", "number_of_evaluation_periods", default=1)
    override = body.text("query_time_range_override")
    window = times(minutes(body.text("window_duration")), periods)
    yield Alert(
        head=declaration.head,
        name=body.text("name"),
        keys=_id(body),
        source=said("logs", at),
        category=nothing(at),
        enabled=body.flag("enabled", default=True),
        query=body.text("criteria", "query"),
        operator=body.text("criteria", "operator"),
        threshold=body.number("criteria", "threshold"),
        aggregation=body.text("criteria", "time_aggregation_method"),
        occurrences=body.number("criteria", "failing_periods", "minimum_failing_periods_to_trigger_alert", default=1),
        frequency=minutes(body.text("evaluation_frequency")),
        lookback=minutes(override) if isinstance(override, Unknown) or override.value else window,
        dimensions=dimensions(_inner(body, "criteria").blocks("dimension")),
        action_groups=_inner(body, "action").links("action_groups", to=ACTION_GROUPS, by=("arm_id",)),
    )


@MAPPING.maps("azurerm_monitor_scheduled_query_rules_alert")
def first_query_alert(declaration: Declaration) -> Iterator[Resource]:
    """A log alert of the first version. Times are in minutes; `query_type` ResultCount, the default, counts rows.

    With a metric trigger it counts within groups of rows, and what makes it fire is then not told from here.
    """
    body, at = declaration.body, declaration.head.at
    type_ = body.text("query_type", default="ResultCount")
    if isinstance(type_, Known):
        type_ = replace(type_, value="Count" if type_.value == "ResultCount" else type_.value)
    trigger = body.blocks("trigger", "metric_trigger")
    metric = trigger.open or (
        Unknown(
            reason=f"when does the metric trigger of {declaration.head.address} fire?",
            at=trigger.at,
            how="write its operator and threshold",
        )
        if trigger.members
        else None
    )
    groups = _inner(body, "action").links("action_group", to=ACTION_GROUPS, by=("arm_id",))
    yield Alert(
        head=declaration.head,
        name=body.text("name"),
        keys=_id(body),
        source=said("logs", at),
        category=nothing(at),
        enabled=body.flag("enabled", default=True),
        query=body.text("query"),
        operator=body.text("trigger", "operator"),
        threshold=body.number("trigger", "threshold"),
        aggregation=type_,
        occurrences=metric or Known(value=1, at=at, origin="default"),
        frequency=body.number("frequency"),
        lookback=body.number("time_window"),
        dimensions=ValueSet(members=(), at=at),
        action_groups=replace(groups, unknown_whole=True),
    )


@MAPPING.maps("azurerm_monitor_activity_log_alert")
def activity_alert(declaration: Declaration) -> Iterator[Resource]:
    """An alert on Azure's own management events. Each `action` block names one action group."""
    body = declaration.body
    yield activity(
        declaration,
        keys=_id(body),
        category=body.text("criteria", "category"),
        enabled=body.flag("enabled", default=True),
        groups=action_groups(body.blocks("action"), "action_group_id"),
    )


@MAPPING.maps("azurerm_sentinel_alert_rule_scheduled", "azurerm_sentinel_alert_rule_nrt")
def analytics_alert(declaration: Declaration) -> Iterator[Resource]:
    """An analytics rule of the security service of a workspace: on by default, every five hours over the last five.

    A rule of the near-real-time kind looks every minute at all that is new. Whom its alerts reach is not in the rule.
    """
    body, at = declaration.body, declaration.head.at
    steady = declaration.type.endswith("_nrt")
    minute: Number = Known(value=1, at=at, origin="default")
    reaches = Unknown(
        reason=f"whom do the alerts of {declaration.head.address} reach?", at=at, how="send them to an action group as well"
    )
    yield Alert(
        head=declaration.head,
        name=body.text("display_name"),
        keys=_id(body),
        source=said("logs", at),
        category=nothing(at),
        enabled=body.flag("enabled", default=True),
        query=body.text("query"),
        operator=body.text("trigger_operator", default="GreaterThan"),
        threshold=body.number("trigger_threshold", default=0),
        aggregation=said("Count", at),
        occurrences=minute,
        frequency=minute if steady else minutes(body.text("query_frequency", default="PT5H")),
        lookback=minute if steady else minutes(body.text("query_period", default="PT5H")),
        dimensions=ValueSet(members=(), at=at),
        action_groups=Links(values=ValueSet(members=(), at=at, open=reaches), to=ACTION_GROUPS, by=("arm_id",)),
    )


@MAPPING.maps("azurerm_monitor_action_group")
def action_group(declaration: Declaration) -> Iterator[Resource]:
    """An action group, managed or looked up. On by default."""
    body, head = declaration.body, head_of(declaration)
    kinds: list[Known[str] | Unknown] = []
    open_: Unknown | None = None
    for kind in RECEIVERS:
        blocks = body.blocks(f"{kind}_receiver")
        kinds.extend(Known(value=kind, at=block.value.at) for block in blocks)
        open_ = open_ or blocks.open
    looked_up = declaration.mode == "data"
    enabled = body.flag("enabled", default=None if looked_up else True)
    if isinstance(enabled, Known) and enabled.value is None:
        enabled = Unknown(reason=f"is {head.address} enabled?", at=head.at, how="run the check again on the next plan")
    yield ActionGroup(
        head=head,
        name=body.text("name"),
        keys=_id(body),
        enabled=enabled,
        receivers=ValueSet(members=tuple(kinds), at=head.at, open=open_),
    )


@MAPPING.maps(
    "azurerm_monitor_alert_processing_rule_suppression",
    "azurerm_monitor_alert_processing_rule_action_group",
    "azurerm_monitor_action_rule_suppression",
    "azurerm_monitor_action_rule_action_group",
)
def processing_rule(declaration: Declaration) -> Iterator[Resource]:
    """A rule that silences alerts, or sends them to more action groups; `action_rule` is its name in majors 2 and 3. On by default."""
    body, at = declaration.body, declaration.head.at
    yield AlertProcessing(
        head=declaration.head,
        name=body.text("name"),
        keys=_id(body),
        enabled=body.flag("enabled", default=True),
        effect=said("suppress" if declaration.type.endswith("_suppression") else "notify", at),
    )


# --- parts -------------------------------------------------------------------------------------------------------------


def _inner(body: Body, block: str) -> Body:
    """The one block of a name; where there is none, nothing is written in it. Of several, none is meant alone."""
    blocks = body.blocks(block)
    if len(blocks.members) == 1:
        return blocks.members[0]
    return Body(value=body.get(block, "")) if blocks.members or blocks.open else Body(value=Known(value={}, at=blocks.at))
