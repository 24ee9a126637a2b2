"""Where unknown values come from: no source is ever forgotten, and what certainly stays in a value is known to stay."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.formats.terraform.lang.asking import ask, attribute_of, resource, vague

from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.types import BOOL, DYNAMIC, STRING, ListType, ObjectType, SetType
from sparekey.formats.terraform.lang.values import Source, Unknown, Value, Why, sources, text

A, B = Source("azuread_group.a", "id"), Source("azuread_group.b", "id")
MEMBERS = Source("azuread_group.g", "members")

NAMES: Mapping[str, Value] = {
    "a": attribute_of("azuread_group.a"),
    "b": attribute_of("azuread_group.b"),
    "g": resource("azuread_group.g"),
    "maybe": vague(BOOL, "var.maybe has no value"),
    "ids": attribute_of("azuread_group.g", "members", ListType(STRING)),
    "u": vague(STRING, "var.u has no value"),
    "some": Value(
        SetType(STRING),
        Unknown(why=Why("not yet"), holds=(attribute_of("azuread_group.a"), attribute_of("azuread_group.b")), exact=True),
    ),
}


def content(text_: str) -> Unknown:
    found = ask(text_, NAMES).content
    assert isinstance(found, Unknown), text_
    return found


def made_of(text_: str) -> frozenset[Source]:
    return sources(ask(text_, NAMES))[0]


def held(unknown: Unknown) -> set[Source | str | None]:
    return {
        item.content.is_ if isinstance(item.content, Unknown) else item.content
        for item in unknown.holds
        if isinstance(item.content, Unknown | str)
    }


@pytest.mark.parametrize(
    "expression",
    [
        "a",
        "(a)",
        '"${a}"',
        "[a, b][0]",
        "[b, a][1]",
        "{x = a}.x",
        '{x = a}["x"]',
        "[for x in [a] : x][0]",
        "[for x in {k = a} : x][0]",
        "{for k, x in {k = a} : k => x}.k",
        "([{id = a}][*].id)[0]",
        "[{id = a}].0.id",
        "true ? a : b",
        "false ? b : a",
        "true ? a : null",
        "try(a, b)",
        "one([a])",
        "tolist([a, b])[0]",
        "[for x in [a, b] : x if true][0]",
        '"%{ if true }x%{ endif }" == "x" ? a : b',
        "flatten([[b], [a]])[1]",
        "concat([b], [a])[1]",
        "merge({k = b}, {k = a}).k",
        "reverse([a, b])[1]",
        'lookup({k = a}, "k", b)',
        "coalesce(a, b)",
        "element([b, a], 1)",
        "tostring(a)",
    ],
)
def test_an_attribute_that_is_passed_on_unchanged_stays_that_attribute(expression: str) -> None:
    assert content(expression).is_ == A


@pytest.mark.parametrize(
    "expression, want",
    [
        ('"x-${a}"', {A}),
        ('"${a}${b}"', {A, B}),
        ("maybe ? a : b", {A, B}),
        ("maybe ? [a] : [b, a]", {A, B}),
        ("[a, b][u]", {A, B}),
        ("{x = a, y = b}[u]", {A, B}),
        ("[for x in [a, b] : x if maybe]", {A, B}),
        ("{for x in [a, b] : x => 1}", {A, B}),
        ("{(a) = b}", {A, B}),
        ("a == b", {A, B}),
        ("[a] == [b]", {A, B}),
        ("length(a) > 1 && length(b) > 1", {A, B}),
        ("!(a == b)", {A, B}),
        ('"%{ for x in [a, b] }${x}%{ endfor }"', {A, B}),
        ('"%{ if maybe }${a}%{ else }${b}%{ endif }"', {A, B}),
        ("toset([a, b])", {A, B}),
        ("ids[*]", {MEMBERS}),
        ("ids[0]", {MEMBERS, Source("azuread_group.g", "members.0")}),
        ("[for x in ids : x]", {MEMBERS}),
        ("[for x in ids : upper(x)]", {MEMBERS}),
        ("[for x in ids : a]", {A}),
        ("some[*]", {A, B}),
        ('[for x in some : "-${x}"]', {A, B}),
        ("try([a, b], [])", {A, B}),
        ("can(a)", {A}),
        ("upper(a)", {A}),
        ("max([1, length(a)]...)", {A}),
        ("concat(ids, [a])", {A, MEMBERS}),
    ],
)
def test_no_source_is_forgotten(expression: str, want: set[Source]) -> None:
    assert made_of(expression) == want


@pytest.mark.parametrize(
    "expression, want",
    [
        ('"x-${a}"', {A}),
        ("maybe ? [a] : [b, a]", {A}),
        ("maybe ? a : a", {A}),
        ("maybe ? a : b", set()),
        ('maybe ? ["k", a] : ["k"]', {"k"}),
        ("[for x in some : x]", {A, B}),
        ("[for x in some : x if maybe]", set()),
        ("some[*]", {A, B}),
        ("[for x in [a, b] : x if x == a || true]", set()),
        ("{(a) = b}", {B}),
        ("a == b", set()),
    ],
)
def test_what_certainly_stays_is_held(expression: str, want: set[Source | str]) -> None:
    assert held(content(expression)) == want


@pytest.mark.parametrize(
    "expression",
    [
        'maybe ? "00000000-0000-0000-0000-000000000001" : a',
        '["guid", a][u]',
        '{x = "guid", y = a}[u]',
        '[for x in ["guid", a] : x if maybe]',
        'try(g.nested.x, "guid")',
        'lookup({x = "guid"}, a, b)',
        "u",
    ],
)
def test_a_known_text_that_may_be_chosen_is_beyond_every_source(expression: str) -> None:
    assert sources(ask(expression, NAMES))[1]


@pytest.mark.parametrize("expression", ["maybe ? a : b", "maybe ? [a] : []", "maybe ? a : null", "[a, b][u]", "try(a, null)"])
def test_what_decides_is_no_source_and_no_dead_end(expression: str) -> None:
    found, beyond, _ = sources(ask(expression, NAMES))
    assert found <= {A, B}
    assert not beyond


def test_resources_of_unknown_schema_are_traced_by_attribute() -> None:
    assert content("g.object_id").is_ == Source("azuread_group.g", "object_id")
    assert content('g["object_id"]').is_ == Source("azuread_group.g", "object_id")
    assert content("try(g.object_id, null)").is_ == Source("azuread_group.g", "object_id")
    assert not ask("can(g.object_id)", NAMES).known
    assert Source("azuread_group.g", "object_id") in made_of("g[*].object_id")
    assert Source("azuread_group.g", "object_id") in made_of("[for x in g : x.object_id]")


def test_a_resource_that_is_converted_to_an_object_is_traced_all_the_same() -> None:
    made = convert(resource("azuread_group.g"), ObjectType({"object_id": STRING}))
    found = ask("x.object_id", {"x": made})
    assert found.type == STRING
    assert isinstance(found.content, Unknown)
    assert found.content.is_ == Source("azuread_group.g", "object_id")


def test_an_attempt_that_may_miss_its_instance_is_not_certainly_the_attribute() -> None:
    names = {"x": attribute_of("azuread_group.x[*]", "object_id", DYNAMIC), "d": text("d")}
    found = ask("try(x, d)", names).content
    assert isinstance(found, Unknown)
    assert found.is_ is None
    assert Source("azuread_group.x[*]", "object_id") in found.among
    assert found.beyond
