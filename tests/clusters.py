"""Clusters in YAML, read, mapped and joined, with the facts about identity workloads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from sparekey.config import Config
from sparekey.deployments import deployments
from sparekey.estates import apply_mappings, join
from sparekey.facts import replicas
from sparekey.formats.kubernetes import FORMAT
from sparekey.mappings import kubernetes_workloads
from sparekey.model.declaration import Document
from sparekey.model.estate import Estate, Fact
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.truth import Bounds, Truth

MAPPED = frozenset(kubernetes_workloads.MAPPING.mappers)


def estates(folder: Path, files: Mapping[str, str]) -> dict[str, Estate]:
    """The estates of these files, by name."""
    documents: list[Document] = []
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        document = FORMAT.read(SourceFile(path=path, name=name), Reading(mapped=MAPPED))
        assert isinstance(document, Document)
        documents.append(document)
    mapped = [apply_mappings(document, (kubernetes_workloads.MAPPING,)) for document in deployments(documents)]
    return {estate.name: estate for estate in join(mapped, Config())}


def facts(estate: Estate) -> dict[tuple[str, str], Fact]:
    """Every fact about an identity workload of an estate, by its name and the fact's."""
    found = [item for item in replicas.derive(estate, Config()) if isinstance(item, Fact)]
    return {(fact.subject.rsplit("/", 1)[1], fact.name): fact for fact in found}


def counted(estate: Estate, name: str) -> tuple[int, int | None]:
    """How many instances a workload is said to keep."""
    bounds = facts(estate)[name, "replicas"].value
    assert isinstance(bounds, Bounds)
    return bounds.least, bounds.most


def runs(estate: Estate, name: str) -> str:
    """Whether a workload is to run."""
    truth = facts(estate)[name, "runs"].value
    assert isinstance(truth, Truth)
    return truth.answer


def manifest(kind: str, name: str, api: str = "apps/v1", *, namespace: str | None = "auth", **spec: object) -> str:
    """One object as YAML."""
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return yaml.safe_dump({"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}, sort_keys=False)


def workload(
    name: str = "dex",
    image: str | tuple[str, ...] = "ghcr.io/dexidp/dex:v2",
    *,
    kind: str = "Deployment",
    args: tuple[str, ...] = (),
    namespace: str | None = "auth",
    **spec: object,
) -> str:
    """A workload that runs these images."""
    images = (image,) if isinstance(image, str) else image
    containers = [{"name": f"c{number}", "image": each, "args": list(args)} for number, each in enumerate(images)]
    spec["template"] = {"spec": {"containers": containers}}
    return manifest(kind, name, namespace=namespace, **spec)  # type: ignore[arg-type]  # no member of a spec is called so


def autoscaler(target: str = "dex", *, kind: str | None = "Deployment", namespace: str | None = "auth", **spec: object) -> str:
    """An autoscaler of a workload."""
    reference = {"name": target} | ({"kind": kind} if kind else {})
    return manifest("HorizontalPodAutoscaler", "hpa", "autoscaling/v2", namespace=namespace, scaleTargetRef=reference, **spec)


def together(*parts: str) -> str:
    """Several objects in one file."""
    return "---\n".join(parts)
