"""Messages: names from files are shown in quotes and can do no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.engine.message import BadMessageError, quoted, rendered


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_a_name_is_always_one_printable_line(name: str) -> None:
    shown = quoted(name)
    assert shown.isprintable()
    assert shown.startswith('"')
    assert shown.endswith('"')
    shown.encode()
    assert len(shown) <= 2 + 200 * 10


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_names_never_look_alike(one: str, other: str) -> None:
    assert (quoted(one) == quoted(other)) is (one == other)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (["%s blocks", ["CA 1"]], '"CA 1" blocks'),
        (["%d of %d", [1, {"least": 0, "most": 2}]], "1 of 0 to 2"),
        (["%d", [{"least": 3, "most": 3}]], "3"),
        (["%d", [{"least": 3}]], "3 or more"),
        (["100 %%", []], "100 %"),
        (["%s", ["%s"]], '"%s"'),
        (["%s", ["\x1b[31m\u202e"]], '"\\x1b[31m\\u202e"'),
    ],
)
def test_formats(message: list[object], expected: str) -> None:
    assert rendered(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        [],
        ["a"],
        ["%s", []],
        ["a", ["b"]],
        ["%s", [1]],
        ["%d", ["1"]],
        ["%d", [True]],
        ["%d", [{"most": 1}]],
        ["%x", [1]],
        ["%", ["a"]],
        [1, []],
        ["a", "b"],
    ],
)
def test_what_is_no_message_is_refused(message: list[object]) -> None:
    with pytest.raises(BadMessageError):
        rendered(message)
