"""The YAML reader: any text ends in values or in a named error, and every value knows its exact place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sparekey.model.span import Span
from sparekey.model.value import AnyValue, Known
from sparekey.yaml_tree import MAX_DEPTH, YamlError, documents


def _one(text: str) -> AnyValue:
    (found,) = documents(text, file="f.yaml")
    return found


def _bare(value: AnyValue) -> object:
    assert isinstance(value, Known)
    if isinstance(value.value, Mapping):
        return {key: _bare(child) for key, child in value.value.items()}
    return [_bare(child) for child in value.value] if isinstance(value.value, tuple) else value.value


def _all(value: AnyValue) -> Iterator[Known[object]]:
    assert isinstance(value, Known)
    yield value
    inner = value.value
    for child in inner.values() if isinstance(inner, Mapping) else inner if isinstance(inner, tuple) else ():
        yield from _all(cast("AnyValue", child))


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
)
_KEYS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)
_TREES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=20
)


@given(_TREES, st.booleans())
def test_reads_what_was_written(tree: object, flow: object) -> None:
    text = yaml.safe_dump(tree, default_flow_style=bool(flow), allow_unicode=True)
    assert _bare(_one(text)) == tree


@given(_TREES, st.booleans())
def test_every_place_is_inside_the_text(tree: object, flow: object) -> None:
    text = yaml.safe_dump(tree, default_flow_style=bool(flow), allow_unicode=False)
    lines = text.split("\n")
    for value in _all(_one(text)):
        assert isinstance(value.at, Span)
        assert value.at.end_column <= max(len(lines[value.at.end_line - 1]), 1)


@given(st.text(max_size=60))
def test_any_text_ends(text: str) -> None:
    with suppress(YamlError):
        list(documents(text, file="f.yaml"))


@pytest.mark.parametrize(
    "text, path, shown",
    [
        ("a:\n  b: 12\n", ("a", "b"), "b: 12"),
        ("a:\n  - x\n  - yes\n", ("a", 1), "yes"),
        ("a: {b: [1, 'two']}\n", ("a", "b"), "b: [1, 'two']"),
        ("a: {b: [1, 'two']}\n", ("a", "b", 1), "'two'"),
        ("a:\n  - name: n\n    host: h\n", ("a", 0), "name: n"),
        ("a:\n  b:\n    c: 1\n", ("a", "b"), "b"),
    ],
)
def test_the_place_is_the_entry_itself(text: str, path: tuple[str | int, ...], shown: str) -> None:
    value = _one(text)
    for step in path:
        assert isinstance(value, Known)
        value = cast("AnyValue", value.value[step])  # type: ignore[index]
    assert isinstance(value.at, Span)
    line = text.split("\n")[value.at.start_line - 1]
    assert line[value.at.start_column - 1 : value.at.end_column] == shown


@pytest.mark.parametrize(
    "text, kind",
    [
        ("a: b: c", "bad-yaml"),
        ("\ta: 1", "bad-yaml"),
        ("a: \x00", "bad-character"),
        ("a: !!python/object/apply:os.system [x]", "yaml-tag"),
        ("a: !custom x", "yaml-tag"),
        ("a: 1\na: 2", "duplicate-key"),
        ("[" * 100_000, "too-deep"),
        ("- " * (MAX_DEPTH + 1) + "x", "too-deep"),
        ("a: *nobody", "bad-yaml"),
        ("&a [*a]", "bad-yaml"),
        ("? [1]\n: 2", "bad-key"),
        ("a: [", "bad-yaml"),
    ],
)
def test_what_is_refused_has_a_name(text: str, kind: str) -> None:
    with pytest.raises(YamlError) as caught:
        list(documents(text, file="f.yaml"))
    assert caught.value.kind == kind


def test_a_parser_that_refuses_depth_itself_gives_the_same_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """The C parser of PyYAML 6.0.4 (libyaml 0.2.6) ends at a thousand brackets, before the first of them becomes an event."""

    def refuse(*args: object, **options: object) -> Iterator[yaml.Event]:
        raise yaml.parser.ParserError(problem="exceeded maximum nesting depth 1001")

    monkeypatch.setattr(yaml, "parse", refuse)
    with pytest.raises(YamlError) as caught:
        list(documents("[", file="f.yaml"))
    assert caught.value.kind == "too-deep"


def test_an_alias_bomb_ends_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(YamlError) as caught:
        list(documents("\n".join(lines), file="f.yaml"))
    assert caught.value.kind == "too-large"


def test_an_anchor_name_may_be_used_again() -> None:
    assert _bare(_one("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")) == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_dates_and_times_stay_text() -> None:
    assert _bare(_one("a: 2026-01-31\nb: 1:30\nc: 010\nd: 1_000\n")) == {"a": "2026-01-31", "b": "1:30", "c": "010", "d": "1_000"}


def test_several_documents() -> None:
    assert [_bare(value) for value in documents("a: 1\n---\nb: 2\n", file="f.yaml")] == [{"a": 1}, {"b": 2}]


def test_a_text_in_a_block_may_begin_with_a_tab() -> None:
    """The C parser refuses it, though the tab is text: the words behind it and every place below stay what they are."""
    value = _one("a: |\n  \tone\n  two\nb: |\n    \tthree\nc: 1\n")
    read = _bare(value)
    assert isinstance(read, dict)
    assert read["c"] == 1
    assert [word.lstrip("\u2409") for word in str(read["a"]).split()] == ["one", "two"]
    assert isinstance(value, Known)
    assert isinstance(value.value, Mapping)
    assert value.value["c"].at == Span(file="f.yaml", start_line=6, start_column=1, end_line=6, end_column=4)


def test_the_first_line_is_counted_from_where_the_text_stands() -> None:
    (value,) = documents("a:\n  b: 1\n", file="f.yaml", first_line=41)
    assert isinstance(value, Known)
    assert isinstance(value.value, Mapping)
    inner = value.value["a"]
    assert isinstance(inner.value, Mapping)
    assert inner.value["b"].at == Span(file="f.yaml", start_line=42, start_column=3, end_line=42, end_column=6)
    with pytest.raises(YamlError) as caught:
        list(documents("a:\n  b: [\n", file="f.yaml", first_line=41))
    assert caught.value.at.start_line >= 42
