"""ARM: from an interface to its subnet and network, and from a rule to its pool and probe, within one resource and beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.azure_templates import arm, deployed, ends, id_of, plain

from sparekey.model.estate import Estate
from sparekey.model.kinds.balancing import Balancer
from sparekey.model.kinds.network import Network, NetworkInterface, Subnet
from sparekey.model.resource import Resource

NET = "Microsoft.Network/virtualNetworks"
NIC = "Microsoft.Network/networkInterfaces"
LB = "Microsoft.Network/loadBalancers"
INLINE = arm(NET, "net", {"subnets": [{"name": "a"}, {"name": "b", "properties": {"natGateway": {"id": "[x]"}}}]})
BESIDE = [arm(NET, "net"), arm(f"{NET}/subnets", "net/a"), arm(f"{NET}/subnets", "net/b")]
NAMED = arm(NET, "[parameters('n')]", {"subnets": [{"name": "a"}]})


def nic(subnet: object, **more: object) -> dict[str, object]:
    """An interface in a subnet."""
    return arm(NIC, "nic", {"ipConfigurations": [{"name": "i", "properties": {"subnet": {"id": subnet}, **more}}]})


def one(estate: Estate, kind: str, name: str) -> Resource:
    """The resource of a kind and name."""
    (found,) = [r for r in estate.of(kind) if plain(r.name) == name]
    return found


@pytest.mark.parametrize("resources", [[INLINE], BESIDE])
def test_an_interface_leads_for_certain_to_its_subnet_and_network(tmp_path: Path, resources: list[object]) -> None:
    estate = deployed(tmp_path, *resources, nic(id_of(f"{NET}/subnets", "net", "b")))
    assert ends(estate, one(estate, "network_interface", "nic"), "subnets") == [("b", True)]
    assert ends(estate, one(estate, "subnet", "b"), "network") == [("net", True)]


def test_a_name_that_only_the_deployment_knows_is_one_name_all_the_same(tmp_path: Path) -> None:
    subnet = "[resourceId('Microsoft.Network/virtualNetworks/subnets', parameters('n'), 'a')]"
    estate = deployed(tmp_path, NAMED, nic(subnet), parameters={"n": {"type": "string"}})
    assert ends(estate, one(estate, "network_interface", "nic"), "subnets") == [("a", True)]
    assert ends(estate, one(estate, "subnet", "a"), "network") == [("", True)]


UNIQUE = "uniqueString(resourceGroup().id, 'Pool')"


@pytest.mark.parametrize(
    "written, said, found",
    [
        (UNIQUE, UNIQUE, True),
        (f"concat('p-', {UNIQUE})", f"concat('P-', {UNIQUE})", True),
        # Names are one whatever their case; texts that something is made of are not.
        (UNIQUE, "uniqueString(resourceGroup().id, 'pool')", False),
        ("parameters('n')", "parameters('n')", True),
        ("parameters('n')", "parameters('m')", False),
    ],
)
def test_what_is_written_within_a_resource_is_found_by_a_name_that_only_the_deployment_knows(
    tmp_path: Path, written: str, said: str, found: bool
) -> None:
    named = f"[resourceId('{LB}/backendAddressPools', concat('lb', {UNIQUE}), {said})]"
    rule = {"name": "r", "properties": {"frontendPort": 443, "backendAddressPools": [{"id": named}]}}
    pools = {"backendAddressPools": [{"name": f"[{written}]"}, {"name": "other"}], "loadBalancingRules": [rule]}
    asked = {"n": {"type": "string"}, "m": {"type": "string"}}
    estate = deployed(tmp_path, arm(LB, f"[concat('lb', {UNIQUE})]", pools), parameters=asked)
    edges = estate.linked(one(estate, "balancer_rule", "r"), "pools")
    assert ([edge.certain for edge in edges.members], edges.open is None) == (([True], True) if found else ([], False))


@pytest.mark.parametrize(
    "subnet", ["[resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'c')]", "[x]", "/sub/net/subnets/c"]
)
def test_a_subnet_that_is_not_there_is_never_another_one(tmp_path: Path, subnet: str) -> None:
    estate = deployed(tmp_path, INLINE, nic(subnet))
    found = ends(estate, one(estate, "network_interface", "nic"), "subnets")
    assert not {("a", True), ("b", True)} & set(found)
    assert found


def test_the_network_of_a_known_subscription_is_found_by_its_id(tmp_path: Path) -> None:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    template = {"$schema": schema, "contentVersion": "1.0.0.0", "resources": [INLINE]}
    group = {"subscriptionId": "11111111-1111-1111-1111-111111111111", "resourceGroup": "rg"}
    nested = {**arm("Microsoft.Resources/deployments", "d", {"mode": "Incremental", "template": template}), **group}
    subnet = f"[resourceId('{group['subscriptionId']}', 'rg', '{NET}/subnets', 'net', 'a')]"
    estate = deployed(tmp_path, nested, nic(subnet))
    assert ends(estate, one(estate, "network_interface", "nic"), "subnets") == [("a", True)]
    written = f"/SUBSCRIPTIONS/{group['subscriptionId']}/resourceGroups/rg/providers/{NET}/net/subnets/b"
    estate = deployed(tmp_path, nested, nic(written))
    assert ends(estate, one(estate, "network_interface", "nic"), "subnets") == [("b", True)]


def test_an_id_that_the_template_writes_is_not_believed(tmp_path: Path) -> None:
    claimed = {**INLINE, "id": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/other"}
    estate = deployed(tmp_path, claimed, nic(f"{claimed['id']}/subnets/a"))
    assert ("a", True) not in ends(estate, one(estate, "network_interface", "nic"), "subnets")


def test_a_subnet_of_a_network_elsewhere_keeps_open_which(tmp_path: Path) -> None:
    estate = deployed(tmp_path, arm(f"{NET}/subnets", "elsewhere/a"), arm(NET, "net"))
    assert ends(estate, one(estate, "subnet", "a"), "network") == [("...", False)]


@pytest.mark.parametrize(
    "more,addresses",
    [
        ({"privateIPAddress": "10.0.0.4", "privateIPAllocationMethod": "Static"}, (["10.0.0.4"], False)),
        ({"privateIPAddress": "10.0.0.4", "privateIPAllocationMethod": "Dynamic"}, ([], True)),
        ({"privateIPAddress": "10.0.0.4"}, ([], True)),
        ({"privateIPAddress": "10.0.0.4", "privateIPAllocationMethod": "[x]"}, ([], True)),
        ({"privateIPAddress": "[x]", "privateIPAllocationMethod": "static"}, (["unknown"], False)),
        ({"privateIPAllocationMethod": "Static"}, ([], True)),
    ],
)
def test_only_a_static_address_is_certain(tmp_path: Path, more: dict[str, object], addresses: object) -> None:
    found = one(deployed(tmp_path, nic("x", **more)), "network_interface", "nic")
    assert isinstance(found, NetworkInterface)
    assert plain(found.addresses) == addresses


@pytest.mark.parametrize(
    "written,servers",
    [
        ({}, ([], False)),
        ({"dhcpOptions": {}}, ([], False)),
        ({"dhcpOptions": {"dnsServers": []}}, ([], False)),
        ({"dhcpOptions": {"dnsServers": ["10.0.0.4", "[x]"]}}, (["10.0.0.4", "unknown"], False)),
        ({"dhcpOptions": {"dnsServers": "[x]"}}, ([], True)),
        ({"dhcpOptions": "[x]"}, ([], True)),
        ("[x]", ([], True)),
    ],
)
def test_the_name_servers_of_a_network(tmp_path: Path, written: object, servers: object) -> None:
    (found,) = deployed(tmp_path, {**arm(NET, "net"), "properties": written}).of("network")
    assert isinstance(found, Network)
    assert plain(found.dns_servers) == servers


def test_what_a_network_leads_out_through(tmp_path: Path) -> None:
    gateway = "Microsoft.Network/natGateways"
    subnets = [{"name": "a", "properties": {"natGateway": {"id": id_of(gateway, "nat")}}}, {"name": "b"}]
    beside = arm(f"{NET}/subnets", "net/c", {"natGateway": {"id": id_of(gateway, "nat")}})
    estate = deployed(tmp_path, arm(gateway, "nat"), arm(NET, "net", {"subnets": subnets}), beside)
    exits = {plain(s.name): ends(estate, s, "exits") for s in estate.of("subnet") if isinstance(s, Subnet)}
    assert exits == {"a": [("nat", True)], "b": [], "c": [("nat", True)]}


@pytest.mark.parametrize("sku,tier", [("Standard", "Standard"), ("gateway", "Gateway"), (None, "unknown"), ("[x]", "unknown")])
def test_the_product_of_a_balancer_has_no_default(tmp_path: Path, sku: object, tier: str) -> None:
    (found,) = deployed(tmp_path, arm(LB, "lb", sku={"name": sku})).of("balancer")
    assert isinstance(found, Balancer)
    assert plain(found.tier) == tier


def test_a_pool_beside_its_balancer_and_the_interfaces_in_it(tmp_path: Path) -> None:
    pool = id_of(f"{LB}/backendAddressPools", "lb", "p")
    rule = {"name": "r", "properties": {"frontendPort": 443, "backendAddressPools": [{"id": pool}]}}
    estate = deployed(
        tmp_path,
        arm(LB, "lb", {"loadBalancingRules": [rule]}),
        arm(f"{LB}/backendAddressPools", "lb/p"),
        nic("x", loadBalancerBackendAddressPools=[{"id": pool}]),
    )
    assert ends(estate, one(estate, "balancer_rule", "r"), "pools") == [("p", True)]
    assert ends(estate, one(estate, "balancer_pool", "p"), "balancer") == [("lb", True)]
    assert ends(estate, one(estate, "network_interface", "nic"), "pools") == [("p", True)]


@pytest.mark.parametrize(
    "properties", ["[x]", None, [], "text", {"subnets": "[x]"}, {"subnets": ["[x]"]}, {"subnets": [None, 7]}]
)
def test_a_network_of_any_shape_is_read(tmp_path: Path, properties: object) -> None:
    estate = deployed(tmp_path, {**arm(NET, "net"), "properties": properties}, {**arm(LB, "lb"), "properties": properties})
    assert len(estate.of("network")) == len(estate.of("balancer")) == 1
