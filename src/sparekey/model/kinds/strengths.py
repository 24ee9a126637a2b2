"""Authentication strengths: which combinations of methods a conditional access policy accepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationStrength(Resource):
    """An authentication strength. `combinations` are the accepted ones, each its methods joined by commas ("password,sms")."""

    kind: ClassVar[str] = "authentication_strength"

    combinations: ValueSet[str]
