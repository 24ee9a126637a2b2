"""azurerm: virtual machines and scale sets, old types and new, and their autoscale settings.

Attribute names are those of provider majors 2 to 5. Where several types call one thing differently, all names are tried: none
of them means something else in another type.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings import scripts
from sparekey.mappings.azurerm_extensions import extension_scripts
from sparekey.mappings.regions import azure_region
from sparekey.mappings.tags import marks
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.hosting import Autoscale, Machine, MachineSet
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import Body, Known, Limits, Links, Number, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azurerm")

_SETS = ("machine_set",)


@MAPPING.maps("azurerm_windows_virtual_machine", "azurerm_linux_virtual_machine")
def virtual_machine(declaration: Declaration) -> Iterator[Resource]:
    """A machine of the present types."""
    if declaration.mode == "data":
        return
    body = declaration.body
    system = "windows" if "windows" in declaration.type else "linux"
    yield Machine(
        head=declaration.head,
        name=body.text("name"),
        keys=(_id(body),),
        host_name=body.text("computer_name"),
        os=Known(value=system, at=declaration.head.at, origin="derived"),
        region=azure_region(body.text("location")),
        zone=body.text("zone"),
        availability_set=body.text("availability_set_id"),
        cloud=_azure(declaration),
        machine_set=body.link("virtual_machine_scale_set_id", to=_SETS, by=("arm_id",)),
        interfaces=body.links("network_interface_ids", to=("network_interface",), by=("arm_id",)),
        images=_images(body, "source_image_reference"),
        scripts=_start_scripts(body, declaration.head.at),
        marks=marks(declaration, "tags"),
    )


@MAPPING.maps("azurerm_virtual_machine")
def old_virtual_machine(declaration: Declaration) -> Iterator[Resource]:
    """A machine of the old type. Its custom data is not read: the provider keeps a digest of it, in a block marked sensitive."""
    if declaration.mode == "data":
        return
    body = declaration.body
    yield Machine(
        head=declaration.head,
        name=body.text("name"),
        keys=(_id(body),),
        host_name=body.text("os_profile", "computer_name"),
        os=_profile_system(body, declaration.head.at),
        region=azure_region(body.text("location")),
        zone=_only(body.texts("zones")),
        availability_set=body.text("availability_set_id"),
        cloud=_azure(declaration),
        machine_set=Links(values=ValueSet(members=(), at=declaration.head.at), to=_SETS, by=("arm_id",)),
        interfaces=body.links("network_interface_ids", to=("network_interface",), by=("arm_id",)),
        images=_images(body, "storage_image_reference"),
        scripts=_unattended(body, "os_profile_windows_config", "additional_unattend_config"),
        marks=marks(declaration, "tags"),
    )


@MAPPING.maps("azurerm_windows_virtual_machine_scale_set", "azurerm_linux_virtual_machine_scale_set")
def scale_set(declaration: Declaration) -> Iterator[Resource]:
    """A scale set of uniform machines."""
    if declaration.mode == "data":
        return
    body = declaration.body
    system = "windows" if "windows" in declaration.type else "linux"
    yield MachineSet(
        head=declaration.head,
        name=body.text("name"),
        keys=(_id(body),),
        host_prefix=body.text("computer_name_prefix"),
        instances=body.number("instances"),
        os=Known(value=system, at=declaration.head.at, origin="derived"),
        region=azure_region(body.text("location")),
        zones=body.texts("zones"),
        cloud=_azure(declaration),
        subnets=_not_read(declaration, "subnet"),
        pools=_not_read(declaration, "balancer_pool"),
        images=_images(body, "source_image_reference"),
        scripts=scripts.gather(
            declaration.head.at, _start_scripts(body, declaration.head.at), extension_scripts(body.blocks("extension"))
        ),
        marks=marks(declaration, "tags"),
    )


@MAPPING.maps("azurerm_orchestrated_virtual_machine_scale_set")
def flexible_scale_set(declaration: Declaration) -> Iterator[Resource]:
    """A flexible scale set. Without a size (`sku_name`) it creates no machine of its own and only holds attached ones."""
    if declaration.mode == "data":
        return
    body = declaration.body
    size = body.text("sku_name")
    instances = body.number("instances")
    if isinstance(size, Known) and size.value is None:
        instances = Known(value=0, at=size.at, origin="default")
    elif isinstance(size, Unknown):
        most = instances.value if isinstance(instances, Known) else None
        instances = replace(size, limits=Limits(least=0, most=most))
    windows = body.get("os_profile", "windows_configuration")
    yield MachineSet(
        head=declaration.head,
        name=body.text("name"),
        keys=(_id(body),),
        host_prefix=Body(value=windows).text("computer_name_prefix"),
        instances=instances,
        os=_profile_system(body, declaration.head.at),
        region=azure_region(body.text("location")),
        zones=body.texts("zones"),
        cloud=_azure(declaration),
        subnets=_not_read(declaration, "subnet"),
        pools=_not_read(declaration, "balancer_pool"),
        images=_images(body, "source_image_reference"),
        scripts=scripts.gather(
            declaration.head.at,
            scripts.encoded(body.text("user_data_base64")),
            scripts.encoded(body.text("os_profile", "custom_data")),
            _unattended(body, "os_profile", "windows_configuration", "additional_unattend_content"),
            extension_scripts(body.blocks("extension")),
        ),
        marks=marks(declaration, "tags"),
    )


@MAPPING.maps("azurerm_virtual_machine_scale_set")
def old_scale_set(declaration: Declaration) -> Iterator[Resource]:
    """A scale set of the old type; of its custom data the same holds as of the machine's."""
    if declaration.mode == "data":
        return
    body = declaration.body
    yield MachineSet(
        head=declaration.head,
        name=body.text("name"),
        keys=(_id(body),),
        host_prefix=body.text("os_profile", "computer_name_prefix"),
        instances=body.number("sku", "capacity"),
        os=_profile_system(body, declaration.head.at),
        region=azure_region(body.text("location")),
        zones=body.texts("zones"),
        cloud=_azure(declaration),
        subnets=_not_read(declaration, "subnet"),
        pools=_not_read(declaration, "balancer_pool"),
        images=_images(body, "storage_profile_image_reference"),
        scripts=scripts.gather(
            declaration.head.at,
            _unattended(body, "os_profile_windows_config", "additional_unattend_config"),
            extension_scripts(body.blocks("extension")),
        ),
        marks=marks(declaration, "tags"),
    )


