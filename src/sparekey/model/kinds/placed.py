"""Things of a cloud that stand in one region, and that a name may lead people to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionalService(Resource):
    """A public address or a web app: something that a profile of names can lead to. `region` is normalised."""

    kind: ClassVar[str] = "regional_service"
    identity: ClassVar[bool] = False

    region: Text
