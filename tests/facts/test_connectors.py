"""Connector groups: laws over generated estates first, then the traps one by one."""

from __future__ import annotations

import base64
import itertools
import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.azure_estates import (
    INSTALL,
    Hidden,
    Written,
    derived,
    entry,
    estate,
    extension,
    machine,
    on,
    scale_set,
    scaler,
    tags,
)

from sparekey.model.kinds.hybrid import Connector
from sparekey.model.span import Pointer
from sparekey.model.value import Unknown

LEAK = Unknown(reason="what is in other.json? it could not be read", at=Pointer(file="other.json", pointer=""))
SECRET = Hidden(sensitive=True)


# --- laws ---------------------------------------------------------------------------------------------------------------


@st.composite
def things(draw: st.DrawFn, deployment: str = "plan.json", prefix: str = "") -> list[Written]:
    """Machines with and without tags and scripts, scale sets with and without autoscale, extensions with known and unknown targets.

    The extensions are of two types: Azure refuses two of one type on a machine.
    """
    found: list[Written] = []
    for n in range(draw(st.integers(0, 4))):
        name = f"{prefix}m{n}"
        tagged = draw(st.sampled_from([None, tags("hr"), tags("HR"), tags("payroll"), tags(None), tags(None, "adds-dc")]))
        script = draw(st.sampled_from([None, None, INSTALL, f"{INSTALL}; ./x.ps1 -ConnectorGroupName hr", "hostname"]))
        found.append(machine(name, tagged, user_data=script, deployment=deployment))
    hosts = [f"{w.type}.{w.name}" for w in found]
    for n in range(draw(st.integers(0, 2))) if hosts else ():
        target = draw(
            st.sampled_from(
                [Hidden(refs=(hosts[0],), certain=True), Hidden(refs=tuple(hosts)), Hidden(), "/subscriptions/0/vm/x"]
            )
        )
        found.append(extension(f"{prefix}e{n}", target, deployment=deployment, name=f"e{n}", type=f"Script{n}"))
    for n in range(draw(st.integers(0, 1))) if not prefix else ():
        found.append(scale_set(f"s{n}", draw(st.integers(0, 3)), draw(st.sampled_from([None, tags("hr")]))))
        if draw(st.booleans()):
            target = draw(st.sampled_from([on(f"s{n}", "azurerm_windows_virtual_machine_scale_set"), Hidden()]))
            found.append(scaler(f"a{n}", target, draw(st.integers(0, 3))))
    return found


listed = st.lists(
    st.builds(
        lambda n, g, h: entry(f"c{n}", g, host=h),
        st.integers(0, 3),
        st.sampled_from(["hr", "Hr", "payroll", None]),
        st.sampled_from([None, "vm-m0", "VM-M1.corp.example.com", "onprem-1", "10.0.0.4"]),
    ),
    max_size=2,
    unique_by=lambda e: e.head.address,
)


