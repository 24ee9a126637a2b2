"""azurerm: virtual machines and scale sets, old types and new, and their autoscale settings.

Attribute names are those of provider majors 2 to 5. Where several types call one thing differently, all names are tried: none
of them means something else in another type.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from sparekey.mappings import scripts
from sparekey.mappings.arm_ids import links_of, section, within
from sparekey.mappings.azure_hosts import azure, images, lowest, only, system, unattended
from sparekey.mappings.azuread import head_of
from sparekey.mappings.azurerm_extensions import extension_scripts
from sparekey.mappings.regions import azure_region
from sparekey.mappings.tags import marks
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.hosting import Autoscale, AvailabilitySet, Machine, MachineSet
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import Blocks, Body, Known, Limits, Links, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azurerm")

_SETS = ("machine_set",)
_REFERENCES = ("storage_image_reference", "storage_profile_image_reference", "source_image_reference")


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
        cloud=azure(declaration),
        machine_set=body.link("virtual_machine_scale_set_id", to=_SETS, by=("arm_id",)),
        interfaces=body.links("network_interface_ids", to=("network_interface",), by=("arm_id",)),
        images=images(section(body, "source_image_reference"), section(body, "plan")),
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
        zone=only(body.texts("zones")),
        availability_set=body.text("availability_set_id"),
        cloud=azure(declaration),
        machine_set=Links(values=ValueSet(members=(), at=declaration.head.at), to=_SETS, by=("arm_id",)),
        interfaces=body.links("network_interface_ids", to=("network_interface",), by=("arm_id",)),
        images=images(section(body, "storage_image_reference"), section(body, "plan")),
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
        cloud=azure(declaration),
        subnets=links_of(_addresses(body), "subnet_id", to="subnet"),
        pools=_pools(body),
        images=images(section(body, "source_image_reference"), section(body, "plan")),
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
        cloud=azure(declaration),
        subnets=links_of(_addresses(body), "subnet_id", to="subnet"),
        pools=_pools(body),
        images=images(section(body, "source_image_reference"), section(body, "plan")),
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
        cloud=azure(declaration),
        subnets=links_of(_addresses(body), "subnet_id", to="subnet"),
        pools=_pools(body),
        images=images(section(body, "storage_profile_image_reference"), section(body, "plan")),
        scripts=scripts.gather(
            declaration.head.at,
            _unattended(body, "os_profile_windows_config", "additional_unattend_config"),
            extension_scripts(body.blocks("extension")),
        ),
        marks=marks(declaration, "tags"),
    )


@MAPPING.maps("azurerm_availability_set")
def availability_set(declaration: Declaration) -> Iterator[Resource]:
    """An availability set: three fault domains and five update domains unless written (provider documentation)."""
    body = declaration.body
    written = declaration.mode != "data"
    yield AvailabilitySet(
        head=head_of(declaration),
        name=body.text("name"),
        keys=(_id(body),),
        region=azure_region(body.text("location")),
        fault_domains=body.number("platform_fault_domain_count", default=3 if written else None),
        update_domains=body.number("platform_update_domain_count", default=5 if written else None),
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
        minimum=lowest(body.blocks("profile"), "capacity", "minimum"),
    )


def _id(body: Body) -> Key:
    return Key(space="arm_id", attribute="id", value=body.text("id"))


def _addresses(body: Body) -> Blocks:
    """The address configurations of the instances of a scale set, in the names of the old type and of the present ones."""
    interfaces = (body.blocks("network_profile"), body.blocks("network_interface"))
    found = [within(blocks, "ip_configuration") for blocks in interfaces]
    return next((one for one in found if one.members or one.open), found[-1])


def _pools(body: Body) -> Links:
    addresses = _addresses(body)
    lists = [block.texts("load_balancer_backend_address_pool_ids") for block in addresses]
    return Links(
        values=ValueSet(
            members=tuple(member for one in lists for member in one.members),
            at=addresses.at,
            open=addresses.open or next((one.open for one in lists if one.open), None),
        ),
        to=("balancer_pool",),
        by=("arm_id",),
        unknown_whole=len(lists) == 1 and addresses.open is None,
    )


def _start_scripts(body: Body, at: Place) -> ValueSet[str]:
    return scripts.gather(
        at,
        scripts.encoded(body.text("custom_data")),
        scripts.encoded(body.text("user_data")),
        _unattended(body, "additional_unattend_content"),
    )


def _unattended(body: Body, *path: str) -> ValueSet[str]:
    return unattended(body.blocks(*path))


def _profile_system(body: Body, at: Place) -> Text:
    return system(
        at,
        windows=[body.blocks("os_profile_windows_config"), body.blocks("os_profile", "windows_configuration")],
        linux=[body.blocks("os_profile_linux_config"), body.blocks("os_profile", "linux_configuration")],
        written=[body.text("storage_os_disk", "os_type"), body.text("storage_profile_os_disk", "os_type")],
        reference=next(
            (
                one
                for one in map(partial(section, body), _REFERENCES)
                if not (isinstance(one.value, Known) and one.value.value is None)
            ),
            section(body, _REFERENCES[0]),
        ),
    )
