"""What is proven of sign-in paths and groups: examples reasoned by hand, and the laws."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.azure_estates import Hidden, Written, domain, entry, estate, extension, machine, on, replica, scale_set, tags
from tests.inventories import answers, facts
from tests.inventories import estate as inventoried

from sparekey.config import Config
from sparekey.model.span import Pointer
from sparekey.model.value import Unknown

HR = "connector_group/hr"
PATH = "sign_in_path/connector_group/hr"
TENANT = "sign_in_path/tenant"
AS = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Compute/availabilitySets/as"


def correlated(*things: Written, **more: object) -> str:
    """The fact of the group hr."""
    return answers((estate(*things, **more), Config()), "correlated")[HR]  # type: ignore[arg-type]


def placed(label: str, marks: object, values: Mapping[str, object]) -> Written:
    """A machine with what says where it stands."""
    plain = machine(label, marks)
    return replace(plain, values={**plain.values, **values})


# --- correlated: where members of one group stand ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "one, other, answer",
    [
        ({"zone": "1"}, {"zone": "1"}, "yes"),
        ({"zone": "1"}, {"zone": "2"}, "no"),
        ({}, {}, "maybe"),
        ({"zone": "1"}, {}, "maybe"),
        ({"zone": "1"}, {"zone": Hidden()}, "maybe"),
        ({"zone": "1"}, {"zone": "1", "location": "northeurope"}, "no"),
        ({}, {"location": "northeurope"}, "no"),
        ({"location": Hidden()}, {"zone": "1"}, "maybe"),
        ({"location": Hidden(), "zone": "1"}, {"zone": "2"}, "maybe"),
        ({"availability_set_id": AS}, {"availability_set_id": AS.upper()}, "yes"),
        ({"availability_set_id": AS}, {"availability_set_id": AS + "2"}, "maybe"),
        (
            {"availability_set_id": on("s", "azurerm_availability_set")},
            {"availability_set_id": on("s", "azurerm_availability_set")},
            "yes",
        ),
        ({"availability_set_id": Hidden()}, {"availability_set_id": AS}, "maybe"),
        ({"availability_set_id": AS}, {"zone": "1"}, "maybe"),
    ],
)
def test_where_two_machines_stand(one: dict[str, object], other: dict[str, object], answer: str) -> None:
    assert correlated(placed("a", tags(), one), placed("b", tags(), other)) == answer


def test_a_site_in_the_tags_is_a_place_as_well() -> None:
    assert correlated(machine("a", tags(site="HQ"), zone="1"), machine("b", tags(site="hq "), zone="2")) == "yes"
    assert correlated(machine("a", tags(site="hq"), zone="1"), machine("b", tags(site="branch"), zone="2")) == "no"


@pytest.mark.parametrize(
    "instances, zones, answer",
    [(3, ["1"], "yes"), (3, ["1", "2"], "maybe"), (3, None, "maybe"), (1, ["1"], "no"), (Hidden(), ["1"], "maybe")],
)
def test_where_the_instances_of_a_scale_set_stand(instances: object, zones: object, answer: str) -> None:
    assert correlated(scale_set("s", instances, tags(), location="westeurope", zones=zones)) == answer


def test_one_member_is_not_redundant_and_an_open_group_may_be() -> None:
    assert correlated(machine("a", tags(), zone="1")) == "no"
    found = correlated(machine("a", tags(), zone="1"), machine("b", {**tags(), "sparekey-partial": "true"}, zone="1"))
    assert found == "maybe", "further members may stand elsewhere"
    assert correlated(machine("a", tags(), zone="1"), machine("b", {**tags(), "sparekey-partial": "true"}, zone="2")) == "no"


@pytest.mark.parametrize(
    "one, other, answer",
    [
        ("site: hq, host: h1", "site: HQ, host: h2", "yes"),
        ("site: hq, host: h1", "site: branch, host: h2", "no"),
        ("site: hq", "site: branch", "no"),
        ("site: hq", "host: h2", "maybe"),
        ("host: h1", "host: h2", "maybe"),
        ("host: h1", "group: hr", "maybe"),
    ],
)
def test_where_two_entries_of_the_inventory_stand(one: str, other: str, answer: str) -> None:
    one, other = (text if "group" in text else f"group: hr, {text}" for text in (one, other))
    text = f"inventory: {{connectors: [{{name: a, {one}}}, {{name: b, {other}}}]}}"
    assert answers(inventoried(text), "correlated")[HR] == answer


def test_a_machine_in_the_cloud_and_one_that_may_be_there_as_well() -> None:
    listed = "inventory: {connectors: [{name: vm-a, group: hr}, {name: other, group: hr, host: far-away}]}"
    assert answers(inventoried(listed, machine("a", tags(), zone="1")), "correlated")[HR] == "maybe"
    placed = listed.replace("far-away", "far-away, site: hq")
    assert answers(inventoried(placed, machine("a", tags(), zone="1")), "correlated")[HR] == "no"


def test_what_may_be_one_thing_seen_twice_makes_nothing_safe() -> None:
    """An entry without host may be the machine: one connector, perhaps two, and never proven to stand apart."""
    listed = "inventory: {connectors: [{name: any, group: hr, site: hq}]}"
    held = inventoried(listed, machine("a", tags(), zone="1"))
    assert answers(held, "correlated")[HR] == "maybe"
    assert answers(held, "single_on_premises")[PATH] == "maybe"


# --- paths ---------------------------------------------------------------------------------------------------------------


def test_a_lone_connector_alone_stops_its_path() -> None:
    found = facts((estate(machine("a", tags(), zone="1")), Config()))
    truth = found[PATH, "single_on_premises"]
    assert truth.answer == "yes"
    assert truth.because[0].label.startswith("vm-a alone stops")
    assert found[PATH, "single_region"].answer == "yes"


def test_two_connectors_in_two_regions_have_no_single_point_of_either_sort() -> None:
    found = facts((estate(machine("a", tags()), machine("b", tags(), location="northeurope")), Config()))
    assert found[PATH, "single_on_premises"].answer == "no"
    assert found[PATH, "single_region"].answer == "no"
    assert found[PATH, "bootstrap_deadlock"].answer == "no"
    assert found[PATH, "beside_emergency"].answer == "no"


def test_one_site_holds_two_connectors_and_one_link_two_sites() -> None:
    text = """
