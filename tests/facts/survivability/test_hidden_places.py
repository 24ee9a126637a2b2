"""Places that are hidden, spelled differently, said twice or not at all: none of them makes a path look better than it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.clusters import manifest, together
from tests.written_estates import asked, graph, path_to, points

from sparekey.config_file import load
from sparekey.facts.survivability.estate_graph import graph_of
from sparekey.facts.survivability.graph import Graph
from sparekey.facts.survivability.whatif import WhatIf
from sparekey.run import gather

API = "k8s.keycloak.org/v2alpha1"
ESTATE = "estates: {all: ['*']}\n"
TWO_REGIONS = "    - {id: k8s, kind: cluster, groups: [{members: ['region:a', 'region:b']}]}\n"
AZURE = "pg.postgres.database.azure.com"
SERVER = """
resource "azurerm_postgresql_flexible_server" "login" {
  name                = "pg"
  resource_group_name = "rg"
  location            = %s
  zone                = "1"
}
variable "where" {}
"""


def keycloak(host: str) -> str:
    return manifest("Keycloak", "login", API, instances=3, db={"vendor": "postgres", "host": host})


def inventory(*entries: str) -> str:
    return ESTATE + "inventory:\n  components:\n" + "".join(entries)


def stops(drawn: Graph, target: str, lost: str) -> str:
    return WhatIf(drawn).lose((lost,)).stops(target)


# --- what is declared ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["", ", needs: []", ", needs: ['provider:azure']", ", needs: [somebody]"])
def test_a_declared_thing_that_must_stand_somewhere_and_names_no_place_is_asked_where(tmp_path: Path, said: str) -> None:
    """The cluster spans two regions; the database stands in one of them, or in another, and nobody says in which."""
    text = inventory(TWO_REGIONS, f"    - {{id: db.x, kind: database{said}}}\n")
    drawn = graph(tmp_path, {"sparekey.yaml": text, "k8s/a.yaml": keycloak("db.x")})
    assert "in which region or at which site does db.x stand?" in asked(drawn, path_to(drawn, "Keycloak"))


@pytest.mark.parametrize(
    "more",
    [
        ("    - {id: db.x, kind: database, needs: ['site:hq']}\n",),
        ("    - {id: db.x, kind: database, needs: [rack-1]}\n", "    - {id: rack-1, kind: server, needs: ['site:hq']}\n"),
        ("    - {id: db.x, kind: database, groups: [{members: ['region:a', 'region:b']}]}\n",),
    ],
)
def test_a_place_may_be_said_by_way_of_another_entry(tmp_path: Path, more: tuple[str, ...]) -> None:
    drawn = graph(tmp_path, {"sparekey.yaml": inventory(TWO_REGIONS, *more), "k8s/a.yaml": keycloak("db.x")})
    assert not any("db.x" in question for question in asked(drawn, path_to(drawn, "Keycloak")))


def test_entries_that_name_one_another_are_no_place_however_many(tmp_path: Path) -> None:
    chain = [f"    - {{id: n{i}, kind: database, needs: [n{(i + 1) % 3000}]}}\n" for i in range(3000)]
    drawn = graph(tmp_path, {"sparekey.yaml": inventory(TWO_REGIONS, *chain), "k8s/a.yaml": keycloak("n0")})
    assert "in which region or at which site does n0 stand?" in asked(drawn, path_to(drawn, "Keycloak"))


def test_a_cluster_without_a_place_may_stand_anywhere(tmp_path: Path) -> None:
    text = inventory("    - {id: k8s, kind: cluster}\n", "    - {id: db.x, kind: database, needs: ['region:a']}\n")
    drawn = graph(tmp_path, {"sparekey.yaml": text, "k8s/a.yaml": keycloak("db.x")})
    target = path_to(drawn, "Keycloak")
    assert "a region that nobody names" in points(drawn, target)[1]
    assert "in which region or at which site does the cluster of k8s run?" in asked(drawn, target)


def test_what_stands_nobody_knows_where_may_stand_in_any_region_that_anything_names(tmp_path: Path) -> None:
    """Of the database no region is known; that of the cluster, which the inventory alone names, is one that it may stand in."""
    files = {"sparekey.yaml": inventory(TWO_REGIONS), "k8s/a.yaml": keycloak(AZURE), "infra/m.tf": SERVER % "var.where"}
    drawn = graph(tmp_path, files)
    assert stops(drawn, path_to(drawn, "Keycloak"), "region:a") == "maybe"


def test_a_region_of_another_cloud_is_none_that_it_may_stand_in(tmp_path: Path) -> None:
    directory = """
