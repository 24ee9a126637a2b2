"""Kubernetes: workloads that run an identity provider, what scales them, and kustomizations that change them.

Defaults are those of the API references: Deployment and StatefulSet run one replica, a Keycloak resource one instance, a
HorizontalPodAutoscaler keeps at least one, a KEDA ScaledObject none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from posixpath import normpath

from sparekey.mappings import kubernetes_stores
from sparekey.mappings.images import BESIDE, NOT_SERVING, hides_its_name, product_of
from sparekey.mappings.kubernetes_databases import servers
from sparekey.mappings.kubernetes_secrets import mounted
from sparekey.mappings.tags import marks
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.workloads import IdentityWorkload, Kustomization, WorkloadScaler
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import AnyValue, Body, Known, Links, Number, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="kubernetes")

_POD = ("spec", "template", "spec", "containers")
_INLINE_KIND = re.compile(r"^kind:[ \t]*(\w+)", re.MULTILINE)
_INLINE_NAME = re.compile(r"^metadata:[ \t]*+\n(?:[ \t]++.*+\n)*?[ \t]++name:[ \t]*+([\w.-]+)", re.MULTILINE)


@MAPPING.maps("apps/Deployment", "apps/StatefulSet")
def workload(declaration: Declaration) -> Iterator[Resource]:
    """A workload, where its images or its label `sparekey-role: idp` say that it runs an identity provider, and a database, where they do."""
    product = _product(declaration)
    if product is not None:
        store = kubernetes_stores.of_containers(declaration, declaration.body.blocks(*_POD))
        secrets = mounted(declaration, "spec", "template", "spec")
        yield _workload(declaration, product, declaration.body.number("spec", "replicas", default=1), store, secrets)
    yield from servers(declaration, beside=product is not None)


@MAPPING.maps("k8s.keycloak.org/Keycloak")
def keycloak(declaration: Declaration) -> Iterator[Resource]:
    """A Keycloak server that the Keycloak operator runs."""
    product: Text = Known(value="keycloak", at=declaration.head.at, origin="derived")
    store = kubernetes_stores.of_resource(declaration)
    secrets = mounted(declaration, "spec", "unsupported", "podTemplate", "spec")
    yield _workload(declaration, product, declaration.body.number("spec", "instances", default=1), store, secrets)


def _workload(
    declaration: Declaration, product: Text, replicas: Number, store: Links, secrets: ValueSet[str]
) -> IdentityWorkload:
    head, body = declaration.head, declaration.body
    return IdentityWorkload(
        head=head,
        name=body.text("metadata", "name"),
        product=product,
        controller=Known(value=declaration.type.rpartition("/")[2], at=head.at, origin="derived"),
        namespace=body.text("metadata", "namespace"),
        replicas=replicas,
        store=store,
        secret_sources=secrets,
        host_names=_host_names(declaration),
    )


def _host_names(declaration: Declaration) -> ValueSet[str]:
    """The name in a Keycloak resource; that of any other workload stands in what leads to it, which is not read."""
    written = declaration.body.texts("spec", "hostname", "hostname")
    if written.members or written.open:
        return written
    question = Unknown(
        reason=f"by which name do people reach {declaration.head.address}?",
        at=declaration.head.at,
        how="inventory: components, or write spec.hostname of a Keycloak",
    )
    return ValueSet(members=(), at=declaration.head.at, open=question)


def _product(declaration: Declaration) -> Text | None:
    """The identity provider that a pod runs; None where it certainly runs none."""
    body = declaration.body
    for path in (("metadata", "labels"), ("metadata", "annotations"), ("spec", "template", "metadata", "labels")):
        role = marks(declaration, *path).role
        if isinstance(role, Known) and role.value == "idp":
            return Known(value="idp", at=role.at, origin="declared")
    containers = body.blocks(*_POD)
    unknown = containers.open
    found: list[Known[str | None]] = []
    others = 0
    for container in containers:
        image = container.text("image")
        if isinstance(image, Unknown):
            unknown = unknown or image
            others += 1
            continue
        if hides_its_name(image.value or ""):
            unknown = unknown or Unknown(
                reason="which image is this? its name is a variable",
                at=image.at,
                how="check the manifest with its variables filled in",
            )
            others += 1
            continue
        product = product_of(image.value or "")
        if product and not _words(container) & NOT_SERVING.get(product, frozenset()):
            found.append(Known(value=product, at=image.at))
        else:
            others += 1
    serving = [one for one in found if one.value not in BESIDE or not others]
    if serving:
        return serving[0]
    if unknown is not None:
        name = body.text("metadata", "name")
        label = name.value if isinstance(name, Known) and name.value else "this workload"
        return Unknown(reason=f"does {label} run an identity provider? an image cannot be read", at=unknown.at, how=unknown.how)
    return None


def _words(container: Body) -> set[str]:
    """The words of a container's command and arguments."""
    texts = (*container.texts("command").members, *container.texts("args").members)
    return {word for text in texts if isinstance(text, Known) for word in text.value.split()}


