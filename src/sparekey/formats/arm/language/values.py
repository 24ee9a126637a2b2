"""Values of the template language, with the three outcomes of every expression: known, later, refused.

A value is what JSON holds (None, a boolean, a whole number, a float, a text, a list, a dict) or `Later`. A list or a dict may hold
`Later`s: its shape is known all the same. What the deployment engine refuses is an `EvaluationError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from sparekey.formats.arm.language.tree import Node

LONGEST_TEXT = 4 * 1024 * 1024
"""Characters of a text; the deployment engine takes no template above 4 MB."""

MOST_STEPS = 2_000_000
"""Calls, and members looked at, in one document."""

MOST_STEPS_OF_ONE = 500_000
"""The same in one expression, so that one that explodes leaves the others their share."""

MOST_LOOKS = 200_000
"""Members that one comparison looks at, or that one value may show."""

FEW_LOOKS = 64
"""Members that are looked at before the work is told."""

MOST_SOURCES = 256
"""Things that one unknown names as what it comes from; no value of a template comes from so many."""

LONGEST_PATTERN = 4096
"""Characters of the text that stands for a value which is not known; an id has some 300."""

DEEPEST = 100
"""Calls within calls in one expression, and properties behind each other."""

DEEPEST_OVER_ALL = 160
"""Calls within calls over parameters, variables and functions of the template's own; each of those counts as five."""


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that a value will come from: the id or symbolic name that a runtime function is asked about, and what of it."""

    target: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """A value that exists only during the deployment, or that nobody gave.

    `reason` says why as a noun or a question. `sources` are what it will come from, `exact` says that it is the one source's
    property itself, not computed from it. `hidden`: it may come from somewhere else as well. `pattern` is the text that it
    will be, with names in braces for what nobody says: two values of one pattern are the same text, whatever it is.
    `declared` is the declaration of the parameter whose value it is, at `pointer` of `file`. `parts` are what a text, or the text that it
    encodes, is put together of, in order: None is what is not known.
    """

    reason: str
    sources: tuple[Source, ...] = ()
    exact: bool = False
    hidden: bool = False
    how: str = ""
    pattern: str = ""
    file: str = ""
    pointer: str | None = None
    declared: object = field(default=None, compare=False, repr=False)
    parts: tuple[str | None, ...] = field(default=(), compare=False, repr=False)

    def member(self, name: str) -> Later:
        """A property of it."""
        pattern = f"{{{self.pattern}.{name}}}" if 0 < len(self.pattern) + len(name) < LONGEST_PATTERN and self.pattern else ""
        if not self.exact:
            return replace(self, pattern=pattern, declared=None, parts=())
        (source,) = self.sources
        if len(source.path) + len(name) > LONGEST_PATTERN:
            return replace(self, pattern="", exact=False, hidden=True, declared=None)
        path = f"{source.path}.{name}" if source.path else name
        return replace(self, sources=(Source(source.target, path),), pattern=pattern, declared=None, parts=())


class OpenObject(dict[str, "Value"]):
    """An object of which some members are known, and of which there may be more: what a template sets of a resource."""

    __slots__ = ("rest",)

    def __init__(self, held: dict[str, Value], rest: Later) -> None:
        super().__init__(held)
        self.rest = rest


class OpenList(list["Value"]):
    """An array as a template sets it of a resource: the service may have added to it."""

    __slots__ = ("rest",)

    def __init__(self, held: list[Value], rest: Later) -> None:
        super().__init__(held)
        self.rest = rest


def opened(value: Value, rest: Later, spend: Spend) -> Value:
    """A value as a template sets it of a resource, to which the service may add at every level; `spend` is told the work. Raises TooMuchError."""
    if isinstance(value, dict):
        # What stands in a value many times over is opened as often.
        spend(1 + 6 * len(value))
        return OpenObject({key: opened(item, rest.member(key), spend) for key, item in value.items()}, rest)
    if isinstance(value, list):
        spend(1 + 6 * len(value))
        return OpenList([opened(item, rest.member(str(index)), spend) for index, item in enumerate(value)], rest)
    return value


@dataclass(frozen=True, slots=True)
class Lambda:
    """A function that an expression writes out. Only the functions that take one see it."""

    names: tuple[str, ...]
    body: Node
    frame: Mapping[str, Value]


Spend: TypeAlias = Callable[[int], None]
"""Is told steps of work. Raises TooMuchError."""

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | Later | Lambda | None"


class EvaluationError(Exception):
    """Why the deployment engine refuses an expression."""


class TooMuchError(Exception):
    """An expression that is deeper, longer or more work than this reader takes."""


class NotYetError(Exception):
    """Raised within a function that needs what only the deployment knows."""

    def __init__(self, later: Later) -> None:
        super().__init__(later.reason)
        self.later = later


@dataclass(slots=True)
class Budget:
    """How much work a document may still make."""

    left: int = MOST_STEPS
    floor: int = 0
    depth: int = 0
    parsed: dict[str, Node] = field(default_factory=dict)

    @contextmanager
    def half(self) -> Iterator[None]:
        """Within, no more than half of what is left may be spent: there is always something left for what comes after."""
        floor = self.floor
        self.floor = max(floor, self.left - self.left // 2)
        try:
            yield
        finally:
            self.floor = floor

    def spend(self, steps: int = 1) -> None:
        """Count work. Raises TooMuchError."""
        self.left -= steps
        if self.left < self.floor:
            # What is not done costs nothing: the rest of the document keeps its share.
            self.left = self.floor
            raise TooMuchError("makes more work than any template needs")


_BRACED = re.compile(r"\{[^{}]*\}")
"""Braces that hold no others."""
_BRACE = re.compile("[{}]")

_NAMES = {
    "NoneType": "null",
    "bool": "boolean",
    "int": "integer",
    "float": "float",
    "str": "string",
    "list": "array",
    "dict": "object",
    "OpenObject": "object",
    "OpenList": "array",
    "Lambda": "lambda",
    "Later": "later",
}


def as_value(raw: object) -> Value:
    """JSON as it was read, as a value. Raises TypeError for what JSON cannot hold."""
    if raw is None or isinstance(raw, (bool, int, float, str)):
        return raw
    if isinstance(raw, (list, dict)):
        return raw
    raise TypeError(type(raw))


def type_name(value: Value) -> str:
    """The language's word for the type of a value."""
    return _NAMES[type(value).__name__]


