"""How many second factors a directory offers that no one failure stops together.

A method counts when it is enabled for everybody. Methods of one dependency class (`method_classes`) count once: text messages and voice
calls stop together with the telephone network. What only some groups can use, and codes by e-mail (a second factor in directories of
customers alone), count as possible: whether they reach everybody, or anybody, no setting tells.

**Nothing is missing** besides what is set here where the inventory lists the methods (and no entry of it is `partial`), or where
sparekey.yaml calls the kind complete. Without either, more methods may be enabled than these files show. Who has registered which method is never to be seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sparekey.facts.emergency import DIRECTORY_KINDS
from sparekey.facts.identity import managed
from sparekey.facts.method_classes import NO_SECOND_FACTOR, dependency
from sparekey.facts.presence import present
from sparekey.facts.unseen import all_the_same, of_others
from sparekey.model.answers import a_second_factor, all_there_are
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.methods import AuthenticationMethod
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Flag, Known, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

HOW: Final = "inventory: authentication_methods: [{method: ...}]"
"""How a question about second factors is answered."""

_CUSTOMERS_ONLY: Final = frozenset({"email"})
"""Second factors only in directories of customers (Microsoft's articles on authentication methods and on external tenants)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One class of second factors, and whether everybody can use one of it."""

    dependency: str
    usable: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """The classes of second factors of an estate. `open` is why there may be others (empty: there are none), `at` what closes them."""

    factors: tuple[Factor, ...]
    open: tuple[Cause, ...]
    at: Place | None


def second_factors(estate: Estate, first: Place) -> Factors:
    """The second factors of the directory, by class; `first` is the place for what concerns all of it."""
    settings = [s for s in estate.of("authentication_method") if isinstance(s, AuthenticationMethod) and _there(s)]
    listed = [setting for setting in settings if setting.head.origin == "declared"]
    whole = bool(listed) and all(isinstance(s.partial, Known) and not s.partial.value for s in listed)
    hidden = [setting for setting in settings if isinstance(setting.method, Unknown)]
    by_method: dict[str, list[AuthenticationMethod]] = {}
    for setting in settings:
        if isinstance(setting.method, Known):
            by_method.setdefault((setting.method.value or "").lower(), []).append(setting)
    classes: dict[str, list[Truth]] = {}
    for word, same in by_method.items():
        if word not in NO_SECOND_FACTOR:
            classes.setdefault(dependency(word) or word, []).append(_usable(word, same, hidden))
    open_ = (*_may_be_another(hidden), *(() if whole else _why_more(estate, listed, first)))
    return Factors(
        factors=tuple(Factor(dependency=name, usable=any_of(truths)) for name, truths in classes.items()),
        open=unique(open_),
        at=listed[0].at if whole else estate.complete.get("authentication_method"),
    )


def _there(setting: AuthenticationMethod) -> bool:
    return present(setting).answer != "no"


def _may_be_another(hidden: Iterable[AuthenticationMethod]) -> Iterator[Cause]:
    """Settings of a method that cannot be read, unless they certainly switch it off."""
    for setting in hidden:
        if isinstance(setting.method, Unknown) and _one(setting).answer != "no":
            yield asks(setting.method)


def _usable(word: str, settings: list[AuthenticationMethod], hidden: list[AuthenticationMethod]) -> Truth:
    """Whether everybody can use a method, by all that is said of it. `hidden` are settings that may be of it.

    An entry of the inventory decides what the settings leave open. That the inventory has none decides nothing: what is set may be on.
    """
    said = [setting for setting in settings if setting.head.origin == "declared"]
    others = [setting for setting in settings if setting.head.origin != "declared"]
    will_be = [setting for setting in managed(others) if isinstance(setting, AuthenticationMethod)] or others
    shown = _agreed(settings[0], [_one(setting) for setting in will_be])
    declared = _agreed(settings[0], [_one(setting) for setting in said])
    if shown is None:
        return declared or no()
    shown = _doubted(word, shown, will_be[0], hidden)
    if declared is None:
        return shown
    if shown.answer == "maybe":
        return declared
    return _agreed(settings[0], [shown, declared]) or shown


def _agreed(setting: AuthenticationMethod, truths: list[Truth]) -> Truth | None:
    """What several statements say together (None: there are none); where they contradict one another, a question."""
    if not truths:
        return None
    answers = {truth.answer for truth in truths}
    if answers >= {"yes", "no"}:
        reason = f"is the method {setting.label} enabled for everybody? What sets it disagrees"
        return maybe(asks(Unknown(reason=reason, at=setting.at, how="set it in one place")))
    if "maybe" in answers:
        return maybe(*unique(cause for truth in truths if truth.answer == "maybe" for cause in truth.because))
    return truths[0]


def _doubted(word: str, shown: Truth, setting: AuthenticationMethod, hidden: list[AuthenticationMethod]) -> Truth:
    """The same with what else may be: that it is no second factor here, or that a setting which cannot be read switches it off."""
    if shown.answer != "yes":
        return shown
    if word in _CUSTOMERS_ONLY:
        reason = "are codes by e-mail a second factor in this directory, as in one for customers?"
        return maybe(asks(Unknown(reason=reason, at=setting.at, how=HOW, answers=(a_second_factor(word),))))
    off = (s.method for s in hidden if isinstance(s.enabled, Unknown) or not s.enabled.value)
    doubts = [asks(method) for method in off if isinstance(method, Unknown)]
    return maybe(*doubts) if doubts else shown


def _one(setting: AuthenticationMethod) -> Truth:
    return all_of((_true(setting.enabled, setting), _for_everybody(setting), present(setting)))


def _true(flag: Flag, setting: AuthenticationMethod) -> Truth:
    if isinstance(flag, Unknown):
        return maybe(asks(flag))
    return yes(Cause(at=flag.at)) if flag.value else no(Cause(at=flag.at, label=f"{setting.label} is not enabled"))


def _for_everybody(setting: AuthenticationMethod) -> Truth:
    flag = setting.everybody
    if isinstance(flag, Unknown):
        return maybe(asks(flag))
    if flag.value:
        return yes()
    reason = f"can everybody use {setting.label}, which {setting.head.address} gives to some groups or keeps from some?"
    word = None if isinstance(setting.method, Unknown) else setting.method.value
    return maybe(asks(Unknown(reason=reason, at=flag.at, how=HOW, answers=(a_second_factor(word),))))


def _why_more(estate: Estate, listed: list[AuthenticationMethod], first: Place) -> tuple[Cause, ...]:
    """Why there may be other methods than are seen (empty: there are none)."""
    if "authentication_method" not in estate.complete:
        partial = [s.partial for s in listed if isinstance(s.partial, Unknown) or s.partial.value]
        question = Unknown(
            reason="which second factors can everybody use that these files do not show?",
            at=partial[0].at if partial else first,
            how=f"{HOW}, or scan what sets them, then complete: [authentication_method]",
            answers=(a_second_factor(), all_there_are("authentication_method")),
        )
        return (asks(question),)
    elsewhere = (of_others(setting, "set a method of this directory") for setting in estate.beside("authentication_method"))
    return all_the_same(estate, elsewhere)


def _count(found: Factors) -> Bounds:
    sure = [factor for factor in found.factors if factor.usable.answer == "yes"]
    possible = [factor for factor in found.factors if factor.usable.answer == "maybe"]
    most = None if found.open else len(sure) + len(possible)
    because = [cause for factor in sure for cause in factor.usable.because]
    if found.at:
        because.append(Cause(at=found.at, label="says that these are all"))
    missing = [cause for factor in possible for cause in factor.usable.because]
    return Bounds(
        least=len(sure),
        most=most,
        because=unique(because),
        missing=() if most == len(sure) else unique((*missing, *found.open)),
    )


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    del config  # nothing to configure
    first = next((resource for kind in DIRECTORY_KINDS for resource in estate.resources.get(kind, ())), None)
    if first is not None:
        yield Fact(subject=f"{estate.name}#tenant", name="second_factors", value=_count(second_factors(estate, first.at)))


DERIVATION = Derivation(gives={"tenant": ("second_factors",)}, derive=_derive)
