"""Who is in a group and who holds a directory role, through any depth of nesting.

Who is directly in a group, and when that is all there is, `direct_members` says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sparekey.facts.direct_members import DirectMembers
from sparekey.facts.identity import Identities, managed, names_something
from sparekey.facts.membership_ends import Causes, Ends, Gathering
from sparekey.facts.presence import present
from sparekey.model.answers import an_account
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate
from sparekey.model.kinds.people import DirectoryRole, RoleAssignment, User
from sparekey.model.resource import Resource
from sparekey.model.truth import Cause, Truth, all_of, asks, maybe, no, unique, yes
from sparekey.model.value import Flag, Known, Text, Unknown

GLOBAL_ADMINISTRATOR: Final = "62e90394-69f5-4237-9190-012177145e10"
"""Template id of the role Global Administrator, the same in every directory (Microsoft Entra built-in roles)."""


class Membership:
    """Membership and role holding within one estate. Answers are remembered, cycles are harmless."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self.identities = Identities(estate)
        self.users = {user.id: user for user in estate.of("user")}
        self.groups = {group.id: group for group in estate.of("group")}
        self._roles = {role.id: role for role in estate.of("directory_role")}
        self._direct = DirectMembers(estate, self.identities)
        self._everyone: dict[str, Ends] = {}
        self._holders: dict[tuple[str, bool], Ends] = {}
        self._answers: dict[tuple[str, str], Truth] = {}

    def member(self, user: Resource, group: Edge) -> Truth:
        """Whether a user is in the group at this end of a relation (whether the relation itself holds is the caller's)."""
        if (user.id, group.target) not in self._answers:
            self._answers[user.id, group.target] = self._among(user, self.everyone(group))
        return self._answers[user.id, group.target]

    def holds(self, user: Resource, template: str) -> Truth:
        """Whether a user actively holds a role in the whole directory, as far as the assignments that are seen say."""
        if (user.id, template) not in self._answers:
            self._answers[user.id, template] = self._among(user, self.holders(template))
        return self._answers[user.id, template]

    def occupied(self, group: Edge) -> Truth:
        """Whether somebody is in the group. A member that is named by id only is taken at its word, a placeholder is nobody."""
        ends = self.everyone(group)
        open_ = list(ends.open)
        for edge in ends.all:
            if edge.target in self.groups:
                continue
            user = self.users.get(edge.target)
            named = names_something(edge) and not self.identities.removed(edge)
            real = self.signs_in(user) if user else yes() if named else no()
            if real.answer == "yes" and edge.certain:
                return yes(edge.because)
            if real.answer != "no":
                open_ += real.because if edge.certain else (edge.because,)
        return maybe(*unique(open_)) if open_ else no(*ends.at)

    def signs_in(self, user: Resource) -> Truth:
        """Whether somebody can sign in as this user once the change is made: it is there and not switched off."""
        gone = self.identities.gone(user)
        return no(gone) if gone else all_of((present(user), self.enabled(user)))

    def enabled(self, user: Resource) -> Truth:
        """Whether an account is switched on. What the files manage says what it will be; else no view may say that it is off."""
        views = self._views(user)
        flags = [view.enabled for view in managed(views) or views if isinstance(view, User)]
        return all_of(
            [maybe(asks(f)) if isinstance(f, Unknown) else no(Cause(at=f.at)) if f.value is False else yes() for f in flags]
        )

    def everyone(self, group: Edge) -> Ends:
        """All members of a group, nested groups and their members among them."""
        if group.target not in self._everyone:
            start = Edge(target=group.target, certain=True, because=Cause(at=group.because.at))
            self._everyone[group.target] = self._walk([start], among=False)
        return self._everyone[group.target]

    def holders(self, template: str, *, eligible: bool = False) -> Ends:
        """Who actively holds a role (or, `eligible`, may activate it) in the whole directory, groups and their members among them."""
        if (template, eligible) not in self._holders:
            starts, open_ = self._assigned(template, eligible=eligible)
            found = self._walk(starts, among=True)
            self._holders[template, eligible] = Ends(
                certain=found.certain, possible=found.possible, open=unique((*open_, *found.open)), at=found.at
            )
        return self._holders[template, eligible]

    def role(self, edge: Edge, template: str) -> Truth:
        """Whether the role at this end of a relation is the one with the template id."""
        found = self._is_role(edge, template)
        return maybe(edge.because) if found.answer == "yes" and not edge.certain else found

    def template(self, edge: Edge) -> Text:
        """The template id of the role at this end of a relation."""
        for view in self._views(self._roles.get(edge.target)):
            if isinstance(view, DirectoryRole) and isinstance(view.template_id, Known) and view.template_id.value:
                return view.template_id
        if edge.target.startswith("external:template_id:"):
            return Known(value=edge.key.lower(), at=edge.because.at)
        name = self._roles[edge.target].head.address if edge.target in self._roles else edge.key
        how = "name the role by its template id"
        return Unknown(reason=f"which directory role is {name}?", at=edge.because.at, how=how)

    def _is_role(self, edge: Edge, template: str) -> Truth:
        found = self.template(edge)
        if isinstance(found, Unknown):
            return maybe(asks(found))
        return yes(edge.because) if (found.value or "").lower() == template else no(edge.because)

    def _among(self, user: Resource, ends: Ends) -> Truth:
        if user.id in ends.certain:
            return yes(ends.certain[user.id].because)
        open_: list[Cause] = [ends.possible[user.id].because] if user.id in ends.possible else []
        for edge in ends.all:
            other = self.users.get(edge.target)
            same = self.identities.same(user, other) if other else "no"
            if edge.external:
                same = self.identities.named_by(user, edge)
            if same != "no" and edge.target != user.id:
                question = Unknown(
                    reason=f"is {edge.key or (other.head.address if other else edge.target)} the account {user.label}?",
                    at=edge.because.at,
                    how="inventory: break_glass: [{upn: ..., object_id: ...}]",
                    answers=(an_account(),),
                )
                open_.append(asks(question))
        open_ += (cause for cause in ends.open if self.identities.may_hold(cause, user))
        return maybe(*unique(open_)) if open_ else no(*ends.at)

    def _walk(self, starts: Iterable[Edge], *, among: bool) -> Ends:
        """Everything below these ends, themselves included where they are `among` the answer.

        An end is entered at most twice: once as a possible one, once as a certain one.
        """
        found = Gathering()
        queue = [(edge, not among) for edge in starts]
        entered: set[tuple[str, bool]] = set()
        while queue:
            group, is_start = queue.pop()
            if not is_start:
                found.add(group)
            if group.target in self.users or entered & {(group.target, True), (group.target, group.certain)}:
                continue
            entered.add((group.target, group.certain))
            below = self._direct.of(group, surely_a_group=is_start)
            found.open += below.open
            found.at += below.at
            for edge in below.all:
                sure = edge.certain and group.certain
                doubt = group.because if edge.certain else edge.because
                queue.append((edge if sure else Edge(target=edge.target, certain=False, because=doubt), False))
        return found.ends()

    def _assigned(self, template: str, *, eligible: bool) -> tuple[list[Edge], Causes]:
        """The principals of every assignment of a role in the whole directory that is active or may be so, and why there may be others."""
        starts: list[Edge] = []
        open_: list[Cause] = []
        for resource in self._estate.of("role_assignment"):
            if not isinstance(resource, RoleAssignment):
                continue
            role = self._estate.linked(resource, "role")
            named = [self.role(edge, template) for edge in role.members]
            which = next((t for t in named if t.answer == "yes"), next((t for t in named if t.answer == "maybe"), no()))
            if which.answer == "no" and role.open:
                which = maybe(role.open)
            active = yes() if eligible else _is_not(resource.eligible)
            holds = all_of([which, present(resource), active, _whole_directory(resource.scope)])
            if holds.answer == "no":
                continue
            principal = self._estate.linked(resource, "principal")
            for edge in principal.members:
                sure = holds.answer == "yes"
                starts.append(edge if sure else Edge(target=edge.target, certain=False, because=holds.because[0]))
            if principal.open:
                open_.append(principal.open)
        return starts, tuple(open_)

    def _views(self, resource: Resource | None) -> tuple[Resource, ...]:
        return self._estate.views(resource) if resource else ()


def _is_not(flag: Flag) -> Truth:
    if isinstance(flag, Unknown):
        return maybe(asks(flag))
    return no(Cause(at=flag.at)) if flag.value else yes()


def _whole_directory(scope: Text) -> Truth:
    if isinstance(scope, Unknown):
        return maybe(asks(scope))
    return yes() if scope.value == "/" else no(Cause(at=scope.at))
