"""Connector groups, directory synchronisation and domain federation as Microsoft Graph writes them.

Property names are those of the Graph resource types connectorGroup (beta), onPremisesDirectorySynchronization and
internalDomainFederation (v1.0).
"""

from __future__ import annotations

from sparekey.mappings.msgraph_reading import Graph
from sparekey.model.kinds.hybrid import PublishedGroup
from sparekey.model.kinds.sync import DirectorySync, DomainFederation
from sparekey.model.resource import Head, Key
from sparekey.model.value import Flag, Known, Text, Unknown

_PASSWORD_HASHES = ("features", "passwordSyncEnabled")


def published_group(head: Head, keys: tuple[Key, ...], graph: Graph) -> PublishedGroup:
    """A connector group as an object of the directory. Which connectors are in it no configuration can say."""
    return PublishedGroup(head=head, name=graph.text("name"), keys=keys, region=graph.text("region"))


def directory_sync(head: Head, keys: tuple[Key, ...], graph: Graph) -> DirectorySync:
    """The synchronisation features of the directory: an object that is there already, and only ever patched.

    A patch of other features says nothing of password hashes, which is not the same as a value that cannot be read.
    """
    silent = graph.patched and not graph.holds(*_PASSWORD_HASHES)
    return DirectorySync(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        keys=keys,
        password_hash_sync=Known(value=None, at=graph.at, origin="default") if silent else graph.flag(*_PASSWORD_HASHES),
    )


def domain_federation(head: Head, keys: tuple[Key, ...], graph: Graph, domain: Text) -> DomainFederation:
    """The federation of a domain. Of certificates only their presence is kept."""
    return DomainFederation(
        head=head,
        name=graph.text("displayName"),
        keys=keys,
        domain=domain,
        issuer=graph.text("issuerUri"),
        mfa_behavior=graph.text("federatedIdpMfaBehavior"),
        metadata_url=graph.text("metadataExchangeUri"),
        has_certificate=_written(graph.text("signingCertificate")),
        has_next_certificate=_written(graph.text("nextSigningCertificate")),
    )


def _written(certificate: Text) -> Flag:
    if isinstance(certificate, Unknown):
        return certificate
    return Known(value=bool(certificate.value), at=certificate.at, origin="derived")
