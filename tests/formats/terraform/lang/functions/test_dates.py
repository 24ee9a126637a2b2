"""Dates and durations, against Python's own calendar and against answers of the real Terraform 1.11.4."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st
from tests.formats.terraform.lang.functions.calling import refused, result

from sparekey.formats.terraform.lang.functions.dates import FUNCTIONS

moments = st.datetimes(
    dt.datetime(1, 1, 2),  # noqa: DTZ001
    dt.datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-1439, 1439).map(lambda m: dt.timezone(dt.timedelta(minutes=m))),
).map(lambda moment: moment.replace(microsecond=0))


def written(moment: dt.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@settings(max_examples=200, deadline=None)
@over(moments, st.integers(-(10**7), 10**7))
def test_adding_seconds_is_what_the_calendar_says(moment: dt.datetime, seconds: int) -> None:
    try:
        later = moment + dt.timedelta(seconds=seconds)
        later.astimezone(dt.UTC)
    except OverflowError:
        return
    assert result(FUNCTIONS, "timeadd", written(moment), f"{seconds}s").content == written(later)


@settings(max_examples=200, deadline=None)
@over(moments, moments)
def test_comparing_is_what_the_calendar_says(one: dt.datetime, other: dt.datetime) -> None:
    assert result(FUNCTIONS, "timecmp", written(one), written(other)).content == (one > other) - (one < other)


@settings(max_examples=200, deadline=None)
@over(moments)
def test_formatting_is_what_the_calendar_says(moment: dt.datetime) -> None:
    format_ = "YYYY-MM-DD'T'hh:mm:ssZ|EEEE|MMM|H AA"
    expected = f"{written(moment)}|{moment:%A}|{moment:%b}|{moment.hour % 12 or 12} {'PM' if moment.hour > 11 else 'AM'}"
    assert result(FUNCTIONS, "formatdate", format_, written(moment)).content == expected


@settings(max_examples=200, deadline=None)
@over(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_answered_or_refused(one: str, other: str) -> None:
    refused(FUNCTIONS, "formatdate", one, other)
    refused(FUNCTIONS, "timeadd", "2018-01-02T05:06:07Z", one)
    refused(FUNCTIONS, "timecmp", one, other)


@pytest.mark.parametrize(
    "format_, time, expected",
    [
        ("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z", "02 Jan 2018 23:12 UTC"),
        ("EEE, DD MMM YYYY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00", "Tue, 02 Jan 2018 23:12:01 -0800"),
        ("'it''s' YYYY", "2018-01-02T05:06:07Z", "it's 2018"),
        ("'abc''", "2018-01-02T05:06:07Z", "abc'"),
        ("Z ZZZ ZZZZ ZZZZZ", "2018-01-02T05:06:07+05:30", "+05:30 +0530 +0530 +05:30"),
    ],
)
def test_formats(format_: str, time: str, expected: str) -> None:
    assert result(FUNCTIONS, "formatdate", format_, time).content == expected


@pytest.mark.parametrize(
    "format_, time, words",
    [
        ("YYY", "2018-01-02T05:06:07Z", 'year must either be "YY" or "YYYY"'),
        ("'open", "2018-01-02T05:06:07Z", "unterminated literal '"),
        ("L", "2018-01-02T05:06:07Z", 'invalid date format verb "L"'),
        ("YYYY", "2018-13-02T05:06:07Z", 'cannot use "-02T05:06:07Z" as month'),
        ("YYYY", "2018-01-02T25:06:07Z", "hour must be between 0 and 23 inclusive"),
        ("YYYY", "2018-01-02T5:06:07Z", "as hour"),
        ("YYYY", "2023-02-29T00:00:00Z", "day out of range"),
        ("YYYY", "2018-01-02", "missing required time introducer 'T'"),
        ("YYYY", "", "end of string before year"),
    ],
)
def test_refused_formats_and_dates(format_: str, time: str, words: str) -> None:
    assert words in refused(FUNCTIONS, "formatdate", format_, time)


@pytest.mark.parametrize("duration", ["", "1", "1d", "1h ", "--1h", "s", ".s", "9223372036854775808ns", "2562048h"])
def test_refused_durations(duration: str) -> None:
    assert refused(FUNCTIONS, "timeadd", "2018-01-02T05:06:07Z", duration)


@pytest.mark.parametrize("name", ["timestamp", "plantimestamp"])
def test_no_clock_is_read(name: str) -> None:
    value = result(FUNCTIONS, name)
    assert value.unknown is not None
    assert not value.unknown.beyond
    assert not value.unknown.among
