"""The estate: the deployments that exist together, joined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sparekey.model.declaration import Action
from sparekey.model.edges import Edges
from sparekey.model.resource import Resource
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Truth
from sparekey.model.value import Known, Unknown


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


def removed_names(deletions: Iterable[Deletion], resources: Iterable[Resource]) -> dict[str, Place]:
    """The object ids and user principal names, in lower case, that name nothing any more once the change is made.

    Each with the header of its deletion. An object that is replaced does not keep its id. What the files manage under such a name all
    the same is there.
    """
    managed = (r for r in resources if not r.head.looked_up and r.head.origin != "declared")
    kept = {name for resource in managed for name in _names(resource)}
    gone = (d.resource for d in deletions if d.action in ("delete", "replace"))
    return {name: resource.at for resource in gone for name in _names(resource) if name not in kept}


def _names(resource: Resource) -> Iterable[str]:
    """The known object ids and user principal names of a resource. A provider's `id` may be a path that ends in an object id."""
    for key in resource.keys:
        if key.space in ("object_id", "upn") and isinstance(key.value, Known) and key.value.value:
            yield key.value.value.strip().lower().rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A derived answer about one resource: `name` is the field under which rules read it (`subject.facts.NAME`)."""

    subject: str
    name: str
    value: Truth | Bounds | Edges


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """Everything that exists together, by kind, with relations resolved.

    `elsewhere` holds the resources of the run's other deployments: they can raise an upper bound, never a lower one. So can the
    `forgotten`, as they were before: the change stops managing them and leaves them there. `unmapped` are the types, in lower case, of
    which the run's files declare something that nobody reads.
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
    forgotten: Mapping[str, tuple[Resource, ...]] = field(default_factory=dict)
    unmapped: frozenset[str] = frozenset()

    def of(self, kind: str) -> tuple[Resource, ...]:
        """Every resource of a kind that is counted: one for each thing, aliases left out."""
        found = self.resources.get(kind, ())
        return tuple(r for r in found if self.canonical.get(r.id, r.id) == r.id) if self.canonical else found

    def beside(self, kind: str) -> tuple[Resource, ...]:
        """What may be there besides, though nothing here manages it: of other deployments, and what the change only forgets."""
        return (*self.elsewhere.get(kind, ()), *self.forgotten.get(kind, ()))

    def unread(self, kind: str, types: frozenset[str]) -> tuple[Unknown, ...]:
        """A question for each type that nobody reads and that may declare things of a kind, where the user calls the kind complete."""
        at = self.complete.get(kind)
        found = sorted(self.unmapped & types) if at else ()
        return tuple(
            Unknown(
                reason=f"is a {kind.replace('_', ' ')} among what {type_} declares?",
                at=at,
                how="declare it by a type that is read",
            )
            for type_ in found
            if at
        )

    def views(self, resource: Resource) -> tuple[Resource, ...]:
        """Everything that is counted as this resource: itself first, then what else declares or looks up the same thing."""
        return self.aliases.get(self.canonical.get(resource.id, resource.id), (resource,))

    def linked(self, resource: Resource, name: str) -> Edges:
        """The resolved relation that the `Links` field `name` of a resource holds."""
        return self.edges[(resource.id, name)]
