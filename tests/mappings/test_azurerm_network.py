"""azurerm: networks with what stands in them, and Traffic Manager, in every spelling that the provider's majors know."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.azure_estates import Hidden, Written, declaration

from sparekey.config import Config
from sparekey.estates import apply_mappings, join
from sparekey.formats.terraform import FORMAT
from sparekey.mappings.azurerm_network import MAPPING
from sparekey.model.declaration import Action, Document
from sparekey.model.estate import Estate
from sparekey.model.kinds.network import (
    Network,
    NetworkExit,
    NetworkInterface,
    NetworkNameServers,
    TrafficEndpoint,
    TrafficProfile,
)
from sparekey.model.resource import Resource
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.value import Body, Known, Reference, Unknown, ValueSet

PROFILE = "azurerm_traffic_manager_profile"


def mapped(written: Written) -> Resource:
    (found,) = MAPPING.mappers[written.type](declaration(written))
    return found


def words(values: ValueSet[str]) -> list[str | None]:
    return [member.value if isinstance(member, Known) else None for member in values.members]


def test_name_servers_of_a_network() -> None:
    found = mapped(
        Written("azurerm_virtual_network", "n", {"name": "n", "location": "West Europe", "dns_servers": ["10.0.0.4", Hidden()]})
    )
    assert isinstance(found, Network)
    assert words(found.dns_servers) == ["10.0.0.4", None]
    none = mapped(Written("azurerm_virtual_network", "n", {"name": "n", "dns_servers": []}))
    assert isinstance(none, Network)
    assert (none.dns_servers.members, none.dns_servers.open) == ((), None)


def estate_of(*things: Written) -> Estate:
    """The estate of a plan that holds these things."""
    document = Document(format="terraform-plan", deployment="plan.json", declarations=tuple(declaration(t) for t in things))
    (estate,) = join([apply_mappings(document, [MAPPING])], Config())
    return estate


def estate_in(folder: Path) -> Estate:
    """The estate of a folder of Terraform source."""
    files = [SourceFile(path=path, name=path.name) for path in sorted(folder.glob("*.tf"))]
    read = FORMAT.read_folders(files, Reading(mapped=frozenset(MAPPING.mappers), scan_root=folder), replaced=frozenset())
    (document,) = (one for one in read if isinstance(one, Document))
    (estate,) = join([apply_mappings(document, [MAPPING])], Config())
    return estate


def ends(estate: Estate, resource: Resource, field: str) -> list[tuple[str, bool]]:
    """The addresses of the ends of a relation, whether each is certain, and whether there may be more."""
    edges = estate.linked(resource, field)
    found = [(edge.target.rpartition("#")[2], edge.certain) for edge in edges.members]
    return [*found, *([("...", False)] if edges.open else [])]


def test_name_servers_that_stand_beside_their_network() -> None:
    estate = estate_of(
        Written("azurerm_virtual_network", "n", {"id": "/vnets/n", "name": "n"}),
        Written("azurerm_virtual_network_dns_servers", "d", {"virtual_network_id": "/VNETS/N", "dns_servers": ["10.0.0.4"]}),
    )
    (beside,) = estate.of("network_name_servers")
    assert isinstance(beside, NetworkNameServers)
    assert ends(estate, beside, "network") == [("azurerm_virtual_network.n", True)]
    assert words(beside.dns_servers) == ["10.0.0.4"]


NETWORK = Written("azurerm_virtual_network", "n", {"name": "net", "resource_group_name": "rg", "dns_servers": []})
BY_NAME = [
    ("net", "rg", [("azurerm_virtual_network.n", True)]),
    ("NET", "RG", [("azurerm_virtual_network.n", True)]),
    (Hidden(), "rg", [("...", False)]),
    ("net", Hidden(), [("azurerm_virtual_network.n", False), ("...", False)]),
    ("other", Hidden(), [("...", False)]),
]


@pytest.mark.parametrize("name,group,found", BY_NAME)
def test_a_subnet_names_its_network_within_its_resource_group(name: object, group: object, found: object) -> None:
    values = {"name": "a", "virtual_network_name": name, "resource_group_name": group}
    estate = estate_of(NETWORK, Written("azurerm_subnet", "a", values))
    assert ends(estate, estate.of("subnet")[0], "network") == found


@pytest.mark.parametrize("name,group", [("other", "rg"), ("net", "other")])
def test_a_network_of_another_name_or_group_is_another_one(name: str, group: str) -> None:
    values = {"name": "a", "virtual_network_name": name, "resource_group_name": group}
    estate = estate_of(NETWORK, Written("azurerm_subnet", "a", values))
    edges = estate.linked(estate.of("subnet")[0], "network")
    assert [edge.external for edge in edges.members] == [True]


SOURCE = """
variable "group" {
  type = string
}

