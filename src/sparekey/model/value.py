"""Values that may be unknown.

A value is `Known` or `Unknown`, never None-or-something. An `Unknown` has no `.value`, so neither a type checker nor
a rule can read one by mistake. Containers are values of values: a list of known length with unknown members is a
`Known` tuple that holds some `Unknown`s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, TypeVar

from sparekey.model.span import Place

T_co = TypeVar("T_co", covariant=True)

Origin = Literal["explicit", "default", "null", "derived", "declared", "inferred"]

ABSENT: Final = frozenset[Origin]({"default", "null"})
"""Origins of what counts because nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Generic[T_co]):
    """A value that the files prove, where it was read, and how it came to be.

    `origin` is "explicit" (written), "default" (the provider's documented default, or null where nothing is written; `at`
    is then the header of what lacks it), "null" (the same where something is written that gives null), "derived", "declared" (sparekey.yaml, tags) or "inferred" (a name pattern).
    """

    value: T_co
    at: Place
    origin: Origin = "explicit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One thing that an unknown value may come from.

    `to` is the address of one declared instance in the same deployment (`module.a.azuread_group.x["k"]`), `attribute` the
    dotted attribute of it ("object_id"; "" for the whole object). `certain`: nothing else can be meant. `alone`: the
    expression refers to nothing else at all, not even to something that is known.
    """

    to: str
    attribute: str
    certain: bool = False
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is known of an unknown value all the same. `prefix` and `suffix` are what a text begins and ends with."""

    not_null: bool = False
    least: int | None = None
    most: int | None = None
    prefix: str | None = None
    one_of: tuple[str, ...] | None = None
    suffix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One way to answer an unknown in sparekey.yaml.

    `into` is the list that takes it (`inventory.groups`); `entry` is the item to add there, as JSON on one line, which is YAML
    as well. A text in angle brackets (`<object id>`) stands for what a person must fill in. `meaning` says what the entry asserts.
    """

    into: str
    entry: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A value that the files do not give.

    `reason` says what is missing, as a question or a noun that a person can answer ("who is in azuread_group.bg?").
    `how` says where to supply it ("give --source DIR"). `refs` are the things it will come from; `beyond` names a dead end
    ("local.ids") behind which there may be other sources: when it is "", the refs are all there is. A sensitive value is
    an Unknown too. `unwritten`: the block around it is written and holds no such argument, so the provider or the service will
    fill it in; a mapping that knows what a new object gets by itself can then say so. (Of what may be a nested block it says
    nothing: a `dynamic` one leaves no trace in a plan.) `members` are values that certainly stand in an unknown list, whatever else does;
    `text` stands for a text that is not known: in one deployment two unknowns with one such `text`, compared without case, are one text ("":
    nothing is said). `parts` are the whole words that certainly stand in an unknown text or in what it encodes (of a document each
    begins with the key that holds it, as JSON writes it); they are looked through and never shown. `inside` are things whose ids certainly stand in an unknown text, as a part of it. `answers` are the entries of sparekey.yaml that would settle it, best
    first; none where only the files or the service can tell.
    """

    reason: str
    at: Place
    how: str = ""
    refs: tuple[Reference, ...] = ()
    beyond: str = ""
    limits: Limits | None = None
    unwritten: bool = False
    members: tuple[AnyValue, ...] = ()
    inside: tuple[Reference, ...] = ()
    text: str = field(default="", repr=False)
    parts: tuple[str, ...] = field(default=(), repr=False)
    answers: tuple[Answer, ...] = ()


AnyValue = Known[object] | Unknown
Text = Known[str | None] | Unknown
Flag = Known[bool | None] | Unknown
Number = Known[int | None] | Unknown

_MARKED = re.compile(r"\^(.)", re.DOTALL)


