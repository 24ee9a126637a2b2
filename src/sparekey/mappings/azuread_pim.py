"""The `azuread` provider: active assignments to groups through Privileged Identity Management.

An eligible one (`azuread_privileged_access_group_eligibility_schedule`) makes nobody a member until it is activated, and is not mapped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings.azuread import PRINCIPALS, created, head_of
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.people import GroupMember
from sparekey.model.resource import Head, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.truth import all_of, asks, maybe
from sparekey.model.value import Body, Known, Unknown

MAPPING = ProviderMapping(provider="azuread")


@MAPPING.maps("azuread_privileged_access_group_assignment_schedule")
def group_assignment(declaration: Declaration) -> Iterator[Resource]:
    """A membership of a group. One that ends, or starts at a time that is written, is only possibly there; an owner is no member."""
    head, body = head_of(declaration), declaration.body
    form = body.text("assignment_type")
    if isinstance(form, Known) and (form.value or "").lower() == "owner":
        return
    yield GroupMember(
        head=_doubted(head, body, declaration),
        name=Known(value=None, at=head.at, origin="default"),
        group=body.link("group_id", to=("group",)),
        member=body.link("principal_id", to=PRINCIPALS),
        created=Known(value=created(declaration), at=head.at, origin="derived"),
    )


def _doubted(head: Head, body: Body, declaration: Declaration) -> Head:
    """The head; of a membership that may not be there all the time, with the question."""
    form, permanent, start = body.text("assignment_type"), body.flag("permanent_assignment"), body.text("start_date")
    starts_later = isinstance(start, Known) and bool(start.value) and created(declaration)
    doubts: list[Unknown] = [form] if isinstance(form, Unknown) else []
    if not (isinstance(permanent, Known) and permanent.value) or starts_later:
        reason = f"from when until when does the membership {head.address} hold?"
        doubts.append(Unknown(reason=reason, at=permanent.at, how="set permanent_assignment, and no start_date"))
    return replace(head, presence=all_of((head.presence, *(maybe(asks(doubt)) for doubt in doubts))))
