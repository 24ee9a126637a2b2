"""Who is in a group and who holds a directory role, through any depth of nesting.

A group's members are what its own list holds, in every view of the group (managed, looked up, declared in the inventory), and
what additive memberships add. The list closes the set: it is written, or read back from the service, or declared. Whoever an
additive membership names that the change makes is certainly added; one that stands already, and that a closed list does not
hold, contradicts that list and counts as possible. So does a listed member whose membership the change deletes. A dynamic
group, a group without a list and a group named only by its id stay open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sparekey.facts.identity import Identities, bare, managed, names_something
from sparekey.model.answers import an_account, members_of
from sparekey.model.edges import Edge, Edges
from sparekey.model.estate import Estate
from sparekey.model.kinds.people import DirectoryRole, Group, GroupMember, RoleAssignment, User
from sparekey.model.resource import Resource
from sparekey.model.span import Place
from sparekey.model.truth import Cause, Truth, all_of, asks, maybe, no, unique, yes
from sparekey.model.value import Flag, Known, Links, Text, Unknown

GLOBAL_ADMINISTRATOR: Final = "62e90394-69f5-4237-9190-012177145e10"
"""Template id of the role Global Administrator, the same in every directory (Microsoft Entra built-in roles)."""

Causes = tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Who belongs: certainly, possibly, and why there may be others (empty: nobody else). `at` is what closed the set."""

    certain: Mapping[str, Edge]
    possible: Mapping[str, Edge]
    open: Causes
    at: Causes

    @property
    def all(self) -> Iterable[Edge]:
        """Every end, the certain ones first."""
        yield from self.certain.values()
        yield from self.possible.values()


class _Gathering:
    """Ends while they are collected: once certain, certain."""

    def __init__(self) -> None:
        self.certain: dict[str, Edge] = {}
        self.possible: dict[str, Edge] = {}
        self.open: list[Cause] = []
        self.at: list[Cause] = []

    def add(self, edge: Edge) -> None:
        if edge.certain:
            self.certain.setdefault(edge.target, edge)
            self.possible.pop(edge.target, None)
        elif edge.target not in self.certain:
            self.possible.setdefault(edge.target, edge)

    def ends(self) -> Ends:
        return Ends(certain=self.certain, possible=self.possible, open=unique(self.open), at=unique(self.at))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addition:
    """One additive membership: whom it adds, whether the change makes it, and why it may add somebody else."""

    edges: tuple[Edge, ...]
    new: bool
    open: Cause | None


