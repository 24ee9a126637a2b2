"""Whether a policy names users or groups by a path instead of by an object id.

From major 3 on the `id` of an object of the azuread provider is a path (`/groups/GUID`), and its policy resource hands lists on as they
are, while the service wants the object id alone. A value that is known shows its form. One that is not is what its reference names:
the reference is to an `id`, and that id will be a path. A plan shows no functions around a reference, so that it counts only where it is
certain and nothing else can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.access import AccessPolicy
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import Derivation
from sparekey.model.truth import Cause, Truth, any_of, asks, maybe, no, yes
from sparekey.model.value import Known, Links, Reference, Text, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

_LISTS: Final = ("included_users", "excluded_users", "included_groups", "excluded_groups")
_HOW: Final = 'constrain the version of the azuread provider (version = "~> 3.0")'

_OF_AZUREAD: Final = re.compile(r"(?:^|\.)azuread_(?:user|group|group_without_members)\.")
"""Addresses of what may have such an id. Other providers have an attribute `id` as well, and it is an object id."""

Ids = Mapping[tuple[str, str], tuple[Text, ...]]
"""The `id` of users and groups by deployment and address; none for anything else that somebody maps."""


def named_by_path(policy: AccessPolicy, ids: Ids) -> Truth:
    """Whether one of a policy's lists of users and groups holds a path."""
    lists: tuple[Links, ...] = tuple(getattr(policy, name) for name in _LISTS)
    truths = [_listed(links, policy.head.deployment, ids) for links in lists]
    return any_of(truths)


def _listed(links: Links, deployment: str, ids: Ids) -> Truth:
    values = links.values
    truths = [
        _traced(value, deployment, ids, sure=len(value.refs) == 1) if isinstance(value, Unknown) else _shaped(value)
        for value in values.members
    ]
    if values.open:
        refs = values.open.refs
        truths.append(_traced(values.open, deployment, ids, sure=links.unknown_whole and len(refs) == 1 and refs[0].alone))
    return any_of((*truths, no(Cause(at=values.at))))


def _shaped(value: Known[str]) -> Truth:
    is_path = value.value.strip().startswith("/")
    return yes(Cause(at=value.at, label="a path: not an object id")) if is_path else no(Cause(at=value.at))


def _traced(value: Unknown, deployment: str, ids: Ids, *, sure: bool) -> Truth:
    """Whether an unknown will be a path; `sure`: its one reference, where that is certain, is all that it can come from."""
    if value.beyond or not value.refs:
        return maybe(asks(value))
    truths = [_referenced(reference, value, ids.get((deployment, reference.to))) for reference in value.refs]
    found = any_of(truths)
    return maybe(asks(value)) if found.answer == "yes" and not (sure and value.refs[0].certain) else found


def _referenced(reference: Reference, value: Unknown, ids: tuple[Text, ...] | None) -> Truth:
    """Whether what a reference names is an id that will be a path. What nobody maps (a remote state) may carry any text but its id."""
    if ids is None and not reference.attribute.endswith("id"):
        return maybe(asks(value))
    if not ids or reference.attribute not in ("id", ""):
        return no(Cause(at=value.at))
    if not reference.attribute:
        return maybe(asks(value))
    truths = [_id_is_path(id_, reference.to, value) for id_ in ids]
    return any_of(truths)


def _id_is_path(id_: Text, address: str, value: Unknown) -> Truth:
    shown = Cause(at=value.at, label=f"{address}.id: a path, not an object id")
    if isinstance(id_, Known):
        return yes(shown) if (id_.value or "").startswith("/") else no(Cause(at=value.at))
    limits = id_.limits
    if limits is None or (limits.prefix is None and limits.most is None):
        question = Unknown(reason="which version of the azuread provider makes this change?", at=id_.at, how=_HOW)
        return maybe(asks(question))
    return yes(shown) if (limits.prefix or "").startswith("/") else no(Cause(at=value.at))


def _id_of(resource: Resource) -> Iterator[Text]:
    keys: tuple[Key, ...] = resource.keys
    return (key.value for key in keys if key.space == "object_id" and key.attribute == "id")


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    del config
    policies = estate.resources.get("access_policy", ())
    if not policies:
        return
    principals = (*estate.resources.get("user", ()), *estate.resources.get("group", ()))
    ids: dict[tuple[str, str], tuple[Text, ...]] = {
        (r.head.deployment, r.head.address): () for resources in estate.resources.values() for r in resources
    }
    ids |= {(r.head.deployment, r.head.address): tuple(_id_of(r)) for r in principals if _OF_AZUREAD.search(r.head.address)}
    for policy in policies:
        if isinstance(policy, AccessPolicy):
            yield Fact(subject=policy.id, name="named_by_path", value=named_by_path(policy, ids))


DERIVATION = Derivation(gives={"access_policy": ("named_by_path",)}, derive=_derive)
