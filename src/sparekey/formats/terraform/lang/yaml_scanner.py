"""YAML text to tokens, as the reader inside Terraform cuts it: YAML 1.1 for the most part, with its own ideas of tabs and colons.

Indentation is made visible (a block starts, a block ends), and a key is announced by a token in front of it, which takes looking
ahead: whether a scalar is a key shows only at the colon behind it.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from sparekey.formats.terraform.lang.json_reading import DEEPEST, DocumentError
from sparekey.formats.terraform.lang.values import TooMuchError
from sparekey.formats.terraform.lang.yaml_scalars import ScalarScanner

BLANKS: Final = " \t"
BREAKS: Final = "\r\n\x85\u2028\u2029"
BLANKS_OR_END: Final = BLANKS + BREAKS + "\0"

_LONGEST_KEY: Final = 1024  # characters between the start of a key and its colon; YAML 1.1, section 7.4
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORD: Final = re.compile(r"[0-9A-Za-z_-]*")
_URI: Final = re.compile(r"(?:[0-9A-Za-z_;/?:@&=+$,.!~*'()\[\]-]|%[0-9A-Fa-f]{2})*")
_NO_PLAIN: Final = frozenset("-?:,[]{}#&*!|>'\"%@`" + BLANKS_OR_END)


class Kind(Enum):
    """What a token is."""

    STREAM_END = auto()
    VERSION = auto()
    TAG_DIRECTIVE = auto()
    DOCUMENT_START = auto()
    DOCUMENT_END = auto()
    BLOCK_SEQUENCE = auto()
    BLOCK_MAPPING = auto()
    BLOCK_END = auto()
    FLOW_SEQUENCE = auto()
    FLOW_SEQUENCE_END = auto()
    FLOW_MAPPING = auto()
    FLOW_MAPPING_END = auto()
    BLOCK_ENTRY = auto()
    FLOW_ENTRY = auto()
    KEY = auto()
    VALUE = auto()
    ALIAS = auto()
    ANCHOR = auto()
    TAG = auto()
    SCALAR = auto()


class Style(Enum):
    """How a scalar is written."""

    PLAIN = auto()
    QUOTED = auto()
    BLOCK = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `value` is a scalar's text, an anchor's name, a tag's handle; `suffix` the rest of a tag or of a directive."""

    kind: Kind
    line: int
    value: str = ""
    suffix: str = ""
    style: Style = Style.PLAIN


@dataclass(slots=True)
class _Key:
    """Where a key may have started, and which token would come behind its announcement."""

    required: bool
    number: int
    position: int
    line: int
    column: int


_SINGLE: Final = {
    "[": Kind.FLOW_SEQUENCE,
    "{": Kind.FLOW_MAPPING,
    "]": Kind.FLOW_SEQUENCE_END,
    "}": Kind.FLOW_MAPPING_END,
}


