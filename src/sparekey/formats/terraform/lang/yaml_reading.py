"""YAML text as `yamldecode` reads it: one document of objects, tuples, strings, numbers and booleans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.json_reading import DEEPEST, MOST_MEMBERS, DocumentError
from sparekey.formats.terraform.lang.types import STRING, ObjectType
from sparekey.formats.terraform.lang.values import (
    NULL,
    EvaluationError,
    TooMuchError,
    Value,
    object_of,
    tuple_of,
)
from sparekey.formats.terraform.lang.yaml_resolving import MAP_TAG, SEQUENCE_TAG, TAG_PREFIX, resolve
from sparekey.formats.terraform.lang.yaml_scanner import Kind, Scanner, Style, Token, scanner

_DOCUMENT_ENDS: Final = frozenset({Kind.VERSION, Kind.TAG_DIRECTIVE, Kind.DOCUMENT_START, Kind.DOCUMENT_END, Kind.STREAM_END})
_BLOCK_PARTS: Final = frozenset({Kind.KEY, Kind.VALUE, Kind.BLOCK_END})
_MERGE: Final = "<<"


@dataclass(frozen=True, slots=True)
class _Node:
    """The start of a node: its properties, and the token of its content (None: it has none)."""

    content: Token | None
    tag: str = ""
    anchor: str = ""
    indentless: bool = False


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an anchor names, how many values that is, and how deep they are nested."""

    value: Value
    size: int
    height: int


