"""Monitoring: where a directory's logs go, which alerts read them, and whom an alert reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Links, Number, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class LogExport(Resource):
    """A setting that sends logs of a directory somewhere.

    `categories` are those that it sends, by the service's names ("SignInLogs"); `destinations` say what it sends them to:
    "workspace", "storage", "event_hub".
    """

    kind: ClassVar[str] = "log_export"

    categories: ValueSet[str]
    destinations: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(Resource):
    """A rule that raises an alert.

    `source` is what it reads: "logs" (by a `query`) or "activity" (events of Azure's own management, of one `category`). A log
    alert looks every `frequency` minutes at the last `lookback` minutes, and counts as `aggregation` says ("Count": the rows that the
    query gives). It fires when the count compares to the `threshold` as `operator` says, in `occurrences` looks. `dimensions` name
    the columns by which it looks at some values only.
    """

    kind: ClassVar[str] = "alert"
    identity: ClassVar[bool] = False

    source: Text
    category: Text
    enabled: Flag
    query: Text
    operator: Text
    threshold: Number
    aggregation: Text
    occurrences: Number
    frequency: Number
    lookback: Number
    dimensions: ValueSet[str]
    action_groups: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionGroup(Resource):
    """Whom an alert reaches. `receivers` holds the kind of each receiver ("email", "sms", "webhook", ...), once for each."""

    kind: ClassVar[str] = "action_group"
    identity: ClassVar[bool] = False

    enabled: Flag
    receivers: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertProcessing(Resource):
    """A rule on what becomes of alerts after they are raised. `effect` is "suppress" or "notify"; which alerts it is about is not read."""

    kind: ClassVar[str] = "alert_processing"
    identity: ClassVar[bool] = False

    enabled: Flag
    effect: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWorkspace(Resource):
    """A workspace that logs are sent to and queried in. `copied_to` is the region that it is copied to, null where it is not."""

    kind: ClassVar[str] = "log_workspace"
    identity: ClassVar[bool] = False

    region: Text
    copied_to: Text
