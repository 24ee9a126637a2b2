"""Names of hosts in the one spelling in which two of them can be compared, those of a cluster apart for each cluster.

A name of a Service means something else in every cluster. What the files show of a cluster is the deployment that is applied to it, so that
such a name is followed by it: `db.identity.svc@k8s` (`db..svc@k8s` where no namespace is written). Any other name is in lower case and
without the dot of the root.
"""

from __future__ import annotations

_CLUSTER = ".cluster.local"
"""The domain of a cluster, by the default of Kubernetes."""


def service(name: str, namespace: str | None, deployment: str) -> str:
    """The name of a Service of the cluster that a deployment is applied to."""
    return f"{name.strip().casefold()}.{(namespace or '').strip().casefold()}.svc@{deployment}"


def seen_from(host: str, namespace: str | None, deployment: str) -> str:
    """What a host is called that something in this namespace names. A name without a dot is a Service beside it."""
    plain = host.strip().casefold().rstrip(".").removesuffix(_CLUSTER)
    if plain and "." not in plain:
        return service(plain, namespace, deployment)
    return f"{plain}@{deployment}" if plain.endswith(".svc") else plain


def perhaps_service(host: str, deployment: str) -> str | None:
    """The Service that a name of two words may mean as well: a cluster looks for `db.identity` among its own first."""
    return f"{host}.svc@{deployment}" if host.count(".") == 1 else None


def bare(host: str) -> str:
    """The name without what tells clusters apart, for people."""
    return host.partition("@")[0].replace("..svc", "").removesuffix(".")
