"""Whether one failure stops every combination of methods that an authentication strength accepts, and whom the strength is for.

A combination works only if each of its parts does, so it depends on the class of each (`method_classes`); a password depends on nothing
besides the directory itself. One class that is in all combinations is what the strength hangs on.

A strength is for ordinary people unless every policy that requires it is proven to be for emergency accounts alone: those have a
method of their own for good reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from sparekey.facts.emergency import identify
from sparekey.facts.identity import EVERYBODY
from sparekey.facts.membership import Membership
from sparekey.facts.method_classes import SHARED, dependency
from sparekey.facts.presence import present
from sparekey.model.answers import all_there_are
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.access import AccessPolicy
from sparekey.model.kinds.strengths import AuthenticationStrength
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.truth import Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Known, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

_FIRST_FACTOR: Final = "password"


def hangs_on(strength: AuthenticationStrength, among: Callable[[str], bool]) -> Truth:
    """Whether one class, of those that `among` takes, is in every combination.

    Proven by the combinations. So is the reverse: by one that depends on none of these classes, or by two that share none.
    """
    held = strength.combinations
    readable = [classes for m in held.members if isinstance(m, Known) and (classes := _classes(m.value)) is not None]
    if not readable:
        return _in_all(strength, "") if held.members or held.open else no(Cause(at=held.at))
    # A class in all combinations is in the first of them.
    found = any_of(_in_all(strength, name) for name in sorted(readable[0]) if among(name))
    return no(Cause(at=held.at)) if found.answer == "no" else found


def of_a_service(name: str) -> bool:
    """Whether a class is a service that many methods and people depend on."""
    return name in SHARED


def of_its_own(name: str) -> bool:
    """Whether a class is one method alone."""
    return name not in SHARED


def _in_all(strength: AuthenticationStrength, name: str) -> Truth:
    held = strength.combinations
    truths = [_holds(member, name) for member in held.members]
    if held.open:
        truths.append(maybe(asks(held.open)))
    return all_of(truths)


def _holds(member: Known[str] | Unknown, name: str) -> Truth:
    """Whether a combination depends on a class."""
    if isinstance(member, Unknown):
        return maybe(asks(member))
    classes = _classes(member.value)
    if classes is None:
        how = "write the name of a combination of the service"
        return maybe(asks(Unknown(reason=f"what does the combination {member.value} depend on?", at=member.at, how=how)))
    return yes(Cause(at=member.at)) if name in classes else no(Cause(at=member.at))


def _classes(combination: str) -> frozenset[str] | None:
    """The classes that a combination depends on; None where a part of it is no method that is known."""
    parts = [part.strip().lower() for part in combination.split(",") if part.strip()]
    found = {part: dependency(part) for part in parts if part != _FIRST_FACTOR}
    if not parts or None in found.values():
        return None
    return frozenset(name for name in found.values() if name) or frozenset({_FIRST_FACTOR})


class _Audience:
    """Whom the policies of an estate are for."""

    def __init__(self, estate: Estate, config: Config) -> None:
        self._estate = estate
        self._membership = Membership(estate)
        self._accounts = {account.user.id: account.identified for account in identify(estate, config).accounts}
        self._policies = [policy for policy in estate.of("access_policy") if isinstance(policy, AccessPolicy)]

    def ordinary(self, strength: AuthenticationStrength) -> Truth:
        """Whether a strength is for others than emergency accounts."""
        used = any_of(all_of((_requires(policy, strength), present(policy), self._beyond(policy))) for policy in self._policies)
        if used.answer == "yes":
            return used
        open_ = list(used.because) if used.answer == "maybe" else []
        open_ += self._unseen(strength)
        if open_:
            return maybe(*unique(open_))
        return no(Cause(at=self._estate.complete["access_policy"], label="says that these are all policies"))

    def _unseen(self, strength: AuthenticationStrength) -> Iterator[Cause]:
        """Why a policy that is not seen may require it (none: the files hold all policies)."""
        if "access_policy" not in self._estate.complete:
            reason = f"which policies require {strength.head.address}, and of whom?"
            how = "scan the policies, then complete: [access_policy]"
            yield asks(Unknown(reason=reason, at=strength.at, how=how, answers=(all_there_are("access_policy"),)))
            return
        yield from (asks(leak) for leak in self._estate.leaks)
        for policy in self._estate.beside("access_policy"):
            if isinstance(policy, AccessPolicy) and _requires(policy, strength).answer != "no":
                reason = f"is {policy.head.address}, which is not managed here, a policy of this directory?"
                yield asks(Unknown(reason=reason, at=policy.at, how="estates: say which deployments exist together"))

    def _beyond(self, policy: AccessPolicy) -> Truth:
        """Whether a policy is for others than emergency accounts."""
        roles = self._estate.linked(policy, "included_roles")
        ends = [
            *(self._other(edge) for edge in self._estate.linked(policy, "included_users").members),
            *(self._others(edge) for edge in self._estate.linked(policy, "included_groups").members),
            *(yes(edge.because) if edge.certain else maybe(edge.because) for edge in roles.members),
            *(yes(Cause(at=m.at)) if isinstance(m, Known) else maybe(asks(m)) for m in policy.included_guests.members),
        ]
        for name in ("included_users", "included_groups", "included_roles"):
            open_ = self._estate.linked(policy, name).open
            ends += [maybe(open_)] if open_ else []
        return any_of(ends)

    def _other(self, edge: Edge) -> Truth:
        """Whether an end of a policy's users is somebody else than an emergency account."""
        if edge.key.lower() == EVERYBODY.lower() or edge.key.lower() == "guestsorexternalusers":
            return yes(edge.because)
        if edge.key.lower() == "none":
            return no(edge.because)
        if edge.target in self._accounts:
            identified = self._accounts[edge.target]
            return no(edge.because) if identified.answer == "yes" else identified
        if not edge.certain:
            return maybe(edge.because)
        user = self._membership.users.get(edge.target)
        if edge.external or (user is not None and self._may_be_one(user)):
            reason = f"is {edge.key or edge.target.split('#', 1)[-1]} an emergency account?"
            return maybe(asks(Unknown(reason=reason, at=edge.because.at, how="inventory: break_glass: [{object_id: ...}]")))
        return yes(edge.because)

    def _may_be_one(self, user: Resource) -> bool:
        """Whether no key tells a user from some emergency account."""
        users = (self._membership.users[id_] for id_ in self._accounts)
        return any(self._membership.identities.same(user, account) != "no" for account in users)

    def _others(self, group: Edge) -> Truth:
        """Whether somebody else than emergency accounts is in a group."""
        ends = self._membership.everyone(group)
        truths = [
            all_of((self._other(edge), yes() if edge.certain else maybe(edge.because)))
            for edge in ends.all
            if edge.target not in self._membership.groups
        ]
        found = any_of([*truths, *(maybe(cause) for cause in ends.open)])
        return found if group.certain or found.answer == "no" else maybe(group.because)


