"""azurerm machines, scale sets, extensions: every attribute name, old and new, and what stays unknown."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.azure_estates import Hidden, Written, mapped

from sparekey.model.kinds.hosting import Autoscale, AvailabilitySet, Machine, MachineScript, MachineSet
from sparekey.model.resource import Resource
from sparekey.model.span import Pointer
from sparekey.model.value import Known, Unknown, ValueSet

TEXT = "hostname; whoami"
B64 = base64.b64encode(TEXT.encode()).decode()
REFERENCE = [{"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022", "version": "latest"}]


def one(type_: str, **values: object) -> Resource:
    """The one resource of a declaration."""
    (found,) = mapped(Written(type_, "x", {"name": "x", "location": "West Europe", **values}))
    return found


def texts(values: ValueSet[str]) -> list[str | None]:
    """The known members; None for one that is not."""
    return [m.value if isinstance(m, Known) else None for m in values.members]


@pytest.mark.parametrize("system", ["windows", "linux"])
def test_a_machine_of_the_present_types(system: str) -> None:
    found = one(
        f"azurerm_{system}_virtual_machine", computer_name="host", zone="2", custom_data=B64, source_image_reference=REFERENCE
    )
    assert isinstance(found, Machine)
    known = [found.host_name, found.os, found.region, found.zone]
    assert [k.value for k in known if isinstance(k, Known)] == ["host", system, "westeurope", "2"]
    assert texts(found.scripts)[0] is not None
    assert TEXT in str(texts(found.scripts)[0])
    assert texts(found.images) == ["microsoftwindowsserver/windowsserver"]
    assert found.scripts.members[0].at == Pointer(file="plan.json", pointer=f"/azurerm_{system}_virtual_machine.x/custom_data")


def test_the_old_type_keeps_its_names_in_the_profile_and_no_custom_data() -> None:
    digest = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
    found = one(
        "azurerm_virtual_machine",
        os_profile=[{"computer_name": "host", "custom_data": digest}],
        os_profile_windows_config=[{"provision_vm_agent": True}],
        os_profile_linux_config=[],
        storage_image_reference=REFERENCE,
        zones=["3"],
    )
    assert isinstance(found, Machine)
    known = [found.host_name, found.os, found.zone]
    assert [k.value for k in known if isinstance(k, Known)] == ["host", "windows", "3"]
    assert found.scripts.members == ()
    assert found.scripts.open is None


@pytest.mark.parametrize(
    "type_,values,instances",
    [
        ("azurerm_windows_virtual_machine_scale_set", {"instances": 2}, 2),
        ("azurerm_linux_virtual_machine_scale_set", {"instances": 2}, 2),
        ("azurerm_virtual_machine_scale_set", {"sku": [{"name": "s", "capacity": 3}]}, 3),
        ("azurerm_orchestrated_virtual_machine_scale_set", {"sku_name": "s", "instances": 4}, 4),
        ("azurerm_orchestrated_virtual_machine_scale_set", {"instances": Hidden()}, 0),
    ],
)
def test_the_instances_of_a_scale_set(type_: str, values: dict[str, object], instances: int) -> None:
    found = one(type_, **values)
    assert isinstance(found, MachineSet)
    assert isinstance(found.instances, Known)
    assert found.instances.value == instances


@pytest.mark.parametrize(
    "profile,system",
    [
        ({"os_profile": [{"windows_configuration": [{"admin_username": "a"}], "linux_configuration": []}]}, "windows"),
        ({"os_profile": [{"windows_configuration": [], "linux_configuration": [{"admin_username": "a"}]}]}, "linux"),
        ({"os_profile": Hidden()}, None),
        ({}, None),
    ],
)
def test_the_system_of_a_flexible_set_is_that_of_its_profile(profile: dict[str, object], system: str | None) -> None:
    found = one("azurerm_orchestrated_virtual_machine_scale_set", sku_name="s", instances=1, **profile)
    assert isinstance(found, MachineSet)
    assert (found.os.value if isinstance(found.os, Known) else None) == system


def test_what_is_unknown_stays_so_and_a_null_stays_a_null() -> None:
    found = one("azurerm_windows_virtual_machine", custom_data=Hidden(sensitive=True), user_data=None, tags=Hidden(), zone=None)
    assert isinstance(found, Machine)
    assert texts(found.scripts) == [None]
    assert isinstance(found.marks.role, Unknown)
    assert isinstance(found.marks.partial, Unknown)
    assert isinstance(found.zone, Known)
    assert found.zone.value is None


def test_a_looked_up_machine_gives_nothing() -> None:
    assert mapped(Written("azurerm_virtual_machine", "x", {"name": "x"}, mode="data")) == []


def test_the_logon_of_the_unattended_set_up_is_no_script() -> None:
    logon = {"setting": "AutoLogon", "content": Hidden(sensitive=True)}
    command = {"setting": "FirstLogonCommands", "content": "<x/>"}
    found = one("azurerm_windows_virtual_machine", additional_unattend_content=[logon, command])
    assert isinstance(found, Machine)
    assert texts(found.scripts) == ["<x/>"]


@pytest.mark.parametrize(
    "minimums,value,most",
    [([3, 1, 2], 1, None), ([3], 3, None), ([3, Hidden()], None, 3), ([Hidden()], None, None), ([], None, None)],
)
def test_the_minimum_of_an_autoscale_setting_is_its_lowest(minimums: list[object], value: int | None, most: int | None) -> None:
    profiles = [{"name": "p", "capacity": [{"minimum": m}]} for m in minimums]
    found = one("azurerm_monitor_autoscale_setting", target_resource_id="/a", profile=profiles)
    assert isinstance(found, Autoscale)
    assert isinstance(found.enabled, Known)
    assert found.enabled.value is True
    if value is not None:
        assert isinstance(found.minimum, Known)
        assert found.minimum.value == value
    else:
        assert isinstance(found.minimum, Unknown)
        assert found.minimum.limits is not None
        assert found.minimum.limits.most == most


def test_an_extension_gives_every_string_of_its_settings() -> None:
    written = json.dumps({"fileUris": ["https://a/b.ps1"], "commandToExecute": TEXT, "nested": {"n": [1, {"script": B64}]}})
    found = one("azurerm_virtual_machine_extension", virtual_machine_id="/vm", type="CustomScriptExtension", settings=written)
    assert isinstance(found, MachineScript)
    joined = "\n".join(str(t) for t in texts(found.scripts))
    assert "https://a/b.ps1" in joined
    assert joined.count(TEXT) == 2


@given(st.text(max_size=200))
def test_settings_of_any_text_are_read(text: str) -> None:
    found = one("azurerm_virtual_machine_extension", virtual_machine_id="/vm", type="CustomScriptExtension", settings=text)
    assert isinstance(found, MachineScript)
    assert all(isinstance(m, Known) for m in found.scripts.members)


@pytest.mark.parametrize("text", ["[" * 100_000, "{" * 100_000, '{"a": ' * 5000 + '"x"' + "}" * 5000, "9" * 10_000])
def test_hostile_settings_are_one_text(text: str) -> None:
    found = one("azurerm_virtual_machine_extension", virtual_machine_id="/vm", type="CustomScriptExtension", settings=text)
    assert isinstance(found, MachineScript)
    assert len(found.scripts.members) <= 1


@pytest.mark.parametrize(
    "type_,name,slot,system",
    [
        ("CustomScriptExtension", "a", "extension-type/customscriptextension", "windows"),
        ("CustomScript", "a", "extension/a", "linux"),
        ("Other", "A", "extension/a", None),
    ],
)
def test_what_a_machine_can_hold_once(type_: str, name: str, slot: str, system: str | None) -> None:
    (found,) = mapped(
        Written("azurerm_virtual_machine_extension", "e", {"name": name, "type": type_, "virtual_machine_id": "/vm"})
    )
    assert isinstance(found, MachineScript)
    assert isinstance(found.slot, Known)
    assert isinstance(found.os, Known)
    assert (found.slot.value, found.os.value) == (slot, system)


def test_a_run_command_gives_its_script_and_its_parameters() -> None:
    found = one(
        "azurerm_virtual_machine_run_command",
        virtual_machine_id="/vm",
        source=[{"script": TEXT}],
        parameter=[{"name": "ConnectorGroup", "value": "hr"}],
        protected_parameter=[{"name": "token", "value": Hidden(sensitive=True)}],
    )
    assert isinstance(found, MachineScript)
    assert texts(found.scripts) == [TEXT, "-ConnectorGroup 'hr'", None]


@pytest.mark.parametrize(
    "values,counts", [({}, (3, 5)), ({"platform_fault_domain_count": 2, "platform_update_domain_count": 20}, (2, 20))]
)
def test_an_availability_set_has_the_documented_defaults(values: dict[str, object], counts: tuple[int, int]) -> None:
    found = one("azurerm_availability_set", **values)
    assert isinstance(found, AvailabilitySet)
    assert [v.value for v in (found.fault_domains, found.update_domains) if isinstance(v, Known)] == list(counts)


@pytest.mark.parametrize("publisher,system", [("MicrosoftWindowsServer", "windows"), ("Canonical", "linux"), ("somebody", None)])
def test_the_publisher_of_an_image_tells_the_system_where_nothing_else_does(publisher: str, system: str | None) -> None:
    found = one("azurerm_virtual_machine", storage_image_reference=[{"publisher": publisher, "offer": "o"}])
    assert isinstance(found, Machine)
    assert (found.os.value if isinstance(found.os, Known) else None) == system


def test_what_protects_the_arguments_of_a_configuration_hides_nothing() -> None:
    settings = json.dumps({"ModulesUrl": "https://a/b.zip", "ConfigurationFunction": "b.ps1\\Main", "Properties": {"x": "y"}})
    found = one("azurerm_virtual_machine_extension", type="DSC", settings=settings, protected_settings=Hidden(sensitive=True))
    assert isinstance(found, MachineScript)
    assert texts(found.scripts) == ["b.ps1\\Main"]


@pytest.mark.parametrize(
    "type_, system",
    [
        ("AzureDiskEncryptionForLinux", "linux"),
        ("HpcVmDrivers", None),
        ("NvidiaGpuDriverWindows", None),
        ("ServiceFabricNode", None),
        ("SqlIaaSAgent", None),
    ],
)
def test_an_extension_that_does_one_thing_of_its_own_runs_no_script(type_: str, system: str | None) -> None:
    found = one("azurerm_virtual_machine_extension", type=type_, settings="{}", protected_settings=Hidden(sensitive=True))
    assert isinstance(found, MachineScript)
    assert texts(found.scripts) == []
    assert isinstance(found.os, Known)
    assert found.os.value == system


def test_an_extension_for_linux_is_one_by_its_type() -> None:
    found = one("azurerm_virtual_machine_extension", type="OmsAgentForLinux", settings="{}")
    assert isinstance(found, MachineScript)
    assert isinstance(found.os, Known)
    assert found.os.value == "linux"


def test_a_configuration_whose_name_cannot_be_read_hides_what_runs() -> None:
    found = one("azurerm_virtual_machine_extension", type="DSC", settings=Hidden())
    assert isinstance(found, MachineScript)
    assert texts(found.scripts) == [None]