class Membership:
    """Membership and role holding within one estate. Answers are remembered, cycles are harmless."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self.identities = Identities(estate)
        self.users = {user.id: user for user in estate.of("user")}
        self.groups = {group.id: group for group in estate.of("group")}
        self._roles = {role.id: role for role in estate.of("directory_role")}
        self._added, self._added_somewhere = self._additions()
        self._removed = self._removals()
        self._direct: dict[str, Ends] = {}
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
        found = _Gathering()
        queue = [(edge, not among) for edge in starts]
        entered: set[tuple[str, bool]] = set()
        while queue:
            group, is_start = queue.pop()
            if not is_start:
                found.add(group)
            if group.target in self.users or entered & {(group.target, True), (group.target, group.certain)}:
                continue
            entered.add((group.target, group.certain))
            below = self._below(group, surely_a_group=is_start)
            found.open += below.open
            found.at += below.at
            for edge in below.all:
                sure = edge.certain and group.certain
                doubt = group.because if edge.certain else edge.because
                queue.append((edge if sure else Edge(target=edge.target, certain=False, because=doubt), False))
        return found.ends()

    def _below(self, group: Edge, *, surely_a_group: bool) -> Ends:
        """The direct members of a group, or of an id that may be a group's."""
        resource = self.groups.get(group.target)
        if resource is None:
            return self._opaque(group, surely_a_group=surely_a_group)
        if group.target not in self._direct:
            self._direct[group.target] = self._members(resource)
        return self._direct[group.target]

    def _opaque(self, group: Edge, *, surely_a_group: bool) -> Ends:
        """What is known of a group that is only named: who is added to it here."""
        removed = self.identities.removed(group)
        if removed:
            return Ends(certain={}, possible={}, open=(), at=(removed,))
        found = _Gathering()
        for addition in self._added.get(group.target, ()):
            for edge in addition.edges:
                found.add(edge)
        if names_something(group) and "@" not in group.key:
            found.open.append(asks(who_is_in(group.key, at=group.because.at, surely_a_group=surely_a_group)))
        found.at.append(Cause(at=group.because.at))
        return found.ends()

    def _members(self, group: Resource) -> Ends:
        found = _Gathering()
        lists = [(view, self._estate.linked(view, "members")) for view in self._views(group) if isinstance(view, Group)]
        closed = [(view, list_) for view, list_ in lists if not self._why_open(view, list_)]
        removed = self._removed.get(group.id, {})
        # A written list says who will be in the group, a list that was looked up who was in it before the change.
        written = [list_ for view, list_ in closed if managed([view])]
        reported = written or [list_ for view, list_ in closed if view.head.origin != "declared"]
        for _, list_ in lists:
            for edge in list_.members:
                gone = removed.get(edge.target)
                sure = edge if _held_by_all(reported, edge) else _doubted(edge, group)
                found.add(Edge(target=edge.target, certain=False, because=gone) if gone else sure)
        for addition in self._added.get(group.id, ()):
            for edge in addition.edges:
                found.add(edge if addition.new or _held_by_all(reported, edge) else _doubted(edge, group))
        for edge in self._added_somewhere:
            found.add(edge)
        if not closed or any(_to_be_written(view, list_) for view, list_ in lists if reported and not written):
            found.open += (cause for view, list_ in lists for cause in self._why_open(view, list_))
        found.open += (a.open for a in self._added.get(group.id, ()) if a.open)
        found.at += (Cause(at=list_.at) for _, list_ in closed or lists)
        return found.ends()

    def _why_open(self, view: Group, list_: Edges) -> Causes:
        """Why a view of a group does not close its members (empty: it does)."""
        if list_.open:
            return (list_.open,)
        rule = view.membership_rule
        dynamic = isinstance(rule, Known) and bool(rule.value)
        dynamic = dynamic or any(isinstance(t, Known) and t.value.lower() == "dynamicmembership" for t in view.types.members)
        if dynamic:
            at = rule.at if isinstance(rule, Known) and rule.value else view.types.at
            how = f"inventory: groups: [{{of: {view.head.address}, members: [...]}}]"
            reason = f"whom does the membership rule of {view.head.address} select?"
            return (asks(Unknown(reason=reason, at=at, how=how, answers=(members_of(view.head.address),))),)
        if isinstance(rule, Unknown):
            return (asks(rule),)
        return (asks(view.types.open),) if view.types.open else ()

    def _additions(self) -> tuple[dict[str, list[_Addition]], list[Edge]]:
        """Whom additive memberships add, by group; and whom they add to a group that cannot be told."""
        added: dict[str, list[_Addition]] = {}
        somewhere: list[Edge] = []
        for resource in self._estate.of("group_member"):
            if not isinstance(resource, GroupMember):
                continue
            group, member = self._estate.linked(resource, "group"), self._estate.linked(resource, "member")
            there = present(resource)
            new = isinstance(resource.created, Known) and bool(resource.created.value)
            for into in group.members:
                sure = into.certain and there.answer == "yes"
                doubt = there.because[0] if there.answer == "maybe" else into.because
                edges = (e if sure else Edge(target=e.target, certain=False, because=doubt) for e in member.members)
                added.setdefault(into.target, []).append(_Addition(edges=tuple(edges), new=new, open=member.open))
            if group.open:
                somewhere += (Edge(target=e.target, certain=False, because=group.open) for e in member.members)
        return added, somewhere

    def _removals(self) -> dict[str, dict[str, Cause]]:
        """Members whose membership the change deletes, by group; each with the question whether the list puts them back."""
        named = {
            bare(key.value.value): resource.id
            for resource in (*self.users.values(), *self.groups.values())
            for view in self._estate.views(resource)
            for key in view.keys
            if key.space == "object_id" and isinstance(key.value, Known) and key.value.value
        }

        def ends(links: Links) -> list[str]:
            ids = (bare(value.value) for value in links.values.members if isinstance(value, Known))
            return [named.get(id_, f"external:object_id:{id_}") for id_ in ids]

        removed: dict[str, dict[str, Cause]] = {}
        for deletion in self._estate.deletions:
            resource = deletion.resource
            if not isinstance(resource, GroupMember) or deletion.action not in ("delete", "replace"):
                continue
            question = Unknown(
                reason=f"does a member stay whose membership {resource.head.address} is deleted?",
                at=resource.at,
                how="run the check again after the change",
            )
            for group in ends(resource.group):
                kept = {edge.target for a in self._added.get(group, ()) if a.new for edge in a.edges}
                removed.setdefault(group, {}).update((m, asks(question)) for m in ends(resource.member) if m not in kept)
        return removed

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


def _held_by_all(lists: Iterable[Edges], edge: Edge) -> bool:
    """Whether every one of these lists holds the member."""
    return all(any(end.target == edge.target for end in list_.members) for list_ in lists)


def _to_be_written(view: Group, list_: Edges) -> bool:
    """Whether the change writes a list of members that nobody knows yet, so that a list read before it closes nothing."""
    written = view.members.values.open
    return list_.open is not None and written is not None and bool(managed([view])) and bool(written.refs or written.beyond)


def _doubted(edge: Edge, group: Resource) -> Edge:
    """The member as a possible one, because the group's closed list of members does not hold it."""
    question = Unknown(
        reason=f"does {group.head.address} keep a member that its list of members does not hold?",
        at=edge.because.at,
        how="write the member in the list, or leave the list out",
    )
    return Edge(target=edge.target, certain=False, because=asks(question))


def who_is_in(group: str, *, at: Place, surely_a_group: bool) -> Unknown:
    """The question that an id leaves open whose members no file shows; of a member's id, whether it is a group's at all."""
    reason = f"who is in the group {group}?" if surely_a_group else f"is {group} a group, and who is in it?"
    how = f"inventory: groups: [{{of: {group}, members: [...]}}]"
    return Unknown(reason=reason, at=at, how=how, answers=(members_of(group),))


def present(resource: Resource) -> Truth:
    """Whether at least one instance of it exists."""
    if resource.head.presence.answer == "yes" and resource.head.count.least < 1:
        return maybe(*resource.head.count.missing) if resource.head.count.missing else no(Cause(at=resource.at))
    return resource.head.presence


def _is_not(flag: Flag) -> Truth:
    if isinstance(flag, Unknown):
        return maybe(asks(flag))
    return no(Cause(at=flag.at)) if flag.value else yes()


def _whole_directory(scope: Text) -> Truth:
    if isinstance(scope, Unknown):
        return maybe(asks(scope))
    return yes() if scope.value == "/" else no(Cause(at=scope.at))
