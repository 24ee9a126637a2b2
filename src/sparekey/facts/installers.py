"""Recognise in a script that it installs a connector, and into which connector group."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sparekey.facts.script_text import read

_SURE = re.compile(
    r"AADApplicationProxyConnectorInstaller"
    r"|MicrosoftEntraPrivateNetworkConnectorInstaller"
    r"|DownloadConnectorInstaller"
    r"|AppProxyPSModule"
    r"|-Feature[\s:=]+[\"']?ApplicationProxy"
    r"|Microsoft AAD App Proxy Connector",
    re.IGNORECASE,
)
"""What only the connector's installation says (Microsoft's articles on its unattended installation)."""
_SHARED = re.compile(
    r"download\.msappproxy\.net|RegisterConnector\.ps1|Microsoft Entra private network connector"
    r"|MicrosoftEntraPrivateNetworkConnectorPSModule",
    re.IGNORECASE,
)
"""What the connector shares with its relatives, which register by the same script and module."""
_RELATIVES = re.compile(
    r"AADConnectAuthAgentSetup|PassthroughAuth|AADConnectProvisioningAgent|Private Access Sensor", re.IGNORECASE
)
"""Pass-through authentication agents, provisioning agents and sensors: none of them is a connector."""
_GROUP = re.compile(
    r"(?:^|[\s\"',;&])[-/]{1,2}connector[-_]?group(?:[-_]?name)?[\s:=]+"
    r"(?:\"([^\"\r\n]{0,200})\"|'([^'\r\n]{0,200})'|([^\s\"',;&]{1,200}))",
    re.IGNORECASE,
)
"""A parameter with a group's name, as scripts around the installer have it: the installer itself knows no group."""
_WORDS = ("connector", "proxy")
"""One of these stands in whatever installs a connector: looking for them takes a hundredth of the time."""
_VARIABLE = re.compile(r"[$%{}<>]|^\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A connector is installed: into the groups of these names, or, `hidden`, into one whose name is in a variable.

    No name and nothing hidden: the script names none, and the connector starts in the default group. Not `certain`: what installs one
    stands where it may not be run.
    """

    groups: tuple[str, ...] = ()
    hidden: bool = False
    certain: bool = True


# The same texts are asked about for each thing that may hold a connector.
@lru_cache(maxsize=1024)
def _may_install(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in _WORDS)


def installation(texts: Iterable[str]) -> Installation | None:
    """What the texts that one machine runs install, or None where no connector is among it. Case is ignored."""
    found = tuple(texts)
    if not any(_may_install(text) for text in found):
        return None
    readings = [read(text) for text in found]
    sure, everything = "\n".join(each.sure for each in readings), "\n".join(each.all for each in readings)
    relative = _RELATIVES.search(everything) is not None
    if not _installs(everything, relative=relative):
        return None
    names = [next(n for n in found if n) if any(found) else "" for found in _GROUP.findall(sure)]
    readable = dict.fromkeys(name.strip() for name in names if not _VARIABLE.search(name))
    hidden = len(readable) == 0 and len(names) > 0
    return Installation(groups=tuple(readable), hidden=hidden, certain=_installs(sure, relative=relative))


def _installs(text: str, *, relative: bool) -> bool:
    return _SURE.search(text) is not None or (not relative and _SHARED.search(text) is not None)
