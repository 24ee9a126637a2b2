"""ARM: what a machine is told to run and where it stands, by every way that a template has to say it, and what stays open."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.azure_templates import arm, deployed, ends, id_of, plain

from sparekey.config import Config
from sparekey.facts import agent_groups
from sparekey.model.estate import Estate
from sparekey.model.kinds.agents import AgentGroup
from sparekey.model.kinds.hosting import Autoscale, AvailabilitySet, Machine, MachineScript, MachineSet
from sparekey.model.kinds.network import NetworkInterface
from sparekey.model.resource import Resource
from sparekey.model.value import Known, Unknown

VM = "Microsoft.Compute/virtualMachines"
VMSS = "Microsoft.Compute/virtualMachineScaleSets"
SUBNETS = "Microsoft.Network/virtualNetworks/subnets"
WINDOWS: Mapping[str, object] = {"osProfile": {"windowsConfiguration": {}}}
CUSTOM = {"publisher": "Microsoft.Compute", "type": "CustomScriptExtension"}


def one(estate: Estate, kind: str) -> Resource:
    """The one resource of a kind."""
    (found,) = estate.of(kind)
    return found


def machine(tmp_path: Path, properties: Mapping[str, object], **more: object) -> Machine:
    """The machine of a template that holds no other."""
    found = one(deployed(tmp_path, arm(VM, "vm", properties), **more), "machine")
    assert isinstance(found, Machine)
    return found


def script(estate: Estate) -> MachineScript:
    """The one script."""
    found = one(estate, "machine_script")
    assert isinstance(found, MachineScript)
    return found


@pytest.mark.parametrize(
    "properties,system",
    [
        ({"osProfile": {"windowsConfiguration": {"provisionVMAgent": True}}}, "windows"),
        ({"osProfile": {"linuxConfiguration": {}}}, "linux"),
        ({"storageProfile": {"osDisk": {"osType": "Windows"}}}, "windows"),
        ({"storageProfile": {"imageReference": {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer"}}}, "windows"),
        ({"storageProfile": {"imageReference": {"publisher": "Canonical", "offer": "UbuntuServer"}}}, "linux"),
        ({"storageProfile": {"imageReference": {"publisher": "somebody", "offer": "appliance"}}}, None),
        ({"osProfile": "[parameters('p')]"}, None),
        ({"storageProfile": {"osDisk": {"osType": "[parameters('p')]"}}}, None),
        ({}, None),
    ],
)
def test_the_system_of_a_machine(tmp_path: Path, properties: Mapping[str, object], system: str | None) -> None:
    found = machine(tmp_path, properties, parameters={"p": {"type": "string"}})
    assert (found.os.value if isinstance(found.os, Known) else None) == system


@pytest.mark.parametrize("zones,zone", [([], None), (["2"], "2"), (None, None), (["1", "2"], "unknown"), ("[x]", "unknown")])
def test_the_zone_of_a_machine(tmp_path: Path, zones: object, zone: object) -> None:
    found = one(deployed(tmp_path, arm(VM, "vm", WINDOWS, zones=zones)), "machine")
    assert isinstance(found, Machine)
    assert plain(found.zone) == zone


def test_start_data_is_read_as_the_machine_reads_it(tmp_path: Path) -> None:
    data = base64.b64encode(b"Install-AdfsFarm").decode()
    profile = {"osProfile": {"customData": data, "windowsConfiguration": {}}, "userData": "[base64('Add-AdfsFarmNode')]"}
    found = machine(tmp_path, profile)
    assert ["Install-AdfsFarm" in str(plain(t)) for t in found.scripts.members] == [True, False]
    assert plain(found.scripts.members[1]) == "Add-AdfsFarmNode"


def test_a_secret_is_no_script_and_is_not_shown(tmp_path: Path) -> None:
    unattended = {"settingName": "FirstLogonCommands", "content": "[parameters('secret')]"}
    profile = {"osProfile": {"windowsConfiguration": {"additionalUnattendContent": [unattended]}}}
    secret = {"type": "secureString", "defaultValue": "hunter2"}
    found = machine(tmp_path, profile, parameters={"secret": secret})
    assert [plain(t) for t in found.scripts.members] == ["unknown"]
    assert "hunter2" not in repr(found)


def test_interfaces_within_a_machine_count_with_those_that_it_names(tmp_path: Path) -> None:
    nic = "Microsoft.Network/networkInterfaces"
    inner = {"ipConfigurations": [{"name": "i", "properties": {"subnet": {"id": id_of(SUBNETS, "net", "a")}}}]}
    profile = {
        "networkInterfaces": [{"id": id_of(nic, "nic")}],
        "networkInterfaceConfigurations": [{"name": "own", "properties": inner}],
    }
    network = arm("Microsoft.Network/virtualNetworks", "net", {"subnets": [{"name": "a"}]})
    estate = deployed(tmp_path, network, arm(nic, "nic", {"ipConfigurations": []}), arm(VM, "vm", {"networkProfile": profile}))
    assert ends(estate, one(estate, "machine"), "interfaces") == [("nic", True), ("own", True)]
    own = next(i for i in estate.of("network_interface") if plain(i.name) == "own")
    assert isinstance(own, NetworkInterface)
    assert ends(estate, own, "subnets") == [("a", True)]


@pytest.mark.parametrize(
    "profile,mode,capacity,instances",
    [
        (WINDOWS, None, 3, 3),
        (WINDOWS, "Flexible", 3, 3),
        (WINDOWS, None, None, "unknown"),
        (None, "Flexible", None, 0),
        (None, "flexible", 3, 0),
        (None, "Uniform", 3, "unknown"),
        (None, "[x]", 3, "unknown"),
        ("[x]", "Flexible", 3, "unknown"),
        (WINDOWS, None, "[x]", "unknown"),
    ],
)
def test_the_instances_of_a_scale_set(tmp_path: Path, profile: object, mode: object, capacity: object, instances: object) -> None:
    properties = {"virtualMachineProfile": profile, "orchestrationMode": mode}
    found = one(deployed(tmp_path, arm(VMSS, "set", properties, sku={"name": "s", "capacity": capacity})), "machine_set")
    assert isinstance(found, MachineSet)
    assert plain(found.instances) == instances


def test_a_profile_that_cannot_be_read_gives_at_most_what_is_written(tmp_path: Path) -> None:
    found = one(deployed(tmp_path, arm(VMSS, "s", {"virtualMachineProfile": "[x]"}, sku={"capacity": 4})), "machine_set")
    assert isinstance(found, MachineSet)
    assert isinstance(found.instances, Unknown)
    assert found.instances.limits is not None
    assert (found.instances.limits.least, found.instances.limits.most) == (0, 4)
    assert found.subnets.values.open is not None
    assert found.pools.values.open is not None
    assert found.scripts.open is not None or any(isinstance(m, Unknown) for m in found.scripts.members)


def test_counts_that_the_service_chooses_are_not_known(tmp_path: Path) -> None:
    found = one(deployed(tmp_path, arm("Microsoft.Compute/availabilitySets", "a", sku={"name": "Aligned"})), "availability_set")
    assert isinstance(found, AvailabilitySet)
    assert (plain(found.fault_domains), plain(found.update_domains)) == ("unknown", "unknown")


@pytest.mark.parametrize("enabled,value", [(True, True), (False, False), (None, "unknown"), ("[x]", "unknown")])
def test_whether_an_autoscale_setting_is_enabled(tmp_path: Path, enabled: object, value: object) -> None:
    properties = {"enabled": enabled, "profiles": [{"capacity": {"minimum": "2"}}], "targetResourceUri": id_of(VMSS, "elsewhere")}
    found = one(deployed(tmp_path, arm("Microsoft.Insights/autoscaleSettings", "a", properties)), "autoscale")
    assert isinstance(found, Autoscale)
    assert plain(found.enabled) == value
    assert plain(found.minimum) == 2


PARAMETER = {"vm": {"type": "string"}}
NESTED = {
    **arm(VM, "vm", WINDOWS),
    "resources": [{"type": "extensions", "name": "ext", "apiVersion": "2023-01-01", "properties": CUSTOM}],
}
NAMES = {"type": "extensions", "name": "ext", "apiVersion": "2023-01-01", "properties": CUSTOM}
WAYS: list[tuple[list[object], list[tuple[str, bool]]]] = [
    ([arm(VM, "vm", WINDOWS), arm(f"{VM}/extensions", "vm/ext", CUSTOM)], [("vm", True)]),
    ([arm(VM, "vm", WINDOWS), arm(f"{VM}/extensions", "VM/ext", CUSTOM)], [("vm", True)]),
    ([NESTED], [("vm", True)]),
    (
        [arm(VM, "[parameters('vm')]", WINDOWS), arm(f"{VM}/extensions", "[concat(parameters('vm'), '/ext')]", CUSTOM)],
        [("", True)],
    ),
    ([arm(VM, "vm", WINDOWS), arm(f"{VM}/extensions", "[concat(parameters('vm'), '/ext')]", CUSTOM)], [("...", False)]),
    ([arm(VM, "vm", WINDOWS), arm(f"{VM}/extensions", "other/ext", CUSTOM)], [("...", False)]),
    ([arm(VMSS, "set", {"virtualMachineProfile": WINDOWS}), arm(f"{VMSS}/extensions", "set/ext", CUSTOM)], [("set", True)]),
]


@pytest.mark.parametrize("resources,machines", WAYS)
def test_an_extension_runs_on_what_it_lies_in(tmp_path: Path, resources: list[object], machines: list[tuple[str, bool]]) -> None:
    estate = deployed(tmp_path, *resources, parameters=PARAMETER)
    assert ends(estate, script(estate), "machine") == machines


def test_each_machine_of_a_loop_has_its_own_extension(tmp_path: Path) -> None:
    loop = {"copy": {"name": "l", "count": 2}}
    estate = deployed(
        tmp_path,
        {**arm(VM, "[concat('vm', copyIndex())]", WINDOWS), **loop},
        {**arm(f"{VM}/extensions", "[concat('vm', copyIndex(), '/ext')]", CUSTOM), **loop},
    )
    assert [ends(estate, s, "machine") for s in estate.of("machine_script")] == [[("vm0", True)], [("vm1", True)]]


@pytest.mark.parametrize("scope", [None, "rg2"])
def test_the_machine_is_the_one_of_the_same_group(tmp_path: Path, scope: str | None) -> None:
    inner = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
    }
    resources = [arm(VM, "vm", WINDOWS), arm(f"{VM}/extensions", "vm/ext", CUSTOM)]
    nested = {
        **arm("Microsoft.Resources/deployments", "d", {"mode": "Incremental", "template": {**inner, "resources": resources}}),
        **({"resourceGroup": scope} if scope else {}),
    }
    estate = deployed(tmp_path, *([arm(VM, "vm", WINDOWS)] if scope else []), nested)
    (edge,) = estate.linked(script(estate), "machine").members
    assert edge.certain
    assert edge.target == f"main.json#{VM}/vm" + (" in rg2" if scope else "")


SETTINGS: list[tuple[object, list[object]]] = [
    ({"commandToExecute": "x"}, ["x"]),
    ({"commandToExecute": "[parameters('p')]", "fileUris": ["https://a/b.ps1"]}, ["unknown", "https://a/b.ps1"]),
    ("[parameters('p')]", ["unknown"]),
    ({"storageAccountName": "[parameters('p')]", "storageAccountKey": "[parameters('p')]", "commandToExecute": "x"}, ["x"]),
    ({"nested": {"n": [1, True, None, {"script": "x"}]}}, ["x"]),
    (None, []),
]


@pytest.mark.parametrize("settings,texts", SETTINGS)
@pytest.mark.parametrize("where", ["settings", "protectedSettings"])
def test_what_an_extension_runs(tmp_path: Path, settings: object, texts: list[object], where: str) -> None:
    properties = {**CUSTOM, where: settings}
    estate = deployed(tmp_path, arm(f"{VM}/extensions", "vm/ext", properties), parameters={"p": {"type": "string"}})
    assert [plain(t) for t in script(estate).scripts.members] == texts


def test_settings_in_a_key_vault_and_a_type_that_is_not_known_hide_what_runs(tmp_path: Path) -> None:
    vault = {"protectedSettingsFromKeyVault": {"secretUrl": "u", "sourceVault": {"id": "v"}}}
    for properties in ({**CUSTOM, **vault}, {"type": "[x]", "settings": {"commandToExecute": "x"}}):
        found = script(deployed(tmp_path, arm(f"{VM}/extensions", "vm/ext", properties)))
        assert [plain(t) for t in found.scripts.members] == ["unknown"]


def test_settings_of_any_depth_are_read_or_asked_for(tmp_path: Path) -> None:
    deep: object = "x"
    for _ in range(90):
        deep = {"a": deep}
    found = script(deployed(tmp_path, arm(f"{VM}/extensions", "vm/ext", {**CUSTOM, "settings": deep})))
    assert [plain(t) for t in found.scripts.members] in (["unknown"], ["x"])


ROLES = [
    ({"ConfigurationFunction": "CreateADPDC.ps1\\CreateADPDC"}, "adds-dc"),
    ({"ConfigurationFunction": "azure.ps1\\CreateDomainController"}, "adds-dc"),
    ({"configuration": {"url": "https://a", "script": "ConfigureADBDC.ps1", "function": "ConfigureADBDC"}}, "adds-dc"),
    ({"ConfigurationFunction": "Configuration.ps1\\SessionHost", "ModulesUrl": "https://a/CreateADPDC.ps1.zip"}, None),
    ({"ConfigurationFunction": "PrepareADBDC.ps1\\PrepareADBDC"}, None),
    ({"ConfigurationFunction": "DeployIIS.ps1\\Main", "configurationArguments": {"x": "Install-ADDSForest"}}, None),
]


@pytest.mark.parametrize("settings,role", ROLES)
def test_a_domain_controller_is_known_by_its_configuration(tmp_path: Path, settings: dict[str, object], role: str | None) -> None:
    dsc = {"publisher": "Microsoft.Powershell", "type": "DSC", "settings": settings}
    protected = {"protectedSettings": {"configurationArguments": {"password": "[parameters('p')]"}}}
    estate = deployed(
        tmp_path,
        arm(VM, "vm", WINDOWS),
        arm(f"{VM}/extensions", "vm/dsc", {**dsc, **protected}),
        parameters={"p": {"type": "securestring"}},
    )
    groups = [found for found in agent_groups.DERIVATION.derive(estate, Config()) if isinstance(found, AgentGroup)]
    assert [plain(g.role) for g in groups] == ([role] if role else [])
    assert all((g.agents.least, len(g.members.members)) == (1, 1) for g in groups)


@pytest.mark.parametrize(
    "type_,runs", [("CustomScript", False), ("CustomScriptForLinux", False), ("CustomScriptExtension", True), ("Other", True)]
)
def test_an_extension_for_linux_in_a_profile_runs_nothing_that_has_a_role(tmp_path: Path, type_: str, runs: bool) -> None:
    settings = {"type": type_, "settings": {"commandToExecute": "[parameters('p')]"}}
    profile = {**WINDOWS, "extensionProfile": {"extensions": [{"name": "e", "properties": settings}]}}
    estate = deployed(tmp_path, arm(VMSS, "set", {"virtualMachineProfile": profile}), parameters={"p": {"type": "string"}})
    found = one(estate, "machine_set")
    assert isinstance(found, MachineSet)
    assert bool(found.scripts.members) is runs


ADDRESSES = [
    ("https://a/scripts/Configure.ps1", True),
    ("[uri(parameters('l'), 'scripts/Configure.ps1')]", True),
    ("[concat(parameters('l'), 'scripts/Configure.ps1', parameters('p'))]", True),
    ("[uri(deployment().properties.templateLink.uri, 'scripts/Configure.ps1')]", True),
    ("[concat('https://', parameters('l'), '/scripts/Configure.ps1')]", False),
    ("[parameters('l')]", False),
    ("[concat(parameters('l'), parameters('p'))]", False),
]


@pytest.mark.parametrize("address,named", ADDRESSES)
def test_a_file_is_what_its_name_says_wherever_it_lies(tmp_path: Path, address: str, named: bool) -> None:
    """Nobody sees what is in it, whether its whole address is written or only its path."""
    settings = {"fileUris": [address], "commandToExecute": "powershell -File Configure.ps1"}
    parameters = {"l": {"type": "string"}, "p": {"type": "securestring"}}
    estate = deployed(tmp_path, arm(f"{VM}/extensions", "vm/ext", {**CUSTOM, "settings": settings}), parameters=parameters)
    first, second = (plain(text) for text in script(estate).scripts.members)
    assert (str(first).endswith("scripts/Configure.ps1"), second) == (named, "powershell -File Configure.ps1")


def test_a_command_of_which_only_the_end_is_known_is_no_file(tmp_path: Path) -> None:
    settings = {"commandToExecute": "[concat(parameters('l'), '/Configure.ps1')]"}
    parameters = {"l": {"type": "string"}}
    estate = deployed(tmp_path, arm(f"{VM}/extensions", "vm/ext", {**CUSTOM, "settings": settings}), parameters=parameters)
    assert [plain(text) for text in script(estate).scripts.members] == ["unknown"]


@pytest.mark.parametrize("type_", ["ConfigurationforWindows", "ConfigurationForLinux"])
def test_machine_configuration_runs_nothing(tmp_path: Path, type_: str) -> None:
    given = {"publisher": "Microsoft.GuestConfiguration", "type": type_, "settings": {"x": "[parameters('l')]"}}
    estate = deployed(tmp_path, arm(f"{VM}/extensions", "vm/ext", given), parameters={"l": {"type": "string"}})
    assert script(estate).scripts.members == ()
