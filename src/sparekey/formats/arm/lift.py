"""From values of the template language to values with places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from sparekey.formats.arm.language.parse import is_expression, plain
from sparekey.formats.arm.language.values import (
    Later,
    OpenObject,
    TooMuchError,
    Value,
    folded,
    opened,
    pattern_of,
    split_pattern,
)
from sparekey.formats.arm.language.wording import bounded, last_step, readable
from sparekey.formats.arm.naming import name_of
from sparekey.formats.arm.source import Source
from sparekey.formats.arm.template.instance import Instance
from sparekey.formats.arm.template.sections import below, held, member, written
from sparekey.model.known_parts import whole_words
from sparekey.model.span import Place
from sparekey.model.value import AnyValue, Known, Limits, Reference, Unknown, unmarked

_MOST_LEVELS = 20
"""Lists within lists are read so far; no property of Azure has more than three."""

_MOST_PARTS = 4
"""Levels of things within a resource; the engine takes five levels of names in all."""

_MOST_ITEMS = 10_000
"""Items of one list, those of lists in it included."""

_MOST_ALLOWED = 1000
"""Values that a parameter may have; of one that may have more it is as if it may have any."""

_NOT_BODY = frozenset({"resources", "copy", "metadata", "comments"})
_NO_SCOPE = ("", "/")
_LONGEST_REASON = 300
_LONGEST_NAME = 100
_SAID = frozenset({"name", "type", "apiversion"})
"""What a template says of something that it only looks up."""

_BRACED = re.compile(r"\{[^{}]*\}")
"""What stands in braces that hold no others."""

_WRITE = "write it as a constant, or as a parameter with a value in a parameter file (--parameters FILE)"
_DEPLOYED = "only the deployment tells: check what refers to it together with this template"
_ELSEWHERE = "check the template that deploys it together with this one"
_ALREADY = "look where it is deployed: this template only names it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifter:
    """`sources` gives the text of a file, `addresses` the resources of the deployment by their folded ids."""

    sources: Callable[[str], Source]
    addresses: Mapping[str, tuple[str, ...]]
    _places: dict[Instance, Place] = field(default_factory=dict)

    def place(self, instance: Instance) -> Place:
        """Where an instance is written; of one in a computed template where that is deployed."""
        found = self._places.get(instance)
        if found is None:
            found = self._places[instance] = self._place(instance)
        return found

    def _place(self, instance: Instance) -> Place:
        above: Instance | None = instance
        while above is not None and above.pointer is None:
            above = above.deployment.parent
        source = self.sources(instance.deployment.file)
        return source.place(_header(above.raw, above.pointer) if above and above.pointer is not None else "")

    def body(self, instance: Instance) -> AnyValue:
        """All that says what an instance is. What it holds is evaluated only when asked for."""
        return Known(value=InstanceMembers(self, instance), at=self.place(instance))

    def lift(self, value: Value, written_: Written, *, level: int = 0) -> AnyValue:
        """A value with its place."""
        at = written_.place()
        if isinstance(value, Later):
            return self.unknown(value, at)
        if isinstance(value, dict):
            return Known(value=Members(self, value, written_), at=at)
        if isinstance(value, list):
            if level > _MOST_LEVELS or (not level and _is_vast(value)):
                return Unknown(reason="lists within lists, too deep to be read", at=at, how="correct the file")
            items = [self.lift(item, written_.item(index), level=level + 1) for index, item in enumerate(value)]
            return Known(value=tuple(items), at=at)
        return Known(value=value, at=at)

    def parent(self, instance: Instance) -> AnyValue:
        """The id of the resource in which one lies whose type says so: a subnet's network."""
        at, id_ = self.place(instance), instance.id
        if isinstance(id_, str):
            return Known(value="/".join(id_.split("/")[:-2]), at=at, origin="derived")
        above = instance.parent
        pattern = above.spot if above is not None else _above(pattern_of(id_))
        plain = Later("what does it lie in?", hidden=True, pattern=pattern)
        return self.unknown(plain, at)

    def _part(self, pattern: str) -> Reference | None:
        """The resource in which something lies whose id a pattern is, and what of it: `subnets/a` of a network."""
        upper, path = pattern, ""
        for _ in range(_MOST_PARTS):
            upper, name = last_step(upper)
            upper, kind = last_step(upper)
            if kind.lower() == "providers" or not upper:
                return None
            path = f"{kind}/{name}/{path}" if path else f"{kind}/{name}"
            found = self.addresses.get(folded(upper), ())
            if found:
                return Reference(to=found[0], attribute=_spelled(path), certain=True, alone=True)
        return None

    def unknown(self, later: Later, at: Place) -> Unknown:
        """What only the deployment knows, or nobody said: with what it comes from."""
        place = at if later.pointer is None else self.sources(later.file).place(later.pointer)
        reason, how = later.reason[:_LONGEST_REASON], later.how or _WRITE
        own = self.addresses.get(folded(later.pattern), ()) if later.pattern else ()
        if own:
            # What has one id has one address.
            itself = Reference(to=own[0], attribute="id", certain=True, alone=True)
            return Unknown(reason=f"what is the id of {own[0]}?", at=at, how=_DEPLOYED, refs=(itself,))
        part = self._part(later.pattern) if later.pattern.startswith("/") else None
        if part is not None:
            shown = bounded(f"what is the id of {_unspelled(part.attribute)} of {part.to}?", _LONGEST_REASON)
            return Unknown(reason=shown, at=at, how=_DEPLOYED, refs=(part,))
        refs: tuple[Reference, ...] = ()
        beyond = reason if later.hidden else ""
        if later.pattern.startswith("/") and "/providers/" in later.pattern:
            how = later.how or _ELSEWHERE
            # An id that is written out but for where the template is deployed, of something that is not in it.
            reason = f"what is the id of {readable(_behind(later.pattern))} where this is deployed?"
        for source in later.sources:
            found = self.addresses.get(folded(source.target), ()) if source.target else ()
            sure = later.exact and not later.hidden and len(found) == 1
            refs += tuple(Reference(to=one, attribute=source.path, certain=sure, alone=later.exact) for one in found)
            if not found:
                beyond = beyond or readable(source.target or source.path, _LONGEST_REASON)
        return Unknown(
            reason=reason,
            at=place,
            how=how,
            refs=refs,
            beyond=beyond,
            limits=limits_of(later.declared) or _ends(later.pattern),
            text=_spelled(later.pattern),
            parts=whole_words(later.parts),
        )


