"""Functions that choose among values or ask about them: alltrue, anytrue, coalesce, contains, element, index, length, one, ..."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sparekey.formats.terraform.lang import build, graphemes, numbers, operators
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import (
    NOT_WHOLE,
    items,
    joined_marks,
    members,
    open_value,
    string,
    whole,
)
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.kinds import friendly
from sparekey.formats.terraform.lang.refine import not_null, refined, refinement
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
from sparekey.formats.terraform.lang.unify import unify
from sparekey.formats.terraform.lang.values import (
    FALSE,
    NO_REFINEMENT,
    NULL,
    SENSITIVE,
    TRUE,
    EvaluationError,
    Refinement,
    TooMuchError,
    Unknown,
    Value,
    number,
    wholly_known,
)

_MOST_COMPARED: Final = 2_000_000  # comparisons of members: a bound on time


def _alltrue(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    for item in items(given[0]):
        if not item.known:
            return open_value(type_, given)
        if item.content is not True:
            return FALSE
    return TRUE


def _anytrue(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    found = items(given[0])
    if any(item.content is True for item in found):
        return TRUE
    return FALSE if all(item.known for item in found) else open_value(type_, given)


# --- coalesce -------------------------------------------------------------------------------------------------------


def _coalesce_type(given: Sequence[Value]) -> Type:
    common, found = unify([one.type for one in given], unsafe=True)
    if not found:
        raise failed("coalesce", "all arguments must have the same type")
    return common


def _coalesce(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    for index, one in enumerate(given):
        try:
            value = convert(one, type_)
        except EvaluationError:
            raise failed("coalesce", "panic in function implementation: can't use a zero-value cty.Value") from None
        if not value.known:
            if not_null(value):
                return value
            return open_value(type_, _candidates(given[index:]))
        if value.null or (type_ == STRING and value.content == ""):
            continue
        return value
    raise failed("coalesce", "no non-null, non-empty-string arguments")


def _candidates(given: Sequence[Value]) -> list[Value]:
    """The arguments up to the first that would certainly be chosen."""
    found: list[Value] = []
    for one in given:
        found.append(one)
        if one.content if one.known else not_null(one):
            break
    return found


def _coalescelist_type(given: Sequence[Value]) -> Type:
    if not given:
        raise failed("coalescelist", "at least one argument is required")
    for one in given:
        if not one.known:
            return DYNAMIC
        if not isinstance(one.type, ListType | TupleType):
            raise failed("coalescelist", "coalescelist arguments must be lists or tuples")
    return given[0].type if all(one.type == given[0].type for one in given) else DYNAMIC


def _coalescelist(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    for index, one in enumerate(given):
        if not one.known:
            return open_value(type_, given[index:])
        if not one.null and items(one):
            return one
    raise failed("coalescelist", "no non-null arguments")


# --- contains, index, matchkeys -------------------------------------------------------------------------------------


def _contains(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    searched, value = given
    if not isinstance(searched.type, ListType | TupleType | SetType):
        raise failed("contains", "argument must be list, tuple, or set")
    vague = False
    for item in items(searched):
        answer = operators.equal(value, item)
        if not answer.known:
            vague = True
        elif answer.content:
            return TRUE
    return open_value(type_, given) if vague else FALSE


def _index(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    searched, value = given
    if not isinstance(searched.type, ListType | TupleType):
        raise failed("index", "argument must be a list or tuple")
    found = items(searched)
    if not found:
        raise failed("index", "cannot search an empty list")
    for place, item in enumerate(found):
        answer = operators.equal(item, value)
        if not answer.known:
            return open_value(type_, given)
        if answer.content:
            return number(numbers.narrow(place))
    raise failed("index", "item not found")


def _matchkeys_type(given: Sequence[Value]) -> Type:
    if not unify([given[1].type, given[2].type], unsafe=True)[1]:
        raise failed("matchkeys", "keys and searchset must be of the same type")
    return given[0].type


def _matchkeys(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    values, keys, searched = given
    if len(items(values)) != len(items(keys)):
        raise failed("matchkeys", "length of keys and values should be equal")
    common, _ = unify([keys.type, searched.type], unsafe=True)
    try:
        keys, searched = convert(keys, common), convert(searched, common)
    except EvaluationError as error:
        raise failed("matchkeys", error.detail) from None
    if not items(searched):
        return Value(type_, ())
    # Terraform takes keys that it does not know among the searched ones for no match, which an apply may prove wrong.
    if not all(map(wholly_known, (keys, searched))):
        return open_value(type_, given[:1])
    if len(items(keys)) * len(items(searched)) > _MOST_COMPARED:
        raise TooMuchError("a comparison of too many members")
    wanted = {build.identity(item) for item in items(searched)}
    found = tuple(value for value, key in zip(items(values), items(keys), strict=True) if build.identity(key) in wanted)
    # Terraform calls the whole unknown as long as one of the values is.
    return Value(type_, found) if wholly_known(values) else open_value(type_, found or given[:1], holds=found, exact=True)


# --- element, one, length -------------------------------------------------------------------------------------------

_EMPTY: Final = "cannot use element function with an empty list"


def _element_type(given: Sequence[Value]) -> Type:
    type_ = given[0].type
    if isinstance(type_, ListType):
        return type_.element
    if not isinstance(type_, TupleType):
        raise failed("element", f"cannot read elements from {friendly(type_)}")
    if not given[1].known:
        return DYNAMIC
    place = _place(given[1])
    if not type_.elements:
        raise failed("element", _EMPTY)
    if place < 0 and place % len(type_.elements):
        raise failed("element", "panic in function implementation: runtime error: index out of range")
    return type_.elements[place % len(type_.elements)]


def _place(index: Value) -> int:
    place = whole(index)
    if place is None:
        raise failed("element", f"invalid index: {NOT_WHOLE}")
    return place


def _element(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value, index = given
    content = value.content
    if isinstance(content, Unknown):
        # The first member is the same however many there are.
        if index.known and whole(index) == 0 and content.members is not None:
            member = content.members(0)
            if not member.known:
                return convert(member, type_)
        return open_value(type_, given[:1], refinement=NO_REFINEMENT)
    if not index.known:
        return open_value(type_, given[:1], refinement=NO_REFINEMENT)
    place = _place(index)
    found = items(value)
    if not found:
        raise failed("element", _EMPTY)
    return found[place % len(found)].marked(value.marks)


_NOT_ONE: Final = "must be a list, set, or tuple value with either zero or one elements"


def _one_type(given: Sequence[Value]) -> Type:
    type_ = given[0].type
    if isinstance(type_, ListType | SetType):
        return type_.element
    if isinstance(type_, TupleType) and len(type_.elements) < 2:
        return type_.elements[0] if type_.elements else DYNAMIC
    if type_ == DYNAMIC:
        return DYNAMIC
    raise bad_argument("list", _NOT_ONE)


def _one(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    unknown = value.unknown
    if (
        unknown is not None
        and unknown.members is not None
        and (unknown.refinement.shortest, unknown.refinement.longest) == (1, 1)
    ):
        return unknown.members(0)
    if not value.known or (isinstance(value.type, SetType) and build.length_open(value)):
        held, all_of_them = members(value)
        if not value.known and all_of_them and len(held) == 1 and not held[0].known:
            return convert(held[0], type_)
        return open_value(type_, given, refinement=NO_REFINEMENT)
    found = items(value)
    if len(found) > 1:
        raise bad_argument("list", _NOT_ONE)
    return found[0] if found else NULL if type_ == DYNAMIC else Value(type_, None)


def _length_type(given: Sequence[Value]) -> Type:
    if given[0].type in (STRING, DYNAMIC) or isinstance(given[0].type, TupleType | ObjectType | ListType | MapType | SetType):
        return NUMBER
    raise failed("length", "argument must be a string, a collection type, or a structural type")


def _length(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    plain = value.unmarked()
    if value.type == DYNAMIC:
        result = open_value(type_, given)
    elif isinstance(value.content, tuple | Mapping) and not isinstance(value.type, SetType):
        result = number(numbers.narrow(len(value.content)))
    elif value.type != STRING:
        result = operators.length(plain)
    elif value.known:
        result = number(numbers.narrow(graphemes.count(string(value))))
    else:
        least = graphemes.count(refinement(value).prefix)
        result = refined(open_value(type_, [plain]), Refinement(not_null=True, least=(numbers.narrow(least), True)))
    return result.marked(value.marks)


# --- lookup ---------------------------------------------------------------------------------------------------------


def _lookup_type(given: Sequence[Value]) -> Type:
    if len(given) > 3:
        raise failed("lookup", f"lookup() takes two or three arguments, got {len(given)}")
    type_ = given[0].type
    if isinstance(type_, ObjectType):
        if not given[1].known:
            return DYNAMIC
        key = string(given[1])
        if key in type_.attributes:
            return type_.attributes[key]
        if len(given) == 3:
            return given[2].type
        raise bad_argument("inputMap", f"the given object has no attribute {build.go_quoted(key)}")
    if not isinstance(type_, MapType):
        raise bad_argument("inputMap", "lookup() requires a map as the first argument")
    if len(given) == 3:
        try:
            convert(given[2], type_.element)
        except EvaluationError:
            raise bad_argument("default", "the default value must have the same type as the map elements") from None
    return type_.element


def _lookup(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    where, key = given[0], given[1]
    marks = joined_marks(where, key)
    content = where.content
    if not isinstance(content, Mapping) or not key.known:
        if isinstance(content, Unknown) and content.members is not None and key.known and isinstance(where.type, ObjectType):
            member = content.members(string(key)) if string(key) in where.type.attributes else None
            if member is not None and not member.known:
                return convert(member, type_).marked(marks)
        return open_value(type_, [where, *given[2:]], marks=marks, refinement=NO_REFINEMENT)
    name = string(key)
    if name in content:
        return content[name].marked(marks)
    if len(given) == 3:
        try:
            return convert(given[2], type_).marked(marks)
        except EvaluationError as error:
            raise failed("lookup", error.detail) from None
    shown = "(sensitive value)" if SENSITIVE in key.marks else build.go_quoted(name)
    raise failed("lookup", f"lookup failed to find key {shown}")


_LIST: Final = Parameter(name="list", type=DYNAMIC)
_VALUE: Final = Parameter(name="value", type=DYNAMIC)
_VALUES: Final = Parameter(name="vals", type=DYNAMIC, unknown=True, dynamic=True, null=True)
_BOOLEANS: Final = Parameter(name="list", type=ListType(BOOL))

FUNCTIONS = table(
    Function(name="alltrue", parameters=(_BOOLEANS,), returns=BOOL, work=_alltrue),
    Function(name="anytrue", parameters=(_BOOLEANS,), returns=BOOL, work=_anytrue),
    Function(name="coalesce", rest=_VALUES, returns=_coalesce_type, work=_coalesce),
    Function(name="coalescelist", rest=_VALUES, returns=_coalescelist_type, work=_coalescelist),
    Function(name="contains", parameters=(_LIST, _VALUE), returns=BOOL, work=_contains),
    Function(
        name="element",
        parameters=(
            Parameter(name="list", type=DYNAMIC, marked=True, unknown=True),
            Parameter(name="index", type=NUMBER, unknown=True),
        ),
        returns=_element_type,
        work=_element,
        not_null=False,
    ),
    Function(name="index", parameters=(_LIST, _VALUE), returns=NUMBER, work=_index),
    Function(
        name="length",
        parameters=(Parameter(name="value", type=DYNAMIC, dynamic=True, unknown=True, marked=True),),
        returns=_length_type,
        work=_length,
    ),
    Function(
        name="lookup",
        parameters=(
            Parameter(name="inputMap", type=DYNAMIC, marked=True, unknown=True),
            Parameter(name="key", type=STRING, marked=True, unknown=True),
        ),
        rest=Parameter(name="default", type=DYNAMIC, unknown=True, dynamic=True, null=True, marked=True),
        returns=_lookup_type,
        work=_lookup,
        not_null=False,
    ),
    Function(
        name="matchkeys",
        parameters=tuple(Parameter(name=name, type=ListType(DYNAMIC)) for name in ("values", "keys", "searchset")),
        returns=_matchkeys_type,
        work=_matchkeys,
    ),
    Function(
        name="one",
        parameters=(Parameter(name="list", type=DYNAMIC, unknown=True, dynamic=True),),
        returns=_one_type,
        work=_one,
        not_null=False,
    ),
)
