"""The join: from mapped documents to estates in which every relation is resolved.

Deployments that exist together (`estates:` in sparekey.yaml) make one estate; every other deployment is one of its own. What
is declared belongs to each of them. A relation is resolved by known key or by reference:

- a known id names the resource that has it as a key, for certain; an id that nothing here has is *external*, for certain too,
  unless something here may get that very id by the apply (an Azure id can be written out before): then it possibly is that;
- an unknown id that can be traced names what its references name: for certain where nothing else can be meant, else possibly,
  and then something that the files do not show may be meant as well, so the relation stays open. So it does where a reference
  leads to something of a type that nobody maps: what it carries may be one id, many, or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from fnmatch import fnmatchcase
from functools import cache
from itertools import chain, islice
from typing import get_type_hints

from sparekey.config import Config
from sparekey.model.declaration import Document
from sparekey.model.edges import Edge, Edges
from sparekey.model.estate import Deletion, Estate, removed_names
from sparekey.model.resource import Key, Resource, may_get_id
from sparekey.model.seams import ProviderMapping
from sparekey.model.truth import Cause, asks
from sparekey.model.value import Known, Links, Reference, Text, Unknown
from sparekey.terms import Terms

_IDENTIFYING = ("object_id", "upn", "client_id", "template_id", "arm_id")
"""Key spaces in which one value is one thing, however often it is seen. A host name is not among them: facts weigh it with other evidence. An address is
one only between what is declared and the one thing that it names: two root modules may use the same addresses."""

_MOST_COMING = 100
"""Things that one written id is said to lead to perhaps; where it may be one of more, that is a question as a whole."""

_UNIQUE = (*_IDENTIFYING, "vault_name")
"""Key spaces in which a name cannot mean several things: the names of vaults are host names of all of Azure."""

_WITHIN_GROUP = "network_name"
"""The key space of names that name one thing within a resource group only: its values are GROUP/NAME."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedDocument:
    """A document with its declarations turned into resources, by the address of the declaration they come from.

    `understood` counts by type the declarations that need no resource of their own.
    """

    document: Document
    resources: Mapping[str, tuple[Resource, ...]]
    deletions: tuple[Deletion, ...] = ()
    understood: Mapping[str, int] = field(default_factory=dict)


def apply_mappings(document: Document, mappings: Sequence[ProviderMapping]) -> MappedDocument:
    """Turn every declaration of a type that is mapped, or that says what such a type says, into its resources."""
    return apply_terms(document, Terms.of(mappings))


def apply_terms(document: Document, terms: Terms) -> MappedDocument:
    """The same, by the functions of all mappings put together once for many documents."""
    found = terms.mapped(document)
    deletions = tuple(Deletion(resource=resource, action=d.action) for d, resource in terms.gone(document.deletions))
    return MappedDocument(document=found.document, resources=found.resources, deletions=deletions, understood=found.understood)


def join(mapped: Sequence[MappedDocument], config: Config, leaks: Sequence[Unknown] = ()) -> tuple[Estate, ...]:
    """Every estate of the run, in order of name.

    `leaks` are the files that could not be read and might have held something of any estate.
    """
    declared = [m for m in mapped if m.document.format == "declared"]
    deployed = [m for m in mapped if m.document.format != "declared"]
    groups: dict[str, list[MappedDocument]] = {}
    for document in deployed:
        groups.setdefault(_estate_name(document.document.deployment, config), []).append(document)
    if not groups and declared:
        groups[declared[0].document.deployment] = []
    everything: dict[str, list[tuple[str, Resource]]] = {}
    for document in deployed:
        for resource in chain.from_iterable(document.resources.values()):
            everything.setdefault(resource.kind, []).append((document.document.deployment, resource))
    unmapped = frozenset(type_.lower() for m in deployed for type_ in m.document.unmapped)
    return tuple(
        replace(
            _estate([*groups[name], *declared], config, leaks),
            name=name,
            elsewhere=_Elsewhere(everything, frozenset(m.document.deployment for m in groups[name])),
            unmapped=unmapped,
        )
        for name in sorted(groups)
    )


