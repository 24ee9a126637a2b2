"""What an id names: a real object, a word of the service, or nothing; and whether two namings can mean one user."""

from __future__ import annotations

import re
from typing import Final

from sparekey.model.edges import Edge
from sparekey.model.estate import Estate
from sparekey.model.kinds.people import User
from sparekey.model.resource import Resource
from sparekey.model.truth import Answer, Cause
from sparekey.model.value import Known

EVERYBODY: Final = "All"
NOBODY: Final = frozenset({"none", "guestsorexternalusers"})
"""Words among the users of a policy that never stand for an emergency account, in lower case."""

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


class Identities:
    """Who is who within one estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
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
        return frozenset(
            view.head.deployment for view in self._views(user) if not view.head.looked_up and view.head.origin != "declared"
        )
