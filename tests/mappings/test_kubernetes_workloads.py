"""Which workloads run an identity provider, and what is read of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.clusters import autoscaler, estates, manifest, workload

from sparekey.model.kinds.workloads import IdentityWorkload, Kustomization, WorkloadScaler
from sparekey.model.resource import known_text
from sparekey.model.value import Known, Unknown


def _all(tmp_path: Path, text: str, kind: str, name: str = "k8s/a.yaml") -> tuple[object, ...]:
    return next(iter(estates(tmp_path, {name: text}).values())).of(kind)


def _workload(tmp_path: Path, text: str) -> IdentityWorkload | None:
    found = _all(tmp_path, text, "identity_workload")
    assert len(found) <= 1
    one = found[0] if found else None
    assert one is None or isinstance(one, IdentityWorkload)
    return one


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_workload_is_what_its_image_says(tmp_path: Path, kind: str) -> None:
    found = _workload(tmp_path, workload("login", "quay.io/keycloak/keycloak:26", kind=kind, replicas=2))
    assert found is not None
    assert [known_text(v) for v in (found.product, found.controller, found.namespace)] == ["keycloak", kind, "auth"]
    assert isinstance(found.replicas, Known)
    assert found.replicas.value == 2


def test_a_keycloak_resource_runs_one_unless_it_says_so(tmp_path: Path) -> None:
    found = _workload(tmp_path, manifest("Keycloak", "login", "k8s.keycloak.org/v2alpha1"))
    assert found is not None
    assert isinstance(found.replicas, Known)
    assert (found.replicas.value, found.replicas.origin) == (1, "default")


@pytest.mark.parametrize(
    "text",
    [
        workload("shop", "registry.example/shop:1"),
        workload("shop", ("registry.example/shop:1", "quay.io/oauth2-proxy/oauth2-proxy:7")),
        workload("shop", ("registry.example/shop:1", "hashicorp/vault:1.17"), args=("agent", "-config=x")),
        workload("agent", "hashicorp/vault:1.17", args=("agent",)),
        workload("worker", "ghcr.io/goauthentik/server:2024", args=("worker",)),
        workload("courier", "oryd/kratos:v1", args=("courier", "watch")),
        workload("patch", ()),
        manifest("Keycloak", "old", "keycloak.org/v1alpha1"),
        manifest("DaemonSet", "agent", template={"spec": {"containers": [{"image": "quay.io/keycloak/keycloak"}]}}),
        manifest(
            "Deployment",
            "client",
            template={"spec": {"containers": [{"image": "x", "env": [{"name": "URL", "value": "keycloak"}]}]}},
        ),
    ],
)
def test_clients_sidecars_and_workers_are_none(tmp_path: Path, text: str) -> None:
    assert _workload(tmp_path, text) is None


def test_a_proxy_on_its_own_is_one(tmp_path: Path) -> None:
    assert _workload(tmp_path, workload("gate", "quay.io/oauth2-proxy/oauth2-proxy:7")) is not None


def test_a_label_says_it_too(tmp_path: Path) -> None:
    text = workload("directory", "registry.example/directory").replace(
        "metadata:\n", "metadata:\n  labels: {sparekey-role: idp}\n", 1
    )
    found = _workload(tmp_path, text)
    assert found is not None
    assert isinstance(found.product, Known)
    assert found.product.origin == "declared"


@pytest.mark.parametrize(
    "image", ["${IMAGE}", "$(IMAGE)", "${REGISTRY}/${IMAGE}:${TAG}", "ghcr.io/x/app-${KIND}", "${A:-dexidp/dex}"]
)
def test_an_image_whose_name_is_a_variable_may_be_one(tmp_path: Path, image: str) -> None:
    found = _workload(tmp_path, workload("x", image))
    assert found is not None
    assert isinstance(found.product, Unknown)


@pytest.mark.parametrize(
    "image,product", [("${REGISTRY}/shop:1", None), ("shop:${TAG}", None), ("${R}/keycloak:${TAG}", "keycloak")]
)
def test_a_variable_beside_the_name_hides_nothing(tmp_path: Path, image: str, product: str | None) -> None:
    found = _workload(tmp_path, workload("x", image))
    assert (found and known_text(found.product)) == product


def test_an_image_that_cannot_be_read_may_be_one(tmp_path: Path) -> None:
    found = _workload(tmp_path, workload("x", ("registry.example/x", "{{ image }}")))
    assert found is not None
    assert isinstance(found.product, Unknown)
    # What stands beside something that cannot be read may be beside what it protects.
    beside = _workload(tmp_path, workload("x", ("quay.io/oauth2-proxy/oauth2-proxy:7", "{{ image }}")))
    assert beside is not None
    assert isinstance(beside.product, Unknown)
    # What is certain stays certain.
    sure = _workload(tmp_path, workload("x", ("{{ image }}", "ghcr.io/dexidp/dex:v2")))
    assert sure is not None
    assert known_text(sure.product) == "dex"


def test_autoscalers_have_their_own_defaults(tmp_path: Path) -> None:
    keda = manifest("ScaledObject", "k", "keda.sh/v1alpha1", scaleTargetRef={"name": "dex"})
    idle = manifest(
        "ScaledObject", "k", "keda.sh/v1alpha1", scaleTargetRef={"name": "dex"}, minReplicaCount=2, idleReplicaCount=0
    )
    for text, controller, minimum in (
        (autoscaler(), "Deployment", 1),
        (autoscaler(kind=None), None, 1),
        (autoscaler(minReplicas=3), "Deployment", 3),
        (keda, "Deployment", 0),
        (idle, "Deployment", 0),
    ):
        (found,) = _all(tmp_path, text, "workload_scaler")
        assert isinstance(found, WorkloadScaler)
        assert (known_text(found.target_controller), known_text(found.target_name)) == (controller, "dex")
        assert isinstance(found.minimum, Known)
        assert found.minimum.value == minimum


def test_what_a_kustomization_takes_and_changes(tmp_path: Path) -> None:
    text = """
