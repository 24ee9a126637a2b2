"""The template language: laws of the three outcomes, and what bounds them. Single answers are held to the oracle."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.arm.language import hashes, order
from sparekey.formats.arm.language.compare import same
from sparekey.formats.arm.language.compose import json_text
from sparekey.formats.arm.language.evaluate import PLAIN, Evaluator
from sparekey.formats.arm.language.lenient import Lenient, loads
from sparekey.formats.arm.language.parse import parse
from sparekey.formats.arm.language.values import (
    Budget,
    EvaluationError,
    Later,
    NotYetError,
    OpenObject,
    Source,
    TooMuchError,
    Value,
    folded,
    laters,
    merged,
    pattern_of,
    type_name,
)


@dataclass
class Names:
    """A world of parameters alone."""

    held: dict[str, Value] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        return name == "parameters"

    def ask(self, name: str, arguments: list[Value]) -> Value:
        return self.held[str(arguments[0])]

    def enter(self, name: str) -> None: ...

    def leave(self, name: str) -> None: ...


def run(text: str, /, **names: Value) -> Value:
    return Evaluator(Names(names), Budget()).text(text)


def outcome(text: str, names: dict[str, Value]) -> Value | EvaluationError:
    try:
        return run(text, **names)
    except EvaluationError as error:
        return error


# --- blanking ---------------------------------------------------------------------------------------------------------

_VALUES: dict[str, Value] = {
    "text": "Ab-c/d",
    "empty": "",
    "digits": "12",
    "count": 2,
    "minus": -1,
    "yes": True,
    "no": False,
    "list": ["a", "B", "a"],
    "numbers": [2, 1],
    "object": {"a": 1, "B": {"c": "x"}},
    "nothing": None,
}

_LEAVES = [f"parameters('{name}')" for name in _VALUES] + ["'a'", "'x'", "1", "0", "null()", "createArray()"]
_CALLS = {
    1: "toLower length empty first last string json not items objectKeys array int bool flatten uniqueString base64",
    2: "concat add sub div mod equals less contains take skip split join union intersection coalesce and or startsWith"
    " indexOf createArray format tryGet range guid createObject",
    3: "if replace substring coalesce union concat createArray",
}
_NAMED = [(name, count) for count, names in _CALLS.items() for name in names.split()]


@st.composite
def _expression(draw: st.DrawFn, depth: int = 3) -> str:
    """An expression of the language, most of them with values of the wrong type somewhere."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(_LEAVES))
    inner = _expression(depth=depth - 1)
    kind = draw(st.integers(0, 7))
    if kind == 0:
        body = f"if(equals(lambdaVariables('v'), 'a'), {draw(inner)}, lambdaVariables('v'))"
        return f"{draw(st.sampled_from(['map', 'filter']))}({draw(inner)}, lambda('v', {body}))"
    if kind == 1:
        name = draw(st.sampled_from(["a", "b", "missing"]))
        return f"tryGet({draw(inner)}, '{name}').{name}"
    if kind == 2:
        return draw(inner) + draw(st.sampled_from([".a", ".B.c", "[0]", "[1]"]))
    name, count = draw(st.sampled_from(_NAMED))
    return f"{name}({', '.join(draw(inner) for _ in range(count))})"


_EXPRESSIONS = _expression()


def _refines(blanked: Value, whole: Value) -> bool:
    """Whether a value only says less than another."""
    if isinstance(blanked, Later):
        return True
    if isinstance(blanked, OpenObject) and isinstance(whole, dict):
        return all(key in whole and _refines(value, whole[key]) for key, value in blanked.items())
    if isinstance(blanked, list) and isinstance(whole, list):
        return len(blanked) == len(whole) and all(map(_refines, blanked, whole))
    if isinstance(blanked, dict) and isinstance(whole, dict):
        return blanked.keys() == whole.keys() and all(_refines(value, whole[key]) for key, value in blanked.items())
    return type_name(blanked) == type_name(whole) and blanked == whole


