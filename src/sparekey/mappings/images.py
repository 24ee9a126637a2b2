"""Container images of identity providers. An image is what a container runs; its environment may as well be a client's."""

from __future__ import annotations

import re
from collections.abc import Mapping

DISTINCT: Mapping[str, str] = {
    "keycloak": "keycloak",
    "keycloak-rhel8": "keycloak",
    "keycloak-rhel9": "keycloak",
    "oauth2-proxy": "oauth2-proxy",
    "oauth2_proxy": "oauth2-proxy",
    "openbao": "openbao",
    "spire-server": "spire",
    "zitadel": "zitadel",
    "authelia": "authelia",
    "pinniped-server": "pinniped",
    "openldap": "openldap",
}
"""Names that mean one product whoever publishes the image: mirrors and hardened builds keep them."""

OWNED: Mapping[str, str] = {
    "dexidp/dex": "dex",
    "coreos/dex": "dex",
    "bitnami/dex": "dex",
    "bitnamilegacy/dex": "dex",
    "hashicorp/vault": "vault",
    "library/vault": "vault",
    "bitnami/vault": "vault",
    "goauthentik/server": "authentik",
    "beryju/authentik": "authentik",
    "oryd/hydra": "hydra",
    "oryd/kratos": "kratos",
    "oryd/oathkeeper": "oathkeeper",
    "ory/hydra": "hydra",
    "ory/kratos": "kratos",
    "ory/oathkeeper": "oathkeeper",
    "gluufederation/oxauth": "gluu",
}
"""Names that mean something else elsewhere, with their publisher."""

NOT_SERVING: Mapping[str, frozenset[str]] = {
    "vault": frozenset({"agent", "proxy"}),
    "openbao": frozenset({"agent", "proxy"}),
    "authentik": frozenset({"worker"}),
    "kratos": frozenset({"courier", "migrate", "cleanup"}),
    "hydra": frozenset({"janitor", "migrate"}),
}
"""Words among the command and arguments with which an image does something other than let people sign in."""

BESIDE: frozenset[str] = frozenset({"oauth2-proxy", "oathkeeper", "openbao", "vault"})
"""Products that also run as a sidecar beside what they protect: they count where nothing but them runs in the pod."""

_VARIABLE = re.compile(r"\$\{[^}]*\}|\$\([^)]*\)")
"""What other tools put in before a manifest is applied (`envsubst`, Flux); a cluster would not take it."""
_TAG = re.compile(r"[@:].*$", re.DOTALL)


def product_of(image: str) -> str | None:
    """What an image runs, or None: `quay.io/keycloak/keycloak:26.0` runs keycloak, `quay.io/keycloak/keycloak-operator` nothing here."""
    registry, slash, path = image.strip().lower().partition("/")
    # A first part with a dot or a port is a registry (reference grammar of container images); a name alone is an official image.
    parts = path.split("/") if slash and ("." in registry or ":" in registry or registry == "localhost") else None
    parts = parts or [*([registry] if slash else ["library"]), *(path if slash else registry).split("/")]
    name = _TAG.sub("", parts[-1])
    if name in DISTINCT:
        return DISTINCT[name]
    return OWNED.get("/".join([*parts[-2:-1], name]))


def hides_its_name(image: str) -> bool:
    """Whether a variable stands in an image's name, as in `${REGISTRY}/${IMAGE}:1`, so that it may run anything."""
    return "$" in _TAG.sub("", _VARIABLE.sub("$", image).rpartition("/")[2])
