"""Regular expressions of RE2's syntax, matched in time that grows with the product of pattern and text, never faster.

A pattern becomes a small program that is tried with backtracking; no state (instruction, place) is tried twice, as what failed
there once fails again. So no pattern explodes, and the work of one call is counted all the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sparekey.formats.terraform.lang.regex_classes import Letters
from sparekey.formats.terraform.lang.regex_syntax import At, Choice, Group, Node, Repeat, Sequence, Set, parse
from sparekey.formats.terraform.lang.values import TooMuchError

MOST_INSTRUCTIONS: Final = 20_000
"""The size of the largest program: a bound on memory."""

MOST_STEPS: Final = 3_000_000
"""Instructions that one call may try: a bound on time, about two seconds."""

Spans = tuple[tuple[int, int] | None, ...]
"""Where the match and each group stand; None for a group that took no part."""

_LETTER, _SPLIT, _MARK, _PLACE, _GO, _DONE = range(6)
_WORD: Final = frozenset("0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


@dataclass(slots=True)
class _Step:
    """One instruction: what it does, where it goes on, and what it needs."""

    kind: int
    next: int = -1
    other: int = -1
    letters: Letters | None = None
    slot: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the program: where it starts, the exits that are still open, and whether it matches the empty text."""

    start: int
    exits: list[tuple[int, bool]]
    nullable: bool


class _Builder:
    def __init__(self) -> None:
        self.steps: list[_Step] = []

    def add(self, step: _Step) -> int:
        if len(self.steps) >= MOST_INSTRUCTIONS:
            raise TooMuchError("a regular expression that is too large")
        self.steps.append(step)
        return len(self.steps) - 1

    def connect(self, exits: list[tuple[int, bool]], target: int) -> None:
        for at, other in exits:
            if other:
                self.steps[at].other = target
            else:
                self.steps[at].next = target

    def single(self, step: _Step, *, nullable: bool = True) -> _Piece:
        at = self.add(step)
        return _Piece(at, [(at, False)], nullable)

    def build(self, node: Node) -> _Piece:
        if isinstance(node, Set):
            return self.single(_Step(_LETTER, letters=node.letters), nullable=False)
        if isinstance(node, At):
            return self.single(_Step(_PLACE, place=node.place))
        if isinstance(node, Group):
            opening = self.single(_Step(_MARK, slot=2 * node.number))
            inner = self.build(node.of)
            closing = self.single(_Step(_MARK, slot=2 * node.number + 1))
            return self.after(self.after(opening, inner), closing)
        if isinstance(node, Sequence):
            piece: _Piece | None = None
            for part in node.parts:
                following = self.build(part)
                piece = following if piece is None else self.after(piece, following)
            return piece or self.single(_Step(_GO))
        if isinstance(node, Choice):
            piece = self.build(node.parts[0])
            for part in node.parts[1:]:
                piece = self.either(piece, self.build(part))
            return piece
        return self.repeat(node)

    def after(self, one: _Piece, following: _Piece) -> _Piece:
        self.connect(one.exits, following.start)
        return _Piece(one.start, following.exits, one.nullable and following.nullable)

    def either(self, one: _Piece, other: _Piece) -> _Piece:
        at = self.add(_Step(_SPLIT, next=one.start, other=other.start))
        return _Piece(at, one.exits + other.exits, one.nullable or other.nullable)

    def perhaps(self, piece: _Piece, *, greedy: bool) -> _Piece:
        at = self.add(_Step(_SPLIT, next=piece.start) if greedy else _Step(_SPLIT, other=piece.start))
        return _Piece(at, [(at, greedy), *piece.exits], nullable=True)

    def loop(self, piece: _Piece, *, greedy: bool) -> _Piece:
        at = self.add(_Step(_SPLIT, next=piece.start) if greedy else _Step(_SPLIT, other=piece.start))
        self.connect(piece.exits, at)
        return _Piece(at, [(at, greedy)], nullable=True)

    def once_or_more(self, piece: _Piece, *, greedy: bool) -> _Piece:
        return _Piece(piece.start, self.loop(piece, greedy=greedy).exits, piece.nullable)

    def any_number(self, piece: _Piece, *, greedy: bool) -> _Piece:
        if piece.nullable:
            # So that what matches the empty text is preferred in the order in which the pattern has it.
            return self.perhaps(self.once_or_more(piece, greedy=greedy), greedy=greedy)
        return self.loop(piece, greedy=greedy)

    def repeat(self, node: Repeat) -> _Piece:
        of, greedy = node.of, node.greedy
        if node.most == 0 or (isinstance(of, Sequence) and not of.parts):
            return self.single(_Step(_GO))
        if node.most is None and node.least == 0:
            return self.any_number(self.build(of), greedy=greedy)
        piece: _Piece | None = None
        copies = node.least - 1 if node.most is None else node.least
        for _ in range(copies):
            following = self.build(of)
            piece = following if piece is None else self.after(piece, following)
        if node.most is None:
            last = self.once_or_more(self.build(of), greedy=greedy)
            return last if piece is None else self.after(piece, last)
        optional = self.optional(of, node.most - node.least, greedy=greedy)
        if optional is None:
            return piece or self.single(_Step(_GO))
        return optional if piece is None else self.after(piece, optional)

    def optional(self, of: Node, times: int, *, greedy: bool) -> _Piece | None:
        """`(x(x(x)?)?)?`."""
        inner: _Piece | None = None
        for _ in range(times):
            piece = self.build(of)
            inner = self.perhaps(piece if inner is None else self.after(piece, inner), greedy=greedy)
        return inner


