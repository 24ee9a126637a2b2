"""Whether a policy reaches the emergency accounts, and whether it leaves one of them unprotected.

A policy is judged when it demands or blocks something and targets applications. It reaches an emergency account by including
everyone, the holders of Global Administrator (which every emergency account is meant to be), or the account itself, by id, group
or another role that it is seen to hold. A policy for the emergency accounts alone that does not block is good, not a missing
exclusion.
Where no account is known for certain, whoever they are is reached by a policy for everyone, and protected by no exclusion when
the written ones exclude nobody; anything else stays undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sparekey.facts.assignments import all_seen
from sparekey.facts.exclusions import excludes_somebody
from sparekey.facts.identity import EVERYBODY, names_something
from sparekey.facts.membership import GLOBAL_ADMINISTRATOR, Membership
from sparekey.model.answers import all_there_are, an_account
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate
from sparekey.model.kinds.access import AccessPolicy
from sparekey.model.resource import Resource
from sparekey.model.truth import Cause, Truth, all_of, any_of, asks, maybe, negate, no, unique, yes
from sparekey.model.value import Known, Text, Unknown, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What policies do to the emergency accounts of one estate.

    `identified` is, per account, yes or maybe. `nobody` is the question that is open when none of them is certain.
    """

    estate: Estate
    membership: Membership
    accounts: Mapping[str, Resource]
    identified: Mapping[str, Truth]
    nobody: Unknown

    def scope(self, policy: AccessPolicy) -> Truth:
        """Whether a policy can stop anybody from signing in to an application."""
        return all_of((_demands(policy), _targets(policy)))

    def exposed(self, policy: AccessPolicy) -> Truth:
        """Whether some emergency account is reached and not excluded. Proven by the reaching attribute and the exclusions."""
        everyone = self._everyone(policy)

        def open_to(account: Resource) -> Truth:
            reached = any_of((everyone, self._reached(policy, account)))
            return all_of((reached, negate(self._excluded(policy, account))))

        unprotected = any_of(
            (*(self._if_identified(a, open_to(a)) for a in self.accounts.values()), *self._unseen_exposed(policy))
        )
        if unprotected.answer == "no":
            return unprotected
        for_them_alone = all_of((self._only_them(policy), negate(_has(policy.controls, "block"))))
        return all_of((unprotected, negate(for_them_alone)))

    @property
    def _none_certain(self) -> bool:
        return all(truth.answer != "yes" for truth in self.identified.values())

    def _if_identified(self, account: Resource, truth: Truth) -> Truth:
        """The truth, if the account is an emergency account at all. Whether it is one is asked before anything else is."""
        identified = self.identified[account.id]
        return identified if identified.answer == "maybe" and truth.answer != "no" else all_of((truth, identified))

    def _everyone(self, policy: AccessPolicy) -> Truth:
        """Whether a policy reaches every emergency account, whoever they are: all users, or all Global Administrators."""
        users, roles = self.estate.linked(policy, "included_users"), self.estate.linked(policy, "included_roles")
        everybody = next((edge for edge in users.members if edge.key == EVERYBODY), None)
        if everybody:
            return yes(everybody.because)
        named = [self.membership.role(edge, GLOBAL_ADMINISTRATOR) for edge in roles.members]
        open_ = [maybe(edges.open) for edges in (users, roles) if edges.open]
        return any_of((*named, *open_, no(Cause(at=users.at))))

    def _reached(self, policy: AccessPolicy, account: Resource) -> Truth:
        """Whether a policy includes an account itself, by id, by group or by a role that it is seen to hold."""
        return any_of(
            (
                self._listed(policy, "included_users", lambda edge: self._is(account, edge), account),
                self._listed(policy, "included_groups", lambda edge: self.membership.member(account, edge), account),
                self._listed(policy, "included_roles", lambda edge: self._holds(account, edge, by_definition=yes()), account),
            )
        )

    def _excluded(self, policy: AccessPolicy, account: Resource) -> Truth:
        """Whether a policy excludes an account, by id, by group or by a role that it certainly holds."""
        unproven = no() if all_seen(self.estate) else maybe(asks(self._ask_administrator(account)))
        lacking = f"does not exclude {account.label}"
        return any_of(
            (
                self._listed(policy, "excluded_users", lambda edge: self._is(account, edge), account, lacking),
                self._listed(policy, "excluded_groups", lambda edge: self.membership.member(account, edge), account, lacking),
                self._listed(
                    policy, "excluded_roles", lambda edge: self._holds(account, edge, by_definition=unproven), account, lacking
                ),
            )
        )

    def _listed(
        self, policy: AccessPolicy, name: str, holds: Callable[[Edge], Truth], account: Resource, lacking: str = ""
    ) -> Truth:
        """Whether one list of a policy holds an account; the attribute, labelled `lacking`, proves that it does not."""
        edges = self.estate.linked(policy, name)
        found: list[Truth] = []
        for edge in edges.members:
            truth = holds(edge)
            if truth.answer == "yes" and edge.certain:
                return yes(edge.because)
            if truth.answer == "yes":
                truth = maybe(edge.because)
            found.append(truth)
        if edges.open and (
            name not in ("included_users", "excluded_users") or self.membership.identities.may_hold(edges.open, account)
        ):
            found.append(maybe(edges.open))
        decided = any_of(found)
        return no(Cause(at=edges.at, label=lacking)) if decided.answer == "no" else decided

    def _is(self, account: Resource, edge: Edge) -> Truth:
        """Whether the user at this end of a relation is the account."""
        if edge.target == account.id:
            return yes()
        other = self.membership.users.get(edge.target)
        identities = self.membership.identities
        same = identities.same(account, other) if other else identities.named_by(account, edge)
        if same == "no":
            return no()
        name = other.head.address if other else edge.key or edge.target
        how = "inventory: break_glass: [{upn: ..., object_id: ...}]"
        reason = f"is {name} the emergency account {account.label}?"
        return maybe(asks(Unknown(reason=reason, at=edge.because.at, how=how, answers=(an_account(),))))

    def _holds(self, account: Resource, edge: Edge, *, by_definition: Truth) -> Truth:
        """Whether an account holds the role at this end of a relation.

        `by_definition` is the answer for Global Administrator where no assignment is seen. Another role than that one needs an
        assignment: an emergency account is not meant to hold any.
        """
        template: Text = self.membership.template(edge)
        if isinstance(template, Unknown):
            return maybe(asks(template))
        role = (template.value or "").lower()
        seen = self.membership.holds(account, role)
        return any_of((seen, by_definition)) if role == GLOBAL_ADMINISTRATOR else seen

    def _ask_administrator(self, account: Resource) -> Unknown:
        how = "declare its role assignment, or complete: [role_assignment]"
        reason = f"does {account.head.address} hold Global Administrator?"
        return Unknown(reason=reason, at=account.at, how=how, answers=(all_there_are("role_assignment"),))

    def _somebody_unseen(self, policy: AccessPolicy) -> Iterator[Truth]:
        """Whether a policy may reach emergency accounts that are not known, by naming somebody who may be one."""
        if not self._none_certain:
            return
        question = asks(self.nobody)
        for name in ("included_users", "included_groups"):
            edges = self.estate.linked(policy, name)
            if edges.open:
                yield maybe(edges.open, question)
            for edge in edges.members:
                if edge.target in self.membership.groups:
                    ends = self.membership.everyone(edge)
                    if ends.open or any(end.external for end in ends.all):
                        yield maybe(question)
                elif edge.external and names_something(edge):
                    yield maybe(question)

    def _unseen_exposed(self, policy: AccessPolicy) -> Iterator[Truth]:
        """Whether emergency accounts that are not known would be reached and not excluded."""
        if not self._none_certain:
            return
        reached = any_of((self._everyone(policy), *self._somebody_unseen(policy)))
        somebody = excludes_somebody(policy, self.estate, self.membership)
        nobody = negate(somebody) if somebody.answer == "no" else maybe(asks(self.nobody))
        yield all_of((reached, nobody))

    def _only_them(self, policy: AccessPolicy) -> Truth:
        """Whether a policy is for emergency accounts alone: every user and every member of every group it includes is one."""
        users, groups = self.estate.linked(policy, "included_users"), self.estate.linked(policy, "included_groups")
        roles = self.estate.linked(policy, "included_roles")
        truths = [self._is_one(edge) for edge in users.members if edge.key.lower() != "none"]
        for group in groups.members:
            ends = self.membership.everyone(group)
            truths += [self._is_one(edge) for edge in ends.all if edge.target not in self.membership.groups]
            truths += [maybe(cause) for cause in ends.open]
            truths += [] if group.certain else [maybe(group.because)]
        truths += [maybe(edges.open) for edges in (users, groups, roles) if edges.open]
        truths += [no(edge.because) for edge in roles.members]
        truths += [negate(_filled(policy.included_guests))]
        return all_of(truths)

    def _is_one(self, edge: Edge) -> Truth:
        """Whether the user at this end of a relation is an emergency account."""
        known = self.identified.get(edge.target)
        if known:
            return known if edge.certain else maybe(edge.because)
        if edge.key == EVERYBODY:
            return no(edge.because)
        may_be = any(self._is(account, edge).answer != "no" for account in self.accounts.values())
        unseen = self._none_certain and edge.external and names_something(edge)
        return maybe(asks(self.nobody)) if may_be or unseen else no(edge.because)


