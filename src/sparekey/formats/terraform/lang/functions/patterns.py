"""Functions that match regular expressions: regex, regexall; `replace` is with the strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import excerpt, open_value, string, string_of
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.limits import MOST_MEMBERS
from sparekey.formats.terraform.lang.regex import Pattern, Spans, compile_pattern
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING, ListType, ObjectType, TupleType, Type
from sparekey.formats.terraform.lang.values import EvaluationError, TooMuchError, Value


def _result_type(pattern: Value) -> Type:
    """What a match is: a text, or its groups as a tuple, or by name."""
    if not pattern.known:
        return DYNAMIC
    try:
        names = compile_pattern(string(pattern)).names
    except EvaluationError as error:
        raise bad_argument("pattern", error.detail) from None
    if not names:
        return STRING
    if all(names):
        return ObjectType(dict.fromkeys(sorted(names), STRING))
    if any(names):
        raise bad_argument("pattern", "invalid regexp pattern: cannot mix both named and unnamed capture groups")
    return TupleType((STRING,) * len(names))


def _result(pattern: Pattern, text: str, found: Spans, type_: Type) -> Value:
    texts = [Value(STRING, None) if span is None else string_of(text[span[0] : span[1]]) for span in found]
    if isinstance(type_, ObjectType):
        named = dict(zip(pattern.names, texts[1:], strict=True))
        return Value(type_, {name: named[name] for name in type_.attributes})
    return Value(type_, tuple(texts[1:])) if isinstance(type_, TupleType) else texts[0]


def _regex_type(given: Sequence[Value]) -> Type:
    return _result_type(given[0])


def _regex(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    if not given[0].known or not given[1].known:
        return excerpt(type_, given)
    pattern, text = compile_pattern(string(given[0])), string(given[1])
    found = pattern.first(text)
    if found is None:
        raise failed("regex", "pattern did not match any part of the given string")
    return _result(pattern, text, found, type_)


def _regexall_type(given: Sequence[Value]) -> Type:
    return ListType(_result_type(given[0]))


def _regexall(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    if not given[0].known or not given[1].known:
        return excerpt(type_, given)
    pattern, text = compile_pattern(string(given[0])), string(given[1])
    if not isinstance(type_, ListType):
        return open_value(type_, given)
    made: list[Value] = []
    for found in pattern.all(text):
        if len(made) >= MOST_MEMBERS:
            raise TooMuchError("a collection of more than 100,000 members")
        made.append(_result(pattern, text, found, type_.element))
    return Value(type_, tuple(made))


_PARAMETERS: Final = (Parameter(name="pattern", type=STRING, unknown=True), Parameter(name="string", type=STRING, unknown=True))

FUNCTIONS = table(
    Function(name="regex", parameters=_PARAMETERS, returns=_regex_type, work=_regex),
    Function(name="regexall", parameters=_PARAMETERS, returns=_regexall_type, work=_regexall),
)
