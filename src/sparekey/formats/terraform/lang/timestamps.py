"""Moments and durations, read and written as Terraform's own clockwork does."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Final

from sparekey.formats.terraform.lang.build import go_quoted
from sparekey.formats.terraform.lang.values import TooMuchError

SECOND: Final = 1_000_000_000
_UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "\u00b5s": 1_000,  # micro sign
    "\u03bcs": 1_000,  # Greek mu
    "ms": 1_000_000,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": 3600 * SECOND,
}
_LONGEST: Final = 2**63
_EPOCH: Final = dt.date(1, 1, 1).toordinal()
_DURATION_PART: Final = re.compile(r"([0-9]*)(?:(\.)([0-9]*))?([^.0-9]*)", re.ASCII)


class TimestampError(Exception):
    """The text is no moment or no duration; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as written: local date and time, and its distance from UTC in seconds."""

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    offset: int

    @property
    def nanoseconds(self) -> int:
        """Since the first of January of year 1, UTC."""
        days = _days(self.year, self.month, self.day)
        return (((days * 24 + self.hour) * 60 + self.minute) * 60 + self.second - self.offset) * SECOND + self.nanosecond

    @property
    def weekday(self) -> int:
        """0 is Sunday."""
        return (_days(self.year, self.month, self.day) + 1) % 7

    def later(self, nanoseconds: int) -> Moment:
        """The moment so much later, with the same distance from UTC."""
        local = self.nanoseconds + self.offset * SECOND + nanoseconds
        seconds, nanosecond = divmod(local, SECOND)
        days, rest = divmod(seconds, 86_400)
        if not 0 <= days + _EPOCH - 1 < dt.date.max.toordinal():
            raise TooMuchError("a date outside the years 1 to 9999")
        day = dt.date.fromordinal(days + _EPOCH)
        return replace(
            self,
            year=day.year,
            month=day.month,
            day=day.day,
            hour=rest // 3600,
            minute=rest // 60 % 60,
            second=rest % 60,
            nanosecond=nanosecond,
        )

    def rfc3339(self) -> str:
        """In RFC 3339, without fractions of a second."""
        clock = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}"
        if self.offset:
            hours, minutes = divmod(abs(self.offset) // 60, 60)
            zone = f"{'-' if self.offset < 0 else '+'}{hours:02d}:{minutes:02d}"
        else:
            zone = "Z"
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}T{clock}{zone}"


def _days(year: int, month: int, day: int) -> int:
    """Days from the first of January of year 1; year 0 lies before it."""
    if year == 0:
        return dt.date(4, month, day).toordinal() - 1461 - _EPOCH
    return dt.date(year, month, day).toordinal() - _EPOCH


def days_in(year: int, month: int) -> int:
    """The days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in {4, 6, 9, 11} else 31


def _take(rest: str, width: int, what: str) -> tuple[int, str]:
    """A number of exactly so many digits."""
    digits = rest[:width]
    if len(digits) == width and digits.isascii() and digits.isdigit():
        return int(digits), rest[width:]
    raise TimestampError(f"cannot use {go_quoted(rest)} as {what}" if rest else f"end of string before {what}")


def _expect(rest: str, mark: str) -> str:
    """The rest behind a mark."""
    if rest.startswith(mark):
        return rest[len(mark) :]
    if mark == "T":
        raise TimestampError("missing required time introducer 'T'")
    if not rest:
        raise TimestampError(f'end of string where "{mark}" is expected')
    raise TimestampError(f'found {go_quoted(rest)} where "{mark}" is expected')


def parse_rfc3339(written: str, *, lax: bool = False) -> Moment:
    """The moment that a text in RFC 3339 names.

    `lax` is what `timecmp` still takes: an hour of one digit, a comma before fractions, offsets to 24 hours and 60 minutes.
    """
    year, rest = _take(written, 4, "year")
    month, rest = _take(_expect(rest, "-"), 2, "month")
    if not 1 <= month <= 12:
        raise TimestampError(f"cannot use {go_quoted(rest)} as month")
    day, rest = _take(_expect(rest, "-"), 2, "day of month")
    rest = _expect(rest, "T")
    hour, rest = _take(rest, 1 if lax and rest[1:2] == ":" else 2, "hour")
    if hour > 23:
        raise TimestampError("hour must be between 0 and 23 inclusive")
    minute, rest = _take(_expect(rest, ":"), 2, "minute")
    if minute > 59:
        raise TimestampError(f"cannot use {go_quoted(rest)} as minute")
    second, rest = _take(_expect(rest, ":"), 2, "second")
    if second > 59:
        raise TimestampError(f"cannot use {go_quoted(rest)} as second")
    nanosecond, rest = _fraction(rest, lax=lax)
    offset, rest = _offset(rest, lax=lax)
    if rest:
        raise TimestampError(f"cannot use {go_quoted(rest)} as timestamp segment")
    if not 1 <= day <= days_in(year, month):
        raise TimestampError("day out of range")
    return Moment(year, month, day, hour, minute, second, nanosecond, offset)


def _fraction(rest: str, *, lax: bool) -> tuple[int, str]:
    """Nanoseconds behind a dot, where there is one; further digits are cut."""
    match = re.match(r"[.,]([0-9]+)" if lax else r"\.([0-9]+)", rest, re.ASCII)
    if match is None:
        return 0, rest
    return int(match[1][:9].ljust(9, "0")), rest[match.end() :]


def _offset(rest: str, *, lax: bool) -> tuple[int, str]:
    """Seconds from UTC."""
    if rest.startswith("Z"):
        return 0, rest[1:]
    match = re.match(r"([+-])([0-9]{2}):([0-9]{2})", rest, re.ASCII)
    if match is None or int(match[2]) > 23 + lax or int(match[3]) > 59 + lax:
        raise TimestampError(f"cannot use {go_quoted(rest)} as UTC offset" if rest else "end of string before UTC offset")
    seconds = int(match[2]) * 3600 + int(match[3]) * 60
    return (-seconds if match[1] == "-" else seconds), rest[match.end() :]


def parse_duration(written: str) -> int:
    """The nanoseconds of a duration such as `1h30m`, `-1.5h` or `0`."""
    invalid = TimestampError(f"time: invalid duration {go_quoted(written)}")
    negative = written.startswith("-")
    rest = written[1:] if written[:1] in {"+", "-"} else written
    if rest == "0":
        return 0
    if not rest:
        raise invalid
    total = 0
    while rest:
        match = _DURATION_PART.match(rest)
        if match is None or not (match[1] or match[3]):
            raise invalid
        if not match[4]:
            raise TimestampError(f"time: missing unit in duration {go_quoted(written)}")
        unit = _UNITS.get(match[4])
        if unit is None:
            raise TimestampError(f"time: unknown unit {go_quoted(match[4])} in duration {go_quoted(written)}")
        total += _part(match[1], match[3] or "", unit, invalid)
        if total > _LONGEST:
            raise invalid
        rest = rest[match.end() :]
    if total == _LONGEST and not negative:
        raise invalid
    return -total if negative else total


def _part(whole: str, fraction: str, unit: int, invalid: TimestampError) -> int:
    """One number with its unit; what is finer than a nanosecond is cut as a double of the fraction gives it."""
    if len(whole.lstrip("0")) > 19:
        raise invalid
    result = int(whole or "0") * unit
    # Digits are added while they fit 63 bits, the rest is dropped.
    digits = fraction[:18]
    if digits:
        result += int(float(int(digits)) * (unit / float(10 ** len(digits))))
    return result
