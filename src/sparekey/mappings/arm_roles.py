"""ARM: roles on resources. Property names are those of the Microsoft.Authorization/roleAssignments reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sparekey.mappings.arm_ids import own_key, section
from sparekey.mappings.resource_roles import PRINCIPALS, SCOPES, definition
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.applications import ResourceRole
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known, Links, Unknown

MAPPING = ProviderMapping(provider="arm-roles")

_ABOVE: Final = "/providers/microsoft.authorization"
"""What stands before the type in the id of a role that holds on something, in lower case."""


@MAPPING.maps("Microsoft.Authorization/roleAssignments")
def resource_role(declaration: Declaration) -> Iterator[Resource]:
    """A role on the resource that `scope` says, or on all that the template is deployed to; never one of the directory."""
    properties, head = section(declaration.body, "properties"), declaration.head
    yield ResourceRole(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        keys=(own_key(declaration),),
        principal=properties.link("principalId", to=PRINCIPALS),
        role=definition(properties.text("roleDefinitionId")),
        scope=_scope(declaration),
    )


def _scope(declaration: Declaration) -> Links:
    if declaration.format != "arm":
        # What other formats hand over says its scope as what it lies in.
        return declaration.body.link("parent_id", to=SCOPES, by=("arm_id",))
    written = declaration.body.link("scope", to=SCOPES, by=("arm_id",))
    if written.values.members:
        return written
    # It may be written within the resource that it holds on.
    above = declaration.body.text("parent_id")
    if isinstance(above, Unknown):
        members: tuple[Known[str] | Unknown, ...] = (above,) if above.refs else ()
    else:
        holds_on = (above.value or "")[: -len(_ABOVE)] if (above.value or "").lower().endswith(_ABOVE) else ""
        members = (Known(value=holds_on, at=above.at, origin="derived"),) if "/providers/" in holds_on else ()
    return replace(written, values=replace(written.values, members=members))
