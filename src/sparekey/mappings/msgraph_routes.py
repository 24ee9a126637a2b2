"""Which paths of Microsoft Graph the product understands, and what each of them makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sparekey.mappings import msgraph_access, msgraph_directory, msgraph_hybrid
from sparekey.mappings.msgraph_reading import Graph
from sparekey.mappings.msgraph_url import ANY, ids_in
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.value import Known, Text, Unknown, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One object that a declaration makes, patches or looks up.

    `owner` is the id in the path of what it belongs to (`groups/{owner}/members`), `listed` the ids that one declaration holds in
    full instead of a body. `created`: the change makes it; `changed`: the change does what the body says; `kept`: it is there after the change (not so for a deletion).
    """

    head: Head
    graph: Graph
    keys: tuple[Key, ...]
    owner: Text
    created: bool
    changed: bool = False
    kept: bool = True
    listed: ValueSet[str] | None = None


_BIND: Final = "members@odata.bind"
"""What writes members when a group is made, and adds some when it is patched."""

Make = Callable[[Item], Iterator[Resource]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One collection of Graph.

    `needs` are properties without which Graph makes no such object, `marks` those that tell a patch of one, `only` all that it
    can have (empty: not listed here). They say what a body may be whose path cannot be read. `single`: there is one such object,
    and it is never made, only patched. `refers`: the path ends in `/$ref` and the body names an object.
    """

    pattern: tuple[str, ...]
    make: Make
    needs: frozenset[str]
    marks: frozenset[str]
    only: frozenset[str] = frozenset()
    single: bool = False
    refers: bool = False

    def owner(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """The ids in the path of the collection; None where the path is another's."""
        return ids_in(path, self.pattern)

    def item(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """The ids in the path of one object of the collection, its own last; None where the path is another's."""
        return ids_in(path, (*self.pattern, ANY))

    def begins(self, path: tuple[str, ...]) -> bool:
        """Whether a path that goes on in ways nobody knows may be that of the collection, or of one object of it."""
        pattern = (*self.pattern, ANY)
        return len(path) <= len(pattern) and ids_in(path, pattern[: len(path)]) is not None

    def may_be(self, names: frozenset[str], *, patched: bool) -> bool:
        """Whether a body with these properties may be for this collection."""
        if patched:
            return bool(names & self.marks)
        return not self.single and self.needs <= names and (not self.only or names <= self.only)


def _policy(item: Item) -> Iterator[Resource]:
    # A patch is judged by itself, beside whatever else declares the policy: merged, one of the two would go unread.
    keys = () if item.graph.patched else item.keys
    yield msgraph_access.access_policy(item.head, keys, item.graph)


def _location(item: Item) -> Iterator[Resource]:
    yield msgraph_access.named_location(item.head, item.keys, item.graph)


def _strength(item: Item) -> Iterator[Resource]:
    yield msgraph_access.authentication_strength(item.head, item.keys, item.graph)


def _user(item: Item) -> Iterator[Resource]:
    if not item.graph.patched or any(item.graph.holds(name) for name in msgraph_directory.PATCHED_USER):
        yield msgraph_directory.user(item.head, item.keys, item.graph, created=item.created)


def _group(item: Item) -> Iterator[Resource]:
    if item.graph.patched:
        yield from _added(item)
    else:
        yield msgraph_directory.group(
            item.head,
            item.keys,
            item.graph,
            members=_BIND,
            owners="owners@odata.bind",
            created=item.created,
            whole=item.created,
        )


def _added(item: Item) -> Iterator[Resource]:
    """Whom a patch of a group adds to its members. It takes nobody out."""
    if item.graph.holds(_BIND):
        ids = item.graph.texts(_BIND)
        group_id = item.keys[0].value if item.keys else item.owner
        for each in msgraph_directory.member_list(item.head, group_id, ids, created=item.changed):
            if each.kind == "group_member":
                yield each


def _group_member(item: Item) -> Iterator[Resource]:
    if item.listed is None:
        yield msgraph_directory.member(item.head, item.owner, _referred(item), created=item.created)
        return
    for each in msgraph_directory.member_list(item.head, item.owner, item.listed, created=item.created):
        if item.kept or each.kind == "group_member":
            yield each


def _role_member(item: Item) -> Iterator[Resource]:
    if item.listed is None:
        yield msgraph_directory.role_member(item.head, item.owner, _referred(item))
        return
    for index, each in enumerate(item.listed.members):
        yield msgraph_directory.role_member(item.head.part(f"reference_ids[{index}]", each.at), item.owner, each)
    if item.listed.open:
        yield msgraph_directory.role_member(item.head.part("reference_ids"), item.owner, item.listed.open)


def _referred(item: Item) -> Known[str] | Unknown:
    """The object that the body of a reference names."""
    id_ = item.graph.text("@odata.id")
    if isinstance(id_, Unknown):
        return id_
    if not id_.value:
        return Unknown(reason=f"whom does {item.graph.what} refer to?", at=id_.at, how="write @odata.id in the body")
    return Known(value=id_.value, at=id_.at)


def _role(item: Item) -> Iterator[Resource]:
    yield msgraph_directory.directory_role(item.head, item.keys, item.graph)


def _assignment(item: Item) -> Iterator[Resource]:
    yield msgraph_directory.role_assignment(item.head, item.graph, eligible=False)


def _scheduled(item: Item) -> Iterator[Resource]:
    if _assigns(item.graph):
        yield msgraph_directory.role_assignment(item.head, item.graph, eligible=False, lasting=False)


def _eligibility(item: Item) -> Iterator[Resource]:
    if _assigns(item.graph):
        yield msgraph_directory.role_assignment(item.head, item.graph, eligible=True)


def _assigns(graph: Graph) -> bool:
    """Whether a schedule request gives a role, or may: others extend, remove or activate one."""
    action = graph.text("action")
    return isinstance(action, Unknown) or (action.value or "adminAssign").lower() in ("adminassign", "adminupdate")


def _connector_group(item: Item) -> Iterator[Resource]:
    if not item.graph.patched or item.graph.holds("name"):
        yield msgraph_hybrid.published_group(item.head, item.keys, item.graph)


def _sync(item: Item) -> Iterator[Resource]:
    yield msgraph_hybrid.directory_sync(item.head, item.keys, item.graph)


def _federation(item: Item) -> Iterator[Resource]:
    yield msgraph_hybrid.domain_federation(item.head, item.keys, item.graph, item.owner)


def _route(
    path: str,
    make: Make,
    *,
    needs: str = "",
    marks: str = "",
    only: str = "",
    single: bool = False,
    refers: bool = False,
) -> Route:
    words = tuple(ANY if part == ANY else part.lower() for part in path.split("/"))
    required = frozenset(needs.split())
    return Route(
        pattern=words,
        make=make,
        needs=required,
        marks=frozenset(marks.split()) or required,
        only=frozenset(only.split()),
        single=single,
        refers=refers,
    )


ROUTES: Final = (
    _route(
        "identity/conditionalAccess/policies",
        _policy,
        needs="conditions",
        marks=" ".join(sorted((*msgraph_access.POLICY_WORDS, "state"))),
    ),
    _route("identity/conditionalAccess/namedLocations", _location, needs="displayName @odata.type"),
    _route("policies/authenticationStrengthPolicies", _strength, needs="displayName allowedCombinations"),
    _route("users", _user, needs="userPrincipalName", marks=" ".join(msgraph_directory.PATCHED_USER)),
    _route("groups", _group, needs="displayName mailNickname mailEnabled securityEnabled", marks=_BIND),
    _route("groups/*/members", _group_member, needs="@odata.id", refers=True),
    _route("directoryRoles", _role, needs="roleTemplateId"),
    _route("directoryRoles/*/members", _role_member, needs="@odata.id", refers=True),
    _route(
        "roleManagement/directory/roleAssignments",
        _assignment,
        needs="principalId roleDefinitionId",
        only="principalId roleDefinitionId directoryScopeId appScopeId condition principalOrganizationId @odata.type",
    ),
    _route("roleManagement/directory/roleAssignmentScheduleRequests", _scheduled, needs="principalId roleDefinitionId action"),
    _route(
        "roleManagement/directory/roleEligibilityScheduleRequests",
        _eligibility,
        needs="principalId roleDefinitionId action",
    ),
    _route(
        "onPremisesPublishingProfiles/applicationProxy/connectorGroups",
        _connector_group,
        needs="name",
        only="name region connectorGroupType @odata.type",
    ),
    _route("directory/onPremisesSynchronization", _sync, needs="features", single=True),
    _route("domains/*/federationConfiguration", _federation, needs="issuerUri", marks="federatedIdpMfaBehavior issuerUri"),
)
"""Every collection that is understood."""