def _behind(pattern: str) -> str:
    """What the last provider of an id makes, of one that is known by its pattern only."""
    behind = pattern.rpartition("/providers/")[2]
    if "{" not in behind and "}" not in behind:
        return behind
    behind = ""
    for part in split_pattern(Later("", pattern=pattern)):
        text = pattern_of(part)
        behind = "" if text.lower() == "providers" else f"{behind}/{text}" if behind else text
    return behind


def _above(pattern: str) -> str:
    """The id of what something lies in, from its own; "" where that cannot be told."""
    upper, _ = last_step(pattern)
    upper, kind = last_step(upper)
    return upper if kind.lower() != "providers" else ""


@lru_cache(maxsize=4096)
def _spelled(pattern: str) -> str:
    """A pattern of which two may be compared without case: letters in braces, where case does matter, are told apart by a mark."""
    braced = _BRACED.findall(pattern)
    if len(braced) == pattern.count("{") and all(each == each.lower() and "^" not in each for each in braced):
        return pattern
    pieces, depth = [], 0
    for letter in pattern:
        depth += (letter == "{") - (letter == "}")
        marked = depth and (letter == "^" or letter != letter.lower())
        pieces.append(f"^{letter.lower()}" if marked else letter)
    return "".join(pieces)


def _unspelled(spelled: str) -> str:
    """What people are shown of it."""
    return readable(unmarked(spelled), _LONGEST_REASON)


