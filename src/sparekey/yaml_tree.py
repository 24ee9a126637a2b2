"""YAML text to a tree of values, each with its exact place.

PyYAML's events are read one by one, never its objects: nothing is constructed, an alias costs nothing, a document that uses
an anchor's name twice is legal (YAML 1.2), and depth and size are bounded whatever the text holds. Its C parser is used where
it is there: it is ten times as fast. Plain scalars are read as YAML 1.1 does where that is harmless (`yes` and `off` are
booleans) and never into dates or base 60 numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sparekey.model.span import Place, Span
from sparekey.model.value import AnyValue, Known, Origin

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 64
"""Levels of nesting. Hand-written configuration has fewer than ten, rendered manifests fewer than thirty."""

MAX_NODES = 200_000
"""Values in one text, aliases counted as if written out: an alias bomb ends here, and so does a text too long to walk."""

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}([eE][-+]?[0-9]{1,2})?")
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.2 calls not printable (section 5.1)."""
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BREAK_KEPT = re.compile("(\r\n|[\n\r\x85\u2028\u2029])")


class YamlError(Exception):
    """Why a text cannot be read as YAML: a stable kind, a sentence and the place."""

    def __init__(self, kind: str, message: str, at: Span) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.at = at


def documents(text: str, *, file: str, origin: Origin = "explicit", first_line: int = 1, tabs: int = 20) -> Iterator[AnyValue]:
    """The documents in a YAML text, as values with spans in `file`, of which the text begins at line `first_line`.

    A mapping's value is placed from its key to its end where both stand on one line, else at its key; a list's item at
    itself, or at its first line. So many texts that begin with a tab as `tabs` says are read where the C parser would refuse them.
    Raises YamlError for what is not YAML or goes past a bound.
    """
    import yaml  # noqa: PLC0415 - 40 ms, and most runs read no YAML

    builder = _Builder(file=file, origin=origin, lines=tuple(_BREAK.split(text)), above=first_line - 1)
    yielded = 0
    # typeshed does not know that the C loaders are missing from a PyYAML built without libyaml.
    loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            done = builder.take(event)
            if done is not None:
                yielded += 1
                yield done
    except yaml.MarkedYAMLError as error:
        mended = _mended(text, error) if yielded == 0 and tabs else None
        if mended is not None:
            yield from documents(mended, file=file, origin=origin, first_line=first_line, tabs=tabs - 1)
            return
        mark = error.problem_mark or error.context_mark
        at = builder.point(mark.line, mark.column) if mark else builder.point(0, 0)
        if "maximum nesting depth" in (error.problem or ""):  # libyaml 0.2.6 has a bound of its own and reads ahead
            raise _too_deep(at) from None
        raise YamlError("bad-yaml", _sentence(error, builder), at) from None
    except yaml.reader.ReaderError:
        # The C parser counts bytes, the other one characters: neither is relied on.
        found = _CONTROL.search(text)
        line = len(_BREAK.findall(text[: found.start() if found else 0]))
        raise YamlError("bad-character", "holds a control character, which YAML does not allow", builder.point(line, 0)) from None
    except RecursionError:
        raise _too_deep(builder.point(0, 0)) from None


def _too_deep(at: Span) -> YamlError:
    return YamlError("too-deep", f"is nested deeper than {MAX_DEPTH} levels", at)


def _mended(text: str, error: yaml.MarkedYAMLError) -> str | None:
    """The text with a sign for a tab, where the C parser refuses a block scalar because its first line begins with one.

    That is legal: the tab is the first character of what the block says (YAML 1.2, section 8.1.1.1).
    """
    mark = error.problem_mark
    if mark is None or "tab character where an indentation space" not in (error.problem or ""):
        return None
    lines = _BREAK_KEPT.split(text)
    index = 2 * mark.line
    if index >= len(lines) or not lines[index].lstrip(" ").startswith("\t"):
        return None
    lines[index] = lines[index].replace("\t", "\u2409", 1)
    return "".join(lines)


def _sentence(error: yaml.MarkedYAMLError, builder: _Builder) -> str:
    """What PyYAML says, as one short clause."""
    problem = error.problem or "cannot be read"
    mark = error.problem_mark
    line = builder.lines[mark.line] if mark and mark.line < len(builder.lines) else ""
    if "cannot start any token" in problem and mark and line[mark.column : mark.column + 1] == "\t":
        return "is not YAML: a tab where only blanks may indent"
    return f"is not YAML: {problem}"


@dataclass(slots=True)
class _Open:
    """A collection that is being read. `key` is the key whose value comes next, with its span."""

    mapping: bool
    flow: bool
    start: tuple[int, int]
    anchor: str | None
    items: list[AnyValue] = field(default_factory=list)
    pairs: dict[str, AnyValue] = field(default_factory=dict)
    key: tuple[str, Span] | None = None
    size: int = 1