inventory:
  connectors:
    - {name: a, group: hr, site: hq, host: h1}
    - {name: b, group: hr, site: SITE, host: h2}
  links:
    - {name: line, sites: [hq, branch]}
"""
    same = facts(inventoried(text.replace("SITE", "hq")))
    assert same[PATH, "single_on_premises"].answer == "yes"
    apart = facts(inventoried(text.replace("SITE", "branch")))
    assert apart[PATH, "single_on_premises"].answer == "yes", "the line"
    assert apart[HR, "correlated"].answer == "no", "a line is no place"
    two = text.replace("SITE", "branch") + "    - {name: second, sites: [hq, branch]}\n"
    assert facts(inventoried(two))[PATH, "single_on_premises"].answer == "no"


PTA = """
complete: [pta_agent, domain_controller, domain_federation]
inventory:
  sync: {password_hash_sync: HASHES, method: pta}
  agents:
    - {name: a1, role: pta-agent, site: hq, host: h1}
    - {name: a2, role: pta-agent, site: branch, host: h2}
    - {name: d1, role: adds-dc, site: hq, host: h3}
    - {name: d2, role: adds-dc, site: branch, host: h4}
"""


@pytest.mark.parametrize(
    "text, answer",
    [
        (PTA.replace("HASHES", "false"), "no"),
        (PTA.replace("HASHES", "false").replace("site: branch, host: h2", "site: hq, host: h2"), "yes"),
        (PTA.replace("HASHES", "false").replace("site: branch, host: h4", "site: hq, host: h4"), "yes"),
        (PTA.replace("HASHES", "true").replace("site: branch", "site: hq"), "no"),
        (PTA.replace("password_hash_sync: HASHES, ", "").replace("site: branch", "site: hq"), "maybe"),
        (PTA.replace("HASHES", "false").replace("adds-dc", "connect-sync"), "maybe"),
        ("inventory: {sync: {password_hash_sync: false}}", "maybe"),
        ("inventory: {sync: {password_hash_sync: true, method: phs}}", "no"),
        ("inventory: {sync: {password_hash_sync: false, method: pta}}", "maybe"),
    ],
)
def test_the_password_of_synchronised_users(text: str, answer: str) -> None:
    assert answers(inventoried(text), "single_on_premises")[TENANT] == answer


FEDERATED = "inventory: {federation: {domains: [example.org], adfs_servers: [{name: f1}, {name: f2}]}, sync: {password_hash_sync: HASHES}}"


@pytest.mark.parametrize("hashes, answer", [("false", "yes"), ("true", "no")])
def test_a_federated_domain_hangs_on_its_farm_unless_hashes_are_synchronised(hashes: str, answer: str) -> None:
    held = inventoried(FEDERATED.replace("HASHES", hashes))
    assert answers(held, "single_on_premises")["sign_in_path/inventory.federation.domains[0]"] == answer


def test_a_declaration_that_nobody_looked_at_in_time_proves_nothing() -> None:
    text = PTA.replace("HASHES", "true, review_by: 2026-06-30").replace("site: branch", "site: hq")
    assert answers(inventoried(text), "single_on_premises")[TENANT] == "maybe"
    assert answers(inventoried(text, as_of="2026-06-30"), "single_on_premises")[TENANT] == "no"


def test_a_managed_domain_in_one_region() -> None:
    held = (estate(domain(), replica("r", "westeurope")), Config())
    assert answers(held, "single_region")["sign_in_path/azurerm_active_directory_domain_service.d"] == "yes"
    two = (estate(domain(), replica("r", "northeurope")), Config())
    assert answers(two, "single_region")["sign_in_path/azurerm_active_directory_domain_service.d"] == "no"
    hidden = (estate(domain(), replica("r", Hidden())), Config())
    assert answers(hidden, "single_region")["sign_in_path/azurerm_active_directory_domain_service.d"] == "maybe"


def test_what_waits_for_itself_could_not_be_started_again() -> None:
    text = """