resource "aws_directory_service_directory" "corp" {
  region   = "eu-central-1"
  name     = "corp.example"
  password = var.where
  edition  = "Enterprise"
  type     = "MicrosoftAD"
}
"""
    files = {"sparekey.yaml": inventory(TWO_REGIONS), "k8s/a.yaml": keycloak(AZURE)}
    drawn = graph(tmp_path, files | {"infra/m.tf": SERVER % "var.where" + directory})
    assert "region:eu-central-1" in drawn.index
    assert stops(drawn, path_to(drawn, "Keycloak"), "region:eu-central-1") == "no"
    both = inventory(TWO_REGIONS.replace("region:a", "region:eu-central-1"))
    drawn = graph(tmp_path / "b", files | {"sparekey.yaml": both, "infra/m.tf": SERVER % "var.where" + directory})
    assert stops(drawn, path_to(drawn, "Keycloak"), "region:eu-central-1") == "maybe", (
        "what the inventory names may be any cloud's"
    )


def test_one_region_in_two_spellings_is_one(tmp_path: Path) -> None:
    text = inventory("    - {id: k8s, kind: cluster, groups: [{members: ['region:West Europe', 'region:westeurope']}]}\n")
    drawn = graph(tmp_path, {"sparekey.yaml": text, "k8s/a.yaml": keycloak(AZURE), "infra/m.tf": SERVER % '"westeurope"'})
    assert [name for name in drawn.index if name.startswith("region:")] == ["region:westeurope"]
    assert stops(drawn, path_to(drawn, "Keycloak"), "region:westeurope") == "yes"


def test_an_entry_that_may_mean_two_things_is_said_of_neither(tmp_path: Path) -> None:
    silent = manifest("Keycloak", "login", API, instances=3)
    entries = ("    - {id: %s, kind: idp, needs: [db]}\n", "    - {id: db, kind: database, needs: ['region:a']}\n")
    for id_, told in (("Keycloak/auth/login", []), ("east#Keycloak/auth/login", ["east"])):
        text = inventory(entries[0] % id_, entries[1])
        drawn = graph(tmp_path / id_[:4], {"sparekey.yaml": text, "east/a.yaml": silent, "west/a.yaml": silent})
        without = [
            side
            for side in ("east", "west")
            if not any("in which database" in q for q in asked(drawn, path_to(drawn, f"{side}#")))
        ]
        assert without == told


def test_the_inventory_names_deployments_as_seen_from_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = inventory("    - {id: k8s, kind: cluster, needs: ['region:a']}\n")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "k8s").mkdir()
    (tmp_path / "deep" / "sparekey.yaml").write_text(text, "utf-8")
    (tmp_path / "deep" / "k8s" / "a.yaml").write_text(keycloak("db.x"), "utf-8")
    config = load(tmp_path / "deep" / "sparekey.yaml", name="deep/sparekey.yaml")
    (estate,) = gather([tmp_path / "deep"], config).estates
    drawn = graph_of(estate, config)
    assert stops(drawn, path_to(drawn, "Keycloak"), "region:a") == "yes"


def test_two_services_of_one_name_leave_open_which_is_meant(tmp_path: Path) -> None:
    services = [
        manifest("Service", "db", "v1", type="ExternalName", externalName=name) for name in (AZURE, "pg.elsewhere.example")
    ]
    for number, both in enumerate((services, services[::-1])):
        files = {"sparekey.yaml": inventory(TWO_REGIONS), "infra/m.tf": SERVER % '"westeurope"'}
        drawn = graph(tmp_path / str(number), files | {"k8s/a.yaml": together(keycloak("db"), *both)})
        target = path_to(drawn, "Keycloak")
        assert "which of 2 Services called db is in the cluster?" in asked(drawn, target)
        assert "region westeurope" not in points(drawn, target)[0]


# --- ways out --------------------------------------------------------------------------------------------------------------

HOST = """
resource "azurerm_network_interface" "n{n}" {{
  name                = "n{n}"
  location            = "westeurope"
  resource_group_name = "rg"
  ip_configuration {{
    name                          = "a"
    subnet_id                     = {subnet}
    private_ip_address_allocation = "Dynamic"
  }}
}}
resource "azurerm_windows_virtual_machine" "c{n}" {{
  name                  = "c{n}"
  location              = "westeurope"
  resource_group_name   = "rg"
  size                  = "s"
  zone                  = "{n}"
  network_interface_ids = [{interface}]
  tags                  = {{ "sparekey-role" = "connector", "sparekey-group" = "g" }}
}}
"""
EXIT = """
resource "azurerm_nat_gateway" "x" {{
  name                = "x"
  location            = "westeurope"
  resource_group_name = "rg"
  zones               = ["1"]
}}
resource "azurerm_subnet_nat_gateway_association" "x" {{
  subnet_id      = {subnet}
  nat_gateway_id = azurerm_nat_gateway.x.id
}}
"""
NAMED = '{\n  name = "%s"\n  virtual_network_name = "v"\n  resource_group_name = "rg"\n}\n'
IDS = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
WRITTEN = f'"{IDS}/virtualNetworks/v/subnets/a"'
OTHER = f'"{IDS}/virtualNetworks/v/subnets/b"'
VARIABLE = 'variable "s" {}\n'


def two(subnet: str, interface: str = "azurerm_network_interface.n{n}.id") -> str:
    return "".join(HOST.format(n=n, subnet=subnet, interface=interface.format(n=n)) for n in "12")


@pytest.mark.parametrize(
    ("hosts", "way", "answer"),
    [
        (two(WRITTEN), EXIT.format(subnet=WRITTEN), "yes"),
        (two(WRITTEN), EXIT.format(subnet=WRITTEN.replace("rg/", "RG/")), "yes"),
        (two(WRITTEN), EXIT.format(subnet=OTHER), "no"),
        (two("var.s") + VARIABLE, EXIT.format(subnet="var.s"), "maybe"),
        (two(WRITTEN) + VARIABLE, EXIT.format(subnet="var.s"), "maybe"),
        (two("var.s") + VARIABLE, EXIT.format(subnet=WRITTEN), "maybe"),
        (two(WRITTEN, f'"{IDS}/networkInterfaces/n{{n}}"'), EXIT.format(subnet=WRITTEN), "maybe"),
    ],
)
def test_a_subnet_that_is_not_seen_has_its_way_out_all_the_same(tmp_path: Path, hosts: str, way: str, answer: str) -> None:
    """Two connectors in two zones; the way out of both, if it is theirs, stands in the first."""
    drawn = graph(tmp_path, {"sparekey.yaml": ESTATE, "m.tf": hosts + way})
    zone = "zone:westeurope/1"
    assert stops(drawn, path_to(drawn, "connector_group"), zone) == answer


@pytest.mark.parametrize(("name", "answer"), [("a", "maybe"), ("b", "no")])
def test_a_subnet_that_is_looked_up_may_be_the_one_that_another_deployment_makes(tmp_path: Path, name: str, answer: str) -> None:
    hosts = two("data.azurerm_subnet.d.id") + 'data "azurerm_subnet" "d" ' + NAMED % "a"
    network = EXIT.format(subnet="azurerm_subnet.d.id") + 'resource "azurerm_subnet" "d" ' + NAMED % name
    drawn = graph(tmp_path, {"sparekey.yaml": ESTATE, "hosts/m.tf": hosts, "network/n.tf": network})
    assert stops(drawn, path_to(drawn, "connector_group"), "zone:westeurope/1") == answer