@given(_EXPRESSIONS, st.sets(st.sampled_from(sorted(_VALUES)), min_size=1))
def test_what_is_known_with_less_is_the_same_with_more(expression: str, hidden: set[str]) -> None:
    """Hiding parameters turns answers into unknowns, never into other answers, and never what is fine into what is refused."""
    text = f"[{expression}]"
    whole = outcome(text, dict(_VALUES))
    later: Value = Later("hidden", (Source("x"),))
    blanked = outcome(text, {**_VALUES, **dict.fromkeys(hidden, later)})
    if isinstance(whole, EvaluationError):
        assert isinstance(blanked, EvaluationError) or laters(blanked), (whole, blanked)
    else:
        assert not isinstance(blanked, EvaluationError), (whole, blanked)
        assert _refines(blanked, whole), (whole, blanked)


@given(_EXPRESSIONS, st.sampled_from(sorted(_VALUES)))
def test_an_unknown_names_all_that_it_comes_from(expression: str, name: str) -> None:
    later = Later("hidden", (Source(name),))
    found = outcome(f"[{expression}]", {**_VALUES, name: later})
    if not isinstance(found, EvaluationError):
        for unknown in laters(found):
            # What is not from the source has a reason of its own, and says so.
            assert Source(name) in unknown.sources or unknown.hidden or not unknown.sources


@given(_EXPRESSIONS, _EXPRESSIONS)
def test_values_of_one_pattern_are_equal(one: str, other: str) -> None:
    asked = {name: Later("asked", pattern=f"{{0:{name}}}") for name in ("text", "digits", "count")}
    found = [outcome(f"[{text}]", {**_VALUES, **asked}) for text in (one, other)]
    if any(isinstance(value, EvaluationError) for value in found):
        return
    patterns = [pattern_of(value) for value in found if not isinstance(value, EvaluationError)]
    if not patterns[0] or patterns[0] != patterns[1]:
        return
    for names in (_VALUES, {**_VALUES, "text": "zz", "digits": "7", "count": 5}):
        answers = [outcome(f"[{text}]", dict(names)) for text in (one, other)]
        if not any(isinstance(answer, EvaluationError) for answer in answers):
            shown = ["True" if answer is True else str(answer) for answer in answers]
            assert shown[0] == shown[1]


# --- single points that the oracle cannot ask -------------------------------------------------------------------------


def test_an_unknown_behind_a_lazy_function_hides_nothing_that_fails() -> None:
    later = Later("?")
    for text in (
        "[and(parameters('x'), div(1, 0))]",
        "[if(parameters('x'), div(1, 0), 1)]",
        "[coalesce(parameters('x'), div(1, 0))]",
    ):
        assert isinstance(run(text, x=later), Later)
    assert run("[and(false(), div(1, 0))]") is False


def test_an_exact_unknown_keeps_its_path() -> None:
    later = Later("?", (Source("vm", "properties"),), exact=True)
    found = run("[parameters('x').a['b'].c]", x=later)
    assert isinstance(found, Later)
    assert (found.sources, found.exact) == ((Source("vm", "properties.a.b.c"),), True)
    computed = run("[toLower(parameters('x').a)]", x=later)
    assert isinstance(computed, Later)
    assert (computed.sources, computed.exact) == ((Source("vm", "properties.a"),), False)


def test_patterns_tell_arguments_apart() -> None:
    asked = Later("?", pattern="{0:p}")
    one, other = (
        run(text, p=asked) for text in ("[uniqueString('a, b', parameters('p'))]", "[uniqueString('a', 'b', parameters('p'))]")
    )
    assert pattern_of(one) != pattern_of(other)
    assert pattern_of(run("[concat('A-', parameters('p'), 1)]", p=asked)) == "A-{0:p}1"
    assert pattern_of(run("[format('{0}/x-{1}', parameters('p'), 'y')]", p=asked)) == "{0:p}/x-y"
    assert pattern_of(run("[format('{0,9}', parameters('p'))]", p=asked)) == ""
    assert pattern_of(run("[parameters('p').a]", p=asked)) != pattern_of(run("[parameters('p').b]", p=asked))
    assert folded("/Sub/{0:P {X}}/Y") == "/sub/{0:P {X}}/y"


