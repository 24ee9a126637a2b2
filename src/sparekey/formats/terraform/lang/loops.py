"""`for` expressions and splats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sparekey.formats.terraform.lang import build, numbers
from sparekey.formats.terraform.lang.access import any_member, has_known_text, one_of
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.evaluation import ITEM, Evaluation, Frame
from sparekey.formats.terraform.lang.kinds import friendly
from sparekey.formats.terraform.lang.limits import MOST_MEMBERS
from sparekey.formats.terraform.lang.refine import not_null, range_of, refined
from sparekey.formats.terraform.lang.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import (
    NO_MARKS,
    EvaluationError,
    Marks,
    Refinement,
    Source,
    TooMuchError,
    Unknown,
    Value,
    Why,
    number,
    object_of,
    sources,
    text,
    tuple_of,
)
from sparekey.formats.terraform.syntax import tree

_ITERABLE = (ListType, SetType, MapType, TupleType, ObjectType)
_ANY = Value(DYNAMIC, Unknown(why=Why("an item that is not known")))
_INVALID_CONDITION = "Invalid 'for' condition"
_INVALID_KEY = "Invalid object key"
_YES = (True, "true", "1")
_NO = (False, "false", "0")


def elements(value: Value) -> Iterator[tuple[Value, Value]]:
    """Keys and items of a known collection, in Terraform's order; an item of a set is its own key."""
    content = value.content
    if isinstance(content, Mapping):
        for name, item in content.items():
            yield text(name), item
    elif isinstance(content, tuple):
        keyed = isinstance(value.type, SetType)
        for place, item in enumerate(content):
            yield item if keyed else number(numbers.narrow(place)), item


def for_expression(run: Evaluation, node: tree.For, frame: Frame) -> Value:
    """`[for ...]` and `{for ...}`."""
    collection = run.value(node.collection, frame)
    if collection.content is None:
        detail = "A null value cannot be used as the collection in a 'for' expression."
        return run.refuse("Iteration over null value", detail, node.collection.span)
    if collection.type == DYNAMIC:
        return _over_unknown(run, node, frame, collection.unmarked())
    if not isinstance(collection.type, _ITERABLE):
        detail = f"A value of type {friendly(collection.type)} cannot be used as the collection in a 'for' expression."
        return run.refuse("Iteration over non-iterable value", detail, node.collection.span)
    marks: Marks = collection.marks
    collection = collection.unmarked()
    condition_marks: Marks = NO_MARKS
    if node.condition is not None:
        checked = _check_condition(run, node, node.condition, frame)
        if isinstance(checked, Value):
            return checked
        condition_marks = checked
    if not collection.known:
        return _over_unknown(run, node, frame, collection).marked(marks | condition_marks)
    loop = _Loop(run, node, frame, marks)
    for key, item in elements(collection):
        loop.step(key, item)
    return loop.result()


def _check_condition(run: Evaluation, node: tree.For, condition: tree.Expression, frame: Frame) -> Value | Marks:
    """Terraform first evaluates the condition for an item of which nothing is known. Its marks, or what an error makes of it all."""
    before = len(run.errors)
    result = run.value(condition, _with(frame, node.key_name, node.item_name, _ANY, _ANY))
    if result.content is None:
        return run.refuse("Condition is null", "The value of the 'if' clause must not be null.", condition.span)
    try:
        convert(result, BOOL)
    except EvaluationError as refused:
        return run.refuse(_INVALID_CONDITION, f"The 'if' clause value is invalid: {refused.detail}.", condition.span)
    if len(run.errors) > before:
        return _ANY
    return result.marks


def _with(frame: Frame, key_name: str | None, item_name: str, key: Value, item: Value) -> Frame:
    inner = dict(frame)
    if key_name:
        inner[key_name] = key
    inner[item_name] = item
    return inner


