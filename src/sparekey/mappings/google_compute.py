"""Google Cloud: instances, as hosts of connectors, agents and directory servers.

Attribute names are those of the provider's documentation; the scripts are those of the metadata keys that Compute Engine runs on Windows and
Linux when an instance is made and whenever it starts. Marks are labels, which take lower case, digits, `_` and `-`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings import scripts
from sparekey.mappings.other_clouds import machine, system_of
from sparekey.mappings.tags import marks
from sparekey.model.declaration import Declaration
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known, Text, Unknown

MAPPING = ProviderMapping(provider="google-compute")

_WINDOWS = tuple(
    f"{phase}-script-{kind}" for phase in ("sysprep-specialize", "windows-startup") for kind in ("ps1", "cmd", "bat", "url")
)
_LINUX = ("startup-script", "startup-script-url")
_ZONE = re.compile(r"(?:.*/)?([a-z]+(?:-[a-z]+)+\d+)-([a-z])")
"""A zone, as its name or at the end of its address: the region and a letter."""


@MAPPING.maps("google_compute_instance")
def instance(declaration: Declaration) -> Iterator[Resource]:
    """An instance. Without a zone of its own it stands in the provider's, which no resource tells."""
    if declaration.mode == "data":
        return
    body, head = declaration.body, declaration.head
    texts = scripts.gather(
        head.at, body.text("metadata_startup_script"), *(body.text("metadata", key) for key in (*_WINDOWS, *_LINUX))
    )
    region, zone = _places(body.text("zone"), declaration)
    windows = any(isinstance(text := body.text("metadata", key), Known) and text.value for key in _WINDOWS)
    yield machine(
        head,
        cloud="google",
        name=body.text("name"),
        host_name=body.text("hostname"),
        os=Known(value="windows", at=head.at, origin="derived") if windows else system_of(texts, head),
        region=region,
        zone=zone,
        scripts=texts,
        marks=marks(declaration, "labels"),
    )


def _places(zone: Text, declaration: Declaration) -> tuple[Text, Text]:
    """The region and what the zone is called in it."""
    found = _ZONE.fullmatch(zone.value.strip().casefold()) if isinstance(zone, Known) and zone.value else None
    if found and isinstance(zone, Known):
        return replace(zone, value=found[1]), replace(zone, value=found[2])
    if isinstance(zone, Unknown) and not zone.unwritten:
        return zone, zone
    reason = f"in which zone is {declaration.head.address}?"
    unknown = Unknown(reason=reason, at=declaration.head.at, how="write its zone (zone = ...)")
    return unknown, unknown
