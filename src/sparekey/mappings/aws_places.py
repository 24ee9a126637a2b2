"""Regions and zones of AWS, as attributes of its provider name them."""

from __future__ import annotations

import re
from dataclasses import replace

from sparekey.model.declaration import Declaration
from sparekey.model.value import Known, Text, Unknown

_ZONE = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d+)((?:-[a-z]+-\d+)?[a-z])")
"""A zone: its region, and a letter (`eu-west-1a`), or what is called after a city (`us-west-2-lax-1a`)."""


def region_of(declaration: Declaration, zone: Text) -> Text:
    """The region of something: the one that is written for it, else that of its zone, else the provider's, which no resource tells."""
    written = declaration.body.text("region")
    if isinstance(written, Known) and written.value:
        return replace(written, value=written.value.strip().casefold())
    found = _ZONE.fullmatch(zone.value.strip().casefold()) if isinstance(zone, Known) and zone.value else None
    if found and isinstance(zone, Known):
        return Known(value=found[1], at=zone.at, origin=zone.origin)
    address = declaration.head.address
    return Unknown(
        reason=f"in which region is {address}?",
        at=declaration.head.at,
        how="write its region (region = ...), or its availability zone",
    )


def zone_of(zone: Text) -> Text:
    """What a zone is called within its region; null where none is chosen."""
    if isinstance(zone, Unknown) or not zone.value:
        return zone
    found = _ZONE.fullmatch(zone.value.strip().casefold())
    if found is None:
        return Unknown(
            reason=f'which availability zone is "{zone.value[:40]}"?', at=zone.at, how="write it as AWS does (eu-west-1a)"
        )
    return replace(zone, value=found[2].removeprefix("-"))


def chosen(zone: Text, declaration: Declaration) -> Text:
    """The zone that is chosen: none where a new object writes none, although the provider calls it unknown until the apply."""
    if isinstance(zone, Unknown) and zone.unwritten and declaration.action in ("create", "replace"):
        return Known(value=None, at=declaration.head.at, origin="default")
    return zone
