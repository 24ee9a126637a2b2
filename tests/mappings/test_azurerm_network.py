"""azurerm: name servers and Traffic Manager, in every spelling that the provider's majors know."""

from __future__ import annotations

import pytest
from tests.azure_estates import Hidden, Written, declaration

from sparekey.config import Config
from sparekey.estates import apply_mappings, join
from sparekey.mappings.azurerm_network import MAPPING
from sparekey.model.declaration import Document
from sparekey.model.kinds.network import Network, NetworkNameServers, TrafficEndpoint, TrafficProfile
from sparekey.model.resource import Resource
from sparekey.model.value import Known, ValueSet

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


def test_name_servers_that_stand_beside_their_network() -> None:
    things = [
        Written("azurerm_virtual_network", "n", {"id": "/vnets/n", "name": "n"}),
        Written("azurerm_virtual_network_dns_servers", "d", {"virtual_network_id": "/VNETS/N", "dns_servers": ["10.0.0.4"]}),
        Written("azurerm_network_interface", "i", {"name": "i", "dns_servers": ["10.0.0.5"]}),
    ]
    document = Document(format="terraform-plan", deployment="plan.json", declarations=tuple(declaration(t) for t in things))
    (estate,) = join([apply_mappings(document, [MAPPING])], Config())
    beside, alone = estate.of("network_name_servers")
    assert isinstance(beside, NetworkNameServers)
    assert [e.target for e in estate.linked(beside, "network").members] == ["plan.json#azurerm_virtual_network.n"]
    assert estate.linked(alone, "network").members == ()


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