@MAPPING.maps("autoscaling/HorizontalPodAutoscaler")
def horizontal(declaration: Declaration) -> Iterator[Resource]:
    """The cluster's own autoscaler."""
    yield _scaler(declaration, "minReplicas", controller=None, minimum=1)


@MAPPING.maps("keda.sh/ScaledObject")
def scaled_object(declaration: Declaration) -> Iterator[Resource]:
    """KEDA's autoscaler: it scales a Deployment unless it names another kind, and to none where nothing is to be done."""
    yield _scaler(declaration, "minReplicaCount", controller="Deployment", minimum=0)


def _scaler(declaration: Declaration, attribute: str, *, controller: str | None, minimum: int) -> WorkloadScaler:
    body = declaration.body
    least = body.number("spec", attribute, default=minimum)
    idle = body.number("spec", "idleReplicaCount")
    return WorkloadScaler(
        head=declaration.head,
        name=body.text("metadata", "name"),
        namespace=body.text("metadata", "namespace"),
        target_controller=body.text("spec", "scaleTargetRef", "kind", default=controller),
        target_name=body.text("spec", "scaleTargetRef", "name"),
        # KEDA keeps fewer where `idleReplicaCount` says so; the other autoscaler has no such field.
        minimum=idle if isinstance(idle, Unknown) or idle.value is not None else least,
    )


# --- kustomizations ---------------------------------------------------------------------------------------------------


@MAPPING.maps("kustomize.config.k8s.io/Kustomization", "kustomize.config.k8s.io/Component")
def kustomization(declaration: Declaration) -> Iterator[Resource]:
    """What a kustomization takes in and may change. Only the number of instances is of interest: an image or a name is not."""
    body, head = declaration.body, declaration.head
    folder = PurePosixPath(head.at.file).parent.as_posix()
    yield Kustomization(
        head=head,
        name=Known(value=None, at=head.at, origin="default"),
        folder=Known(value=folder, at=head.at, origin="derived"),
        takes=_paths(folder, body.texts("resources"), body.texts("bases"), body.texts("components")),
        patches=_paths(folder, body.texts("patchesStrategicMerge"), _patch_files(body)),
        changes=_changes(body),
    )


def _paths(folder: str, *sets: ValueSet[str]) -> ValueSet[str]:
    """Paths in a kustomization as names relative to the scan root. What is no path (an address, a patch written out) names nothing."""
    members = tuple(
        Known(value=normpath(f"{folder}/{member.value}"), at=member.at) if isinstance(member, Known) else member
        for each in sets
        for member in each.members
        if isinstance(member, Unknown) or "\n" not in member.value
    )
    return ValueSet(members=members, at=sets[0].at, open=next((each.open for each in sets if each.open), None))


def _patch_files(body: Body) -> ValueSet[str]:
    found = body.get("patches")
    blocks = (*body.blocks("patches"), *body.blocks("patchesJson6902"))
    paths = ((block.text("path"), block) for block in blocks)
    files = tuple(Known(value=path.value, at=path.at) for path, _ in paths if isinstance(path, Known) and path.value is not None)
    return ValueSet(members=files, at=found.at)


def _changes(body: Body) -> ValueSet[str]:
    """The objects that a kustomization may run in another number than is written in what it takes in."""
    blocks = (*body.blocks("patches"), *body.blocks("patchesJson6902"))
    changes: list[Known[str] | Unknown] = [Known(value=_patched(block), at=block.value.at) for block in blocks]
    for patch in body.texts("patchesStrategicMerge").members:
        text = patch.value if isinstance(patch, Known) and "\n" in patch.value else ""
        changes.append(Known(value=_named(text), at=patch.at))
    for block in body.blocks("replicas"):
        name = block.text("name")
        changes.append(Known(value=f"*/{(name.value if isinstance(name, Known) else None) or '*'}", at=block.value.at))
    for attribute in ("components", "transformers", "replacements"):
        value = body.get(attribute)
        if isinstance(value, Unknown) or value.value:
            changes.append(Known(value="*/*", at=value.at))
    return ValueSet(members=tuple(changes), at=body.value.at)


def _patched(block: Body) -> str:
    """The object that one patch is for: its target, else the object that it is written as."""
    target = block.get("target")
    if isinstance(target, Known) and isinstance(target.value, Mapping):
        kind, name = (_plain(target.value.get(key)) for key in ("kind", "name"))
        return f"{kind}/{name}"
    inline = block.text("patch")
    return _named(inline.value or "" if isinstance(inline, Known) else "")


def _plain(value: AnyValue | None) -> str:
    """A literal name. A target's name is a pattern: one with more than letters, digits and hyphens may match anything."""
    text = Body(value=value).text() if value is not None else None
    if isinstance(text, Known) and text.value and re.fullmatch(r"[A-Za-z0-9-]+", text.value):
        return text.value
    return "*"


def _named(text: str) -> str:
    kind, name = _INLINE_KIND.search(text), _INLINE_NAME.search(text)
    return f"{kind[1] if kind else '*'}/{name[1] if name else '*'}"
