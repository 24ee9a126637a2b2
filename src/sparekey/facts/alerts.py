"""Whether an alert reports the sign-ins of an emergency account.

An alert does when it is on, reads the sign-ins in a query that keeps every one of the account's, fires on the first, looks at all of
the time, and reaches somebody. Alerts may be defined elsewhere: that none reports an account is proven only where the files hold all
alerts (`complete: [alert]`). What a query says that is not known before the apply (because it holds the id of a new account, say) is
not guessed from what it refers to: a query may name an account in order to leave it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sparekey.facts.emergency import identify
from sparekey.facts.identity import bare
from sparekey.facts.log_query import Who, keeps
from sparekey.facts.presence import present
from sparekey.facts.unseen import ANYTHING, all_the_same, not_shown, of_others
from sparekey.model.answers import an_account
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.monitoring import ActionGroup, Alert, AlertProcessing
from sparekey.model.kinds.people import User
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.span import Place
from sparekey.model.truth import Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Answer, Flag, Known, Number, Text, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

_AT_ONCE: Final = {"GreaterThan": 0, "GreaterThanOrEqual": 1}
"""The highest threshold at which an alert fires on a single sign-in, by operator. With others (`Equal`, `LessThan`) it does not."""

CARRIERS: Final = ANYTHING | {
    "microsoft.operationalinsights/workspaces/providers/alertrules",
    "microsoft.securityinsights/alertrules",
}
"""Types that may be an alert on logs and that nobody reads, in lower case."""


class Alerts:
    """The alerts of one estate."""

    def __init__(self, estate: Estate, at: Place) -> None:
        self._estate = estate
        self._at = at
        self._alerts = tuple(alert for alert in estate.of("alert") if isinstance(alert, Alert))
        self._processing = tuple(
            rule
            for rule in estate.of("alert_processing")
            if isinstance(rule, AlertProcessing)
            and present(rule).answer != "no"
            and not (isinstance(rule.enabled, Known) and rule.enabled.value is False)
        )
        self._groups = {group.id: group for group in estate.of("action_group") if isinstance(group, ActionGroup)}

    def report(self, account: Resource) -> Truth:
        """Whether some alert reports the sign-ins of an account. Proven by its query; the reverse by what closed the alerts."""
        who = _who(account, self._estate)
        found = any_of(self._reports(alert, account, who) for alert in self._alerts)
        if found.answer == "yes":
            return found
        open_ = self._open(account, who)
        if open_:
            return maybe(*unique((*(found.because if found.answer == "maybe" else ()), *open_)))
        if found.answer == "maybe":
            return found
        closed = Cause(at=self._estate.complete["alert"], label="says that these are all alerts")
        return no(Cause(at=account.at, label="no alert reports its sign-ins"), *found.because, closed)

    def _reports(self, alert: Alert, account: Resource, who: Who) -> Truth:
        """Whether one alert does. An alert on something else altogether disproves it without a word."""
        kept = _kept(alert, account, who)
        if kept.answer == "no":
            return no()
        return all_of(
            (kept, present(alert), is_on(alert.enabled, "is off"), _fires_at_once(alert), _gapless(alert), self.reaches(alert))
        )

    def reaches(self, alert: Alert) -> Truth:
        """Whether an alert reaches somebody: an action group that is there, on, and has a receiver."""
        edges = self._estate.linked(alert, "action_groups")
        found: list[Truth] = []
        for edge in edges.members:
            truth = self._works(edge)
            found.append(truth if edge.certain or truth.answer == "no" else maybe(edge.because))
        if edges.open:
            found.append(maybe(edges.open))
        decided = any_of(found)
        if decided.answer == "no":
            decided = decided if edges.members else no(Cause(at=edges.at, label="has no action group"))
        return self._processed(alert, decided)

    def _processed(self, alert: Alert, reaches: Truth) -> Truth:
        """What rules on raised alerts make of it: one may silence an alert, another may send it to somebody."""
        effect, what = ("suppress", "silence") if reaches.answer == "yes" else ("notify", "send somebody")
        doubts = [
            Unknown(
                reason=f"does {rule.head.address} {what} the alerts of {alert.head.address}?",
                at=rule.at,
                how="turn the rule off, or waive this",
            )
            for rule in self._processing
            if isinstance(rule.effect, Known) and rule.effect.value == effect
        ]
        return maybe(*(asks(doubt) for doubt in doubts)) if doubts and reaches.answer != "maybe" else reaches

    def _works(self, edge: Edge) -> Truth:
        group = self._groups.get(edge.target)
        if group is None:
            question = Unknown(
                reason=f"is the action group {edge.key or edge.target} on, and whom does it reach?",
                at=edge.because.at,
                how="look it up with data azurerm_monitor_action_group",
            )
            return maybe(asks(question))
        receivers = group.receivers
        if receivers.members:
            somebody = yes()
        elif receivers.open:
            somebody = maybe(asks(receivers.open))
        else:
            somebody = no(Cause(at=group.at, label="has no receiver"))
        return all_of((present(group), is_on(group.enabled, "is off"), somebody))

    def _open(self, account: Resource, who: Who) -> tuple[Cause, ...]:
        """Why there may be an alert that does, though none is seen (empty: the files hold all alerts)."""
        if "alert" not in self._estate.complete:
            return not_shown("alert", "which alerts on sign-ins of emergency accounts do these files not show?", self._at)
        elsewhere = (
            of_others(alert, f"report the sign-ins of {account.label}")
            for alert in self._estate.beside("alert")
            if isinstance(alert, Alert) and _kept(alert, account, who).answer != "no"
        )
        return all_the_same(self._estate, elsewhere, "alert", CARRIERS)


def _who(account: Resource, estate: Estate) -> Who:
    """The account as the log names it, from every view of it."""
    views = [view for view in estate.views(account) if isinstance(view, User)]
    keys = [key for view in views for key in view.keys if isinstance(key.value, Known) and key.value.value]

    def known(space: str) -> frozenset[str]:
        return frozenset(
            bare(key.value.value) for key in keys if key.space == space and isinstance(key.value, Known) and key.value.value
        )

    new = any(isinstance(view.created, Known) and view.created.value for view in views)
    return Who(ids=known("object_id"), upns=known("upn"), new=new)


def _kept(alert: Alert, account: Resource, who: Who) -> Truth:
    """Whether an alert's query keeps every sign-in of the account."""
    source, query = alert.source, alert.query
    if isinstance(source, Known) and source.value != "logs":
        return no()
    if isinstance(query, Unknown):
        named = any(ref.to == account.head.address for ref in query.refs) and alert.head.deployment == account.head.deployment
        reason = f"does the query of {alert.head.address} give every sign-in of {account.label}, which it names?"
        return maybe(asks(replace(query, reason=reason) if named else query))
    every = alert.frequency.value if isinstance(alert.frequency, Known) else None
    answer = keeps(query.value or "", who, every)
    if answer == "yes":
        return yes(Cause(at=query.at, label=f"reports the sign-ins of {account.label}"))
    if answer == "no":
        return no()
    how = "compare UserId or UserPrincipalName with the account, in a where of its own"
    answers: tuple[Answer, ...] = ()
    if not who.new and not (who.ids and who.upns):
        how = "inventory: break_glass: [{upn: ..., object_id: ...}], with both"
        answers = (an_account(*(next(iter(sorted(names)), None) for names in (who.upns, who.ids))),)
    reason = f"does the query of {alert.head.address} give every sign-in of {account.label}?"
    question = Unknown(reason=reason, at=query.at, how=how, answers=answers)
    return maybe(asks(question))


