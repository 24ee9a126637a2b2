"""Addresses written and read: the escapes are those that Terraform 1.11 printed for these keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.terraform.modules.addresses import Address, keyed, parse

KEYS = st.none() | st.integers(min_value=0, max_value=10**8) | st.text(max_size=8)
NAMES = st.from_regex(r"[a-z_][a-z0-9_-]{0,6}", fullmatch=True).filter(lambda name: name not in ("module", "data", "resource"))
ADDRESSES = st.builds(
    Address,
    st.lists(st.tuples(NAMES, KEYS), max_size=3).map(tuple),
    st.sampled_from(["managed", "data"]),
    NAMES,
    NAMES,
    KEYS,
)


@given(ADDRESSES)
def test_what_is_written_is_read_again(address: Address) -> None:
    assert parse(address.text()) == address


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("a b", '["a b"]'),
        ('q"x', '["q\\"x"]'),
        ("n\nl", '["n\\nl"]'),
        ("${x}", '["$${x}"]'),
        ("é", '["é"]'),
        ("\\", '["\\\\"]'),
        ("%{y", '["%%{y"]'),
        ("\x01", '["\\u0001"]'),
        ("\u2028", '["\\u2028"]'),
        (3, "[3]"),
    ],
)
def test_keys_as_terraform_writes_them(key: str | int, written: str) -> None:
    assert keyed("t.n", key) == f"t.n{written}"


@given(st.text(alphabet='ab.[]"\\$0', max_size=12))
def test_no_text_is_too_odd(text: str) -> None:
    parsed = parse(text)
    assert parsed is None or isinstance(parsed, Address)
