"""The emergency accounts as subjects of their own, and what each must be: of this directory alone, and an administrator for good.

A user that is one for certain becomes an `emergency_account`. One that only may be, because its name cannot be read, becomes
`unclassified`: each rule about emergency accounts then says that it cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sparekey.facts.assignments import why_more
from sparekey.facts.emergency import DIRECTORY_KINDS, HOW, Account, identify
from sparekey.facts.identity import known_keys, managed
from sparekey.facts.membership import GLOBAL_ADMINISTRATOR, Membership
from sparekey.facts.presence import present
from sparekey.model.answers import all_there_are
from sparekey.model.edges import Edge, Edges
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.derived import EmergencyAccount, Unclassified
from sparekey.model.kinds.people import RoleAssignment, User
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.truth import Cause, Truth, all_of, any_of, asks, maybe, no, yes
from sparekey.model.value import Flag, Known, Text, Unknown, ValueSet

if TYPE_CHECKING:
    from sparekey.config import Config

OWN_DOMAINS: Final = (".onmicrosoft.com", ".onmicrosoft.us", ".onmicrosoft.de", ".partner.onmschina.cn")
"""Endings of the domain that every directory has from its first day, in the public and the national clouds (Microsoft's articles
on custom domain names and on national clouds). It cannot be federated and needs no DNS zone of one's own."""

_GUEST: Final = "#ext#"
"""Stands in the user principal name that a directory gives to a guest, who signs in at home."""


def depends_on_elsewhere(views: Iterable[User]) -> Truth:
    """Whether an account's sign-in depends on more than its own directory: a custom domain, a guest's home, a synchronised source."""
    seen = tuple(views)
    return any_of(
        (
            any_of(_own_domain_lacking(view.upn) for view in _best(seen, "upn")),
            any_of(
                _set(view.immutable_id, "immutable id: of an account in another directory")
                for view in _best(seen, "immutable_id")
            ),
            any_of(_true(view.synced, "synchronised from another directory") for view in _best(seen, "synced")),
        )
    )


def _best(views: tuple[User, ...], name: str) -> tuple[User, ...]:
    """The views that know an attribute, the managed ones alone where one does; all of them where none knows it."""
    knowing = tuple(view for view in views if isinstance(getattr(view, name), Known))
    will_be = tuple(view for view in managed(knowing) if isinstance(view, User))
    return will_be or knowing or views


def _own_domain_lacking(upn: Text) -> Truth:
    if isinstance(upn, Unknown):
        return maybe(asks(upn))
    name = (upn.value or "").strip().lower()
    if not name:
        question = Unknown(reason="what is the user principal name of the emergency account?", at=upn.at, how=HOW)
        return maybe(asks(question))
    if _GUEST in name:
        return yes(Cause(at=upn.at, label="a guest of another directory"))
    if name.endswith(OWN_DOMAINS):
        return no(Cause(at=upn.at))
    return yes(Cause(at=upn.at, label="not in the domain onmicrosoft.com of the directory"))


def _set(text: Text, label: str) -> Truth:
    if isinstance(text, Unknown):
        return maybe(asks(text))
    return yes(Cause(at=text.at, label=label)) if text.value else no(Cause(at=text.at))


def _true(flag: Flag, label: str) -> Truth:
    if isinstance(flag, Unknown):
        return maybe(asks(flag))
    return yes(Cause(at=flag.at, label=label)) if flag.value else no(Cause(at=flag.at))


