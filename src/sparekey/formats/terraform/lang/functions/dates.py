"""Dates: `formatdate`, `timeadd`, `timecmp`, and the clock, which nobody reads here."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.build import go_quoted
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import string, string_of
from sparekey.formats.terraform.lang.functions.hashes import unpredictable
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.timestamps import Moment, TimestampError, parse_duration, parse_rfc3339
from sparekey.formats.terraform.lang.types import NUMBER, STRING, Type
from sparekey.formats.terraform.lang.values import TooMuchError, Value, number, text

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

# A literal in quotes, closed or not; a run of one letter; anything else.
_TOKEN: Final = re.compile(r"''|'(?:[^']|'')*'?|([A-Za-z])\1*|[^'A-Za-z]+", re.DOTALL)

_LONGEST_FORMAT: Final = 4096

_Verb = Callable[[Moment], str]


def _half(moment: Moment) -> str:
    return "PM" if moment.hour >= 12 else "AM"


def _zone(moment: Moment, colon: str) -> str:
    hours, minutes = divmod(abs(moment.offset) // 60, 60)
    return f"{'-' if moment.offset < 0 else '+'}{hours:02d}{colon}{minutes:02d}"


_VERBS: Final[Mapping[str, tuple[Mapping[int, _Verb], str]]] = {
    "Y": (
        {2: lambda at: f"{at.year % 100:02d}", 4: lambda at: f"{at.year:04d}"},
        'year must either be "YY" or "YYYY"',
    ),
    "M": (
        {
            1: lambda at: f"{at.month}",
            2: lambda at: f"{at.month:02d}",
            3: lambda at: _MONTHS[at.month - 1][:3],
            4: lambda at: _MONTHS[at.month - 1],
        },
        'month must be "M", "MM", "MMM", or "MMMM"',
    ),
    "D": (
        {1: lambda at: f"{at.day}", 2: lambda at: f"{at.day:02d}"},
        'day of month must either be "D" or "DD"',
    ),
    "E": (
        {3: lambda at: _DAYS[at.weekday][:3], 4: lambda at: _DAYS[at.weekday]},
        'day of week must either be "EEE" or "EEEE"',
    ),
    "h": (
        {1: lambda at: f"{at.hour}", 2: lambda at: f"{at.hour:02d}"},
        '24-hour must either be "h" or "hh"',
    ),
    "H": (
        {1: lambda at: f"{at.hour % 12 or 12}", 2: lambda at: f"{at.hour % 12 or 12:02d}"},
        '12-hour must either be "H" or "HH"',
    ),
    "A": ({2: _half}, 'must be "AA"'),
    "a": ({2: lambda at: _half(at).lower()}, 'must be "aa"'),
    "m": (
        {1: lambda at: f"{at.minute}", 2: lambda at: f"{at.minute:02d}"},
        'minute must either be "m" or "mm"',
    ),
    "s": (
        {1: lambda at: f"{at.second}", 2: lambda at: f"{at.second:02d}"},
        'second must either be "s" or "ss"',
    ),
    "Z": (
        {
            1: lambda at: _zone(at, ":") if at.offset else "Z",
            3: lambda at: _zone(at, "") if at.offset else "UTC",
            4: lambda at: _zone(at, ""),
            5: lambda at: _zone(at, ":"),
        },
        "timezone must be Z, ZZZZ, or ZZZZZ",
    ),
}


def _piece(written: str, moment: Moment) -> str:
    """What one token of a date format gives."""
    if written[0] == "'":
        if len(written) == 1 or written[-1] != "'":
            raise bad_argument("format", "unterminated literal '")
        return "'" if written == "''" else written[1:-1].replace("''", "'")
    if not (written[0].isascii() and written[0].isalpha()):
        return written
    lengths, rule = _VERBS.get(written[0], ({}, ""))
    verb = lengths.get(len(written))
    if verb is None:
        message = f"invalid date format verb {go_quoted(written)}"
        raise bad_argument("format", f"{message}: {rule}" if rule else message)
    return verb(moment)


def _moment(value: Value, refuse: Callable[[str], Exception], *, lax: bool = False) -> Moment:
    try:
        return parse_rfc3339(string(value), lax=lax)
    except TimestampError as error:
        raise refuse(f"not a valid RFC3339 timestamp: {error}") from None


def _formatdate(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    moment = _moment(arguments[1], lambda message: bad_argument("time", message))
    written = string(arguments[0])
    if len(written) > _LONGEST_FORMAT:
        raise TooMuchError("a very long date format")
    pieces = (match[0] for match in _TOKEN.finditer(written))
    return string_of("".join(_piece(piece, moment) for piece in pieces))


def _timeadd(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    moment = _moment(arguments[0], lambda message: failed("timeadd", message))
    try:
        duration = parse_duration(string(arguments[1]))
    except TimestampError as error:
        raise failed("timeadd", str(error)) from None
    return text(moment.later(duration).rfc3339())


def _timecmp(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    first, second = (
        _moment(value, functools.partial(bad_argument, name), lax=True).nanoseconds
        for value, name in zip(arguments, ("timestamp_a", "timestamp_b"), strict=True)
    )
    return number(numbers.narrow((first > second) - (first < second)))


def _timestamp(_surroundings: Surroundings, _arguments: Sequence[Value], _type: Type) -> Value:
    return unpredictable("timestamp() is the time of the apply")


def _plantimestamp(_surroundings: Surroundings, _arguments: Sequence[Value], _type: Type) -> Value:
    return unpredictable("plantimestamp() is the time of the plan")


def _strings(*names: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(name=name, type=STRING) for name in names)


FUNCTIONS = table(
    Function(name="formatdate", parameters=_strings("format", "time"), returns=STRING, work=_formatdate),
    Function(name="timeadd", parameters=_strings("timestamp", "duration"), returns=STRING, work=_timeadd, not_null=False),
    Function(name="timecmp", parameters=_strings("timestamp_a", "timestamp_b"), returns=NUMBER, work=_timecmp),
    Function(name="timestamp", returns=STRING, work=_timestamp),
    Function(name="plantimestamp", returns=STRING, work=_plantimestamp),
)