class _Elsewhere(Mapping[str, tuple[Resource, ...]]):
    """The resources of the run's other deployments, by kind; put together for the kinds that somebody asks for.

    A repository can hold thousands of deployments, of which each would otherwise list all the others.
    """

    def __init__(self, everything: Mapping[str, Sequence[tuple[str, Resource]]], mine: frozenset[str]) -> None:
        self._everything = everything
        self._mine = mine

    def __getitem__(self, kind: str) -> tuple[Resource, ...]:
        return tuple(resource for deployment, resource in self._everything[kind] if deployment not in self._mine)

    def __iter__(self) -> Iterator[str]:
        return iter(self._everything)

    def __len__(self) -> int:
        return len(self._everything)


def _estate_name(deployment: str, config: Config) -> str:
    for name, patterns in config.estates.items():
        if any(fnmatchcase(deployment, pattern) or deployment.startswith(pattern.rstrip("/") + "/") for pattern in patterns):
            return name
    return deployment


def _estate(mine: Sequence[MappedDocument], config: Config, leaks: Sequence[Unknown]) -> Estate:
    """The estate of these documents, not yet named and without what lies beside it."""
    ends = _Ends(mine)
    resources = list(ends.resources)
    return Estate(
        name="",
        deployments=tuple(m.document.deployment for m in mine),
        resources=_by_kind(resources),
        forgotten=_by_kind(d.resource for m in mine for d in m.deletions if d.action == "forget"),
        deletions=tuple(replace(d, edges=ends.of(d.resource)) for m in mine for d in m.deletions),
        edges={(resource.id, name): edges for resource in resources for name, edges in ends.of(resource).items()},
        canonical=ends.canonical,
        aliases=ends.aliases,
        complete=config.complete,
        leaks=(*leaks, *(u for m in mine for u in m.document.partial)),
    )


def _by_kind(resources: Iterable[Resource]) -> dict[str, tuple[Resource, ...]]:
    kinds: dict[str, list[Resource]] = {}
    for resource in resources:
        kinds.setdefault(resource.kind, []).append(resource)
    return {kind: tuple(members) for kind, members in kinds.items()}


@cache
def link_fields(kind: type[Resource]) -> tuple[str, ...]:
    """The names of the fields of a kind that hold relations."""
    hints = get_type_hints(kind)
    return tuple(f.name for f in fields(kind) if hints[f.name] is Links)


def normalised(space: str, value: str) -> str:
    """A key value in the form in which two spellings of it are equal.

    Case never matters: GUIDs, user principal names and Azure resource ids all compare without it. The azuread provider's
    `id` of a directory object is a path that ends in the object id (`/users/GUID`), which names the same object.
    """
    value = value.strip().lower()
    return value.rsplit("/", 1)[-1] if space == "object_id" else value


