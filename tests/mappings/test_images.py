"""An image names a product only where it is that product: operators, exporters and clients are something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.mappings.images import DISTINCT, OWNED, product_of

NAMES = {**{f"somebody/{name}": product for name, product in DISTINCT.items()}, **OWNED}


@given(
    st.sampled_from(sorted(NAMES)),
    st.sampled_from(["", "docker.io/", "ghcr.io/", "registry.example:5000/", "localhost/", "mirror.example/proxy/quay.io/"]),
    st.sampled_from(["", ":latest", ":26.0.1", "@sha256:" + "a" * 64, ":1@sha256:" + "b" * 64]),
)
def test_registry_and_tag_do_not_matter(name: str, registry: str, tag: str) -> None:
    assert product_of(f"{registry}{name}{tag}") == NAMES[name]


@pytest.mark.parametrize("image, product", [("vault:1.13", "vault"), ("keycloak", "keycloak"), ("hashicorp/vault", "vault")])
def test_official_images_have_no_publisher(image: str, product: str) -> None:
    assert product_of(image) == product


@pytest.mark.parametrize(
    "image",
    [
        "",
        ":",
        "/",
        "quay.io/keycloak/keycloak-operator:26",
        "adorsys/keycloak-config-cli",
        "hashicorp/vault-k8s:1.4",
        "exchange.example/trading/dex:1",
        "docker.io/library/server",
        "registry.example/keycloak/theme:2",
        "registry.example/shop:keycloak",
        "ghcr.io/spiffe/spire-agent:1.9",
    ],
)
def test_other_images_are_no_product(image: str) -> None:
    assert product_of(image) is None


@given(st.text(max_size=30))
def test_any_text_can_be_asked_about(image: str) -> None:
    assert product_of(image) in {None, *NAMES.values()}
