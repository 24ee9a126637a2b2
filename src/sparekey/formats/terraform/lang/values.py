"""Values of Terraform's language: known, null or unknown, with their type, their marks, and where an unknown comes from.

A value holds, by type: `str`; `int`, a dyadic `Fraction` of at most 512 bits or an infinite `float` (Terraform's numbers are
big floats of 512 bits); `bool`; a tuple of values (list, tuple, and set in Terraform's order without repeats); a dict of values
by key in the order of its keys (map, object); `None` for null; and an `Unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from sparekey.formats.terraform.lang.types import BOOL, DYNAMIC, NUMBER, STRING, ObjectType, TupleType, Type
from sparekey.model.span import Span

SENSITIVE = "sensitive"
EPHEMERAL = "ephemeral"

Marks = frozenset[str]
NO_MARKS: Marks = frozenset()


class EvaluationError(Exception):
    """Terraform would refuse this. `summary` is its own heading ("Invalid index"), `span` is where (None: the whole expression)."""

    def __init__(self, summary: str, detail: str = "", span: Span | None = None) -> None:
        super().__init__(f"{summary}: {detail}" if detail else summary)
        self.summary = summary
        self.detail = detail
        self.span = span


class TooMuchError(Exception):
    """The work asked for is more than this reader does. Terraform might do it, so the result is unknown, never an error."""


@dataclass(frozen=True, slots=True)
class Source:
    """An attribute of one instance: what an unknown value is, or is made of.

    `address` is the instance's own (`module.a["x"].azuread_group.g[0]`), `attribute` dotted ("" for the whole instance).
    """

    address: str
    attribute: str

    @property
    def identity(self) -> str:
        """The world in which it is unique: an object id in the directory, an `id` among the instances of its type; "" for none.

        What is looked up may be what is managed here as well, and what stands for many instances may be the same one twice. Ids that
        name another thing (`tenant_id`, `client_id`) are shared, and an association may have the `id` of what it associates.
        """
        type_ = _MANAGED.search(_KEYS.sub("", self.address))
        if type_ is None or "*" in self.address or self.attribute not in ("id", "object_id"):
            return ""
        return self.attribute if self.attribute == "object_id" else f"{type_[1]}.id"

    def differs(self, other: Source) -> bool:
        """Whether the two are certainly not equal: each is the own id of another object. False where that cannot be told."""
        return self.address != other.address and self.identity != "" and self.identity == other.identity


_KEYS = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')
_MANAGED = re.compile(r"^(?:module\.[^.]+\.)*(?!data\.|module\.)([^.]+)\.[^.]+$")
"""The address of a resource without its keys, and its type."""


@dataclass(frozen=True, slots=True)
class Refinement:
    """What is known of an unknown value all the same. Bounds of a number are (bound, inclusive)."""

    not_null: bool = False
    prefix: str = ""
    least: tuple[int | Fraction | float, bool] | None = None
    most: tuple[int | Fraction | float, bool] | None = None
    shortest: int = 0
    longest: int | None = None


NO_REFINEMENT = Refinement()


@dataclass(frozen=True, slots=True)
class Why:
    """Why a value is not known: what is missing, where that is declared, and how to supply it. Shown to people."""

    reason: str
    how: str = ""
    at: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """The content of a value that is not known.

    `is_`: it is exactly this attribute's value, passed on unchanged. `among`: everything that it may be made of, wholly or in
    part, but for what `beyond` names: a dead end ("variable x has no value") behind which there may be other things. `holds`:
    values that certainly stand in it, as members of a collection or inside a text, whatever else does. `members` gives the value
    of an attribute (by name) or of an item (by whole number) where those are known or can be traced although the whole is not: a
    resource whose schema nobody knows. `exact`: for a collection, `holds` are all the members there are (their number may differ
    because equal ones merge). For a text, `encodes` is the value whose JSON or YAML it is, and `pieces` are what it is put together
    of, in order: known parts, and strings that are not known.
    """

    why: Why
    is_: Source | None = None
    among: frozenset[Source] = frozenset()
    beyond: str = ""
    holds: tuple[Value, ...] = ()
    exact: bool = False
    refinement: Refinement = NO_REFINEMENT
    members: Callable[[str | int], Value] | None = None
    encodes: Value | None = None
    pieces: tuple[str | Value, ...] = ()


Content = str | int | Fraction | float | bool | tuple["Value", ...] | Mapping[str, "Value"] | Unknown | None


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A typed value. Compare with `operators.equal` (Terraform's own) or `same` (identity of tests)."""

    type: Type
    content: Content
    marks: Marks = NO_MARKS
    _weight: int = field(default=-1, init=False, repr=False)

    @property
    def weight(self) -> int:
        """How many values stand in it, each as often as it does: what it costs to look at all of it. Counted once."""
        if self._weight < 0:
            _weigh(self)
        return self._weight

    @property
    def unknown(self) -> Unknown | None:
        """The unknown that it is, if it is one."""
        return self.content if isinstance(self.content, Unknown) else None

    @property
    def known(self) -> bool:
        """Whether the value itself is known; its members need not be."""
        return not isinstance(self.content, Unknown)

    @property
    def null(self) -> bool:
        """Whether it is certainly null."""
        return self.content is None

    def marked(self, marks: Iterable[str]) -> Value:
        """The value with further marks."""
        more = self.marks | frozenset(marks)
        return self if more == self.marks else replace(self, marks=more)

    def unmarked(self) -> Value:
        """The value without its own marks (its members keep theirs)."""
        return self if not self.marks else replace(self, marks=NO_MARKS)