def unmarked(text: str) -> str:
    """The `text` of an unknown as it was before capitals in braces, where case does matter, were marked (`^a`) to be compared without case."""
    return _MARKED.sub(lambda found: found[1].upper(), text) if "^" in text else text


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSet(Generic[T_co]):
    """A list or set attribute: its members, and whether there may be more.

    `open` is None when the set is closed (nothing is missing from it), else the unknown that keeps it open. `at` is the
    attribute, or the header of the block that lacks it.
    """

    members: tuple[Known[T_co] | Unknown, ...]
    at: Place
    open: Unknown | None = None
    origin: Origin = "explicit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """A relation as a declaration writes it: the ids in one attribute, before the join finds whom they name.

    `to` are the resource kinds that can be meant, `by` the key spaces (see `resource.Key`) in which the ids live.
    `unknown_whole`: the provider shows a list with one unknown member as unknown as a whole, so that an unknown list whose
    expression refers to one id and to nothing else has that id among its members.
    """

    values: ValueSet[str]
    to: tuple[str, ...]
    by: tuple[str, ...] = ("object_id",)
    unknown_whole: bool = False


def walk(value: AnyValue, *path: str | int) -> AnyValue:
    """The value at `path` below `value`.

    A name that steps onto a list of one element steps through it, because a block that may stand once is written as a
    list of one by some formats and as an object by others. What is absent is a known null of origin "default", placed at
    the nearest thing that exists; below an unknown everything is that unknown.
    """
    for step in path:
        if isinstance(value, Unknown):
            return value
        inner = value.value
        if isinstance(step, int):
            child = inner[step] if isinstance(inner, tuple) and -len(inner) <= step < len(inner) else None
        else:
            if isinstance(inner, tuple):
                if len(inner) > 1:
                    return Unknown(reason=f"which of {len(inner)} blocks holds {step}?", at=value.at, how="write one block")
                if not inner:
                    return Known(value=None, at=value.at, origin="default")
                value = inner[0]
                if isinstance(value, Unknown):
                    return value
                inner = value.value
            child = inner.get(step) if isinstance(inner, Mapping) else None
        if child is None:
            return Known(value=None, at=value.at, origin="default")
        value = child
    return value


def _absent(null: Known[object]) -> Origin:
    """How a default came to count: nothing is written, or what is written gives null."""
    return "default" if null.origin == "default" else "null"


def _typed(value: AnyValue, wanted: str) -> Unknown:
    """The unknown that stands for a value of the wrong type: hostile or broken input is never guessed at."""
    return Unknown(reason=f"a value that is not {wanted}", at=value.at, how="correct the file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Typed reading of one declaration's attributes or of one nested block. Absent and null read alike."""

    value: AnyValue

    def get(self, *path: str | int) -> AnyValue:
        """Whatever stands at `path` (see `walk`)."""
        return walk(self.value, *path)

    def text(self, *path: str | int, default: str | None = None) -> Text:
        """A string; `default` (the provider's documented one) where nothing is written. Numbers and booleans are converted as Terraform does."""
        found = self.get(*path)
        if isinstance(found, Unknown):
            return found
        inner = found.value
        if inner is None:
            return Known(value=default, at=found.at, origin=_absent(found))
        if isinstance(inner, str):
            return Known(value=inner, at=found.at, origin=found.origin)
        if isinstance(inner, bool):
            return Known(value="true" if inner else "false", at=found.at, origin=found.origin)
        if isinstance(inner, int):
            return Known(value=str(inner), at=found.at, origin=found.origin)
        return _typed(found, "a string")

    def flag(self, *path: str | int, default: bool | None = None) -> Flag:
        """A boolean; the strings "true" and "false" are read as Terraform converts them."""
        found = self.get(*path)
        if isinstance(found, Unknown):
            return found
        inner = found.value
        if inner is None:
            return Known(value=default, at=found.at, origin=_absent(found))
        if isinstance(inner, str) and inner in ("true", "false"):
            inner = inner == "true"
        if isinstance(inner, bool):
            return Known(value=inner, at=found.at, origin=found.origin)
        return _typed(found, "a boolean")

    def number(self, *path: str | int, default: int | None = None) -> Number:
        """A whole number; digits in a string are read as Terraform converts them."""
        found = self.get(*path)
        if isinstance(found, Unknown):
            return found
        inner = found.value
        if inner is None:
            return Known(value=default, at=found.at, origin=_absent(found))
        if isinstance(inner, str) and inner.isascii() and inner.isdigit() and len(inner) < 16:
            inner = int(inner)
        if isinstance(inner, float) and inner.is_integer():
            inner = int(inner)
        if isinstance(inner, int) and not isinstance(inner, bool):
            return Known(value=inner, at=found.at, origin=found.origin)
        return _typed(found, "a whole number")

    def texts(self, *path: str | int) -> ValueSet[str]:
        """A list or set of strings. One string stands for a list of one. A null member is left out: providers do not send it."""
        found = self.get(*path)
        if isinstance(found, Unknown):
            return ValueSet(members=tuple(_known_texts(found.members)), at=found.at, open=found)
        inner = found.value
        if inner is None:
            return ValueSet(members=(), at=found.at, origin=_absent(found))
        if not isinstance(inner, tuple):
            one = self.text(*path)
            return ValueSet(members=(_not_null(one),), at=found.at, origin=found.origin)
        members = tuple(_known_texts(inner, found.origin))
        return ValueSet(members=members, at=found.at, origin=found.origin)

    def blocks(self, *path: str | int) -> Blocks:
        """Nested blocks of one type, whether written as a list or as one object."""
        found = self.get(*path)
        if isinstance(found, Unknown):
            return Blocks(members=(), at=found.at, open=found)
        inner = found.value
        if inner is None:
            return Blocks(members=(), at=found.at)
        items: tuple[AnyValue, ...] = inner if isinstance(inner, tuple) else (found,)
        return Blocks(members=tuple(Body(value=item) for item in items), at=found.at)

    def link(self, *path: str | int, to: tuple[str, ...], by: tuple[str, ...] = ("object_id",)) -> Links:
        """The one id that an attribute holds (`principal_object_id`). Unlike a whole unknown list, one unknown id can be traced for certain."""
        found = self.text(*path)
        absent = isinstance(found, Known) and found.value is None
        return Links(values=ValueSet(members=() if absent else (_not_null(found),), at=found.at), to=to, by=by)

    def links(self, *path: str | int, to: tuple[str, ...], by: tuple[str, ...] = ("object_id",)) -> Links:
        """The ids that a list or set attribute holds, as a relation to resources of the kinds `to`. For one id see `link`."""
        return Links(values=self.texts(*path), to=to, by=by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The nested blocks of one type; `open` as in `ValueSet`."""

    members: tuple[Body, ...]
    at: Place
    open: Unknown | None = None

    def __iter__(self) -> Iterator[Body]:
        """Each block in order."""
        return iter(self.members)


def _known_texts(items: Iterable[AnyValue], origin: Origin = "explicit") -> Iterator[Known[str] | Unknown]:
    """The strings among the items of a list. A null is left out: providers do not send it."""
    for item in items:
        member = Body(value=item).text()
        if isinstance(member, Unknown):
            yield member
        elif member.value is not None:
            yield Known(value=member.value, at=member.at, origin=origin)


def _not_null(value: Text) -> Known[str] | Unknown:
    """A text that the caller has checked is not null."""
    if isinstance(value, Unknown):
        return value
    return Known(value=value.value or "", at=value.at, origin=value.origin)
