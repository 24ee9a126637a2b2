"""Whether a resource is there at all."""

from __future__ import annotations

from sparekey.model.resource import Resource
from sparekey.model.truth import Cause, Truth, maybe, no


def present(resource: Resource) -> Truth:
    """Whether at least one instance of it exists."""
    if resource.head.presence.answer == "yes" and resource.head.count.least < 1:
        return maybe(*resource.head.count.missing) if resource.head.count.missing else no(Cause(at=resource.at))
    return resource.head.presence