class _Administrators:
    """Who holds Global Administrator for good, and who would first have to activate it."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._membership = Membership(estate)
        self._eligible = tuple(self._eligible_ends())

    def lacking(self, account: Resource) -> Truth:
        """Whether an account does not actively hold the role.

        That no assignment is seen proves it only where all assignments are (`complete: [role_assignment]`).
        """
        holds = self._membership.holds(account, GLOBAL_ADMINISTRATOR)
        if holds.answer == "yes":
            return no(*holds.because)
        eligible = tuple(edge.because for edge in self._eligible if edge.target == account.id)
        shown = tuple(Cause(at=cause.at, label="eligible only: must be activated first") for cause in eligible)
        if holds.answer == "maybe":
            return maybe(*holds.because)
        open_ = self._why_open(account)
        if open_:
            return maybe(*open_)
        complete = Cause(at=self._estate.complete["role_assignment"], label="says that these are all role assignments")
        here = Cause(at=account.at, label="holds no active assignment of Global Administrator")
        return yes(here, *shown, complete)

    def _why_open(self, account: Resource) -> tuple[Cause, ...]:
        """Why there may be an assignment that the files do not show."""
        if "role_assignment" not in self._estate.complete:
            question = f"does {account.head.address} hold Global Administrator for good?"
            how = "scan the files that assign directory roles, then complete: [role_assignment]; or break_glass: [{permanent: true}]"
            return (asks(Unknown(reason=question, at=account.at, how=how, answers=(all_there_are("role_assignment"),))),)
        return why_more(self._estate)

    def _eligible_ends(self) -> Iterator[Edge]:
        """The principals of certain eligible assignments of the role; each proven by the header of its assignment."""
        for resource in self._estate.of("role_assignment"):
            if (
                not isinstance(resource, RoleAssignment)
                or not isinstance(resource.eligible, Known)
                or not resource.eligible.value
            ):
                continue
            roles = self._estate.linked(resource, "role").members
            named = any_of(self._membership.role(edge, GLOBAL_ADMINISTRATOR) for edge in roles)
            if all_of((named, present(resource))).answer != "yes":
                continue
            for edge in self._estate.linked(resource, "principal").members:
                if edge.certain:
                    yield replace(edge, because=Cause(at=resource.at))


def _subject(account: Account) -> EmergencyAccount:
    """The subject for a user that is an emergency account for certain."""
    user = account.user
    because = account.identified.because[0] if account.identified.because else Cause(at=user.at)
    return EmergencyAccount(
        head=replace(user.head, address=f"emergency_account/{user.head.address}", origin="derived"),
        name=Known(value=user.label, at=user.at, origin="derived"),
        account=Edges(members=(Edge(target=user.id, certain=True, because=because),), at=user.at),
    )


def _doubtful(account: Account) -> Unclassified:
    """The subject for a user that may be an emergency account."""
    user = account.user
    doubts = tuple(cause.unknown for cause in account.identified.because if cause.unknown)
    return Unclassified(
        head=replace(user.head, address=f"unclassified/{user.head.address}", origin="derived"),
        name=Known(value=user.label, at=user.at, origin="derived"),
        could_be=("emergency_account",),
        hidden=ValueSet(members=doubts, at=user.at),
    )


def _is_subject_elsewhere(user: Resource, estate: Estate) -> bool:
    """Whether an account that is only declared here is better judged in another estate of the run.

    It is where that manages or looks up the account itself, or where this estate holds nothing of a directory at all (manifests, say).
    """
    if user.head.origin != "declared":
        return False
    keys = known_keys(user)
    if any(keys & known_keys(other) for other in estate.elsewhere.get("user", ())):
        return True
    here = (r for kind in DIRECTORY_KINDS for r in estate.resources.get(kind, ()) if r.head.origin != "declared")
    return not any(here) and any(estate.elsewhere.get(kind) for kind in DIRECTORY_KINDS)


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    identified = identify(estate, config)
    accounts = [account for account in identified.accounts if not _is_subject_elsewhere(account.user, estate)]
    if not accounts:
        return
    administrators = _Administrators(estate)
    for account in accounts:
        if account.identified.answer == "maybe":
            yield _doubtful(account)
            continue
        subject = _subject(account)
        views = (view for view in estate.views(account.user) if isinstance(view, User))
        yield subject
        yield Fact(subject=subject.id, name="depends_on_elsewhere", value=depends_on_elsewhere(views))
        yield Fact(subject=subject.id, name="not_administrator", value=administrators.lacking(account.user))


DERIVATION = Derivation(gives={"emergency_account": ("depends_on_elsewhere", "not_administrator")}, derive=_derive)
