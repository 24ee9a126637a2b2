"""Law 1 for expressions: what is known does not change when a value that was known no longer is, and no error becomes a value."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.formats.terraform.lang.asking import ask, vague

from sparekey.formats.terraform.lang.operators import same
from sparekey.formats.terraform.lang.shown import value_json
from sparekey.formats.terraform.lang.types import DYNAMIC
from sparekey.formats.terraform.lang.values import (
    SENSITIVE,
    EvaluationError,
    TooMuchError,
    Unknown,
    Value,
    boolean,
    number,
    object_of,
    text,
    tuple_of,
)

VALUES: Mapping[str, Value] = {
    "t": text("a"),
    "n": number(1),
    "yes": boolean(value=True),
    "l": tuple_of([text("a"), text("b")]),
    "m": object_of({"a": number(1), "b": text("x")}),
    "ll": tuple_of([tuple_of([number(1)]), tuple_of([number(2), number(3)])]),
    "o": tuple_of(
        [object_of({"a": text("p"), "b": boolean(value=False)}), object_of({"a": text("q"), "b": boolean(value=True)})]
    ),
    "nothing": Value(DYNAMIC, None),
    "secret": text("s").marked([SENSITIVE]),
}
NAMES = sorted(VALUES)

atoms = st.sampled_from([*NAMES, *NAMES, "1", "0", '"a"', "true", "null", "[]", "{}"])


def _around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One more operation around what there is."""

    def shape(pattern: str) -> st.SearchStrategy[str]:
        return st.tuples(inner, inner, inner).map(lambda parts: pattern.format(*(f"({part})" for part in parts)))

    return st.one_of(
        *map(
            shape,
            [
                "{0} + {1}",
                "{0} == {1}",
                "{0} != {1}",
                "{0} < {1}",
                "{0} && {1}",
                "!{0}",
                "{0} ? {1} : {2}",
                "{0} ? {1} : {2}",
                "[{0}, {1}]",
                "{{a = {0}, b = {1}}}",
                "{{{0} = {1}}}",
                "{0}[{1}]",
                "{0}[0]",
                "{0}.a",
                "{0}[*].a",
                "{0}[*]",
                '"-${{{0}}}-${{{1}}}"',
                '"%{{ if {0} }}${{{1}}}%{{ endif }}"',
                '"%{{ for x in {0} }}${{x}}%{{ endfor }}"',
                "[for x in {0} : x]",
                "[for x in {0} : {1}]",
                "[for x in {0} : x if {1}]",
                "[for k, x in {0} : k if x != {1}]",
                "{{for k, x in {0} : k => x}}",
                "{{for x in {0} : x => {1}...}}",
                "try({0}, {1})",
                "can({0})",
                "tolist({0})",
                "toset({0})",
                "concat({0}, {1})",
                "length({0})",
            ],
        )
    )


expressions = st.recursive(atoms, _around, max_leaves=7)


def outcome(text_: str, values: Mapping[str, Value]) -> Value | str:
    """The value, or the heading of the error."""
    try:
        return ask(text_, values)
    except EvaluationError as error:
        return error.summary


def compatible(before: Value, after: Value) -> bool:
    """Whether nothing that is known after differs from what was known before."""
    if isinstance(after.content, Unknown):
        return True
    if isinstance(before.content, Unknown):
        return False
    one, other = before.content, after.content
    if isinstance(one, tuple) and isinstance(other, tuple):
        if len(one) == len(other):
            return all(map(compatible, one, other)) or any(not item.known for item in other)
        return any(not item.known for item in other)  # a set, whose unknown members may be equal to others
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(compatible(item, other[name]) for name, item in one.items())
    return before.type == after.type and same(before.unmarked(), after.unmarked())


@settings(max_examples=400, deadline=None)
@given(expressions, st.sampled_from(NAMES), st.booleans())
def test_blanking_never_changes_what_is_known(written: str, name: str, typed: bool) -> None:
    blank = vague(VALUES[name].type if typed else DYNAMIC)
    # While the type of one side is not known, Terraform takes the other side of a conditional as it is; then it may convert it.
    assume(blank.type != DYNAMIC or "?" not in written)
    try:
        before = outcome(written, VALUES)
        after = outcome(written, {**VALUES, name: blank})
    except TooMuchError:
        return
    if isinstance(after, str):
        # Terraform sees no later than before that types do not fit; an error may also come of what an unknown could be.
        return
    if isinstance(before, str):
        assert not after.known or any_unknown(after), (written, before, value_json(after))
        return
    assert compatible(before, after), (written, value_json(before), value_json(after))


def any_unknown(value: Value) -> bool:
    """Whether something in the value is not known."""
    content = value.content
    if isinstance(content, Unknown):
        return True
    if isinstance(content, tuple):
        return any(map(any_unknown, content))
    return isinstance(content, dict) and any(map(any_unknown, content.values()))


@settings(max_examples=100, deadline=None)
@given(expressions)
def test_two_evaluations_give_the_same(written: str) -> None:
    try:
        one, other = outcome(written, VALUES), outcome(written, VALUES)
    except TooMuchError:
        return
    assert type(one) is type(other)
    if isinstance(one, Value) and isinstance(other, Value):
        assert value_json(one) == value_json(other)