inventory:
  connectors: [{name: a, group: hr, site: hq, host: h1}]
  components:
    - {id: h1, kind: host, needs: [names]}
    - {id: names, kind: dns, needs: [HOST]}
"""
    held = inventoried(text.replace("HOST", "h1"))
    assert answers(held, "bootstrap_deadlock")[PATH] == "yes"
    assert answers(inventoried(text.replace("HOST", "elsewhere")), "bootstrap_deadlock")[PATH] == "maybe", (
        "nobody says what it needs"
    )
    fine = text.replace("HOST", "elsewhere") + "    - {id: elsewhere, kind: host}\n"
    assert answers(inventoried(fine), "bootstrap_deadlock")[PATH] == "no"


EMERGENCY = """
complete: [authentication_method]
inventory:
  break_glass:
    - {upn: bg1@x.onmicrosoft.com, object_id: 11111111-2222-4333-8444-000000000001, synced: false, method: ONE}
    - {upn: bg2@x.onmicrosoft.com, object_id: 11111111-2222-4333-8444-000000000002, synced: false, method: TWO}
  authentication_methods: [{method: sms}, {method: voice}]
  people: [{name: jo, holds: [bg1@x.onmicrosoft.com]}, {name: jan, holds: [bg2@x.onmicrosoft.com]}]
