"""From estates to graphs: the single points of estates written by hand, and graphs of whatever an inventory says."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.azure_estates import Hidden, Written, domain, estate, machine, on, replica, scale_set, tags
from tests.inventories import estate as inventoried

from sparekey.config import Config
from sparekey.facts.survivability.analysis import analyse
from sparekey.facts.survivability.estate_graph import graph_of
from sparekey.facts.survivability.graph import Graph
from sparekey.facts.survivability.whatif import WhatIf
from sparekey.model.estate import Estate

HR = "sign_in:plan.json#connector_group/hr"
TENANT = "sign_in:plan.json#tenant"
ALWAYS = {"plan.json#tenant", "provider:entra"}
"""What every path into the tenant needs."""


def singles(graph: Graph, target: str) -> tuple[set[str], set[str]]:
    """The certain and the possible single points of a target, what every path needs left out."""
    path = analyse(graph, order=1, targets=[target]).path(target)
    return set(path.single_points) - ALWAYS, set(path.possible_single_points)


def held(things: Estate, *, manual: bool = False) -> Graph:
    return graph_of(things, Config(), manual=manual)


def test_two_machines_in_one_zone_hang_on_the_zone_and_what_it_lies_in() -> None:
    graph = held(estate(machine("a", tags(), zone="1"), machine("b", tags(), zone="1")))
    assert graph.targets == (HR,)
    assert singles(graph, HR) == ({"zone:westeurope/1", "region:westeurope", "provider:azure"}, set())


def test_two_machines_in_two_zones_hang_on_the_region() -> None:
    graph = held(estate(machine("a", tags(), zone="1"), machine("b", tags(), zone="2")))
    assert singles(graph, HR) == ({"region:westeurope", "provider:azure"}, set())
    loss = WhatIf(graph).lose(["zone:westeurope/1"])
    assert loss.stops(HR) == "no"
    assert loss.stops("plan.json#azurerm_windows_virtual_machine.a") == "yes"


def test_machines_without_a_zone_may_stand_in_one() -> None:
    graph = held(estate(machine("a", tags()), machine("b", tags())))
    assert singles(graph, HR) == ({"region:westeurope", "provider:azure"}, {"zone:westeurope/?"})


def test_a_scale_set_is_its_instances_and_nothing_more() -> None:
    graph = held(estate(scale_set("s", 2, tags(), location="westeurope", zones=["1", "2"])))
    assert singles(graph, HR) == ({"region:westeurope", "provider:azure"}, {"zone:westeurope/1", "zone:westeurope/2"})
    unsure = held(estate(scale_set("s", Hidden(), tags(), location="westeurope", zones=["1"])))
    assert singles(unsure, HR)[0] == set(), "it may have no instance at all, and then nothing more can stop it"


SITES = """
inventory:
  connectors:
    - {name: c1, group: hr, site: hq, host: h1}
    - {name: c2, group: hr, site: branch, host: h2}
  components:
    - {id: h1, kind: host, needs: [san]}
    - {id: h2, kind: host, needs: [san, rack:r1, generator]}
    - {id: san, kind: storage}
  links:
    - {name: l1, sites: [hq]}
    - {name: l2, sites: [hq, branch], needs: [provider:carrier]}
"""


def test_the_inventory_says_what_hosts_and_sites_stand_on() -> None:
    graph = held(inventoried(SITES)[0])
    certain, possible = singles(graph, HR)
    assert certain == {"storage:san"}, "hq has a second line"
    assert "rack:r1" not in possible, "the other host is not in it"
    assert "host:h1" in possible, "the other host may need anything: nobody says what a generator is"
    lost = WhatIf(graph).lose(["link:l2"])
    assert lost.stops("site:branch") == "yes"
    assert lost.stops("site:hq") == lost.stops(HR) == "no"


def test_what_the_inventory_names_and_nobody_declares_may_need_anything() -> None:
    graph = held(inventoried(SITES)[0])
    assert {problem.component for problem in graph.problems if problem.kind == "undeclared"} == {"generator"}


def test_a_component_may_say_more_of_a_machine_or_an_entry() -> None:
    text = """
inventory:
  connectors: [{name: c1, group: hr, site: hq, host: h1}]
  components: [{id: c1, kind: connector, needs: [proxy]}, {id: vm-a, kind: machine, needs: [proxy]}, {id: proxy, kind: proxy}]
"""
    graph = held(inventoried(text, machine("a", tags(), zone="1"))[0])
    assert singles(graph, HR)[0] == {"proxy:proxy"}


def test_password_hashes_take_over_only_where_standbys_count() -> None:
    text = "inventory: {federation: {domains: [x.org], adfs_servers: [{name: f}]}, sync: {password_hash_sync: true}}"
    things, config = inventoried(text)
    (path,) = [name for name in graph_of(things, config).targets if "federation" in name]
    assert "federation:x.org" in singles(graph_of(things, config), path)[0]
    assert singles(graph_of(things, config, manual=True), path) == (set(), set())


PEOPLE = """
inventory:
  break_glass:
    - {upn: a@x.onmicrosoft.com, object_id: 11111111-2222-4333-8444-000000000001, synced: false, method: fido2}
    - {upn: b@x.onmicrosoft.com, object_id: 11111111-2222-4333-8444-000000000002, synced: false, method: METHOD}
  people: [{name: Jo, holds: [a@x.onmicrosoft.com, b@x.onmicrosoft.com]}SECOND]
