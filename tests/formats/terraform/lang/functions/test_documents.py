"""JSON, YAML and CSV: what is written is read again, and Terraform's own choices where documents are odd."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st
from tests.formats.terraform.lang.functions.calling import refused, result

from sparekey.formats.terraform.lang import json_text
from sparekey.formats.terraform.lang.functions.documents import FUNCTIONS
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING
from sparekey.formats.terraform.lang.values import (
    NULL,
    Refinement,
    Source,
    TooMuchError,
    Unknown,
    Value,
    Why,
    boolean,
    number,
    object_of,
    text,
    tuple_of,
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=12).map(
    lambda written: unicodedata.normalize("NFC", written)
)
values = st.recursive(
    st.one_of(texts.map(text), st.integers(-(10**30), 10**30).map(number), st.booleans().map(boolean), st.just(NULL)),
    lambda inner: st.one_of(st.lists(inner, max_size=4).map(tuple_of), st.dictionaries(texts, inner, max_size=4).map(object_of)),
    max_leaves=12,
)


def unknown_id(address: str) -> Value:
    return Value(STRING, Unknown(why=Why("not yet"), is_=Source(address, "id"), refinement=Refinement(not_null=True)))


@settings(max_examples=80, deadline=None)
@over(values)
def test_what_jsonencode_writes_jsondecode_reads(value: Value) -> None:
    written = result(FUNCTIONS, "jsonencode", value)
    assert json_text.encode(result(FUNCTIONS, "jsondecode", written)) == written.content


@settings(max_examples=80, deadline=None)
@over(values)
def test_json_is_yaml_for_what_yamlencode_writes(value: Value) -> None:
    written = result(FUNCTIONS, "yamlencode", value)
    assert isinstance(written.content, str)
    if "\n\n" in written.content or "\u2028" in written.content or "\u2029" in written.content:
        return  # empty lines at the end of a block are not always read back as they were, by Terraform neither
    assert json_text.encode(result(FUNCTIONS, "yamldecode", written)) == json_text.encode(value)


@settings(max_examples=150, deadline=None)
@over(st.text(st.sampled_from(list(" \n-?:,[]{}#&*!|>'\"%ab1.~<\t")), max_size=24))
def test_any_text_is_yaml_or_refused(written: str) -> None:
    refused(FUNCTIONS, "yamldecode", written)
    refused(FUNCTIONS, "jsondecode", written)
    refused(FUNCTIONS, "csvdecode", written)


@pytest.mark.parametrize(
    "written, expected",
    [
        # As the real Terraform 1.11.4 answers.
        ("a: yes", '{"a":true}'),
        ("a: 0o17", '{"a":15}'),
        ("a: 017", '{"a":17}'),
        ("a: 1_000", '{"a":"1_000"}'),
        ("a: 12:30:45", '{"a":"12:30:45"}'),
        ("a: 2024-01-01", '{"a":"2024-01-01T00:00:00Z"}'),
        ("a: |-\n  1.50", '{"a":"1.5"}'),
        ("b: {a: 2}\n<<: {a: 1}", '{"a":1,"b":{"a":2}}'),
        ("a: 2\n<<: {a: 1}", '{"a":1}'),
        ('"<<": {a: 1}', '{"a":1}'),
        ("a:\tb", '{"a":"b"}'),
        ("y: 2", '{"true":2}'),
        ("- &a 1\n- *a\n", "[1,1]"),
        ("a: !!int 0b11", '{"a":3}'),
        ("{a:}", '{"a:":null}'),
    ],
)
def test_yaml_as_terraform_reads_it(written: str, expected: str) -> None:
    assert json_text.encode(result(FUNCTIONS, "yamldecode", written)) == expected


@pytest.mark.parametrize(
    "written",
    [
        "", "# only a comment", "a: 1\n---\nb: 2", "a: *b", "a: &x [*x]", "[1]: a", "~: 1", "a: .nan", "a: !custom 1",
        "%YAML 1.2\n---\na: 1", 'a: "\\/"', "<<: [{a: 1}]", "\ta: 1", "a: b: c", "a: @x",
    ],
)  # fmt: skip
def test_yaml_that_terraform_refuses(written: str) -> None:
    assert refused(FUNCTIONS, "yamldecode", written)


@pytest.mark.parametrize(
    "written, expected",
    [
        ("1 ]", "1"),
        ('{"a": 1, "a": "x"}', '{"a":"x"}'),
        ('"\\ud800x"', '"\ufffdx"'),
        ("0.1", "0.1"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ],
)
def test_json_as_terraform_reads_it(written: str, expected: str) -> None:
    assert json_text.encode(result(FUNCTIONS, "jsondecode", written)) == expected


@pytest.mark.parametrize("written", ["", " ", "NaN", "1 2", '{"a": 1,}', "[1,]", "\ufeff{}", '"\t"', '{"a": "x", "a": 1}'])
def test_json_that_terraform_refuses(written: str) -> None:
    assert refused(FUNCTIONS, "jsondecode", written)


def test_json_text_is_safe_inside_of_html() -> None:
    written = result(FUNCTIONS, "jsonencode", text("<>&\u2028\b\f\x01\x7f/"))
    assert written.content == '"\\u003c\\u003e\\u0026\\u2028\\b\\f\\u0001\x7f/"'


@pytest.mark.parametrize("function", ["jsondecode", "yamldecode"])
@pytest.mark.parametrize("written", ["[" * 100_000, "[" * 200 + "]" * 200])
def test_deep_nesting_is_bounded(function: str, written: str) -> None:
    with pytest.raises(TooMuchError):
        result(FUNCTIONS, function, written)


def test_aliases_that_multiply_are_bounded() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(TooMuchError):
        result(FUNCTIONS, "yamldecode", "\n".join(lines))


def test_long_lines_of_strings_are_folded() -> None:
    # As the real Terraform 1.11.4 answers.
    words = " ".join(["word"] * 20)
    assert result(FUNCTIONS, "yamlencode", text(words)).content == f'"{" ".join(["word"] * 17)}\n  word word word"\n'


def test_csv_rows_are_objects() -> None:
    value = result(FUNCTIONS, "csvdecode", 'a,b\r\n1,"x ""y""\nz"\r\n\r\n3,')
    assert json_text.encode(value) == '[{"a":"1","b":"x \\"y\\"\\nz"},{"a":"3","b":""}]'


@pytest.mark.parametrize("written", ["", "\n", "a,a\n", "a,b\n1\n", "a,b\n1,2,3\n", 'a\nx"y\n', 'a\n"x"y\n', 'a\n"x'])
def test_csv_that_terraform_refuses(written: str) -> None:
    assert refused(FUNCTIONS, "csvdecode", written)


@pytest.mark.parametrize("encode, decode", [("jsonencode", "jsondecode"), ("yamlencode", "yamldecode")])
def test_ids_survive_a_round_trip_that_terraform_cannot_follow(encode: str, decode: str) -> None:
    group, staff = unknown_id("azuread_group.a"), unknown_id("azuread_group.b")
    written = result(FUNCTIONS, encode, object_of({"exclude": tuple_of([group]), "include": staff, "name": text("n")}))
    value = result(FUNCTIONS, decode, written)
    assert value.type == DYNAMIC
    assert value.unknown is not None
    assert value.unknown.members is not None
    assert set(value.unknown.holds) == {group, staff}
    assert value.unknown.beyond, "the name may be the id of something"
    excluded = value.unknown.members("exclude").unknown
    assert excluded is not None
    assert excluded.members is not None
    assert excluded.exact
    assert not excluded.beyond
    only = excluded.members(0).unknown
    assert only is not None
    assert only.is_ == Source("azuread_group.a", "id")
    name = value.unknown.members("name").unknown
    assert name is not None
    assert not name.among
    assert name.beyond


def test_a_text_of_unknown_structure_is_not_followed() -> None:
    joined = Value(STRING, Unknown(why=Why("joined"), among=frozenset({Source("g", "id")}), holds=(unknown_id("g"),)))
    written = Value(STRING, Unknown(why=Why("template"), holds=(joined,), pieces=('["', joined, '"]')))
    value = result(FUNCTIONS, "jsondecode", written)
    assert value.unknown is not None
    assert value.unknown.holds == ()
    assert value.unknown.among == {Source("g", "id")}
    assert value.unknown.beyond


@pytest.mark.parametrize("prefix, expected", [('"', STRING), ("{", DYNAMIC), ("", DYNAMIC)])
def test_the_start_of_an_unknown_text_tells_its_type(prefix: str, expected: object) -> None:
    written = Value(STRING, Unknown(why=Why("not yet"), refinement=Refinement(prefix=prefix)))
    assert result(FUNCTIONS, "jsondecode", written).type == expected


def test_the_start_of_an_unknown_text_can_be_wrong_already() -> None:
    written = Value(STRING, Unknown(why=Why("not yet"), refinement=Refinement(prefix="x")))
    assert refused(FUNCTIONS, "jsondecode", written)


def test_what_is_known_of_an_unknown_json_text() -> None:
    made = result(FUNCTIONS, "jsonencode", object_of({"a": unknown_id("g")}))
    assert made.unknown is not None
    assert made.unknown.refinement == Refinement(not_null=True, prefix="{")