@dataclass(slots=True)
class _Reader:
    tokens: Scanner
    handles: dict[str, str] = field(default_factory=lambda: {"!": "!", "!!": TAG_PREFIX})
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    size: int = 0
    depth: int = 0
    deepest: int = 0  # reached since the nearest anchor around this place

    def document(self) -> Value:
        """The one document of the text."""
        token = self.tokens.peek()
        if token.kind is Kind.STREAM_END:
            raise DocumentError("on line 1, column 1: missing start of document")
        if token.kind in _DOCUMENT_ENDS - {Kind.DOCUMENT_END}:
            self._directives()
            self._expect(Kind.DOCUMENT_START, "<document start>")
            empty = self.tokens.peek().kind in _DOCUMENT_ENDS
            value = NULL if empty else self._value(block=True)
        else:
            value = self._value(block=True)
        while self.tokens.peek().kind is Kind.DOCUMENT_END:
            self.tokens.take()
        if self.tokens.peek().kind is not Kind.STREAM_END:
            raise self._error("unexpected extra content after value")
        return value

    def _error(self, message: str) -> DocumentError:
        return DocumentError(f"on line {self.tokens.peek().line + 1}: {message}")

    def _expect(self, kind: Kind, shown: str) -> None:
        if self.tokens.peek().kind is not kind:
            raise self._error(f"did not find expected {shown}")
        self.tokens.take()

    def _directives(self) -> None:
        version = False
        written: set[str] = set()
        while (token := self.tokens.peek()).kind in {Kind.VERSION, Kind.TAG_DIRECTIVE}:
            if token.kind is Kind.VERSION:
                major, _, minor = token.value.partition(".")
                if version or (int(major), int(minor)) != (1, 1):
                    raise self._error("found incompatible YAML document")
                version = True
            else:
                if token.value in written:
                    raise self._error("found duplicate %TAG directive")
                written.add(token.value)
                self.handles[token.value] = token.suffix
            self.tokens.take()

    # --- nodes ---

    def _node(self, *, block: bool, indentless: bool = False) -> _Node:
        """The properties of a node, up to its content."""
        token = self.tokens.peek()
        if token.kind is Kind.ALIAS:
            return _Node(self.tokens.take())
        tag = anchor = ""
        for _ in range(2):
            if token.kind is Kind.ANCHOR and not anchor:
                anchor = self.tokens.take().value
            elif token.kind is Kind.TAG and not tag:
                tag = self._tag(self.tokens.take())
            token = self.tokens.peek()
        if indentless and token.kind is Kind.BLOCK_ENTRY:
            return _Node(token, tag, anchor, indentless=True)
        fits = token.kind in {Kind.SCALAR, Kind.FLOW_SEQUENCE, Kind.FLOW_MAPPING}
        if fits or (block and token.kind in {Kind.BLOCK_SEQUENCE, Kind.BLOCK_MAPPING}):
            return _Node(self.tokens.take(), tag, anchor)
        if tag or anchor:
            return _Node(None, tag, anchor)
        raise self._error("did not find expected node content")

    def _tag(self, token: Token) -> str:
        if not token.value:
            return token.suffix
        prefix = self.handles.get(token.value)
        if not prefix:
            raise self._error("found undefined tag handle")
        return prefix + token.suffix

    def _value(self, *, block: bool, indentless: bool = False) -> Value:
        """The value of the node that comes next."""
        node = self._node(block=block, indentless=indentless)
        self.size += 1
        if node.content is not None and node.content.kind is Kind.ALIAS:
            return self._alias(node.content.value)
        if self.size > MOST_MEMBERS:
            raise TooMuchError("a document of very many members")
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        if self.depth > DEEPEST:
            raise TooMuchError("a document of very deep nesting")
        value = self._anchored(node) if node.anchor else self._content(node)
        self.depth -= 1
        return value

    def _anchored(self, node: _Node) -> Value:
        """The value of a node with an anchor, which aliases behind it may name."""
        size, deepest = self.size, self.deepest
        self.deepest = self.depth
        self.pending.append(node.anchor)
        value = self._content(node)
        self.pending.remove(node.anchor)
        self.anchors[node.anchor] = _Anchored(value, self.size - size, self.deepest - self.depth + 1)
        self.deepest = max(self.deepest, deepest)
        return value

    def _alias(self, name: str) -> Value:
        if name in self.pending:
            raise self._error(f'cannot refer to anchor "{name}" from inside its own definition')
        anchored = self.anchors.get(name)
        if anchored is None:
            raise self._error(f'reference to undefined anchor "{name}"')
        self.size += anchored.size
        self.deepest = max(self.deepest, self.depth + anchored.height)
        if self.size > MOST_MEMBERS or self.deepest > DEEPEST:
            raise TooMuchError("a document whose aliases repeat very much")
        return anchored.value

    def _content(self, node: _Node) -> Value:
        token = node.content
        kind = Kind.SCALAR if token is None else token.kind
        if kind is Kind.SCALAR:
            return self._scalar(node)
        mapping = kind in {Kind.FLOW_MAPPING, Kind.BLOCK_MAPPING}
        if node.tag and node.tag != (MAP_TAG if mapping else SEQUENCE_TAG):
            raise self._error(f"can't interpret {'mapping' if mapping else 'sequence'} as {node.tag}")
        if mapping:
            return self._flow_mapping() if kind is Kind.FLOW_MAPPING else self._block_mapping()
        return tuple_of(self._flow_sequence() if kind is Kind.FLOW_SEQUENCE else self._block_sequence(indentless=node.indentless))

    def _scalar(self, node: _Node) -> Value:
        token = node.content
        style = token.style if token else Style.PLAIN
        value = resolve(node.tag, token.value if token else "", quoted=style is Style.QUOTED)
        if style is Style.BLOCK and not node.tag:
            # Its type is that of a text, whatever its content resolves to.
            try:
                return convert(value, STRING)
            except EvaluationError as error:
                raise DocumentError(error.detail) from None
        return value

    # --- collections ---

    def _block_sequence(self, *, indentless: bool) -> list[Value]:
        items: list[Value] = []
        empty = frozenset({Kind.BLOCK_ENTRY}) | (_BLOCK_PARTS if indentless else {Kind.BLOCK_END})
        while self.tokens.peek().kind is Kind.BLOCK_ENTRY:
            self.tokens.take()
            items.append(NULL if self.tokens.peek().kind in empty else self._value(block=True))
        if not indentless:
            self._expect(Kind.BLOCK_END, "'-' indicator")
        return items

    def _block_mapping(self) -> Value:
        members: dict[str, Value] = {}
        while self.tokens.peek().kind is Kind.KEY:
            self.tokens.take()
            empty = self.tokens.peek().kind in _BLOCK_PARTS
            key = _Node(None) if empty else self._node(block=True, indentless=True)
            self._member(members, key, self._block_value)
        self._expect(Kind.BLOCK_END, "key")
        return object_of(members)

    def _block_value(self) -> Value:
        if self.tokens.peek().kind is not Kind.VALUE:
            return NULL
        self.tokens.take()
        return NULL if self.tokens.peek().kind in _BLOCK_PARTS else self._value(block=True, indentless=True)

    def _flow_sequence(self) -> list[Value]:
        items: list[Value] = []
        end = Kind.FLOW_SEQUENCE_END
        while self.tokens.peek().kind is not end:
            if items:
                self._expect(Kind.FLOW_ENTRY, "',' or ']'")
                if self.tokens.peek().kind is end:
                    break
            if self.tokens.peek().kind is Kind.KEY:
                self.tokens.take()
                pair: dict[str, Value] = {}
                self._flow_member(pair, end, {Kind.VALUE, Kind.FLOW_ENTRY, end})
                items.append(object_of(pair))
            else:
                items.append(self._value(block=False))
        self.tokens.take()
        return items

    def _flow_mapping(self) -> Value:
        members: dict[str, Value] = {}
        end = Kind.FLOW_MAPPING_END
        first = True
        while self.tokens.peek().kind is not end:
            if not first:
                self._expect(Kind.FLOW_ENTRY, "',' or '}'")
                if self.tokens.peek().kind is end:
                    break
            first = False
            if self.tokens.peek().kind is Kind.KEY:
                self.tokens.take()
                self._flow_member(members, end, {Kind.VALUE, Kind.FLOW_ENTRY, end})
            else:
                self._member(members, self._node(block=False), lambda: NULL)
        self.tokens.take()
        return object_of(members)

    def _flow_member(self, members: dict[str, Value], end: Kind, empty: set[Kind]) -> None:
        key = _Node(None) if self.tokens.peek().kind in empty else self._node(block=False)

        def value() -> Value:
            if self.tokens.peek().kind is not Kind.VALUE:
                return NULL
            self.tokens.take()
            return NULL if self.tokens.peek().kind in {Kind.FLOW_ENTRY, end} else self._value(block=False)

        self._member(members, key, value)

    def _member(self, members: dict[str, Value], key: _Node, value: Callable[[], Value]) -> None:
        """One member of a mapping, or those that a merge key brings."""
        token = key.content
        if token is not None and token.kind is not Kind.SCALAR:
            raise self._error("only strings are allowed as mapping keys")
        written = token.value if token else ""
        if written == _MERGE and not key.tag:
            merged = value()
            if not isinstance(merged.type, ObjectType) or not isinstance(merged.content, dict):
                raise self._error("cannot merge this into a mapping")
            members.update(merged.content)
            return
        name = resolve(key.tag, written, quoted=token is not None and token.style is Style.QUOTED)
        content = convert(name, STRING).content
        if not isinstance(content, str):
            raise self._error("mapping key cannot be null")
        members[content] = value()


def decode(written: str) -> Value:
    """The value of a YAML document; `DocumentError` where there is none, `TooMuchError` beyond the bounds of this reader."""
    return _Reader(scanner(written)).document()
