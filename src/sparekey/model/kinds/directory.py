"""Directories as a service: managed domains and their replica sets, directories of another cloud, directories of customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Links, Number, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedDomain(Resource):
    """A managed domain. `sku` is "Standard", "Enterprise" or "Premium"; `region` that of its first replica set, normalised."""

    kind: ClassVar[str] = "managed_domain"

    domain_name: Text
    sku: Text
    region: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaSet(Resource):
    """One replica set of a managed domain, the first included. Each already is two domain controllers: never multiply."""

    kind: ClassVar[str] = "replica_set"

    domain: Links
    region: Text
    subnet: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryService(Resource):
    """A directory of AWS Directory Service.

    `category` is "MicrosoftAD", "SimpleAD" or "ADConnector"; of the last, which only passes on to an on-premises directory,
    `dns_servers` are the servers that it asks there. `controllers` is how many domain controllers are asked for, `edition` "Standard"
    or "Enterprise". `subnets` are the ids of those that it stands in, `region` null where the provider's is meant.
    """

    kind: ClassVar[str] = "directory_service"

    category: Text
    edition: Text
    controllers: Number
    dns_servers: ValueSet[str]
    subnets: ValueSet[str]
    region: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDirectory(Resource):
    """A directory for customers (Azure AD B2C, External ID). The service chooses its datacentres within `residency`."""

    kind: ClassVar[str] = "customer_directory"

    domain_name: Text
    residency: Text
