"""From the plain JSON of one resource to values, built only as far as a mapping asks.

Three trees lie over each other: the values, the mask of what is unknown and the mask of what is sensitive. What is sensitive,
or named like a secret, becomes an unknown at once: its text is in no value that leaves this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from sparekey.formats.secrets import names_a_secret
from sparekey.formats.terraform_plan.instances import holds_true
from sparekey.formats.terraform_plan.schema import UNREADABLE
from sparekey.model.span import Pointer
from sparekey.model.value import AnyValue, Known, Reference, Unknown

MOST_LEVELS = 64
"""Values nested deeper are unknown. No provider's schema comes near; it keeps hostile input from exhausting the stack."""

_FALSE = False
_NOTHING: Mapping[str, object] = {}
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """What an unknown can come from (see `Unknown`). `value` is what the source says in its stead, where it says more."""

    refs: tuple[Reference, ...] = ()
    beyond: str = ""
    how: str = ""
    unwritten: bool = False
    value: AnyValue | None = None


class Ask(Protocol):
    """Traces the unknown at `path` of one resource. `hidden`: it is sensitive, so that known values may be behind it as well."""

    def __call__(self, path: Path, *, hidden: bool) -> Traced:
        """What the value can come from."""
        ...


class Place:
    """Where one value of one resource stands. How a person would call it is put together only where somebody asks.

    Made for every value that is read, and therefore a plain class: a frozen one takes three times as long.
    """

    __slots__ = ("_lone", "_parent", "_step", "address", "ask", "at", "depth", "name", "vague")

    def __init__(self, *, address: str, at: Pointer, ask: Ask, vague: bool = False) -> None:
        self.address, self.at, self.ask, self.vague = address, at, ask, vague
        self.depth, self.name = 0, ""
        self._parent: Place | None = None
        self._step: str | int = ""
        self._lone = False

    def member(self, name: str) -> Place:
        """The place of a member."""
        below = self._below(name)
        below.name = name
        return below

    def item(self, index: int, *, lone: bool) -> Place:
        """The place of an item. The only item of a list is called like the list: it is mostly a block that may stand once."""
        return self._below(index, lone=lone)

    def _below(self, step: str | int, *, lone: bool = False) -> Place:
        below = Place(address=self.address, at=self.at.child(step), ask=self.ask, vague=self.vague)
        below.depth, below.name = self.depth + 1, self.name
        below._parent, below._step, below._lone = self, step, lone
        return below

    def vaguely(self, at: Pointer | None = None) -> Place:
        """The same place where the plan shows no values: what is not marked as unknown is not known either."""
        same = Place(address=self.address, at=at or self.at, ask=self.ask, vague=True)
        same.depth, same.name = self.depth, self.name
        same._parent, same._step, same._lone = self._parent, self._step, self._lone
        return same

    @property
    def is_item(self) -> bool:
        """Whether it is an item of a list."""
        return isinstance(self._step, int)

    @property
    def path(self) -> Path:
        """The names and indexes that lead here from the resource."""
        return () if self._parent is None else (*self._parent.path, self._step)

    @property
    def label(self) -> str:
        """The path as a person writes it."""
        if self._parent is None:
            return ""
        above = self._parent.label
        if isinstance(self._step, int):
            return above if self._lone else f"{above}[{self._step}]"
        return f"{above}.{self._step}" if above else self._step

    def unknown(self) -> AnyValue:
        """The unknown that stands here until the plan is applied, or what the source says instead."""
        traced = self.ask(self.path, hidden=False)
        if traced.value is not None:
            return traced.value
        what = f"what will {self.label} of {self.address} be?" if self.label else f"what will {self.address} be?"
        return Unknown(
            reason=what, at=self.at, how=traced.how, refs=traced.refs, beyond=traced.beyond, unwritten=traced.unwritten
        )

    def hidden(self) -> Unknown:
        """The unknown that stands here for a secret."""
        traced = self.ask(self.path, hidden=True)
        what = f"sensitive: {self.label or 'the whole'} of {self.address}"
        return Unknown(
            reason=what,
            at=self.at,
            how="nothing can be shown of it: waive the unknown, or write the value so that the plan does not hide it",
            refs=traced.refs,
            beyond=traced.beyond,
        )

    def unreadable(self, why: str) -> Unknown:
        """The unknown that stands here for what is no sensible value."""
        return Unknown(reason=f"{why} in {self.label or 'the whole'} of {self.address}", at=self.at, how="make the plan again")


