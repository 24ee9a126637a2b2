"""Whether sign-in is near a profile of names: what says so for certain, and what is asked, with the reason why it matters."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sparekey.config import Config
from sparekey.config_file import load
from sparekey.model.truth import Truth
from sparekey.run import gather

PROFILE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "resources": [
        {"type": "Microsoft.Network/trafficManagerProfiles", "apiVersion": "2022-04-01", "name": "tm", "location": "global"}
    ],
}

KNOWN, HIDDEN, OTHER = "quay.io/keycloak/keycloak:26.0", "$TAGGED_IMAGE_NAME", "nginx:1.27"

TOGETHER = "estates:\n  all: [infra/template.json, k8s]\n"


def _workload(image: str, name: str = "hello") -> str:
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: web}}
spec:
  template:
    spec:
      containers:
        - {{name: c, image: "{image}"}}
"""


def _near(folder: Path, monkeypatch: pytest.MonkeyPatch, *images: str, together: bool) -> Truth:
    """Whether sign-in is near a profile, with workloads of these images in another folder, in one estate or not."""
    monkeypatch.chdir(folder)
    for name in ("infra", "k8s"):
        Path(name).mkdir()
    Path("infra/template.json").write_text(json.dumps(PROFILE))
    Path("k8s/app.yaml").write_text("---".join(_workload(image, f"w{i}") for i, image in enumerate(images)))
    config = Config()
    if together:
        Path("sparekey.yaml").write_text(TOGETHER)
        config = load(Path("sparekey.yaml"), name="sparekey.yaml")
    for estate in gather([Path()], config).estates:
        for profile in estate.of("traffic_profile"):
            found = estate.facts[profile.id]["near_sign_in"]
            assert isinstance(found, Truth)
            return found
    raise AssertionError("no profile")


@pytest.mark.parametrize(
    ("images", "answer"), [((KNOWN,), "yes"), ((HIDDEN,), "maybe"), ((OTHER,), "no"), ((HIDDEN, KNOWN), "yes")]
)
def test_a_workload_that_may_be_anything_proves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, images: tuple[str, ...], answer: str
) -> None:
    said = _near(tmp_path, monkeypatch, *images, together=True)
    assert said.answer == answer
    if answer == "maybe":
        assert [cause.label for cause in said.because] == ["does w0 run an identity provider? an image cannot be read"]


@pytest.mark.parametrize(
    ("images", "what"),
    [
        ((KNOWN,), "does Deployment/web/w0, which is of sign-in and"),
        ((HIDDEN,), "does Deployment/web/w0, which may run an identity provider and"),
        ((HIDDEN, KNOWN), "does Deployment/web/w1, which is of sign-in and"),
    ],
)
def test_of_another_deployment_it_is_asked_and_said_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, images: tuple[str, ...], what: str
) -> None:
    said = _near(tmp_path, monkeypatch, *images, together=False)
    assert said.answer == "maybe"
    assert [cause.label for cause in said.because] == [f"{what} belongs to another deployment, exist together with this?"]