def _demands(policy: AccessPolicy) -> Truth:
    """Whether a policy blocks, or asks for anything before it lets people in. Session controls alone do not."""
    strength = policy.authentication_strength
    if isinstance(strength, Unknown):
        strong = yes(Cause(at=strength.at)) if _is_some_id(strength) else maybe(asks(strength))
    else:
        strong = yes(Cause(at=strength.at)) if strength.value else no(Cause(at=strength.at))
    return any_of((_filled(policy.controls), _filled(policy.custom_controls), _filled(policy.terms_of_use), strong))


def _is_some_id(unknown: Unknown) -> bool:
    """Whether a text that is not known yet will be the id of an object that the files declare: neither null nor blank."""
    return any(ref.certain and ref.attribute == "id" for ref in unknown.refs)


def _targets(policy: AccessPolicy) -> Truth:
    """Whether a policy is about signing in to applications, rather than to none, to an action or to a context."""
    applications = policy.included_applications
    truths = [_unless_none(member) for member in applications.members]
    if applications.open:
        truths.append(maybe(asks(applications.open)))
    chosen = policy.application_filter
    if isinstance(chosen, Unknown):
        truths.append(maybe(asks(chosen)))
    elif chosen.value:
        truths.append(yes(Cause(at=chosen.at)))
    return any_of((*truths, no(Cause(at=applications.at))))


def _unless_none(member: Known[str] | Unknown) -> Truth:
    if isinstance(member, Unknown):
        return maybe(asks(member))
    return no(Cause(at=member.at)) if member.value == "None" else yes(Cause(at=member.at))


def _filled(values: ValueSet[str]) -> Truth:
    """Whether a set holds anything."""
    if values.members:
        return yes(Cause(at=values.at))
    return maybe(asks(values.open)) if values.open else no(Cause(at=values.at))


def _has(values: ValueSet[str], word: str) -> Truth:
    """Whether a set holds a word."""
    open_ = [values.open] if values.open else []
    for member in values.members:
        if isinstance(member, Unknown):
            open_.append(member)
        elif member.value == word:
            return yes(Cause(at=member.at))
    return maybe(*unique(asks(unknown) for unknown in open_)) if open_ else no(Cause(at=values.at))
