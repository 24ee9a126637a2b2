"""Laws 1 and 3 on directories: hiding any value of a template or plan only makes unknown."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sparekey.config import Config
from sparekey.run import check
from tests import plans
from tests.laws import Verdicts, attribute_paths, blank, law_blanking, run_plan, verdicts
from tests.plans import Item, Ref

ROOT = Path(__file__).resolve().parent.parent
RULES = (
    "too-few-directory-servers",
    "directory-servers-share-failure-domain",
    "federation-servers-without-balancer",
    "federation-servers-probed-wrongly",
    "name-servers-not-redundant",
)
TEMPLATES = sorted(path for rule in RULES for path in (ROOT / "fixtures" / "rules" / rule).glob("*/template.json"))
_IDENTITY = ("type", "apiVersion", "name", "copy")
"""What makes a declaration the one that it is: addresses are not hidden."""
_TYPES = {str: "string", bool: "bool", int: "int", list: "array", dict: "object"}


def places(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """Every place below a resource of a template, places of whole lists and objects among them."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in pairs:
        if not path and step in _IDENTITY:
            continue
        yield (*path, step)
        yield from places(inner, *path, step)


def hidden(template: dict[str, Any], resource: int, path: tuple[str | int, ...]) -> dict[str, Any]:
    """The template with one value replaced by a parameter that nobody gives."""
    document = copy.deepcopy(template)
    holder: Any = document["resources"][resource]
    for step in path[:-1]:
        holder = holder[step]
    document.setdefault("parameters", {})["hidden"] = {"type": _TYPES[type(holder[path[-1]])]}
    holder[path[-1]] = "[parameters('hidden')]"
    return document


def judged(document: dict[str, Any], folder: Path) -> Verdicts:
    """The verdicts of the rules about directories."""
    (folder / "template.json").write_text(json.dumps(document), encoding="utf-8")
    found = verdicts(check([folder / "template.json"], Config()))
    return {key: verdict for key, verdict in found.items() if key[0] in RULES}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.parent.name}/{path.parent.name}")
def test_law_1_hiding_a_value_of_a_template_only_makes_unknown(path: Path, tmp_path: Path) -> None:
    template = json.loads(path.read_text(encoding="utf-8"))
    before = judged(template, tmp_path)
    seen: set[str] = set()
    for number, resource in enumerate(template["resources"]):
        for place in places(resource):
            after = judged(hidden(template, number, place), tmp_path)
            try:
                law_blanking(before, after)
            except AssertionError as error:
                raise AssertionError(f"{resource['name']} {place}") from error
            seen.update(after.values())
    assert "unknown" in seen


# --- the same on plans ------------------------------------------------------------------------------------------------------

_NEW = (
    "azurerm_network_interface",
    "azurerm_virtual_network",
    "azurerm_availability_set",
    "azurerm_lb",
    "azurerm_lb_backend_address_pool",
    "azurerm_lb_probe",
)


