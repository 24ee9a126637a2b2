"""Functions on strings: case, trimming, parts of them, joining and splitting, and what they start with, end with or contain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sparekey.formats.terraform.lang import graphemes
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import (
    NOT_WHOLE,
    excerpt,
    items,
    members,
    open_value,
    string,
    string_of,
    whole,
)
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.letters import lower, title, upper
from sparekey.formats.terraform.lang.limits import LONGEST_TEXT, MOST_MEMBERS
from sparekey.formats.terraform.lang.refine import refined, refinement
from sparekey.formats.terraform.lang.regex import compile_pattern
from sparekey.formats.terraform.lang.types import BOOL, NUMBER, STRING, ListType, Type
from sparekey.formats.terraform.lang.values import (
    FALSE,
    NO_REFINEMENT,
    TRUE,
    EvaluationError,
    Refinement,
    TooMuchError,
    Unknown,
    Value,
    boolean,
    text,
    wholly_known,
)

_SPACES: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_MOST_SPACES: Final = 1 << 31  # beyond, Terraform itself may run out of memory


def _chomp(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return string_of(string(given[0]).rstrip("\r\n"))


def _lower(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return string_of(lower(string(given[0])))


def _upper(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return string_of(upper(string(given[0])))


def _title(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return string_of(title(string(given[0])))


def _strrev(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    written = string(given[0])
    return string_of("".join(reversed(list(graphemes.clusters(written)))))


def _substr(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    if not all(one.known for one in given):
        return excerpt(type_, given[::-1])
    written = string(given[0])
    offset, length = whole(given[1]), whole(given[2])
    if offset is None or length is None:
        raise failed("substr", NOT_WHOLE)
    letters = list(graphemes.clusters(written))
    if offset < 0:
        offset += len(letters)
    elif length == 0:
        return text("")
    rest = letters[max(offset, 0) :]
    # With an offset from the end, a length of zero is not looked at and gives all the rest.
    return string_of("".join(rest[:length] if length > 0 else rest))


def _trim(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return string_of(string(given[0]).strip(string(given[1])))


def _trimprefix(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return string_of(string(given[0]).removeprefix(string(given[1])))


def _trimsuffix(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return string_of(string(given[0]).removesuffix(string(given[1])))


def _trimspace(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return string_of(string(given[0]).strip(_SPACES))


def _indent(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    spaces = whole(given[0])
    if spaces is None:
        raise failed("indent", NOT_WHOLE)
    if spaces < 0:
        raise failed("indent", "panic in function implementation: strings: negative Repeat count")
    written = string(given[1])
    breaks = written.count("\n")
    if spaces > _MOST_SPACES or spaces * breaks > LONGEST_TEXT:
        raise TooMuchError("a text of more than 4 MiB")
    if not breaks:
        return given[1]
    return string_of(written.replace("\n", "\n" + " " * spaces))


def _join(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    separator, lists = given[0], given[1:]
    if not all(one.known for one in given):
        return _joined_later(given, type_)
    if not lists:
        raise failed("join", "at least one list is required")
    if not all(map(wholly_known, lists)):
        return _joined_later(given, type_)
    parts: list[str] = []
    for number, one in enumerate(lists):
        for index, item in enumerate(items(one)):
            if item.null:
                of = f" of list {number + 1}" if len(lists) > 1 else ""
                raise bad_argument("lists", f"element {index}{of} is null; cannot concatenate null values")
            parts.append(string(item))
    if sum(map(len, parts)) + len(string(separator)) * len(parts) > LONGEST_TEXT:
        raise TooMuchError("a text of more than 4 MiB")
    return string_of(string(separator).join(parts))


def _joined_later(given: Sequence[Value], type_: Type) -> Value:
    """A text that will be made of all members of some lists."""
    inside = [item for one in given[1:] for item in members(one)[0] if not item.null]
    return open_value(type_, [one for one in given if not wholly_known(one)], holds=inside)


def _split(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    if not given[0].known or not given[1].known:
        return excerpt(type_, given)
    separator, written = string(given[0]), string(given[1])
    parts = written.split(separator) if separator else list(written)
    if len(parts) > MOST_MEMBERS:
        raise TooMuchError("a collection of more than 100,000 members")
    return Value(ListType(STRING), tuple(map(string_of, parts)))


def _sort(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    value = given[0]
    if not wholly_known(value):
        found, all_of_them = members(value)
        if isinstance(value.content, tuple):
            if len(found) == 1 and isinstance(found[0].content, Unknown):
                return Value(type_, (replace(found[0], content=replace(found[0].content, refinement=NO_REFINEMENT)),))
            bounds = Refinement(not_null=True, shortest=len(found), longest=len(found))
        else:
            own = refinement(value)
            bounds = Refinement(not_null=True, shortest=own.shortest, longest=own.longest)
        return refined(open_value(type_, given, holds=found, exact=all_of_them), bounds)
    for index, item in enumerate(items(value)):
        if item.null:
            raise failed("sort", f"given list element {index} is null; a null string cannot be sorted")
    return Value(type_, tuple(sorted(items(value), key=string)))


def _startswith(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    prefix = string(given[1])
    if given[0].known:
        return boolean(string(given[0]).startswith(prefix))
    if not prefix:
        return TRUE
    known = refinement(given[0]).prefix
    if known.startswith(prefix):
        return TRUE
    if known and len(known.encode()) >= len(prefix.encode()):
        return FALSE
    return open_value(type_, given[:1])


def _endswith(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return boolean(string(given[0]).endswith(string(given[1])))


def _strcontains(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    return boolean(string(given[1]) in string(given[0]))


def _replace(_around: Surroundings, given: Sequence[Value], _type: Type) -> Value:
    written, what, by = (string(one) for one in given)
    if len(what.encode()) > 1 and what.startswith("/") and what.endswith("/"):
        try:
            pattern = compile_pattern(what[1:-1])
        except EvaluationError as error:
            raise failed("replace", error.detail) from None
        return string_of(pattern.replace(written, by, most=LONGEST_TEXT))
    times = written.count(what) if what else len(written) + 1
    if times * len(by) + len(written) > LONGEST_TEXT:
        raise TooMuchError("a text of more than 4 MiB")
    return string_of(written.replace(what, by))


def _of_string(name: str) -> Parameter:
    return Parameter(name=name, type=STRING)


def _open_string(name: str) -> Parameter:
    return Parameter(name=name, type=STRING, unknown=True)


_STR: Final = Parameter(name="str", type=STRING, dynamic=True)

FUNCTIONS = table(
    Function(name="chomp", parameters=(_of_string("str"),), returns=STRING, work=_chomp),
    Function(name="endswith", parameters=(_of_string("str"), _of_string("suffix")), returns=BOOL, work=_endswith),
    Function(name="indent", parameters=(Parameter(name="spaces", type=NUMBER), _of_string("str")), returns=STRING, work=_indent),
    Function(
        name="join",
        parameters=(Parameter(name="separator", type=STRING, unknown=True),),
        rest=Parameter(name="lists", type=ListType(STRING), unknown=True),
        returns=STRING,
        work=_join,
    ),
    Function(name="lower", parameters=(_STR,), returns=STRING, work=_lower),
    Function(name="replace", parameters=tuple(map(_of_string, ("str", "substr", "replace"))), returns=STRING, work=_replace),
    Function(
        name="sort",
        parameters=(Parameter(name="list", type=ListType(STRING), unknown=True),),
        returns=ListType(STRING),
        work=_sort,
    ),
    Function(name="split", parameters=(_open_string("separator"), _open_string("str")), returns=ListType(STRING), work=_split),
    Function(
        name="startswith",
        parameters=(Parameter(name="str", type=STRING, unknown=True), _of_string("prefix")),
        returns=BOOL,
        work=_startswith,
    ),
    Function(
        name="strcontains",
        parameters=(_of_string("str"), _of_string("substr")),
        returns=BOOL,
        work=_strcontains,
        not_null=False,
    ),
    Function(name="strrev", parameters=(_STR,), returns=STRING, work=_strrev),
    Function(
        name="substr",
        parameters=(
            _open_string("str"),
            Parameter(name="offset", type=NUMBER, unknown=True),
            Parameter(name="length", type=NUMBER, unknown=True),
        ),
        returns=STRING,
        work=_substr,
    ),
    Function(name="title", parameters=(_of_string("str"),), returns=STRING, work=_title),
    Function(name="trim", parameters=(_of_string("str"), _of_string("cutset")), returns=STRING, work=_trim),
    Function(name="trimprefix", parameters=(_of_string("str"), _of_string("prefix")), returns=STRING, work=_trimprefix),
    Function(name="trimspace", parameters=(_of_string("str"),), returns=STRING, work=_trimspace),
    Function(name="trimsuffix", parameters=(_of_string("str"), _of_string("suffix")), returns=STRING, work=_trimsuffix),
    Function(name="upper", parameters=(_STR,), returns=STRING, work=_upper),
)
