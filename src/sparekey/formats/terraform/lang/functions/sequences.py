"""Functions that make sequences of others: chunklist, compact, concat, distinct, flatten, range, reverse, slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sparekey.formats.terraform.lang import build, numbers
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import (
    NOT_WHOLE,
    amount,
    finite,
    items,
    joined_marks,
    members,
    open_value,
    whole,
)
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.kinds import friendly
from sparekey.formats.terraform.lang.limits import MOST_MEMBERS
from sparekey.formats.terraform.lang.refine import not_null
from sparekey.formats.terraform.lang.types import (
    DYNAMIC,
    EMPTY_TUPLE,
    NUMBER,
    STRING,
    ListType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.unify import unify
from sparekey.formats.terraform.lang.values import (
    NO_MARKS,
    EvaluationError,
    Marks,
    TooMuchError,
    Unknown,
    Value,
    number,
    wholly_known,
)

_MOST_RANGE: Final = 1024


def _any_dynamic(given: Sequence[Value]) -> bool:
    return any(one.type == DYNAMIC for one in given)


# --- chunklist, compact, distinct -----------------------------------------------------------------------------------


def _chunklist_type(given: Sequence[Value]) -> Type:
    return ListType(given[0].type)


def _chunklist(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    marks = joined_marks(*given)
    plain = given[0].unmarked()
    size = whole(given[1])
    if size is None:
        raise failed("chunklist", f"invalid size: {NOT_WHOLE}")
    if size < 0:
        raise failed("chunklist", "the size argument must be positive")
    found = items(plain)
    if not found:
        chunks: tuple[Value, ...] = ()
    elif size == 0:
        chunks = (plain,)
    else:
        chunks = tuple(Value(plain.type, tuple(found[start : start + size])) for start in range(0, len(found), size))
    return Value(type_, chunks).marked(marks)


def _compact(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    if wholly_known(value):
        return Value(type_, tuple(item for item in items(value) if item.content))
    found, all_of_them = members(value)
    undecided = [item for item in found if not item.known and not not_null(item)]
    kept = [item for item in found if (item.content if item.known else not_null(item))]
    return open_value(type_, given, holds=kept, exact=all_of_them and not undecided)


def _same_type(given: Sequence[Value]) -> Type:
    return given[0].type


def _distinct(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    if not wholly_known(value):
        found, all_of_them = members(value)
        return open_value(type_, given, holds=found, exact=all_of_them)
    found = tuple(items(value))
    kept: list[Value] = []
    seen: set[object] = set()
    for item in found:
        key = build.identity(item)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return Value(type_, tuple(kept))


# --- concat, flatten, reverse, slice --------------------------------------------------------------------------------


def _concat_type(given: Sequence[Value]) -> Type:
    if _any_dynamic(given):
        return DYNAMIC
    if not given:
        raise failed("concat", "at least one argument is required")
    if all(isinstance(one.type, ListType) for one in given):
        common, found = unify([one.type for one in given], unsafe=True)
        if found:
            return common
    elements: list[Type] = []
    for one in given:
        if isinstance(one.type, TupleType):
            elements.extend(one.type.elements)
        elif isinstance(one.type, ListType):
            if not one.known:
                return DYNAMIC
            elements.extend([one.type.element] * len(items(one)))
        else:
            raise bad_argument("seqs", f"all arguments must be lists or tuples; got {friendly(one.type)}")
    return TupleType(tuple(elements))


def _concat(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    if _any_dynamic(given) or not all(one.known for one in given):
        held = [members(one) for one in given]
        return open_value(
            type_, given, holds=[item for found, _ in held for item in found], exact=all(whole for _, whole in held)
        )
    marks = joined_marks(*given)
    found: list[Value] = []
    for one in given:
        if isinstance(type_, ListType):
            try:
                one = convert(one.unmarked(), type_)  # noqa: PLW2901
            except EvaluationError as error:
                raise bad_argument("seqs", error.detail) from None
            if not one.known:
                return open_value(type_, given, marks=marks)
        found.extend(items(one))
    return Value(type_, tuple(found)).marked(marks)


def _flatten_type(given: Sequence[Value]) -> Type:
    value = given[0]
    if not wholly_known(value):
        return DYNAMIC
    if not isinstance(value.type, ListType | SetType | TupleType):
        raise failed("flatten", "can only flatten lists, sets and tuples")
    flat = _Flat()
    flat.add(value)
    return TupleType(tuple(item.type for item in flat.found))


class _Flat:
    """What flattening has found so far. `open`: there may be other members, in unknown number."""

    def __init__(self) -> None:
        self.found: list[Value] = []
        self.unknown: list[Value] = []
        self.marks: Marks = NO_MARKS
        self.open = False
        self.exact = True

    def add(self, value: Value) -> None:
        """Everything in a sequence."""
        self.marks |= value.marks
        content = value.content
        if isinstance(content, Unknown):
            self.open = True
            self.exact = self.exact and content.exact
            self.unknown.append(value)
            self.found.extend(content.holds)
            return
        if isinstance(value.type, SetType) and build.length_open(value):
            self.open = True
        for item in items(value):
            if isinstance(item.type, ListType | SetType | TupleType) and not item.null:
                self.add(item)
            else:
                if item.type == DYNAMIC and not item.known and not item.marks:
                    # It may be a sequence itself, whose members then stand here.
                    self.open = True
                    self.exact = False
                self.found.append(item)
        if len(self.found) > MOST_MEMBERS:
            raise TooMuchError("a collection of more than 100,000 members")


def _flatten(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    if isinstance(value.content, tuple | Mapping) and not value.content:
        return Value(EMPTY_TUPLE, ()).marked(value.marks)
    if value.known and not isinstance(value.content, tuple | Mapping):
        raise failed("flatten", "can only flatten lists, sets and tuples")
    flat = _Flat()
    flat.add(value)
    if flat.open or not value.known:
        # What is not known comes out without the marks of its argument where the argument itself is unknown.
        marks = flat.marks if value.known else NO_MARKS
        return open_value(type_, [*flat.unknown, *flat.found], marks=marks, holds=flat.found, exact=flat.exact)
    return Value(TupleType(tuple(item.type for item in flat.found)), tuple(flat.found)).marked(flat.marks)


def _reverse_type(given: Sequence[Value]) -> Type:
    type_ = given[0].type
    if isinstance(type_, TupleType):
        return TupleType(type_.elements[::-1])
    if isinstance(type_, ListType | SetType):
        return ListType(type_.element)
    if type_ == DYNAMIC:
        return DYNAMIC
    raise bad_argument("list", f"can only reverse list or tuple values, not {friendly(type_)}")


def _reverse(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    if not value.known:
        found, all_of_them = members(value)
        return open_value(type_, given, holds=found[::-1], exact=all_of_them)
    return Value(type_, tuple(items(value)[::-1])).marked(value.marks)


def _slice_bounds(given: Sequence[Value]) -> tuple[int, int] | None:
    """Where the slice starts and ends; None where that is not known yet."""
    value = given[0]
    length = len(value.type.elements) if isinstance(value.type, TupleType) else len(items(value)) if value.known else None
    bounds: list[int] = []
    for name, one in (("start", given[1]), ("end", given[2])):
        if not one.known:
            continue
        place = whole(one)
        if place is None:
            raise bad_argument(f"{name}_index", f"invalid {name} index: {NOT_WHOLE}")
        if place < 0:
            raise bad_argument(f"{name}_index", f"{name} index must not be less than zero")
        if length is not None and place > length:
            raise bad_argument(f"{name}_index", f"{name} index must not be greater than the length of the list")
        bounds.append(place)
    if len(bounds) < 2:
        return None
    if bounds[0] > bounds[1]:
        raise bad_argument("start_index", "start index must not be greater than end index")
    return bounds[0], bounds[1]


def _slice_type(given: Sequence[Value]) -> Type:
    type_ = given[0].type
    if isinstance(type_, SetType):
        raise bad_argument(
            "list",
            "cannot slice a set, because its elements do not have indices; "
            "explicitly convert to a list if the ordering of the result is not important",
        )
    if not isinstance(type_, ListType | TupleType):
        raise bad_argument("list", "must be a list or tuple value")
    bounds = _slice_bounds(given)
    if isinstance(type_, ListType):
        return type_
    return DYNAMIC if bounds is None else TupleType(type_.elements[bounds[0] : bounds[1]])


def _slice(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    bounds = _slice_bounds(given)
    if bounds is None:
        return open_value(type_, given[:1])
    return Value(type_, tuple(items(given[0])[bounds[0] : bounds[1]])).marked(given[0].marks)


# --- range ----------------------------------------------------------------------------------------------------------


def _range(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    if not 1 <= len(given) <= 3:
        raise failed("range", "must have one, two, or three arguments")
    own = [amount(one) for one in given]
    start = own[0] if len(own) > 1 else numbers.narrow(0)
    end = own[1] if len(own) > 1 else own[0]
    step = own[2] if len(own) > 2 else numbers.narrow(-1 if end < start else 1)
    down = step < 0
    if down and end > start:
        raise bad_argument("params", "end must be less than start when step is negative")
    if not down and end < start:
        raise bad_argument("params", "end must be greater than start when step is positive")
    found: list[Value] = []
    place = start
    while place > end if down else place < end:
        if len(found) >= _MOST_RANGE or not finite(place):
            raise failed(
                "range",
                "more than 1024 values were generated; either decrease the difference between start and end or use a smaller step",
            )
        found.append(number(place))
        place = numbers.add(place, step)
    return Value(type_, tuple(found))


_SEQUENCE: Final = Parameter(name="list", type=DYNAMIC, marked=True)
_TRACED: Final = Parameter(name="list", type=DYNAMIC, marked=True, unknown=True, dynamic=True)

FUNCTIONS = table(
    Function(
        name="chunklist",
        parameters=(
            Parameter(name="list", type=ListType(DYNAMIC), marked=True),
            Parameter(name="size", type=NUMBER, marked=True),
        ),
        returns=_chunklist_type,
        work=_chunklist,
    ),
    Function(
        name="compact",
        parameters=(Parameter(name="list", type=ListType(STRING), unknown=True),),
        returns=ListType(STRING),
        work=_compact,
    ),
    Function(
        name="concat",
        rest=Parameter(name="seqs", type=DYNAMIC, marked=True, unknown=True, dynamic=True),
        returns=_concat_type,
        work=_concat,
    ),
    Function(
        name="distinct",
        parameters=(Parameter(name="list", type=ListType(DYNAMIC), unknown=True),),
        returns=_same_type,
        work=_distinct,
    ),
    Function(name="flatten", parameters=(_TRACED,), returns=_flatten_type, work=_flatten),
    Function(name="range", rest=Parameter(name="params", type=NUMBER), returns=ListType(NUMBER), work=_range),
    Function(name="reverse", parameters=(_TRACED,), returns=_reverse_type, work=_reverse),
    Function(
        name="slice",
        parameters=(
            _SEQUENCE,
            Parameter(name="start_index", type=NUMBER),
            Parameter(name="end_index", type=NUMBER),
        ),
        returns=_slice_type,
        work=_slice,
    ),
)
