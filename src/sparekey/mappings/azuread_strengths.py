"""The `azuread` provider: authentication strengths. The id is a path of the service (`/policies/authenticationStrengthPolicies/GUID`)."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.azuread import head_of
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.strengths import AuthenticationStrength
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping

MAPPING = ProviderMapping(provider="azuread")


@MAPPING.maps("azuread_authentication_strength_policy")
def authentication_strength(declaration: Declaration) -> Iterator[Resource]:
    """An authentication strength. It has no attribute besides `id` by which it could be named."""
    body = declaration.body
    yield AuthenticationStrength(
        head=head_of(declaration),
        name=body.text("display_name"),
        keys=(Key(space="object_id", attribute="id", value=body.text("id")),),
        combinations=body.texts("allowed_combinations"),
    )
