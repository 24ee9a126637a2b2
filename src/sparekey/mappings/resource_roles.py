"""Roles on resources of Azure, whoever gives them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from sparekey.model.value import Known, Text, Unknown

PRINCIPALS: Final = ("user", "group", "service_principal", "managed_identity")
"""Who can hold a role on resources."""

SCOPES: Final = (
    "vault",
    "managed_identity",
    "log_workspace",
    "api_gateway",
    "machine",
    "machine_set",
    "network",
    "managed_domain",
)
"""Kinds of what a role may hold on; subscriptions and groups of resources are no resources here."""

_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def definition(id_: Text) -> Text:
    """The identifier in the id of a role definition, which ends with it: also of one of which no more than the end is known."""
    if isinstance(id_, Unknown):
        end = (id_.limits and id_.limits.suffix) or ""
        # Without a slash before it, it might be the end of something longer.
        last = end.rpartition("/")[2] if "/" in end else ""
        return Known(value=last.lower(), at=id_.at, origin="derived") if _GUID.fullmatch(last) else id_
    if not id_.value:
        return id_
    last = id_.value.rstrip("/").rpartition("/")[2]
    if _GUID.fullmatch(last):
        return replace(id_, value=last.lower())
    return Unknown(
        reason="which role has an id that does not end in a GUID?", at=id_.at, how="write the id of the role's definition"
    )
