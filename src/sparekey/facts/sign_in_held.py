"""Whether an estate has to do with people's sign-in at all.

A profile of names or a gateway says nothing of what it stands before. Where the same estate also manages a directory, its people,
applications or servers, it is taken for a part of sign-in; where nothing of the kind is managed or declared, it is not known to be.
Identities of workloads and their roles on resources do not count: every deployment in a cloud has some, and nobody signs in by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sparekey.model.estate import Estate
from sparekey.model.kinds.workloads import IdentityWorkload
from sparekey.model.resource import Resource
from sparekey.model.span import Place
from sparekey.model.truth import Cause, Truth, asks, maybe, no, unique, yes
from sparekey.model.value import Unknown

OF_WORKLOADS: Final = frozenset({"managed_identity", "resource_role", "app_credential"})
"""Kinds of identity that belong to workloads."""


def sign_in_held(estate: Estate, at: Place) -> Truth:
    """Whether the estate manages or declares something that people sign in with or at. `at` is where it is asked.

    What another deployment of the run manages may exist together with this one, and what an unread file holds is not known. A workload
    of which it cannot be read what it runs may be an identity provider.
    """
    mine = [resource for resources in estate.resources.values() for resource in _of_people(resources)]
    sure = next((r for r in mine if r.head.presence.answer == "yes" and _doubt(r) is None), None)
    if sure is not None:
        return yes(Cause(at=sure.at, label=f"{sure.head.address} is of sign-in"))
    doubts = [cause for resource in mine for cause in resource.head.presence.because]
    doubts.extend(asks(unknown) for unknown in map(_doubt, mine) if unknown is not None)
    doubts.extend(asks(leak) for leak in estate.leaks)
    doubts.extend(asks(unknown) for unknown in _elsewhere(estate, at))
    return maybe(*unique(doubts)) if doubts else no(Cause(at=at, label="nothing here is of sign-in"))


def _elsewhere(estate: Estate, at: Place) -> Iterable[Unknown]:
    """One question where another deployment manages what people sign in with: of what certainly is of sign-in, if anything is."""
    others = [resource for resources in estate.elsewhere.values() for resource in _of_people(resources)]
    found = next((r for r in others if _doubt(r) is None), others[0] if others else None)
    if found is not None:
        what = "which is of sign-in" if _doubt(found) is None else "which may run an identity provider"
        yield Unknown(
            reason=f"does {found.head.address}, {what} and belongs to another deployment, exist together with this?",
            at=at,
            how="say in sparekey.yaml which deployments exist together (estates)",
        )


def _doubt(resource: Resource) -> Unknown | None:
    """Why it is not certain that something has to do with sign-in; None where it is."""
    if isinstance(resource, IdentityWorkload) and isinstance(resource.product, Unknown):
        return resource.product
    return None


def _of_people(resources: Iterable[Resource]) -> Iterable[Resource]:
    return (
        resource
        for resource in resources
        if resource.identity
        and resource.kind not in OF_WORKLOADS
        and not resource.head.looked_up
        and resource.head.presence.answer != "no"
    )