def _is_vast(value: list[Value]) -> bool:
    """Whether lists within a list hold more items than anything is read of."""
    count = 0
    stack = [item for item in value if isinstance(item, list)]
    while stack and count <= _MOST_ITEMS:
        one = stack.pop()
        count += len(one)
        stack.extend(item for item in one if isinstance(item, list))
    return count > _MOST_ITEMS


def _header(raw: object, pointer: str) -> str:
    found = member(raw, "type")
    return below(pointer, found[0]) if found else pointer


def _ends(pattern: str) -> Limits | None:
    """What a text begins and ends with of which only the middle is not known."""
    prefix, suffix = pattern.partition("{")[0], pattern.rpartition("}")[2]
    if not prefix and not suffix:
        return None
    return Limits(not_null=True, prefix=prefix or None, suffix=suffix or None)


def limits_of(declared: object) -> Limits | None:
    """What the declaration of a parameter says of its value."""
    least, most, allowed = (held(declared, name) for name in ("minValue", "maxValue", "allowedValues"))
    few = isinstance(allowed, list) and len(allowed) <= _MOST_ALLOWED
    texts = tuple(one for one in allowed if isinstance(one, str)) if few and isinstance(allowed, list) else ()
    limits = Limits(
        least=least if type(least) is int else None,
        most=most if type(most) is int else None,
        one_of=texts if isinstance(allowed, list) and texts and len(texts) == len(allowed) else None,
    )
    return limits if limits != Limits() else None


@dataclass(frozen=True, slots=True)
class Written:
    """Where a value is written. Below an expression, everything stands where the expression does."""

    source: Source
    raw: object
    pointer: str
    whole: Place | None = None

    def place(self) -> Place:
        """The place."""
        return self.whole or self.source.place(self.pointer)

    def item(self, index: int) -> Written:
        """Where an item is written."""
        if isinstance(self.raw, list) and index < len(self.raw):
            return Written(self.source, self.raw[index], below(self.pointer, index))
        return Written(self.source, None, "", self.place())

    def key(self, name: str) -> Written:
        """Where a member is written: by its name, or by a loop that makes it."""
        if isinstance(self.raw, dict):
            if name in self.raw and not name.startswith("["):
                return Written(self.source, self.raw[name], below(self.pointer, name))
            wanted = name.lower()
            for key in (name,) if name in self.raw else self.raw:
                if not is_expression(key) and plain(key).lower() == wanted:
                    return Written(self.source, self.raw[key], below(self.pointer, key))
            loops = member(self.raw, "copy")
            for index, loop in enumerate(loops[1] if loops and isinstance(loops[1], list) else ()):
                title = held(loop, "name")
                if isinstance(title, str) and title.lower() == name.lower():
                    at = below(self.pointer, written(self.raw, "copy"), index)
                    return Repeated(self.source, held(loop, "input"), at)
        return Written(self.source, None, "", self.place())


@dataclass(frozen=True, slots=True)
class Repeated(Written):
    """A loop over a property: every item is written once."""

    def item(self, index: int) -> Written:
        """Where an item is written."""
        del index
        return Written(self.source, self.raw, below(self.pointer, "input"))


class Members(Mapping[str, "AnyValue"]):
    """An object. Names compare without case."""

    __slots__ = ("_held", "_lifted", "_lifter", "_names", "_written")

    def __init__(self, lifter: Lifter, held_: dict[str, Value], written_: Written) -> None:
        self._lifter = lifter
        self._held = held_
        self._written = written_
        self._names = {name.lower(): name for name in held_}
        self._lifted: dict[str, AnyValue] = {}

    def __getitem__(self, name: str) -> AnyValue:
        """The value of a property. Raises KeyError where there is none."""
        found = self._lifted.get(name)
        if found is not None:
            return found
        spelled = self._names.get(name.lower())
        if spelled is not None:
            made = self._lifter.lift(self._held[spelled], self._written.key(spelled))
        elif isinstance(self._held, OpenObject):
            made = self._lifter.unknown(self._held.rest.member(name), self._written.place())
        else:
            raise KeyError(name)
        self._lifted[name] = made
        return made

    def __iter__(self) -> Iterator[str]:
        """The names of all properties that are known."""
        return iter(self._names.values())

    def __len__(self) -> int:
        """How many properties are known."""
        return len(self._names)