@dataclass(slots=True)
class _Builder:
    """Turns events into one document after the other."""

    file: str
    origin: Origin
    lines: tuple[str, ...]
    above: int = 0
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[AnyValue, int]] = field(default_factory=dict)
    root: AnyValue | None = None

    def point(self, line: int, column: int) -> Span:
        """A place of one character, from PyYAML's counts that start at 0."""
        row = line + 1 + self.above
        return Span(file=self.file, start_line=row, start_column=column + 1, end_line=row, end_column=column + 1)

    def span(self, start: tuple[int, int], end: tuple[int, int]) -> Span:
        """From start to end where that is one line, else to the end of the first line."""
        line, column = start
        last = end[1] if end[0] == line else len(self.lines[line]) if line < len(self.lines) else column + 1
        row = line + 1 + self.above
        return Span(file=self.file, start_line=row, start_column=column + 1, end_line=row, end_column=max(last, column + 1))

    def take(self, event: yaml.Event) -> AnyValue | None:
        """Take in one event; the document's value where it ends one."""
        import yaml  # noqa: PLC0415 - loaded by the caller already

        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._refuse_tag(event)
            if len(self.stack) >= MAX_DEPTH:
                raise _too_deep(self._at(event))
            mapping = isinstance(event, yaml.MappingStartEvent)
            if self.stack and self.stack[-1].mapping and self.stack[-1].key is None:
                raise YamlError("bad-key", "has a key that is not a word", self._at(event))
            self.stack.append(_Open(mapping=mapping, flow=bool(event.flow_style), start=_start(event), anchor=event.anchor))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.root, self.anchors = None, {}
        elif isinstance(event, yaml.DocumentEndEvent):
            return self.root
        return None

    def _at(self, event: yaml.Event) -> Span:
        return self.span(_start(event), _end(event))

    def _refuse_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise YamlError("yaml-tag", f"has a YAML tag ({tag[:60]}): write plain values", self._at(event))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._refuse_tag(event)
        frame = self.stack[-1] if self.stack else None
        if frame and frame.mapping and frame.key is None:
            at = self._at(event)
            if event.value in frame.pairs:
                raise YamlError("duplicate-key", f"has the key {event.value[:60]!r} twice", at)
            frame.key = (event.value, at)
            return
        plain = not event.style  # None, or "" where the C parser says it
        value = _plain(event.value) if plain else event.value
        self._put(value, start=_start(event), end=_end(event), anchor=event.anchor, size=1)

    def _alias(self, event: yaml.AliasEvent) -> None:
        anchor = event.anchor or ""
        if anchor not in self.anchors:
            raise YamlError("bad-yaml", f"is not YAML: alias *{anchor[:60]} has no anchor", self._at(event))
        if self.stack and self.stack[-1].mapping and self.stack[-1].key is None:
            raise YamlError("bad-key", "has a key that is not a word", self._at(event))
        value, size = self.anchors[anchor]
        inner = value.value if isinstance(value, Known) else None
        self._put(inner, start=_start(event), end=_end(event), anchor=None, size=size)

    def _close(self, event: yaml.Event) -> None:
        frame = self.stack.pop()
        value: object = frame.pairs if frame.mapping else tuple(frame.items)
        end = _end(event) if frame.flow else (frame.start[0] + 1, 0)
        self._put(value, start=frame.start, end=end, anchor=frame.anchor, size=frame.size)

    def _put(self, value: object, *, start: tuple[int, int], end: tuple[int, int], anchor: str | None, size: int) -> None:
        """Place a finished value where it belongs."""
        frame = self.stack[-1] if self.stack else None
        at = self._place(frame, start=start, end=end)
        known: AnyValue = Known(value=value, at=at, origin=self.origin)
        if anchor is not None:
            self.anchors[anchor] = (known, size)
        if frame is None:
            self.root = known
            return
        frame.size += size
        if frame.size > MAX_NODES:
            raise YamlError(
                "too-large", f"holds more than {MAX_NODES} values once its aliases are written out", self.point(*start)
            )
        if frame.key is not None:
            frame.pairs[frame.key[0]] = known
            frame.key = None
        else:
            frame.items.append(known)

    def _place(self, frame: _Open | None, *, start: tuple[int, int], end: tuple[int, int]) -> Place:
        if frame is None or frame.key is None:
            return self.span(start, end)
        key = frame.key[1]
        row = key.start_line - 1 - self.above
        if row == start[0] == end[0]:
            return self.span((row, key.start_column - 1), end)
        return key


def _start(event: yaml.Event) -> tuple[int, int]:
    return (event.start_mark.line, event.start_mark.column) if event.start_mark else (0, 0)


def _end(event: yaml.Event) -> tuple[int, int]:
    return (event.end_mark.line, event.end_mark.column) if event.end_mark else (0, 0)


def _plain(text: str) -> object:
    """The value of a scalar written without quotes."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
