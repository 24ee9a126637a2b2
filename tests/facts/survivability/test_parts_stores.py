"""What identity providers in clusters stand on: their databases and the vaults whose secrets they mount."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.clusters import manifest, together
from tests.written_estates import asked, graph, path_to, points

API = "k8s.keycloak.org/v2alpha1"
REGIONS = """
inventory:
  components:
    - {id: k8s, kind: cluster, groups: [{members: ["region:westeurope", "region:northeurope"]}]}
"""
SERVER = """
resource "azurerm_postgresql_flexible_server" "login" {
  name                = "pg-login"
  resource_group_name = "rg"
  location            = "westeurope"
  zone                = "1"
%s
}
"""
STANDBY = 'high_availability {\n mode = "%s"\n }'


def keycloak(host: str, name: str = "login") -> str:
    return manifest("Keycloak", name, API, instances=3, db={"vendor": "postgres", "host": host})


def server(standby: str = "") -> str:
    return SERVER % (STANDBY % standby if standby else "")


def _files(text: str, inventory: str = REGIONS, **more: str) -> dict[str, str]:
    estates = "estates: {all: ['*']}\n"
    return {"sparekey.yaml": estates + inventory, "k8s/a.yaml": text, **{f"infra/{name}.tf": tf for name, tf in more.items()}}


AZURE = "pg-login.postgres.database.azure.com"


@pytest.mark.parametrize(
    ("standby", "certain"),
    [
        ("ZoneRedundant", {"region westeurope", "Azure"}),
        ("SameZone", {"region westeurope", "zone 1 of westeurope", "Azure"}),
        ("", {"region westeurope", "zone 1 of westeurope", "Azure", "database pg-login"}),
    ],
)
def test_a_server_of_a_cloud_needs_its_region_and_without_a_standby_elsewhere_its_zone(
    tmp_path: Path, standby: str, certain: set[str]
) -> None:
    drawn = graph(tmp_path, _files(keycloak(AZURE), server=server(standby)))
    found, possible = points(drawn, path_to(drawn, "Keycloak"))
    assert found - {"the cluster of k8s"} == certain
    assert not any("region" in each and "westeurope" not in each for each in possible)


def test_a_zone_that_nobody_chose_is_asked(tmp_path: Path) -> None:
    drawn = graph(tmp_path, _files(keycloak(AZURE), server=server().replace('zone                = "1"', "")))
    found, possible = points(drawn, path_to(drawn, "Keycloak"))
    assert "region westeurope" in found
    assert "a zone of westeurope" in possible


def test_an_alias_leads_to_the_server(tmp_path: Path) -> None:
    alias = manifest("Service", "db", "v1", type="ExternalName", externalName=AZURE)
    drawn = graph(tmp_path, _files(together(keycloak("db"), alias), server=server("ZoneRedundant")))
    assert "region westeurope" in points(drawn, path_to(drawn, "Keycloak"))[0]


def test_aliases_that_run_in_a_circle_end(tmp_path: Path) -> None:
    aliases = [
        manifest("Service", "a", "v1", type="ExternalName", externalName="b.auth.svc.cluster.local"),
        manifest("Service", "b", "v1", type="ExternalName", externalName="a.auth.svc.cluster.local"),
    ]
    drawn = graph(tmp_path, _files(together(keycloak("a"), *aliases)))
    assert any("the database at" in question for question in asked(drawn, path_to(drawn, "Keycloak")))


POD = {"metadata": {"labels": {"app": "db", "tier": "data"}}, "spec": {"containers": [{"image": "postgres:16"}]}}


def test_a_service_finds_the_database_by_its_labels(tmp_path: Path) -> None:
    found = manifest("Service", "db", "v1", selector={"app": "db"})
    pods = manifest("StatefulSet", "pg", template=POD)
    drawn = graph(tmp_path, _files(together(keycloak("db"), found, pods)))
    certain, _ = points(drawn, path_to(drawn, "Keycloak"))
    assert "database pg" in certain
    other = manifest("Service", "db", "v1", selector={"app": "pooler"})
    drawn = graph(tmp_path / "b", _files(together(keycloak("db"), other, pods)))
    certain, _ = points(drawn, path_to(drawn, "Keycloak"))
    assert "database pg" not in certain, "the Service leads to something else"
    assert "what does the database at db.auth.svc stand on?" in asked(drawn, path_to(drawn, "Keycloak"))


def test_one_of_the_servers_that_an_operator_runs_is_enough(tmp_path: Path) -> None:
    for instances, alone in ((3, False), (1, True)):
        cluster = manifest("Cluster", "pg", "postgresql.cnpg.io/v1", instances=instances)
        drawn = graph(tmp_path / str(instances), _files(together(keycloak("pg-rw"), cluster)))
        certain, _ = points(drawn, path_to(drawn, "Keycloak"))
        assert ("database pg" in certain) is alone
        assert "the cluster of k8s" in certain


def test_each_cluster_has_a_database_of_its_own(tmp_path: Path) -> None:
    """Two folders are two clusters: a name in the one is not proven to mean what has it in the other."""
    cluster = manifest("Cluster", "pg", "postgresql.cnpg.io/v1", instances=1)
    files = {**_files(keycloak("pg-rw")), "west/b.yaml": together(keycloak("pg-rw", "west"), cluster)}
    drawn = graph(tmp_path, files)
    assert "database pg" in points(drawn, path_to(drawn, "west"))[0]
    certain, _ = points(drawn, path_to(drawn, "k8s#"))
    assert "database pg" not in certain
    assert "is pg (Cluster/auth/pg) the database at pg-rw.auth.svc?" in asked(drawn, path_to(drawn, "k8s#"))


def test_what_only_a_name_is_known_of_stops_by_itself_and_is_one_question(tmp_path: Path) -> None:
    drawn = graph(tmp_path, _files(together(keycloak("db.example.com"), keycloak("db.example.com", "second"))))
    target = path_to(drawn, "auth/login")
    certain, _ = points(drawn, target)
    assert "the database at db.example.com" in certain
    assert "region westeurope" not in certain
    assert sum("database" in question for question in asked(drawn, target)) == 1
    declared = REGIONS + "    - {id: db.example.com, kind: database, needs: ['region:westeurope']}\n"
    drawn = graph(tmp_path / "b", _files(keycloak("db.example.com"), declared))
    certain, _ = points(drawn, path_to(drawn, "Keycloak"))
    assert "region westeurope" in certain
    assert not any("database" in question for question in asked(drawn, path_to(drawn, "Keycloak")))


@pytest.mark.parametrize(
    "entry",
    [
        "{id: Keycloak/auth/login, kind: idp, needs: [database:store]}",
        "{id: login, kind: identity-workload, needs: [database:store]}",
    ],
)
def test_the_inventory_says_what_a_manifest_does_not(tmp_path: Path, entry: str) -> None:
    silent = manifest("Keycloak", "login", API, instances=3)
    drawn = graph(tmp_path, _files(silent))
    assert "in which database does login keep its users and sessions?" in asked(drawn, path_to(drawn, "Keycloak"))
    told = REGIONS + f"    - {entry}\n    - {{id: store, kind: database, needs: ['region:norwayeast']}}\n"
    drawn = graph(tmp_path / "b", _files(silent, told))
    target = path_to(drawn, "Keycloak")
    assert not any("database" in question for question in asked(drawn, target))
    assert "region norwayeast" in points(drawn, target)[0]


def test_a_place_of_that_name_says_nothing_of_the_workload(tmp_path: Path) -> None:
    silent = manifest("Keycloak", "login", API, instances=3)
    told = REGIONS + "    - {id: login, kind: site}\n"
    drawn = graph(tmp_path, _files(silent, told))
    assert any("database" in question for question in asked(drawn, path_to(drawn, "Keycloak")))


CLASS = manifest(
    "SecretProviderClass", "kv", "secrets-store.csi.x-k8s.io/v1", provider="azure", parameters={"keyvaultName": "kv-login"}
)
VOLUME = {"csi": {"driver": "secrets-store.csi.k8s.io", "volumeAttributes": {"secretProviderClass": "kv"}}}
MOUNTING = manifest(
    "Keycloak",
    "login",
    API,
    instances=3,
    db={"vendor": "dev-mem"},
    unsupported={"podTemplate": {"spec": {"containers": [], "volumes": [VOLUME]}}},
)
VAULT = 'resource "azurerm_key_vault" "v" {\n name = "KV-Login"\n location = "West Europe"\n resource_group_name = "rg"\n}\n'


def test_pods_need_the_vault_whose_secrets_they_mount(tmp_path: Path) -> None:
    drawn = graph(tmp_path, _files(together(MOUNTING, CLASS), vault=VAULT))
    assert {"KV-Login", "region westeurope"} <= {each.removeprefix("vault ") for each in points(drawn, path_to(drawn, "Key"))[0]}
    drawn = graph(tmp_path / "b", _files(together(MOUNTING, CLASS)))
    target = path_to(drawn, "Key")
    assert "vault kv-login" in points(drawn, target)[0]
    assert "in which region is the vault kv-login?" in asked(drawn, target)
    drawn = graph(tmp_path / "c", _files(MOUNTING))
    assert "from which vault do the secrets of kv come?" in asked(drawn, path_to(drawn, "Key"))


def test_a_secret_that_was_copied_needs_no_vault(tmp_path: Path) -> None:
    copied = manifest("ExternalSecret", "login", "external-secrets.io/v1", secretStoreRef={"name": "kv", "kind": "SecretStore"})
    store = manifest(
        "SecretStore", "kv", "external-secrets.io/v1", provider={"azurekv": {"vaultUrl": "https://kv-login.vault.azure.net"}}
    )
    plain = manifest("Keycloak", "login", API, instances=3, db={"vendor": "dev-mem"})
    drawn = graph(tmp_path, _files(together(plain, copied, store), vault=VAULT))
    assert not any("vault" in each.casefold() for each in set().union(*points(drawn, path_to(drawn, "Key"))))