@dataclass(slots=True)
class Scanner(ScalarScanner):
    """The tokens of one text, one after the other."""

    tokens: deque[Token] = field(default_factory=deque)
    taken: int = 0
    indents: list[int] = field(default_factory=list)
    keys: list[_Key | None] = field(default_factory=lambda: [None])
    key_allowed: bool = True
    ended: bool = False

    def peek(self) -> Token:
        """The next token, which stays."""
        while not self.ended and (not self.tokens or self._key_at_head()):
            self._fetch()
        return self.tokens[0]

    def take(self) -> Token:
        """The next token."""
        token = self.peek()
        if token.kind is not Kind.STREAM_END:
            self.tokens.popleft()
            self.taken += 1
        return token

    def _key_at_head(self) -> bool:
        self._drop_stale_keys()
        return any(key is not None and key.number == self.taken for key in self.keys)

    def _add(self, kind: Kind, value: str = "", suffix: str = "", style: Style = Style.PLAIN) -> None:
        self.tokens.append(Token(kind, self.line, value, suffix, style))

    def _insert(self, number: int, kind: Kind) -> None:
        self.tokens.insert(number - self.taken, Token(kind, self.line))

    # --- keys and indentation ---

    def _drop_stale_keys(self) -> None:
        """A key stands on one line, and is not too long."""
        for level, key in enumerate(self.keys):
            if key is not None and (key.line < self.line or key.position + _LONGEST_KEY < self.position):
                if key.required:
                    raise self.error("could not find expected ':'")
                self.keys[level] = None

    def _save_key(self) -> None:
        """A key may start here."""
        if self.key_allowed:
            self._remove_key()
            required = not self.flow and self.indent == self.column
            self.keys[-1] = _Key(required, self.taken + len(self.tokens), self.position, self.line, self.column)

    def _remove_key(self) -> None:
        key = self.keys[-1]
        if key is not None and key.required:
            raise self.error("could not find expected ':'")
        self.keys[-1] = None

    def _roll(self, column: int, kind: Kind, number: int | None = None) -> None:
        """Start a block where the indentation grows."""
        if self.flow or self.indent >= column:
            return
        if len(self.indents) >= DEEPEST:
            raise TooMuchError("a document of very deep nesting")
        self.indents.append(self.indent)
        self.indent = column
        if number is None:
            self._add(kind)
        else:
            self._insert(number, kind)

    def _unroll(self, column: int) -> None:
        """End the blocks that are indented further."""
        if self.flow:
            return
        while self.indent > column:
            self._add(Kind.BLOCK_END)
            self.indent = self.indents.pop()

    # --- tokens ---

    def _fetch(self) -> None:
        """Read the next token, which may bring others in front of it."""
        self._to_next_token()
        self._drop_stale_keys()
        self._unroll(self.column)
        text, position = self.text, self.position
        symbol, after = text[position], text[position + 1]
        if symbol == "\0":
            self._stream_end()
        elif self.column == 0 and symbol == "%":
            self._between_documents()
            self._directive()
        elif self.column == 0 and self.at_document_mark():
            self._between_documents()
            self._add(Kind.DOCUMENT_START if symbol == "-" else Kind.DOCUMENT_END)
            self.skip(3)
        elif symbol in "[{":
            self._flow_start(_SINGLE[symbol])
        elif symbol in "]}":
            self._remove_key()
            if self.flow:
                self.flow -= 1
                self.keys.pop()
            self.key_allowed = False
            self._add(_SINGLE[symbol])
            self.skip(1)
        elif symbol == ",":
            self._remove_key()
            self.key_allowed = True
            self._add(Kind.FLOW_ENTRY)
            self.skip(1)
        elif symbol == "-" and after in BLANKS_OR_END:
            self._block_entry()
        elif symbol == "?" and (self.flow or after in BLANKS_OR_END):
            self._explicit_key()
        elif symbol == ":" and (self.flow or after in BLANKS_OR_END):
            self._value()
        else:
            self._content(symbol, after)

    def _content(self, symbol: str, after: str) -> None:
        """A scalar, or what stands before one."""
        if symbol in "|>" and not self.flow:
            self._remove_key()
            self.key_allowed = True
            self._add(Kind.SCALAR, self.block_scalar(literal=symbol == "|"), style=Style.BLOCK)
            return
        plain = symbol not in _NO_PLAIN or (symbol == "-" and after not in BLANKS)
        plain = plain or (not self.flow and symbol in "?:" and after not in BLANKS_OR_END)
        if not plain and symbol not in "*&!'\"":
            raise self.error("found character that cannot start any token")
        self._save_key()
        self.key_allowed = False
        if plain:
            value, over_lines = self.plain_scalar()
            self._add(Kind.SCALAR, value)
            self.key_allowed = over_lines
        elif symbol in "'\"":
            self._add(Kind.SCALAR, self.quoted_scalar(symbol), style=Style.QUOTED)
        elif symbol == "!":
            self._tag()
        else:
            self._anchor(Kind.ALIAS if symbol == "*" else Kind.ANCHOR)

    def _to_next_token(self) -> None:
        """Pass over blanks, comments and line ends. Tabs are no blanks where a key may start."""
        while True:
            blanks = BLANKS if self.flow or not self.key_allowed else " "
            while self.text[self.position] in blanks:
                self.skip(1)
            self.skip_comment()
            if self.text[self.position] not in BREAKS:
                return
            self.line_break()
            if not self.flow:
                self.key_allowed = True

    def _stream_end(self) -> None:
        if self.column:
            self.column = 0
            self.line += 1
        self._between_documents()
        self._add(Kind.STREAM_END)
        self.ended = True

    def _between_documents(self) -> None:
        self._unroll(-1)
        self._remove_key()
        self.key_allowed = False

    def _flow_start(self, kind: Kind) -> None:
        self._save_key()
        if len(self.keys) > DEEPEST:
            raise TooMuchError("a document of very deep nesting")
        self.keys.append(None)
        self.flow += 1
        self.key_allowed = True
        self._add(kind)
        self.skip(1)

    def _block_entry(self) -> None:
        if not self.flow:
            if not self.key_allowed:
                raise self.error("block sequence entries are not allowed in this context")
            self._roll(self.column, Kind.BLOCK_SEQUENCE)
        self._remove_key()
        self.key_allowed = True
        self._add(Kind.BLOCK_ENTRY)
        self.skip(1)

    def _explicit_key(self) -> None:
        if not self.flow:
            if not self.key_allowed:
                raise self.error("mapping keys are not allowed in this context")
            self._roll(self.column, Kind.BLOCK_MAPPING)
        self._remove_key()
        self.key_allowed = not self.flow
        self._add(Kind.KEY)
        self.skip(1)

    def _value(self) -> None:
        key = self.keys[-1]
        if key is not None:
            self._insert(key.number, Kind.KEY)
            self._roll(key.column, Kind.BLOCK_MAPPING, key.number)
            self.keys[-1] = None
            self.key_allowed = False
        else:
            if not self.flow:
                if not self.key_allowed:
                    raise self.error("mapping values are not allowed in this context")
                self._roll(self.column, Kind.BLOCK_MAPPING)
            self.key_allowed = not self.flow
        self._add(Kind.VALUE)
        self.skip(1)

    def _anchor(self, kind: Kind) -> None:
        self.skip(1)
        name = self.read(_WORD)
        if not name or self.text[self.position] not in BLANKS_OR_END + "?:,]}%@`":
            raise self.error("did not find expected alphabetic or numeric character")
        self._add(kind, name)

    def _tag(self) -> None:
        if self.text[self.position + 1] == "<":
            self.skip(2)
            handle, suffix = "", self._uri(required=True)
            if self.text[self.position] != ">":
                raise self.error("did not find the expected '>'")
            self.skip(1)
        else:
            handle = self._handle()
            if len(handle) > 1 and handle.endswith("!"):
                suffix = self._uri(required=True)
            else:
                suffix = handle[1:] + self._uri(required=False)
                handle, suffix = ("!", suffix) if suffix else ("", "!")
        if self.text[self.position] not in BLANKS_OR_END:
            raise self.error("did not find expected whitespace or line break")
        self._add(Kind.TAG, handle, suffix)

    def _handle(self) -> str:
        if self.text[self.position] != "!":
            raise self.error("did not find expected '!'")
        self.skip(1)
        handle = "!" + self.read(_WORD)
        if self.text[self.position] == "!":
            self.skip(1)
            handle += "!"
        return handle

    def _uri(self, *, required: bool) -> str:
        uri = self.read(_URI)
        if required and not uri:
            raise self.error("did not find expected tag URI")
        if "%" in uri:
            raise TooMuchError("a YAML tag with percent signs")
        return uri

    def _directive(self) -> None:
        """`%YAML 1.1` or `%TAG !handle! prefix`."""
        self.skip(1)
        name = self.read(_WORD)
        if not name or self.text[self.position] not in BLANKS_OR_END or name not in {"YAML", "TAG"}:
            raise self.error("found unknown directive name")
        self.skip_blanks()
        if name == "YAML":
            version = self.read(re.compile(r"[0-9]{1,2}\.[0-9]{1,2}"))
            if not version:
                raise self.error("did not find expected version number")
            self._add(Kind.VERSION, version)
        else:
            handle = self._handle()
            if (handle != "!" and not handle.endswith("!")) or self.text[self.position] not in BLANKS:
                raise self.error("did not find expected '!'")
            self.skip_blanks()
            self._add(Kind.TAG_DIRECTIVE, handle, self._uri(required=True))
            if self.text[self.position] not in BLANKS_OR_END:
                raise self.error("did not find expected whitespace or line break")
        self.end_line()


def scanner(written: str) -> Scanner:
    """The tokens of a text; `DocumentError` where it holds a character that YAML does not allow."""
    plain = written.removeprefix("\ufeff")
    if _FORBIDDEN.search(plain):
        raise DocumentError("control characters are not allowed")
    if "\ufeff" in plain:
        raise TooMuchError("a YAML document with a byte order mark inside")
    return Scanner(text=plain + "\0\0\0\0")