@given(found=things(), inventory=listed, complete=st.booleans(), seed=st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_the_order_of_files_changes_nothing(
    *, found: list[Written], inventory: list[Connector], complete: bool, seed: int
) -> None:
    shuffled = random.Random(seed).sample(found, len(found))
    one, other = (derived(estate(*order, inventory=inventory, complete=complete)) for order in (found, shuffled))
    assert {k: one.bounds(k) for k in one.groups} == {k: other.bounds(k) for k in other.groups}
    assert one.unclassified.keys() == other.unclassified.keys()


@given(found=things(), away=things("dev.json", "dev"), inventory=listed, complete=st.booleans())
@settings(max_examples=150, deadline=None)
def test_another_deployment_makes_nothing_redundant(
    *, found: list[Written], away: list[Written], inventory: list[Connector], complete: bool
) -> None:
    """It creates no group, raises no lower bound, lowers no upper one."""
    alone = derived(estate(*found, inventory=inventory, complete=complete))
    beside = derived(estate(*found, *away, inventory=inventory, complete=complete))
    assert alone.groups.keys() == beside.groups.keys()
    for key in alone.groups:
        (least, most), (least_beside, most_beside) = alone.bounds(key), beside.bounds(key)
        assert least_beside == least
        assert most_beside is None or (most is not None and most_beside >= most)


@given(found=things(), inventory=listed, complete=st.booleans(), data=st.data())
@settings(max_examples=300, deadline=None)
def test_hiding_a_value_only_widens(
    *, found: list[Written], inventory: list[Connector], complete: bool, data: st.DataObject
) -> None:
    """Whatever attribute is blanked: every bound stays or widens; a group that vanishes leaves something unclassified behind."""
    if not found:
        return
    before = derived(estate(*found, inventory=inventory, complete=complete))
    index = data.draw(st.integers(0, len(found) - 1))
    attribute = data.draw(st.sampled_from(sorted(found[index].values)))
    blanked = replace(found[index], values={**found[index].values, attribute: Hidden(beyond="local.blanked")})
    after = derived(estate(*found[:index], blanked, *found[index + 1 :], inventory=inventory, complete=complete))
    for key in before.groups:
        if key not in after.groups:
            assert after.unclassified
            continue
        (least, most), (least_after, most_after) = before.bounds(key), after.bounds(key)
        assert least_after <= least
        assert most_after is None or (most is not None and most_after >= most)
    for key in after.groups.keys() - before.groups.keys():
        assert after.groups[key].head.presence.answer == "maybe"
        assert after.groups[key].connectors.least == 0


@given(st.lists(st.sampled_from(["known", "hidden"]), max_size=3), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_the_bounds_hold_in_every_world(names: list[str], count: int) -> None:
    """Entries of the inventory without a host may each be any one machine of the group, or none: try all ways."""
    hosts = [machine(f"m{i}", tags(), computer_name=f"vm-m{i}" if n == "known" else Hidden()) for i, n in enumerate(names)]
    inventory = [entry(f"free text {i}") for i in range(count)]
    found = derived(estate(*hosts, inventory=inventory))
    if not hosts and not inventory:
        assert not found.groups
        return
    worlds = [
        len(hosts) + sum(choice is None for choice in choices)
        for choices in itertools.product([None, *range(len(hosts))], repeat=count)
        if len({c for c in choices if c is not None}) == sum(c is not None for c in choices)
    ]
    assert found.bounds("hr") == (min(worlds), max(worlds))


# --- tags ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3])
def test_tagged_machines_are_counted_and_nothing_else_is_asked(count: int) -> None:
    found = derived(estate(*(machine(f"m{i}", tags()) for i in range(count)), machine("plain")))
    assert found.bounds("hr") == (count, count)
    assert found.groups["hr"].connectors.missing == ()
    assert not found.unclassified


def test_the_place_of_a_tagged_group_is_the_tag() -> None:
    found = derived(estate(machine("a", tags())))
    assert found.groups["hr"].at == Pointer(file="plan.json", pointer="/azurerm_windows_virtual_machine.a/tags/sparekey-group")


def test_groups_are_merged_without_regard_to_case() -> None:
    found = derived(estate(machine("a", tags("HR")), machine("b", tags("hr "))))
    assert found.groups.keys() == {"hr"}
    assert found.bounds("hr") == (2, 2)


def test_a_role_without_a_group_is_in_the_default_group_and_closed() -> None:
    assert derived(estate(machine("a", tags(None)))).bounds("default") == (1, 1)


@pytest.mark.parametrize("tagged", [{"sparekey-group": "hr"}, {"sparekey-role": "conector", "sparekey-group": "hr"}])
def test_a_group_without_a_readable_role_is_asked_about(tagged: dict[str, object]) -> None:
    found = derived(estate(machine("a", tagged), machine("b", tags())))
    assert found.unclassified.keys() == {"azurerm_windows_virtual_machine.a"}
    assert found.bounds("hr") == (1, 2)


def test_another_role_is_believed_whatever_the_scripts_say() -> None:
    found = derived(
        estate(machine("dc", tags(None, "adds-dc"), user_data=INSTALL), machine("b", tags(None, "idp"), user_data=SECRET))
    )
    assert not found.groups
    assert not found.unclassified


def test_partial_opens_a_tagged_group() -> None:
    assert derived(estate(machine("a", tags("hr", partial="true")), machine("b", tags()))).bounds("hr") == (2, None)
    assert derived(estate(machine("a", tags("hr", partial="false")))).bounds("hr") == (1, 1)


def test_hidden_tags_are_asked_about_and_raise_every_tagged_group() -> None:
    found = derived(estate(machine("a", tags()), machine("b", tags("payroll")), machine("c", Hidden())))
    assert found.unclassified.keys() == {"azurerm_windows_virtual_machine.c"}
    assert found.bounds("hr") == found.bounds("payroll") == (1, None)
    role = {"sparekey-role": Hidden()}
    assert derived(estate(machine("a", tags()), machine("c", role))).bounds("hr") == (1, 2)


def test_what_is_unread_opens_tagged_groups_and_complete_kinds_but_no_list() -> None:
    assert derived(estate(machine("a", tags()), leaks=[LEAK])).bounds("hr") == (1, None)
    assert derived(estate(machine("a", None, user_data=INSTALL), complete=True, leaks=[LEAK])).bounds("default") == (1, None)
    assert derived(estate(inventory=[entry("a")], leaks=[LEAK])).bounds("hr") == (1, 1)


# --- scripts and images ---------------------------------------------------------------------------------------------------


def test_a_script_alone_leaves_its_group_open_and_complete_closes_it() -> None:
    alone = machine("a", None, user_data=INSTALL)
    assert derived(estate(alone)).bounds("default") == (1, None)
    assert derived(estate(alone, complete=True)).bounds("default") == (1, 1)


@pytest.mark.parametrize(
    "values",
    [
        {"user_data": base64.b64encode(INSTALL.encode()).decode()},
        {"user_data": base64.b64encode(INSTALL.encode("utf-16-le")).decode()},
        {"user_data": "powershell -EncodedCommand " + base64.b64encode(INSTALL.encode("utf-16-le")).decode()},
        {"user_data": INSTALL.upper()},
        {"additional_unattend_content": [{"setting": "FirstLogonCommands", "content": f"<CommandLine>{INSTALL}</CommandLine>"}]},
        {
            "plan": [
                {"publisher": "microsoftcorporation1687208452115", "product": "entraprivatenetworkconnector", "name": "connector"}
            ]
        },
        {
            "source_image_reference": [
                {"publisher": "MicrosoftCorporation1687208452115", "offer": "EntraPrivateNetworkConnector", "sku": "x"}
            ]
        },
    ],
)
def test_every_way_of_showing_an_installation_counts(values: dict[str, object]) -> None:
    assert derived(estate(replace(machine("a"), values={**machine("a").values, **values}))).bounds("default") == (1, None)


def test_a_linux_machine_is_no_connector_by_script() -> None:
    linux = replace(machine("a", None, user_data=INSTALL, custom_data=SECRET), type="azurerm_linux_virtual_machine")
    found = derived(estate(linux))
    assert not found.groups
    assert not found.unclassified


def test_an_extension_on_a_tagged_machine_adds_nothing() -> None:
    found = derived(estate(machine("a", tags()), extension("e", on("a"))))
    assert found.groups.keys() == {"hr"}
    assert found.bounds("hr") == (1, 1)


def test_extensions_of_a_loop_are_as_many_machines() -> None:
    """Each extension may be on each machine, but a machine holds one of them: three are on three."""
    hosts = [machine(f'p["{i}"]') for i in range(3)]
    among = Hidden(refs=tuple(f"{h.type}.{h.name}" for h in hosts))
    scripts = [extension(f'e["{i}"]', among) for i in range(3)]
    assert derived(estate(*hosts, *scripts)).bounds("default") == (3, None)
    assert derived(estate(*hosts, *scripts, complete=True)).bounds("default") == (3, 3)
    assert derived(estate(*hosts, scripts[0], complete=True)).bounds("default") == (1, 1)


def test_extensions_of_a_loop_over_tagged_machines_add_nothing() -> None:
    hosts = [machine(f'p["{i}"]', tags()) for i in range(2)]
    among = Hidden(refs=tuple(f"{h.type}.{h.name}" for h in hosts))
    found = derived(estate(*hosts, *(extension(f'e["{i}"]', among) for i in range(2))))
    assert found.groups.keys() == {"hr"}
    assert found.bounds("hr") == (2, 2)


def test_different_run_commands_may_be_on_one_machine() -> None:
    among = Hidden(refs=("azurerm_windows_virtual_machine.a", "azurerm_windows_virtual_machine.b"))
    commands = [
        Written(
            "azurerm_virtual_machine_run_command", n, {"name": n, "virtual_machine_id": among, "source": [{"script": INSTALL}]}
        )
        for n in ("one", "two")
    ]
    assert derived(estate(machine("a"), machine("b"), *commands, complete=True)).bounds("default") == (1, 2)


def test_the_group_is_read_from_the_parameters_of_the_script() -> None:
    settings_ = json.dumps({"commandToExecute": f'{INSTALL}; .\\boot.ps1 -ConnectorGroupName "DMZ Connectors"'})
    found = derived(estate(machine("a"), extension("e", on("a"), settings=settings_)))
    assert found.groups.keys() == {"dmz connectors"}


def test_a_group_in_a_variable_is_asked_for() -> None:
    found = derived(estate(machine("a", None, user_data=f"{INSTALL}; ./x.ps1 -ConnectorGroup $group"), machine("b", tags())))
    assert found.groups.keys() == {"hr"}
    assert found.bounds("hr") == (1, 2)
    assert found.unclassified


def test_a_script_without_a_group_may_have_been_moved_to_a_tagged_one() -> None:
    found = derived(estate(machine("a", tags()), machine("b", None, user_data=INSTALL)))
    assert found.bounds("hr") == (1, 2)
    assert found.bounds("default") == (1, None)


def test_a_script_with_the_group_of_tagged_machines_counts_with_them() -> None:
    script = f"{INSTALL}; ./x.ps1 -ConnectorGroupName hr"
    found = derived(estate(machine("a", tags()), machine("b", None, user_data=script)))
    assert found.bounds("hr") == (2, 2)


@pytest.mark.parametrize("place", [{"custom_data": SECRET}, {"user_data": Hidden()}, {"source_image_reference": Hidden()}])
def test_what_cannot_be_read_may_be_a_connector(place: dict[str, object]) -> None:
    found = derived(estate(machine("a", tags()), replace(machine("b"), values={**machine("b").values, **place})))
    assert found.unclassified.keys() == {"azurerm_windows_virtual_machine.b"}
    assert found.bounds("hr") == (1, 2)


def test_sensitive_settings_of_an_extension_that_runs_nothing_hide_nothing() -> None:
    join_domain = extension("e", on("b"), type="JsonADDomainExtension", protected_settings=SECRET)
    found = derived(estate(machine("a", tags()), machine("b"), join_domain))
    assert not found.unclassified
    assert found.bounds("hr") == (1, 1)


def test_settings_kept_in_a_key_vault_hide_what_they_run() -> None:
    script = extension("e", on("b"), settings=None, protected_settings_from_key_vault=[{"secret_url": "https://kv/x"}])
    assert derived(estate(machine("b"), script)).unclassified.keys() == {"azurerm_windows_virtual_machine.b"}


def test_an_installation_on_a_machine_of_another_configuration_counts_once() -> None:
    elsewhere = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/conn"
    scripts = [extension(n, elsewhere.upper() if n == "e2" else elsewhere, name=n) for n in ("e1", "e2")]
    assert derived(estate(*scripts, complete=True)).bounds("default") == (1, 1)


# --- scale sets -----------------------------------------------------------------------------------------------------------

SET = "azurerm_windows_virtual_machine_scale_set"


@pytest.mark.parametrize(
    "parts,bounds",
    [
        ([scale_set("s", 1, tags())], (1, 1)),
        ([scale_set("s", 3, tags())], (3, 3)),
        ([scale_set("s", Hidden(), tags())], (0, None)),
        ([scale_set("s", 3, tags()), scaler("a", on("s", SET), 3, 1)], (1, 1)),
        ([scale_set("s", 1, tags()), scaler("a", on("s", SET), 3)], (3, 3)),
        ([scale_set("s", 3, tags()), scaler("a", on("s", SET), 1, enabled=False)], (3, 3)),
        ([scale_set("s", 3, tags()), scaler("a", on("s", SET), 1, enabled=Hidden())], (1, 3)),
        ([scale_set("s", 3, tags()), scaler("a", on("s", SET), 1, Hidden())], (0, 1)),
        ([scale_set("s", 3, tags()), scaler("a", Hidden(), 2)], (2, 3)),
        ([scale_set("s", 3, tags()), scaler("a", on("other", SET), 1)], (3, 3)),
        ([scale_set("s", 3, tags()), scaler("a", "/subscriptions/0/vmss/other", 1)], (3, 3)),
    ],
)
def test_a_scale_set_is_judged_by_its_minimum(parts: list[Written], bounds: tuple[int, int | None]) -> None:
    assert derived(estate(*parts)).bounds("hr") == bounds


def test_a_flexible_set_without_a_size_is_the_machines_attached_to_it() -> None:
    flexible = Written(
        "azurerm_orchestrated_virtual_machine_scale_set", "f", {"name": "f", "instances": Hidden(), "tags": tags()}
    )
    host = machine("a", tags(), virtual_machine_scale_set_id=on("f", flexible.type))
    assert derived(estate(flexible, host)).bounds("hr") == (1, 1)
    sized = replace(flexible, values={**flexible.values, "sku_name": "Standard_D4s_v5", "instances": 1})
    assert derived(estate(sized, host)).bounds("hr") == (1, 2)


# --- inventory ------------------------------------------------------------------------------------------------------------


def test_a_list_is_closed_unless_it_says_partial() -> None:
    assert derived(estate(machine("web"), inventory=[entry("a", host="x"), entry("b", host="y")])).bounds("hr") == (2, 2)
    assert derived(estate(machine("web"), inventory=[entry("a", partial=True)])).bounds("hr") == (1, None)


def test_a_list_is_raised_by_tags_alone() -> None:
    listed_one = [entry("a", host="x")]
    script = f"{INSTALL}; ./x.ps1 -ConnectorGroupName hr"
    assert derived(estate(machine("m", None, user_data=SECRET), inventory=listed_one)).bounds("hr") == (1, 1)
    assert derived(estate(machine("m", None, user_data=script), inventory=listed_one)).bounds("hr") == (1, 1)
    assert derived(estate(machine("m", tags()), inventory=listed_one)).bounds("hr") == (2, 2)
    assert derived(estate(machine("m", Hidden()), inventory=listed_one)).bounds("hr") == (1, None)
    assert derived(estate(machine("m", {"sparekey-role": Hidden()}), inventory=listed_one)).bounds("hr") == (1, 2)


def test_the_same_connector_seen_three_times_counts_once() -> None:
    found = derived(
        estate(machine("a", tags()), extension("e", on("a")), inventory=[entry("HR 1", "HR", host="VM-A.corp.example.com")])
    )
    assert found.groups.keys() == {"hr"}
    assert found.bounds("hr") == (1, 1)


def test_an_entry_with_another_host_is_another_connector() -> None:
    assert derived(estate(machine("a", tags()), inventory=[entry("b", host="onprem")])).bounds("hr") == (2, 2)


@pytest.mark.parametrize(
    "host,listed_as",
    [
        (machine("a", tags(), computer_name=Hidden()), entry("b", host="onprem")),
        (machine("a", tags()), entry("b", host="10.1.2.3")),
        (machine("a", tags()), entry("any text")),
    ],
)
def test_where_no_name_proves_it_the_count_is_widened(host: Written, listed_as: Connector) -> None:
    found = derived(estate(host, inventory=[listed_as]))
    assert found.bounds("hr") == (1, 2)
    assert found.groups["hr"].connectors.missing


def test_the_inventory_answers_for_a_machine_that_cannot_be_read() -> None:
    found = derived(estate(machine("a", None, custom_data=SECRET), inventory=[entry("a", host="vm-a")]))
    assert not found.unclassified
    assert found.bounds("hr") == (1, 1)


def test_tags_that_cannot_be_read_may_say_another_group_than_the_inventory() -> None:
    found = derived(estate(machine("a", {"sparekey-role": Hidden()}), inventory=[entry("a", host="vm-a")]))
    assert found.bounds("hr") == (0, 1)
    assert found.unclassified


def test_an_entry_in_another_group_than_the_tag_may_be_in_both() -> None:
    found = derived(estate(machine("a", tags("hr")), inventory=[entry("a", "payroll", host="vm-a")]))
    assert found.bounds("hr") == found.bounds("payroll") == (0, 1)
    assert found.groups["hr"].head.presence.answer == "maybe"


def test_a_deleted_machine_is_no_connector_even_if_it_is_listed() -> None:
    found = derived(estate(machine("a", tags(), action="delete"), inventory=[entry("a", host="vm-a")]))
    assert found.bounds("hr") == (0, 0)
    assert any("deleted" in cause.label for cause in found.groups["hr"].connectors.because)


def test_entries_of_one_host_are_one_connector() -> None:
    assert derived(estate(machine("w"), inventory=[entry("a", host="x"), entry("b", host="X.example.com")])).bounds("hr") == (
        1,
        1,
    )


# --- elsewhere ------------------------------------------------------------------------------------------------------------


def test_dev_beside_prod_raises_the_upper_bound_only() -> None:
    found = derived(estate(machine("a", tags()), machine("b", tags(), deployment="dev.json")))
    assert found.bounds("hr") == (1, 2)


def test_a_tagged_machine_of_another_deployment_with_a_script_is_in_its_own_group() -> None:
    away = [machine("b", tags("dev"), deployment="dev.json"), extension("e", on("b"), deployment="dev.json")]
    assert derived(estate(machine("a", tags()), *away)).bounds("hr") == (1, 1)


def test_a_machine_that_is_only_forgotten_may_still_be_a_connector() -> None:
    found = derived(estate(machine("a", tags()), machine("b", tags(), action="forget")))
    assert found.bounds("hr") == (1, 2)
    assert derived(estate(machine("a", tags()), machine("b", tags(), action="delete"))).bounds("hr") == (1, 1)


@pytest.mark.parametrize("name,bounds", [("VMSS-s", (1, 3)), ("vmss-other", (3, 3))])
def test_an_autoscale_setting_may_name_a_new_set_by_an_id_that_is_written_out(name: str, bounds: tuple[int, int]) -> None:
    id_ = f"/subscriptions/0/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/{name}"
    assert derived(estate(scale_set("s", 3, tags(), id=Hidden()), scaler("a", id_, 1))).bounds("hr") == bounds
    away = replace(scaler("a", id_, 1), deployment="dev.json")
    assert derived(estate(scale_set("s", 3, tags(), id=Hidden()), away)).bounds("hr") == bounds


@pytest.mark.parametrize("name,bounds", [("vm-m", (1, 2)), ("vm-other", (2, 2))])
def test_an_extension_may_name_a_new_machine_by_an_id_that_is_written_out(name: str, bounds: tuple[int, int]) -> None:
    id_ = f"/subscriptions/0/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/{name}"
    assert derived(estate(machine("m", tags(None), id=Hidden()), extension("e", id_))).bounds("default") == bounds


def test_a_written_id_may_be_that_of_a_machine_whose_own_is_not_known_yet() -> None:
    id_ = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-"
    tagged = machine("a", tags("default"))
    assert derived(estate(tagged, extension("e", f"{id_}a"))).bounds("default") == (1, 2)
    assert derived(estate(tagged, extension("e", f"{id_}b"))).bounds("default") == (2, 2)
