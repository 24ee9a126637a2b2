"""Why there may be one more of a kind than the files show, in the words that every question of that sort uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sparekey.model.answers import all_there_are
from sparekey.model.estate import Estate
from sparekey.model.resource import Resource
from sparekey.model.span import Place
from sparekey.model.truth import Cause, asks, unique
from sparekey.model.value import Unknown

ANYTHING: Final = frozenset(
    {
        "azapi_resource",
        "azurerm_management_group_template_deployment",
        "azurerm_resource_group_template_deployment",
        "azurerm_subscription_template_deployment",
        "azurerm_template_deployment",
        "azurerm_tenant_template_deployment",
    }
)
"""Types that declare whatever Azure knows, in lower case."""


def not_shown(kind: str, reason: str, at: Place) -> tuple[Cause, ...]:
    """The question for all of a kind that the user does not call complete."""
    question = Unknown(
        reason=reason,
        at=at,
        how=f"scan the files that define them, then complete: [{kind}]",
        answers=(all_there_are(kind),),
    )
    return (asks(question),)


def of_others(resource: Resource, does: str) -> Unknown:
    """The question whether something that is not managed here concerns this directory; `does` says in what way."""
    return Unknown(
        reason=f"does {resource.head.address}, which is not managed here, {does}?",
        at=resource.at,
        how="say in sparekey.yaml which deployments exist together (estates)",
    )


def all_the_same(
    estate: Estate, others: Iterable[Unknown], kind: str = "", carriers: frozenset[str] = frozenset()
) -> tuple[Cause, ...]:
    """Why there may be one although the files are said to hold all: empty where there is none.

    `others` are the questions about what is not managed here; `carriers` the types, in lower case, that may declare one of the `kind` and
    that nobody reads.
    """
    return unique(asks(unknown) for unknown in (*estate.leaks, *others, *estate.unread(kind, carriers)))
