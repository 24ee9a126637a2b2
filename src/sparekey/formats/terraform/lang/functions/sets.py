"""Functions on sets: setintersection, setproduct, setsubtract, setunion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sparekey.formats.terraform.lang import build
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import items, joined_marks, members, open_value
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.limits import MOST_MEMBERS
from sparekey.formats.terraform.lang.refine import range_of, refined
from sparekey.formats.terraform.lang.types import DYNAMIC, ListType, SetType, TupleType, Type
from sparekey.formats.terraform.lang.unify import unify
from sparekey.formats.terraform.lang.values import EvaluationError, Refinement, TooMuchError, Unknown, Value, wholly_known

_MOST_LENGTH_BOUND: Final = 1024  # of one argument of setproduct, for a bound on its result to be given
_MOST_PRODUCT_BOUND: Final = 2048
_NAMES: Final = {"setsubtract": ("a", "b")}


def _type(function: str, given: Sequence[Value]) -> Type:
    elements: list[Type] = []
    for one in given:
        element = one.type.element if isinstance(one.type, SetType) else DYNAMIC
        if element == DYNAMIC and one.known and not items(one):
            continue  # an empty set without a type fits any
        elements.append(element)
    if not elements:
        return SetType(DYNAMIC)
    common, found = unify(elements, unsafe=True)
    if not found:
        raise failed(function, "given sets must all have compatible element types")
    return SetType(common)


def _intersection_type(given: Sequence[Value]) -> Type:
    return _type("setintersection", given)


def _subtract_type(given: Sequence[Value]) -> Type:
    return _type("setsubtract", given)


def _union_type(given: Sequence[Value]) -> Type:
    return _type("setunion", given)


def _converted(function: str, given: Sequence[Value], type_: Type) -> list[Value]:
    names = _NAMES.get(function, ("first_set",))
    found: list[Value] = []
    for index, one in enumerate(given):
        try:
            found.append(convert(one, type_))
        except EvaluationError as error:
            raise bad_argument(names[index] if index < len(names) else "other_sets", error.detail) from None
    if any(one.known and one.type != found[0].type for one in found):
        raise failed(function, "panic in function implementation: incompatible set rules")
    return found


def _element(type_: Type) -> Type:
    return type_.element if isinstance(type_, SetType) else DYNAMIC


def _union(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    if not all(one.known for one in given):
        held = [members(one) for one in given]
        return open_value(
            type_, given, holds=[item for found, _ in held for item in found], exact=all(whole for _, whole in held)
        )
    found = [item for one in _converted("setunion", given, type_) for item in items(one)]
    return build.set_of(found, _element(type_))


def _known(function: str, given: Sequence[Value], type_: Type) -> tuple[Sequence[Value], list[set[object]]] | None:
    """The members of the first set, and what identifies those of each of the others; None where one is not wholly known."""
    sets = _converted(function, given, type_)
    if not all(map(wholly_known, sets)):
        return None
    return items(sets[0]), [{build.identity(item) for item in items(one)} for one in sets[1:]]


def _same(one: Value, other: Value) -> bool | None:
    """Whether two members are equal; None where that cannot be told. Ids of different objects never are."""
    if wholly_known(one) and wholly_known(other):
        return build.identity(one) == build.identity(other)
    mine, its = (item.content.is_ if isinstance(item.content, Unknown) else None for item in (one, other))
    if mine is None or its is None:
        return None
    if mine == its and "*" not in mine.address:
        return True
    return False if mine.differs(its) else None


def _kept(given: Sequence[Value], type_: Type, *, common: bool) -> Value:
    """What stays of the first set: what is in all others (`common`), or in none of them; an unknown that holds it for certain."""
    first, whole = members(given[0])
    sure: list[Value] = []
    for item in first:
        answers = [_among(item, other) for other in given[1:]]
        if None in answers:
            whole = False
        elif all(answer is common for answer in answers):
            sure.append(item)
    parts = sure if whole and sure else given[:1]
    return open_value(type_, parts, holds=sure, exact=whole)


def _among(item: Value, other: Value) -> bool | None:
    """Whether an item is in another set; None where that cannot be told."""
    held, whole = members(other)
    answers = [_same(item, one) for one in held]
    if True in answers:
        return True
    return False if whole and None not in answers else None


def _intersection(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    if not all(one.known for one in given):
        return _kept(given, type_, common=True)
    known = _known("setintersection", given, type_)
    if known is None:
        return open_value(type_, given)
    found, others = known
    return build.set_of([item for item in found if all(build.identity(item) in other for other in others)], _element(type_))


def _subtract(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    if not all(one.known for one in given):
        return _kept(given, type_, common=False)
    known = _known("setsubtract", given, type_)
    if known is None:
        return open_value(type_, given[:1])
    found, others = known
    return build.set_of([item for item in found if build.identity(item) not in others[0]], _element(type_))


# --- setproduct -----------------------------------------------------------------------------------------------------


def _setproduct_type(given: Sequence[Value]) -> Type:
    if len(given) < 2:
        raise failed("setproduct", "at least two arguments are required")
    elements: list[Type] = []
    for one in given:
        if isinstance(one.type, SetType | ListType):
            elements.append(one.type.element)
        elif isinstance(one.type, TupleType):
            common, found = unify(one.type.elements, unsafe=True) if one.type.elements else (DYNAMIC, True)
            if not found:
                raise bad_argument("sets", "all elements must be of the same type")
            elements.append(common)
        else:
            raise bad_argument("sets", "a set or a list is required")
    inner = TupleType(tuple(elements))
    return SetType(inner) if any(isinstance(one.type, SetType) for one in given) else ListType(inner)


def _setproduct(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    marks = joined_marks(*given)
    plain = [one.unmarked() for one in given]
    if any(not one.known or (isinstance(one.type, SetType) and build.length_open(one)) for one in plain):
        return refined(open_value(type_, plain, marks=marks), _product_bounds(plain))
    total = 1
    for one in plain:
        total *= len(items(one))
        if total > MOST_MEMBERS:
            raise TooMuchError("a collection of more than 100,000 members")
    if not isinstance(type_, ListType | SetType) or not isinstance(type_.element, TupleType):
        raise TypeError("no list or set of tuples")
    if not total:
        return Value(type_, ()).marked(marks)
    rows: list[tuple[Value, ...]] = [()]
    for one, element in zip(plain, type_.element.elements, strict=True):
        try:
            column = [convert(item, element) for item in items(one)]
        except EvaluationError as error:
            raise failed("setproduct", error.detail) from None
        rows = [(*row, item) for row in rows for item in column]
    made = [Value(TupleType(tuple(item.type for item in row)), row) for row in rows]
    if build.member_type(made) is None:
        raise failed("setproduct", "panic in function implementation: inconsistent element types")
    result = build.list_of(made, type_.element) if isinstance(type_, ListType) else build.set_of(made, type_.element)
    return result.marked(marks)


def _product_bounds(given: Sequence[Value]) -> Refinement:
    """How many members a product may have."""
    longest = 1
    for one in given:
        own = len(one.type.elements) if isinstance(one.type, TupleType) else range_of(one).longest
        if own is None or own > _MOST_LENGTH_BOUND:
            return Refinement(not_null=True)
        longest *= own
        if longest > _MOST_PRODUCT_BOUND:
            return Refinement(not_null=True)
    return Refinement(not_null=True, shortest=min(longest, 1), longest=longest)


def _set(name: str, *, unknown: bool = False) -> Parameter:
    return Parameter(name=name, type=SetType(DYNAMIC), dynamic=True, unknown=unknown)


FUNCTIONS = table(
    Function(
        name="setintersection",
        parameters=(_set("first_set", unknown=True),),
        rest=_set("other_sets", unknown=True),
        returns=_intersection_type,
        work=_intersection,
    ),
    Function(
        name="setproduct",
        rest=Parameter(name="sets", type=DYNAMIC, marked=True, unknown=True),
        returns=_setproduct_type,
        work=_setproduct,
    ),
    Function(
        name="setsubtract", parameters=(_set("a", unknown=True), _set("b", unknown=True)), returns=_subtract_type, work=_subtract
    ),
    Function(
        name="setunion",
        parameters=(_set("first_set", unknown=True),),
        rest=_set("other_sets", unknown=True),
        returns=_union_type,
        work=_union,
    ),
)
