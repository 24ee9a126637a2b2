"""Networks in a few words: subnets, ways out, interfaces and name servers beside the machines of `azure_estates`."""

from __future__ import annotations

from dataclasses import replace

from tests.azure_estates import Hidden, Written, machine, on, tags

RG = {"resource_group_name": "rg"}


def network(label: str = "hub", *, servers: object = None, region: object = "westeurope") -> Written:
    """A virtual network."""
    values: dict[str, object] = {"name": f"vnet-{label}", "location": region, **RG}
    return Written("azurerm_virtual_network", label, values if servers is None else {**values, "dns_servers": servers})


def subnet(label: str, within: str = "hub") -> Written:
    """A subnet of a network."""
    return Written("azurerm_subnet", label, {"name": f"snet-{label}", "virtual_network_name": f"vnet-{within}", **RG})


def nat(label: str, *, zones: object = None, region: object = "westeurope", **more: object) -> Written:
    """A NAT gateway."""
    values: dict[str, object] = {"name": f"nat-{label}", "location": region, **RG, **more}
    return Written("azurerm_nat_gateway", label, values if zones is None else {**values, "zones": zones})


def leads(subnet_: str, to: str | Hidden) -> Written:
    """That a subnet leads out through a NAT gateway."""
    exit_ = to if isinstance(to, Hidden) else on(to, "azurerm_nat_gateway")
    values = {"subnet_id": on(subnet_, "azurerm_subnet"), "nat_gateway_id": exit_}
    return Written("azurerm_subnet_nat_gateway_association", subnet_, values)


def interface(label: str, subnet_: str | Hidden, *, address: object = None, servers: object = None) -> Written:
    """A network interface; with a static address, or any."""
    inside = subnet_ if isinstance(subnet_, Hidden) else on(subnet_, "azurerm_subnet")
    block: dict[str, object] = {"name": "ip", "subnet_id": inside, "private_ip_address_allocation": "Dynamic"}
    if address is not None:
        block |= {"private_ip_address_allocation": "Static", "private_ip_address": address}
    values: dict[str, object] = {"name": f"nic-{label}", "location": "westeurope", **RG, "ip_configuration": [block]}
    return Written("azurerm_network_interface", label, values if servers is None else {**values, "dns_servers": servers})


def carrier(label: str, role: str | None = "connector", /, **values: object) -> Written:
    """A machine behind the interface of its own name."""
    tagged = None if role is None else tags("hr" if role == "connector" else None, role)
    held = {"network_interface_ids": [on(label, "azurerm_network_interface")], **values}
    plain = machine(label, tagged)
    return replace(plain, values={**plain.values, **held})