"""


@pytest.mark.parametrize(
    "method, second, expected",
    [
        ("fido2", "", {"operator:jo"}),
        ("softwareOath", "", {"operator:jo"}),
        ("softwareOath", ", {name: Jan, holds: [b@x.onmicrosoft.com]}", set()),
    ],
)
def test_emergency_sign_in_hangs_on_what_all_accounts_share(method: str, second: str, expected: set[str]) -> None:
    things, config = inventoried(PEOPLE.replace("METHOD", method).replace("SECOND", second))
    assert singles(graph_of(things, config), "emergency") == (expected, set())


def test_the_lockout_takes_both() -> None:
    text = PEOPLE.replace("METHOD", "softwareOath").replace("SECOND", "") + "  sync: {password_hash_sync: true, method: phs}\n"
    things, config = inventoried(text)
    graph = graph_of(things, config)
    assert set(graph.targets) == {TENANT, "emergency", "lockout"}
    assert singles(graph, "lockout") == (set(), set()), "the tenant and Entra alone"


def test_a_managed_domain_survives_a_region_where_it_stands_in_two() -> None:
    graph = held(estate(domain(), replica("r", "northeurope")))
    path = "sign_in:plan.json#azurerm_active_directory_domain_service.d"
    assert WhatIf(graph).lose(["region:westeurope"]).stops(path) == "no"
    assert WhatIf(graph).lose(["region:westeurope", "region:northeurope"]).stops(path) == "yes"


def test_agents_of_another_identity_provider_are_a_way_of_their_own() -> None:
    graph = held(estate(machine("a", tags(None, "okta-ad-agent"), zone="1"), machine("b", tags(None, "okta-ad-agent"), zone="2")))
    path = "sign_in:plan.json#agent_group/okta-ad-agent/default"
    assert graph.targets == (path,)
    assert singles(graph, path) == ({"region:westeurope", "provider:azure"}, set())


def test_a_secret_in_a_vault_ends_with_the_vault_and_on_its_day() -> None:
    """One application whose only secret is put into a vault: whether it has others these files do not show."""
    things = (
        Written("azuread_application", "app", {"display_name": "app"}),
        Written(
            "azuread_application_password",
            "p",
            {"application_id": on("app", "azuread_application"), "end_date": "2027-03-01T00:00:00Z"},
        ),
        Written("azurerm_key_vault", "v", {"name": "v", "location": "West Europe"}),
        Written(
            "azurerm_key_vault_secret",
            "s",
            {
                "name": "s",
                "key_vault_id": on("v", "azurerm_key_vault"),
                "value": Hidden(refs=("azuread_application_password.p",), certain=True),
            },
        ),
    )
    graph = graph_of(*inventoried("{}", *things))
    path = "sign_in:plan.json#azuread_application.app"
    assert path in graph.targets
    certain, possible = singles(graph, path)
    assert certain == set()
    expected = {"expiry_day:2027-03-01", "region:westeurope", *(f"plan.json#azurerm_key_vault{x}" for x in (".v", "_secret.s"))}
    assert expected <= possible


def test_what_only_other_deployments_hold_is_not_drawn() -> None:
    away = machine("b", tags(), zone="2", deployment="other.json")
    graph = held(estate(machine("a", tags(), zone="1"), away))
    assert "other.json" not in " ".join(graph.index)
    assert singles(graph, HR)[0] == set(), "a second connector may be there, elsewhere"


def test_an_estate_without_sign_in_has_no_target() -> None:
    assert held(estate(machine("a", None, os="windows"))).targets == ()


# --- whatever an inventory says ------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["a", "b", "h1", "site:hq", "hq", "tenant", "emergency", "sign_in:x", "a/b", "?", "zone:?/?", "ü", "-", "members of a"]
)
KINDS = st.sampled_from(["site", "host", "link", "x", "sign_in_path", "tenant", "connector_group", "provider", "Zone"])
COMPONENTS = st.lists(
    st.fixed_dictionaries(
        {"id": WORDS, "kind": KINDS},
        optional={
            "needs": st.lists(WORDS, max_size=3),
            "groups": st.lists(
                st.fixed_dictionaries({"members": st.lists(WORDS, max_size=3)}, optional={"k": st.integers(-1, 4)}), max_size=2
            ),
            "review_by": st.sampled_from(["2026-06-30", "2027-06-30"]),
        },
    ),
    max_size=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(COMPONENTS, st.lists(WORDS, max_size=2), st.sampled_from([(), (machine("a", tags(), zone="1"),)]))
def test_whatever_the_inventory_says_there_is_a_graph(
    components: list[dict[str, object]], held_by: list[str], things: tuple[Written, ...]
) -> None:
    """Circles, impossible groups, names that mean nothing, kinds of our own: a graph, and every tie leads somewhere."""
    inventory = {
        "connectors": [{"name": "a", "group": "hr", "site": "hq"}],
        "components": components,
        "people": [{"name": "jo", "holds": held_by}],
    }
    read, config = inventoried(json.dumps({"inventory": inventory}), *things)
    graph = graph_of(read, config)
    assert HR in graph.targets
    assert all(tie.to in graph.index for component in graph.components for tie in component.ties())
    analyse(graph, order=2)
