"""What Rego sees of an estate, and what stands behind each handle."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import types
import typing
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sparekey.model.kinds
from sparekey.engine.encode import Encoded, Reading, encode
from sparekey.model.edges import Edge, Edges
from sparekey.model.estate import Deletion, Estate
from sparekey.model.resource import Head, Resource
from sparekey.model.span import Pointer, Span
from sparekey.model.truth import Bounds, Cause, Truth, asks, maybe, no
from sparekey.model.value import Known, Limits, Links, Reference, Unknown, ValueSet

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "input.json").read_text(encoding="utf-8"))
AT = Span(file="main.tf", start_line=3, start_column=1, end_line=3, end_column=9)
for _module in pkgutil.iter_modules(sparekey.model.kinds.__path__):
    importlib.import_module(f"sparekey.model.kinds.{_module.name}")
KINDS = sorted(
    (kind for kind in Resource.__subclasses__() if kind.__module__.startswith("sparekey.")), key=lambda kind: kind.kind
)


def filled(hint: object, *, unknown: bool) -> object:
    """Some value of this type, known or not."""
    origin = typing.get_origin(hint) or hint
    arguments = typing.get_args(hint)
    blank = Unknown(reason="what is it?", at=AT)
    text = Known(value="x", at=AT)
    if origin in (typing.Union, types.UnionType):
        if Unknown in arguments:
            inner = typing.get_args(typing.get_args(arguments[0])[0]) or typing.get_args(arguments[0])
            return blank if unknown else Known(value=filled(inner[0], unknown=False), at=AT)
        return filled(arguments[0], unknown=unknown)
    values = ValueSet(members=(text, blank), at=AT, open=blank if unknown else None)
    if origin is ValueSet:
        return values
    if origin is Links:
        return Links(values=values, to=("user",))
    if origin is Edges:
        return Edges(members=(), at=AT)
    if origin is Bounds:
        return Bounds(least=1, most=None if unknown else 1, missing=(asks(blank),))
    if origin is Truth:
        return maybe(asks(blank))
    if origin is tuple:
        return (filled(arguments[0], unknown=unknown),)
    if dataclasses.is_dataclass(hint):
        assert isinstance(hint, type)
        return hint(**{name: filled(inner, unknown=unknown) for name, inner in typing.get_type_hints(hint).items()})
    return {str: "x", bool: True, int: 1}[hint]  # type: ignore[index]


def some(kind: type[Resource], *, unknown: bool, address: str = "it") -> Resource:
    """A resource of a kind with every field filled."""
    hints = typing.get_type_hints(kind)
    shared = {"head": Head(deployment="plan.json", address=address, at=AT), "name": Known(value="It", at=AT)}
    own = {
        f.name: filled(hints[f.name], unknown=unknown) for f in dataclasses.fields(kind) if f.name not in ("head", "name", "keys")
    }
    return kind(**shared, **own)  # type: ignore[arg-type]


def joined(*resources: Resource, **more: typing.Any) -> Estate:
    """An estate of these, every relation leading to one declared and one external end."""
    edges = {}
    for resource in resources:
        for field in dataclasses.fields(resource):
            if isinstance(getattr(resource, field.name), Links):
                members = (
                    Edge(target="plan.json#a", certain=True, because=Cause(at=AT)),
                    Edge(target="external:object_id:All", certain=False, because=Cause(at=AT)),
                )
                edges[(resource.id, field.name)] = Edges(members=members, at=AT)
    kinds = {r.kind for r in resources}
    by_kind = {kind: tuple(r for r in resources if r.kind == kind) for kind in kinds}
    return Estate(name="e", deployments=("plan.json",), resources=by_kind, edges=edges, **more)


def seen(estate: Estate, *kinds: str, deletions: tuple[str, ...] = ()) -> tuple[typing.Any, Encoded]:
    """The document as Rego reads it, and the encoding."""
    encoded = encode(estate, Reading(kinds=frozenset(kinds), deletions=frozenset(deletions)), {})
    return json.loads(encoded.document), encoded


def handles(tree: object) -> list[int]:
    """Every handle in a document."""
    if isinstance(tree, dict):
        own = [tree[name] for name in ("at", "open") if type(tree.get(name)) is int]
        own += [h for name in ("because", "missing") for h in tree.get(name, []) if type(h) is int]
        return own + [h for value in tree.values() for h in handles(value)]
    return [h for item in tree for h in handles(item)] if isinstance(tree, list) else []


@pytest.mark.parametrize("unknown", [False, True])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_kind_fits_the_schema_with_every_field(kind: type[Resource], unknown: bool) -> None:
    resource = some(kind, unknown=unknown)
    estate = joined(resource, facts={resource.id: {"a": no(Cause(at=AT)), "b": Bounds(least=0, most=0)}})
    document, encoded = seen(estate, kind.kind)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    (shown,) = document["resources"][kind.kind]
    own = {field.name for field in dataclasses.fields(kind)} - {"head", "keys"}
    assert set(shown) == own | {"id", "at", "presence", "count", "facts"}
    assert sorted(handles(document)) == list(range(len(encoded.table)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_deletions_fit_the_schema_without_a_join(kind: type[Resource]) -> None:
    resource = some(kind, unknown=False)
    estate = Estate(name="e", deployments=(), resources={}, deletions=(Deletion(resource=resource, action="delete"),))
    document, _ = seen(estate, kind.kind, deletions=(kind.kind,))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["deletions"][kind.kind][0]["action"] == "delete"
    assert seen(estate, kind.kind)[0]["deletions"][kind.kind] == []


def user(**fields: object) -> Resource:
    """A user with some fields replaced."""
    kind = next(kind for kind in KINDS if kind.kind == "user")
    return dataclasses.replace(some(kind, unknown=False), **fields)  # type: ignore[arg-type]


def test_a_kind_that_is_read_is_there_even_when_empty_and_no_other() -> None:
    document, _ = seen(joined(user()), "group")
    assert document["resources"] == {"group": []}
    assert document["deletions"] == {"group": []}


def test_handles_lead_back_to_the_very_place_and_unknown() -> None:
    place = Pointer(file="plan.json", pointer="/a/0")
    blank = Unknown(reason="who is it?", at=place)
    document, encoded = seen(joined(user(upn=blank, enabled=Known(value=False, at=place, origin="default"))), "user")
    (shown,) = document["resources"]["user"]
    assert shown["upn"]["unknown"] == "who is it?"
    assert encoded.cause(shown["upn"]["at"]) == asks(blank)
    assert shown["enabled"]["value"] is False
    assert encoded.cause(shown["enabled"]["at"]) == Cause(at=place, label="enabled: not written")
    assert encoded.cause(shown["at"]).at == AT


def test_causes_of_facts_come_back_as_they_went() -> None:
    cause = Cause(at=AT, label="excluded here")
    resource = user()
    document, encoded = seen(joined(resource, facts={resource.id: {"f": no(cause)}}), "user")
    (shown,) = document["resources"]["user"]
    assert shown["facts"]["f"]["answer"] == "no"
    assert [encoded.cause(h) for h in shown["facts"]["f"]["because"]] == [cause]


def test_a_label_never_shows_a_value() -> None:
    document, encoded = seen(joined(user(upn=Known(value="hunter2", at=AT))), "user")
    assert not [h for h in handles(document) if "hunter2" in encoded.cause(h).label]


def test_what_is_known_of_an_unknown_is_shown_where_it_is_known() -> None:
    limits = Limits(not_null=True, least=2, most=5, prefix="a", one_of=("ab", "ac"))
    document, _ = seen(joined(user(upn=Unknown(reason="?", at=AT, limits=limits))), "user")
    upn = document["resources"]["user"][0]["upn"]
    assert {name: upn[name] for name in upn if name not in ("unknown", "at")} == {
        "not_null": True, "least": 2, "most": 5, "prefix": "a", "one_of": ["ab", "ac"],
    }  # fmt: skip


@pytest.mark.parametrize(("certain", "expected"), [(True, True), (False, False)])
def test_what_is_certainly_an_id_is_not_null(certain: bool, expected: bool) -> None:
    refs = (Reference(to="azuread_user.a", attribute="object_id", certain=certain),)
    document, _ = seen(joined(user(upn=Unknown(reason="?", at=AT, refs=refs))), "user")
    assert ("not_null" in document["resources"]["user"][0]["upn"]) is expected


def test_ends_and_openness_of_a_relation() -> None:
    kind = next(kind for kind in KINDS if kind.kind == "group")
    group = some(kind, unknown=False)
    blank = Unknown(reason="who else?", at=AT)
    edges = Edges(
        members=(
            Edge(target="plan.json#twin", certain=True, because=Cause(at=AT, label="one")),
            Edge(target="external:object_id:All", certain=False, because=asks(blank)),
        ),
        at=AT,
        open=asks(blank),
    )
    estate = Estate(
        name="e",
        deployments=(),
        resources={"group": (group,)},
        edges={**joined(group).edges, (group.id, "members"): edges},
        canonical={"plan.json#twin": "plan.json#one"},
    )
    document, encoded = seen(estate, "group")
    shown = document["resources"]["group"][0]["members"]
    assert [(m["to"], m["key"], m["certain"]) for m in shown["members"]] == [
        ("plan.json#one", "", True),
        ("external:object_id:All", "All", False),
    ]
    assert encoded.cause(shown["open"]) == asks(blank)
    assert encoded.cause(shown["members"][0]["at"]) == Cause(at=AT, label="one")


def test_an_alias_is_not_shown() -> None:
    kind = next(kind for kind in KINDS if kind.kind == "user")
    one, twin = some(kind, unknown=False, address="one"), some(kind, unknown=False, address="twin")
    document, _ = seen(joined(one, twin, canonical={twin.id: one.id}), "user")
    assert [shown["id"] for shown in document["resources"]["user"]] == [one.id]


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_survives_or_is_made_printable_utf8(text: str) -> None:
    document, encoded = seen(joined(user(upn=Known(value=text, at=AT))), "user")
    encoded.document.encode()
    shown = document["resources"]["user"][0]["upn"]["value"]
    assert shown == text.encode(errors="replace").decode()


@given(st.integers())
def test_a_huge_number_is_clamped_not_lost(number: int) -> None:
    resource = user(enabled=Known(value=number, at=AT))
    document, _ = seen(joined(resource), "user")
    shown = document["resources"]["user"][0]["enabled"]["value"]
    assert shown == number if abs(number) <= 2**53 else abs(shown) == 2**53


def test_a_number_too_long_to_print_is_clamped() -> None:
    document, _ = seen(joined(user(enabled=Known(value=10**5000, at=AT))), "user")
    assert document["resources"]["user"][0]["enabled"]["value"] == 2**53


def test_a_handle_never_given_out_is_refused() -> None:
    _, encoded = seen(joined(user()), "user")
    for handle in (-1, len(encoded.table)):
        with pytest.raises(IndexError):
            encoded.cause(handle)


def test_parameters_arrive_by_slug() -> None:
    encoded = encode(joined(user()), Reading(kinds=frozenset()), {"a-b": {"n": 2, "s": "x", "t": True}})
    assert json.loads(encoded.document)["parameters"] == {"a-b": {"n": 2, "s": "x", "t": True}}