class _Loop:
    """A `for` expression over a known collection, item by item."""

    def __init__(self, run: Evaluation, node: tree.For, frame: Frame, marks: Marks) -> None:
        self.run = run
        self.node = node
        self.frame = frame
        self.marks = marks
        self.known = True
        self.deciding: Value = _ANY
        self.items: list[Value] = []
        self.named: dict[str, Value] = {}
        self.groups: dict[str, list[Value]] = {}
        self.possible: list[Value] = []

    def step(self, key: Value, item: Value) -> None:
        """One item."""
        node = self.node
        inner = _with(self.frame, node.key_name, node.item_name, key, item)
        if node.condition is not None:
            include = self._included(node.condition, inner)
            if include is not True:
                if include is None:
                    self._perhaps(inner)
                return
        if node.key is None:
            self.items.append(self.run.value(node.value, inner))
        else:
            self._entry(node.key, inner)

    def _perhaps(self, inner: Frame) -> None:
        """An item of which it is not known whether it stays, or under which key."""
        self.possible.append(self.run.attempt(self.node.value, inner)[0])

    def _included(self, condition: tree.Expression, inner: Frame) -> bool | None:
        raw = self.run.value(condition, inner)
        if raw.content is None:
            self._fail(_INVALID_CONDITION, "The value of the 'if' clause must not be null.", condition)
            return None
        self.marks |= raw.marks
        if self.node.key is None and not raw.known:
            self._unknown(raw)
            return None
        try:
            include = convert(raw, BOOL)
        except EvaluationError as refused:
            self._fail(_INVALID_CONDITION, f"The 'if' clause value is invalid: {refused.detail}.", condition)
            return None
        if include.known:
            return include.content is True
        self._unknown(include)
        return None

    def _fail(self, summary: str, detail: str, node: tree.Expression) -> None:
        if self.known:
            self.run.refuse(summary, detail, node.span)
        self.known = False

    def _unknown(self, deciding: Value) -> None:
        if self.deciding is _ANY:
            self.deciding = deciding
        self.known = False

    def _entry(self, key_node: tree.Expression, inner: Frame) -> None:
        raw = self.run.value(key_node, inner)
        if raw.content is None:
            return self._fail(_INVALID_KEY, "Key expression in 'for' expression must not produce a null value.", key_node)
        self.marks |= raw.marks
        if not raw.known:
            self._perhaps(inner)
            self.possible.append(raw)
            return self._unknown(raw)
        try:
            key = str(convert(raw, STRING).content)
        except EvaluationError as refused:
            return self._fail(_INVALID_KEY, f"The key expression produced an invalid result: {refused.detail}.", key_node)
        value = self.run.value(self.node.value, inner)
        if self.node.groups:
            self.groups.setdefault(key, []).append(value)
        elif key in self.named:
            detail = (
                f"Two different items produced the key \"{key}\" in this 'for' expression. If duplicates are expected, use the "
                "ellipsis (...) after the value expression to enable grouping by key."
            )
            self.run.refuse("Duplicate object key", detail, key_node.span)
        else:
            self.named[key] = value
        return None

    def result(self) -> Value:
        """What the loop gives."""
        certain = [*self.items, *self.named.values(), *(value for group in self.groups.values() for value in group)]
        if not self.known:
            # Items whose condition holds certainly stay; an unknown key may be equal to one of theirs, and is then an error.
            # The condition is not what the result is made of.
            return one_of(DYNAMIC, self.possible, self.deciding, holds=certain).marked(self.marks)
        if self.node.key is None:
            return tuple_of(self.items).marked(self.marks)
        if self.node.groups:
            self.named = {key: tuple_of(group) for key, group in self.groups.items()}
        return object_of(self.named).marked(self.marks)


def _over_unknown(run: Evaluation, node: tree.For, frame: Frame, collection: Value) -> Value:
    """A loop over what is not known: unknown, but made of what the body makes of any item, and of what is certainly in it."""
    content = collection.content
    if not isinstance(content, Unknown):
        return _ANY
    inner = collection.type.element if isinstance(collection.type, ListType | SetType | MapType) else DYNAMIC
    item = any_member(collection, inner)
    key = any_key(collection)
    outer = _with(frame, node.key_name, node.item_name, key, item)
    parts = [] if content.exact else [run.attempt(node.value, outer)[0]]
    if node.key is not None:
        parts.append(run.attempt(node.key, outer)[0])
    kept: list[Value] = []
    exact = content.exact and node.key is None
    for held in content.holds:
        own = _with(frame, node.key_name, node.item_name, key, held)
        value, errors = run.attempt(node.value, own)
        stays = not errors and node.key is None
        if stays and node.condition is not None:
            include, errors = run.attempt(node.condition, own)
            stays = not errors and include.content in _YES
            if not errors and include.content in _NO:
                continue
        if stays:
            kept.append(value)
        else:
            parts.append(value)
            exact = False
    among: set[Source] = set()
    beyond = ""
    for part in parts:
        more, end, _ = sources(part)
        among |= more
        beyond = beyond or end or (content.why.reason if has_known_text(part) else "")
    whole = Unknown(why=content.why, among=frozenset(among), beyond=beyond, holds=tuple(kept), exact=exact)
    return Value(DYNAMIC, whole)


