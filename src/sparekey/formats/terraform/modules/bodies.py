"""The body of a resource instance, evaluated: its arguments, and its nested blocks with `dynamic` ones expanded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from sparekey.formats.terraform.lang.types import DYNAMIC, ListType, MapType, ObjectType, SetType, TupleType
from sparekey.formats.terraform.lang.values import (
    NO_MARKS,
    Marks,
    Unknown,
    Value,
    Why,
    made_of,
    number,
    object_of,
    sources,
    text,
)
from sparekey.formats.terraform.modules.evaluated import Argument, Blocks, EvaluatedBody, Fault
from sparekey.formats.terraform.modules.references import constant_text
from sparekey.formats.terraform.modules.repetition import MOST_INSTANCES
from sparekey.formats.terraform.syntax.tree import Attribute, Block, Body, Expression, Root
from sparekey.model.span import Span

NONE: frozenset[str] = frozenset()
META_ARGUMENTS = frozenset({"count", "for_each", "provider", "depends_on"})
META_BLOCKS = frozenset({"lifecycle", "connection", "provisioner"})
_DEEPEST = 60
"""Blocks inside each other at most. Real schemas have about ten levels."""

Names = Mapping[str, Value]


class Evaluator(Protocol):
    """What evaluates expressions for a body."""

    def value(self, expression: Expression, names: Names) -> Value:
        """The value of an expression, in which `names` (iterators of `dynamic` blocks) hide all else. It raises nothing."""
        ...

    def allow(self, blocks: int) -> bool:
        """Whether so many more blocks may be made; if so they are counted."""
        ...

    def fault(self, fault: Fault) -> object:
        """Note what Terraform would refuse."""
        ...


def evaluate_body(block: Block, evaluator: Evaluator) -> EvaluatedBody:
    """The body of a resource or data block without its meta-arguments."""
    return _body(block.header, block.body, _Place(evaluator), skipped=META_ARGUMENTS, skipped_blocks=META_BLOCKS)


def evaluate_nested(block: Block, type_: str, evaluator: Evaluator) -> Blocks | None:
    """The nested blocks of one type alone; None where there are none."""
    return _blocks(block.body, _Place(evaluator), META_BLOCKS, only=type_).get(type_)


def parts(body: EvaluatedBody) -> Iterator[Value]:
    """Every argument's value in a body, at any depth, and what may be in it besides."""
    stack = [body]
    while stack:
        one = stack.pop()
        for argument in one.arguments.values():
            yield argument.value
        for blocks in one.blocks.values():
            stack.extend(blocks.members)
            if blocks.open is not None:
                yield Value(DYNAMIC, blocks.open)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a body stands: the iterators of the `dynamic` blocks around it, and the marks that the nearest gives its arguments."""

    evaluator: Evaluator
    names: Names = field(default_factory=dict)
    marks: Marks = NO_MARKS
    depth: int = 0

    def inside(self) -> _Place:
        return _Place(self.evaluator, self.names, NO_MARKS, self.depth + 1)

    def iterating(self, name: str, key: Value, value: Value, marks: Marks) -> _Place:
        return _Place(self.evaluator, {**self.names, name: object_of({"key": key, "value": value})}, marks, self.depth + 1)


def _body(
    at: Span, body: Body, place: _Place, *, skipped: frozenset[str] = NONE, skipped_blocks: frozenset[str] = NONE
) -> EvaluatedBody:
    arguments: dict[str, Argument] = {}
    evaluate, names, marks = place.evaluator.value, place.names, place.marks
    for name, attribute in body.attributes.items():
        if name not in skipped:
            value = evaluate(attribute.value, names)
            arguments[name] = Argument(value=value.marked(marks) if marks else value, written=attribute)
    unread = tuple(problem.span for problem in body.problems)
    blocks = _blocks(body, place, skipped_blocks) if body.blocks else {}
    return EvaluatedBody(at=at, arguments=arguments, blocks=blocks, unread=unread)


class _Gathering:
    """The blocks of one type, while they are being found."""

    __slots__ = ("at", "members", "open")

    def __init__(self) -> None:
        self.members: list[EvaluatedBody] = []
        self.open: Unknown | None = None
        self.at: Span | None = None

    def leave_open(self, why: Unknown, at: Span) -> None:
        if self.open is None:
            self.open, self.at = why, at
        else:
            self.open = replace(self.open, among=self.open.among | why.among, beyond=self.open.beyond or why.beyond)


def _blocks(body: Body, place: _Place, skipped: frozenset[str], only: str | None = None) -> dict[str, Blocks]:
    found: dict[str, _Gathering] = {}
    for block in body.blocks:
        dynamic = block.type == "dynamic" and len(block.labels) == 1
        type_ = block.labels[0] if dynamic else block.type
        if type_ in skipped or (only is not None and type_ != only):
            continue
        gathering = found.setdefault(type_, _Gathering())
        if place.depth >= _DEEPEST:
            why = Why(f"blocks nested more than {_DEEPEST} deep", at=block.header)
            gathering.leave_open(Unknown(why=why, beyond=why.reason), block.header)
        elif dynamic:
            _expand(block, gathering, place)
        else:
            gathering.members.append(_body(block.header, block.body, place.inside()))
    return {
        type_: Blocks(members=tuple(gathering.members), open=gathering.open, at=gathering.at)
        for type_, gathering in found.items()
    }


def _expand(block: Block, gathering: _Gathering, place: _Place) -> None:
    content = [inner for inner in block.body.blocks if inner.type == "content"]
    each = block.body.attributes.get("for_each")
    iterator = _iterator(block)
    if len(content) != 1 or each is None or iterator is None:
        # The static checks say what is wrong with it.
        why = Why("a dynamic block that Terraform refuses", at=block.header)
        gathering.leave_open(Unknown(why=why, beyond=why.reason), block.header)
        return
    value = place.evaluator.value(each.value, place.names)
    items = _items(value, each, place.evaluator)
    if isinstance(items, Unknown):
        of_these = made_of(DYNAMIC, [Value(DYNAMIC, items)])
        sample = _body(block.header, content[0].body, place.iterating(iterator, of_these, of_these, value.marks))
        among, beyond, _ = sources(made_of(DYNAMIC, [Value(DYNAMIC, items), *parts(sample)]))
        gathering.leave_open(Unknown(why=items.why, among=among, beyond=beyond), each.span)
        return
    for key, one in items:
        gathering.members.append(_body(block.header, content[0].body, place.iterating(iterator, key, one, value.marks)))


def _iterator(block: Block) -> str | None:
    written = block.body.attributes.get("iterator")
    if written is None:
        return block.labels[0]
    return written.value.name if isinstance(written.value, Root) else constant_text(written.value)


def _items(value: Value, each: Attribute, evaluator: Evaluator) -> list[tuple[Value, Value]] | Unknown:
    content = value.content
    if isinstance(content, Unknown):
        if value.type != DYNAMIC and not isinstance(value.type, (ListType, SetType, TupleType, MapType, ObjectType)):
            return _refused(evaluator, each, "An iterable collection is required.")
        return content
    if content is None:
        return _refused(evaluator, each, "Cannot use a null value in for_each.")
    if isinstance(content, (tuple, Mapping)) and (len(content) > MOST_INSTANCES or not evaluator.allow(len(content))):
        detail = f"{len(content)} blocks are more than are expanded here"
        evaluator.fault(Fault(summary="Too many blocks", detail=detail, at=each.span, certain=False, kind="too-much"))
        why = Why(detail, at=each.span)
        return Unknown(why=why, beyond=why.reason)
    if isinstance(content, tuple):
        if isinstance(value.type, SetType):
            return [(item, item) for item in content]
        return [(number(place), item) for place, item in enumerate(content)]
    if isinstance(content, Mapping):
        return [(text(key), item) for key, item in content.items()]
    return _refused(evaluator, each, "An iterable collection is required.")


def _refused(evaluator: Evaluator, each: Attribute, detail: str) -> Unknown:
    evaluator.fault(Fault(summary="Invalid dynamic for_each value", detail=detail, at=each.value.span))
    why = Why(f"Invalid dynamic for_each value: {detail}", at=each.span)
    return Unknown(why=why, beyond=why.reason)
