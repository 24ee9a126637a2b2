"""What no file shows and sparekey.yaml declares: sites, links, servers outside the cloud, people and what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Links, Number, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """Members of which at least `least` must work (null: one)."""

    least: Number
    members: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredComponent(Resource):
    """Anything that sign-in stands on. `category` is what it is ("site", "link", "host", "federation", ...).

    `needs` are the names of what it stands on: those of other entries, addresses of resources, or `KIND:NAME` of a failure domain.
    `serves` are the sites of a link. `by` is who declared it.
    """

    kind: ClassVar[str] = "component"

    category: Text
    needs: ValueSet[str]
    alternatives: tuple[Alternatives, ...]
    serves: ValueSet[str]
    by: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Resource):
    """Somebody who holds keys. `holds` names what: emergency accounts (by user principal name) and declared components."""

    kind: ClassVar[str] = "person"

    holds: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedShared(Resource):
    """A component that normal and emergency sign-in may share, because somebody accepted it. `component` is its name."""

    kind: ClassVar[str] = "accepted_shared"

    component: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyMethod(Resource):
    """What an emergency account of the inventory signs in with, where its entry says so."""

    kind: ClassVar[str] = "emergency_method"

    account: Links
    method: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSync(Resource):
    """What the inventory says of synchronisation with an on-premises directory; null where it says nothing.

    `method` is how synchronised users prove their password: "phs", "pta" or "federation". `staging` is whether there is a second
    sync server in staging mode, `recovery` what is done when the sync server is lost ("rebuild").
    """

    kind: ClassVar[str] = "declared_sync"

    password_hash_sync: Flag
    method: Text
    staging: Flag
    recovery: Text
