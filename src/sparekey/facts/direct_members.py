"""Who is directly in a group: what its lists hold, what additive memberships add, and what deleted ones take away.

A group's members are what its own list holds, in every view of the group (managed, looked up, declared in the inventory), and
what additive memberships add. The list closes the set: it is written, or read back from the service, or declared. Whoever an
additive membership names that the change makes is certainly added; one that stands already, and that a closed list does not
hold, contradicts that list and counts as possible. So does a listed member whose membership the change deletes. A dynamic
group, a group without a list and a group named only by its id stay open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sparekey.facts.identity import Identities, bare, managed, names_something
from sparekey.facts.membership_ends import Causes, Ends, Gathering
from sparekey.facts.presence import present
from sparekey.model.answers import members_of
from sparekey.model.edges import Edge, Edges
from sparekey.model.estate import Estate
from sparekey.model.kinds.people import Group, GroupMember
from sparekey.model.resource import Resource
from sparekey.model.span import Place
from sparekey.model.truth import Cause, asks
from sparekey.model.value import Known, Links, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addition:
    """One additive membership: whom it adds, whether the change makes it, and why it may add somebody else."""

    edges: tuple[Edge, ...]
    new: bool
    open: Cause | None


class DirectMembers:
    """The direct members of every group of one estate. Answers are remembered."""

    def __init__(self, estate: Estate, identities: Identities) -> None:
        self._estate = estate
        self._identities = identities
        self._groups = {group.id: group for group in estate.of("group")}
        self._added, self._added_somewhere = self._additions()
        self._removed = self._removals()
        self._direct: dict[str, Ends] = {}

    def of(self, group: Edge, *, surely_a_group: bool) -> Ends:
        """The direct members of a group, or of an id that may be a group's."""
        resource = self._groups.get(group.target)
        if resource is None:
            return self._opaque(group, surely_a_group=surely_a_group)
        if group.target not in self._direct:
            self._direct[group.target] = self._members(resource)
        return self._direct[group.target]

    def _opaque(self, group: Edge, *, surely_a_group: bool) -> Ends:
        """What is known of a group that is only named: who is added to it here."""
        removed = self._identities.removed(group)
        if removed:
            return Ends(certain={}, possible={}, open=(), at=(removed,))
        found = Gathering()
        for addition in self._added.get(group.target, ()):
            for edge in addition.edges:
                found.add(edge)
        if names_something(group) and "@" not in group.key:
            found.open.append(asks(who_is_in(group.key, at=group.because.at, surely_a_group=surely_a_group)))
        found.at.append(Cause(at=group.because.at))
        return found.ends()

    def _members(self, group: Resource) -> Ends:
        found = Gathering()
        lists = [(view, self._estate.linked(view, "members")) for view in self._estate.views(group) if isinstance(view, Group)]
        closed = [(view, list_) for view, list_ in lists if not self._why_open(view, list_)]
        removed = self._removed.get(group.id, {})
        # A written list says who will be in the group, a list that was looked up who was in it before the change.
        written = [list_ for view, list_ in closed if managed([view])]
        reported = written or [list_ for view, list_ in closed if view.head.origin != "declared"]
        held = _held_by_all(reported)
        for _, list_ in lists:
            for edge in list_.members:
                gone = removed.get(edge.target)
                sure = edge if _holds(held, edge) else _doubted(edge, group)
                found.add(Edge(target=edge.target, certain=False, because=gone) if gone else sure)
        for addition in self._added.get(group.id, ()):
            for edge in addition.edges:
                found.add(edge if addition.new or _holds(held, edge) else _doubted(edge, group))
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
            for resource in (*self._estate.of("user"), *self._groups.values())
            for view in self._estate.views(resource)
            for key in view.keys
            if key.space == "object_id" and isinstance(key.value, Known) and key.value.value
        }

        def ends(links: Links) -> list[str]:
            ids = (bare(value.value) for value in links.values.members if isinstance(value, Known))
            return [named.get(id_, f"external:object_id:{id_}") for id_ in ids]

        kept = {group: {e.target for a in added if a.new for e in a.edges} for group, added in self._added.items()}
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
                gone = (member for member in ends(resource.member) if member not in kept.get(group, ()))
                removed.setdefault(group, {}).update((member, asks(question)) for member in gone)
        return removed


def _held_by_all(lists: Sequence[Edges]) -> frozenset[str] | None:
    """The ends that every one of these lists holds; None, which is everybody, where there is no list."""
    ends = [frozenset(edge.target for edge in list_.members) for list_ in lists]
    return frozenset.intersection(*ends) if ends else None


def _holds(held: frozenset[str] | None, edge: Edge) -> bool:
    return held is None or edge.target in held


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
