"""What authentication methods depend on: which of them one failure stops together.

A method depends on a service that other methods may depend on as well, or on nothing but what its user holds. Two methods are independent
of each other unless they share a service: the failure of a security key stops no code generator. The classes follow Microsoft's
article on resilience in credentials (telephone network, notifications of the cloud, what works on the device alone, certificates) and
its list of the authentication methods that conditional access combines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TELEPHONY: Final = "telephony"
CLOUD_PUSH: Final = "cloud-push"
FEDERATION: Final = "federation"
EMAIL: Final = "email"
EXTERNAL: Final = "external"
ADMINISTRATOR: Final = "administrator"

_DEPENDENCIES: Final[Mapping[str, str]] = {
    "sms": TELEPHONY,
    "voice": TELEPHONY,
    "microsoftauthenticator": CLOUD_PUSH,
    "microsoftauthenticatorpush": CLOUD_PUSH,
    "devicebasedpush": CLOUD_PUSH,
    "federatedmultifactor": FEDERATION,
    "federatedsinglefactor": FEDERATION,
    "email": EMAIL,
    "external": EXTERNAL,
    "temporaryaccesspass": ADMINISTRATOR,
    "temporaryaccesspassonetime": ADMINISTRATOR,
    "temporaryaccesspassmultiuse": ADMINISTRATOR,
    "fido2": "fido2",
    "windowshelloforbusiness": "windows-hello",
    "softwareoath": "software-oath",
    "hardwareoath": "hardware-oath",
    "x509certificate": "certificate",
    "x509certificatemultifactor": "certificate",
    "x509certificatesinglefactor": "certificate",
}

SHARED: Final = frozenset({TELEPHONY, CLOUD_PUSH, FEDERATION, EMAIL, EXTERNAL})
"""The classes that are services outside of the user's hands: the failure of one stops its methods for everybody at once."""

ALONE: Final = frozenset({"fido2", "windows-hello", "software-oath", "hardware-oath"})
"""The classes that work with nothing but what each user holds: no one failure stops them for two people."""

NO_SECOND_FACTOR: Final = frozenset({"temporaryaccesspass", "qrcodepin", "verifiablecredentials", "password"})
"""Methods that nobody can have as a standing second factor: a pass that an administrator issues for some hours, and first factors."""


def dependency(method: str) -> str | None:
    """The class of a method or of one part of a combination: equal for methods that one failure stops. None: no such method is known."""
    return _DEPENDENCIES.get(method.strip().lower())
