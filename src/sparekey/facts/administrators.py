"""How many people are Global Administrator, actively or after activating the role.

A person counts once, whichever way the role comes: an assignment, an eligible one, a group, a declaration as emergency account. Service
principals are no people. Whoever is behind an id that the files do not explain may be a person, a service principal, or a group of many.
There is an upper bound only where the files hold all assignments (`complete: [role_assignment]`) and the members of every group that
holds the role.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sparekey.facts.assignments import unseen
from sparekey.facts.emergency import DIRECTORY_KINDS, HOW, identify
from sparekey.facts.identity import names_something
from sparekey.facts.membership import GLOBAL_ADMINISTRATOR, Membership
from sparekey.model.answers import an_account
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate, Fact
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Cause, Truth, asks, maybe, no, unique, yes
from sparekey.model.value import Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

MOST_APART: Final = 100
"""So many people are told from each other, one by one: far more than any rule asks for, and soon done."""


def global_administrators(estate: Estate, config: Config, first: Place) -> Bounds:
    """How many people are Global Administrator or can become it; `first` is the place for what concerns the whole directory."""
    membership = Membership(estate)
    ends = membership.holders(GLOBAL_ADMINISTRATOR, eligible=True)
    people: dict[str, tuple[Resource, Truth]] = {}
    strangers: list[Edge] = []
    for edge in ends.all:
        user = membership.users.get(edge.target)
        if user is not None:
            people[user.id] = user, _held(membership, user, edge)
        elif edge.external and "@" in edge.key and names_something(edge) and not membership.identities.removed(edge):
            strangers.append(edge)
    for account in identify(estate, config).accounts:
        # An account of the inventory is usable by declaration, as it is where emergency accounts are counted.
        if account.declared and people.get(account.user.id, (account.user, no()))[1].answer != "yes":
            signs_in = membership.signs_in(account.user)
            people[account.user.id] = account.user, account.identified if signs_in.answer == "yes" else signs_in
    sure = [user for user, held in people.values() if held.answer == "yes"]
    possible = [(user, held) for user, held in people.values() if held.answer == "maybe"]
    missing = [cause for _, held in possible for cause in held.because]
    # Somebody whom only a user principal name tells counts, unless it may be that of an account whose name is not known.
    others = [edge for edge in strangers if edge.certain and not _may_be_one(edge, sure, membership)]
    missing += (edge.because if not edge.certain else asks(_who(edge)) for edge in strangers if edge not in others)
    least = _distinct(sure, membership) + len(others)
    if least - len(others) < sum(user.head.count.least for user in sure):
        missing += (asks(_same(user)) for user in sure)
    counts = [user.head.count for user in (*sure, *(user for user, _ in possible))]
    missing += (cause for count in counts for cause in count.missing)
    open_ = (*ends.open, *unseen(estate, first))
    missing += open_
    bounded = [count.most for count in counts if count.most is not None]
    most = sum(bounded) + len(strangers) if len(bounded) == len(counts) and not open_ else None
    because = [cause for user, held in people.values() if held.answer == "yes" for cause in held.because or (Cause(at=user.at),)]
    because += (edge.because for edge in others)
    if "role_assignment" in estate.complete:
        because.append(Cause(at=estate.complete["role_assignment"], label="says that these are all role assignments"))
    return Bounds(least=least, most=most, because=unique(because), missing=() if most == least else unique(missing))


def _may_be_one(edge: Edge, users: list[Resource], membership: Membership) -> bool:
    return any(membership.identities.named_by(user, edge) != "no" for user in users)


def _held(membership: Membership, user: Resource, edge: Edge) -> Truth:
    """Whether the person holds the role: the assignment is sure, and the account can sign in."""
    signs_in = membership.signs_in(user)
    if signs_in.answer != "yes":
        return signs_in
    return yes(edge.because) if edge.certain else maybe(edge.because)


def _distinct(users: list[Resource], membership: Membership) -> int:
    """How many people these are at least: what no key proves to be two may be one."""
    apart: list[Resource] = []
    for user in users[:MOST_APART]:
        if all(membership.identities.same(user, other) == "no" for other in apart):
            apart.append(user)
    return sum(user.head.count.least for user in apart)


def _who(edge: Edge) -> Unknown:
    reason = f"who is {edge.key}, who holds Global Administrator?"
    return Unknown(reason=reason, at=edge.because.at, how=HOW, answers=(an_account(upn=edge.key),))


def _same(user: Resource) -> Unknown:
    reason = f"is {user.head.address} a person of its own?"
    return Unknown(reason=reason, at=user.at, how="declare its user principal name and object id")


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    first = next((resource for kind in DIRECTORY_KINDS for resource in estate.resources.get(kind, ())), None)
    if first is not None:
        found = global_administrators(estate, config, first.at)
        yield Fact(subject=f"{estate.name}#tenant", name="global_administrators", value=found)


DERIVATION = Derivation(gives={"tenant": ("global_administrators",)}, derive=_derive)