@MAPPING.maps("azurerm_monitor_autoscale_setting")
def autoscale(declaration: Declaration) -> Iterator[Resource]:
    """An autoscale setting; `enabled` is true unless written (provider documentation)."""
    body = declaration.body
    yield Autoscale(
        head=declaration.head,
        name=body.text("name"),
        keys=(_id(body),),
        target=body.link("target_resource_id", to=_SETS, by=("arm_id",)),
        enabled=body.flag("enabled", default=True),
        minimum=_lowest(body),
    )


def _lowest(body: Body) -> Number:
    """The lowest `capacity.minimum` over all profiles: any of them may be the one in force."""
    profiles = body.blocks("profile")
    minimums = [profile.number("capacity", "minimum") for profile in profiles]
    known = [m for m in minimums if isinstance(m, Known) and m.value is not None]
    lowest = min(known, key=lambda m: m.value or 0, default=None)
    missing = profiles.open or next((m for m in minimums if isinstance(m, Unknown)), None)
    if missing is None and lowest is not None and len(known) == len(minimums):
        return lowest
    most = lowest.value if lowest else None
    missing = missing or Unknown(reason="which minimum does the autoscale profile have?", at=profiles.at)
    return replace(missing, limits=Limits(not_null=True, least=0, most=most))


def _id(body: Body) -> Key:
    return Key(space="arm_id", attribute="id", value=body.text("id"))


def _azure(declaration: Declaration) -> Text:
    return Known(value="azure", at=declaration.head.at, origin="derived")


def _not_read(declaration: Declaration, kind: str) -> Links:
    at = declaration.head.at
    unread = Unknown(reason=f"which {kind} does {declaration.head.address} use?", at=at)
    return Links(values=ValueSet(members=(), at=at, open=unread), to=(kind,), by=("arm_id",))


def _only(values: ValueSet[str]) -> Text:
    """The one member of a list that may hold one (`zones` of a single machine); null for none."""
    if values.open:
        return values.open
    if len(values.members) > 1:
        return Unknown(reason="a list of one zone", at=values.at, how="correct the file")
    if values.members:
        return values.members[0]
    return Known(value=None, at=values.at, origin="default")


def _images(body: Body, reference: str) -> ValueSet[str]:
    """The marketplace image as "publisher/offer", from the image reference and from the purchase plan."""
    found = [
        image
        for block, publisher, offer in ((reference, "publisher", "offer"), ("plan", "publisher", "product"))
        if (image := _image(body, block, publisher, offer)) is not None
    ]
    return ValueSet(members=tuple(found), at=found[0].at if found else body.value.at)


def _image(body: Body, block: str, publisher: str, offer: str) -> Known[str] | Unknown | None:
    parts = (body.text(block, publisher), body.text(block, offer))
    for part in parts:
        if isinstance(part, Unknown):
            return part
    names = [part.value for part in parts if isinstance(part, Known) and part.value is not None]
    return Known(value="/".join(names).lower(), at=parts[1].at) if len(names) == len(parts) else None


def _start_scripts(body: Body, at: Place) -> ValueSet[str]:
    return scripts.gather(
        at,
        scripts.encoded(body.text("custom_data")),
        scripts.encoded(body.text("user_data")),
        _unattended(body, "additional_unattend_content"),
    )


def _unattended(body: Body, *path: str) -> ValueSet[str]:
    """The commands of the unattended set-up. `AutoLogon` holds a password and runs nothing."""
    blocks = body.blocks(*path)
    texts = [
        block.text("content")
        for block in blocks
        if not any(
            isinstance(name, Known) and (name.value or "").lower() == "autologon"
            for name in (block.text("setting"), block.text("setting_name"))
        )
    ]
    return replace(scripts.gather(blocks.at, *texts), open=blocks.open)


def _profile_system(body: Body, at: Place) -> Text:
    """The operating system, from the profile block that is there; unknown where neither is (an attached or specialised disk)."""
    windows = [body.blocks("os_profile_windows_config"), body.blocks("os_profile", "windows_configuration")]
    linux = [body.blocks("os_profile_linux_config"), body.blocks("os_profile", "linux_configuration")]
    for blocks in (*windows, *linux):
        if blocks.open:
            return blocks.open
    if any(b.members for b in windows):
        return Known(value="windows", at=at, origin="derived")
    if any(b.members for b in linux):
        return Known(value="linux", at=at, origin="derived")
    for disk in ("storage_os_disk", "storage_profile_os_disk"):
        system = body.text(disk, "os_type")
        if isinstance(system, Known) and system.value:
            return replace(system, value=system.value.lower())
    return Unknown(reason="windows or linux?", at=at, how="add the sparekey-role tag")
