"""Whether an alert tells somebody when sign-ins as a whole go wrong.

It does when it is on, counts the sign-ins or failures of everybody, and reaches somebody. Which number makes it fire is not looked at. An
alert that the files hold and that does not work is a defect whatever other files may define; that there is none at all is proven only
where the files hold all alerts (`complete: [alert]`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sparekey.facts.alerts import CARRIERS, Alerts, is_on
from sparekey.facts.emergency import DIRECTORY_KINDS
from sparekey.facts.health_query import looks_at_failures, looks_at_health
from sparekey.facts.unseen import all_the_same, not_shown, of_others
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.monitoring import Alert
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.span import Place
from sparekey.model.truth import Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Known, Number, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

EVERY: Final = 60
"""Minutes between two looks, at most: the article on sign-in health evaluates once an hour."""
BACK: Final = 48 * 60
"""Minutes that an alert looks back, at most: a query of an alert sees no more (the same article)."""


class Health:
    """The alerts of one estate, as far as they look at sign-ins as a whole."""

    def __init__(self, estate: Estate, at: Place) -> None:
        self._estate, self._at = estate, at
        self._alerts = Alerts(estate, at)
        found = [(alert, about(alert)) for alert in estate.of("alert") if isinstance(alert, Alert)]
        self._found = [(alert, truth) for alert, truth in found if truth.answer != "no"]

    def told(self) -> Truth:
        """Whether some alert tells somebody."""
        return self._some(self._works)

    def told_in_time(self) -> Truth:
        """Whether some alert does within about an hour, and looks back no farther than it can."""
        return self._some(lambda alert: all_of((self._works(alert), _timely(alert))))

    def _works(self, alert: Alert) -> Truth:
        return all_of((alert.head.presence, is_on(alert.enabled, "is off"), self._alerts.reaches(alert)))

    def _some(self, good: Callable[[Alert], Truth]) -> Truth:
        each = [all_of((truth, good(alert))) for alert, truth in self._found]
        found = any_of(each)
        if found.answer == "yes":
            return found
        shown = any(truth.answer == "yes" and alert.head.presence.answer == "yes" for alert, truth in self._found)
        open_ = self._open(shown=shown)
        if found.answer == "maybe" or open_:
            return maybe(*unique((*(found.because if found.answer == "maybe" else ()), *open_)))
        if shown:
            return found
        return no(Cause(at=self._estate.complete["alert"], label="says that these are all alerts"), *found.because)

    def _open(self, *, shown: bool) -> tuple[Cause, ...]:
        """Why there may be an alert that is not seen. `shown`: one is, and does not work."""
        if "alert" not in self._estate.complete and not shown:
            return not_shown("alert", "which alerts on the health of sign-in do these files not show?", self._at)
        elsewhere = (
            of_others(alert, "look at the sign-ins of this directory")
            for alert in self._estate.beside("alert")
            if isinstance(alert, Alert) and about(alert).answer != "no"
        )
        return all_the_same(self._estate, elsewhere, "alert", CARRIERS)


def about(alert: Alert) -> Truth:
    """Whether an alert looks at the sign-ins or failures of everybody."""
    source, query = alert.source, alert.query
    if isinstance(source, Unknown):
        return maybe(asks(source))
    if source.value != "logs":
        return no()
    if isinstance(query, Unknown):
        return maybe(asks(query))
    answer, counted = looks_at_health(query.value or "")
    if answer == "no":
        return no()
    reason = f"does {alert.head.address} look at how many sign-ins there are, or how many fail?"
    how = "count all rows of SigninLogs, or those that failed, by nothing but time and application"
    question = maybe(asks(Unknown(reason=reason, at=query.at, how=how)))
    if answer == "maybe" or alert.dimensions.members or alert.dimensions.open:
        return question
    if not counted and not _counts_rows(alert):
        return question
    return yes(Cause(at=query.at, label="looks at the sign-ins of everybody"))


def _counts_rows(alert: Alert) -> bool:
    """Whether an alert itself fires on too few rows, or on many that failed."""
    aggregation, operator, threshold = alert.aggregation, alert.operator, alert.threshold
    if not (isinstance(aggregation, Known) and aggregation.value == "Count" and isinstance(operator, Known)):
        return False
    if (operator.value or "").startswith("LessThan"):
        return True
    several = isinstance(threshold, Known) and threshold.value is not None and threshold.value > 0
    query = alert.query.value or "" if isinstance(alert.query, Known) else ""
    return (operator.value or "").startswith("GreaterThan") and several and looks_at_failures(query)


def _timely(alert: Alert) -> Truth:
    return all_of(
        (
            _at_most(alert.frequency, EVERY, f"how often does {alert.head.address} look?", "looks less often than every hour"),
            _at_most(alert.lookback, BACK, f"how far does {alert.head.address} look back?", "looks back farther than it can"),
        )
    )


def _at_most(number: Number, most: int, question: str, label: str) -> Truth:
    if isinstance(number, Unknown):
        return maybe(asks(replace(number, reason=number.reason or question)))
    if number.value is None:
        return maybe(asks(Unknown(reason=question, at=number.at, how="write it")))
    return yes() if number.value <= most else no(Cause(at=number.at, label=label))


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    del config  # nothing to configure
    first = next((resource for kind in DIRECTORY_KINDS for resource in estate.resources.get(kind, ())), None)
    if first is None:
        return
    health = Health(estate, first.at)
    yield Fact(subject=f"{estate.name}#tenant", name="health_told", value=health.told())
    yield Fact(subject=f"{estate.name}#tenant", name="health_told_in_time", value=health.told_in_time())


DERIVATION = Derivation(gives={"tenant": ("health_told", "health_told_in_time")}, derive=_derive)
