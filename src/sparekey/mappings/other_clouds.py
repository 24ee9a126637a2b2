"""Machines of clouds other than Azure, of which less is read: no images, no scale sets, no networks."""

from __future__ import annotations

from sparekey.model.kinds.hosting import Machine, Marks
from sparekey.model.resource import Head
from sparekey.model.value import Known, Links, Text, Unknown, ValueSet

_LINUX = ("#!", "#cloud-config")
_WINDOWS = ("<powershell>", "<script>")
"""What begins a script that only one of the systems runs (documentation of EC2 and of cloud-init)."""


def machine(
    head: Head,
    *,
    cloud: str,
    name: Text,
    host_name: Text,
    os: Text,
    region: Text,
    zone: Text,
    scripts: ValueSet[str],
    marks: Marks,
) -> Machine:
    """A machine that is attached to no scale set and was made from no image that tells its role."""
    at = head.at
    nothing: ValueSet[str] = ValueSet(members=(), at=at)
    return Machine(
        head=head,
        name=name,
        cloud=Known(value=cloud, at=at, origin="derived"),
        host_name=host_name,
        os=os,
        region=region,
        zone=zone,
        availability_set=Known(value=None, at=at, origin="default"),
        machine_set=Links(values=nothing, to=("machine_set",), by=("arm_id",)),
        interfaces=Links(values=nothing, to=("network_interface",), by=("arm_id",)),
        images=nothing,
        scripts=scripts,
        marks=marks,
    )


def system_of(scripts: ValueSet[str], head: Head) -> Text:
    """The operating system, as far as what it is given to run shows it, the beginning of a text being enough."""
    for member in scripts.members:
        limits = member.limits if isinstance(member, Unknown) else None
        start = member.value if isinstance(member, Known) else (limits.prefix if limits else None) or ""
        text = start.lstrip().casefold()
        if text.startswith(_LINUX):
            return Known(value="linux", at=member.at, origin="derived")
        if text.startswith(_WINDOWS):
            return Known(value="windows", at=member.at, origin="derived")
    return Unknown(reason=f"is {head.address} windows or linux?", at=head.at, how="add the sparekey-role tag")
