"""The settings of authentication methods as Microsoft Graph writes them.

Property names are those of the Graph resource types authenticationMethodConfiguration and those derived from it (v1.0). Every directory
has one setting for each method, named by the method itself (`.../authenticationMethodConfigurations/Fido2`); only a method of another
provider is made, with an id of its own. A body names the method by its `@odata.type`.
"""

from __future__ import annotations

import re
from typing import Final

from sparekey.mappings.msgraph_reading import Graph
from sparekey.mappings.msgraph_url import last_segment
from sparekey.model.kinds.methods import AuthenticationMethod
from sparekey.model.resource import Head
from sparekey.model.value import Body, Flag, Known, Text, Unknown

METHODS: Final = (
    "fido2",
    "microsoftAuthenticator",
    "softwareOath",
    "hardwareOath",
    "sms",
    "voice",
    "email",
    "x509Certificate",
    "temporaryAccessPass",
    "qrCodePin",
    "verifiableCredentials",
    "external",
)
"""The methods of which a directory has a setting, by the service's names."""

_CANONICAL: Final = {
    **{name.lower(): name for name in METHODS},
    "passwordlessmicrosoftauthenticator": "microsoftAuthenticator",
}
_TYPE_NAME: Final = re.compile(r"#?microsoft\.graph\.(\w+)AuthenticationMethodConfiguration", re.IGNORECASE)
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ALL_USERS: Final = "all_users"
"""What the service calls everybody among the targets of a method."""


def authentication_method(head: Head, graph: Graph, *named: Text) -> AuthenticationMethod:
    """The setting of one method; `named` are the ids that may name it, best first (null: not this one)."""
    method = _method(graph, named)
    return AuthenticationMethod(
        head=head,
        name=method,
        method=method,
        enabled=_enabled(graph),
        everybody=_everybody(graph),
        partial=Known(value=False, at=head.at, origin="default"),
    )


def canonical(word: str) -> str:
    """The canonical spelling of a method's name; the word itself where it is none that is known."""
    return _CANONICAL.get(word.strip().lower(), word.strip())


def _method(graph: Graph, named: tuple[Text, ...]) -> Text:
    open_: list[Unknown] = []
    written = [graph.text("@odata.type")] if graph.holds("@odata.type") else []
    for text in (*written, *named):
        if isinstance(text, Unknown):
            open_.append(text)
        elif text.value:
            return Known(value=_word(text.value), at=text.at)
    if open_:
        return open_[0]
    reason = f"which authentication method does {graph.what} set?"
    return Unknown(reason=reason, at=graph.at, how="write @odata.type in the body")


def _word(text: str) -> str:
    found = _TYPE_NAME.fullmatch(text.strip())
    word = found.group(1) if found else last_segment(text)
    return "external" if _GUID.fullmatch(word) else canonical(word)


def _enabled(graph: Graph) -> Flag:
    state = graph.text("state")
    if isinstance(state, Unknown):
        return state
    word = (state.value or "").lower()
    if word in ("enabled", "disabled"):
        return Known(value=word == "enabled", at=state.at)
    return Unknown(reason=f"does {graph.what} enable the method?", at=state.at, how='write state = "enabled" or "disabled"')


def _everybody(graph: Graph) -> Flag:
    """Whether the method is for all users and leaves nobody out."""
    included, excluded = _targets(graph, "includeTargets"), _targets(graph, "excludeTargets")
    everyone = next((text for text in included if isinstance(text, Known) and (text.value or "").lower() == _ALL_USERS), None)
    if everyone:
        known = next((text for text in excluded if isinstance(text, Known)), None)
        unread = next((text for text in excluded if isinstance(text, Unknown)), None)
        return Known(value=False, at=known.at) if known else unread or Known(value=True, at=everyone.at)
    unread = next((text for text in included if isinstance(text, Unknown)), None)
    if unread:
        return unread
    if not included:
        reason = f"for whom is the method that {graph.what} sets?"
        return Unknown(reason=reason, at=graph.at, how="write includeTargets in the body")
    return Known(value=False, at=included[0].at)


def _targets(graph: Graph, name: str) -> tuple[Text, ...]:
    """The ids of the groups that a list of targets names, and what of it cannot be read."""
    blocks = Body(value=graph.get(name)).blocks()
    ids = tuple(block.text("id") for block in blocks)
    return (*ids, blocks.open) if blocks.open else ids
