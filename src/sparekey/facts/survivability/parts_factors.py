"""Second factors: the classes of credentials that everybody can use, and what one failure stops of them together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sparekey.facts.method_classes import ALONE, CLOUD_PUSH, EMAIL, FEDERATION, TELEPHONY
from sparekey.facts.second_factor_demand import demands_second_factor
from sparekey.facts.second_factors import second_factors
from sparekey.facts.survivability import names
from sparekey.facts.survivability.graph import Component, Group, Tie
from sparekey.facts.survivability.materials import Materials
from sparekey.model.span import Place
from sparekey.model.value import Unknown

_PROVIDERS: Final = {TELEPHONY: "telephony", CLOUD_PUSH: "entra", EMAIL: "email"}
"""The provider that all methods of a class depend on."""


def second_factor(materials: Materials) -> Iterator[Component]:
    """One of the second factors that everybody can use, where any setting or list of them is seen."""
    estate = materials.estate
    settings = estate.of("authentication_method")
    if not settings:
        return
    found = second_factors(estate, settings[0].at)
    at = found.at or settings[0].at
    members = []
    for factor in found.factors:
        if factor.usable.answer == "no":
            continue
        name = names.domain("credential_kind", factor.dependency)
        place = factor.usable.because[0].at if factor.usable.because else at
        doubt = next((cause.unknown for cause in factor.usable.because if cause.unknown), None)
        members.append(Tie(to=name, at=place, doubt=doubt if factor.usable.answer == "maybe" else None))
        yield credential(factor.dependency, place)
        yield from providers(factor.dependency, place)
    open_ = next((cause.unknown for cause in found.open if cause.unknown), None)
    yield Component(
        name=names.SECOND_FACTOR,
        kind="second_factor",
        at=(at,),
        label="a second factor",
        groups=(Group(name="second factors", members=tuple(members), at=at, open=open_),),
        stops=False,
    )


def credential(dependency: str, at: Place) -> Component:
    """A class of credentials. One failure stops all of a class, unless each of them works with nothing but what its user holds."""
    needs = []
    if dependency in _PROVIDERS:
        needs.append(Tie(to=names.domain("provider", _PROVIDERS[dependency]), at=at, source="rule"))
    return Component(
        name=names.domain("credential_kind", dependency),
        kind="credential_kind",
        at=(at,),
        label=f"{dependency} credentials",
        needs=tuple(needs),
        stops=dependency not in ALONE,
        open=Unknown(
            reason="which federation proves the second factor?",
            at=at,
            how="waive the finding: no file says which federation proves a second factor",
        )
        if dependency == FEDERATION
        else None,
    )


def providers(dependency: str, at: Place) -> Iterator[Component]:
    """The provider that a class of credentials depends on."""
    if dependency in _PROVIDERS:
        word = _PROVIDERS[dependency]
        label = {"telephony": "the telephone network", "entra": "Microsoft Entra", "email": "e-mail"}[word]
        yield Component(name=names.domain("provider", word), kind="provider", at=(at,), label=label)


def asked_for(materials: Materials, second: tuple[Component, ...]) -> tuple[Tie, ...]:
    """The tie of everybody's sign-in to a second factor: certain where a policy certainly asks everybody for one."""
    if not second:
        return ()
    asked = demands_second_factor(materials.estate)
    at = asked.because[0].at if asked.because else second[-1].at[0]
    if asked.answer == "yes":
        return (Tie(to=names.SECOND_FACTOR, at=at),)
    question = next((cause.unknown for cause in asked.because if cause.unknown), None)
    how = "scan the conditional access policies"
    doubt = question or Unknown(reason="must everybody prove a second factor?", at=at, how=how)
    return (Tie(to=names.SECOND_FACTOR, at=at, doubt=doubt),)