resource "random_pet" "name" {}

resource "azurerm_resource_group" "rg" {
  name     = "rg-${random_pet.name.id}"
  location = "westeurope"
}

resource "azurerm_virtual_network" "n" {
  name                = "net"
  resource_group_name = NETWORK
  location            = "westeurope"
}

resource "azurerm_virtual_network" "o" {
  name                = "other"
  resource_group_name = NETWORK
  location            = "westeurope"
}

resource "azurerm_subnet" "a" {
  name                 = "a"
  virtual_network_name = NAME
  resource_group_name  = SUBNET
}
"""
N, OTHER, GROUP = "azurerm_virtual_network.n", "azurerm_virtual_network.o", "azurerm_resource_group.rg.name"
IN_SOURCE = [
    ("var.group", '"net"', "var.group", [(N, False), ("...", False)]),
    ("var.group", f"{N}.name", f"{N}.resource_group_name", [(N, True)]),
    ("var.group", f"{OTHER}.name", f"{OTHER}.resource_group_name", [(OTHER, True)]),
    # A network of that name in the group of another one need not be the one that is seen.
    ("var.group", '"net"', f"{OTHER}.resource_group_name", [(N, False), ("...", False)]),
    (GROUP, '"NET"', GROUP, [(N, True)]),
    (GROUP, '"third"', GROUP, [("...", False)]),
    (GROUP, '"net"', f'"${{{GROUP}}}-two"', [(N, False), ("...", False)]),
    (f'"${{{GROUP}}}-two"', '"net"', GROUP, [(N, False), ("...", False)]),
    ('"known"', '"net"', "var.group", [(N, False), ("...", False)]),
]


@pytest.mark.parametrize("network,name,group,found", IN_SOURCE)
def test_a_group_that_is_not_known_is_told_by_what_it_refers_to(
    tmp_path: Path, network: str, name: str, group: str, found: object
) -> None:
    text = SOURCE.replace("NETWORK", network).replace("NAME", name).replace("SUBNET", group)
    (tmp_path / "main.tf").write_text(text)
    estate = estate_in(tmp_path)
    assert ends(estate, estate.of("subnet")[0], "network") == found


def test_a_network_whose_name_comes_with_the_apply_is_found_by_reference() -> None:
    name = Reference(to="azurerm_virtual_network.n", attribute="name", certain=True)
    written = declaration(Written("azurerm_subnet", "a", {"name": "a", "resource_group_name": "rg"}))
    body = dict(written.body.value.value) if isinstance(written.body.value, Known) else {}  # type: ignore[call-overload]
    body["virtual_network_name"] = Unknown(reason="which name?", at=written.head.at, refs=(name,))
    network = declaration(Written("azurerm_virtual_network", "n", {"name": Hidden(), "resource_group_name": "rg"}))
    subnet = replace(written, body=Body(value=Known(value=body, at=written.head.at)))
    document = Document(format="terraform-plan", deployment="plan.json", declarations=(network, subnet))
    (estate,) = join([apply_mappings(document, [MAPPING])], Config())
    assert ends(estate, estate.of("subnet")[0], "network") == [("azurerm_virtual_network.n", True)]


def test_a_subnet_within_a_network_is_found_by_the_id_it_has() -> None:
    subnets = [{"name": "a", "id": "/net/subnets/a"}, {"name": "b"}]
    configurations = [
        {"subnet_id": "/NET/subnets/a", "private_ip_address_allocation": "Dynamic", "private_ip_address": "10.0.0.5"}
    ]
    estate = estate_of(
        Written("azurerm_virtual_network", "n", {"name": "net", "dns_servers": [], "subnet": subnets}),
        Written("azurerm_network_interface", "i", {"name": "i", "ip_configuration": configurations, "dns_servers": ["10.0.0.9"]}),
    )
    (interface,) = estate.of("network_interface")
    assert isinstance(interface, NetworkInterface)
    assert ends(estate, interface, "subnets") == [("azurerm_virtual_network.n.subnet[0]", True)]
    assert [ends(estate, subnet, "network") for subnet in estate.of("subnet")] == [[("azurerm_virtual_network.n", True)]] * 2
    assert (words(interface.dns_servers), interface.dns_servers.open) == (["10.0.0.9"], None)
    assert interface.addresses.members == ()
    assert interface.addresses.open is not None
    assert (interface.pools.values.members, interface.pools.values.open) == ((), None)


@pytest.mark.parametrize("action,closed", [("create", True), ("update", False)])
def test_an_interface_that_is_new_and_writes_no_name_servers_has_none(action: Action, closed: bool) -> None:
    written = declaration(Written("azurerm_network_interface", "i", {"name": "i", "ip_configuration": []}, action=action))
    body = dict(written.body.value.value) if isinstance(written.body.value, Known) else {}  # type: ignore[call-overload]
    body["dns_servers"] = Unknown(reason="?", at=written.head.at, unwritten=True)
    (found,) = MAPPING.mappers[written.type](replace(written, body=Body(value=Known(value=body, at=written.head.at))))
    assert isinstance(found, NetworkInterface)
    assert found.dns_servers.members == ()
    assert (found.dns_servers.open is None) is closed


def test_an_address_that_is_written_and_static_is_certain() -> None:
    configuration = {"private_ip_address_allocation": "Static", "private_ip_address": "10.0.0.5"}
    found = mapped(Written("azurerm_network_interface", "i", {"ip_configuration": [configuration]}))
    assert isinstance(found, NetworkInterface)
    assert (words(found.addresses), found.addresses.open) == (["10.0.0.5"], None)


def test_a_way_out_stands_beside_the_subnet() -> None:
    subnet = {"name": "a", "virtual_network_name": "net", "resource_group_name": "rg"}
    estate = estate_of(
        Written("azurerm_subnet", "a", subnet),
        Written("azurerm_nat_gateway", "g", {"name": "g", "location": "West Europe", "zones": ["2"]}),
        Written(
            "azurerm_subnet_nat_gateway_association",
            "x",
            {
                "subnet_id": Hidden(refs=("azurerm_subnet.a",), certain=True),
                "nat_gateway_id": Hidden(refs=("azurerm_nat_gateway.g",), certain=True),
            },
        ),
    )
    (beside,) = estate.of("subnet_exit")
    assert ends(estate, beside, "subnet") == [("azurerm_subnet.a", True)]
    assert ends(estate, beside, "exits") == [("azurerm_nat_gateway.g", True)]
    (gateway,) = estate.of("network_exit")
    assert isinstance(gateway, NetworkExit)
    assert [v.value for v in (gateway.region, gateway.zone) if isinstance(v, Known)] == ["westeurope", "2"]
    assert ends(estate, estate.of("subnet")[0], "exits") == []


def test_a_traffic_profile_has_the_documented_defaults() -> None:
    found = mapped(Written(PROFILE, "p", {"name": "p", "traffic_routing_method": "Priority", "dns_config": [{"ttl": 60}]}))
    assert isinstance(found, TrafficProfile)
    numbers = [n.value if isinstance(n, Known) else n for n in (found.ttl, found.probe_interval, found.tolerated_failures)]
    assert numbers == [60, 30, 3]
    assert isinstance(found.enabled, Known)
    assert found.enabled.value is True
    off = mapped(Written(PROFILE, "p", {"profile_status": "Disabled"}))
    assert isinstance(off, TrafficProfile)
    assert isinstance(off.enabled, Known)
    assert off.enabled.value is False


ENDPOINTS: list[tuple[Written, str, bool]] = [
    (Written("azurerm_traffic_manager_azure_endpoint", "e", {"profile_id": "/p", "target_resource_id": "/t"}), "azure", True),
    (
        Written("azurerm_traffic_manager_external_endpoint", "e", {"profile_id": "/p", "target": "t", "enabled": False}),
        "external",
        False,
    ),
    (Written("azurerm_traffic_manager_nested_endpoint", "e", {"profile_id": "/p", "minimum_child_endpoints": 2}), "nested", True),
    (Written("azurerm_traffic_manager_endpoint", "e", {"profile_name": "p", "type": "azureEndpoints"}), "azure", True),
    (
        Written(
            "azurerm_traffic_manager_endpoint",
            "e",
            {"profile_name": "p", "type": "externalEndpoints", "target": "t", "endpoint_status": "Disabled"},
        ),
        "external",
        False,
    ),
]


@pytest.mark.parametrize("written,category,on", ENDPOINTS)
def test_every_spelling_of_an_endpoint_leads_to_its_profile(written: Written, category: str, on: bool) -> None:
    profile = Written(PROFILE, "p", {"id": "/p", "name": "p"})
    declared = (declaration(profile), declaration(written))
    document = Document(format="terraform-plan", deployment="plan.json", declarations=declared)
    (estate,) = join([apply_mappings(document, [MAPPING])], Config())
    (found,) = estate.of("traffic_endpoint")
    assert isinstance(found, TrafficEndpoint)
    assert [e.target for e in estate.linked(found, "profile").members] == [f"plan.json#{PROFILE}.p"]
    assert isinstance(found.category, Known)
    assert found.category.value == category
    assert isinstance(found.enabled, Known)
    assert found.enabled.value is on