class InstanceMembers(Mapping[str, "AnyValue"]):
    """The members of a resource, evaluated when asked for, its id, and that of what it lies in (`parent_id`, whatever is written so)."""

    __slots__ = ("_instance", "_lifted", "_lifter", "_names", "_written")

    def __init__(self, lifter: Lifter, instance: Instance) -> None:
        self._lifter = lifter
        self._instance = instance
        source = lifter.sources(instance.deployment.file)
        place = lifter.place(instance) if instance.pointer is None else None
        self._written = Written(source, instance.raw if place is None else None, instance.pointer or "", place)
        self._names = {lower: key for key in instance.raw if (lower := key.lower()) not in _NOT_BODY}
        self._lifted: dict[str, AnyValue] = {}

    def __getitem__(self, name: str) -> AnyValue:
        """The value of a member. Raises KeyError where there is none."""
        found = self._lifted.get(name)
        if found is None:
            found = self._lifted[name] = self._member(name)
        return found

    def _member(self, name: str) -> AnyValue:
        lower = name.lower()
        if lower == "parent_id":
            return self._lifter.parent(self._instance)
        if lower == "id" and lower not in self._names and self._instance.id is not None:
            at = self._lifter.place(self._instance)
            found = self._lifter.lift(self._instance.id, Written(self._written.source, None, "", at))
            return replace(found, origin="derived") if isinstance(found, Known) else found
        spelled = self._names.get(lower)
        if self._instance.existing and lower not in _SAID:
            return self._there(spelled)
        if self._instance.only_if_new and lower not in _SAID:
            return self._lifter.unknown(self._perhaps_there(), self._lifter.place(self._instance))
        if spelled is None:
            raise KeyError(name)
        # A scope may be written relative to where the template is deployed: what it leads to is the whole id.
        value = self._instance.value(spelled)
        relative = lower == "scope" and self._instance.base is not None and not (isinstance(value, str) and value in _NO_SCOPE)
        return self._lifter.lift(self._instance.base if relative else value, self._written.key(spelled))

    def _there(self, spelled: str | None) -> AnyValue:
        """A member of something that is only looked up: there is more of it than what is written."""
        shown = name_of(self._instance)
        rest = Later(f"what is set on {bounded(shown, _LONGEST_NAME)}, which is there already?", hidden=True, how=_ALREADY)
        # Of what an extension looks up the properties say which one is meant; of all else they say nothing.
        value = self._instance.value(spelled) if spelled is not None and self._instance.id is None else None
        if spelled is None or not isinstance(value, dict):
            return self._lifter.unknown(rest, self._lifter.place(self._instance))
        try:
            more = opened(value, rest, self._instance.deployment.session.budget.spend)
        except TooMuchError:
            more = rest
        return self._lifter.lift(more, self._written.key(spelled))

    def _perhaps_there(self) -> Later:
        """Why no member of something is certain that is deployed only where it is not there yet."""
        shown = readable(pattern_of(self._instance.name)) or self._instance.symbol
        question = f"is {shown[:_LONGEST_NAME]} there already? What is written counts only if it is not (onlyIfNotExists)"
        return Later(question, hidden=True, how="look at what is deployed, or leave onlyIfNotExists out")

    def __iter__(self) -> Iterator[str]:
        """The names of all members as written."""
        return iter(self._names.values())

    def __len__(self) -> int:
        """How many members are written."""
        return len(self._names)
