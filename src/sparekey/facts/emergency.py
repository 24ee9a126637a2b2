"""Emergency accounts: which they are, how many can be used, and which policies would lock them out.

An account is an emergency account where sparekey.yaml or a tag declares it. Only where none is declared, or where the list
says that it is partial, the configured name pattern tells them, and what is found so is called inferred; an account whose name
cannot be read is then a possible one. Being excluded from policies identifies nobody: the account that one policy forgets would
drop out of its own check.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sparekey.config import MATCHED_NAME_LENGTH
from sparekey.facts.assignments import all_seen, why_more
from sparekey.facts.exposure import Exposure
from sparekey.facts.identity import bare
from sparekey.facts.membership import GLOBAL_ADMINISTRATOR, Membership
from sparekey.facts.presence import present
from sparekey.model.answers import all_there_are, an_account
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.access import AccessPolicy
from sparekey.model.kinds.derived import Tenant
from sparekey.model.kinds.people import User
from sparekey.model.resource import Head, Resource, known_text
from sparekey.model.seams import Derivation
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Cause, Truth, asks, maybe, no, unique, yes
from sparekey.model.value import Flag, Known, Text, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

DIRECTORY_KINDS: Final = (
    "access_policy",
    "user",
    "group",
    "group_member",
    "directory_role",
    "role_assignment",
    "named_location",
    "log_export",
    "authentication_method",
)
"""Kinds of which one resource shows that the files speak of a directory."""

HOW: Final = "inventory: break_glass: [{upn: ...}]"
"""How an open question about emergency accounts is answered."""

MOST_APART: Final = 100
"""So many accounts are told from each other, one by one: far more than any rule asks for, and soon done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An emergency account. `identified` is why: yes, or maybe where its name or presence cannot be told."""

    user: Resource
    identified: Truth
    declared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """The emergency accounts of an estate, and the declaration that names all of them (None: there may be others)."""

    accounts: tuple[Account, ...]
    declared_at: Place | None


def identify(estate: Estate, config: Config) -> Identified:
    """The emergency accounts, in the order of their resources: the declared ones, and where those may not be all, by name."""
    declared: list[Account] = []
    others: list[Resource] = []
    partial = False
    for user in estate.of("user"):
        views = [view for view in estate.views(user) if isinstance(view, User)]
        flags = [view.emergency for view in views]
        says = next(
            (f for f in flags if isinstance(f, Known) and f.value), next((f for f in flags if isinstance(f, Unknown)), None)
        )
        if says is None:
            others.append(user)
            continue
        found = maybe(asks(says)) if isinstance(says, Unknown) else yes(Cause(at=says.at, label="declared emergency account"))
        there = any(present(view).answer == "yes" for view in views)
        declared.append(Account(user=user, identified=found if there else present(user), declared=True))
        partial = partial or any(_may_be_true(view.listed_partially) for view in views)
    sure = [a for a in declared if a.identified.answer == "yes"]
    if sure and not partial:
        return Identified(accounts=tuple(declared), declared_at=sure[0].identified.because[0].at)
    pattern = re.compile(config.emergency_pattern, re.IGNORECASE)
    named = ((user, _by_name(user, estate, pattern)) for user in others)
    inferred = (Account(user=user, identified=found, declared=False) for user, found in named if found.answer != "no")
    return Identified(accounts=(*declared, *inferred), declared_at=None)


def _may_be_true(flag: Flag) -> bool:
    return isinstance(flag, Unknown) or bool(flag.value)


def _by_name(user: Resource, estate: Estate, pattern: re.Pattern[str]) -> Truth:
    """Whether a user's name, UPN or mail nickname matches the pattern."""
    views = [view for view in estate.views(user) if isinstance(view, User)]
    names: list[Text] = [name for view in views for name in (view.upn, view.name, view.nickname)]
    there = present(user)
    for name in names:
        if isinstance(name, Known) and name.value and pattern.search(name.value[:MATCHED_NAME_LENGTH]):
            return (
                yes(Cause(at=name.at, label=f"{user.label} is an emergency account by its name"))
                if there.answer == "yes"
                else there
            )
    if there.answer == "no" or not any(isinstance(name, Unknown) for name in names):
        return no()
    question = f"is {user.head.address} an emergency account?"
    return maybe(asks(Unknown(reason=question, at=user.at, how=HOW, answers=(an_account(),))))


def _count(estate: Estate, identified: Identified, membership: Membership) -> Bounds:
    """How many emergency accounts can be used: enabled ones that are declared, or that certainly hold Global Administrator."""
    closed = _closed_by(estate, identified)
    sure: list[Account] = []
    most: int | None = 0
    because: list[Cause] = []
    missing: list[Cause] = []
    for account in identified.accounts:
        usable = _usable(account, estate, membership)
        if usable.answer == "no":
            continue
        count = account.user.head.count
        if usable.answer == "yes":
            sure.append(account)
            because += account.identified.because
        else:
            missing += usable.because
        most = None if most is None or count.most is None else most + count.most
        missing += count.missing
    least = _distinct(sure, membership)
    if least < sum(a.user.head.count.least for a in sure):
        missing += (asks(_ask_whether_one(a)) for a in sure)
    unseen = _unseen(estate, identified, membership, closed)
    if unseen:
        most = None
        missing += unseen
    if most == least:
        missing = []
    closing = (Cause(at=closed, label="says that these are all"),) if closed else ()
    return Bounds(least=least, most=most, because=unique((*because, *closing)), missing=unique(missing))


