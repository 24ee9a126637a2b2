"""The text of one template, read as JSON, with the place of everything in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from json import JSONDecodeError

from sparekey.formats.arm.language.lenient import Lenient
from sparekey.formats.arm.language.values import EvaluationError, NotYetError, TooMuchError
from sparekey.formats.arm.recognise import decoded, says_template, without_comments, without_loose_commas
from sparekey.formats.json_places import JsonPlaces
from sparekey.model.seams import SourceFile
from sparekey.model.span import Place, Pointer, SoughtSpan, Span

MOST_LENIENT = 4 * 1024 * 1024
"""Characters of a text that is no JSON even without comments; the deployment engine takes no larger template."""

MOST_BYTES = 16 * 1024 * 1024
"""A larger file is refused. The deployment engine takes no template above 4 MB."""

_LONGEST_NUMBER = 40


class RefusedError(Exception):
    """Why a file cannot be read as a template: the kind, the sentence and the place of the problem to report."""

    def __init__(self, kind: str, message: str, at: Place) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.at = at


@dataclass(slots=True)
class Source:
    """A template's text. Places are looked up only when asked for.

    `lent` gives, by pointer, the lines of the file that the text was made from, where it is not the file's own text. A `lenient` text is no
    JSON as others read it.
    """

    file: str
    text: str
    top: dict[str, object]
    lent: Mapping[str, Span] | None = None
    lenient: bool = False
    _places: JsonPlaces = field(init=False)
    _lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._places = JsonPlaces(self.text, self.file)

    @staticmethod
    def of(data: bytes, file: str) -> Source:
        """Read a file's bytes. Raises RefusedError for what is no JSON object, even with comments and loose commas taken out."""
        whole = Pointer(file=file, pointer="")
        if len(data) > MOST_BYTES:
            raise RefusedError("too-large", f"is larger than {MOST_BYTES} bytes", whole)
        try:
            text = decoded(data)
        except UnicodeDecodeError as error:
            raise RefusedError("not-utf-8", f"byte {error.start} is not {error.encoding.upper()}", whole) from None
        try:
            # Most templates are plain JSON: only what is not is looked at again.
            text, top = _first_that_parses(text)
        except JSONDecodeError as error:
            top = _lenient(text)
            if isinstance(top, dict):
                return Source(file=file, text=text, top=top, lenient=True)
            ended = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
            kind, message = ("truncated-json", "ends in the middle") if ended else ("bad-json", f"is not JSON: {error.msg}")
            at = Span(
                file=file,
                start_line=error.lineno,
                start_column=error.colno,
                end_line=error.lineno,
                end_column=error.colno,
            )
            raise RefusedError(kind, message, at) from None
        except RecursionError:
            raise RefusedError("too-deep", "is nested too deeply", whole) from None
        if not isinstance(top, dict):
            raise RefusedError("not-a-template", "is not a JSON object", whole)
        return Source(file=file, text=text, top=top)

    def place(self, pointer: str) -> Place:
        """Where something stands: all of it on one line, else its first line."""
        if self.lent is not None:
            return self._home(self.lent, pointer)
        if self.lenient:
            return self._found(pointer) or Pointer(file=self.file, pointer=pointer)
        return SoughtSpan(self.file, pointer, self._nearest)

    def _nearest(self, pointer: str) -> Span:
        """The lines of something, or of the innermost thing that it stands in and that has some."""
        found = self._found(pointer)
        while found is None and pointer:
            pointer = pointer.rpartition("/")[0]
            found = self._found(pointer)
        return found or Span(file=self.file, start_line=1, start_column=1, end_line=1, end_column=1)

    def _found(self, pointer: str) -> Span | None:
        span = self._places.span(pointer)
        if span is None or span.start_line == span.end_line:
            return span
        if not self._lines:
            self._lines = self.text.split("\n")
        end = len(self._lines[span.start_line - 1].rstrip())
        return Span(
            file=span.file,
            start_line=span.start_line,
            start_column=span.start_column,
            end_line=span.start_line,
            end_column=max(end, span.start_column),
        )

    def _home(self, lent: Mapping[str, Span], pointer: str) -> Place:
        """The line lent to something, or to what it stands in."""
        while pointer and pointer not in lent:
            pointer = pointer.rpartition("/")[0]
        return lent.get(pointer) or Pointer(file=self.file, pointer="")


def says_so_further_down(file: SourceFile) -> bool:
    """Whether a file is a template that its beginning does not say it is, nor that it is anything else."""
    try:
        if file.path.stat().st_size > MOST_BYTES:
            return False
        data = file.data()
        small = data.replace(b"\0", b"").lower()
        if b"deploymenttemplate.json" not in small and not (b"contentversion" in small and b"resources" in small):
            return False
        return says_template(Source.of(data, file.name).top)
    except (OSError, RefusedError):
        return False


def _first_that_parses(text: str) -> tuple[str, object]:
    """The text as it is, without its comments, or without loose commas as well, and what it says. Raises JSONDecodeError."""
    for freed in (str, without_comments):
        text = freed(text)
        with suppress(JSONDecodeError):
            return text, _parsed(text)
    text = without_loose_commas(text)
    return text, _parsed(text)


def _lenient(text: str) -> object:
    """What the engine's own reader makes of a text that is no JSON: single quotes and bare keys. None where it refuses it too."""
    try:
        return Lenient(text).whole() if len(text) <= MOST_LENIENT else None
    except (EvaluationError, NotYetError, TooMuchError):
        return None


def _parsed(text: str) -> object:
    # Raw control characters in texts are what people write who paste scripts into templates: the engine takes them.
    return json.loads(text, strict=False, parse_int=_whole, parse_constant=str)


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else float(digits)
