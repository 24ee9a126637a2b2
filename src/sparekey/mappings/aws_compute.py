"""AWS: instances of EC2, as hosts of connectors, agents and directory servers. Attribute names are those of the provider's documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sparekey.mappings import scripts
from sparekey.mappings.aws_places import chosen, region_of, zone_of
from sparekey.mappings.other_clouds import machine, system_of
from sparekey.mappings.tags import marks
from sparekey.model.declaration import Declaration
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="aws-compute")

_DIGEST = re.compile(r"[0-9a-f]{40}")
"""What majors before 6 keep of `user_data` instead of the text."""


@MAPPING.maps("aws_instance")
def instance(declaration: Declaration) -> Iterator[Resource]:
    """An instance. Its name is that of its tag `Name`. Where it chooses no zone it stands in that of its subnet, which is not read."""
    if declaration.mode == "data":
        return
    body, head = declaration.body, declaration.head
    zone = chosen(body.text("availability_zone"), declaration)
    if isinstance(zone, Known) and zone.value is None:
        reason = f"in which zone is {head.address}? its subnet decides"
        zone = Unknown(reason=reason, at=zone.at, how="write its availability zone")
    texts = scripts.gather(head.at, _user_data(body.text("user_data")), scripts.encoded(body.text("user_data_base64")))
    yield machine(
        head,
        cloud="aws",
        name=body.text("tags", "Name"),
        host_name=_unsaid(declaration),
        os=system_of(texts, head),
        region=region_of(declaration, zone),
        zone=zone_of(zone),
        scripts=_known_at_all(texts, declaration),
        marks=marks(declaration, "tags"),
    )


def _unsaid(declaration: Declaration) -> Text:
    """The name inside the system: given to it when it starts."""
    return Unknown(
        reason=f"what is the host name of {declaration.head.address}?",
        at=declaration.head.at,
        how="tag the machine (sparekey-role), or list it by its name tag in sparekey.yaml (inventory)",
    )


def _user_data(text: Text) -> Text:
    if isinstance(text, Known) and text.value and _DIGEST.fullmatch(text.value):
        return Known(value=None, at=text.at, origin="default")
    return text


def _known_at_all(texts: ValueSet[str], declaration: Declaration) -> ValueSet[str]:
    """The scripts without those that a new instance does not write, although the provider calls them unknown until the apply."""
    new = declaration.action in ("create", "replace")
    members = tuple(m for m in texts.members if not (isinstance(m, Unknown) and m.unwritten and new))
    return ValueSet(members=members, at=texts.at, open=texts.open)
