"""`lifecycle { ignore_changes = [...] }`: what the source writes there counts when an object is created, and never after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sparekey.formats.terraform.syntax.tree import Attr, Block, Expression, Index, Root, Template, Tuple
from sparekey.model.span import Span
from sparekey.model.value import AnyValue, Known, Reference, Unknown

ALL = "all"
HOW = "source cannot tell: check the plan as well (terraform show -json)"


def ignored(block: Block) -> Mapping[str, tuple[frozenset[str], Span]]:
    """Per argument or nested block whose changes are ignored where that is said, and the keys of a map that alone are (none: all of it).

    The name "all" stands for every argument.
    """
    found: dict[str, tuple[frozenset[str], Span]] = {}
    for lifecycle in block.body.blocks:
        listed = lifecycle.body.attributes.get("ignore_changes") if lifecycle.type == "lifecycle" else None
        if listed is None:
            continue
        items = listed.value.items if isinstance(listed.value, Tuple) else (listed.value,)
        for item in items:
            steps = tuple(_steps(item))
            if not steps:
                continue
            keys, _ = found.get(steps[0], (frozenset(steps[1:2]), listed.span))
            narrowed = keys | frozenset(steps[1:2]) if keys and len(steps) > 1 else frozenset[str]()
            found[steps[0]] = (narrowed, listed.span)
    return found


def _steps(expression: Expression) -> Iterator[str]:
    """The names of `conditions[0].users` and of `tags["Created"]`, up to the first step that names a block by number."""
    if isinstance(expression, Template) and all(isinstance(part, str) for part in expression.parts):
        yield "".join(part for part in expression.parts if isinstance(part, str)).partition(".")[0].partition("[")[0]
    elif isinstance(expression, Root):
        yield expression.name
    elif isinstance(expression, Attr):
        yield from _steps(expression.of)
    elif isinstance(expression, Index):
        above = tuple(_steps(expression.of))
        yield from above
        key = expression.key
        if len(above) == 1 and isinstance(key, Template) and all(isinstance(part, str) for part in key.parts):
            yield "".join(part for part in key.parts if isinstance(part, str))


def unsure(value: AnyValue, name: str, address: str, at: Span) -> Unknown:
    """What stands for a value whose changes are ignored: it may be what is written, or whatever was there before."""
    reason = f"what is {name} of {address}? Changes of it are ignored"
    refs = tuple(dict.fromkeys(_references(value)))
    return Unknown(reason=reason, at=at, how=HOW, refs=refs, beyond="what was there before")


def _references(value: AnyValue) -> Iterator[Reference]:
    """Everything that a value may come from, none of it for certain."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, Unknown):
            yield from (Reference(to=ref.to, attribute=ref.attribute) for ref in one.refs)
        elif isinstance(one, Known) and isinstance(one.value, tuple):
            rest.extend(one.value)
        elif isinstance(one, Known) and isinstance(one.value, Mapping):
            rest.extend(one.value.values())
