"""Objects of Microsoft Graph as they were exported, or as they are handed in.

One that has an `id` is an answer of Graph: a property that it does not hold at all was not there when it was exported, or was not asked
for, and is unknown. One without is what somebody makes: what it leaves out has the service's default.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sparekey.mappings.msgraph_reading import Graph
from sparekey.mappings.msgraph_routes import ROUTES, Item
from sparekey.mappings.msgraph_url import segments
from sparekey.model.declaration import Declaration
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Known

MAPPING = ProviderMapping(provider="graph-json")

_COLLECTIONS: Final = {
    "microsoft.graph.conditionalAccessPolicy": "identity/conditionalAccess/policies",
    "microsoft.graph.namedLocation": "identity/conditionalAccess/namedLocations",
    "microsoft.graph.authenticationStrengthPolicy": "policies/authenticationStrengthPolicies",
    "microsoft.graph.group": "groups",
    "microsoft.graph.user": "users",
}


@MAPPING.maps(*_COLLECTIONS)
def exported(declaration: Declaration) -> Iterator[Resource]:
    """One object."""
    whole = Graph(body=declaration.body.value, what=declaration.head.address)
    answered = whole.holds("id")
    graph = Graph(
        body=declaration.body.value,
        what=declaration.head.address,
        answered=answered,
        left_out="export it again, with everything that Graph says of it",
    )
    item = Item(
        head=declaration.head,
        graph=graph,
        keys=(Key(space="object_id", attribute="id", value=graph.text("id")),) if answered else (),
        owner=Known(value=None, at=declaration.head.at, origin="default"),
        created=not answered,
    )
    path = segments(_COLLECTIONS[declaration.type])
    for route in ROUTES:
        if not route.refers and route.owner(path) is not None:
            yield from route.make(item)
