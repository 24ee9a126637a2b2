"""One thing written in a template and in Terraform gives equal fields and equal relations."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from tests.azure_estates import Hidden, Written
from tests.azure_templates import arm, deployed, id_of, planned, told

NET = "Microsoft.Network/virtualNetworks"
NIC = "Microsoft.Network/networkInterfaces"
LB = "Microsoft.Network/loadBalancers"
VM = "Microsoft.Compute/virtualMachines"
VMSS = "Microsoft.Compute/virtualMachineScaleSets"
SCRIPT = base64.b64encode(b"Install-ADDSForest").decode()
PLACE = {"location": "West Europe"}


def by(address: str) -> Hidden:
    """The id of another thing of the plan."""
    return Hidden(refs=(address,), certain=True)


def written(type_: str, name: str, **values: object) -> Written:
    """A thing of the plan with a name and a place."""
    return Written(type_, name, {"name": name, "resource_group_name": "rg", **PLACE, **values})


def test_a_network_with_its_subnets_and_its_way_out(tmp_path: Path) -> None:
    template = deployed(
        tmp_path,
        arm(NET, "net", {"dhcpOptions": {"dnsServers": ["10.0.0.4"]}}, **PLACE),
        arm(f"{NET}/subnets", "net/a", {"addressPrefix": "10.0.0.0/24"}),
        arm("Microsoft.Network/natGateways", "nat", zones=["1"], **PLACE),
    )
    plan = planned(
        written("azurerm_virtual_network", "net", dns_servers=["10.0.0.4"]),
        Written(
            "azurerm_subnet",
            "a",
            {"name": "a", "resource_group_name": "RG", "virtual_network_name": "net", "address_prefixes": ["10.0.0.0/24"]},
        ),
        written("azurerm_nat_gateway", "nat", zones=["1"]),
    )
    assert told(template) == told(plan)
    assert told(plan)["subnet", "a"]["network"] == ([(("network", "net"), True)], False)


def test_a_subnet_within_its_network_is_the_same_in_both(tmp_path: Path) -> None:
    template = deployed(tmp_path, arm(NET, "net", {"subnets": [{"name": "a"}, {"name": "b"}]}, **PLACE))
    plan = planned(written("azurerm_virtual_network", "net", dns_servers=[], subnet=[{"name": "a"}, {"name": "b"}]))
    assert told(template) == told(plan)
    assert told(plan)["subnet", "b"]["network"] == ([(("network", "net"), True)], False)


@pytest.mark.parametrize("method,open_", [("Static", False), ("static", False), ("Dynamic", True)])
def test_an_interface_in_a_subnet(tmp_path: Path, method: str, open_: bool) -> None:
    inner = {
        "subnet": {"id": id_of(f"{NET}/subnets", "net", "a")},
        "privateIPAllocationMethod": method,
        "privateIPAddress": "10.0.0.4",
    }
    template = deployed(
        tmp_path,
        arm(NET, "net", {"subnets": [{"name": "a"}]}, **PLACE),
        arm(NIC, "nic", {"ipConfigurations": [{"name": "i", "properties": inner}], "dnsSettings": {"dnsServers": ["10.0.0.9"]}}),
    )
    configuration = {
        "subnet_id": "/net/subnets/a",
        "private_ip_address_allocation": method,
        "private_ip_address": "10.0.0.4",
    }
    plan = planned(
        written("azurerm_virtual_network", "net", dns_servers=[], subnet=[{"name": "a", "id": "/net/subnets/a"}]),
        written("azurerm_network_interface", "nic", ip_configuration=[configuration], dns_servers=["10.0.0.9"]),
    )
    assert told(template) == told(plan)
    assert told(plan)["network_interface", "nic"]["subnets"] == ([(("subnet", "a"), True)], False)
    assert told(plan)["network_interface", "nic"]["addresses"] == (([] if open_ else ["10.0.0.4"]), open_)


def test_a_load_balancer_with_pools_probes_and_rules(tmp_path: Path) -> None:
    properties = {
        "backendAddressPools": [{"name": "pool"}],
        "probes": [{"name": "health", "properties": {"protocol": "Http", "port": 80, "requestPath": "/adfs/probe"}}],
        "loadBalancingRules": [
            {
                "name": "https",
                "properties": {
                    "frontendPort": 443,
                    "backendAddressPool": {"id": id_of(f"{LB}/backendAddressPools", "lb", "pool")},
                    "probe": {"id": id_of(f"{LB}/probes", "lb", "health")},
                },
            },
            {"name": "plain", "properties": {"frontendPort": 80}},
        ],
    }
    template = deployed(tmp_path, arm(LB, "lb", properties, sku={"name": "Standard"}, **PLACE))
    of = {"loadbalancer_id": by("azurerm_lb.lb")}
    pools = [by("azurerm_lb_backend_address_pool.pool")]
    plan = planned(
        written("azurerm_lb", "lb", sku="Standard"),
        written("azurerm_lb_backend_address_pool", "pool", **of),
        written("azurerm_lb_probe", "health", protocol="Http", port=80, request_path="/adfs/probe", **of),
        written(
            "azurerm_lb_rule",
            "https",
            frontend_port=443,
            backend_address_pool_ids=pools,
            probe_id=by("azurerm_lb_probe.health"),
            **of,
        ),
        written("azurerm_lb_rule", "plain", frontend_port=80, **of),
    )
    assert told(template) == told(plan)
    assert told(plan)["balancer_rule", "https"]["pools"] == ([(("balancer_pool", "pool"), True)], False)
    assert told(plan)["balancer_rule", "plain"]["probe"] == ([], False)


def test_a_machine_of_an_availability_set(tmp_path: Path) -> None:
    image = {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022", "version": "latest"}
    unattended = {"settingName": "FirstLogonCommands", "content": "<run/>"}
    template = deployed(
        tmp_path,
        arm(
            "Microsoft.Compute/availabilitySets", "set", {"platformFaultDomainCount": 3, "platformUpdateDomainCount": 5}, **PLACE
        ),
        arm(NIC, "nic", {"ipConfigurations": []}),
        arm(
            VM,
            "vm",
            {
                "availabilitySet": {"id": id_of("Microsoft.Compute/availabilitySets", "set")},
                "networkProfile": {"networkInterfaces": [{"id": id_of(NIC, "nic")}]},
                "osProfile": {
                    "computerName": "host",
                    "customData": SCRIPT,
                    "windowsConfiguration": {
                        "additionalUnattendContent": [{"settingName": "AutoLogon", "content": "s"}, unattended]
                    },
                },
                "storageProfile": {"imageReference": image},
            },
            tags={"sparekey-role": "adds-dc"},
            **PLACE,
        ),
    )
    plan = planned(
        written("azurerm_availability_set", "set"),
        written("azurerm_network_interface", "nic", ip_configuration=[], dns_servers=[]),
        written(
            "azurerm_windows_virtual_machine",
            "vm",
            availability_set_id=by("azurerm_availability_set.set"),
            network_interface_ids=[by("azurerm_network_interface.nic")],
            computer_name="host",
            custom_data=SCRIPT,
            additional_unattend_content=[{"setting": "AutoLogon", "content": "s"}, {"setting": "F", "content": "<run/>"}],
            source_image_reference=[image],
            tags={"sparekey-role": "adds-dc"},
        ),
    )
    assert told(template) == told(plan)
    assert told(plan)["machine", "vm"]["interfaces"] == ([(("network_interface", "nic"), True)], False)
    assert told(plan)["machine", "vm"]["os"] == "windows"
    assert told(plan)["availability_set", "set"] == {"region": "westeurope", "fault_domains": 3, "update_domains": 5}


def test_a_scale_set_with_its_subnet_pool_and_extension(tmp_path: Path) -> None:
    settings = {"commandToExecute": "Install-ADDSForest", "fileUris": ["https://a/b.ps1"]}
    extension = {"publisher": "Microsoft.Compute", "type": "CustomScriptExtension"}
    address = {
        "subnet": {"id": id_of(f"{NET}/subnets", "net", "a")},
        "loadBalancerBackendAddressPools": [{"id": id_of(f"{LB}/backendAddressPools", "lb", "pool")}],
    }
    profile = {
        "osProfile": {"computerNamePrefix": "pre", "windowsConfiguration": {}},
        "userData": SCRIPT,
        "networkProfile": {
            "networkInterfaceConfigurations": [
                {"name": "n", "properties": {"ipConfigurations": [{"name": "i", "properties": address}]}}
            ]
        },
        "extensionProfile": {"extensions": [{"name": "e", "properties": {**extension, "settings": settings}}]},
    }
    template = deployed(
        tmp_path,
        arm(NET, "net", {"subnets": [{"name": "a"}]}, **PLACE),
        arm(LB, "lb", {"backendAddressPools": [{"name": "pool"}]}, sku={"name": "Standard"}, **PLACE),
        arm(VMSS, "set", {"virtualMachineProfile": profile}, sku={"name": "s", "capacity": 2}, zones=["1", "2"], **PLACE),
        arm(
            "Microsoft.Insights/autoscaleSettings",
            "scale",
            {
                "enabled": True,
                "targetResourceUri": id_of(VMSS, "set"),
                "profiles": [{"capacity": {"minimum": "3"}}, {"capacity": {"minimum": "1"}}],
            },
        ),
    )
    block = {"subnet_id": "/net/a", "load_balancer_backend_address_pool_ids": [by("azurerm_lb_backend_address_pool.pool")]}
    plan = planned(
        written("azurerm_virtual_network", "net", dns_servers=[], subnet=[{"name": "a", "id": "/net/a"}]),
        written("azurerm_lb", "lb", sku="Standard"),
        written("azurerm_lb_backend_address_pool", "pool", loadbalancer_id=by("azurerm_lb.lb")),
        written(
            "azurerm_windows_virtual_machine_scale_set",
            "set",
            computer_name_prefix="pre",
            instances=2,
            zones=["1", "2"],
            user_data=SCRIPT,
            network_interface=[{"ip_configuration": [block]}],
            extension=[{"name": "e", **extension, "settings": json.dumps(settings)}],
        ),
        written(
            "azurerm_monitor_autoscale_setting",
            "scale",
            target_resource_id=by("azurerm_windows_virtual_machine_scale_set.set"),
            profile=[{"capacity": [{"minimum": 3}]}, {"capacity": [{"minimum": 1}]}],
        ),
    )
    assert told(template) == told(plan)
    found = told(plan)["machine_set", "set"]
    assert (found["subnets"], found["pools"]) == (
        ([(("subnet", "a"), True)], False),
        ([(("balancer_pool", "pool"), True)], False),
    )
    assert told(plan)["autoscale", "scale"] == {
        "target": ([(("machine_set", "set"), True)], False),
        "enabled": True,
        "minimum": 1,
    }


DSC = {
    "modulesUrl": "https://a/CreateADPDC.zip",
    "ConfigurationFunction": "CreateADPDC.ps1\\CreateADPDC",
    "properties": {"DomainName": "d"},
}
SETTINGS = [
    (
        "CustomScriptExtension",
        {"commandToExecute": "x", "fileUris": ["https://a/b.ps1"], "storageAccountName": "s"},
        ["x", "https://a/b.ps1"],
    ),
    ("DSC", DSC, ["CreateADPDC.ps1\\CreateADPDC"]),
    ("DSC", {"configuration": {"url": "https://a", "script": "s.ps1", "function": "f"}}, ["s.ps1", "f"]),
    ("DSC", {"Configuration": {"url": "https://a/z.zip"}, "configurationArguments": {"a": "b"}}, ["https://a/z.zip"]),
    ("BGInfo", {"a": "b"}, []),
]


@pytest.mark.parametrize("type_,settings,texts", SETTINGS)
def test_an_extension_runs_the_same_however_it_is_written(
    tmp_path: Path, type_: str, settings: dict[str, object], texts: list[str]
) -> None:
    template = deployed(
        tmp_path,
        arm(VM, "vm", {"osProfile": {"windowsConfiguration": {}}}, **PLACE),
        arm(f"{VM}/extensions", "vm/ext", {"publisher": "p", "type": type_, "settings": settings}, **PLACE),
    )
    plan = planned(
        written("azurerm_windows_virtual_machine", "vm"),
        written(
            "azurerm_virtual_machine_extension",
            "ext",
            type=type_,
            settings=json.dumps(settings),
            virtual_machine_id=by("azurerm_windows_virtual_machine.vm"),
        ),
    )
    assert told(template) == told(plan)
    found = told(template)["machine_script", "ext"]
    assert found["scripts"] == (texts, False)
    assert found["machine"] == ([(("machine", "vm"), True)], False)


def test_a_run_command(tmp_path: Path) -> None:
    template = deployed(
        tmp_path,
        arm(VM, "vm", {"osProfile": {"windowsConfiguration": {}}}, **PLACE),
        arm(f"{VM}/runCommands", "vm/run", {"source": {"script": "x"}, "parameters": [{"name": "a", "value": "b"}]}, **PLACE),
    )
    plan = planned(
        written("azurerm_windows_virtual_machine", "vm"),
        written(
            "azurerm_virtual_machine_run_command",
            "run",
            source=[{"script": "x"}],
            parameter=[{"name": "a", "value": "b"}],
            virtual_machine_id=by("azurerm_windows_virtual_machine.vm"),
        ),
    )
    assert told(template) == told(plan)
    assert told(plan)["machine_script", "run"]["scripts"] == (["x", "-a 'b'"], False)


@pytest.mark.parametrize("beside", [True, False])
def test_a_traffic_profile_with_its_endpoints(tmp_path: Path, beside: bool) -> None:
    profiles = "Microsoft.Network/trafficManagerProfiles"
    properties = {"target": "a.example", "endpointLocation": "West Europe", "geoMapping": ["WORLD"], "endpointStatus": "Disabled"}
    inline = {"name": "e", "type": f"{profiles}/externalEndpoints", "properties": properties}
    profile = {
        "trafficRoutingMethod": "Priority",
        "dnsConfig": {"ttl": 60},
        "monitorConfig": {"intervalInSeconds": 10},
        "endpoints": [] if beside else [inline],
    }
    resources = [arm(profiles, "p", profile)]
    resources.extend([arm(f"{profiles}/externalEndpoints", "p/e", properties)] if beside else [])
    template = deployed(tmp_path, *resources)
    plan = planned(
        Written(
            "azurerm_traffic_manager_profile",
            "p",
            {
                "name": "p",
                "traffic_routing_method": "Priority",
                "dns_config": [{"ttl": 60}],
                "monitor_config": [{"interval_in_seconds": 10}],
            },
        ),
        Written(
            "azurerm_traffic_manager_external_endpoint",
            "e",
            {
                "name": "e",
                "profile_id": by("azurerm_traffic_manager_profile.p"),
                "target": "a.example",
                "endpoint_location": "West Europe",
                "geo_mappings": ["WORLD"],
                "enabled": False,
            },
        ),
    )
    assert told(template) == told(plan)
    assert told(plan)["traffic_endpoint", "e"]["profile"] == ([(("traffic_profile", "p"), True)], False)
