"""How many assignments of privileged roles there are, active or eligible, in the whole directory or a part of it.

An assignment to a group is one assignment, as the service counts them. The same assignment seen twice (here and in the inventory)
counts once where the role and the principal are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sparekey.facts.assignments import unseen
from sparekey.facts.emergency import DIRECTORY_KINDS
from sparekey.facts.membership import Membership
from sparekey.facts.presence import present
from sparekey.model.builtin_roles import PRIVILEGED, TEMPLATES
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.people import RoleAssignment
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Text, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

_BUILT_IN: Final = frozenset(TEMPLATES.values())
_PRIVILEGED: Final = frozenset(TEMPLATES[name] for name in PRIVILEGED)


def privileged_assignments(estate: Estate, first: Place) -> Bounds:
    """The count; `first` is the place for what concerns the whole directory."""
    membership = Membership(estate)
    sure: dict[tuple[str, str], RoleAssignment] = {}
    possible: list[tuple[RoleAssignment, Truth]] = []
    # What the inventory says comes last: it may be one of those that the files show.
    for assignment in sorted(estate.of("role_assignment"), key=lambda r: r.head.origin == "declared"):
        if not isinstance(assignment, RoleAssignment):
            continue
        found = all_of((_privileged(assignment, estate, membership), present(assignment)))
        key = _key(assignment, estate, membership)
        if found.answer == "no" or key in sure:
            continue
        if found.answer == "yes" and assignment.head.origin != "declared":
            sure[key] = assignment
        else:
            possible.append((assignment, found if found.answer == "maybe" else maybe(asks(_again(assignment)))))
    open_ = unseen(estate, first)
    counts = [a.head.count for a in sure.values()] + [a.head.count for a, _ in possible]
    bounded = [count.most for count in counts if count.most is not None]
    least = sum(a.head.count.least for a in sure.values())
    most = sum(bounded) if len(bounded) == len(counts) and not open_ else None
    because = [Cause(at=assignment.at) for assignment in sure.values()]
    if "role_assignment" in estate.complete:
        because.append(Cause(at=estate.complete["role_assignment"], label="says that these are all role assignments"))
    missing = (*(c for _, t in possible for c in t.because), *(c for count in counts for c in count.missing), *open_)
    return Bounds(least=least, most=most, because=unique(because), missing=() if most == least else unique(missing))


def _privileged(assignment: RoleAssignment, estate: Estate, membership: Membership) -> Truth:
    """Whether the role is a privileged one."""
    edges = estate.linked(assignment, "role")
    truths = [_is_privileged(membership.template(edge), edge) for edge in edges.members]
    return any_of([*truths, *([maybe(edges.open)] if edges.open else [])])


def _is_privileged(template: Text, edge: Edge) -> Truth:
    if isinstance(template, Unknown):
        return maybe(asks(template))
    id_ = (template.value or "").lower()
    if not edge.certain:
        return maybe(edge.because)
    if id_ in _BUILT_IN:
        return yes(edge.because) if id_ in _PRIVILEGED else no(edge.because)
    # A role of one's own is privileged if one of its permissions is.
    reason = f"is the role {id_} a privileged one?"
    return maybe(asks(Unknown(reason=reason, at=edge.because.at, how="look at its permissions in the admin center")))


def _key(assignment: RoleAssignment, estate: Estate, membership: Membership) -> tuple[str, str]:
    """What makes an assignment the same as another: role and principal; where one of them is not known, itself."""
    roles, principals = estate.linked(assignment, "role"), estate.linked(assignment, "principal")
    if len(roles.members) == len(principals.members) == 1 and roles.members[0].certain and principals.members[0].certain:
        template = membership.template(roles.members[0])
        if not isinstance(template, Unknown) and not principals.open:
            return (template.value or "").lower(), principals.members[0].target
    return "", assignment.id


def _again(assignment: RoleAssignment) -> Unknown:
    reason = f"is {assignment.head.address} one of the assignments that the files show?"
    return Unknown(reason=reason, at=assignment.at, how="give the account's object id and user principal name")


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    del config  # nothing to configure
    first = next((resource for kind in DIRECTORY_KINDS for resource in estate.resources.get(kind, ())), None)
    if first is not None:
        found = privileged_assignments(estate, first.at)
        yield Fact(subject=f"{estate.name}#tenant", name="privileged_assignments", value=found)


DERIVATION = Derivation(gives={"tenant": ("privileged_assignments",)}, derive=_derive)
