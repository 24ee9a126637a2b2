"""Whether the files hold every assignment of a directory role: what `complete: [role_assignment]` promises, and what may break it."""

from __future__ import annotations

from sparekey.model.answers import all_there_are
from sparekey.model.estate import Estate
from sparekey.model.resource import Resource
from sparekey.model.span import Place
from sparekey.model.truth import Cause, asks, unique
from sparekey.model.value import Unknown


def all_seen(estate: Estate) -> bool:
    """Whether there certainly is no assignment besides those of the estate."""
    return "role_assignment" in estate.complete and not why_more(estate)


def why_more(estate: Estate) -> tuple[Cause, ...]:
    """Why there may be other assignments although the files are said to hold all (empty: there are none)."""
    # One of those that stand beside the estate is enough to ask about.
    beside = tuple(_ask_beside(assignment, estate) for assignment in estate.beside("role_assignment")[:1])
    return unique(asks(unknown) for unknown in (*estate.leaks, *beside))


def unseen(estate: Estate, first: Place) -> tuple[Cause, ...]:
    """Why there may be assignments that nothing here shows (empty: there are none); `first` is the place of the directory as a whole.

    One question for all who count assignments: one answer decides all of them.
    """
    if "role_assignment" in estate.complete:
        return why_more(estate)
    question = Unknown(
        reason="which directory roles are assigned that these files do not show?",
        at=first,
        how="scan the files that assign directory roles, then complete: [role_assignment]",
        answers=(all_there_are("role_assignment"),),
    )
    return (asks(question),)


def _ask_beside(assignment: Resource, estate: Estate) -> Unknown:
    """What an assignment leaves open that is not managed here: whose directory it is about, or whether it stays."""
    head = assignment.head
    if head.deployment in estate.deployments:
        reason = f"does {head.address} stay, which the change only stops managing?"
        return Unknown(reason=reason, at=assignment.at, how="run the check again after the change")
    reason = f"do {head.deployment} and these files assign roles in one directory?"
    return Unknown(reason=reason, at=assignment.at, how="estates: say which deployments exist together")
