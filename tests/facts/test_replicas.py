"""How many instances are kept running: the minimum of what decides, and unknown wherever something else may decide."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clusters import autoscaler, counted, estates, facts, manifest, runs, together, workload

BASE = "k8s/base"


@pytest.mark.parametrize("written, count", [({}, 1), ({"replicas": 3}, 3), ({"replicas": None}, 1), ({"replicas": "2"}, 2)])
def test_the_written_number_counts_and_one_is_the_default(tmp_path: Path, written: dict[str, object], count: int) -> None:
    assert counted(estates(tmp_path, {"k8s/a.yaml": workload(**written)})["k8s"], "dex") == (count, count)  # type: ignore[arg-type]


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize("replicas, minimum", [(1, 3), (3, 1), (None, 2)])
def test_an_autoscaler_goes_before_the_written_number(tmp_path: Path, replicas: int | None, minimum: int, *, apart: bool) -> None:
    parts = [workload(replicas=replicas), autoscaler(minReplicas=minimum)]
    files = {f"k8s/{i}.yaml": part for i, part in enumerate(parts)} if apart else {"k8s/a.yaml": together(*parts)}
    assert counted(estates(tmp_path, files)["k8s"], "dex") == (minimum, minimum)


@pytest.mark.parametrize(
    "other",
    [
        autoscaler("gate", minReplicas=5),
        autoscaler(kind="StatefulSet", minReplicas=5),
        autoscaler(namespace="shop", minReplicas=5),
    ],
)
def test_an_autoscaler_of_something_else_changes_nothing(tmp_path: Path, other: str) -> None:
    assert counted(estates(tmp_path, {"k8s/a.yaml": together(workload(), other)})["k8s"], "dex") == (1, 1)


@pytest.mark.parametrize(
    "other",
    [
        autoscaler(namespace=None, minReplicas=3),
        autoscaler(kind=None, minReplicas=3),
        autoscaler("{{ name }}", minReplicas=3),
        together(autoscaler(minReplicas=1), autoscaler(minReplicas=3)),
    ],
)
def test_an_autoscaler_that_may_target_it_widens_the_count(tmp_path: Path, other: str) -> None:
    assert counted(estates(tmp_path, {"k8s/a.yaml": together(workload(), other)})["k8s"], "dex") == (1, 3)


def test_without_namespaces_one_folder_is_applied_to_one(tmp_path: Path) -> None:
    text = together(workload(namespace=None), autoscaler(namespace=None, minReplicas=2))
    assert counted(estates(tmp_path, {"k8s/a.yaml": text})["k8s"], "dex") == (2, 2)


def test_another_deployment_proves_nothing_and_may_change_much(tmp_path: Path) -> None:
    files = {"a/dex.yaml": workload(), "b/hpa.yaml": autoscaler(minReplicas=3)}
    assert counted(estates(tmp_path, files)["a"], "dex") == (1, 3)


def test_an_autoscaler_that_has_its_target_elsewhere_is_not_of_concern(tmp_path: Path) -> None:
    files = {"dev/dex.yaml": workload(), "prod/dex.yaml": together(workload(), autoscaler(minReplicas=3))}
    found = estates(tmp_path, files)
    assert counted(found["dev"], "dex") == (1, 1)
    assert counted(found["prod"], "dex") == (3, 3)


def _overlay(**members: object) -> str:
    return manifest("Kustomization", "k", "kustomize.config.k8s.io/v1beta1") + "".join(f"{k}: {v}\n" for k, v in members.items())


@pytest.mark.parametrize(
    "change, counts",
    [
        ("", (1, 1)),
        ("images: [{name: dex, newTag: v3}]", (1, 1)),
        ("patches: [{path: p.yaml, target: {kind: Deployment, name: other}}]", (1, 1)),
        ("patches: [{path: p.yaml, target: {kind: Service}}]", (1, 1)),
        ("replicas: [{name: other, count: 3}]", (1, 1)),
        ("replicas: [{name: dex, count: 3}]", (0, None)),
        ("replicas: [{name: prod-dex, count: 3}]", (0, None)),
        ("patches: [{path: p.yaml}]", (0, None)),
        ("patches: [{path: p.yaml, target: {kind: Deployment}}]", (0, None)),
        ("patches: [{path: p.yaml, target: {name: 'd.*'}}]", (0, None)),
        ("patchesStrategicMerge: [p.yaml]", (0, None)),
        ("components: [../more]", (0, None)),
    ],
)
@pytest.mark.parametrize("between", [True, False])
def test_an_overlay_that_may_change_the_number_opens_it(
    tmp_path: Path, change: str, counts: tuple[int, int | None], *, between: bool
) -> None:
    above = "k8s/middle" if between else "k8s/base"
    files = {
        "k8s/base/dex.yaml": workload(),
        "k8s/base/kustomization.yaml": "resources: [dex.yaml]\n",
        "k8s/middle/kustomization.yaml": "resources: [../base/]\nnamespace: auth\n",
        "k8s/prod/kustomization.yaml": f"resources: [{above.replace('k8s', '..')}]\n{change}\n",
    }
    assert counted(estates(tmp_path, files)[BASE], "dex") == counts


def test_an_overlay_of_something_else_changes_nothing(tmp_path: Path) -> None:
    files = {
        "k8s/base/dex.yaml": workload(),
        "k8s/other/kustomization.yaml": "resources: [gate.yaml]\n",
        "k8s/prod/kustomization.yaml": "resources: [../other]\nreplicas: [{name: dex, count: 3}]\n",
    }
    assert counted(estates(tmp_path, files)[BASE], "dex") == (1, 1)


def test_kustomizations_in_a_circle_end(tmp_path: Path) -> None:
    files = {
        "a/dex.yaml": workload(),
        "a/kustomization.yaml": "resources: [dex.yaml, ../b]\n",
        "b/kustomization.yaml": "resources: [../a]\n",
    }
    assert counted(estates(tmp_path, files)["a"], "dex") == (1, 1)


def test_a_patch_is_no_workload(tmp_path: Path) -> None:
    files = {
        "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: login.yaml}]\n",
        "prod/login.yaml": manifest("Keycloak", "login", "k8s.keycloak.org/v2alpha1", instances=1),
    }
    assert runs(estates(tmp_path, files)["prod"], "login") == "no"


@pytest.mark.parametrize("replicas, answer", [(0, "no"), (1, "yes"), (None, "yes"), ("{{ n }}", "maybe")])
def test_what_is_switched_off_does_not_run(tmp_path: Path, replicas: object, answer: str) -> None:
    text = together(workload(replicas=replicas), autoscaler(minReplicas=2))
    assert runs(estates(tmp_path, {"k8s/a.yaml": text})["k8s"], "dex") == answer


@pytest.mark.parametrize(
    "unread, counts",
    [
        ("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: [\n", (0, None)),
        ("{{ if x }}\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n", (0, None)),
        ("apiVersion: v1\nkind: {{ kind }}\n", (0, None)),
        ("apiVersion: apps/v1\nkind: Deployment\nspec: [\n", (1, 1)),
        ("apiVersion: v1\nkind: Service\nspec: [\n", (1, 1)),
    ],
)
def test_what_cannot_be_read_matters_where_it_may_decide(tmp_path: Path, unread: str, counts: tuple[int, int | None]) -> None:
    assert counted(estates(tmp_path, {"k8s/a.yaml": workload(), "k8s/b.yaml": unread})["k8s"], "dex") == counts


# More knowledge only narrows: whatever is blanked, what was counted before stays possible.
@given(st.data())
def test_blanking_only_widens(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    replicas, minimum = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    lines = together(workload(replicas=replicas), autoscaler(minReplicas=minimum)).splitlines()
    known = counted(estates(tmp_path_factory.mktemp("k"), {"k/a.yaml": "\n".join(lines)})["k"], "dex")
    values = [i for i, line in enumerate(lines) if ": " in line and not line.startswith(("kind", "apiVersion"))]
    for index in data.draw(st.sets(st.sampled_from(values), max_size=4)):
        name, _, value = lines[index].partition(": ")
        lines[index] = f"{name}: '{{{{ {value.strip()[:1]} }}}}'" if "image" not in name else lines[index]
    estate = estates(tmp_path_factory.mktemp("k"), {"k/a.yaml": "\n".join(lines)})["k"]
    for name in {subject for subject, _ in facts(estate)}:
        least, most = counted(estate, name)
        assert least <= known[0]
        assert most is None or most >= known[0]
