"""Ways out and name servers in the graph: estates by hand, and the laws."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.azure_estates import Hidden, Written
from tests.inventories import answers, facts
from tests.inventories import estate as inventoried
from tests.network_estates import carrier, interface, leads, nat, network, subnet

from sparekey.facts.survivability.analysis import analyse
from sparekey.facts.survivability.estate_graph import graph_of
from sparekey.facts.survivability.graph import Graph

HR = "connector_group/hr"
PATH = "sign_in_path/connector_group/hr"
TARGET = "sign_in:plan.json#connector_group/hr"
NAT = "plan.json#azurerm_nat_gateway."


def pair(
    *things: Written, zones: tuple[object, object] = ("1", "2"), subnets: tuple[object, object] = ("a", "b")
) -> tuple[Written, ...]:
    """Two connectors in two zones, each behind its interface."""
    return (
        interface("c1", subnets[0]),  # type: ignore[arg-type]
        interface("c2", subnets[1]),  # type: ignore[arg-type]
        carrier("c1", zone=zones[0]),
        carrier("c2", zone=zones[1]),
        subnet("a"),
        subnet("b"),
        *things,
    )


def drawn(*things: Written, inventory: str = "{}") -> Graph:
    return graph_of(*inventoried(inventory, *things))


def singles(graph: Graph, target: str = TARGET) -> tuple[set[str], set[str]]:
    path = analyse(graph, order=1, targets=[target]).path(target)
    return set(path.single_points), set(path.possible_single_points)


def correlated(*things: Written, inventory: str = "{}") -> str:
    return answers(inventoried(inventory, *things), "correlated")[HR]


# --- ways out ------------------------------------------------------------------------------------------------------------


def test_one_way_out_of_both_connectors_is_shared_whatever_their_subnets() -> None:
    things = pair(network(), nat("one", zones=["1"]), leads("a", "one"), leads("b", "one"))
    assert correlated(*things) == "yes"
    certain, possible = singles(drawn(*things))
    assert {f"{NAT}one", "zone:westeurope/1"} <= certain
    assert possible == set()


def test_a_way_out_for_each_is_not_shared_and_a_shared_subnet_is_none() -> None:
    two = (network(), nat("one", zones=["1"]), nat("two", zones=["2"]), leads("a", "one"), leads("b", "two"))
    assert correlated(*pair(*two)) == "no"
    certain, _ = singles(drawn(*pair(*two)))
    assert not any("nat" in name or "subnet" in name or "virtual_network" in name for name in certain)
    assert correlated(*pair(network(), subnets=("a", "a"))) == "no"


def test_a_way_out_in_the_wrong_zone_takes_its_connector_along() -> None:
    """Each has its own, but the one of the second connector stands in the zone of the first."""
    things = pair(network(), nat("one", zones=["1"]), nat("two", zones=["1"]), leads("a", "one"), leads("b", "two"))
    assert correlated(*things) == "yes"
    assert "zone:westeurope/1" in singles(drawn(*things))[0]


@pytest.mark.parametrize(
    "second, to, answer",
    [
        (nat("two"), "two", "maybe"),
        (nat("two", zones=Hidden()), "two", "maybe"),
        (nat("two", zones=["2"]), Hidden(), "maybe"),
        (nat("two", zones=["2"]), "two", "no"),
    ],
)
def test_where_azure_puts_a_way_out_is_a_question(second: Written, to: str | Hidden, answer: str) -> None:
    assert correlated(*pair(network(), nat("one", zones=["1"]), second, leads("a", "one"), leads("b", to))) == answer


def test_where_a_connector_stands_is_a_question_only_where_a_way_out_is_seen() -> None:
    ways = (nat("one", zones=["1"]), leads("a", "one"))
    assert correlated(*pair(network(), *ways, subnets=("a", Hidden()))) == "maybe"
    assert correlated(*pair(network(), subnets=("a", Hidden()))) == "no"
    far = (nat("one", zones=["1"], region="northeurope"), leads("a", "one"))
    assert correlated(*pair(network(), *far, subnets=(Hidden(), Hidden()))) == "no", "not of their region"


def test_a_domain_controller_needs_no_way_out() -> None:
    things = (
        network(),
        subnet("a"),
        nat("one", zones=["1"]),
        leads("a", "one"),
        interface("dc", "a"),
        carrier("dc", "adds-dc", zone="1"),
        interface("pta", "a"),
        carrier("pta", "pta-agent", zone="1"),
    )
    graph = drawn(*things)
    assert f"{NAT}one" in {c.name for c in graph.cone("plan.json#agent_group/pta-agent/default")}
    assert f"{NAT}one" not in {c.name for c in graph.cone("plan.json#agent_group/adds-dc/default")}


# --- name servers --------------------------------------------------------------------------------------------------------


def named(*servers: object, more: tuple[Written, ...] = ()) -> tuple[Written, ...]:
    return pair(network(servers=list(servers)), *more)


def test_name_servers_of_which_nothing_is_seen_may_stand_anywhere() -> None:
    graph = drawn(*named("10.0.0.4"))
    certain, possible = singles(graph)
    assert "name_server:10.0.0.4" in certain
    assert {"zone:westeurope/1", "site:?"} <= possible
    assert "name_server:10.0.0.4" not in singles(drawn(*named("10.0.0.4", "10.0.0.5")))[0]
    assert correlated(*named("10.0.0.4")) == "no", "where they stand, not whom they ask"
    assert answers(inventoried("{}", *named("10.0.0.4")), "single_on_premises")[PATH] == "maybe"
    assert answers(inventoried("{}", *named("10.0.0.4")), "bootstrap_deadlock")[PATH] == "no"


@pytest.mark.parametrize("servers", [(), ("168.63.129.16",)])
def test_the_clouds_own_name_servers_are_no_tie(servers: tuple[str, ...]) -> None:
    assert not any(component.kind in ("names", "name_server") for component in drawn(*named(*servers)).components)


def test_what_the_inventory_says_of_a_name_server_is_no_question() -> None:
    text = 'inventory: {components: [{id: "10.0.0.4", kind: name_server, needs: [WHERE]}]}'
    held = named("10.0.0.4")
    certain, possible = singles(drawn(*held, inventory=text.replace("WHERE", "site:hq")))
    assert {"name_server:10.0.0.4", "site:hq"} <= certain
    assert possible == set()
    assert answers(inventoried(text.replace("WHERE", "site:hq"), *held), "single_on_premises")[PATH] == "yes"
    assert answers(inventoried(text.replace("WHERE", "region:westeurope"), *held), "single_on_premises")[PATH] == "no"


def test_a_machine_of_the_network_is_the_name_server_of_its_address() -> None:
    dns = (interface("dns", "b", address="10.0.0.4"), carrier("dns", None, zone="3"))
    graph = drawn(*named("10.0.0.4", more=dns))
    certain, possible = singles(graph)
    assert {"plan.json#azurerm_windows_virtual_machine.dns", "zone:westeurope/3"} <= certain
    assert possible == set()
    elsewhere = (
        network("far", region="westeurope"),
        subnet("f", "far"),
        interface("dns", "f", address="10.0.0.4"),
        carrier("dns", None, zone="3"),
    )
    certain, possible = singles(drawn(*named("10.0.0.4", more=elsewhere)))
    assert "plan.json#azurerm_windows_virtual_machine.dns" in possible, (
        "the same address in another network may be another machine"
    )


def test_a_name_server_is_known_by_the_interface_that_its_address_comes_from() -> None:
    dns = (interface("dns", "b"), carrier("dns", None, zone="3"))
    graph = drawn(*named(Hidden(refs=("azurerm_network_interface.dns",), certain=True), more=dns))
    assert "plan.json#azurerm_windows_virtual_machine.dns" in singles(graph)[0]


def test_name_servers_that_cannot_be_read_are_a_question() -> None:
    things = pair(network(servers=Hidden()))
    certain, possible = singles(drawn(*things))
    assert not any("name_server" in name for name in certain)
    assert any(name.startswith("name_server:?") for name in possible)
    found = facts(inventoried("{}", *things))
    assert found[PATH, "bootstrap_deadlock"].answer == "maybe"
    assert found[HR, "correlated"].answer == "no"


def test_an_interface_goes_before_its_network_and_a_layer_before_what_the_network_writes() -> None:
    layer = Written(
        "azurerm_virtual_network_dns_servers",
        "l",
        {"virtual_network_id": Hidden(refs=("azurerm_virtual_network.hub",), certain=True), "dns_servers": ["10.0.0.9"]},
    )
    assert "name_server:10.0.0.9" in singles(drawn(*named("10.0.0.4", more=(layer,))))[0]
    things = (
        network(servers=["10.0.0.4"]),
        subnet("a"),
        interface("c", "a", servers=["10.0.0.7"]),
        carrier("c", zone="1"),
    )
    assert "name_server:10.0.0.7" in singles(drawn(*things))[0]


# --- directories ---------------------------------------------------------------------------------------------------------


def directory(*servers: object, own: dict[str, list[str]] | None = None, more: tuple[Written, ...] = ()) -> tuple[Written, ...]:
    """Two domain controllers in two zones, and an agent that asks them, in one network."""
    own = own or {}
    return (
        network(servers=list(servers)),
        subnet("a"),
        interface("dc1", "a", address="10.0.0.4", servers=own.get("dc1")),
        interface("dc2", "a", address="10.0.0.5", servers=own.get("dc2")),
        carrier("dc1", "adds-dc", zone="1"),
        carrier("dc2", "adds-dc", zone="2"),
        interface("pta", "a"),
        carrier("pta", "pta-agent", zone="3"),
        *more,
    )


TENANT = "sign_in_path/tenant"
SYNC = "inventory: {sync: {method: pta, password_hash_sync: false}}"


@pytest.mark.parametrize(
    "servers, own",
    [
        (("10.0.0.4", "10.0.0.5"), {}),
        (("10.0.0.4",), {}),
        ((), {"dc1": ["10.0.0.5"], "dc2": ["10.0.0.4"]}),
        ((), {"dc1": ["127.0.0.1"], "dc2": ["10.0.0.4", "127.0.0.1"]}),
    ],
)
def test_domain_controllers_that_name_one_another_are_no_deadlock(servers: tuple[str, ...], own: dict[str, list[str]]) -> None:
    held = inventoried(SYNC, *directory(*servers, own=own))
    assert answers(held, "bootstrap_deadlock")[TENANT] == "no"
    graph = graph_of(*held)
    (note,) = [note for component in graph.cone("sign_in:plan.json#tenant") for note in component.notes]
    assert "start slowly" in note.says


def test_a_directory_that_asks_others_for_names_has_no_note() -> None:
    graph = graph_of(*inventoried(SYNC, *directory("10.0.0.4", "10.0.0.9")))
    assert not any(component.notes for component in graph.components)
    graph = graph_of(*inventoried(SYNC, *directory()))
    assert not any(component.notes for component in graph.components), "the cloud resolves names"


def test_a_name_server_that_waits_for_the_directory_it_serves_is_a_deadlock() -> None:
    """The only name server is a member server, which needs the directory, which needs it."""
    member = (interface("dns", "a", address="10.0.0.9"), carrier("dns", None, zone="1"))
    said = SYNC.replace("}}", "}, components: [{id: azurerm_windows_virtual_machine.dns, kind: machine, needs: [directory]}]}")
    things = directory("10.0.0.9", more=member)
    found = facts(inventoried(said, *things))[TENANT, "bootstrap_deadlock"]
    assert found.answer == "yes"
    assert answers(inventoried(SYNC, *things), "bootstrap_deadlock")[TENANT] == "no", "nothing says that it needs the directory"
    assert answers(inventoried(said, *directory("10.0.0.9", "10.0.0.4", more=member)), "bootstrap_deadlock")[TENANT] == "no"


# --- laws ----------------------------------------------------------------------------------------------------------------

ADDRESSES = st.sampled_from(["10.0.0.4", "10.0.0.5", "10.0.0.9", "168.63.129.16"])
SERVED = (interface("dns", "b", address="10.0.0.4"), carrier("dns", None, zone="3"))
few = settings(max_examples=25, deadline=None, derandomize=True)


@few
@given(st.lists(ADDRESSES, min_size=1, max_size=3, unique=True), ADDRESSES)
def test_a_further_name_server_never_adds_a_single_point(servers: list[str], further: str) -> None:
    before = singles(drawn(*named(*servers, more=SERVED)))
    after = singles(drawn(*named(*servers, further, more=SERVED)))
    assert after[0] <= before[0]
    assert set().union(*after) <= set().union(*before)


@few
@given(st.sampled_from(["1", "2", "3"]), st.sampled_from(["1", "2", "3"]), st.sampled_from([("1", "2"), ("2", "1"), ("1", "3")]))
def test_a_second_way_out_takes_the_first_off_the_single_points(one: str, two: str, zones: tuple[str, str]) -> None:
    ways = (network(), nat("one", zones=[one]), nat("two", zones=[two]), leads("a", "one"))
    shared, _ = singles(drawn(*pair(*ways, leads("b", "one"), zones=zones)))
    apart, possible = singles(drawn(*pair(*ways, leads("b", "two"), zones=zones)))
    assert f"{NAT}one" in shared
    assert not {f"{NAT}one", f"{NAT}two"} & (apart | possible)
    assert correlated(*pair(*ways, leads("b", "one"), zones=zones)) == "yes"


@pytest.mark.parametrize(
    "hidden, blanked",
    [
        ("way out", pair(network(), nat("one", zones=["1"]), leads("a", "one"), leads("b", Hidden()))),
        ("subnet", pair(network(), nat("one", zones=["1"]), leads("a", "one"), leads("b", "one"), subnets=("a", Hidden()))),
    ],
)
def test_hiding_what_makes_a_defect_never_proves_that_there_is_none(hidden: str, blanked: tuple[Written, ...]) -> None:
    assert correlated(*blanked) == "maybe", hidden


def test_a_gateway_that_is_spread_over_the_zones_stands_in_none_of_them() -> None:
    spread = {"sku_name": "StandardV2"}
    ways = (network(), nat("one", **spread), nat("two", **spread), leads("a", "one"), leads("b", "two"))
    assert correlated(*pair(*ways)) == "no"
