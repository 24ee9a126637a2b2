"""Subjects that no file declares as such: facts make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.edges import Edges
from sparekey.model.resource import Resource
from sparekey.model.value import ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant(Resource):
    """The directory as a whole: subject of what concerns all of it. Exists only where directory objects are held or declared."""

    kind: ClassVar[str] = "tenant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclassified(Resource):
    """A declaration of which the files hide what it is (a blanked tag or script). `could_be` names the kinds it may concern.

    Every rule that judges one of them gets one unknown for it.
    """

    kind: ClassVar[str] = "unclassified"

    could_be: tuple[str, ...]
    hidden: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyAccount(Resource):
    """A user that is known to be an emergency account, declared or given away by its name. `account` leads to the user.

    Its address is `emergency_account/` and the address of the user. A user that only may be one is `Unclassified` instead.
    """

    kind: ClassVar[str] = "emergency_account"

    account: Edges
