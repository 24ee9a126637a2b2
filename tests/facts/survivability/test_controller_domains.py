"""Controllers of several domains: none of them answers for the people, or serves the names, of another domain."""

from __future__ import annotations

from pathlib import Path

from tests.written_estates import graph

from sparekey.facts.survivability import names
from sparekey.facts.survivability.graph import Graph


def machine(name: str, role: str, group: str = "", zone: str = "1") -> str:
    said = f'sparekey-role = "{role}"' + (f', sparekey-group = "{group}"' if group else "")
    address = {"one": "10.0.1.4", "two": "10.0.1.5"}.get(name, "10.0.1.9")
    return (
        f'resource "azurerm_network_interface" "{name}" {{\n name = "{name}"\n resource_group_name = "rg"\n location = "westeurope"\n'
        f' ip_configuration {{\n name = "ip"\n subnet_id = azurerm_subnet.s.id\n private_ip_address_allocation = "Static"\n'
        f' private_ip_address = "{address}"\n }}\n}}\n'
        f'resource "azurerm_windows_virtual_machine" "{name}" {{\n name = "{name}"\n location = "westeurope"\n zone = "{zone}"\n'
        f" network_interface_ids = [azurerm_network_interface.{name}.id]\n tags = {{ {said} }}\n}}\n"
    )


NETWORK = (
    'resource "azurerm_virtual_network" "hub" {\n name = "hub"\n resource_group_name = "rg"\n location = "westeurope"\n'
    ' address_space = ["10.0.0.0/16"]\n dns_servers = ["10.0.1.4"]\n}\n'
    'resource "azurerm_subnet" "s" {\n name = "s"\n resource_group_name = "rg"\n'
    ' virtual_network_name = azurerm_virtual_network.hub.name\n address_prefixes = ["10.0.1.0/24"]\n}\n'
)


def drawn(folder: Path, first: str, second: str) -> Graph:
    """Two controllers of these groups, of which the first alone is in the network's list of name servers, and an agent that asks them."""
    source = NETWORK + machine("one", "adds-dc", first) + machine("two", "adds-dc", second, "2") + machine("agent", "pta-agent")
    return graph(folder, {"main.tf": source})


def test_any_controller_of_one_domain_answers(tmp_path: Path) -> None:
    (group,) = drawn(tmp_path, "corp", "corp").component(names.DIRECTORY).groups
    assert [tie.doubt for tie in group.members] == [None]


def test_with_several_domains_none_of_them_certainly_answers(tmp_path: Path) -> None:
    (group,) = drawn(tmp_path, "corp", "lab").component(names.DIRECTORY).groups
    assert len(group.members) == 2
    assert all(tie.doubt and "belong to the domain" in tie.doubt.reason for tie in group.members)


def asking(found: Graph) -> list[str | None]:
    """The doubts with which the second controller needs the network's name servers; none where it serves names to itself."""
    mine = [c for c in found.components if c.name.endswith("azurerm_windows_virtual_machine.two/as/adds-dc")]
    return [tie.doubt.reason if tie.doubt else None for c in mine for tie in c.needs if tie.to.startswith("names:")]


def test_a_controller_asks_that_of_another_domain_for_names(tmp_path: Path) -> None:
    assert asking(drawn(tmp_path, "corp", "corp")) == []
    assert asking(drawn(tmp_path, "corp", "lab")) == [None]
    (doubt,) = asking(drawn(tmp_path, "corp", ""))
    assert doubt == "does one serve the domain of two?"
