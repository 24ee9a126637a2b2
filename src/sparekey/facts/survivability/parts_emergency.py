"""Signing in as an emergency account: the accounts, what each signs in with, who holds the keys.

What an account signs in with is known from the inventory alone; where it does not say so, the account may need anything. A policy that
reaches an account and asks for a managed device makes it depend on what manages devices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sparekey.facts.emergency import HOW, Account, identify
from sparekey.facts.emergency_accounts import depends_on_elsewhere
from sparekey.facts.exposure import Exposure
from sparekey.facts.membership import Membership
from sparekey.facts.method_classes import dependency
from sparekey.facts.survivability import names
from sparekey.facts.survivability.directory_path import is_hybrid
from sparekey.facts.survivability.graph import Component, Group, Source, Tie
from sparekey.facts.survivability.materials import Materials
from sparekey.facts.survivability.parts_factors import credential, providers
from sparekey.model.answers import a_method_of, all_there_are, an_account
from sparekey.model.kinds.access import AccessPolicy
from sparekey.model.kinds.inventory import EmergencyMethod
from sparekey.model.kinds.people import User
from sparekey.model.kinds.sync import DomainFederation
from sparekey.model.resource import known_text
from sparekey.model.truth import Cause, Truth, all_of, asks, maybe, no, yes
from sparekey.model.value import Known, Text, Unknown


def accounts(materials: Materials) -> tuple[tuple[Account, ...], Unknown | None]:
    """The emergency accounts of the estate, and the question whether there are more (None: these are all)."""
    found = identify(materials.estate, materials.config)
    there = tuple(account for account in found.accounts if account.identified.answer != "no")
    if not there or found.declared_at or "emergency_account" in materials.estate.complete:
        return there, None
    question = Unknown(
        reason="which emergency accounts are there besides?",
        at=there[0].user.at,
        how=f"{HOW}, or complete: [emergency_account]",
        answers=(an_account(), all_there_are("emergency_account")),
    )
    return there, question


def components(materials: Materials, found: tuple[Account, ...], more: Unknown | None, *, normal: bool) -> Iterator[Component]:
    """The emergency path and what it stands on, where any account is `found`; `more` is the question whether there are others.

    `normal`: there is a normal path as well, and so one that either of both keeps open.
    """
    if not found:
        return
    at = found[0].user.at
    tenant = Tie(to=f"{materials.estate.name}#tenant", at=at, source="rule")
    members = []
    for account in found:
        yield from _account(account, materials)
        doubt = next((cause.unknown for cause in account.identified.because if cause.unknown), None)
        place = account.identified.because[0].at if account.identified.because else account.user.at
        source: Source = "declared" if account.declared else "assumed"
        members.append(Tie(to=names.emergency(account.user.id), at=place, source=source, doubt=doubt))
    group = Group(name="emergency accounts", members=tuple(members), at=at, open=more)
    yield Component(
        name=names.EMERGENCY,
        kind="emergency",
        at=(at,),
        label="emergency sign-in",
        needs=(tenant,),
        groups=(group,),
        stops=False,
    )
    if not normal:
        return
    path = names.sign_in(f"{materials.estate.name}#tenant")
    yield from _devices_of_everybody(found, path, materials)
    either = (Tie(to=path, at=at, source="rule"), Tie(to=names.EMERGENCY, at=at, source="rule"))
    yield Component(
        name=names.LOCKOUT,
        kind="lockout",
        at=(at,),
        label="any sign-in of administrators",
        groups=(Group(name="normal and emergency sign-in", members=either, at=at),),
        stops=False,
    )


def _account(account: Account, materials: Materials) -> Iterator[Component]:
    user = account.user
    needs = [Tie(to=f"{materials.estate.name}#tenant", at=user.at, source="rule")]
    open_: Unknown | None = None
    methods = _methods(account, materials)
    for method in methods:
        if isinstance(method, Unknown):
            open_ = method
            continue
        shared = dependency(method.value or "")
        if shared is None:
            open_ = Unknown(
                reason=f"what does the method {(method.value or '')[:60]!r} of {user.label} depend on?",
                at=method.at,
                how="name a method of the service, such as fido2",
            )
            continue
        needs.append(Tie(to=names.domain("credential_kind", shared), at=method.at, source="declared"))
        yield credential(shared, method.at)
        yield from providers(shared, method.at)
    if not methods:
        upn = known_text(user.upn) if isinstance(user, User) else None
        open_ = Unknown(
            reason=f"what does {user.label} sign in with?",
            at=user.at,
            how="inventory: break_glass: [{upn: , method: fido2}]",
            answers=(a_method_of(upn),) if upn else (),
        )
    elsewhere = _elsewhere(account, materials)
    devices = tuple(_devices(account, materials))
    for tie in devices:
        yield Component(name=tie.to, kind="provider", at=(tie.at,), label="what manages devices")
    yield Component(
        name=names.emergency(user.id),
        kind="emergency_account",
        at=(user.at,),
        label=user.label,
        needs=(*needs, *elsewhere, *devices),
        open=open_,
    )


def _methods(account: Account, materials: Materials) -> tuple[Text, ...]:
    """What the inventory says that an account signs in with."""
    ids = {view.id for view in materials.estate.views(account.user)} | {account.user.id}
    found: list[Text] = []
    for said in materials.estate.of("emergency_method"):
        if isinstance(said, EmergencyMethod):
            edges = materials.estate.linked(said, "account")
            if any(edge.certain and materials.estate.canonical.get(edge.target, edge.target) in ids for edge in edges.members):
                found.append(said.method)
    return tuple(found)


_MANAGED_DEVICE: Final = frozenset({"compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication"})
"""Controls that only a device or application under management satisfies."""


def _devices(account: Account, materials: Materials) -> Iterator[Tie]:
    """A tie to what manages devices for every policy that asks the account for a managed one, or may do so."""
    exposure: Exposure | None = None
    for policy in materials.estate.of("access_policy"):
        if not isinstance(policy, AccessPolicy) or not _may_be(policy.state, "enabled"):
            continue
        asks_for_one = _asks_for_device(policy)
        if asks_for_one.answer == "no":
            continue
        if exposure is None:
            exposure = _exposure(account, materials)
        truth = all_of((asks_for_one, exposure.exposed(policy)))
        if truth.answer == "no":
            continue
        doubt = next((cause.unknown for cause in truth.because if cause.unknown), None)
        if truth.answer == "yes" and isinstance(policy.state, Unknown):
            doubt = policy.state
        yield Tie(to=names.domain("provider", "device-management"), at=policy.controls.at, doubt=doubt)


def _exposure(account: Account, materials: Materials) -> Exposure:
    user = account.user
    return Exposure(
        estate=materials.estate,
        membership=Membership(materials.estate),
        accounts={user.id: user},
        identified={user.id: yes()},
        nobody=Unknown(reason="which are the emergency accounts?", at=user.at, how=HOW),
    )


def _asks_for_device(policy: AccessPolicy) -> Truth:
    """Whether nothing but a managed device satisfies a policy."""
    unread = next((m for m in (policy.controls.open, *policy.controls.members) if isinstance(m, Unknown)), None)
    controls = {member.value for member in policy.controls.members if isinstance(member, Known)}
    of_device = controls & _MANAGED_DEVICE
    if unread:
        return maybe(asks(unread))
    if not of_device:
        return no()
    if isinstance(policy.operator, Unknown):
        return maybe(asks(policy.operator)) if controls - of_device else yes(Cause(at=policy.controls.at))
    return yes(Cause(at=policy.controls.at)) if policy.operator.value == "AND" or controls == of_device else no()


def _may_be(text: Text, value: str) -> bool:
    return isinstance(text, Unknown) or text.value == value


def _devices_of_everybody(found: tuple[Account, ...], path: str, materials: Materials) -> Iterator[Component]:
    """The normal path may need what manages devices wherever an emergency account does."""
    ties = [tie for account in found for tie in _devices(account, materials)]
    if ties:
        question = Unknown(
            reason="must everybody use a managed device to sign in?",
            at=ties[0].at,
            how="exclude the emergency accounts from the policy",
        )
        tie = Tie(to=ties[0].to, at=ties[0].at, doubt=question)
        yield Component(name=path, kind="sign_in_path", at=(ties[0].at,), needs=(tie,), stops=False)


def _elsewhere(account: Account, materials: Materials) -> tuple[Tie, ...]:
    """What an account needs of another directory: the federation of its domain, or the password of synchronised users."""
    user = account.user
    views = [view for view in materials.estate.views(user) if isinstance(view, User)]
    truth = depends_on_elsewhere(views)
    if truth.answer == "no":
        return ()
    question = next((cause.unknown for cause in truth.because if cause.unknown), None)
    at = truth.because[0].at if truth.because else user.at
    endings = {(known_text(view.upn) or "").casefold().rpartition("@")[2] for view in views} - {""}
    ties = []
    for domain in materials.estate.of("domain_federation"):
        if isinstance(domain, DomainFederation):
            called = known_text(domain.domain)
            name = names.federation(called or domain.id)
            if called and called.casefold() in endings:
                ties.append(Tie(to=f"{name}/password", at=at))
            elif not endings or not called:
                doubt = question or Unknown(
                    reason=f"is {user.label} of the domain {domain.label}?",
                    at=domain.at,
                    how="write the user principal name of the account, and the name of the domain",
                )
                ties.append(Tie(to=f"{name}/password", at=at, doubt=doubt))
    if any(isinstance(view.synced, Known) and view.synced.value for view in views) and is_hybrid(materials):
        ties.append(Tie(to=names.PRIMARY, at=at))
    elif question and is_hybrid(materials):
        ties.append(Tie(to=names.PRIMARY, at=at, doubt=question))
    return tuple(ties)
