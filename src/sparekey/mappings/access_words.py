"""The words of conditional access in the service's own spelling, for every provider that writes its policies.

The service ignores case in its words, so a mapping brings them to one spelling; what a list holds besides is left as written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sparekey.model.value import Known, Number, Text, Unknown, ValueSet

USERS: Final = ("All", "None", "GuestsOrExternalUsers")
APPLICATIONS: Final = ("All", "None", "Office365", "MicrosoftAdminPortals", "AllAgentIdResources")
LOCATIONS: Final = ("All", "AllTrusted")
SERVICE_PRINCIPALS: Final = ("ServicePrincipalsInMyTenant", "None")
CLIENT_APPS: Final = ("all", "browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other")
PLATFORMS: Final = ("all", "android", "iOS", "linux", "macOS", "windows", "windowsPhone")
RISKS: Final = ("low", "medium", "high", "hidden", "none", "minor", "moderate", "elevated")
CONTROLS: Final = (
    "block",
    "mfa",
    "approvedApplication",
    "compliantApplication",
    "compliantDevice",
    "domainJoinedDevice",
    "passwordChange",
)
GUESTS: Final = (
    "none",
    "internalGuest",
    "b2bCollaborationGuest",
    "b2bCollaborationMember",
    "b2bDirectConnectUser",
    "otherExternalUser",
    "serviceProvider",
)
FLOWS: Final = ("authenticationTransfer", "deviceCodeFlow")
ACTIONS: Final = ("urn:user:registerdevice", "urn:user:registersecurityinfo")
STATES: Final = ("enabled", "disabled", "enabledForReportingButNotEnforced")


def spelled(text: Text, words: Iterable[str]) -> Text:
    """The text in the service's own spelling where it is one of its words."""
    if isinstance(text, Unknown) or text.value is None:
        return text
    return Known(value=_spelling(text.value, words), at=text.at, origin=text.origin)


def _spelling(value: str, words: Iterable[str]) -> str:
    return next((word for word in words if word.lower() == value.strip().lower()), value)


def spelled_set(values: ValueSet[str], words: Iterable[str]) -> ValueSet[str]:
    """The set with the service's words in its own spelling. A blank is what a provider reads back for nothing: left out."""
    words = tuple(words)
    members = tuple(
        m if isinstance(m, Unknown) else Known(value=_spelling(m.value, words), at=m.at, origin=m.origin)
        for m in values.members
        if isinstance(m, Unknown) or m.value
    )
    return ValueSet(members=members, at=values.at, open=values.open, origin=values.origin)


def blank_is_null(text: Text) -> Text:
    """The text; null for the "" that a provider reads back for nothing."""
    return Known(value=None, at=text.at, origin="default") if isinstance(text, Known) and not text.value else text


def positive(value: Number) -> Number:
    """The number; null for the 0 that a provider reads back for nothing."""
    return Known(value=None, at=value.at, origin="default") if isinstance(value, Known) and not value.value else value
