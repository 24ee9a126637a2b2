"""The roles that a machine can have in signing in, and how each is recognised.

A connector and the agents and servers that link a directory with an on-premises one are found in the same four ways: a tag, an
entry of the inventory, a script that installs one, a marketplace image.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Final

from sparekey.config_file import ROLE_WORDS
from sparekey.facts.installers import Installation, installation
from sparekey.facts.script_text import read
from sparekey.model.answers import a_connector, an_agent
from sparekey.model.estate import Estate
from sparekey.model.kinds.agents import Agent
from sparekey.model.kinds.hybrid import Connector
from sparekey.model.value import Answer, Known

Entry = Connector | Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role. `word` is that of the tag, `title` what people call one that has it, `complete` its word in `complete:`.

    `installs` says what texts install such a thing, `grouped` whether they may name its group as well, `image` is the marketplace
    image that holds one ("" for none), `by_domain` that those of one group serve one domain, which scripts may name, `entries` those of the inventory, `answer` the entry that would answer a question about one.
    `could_be` are the kinds that a thing may concern of which the files hide whether it has the role.
    """

    word: str
    title: str
    complete: str
    how: str
    could_be: tuple[str, ...]
    installs: Callable[[Iterable[str]], Installation | None]
    entries: Callable[[Estate], Iterator[Entry]]
    answer: Callable[[], Answer]
    image: str = ""
    grouped: bool = False
    by_domain: bool = False


def _connectors(estate: Estate) -> Iterator[Entry]:
    return (entry for entry in estate.of("connector") if isinstance(entry, Connector))


CONNECTOR: Final = Role(
    word="connector",
    title="connector",
    complete="connector",
    how="tag the machine (sparekey-role, sparekey-group), or list it in sparekey.yaml (inventory: connectors)",
    could_be=("connector_group", "sign_in_path"),
    installs=installation,
    entries=_connectors,
    answer=a_connector,
    image="microsoftcorporation1687208452115/entraprivatenetworkconnector",
    grouped=True,
)
"""A connector of application proxy and private access. The image: publisher and offer in the Azure marketplace."""

_TITLES: Final = {
    "pta-agent": "pass-through authentication agent",
    "cloud-sync-agent": "cloud provisioning agent",
    "connect-sync": "sync server",
    "adfs": "AD FS server",
    "adfs-wap": "Web Application Proxy",
    "adds-dc": "domain controller",
    "okta-ad-agent": "Okta AD agent",
    "okta-ldap-agent": "Okta LDAP agent",
    "okta-radius-agent": "Okta RADIUS agent",
    "auth0-ad-connector": "Auth0 AD connector",
}

_INSTALLERS: Final = {
    "pta-agent": r"AADConnectAuthAgentSetup|-Feature[\s:=]+[\"']?PassthroughAuthentication",
    "cloud-sync-agent": r"AADConnectProvisioningAgentSetup",
    "connect-sync": r"AzureADConnect\.msi",
    "adfs": r"(?:Install|Add)-WindowsFeature[^\r\n;|]{0,80}ADFS-Federation|Install-AdfsFarm|Add-AdfsFarmNode",
    "adfs-wap": r"Install-WebApplicationProxy",
    "adds-dc": r"Install-ADDSDomainController|Install-ADDSForest|Install-ADDSDomain\b"
    r"|\b(?:Create|Configure)AD(?:PDC|BDC|NextDC|RootDC\d*|ChildDomainDC\d*)\b|\bCreateDomainController\b"
    r"|\bConfigureDCVM\b|\.ps1\\Create(?:DC|RootDomain)\b",
    "okta-ad-agent": r"OktaADAgentSetup",
    "okta-ldap-agent": r"OktaLDAPAgentSetup",
    "okta-radius-agent": r"OktaRadiusAgentSetup",
    "auth0-ad-connector": r"adldap[-.\w]{0,40}\.msi",
}
"""What only the installation of each says: names of installers and of the commands that make a server what it is (vendors' articles on
unattended installation). A domain controller is also known by the configurations that the public templates for new domains apply."""

_WORDS: Final = (
    *("aadconnect", "passthroughauthentication", "azureadconnect.msi", "adfs", "webapplicationproxy", "install-adds"),
    *("createad", "configuread", "configuredc", "createdomaincontroller", ".ps1\\create", "okta", "adldap"),
)
"""One of these stands in whatever installs an agent: looking for them takes a hundredth of the time."""


# Each role is looked for by itself, in the same texts.
@lru_cache(maxsize=1024)
def may_install(text: str) -> bool:
    """Whether looking for what installs an agent is worth while: where it is not, no agent is installed."""
    lower = text.lower()
    return any(word in lower for word in _WORDS)


def _installed(pattern: re.Pattern[str], texts: Iterable[str]) -> Installation | None:
    """What texts say of one role: surely installed where one of them certainly runs what installs it."""
    found = [read(text) for text in texts if pattern.search(text)]
    if not any(pattern.search(each.all) for each in found):
        return None
    return Installation(certain=any(pattern.search(each.sure) for each in found))


def _entries_of(word: str, estate: Estate) -> Iterator[Entry]:
    for entry in estate.of("agent"):
        if isinstance(entry, Agent) and isinstance(entry.role, Known) and entry.role.value == word:
            yield entry


def _all_entries(estate: Estate) -> Iterator[Entry]:
    return (entry for entry in estate.of("agent") if isinstance(entry, Agent))


def _agent(word: str, complete: str) -> Role:
    return Role(
        word=word,
        title=_TITLES[word],
        complete=complete,
        how="tag the machine (sparekey-role, sparekey-group), or list it in sparekey.yaml (inventory: agents)",
        could_be=("agent_group", "sign_in_path"),
        installs=partial(_installed, re.compile(_INSTALLERS[word], re.IGNORECASE)),
        entries=partial(_entries_of, word),
        answer=partial(an_agent, word),
        by_domain=word == "adds-dc",
    )


AGENTS: Final = tuple(_agent(role, word) for word, role in ROLE_WORDS.items() if role in _TITLES)
"""Every role but that of a connector."""


def _perhaps_any(texts: Iterable[str]) -> Installation | None:
    """What texts say of an agent of any role in places where it may not be run; of what is certain its own role tells."""
    found = [text for text in texts if may_install(text)]
    said = (role.installs(found) for role in AGENTS) if found else ()
    return next((each for each in said if each and not each.certain), None)


ANY_AGENT: Final = Role(
    word="",
    title="server or agent of the directory",
    complete="agent",
    how="tag the machine (sparekey-role), or list it in sparekey.yaml (inventory: agents)",
    could_be=("agent_group", "sign_in_path"),
    installs=_perhaps_any,
    entries=_all_entries,
    answer=partial(an_agent, None),
)
"""Whatever is no connector: what of a machine cannot be read may make it any of these, and is asked once."""