class _Ends:
    """Who can be named within one estate, and by what."""

    def __init__(self, documents: Sequence[MappedDocument]) -> None:
        self.resources = tuple(r for m in documents for rs in m.resources.values() for r in rs)
        self._by_address = {(m.document.deployment, address): rs for m in documents for address, rs in m.resources.items()}
        self._by_key: dict[tuple[str, str], list[Resource]] = {}
        self._ids: dict[tuple[str, str], set[str]] = {}
        self._without_id: dict[str, list[Resource]] = {}
        self._in_groups: dict[str, list[tuple[Resource, Key]]] = {}
        self._by_name: dict[str, dict[str, list[Resource]]] = {}
        # What is looked up or declared may have a name that the change takes away: nothing is named by it any more.
        gone = removed_names((d for m in documents for d in m.deletions), self.resources)
        for resource in self.resources:
            self._index(resource, "address", resource.head.address)
            for key in resource.keys:
                if key.space == _WITHIN_GROUP:
                    self._in_groups.setdefault(_name_in_group(key.value), []).append((resource, key))
                if isinstance(key.value, Known) and key.value.value:
                    if key.space in ("object_id", "upn") and normalised(key.space, key.value.value) in gone:
                        continue
                    self._index(resource, key.space, key.value.value)
                elif key.space == "arm_id" and resource not in self._without_id.setdefault(resource.kind, [])[-1:]:
                    self._without_id[resource.kind].append(resource)
        self.canonical, self.aliases = self._same_things()

    def _index(self, resource: Resource, space: str, value: str) -> None:
        key = space, normalised(space, value)
        named, ids = self._by_key.setdefault(key, []), self._ids.setdefault(key, set())
        # Thousands of things may be called alike; only what has one id can be the same.
        if resource.id not in ids or resource not in named:
            ids.add(resource.id)
            named.append(resource)

    def _same_things(self) -> tuple[dict[str, str], dict[str, tuple[Resource, ...]]]:
        """Who is seen more than once: resources of one kind that share a value in a space where values are unique."""
        parent: dict[str, str] = {}

        def root(id_: str) -> str:
            while parent.get(id_, id_) != id_:
                id_ = parent[id_]
            return id_

        for (space, _), named in self._by_key.items():
            managed = sum(resource.head.origin != "declared" for resource in named)
            if len(named) < 2 or not (space in _IDENTIFYING or (space == "address" and managed == 1)):
                continue
            first: dict[str, str] = {}
            for resource in named:
                into = root(first.setdefault(resource.kind, resource.id))
                parent[root(resource.id)] = into
        if not parent:
            return {}, {}
        views: dict[str, list[Resource]] = {}
        for resource in self.resources:
            if resource.id in parent:
                views.setdefault(root(resource.id), []).append(resource)
        canonical: dict[str, str] = {}
        aliases: dict[str, tuple[Resource, ...]] = {}
        for same in views.values():
            # What the files manage goes before what they look up, and that before what is merely declared.
            ordered = tuple(sorted(same, key=lambda r: (r.head.origin == "declared", r.head.looked_up)))
            aliases[ordered[0].id] = ordered
            canonical.update((resource.id, ordered[0].id) for resource in ordered)
        return canonical, aliases

    def of(self, resource: Resource) -> dict[str, Edges]:
        """Every relation of a resource, by field."""
        kind = type(resource)
        # A class is hashable; mypy looks at its instances.
        return {name: self.edges(resource, getattr(resource, name)) for name in link_fields(kind)}  # type: ignore[arg-type]

    def edges(self, resource: Resource, links: Links) -> Edges:
        """The relation that `links` of `resource` describes."""
        members: list[Edge] = []
        open_: Cause | None = None
        values = links.values
        for value in values.members:
            if isinstance(value, Known):
                named, doubt = self._named(value, links)
                members.extend(named)
                open_ = open_ or doubt
                continue
            sure = len(value.refs) == 1 and value.refs[0].certain
            found = self._traced(value, links, resource.head.deployment, certain=sure)
            if _WITHIN_GROUP in links.by and not found:
                found = self._in_its_group(value, links, resource.head.deployment)
                sure = any(edge.certain for edge in found)
            members.extend(found)
            if not (sure and found):
                open_ = open_ or asks(value)
        if values.open:
            # Of a list that is unknown as a whole nothing is certain, not even that it has members; except where one unknown
            # member is enough to make it so, and its expression is nothing but one id, with or without literals beside it.
            refs = values.open.refs
            sure = links.unknown_whole and len(refs) == 1 and refs[0].certain and refs[0].alone
            members.extend(self._traced(values.open, links, resource.head.deployment, certain=sure))
            open_ = open_ or asks(values.open)
        # Edges to different ends differ: to compare their places would look every one of them up in its file.
        alike = len({edge.target for edge in members}) < len(members)
        return Edges(members=tuple(dict.fromkeys(members) if alike else members), at=values.at, open=open_)

    def _named(self, value: Known[str], links: Links) -> tuple[list[Edge], Cause | None]:
        """What a known id names, and what keeps open whether it names that."""
        for space in links.by:
            named = [t for t in self._by_key.get((space, normalised(space, value.value)), ()) if t.kind in links.to]
            ids = list(dict.fromkeys(self.canonical.get(target.id, target.id) for target in named))
            if len(ids) == 1 or (ids and space in _UNIQUE):
                return [Edge(target=ids[0], certain=True, because=Cause(at=value.at))], None
            if ids:
                reason = f"several things are called {value.value}: which one is meant?"
                doubt = asks(Unknown(reason=reason, at=value.at, how="refer to the resource instead of writing its name"))
                return [Edge(target=id_, certain=False, because=doubt) for id_ in ids], doubt
        if "arm_id" in links.by:
            waiting = (r for kind in links.to for r in self._waiting(kind, value.value) if may_get_id(r, value.value))
            coming = [*islice(waiting, _MOST_COMING + 1)]
            if len(coming) > _MOST_COMING:
                reason = (
                    f"is the id that is written here that of one of more than {_MOST_COMING} things whose ids are not known yet?"
                )
                return [], asks(Unknown(reason=reason, at=value.at, how="refer to the resource instead of writing its id out"))
            if coming:
                reason = f"is the id that is written here the one of {coming[0].label}?"
                doubt = asks(Unknown(reason=reason, at=value.at, how="refer to the resource instead of writing its id out"))
                return [Edge(target=self.canonical.get(r.id, r.id), certain=False, because=doubt) for r in coming], doubt
        key = normalised(links.by[0], value.value) if _is_guid(value.value) else value.value
        return [Edge(target=f"external:{links.by[0]}:{key}", certain=True, because=Cause(at=value.at))], None

    def _in_its_group(self, value: Unknown, links: Links, deployment: str) -> list[Edge]:
        """What is called by a name in a group that is not known: for certain what certainly is in that very group, else whatever may be."""
        name = _name_in_group(value)
        if not name:
            return []
        same: list[Edge] = []
        possible: list[Edge] = []
        for resource, key in (*self._in_groups.get(name, ()), *self._in_groups.get("", ())):
            if resource.kind not in links.to:
                continue
            target, mine = self.canonical.get(resource.id, resource.id), resource.head.deployment == deployment
            if mine and _name_in_group(key.value) and _in_one_group(value, key.value, resource.head.address):
                same.append(Edge(target=target, certain=True, because=Cause(at=value.at)))
            else:
                possible.append(Edge(target=target, certain=False, because=asks(value)))
        if len(same) == 1:
            return same
        return [*possible, *(replace(edge, certain=False, because=asks(value)) for edge in same)]

    def _waiting(self, kind: str, id_: str) -> list[Resource]:
        """What of a kind has no id yet, and a name that is not known, or that is the last part of an id."""
        if kind not in self._by_name:
            named = self._by_name[kind] = {}
            for resource in self._without_id.get(kind, ()):
                name = "" if isinstance(resource.name, Unknown) else (resource.name.value or "").lower()
                named.setdefault(name, []).append(resource)
        named = self._by_name[kind]
        last = id_.rstrip("/").rsplit("/", 1)[-1].lower()
        return [*named.get("", ()), *(named.get(last, ()) if last else ())]

    def _traced(self, value: Unknown, links: Links, deployment: str, *, certain: bool) -> list[Edge]:
        because = Cause(at=value.at) if certain else asks(value)
        return [
            Edge(target=self.canonical.get(target.id, target.id), certain=certain, because=because)
            for ref in value.refs
            for target in self._by_address.get((deployment, ref.to), ())
            if target.kind in links.to and _holds_id(target, ref, links.by)
        ]


def _holds_id(target: Resource, ref: Reference, spaces: tuple[str, ...]) -> bool:
    """Whether the referenced attribute is one of the ids by which this relation names things ("" is the whole object).

    Of a part of something the attribute holds the name, and names of Azure compare without case.
    """
    wanted = ref.attribute.lower()
    return not wanted or any(key.attribute.lower() == wanted and key.space in spaces for key in target.keys)


def _name_in_group(value: Text) -> str:
    """The name in a value of GROUP/NAME, in the form in which two are equal; "" where it is not known."""
    known = value.value if isinstance(value, Known) else value.limits.suffix if value.limits else None
    return (known or "").rpartition("/")[2].strip().lower()


def _in_one_group(value: Unknown, other: Text, address: str) -> bool:
    """Whether a group that is not known is that of something at this address: by what it refers to and nothing else, both refer to one group."""
    if len(value.refs) != 1 or not (value.refs[0].certain and value.refs[0].alone):
        return False
    (ref,) = value.refs
    if ref.to == address:
        return ref.attribute == "resource_group_name"
    return isinstance(other, Unknown) and other.refs == value.refs and ref.attribute in ("name", "resource_group_name")


def _is_guid(value: str) -> bool:
    return len(value) == 36 and value.count("-") == 4
