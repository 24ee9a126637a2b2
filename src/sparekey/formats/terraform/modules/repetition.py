"""`count` and `for_each`: which instances a block has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from sparekey.formats.terraform.lang.types import DYNAMIC, NUMBER, STRING, MapType, ObjectType, SetType
from sparekey.formats.terraform.lang.values import (
    EPHEMERAL,
    SENSITIVE,
    Refinement,
    Unknown,
    Value,
    Why,
    all_marks,
    made_of,
    number,
    sources,
    text,
    wholly_known,
)
from sparekey.formats.terraform.modules.evaluated import Fault

MOST_INSTANCES = 10_000
"""Instances of one block that are expanded; what has more is one possible instance that stands for all."""

Key = str | int | None
Room = Callable[[int], bool]
Mode = Literal["single", "count", "each", "unknown"]


@dataclass(frozen=True, slots=True)
class Repetition:
    """What `each` and `count` are in the body of one instance; None where there is no such thing."""

    key: Value | None = None
    value: Value | None = None
    index: Value | None = None


ONCE = Repetition()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """The instances of a block by key. `unknown`: `stand_in` is for `least` to `most` of them; `by` tells of what kind they are."""

    mode: Mode
    instances: Mapping[Key, Repetition] = field(default_factory=dict)
    by: Literal["count", "each"] = "count"
    stand_in: Repetition = ONCE
    least: int = 0
    most: int | None = None
    why: Why | None = None
    value: Value | None = None
    fault: Fault | None = None

    def assumed(self, key: Key) -> Repetition:
        """The instance of a key that somebody else knows: what `each` and `count` are in it, as far as can be told."""
        if isinstance(key, int):
            return Repetition(index=number(key))
        if isinstance(key, str):
            own = text(key)
            collection = self.value
            if collection is not None and isinstance(collection.type, SetType):
                return Repetition(own, own)
            content = None if collection is None else collection.content
            if isinstance(content, Unknown) and content.members is not None:
                return Repetition(own, content.members(key))
            return Repetition(own, self.stand_in.value)
        return ONCE


SINGLE = Expansion(mode="single", instances={None: ONCE})


def by_count(value: Value, at: Fault, room: Room) -> Expansion:
    """The instances that a `count` of that value makes.

    It is a number already, perhaps null or unknown. `at` is a fault to fill in, `room`
    tells whether so many may be expanded.
    """
    if EPHEMERAL in value.marks:
        return refused(value, _like(at, 'The given "count" is derived from an ephemeral value.'), "count")
    content = value.content
    if content is None:
        return refused(value, _like(at, 'The given "count" argument value is null. An integer is required.'), "count")
    if isinstance(content, Unknown):
        return not_known(value, "count", *_bounds_of_number(content.refinement))
    if isinstance(content, (Fraction, float)) or not isinstance(content, int) or isinstance(content, bool):
        return refused(value, _like(at, 'The given "count" argument value is unsuitable: a whole number is required.'), "count")
    if content < 0:
        detail = 'The given "count" argument value is unsuitable: must be greater than or equal to zero.'
        return refused(value, _like(at, detail), "count")
    if not room(content):
        return too_many(value, content, "count", at)
    return Expansion(mode="count", instances={index: Repetition(index=number(index)) for index in range(content)}, value=value)


def by_each(value: Value, at: Fault, room: Room) -> Expansion:
    """The instances that a `for_each` of that value makes."""
    if SENSITIVE in value.marks:
        detail = "Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments."
        return refused(value, _like(at, detail), "each")
    if EPHEMERAL in value.marks:
        return refused(value, _like(at, 'The given "for_each" value is derived from an ephemeral value.'), "each")
    content = value.content
    if isinstance(content, Unknown):
        if value.type != DYNAMIC and not isinstance(value.type, (MapType, SetType, ObjectType)):
            return refused(value, _like(at, 'The "for_each" argument must be a map, or set of strings.'), "each")
        return not_known(value, "each", *_bounds_of_length(content))
    if content is None:
        detail = 'The given "for_each" argument value is unsuitable: the given "for_each" argument value is null.'
        return refused(value, _like(at, detail), "each")
    if isinstance(content, Mapping) and isinstance(value.type, (MapType, ObjectType)):
        if not room(len(content)):
            return too_many(value, len(content), "each", at)
        return Expansion(mode="each", instances={key: Repetition(text(key), item) for key, item in content.items()}, value=value)
    if isinstance(value.type, SetType) and isinstance(content, tuple):
        return _by_set(value, content, at, room)
    detail = 'The given "for_each" argument value is unsuitable: the "for_each" argument must be a map, or set of strings.'
    return refused(value, _like(at, detail), "each")


def _by_set(value: Value, content: tuple[Value, ...], at: Fault, room: Room) -> Expansion:
    if not content:
        return Expansion(mode="each", value=value)
    if SENSITIVE in all_marks(value):
        return refused(value, _like(at, "Sensitive values cannot be used as for_each arguments."), "each")
    if not wholly_known(value):
        known = {item.content for item in content if isinstance(item.content, str)}
        return not_known(value, "each", max(1, len(known)), len(content))
    refusal = Fault(summary="Invalid for_each set argument", at=at.at)
    if value.type != SetType(STRING):
        return refused(value, _like(refusal, '"for_each" supports maps and sets of strings.'), "each")
    if any(item.content is None for item in content):
        return refused(value, _like(refusal, '"for_each" sets must not contain null values.'), "each")
    if not room(len(content)):
        return too_many(value, len(content), "each", at)
    instances = {item.content: Repetition(item, item) for item in content if isinstance(item.content, str)}
    return Expansion(mode="each", instances={key: instances[key] for key in sorted(instances)}, value=value)


def not_known(value: Value, by: Literal["count", "each"], least: int, most: int | None, fault: Fault | None = None) -> Expansion:
    """The expansion by a value that is not known: one instance that stands for as many as there may be."""
    return Expansion(
        mode="unknown",
        by=by,
        stand_in=_stand_in(value, by),
        least=least,
        most=most,
        why=sources(value)[2] or Why("the number of instances is not known"),
        value=value,
        fault=fault,
    )


def refused(value: Value, fault: Fault, by: Literal["count", "each"]) -> Expansion:
    """The expansion that Terraform refuses to make."""
    return Expansion(
        mode="unknown",
        by=by,
        stand_in=_stand_in(value, by),
        why=Why(f"{fault.summary}: {fault.detail}", at=fault.at),
        value=value,
        fault=fault,
    )


def too_many(value: Value, count: int, by: Literal["count", "each"], at: Fault) -> Expansion:
    """More instances than are expanded here; their number is known."""
    detail = f"{count} instances are more than are expanded here"
    fault = Fault(summary="Too many instances", detail=detail, at=at.at, certain=False, kind="too-much")
    return Expansion(
        mode="unknown",
        by=by,
        stand_in=_stand_in(value, by),
        least=count,
        most=count,
        why=Why(detail, at=at.at),
        value=value,
        fault=fault,
    )


def _stand_in(value: Value, by: Literal["count", "each"]) -> Repetition:
    if by == "count":
        return Repetition(index=made_of(NUMBER, [], refinement=Refinement(not_null=True, least=(0, True))))
    key = made_of(STRING, [value], refinement=Refinement(not_null=True))
    if isinstance(value.type, SetType) and value.type.element != DYNAMIC:
        return Repetition(key, key)
    item = value.type.element if isinstance(value.type, MapType) else DYNAMIC
    return Repetition(key, made_of(item, [value]))


def _bounds_of_number(refinement: Refinement) -> tuple[int, int | None]:
    least = 0
    if refinement.least is not None:
        bound, included = refinement.least
        least = max(0, _ceiling(bound) + (0 if included or _ceiling(bound) != bound else 1))
    most = None
    if refinement.most is not None and isinstance(refinement.most[0], (int, Fraction)):
        bound, included = refinement.most
        most = _floor(bound) - (0 if included or _floor(bound) != bound else 1)
    return least, most


def _ceiling(bound: Fraction | float) -> int:
    return -((-bound) // 1) if isinstance(bound, (int, Fraction)) else 0


def _floor(bound: Fraction | float) -> int:
    return bound // 1 if isinstance(bound, (int, Fraction)) else 0


def _bounds_of_length(content: Unknown) -> tuple[int, int | None]:
    least, most = content.refinement.shortest, content.refinement.longest
    if content.exact:
        least = max(least, 1 if content.holds else 0)
        most = len(content.holds) if most is None else min(most, len(content.holds))
    return least, most


def _like(fault: Fault, detail: str) -> Fault:
    return Fault(summary=fault.summary, detail=detail, at=fault.at, stage=fault.stage)
