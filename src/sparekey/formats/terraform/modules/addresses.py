"""Addresses of module and resource instances, written and read as Terraform does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Key = str | int | None

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_BASIC_PLANE = 0xFFFF


def keyed(address: str, key: Key) -> str:
    """The address of the instance with that key."""
    if key is None:
        return address
    return f"{address}[{key}]" if isinstance(key, int) else f"{address}[{quoted(key)}]"


def below(module: str, name: str) -> str:
    """The address of something in a module ("" is the root)."""
    return f"{module}.{name}" if module else name


def quoted(text: str) -> str:
    """A string as Terraform writes it in an address."""
    return '"' + "".join(_escaped(text)) + '"'


def _escaped(text: str) -> Iterator[str]:
    for place, character in enumerate(text):
        if character in _ESCAPES:
            yield _ESCAPES[character]
        elif character in "$%" and text[place + 1 : place + 2] == "{":
            yield character * 2
        elif character.isprintable():
            yield character
        elif ord(character) <= _BASIC_PLANE:
            yield f"\\u{ord(character):04x}"
        else:
            yield f"\\U{ord(character):08x}"


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart: the steps into modules as (name, key), then the resource, if it is one."""

    modules: tuple[tuple[str, Key], ...] = ()
    mode: str = "managed"
    type: str = ""
    name: str = ""
    key: Key = None

    @property
    def module(self) -> str:
        """The module's own address."""
        address = ""
        for name, key in self.modules:
            address = keyed(below(address, f"module.{name}"), key)
        return address

    def text(self) -> str:
        """The address, written."""
        if not self.type:
            return self.module
        prefix = "data." if self.mode == "data" else ""
        return keyed(below(self.module, f"{prefix}{self.type}.{self.name}"), self.key)


def parse(text: str) -> Address | None:
    """An address taken apart; None if it is none."""
    steps = _steps(text)
    if steps is None:
        return None
    modules: list[tuple[str, Key]] = []
    while len(steps) > 1 and steps[0] == ("module", None):
        modules.append(steps[1])
        steps = steps[2:]
    mode = "managed"
    if steps and steps[0] in (("data", None), ("resource", None)):
        mode = "data" if steps[0][0] == "data" else "managed"
        steps = steps[1:]
    if not steps:
        return Address(tuple(modules)) if modules else None
    if len(steps) != 2 or steps[0][1] is not None:
        return None
    return Address(tuple(modules), mode, steps[0][0], steps[1][0], steps[1][1])


def _steps(text: str) -> list[tuple[str, Key]] | None:
    """The dotted names with the key after each."""
    steps: list[tuple[str, Key]] = []
    place = 0
    while place < len(text):
        end = place
        while end < len(text) and text[end] not in ".[":
            end += 1
        name, key = text[place:end], None
        if not name:
            return None
        if end < len(text) and text[end] == "[":
            found = _key(text, end + 1)
            if found is None:
                return None
            key, end = found
        steps.append((name, key))
        if end < len(text) and text[end] != ".":
            return None
        place = end + 1
    return steps


def _key(text: str, place: int) -> tuple[str | int, int] | None:
    """The key that begins there, and the place after its bracket."""
    if text[place : place + 1] != '"':
        end = text.find("]", place)
        digits = text[place:end] if end > place else ""
        return (int(digits), end + 1) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
    found: list[str] = []
    place += 1
    while place < len(text) and text[place] != '"':
        two = text[place : place + 2]
        if two[0] == "\\" and len(two) > 1 and two[1] in "uU":
            width = 4 if two[1] == "u" else 8
            digits = text[place + 2 : place + 2 + width]
            try:
                found.append(chr(int(digits, 16)))
            except ValueError:
                return None
            place += 2 + width
        elif two[0] == "\\":
            found.append(_PLAIN.get(two[1:], two[1:]))
            place += 2
        elif two in ("$$", "%%") and text[place + 2 : place + 3] == "{":
            found.append(two[0])
            place += 2
        else:
            found.append(text[place])
            place += 1
    return ("".join(found), place + 2) if text[place : place + 2] == '"]' else None