def _estate(*, sound: bool) -> list[Item]:
    """Federation servers behind a balancer, in a network with name servers; sound, or with every defect."""
    net, lb, pool = (f"azurerm_{kind}.x" for kind in ("virtual_network", "lb", "lb_backend_address_pool"))
    within = {"resource_group_name": "rg", "location": "westeurope"}
    servers = ["10.0.0.4", "10.0.0.5"] if sound else ["10.0.0.4"]
    items = [
        Item("azurerm_virtual_network", "x", {"name": "vnet", **within, "dns_servers": servers}),
        Item("azurerm_virtual_network_dns_servers", "x", {"virtual_network_id": Ref(net, "id"), "dns_servers": servers}),
        Item("azurerm_availability_set", "x", {"name": "s", **within, "platform_fault_domain_count": 2 if sound else 1}),
        Item("azurerm_lb", "x", {"name": "lb", **within, "sku": "Standard"}),
        Item("azurerm_lb_backend_address_pool", "x", {"name": "pool", "loadbalancer_id": Ref(lb, "id")}),
        Item(
            "azurerm_lb_probe",
            "x",
            {
                "name": "p",
                "loadbalancer_id": Ref(lb, "id"),
                "protocol": "Http",
                "port": 80 if sound else 81,
                "request_path": "/adfs/probe",
            },
        ),
        Item(
            "azurerm_lb_rule",
            "x",
            {
                "name": "r",
                "loadbalancer_id": Ref(lb, "id"),
                "frontend_port": 443,
                "backend_address_pool_ids": [Ref(pool, "id")],
                "probe_id": Ref("azurerm_lb_probe.x", "id"),
            },
        ),
    ]
    for name in "ab":
        nic = f"azurerm_network_interface.{name}"
        configuration = {"name": "main", "private_ip_address_allocation": "Dynamic"}
        items += [
            Item(
                "azurerm_network_interface",
                name,
                {"name": name, **within, "dns_servers": [], "ip_configuration": [configuration]},
            ),
            Item(
                "azurerm_windows_virtual_machine",
                name,
                {
                    "name": name,
                    "computer_name": name,
                    **within,
                    "availability_set_id": Ref("azurerm_availability_set.x", "id"),
                    "network_interface_ids": [Ref(nic, "id")],
                    "tags": {"sparekey-role": "adfs"},
                },
            ),
        ]
        if sound or name == "a":
            joint = {"network_interface_id": Ref(nic, "id"), "backend_address_pool_id": Ref(pool, "id")}
            items.append(Item("azurerm_network_interface_backend_address_pool_association", name, joint))
    return items


def _planned(monkeypatch: pytest.MonkeyPatch, *, sound: bool, applied: bool) -> dict[str, object]:
    for type_ in _NEW:
        monkeypatch.setitem(plans.COMPUTED, type_, ("id",))
    document = plans.plan(_estate(sound=sound), applied=applied)
    text = json.dumps(document)
    # Ids of Azure are paths that end in the name.
    for change in json.loads(text)["resource_changes"]:
        after = change["change"]["after"]
        if after.get("id") and after.get("name"):
            text = text.replace(after["id"], f"/subscriptions/0/{change['type']}/{after['name']}")
    return json.loads(text)  # type: ignore[no-any-return]


def _of_plan(document: Mapping[str, object], folder: Path) -> Verdicts:
    return {key: verdict for key, verdict in verdicts(run_plan(document, folder)).items() if key[0] in RULES}


@pytest.mark.parametrize("sound", [True, False])
def test_plans_are_judged_before_their_apply_as_after_it(sound: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _of_plan(_planned(monkeypatch, sound=sound, applied=False), tmp_path)
    assert before == _of_plan(_planned(monkeypatch, sound=sound, applied=True), tmp_path)
    judged_ones = {rule: verdict for (rule, _), verdict in before.items() if verdict in ("pass", "fail")}
    assert judged_ones["directory-servers-share-failure-domain"] == ("pass" if sound else "fail")
    assert judged_ones["federation-servers-without-balancer"] == ("pass" if sound else "fail")
    assert judged_ones["name-servers-not-redundant"] == ("pass" if sound else "fail")
    assert before["federation-servers-probed-wrongly", "azurerm_lb_probe.x"] == ("pass" if sound else "fail")


@pytest.mark.parametrize("sound", [True, False])
def test_law_1_hiding_a_value_of_a_plan_only_makes_unknown(sound: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = _planned(monkeypatch, sound=sound, applied=True)
    before = _of_plan(document, tmp_path)
    changes: list[Any] = list(document["resource_changes"])  # type: ignore[call-overload]
    for number, change in enumerate(changes):
        for path in attribute_paths(change["change"]["after"]):
            try:
                law_blanking(before, _of_plan(blank(document, number, path), tmp_path))
            except AssertionError as error:
                raise AssertionError(f"{change['address']} {path}") from error
