"""Reading regular expressions of RE2's syntax, which Terraform's are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NoReturn

from sparekey.formats.terraform.lang.regex_classes import PERL, POSIX, Letters, Part, category, one
from sparekey.formats.terraform.lang.values import EvaluationError, TooMuchError

_MOST_REPEATS: Final = 1000
_DEEPEST: Final = 100
_NAME: Final = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_COUNTS: Final = re.compile(r"\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}", re.ASCII)
_SIMPLE_ESCAPES: Final = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HEX: Final = frozenset("0123456789abcdefABCDEF")
_SCRIPT: Final = re.compile(r"[A-Z][A-Za-z_]+", re.ASCII)

Place = Literal["text start", "text end", "line start", "line end", "boundary", "no boundary"]


@dataclass(frozen=True, slots=True)
class Set:
    """One character of a set."""

    letters: Letters


@dataclass(frozen=True, slots=True)
class At:
    """A condition on the place."""

    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, the first rather than the next."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Again and again, `most` None without end; as often as possible, or as seldom."""

    of: Node
    least: int
    most: int | None
    greedy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A part whose text is asked for."""

    number: int
    of: Node


Node = Set | At | Sequence | Choice | Repeat | Group


@dataclass(frozen=True, slots=True)
class Parsed:
    """A whole expression, and the names of its groups in order ("" for one without)."""

    node: Node
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Flags:
    fold: bool = False
    lines: bool = False
    dot_all: bool = False
    lazy: bool = False


@dataclass(slots=True)
class _Level:
    """What is open: an opening parenthesis, the choices before the last bar, and what stands behind it."""

    flags: _Flags
    number: int | None = None
    choices: list[Node] = field(default_factory=list)
    parts: list[Node] = field(default_factory=list)

    def close(self) -> Node:
        """Everything since it was opened."""
        last = self.parts[0] if len(self.parts) == 1 else Sequence(tuple(self.parts))
        whole = Choice((*self.choices, last)) if self.choices else last
        return whole if self.number is None else Group(self.number, whole)


def parse(pattern: str) -> Parsed:
    """Read an expression; `EvaluationError` where RE2's syntax has none, `TooMuchError` for what is not known here."""
    return _Reader(pattern).read()


