"""Where identity providers of a cluster keep their users, which secrets they mount, and which databases and Services are there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.clusters import manifest, together
from tests.written_estates import estate

from sparekey.model.host_names import bare, perhaps_service, seen_from, service
from sparekey.model.kinds.databases import Database
from sparekey.model.kinds.services import ClusterService
from sparekey.model.kinds.workloads import IdentityWorkload, SecretSource
from sparekey.model.resource import known_text
from sparekey.model.value import Known

API = "k8s.keycloak.org/v2alpha1"


def _workload(folder: Path, text: str) -> IdentityWorkload:
    (found,) = estate(folder, {"k8s/a.yaml": text})[0].of("identity_workload")
    assert isinstance(found, IdentityWorkload)
    return found


def _hosts(found: IdentityWorkload) -> tuple[list[str], bool]:
    """The hosts of the store, and whether there may be another one."""
    values = found.store.values
    return [member.value for member in values.members if isinstance(member, Known)], values.open is not None


def _running(env: object = (), args: tuple[str, ...] = ("start",), **container: object) -> str:
    pod = {"name": "k", "image": "quay.io/keycloak/keycloak:26", "args": list(args), "env": env, **container}
    return manifest("StatefulSet", "login", template={"spec": {"containers": [pod]}})


@pytest.mark.parametrize(
    ("db", "hosts"),
    [
        ({"vendor": "postgres", "host": "db"}, ["db.auth.svc@k8s"]),
        ({"vendor": "postgres", "host": "DB.Data.svc.cluster.local."}, ["db.data.svc@k8s"]),
        ({"vendor": "postgres", "host": "PG.example.com"}, ["pg.example.com"]),
        ({"url": "jdbc:postgresql://a.example.com:5432,b.example.com/kc?x=y", "host": "c"}, ["a.example.com", "b.example.com"]),
        ({"url": "jdbc:sqlserver://ms.example.com:1433;databaseName=kc"}, ["ms.example.com"]),
        ({"url": "jdbc:oracle:thin:@ora.example.com:1521:kc"}, ["ora.example.com"]),
        ({"url": "jdbc:postgresql://user:hunter2@pg.example.com/kc"}, ["pg.example.com"]),
    ],
)
def test_a_keycloak_resource_names_its_database(tmp_path: Path, db: dict[str, str], hosts: list[str]) -> None:
    assert _hosts(_workload(tmp_path, manifest("Keycloak", "login", API, db=db))) == (hosts, False)


@pytest.mark.parametrize("db", [{"vendor": "dev-file"}, {"vendor": "dev-mem"}])
def test_a_store_of_its_own_is_none(tmp_path: Path, db: dict[str, str]) -> None:
    assert _hosts(_workload(tmp_path, manifest("Keycloak", "login", API, db=db))) == ([], False)


@pytest.mark.parametrize(
    "db",
    [
        None,
        {"vendor": "postgres"},
        {"host": "localhost"},
        {"url": "jdbc:postgresql:///kc"},
        {"host": "${DB_HOST}"},
        {"host": "{{ h }}"},
    ],
)
def test_what_is_not_said_is_asked(tmp_path: Path, db: dict[str, str] | None) -> None:
    found = _workload(tmp_path, manifest("Keycloak", "login", API, db=db))
    assert _hosts(found) == ([], True)


def test_options_of_a_resource_are_read_and_secrets_are_not(tmp_path: Path) -> None:
    given_ = [{"name": "db-url-host", "value": "pg.example.com"}]
    assert _hosts(_workload(tmp_path / "a", manifest("Keycloak", "login", API, additionalOptions=given_))) == (
        ["pg.example.com"],
        False,
    )
    hidden = [{"name": "db-url-host", "secret": {"name": "s", "key": "k"}}]
    assert _hosts(_workload(tmp_path / "b", manifest("Keycloak", "login", API, additionalOptions=hidden))) == ([], True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_running([{"name": "KC_DB_URL_HOST", "value": "db"}]), (["db.auth.svc@k8s"], False)),
        (_running([{"name": "KC_DB_URL", "value": "jdbc:mysql://db.data:3306/kc"}]), (["db.data"], False)),
        (_running([{"name": "DB_ADDR", "value": "db"}]), (["db.auth.svc@k8s"], False)),
        (_running(args=("start", "--db-url-host=db.example.com")), (["db.example.com"], False)),
        (_running(args=("start --db=postgres --db-url-host db.example.com",)), (["db.example.com"], False)),
        (_running([{"name": "KC_DB_URL_HOST", "valueFrom": {"secretKeyRef": {"name": "s", "key": "h"}}}]), ([], True)),
        (_running([{"name": "KC_DB_URL_HOST", "value": "$(HOST)"}]), ([], True)),
        (_running(args=("start-dev",)), ([], False)),
        (_running(args=("start-dev",), envFrom=[{"secretRef": {"name": "s"}}]), ([], True)),
        (_running([{"name": "KC_DB", "value": "dev-mem"}]), ([], False)),
        (_running([{"name": "KC_DB", "value": "postgres"}], args=("start-dev",)), ([], True)),
        (_running(), ([], True)),
    ],
)
def test_a_workload_says_it_in_its_environment_or_arguments(tmp_path: Path, text: str, expected: tuple[list[str], bool]) -> None:
    assert _hosts(_workload(tmp_path, text)) == expected


def test_no_password_of_an_address_goes_any_further(tmp_path: Path) -> None:
    found = _workload(tmp_path, _running([{"name": "KC_DB_URL", "value": "jdbc:postgresql://u:hunter2@db/kc?password=hunter2"}]))
    assert "hunter2" not in repr(found)


def test_what_pods_mount_and_what_it_comes_from(tmp_path: Path) -> None:
    volume = {"csi": {"driver": "secrets-store.csi.k8s.io", "volumeAttributes": {"secretProviderClass": "kv"}}}
    other = {"csi": {"driver": "disk.csi.azure.com", "volumeAttributes": {"secretProviderClass": "no"}}}
    pod = {"containers": [{"image": "quay.io/keycloak/keycloak"}], "volumes": [volume, other, {"emptyDir": {}}]}
    classes = [
        manifest(
            "SecretProviderClass", "kv", "secrets-store.csi.x-k8s.io/v1", provider="azure", parameters={"keyvaultName": "KV1"}
        ),
        manifest("SecretProviderClass", "aws", "secrets-store.csi.x-k8s.io/v1", provider="aws", parameters={"objects": "x"}),
    ]
    text = together(manifest("Deployment", "login", template={"spec": pod}), *classes)
    found = estate(tmp_path, {"k8s/a.yaml": text})[0]
    (workload,) = found.of("identity_workload")
    assert isinstance(workload, IdentityWorkload)
    assert [member.value for member in workload.secret_sources.members if isinstance(member, Known)] == ["kv"]
    sources = {known_text(source.name): found.linked(source, "vaults") for source in found.of("secret_source")}
    assert [edge.key for edge in sources["kv"].members] == ["KV1"]
    assert sources["kv"].open is None
    assert sources["aws"].members == ()
    assert sources["aws"].open is not None
    assert all(isinstance(source, SecretSource) for source in found.of("secret_source"))


def _keys(found: Database | ClusterService) -> list[str]:
    return [
        key.value.value for key in found.keys if key.space == "host_name" and isinstance(key.value, Known) and key.value.value
    ]


def test_a_cluster_of_the_operator_has_three_names_and_takes_over(tmp_path: Path) -> None:
    text = together(
        manifest("Cluster", "pg", "postgresql.cnpg.io/v1", instances=3),
        manifest("Cluster", "one", "postgresql.cnpg.io/v1"),
        manifest("Cluster", "other", "cluster.x-k8s.io/v1beta1"),
    )
    first, second = estate(tmp_path, {"k8s/a.yaml": text})[0].of("database")
    assert isinstance(first, Database)
    assert isinstance(second, Database)
    assert _keys(first) == ["pg-rw.auth.svc@k8s", "pg-ro.auth.svc@k8s", "pg-r.auth.svc@k8s"]
    assert [known_text(each.standby) for each in (first, second)] == ["host", "none"]
    assert [each.instances.value for each in (first, second) if isinstance(each.instances, Known)] == [3, 1]


@pytest.mark.parametrize(
    ("image", "is_one"),
    [
        ("postgres:16", True),
        ("docker.io/bitnami/postgresql@sha256:00", True),
        ("mcr.microsoft.com/mssql/server:2022-latest", True),
        ("goauthentik/server:1", False),
        ("prometheuscommunity/postgres-exporter", False),
        ("registry.example/shop", False),
    ],
)
def test_a_stateful_set_is_a_database_by_its_image(tmp_path: Path, image: str, *, is_one: bool) -> None:
    template = {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"image": image}]}}
    text = manifest("StatefulSet", "db", serviceName="db-headless", replicas=3, template=template)
    found = estate(tmp_path, {"k8s/a.yaml": text})[0].of("database")
    assert bool(found) is is_one
    for each in found:
        assert isinstance(each, Database)
        assert _keys(each) == ["db-headless.auth.svc@k8s", "db-0.db-headless.auth.svc@k8s"]
        assert known_text(each.standby) == "none", "nothing promotes another of its pods"
        assert [member.value for member in each.labels.members if isinstance(member, Known)] == ["app=db"]


def test_a_service_stands_for_a_name_or_for_pods(tmp_path: Path) -> None:
    text = together(
        manifest("Service", "away", "v1", type="ExternalName", externalName="PG.example.com."),
        manifest("Service", "here", "v1", selector={"app": "db"}, externalName="ignored.example.com"),
    )
    found = {known_text(each.name): each for each in estate(tmp_path, {"k8s/a.yaml": text})[0].of("cluster_service")}
    away, here = found["away"], found["here"]
    assert isinstance(away, ClusterService)
    assert isinstance(here, ClusterService)
    assert known_text(away.external_name) == "pg.example.com"
    assert known_text(here.external_name) is None
    assert [member.value for member in here.selector.members if isinstance(member, Known)] == ["app=db"]
    assert _keys(here) == ["here.auth.svc@k8s"]


LABELS = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)


@given(name=LABELS, namespace=LABELS, deployment=st.sampled_from([".", "k8s", "a/b"]))
def test_every_spelling_of_a_service_is_one_name(name: str, namespace: str, deployment: str) -> None:
    whole = service(name, namespace, deployment)
    for spelling in (
        name,
        f"{name}.{namespace}.svc",
        f"{name}.{namespace}.svc.cluster.local",
        f"{name.upper()}.{namespace}.svc.",
    ):
        assert seen_from(spelling, namespace, deployment) == whole
    assert perhaps_service(f"{name}.{namespace}", deployment) == whole
    assert seen_from(name, namespace, "elsewhere") != whole, "each cluster has names of its own"
    assert bare(whole) == f"{name}.{namespace}.svc"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.one_of(
        st.none(),
        st.integers(),
        st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30),
        st.lists(st.integers(), max_size=2),
        st.dictionaries(LABELS, LABELS, max_size=2),
    )
)
def test_whatever_stands_there_is_read_or_asked(tmp_path: Path, value: object) -> None:
    """Hostile values make no database out of nothing, and no traceback."""
    text = yaml.safe_dump(
        {
            "apiVersion": API,
            "kind": "Keycloak",
            "metadata": {"name": "login", "namespace": "auth"},
            "spec": {
                "db": {"vendor": value, "url": value, "host": value},
                "additionalOptions": value,
                "env": value,
                "unsupported": value,
            },
        }
    )
    hosts, open_ = _hosts(_workload(tmp_path, text))
    assert len(hosts) <= 31
    assert hosts or open_ or (isinstance(value, str) and value.strip().casefold() in ("h2", "dev-file", "dev-mem"))