def test_an_open_object_is_known_where_it_is_set_only() -> None:
    held = OpenObject({"a": 1}, Later("rest", (Source("r"),), exact=True))
    assert run("[parameters('o').A]", o=held) == 1
    assert isinstance(run("[parameters('o').b]", o=held), Later)
    assert isinstance(run("[length(parameters('o'))]", o=held), Later)
    assert isinstance(run("[equals(parameters('o'), createObject('a', 1))]", o=held), Later)
    assert isinstance(run("[tryGet(parameters('o'), 'b')]", o=held), Later)


@given(st.text(max_size=8), st.text(max_size=8))
def test_the_order_of_texts_is_an_order(left: str, right: str) -> None:
    there, back = order.compared(left, right), order.compared(right, left)
    assert (there is None) == (back is None)
    assert there is None or back is None or there == -back
    assert order.compared(left, left) == 0


@given(st.lists(st.text(alphabet="aAbB-_ 1é", max_size=4), max_size=6))
def test_sorting_by_that_order_ends_in_order(texts: list[str]) -> None:
    found = run("[sort(parameters('t'), lambda('x', 'y', less(lambdaVariables('x'), lambdaVariables('y'))))]", t=[*texts])
    if isinstance(found, list):
        for one, other in pairwise(found):
            compared = order.compared(str(one), str(other))
            assert compared is not None
            assert compared <= 0


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


@given(_JSON)
def test_json_is_read_as_it_is_written(value: Value) -> None:
    text = json_text(value)
    assert same(loads(text), value) is True
    assert same(Lenient(text).whole(), value) is True


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    for attempt in (lambda: parse(text), lambda: Lenient(text).whole(), lambda: run(f"[{text}]")):
        try:
            attempt()
        except (EvaluationError, TooMuchError, NotYetError, KeyError):
            continue


@given(st.sampled_from(sorted(PLAIN)), st.lists(_JSON, max_size=4))
def test_any_function_takes_any_value(name: str, values: list[Value]) -> None:
    names = {f"v{index}": value for index, value in enumerate(values)}
    arguments = ", ".join(f"parameters('{key}')" for key in names)
    with suppress(EvaluationError, TooMuchError):
        run(f"[{name}({arguments})]", **names)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0001, "0.0001"), (0.00001, "1E-05"), (1e14, "100000000000000.0"), (1e15, "1E+15"), (1.5e-7, "1.5E-07"), (-2.0, "-2.0")],
)
def test_floats_are_written_as_dotnet_writes_them(number: float, text: str) -> None:
    """From the documentation of .NET's `Double.ToString`: exponents below -4 and from 15 on are written as such."""
    assert json_text(number) == text


def test_digests_hang_on_all_parts() -> None:
    assert hashes.guid(["a", "b"]) == hashes.guid(["a-b"]) != hashes.guid(["ab"])
    assert len({hashes.unique_string(["x" * count]) for count in range(40)}) == 40


# --- bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[" + "add(1, " * 10_000 + "1" + ")" * 10_000 + "]",
        "[parameters('x')" + ".a" * 10_000 + "]",
        "[parameters('x')" + "[0]" * 10_000 + "]",
        "[map(range(0, 1000), lambda('a', map(range(0, 1000), lambda('b', range(0, 1000)))))]",
        "[reduce(range(0, 1000), 'xx', lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('a'))))]",
        "[reduce(range(0, 1000), range(0, 2), lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('a'))))]",
        "[string(reduce(range(0, 60), 1, lambda('a', 'b', createArray(lambdaVariables('a'), lambdaVariables('a')))))]",
        "[format('{0,999999}{0,999999}{0,999999}{0,999999}{0,999999}', 'a')]",
        "[json('" + "[" * 5_000 + "')]",
        "[json('" + "{a:" * 5_000 + "')]",
    ],
)
def test_what_explodes_ends(text: str) -> None:
    began = time.process_time()
    with pytest.raises(TooMuchError):
        run(text, x={})
    assert time.process_time() - began < 5


def test_one_that_explodes_leaves_the_others_their_share() -> None:
    evaluator = Evaluator(Names(), Budget())
    with pytest.raises(TooMuchError):
        evaluator.text("[map(range(0, 10000), lambda('a', range(0, 10000)))]")
    assert evaluator.text("[add(1, 2)]") == 3


def test_merged_sources_are_named_once() -> None:
    one = Later("a", (Source("x"),), exact=True)
    assert merged((one, [one, {"k": one}])).sources == (Source("x"),)
