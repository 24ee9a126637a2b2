"""The estate: the deployments that exist together, joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sparekey.model.declaration import Action
from sparekey.model.edges import Edges
from sparekey.model.resource import Resource
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Truth
from sparekey.model.value import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """Something that will be gone: deleted, or replaced by a new object with a new id. `forget` only stops managing it.

    `edges` are its relations by field, as they were before; what replaces it has the same resource id, and its own.
    """

    resource: Resource
    action: Action
    edges: Mapping[str, Edges] = field(default_factory=dict)

    @property
    def fact_subject(self) -> str:
        """The subject of facts about it, apart from that of what replaces it."""
        return f"deletion:{self.resource.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A derived answer about one resource: `name` is the field under which rules read it (`subject.facts.NAME`)."""

    subject: str
    name: str
    value: Truth | Bounds | Edges


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """Everything that exists together, by kind, with relations resolved.

    `elsewhere` holds the resources of the run's other deployments: they can raise an upper bound, never a lower one.
    `edges` is keyed by (resource id, field). `canonical` maps the id of a resource that is seen twice (looked up by a data source
    and declared, say) to the one id it is counted under, and `aliases` that id to all its views; a view may know what another
    does not (who is declared an emergency account, who is in a group), so facts read all of them. `complete` gives, per kind that the user calls complete, the line that
    says so. `leaks` are the unread files and partial plans because of which a children, tagged or complete set may miss something.
    """

    name: str
    deployments: tuple[str, ...]
    resources: Mapping[str, tuple[Resource, ...]]
    elsewhere: Mapping[str, tuple[Resource, ...]] = field(default_factory=dict)
    deletions: tuple[Deletion, ...] = ()
    edges: Mapping[tuple[str, str], Edges] = field(default_factory=dict)
    canonical: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[Resource, ...]] = field(default_factory=dict)
    complete: Mapping[str, Place] = field(default_factory=dict)
    leaks: tuple[Unknown, ...] = ()
    facts: Mapping[str, Mapping[str, Truth | Bounds | Edges]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[Resource, ...]:
        """Every resource of a kind that is counted: one for each thing, aliases left out."""
        return tuple(r for r in self.resources.get(kind, ()) if self.canonical.get(r.id, r.id) == r.id)

    def views(self, resource: Resource) -> tuple[Resource, ...]:
        """Everything that is counted as this resource: itself first, then what else declares or looks up the same thing."""
        return self.aliases.get(self.canonical.get(resource.id, resource.id), (resource,))

    def linked(self, resource: Resource, name: str) -> Edges:
        """The resolved relation that the `Links` field `name` of a resource holds."""
        return self.edges[(resource.id, name)]
