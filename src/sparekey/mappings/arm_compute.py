"""ARM: virtual machines, scale sets, availability sets and autoscale settings.

Property names are those of the Microsoft.Compute and Microsoft.Insights references.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings import scripts
from sparekey.mappings.arm_extensions import profile_scripts
from sparekey.mappings.arm_ids import links_of, own_key, part_key, section, to_itself, within
from sparekey.mappings.arm_interfaces import interface
from sparekey.mappings.azure_hosts import azure, images, lowest, only, system, unattended
from sparekey.mappings.regions import azure_region
from sparekey.mappings.tags import marks
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.hosting import Autoscale, AvailabilitySet, Machine, MachineSet
from sparekey.model.kinds.network import NetworkInterface
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import Body, Flag, Known, Limits, Links, Number, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="arm-compute")

_SETS = ("machine_set",)
_CONFIGURED = "networkInterfaceConfigurations"


@MAPPING.maps("Microsoft.Compute/virtualMachines")
def virtual_machine(declaration: Declaration) -> Iterator[Resource]:
    """A machine, and the network interfaces that are written within it."""
    body, at = declaration.body, declaration.head.at
    properties = section(body, "properties")
    inner = list(_configured_interfaces(declaration, properties))
    yield Machine(
        head=declaration.head,
        name=body.text("name"),
        keys=(own_key(declaration),),
        host_name=properties.text("osProfile", "computerName"),
        os=_system(properties, at),
        region=azure_region(body.text("location")),
        zone=only(body.texts("zones")),
        availability_set=properties.text("availabilitySet", "id"),
        cloud=azure(declaration),
        machine_set=properties.link("virtualMachineScaleSet", "id", to=_SETS, by=("arm_id",)),
        interfaces=_interfaces(declaration, properties, inner),
        images=images(section(properties, "storageProfile", "imageReference"), section(body, "plan")),
        scripts=_start_scripts(properties, at),
        marks=marks(declaration, "tags"),
    )
    yield from inner


def _interfaces(declaration: Declaration, properties: Body, inner: list[NetworkInterface]) -> Links:
    """The interfaces that a machine names, and those that are written within it."""
    named = links_of(properties.blocks("networkProfile", "networkInterfaces"), "id", to="network_interface")
    configured = properties.blocks("networkProfile", _CONFIGURED)
    own = (to_itself(declaration, "network_interface", one.keys[0].attribute).values.members for one in inner)
    members = (*named.values.members, *(member for members in own for member in members))
    return replace(named, values=replace(named.values, members=members, open=named.values.open or configured.open))


def _configured_interfaces(declaration: Declaration, properties: Body) -> Iterator[NetworkInterface]:
    for number, block in enumerate(properties.blocks("networkProfile", _CONFIGURED)):
        name = block.text("name")
        head = declaration.head.part(f"{_CONFIGURED}[{number}]", block.value.at)
        yield interface(head, name, part_key(declaration, _CONFIGURED, name), section(block, "properties"))


@MAPPING.maps("Microsoft.Compute/virtualMachineScaleSets")
def scale_set(declaration: Declaration) -> Iterator[Resource]:
    """A scale set of either orchestration mode, with the extensions that are written in its profile."""
    body, at = declaration.body, declaration.head.at
    profile = section(body, "properties", "virtualMachineProfile")
    addresses = within(profile.blocks("networkProfile", _CONFIGURED), "properties", "ipConfigurations")
    yield MachineSet(
        head=declaration.head,
        name=body.text("name"),
        keys=(own_key(declaration),),
        host_prefix=profile.text("osProfile", "computerNamePrefix"),
        instances=_instances(body, profile, at),
        os=_system(profile, at),
        region=azure_region(body.text("location")),
        zones=body.texts("zones"),
        cloud=azure(declaration),
        subnets=links_of(addresses, "properties", "subnet", "id", to="subnet"),
        pools=links_of(within(addresses, "properties", "loadBalancerBackendAddressPools"), "id", to="balancer_pool"),
        images=images(section(profile, "storageProfile", "imageReference"), section(body, "plan")),
        scripts=scripts.gather(at, _start_scripts(profile, at), profile_scripts(profile)),
        marks=marks(declaration, "tags"),
    )


def _instances(body: Body, profile: Body, at: Place) -> Number:
    """The written capacity. A flexible scale set without a profile creates no machine of its own and only holds attached ones."""
    capacity = body.number("sku", "capacity")
    most = capacity.value if isinstance(capacity, Known) else None
    unknown = Unknown(reason="how many instances are there?", at=at, how="write sku.capacity", limits=Limits(least=0, most=most))
    if isinstance(profile.value, Unknown):
        return replace(profile.value, limits=Limits(least=0, most=most))
    if profile.value.value is not None:
        return replace(unknown, at=capacity.at) if isinstance(capacity, Known) and capacity.value is None else capacity
    mode = body.text("properties", "orchestrationMode")
    if isinstance(mode, Known) and (mode.value or "").lower() == "flexible":
        return Known(value=0, at=at, origin="default")
    return replace(unknown, reason="what is each instance like? no virtualMachineProfile is written", how="write the profile")


@MAPPING.maps("Microsoft.Compute/availabilitySets")
def availability_set(declaration: Declaration) -> Iterator[Resource]:
    """An availability set. The reference names no default for either count."""
    body = declaration.body
    yield AvailabilitySet(
        head=declaration.head,
        name=body.text("name"),
        keys=(own_key(declaration),),
        region=azure_region(body.text("location")),
        fault_domains=_written_count(body, "platformFaultDomainCount"),
        update_domains=_written_count(body, "platformUpdateDomainCount"),
    )


def _written_count(body: Body, name: str) -> Number:
    found = body.number("properties", name)
    if isinstance(found, Known) and found.value is None:
        return Unknown(reason=f"which {name} does the service choose?", at=found.at, how=f"write properties.{name}")
    return found


@MAPPING.maps("Microsoft.Insights/autoscaleSettings")
def autoscale(declaration: Declaration) -> Iterator[Resource]:
    """An autoscale setting. Capacities are texts. Versions of the reference disagree whether one that does not say so is enabled."""
    body = declaration.body
    enabled: Flag = body.flag("properties", "enabled")
    if isinstance(enabled, Known) and enabled.value is None:
        enabled = Unknown(reason="is the autoscale setting enabled?", at=enabled.at, how="write properties.enabled")
    yield Autoscale(
        head=declaration.head,
        name=body.text("name"),
        keys=(own_key(declaration),),
        target=body.link("properties", "targetResourceUri", to=_SETS, by=("arm_id",)),
        enabled=enabled,
        minimum=lowest(body.blocks("properties", "profiles"), "capacity", "minimum"),
    )


def _system(profile: Body, at: Place) -> Text:
    return system(
        at,
        windows=[profile.blocks("osProfile", "windowsConfiguration")],
        linux=[profile.blocks("osProfile", "linuxConfiguration")],
        written=[profile.text("storageProfile", "osDisk", "osType")],
        reference=section(profile, "storageProfile", "imageReference"),
    )


def _start_scripts(profile: Body, at: Place) -> ValueSet[str]:
    return scripts.gather(
        at,
        scripts.encoded(profile.text("osProfile", "customData")),
        scripts.encoded(profile.text("userData")),
        unattended(profile.blocks("osProfile", "windowsConfiguration", "additionalUnattendContent")),
    )
