"""What `lifecycle` changes about an object that exists already: `ignore_changes` and `replace_triggered_by`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sparekey.formats.terraform.lang.types import DYNAMIC, MapType
from sparekey.formats.terraform.lang.values import Unknown, Value, object_of, tuple_of
from sparekey.formats.terraform.modules.equality import same
from sparekey.formats.terraform.modules.load import blocks_of
from sparekey.formats.terraform.modules.references import Key, Step, constant_text, traversal
from sparekey.formats.terraform.syntax.read import expression
from sparekey.formats.terraform.syntax.tree import Block, Expression, Root, Tuple

Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """The paths whose changes are ignored; `all`: every change is."""

    paths: tuple[Path, ...] = ()
    all: bool = False

    def names(self) -> frozenset[str]:
        """The arguments that are ignored as a whole."""
        return frozenset(path[0] for path in self.paths if len(path) == 1 and isinstance(path[0], str))


NOTHING = Ignored()


def ignored_changes(block: Block) -> Ignored:
    """What a resource block ignores."""
    for inner in blocks_of(block.body, "lifecycle"):
        attribute = inner.body.attributes.get("ignore_changes")
        if attribute is not None:
            return _ignored(attribute.value)
    return NOTHING


def _ignored(written: Expression) -> Ignored:
    if (isinstance(written, Root) and written.name == "all") or constant_text(written) == "all":
        return Ignored(all=True)
    items = written.items if isinstance(written, Tuple) else ()
    paths: list[Path] = []
    for item in items:
        quoted = constant_text(item)
        if quoted == "*":
            return Ignored(all=True)
        found = traversal(item if quoted is None else expression(quoted, item.span.file))
        if found is not None:
            paths.append((found.root, *found.steps))
    return Ignored(tuple(paths))


def kept(ignored: Ignored, arguments: Mapping[str, Value], before: Mapping[str, Value]) -> dict[str, Value]:
    """The arguments with those of the existing object wherever changes are ignored."""
    if ignored.all:
        return {**arguments, **before}
    changed = {**{name: Value(DYNAMIC, None) for name in before}, **arguments}
    for path in ignored.paths:
        name = path[0]
        if not isinstance(name, str) or name not in changed or name not in before:
            continue
        steps: Path = path[1:]
        key = steps[-1].value if steps and isinstance(steps[-1], Key) else None
        if isinstance(key, str):
            steps = steps[:-1]
        else:
            key = None
        replacement = _replaced(changed[name], before[name], steps, key)
        if replacement is not None:
            changed[name] = replacement
    return changed


def _replaced(value: Value, before: Value, steps: Sequence[Step], key: str | None) -> Value | None:
    """The value with what `before` has at a path; None where one of them has nothing there."""
    if not steps:
        return _at_the_end(value, before, key)
    step = steps[0].value if isinstance(steps[0], Key) else steps[0]
    inner, old = _member(value, step), _member(before, step)
    if inner is None or old is None:
        return None
    replacement = _replaced(inner, old, steps[1:], key)
    if replacement is None:
        return None
    content = value.content
    if isinstance(content, Mapping) and isinstance(step, str):
        changed = {**content, step: replacement}
        return (
            Value(value.type, changed, value.marks) if isinstance(value.type, MapType) else object_of(changed).marked(value.marks)
        )
    if isinstance(content, tuple) and isinstance(step, int):
        return tuple_of([replacement if place == step else item for place, item in enumerate(content)]).marked(value.marks)
    return None


def _member(value: Value, step: object) -> Value | None:
    content = value.content
    if isinstance(content, Mapping) and isinstance(step, str):
        return content.get(step)
    if isinstance(content, tuple) and isinstance(step, int) and 0 <= step < len(content):
        return content[step]
    return None


def _at_the_end(value: Value, before: Value, key: str | None) -> Value:
    """The whole old value; of a map one key alone, present or not as it was."""
    if key is None or not isinstance(value.type, MapType):
        return before
    content = value.content
    if isinstance(content, Unknown):
        return value
    items = dict(content) if isinstance(content, Mapping) else {}
    old = before.content if isinstance(before.content, Mapping) else {}
    if key in old:
        items[key] = old[key]
    else:
        items.pop(key, None)
    if not items and value.null:
        return value
    return Value(value.type, {name: items[name] for name in sorted(items)}, value.marks)


def triggers(block: Block) -> Sequence[Expression]:
    """The references of `replace_triggered_by`."""
    for inner in blocks_of(block.body, "lifecycle"):
        attribute = inner.body.attributes.get("replace_triggered_by")
        if attribute is not None and isinstance(attribute.value, Tuple):
            return [_unquoted(item) for item in attribute.value.items]
    return ()


def _unquoted(item: Expression) -> Expression:
    quoted = constant_text(item)
    return item if quoted is None else expression(quoted, item.span.file)


def differs(before: Mapping[str, Value], after: Value, steps: Sequence[str | int]) -> bool:
    """Whether the attribute at a path of an object changes, as far as is known: an unknown counts as a change."""
    old: Value | None = object_of(before)
    new: Value | None = after
    for step in steps:
        old = None if old is None else _member(old, step)
        new = None if new is None else _member(new, step)
    if old is None or new is None:
        return old is not new
    return not same(old, new)