def merged(values: Iterable[Value], reason: str = "", spend: Spend | None = None, *, pattern: str = "") -> Later:
    """One unknown for something computed from several; `spend` is told the work. What has too many sources may come from others as well."""
    found = [each for value in values for each in laters(value, spend)]
    sources = tuple(dict.fromkeys(source for later in dict.fromkeys(found) for source in later.sources))
    first = found[0] if found else Later(reason)
    return Later(
        reason=reason or first.reason,
        sources=sources[:MOST_SOURCES],
        hidden=len(sources) > MOST_SOURCES or any(later.hidden or not later.sources for later in found),
        how=first.how,
        file=first.file,
        pointer=first.pointer,
        pattern=pattern,
    )


def pattern_of(value: Value) -> str:
    """The text that a value is or will be, with names in braces for what nobody says; "" where that cannot be told."""
    if isinstance(value, Later):
        return value.pattern
    if isinstance(value, (str, int)) and "{" not in (text := str(value)) and "}" not in text:
        return text
    return ""


def split_pattern(later: Later) -> list[Value]:
    """The parts between the slashes of a text that is known by its pattern only."""
    pieces, depth = [""], 0
    for letter in later.pattern:
        depth += (letter == "{") - (letter == "}")
        if letter == "/" and not depth:
            pieces.append("")
        else:
            pieces[-1] += letter
    return [
        replace(later, pattern=piece, exact=False, declared=None, parts=()) if "{" in piece else piece
        for piece in pieces
        if piece
    ]


