"""Okta: pools of agents. Attribute names are those of the provider's documentation, majors 6 and later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sparekey.model.declaration import Declaration
from sparekey.model.kinds.agents import DirectoryLink
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="okta")

_ROLES: Final[Mapping[str, str | None]] = {
    "ad": "okta-ad-agent",
    "ldap": "okta-ldap-agent",
    "radius": "okta-radius-agent",
    **dict.fromkeys(("iwa", "mfa", "opp", "rum")),
}
"""Types of agents to the role that carries a sign-in; the others carry none by themselves."""


@MAPPING.maps("okta_agent_pool_update")
def agent_pool(declaration: Declaration) -> Iterator[Resource]:
    """The pool that an update is for. The update lists agents of it, which need not be all of them."""
    body, head = declaration.body, declaration.head
    role = _role(body.text("agent_type"), declaration)
    if isinstance(role, Known) and role.value is None:
        return
    agents = body.blocks("agents")
    listed = tuple(_present(agent.text("id")) for agent in agents)
    more = Unknown(
        reason=f"which agents are in the pool besides those that {head.address} lists?",
        at=agents.at,
        how="tag their hosts (sparekey-role), or inventory: agents",
    )
    question = f"does Okta go on with the passwords of those who signed in before, while no agent of {head.address} works?"
    yield DirectoryLink(
        head=head,
        name=body.text("name"),
        role=role,
        group=body.text("pool_id"),
        remembers=Unknown(reason=question, at=head.at, how="only Okta's console can tell"),
        provider=Known(value="okta", at=head.at, origin="derived"),
        agents=ValueSet(members=listed, at=agents.at, open=agents.open or more),
    )


def _role(type_: Text, declaration: Declaration) -> Text:
    if isinstance(type_, Unknown):
        return type_
    word = (type_.value or "").strip().casefold()
    if word in _ROLES:
        return Known(value=_ROLES[word], at=type_.at, origin="derived")
    how = "write agent_type (AD, LDAP, Radius)"
    return Unknown(reason=f"of which type are the agents of {declaration.head.address}?", at=type_.at, how=how)


def _present(id_: Text) -> Known[str] | Unknown:
    if isinstance(id_, Unknown) or id_.value is None:
        return id_ if isinstance(id_, Unknown) else Unknown(reason="which agent is this?", at=id_.at, how="write its id")
    return Known(value=id_.value, at=id_.at, origin=id_.origin)
