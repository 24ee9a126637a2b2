"""What the `id` of a user or group of the `azuread` provider looks like: from major 3 on a path, before that the bare object id.

The plan itself tells which: major 3.0.0 raised the schema version of both types from 0 to 1 when it changed their ids (the provider's
upgrade of stored state). Where it does not (a data source has no such version), the constraint on the provider's version may.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from sparekey.model.declaration import Declaration
from sparekey.model.resource import Key
from sparekey.model.value import Limits, Text, Unknown

PATHS: Final = {
    "azuread_user": "/users/",
    "azuread_group": "/groups/",
    "azuread_group_without_members": "/groups/",
}
"""What the path of an `id` starts with from major 3 on, by type."""

_VERSIONED: Final = ("azuread_user", "azuread_group")
"""Types of which the schema version tells the form of the id."""

_BARE: Final = Limits(not_null=True, least=36, most=36)
"""A GUID has 36 characters, and no path to one is so short."""

_FIRST_WITH_PATHS: Final = (3, 0, 0)
_CLAUSE: Final = re.compile(r"\s*(=|!=|>=|<=|~>|>|<)?\s*v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?:[-+][0-9A-Za-z.+-]*)?\s*")
_LONGEST: Final = 1000
"""Of a longer constraint nothing is believed: nobody writes one."""

Version = tuple[int, int, int]


def principal_keys(declaration: Declaration) -> tuple[Key, ...]:
    """The keys of a user or group. Of an `id` that is not known yet it is kept whether it will be a path."""
    body = declaration.body
    return (
        Key(space="object_id", attribute="object_id", value=body.text("object_id")),
        Key(space="object_id", attribute="id", value=_shaped(body.text("id"), declaration)),
    )


def _shaped(id_: Text, declaration: Declaration) -> Text:
    if not isinstance(id_, Unknown) or id_.limits is not None:
        return id_
    path = _has_paths(declaration)
    if path is None:
        return id_
    return replace(id_, limits=Limits(not_null=True, prefix=PATHS[declaration.type]) if path else _BARE)


def _has_paths(declaration: Declaration) -> bool | None:
    """Whether the provider that made the plan gives this type paths for ids; None where neither plan nor constraint tells."""
    if declaration.type not in PATHS:
        return None
    if declaration.schema is not None and declaration.mode == "managed" and declaration.type in _VERSIONED:
        return declaration.schema >= 1
    least, below = admitted(declaration.versions)
    if least >= _FIRST_WITH_PATHS:
        return True
    return False if below is not None and below <= _FIRST_WITH_PATHS else None


def admitted(constraint: str) -> tuple[Version, Version | None]:
    """The versions that a constraint admits: from the first (included) to the second (not included; None: no end).

    Bounds are never narrower than the constraint is. What cannot be read admits everything.
    """
    least: Version = (0, 0, 0)
    below: Version | None = None
    for clause in constraint.split(",") if len(constraint) <= _LONGEST else ():
        read = _CLAUSE.fullmatch(clause)
        if read is None:
            continue
        sign, major, minor, patch = read.group(1) or "=", *(int(part) if part else 0 for part in read.groups()[1:])
        version = (major, minor, patch)
        if sign in ("=", "~>", ">=", ">"):
            least = max(least, version)
        end: Version | None = None
        if sign in ("=", "<="):
            end = (major, minor, patch + 1)
        elif sign == "<":
            end = version
        elif sign == "~>":
            # With one component (`~> 2`) readings differ: nothing is then taken for an upper bound.
            end = (major, minor + 1, 0) if read.group(4) else (major + 1, 0, 0) if read.group(3) else None
        if end is not None:
            below = end if below is None else min(below, end)
    return least, below
