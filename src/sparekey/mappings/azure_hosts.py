"""What Azure says of a machine in the same words whoever writes it: its image, its system, its unattended set-up, its zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from sparekey.mappings import scripts
from sparekey.model.declaration import Declaration
from sparekey.model.span import Place
from sparekey.model.value import Blocks, Body, Known, Limits, Number, Text, Unknown, ValueSet

_PUBLISHERS: Final = {
    "microsoftwindowsserver": "windows",
    "microsoftwindowsdesktop": "windows",
    "canonical": "linux",
    "debian": "linux",
    "redhat": "linux",
    "suse": "linux",
}
"""Publishers whose marketplace images all hold one operating system."""


def azure(declaration: Declaration) -> Text:
    """Whose machine it is."""
    return Known(value="azure", at=declaration.head.at, origin="derived")


def only(values: ValueSet[str]) -> Text:
    """The one member of a list that may hold one (`zones` of a single machine); null for none."""
    if values.open:
        return values.open
    if len(values.members) > 1:
        return Unknown(reason="a list of one zone", at=values.at, how="correct the file")
    if values.members:
        return values.members[0]
    return Known(value=None, at=values.at, origin="default")


def images(reference: Body, plan: Body) -> ValueSet[str]:
    """The marketplace image as "publisher/offer", from the image reference and from the purchase plan."""
    found = [image for block, offer in ((reference, "offer"), (plan, "product")) if (image := _image(block, offer)) is not None]
    return ValueSet(members=tuple(found), at=found[0].at if found else reference.value.at)


def _image(block: Body, offer: str) -> Known[str] | Unknown | None:
    parts = (block.text("publisher"), block.text(offer))
    for part in parts:
        if isinstance(part, Unknown):
            return part
    names = [part.value for part in parts if isinstance(part, Known) and part.value is not None]
    return Known(value="/".join(names).lower(), at=parts[1].at) if len(names) == len(parts) else None


def unattended(blocks: Blocks) -> ValueSet[str]:
    """The commands of the unattended set-up. `AutoLogon` holds a password and runs nothing."""
    texts = [
        block.text("content")
        for block in blocks
        if not any(
            isinstance(name, Known) and (name.value or "").lower() == "autologon"
            for name in (block.text("setting"), block.text("setting_name"), block.text("settingName"))
        )
    ]
    return replace(scripts.gather(blocks.at, *texts), open=blocks.open)


def system(at: Place, *, windows: Sequence[Blocks], linux: Sequence[Blocks], written: Iterable[Text], reference: Body) -> Text:
    """The operating system: by the profile block that is there, else as `written` of a disk, else by the image's publisher.

    It is unknown where none of them tells (an attached or specialised disk, an image of one's own).
    """
    for blocks in (*windows, *linux):
        if blocks.open:
            return blocks.open
    if any(blocks.members for blocks in windows):
        return Known(value="windows", at=at, origin="derived")
    if any(blocks.members for blocks in linux):
        return Known(value="linux", at=at, origin="derived")
    for found in written:
        if isinstance(found, Known) and found.value:
            return replace(found, value=found.value.lower())
    publisher = reference.text("publisher")
    told = _PUBLISHERS.get((publisher.value or "").lower()) if isinstance(publisher, Known) else None
    if told is not None:
        return Known(value=told, at=publisher.at, origin="derived")
    return Unknown(reason="windows or linux?", at=at, how="add the sparekey-role tag")


def lowest(profiles: Blocks, *path: str) -> Number:
    """The lowest number at `path` over all profiles of an autoscale setting: any of them may be the one in force."""
    minimums = [profile.number(*path) for profile in profiles]
    known = [m for m in minimums if isinstance(m, Known) and m.value is not None]
    least = min(known, key=lambda m: m.value or 0, default=None)
    missing = profiles.open or next((m for m in minimums if isinstance(m, Unknown)), None)
    if missing is None and least is not None and len(known) == len(minimums):
        return least
    most = least.value if least else None
    missing = missing or Unknown(
        reason="which minimum does the autoscale profile have?", at=profiles.at, how="write the minimum of each profile"
    )
    return replace(missing, limits=Limits(not_null=True, least=0, most=most))
