"""ARM: alerts and whom they reach. Property names are those of the Microsoft.Insights and Microsoft.AlertsManagement references.

`scheduledQueryRules` has had two shapes: with `criteria`, and up to 2018-04-16 with `source`, `schedule` and `action`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sparekey.mappings.alert_parts import ACTION_GROUPS, action_groups, activity, dimensions, minutes, nothing, said, times
from sparekey.mappings.arm_ids import own_key, section
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.monitoring import ActionGroup, Alert, AlertProcessing
from sparekey.model.resource import Head, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.truth import all_of, asks, maybe
from sparekey.model.value import Blocks, Body, Flag, Known, Links, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="arm-monitor")

RECEIVERS: Final = {
    "armRoleReceivers": "arm_role",
    "automationRunbookReceivers": "automation_runbook",
    "azureAppPushReceivers": "azure_app_push",
    "azureFunctionReceivers": "azure_function",
    "emailReceivers": "email",
    "eventHubReceivers": "event_hub",
    "itsmReceivers": "itsm",
    "logicAppReceivers": "logic_app",
    "smsReceivers": "sms",
    "voiceReceivers": "voice",
    "webhookReceivers": "webhook",
}
"""Lists of receivers, each with the kind of those in it."""

_OPERATORS: Final = {
    "equal": "Equal",
    "equals": "Equal",
    "greaterthan": "GreaterThan",
    "greaterthanorequal": "GreaterThanOrEqual",
    "lessthan": "LessThan",
    "lessthanorequal": "LessThanOrEqual",
}
_COUNTS: Final = {"count": "Count", "resultcount": "Count"}
"""Aggregations that count rows."""

_EFFECTS: Final = {
    "removeallactiongroups": "suppress",
    "addactiongroups": "notify",
    "suppression": "suppress",
    "actiongroup": "notify",
    "correlatealerts": "",
    "diagnostics": "",
}
"""What rules on raised alerts do, in lower case: silence them, send them to somebody, or neither."""


@MAPPING.maps("Microsoft.Insights/scheduledQueryRules")
def query_alert(declaration: Declaration) -> Iterator[Resource]:
    """A log alert. A rule that turns logs into metrics raises none."""
    properties = section(declaration.body, "properties")
    action = properties.text("action", "odata.type")
    kind = declaration.body.text("kind", default="LogAlert")
    if any(isinstance(word, Known) and "logtometric" in (word.value or "").lower() for word in (action, kind)):
        return
    head = declaration.head
    if isinstance(kind, Unknown):
        head = replace(head, presence=all_of((head.presence, maybe(asks(kind)))))
    first = properties.get("source")
    if isinstance(first, Unknown) or first.value is not None:
        yield _first_shape(declaration, properties)
    else:
        yield _second_shape(declaration, properties, head)


def _second_shape(declaration: Declaration, properties: Body, head: Head) -> Alert:
    """It looks back one window, and fires at the first look that meets the condition."""
    at = head.at
    criteria = properties.blocks("criteria", "allOf")
    only = section(properties, "criteria", "allOf")
    periods = only.number("failingPeriods", "numberOfEvaluationPeriods", default=1)
    override = properties.text("overrideQueryTimeRange")
    window = times(minutes(properties.text("windowSize")), periods)
    parts = (
        criteria.members[0].blocks("dimensions") if len(criteria.members) == 1 else Blocks(members=(), at=at, open=criteria.open)
    )
    return Alert(
        head=head,
        name=declaration.body.text("name"),
        keys=(own_key(declaration),),
        source=said("logs", at),
        category=nothing(at),
        enabled=_enabled(properties, head),
        query=only.text("query"),
        operator=_spelled(only.text("operator"), _OPERATORS),
        threshold=only.number("threshold"),
        aggregation=_spelled(only.text("timeAggregation"), _COUNTS),
        occurrences=only.number("failingPeriods", "minFailingPeriodsToAlert", default=1),
        frequency=minutes(properties.text("evaluationFrequency")),
        lookback=minutes(override) if isinstance(override, Unknown) or override.value else window,
        dimensions=dimensions(parts),
        action_groups=_reached(properties),
    )


def _reached(properties: Body) -> Links:
    """The action groups; in the preview of 2020 each stood in an object of its own."""
    actions = properties.get("actions")
    if isinstance(actions, Known) and isinstance(actions.value, tuple):
        return action_groups(properties.blocks("actions"), "actionGroupId")
    return properties.links("actions", "actionGroups", to=ACTION_GROUPS, by=("arm_id",))


def _first_shape(declaration: Declaration, properties: Body) -> Alert:
    """With a metric trigger it counts within groups of rows, and what makes it fire is then not told from here."""
    head, at = declaration.head, declaration.head.at
    trigger = section(properties, "action", "trigger")
    metric = trigger.blocks("metricTrigger")
    firing = metric.open
    if metric.members:
        firing = Unknown(
            reason=f"when does the metric trigger of {head.address} fire?", at=metric.at, how="write its operator and threshold"
        )
    return Alert(
        head=head,
        name=declaration.body.text("name"),
        keys=(own_key(declaration),),
        source=said("logs", at),
        category=nothing(at),
        enabled=_enabled(properties, head),
        query=properties.text("source", "query"),
        operator=_spelled(trigger.text("thresholdOperator"), _OPERATORS),
        threshold=trigger.number("threshold"),
        aggregation=_spelled(properties.text("source", "queryType", default="ResultCount"), _COUNTS),
        occurrences=firing or Known(value=1, at=at, origin="default"),
        frequency=properties.number("schedule", "frequencyInMinutes"),
        lookback=properties.number("schedule", "timeWindowInMinutes"),
        dimensions=ValueSet(members=(), at=at),
        action_groups=properties.links("action", "aznsAction", "actionGroup", to=ACTION_GROUPS, by=("arm_id",)),
    )


@MAPPING.maps("Microsoft.Insights/activityLogAlerts")
def activity_alert(declaration: Declaration) -> Iterator[Resource]:
    """An alert on Azure's own management events, of the category that one of its conditions names. On by default."""
    properties = section(declaration.body, "properties")
    yield activity(
        declaration,
        keys=(own_key(declaration),),
        category=_category(properties.blocks("condition", "allOf")),
        enabled=properties.flag("enabled", default=True),
        groups=action_groups(properties.blocks("actions", "actionGroups"), "actionGroupId"),
    )


