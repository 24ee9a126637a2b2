"""Auth0: connections with an on-premises directory. Attribute names are those of the provider's documentation."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.model.declaration import Declaration
from sparekey.model.kinds.agents import DirectoryLink
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Flag, Known, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="auth0")


@MAPPING.maps("auth0_connection")
def connection(declaration: Declaration) -> Iterator[Resource]:
    """A connection of strategy `ad`, which only its connectors carry.

    Unless `disable_cache` is set, Auth0 keeps what it needs to know those again who signed in before, and uses it while no connector works.
    """
    body, head = declaration.body, declaration.head
    strategy = body.text("strategy")
    if declaration.mode == "data" or (isinstance(strategy, Known) and (strategy.value or "").casefold() != "ad"):
        return
    yield DirectoryLink(
        head=head,
        name=body.text("name"),
        role=_role(strategy),
        group=Known(value=None, at=head.at, origin="default"),
        remembers=_kept(body.flag("options", "disable_cache", default=False)),
        provider=Known(value="auth0", at=head.at, origin="derived"),
        agents=ValueSet(
            members=(),
            at=head.at,
            open=Unknown(
                reason=f"which connectors carry {head.address}?",
                at=head.at,
                how="tag their hosts (sparekey-role: auth0-ad-connector), or inventory: agents",
            ),
        ),
    )


def _role(strategy: Text) -> Text:
    return strategy if isinstance(strategy, Unknown) else Known(value="auth0-ad-connector", at=strategy.at, origin="derived")


def _kept(disabled: Flag) -> Flag:
    return disabled if isinstance(disabled, Unknown) else Known(value=not disabled.value, at=disabled.at, origin=disabled.origin)
