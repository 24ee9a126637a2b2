"""ARM: what is exported from a directory's logs. Property names are those of the microsoft.aadiam/diagnosticSettings reference.

Settings of single resources (`Microsoft.Insights/diagnosticSettings`) export other logs, and are none of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sparekey.mappings.arm_ids import own_key, section
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.monitoring import LogExport
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import Body, Known, Unknown, ValueSet

MAPPING = ProviderMapping(provider="arm-log-exports")

_DESTINATIONS: Final = (
    ("workspaceId", "workspace"),
    ("storageAccountId", "storage"),
    ("eventHubAuthorizationRuleId", "event_hub"),
    ("serviceBusRuleId", "event_hub"),
)
"""Where logs may go. The last is what an event hub was named by before."""


@MAPPING.maps("microsoft.aadiam/diagnosticSettings")
def directory_log_export(declaration: Declaration) -> Iterator[Resource]:
    """A diagnostic setting of the directory. Each log says whether it is on."""
    properties, head = section(declaration.body, "properties"), declaration.head
    logs = properties.blocks("logs")
    members = tuple(member for block in logs for member in _category(block))
    yield LogExport(
        head=head,
        name=declaration.body.text("name"),
        keys=(own_key(declaration),),
        categories=ValueSet(members=members, at=logs.at, open=logs.open),
        destinations=_destinations(properties, head.at),
    )


def _category(block: Body) -> Iterator[Known[str] | Unknown]:
    category, on = block.text("category"), block.flag("enabled")
    if isinstance(on, Known) and on.value is None:
        on = Unknown(reason="is a log exported that is not said to be on?", at=on.at, how="write enabled beside its category")
    if isinstance(on, Known) and not on.value:
        return
    if isinstance(category, Unknown):
        yield category
    elif not category.value:
        # A group of categories, where one is written instead: which are in it the service decides.
        how = "write each category by itself"
        yield Unknown(reason="which categories does a log export without one?", at=category.at, how=how)
    elif isinstance(on, Unknown):
        yield replace(on, reason=f"is the log category {category.value} exported?")
    else:
        yield Known(value=category.value, at=category.at, origin=category.origin)


def _destinations(properties: Body, at: Place) -> ValueSet[str]:
    members: dict[str, Known[str] | Unknown] = {}
    for name, word in _DESTINATIONS:
        found = properties.text(name)
        if isinstance(found, Unknown):
            members.setdefault(word, found)
        elif found.value:
            members[word] = Known(value=word, at=found.at)
    return ValueSet(members=tuple(members.values()), at=at)
