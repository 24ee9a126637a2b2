"""Machines and what runs on them: the hosts that may be connectors, agents or directory servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Links, Number, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The `sparekey-*` tags of a host (null where absent; unknown where the tags cannot be read).

    `role` is in its canonical spelling ("connector", "adds-dc", ...). A word that is no role, and a group without a role, make
    it unknown: what was meant is a question, not a guess.
    """

    role: Text
    group: Text
    site: Text
    mode: Text
    partial: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine(Resource):
    """One virtual machine. `cloud` is whose machine it is: "azure", "aws" or "google".

    `host_name` is the name inside the operating system, `os` "windows" or "linux", `region` and `zone` are normalised (zone is
    null where none is chosen). `machine_set` is the scale set that it is attached to, `interfaces` its network interfaces. `images` names the marketplace image as
    "publisher/offer", once for each attribute that says so. `scripts` are the texts that it is given to run: start-up data,
    commands, file addresses; decoded, and never those marked sensitive.
    """

    kind: ClassVar[str] = "machine"
    identity: ClassVar[bool] = False

    cloud: Text
    host_name: Text
    os: Text
    region: Text
    zone: Text
    availability_set: Text
    machine_set: Links
    interfaces: Links
    images: ValueSet[str]
    scripts: ValueSet[str]
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSet(Resource):
    """A scale set. `instances` is the written capacity; an autoscale minimum (kind `autoscale`) goes before it.

    `host_prefix` begins the host name of every instance, `subnets` are those that instances stand in, `pools` the pools of load
    balancers that lead to them; the other fields are those of a machine.
    """

    kind: ClassVar[str] = "machine_set"
    identity: ClassVar[bool] = False

    cloud: Text
    host_prefix: Text
    instances: Number
    os: Text
    region: Text
    zones: ValueSet[str]
    subnets: Links
    pools: Links
    images: ValueSet[str]
    scripts: ValueSet[str]
    marks: Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilitySet(Resource):
    """Machines that a datacentre keeps apart: over so many fault domains (racks), and so many update domains."""

    kind: ClassVar[str] = "availability_set"
    identity: ClassVar[bool] = False

    region: Text
    fault_domains: Number
    update_domains: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineScript(Resource):
    """A script that another declaration runs on a machine or scale set (extension, run command).

    `os` is the system it is made for, null where it fits any. `slot` is what one machine can hold only once: two scripts
    with one slot run on two machines. `domains` are the names of the directory's domain that its settings give to what it runs.
    """

    kind: ClassVar[str] = "machine_script"
    identity: ClassVar[bool] = False

    machine: Links
    os: Text
    slot: Text
    scripts: ValueSet[str]
    domains: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoscale(Resource):
    """An autoscale setting. `minimum` is the lowest minimum of its profiles."""

    kind: ClassVar[str] = "autoscale"
    identity: ClassVar[bool] = False

    target: Links
    enabled: Flag
    minimum: Number