def _refuse(code: str, text: str) -> NoReturn:
    raise EvaluationError("Error in function call", f"invalid regexp pattern: {code} in {text}")


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.flags = _Flags()
        self.levels = [_Level(self.flags)]
        self.names: list[str] = []

    def read(self) -> Parsed:
        repeated = ""
        while self.at < len(self.text):
            start = self.at
            repeated = self._step(repeated, start)
        if len(self.levels) > 1:
            _refuse("missing closing )", self.text)
        return Parsed(self.levels[0].close(), tuple(self.names))

    def _put(self, node: Node) -> None:
        self.levels[-1].parts.append(node)

    def _step(self, repeated: str, start: int) -> str:
        """Read one thing. `repeated` and what is given back: the repetition that stood directly before, or stands here."""
        letter = self.text[start]
        if letter in "*+?" or letter == "{":
            counts = (0, None) if letter == "*" else (1, None) if letter == "+" else (0, 1) if letter == "?" else self._counts()
            if counts is not None:
                return self._repeat(*counts, repeated, start)
        if letter == "(":
            self._open()
        elif letter == ")":
            self._close()
        elif letter == "|":
            level = self.levels[-1]
            level.choices.append(level.parts[0] if len(level.parts) == 1 else Sequence(tuple(level.parts)))
            level.parts = []
            self.at += 1
        elif letter == "[":
            self._put(Set(self._class()))
        elif letter == "\\":
            self._backslash()
        else:
            self.at += 1
            self._put(self._plain(letter))
        return ""

    def _plain(self, letter: str) -> Node:
        if letter == "^":
            return At("line start" if self.flags.lines else "text start")
        if letter == "$":
            return At("line end" if self.flags.lines else "text end")
        if letter == ".":
            return Set(Letters(() if self.flags.dot_all else (Part((("\n", "\n"),)),), negated=True))
        return Set(one(letter, fold=self.flags.fold))

    # --- repetition

    def _counts(self) -> tuple[int, int | None] | None:
        """The counts in braces at this place; None where the brace is a character like others."""
        match = _COUNTS.match(self.text, self.at)
        if match is None:
            return None
        least = min(int(match[1][:9]), _MOST_REPEATS + 1)
        most = None if match[2] and not match[3] else min(int((match[3] or match[1])[:9]), _MOST_REPEATS + 1)
        if least > _MOST_REPEATS or (most is not None and (most > _MOST_REPEATS or least > most)):
            _refuse("invalid repeat count", match[0])
        self.at = match.end() - 1
        return least, most

    def _repeat(self, least: int, most: int | None, repeated: str, start: int) -> str:
        self.at += 1
        greedy = not self.flags.lazy
        if self.text[self.at : self.at + 1] == "?":
            self.at += 1
            greedy = not greedy
        written = self.text[start : self.at]
        if repeated:
            _refuse("invalid nested repetition operator", repeated + written)
        parts = self.levels[-1].parts
        if not parts:
            _refuse("missing argument to repetition operator", written)
        node = Repeat(parts[-1], least, most, greedy)
        if (least >= 2 or (most or 0) >= 2) and not _repeats_within(node, _MOST_REPEATS):
            _refuse("invalid repeat count", written)
        parts[-1] = node
        return written

    # --- groups

    def _open(self) -> None:
        if len(self.levels) > _DEEPEST:
            raise TooMuchError("a regular expression that is nested too deeply")
        rest = self.text[self.at :]
        if not rest.startswith("(?"):
            self.at += 1
            self._group("")
        elif (rest.startswith("(?P<") and len(rest) > 4) or (rest.startswith("(?<") and len(rest) > 3):
            start = rest.index("<") + 1
            end = rest.find(">")
            name = rest[start:end] if end >= 0 else ""
            if not _NAME.fullmatch(name):
                _refuse("invalid named capture", rest[: end + 1] if end >= 0 else rest)
            self.at += end + 1
            self._group(name)
        else:
            self._flagged(rest)

    def _group(self, name: str) -> None:
        self.names.append(name)
        self.levels.append(_Level(self.flags, len(self.names)))

    def _flagged(self, rest: str) -> None:
        """`(?flags)` and `(?flags:`."""
        flags = self.flags
        on, seen = True, False
        for index, letter in enumerate(rest[2:], 3):
            if letter in "imsU":
                field_name = {"i": "fold", "m": "lines", "s": "dot_all", "U": "lazy"}[letter]
                flags = replace(flags, **{field_name: on})
                seen = True
            elif letter == "-" and on:
                on, seen = False, False
            elif letter in ":)" and (on or seen):
                self.at += index
                if letter == ":":
                    self.levels.append(_Level(self.flags))
                self.flags = flags
                return
            else:
                _refuse("invalid or unsupported Perl syntax", rest[:index])
        _refuse("invalid or unsupported Perl syntax", rest)

    def _close(self) -> None:
        if len(self.levels) == 1:
            _refuse("unexpected )", self.text)
        self.at += 1
        level = self.levels.pop()
        self.flags = level.flags
        self._put(level.close())

    # --- characters

    def _backslash(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        place: Place | None = {"A": "text start", "z": "text end", "b": "boundary", "B": "no boundary"}.get(following)  # type: ignore[assignment]
        if place is not None:
            self.at += 2
            self._put(At(place))
        elif following == "C":
            _refuse("invalid escape sequence", "\\C")
        elif following == "Q":
            literal, mark, _ = self.text[self.at + 2 :].partition("\\E")
            self.at += 2 + len(literal) + len(mark)
            for letter in literal:
                self._put(Set(one(letter, fold=self.flags.fold)))
        else:
            part = self._escaped_class()
            self._put(Set(Letters((part,)) if part else one(self._escape(), fold=self.flags.fold)))

    def _escaped_class(self) -> Part | None:
        r"""`\d` and `\p{...}` at this place, if it is one."""
        letter = self.text[self.at + 1 : self.at + 2]
        if letter and letter.lower() in PERL:
            self.at += 2
            return Part(PERL[letter.lower()], negated=letter.isupper(), fold=self.flags.fold)
        if letter not in {"p", "P"}:
            return None
        start = self.at
        if self.text[start + 2 : start + 3] == "{":
            end = self.text.find("}", start)
            name = self.text[start + 3 : end] if end >= 0 else ""
        else:
            end = start + 2
            name = self.text[end : end + 1]
        if not name:
            _refuse("invalid character class range", self.text[start:])
        self.at = end + 1
        negated = (letter == "P") != name.startswith("^")
        name = name.removeprefix("^")
        part = category(name, negated=negated, fold=self.flags.fold)
        if part is None:
            if _SCRIPT.fullmatch(name):
                raise TooMuchError(f"a regular expression with the script {name}")
            _refuse("invalid character class range", self.text[start : self.at])
        return part

    def _escape(self) -> str:
        """The character that a backslash and what follows stand for."""
        start = self.at
        letter = self.text[start + 1 : start + 2]
        if not letter:
            _refuse("trailing backslash at end of expression", "")
        self.at += 2
        if letter in _SIMPLE_ESCAPES:
            return _SIMPLE_ESCAPES[letter]
        if letter.isascii() and not letter.isalnum():
            return letter
        octal = re.compile(r"0[0-7]{0,2}|[1-7][0-7]{1,2}", re.ASCII).match(self.text, start + 1)
        if octal:
            self.at = octal.end()
            return chr(int(octal[0], 8))
        code = self._hexadecimal() if letter == "x" else None
        if code is None:
            _refuse("invalid escape sequence", self.text[start : self.at])
        return chr(code)

    def _hexadecimal(self) -> int | None:
        if self.text[self.at : self.at + 1] == "{":
            end = self.text.find("}", self.at)
            digits = self.text[self.at + 1 : end] if end >= 0 else ""
            self.at = end + 1 if end >= 0 else len(self.text)
        else:
            digits = self.text[self.at : self.at + 2]
            self.at += 2
            if len(digits) < 2:
                return None
        if not digits or not _HEX.issuperset(digits) or len(digits.lstrip("0")) > 6:
            return None
        code = int(digits, 16)
        return code if code <= 0x10FFFF else None

    def _class(self) -> Letters:
        """`[...]`."""
        whole = self.text[self.at :]
        self.at += 1
        negated = self.text[self.at : self.at + 1] == "^"
        self.at += negated
        parts: list[Part] = []
        first = True
        while first or self.text[self.at : self.at + 1] != "]":
            first = False
            part = self._named_class() or self._class_escape()
            if part is None:
                low = high = self._class_letter(whole)
                if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 : self.at + 2] not in {"", "]"}:
                    self.at += 1
                    high = self._class_letter(whole)
                    if high < low:
                        _refuse("invalid character class range", f"{low}-{high}")
                part = Part(((low, high),), fold=self.flags.fold)
            parts.append(part)
        self.at += 1
        return Letters(tuple(parts), negated=negated)

    def _class_escape(self) -> Part | None:
        return self._escaped_class() if self.text[self.at : self.at + 1] == "\\" else None

    def _named_class(self) -> Part | None:
        if not self.text.startswith("[:", self.at):
            return None
        end = self.text.find(":]", self.at + 2)
        if end < 0:
            return None
        name = self.text[self.at + 2 : end]
        ranges = POSIX.get(name.removeprefix("^"))
        if ranges is None:
            _refuse("invalid character class range", self.text[self.at : end + 2])
        self.at = end + 2
        return Part(ranges, negated=name.startswith("^"), fold=self.flags.fold)

    def _class_letter(self, whole: str) -> str:
        letter = self.text[self.at : self.at + 1]
        if not letter:
            _refuse("missing closing ]", whole)
        if letter == "\\":
            return self._escape()
        self.at += 1
        return letter


def _repeats_within(node: Node, bound: int) -> bool:
    """Whether repetitions in one another come to no more than the bound."""
    if isinstance(node, Repeat):
        times = node.least if node.most is None else node.most
        if node.most == 0:
            return True
        # `*`, `+` and `?` are no counted repetitions.
        if (node.least, node.most) not in {(0, None), (1, None), (0, 1)}:
            if times > bound:
                return False
            bound //= max(times, 1)
        return _repeats_within(node.of, bound)
    if isinstance(node, Group):
        return _repeats_within(node.of, bound)
    if isinstance(node, Sequence | Choice):
        return all(_repeats_within(part, bound) for part in node.parts)
    return True
