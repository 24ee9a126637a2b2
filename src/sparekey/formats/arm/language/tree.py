"""The tree of an expression. `at` is the offset of a node in the text it was read from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a whole number."""

    value: str | int
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function, in lower case with its namespace where it is one of the template's own, and its arguments."""

    name: str
    arguments: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Access:
    """A property or an item of something."""

    inner: Node
    key: Node
    at: int


Node = Literal | Call | Access
