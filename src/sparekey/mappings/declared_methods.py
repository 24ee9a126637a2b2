"""The authentication methods that the inventory of sparekey.yaml lists."""

from __future__ import annotations

from collections.abc import Iterable

from sparekey.mappings.msgraph_methods import canonical
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.methods import AuthenticationMethod
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Flag, Known, Unknown

MAPPING = ProviderMapping(provider="declared")


@MAPPING.maps("inventory.authentication_method")
def authentication_method(declaration: Declaration) -> Iterable[Resource]:
    """A second factor that everybody can use, or none that anybody can where the entry says `enabled: false`."""
    body, at = declaration.body, declaration.head.at
    found = body.text("method")
    method = found if isinstance(found, Unknown) else Known(value=canonical(found.value or ""), at=found.at, origin="declared")
    enabled, partial = body.flag("enabled", default=True), body.flag("partial", default=False)
    everybody: Flag = Known(value=True, at=at, origin="declared")
    yield AuthenticationMethod(
        head=declaration.head, name=method, method=method, enabled=enabled, everybody=everybody, partial=partial
    )
