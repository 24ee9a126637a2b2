"""The names that an expression refers to, wherever they stand in it, as Terraform looks for them before it evaluates anything."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.terraform.syntax import tree

_Part = tree.Expression | tree.TemplateIf | tree.TemplateFor


def free_names(expression: _Part) -> Iterator[tree.Root]:
    """Each reference to a name that no `for` around it makes."""
    stack: list[tuple[_Part, frozenset[str]]] = [(expression, frozenset())]
    while stack:
        node, bound = stack.pop()
        if isinstance(node, tree.Root):
            if node.name not in bound:
                yield node
            continue
        stack.extend((part, bound | names) for part, names in reversed(list(_parts(node))))


def unreadable(expression: _Part) -> Iterator[tree.Unreadable]:
    """What could not be read, wherever it stands."""
    stack = [expression]
    while stack:
        node = stack.pop()
        if isinstance(node, tree.Unreadable):
            yield node
        stack.extend(part for part, _ in _parts(node))


def calls(expression: _Part) -> Iterator[tree.Call]:
    """Each call of a function."""
    stack = [expression]
    while stack:
        node = stack.pop()
        if isinstance(node, tree.Call):
            yield node
        stack.extend(part for part, _ in _parts(node))


def _parts(node: _Part) -> Iterator[tuple[_Part, frozenset[str]]]:
    """The parts of a node, each with the names that the node makes for it."""
    none: frozenset[str] = frozenset()
    match node:
        case tree.Template(parts=parts):
            yield from ((part, none) for part in parts if not isinstance(part, str))
        case tree.TemplateIf(condition=condition, then=then, otherwise=otherwise):
            yield from ((part, none) for part in (condition, then, otherwise) if part is not None)
        case tree.TemplateFor(key=key, item=item, collection=collection, body=body):
            yield collection, none
            yield body, _names(item, key)
        case tree.Attr(of=of) | tree.Unary(of=of) | tree.Parens(of=of):
            yield of, none
        case tree.Index(of=of, key=inner):
            yield of, none
            yield inner, none
        case tree.Splat(of=of, each=each):
            yield of, none
            yield each, none
        case tree.Call(arguments=arguments) | tree.Tuple(items=arguments):
            yield from ((part, none) for part in arguments)
        case tree.Binary(left=left, right=right):
            yield left, none
            yield right, none
        case tree.Conditional(condition=condition, then=then, otherwise=otherwise):
            yield from ((part, none) for part in (condition, then, otherwise))
        case tree.Object(items=pairs):
            for name, value in pairs:
                yield name, none
                yield value, none
        case tree.For():
            names = _names(node.item_name, node.key_name)
            yield node.collection, none
            yield from ((part, names) for part in (node.key, node.value, node.condition) if part is not None)


def _names(item: str, key: str | None) -> frozenset[str]:
    return frozenset({item} if key is None else {item, key})