"""


@pytest.mark.parametrize(
    "one, two, answer",
    [("fido2", "fido2", "no"), ("sms", "fido2", "no"), ("sms", "voice", "maybe"), ("sms", "carrier-pigeon", "maybe")],
)
def test_what_emergency_and_normal_sign_in_share(one: str, two: str, answer: str) -> None:
    """Whether a policy asks everybody for a second factor no file says: sharing one is possible, never proven."""
    held = inventoried(EMERGENCY.replace("ONE", one).replace("TWO", two))
    assert answers(held, "shares_with_emergency")[TENANT] == answer
    assert answers(held, "beside_emergency")[TENANT] == "yes"


def device_policy(*excluded: int) -> Written:
    """A policy that asks everybody for a managed device, these emergency accounts excluded."""
    users = {"included_users": ["All"], "excluded_users": [f"11111111-2222-4333-8444-{n:012}" for n in excluded]}
    conditions = {
        "client_app_types": ["all"],
        "applications": [{"included_applications": ["All"]}],
        "users": [users],
    }
    grant = {"operator": "OR", "built_in_controls": ["compliantDevice"]}
    values = {"display_name": "p", "state": "enabled", "conditions": [conditions], "grant_controls": [grant]}
    return Written("azuread_conditional_access_policy", "p", values)


@pytest.mark.parametrize("excluded, answer", [((), "maybe"), ((1,), "no"), ((1, 2), "no")])
def test_accounts_that_need_a_managed_device_may_share_what_manages_it(excluded: tuple[int, ...], answer: str) -> None:
    held = inventoried(EMERGENCY.replace("ONE", "fido2").replace("TWO", "fido2"), device_policy(*excluded))
    assert answers(held, "shares_with_emergency")[TENANT] == answer


def test_what_is_accepted_is_not_held_against_anybody() -> None:
    text = (
        EMERGENCY.replace("ONE", "sms").replace("TWO", "voice")
        + "  accepted_shared: [provider:telephony, credential_kind:telephony]\n"
    )
    assert answers(inventoried(text), "shares_with_emergency")[TENANT] == "no"


def test_a_plain_machine_is_no_path() -> None:
    assert facts((estate(machine("a", None, os="windows")), Config())) == {}


# --- laws ----------------------------------------------------------------------------------------------------------------

VALUES = st.sampled_from([None, "1", "2", Hidden()])
REGIONS = st.sampled_from(["westeurope", "northeurope", Hidden()])


@st.composite
def machines(draw: st.DrawFn, *, most: int = 4) -> list[Written]:
    """Connectors of one group here and there, and machines that may be one."""
    found = []
    for n in range(draw(st.integers(1, most))):
        marks = draw(st.sampled_from([tags(), tags(), tags(site="hq"), tags(site="branch"), None]))
        values: dict[str, object] = {"location": draw(REGIONS), "zone": draw(VALUES)}
        if draw(st.booleans()):
            values["availability_set_id"] = draw(st.sampled_from([None, AS, Hidden()]))
        found.append(placed(f"m{n}", marks, values))
    if draw(st.booleans()):
        found.append(
            scale_set(
                "s",
                draw(st.sampled_from([1, 2, Hidden()])),
                tags(),
                location=draw(REGIONS),
                zones=draw(st.sampled_from([None, ["1"], ["1", "2"]])),
            )
        )
    if draw(st.booleans()):
        found.append(extension("x", draw(st.sampled_from([on("m0"), Hidden()]))))
    return found


ENTRIES = st.lists(
    st.sampled_from([entry("e1"), entry("e2", host="vm-m0"), entry("e3", host="far")]), unique_by=lambda e: e.id, max_size=2
)
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WORSE = {"no": {"no", "maybe", "yes"}, "maybe": {"maybe", "yes"}, "yes": {"yes"}}


@SLOW
@given(machines(), ENTRIES, st.data())
def test_law_1_hiding_a_place_never_proves_anything(things: list[Written], inventory: list[object], data: st.DataObject) -> None:
    before = facts((estate(*things, inventory=inventory), Config()))  # type: ignore[arg-type]
    victim = data.draw(st.sampled_from(range(len(things))))
    key = data.draw(st.sampled_from(["location", "zone", "zones", "availability_set_id", "tags", "instances", "settings"]))
    if key not in things[victim].values:
        return
    hidden = replace(things[victim], values={**things[victim].values, key: Hidden()})
    after = facts((estate(*things[:victim], hidden, *things[victim + 1 :], inventory=inventory), Config()))  # type: ignore[arg-type]
    for subject, truth in after.items():
        if subject in before and truth.answer != "maybe":
            assert truth.answer == before[subject].answer, subject


@SLOW
@given(machines(), machines(), ENTRIES)
def test_law_7_a_second_deployment_gives_no_pass(things: list[Written], others: list[Written], inventory: list[object]) -> None:
    before = facts((estate(*things, inventory=inventory), Config()))  # type: ignore[arg-type]
    away = [replace(thing, deployment="other.json") for thing in others]
    after = facts((estate(*things, *away, inventory=inventory), Config()))  # type: ignore[arg-type]
    for subject, truth in before.items():
        if truth.answer != "no":
            assert after[subject].answer != "no", subject


@SLOW
@given(machines(), st.integers(1, 2))
def test_law_7_a_further_member_adds_no_single_point(things: list[Written], zone: int) -> None:
    """One more connector, of a region of its own: what did not stop the path alone does not now."""
    more = machine("more", tags(), location="swedencentral", zone=str(zone))
    before = facts((estate(*things), Config()))
    after = facts((estate(*things, more), Config()))
    for name in ("single_on_premises", "single_region"):
        if (PATH, name) in before and before[PATH, name].answer == "no":
            assert after[PATH, name].answer == "no"


@SLOW
@given(st.lists(st.sampled_from(["hq", "branch", "h1", "h2", "x", "y"]), min_size=1, max_size=3, unique=True))
def test_law_7_a_further_need_takes_no_single_point_away(needs: list[str]) -> None:
    text = """
