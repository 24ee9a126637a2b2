"""What an expression refers to, without evaluating it: the names that dependencies and static checks are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from sparekey.formats.terraform.syntax import tree
from sparekey.model.span import Span


@dataclass(frozen=True, slots=True)
class Key:
    """A step by a constant index: `["a"]`, `[0]`, and the legacy `.0`."""

    value: str | int | Fraction | bool | None


Step = str | Key


@dataclass(frozen=True, slots=True)
class Reference:
    """A traversal as Terraform sees it: a root name and the constant steps after it, up to the first that is not.

    A step that is a plain `str` is an attribute access. `span` is from the root name to the last step.
    """

    root: str
    steps: tuple[Step, ...]
    span: Span


_Names = frozenset[str]
_Work = tuple[tree.Expression, _Names]


def references(expression: tree.Expression, hidden: frozenset[str] = frozenset()) -> Iterator[Reference]:
    """The references of an expression in the order of its text.

    The variables of `for` expressions and template loops hide what is named alike. A bare name used as the key of an object is
    none. Nothing here recurses, so a chain of any length is fine.
    """
    for use in uses(expression, hidden):
        if isinstance(use, Reference):
            yield use


def calls(expression: tree.Expression) -> Iterator[tree.Call]:
    """The function calls in an expression, outer before inner, in the order of the text."""
    for use in uses(expression):
        if isinstance(use, tree.Call):
            yield use


def uses(
    expression: tree.Expression, hidden: frozenset[str] = frozenset(), *, certain: bool = False
) -> Iterator[Reference | tree.Call]:
    """The references and function calls of an expression in the order of its text.

    `hidden` are the names of variables around it (of `dynamic` blocks). `certain`: only those that are evaluated whenever the
    expression is, and whose errors nothing catches; so not what stands in the body of a loop, in a branch or in a `try`.
    """
    stack: list[_Work] = [(expression, hidden)]
    while stack:
        node, hidden = stack.pop()
        kind = type(node)
        if kind is tree.Literal:
            continue
        if kind in _TRAVERSALS:
            found = _traversal(node, hidden, stack)
            if found is not None:
                yield found
            continue
        if isinstance(node, tree.Call):
            yield node
        if certain and kind in _UNCERTAIN:
            stack.extend(reversed(_surely(node, hidden)))
            continue
        inner = _INNER.get(kind)
        if inner is not None:
            stack.extend(reversed(inner(node, hidden)))


def traversal(expression: tree.Expression) -> Reference | None:
    """The expression as one reference, where it is nothing but a name and constant steps; else None."""
    rest: list[_Work] = []
    found = _traversal(expression, frozenset(), rest) if type(expression) in _TRAVERSALS else None
    return found if found is not None and found.span == expression.span and not rest else None


def constant_key(expression: tree.Expression) -> Key | None:
    """The index that an expression is, where it is a literal: these belong to the traversal."""
    if isinstance(expression, tree.Literal):
        return Key(expression.value)
    text = constant_text(expression)
    return None if text is None else Key(text)


def constant_text(expression: tree.Expression) -> str | None:
    """The text of a string without interpolations, else None."""
    if isinstance(expression, tree.Template) and not expression.bare:
        if not expression.parts:
            return ""
        if len(expression.parts) == 1 and isinstance(expression.parts[0], str):
            return expression.parts[0]
    return None


_DIGITS = 18  # an index of more digits names nothing that exists
_TRAVERSALS = frozenset({tree.Root, tree.Attr, tree.Index})


def _traversal(node: tree.Expression, hidden: _Names, stack: list[_Work]) -> Reference | None:
    """The reference that a chain of accesses begins with. What else has to be looked at is put on the stack."""
    chain: list[tree.Attr | tree.Index] = []
    inner: tree.Expression = node
    while isinstance(inner, (tree.Attr, tree.Index)):
        chain.append(inner)
        inner = inner.of
    chain.reverse()
    keys = [one.key for one in chain if isinstance(one, tree.Index)]
    stack.extend((key, hidden) for key in reversed(keys) if constant_key(key) is None)
    if not isinstance(inner, tree.Root):
        stack.append((inner, hidden))
        return None
    if inner.name in hidden:
        return None
    steps: list[Step] = []
    span = inner.span
    for one in chain:
        if isinstance(one, tree.Attr):
            digits = one.name[:1].isdecimal() and one.name.isascii() and len(one.name) <= _DIGITS
            steps.append(Key(int(one.name)) if digits else one.name)
        else:
            key = constant_key(one.key)
            if key is None:
                break
            steps.append(key)
        span = one.span
    return Reference(inner.name, tuple(steps), span)


def _call(node: tree.Call, hidden: _Names) -> list[_Work]:
    return [(argument, hidden) for argument in node.arguments]


def _template(node: tree.Template, hidden: _Names) -> list[_Work]:
    work: list[_Work] = []
    for part in node.parts:
        if isinstance(part, str):
            continue
        if isinstance(part, tree.TemplateIf):
            work.append((part.condition, hidden))
            work.append((part.then, hidden))
            if part.otherwise is not None:
                work.append((part.otherwise, hidden))
        elif isinstance(part, tree.TemplateFor):
            work.append((part.collection, hidden))
            work.append((part.body, _with(hidden, part.key, part.item)))
        else:
            work.append((part, hidden))
    return work


def _for(node: tree.For, hidden: _Names) -> list[_Work]:
    scope = _with(hidden, node.key_name, node.item_name)
    inner = [part for part in (node.key, node.value, node.condition) if part is not None]
    return [(node.collection, hidden), *((part, scope) for part in inner)]


def _with(hidden: _Names, key: str | None, item: str) -> _Names:
    return hidden | ({item} if key is None else {key, item})


def _object(node: tree.Object, hidden: _Names) -> list[_Work]:
    return [(part, hidden) for item in node.items for part in item]


def _tuple(node: tree.Tuple, hidden: _Names) -> list[_Work]:
    return [(item, hidden) for item in node.items]


def _conditional(node: tree.Conditional, hidden: _Names) -> list[_Work]:
    return [(node.condition, hidden), (node.then, hidden), (node.otherwise, hidden)]


def _binary(node: tree.Binary, hidden: _Names) -> list[_Work]:
    return [(node.left, hidden), (node.right, hidden)]


def _of(node: tree.Unary | tree.Parens, hidden: _Names) -> list[_Work]:
    return [(node.of, hidden)]


def _splat(node: tree.Splat, hidden: _Names) -> list[_Work]:
    return [(node.of, hidden), (node.each, hidden)]


def _surely(node: tree.Expression, hidden: _Names) -> list[_Work]:
    """What is certainly evaluated of a node that may leave out parts of it."""
    if isinstance(node, tree.For):
        return [(node.collection, hidden)]
    if isinstance(node, tree.Splat):
        return [(node.of, hidden)]
    if isinstance(node, tree.Conditional):
        return [(node.condition, hidden)]
    if isinstance(node, tree.Call):
        return [] if node.name.removeprefix("core::") in ("try", "can") else _call(node, hidden)
    if isinstance(node, tree.Template):
        loose = {id(part.body) for part in node.parts if isinstance(part, tree.TemplateFor)}
        for part in node.parts:
            if isinstance(part, tree.TemplateIf):
                loose |= {id(part.then), id(part.otherwise)}
        return [work for work in _template(node, hidden) if id(work[0]) not in loose]
    return []


_UNCERTAIN = frozenset({tree.For, tree.Splat, tree.Conditional, tree.Call, tree.Template})
_Inner = Callable[..., list[_Work]]

_INNER: dict[type, _Inner] = {
    tree.Template: _template,
    tree.Call: _call,
    tree.Object: _object,
    tree.Tuple: _tuple,
    tree.For: _for,
    tree.Conditional: _conditional,
    tree.Binary: _binary,
    tree.Unary: _of,
    tree.Parens: _of,
    tree.Splat: _splat,
}
