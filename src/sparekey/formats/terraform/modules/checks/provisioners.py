"""Provisioners: their keywords, and what those that run on destruction may see."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.meta import repeated_faults
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.references import constant_text, references, traversal
from sparekey.formats.terraform.syntax import tree

# Terraform's own provisioners: what they take, and what they need (internal/builtin/provisioners).
_SCHEMAS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "file": (frozenset({"source", "content", "destination"}), frozenset({"destination"})),
    "local-exec": (frozenset({"command", "interpreter", "working_dir", "environment", "quiet"}), frozenset({"command"})),
    "remote-exec": (frozenset({"inline", "script", "scripts"}), frozenset()),
}
_CONNECTION = frozenset(
    """host type user password port timeout script_path target_platform private_key certificate host_key agent agent_identity
    proxy_scheme proxy_host proxy_port proxy_user_name proxy_user_password bastion_host bastion_host_key bastion_port bastion_user
    bastion_password bastion_private_key bastion_certificate https insecure cacert use_ntlm""".split()  # noqa: SIM905
)
_META = frozenset({"when", "on_failure"})
_REMOVED = frozenset({"chef", "habitat", "puppet", "salt-masterless"})


def provisioner_faults(block: tree.Block) -> Iterator[Fault]:
    """A `provisioner` block."""
    type_ = block.labels[0] if block.labels else ""
    if type_ in _REMOVED:
        detail = f'The "{type_}" provisioner was deprecated in Terraform 0.13.4 has been removed from Terraform.'
        yield refused(f'The "{type_}" provisioner has been removed', detail, block.header)
        return
    for name, words in (("when", ("create", "destroy")), ("on_failure", ("continue", "fail"))):
        attribute = block.body.attributes.get(name)
        if attribute is None or isinstance(attribute.value, tree.Parens):
            continue
        word = keyword(block, name)
        if word not in words:
            detail = f'The "{name}" argument requires one of the following keywords: {words[0]} or {words[1]}.'
            yield refused(f'Invalid "{name}" keyword', detail, attribute.value.span)
        elif word == "destroy":
            yield from _only_self(block.body)
            for inner in block.body.blocks:
                if inner.type == "connection":
                    yield from _only_self(inner.body)
    yield from repeated_faults(
        block, "connection", "Duplicate connection block", "This provisioner already has a connection block"
    )


def _only_self(body: tree.Body) -> Iterator[Fault]:
    """What only runs on destruction sees its own resource and nothing else."""
    for attribute in body.attributes.values():
        if attribute.name in _META:
            continue
        for reference in references(attribute.value):
            allowed = reference.root in ("self", "path", "terraform") or (reference.root, *reference.steps) in (
                ("count", "index"),
                ("each", "key"),
            )
            if not allowed:
                yield refused(
                    "Invalid reference from destroy provisioner",
                    "Destroy-time provisioners and their connection configurations may only reference attributes of the related "
                    "resource, via 'self', 'count.index', or 'each.key'.",
                    attribute.value.span,
                )


def destruction_faults(resource: tree.Block) -> Iterator[Fault]:
    """The `connection` of a resource, if it has a provisioner that runs on destruction."""
    for inner in resource.body.blocks:
        if inner.type == "provisioner" and keyword(inner, "when") == "destroy":
            for connection in resource.body.blocks:
                if connection.type == "connection":
                    yield from _only_self(connection.body)
            return


def keyword(block: tree.Block, name: str) -> str | None:
    """The word that an argument such as `when` is, in quotes or not; None where it is something else or absent."""
    attribute = block.body.attributes.get(name)
    if attribute is None:
        return None
    found = traversal(attribute.value)
    return found.root if found is not None and not found.steps else constant_text(attribute.value)


def argument_faults(resource: tree.Block) -> Iterator[Fault]:
    """The arguments of Terraform's own provisioners in a resource, and of how they connect."""
    own = next((inner for inner in resource.body.blocks if inner.type == "connection"), None)
    connections: list[tree.Block] = []
    for inner in resource.body.blocks:
        if inner.type != "provisioner" or not inner.labels:
            continue
        schema = _SCHEMAS.get(inner.labels[0])
        if schema is None and inner.labels[0] not in _REMOVED:
            detail = f'This configuration requires provisioner plugin "{inner.labels[0]}", which isn\'t available.'
            yield refused("Missing required provisioner plugin", detail, inner.header, stage="validate")
        if schema is not None:
            for nested in inner.body.blocks:
                if nested.type not in ("connection", "_", "lifecycle"):
                    detail = f'Blocks of type "{nested.type}" are not expected here.'
                    yield refused("Unsupported block type", detail, nested.header, stage="validate")
            bodies = [inner.body, *(one.body for one in inner.body.blocks if one.type == "_")]
            yield from _arguments(inner, bodies, *schema)
        connecting = [one for one in inner.body.blocks if one.type == "connection"][:1]
        connections.extend(connecting or ([own] if own is not None and own not in connections else []))
        if connecting and own is not None and own not in connections:
            yield from _arguments(own, [own.body], _CONNECTION, frozenset())
    for connection in connections:
        inherits = connection is not own and own is not None and "host" in own.body.attributes
        yield from _arguments(connection, [connection.body], _CONNECTION, frozenset() if inherits else frozenset({"host"}))


def _arguments(block: tree.Block, bodies: list[tree.Body], known: frozenset[str], needed: frozenset[str]) -> Iterator[Fault]:
    for body in bodies:
        for name, attribute in body.attributes.items():
            if name not in known and name not in (_META if block.type == "provisioner" else ()) and not body.json:
                detail = f'An argument named "{name}" is not expected here.'
                yield refused("Unsupported argument", detail, attribute.name_span, stage="validate")
    for name in sorted(needed - {name for body in bodies for name in body.attributes}):
        if not any(body.problems or body.blocks for body in bodies):
            detail = f'The argument "{name}" is required, but no definition was found.'
            yield refused("Missing required argument", detail, block.header, stage="validate")