def _requires(policy: AccessPolicy, strength: AuthenticationStrength) -> Truth:
    """Whether a policy requires a strength: by its id, or by a reference to it."""
    wanted = policy.authentication_strength
    own = [key.value for key in strength.keys if key.space == "object_id"]
    if isinstance(wanted, Known):
        if not wanted.value:
            return no(Cause(at=wanted.at))
        ids = [_last(id_.value) for id_ in own if isinstance(id_, Known) and id_.value]
        if ids:
            return yes(Cause(at=wanted.at)) if _last(wanted.value) in ids else no(Cause(at=wanted.at))
        reason = f"is {_last(wanted.value)} the id of {strength.head.address}?"
        return maybe(asks(Unknown(reason=reason, at=wanted.at, how="run the check again after the apply")))
    if strength.head.deployment == policy.head.deployment and any(ref.to == strength.head.address for ref in wanted.refs):
        sure = all(ref.to == strength.head.address and ref.certain for ref in wanted.refs) and not wanted.beyond
        return yes(Cause(at=wanted.at)) if sure else maybe(asks(wanted))
    return no(Cause(at=wanted.at)) if wanted.refs and not wanted.beyond else maybe(asks(wanted))


def _last(id_: str) -> str:
    """The id itself, at the end of a path or an address."""
    return id_.strip().rstrip("/").rpartition("/")[2].lower()


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    strengths = [s for s in estate.resources.get("authentication_strength", ()) if isinstance(s, AuthenticationStrength)]
    if not strengths:
        return
    audience = _Audience(estate, config)
    for strength in strengths:
        yield Fact(subject=strength.id, name="hangs_on_service", value=hangs_on(strength, of_a_service))
        yield Fact(subject=strength.id, name="hangs_on_method", value=hangs_on(strength, of_its_own))
        yield Fact(subject=strength.id, name="for_ordinary_people", value=audience.ordinary(strength))


DERIVATION = Derivation(
    gives={"authentication_strength": ("hangs_on_service", "hangs_on_method", "for_ordinary_people")}, derive=_derive
)
