"""Dates of the template language: ISO 8601 in, .NET's formats out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sparekey.formats.arm.language.values import EvaluationError, Later, NotYetError

_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII | re.IGNORECASE
)
_MAY_BE_A_DATE = re.compile(
    r"[\d\s\-/:.,+TZ]*\d[\d\s\-/:.,+TZ]*|.*\d.*\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
)
_DURATION = re.compile(
    r"(-)?P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,7}))?S)?)?", re.ASCII
)
_MOST_DIGITS = 9
_LONGEST = 100
"""Characters of a date, a duration or a format; no one writes longer ones."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_STANDARD = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "m": "MMMM dd",
    "M": "MMMM dd",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffzzz",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffzzz",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "U": "dddd, dd MMMM yyyy HH:mm:ss",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
}
_DEFAULT = "yyyy-MM-ddTHH:mm:ss'Z'"
_TOKEN = re.compile(r"'([^']*)'|\"([^\"]*)\"|\\(.)|%(?=.)|([dfFghHmMstyzK])\4*|(.)", re.DOTALL)


def moment(text: str, *, offset: bool) -> datetime:
    """The time that a text says, with its offset minded or not. Raises EvaluationError; NotYetError for spellings not known here."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        if len(text) > _LONGEST or _MAY_BE_A_DATE.match(text):
            raise NotYetError(Later(f"the date in {text[:40]!r}"))
        raise EvaluationError("the text is no date")
    year, month, day, hour, minute, second = (int(found[index] or 0) for index in range(1, 7))
    try:
        time = datetime(year, month, day, hour, minute, second, int((found[7] or "").ljust(7, "0")[:6]), tzinfo=UTC)
        if offset and found[8] and found[8] not in "Zz":
            shift = timedelta(hours=int(found[8][1:3]), minutes=int(found[8][4:6]))
            time += shift if found[8][0] == "-" else -shift
    except (ValueError, OverflowError):
        raise EvaluationError("there is no such date") from None
    return time


def duration(text: str) -> timedelta:
    """What an ISO 8601 duration adds: a year counts 365 days, a month 30. Raises EvaluationError."""
    found = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if not found or any(len(part or "") > _MOST_DIGITS for part in found.groups()[1:]):
        raise EvaluationError("the text is no duration")
    years, months, days, hours, minutes, seconds = (int(found[index] or 0) for index in range(2, 8))
    fraction = int((found[8] or "").ljust(6, "0")[:6])
    length = timedelta(
        days=365 * years + 30 * months + days, hours=hours, minutes=minutes, seconds=seconds, microseconds=fraction
    )
    return -length if found[1] else length


def added(base: datetime, length: timedelta, pattern: str | None) -> str:
    """A later or earlier time by a format. Raises EvaluationError, NotYetError."""
    try:
        return written(base + length, pattern)
    except OverflowError:
        raise EvaluationError("the time is out of range") from None


def from_epoch(seconds: int) -> str:
    """The time so many seconds after 1970. Raises EvaluationError."""
    try:
        return written(_EPOCH + timedelta(seconds=seconds), None)
    except OverflowError:
        raise EvaluationError("the time is out of range") from None


def to_epoch(time: datetime) -> int:
    """Whole seconds since 1970."""
    return int((time - _EPOCH).total_seconds() // 1)


def written(time: datetime, pattern: str | None) -> str:
    """A time by a .NET format in the invariant culture."""
    if pattern is None or pattern == "":
        pattern = _DEFAULT
    elif len(pattern) == 1:
        if pattern not in _STANDARD:
            raise EvaluationError("there is no such date format")
        pattern = _STANDARD[pattern]
    elif len(pattern) > _LONGEST:
        raise NotYetError(Later("a date by a format of so many characters"))
    return "".join(_piece(time, found) for found in _TOKEN.finditer(pattern))


def _piece(time: datetime, found: re.Match[str]) -> str:
    for quoted in (1, 2, 3, 5):
        if found[quoted] is not None:
            return str(found[quoted])
    letter, width = found[4], len(found[0])
    if letter is None:
        return ""
    hour = time.hour % 12 or 12
    match letter:
        case "d":
            name = _DAYS[time.weekday()]
            return _padded(time.day, width) if width < 3 else name[:3] if width == 3 else name
        case "M":
            name = _MONTHS[time.month - 1]
            return _padded(time.month, width) if width < 3 else name[:3] if width == 3 else name
        case "y":
            return str(time.year % 100).zfill(width) if width < 3 else str(time.year).zfill(width)
        case "h":
            return _padded(hour, width)
        case "H":
            return _padded(time.hour, width)
        case "m":
            return _padded(time.minute, width)
        case "s":
            return _padded(time.second, width)
        case "t":
            return ("AM" if time.hour < 12 else "PM")[: 1 if width == 1 else 2]
        case "f":
            return f"{time.microsecond:06d}0".ljust(7, "0")[:width]
        case "z":
            return "+0" if width == 1 else "+00" if width == 2 else "+00:00"
        case _:
            raise NotYetError(Later(f"a date by a format with {letter}"))


def _padded(number: int, width: int) -> str:
    return str(number).zfill(min(width, 2))
