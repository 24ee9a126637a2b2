"""azurerm: roles on resources. Attribute names are those of the provider's documentation."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.azuread import created
from sparekey.mappings.resource_roles import PRINCIPALS, SCOPES, definition
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.applications import ResourceRole
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known, Text, Unknown

MAPPING = ProviderMapping(provider="azurerm")


@MAPPING.maps("azurerm_role_assignment")
def resource_role(declaration: Declaration) -> Iterator[Resource]:
    """A role on a resource, a group of them or a subscription; never one of the directory."""
    body = declaration.body
    yield ResourceRole(
        head=declaration.head,
        name=Known(value=None, at=declaration.head.at, origin="default"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        principal=body.link("principal_id", to=PRINCIPALS),
        role=_role(declaration),
        scope=body.link("scope", to=SCOPES, by=("arm_id",)),
    )


def _role(declaration: Declaration) -> Text:
    """The identifier, or the name where only that is written: the provider fills in the one of the two that is not."""
    id_, name = declaration.body.text("role_definition_id"), declaration.body.text("role_definition_name")
    filled_in = isinstance(id_, Unknown) and id_.unwritten and created(declaration)
    if (isinstance(id_, Known) and not id_.value) or filled_in:
        return name
    found = definition(id_)
    named = isinstance(name, Known) and bool(name.value)
    return name if isinstance(found, Unknown) and named else found
