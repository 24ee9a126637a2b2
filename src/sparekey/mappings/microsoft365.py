"""The community provider `microsoft365` (deploymenttheory): Graph beta with typed attributes under its own names.

Attribute names, types and defaults are those of the provider's documentation and schema. Lists are sets, and what other providers
write as blocks are objects. The provider reads everything back, so that of an object that exists nothing is left out; of a new one
an optional attribute that it computes is unknown until the apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings import msgraph_access, msgraph_directory, msgraph_hybrid
from sparekey.mappings.azuread import created, head_of
from sparekey.mappings.msgraph_reading import Graph
from sparekey.model.declaration import Declaration
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.truth import Bounds, asks
from sparekey.model.value import AnyValue, Body, Known, Text, Unknown

MAPPING = ProviderMapping(provider="microsoft365")

_BETA = "microsoft365_graph_beta"


def _graph(declaration: Declaration) -> Graph:
    return Graph(body=declaration.body.value, what=declaration.head.address, snake=True)


def _id(declaration: Declaration) -> tuple[Key, ...]:
    return (Key(space="object_id", attribute="id", value=declaration.body.text("id")),)


@MAPPING.maps(f"{_BETA}_identity_and_access_conditional_access_policy")
def access_policy(declaration: Declaration) -> Iterator[Resource]:
    """A conditional access policy."""
    yield msgraph_access.access_policy(head_of(declaration), _id(declaration), _graph(declaration))


@MAPPING.maps(f"{_BETA}_identity_and_access_named_location")
def named_location(declaration: Declaration) -> Iterator[Resource]:
    """A named location."""
    yield msgraph_access.named_location(head_of(declaration), _id(declaration), _graph(declaration))


@MAPPING.maps(f"{_BETA}_identity_and_access_authentication_strength_policy")
def authentication_strength(declaration: Declaration) -> Iterator[Resource]:
    """An authentication strength."""
    yield msgraph_access.authentication_strength(head_of(declaration), _id(declaration), _graph(declaration))


@MAPPING.maps(f"{_BETA}_applications_on_premises_connector_group")
def connector_group(declaration: Declaration) -> Iterator[Resource]:
    """A connector group. No resource of the provider puts connectors into it."""
    yield msgraph_hybrid.published_group(head_of(declaration), _id(declaration), _graph(declaration))


@MAPPING.maps(f"{_BETA}_users_user")
def user(declaration: Declaration) -> Iterator[Resource]:
    """A user; as a data source, one for each of `items` that the service found.

    `password_profile` is write-only: no plan or state holds the password, or what else is required there; source does.
    """
    if declaration.mode == "data":
        yield from _found(declaration)
        return
    found = msgraph_directory.user(head_of(declaration), _id(declaration), _graph(declaration), created=created(declaration))
    forced = declaration.body.get("password_profile", "force_change_password_next_sign_in")
    if isinstance(forced, Known) and forced.value is None:
        reason = f"must {declaration.head.address} change its password?"
        found = replace(
            found, password_change_forced=Unknown(reason=reason, at=forced.at, how="give --source DIR: no plan shows it")
        )
    yield found


def _found(declaration: Declaration) -> Iterator[Resource]:
    head, items = head_of(declaration), declaration.body.get("items")
    if isinstance(items, Unknown):
        some = replace(head, count=Bounds(least=0, most=None, missing=(asks(items),)))
        yield msgraph_directory.user(some, (), _item(some, items), created=False)
        return
    listed = items.value if isinstance(items.value, tuple) else ()
    for index, each in enumerate(listed):
        part = head.part(f"items[{index}]", each.at)
        keys = (Key(space="object_id", attribute=f"items.{index}.id", value=Body(value=each).text("id")),)
        yield msgraph_directory.user(part, keys, _item(part, each), created=False)


def _item(head: Head, value: AnyValue) -> Graph:
    return Graph(body=value, what=head.address, snake=True)


@MAPPING.maps(f"{_BETA}_groups_group")
def group(declaration: Declaration) -> Iterator[Resource]:
    """A group. `group_members` is written when the group is made; the data source reads `members` back."""
    looked_up = declaration.mode == "data"
    keys = (*_id(declaration), Key(space="object_id", attribute="object_id", value=declaration.body.text("object_id")))
    yield msgraph_directory.group(
        head_of(declaration),
        keys if looked_up else _id(declaration),
        _graph(declaration),
        members="members" if looked_up else "groupMembers",
        owners="owners" if looked_up else "groupOwners",
        created=created(declaration),
        whole=looked_up or created(declaration),
    )


@MAPPING.maps(f"{_BETA}_groups_group_member_assignment")
def group_member(declaration: Declaration) -> Iterator[Resource]:
    """One membership added to a group."""
    head, body = head_of(declaration), declaration.body
    who = _named(body.text("member_id"), head)
    yield msgraph_directory.member(head, body.text("group_id"), who, created=created(declaration))


def _named(value: Text, head: Head) -> Known[str] | Unknown:
    """The required id."""
    if isinstance(value, Unknown):
        return value
    if not value.value:
        return Unknown(reason=f"whom does {head.address} add?", at=value.at, how="write member_id")
    return Known(value=value.value, at=value.at, origin=value.origin)
