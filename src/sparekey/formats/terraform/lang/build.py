"""Lists, sets and maps made of values, as cty makes them: one type for all members, sets in Terraform's order without repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.types import (
    DYNAMIC,
    NUMBER,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import NO_MARKS, Unknown, Value, all_marks, wholly_known

_FIRST_PRINTABLE = 0x20


def member_type(items: Iterable[Value]) -> Type | None:
    """The one type of values that are to stand in one collection; those of unknown type fit any. None where they differ."""
    found: Type = DYNAMIC
    for item in items:
        if found is DYNAMIC or found == DYNAMIC:
            found = item.type
        elif item.type is not found and item.type not in (DYNAMIC, found):
            return None
    return found


def _typed(items: Iterable[Value], element: Type) -> tuple[Value, ...]:
    return tuple(item if item.type is element or item.type == element else replace(item, type=element) for item in items)


def list_of(items: Sequence[Value], element: Type) -> Value:
    """A list; `element` is its element type where there are no items. All items must have one type."""
    inner = (member_type(items) or element) if items else element
    return Value(ListType(inner), _typed(items, inner))


def map_of(items: Mapping[str, Value], element: Type) -> Value:
    """A map in the order of its keys; `element` is its element type where there are no items."""
    inner = (member_type(items.values()) or element) if items else element
    keys = sorted(items)
    return Value(MapType(inner), dict(zip(keys, _typed((items[key] for key in keys), inner), strict=True)))


def set_of(items: Sequence[Value], element: Type) -> Value:
    """A set without repeats. The marks of its members, at any depth, become its own."""
    inner = (member_type(items) or element) if items else element
    marks = frozenset().union(*map(all_marks, items)) if items else NO_MARKS
    plain = _typed((bare(item) for item in items), inner) if marks else _typed(items, inner)
    seen: set[object] = set()
    kept: list[Value] = []
    for item in plain:
        key = identity(item)
        if key is not None:
            if key in seen:
                continue
            seen.add(key)
        kept.append(item)
    return Value(SetType(inner), tuple(in_order(kept, inner)), marks)


def bare(value: Value) -> Value:
    """A value without marks at any depth."""
    if not all_marks(value):
        return value
    return _bare(value)


def _bare(value: Value) -> Value:
    content = value.content
    if isinstance(content, tuple):
        return Value(value.type, tuple(map(_bare, content)))
    if isinstance(content, Mapping):
        return Value(value.type, {name: _bare(item) for name, item in content.items()})
    return value.unmarked()


def identity(value: Value) -> object:
    """What two values that are equal for a set have in common; None where an unknown keeps them apart."""
    content = value.content
    if isinstance(content, str | bool):
        return content
    if content is None:
        return ("null",)
    if isinstance(content, Unknown):
        return None
    if isinstance(content, tuple):
        parts = tuple(map(identity, content))
        return None if None in parts else ("sequence", parts)
    if isinstance(content, Mapping):
        named = tuple((name, identity(item)) for name, item in content.items())
        return None if any(part is None for _, part in named) else ("mapping", named)
    return int(content) if isinstance(content, int) else numbers.text(content)


def in_order(items: list[Value], element: Type) -> list[Value]:
    """The members of a set in Terraform's order: known ones first, then unknown ones, then null."""
    known = [item for item in items if not isinstance(item.content, Unknown) and item.content is not None]
    others = [item for item in items if isinstance(item.content, Unknown)] + [item for item in items if item.content is None]
    if element == NUMBER:
        known.sort(key=_amount)
    elif isinstance(element, ListType | SetType | MapType | ObjectType | TupleType):
        known.sort(key=_rank)
    else:
        known.sort(key=_plain)
    return known + others


def _plain(value: Value) -> str | bool:
    return value.content if isinstance(value.content, str | bool) else ""


def _amount(value: Value) -> numbers.Number:
    return value.content if isinstance(value.content, numbers.NUMBERS) else 0


def _rank(value: Value) -> bytes:
    """The bytes by which members that are no primitives are ordered."""
    parts: list[str] = []
    _rank_into(value, parts.append)
    return "".join(parts).encode("utf-8", "surrogatepass")


def _rank_into(value: Value, put: Callable[[str], None]) -> None:
    content = value.content
    if isinstance(content, Unknown):
        put("?")
    elif content is None:
        put("~")
    elif isinstance(content, bool):
        put("T" if content else "F")
    elif isinstance(content, str):
        put(go_quoted(content))
    elif isinstance(content, tuple):
        opening, closing = "<>" if isinstance(value.type, TupleType) else "[]"
        put(opening)
        for item in content:
            _rank_into(item, put)
            put(";")
        put(closing)
    elif isinstance(content, Mapping):
        named = isinstance(value.type, MapType)
        put("{" if named else "<")
        for name in sorted(content):
            if named:
                put(go_quoted(name) + ":")
            _rank_into(content[name], put)
            put(";")
        put("}" if named else ">")
    else:
        put(numbers.general(content, 10))


_GO_ESCAPES = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    '"': '\\"',
    "\\": "\\\\",
}


def go_quoted(text: str) -> str:
    """A text as Go's `%q` writes it."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_go_escaped, text)) + '"'


def _go_escaped(letter: str) -> str:
    if letter in _GO_ESCAPES:
        return _GO_ESCAPES[letter]
    if letter.isprintable():
        return letter
    code = ord(letter)
    if code < _FIRST_PRINTABLE or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def length_open(value: Value) -> bool:
    """Whether unknown members of a known set may turn out to be equal, so that its length is not known."""
    content = value.content
    return isinstance(content, tuple) and len(content) > 1 and any(not wholly_known(item) for item in content)
