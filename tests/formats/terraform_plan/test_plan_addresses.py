"""Addresses: taken apart as Terraform puts them together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.terraform_plan.addresses import (
    MOST_STEPS,
    call_names,
    dotted,
    exact_references,
    key_of,
    named,
    split_module,
    steps,
)

names = st.from_regex(r"\A[a-z_][a-z0-9_-]{0,8}\Z")
keys = st.text(max_size=6).map(lambda text: text.replace("\\", "\\\\").replace('"', '\\"'))
indexes = st.one_of(st.just(""), st.integers(0, 99).map("[{}]".format), keys.map('["{}"]'.format))


@given(st.lists(st.tuples(names, indexes), max_size=3), names, names, indexes)
def test_an_address_is_split_into_module_and_resource(modules: list[tuple[str, str]], type_: str, name: str, index: str) -> None:
    path = "".join(f"module.{called}{key}." for called, key in modules)
    module, rest = split_module(steps(f"{path}{type_}.{name}{index}"))
    if type_ in ("module", "data"):
        return
    assert call_names(module) == tuple(called for called, _ in modules)
    found = named(rest)
    assert found is not None
    assert (found.resource, found.index, found.rest) == (f"{type_}.{name}", index, ())


@pytest.mark.parametrize(
    "broken", ["", "a..b", 'a["b', "a[", ".", 'a["b"]"', "a." * 10_000 + "b", "x" + "[0]" * (MOST_STEPS + 1)]
)
def test_what_is_no_address_has_no_steps(broken: str) -> None:
    assert steps(broken) in ((), ("",))


@pytest.mark.parametrize(("step", "key"), [("[0]", 0), ('["a.b"]', "a.b"), ('["a\\"]"]', 'a"]'), ("[x]", None), ("[1.5]", None)])
def test_keys(step: str, key: str | int | None) -> None:
    assert key_of(step) == key


def test_an_attribute_is_written_with_dots() -> None:
    assert dotted(("identity", "[0]", "principal_id")) == "identity.0.principal_id"


@pytest.mark.parametrize(
    ("listed", "exact"),
    [
        (["x.a.id", "x.a"], ["x.a.id"]),
        (['x.a["k"].id', 'x.a["k"]', "x.a"], ['x.a["k"].id']),
        (["x.a.id", "x.a", "x.a"], ["x.a.id", "x.a"]),
        (["x.a"], ["x.a"]),
        (["module.m.one", "module.m", "module.m.two", "module.m"], ["module.m.one", "module.m.two"]),
        (["x.a.input.name", "x.a.input", "x.a", "x.b"], ["x.a.input.name", "x.b"]),
        (["x.a", "x.a.id"], ["x.a", "x.a.id"]),
    ],
)
def test_shorter_forms_are_not_references_of_their_own(listed: list[str], exact: list[str]) -> None:
    assert exact_references(listed) == [steps(reference) for reference in exact]