def _category(conditions: Blocks) -> Text:
    """What the condition on the category says; a condition that cannot be read may be that one."""
    hidden: Unknown | None = conditions.open
    for condition in conditions:
        field = condition.text("field")
        if isinstance(field, Known) and (field.value or "").lower() == "category":
            return condition.text("equals")
        either = condition.get("anyOf")
        if isinstance(field, Unknown):
            hidden = hidden or field
        elif isinstance(either, Unknown) or either.value is not None:
            hidden = hidden or Unknown(
                reason="which of several conditions is met?", at=condition.value.at, how="write one condition for each category"
            )
    return hidden or nothing(conditions.at)


@MAPPING.maps("Microsoft.Insights/actionGroups")
def action_group(declaration: Declaration) -> Iterator[Resource]:
    """An action group."""
    properties, head = section(declaration.body, "properties"), declaration.head
    kinds: list[Known[str] | Unknown] = []
    open_: Unknown | None = None
    for name, kind in RECEIVERS.items():
        blocks = properties.blocks(name)
        kinds.extend(Known(value=kind, at=block.value.at) for block in blocks)
        open_ = open_ or blocks.open
    yield ActionGroup(
        head=head,
        name=declaration.body.text("name"),
        keys=(own_key(declaration),),
        enabled=_enabled(properties, head),
        receivers=ValueSet(members=tuple(kinds), at=head.at, open=open_),
    )


@MAPPING.maps("Microsoft.AlertsManagement/actionRules")
def processing_rule(declaration: Declaration) -> Iterator[Resource]:
    """A rule on raised alerts, once for each thing that it does. On unless it is switched off.

    In the preview of 2019 its `type` said what it does and its `status` whether it is on.
    """
    properties, head = section(declaration.body, "properties"), declaration.head
    enabled = properties.flag("enabled", default=True)
    status = properties.text("status")
    if isinstance(status, Unknown):
        enabled = status
    elif status.value is not None:
        enabled = Known(value=status.value.lower() != "disabled", at=status.at, origin=status.origin)
    for number, (effect, sure) in enumerate(_effects(properties)):
        part = head.part(effect) if number else head
        if sure is not None:
            part = replace(part, presence=all_of((part.presence, maybe(asks(sure)))))
        yield AlertProcessing(
            head=part,
            name=declaration.body.text("name"),
            keys=(own_key(declaration),),
            enabled=enabled,
            effect=said(effect, head.at),
        )


def _effects(properties: Body) -> Iterator[tuple[str, Unknown | None]]:
    """What a rule does to alerts, and what would have to be known to be sure of it (None: it is sure)."""
    blocks = properties.blocks("actions")
    words: list[Text] = [block.text("actionType") for block in blocks]
    kind = properties.text("type")
    if isinstance(kind, Unknown) or kind.value:
        words.append(kind)
    known: dict[str, Unknown | None] = {}
    hidden: Unknown | None = blocks.open
    for word in words:
        effect = None if isinstance(word, Unknown) else _EFFECTS.get((word.value or "").lower())
        if effect:
            known[effect] = None
        elif effect is None:
            what = "what does a rule do to the alerts that are raised?"
            hidden = hidden or (word if isinstance(word, Unknown) else Unknown(reason=what, at=word.at, how="correct the file"))
    if hidden is not None:
        known = {effect: known.get(effect, hidden) for effect in ("suppress", "notify")}
    yield from known.items()


def _enabled(properties: Body, head: Head) -> Flag:
    """Whether it is switched on. The references of query rules and action groups name no default; the first shape of query rules writes it as a word."""
    written = properties.get("enabled")
    if isinstance(written, Known) and isinstance(written.value, str):
        written = replace(written, value=written.value.lower())
    flag = Body(value=written).flag()
    if isinstance(flag, Known) and flag.value is None:
        return Unknown(reason=f"is {head.address} enabled?", at=flag.at, how="write properties.enabled")
    return flag


def _spelled(word: Text, known: dict[str, str]) -> Text:
    """A word in the spelling in which it is compared: the service takes any case."""
    if isinstance(word, Unknown) or word.value is None:
        return word
    return replace(word, value=known.get(word.value.lower(), word.value))
