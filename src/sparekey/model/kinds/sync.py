"""What connects a cloud directory to an on-premises one: synchronisation features and domain federation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySync(Resource):
    """The synchronisation of the directory. `password_hash_sync` is whether password hashes are synchronised, null where nothing is said of it."""

    kind: ClassVar[str] = "directory_sync"

    password_hash_sync: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainFederation(Resource):
    """The federation of one domain with another identity provider.

    `mfa_behavior` says what the directory makes of a second factor that the provider claims (`federatedIdpMfaBehavior`).
    `metadata_url` is where the directory fetches the provider's next certificate; `has_certificate` and `has_next_certificate`
    say whether a signing certificate is written (the certificates themselves are not kept).
    """

    kind: ClassVar[str] = "domain_federation"

    domain: Text
    issuer: Text
    mfa_behavior: Text
    metadata_url: Text
    has_certificate: Flag
    has_next_certificate: Flag
