"""Gateways: each tier, zones and units, further regions, and whether sign-in is near."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.azure_estates import Hidden, Written
from tests.traffic_estates import GATEWAY, estate, facts, gateway

from sparekey.facts.gateways import DERIVATION
from sparekey.model.span import Pointer
from sparekey.model.truth import Truth
from sparekey.model.value import Unknown

NORTH = {"location": "North Europe", "capacity": 1}
CUSTOMERS = Written("azurerm_aadb2c_directory", "c", {"domain_name": "c.example", "data_residency_location": "Europe"})


def said(name: str, *things: Written, leaks: tuple[Unknown, ...] = ()) -> str:
    found = facts(estate(*things, leaks=leaks), DERIVATION)[f"{GATEWAY}.g", name]
    assert isinstance(found, Truth)
    return found.answer


@pytest.mark.parametrize(
    "thing,answer",
    [
        (gateway("Developer_1"), "no"),
        (gateway("Developer_1", ("1", "2")), "no"),
        (gateway("Basic_2"), "no"),
        (gateway("Standard_4"), "no"),
        (gateway("BasicV2_2"), "no"),
        (gateway("Consumption_0"), "no"),
        (gateway("StandardV2_2"), "maybe"),
        (gateway("PremiumV2_2"), "maybe"),
        (gateway("Isolated_1"), "maybe"),
        (gateway(Hidden()), "maybe"),
        (gateway("Premium_2", ("1", "2")), "yes"),
        (gateway("Premium_1", ("1", "2")), "no"),
        (gateway("Premium_2", ("1",)), "no"),
        (gateway("Premium_2", ("1", "1")), "no"),
        (gateway("Premium_2"), "maybe"),
        (gateway("Premium_2", Hidden()), "maybe"),
        (gateway("Premium_2", ("1", Hidden())), "maybe"),
        (gateway("Premium_1", ("1",), NORTH), "yes"),
        (gateway("Premium_1", ("1",), {**NORTH, "location": "West Europe", "zones": ["1"]}), "no"),
        (gateway("Premium_1", ("1",), {**NORTH, "zones": ["1"], "gateway_disabled": True}), "no"),
        (gateway("Premium_1", ("1",), {**NORTH, "zones": ["1"], "gateway_disabled": Hidden()}), "maybe"),
        (gateway("Premium_1", ("1",), {**NORTH, "zones": ["1"], "location": Hidden()}), "maybe"),
        (gateway("Premium_1", ("1",), {**NORTH, "zones": ["1"]}, gateway_disabled=True), "no"),
        (gateway("Premium_1", ("1",), {**NORTH, "zones": ["1", "2"], "capacity": 2}, gateway_disabled=True), "yes"),
        (gateway("Premium_1", ("1",), additional_location=Hidden()), "maybe"),
    ],
)
def test_what_survives_a_datacentre(thing: Written, answer: str) -> None:
    assert said("redundant", thing) == answer


PLACES = st.lists(
    st.fixed_dictionaries(
        {
            "location": st.sampled_from(["westeurope", "northeurope"]),
            "capacity": st.integers(1, 2),
            "zones": st.sampled_from([["1"], ["1", "2"]]),
            "gateway_disabled": st.booleans(),
        }
    ),
    max_size=2,
)


@given(PLACES, st.data())
@settings(max_examples=100, deadline=None)
def test_hiding_an_attribute_decides_nothing_new(places: list[dict[str, object]], data: st.DataObject) -> None:
    whole = gateway("Premium_1", ("1",), *places)
    values = dict(whole.values)
    attribute = data.draw(st.sampled_from(["sku_name", "zones", "location", "additional_location", "gateway_disabled"]))
    values[attribute] = Hidden()
    hidden = Written(whole.type, whole.name, values)
    assert said("redundant", hidden) in ("maybe", said("redundant", whole))


def test_sign_in_is_near_where_it_is_managed() -> None:
    it = gateway("Developer_1")
    identity = Written("azurerm_user_assigned_identity", "w", {"name": "w", "location": "westeurope"})
    away = Written(CUSTOMERS.type, "c", CUSTOMERS.values, "other.json")
    assert said("near_sign_in", it) == "no"
    assert said("near_sign_in", it, CUSTOMERS) == "yes"
    assert said("near_sign_in", it, identity) == "no"
    assert said("near_sign_in", it, away) == "maybe"
    unread = Unknown(reason="what does broken.tf hold?", at=Pointer(file="broken.tf", pointer=""))
    assert said("near_sign_in", it, leaks=(unread,)) == "maybe"
