"""The syntax tree: what the parsers give and the evaluator knows.

Native syntax, JSON syntax and template files all end here. Every node has the span of its text. A node that could not be
read is `Unreadable`, so that nothing is ever silently absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from sparekey.model.span import Span

# --- expressions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a boolean or null. Strings are templates, even those without any interpolation."""

    span: Span
    value: int | Fraction | bool | None


@dataclass(frozen=True, slots=True)
class Template:
    """A quoted string, a heredoc or a template file: its parts in order, literal texts decoded (escapes, indentation).

    `bare`: exactly one interpolation and nothing else, so that its value keeps its type ("${var.list}").
    """

    span: Span
    parts: tuple[str | Expression | TemplateIf | TemplateFor, ...]
    bare: bool = False


@dataclass(frozen=True, slots=True)
class TemplateIf:
    """`%{ if c }...%{ else }...%{ endif }` inside a template."""

    span: Span
    condition: Expression
    then: Template
    otherwise: Template | None


@dataclass(frozen=True, slots=True)
class TemplateFor:
    """`%{ for k, v in c }...%{ endfor }` inside a template."""

    span: Span
    key: str | None
    item: str
    collection: Expression
    body: Template


@dataclass(frozen=True, slots=True)
class Root:
    """A name at the start of a traversal: `var`, `local`, `azuread_group`, a `for` variable."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class Attr:
    """`of.name`; also the legacy `of.0`, whose name is then the digits."""

    span: Span
    of: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`of[key]`."""

    span: Span
    of: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Splat:
    """`of[*]...` and the legacy `of.*...`, which takes no index along.

    `each` is what is done with every item: a chain of Attr and Index whose innermost `of` is an `Item`.
    """

    span: Span
    of: Expression
    each: Expression


@dataclass(frozen=True, slots=True)
class Item:
    """The item that the nearest splat around it is at."""

    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`; a provider's function is named `provider::local_name::function`. `expands`: the last argument has `...`."""

    span: Span
    name: str
    arguments: tuple[Expression, ...]
    expands: bool = False


@dataclass(frozen=True, slots=True)
class Unary:
    """`-of` and `!of`."""

    span: Span
    operator: str
    of: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    span: Span
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`."""

    span: Span
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Tuple:
    """`[a, b]`."""

    span: Span
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Object:
    """`{ key = value }`. A bare name as a key is a `Template` of that text; a key in parentheses is `Parens`."""

    span: Span
    items: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class For:
    """`[for k, v in c : value if condition]`, and with `key` the form in braces; `groups` is its `...`."""

    span: Span
    key_name: str | None
    item_name: str
    collection: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    groups: bool = False


@dataclass(frozen=True, slots=True)
class Parens:
    """`(of)`: it ends a traversal, and makes a key of an object an expression."""

    span: Span
    of: Expression


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What could not be read: Terraform's own heading, a colon, and what was expected there.

    `limit`: it is this reader's bound that it passes (nesting, size), so Terraform might read it.
    """

    span: Span
    message: str
    limit: bool = False


Expression = (
    Literal
    | Template
    | Root
    | Attr
    | Index
    | Splat
    | Item
    | Call
    | Unary
    | Binary
    | Conditional
    | Tuple
    | Object
    | For
    | Parens
    | Unreadable
)


# --- structure ------------------------------------------------------------------------------------------------------


class Attribute(Protocol):
    """`name = expression`. The expression is converted on the first use of `value`."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def name_span(self) -> Span:
        """Where its name stands."""
        ...

    @property
    def span(self) -> Span:
        """From its name to the end of its expression."""
        ...

    @property
    def value(self) -> Expression:
        """The expression."""
        ...


class Block(Protocol):
    """`type "label" { body }`. The body is converted on its first use."""

    @property
    def type(self) -> str:
        """`resource`, `variable`, `conditions`."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """Its labels, as written between the type and the brace."""
        ...

    @property
    def header(self) -> Span:
        """From the type to the last label."""
        ...

    @property
    def span(self) -> Span:
        """From the type to the closing brace."""
        ...

    @property
    def body(self) -> Body:
        """What stands between the braces."""
        ...


@dataclass(frozen=True, slots=True)
class Body:
    """Attributes and blocks in the order of the file.

    `json`: written in JSON syntax, where an argument and a nested block look alike: except for the blocks that Terraform itself
    defines (resource, variable, lifecycle, dynamic, ...) everything is an attribute whose value is an `Object` or a `Tuple`.
    `problems` are the unreadable parts directly in it, not those of blocks in it; where such a part is the expression of an
    attribute, it is the very node that is the attribute's value. `repeated` are attributes that are written a second time.
    """

    span: Span
    attributes: Mapping[str, Attribute]
    blocks: Sequence[Block]
    json: bool = False
    problems: tuple[Unreadable, ...] = ()
    repeated: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """One file: its body, and its name relative to the scan root."""

    name: str
    body: Body