def is_on(flag: Flag, otherwise: str) -> Truth:
    """Whether something is on; `otherwise` says of it what it is if it is not."""
    if isinstance(flag, Unknown):
        return maybe(asks(flag))
    return yes() if flag.value else no(Cause(at=flag.at, label=otherwise))


def _fires_at_once(alert: Alert) -> Truth:
    """Whether the first sign-in makes the alert fire."""
    return all_of((_counts_rows(alert), _above(alert), _first_time(alert.occurrences)))


def _counts_rows(alert: Alert) -> Truth:
    aggregation, dimensions = alert.aggregation, alert.dimensions
    if isinstance(aggregation, Unknown):
        return maybe(asks(aggregation))
    doubt = dimensions.open or next((d for d in dimensions.members if isinstance(d, Unknown)), None)
    if doubt:
        return maybe(asks(doubt))
    if aggregation.value == "Count" and not dimensions.members:
        return yes()
    at = aggregation.at if aggregation.value != "Count" else dimensions.at
    reason = f"does {alert.head.address} fire on a single sign-in, though it does not count all rows?"
    return maybe(asks(Unknown(reason=reason, at=at, how="count the rows of the query, without dimensions")))


def _above(alert: Alert) -> Truth:
    operator, threshold = alert.operator, alert.threshold
    if isinstance(operator, Unknown):
        return maybe(asks(operator))
    highest = _AT_ONCE.get(operator.value or "")
    if highest is None:
        return no(Cause(at=operator.at, label="does not fire on one sign-in and more"))
    if isinstance(threshold, Unknown):
        return maybe(asks(threshold))
    if threshold.value is None:
        return maybe(
            asks(
                Unknown(
                    reason=f"from how many rows on does {alert.head.address} fire?", at=threshold.at, how="write the threshold"
                )
            )
        )
    return yes() if threshold.value <= highest else no(Cause(at=threshold.at, label="does not fire on a single sign-in"))


def _first_time(occurrences: Number) -> Truth:
    if isinstance(occurrences, Unknown):
        return maybe(asks(occurrences))
    if occurrences.value is not None and occurrences.value > 1:
        return no(Cause(at=occurrences.at, label="fires only after several looks"))
    return yes()


def _gapless(alert: Alert) -> Truth:
    """Whether each look reaches back to the one before."""
    for number in (alert.frequency, alert.lookback):
        if isinstance(number, Unknown):
            return maybe(asks(number))
    frequency, lookback = _value(alert.frequency), _value(alert.lookback)
    if frequency is None or lookback is None:
        reason = f"how often does {alert.head.address} look, and how far back?"
        return maybe(asks(Unknown(reason=reason, at=alert.at, how="write both")))
    if lookback < frequency:
        return no(Cause(at=alert.lookback.at, label="looks back less far than to its last look"))
    return yes()


def _value(number: Number | Text) -> int | None:
    return number.value if isinstance(number, Known) and isinstance(number.value, int) else None


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    accounts = identify(estate, config).accounts
    if not accounts:
        return
    alerts = Alerts(estate, accounts[0].user.at)
    for account in accounts:
        subject = f"{account.user.head.deployment}#emergency_account/{account.user.head.address}"
        yield Fact(subject=subject, name="sign_ins_reported", value=alerts.report(account.user))


DERIVATION = Derivation(gives={"emergency_account": ("sign_ins_reported",)}, derive=_derive)