def any_key(collection: Value) -> Value:
    """An unknown that stands for every key of a collection."""
    if isinstance(collection.type, SetType):
        return any_member(collection, collection.type.element)
    type_: Type = DYNAMIC
    if isinstance(collection.type, ListType | TupleType):
        type_ = NUMBER
    elif isinstance(collection.type, MapType | ObjectType):
        type_ = STRING
    found, beyond, why = sources(collection)
    return Value(type_, Unknown(why=why or Why("a key that is not known"), among=found, beyond=beyond))


# --- splats ---------------------------------------------------------------------------------------------------------


def splat(run: Evaluation, node: tree.Splat, frame: Frame) -> Value:
    """`of[*]...` and `of.*...`."""
    before = len(run.errors)
    source = run.value(node.of, frame)
    if len(run.errors) > before:
        return _ANY
    upgrade = not isinstance(source.type, TupleType | ListType | SetType)
    if source.content is None:
        if upgrade:
            return tuple_of(()).marked(source.marks)
        detail = "Splat expressions (with the * symbol) cannot be applied to null sequences."
        return run.refuse("Splat of null value", detail, node.of.span)
    marks = source.marks
    if source.type == DYNAMIC and _is_one_object(source):
        source = tuple_of([source])
    elif source.type == DYNAMIC:
        return _splat_of_unknown(run, node, frame, source.unmarked(), DYNAMIC).marked(marks)
    vague = False
    if upgrade and not isinstance(source.type, TupleType):
        vague = not source.known and not not_null(source)
        source = tuple_of([source]).marked(marks)
    if not source.known:
        return _splat_of_unknown(run, node, frame, source.unmarked(), None).marked(marks)
    if not isinstance(source.content, tuple):
        return _ANY
    before = len(run.errors)
    items = [run.value(node.each, {**frame, ITEM: item}) for item in source.content]
    if len(items) > MOST_MEMBERS:
        raise TooMuchError("a collection of more than 100,000 members")
    if vague:
        return one_of(DYNAMIC, items, source).marked(marks)
    if len(run.errors) > before:
        # The type is known all the same, and a conditional around it is refused where that does not fit.
        wrong = TupleType(tuple(item.type for item in items)) if isinstance(source.type, TupleType) else ListType(DYNAMIC)
        return Value(wrong, _ANY.content)
    if isinstance(source.type, TupleType):
        return tuple_of(items).marked(marks)
    if not items:
        inner = _each_type(run, node, frame, source.type.element if isinstance(source.type, ListType | SetType) else DYNAMIC)
        return build.list_of((), inner).marked(marks)
    if build.member_type(items) is None:
        # Terraform 1.11 crashes here.
        raise TooMuchError("a splat that gives members of different types")
    return build.list_of(items, DYNAMIC).marked(marks)


def _is_one_object(value: Value) -> bool:
    """Whether it is one whole instance of a resource: an object whatever its attributes are, and never null."""
    content = value.content
    return isinstance(content, Unknown) and content.is_ is not None and not content.is_.attribute


def _each_type(run: Evaluation, node: tree.Splat, frame: Frame, element: Type) -> Type:
    return run.value(node.each, {**frame, ITEM: Value(element, _ANY.content)}).type


def _splat_of_unknown(run: Evaluation, node: tree.Splat, frame: Frame, source: Value, result: Type | None) -> Value:
    """A splat of what is not known. `result`: the type that is known already."""
    content = source.content
    if not isinstance(content, Unknown):
        return _ANY
    known = Refinement(not_null=True)
    if result is None and isinstance(source.type, TupleType):
        from_types = [run.value(node.each, {**frame, ITEM: Value(inner, _ANY.content)}) for inner in source.type.elements]
        result = TupleType(tuple(item.type for item in from_types))
    inner = source.type.element if isinstance(source.type, ListType | SetType) else DYNAMIC
    frame_of_any = {**frame, ITEM: any_member(source, inner)}
    # What nobody knows the type of may turn out to fail, or to be one object and no list: only its sources count.
    item = run.attempt(node.each, frame_of_any)[0] if result is not None else run.value(node.each, frame_of_any)
    if result is None:
        result = ListType(item.type)
        bounds = range_of(source)
        known = Refinement(not_null=True, shortest=bounds.shortest, longest=bounds.longest)
    kept = [run.attempt(node.each, {**frame, ITEM: held}) for held in content.holds]
    among, beyond, _ = sources(item)
    whole = Unknown(
        why=content.why,
        among=among,
        beyond=beyond,
        holds=tuple(value for value, errors in kept if not errors),
        exact=content.exact and not any(errors for _, errors in kept),
    )
    return refined(Value(result, whole), known)
