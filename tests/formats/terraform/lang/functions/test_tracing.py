"""What functions on collections and texts keep of where unknown values come from."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.formats.terraform.lang.asking import ask, attribute_of, resource, vague

from sparekey.formats.terraform.lang.types import STRING, ListType, MapType
from sparekey.formats.terraform.lang.values import Source, Unknown, Value, sources

A, B = Source("azuread_group.a", "id"), Source("azuread_group.b", "id")
NAMES: Mapping[str, Value] = {
    "a": attribute_of("azuread_group.a"),
    "b": attribute_of("azuread_group.b"),
    "perhaps": attribute_of("azuread_group.b", not_null=False),
    "g": resource("azuread_group.g"),
    "key": vague(STRING, "var.key has no value"),
    "list": vague(ListType(STRING), "var.list has no value"),
    "map": vague(MapType(STRING), "var.map has no value"),
}


def held(expression: str) -> tuple[set[Source | str], bool]:
    """What an unknown certainly holds, and whether that is all."""
    content = ask(expression, NAMES).content
    assert isinstance(content, Unknown), expression
    found: set[Source | str] = set()
    for item in content.holds:
        if isinstance(item.content, str):
            found.add(item.content)
        elif isinstance(item.content, Unknown) and item.content.is_:
            found.add(item.content.is_)
    return found, content.exact


@pytest.mark.parametrize(
    "expression",
    [
        "concat([b], [a])[1]",
        "flatten([[b], [[a]]])[1]",
        "merge({x = b}, {x = a}).x",
        "values({x = a})[0]",
        "reverse([a, b])[1]",
        "slice([b, a], 1, 2)[0]",
        'lookup({x = a}, "x")',
        'lookup({}, "x", a)',
        "element([b, a], 3)",
        "coalesce(null, a, b)",
        "coalescelist([], [a])[0]",
        'zipmap(["x", "y"], [a, b]).x',
        "chunklist([b, a], 1)[1][0]",
        "one([a])",
        "one(toset([a]))",
        "tolist([a])[0]",
        "tostring(a)",
        "sensitive(a)",
        "sort([a])[0]",
        "setproduct([b], [a])[0][1]",
    ],
)
def test_what_is_passed_on_is_the_same_attribute(expression: str) -> None:
    content = ask(expression, NAMES).content
    assert isinstance(content, Unknown)
    assert content.is_ == A


@pytest.mark.parametrize(
    ("expression", "holds", "exact"),
    [
        ("concat([a], list)", {A}, False),
        ("concat([a], g.members)", {A}, False),
        ("distinct([a, b])", {A, B}, True),
        ("compact([a, perhaps])", {A}, False),
        ('compact([a, "", "x"])', {A, "x"}, True),
        ("sort([a, b])", {A, B}, True),
        ("flatten([[a], list])", {A}, False),
        ("setunion([a], list)", {A}, False),
        ("merge({x = a, y = b}, map)", set(), False),
        ("merge(map, {x = a})", {A}, False),
        ("reverse(concat([a], list))", {A}, False),
        ('join(",", [a, "x"])', {A, "x"}, False),
        ('format("%s-%s", a, "x")', {A, "x"}, False),
        ('format("%.3s", a)', set(), False),
        ("zipmap([key, key], [a, b])", {B}, False),
        ("setsubtract([a, b], [a])", set(), False),
        ("setintersection([a], [b])", set(), False),
        ('matchkeys([a], [key], ["x"])', set(), False),
        ("upper(a)", set(), False),
        ('replace(a, "x", "y")', set(), False),
    ],
)
def test_what_certainly_stays_is_held(expression: str, holds: set[Source | str], exact: bool) -> None:
    assert held(expression) == (holds, exact)


@pytest.mark.parametrize(
    "expression",
    [
        "element([a, b], length(key))",
        "lookup({x = a, y = b}, key)",
        "setsubtract([a, b], list)",
        "merge({x = a}, {x = b}, map)",
        "coalesce(perhaps, a)",
        "slice([a, b], 0, length(key))",
        'matchkeys([a, b], [key, key], ["x"])',
        'substr(join(",", [a, b]), 0, 3)',
    ],
)
def test_no_source_is_forgotten(expression: str) -> None:
    assert {A, B} <= sources(ask(expression, NAMES))[0]


@pytest.mark.parametrize(
    "expression",
    [
        'lookup({x = "guid", y = a}, key)',
        'element(["guid", a], length(key))',
        'coalesce(perhaps, "guid")',
        'setsubtract(["guid", a], [b])',
        'merge({x = "guid"}, map)',
        'split(",", join(",", ["guid", a]))',
        'split(",", "guid,${a}")',
        'regex("^[^,]*", "guid,${a}")',
    ],
)
def test_a_known_text_that_may_be_chosen_leaves_the_sources_open(expression: str) -> None:
    assert sources(ask(expression, NAMES))[1]


def test_what_decides_is_no_source() -> None:
    assert sources(ask("element([a], length(b))", NAMES))[0] == {A}
    assert sources(ask("lookup({x = a}, b)", NAMES))[0] == {A}
