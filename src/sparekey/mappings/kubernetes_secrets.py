"""Kubernetes: secrets of vaults that a pod mounts, through the driver for secret stores (`secrets-store.csi.k8s.io`).

What copies a secret into the cluster (the External Secrets operator) is not read: pods start from the copy, with or without the vault.
"""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.model.declaration import Declaration
from sparekey.model.host_names import service
from sparekey.model.kinds.workloads import SecretSource
from sparekey.model.resource import Key, Resource, known_text
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Blocks, Body, Known, Links, Unknown, ValueSet

MAPPING = ProviderMapping(provider="kubernetes-secrets")

_DRIVER = "secrets-store.csi.k8s.io"


@MAPPING.maps("secrets-store.csi.x-k8s.io/SecretProviderClass")
def provider_class(declaration: Declaration) -> Iterator[Resource]:
    """A class of secrets. Of Azure's provider the vault is named by `keyvaultName`; other providers name no vault by a name of its own."""
    body, head = declaration.body, declaration.head
    name, namespace = body.text("metadata", "name"), body.text("metadata", "namespace")
    provider = body.text("spec", "provider")
    vault = body.link("spec", "parameters", "keyvaultName", to=("vault",), by=("vault_name",))
    if isinstance(provider, Known) and (provider.value or "").casefold() != "azure":
        called = provider.value or "the provider"
        elsewhere = Unknown(
            reason=f"from where does {called} bring the secrets of {known_text(name) or head.address}?",
            at=provider.at,
            how=f'inventory: components: [{{id: "{head.address}", kind: secret_source, needs: [region:NAME]}}]',
        )
        vault = Links(values=ValueSet(members=(), at=provider.at, open=elsewhere), to=("vault",), by=("vault_name",))
    yield SecretSource(
        head=head,
        name=name,
        keys=(
            Key(
                space="secret_provider_class",
                attribute="name",
                value=Known(
                    value=service(known_text(name) or head.address, known_text(namespace), head.deployment),
                    at=name.at,
                    origin="derived",
                ),
            ),
        ),
        namespace=namespace,
        vaults=vault,
    )


def mounted(declaration: Declaration, *path: str) -> ValueSet[str]:
    """The classes of secrets that the pods of a workload mount; `path` leads to the specification of its pods."""
    volumes: Blocks = declaration.body.blocks(*path, "volumes")
    found: list[Known[str] | Unknown] = []
    for volume in volumes:
        driver = volume.text("csi", "driver")
        if isinstance(driver, Known) and driver.value == _DRIVER:
            found.append(_class(volume))
    return ValueSet(members=tuple(found), at=volumes.at, open=volumes.open)


def _class(volume: Body) -> Known[str] | Unknown:
    name = volume.text("csi", "volumeAttributes", "secretProviderClass")
    if isinstance(name, Unknown):
        return name
    return Known(value=name.value or "", at=name.at, origin=name.origin)