def _weigh(value: Value) -> None:
    """Count a value and everything in it that was not counted before. What is in two places is counted once and added twice."""
    stack = [value]
    while stack:
        one = stack[-1]
        parts = _parts(one.content)
        waiting = [part for part in parts if part._weight < 0]  # noqa: SLF001
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        total = sum(part._weight for part in parts) + len(parts)  # noqa: SLF001
        object.__setattr__(one, "_weight", total)


def _parts(content: Content) -> Sequence[Value]:
    if isinstance(content, tuple):
        return content
    if isinstance(content, Mapping):
        return tuple(content.values())
    return content.holds if isinstance(content, Unknown) else ()


TRUE = Value(BOOL, True)
FALSE = Value(BOOL, False)
NULL = Value(DYNAMIC, None)


def text(value: str) -> Value:
    """A known string."""
    return Value(STRING, value)


def number(value: Fraction | float) -> Value:
    """A known number; see the module on which Python numbers may stand here."""
    return Value(NUMBER, value)


def boolean(value: bool) -> Value:  # noqa: FBT001
    """A known boolean."""
    return TRUE if value else FALSE


def tuple_of(items: Iterable[Value]) -> Value:
    """A tuple of these values."""
    content = tuple(items)
    return Value(TupleType(tuple(item.type for item in content)), content)


def object_of(attributes: Mapping[str, Value]) -> Value:
    """An object of these attributes."""
    content = {name: attributes[name] for name in sorted(attributes)}
    return Value(ObjectType({name: item.type for name, item in content.items()}), content)


def unknown(type_: Type, why: Why, *, not_null: bool = False) -> Value:
    """An unknown of which nothing but its reason is known, and behind which there may be anything."""
    return Value(type_, Unknown(why=why, beyond=why.reason, refinement=Refinement(not_null=not_null)))


def sources(value: Value) -> tuple[frozenset[Source], str, Why | None]:
    """Everything that a value may be made of, at any depth; the first dead end ("" for none); the first reason (None: wholly known)."""
    found: set[Source] = set()
    beyond = ""
    why: Why | None = None
    stack = [value]
    while stack:
        content = stack.pop().content
        if isinstance(content, Unknown):
            found |= content.among
            if content.is_ is not None:
                found.add(content.is_)
            beyond = beyond or content.beyond
            why = why or content.why
            stack.extend(reversed(content.holds))
        elif isinstance(content, tuple):
            stack.extend(reversed(content))
        elif isinstance(content, Mapping):
            stack.extend(reversed(list(content.values())))
    return frozenset(found), beyond, why


def made_of(
    type_: Type,
    parts: Iterable[Value],
    *,
    refinement: Refinement = NO_REFINEMENT,
    holds: Iterable[Value] = (),
    exact: bool = False,
) -> Value:
    """An unknown that some operation will make of `parts`, at least one of which is not wholly known.

    It may come from whatever any of them comes from, and bears the marks of all. `holds` and `exact` as in `Unknown`.
    """
    among: set[Source] = set()
    beyond = ""
    why: Why | None = None
    marks: set[str] = set()
    for part in parts:
        found, end, reason = sources(part)
        among |= found
        beyond = beyond or end
        why = why or reason
        marks |= all_marks(part)
    content = Unknown(
        why=why or Why("a value that is not known"),
        among=frozenset(among),
        beyond=beyond,
        holds=tuple(holds),
        exact=exact,
        refinement=refinement,
    )
    return Value(type_, content, frozenset(marks))


def all_marks(value: Value) -> Marks:
    """The marks of a value and of everything in it."""
    marks: set[str] = set()
    stack = [value]
    while stack:
        one = stack.pop()
        marks |= one.marks
        if isinstance(one.content, tuple):
            stack.extend(one.content)
        elif isinstance(one.content, Mapping):
            stack.extend(one.content.values())
    return frozenset(marks)


def wholly_known(value: Value) -> bool:
    """Whether nothing in the value is unknown, at any depth."""
    stack = [value]
    while stack:
        content = stack.pop().content
        if isinstance(content, Unknown):
            return False
        if isinstance(content, tuple):
            stack.extend(content)
        elif isinstance(content, Mapping):
            stack.extend(content.values())
    return True
