"""Authentication methods: what people can prove themselves with besides a password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationMethod(Resource):
    """The setting of one authentication method in a directory.

    `method` is the service's name for it in its canonical spelling ("fido2", "softwareOath", "sms"; "external" for one of another
    provider). `everybody` is True where it is for all users, False where only some groups are named or some are left out: those groups
    may still be everybody. `partial` is True where sparekey.yaml lists it and says that it does not list all.
    """

    kind: ClassVar[str] = "authentication_method"

    method: Text
    enabled: Flag
    everybody: Flag
    partial: Flag
