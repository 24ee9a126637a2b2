"""azurerm: load balancers and whom they lead to."""

from __future__ import annotations

import pytest
from tests.azure_estates import Hidden, Written
from tests.azure_templates import ends, plain, planned

from sparekey.model.estate import Estate
from sparekey.model.kinds.balancing import Balancer, BalancerProbe, BalancerRule
from sparekey.model.kinds.hosting import MachineSet
from sparekey.model.resource import Resource

LB = {"loadbalancer_id": Hidden(refs=("azurerm_lb.lb",), certain=True)}
POOL = Hidden(refs=("azurerm_lb_backend_address_pool.p",), certain=True)
THERE = (
    Written("azurerm_lb", "lb", {"name": "lb", "location": "West Europe", "sku": "Standard"}),
    Written("azurerm_lb_backend_address_pool", "p", {"name": "p", **LB}),
)


def one(estate: Estate, kind: str) -> Resource:
    """The one resource of a kind."""
    (found,) = estate.of(kind)
    return found


@pytest.mark.parametrize("sku,tier", [("Standard", "Standard"), ("basic", "Basic"), (None, "unknown"), (Hidden(), "unknown")])
def test_the_product_of_a_balancer(sku: object, tier: str) -> None:
    found = one(planned(Written("azurerm_lb", "lb", {"name": "lb", "sku": sku})), "balancer")
    assert isinstance(found, Balancer)
    assert plain(found.tier) == tier


@pytest.mark.parametrize("protocol,shown", [("Https", "https"), ("Tcp", "tcp"), (None, "tcp"), (Hidden(), "unknown")])
def test_a_probe(protocol: object, shown: str) -> None:
    values = {"name": "h", "protocol": protocol, "port": 443, "request_path": "/x", **LB}
    estate = planned(*THERE, Written("azurerm_lb_probe", "h", values))
    found = one(estate, "balancer_probe")
    assert isinstance(found, BalancerProbe)
    assert [plain(v) for v in (found.protocol, found.port, found.path)] == [shown, 443, "/x"]
    assert ends(estate, found, "balancer") == [("lb", True)]


@pytest.mark.parametrize("values", [{"backend_address_pool_ids": [POOL]}, {"backend_address_pool_id": POOL}])
def test_a_rule_leads_to_its_pools_in_the_words_of_every_version(values: dict[str, object]) -> None:
    estate = planned(*THERE, Written("azurerm_lb_rule", "r", {"name": "r", "frontend_port": 443, **values, **LB}))
    found = one(estate, "balancer_rule")
    assert isinstance(found, BalancerRule)
    assert ends(estate, found, "pools") == [("p", True)]
    assert ends(estate, found, "probe") == []
    assert plain(found.port) == 443


def test_a_rule_whose_pools_cannot_be_read_may_lead_anywhere() -> None:
    values = {"name": "r", "frontend_port": 443, "backend_address_pool_ids": Hidden(), **LB}
    estate = planned(*THERE, Written("azurerm_lb_rule", "r", values))
    assert ends(estate, one(estate, "balancer_rule"), "pools") == [("...", False)]


def test_an_interface_is_put_into_a_pool() -> None:
    interface = Hidden(refs=("azurerm_network_interface.i",), certain=True)
    estate = planned(
        *THERE,
        Written("azurerm_network_interface", "i", {"name": "i", "ip_configuration": []}),
        Written(
            "azurerm_network_interface_backend_address_pool_association",
            "m",
            {"network_interface_id": interface, "backend_address_pool_id": POOL},
        ),
    )
    found = one(estate, "pool_member")
    assert (ends(estate, found, "interface"), ends(estate, found, "pool")) == ([("i", True)], [("p", True)])


SETS = [
    ("azurerm_windows_virtual_machine_scale_set", "network_interface"),
    ("azurerm_linux_virtual_machine_scale_set", "network_interface"),
    ("azurerm_orchestrated_virtual_machine_scale_set", "network_interface"),
    ("azurerm_virtual_machine_scale_set", "network_profile"),
]


@pytest.mark.parametrize("type_,block", SETS)
def test_a_scale_set_says_where_its_instances_stand(type_: str, block: str) -> None:
    address = {"subnet_id": Hidden(refs=("azurerm_subnet.s",), certain=True), "load_balancer_backend_address_pool_ids": [POOL]}
    subnet = {"name": "s", "virtual_network_name": "n", "resource_group_name": "rg"}
    estate = planned(
        *THERE,
        Written("azurerm_subnet", "s", subnet),
        Written(type_, "x", {"name": "x", block: [{"ip_configuration": [address]}, {"ip_configuration": [address]}]}),
    )
    found = one(estate, "machine_set")
    assert isinstance(found, MachineSet)
    assert set(ends(estate, found, "subnets")) == {("s", True)}
    assert set(ends(estate, found, "pools")) == {("p", True)}


@pytest.mark.parametrize("interface", [Hidden(), [{"ip_configuration": Hidden()}], [Hidden()]])
def test_a_scale_set_whose_interfaces_cannot_be_read_may_stand_anywhere(interface: object) -> None:
    estate = planned(Written("azurerm_windows_virtual_machine_scale_set", "x", {"name": "x", "network_interface": interface}))
    found = one(estate, "machine_set")
    assert ends(estate, found, "subnets")[-1] == ("...", False)
    assert ends(estate, found, "pools")[-1] == ("...", False)