def _holds(place: str, text: str, at: int) -> bool:
    """Whether a condition on the place is met."""
    if place == "text start":
        return at == 0
    if place == "text end":
        return at == len(text)
    if place == "line start":
        return at == 0 or text[at - 1] == "\n"
    if place == "line end":
        return at == len(text) or text[at] == "\n"
    before = at > 0 and text[at - 1] in _WORD
    behind = at < len(text) and text[at] in _WORD
    return (before != behind) == (place == "boundary")


class Pattern:
    """A compiled expression. `names` are those of its groups in order, "" for one without."""

    def __init__(self, written: str) -> None:
        parsed = parse(written)
        builder = _Builder()
        piece = builder.build(parsed.node)
        builder.connect(piece.exits, builder.add(_Step(_DONE)))
        self.names = parsed.names
        self._steps = builder.steps
        self._start = piece.start
        first = parsed.node
        while isinstance(first, Sequence | Group) and not (isinstance(first, Sequence) and not first.parts):
            first = first.of if isinstance(first, Group) else first.parts[0]
        self._anchored = isinstance(first, At) and first.place == "text start"
        self._first = first.letters if isinstance(first, Set) else None

    def _search(self, text: str, start: int, budget: list[int]) -> Spans | None:
        """The leftmost match at or behind a place."""
        tried: set[int] = set()
        last = 0 if self._anchored else len(text)
        first = self._first
        for at in range(start, last + 1):
            if first is not None and (at == len(text) or not first.has(text[at])):
                continue
            found = self._try(text, at, tried, budget)
            if found is not None:
                return found
        return None

    def _try(self, text: str, start: int, tried: set[int], budget: list[int]) -> Spans | None:
        """The match at a place. `tried`: the forks that failed already, as instruction and place in one number."""
        steps, size = self._steps, len(text)
        slots = [-1] * (2 * len(self.names) + 2)
        slots[0] = start
        # What to try next: (instruction, place), or a slot to set back (its number negative, less one).
        stack: list[tuple[int, int]] = [(self._start, start)]
        work = 0
        while stack:
            pc, at = stack.pop()
            if pc < 0:
                slots[-pc - 1] = at
                continue
            while True:
                work += 1
                step = steps[pc]
                kind = step.kind
                if kind == _LETTER:
                    if at >= size or not step.letters.has(text[at]):  # type: ignore[union-attr]
                        break
                    at += 1
                elif kind == _SPLIT:
                    state = pc * (size + 1) + at
                    if state in tried:
                        break
                    tried.add(state)
                    stack.append((step.other, at))
                elif kind == _MARK:
                    stack.append((-step.slot - 1, slots[step.slot]))
                    slots[step.slot] = at
                elif kind == _PLACE:
                    if not _holds(step.place, text, at):
                        break
                elif kind == _DONE:
                    budget[0] -= work
                    slots[1] = at
                    return tuple(
                        None if slots[index] < 0 or slots[index + 1] < 0 else (slots[index], slots[index + 1])
                        for index in range(0, len(slots), 2)
                    )
                pc = step.next
            if work > budget[0]:
                raise TooMuchError("a regular expression that takes too long")
        budget[0] -= work
        return None

    def first(self, text: str) -> Spans | None:
        """The leftmost match, None if there is none."""
        return self._search(text, 0, [MOST_STEPS])

    def all(self, text: str) -> Iterator[Spans]:
        """All matches that do not overlap; an empty one not directly behind another."""
        budget = [MOST_STEPS]
        at, previous = 0, -1
        while at <= len(text):
            found = self._search(text, at, budget)
            if found is None:
                return
            start, end = _span(found[0])
            accepted = True
            if end == at:
                accepted = start != previous
                at += 1
            else:
                at = end
            previous = end
            if accepted:
                yield found

    def replace(self, text: str, template: str, *, most: int) -> str:
        """All matches replaced by a template, in which `$1`, `${1}` and `$name` stand for groups; at most so long a result."""
        budget = [MOST_STEPS]
        parts = list(_template(template))
        result: list[str] = []
        length = 0
        done = at = 0
        while at <= len(text):
            found = self._search(text, at, budget)
            if found is None:
                break
            start, end = _span(found[0])
            result.append(text[done:start])
            if end > done or start == 0:
                result.append(self._filled(parts, text, found))
            length += len(result[-1]) + start - done
            if length > most:
                raise TooMuchError("a text of more than 4 MiB")
            done = end
            at = end if end > at else at + 1
        result.append(text[done:])
        return "".join(result)

    def _filled(self, parts: list[tuple[str, str]], text: str, found: Spans) -> str:
        made: list[str] = []
        for literal, name in parts:
            made.append(literal)
            if name:
                span = self._named(name, found)
                if span is not None:
                    made.append(text[span[0] : span[1]])
        return "".join(made)

    def _named(self, name: str, found: Spans) -> tuple[int, int] | None:
        if name.isascii() and name.isdigit() and len(name) <= 9 and (name == "0" or name[0] != "0"):
            return found[int(name)] if int(name) < len(found) else None
        for index, own in enumerate(self.names, 1):
            if own == name and found[index] is not None:
                return found[index]
        return None


def _span(span: tuple[int, int] | None) -> tuple[int, int]:
    if span is None:
        raise ValueError("a match has a place")
    return span


def _template(template: str) -> Iterator[tuple[str, str]]:
    """The parts of a template: a literal text and the name of the group behind it, "" for none."""
    while template:
        before, mark, rest = template.partition("$")
        if not mark:
            yield before, ""
            return
        if rest.startswith("$"):
            yield before + "$", ""
            template = rest[1:]
            continue
        braced = rest.startswith("{")
        inside = rest[1:] if braced else rest
        end = next((index for index, letter in enumerate(inside) if not _names(letter)), len(inside))
        if not end or (braced and inside[end : end + 1] != "}"):
            yield before + "$", ""
            template = rest
            continue
        yield before, inside[:end]
        template = inside[end + 1 :] if braced else inside[end:]


def _names(letter: str) -> bool:
    """Whether a letter can stand in the name of a group in a template."""
    category = unicodedata.category(letter)
    return letter == "_" or category[0] == "L" or category == "Nd"


@lru_cache(maxsize=256)
def compile_pattern(written: str) -> Pattern:
    """The compiled expression; `EvaluationError` where RE2's syntax has none, `TooMuchError` for what is not known here."""
    return Pattern(written)
