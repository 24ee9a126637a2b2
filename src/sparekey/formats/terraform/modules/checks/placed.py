"""Every expression of a module that Terraform evaluates, with what may be named where it stands, and what it belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import Reference, constant_text, traversal, uses
from sparekey.formats.terraform.syntax import tree

Owner = tuple[str, ...]
"""What an expression belongs to: ("local", name), ("output", name), ("variable", name) for its validation, ("provider", name, alias),
("resource", mode, type, name), ("argument", call, name), ("call", name) for how often it is called, ("check", name), ("import", number)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an expression stands: which of `count`, `each`, `self` and the iterators of `dynamic` blocks are there.

    `maybe`: it stands in the content of a `dynamic` block, which is evaluated only if there is something to iterate over.
    `checked`: Terraform evaluates it (how to connect matters only where something connects, a provider only where it is used).
    `outside`: beside the arguments of a resource, in a condition, a connection or a provisioner; `repeats`: its count or for_each.
    `ordered`: what it names has to be evaluated first (not so for what only runs on destruction).
    """

    owner: Owner
    counted: bool = False
    each: bool = False
    self: bool = False
    hidden: frozenset[str] = frozenset()
    maybe: bool = False
    ordered: bool = True
    checked: bool = True
    outside: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """An expression and its place."""

    expression: tree.Expression
    place: Place


@dataclass(frozen=True, slots=True)
class Used:
    """An expression that names or calls something: what, and where it stands."""

    expression: tree.Expression
    place: Place
    references: tuple[Reference, ...]
    calls: tuple[tree.Call, ...]


def used(expressions: Iterable[Placed]) -> list[Used]:
    """The expressions that name or call anything, each looked through once."""
    found: list[Used] = []
    for one in expressions:
        expression = one.expression
        if isinstance(expression, tree.Literal) or constant_text(expression) is not None:
            continue
        references: list[Reference] = []
        calls: list[tree.Call] = []
        for use in uses(expression, one.place.hidden):
            if isinstance(use, Reference):
                references.append(use)
            else:
                calls.append(use)
        if references or calls:
            found.append(Used(expression, one.place, tuple(references), tuple(calls)))
    return found


META = frozenset({"count", "for_each", "provider", "depends_on"})
_CALL_META = frozenset({"source", "version", "count", "for_each", "depends_on", "providers"})
_PROVIDER_META = frozenset({"alias", "version", "count", "for_each", "depends_on", "source"})
_RESOURCE_BLOCKS = frozenset({"lifecycle", "connection", "provisioner", "_"})
_PROVISIONER_META = frozenset({"when", "on_failure"})


def placed(module: Module) -> Iterator[Placed]:
    """The expressions of a module in no particular order. Arguments that must be constant or static are not among them."""
    for name, attribute in module.locals.items():
        yield Placed(attribute.value, Place(owner=("local", name)))
    for name, block in module.variables.items():
        yield from _conditions(block.body, ("validation",), Place(owner=("variable", name)))
    for name, block in module.outputs.items():
        place = Place(owner=("output", name))
        if (value := block.body.attributes.get("value")) is not None:
            yield Placed(value.value, place)
        yield from _conditions(block.body, ("precondition",), place)
    yield from placed_providers(module)
    for mode, blocks in (("managed", module.resources), ("data", module.data), ("ephemeral", module.ephemerals)):
        for (type_, name), block in blocks.items():
            yield from resource(block, ("resource", mode, type_, name))
    for name, block in module.calls.items():
        yield from _call(name, block)
    for name, block in module.checks.items():
        yield from _check(name, block)
    for number, block in enumerate(module.imports):
        yield from _import(block, Place(owner=("import", str(number))))


def placed_providers(module: Module) -> Iterator[Placed]:
    """The expressions of the provider configurations of a module."""
    for block in module.providers:
        if len(block.labels) == 1:
            owner = ("provider", block.labels[0], alias(block) or "")
            yield from _body(block.body, Place(owner=owner, checked=False), _PROVIDER_META, ())


def resource(block: tree.Block, owner: Owner) -> Iterator[Placed]:
    """The expressions of a `resource`, `data` or `ephemeral` block."""
    body = block.body
    outside = Place(owner=owner)
    yield from _repetition(body, outside)
    inside = _inside(body, outside)
    yield from _body(body, inside, META, _RESOURCE_BLOCKS)
    beside = replace(inside, outside=True)
    for inner in body.blocks:
        if inner.type == "lifecycle":
            yield from _conditions(inner.body, ("precondition",), beside)
            yield from _conditions(inner.body, ("postcondition",), replace(beside, self=True))
        elif inner.type == "connection":
            connects = any(other.type == "provisioner" for other in body.blocks)
            yield from _body(inner.body, replace(beside, self=True, checked=connects), (), ())
        elif inner.type == "provisioner":
            yield from _provisioner(inner, replace(beside, self=True))
        elif inner.type == "_":
            yield from _body(inner.body, inside, (), ())


def alias(provider: tree.Block) -> str | None:
    """The alias of a `provider` block, where it has one."""
    attribute = provider.body.attributes.get("alias")
    return constant_text(attribute.value) if attribute is not None else None


def iterator(dynamic: tree.Block) -> str | None:
    """The name of the iterator of a `dynamic` block, or None when it is written in no way that can be understood."""
    attribute = dynamic.body.attributes.get("iterator")
    if attribute is None:
        return dynamic.labels[0] if dynamic.labels else None
    found = traversal(attribute.value)
    return found.root if found is not None and not found.steps else constant_text(attribute.value)


def _repetition(body: tree.Body, place: Place) -> Iterator[Placed]:
    for name in ("count", "for_each"):
        attribute = body.attributes.get(name)
        if attribute is not None:
            yield Placed(attribute.value, replace(place, repeats=True))


def _inside(body: tree.Body, place: Place) -> Place:
    return replace(place, counted="count" in body.attributes, each="for_each" in body.attributes)


def _conditions(body: tree.Body, types: Collection[str], place: Place) -> Iterator[Placed]:
    for block in body.blocks:
        if block.type in types:
            for name in ("condition", "error_message"):
                attribute = block.body.attributes.get(name)
                if attribute is not None:
                    yield Placed(attribute.value, place)


def _provisioner(block: tree.Block, place: Place) -> Iterator[Placed]:
    when = block.body.attributes.get("when")
    found = traversal(when.value) if when is not None else None
    destroys = found is not None and found.root == "destroy"
    place = replace(place, ordered=not destroys)
    yield from _body(block.body, place, _PROVISIONER_META, ("connection", "_", "lifecycle"))
    for inner in block.body.blocks:
        if inner.type in ("connection", "_"):
            yield from _body(inner.body, place, (), ())


def _call(name: str, block: tree.Block) -> Iterator[Placed]:
    body = block.body
    outside = Place(owner=("call", name))
    yield from _repetition(body, outside)
    inside = _inside(body, outside)
    bodies = [body, *(inner.body for inner in body.blocks if inner.type == "_")]
    for one in bodies:
        for argument, attribute in one.attributes.items():
            if one is not body or argument not in _CALL_META:
                yield Placed(attribute.value, replace(inside, owner=("argument", name, argument)))


def _check(name: str, block: tree.Block) -> Iterator[Placed]:
    for inner in block.body.blocks:
        if inner.type == "data" and len(inner.labels) == 2:
            yield from resource(inner, ("resource", "data", *inner.labels))
    yield from _conditions(block.body, ("assert",), Place(owner=("check", name)))


def _import(block: tree.Block, place: Place) -> Iterator[Placed]:
    repeated = block.body.attributes.get("for_each")
    if repeated is not None:
        yield Placed(repeated.value, place)
    identity = block.body.attributes.get("id")
    if identity is not None:
        yield Placed(identity.value, replace(place, each=repeated is not None))


def _body(body: tree.Body, place: Place, meta: Collection[str], blocks: Collection[str]) -> Iterator[Placed]:
    """The expressions of a body of a provider's, at any depth, but for these arguments and blocks directly in it."""
    stack: list[tuple[tree.Body, Place]] = [(body, place)]
    while stack:
        here, at = stack.pop()
        top = here is body
        if here.json:
            at = replace(at, hidden=at.hidden | _json_iterators(here))
        for name, attribute in here.attributes.items():
            if not (top and name in meta):
                yield Placed(attribute.value, at)
        for block in here.blocks:
            if top and block.type in blocks:
                continue
            if block.type != "dynamic":
                stack.append((block.body, at))
                continue
            name_of_item = iterator(block)
            content = replace(at, hidden=at.hidden | ({name_of_item} if name_of_item else set()), maybe=True)
            for name, attribute in block.body.attributes.items():
                if name == "for_each":
                    yield Placed(attribute.value, at)
                elif name == "labels":
                    yield Placed(attribute.value, content)
            stack.extend((inner.body, content) for inner in block.body.blocks if inner.type == "content")


def _json_iterators(body: tree.Body) -> frozenset[str]:
    """The names that `dynamic` blocks may give to their items where JSON syntax does not show what is a block."""
    found: set[str] = set()
    stack: list[tree.Expression] = []
    for name, attribute in body.attributes.items():
        stack.append(attribute.value)
        if name == "dynamic":
            found |= _keys(attribute.value)
    while stack:
        node = stack.pop()
        if isinstance(node, tree.Tuple):
            stack.extend(node.items)
        elif isinstance(node, tree.Object):
            for key, value in node.items:
                stack.append(value)
                text = constant_text(key)
                if text == "dynamic":
                    found |= _keys(value)
                elif text == "iterator" and (named := constant_text(value)):
                    found.add(named)
    return frozenset(found)


def _keys(value: tree.Expression) -> set[str]:
    objects = value.items if isinstance(value, tree.Tuple) else (value,)
    return {text for one in objects if isinstance(one, tree.Object) for key, _ in one.items if (text := constant_text(key))}
