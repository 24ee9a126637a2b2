"""Profiles of names: counts and regions against every world, weights of nested profiles against brute force."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.azure_estates import Hidden, Written
from tests.traffic_estates import PROFILE, endpoint, estate, facts, nested, of, profile

from sparekey.facts.traffic import DERIVATION
from sparekey.model.span import Pointer
from sparekey.model.truth import Bounds, Truth
from sparekey.model.value import Unknown

P = f"{PROFILE}.p"
AT = Pointer(file="plan.json", pointer="")


def said(name: str, *things: Written, leaks: Sequence[Unknown] = (), unmapped: Sequence[str] = ()) -> Truth | Bounds:
    return facts(estate(*things, leaks=leaks, unmapped=unmapped), DERIVATION)[P, name]


def bounds(name: str, *things: Written, leaks: Sequence[Unknown] = (), unmapped: Sequence[str] = ()) -> tuple[int, int | None]:
    found = said(name, *things, leaks=leaks, unmapped=unmapped)
    assert isinstance(found, Bounds)
    return found.least, found.most


def answer(name: str, *things: Written) -> str:
    found = said(name, *things)
    assert isinstance(found, Truth)
    return found.answer


# --- counts and regions ----------------------------------------------------------------------------------------------

ENDPOINTS = st.lists(
    st.tuples(st.sampled_from([True, True, False, None]), st.sampled_from(["westeurope", "West Europe", "northeurope", None])),
    min_size=1,
    max_size=4,
)


@given(ENDPOINTS)
@settings(max_examples=150, deadline=None)
def test_the_bounds_are_those_of_all_worlds(written: list[tuple[bool | None, str | None]]) -> None:
    things = [
        endpoint(f"e{i}", of("p"), Hidden() if region is None else region, enabled=Hidden() if on is None else on)
        for i, (on, region) in enumerate(written)
    ]
    counts, places = [], []
    choices = [
        itertools.product(
            (True, False) if on is None else (on,),
            ("westeurope", "northeurope", f"new{i}") if region is None else (region.replace(" ", "").lower(),),
        )
        for i, (on, region) in enumerate(written)
    ]
    for world in itertools.product(*(list(choice) for choice in choices)):
        counts.append(sum(on for on, _ in world))
        places.append(len({region for on, region in world if on}))
    assert bounds("endpoints", profile("p"), *things) == (min(counts), max(counts))
    assert bounds("regions", profile("p"), *things) == (min(places), max(places))


@pytest.mark.parametrize(
    "things,endpoints",
    [
        ([endpoint("a", of("p")), endpoint("b", of("p"), always_serve_enabled=True)], (2, 2)),
        ([endpoint("a", of("p")), endpoint("b", of("q")), profile("q")], (1, 1)),
        ([endpoint("a", of("p")), endpoint("b", Hidden())], (1, 2)),
        ([endpoint("a", of("p")), endpoint("b", Hidden(refs=("terraform_data.x",)))], (1, 1)),
        ([endpoint("a", of("p")), endpoint("b", "/x/trafficManagerProfiles/tm-p", deployment="b.json")], (1, 2)),
        ([endpoint("a", of("p")), endpoint("b", "/x/trafficManagerProfiles/tm-q", deployment="b.json")], (1, 1)),
    ],
)
def test_only_what_certainly_belongs_counts(things: list[Written], endpoints: tuple[int, int | None]) -> None:
    assert bounds("endpoints", profile("p"), *things) == endpoints


def test_what_is_not_read_reopens_the_endpoints() -> None:
    leak = Unknown(reason="what does broken.tf hold?", at=AT)
    assert bounds("endpoints", profile("p"), endpoint("a", of("p")), leaks=[leak]) == (1, None)
    assert bounds("endpoints", profile("p"), endpoint("a", of("p")), unmapped=["azapi_resource"]) == (1, None)
    assert bounds("endpoints", profile("p"), endpoint("a", of("p")), unmapped=["azurerm_dns_zone"]) == (1, 1)


def test_a_profile_without_any_endpoint_gets_them_from_somewhere_else() -> None:
    """None written at all is a question; one that is off is one, and so they are written here."""
    assert bounds("endpoints", profile("p")) == (0, None)
    assert bounds("regions", profile("p")) == (0, None)
    assert bounds("endpoints", profile("p"), endpoint("a", of("q")), profile("q")) == (0, None)
    assert bounds("endpoints", profile("p"), endpoint("a", of("p"), enabled=False)) == (0, 0)
    below = [nested("n", "p", of("q")), profile("q"), endpoint("a", of("p"))]
    assert bounds("endpoints", profile("p"), *below) == (1, None)


def test_an_endpoint_stands_where_its_target_stands() -> None:
    address = Written("azurerm_public_ip", "i", {"name": "i", "location": "North Europe"})
    to = {"name": "b", "profile_id": of("p"), "target_resource_id": of("i", "azurerm_public_ip")}
    here = Written("azurerm_traffic_manager_azure_endpoint", "b", to)
    away = Written("azurerm_traffic_manager_azure_endpoint", "b", {**to, "target_resource_id": "/x/publicIPAddresses/other"})
    assert bounds("regions", profile("p"), endpoint("a", of("p")), here, address) == (2, 2)
    assert bounds("regions", profile("p"), endpoint("a", of("p"), "northeurope"), here, address) == (1, 1)
    assert bounds("regions", profile("p"), endpoint("a", of("p")), away, address) == (1, 2)


# --- nested profiles -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tree:
    """A profile with plain endpoints, and profiles below it with the least number of children that each needs."""

    plain: int
    below: tuple[tuple[int, Tree], ...] = ()


TREES = st.recursive(
    st.integers(1, 3).map(Tree),
    lambda inner: st.builds(
        Tree, st.integers(0, 2), st.lists(st.tuples(st.integers(1, 2), inner), min_size=1, max_size=2).map(tuple)
    ),
    max_leaves=3,
)
"""None without anything in it: what such a profile has is a question."""


def written(tree: Tree, name: str = "p") -> list[Written]:
    found = [profile(name), *(endpoint(f"{name}e{i}", of(name)) for i in range(tree.plain))]
    for number, (least, child) in enumerate(tree.below):
        found += [nested(f"{name}n{number}", name, of(f"{name}{number}"), least), *written(child, f"{name}{number}")]
    return found


def leaves(tree: Tree, name: str = "p") -> list[str]:
    found = [f"{name}e{i}" for i in range(tree.plain)]
    for number, (_, child) in enumerate(tree.below):
        found += leaves(child, f"{name}{number}")
    return found


def working(tree: Tree, failed: frozenset[str], name: str = "p") -> int:
    """How many endpoints of a profile are online, as the service computes it."""
    return sum(f"{name}e{i}" not in failed for i in range(tree.plain)) + sum(
        working(child, failed, f"{name}{number}") >= least for number, (least, child) in enumerate(tree.below)
    )


def fewest(tree: Tree) -> int:
    """The fewest endpoints whose failure leaves no answer."""
    all_ = leaves(tree)
    for size in range(len(all_) + 1):
        if any(not working(tree, frozenset(failed)) for failed in itertools.combinations(all_, size)):
            return size
    raise AssertionError("everything failed and something answers")


@given(TREES)
@settings(max_examples=150, deadline=None)
def test_nested_profiles_weigh_what_brute_force_says(tree: Tree) -> None:
    assert bounds("endpoints", *written(tree)) == (fewest(tree), fewest(tree))


@given(TREES, st.data())
@settings(max_examples=100, deadline=None)
def test_a_hidden_least_number_of_children_keeps_the_truth_within_the_bounds(tree: Tree, data: st.DataObject) -> None:
    things = written(tree)
    hidden = data.draw(st.sampled_from(range(len(things))))
    values = dict(things[hidden].values)
    attribute = data.draw(st.sampled_from(["minimum_child_endpoints", "enabled", "profile_status", "target_resource_id"]))
    values = {**values, attribute: Hidden()} if attribute in values or attribute in ("enabled", "profile_status") else values
    things[hidden] = Written(things[hidden].type, things[hidden].name, values)
    least, most = bounds("endpoints", *things)
    assert least <= fewest(tree)
    assert most is None or fewest(tree) <= most


def test_profiles_in_a_circle_are_no_answer_and_no_hang() -> None:
    things = [profile("p"), profile("q"), nested("a", "p", of("q")), nested("b", "q", of("p"))]
    assert bounds("endpoints", *things) == (0, None)
    assert answer("nested", *things) == "no"


def test_a_chain_of_profiles_ends_where_the_service_ends_it() -> None:
    names = [f"c{i}" for i in range(3000)]
    chain: list[Written] = [profile("p"), nested("first", "p", of("c0")), endpoint("last", of(names[-1]))]
    chain += [profile(name) for name in names]
    chain += [nested(f"n{name}", name, of(after)) for name, after in itertools.pairwise(names)]
    assert bounds("endpoints", *chain) == (0, None)


def test_a_child_is_judged_with_its_parent() -> None:
    things = [profile("r"), profile("p"), nested("a", "r", of("p"))]
    assert answer("nested", *things) == "yes"
    assert answer("nested", profile("r"), profile("p"), nested("a", "r", of("p"), enabled=False)) == "no"
    assert answer("nested", profile("r"), profile("p"), nested("a", "r", of("p"), enabled=Hidden())) == "maybe"


def test_whom_a_hidden_target_means_is_a_question_for_every_profile_but_its_own() -> None:
    things = [profile("p"), profile("r"), nested("a", "r", Hidden())]
    assert answer("nested", *things) == "maybe"
    assert answer("nested", *things, nested("b", "p", of("r"))) == "maybe"
    assert answer("nested", profile("p"), profile("r"), nested("a", "p", Hidden())) == "no"


# --- geography -------------------------------------------------------------------------------------------------------

GEO = ["GEO-EU"]
WORLD = ["GEO-AF", "world"]


def test_by_geography_the_part_that_is_served_worst_decides() -> None:
    plain = [profile("p", "Geographic"), endpoint("a", of("p"), geo_mappings=GEO), endpoint("b", of("p"), geo_mappings=WORLD)]
    assert (bounds("endpoints", *plain), answer("alone", *plain), answer("world", *plain)) == ((2, 2), "yes", "yes")
    two = [profile("q"), endpoint("x", of("q")), endpoint("y", of("q"))]
    whole = [profile("p", "Geographic"), nested("a", "p", of("q"), geo_mappings=WORLD), *two]
    assert (bounds("endpoints", *whole), answer("alone", *whole), answer("world", *whole)) == ((2, 2), "no", "yes")
    assert answer("alone", profile("p"), *plain[1:]) == "no"
    assert answer("alone", profile("p", "Subnet"), *plain[1:]) == "maybe"


@pytest.mark.parametrize(
    "method,parts,found",
    [
        ("Geographic", ["GEO-EU"], "no"),
        ("Geographic", ["WORLD"], "yes"),
        ("Geographic", ["GEO-EU", Hidden()], "maybe"),
        ("Geographic", Hidden(), "maybe"),
        (Hidden(), ["GEO-EU"], "maybe"),
        ("Priority", [], "yes"),
    ],
)
def test_the_rest_of_the_world_is_led_somewhere(method: str, parts: object, found: str) -> None:
    assert answer("world", profile("p", method), endpoint("a", of("p"), geo_mappings=parts)) == found


def test_an_endpoint_that_is_off_leads_no_part_anywhere() -> None:
    assert answer("world", profile("p", "Geographic"), endpoint("a", of("p"), geo_mappings=WORLD, enabled=False)) == "no"
    assert answer("world", profile("p", "Geographic"), endpoint("a", of("p"), geo_mappings=WORLD, enabled=Hidden())) == "maybe"