def _ask_whether_one(account: Account) -> Unknown:
    address = account.user.head.address
    return Unknown(
        reason=f"is {address} an account of its own?", at=account.user.at, how="inventory: break_glass: [{upn, object_id}]"
    )


def _usable(account: Account, estate: Estate, membership: Membership) -> Truth:
    """Whether an account counts."""
    signs_in = membership.signs_in(account.user)
    if signs_in.answer == "no":
        return no()
    if account.identified.answer == "maybe":
        return account.identified
    enabled = membership.enabled(account.user)
    open_ = list(enabled.because) if enabled.answer == "maybe" else []
    role = yes() if account.declared else membership.holds(account.user, GLOBAL_ADMINISTRATOR)
    if role.answer == "no":
        if all_seen(estate):
            return no()
        how = "declare its role assignment, or inventory: break_glass: [{upn: ...}]"
        question = f"does {account.user.head.address} hold Global Administrator?"
        answers = (an_account(*_ids(account.user)), all_there_are("role_assignment"))
        asked = Unknown(reason=question, at=account.user.at, how=how, answers=answers)
        role = maybe(*(why_more(estate) if "role_assignment" in estate.complete else (asks(asked),)))
    open_ += role.because if role.answer == "maybe" else ()
    return maybe(*open_) if open_ else yes()


def _distinct(accounts: list[Account], membership: Membership) -> int:
    """How many accounts these are at least: what no key proves to be two may be one."""
    apart: list[Account] = []
    for account in accounts:
        if len(apart) == MOST_APART:
            break
        if all(membership.identities.same(account.user, other.user) == "no" for other in apart):
            apart.append(account)
    return sum(account.user.head.count.least for account in apart)


def _closed_by(estate: Estate, identified: Identified) -> Place | None:
    """What says that there are no other emergency accounts."""
    if identified.declared_at:
        return identified.declared_at
    if estate.leaks:
        return None
    return estate.complete.get("emergency_account") or estate.complete.get("role_assignment")


def _unseen(estate: Estate, identified: Identified, membership: Membership, closed: Place | None) -> tuple[Cause, ...]:
    """Why there may be emergency accounts that the files do not show (empty: there are none)."""
    if identified.declared_at:
        return ()
    if closed is None:
        return (
            asks(which_accounts(_first(estate).at)),
            *(asks(leak) for leak in estate.leaks if estate.complete.keys() & {"emergency_account", "role_assignment"}),
        )
    holders = membership.holders(GLOBAL_ADMINISTRATOR)
    opaque = (edge for edge in holders.all if edge.external and not membership.identities.removed(edge))
    named = tuple(asks(_ask_holder(edge.key or edge.target, edge.because.at)) for edge in opaque)
    beside = tuple(asks(_ask_stranger(user)) for user in estate.beside("user"))
    roles = () if "emergency_account" in estate.complete else why_more(estate)
    return (*named, *holders.open, *beside, *roles)


def _ask_holder(key: str, at: Place) -> Unknown:
    reason = f"who is {key}, which holds Global Administrator?"
    return Unknown(reason=reason, at=at, how=HOW, answers=(an_account(object_id=bare(key)),))


def _ask_stranger(user: Resource) -> Unknown:
    reason = f"is {user.head.address} an emergency account of this directory?"
    return Unknown(reason=reason, at=user.at, how=HOW, answers=(an_account(*_ids(user)),))


def _ids(user: Resource) -> tuple[str | None, str | None]:
    """The user principal name and the object id of a user, as far as they are known."""
    known = {key.space: known_text(key.value) for key in user.keys}
    object_id = known.get("object_id")
    return known.get("upn"), bare(object_id) if object_id else None


def which_accounts(at: Place) -> Unknown:
    """The question that is open where no emergency account is known for certain."""
    return Unknown(reason="which accounts are your emergency accounts?", at=at, how=HOW, answers=(an_account(),))


def _first(estate: Estate) -> Resource:
    """The first directory object, the place for what concerns the whole directory."""
    return next(resource for kind in DIRECTORY_KINDS for resource in estate.resources.get(kind, ()))


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    if not any(estate.resources.get(kind) for kind in DIRECTORY_KINDS):
        return
    membership = Membership(estate)
    identified = identify(estate, config)
    first = _first(estate).at
    closed = _closed_by(estate, identified)
    at = closed or first
    head = Head(deployment=estate.name, address="tenant", at=at, origin="derived")
    tenant = Tenant(head=head, name=Known(value=None, at=at, origin="derived"))
    yield tenant
    yield Fact(subject=tenant.id, name="emergency_accounts", value=_count(estate, identified, membership))
    sure: Mapping[str, Truth] = {a.user.id: a.identified for a in identified.accounts}
    users = {a.user.id: a.user for a in identified.accounts}
    exposure = Exposure(estate=estate, membership=membership, accounts=users, identified=sure, nobody=which_accounts(first))
    for policy in estate.resources.get("access_policy", ()):
        if isinstance(policy, AccessPolicy):
            yield Fact(subject=policy.id, name="stops_sign_in", value=exposure.scope(policy))
            yield Fact(subject=policy.id, name="emergency_exposed", value=exposure.exposed(policy))


DERIVATION = Derivation(
    gives={"tenant": ("emergency_accounts",), "access_policy": ("stops_sign_in", "emergency_exposed")}, derive=_derive
)
