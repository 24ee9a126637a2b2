"""The base of every resource kind: what it is, where it stands, and by which keys others name it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Truth
from sparekey.model.value import Known, Origin, Text, Unknown

_PRESENT = Truth(answer="yes")
_ONE = Bounds(least=1, most=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Identity of a declaration and of the resource made from it.

    `address` is the source's own; with `deployment` (the root it belongs to) it makes the id. `at` is its header, `calls`
    the module or linked-template stack that leads to it, outermost first. `looked_up`: a data source, so it exists
    already, and an id of it that is still unknown may be any id. `presence` is whether it exists at all, `count` how many
    instances it stands for.
    """

    deployment: str
    address: str
    at: Place
    calls: tuple[Place, ...] = ()
    looked_up: bool = False
    presence: Truth = _PRESENT
    count: Bounds = _ONE
    origin: Origin = "explicit"

    @property
    def id(self) -> str:
        """Unique in a run: deployment and address."""
        return f"{self.deployment}#{self.address}"

    def part(self, name: str, at: Place | None = None) -> Head:
        """The head of a second resource that the same declaration holds (an initial replica set)."""
        return replace(self, address=f"{self.address}.{name}", at=at or self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A value by which others name a resource.

    `space` says in which world the value is unique: "object_id" (any directory object), "upn", "client_id", "template_id"
    (a directory role), "arm_id", "host". `attribute` is the declared attribute that holds it, so that a reference to
    that attribute, its value still unknown, names the resource too.
    """

    space: str
    attribute: str
    value: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Base of the kinds in `model/kinds`. A kind is a frozen dataclass whose fields are values, sets, links, truths or bounds.

    `kind` is the word that rules use for it. `identity` is False for kinds that sign-in depends on only where a fact says so (a
    machine that may host a connector). `name` is its display name (a label for messages, never an identity).
    """

    kind: ClassVar[str]
    identity: ClassVar[bool] = True

    head: Head
    name: Text
    keys: tuple[Key, ...] = ()

    @property
    def id(self) -> str:
        """See `Head.id`."""
        return self.head.id

    @property
    def at(self) -> Place:
        """Its header."""
        return self.head.at

    @property
    def label(self) -> str:
        """What messages call it: the display name where known, else the address."""
        if isinstance(self.name, Known) and self.name.value:
            return self.name.value
        return self.head.address


def may_get_id(resource: Resource, id_: str) -> bool:
    """Whether an Azure id that is written out may be the one that a resource gets by the apply.

    Its own is not known yet, and its name, where it is known, is the id's last part. The subscription and the resource group are
    not compared, so that a yes is never certain.
    """
    own = [key.value for key in resource.keys if key.space == "arm_id"]
    if not own or any(isinstance(value, Known) and value.value for value in own) or not id_.startswith("/"):
        return False
    return isinstance(resource.name, Unknown) or (resource.name.value or "").lower() == id_.rstrip("/").rsplit("/", 1)[-1].lower()


def known_text(value: Text) -> str | None:
    """The string where it is known and not null, else None. For labels and look-ups, never for a verdict."""
    return None if isinstance(value, Unknown) else value.value