inventory:
  connectors: [{name: a, group: hr, site: hq, host: h1}, {name: b, group: hr, site: branch, host: h2}]
  components:
    - {id: h1, kind: host, needs: [NEEDS]}
    - {id: h2, kind: host, needs: [x]}
    - {id: x, kind: power}
"""
    before = facts(inventoried(text.replace("NEEDS", "x")))
    after = facts(inventoried(text.replace("NEEDS", ", ".join(["x", *needs]))))
    assert before[PATH, "single_on_premises"].answer == "yes"
    for subject, truth in before.items():
        if subject[1] != "may_wait":  # what is looked at, not what is wrong
            assert after[subject].answer in WORSE[truth.answer], subject


@SLOW
@given(machines(), st.data())
def test_law_5_order_changes_nothing(things: list[Written], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(things))
    assert {k: v.answer for k, v in facts((estate(*things), Config())).items()} == {
        k: v.answer for k, v in facts((estate(*shuffled), Config())).items()
    }


@SLOW
@given(machines())
def test_an_unread_file_keeps_open_what_tags_had_closed(things: list[Written]) -> None:
    leak = Unknown(reason="what is in other.tf?", at=Pointer(file="other.tf", pointer=""))
    before = facts((estate(*things), Config()))
    after = facts((estate(*things, leaks=[leak]), Config()))
    for subject, truth in after.items():
        assert truth.answer in ("maybe", before[subject].answer), subject


def test_the_generator_yields_every_answer() -> None:
    """A law over estates of which all are alike would prove nothing."""
    seen: dict[str, int] = {}

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
    @given(machines())
    def run(things: list[Written]) -> None:
        for (_, name), truth in facts((estate(*things), Config())).items():
            if name in ("correlated", "single_region", "single_on_premises"):
                seen[truth.answer] = seen.get(truth.answer, 0) + 1

    run()
    assert all(seen[answer] * 12 >= sum(seen.values()) for answer in ("yes", "no", "maybe")), seen


def issued_by(issuer: str) -> Written:
    body = {"displayName": "x", "issuerUri": issuer, "signingCertificate": "MII"}
    return Written("msgraph_resource", "federation", {"url": "domains/x.org/federationConfiguration", "body": body})


@pytest.mark.parametrize(
    "issuer, more, answer",
    [
        ("http://sts.x.org/adfs/services/trust", "", "yes"),
        ("http://www.okta.com/exk1", "", "maybe"),
        ("http://www.okta.com/exk1", ", components: [{id: x.org, kind: federation}]", "no"),
        ("urn:x", "", "maybe"),
        ("urn:x", ", components: [{id: x.org, kind: federation}]", "maybe"),
    ],
)
def test_where_the_identity_provider_of_a_domain_runs(issuer: str, more: str, answer: str) -> None:
    held = inventoried(f"inventory: {{sync: {{password_hash_sync: false}}{more}}}", issued_by(issuer))
    assert answers(held, "single_on_premises")["sign_in_path/msgraph_resource.federation"] == answer


# --- what it costs ----------------------------------------------------------------------------------------------------------

PLAIN = 'resource "azuread_group" "g" {\n  display_name = "g"\n}\n'
HOST = 'resource "azurerm_windows_virtual_machine" "h" {\n  name = "h"\n  tags = { TAGS }\n}\n'


@pytest.mark.parametrize(
    "source, loaded",
    [
        (PLAIN, False),
        (PLAIN + HOST.replace("windows", "linux").replace("TAGS", ""), False),
        (PLAIN + HOST.replace("TAGS", 'sparekey-role = "connector"'), True),
        (PLAIN + HOST.replace("TAGS", 'sparekey-role = "pta-agent"'), True),
    ],
)
def test_the_graph_is_loaded_only_where_something_shows_a_path(source: str, loaded: bool, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(source, encoding="utf-8")
    code = (
        "import sys; from sparekey.run import check; from sparekey.config import Config; from pathlib import Path; check([Path(sys.argv[1])], Config()); "
        "print(any(name.startswith('sparekey.facts.survivability.') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(loaded)
