"""What is told of networks: notes on a path, and networks, ways out and name servers as losses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.facts.survivability.test_graph_networks import SYNC, directory, drawn, named
from tests.network_estates import leads, nat
from tests.surveys import as_text, survey

from sparekey.config import ConfigError
from sparekey.facts.survivability.graph import Graph
from sparekey.survive import Request
from sparekey.survive_reports.json import json_text

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "schemas" / "survive.json").read_text(encoding="utf-8"))


def graph() -> Graph:
    return drawn(*named("10.0.0.4", more=(nat("one", zones=["1"]), leads("a", "one"))))


def test_a_directory_that_names_itself_is_told() -> None:
    held = drawn(*directory("10.0.0.4", "10.0.0.5"), inventory=SYNC)
    told = as_text(held)
    assert "note on the on-premises directory: its domain controllers resolve names through themselves" in told
    page = json.loads(json_text(survey(("e", held))))
    Draft202012Validator(SCHEMA).validate(page)
    (note,) = [note for target in page["targets"] for note in target["notes"]]
    assert note["component"]["kind"] == "directory"
    assert note["evidence"]


@pytest.mark.parametrize(
    "text, name",
    [
        ("network:vnet-hub", "plan.json#azurerm_virtual_network.hub"),
        ("subnet:snet-a", "plan.json#azurerm_subnet.a"),
        ("exit:NAT-one", "plan.json#azurerm_nat_gateway.one"),
        ("nat:nat-one", "plan.json#azurerm_nat_gateway.one"),
        ("network-exit:nat-one", "plan.json#azurerm_nat_gateway.one"),
        ("dns:10.0.0.4", "name_server:10.0.0.4"),
        ("name_server:10.0.0.4", "name_server:10.0.0.4"),
    ],
)
def test_what_a_network_is_made_of_can_be_lost(text: str, name: str) -> None:
    held = survey(("e", graph()), request=Request(lost=(text,)))
    scenario = held.estates[0].survival.scenario
    assert scenario
    assert scenario.loss.lost == (name,)


@pytest.mark.parametrize(
    "text, hint",
    [("network_exit:nat-on", "did you mean network_exit:nat-one"), ("region:westeurop", "did you mean region:westeurope")],
)
def test_a_name_that_nothing_has_is_answered_with_the_nearest(text: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=hint):
        survey(("e", graph()), request=Request(lost=(text,)))