@lru_cache(maxsize=4096)
def folded(pattern: str) -> str:
    """A pattern for comparison without case, which does not touch what stands in braces."""
    braced = _BRACED.findall(pattern)
    if len(braced) == pattern.count("{") == pattern.count("}") and all(each == each.lower() for each in braced):
        return pattern.lower()
    pieces, depth, start = [], 0, 0
    for brace in _BRACE.finditer(pattern):
        at = brace.start()
        if not depth:
            pieces.append(pattern[start:at].lower())
            start = at
        depth += 1 if pattern[at] == "{" else -1
        if not depth:
            pieces.append(pattern[start : at + 1])
            start = at + 1
    return "".join((*pieces, pattern[start:].lower()))


def laters(value: Value, spend: Spend | None = None) -> list[Later]:
    """Every unknown within a value; `spend` is told the work."""
    if isinstance(value, Later):
        return [value]
    found: list[Later] = []
    stack: list[Value] = [value]
    seen: set[int] = set()
    looked = 0
    told = 0
    while stack:
        one = stack.pop()
        if spend is not None and looked - told >= FEW_LOOKS:
            spend((looked - told) >> 3)
            told = looked
        if isinstance(one, (list, dict)):
            # A list that holds one other many times over is looked into once.
            if id(one) in seen:
                continue
            seen.add(id(one))
        if isinstance(one, Later):
            found.append(one)
            looked += 16 + len(one.sources)
        elif isinstance(one, list):
            stack.extend(reversed(one))
            looked += len(one)
        elif isinstance(one, dict):
            stack.extend(reversed(one.values()))
            looked += len(one)
            if isinstance(one, OpenObject):
                stack.append(one.rest)
    if spend is not None:
        spend((looked - told) >> 3)
    return found


def settled(value: Value, spend: Spend | None = None) -> Value:
    """The value, if nothing in it is unknown; `spend` is told the work. Raises NotYetError."""
    if isinstance(value, (list, dict, Later)) and laters(value, spend):
        raise NotYetError(merged((value,)))
    return value


def find(held: dict[str, Value], name: str) -> str | None:
    """The key of an object that a name means, which compares without case; None where there is none."""
    if name in held:
        return name
    wanted = fold(name)
    return next((key for key in held if len(key) == len(name) and fold(key) == wanted), None)


def fold(text: str) -> str:
    """A text for comparison without case as .NET's ordinal comparison does it: letter by letter, never changing lengths."""
    return text.upper() if text.isascii() else "".join(map(upper_of, text))


def upper_of(letter: str) -> str:
    """The upper-case letter of a letter in the invariant culture."""
    if letter in "\u0131\u017f":
        return letter
    upper = letter.upper()
    return upper if len(upper) == 1 else letter


def lower_of(letter: str) -> str:
    """The lower-case letter of a letter in the invariant culture."""
    lower = letter.lower()
    return lower if len(lower) == 1 else letter


def units(text: str) -> int:
    """The length of a text in UTF-16 units, which is how the engine counts."""
    return len(text) if text.isascii() else len(text) + sum(1 for letter in text if letter > "\uffff")


def sliced(text: str, start: int, end: int) -> str:
    """A stretch of a text in UTF-16 units. Raises EvaluationError where it would cut a character in two."""
    if text.isascii() or units(text) == len(text):
        return text[start:end]
    data = text.encode("utf-16-le", "surrogatepass")[start * 2 : end * 2]
    try:
        return data.decode("utf-16-le")
    except UnicodeDecodeError:
        raise EvaluationError("half a character is no text") from None


def capped(text: str) -> str:
    """The text, if it is not absurdly long. Raises TooMuchError."""
    if len(text) > LONGEST_TEXT:
        raise TooMuchError("makes a text longer than 4 MiB")
    return text
