"""Flexible servers of Azure Database, whichever format declares them.

With high availability a standby takes over by itself: in another zone (`ZoneRedundant`) or beside the primary (`SameZone`). The service's
name for a server is made from the server's own, in each of Azure's clouds with a suffix of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sparekey.mappings.regions import azure_region
from sparekey.model.kinds.databases import Database
from sparekey.model.resource import Head, Key
from sparekey.model.value import Known, Text, Unknown, ValueSet

_SUFFIXES: Final = ("database.azure.com", "database.usgovcloudapi.net", "database.chinacloudapi.cn")


def keys(name: Text, engine: str, *, arm_id: Text, written: Text) -> tuple[Key, ...]:
    """The id of a server and the names that clients reach it by; `written` is the one that the service reports."""
    names = []
    if isinstance(name, Known) and name.value:
        names = [f"{name.value.strip().casefold()}.{engine}.{suffix}" for suffix in _SUFFIXES]
    reported = written.value.strip().casefold() if isinstance(written, Known) and written.value else None
    if reported and reported not in names:
        names.append(reported)
    known = (Known(value=each, at=name.at, origin="derived") for each in names)
    return (
        Key(space="arm_id", attribute="id", value=arm_id),
        *(Key(space="host_name", attribute="fqdn", value=value) for value in known),
    )


def standby(mode: Text) -> Text:
    """Where a standby stands, by the mode of high availability; letter case does not matter to the service."""
    if isinstance(mode, Unknown):
        return mode
    word = {"zoneredundant": "zone", "samezone": "host", "disabled": "none", "": "none"}.get((mode.value or "").casefold())
    if word is None:
        return Unknown(
            reason=f'what mode of high availability is "{(mode.value or "")[:40]}"?',
            at=mode.at,
            how="write a mode that the service has",
        )
    return replace(mode, value=word)


def server(head: Head, *, name: Text, keys: tuple[Key, ...], standby: Text, location: Text, zone: Text) -> Database:
    """A server of Azure."""
    at = head.at
    return Database(
        head=head,
        name=name,
        keys=keys,
        standby=standby,
        instances=Known(value=None, at=at, origin="derived"),
        region=azure_region(location),
        zone=zone,
        cluster=Known(value=None, at=at, origin="derived"),
        namespace=Known(value=None, at=at, origin="derived"),
        cloud=Known(value="azure", at=at, origin="derived"),
        labels=ValueSet(members=(), at=at),
    )
