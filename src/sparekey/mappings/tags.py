"""The `sparekey-*` tags and labels in which a user says in place what a host is."""

from __future__ import annotations

from collections.abc import Mapping

from sparekey.model.declaration import Declaration
from sparekey.model.kinds.hosting import Marks
from sparekey.model.value import AnyValue, Body, Known, Text, Unknown

ROLES: Mapping[str, str] = {
    "connector": "connector",
    "app-proxy-connector": "connector",
    "private-network-connector": "connector",
    "pta-agent": "pta-agent",
    "cloud-sync-agent": "cloud-sync-agent",
    "connect-sync": "connect-sync",
    "adds-dc": "adds-dc",
    "adfs": "adfs",
    "adfs-wap": "adfs-wap",
    "okta-ad-agent": "okta-ad-agent",
    "okta-ldap-agent": "okta-ldap-agent",
    "okta-radius-agent": "okta-radius-agent",
    "auth0-ad-connector": "auth0-ad-connector",
    "idp": "idp",
    "break-glass": "break-glass",
    "breakglass": "break-glass",
}
"""Every accepted spelling of a role, to the one that rules use."""

_FIX = "write one of: " + ", ".join(sorted(set(ROLES.values())))


def marks(declaration: Declaration, *path: str) -> Marks:
    """The marks in the tag map at `path`. Tag names are matched without regard to case, as Azure does.

    A new host on which no tags are written has none, also where a provider (azurerm 1) calls them unknown until the apply.
    """
    tags = declaration.body.get(*path)
    if isinstance(tags, Unknown) and tags.unwritten and declaration.action in ("create", "replace"):
        tags = Known(value=None, at=tags.at, origin="default")
    group = _tag(tags, "group")
    return Marks(
        role=_role(_tag(tags, "role"), group),
        group=group,
        site=_tag(tags, "site"),
        mode=_tag(tags, "mode"),
        partial=Body(value=_tag(tags, "partial")).flag(),
    )


def _tag(tags: AnyValue, name: str) -> Text:
    if isinstance(tags, Unknown):
        return tags
    if not isinstance(tags.value, Mapping):
        return Body(value=tags).text() if tags.value is None else _odd(tags)
    found = [value for key, value in tags.value.items() if isinstance(key, str) and key.lower() == f"sparekey-{name}"]
    if len(found) > 1:
        return Unknown(reason=f"which of {len(found)} sparekey-{name} tags counts?", at=tags.at, how="keep one of them")
    if not found:
        return Known(value=None, at=tags.at, origin="default")
    text = Body(value=found[0]).text()
    if isinstance(text, Unknown) or text.value is None:
        return text
    return Known(value=text.value.strip() or None, at=text.at, origin="declared")


def _odd(tags: AnyValue) -> Unknown:
    return Unknown(reason="tags that are not a map", at=tags.at, how="correct the file")


def _role(role: Text, group: Text) -> Text:
    if isinstance(role, Unknown):
        return role
    if role.value is not None:
        canonical = ROLES.get(role.value.lower().replace("_", "-"))
        if canonical is None:
            return Unknown(reason=f'what role is "{role.value[:60]}"?', at=role.at, how=_FIX)
        return Known(value=canonical, at=role.at, origin="declared")
    if isinstance(group, Known) and group.value is not None:
        return Unknown(reason="which role has this group? sparekey-role is missing beside sparekey-group", at=group.at, how=_FIX)
    return role
