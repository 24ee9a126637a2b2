"""The laws over whole runs of estates with networks: every value hidden in turn, and the plan applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.laws import attribute_paths, blank, law_apply, law_blanking, run_plan, verdicts
from tests.plans import Item, Ref, plan

from sparekey.config import Config

RG = {"resource_group_name": "rg"}
PLACE = {**RG, "location": "westeurope"}


def _machine(label: str, role: str | None, address: str | None, zone: str, subnet: str) -> list[Item]:
    nic, inside = f"azurerm_network_interface.{label}", Ref(f"azurerm_subnet.{subnet}", "id")
    block: dict[str, object] = {"name": "ip", "subnet_id": inside, "private_ip_address_allocation": "Dynamic"}
    if address:
        block |= {"private_ip_address_allocation": "Static", "private_ip_address": address}
    marks = {} if role is None else {"sparekey-role": role}
    names = {"name": label, "computer_name": label, "custom_data": None, "user_data": None}
    placed = {"zone": zone, "availability_set_id": None, "network_interface_ids": [Ref(nic, "id")]}
    return [
        Item(
            "azurerm_network_interface", label, {"name": f"nic-{label}", **PLACE, "ip_configuration": [block], "dns_servers": []}
        ),
        Item("azurerm_windows_virtual_machine", label, {**names, **PLACE, "tags": marks, **placed}),
    ]


def _network(*servers: str) -> list[Item]:
    subnets = [Item("azurerm_subnet", label, {"name": label, "virtual_network_name": "vnet", **RG}) for label in ("a", "b")]
    return [Item("azurerm_virtual_network", "v", {"name": "vnet", **PLACE, "dns_servers": list(servers)}), *subnets]


def _behind(subnet: str, exit_: str) -> Item:
    values = {"subnet_id": Ref(f"azurerm_subnet.{subnet}", "id"), "nat_gateway_id": Ref(f"azurerm_nat_gateway.{exit_}", "id")}
    return Item("azurerm_subnet_nat_gateway_association", subnet, values)


def _exit(label: str, zone: str) -> Item:
    return Item("azurerm_nat_gateway", label, {"name": label, **PLACE, "zones": [zone], "sku_name": "Standard"})


CONNECTORS = [*_machine("c1", "connector", None, "1", "a"), *_machine("c2", "connector", None, "2", "b")]
SERVERS = [*_machine("dc", "adds-dc", "10.0.0.4", "1", "a"), *_machine("p", "pta-agent", "10.0.0.6", "2", "a")]
ESTATES = {
    "one way out": [*_network(), *CONNECTORS, _exit("one", "1"), _behind("a", "one"), _behind("b", "one")],
    "one zone of two ways out": [
        *_network(),
        *CONNECTORS,
        _exit("x", "1"),
        _exit("y", "1"),
        _behind("a", "x"),
        _behind("b", "y"),
    ],
    "two ways out": [*_network(), *CONNECTORS, _exit("x", "1"), _exit("y", "2"), _behind("a", "x"), _behind("b", "y")],
    "a machine that serves names": [*_network("10.0.0.9"), *CONNECTORS, *_machine("d", None, "10.0.0.9", "3", "a")],
    "a domain controller that serves names": [*_network("10.0.0.4"), *CONNECTORS, *SERVERS],
    "name servers that are not seen": [*_network("10.1.0.4", "10.1.0.5"), *CONNECTORS, *SERVERS],
}


@pytest.mark.parametrize("items", ESTATES.values(), ids=ESTATES)
def test_law_1_hiding_any_value_only_makes_unknown(tmp_path: Path, items: list[Item]) -> None:
    document = plan(items)
    before = verdicts(run_plan(document, tmp_path, Config()))
    changes: list[Any] = list(document["resource_changes"])  # type: ignore[call-overload]
    for i, change in enumerate(changes):
        for path in attribute_paths(change["change"]["after"]):
            law_blanking(before, verdicts(run_plan(blank(document, i, path), tmp_path, Config())))


@pytest.mark.parametrize("items", ESTATES.values(), ids=ESTATES)
def test_law_3_the_first_plan_never_contradicts_the_second(tmp_path: Path, items: list[Item]) -> None:
    before = verdicts(run_plan(plan(items), tmp_path, Config()))
    law_apply(before, verdicts(run_plan(plan(items, applied=True), tmp_path, Config())))
    assert before, "rules judge it"
