"""Further regions of a directory of AWS Directory Service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Links, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRegion(Resource):
    """A region to which a directory is replicated, besides the one that it was made in."""

    kind: ClassVar[str] = "directory_region"

    directory: Links
    region: Text
