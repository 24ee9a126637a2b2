"""What a declaration changes of something that another one declares.

Nobody can tell which of the two will be believed after the next apply, so what the change says otherwise is unknown from then on. What it
says alike, and what it does not touch, stays as it was declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from sparekey.model.declaration import Declaration
from sparekey.model.resource import Resource, may_get_id
from sparekey.model.seams import Mapper, Translated
from sparekey.model.truth import Bounds, Truth, all_of, asks, maybe
from sparekey.model.value import Body, Known, Links, Text, Unknown, ValueSet

_APART = frozenset({"head", "name", "keys"})
"""What a change leaves alone: a thing with another name is another thing."""

_MOST_LOOKED_AT = 10_000


def named_by(
    id_: Text, resources: Mapping[str, tuple[Resource, ...]], kinds: frozenset[str]
) -> tuple[Mapping[str, frozenset[str]], bool]:
    """What an id may name among the resources of a document: ids of resources by address; and whether it is certainly that."""
    if isinstance(id_, Known):
        wanted = (id_.value or "").strip().rstrip("/").lower()
        exact = _gathered(resources, lambda r: any(_spelled(r, wanted)), kinds)
        if exact:
            return exact, True
        return _gathered(resources, lambda r: may_get_id(r, id_.value or ""), kinds), False
    found: dict[str, frozenset[str]] = {}
    for ref in id_.refs:
        ids = {
            r.id
            for r in resources.get(ref.to, ())
            if r.kind in kinds
            and (not ref.attribute or any(k.space == "arm_id" and k.attribute.lower() == ref.attribute.lower() for k in r.keys))
        }
        if ids:
            found[ref.to] = found.get(ref.to, frozenset()) | ids
    if found:
        return found, len(id_.refs) == 1 and id_.refs[0].certain and not id_.beyond
    ends = (id_.limits and id_.limits.suffix) or ""
    if not ends.startswith("/"):
        return {}, False
    return _gathered(resources, lambda r: may_get_id(r, ends), kinds), False


def _spelled(resource: Resource, wanted: str) -> Iterator[bool]:
    for key in resource.keys:
        if key.space == "arm_id" and isinstance(key.value, Known) and key.value.value:
            yield key.value.value.strip().rstrip("/").lower() == wanted


def _gathered(
    resources: Mapping[str, tuple[Resource, ...]], wanted: Callable[[Resource], bool], kinds: frozenset[str]
) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for address, many in resources.items():
        ids = frozenset(r.id for r in many if r.kind in kinds and not r.head.looked_up and wanted(r))
        if ids:
            found[address] = ids
    return found


@dataclass(slots=True)
class Change:
    """One change: what it says of things of some kinds, in terms of the type that `mapper` maps (None: of any type)."""

    said: Translated
    mapper: Mapper | None
    kinds: frozenset[str]
    question: Unknown = field(init=False)
    _all: bool = field(init=False)
    _plain: Sequence[Resource] = field(init=False)
    _told: Sequence[Resource] = field(init=False)

    def __post_init__(self) -> None:
        """See what the change says, and what is said where nothing is written."""
        declaration = self.said.declaration
        body = declaration.body.value
        at = body.at if isinstance(body, Known) else declaration.head.at
        self.question = self.said.hidden or Unknown(
            reason=f"what does {declaration.head.address} change?", at=at, how="declare it where the resource is declared"
        )
        self._all = self.mapper is None or _may_take_away(body)
        self._plain, self._told = (), ()
        if self.mapper is not None and not self._all:
            self._plain = tuple(self.mapper(_with(declaration, Known(value={}, at=body.at))))
            self._told = tuple(self.mapper(declaration))

    def to(self, resources: tuple[Resource, ...], ids: frozenset[str]) -> tuple[tuple[Resource, ...], tuple[Unknown, ...]]:
        """The resources of one declaration, of which `ids` are changed; and the gap that is left where parts of them may come and go."""
        named = [resource for resource in resources if resource.id in ids]
        parts = {r.id for r in resources for whole in named if r.id not in ids and r.id.startswith(f"{whole.id}.")}
        made: list[Resource] = []
        gaps: dict[Unknown, None] = {}
        for resource in resources:
            if resource.kind not in self.kinds or not (resource.id in ids or resource.id in parts):
                made.append(resource)
            elif resource.id in ids:
                made.append(self._whole(resource))
            elif self._parts(self._plain, resource.kind) == self._parts(self._told, resource.kind) and not self._all:
                made.append(resource)
            else:
                made.append(self._perhaps(resource))
        told = {kind for kind in self.kinds if self._parts(self._plain, kind) != self._parts(self._told, kind)}
        if self._all or told:
            gaps[self.question] = None
        return tuple(made), tuple(gaps)

    def _whole(self, resource: Resource) -> Resource:
        if self._all:
            return self._perhaps(resource)
        address = self.said.declaration.head.address
        plain = next((r for r in self._plain if r.kind == resource.kind and r.head.address == address), None)
        told = next((r for r in self._told if r.kind == resource.kind and r.head.address == address), None)
        if plain is None or told is None:
            return self._perhaps(resource)
        new: dict[str, Any] = {}
        for each in fields(resource):
            if each.name in _APART:
                continue
            before, after, mine = getattr(plain, each.name), getattr(told, each.name), getattr(resource, each.name)
            if _said(before) != _said(after) and not _alike(mine, after):
                new[each.name] = _hidden(mine, self._asked(resource, after))
        return replace(resource, **new) if new else resource

    def _asked(self, resource: Resource, after: object) -> Unknown:
        at = getattr(after, "at", None) or self.question.at
        address = self.said.declaration.head.address
        reason = f"{address} changes {resource.head.address}: which of the two counts?"
        return Unknown(reason=reason, at=at, how="write the same in both")

    def _perhaps(self, resource: Resource) -> Resource:
        """The resource of which nothing is certain any more."""
        doubt = maybe(asks(self.question))
        new: dict[str, Any] = {
            each.name: _hidden(getattr(resource, each.name), self.question)
            for each in fields(resource)
            if each.name not in _APART
        }
        return replace(resource, head=replace(resource.head, presence=all_of((resource.head.presence, doubt))), **new)

    def _parts(self, among: Sequence[Resource], kind: str) -> list[object]:
        address = self.said.declaration.head.address
        return [_said(r) for r in among if r.kind == kind and r.head.address != address]


def _with(declaration: Declaration, body: Known[object]) -> Declaration:
    return replace(declaration, body=Body(value=body))


def _may_take_away(body: object) -> bool:
    """Whether a change may set something back: it is not known, or there is a null in it."""
    rest, seen = [body], 0
    while rest:
        one = rest.pop()
        seen += 1
        if isinstance(one, Unknown) and one is body:
            return True
        if isinstance(one, Unknown):
            continue
        if isinstance(one, Known) and (one.value is None or seen > _MOST_LOOKED_AT):
            return True
        inner = one.value if isinstance(one, Known) else None
        rest.extend(inner.values() if isinstance(inner, Mapping) else inner if isinstance(inner, tuple) else ())
    return False


def _said(value: object) -> object:
    """What a value says, apart from where it stands."""
    if isinstance(value, tuple):
        return tuple(_said(item) for item in value)
    if isinstance(value, Mapping):
        return {name: _said(item) for name, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        names = (each.name for each in fields(value) if each.name not in ("at", "head", "because"))
        return (type(value).__name__, *(_said(getattr(value, name)) for name in names))
    return value


def _alike(mine: object, other: object) -> bool:
    """Whether two known values are the same."""
    if not (isinstance(mine, Known) and isinstance(other, Known)):
        return False
    return isinstance(other.value, str | bool | int | float) and mine.value == other.value


def _hidden(value: object, why: Unknown) -> object:
    """What stands for a value that is not known any more."""
    if isinstance(value, Known | Unknown):
        return why
    if isinstance(value, ValueSet):
        return ValueSet(members=(), at=value.at, open=why)
    if isinstance(value, Links):
        return replace(value, values=ValueSet(members=(), at=value.values.at, open=why))
    if isinstance(value, Truth):
        return maybe(asks(why))
    if isinstance(value, Bounds):
        return Bounds(least=0, most=None, missing=(asks(why),))
    if isinstance(value, tuple):
        return tuple(_hidden(item, why) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _hidden(getattr(value, each.name), why) for each in fields(value)})
    return value
