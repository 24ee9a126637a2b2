"""Connectors of application proxy and private access."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.edges import Edges
from sparekey.model.resource import Resource
from sparekey.model.truth import Bounds
from sparekey.model.value import Flag, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector(Resource):
    """A connector that sparekey.yaml declares; hosts that carry one are machines.

    `partial` is True where the entry says that its group has more connectors than are listed.
    """

    kind: ClassVar[str] = "connector"

    group: Text
    site: Text
    host: Text
    partial: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorGroup(Resource):
    """A connector group with all that could be counted into it. `connectors` is how many it has; `members` the hosts."""

    kind: ClassVar[str] = "connector_group"

    connectors: Bounds
    members: Edges


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedGroup(Resource):
    """A connector group that the files declare as an object of the directory, without saying which connectors are in it."""

    kind: ClassVar[str] = "published_group"

    region: Text
