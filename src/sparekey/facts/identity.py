"""What an id names: a real object, a word of the service, or nothing; and whether two namings can mean one user."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sparekey.model.edges import Edge
from sparekey.model.estate import Estate, removed_names
from sparekey.model.kinds.people import User
from sparekey.model.resource import Resource
from sparekey.model.truth import Answer, Cause
from sparekey.model.value import Known

EVERYBODY: Final = "All"

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ZEROS = "00000000-0000-0000-0000-000000000000"


def bare(key: str) -> str:
    """The id itself: a path of the provider (`/groups/GUID`) ends in it. Lower case, as ids compare."""
    return (key.rsplit("/", 1)[-1] if key.startswith("/") else key).strip().lower()


def is_guid(key: str) -> bool:
    """Whether this is the id of an object. All zeros is not: nothing has that id."""
    return _GUID.fullmatch(bare(key)) is not None and bare(key) != _ZEROS


def names_something(edge: Edge) -> bool:
    """Whether an external end names an object: a GUID or a user principal name; not a placeholder or a word."""
    return is_guid(edge.key) or _is_upn(edge.key)


def _is_upn(key: str) -> bool:
    """Placeholders such as `<UPN>` and `REPLACE_ME@...` with angle brackets or blanks are none."""
    return re.fullmatch(r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+", key) is not None


def known_keys(user: Resource) -> frozenset[tuple[str, str]]:
    """The known values, by key space, by which a user is named."""
    return frozenset((key.space, bare(key.value.value)) for key in user.keys if isinstance(key.value, Known) and key.value.value)


def managed(views: Iterable[Resource]) -> tuple[Resource, ...]:
    """The views of a thing that the files manage: they say what it will be, while the others say what it was."""
    return tuple(view for view in views if not view.head.looked_up and view.head.origin != "declared")


class Identities:
    """Who is who within one estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._same: dict[tuple[str, str], Answer] = {}
        self._gone = removed_names(estate.deletions, (r for kind in estate.resources.values() for r in kind))
        self._named = frozenset(
            bare(key.value.value)
            for resources in estate.resources.values()
            for resource in resources
            for key in resource.keys
            if key.space == "object_id" and isinstance(key.value, Known) and key.value.value
        )
        self._ids: dict[str, set[str]] = {}
        for resources in estate.resources.values():
            for resource in resources:
                attributes = (key.attribute for key in resource.keys if key.space == "object_id")
                self._ids.setdefault(resource.head.address, set()).update(attributes)

    def may_hold(self, open_: Cause, user: Resource) -> bool:
        """Whether an unknown may hold this user's id besides the ends that were found for it.

        An expression may hide what is known already (a literal, a variable), never the id of an account that does not exist yet:
        that can only come through a reference. When every reference is the id of something in the estate, all have been found.
        """
        unknown = open_.unknown
        if unknown is None or not unknown.refs or unknown.beyond or not self._new(user):
            return True
        return any(ref.attribute not in self._ids.get(ref.to, ()) for ref in unknown.refs)

    def removed(self, edge: Edge) -> Cause | None:
        """The deletion by which the change removes what an external end names (None: it does not)."""
        at = self._gone.get(bare(edge.key)) if edge.external else None
        return Cause(at=at, label="removed by this change") if at else None

    def gone(self, thing: Resource) -> Cause | None:
        """The deletion of what is only declared or looked up here (None: it stays). What the files manage is there."""
        views = self._estate.views(thing)
        keys = (key for view in views for key in known_keys(view)) if not managed(views) else ()
        at = next((self._gone[value] for _, value in keys if value in self._gone), None)
        return Cause(at=at, label="removed by this change") if at else None

    def stands_for(self, edge: Edge) -> bool:
        """Whether an external end, taken at its word, names an object of the kind that its list holds.

        It does not where the change removes that object, or where the files know the id as that of something else.
        """
        return is_guid(edge.key) and bare(edge.key) not in self._named and not self.removed(edge)

    def named_by(self, user: Resource, edge: Edge) -> Answer:
        """Whether an external end is this user. The join has found all equal keys, so "yes" comes from nowhere here."""
        key = bare(edge.key)
        if is_guid(key):
            known = self._values(user, "object_id")
            return "no" if known or self._new(user) else "maybe"
        if _is_upn(key):
            known = self._values(user, "upn")
            return "no" if known else "maybe"
        return "no"

    def same(self, one: Resource, other: Resource) -> Answer:
        """Whether two users that no key joins are one: never where a key tells them apart or both are managed together."""
        if one.id == other.id:
            return "yes"
        if (one.id, other.id) not in self._same:
            self._same[one.id, other.id] = self._compared(one, other)
        return self._same[one.id, other.id]

    def _compared(self, one: Resource, other: Resource) -> Answer:
        for space in ("object_id", "upn"):
            mine, others = self._values(one, space), self._values(other, space)
            if mine and others and not mine & others:
                return "no"
        if (self._new(one) and self._values(other, "object_id")) or (self._new(other) and self._values(one, "object_id")):
            return "no"
        owners = self._managed(one) & self._managed(other)
        return "no" if owners else "maybe"

    def _views(self, user: Resource) -> tuple[User, ...]:
        return tuple(view for view in self._estate.views(user) if isinstance(view, User))

    def _values(self, user: Resource, space: str) -> frozenset[str]:
        """The user's known values in a key space."""
        keys = (key for view in self._views(user) for key in view.keys if key.space == space)
        return frozenset(bare(key.value.value) for key in keys if isinstance(key.value, Known) and key.value.value)

    def _new(self, user: Resource) -> bool:
        """Whether the change that was read makes the account: no id that was known before can be its own."""
        return any(isinstance(view.created, Known) and view.created.value for view in self._views(user))

    def _managed(self, user: Resource) -> frozenset[str]:
        """The deployments that manage the user: two resources of one deployment are two objects."""
        return frozenset(view.head.deployment for view in managed(self._views(user)))