resources: [../base, dex.yaml, 'https://git.example/x?ref=1']
patchesStrategicMerge: [old.yaml, "apiVersion: apps/v1\\nkind: StatefulSet\\nmetadata:\\n  labels: {a: b}\\n  name: kc\\n"]
patches:
  - {path: new.yaml, target: {kind: Deployment, name: dex}}
  - {target: {kind: Deployment, name: "dex.*"}, patch: "- {op: replace, path: /spec/replicas, value: 2}"}
  - patch: |
      kind: Deployment
      metadata:
        name: gate
replicas: [{name: dex, count: 2}]
images: [{name: dex, newTag: v3}]
"""
    (found,) = _all(tmp_path, text, "kustomization", "k8s/prod/kustomization.yaml")
    assert isinstance(found, Kustomization)

    def texts(values: object) -> list[str]:
        return [member.value for member in values.members]  # type: ignore[attr-defined]

    assert texts(found.takes)[:2] == ["k8s/base", "k8s/prod/dex.yaml"]
    assert texts(found.patches) == ["k8s/prod/old.yaml", "k8s/prod/new.yaml"]
    assert texts(found.changes) == ["Deployment/dex", "Deployment/*", "Deployment/gate", "*/*", "StatefulSet/kc", "*/dex"]


def test_a_long_patch_costs_no_time(tmp_path: Path) -> None:
    """Blanks at the margin could be read in many ways; a reader that tried all of them would never end."""
    patch = "metadata:\n" + "        x: y\n" * 500
    text = json.dumps({"resources": ["dex.yaml"], "patches": [{"patch": patch}]})
    (found,) = _all(tmp_path, text, "kustomization", "k8s/kustomization.yaml")
    assert isinstance(found, Kustomization)
    assert [member.value for member in found.changes.members if isinstance(member, Known)] == ["*/*"]