class Members(Mapping[str, AnyValue]):
    """The attributes of a block or of a whole resource, each made into a value when it is asked for."""

    __slots__ = ("_made", "_mask", "_place", "_raw", "_secret")

    def __init__(self, place: Place, raw: Mapping[str, object], mask: object, secret: object) -> None:
        self._place = place
        self._raw = raw
        self._mask: Mapping[str, object] = mask if isinstance(mask, dict) else _NOTHING
        self._secret: Mapping[str, object] = secret if isinstance(secret, dict) else _NOTHING
        self._made: dict[str, AnyValue] = {}

    def __getitem__(self, name: str) -> AnyValue:
        """The value; KeyError where the plan proves that there is none."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._make(name)
        return made

    def _make(self, name: str) -> AnyValue:
        place = self._place.member(name)
        mask = self._mask.get(name, _FALSE)
        secret = self._secret.get(name, _FALSE)
        if name in self._raw:
            return lift(place, self._raw[name], mask, secret)
        if holds_true(mask):
            return lift(place.vaguely(), None, mask, secret)
        if self._place.vague:
            return place.vaguely(self._place.at).unknown()
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        """The names of everything that the plan shows or calls unknown."""
        yield from self._raw
        yield from (name for name, mask in self._mask.items() if name not in self._raw and holds_true(mask))

    def __len__(self) -> int:
        """How many names there are."""
        return sum(1 for _ in self)


def lift(place: Place, raw: object, mask: object, secret: object) -> AnyValue:
    """The value of `raw` at `place`, where `mask` says what in it is unknown and `secret` what is sensitive.

    Where the shapes of the three do not fit each other, the value is unknown as a whole: nothing is guessed.
    """
    if mask is _FALSE and secret is _FALSE and isinstance(raw, str | bool) and place.depth <= MOST_LEVELS:
        # What most values are: a plain known one, decided without looking any further.
        return place.hidden() if isinstance(raw, str) and names_a_secret(place.name) else Known(value=raw, at=place.at)
    if raw is UNREADABLE or mask is UNREADABLE or secret is UNREADABLE:
        return place.unreadable("a number that is too large, or too deep a nesting,")
    if mask is True:
        return place.unknown() if secret is not True else place.hidden()
    hides = secret is True or (isinstance(raw, str) and names_a_secret(place.name))
    if hides and (raw is not None or holds_true(mask)):
        return place.hidden()
    if place.depth > MOST_LEVELS:
        return place.unreadable("more levels than any provider has")
    if isinstance(raw, dict):
        if not isinstance(mask, dict) and holds_true(mask):
            return place.unknown()
        return place.hidden() if not isinstance(secret, dict) and holds_true(secret) else _members(place, raw, mask, secret)
    if isinstance(raw, list):
        return _items(place, raw, mask, secret)
    if holds_true(mask):
        if raw is None and isinstance(mask, dict):
            return _members(place.vaguely(), {}, mask, secret)
        if raw is None and isinstance(mask, list):
            # The values are not shown at all: what the mask does not call unknown is not known either.
            return _items(place.vaguely(), [None] * len(mask), mask, secret)
        return place.unknown()
    if raw is None:
        # Where Terraform does not show an unknown, it leaves an attribute out and puts null for an item of a list.
        return place.unknown() if place.vague and place.is_item else Known(value=None, at=place.at, origin="default")
    return place.hidden() if holds_true(secret) else Known(value=raw, at=place.at)


def _members(place: Place, raw: Mapping[str, object], mask: object, secret: object) -> AnyValue:
    return Known(value=Members(place, raw, mask, secret), at=place.at)


def _items(place: Place, raw: list[object], mask: object, secret: object) -> AnyValue:
    if not isinstance(mask, list):
        if holds_true(mask):
            return place.unknown()
        mask = []
    if not isinstance(secret, list):
        if holds_true(secret):
            return place.hidden()
        secret = []
    if len(secret) != len(raw) and holds_true(secret):
        # Of a set the marks cannot be matched to the members unless there are as many.
        return place.hidden()
    extra = [position for position in range(len(raw), len(mask)) if holds_true(mask[position])]
    length = extra[-1] + 1 if extra else len(raw)
    items: list[AnyValue] = []
    for position in range(length):
        inner = place.item(position, lone=length == 1)
        inner_mask = mask[position] if position < len(mask) else _FALSE
        if position < len(raw):
            items.append(lift(inner, raw[position], inner_mask, secret[position] if position < len(secret) else _FALSE))
        else:
            items.append(lift(inner.vaguely(), None, inner_mask, _FALSE))
    return Known(value=tuple(items), at=place.at)
