"""The configuration part of a plan: which expression stands behind an attribute, and in which scope it was written."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Raw

from sparekey.formats.terraform_plan.addresses import Steps, is_index
from sparekey.formats.terraform_plan.schema import (
    ConfigModule,
    ConfigResource,
    Configuration,
    ModuleCall,
    ProviderConfig,
    decode,
    is_absent,
    plain,
)

MOST_CALLS = 100
"""Modules called more deeply than this are not followed. No configuration comes near; it bounds the recursion."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """One module instance: its path, what is written in it, and the call and scope that it was called from (none for the root)."""

    path: Steps
    module: ConfigModule
    call: ModuleCall | None = None
    caller: Scope | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """The expressions that an attribute's value comes from.

    `depth` is how many steps of the path they cover together. `sure`: this one expression and nothing else decides the value.
    `dead` names what the plan does not hold ("" when nothing is missing); `source` whether the source would tell. `unwritten`:
    the block is written and holds no such argument.
    """

    leaves: tuple[dict[str, object], ...]
    depth: int
    sure: bool
    dead: str = ""
    source: bool = False
    unwritten: bool = False


class Written:
    """Look-ups in a plan's configuration. Everything is decoded on the first question and kept."""

    def __init__(self, configuration: Configuration | None) -> None:
        self._root = None if configuration is None else Scope((), configuration.root_module)
        self._versions = {} if configuration is None else _versions(configuration)
        self._scopes: dict[Steps, Scope | None] = {(): self._root}
        self._resources: dict[int, dict[str, ConfigResource]] = {}
        self._plain: dict[int, object] = {}

    def scope(self, path: Steps) -> Scope | None:
        """The scope of a module instance; None when the configuration does not have it."""
        if len(path) > MOST_CALLS * 3:
            return None
        if path not in self._scopes:
            outer = path[: -3 if is_index(path[-1]) else -2]
            caller = self.scope(outer)
            name = path[len(outer) + 1]
            call = None if caller is None else caller.module.module_calls.get(name)
            found = None
            if caller is not None and call is not None and call.module is not None:
                found = Scope(path, call.module, call, caller, (*caller.names, name))
            self._scopes[path] = found
        return self._scopes[path]

    def resource(self, scope: Scope, name: str) -> ConfigResource | None:
        """The resource block with a module-local name (`azuread_group.x`)."""
        known = self._resources.get(id(scope.module))
        if known is None:
            known = {f"{'data.' if r.mode == 'data' else ''}{r.type}.{r.name}": r for r in scope.module.resources}
            self._resources[id(scope.module)] = known
        return known.get(name)

    def arguments(self, owner: ConfigResource | ModuleCall) -> dict[str, object] | None:
        """The arguments of a resource or of a module call; None when the plan does not hold them."""
        found = self._kept(owner, "expressions")
        return found if isinstance(found, dict) else None

    def each(self, owner: ConfigResource | ModuleCall) -> dict[str, object] | None:
        """The expression of its `for_each`; None when it has none."""
        found = self._kept(owner, "for_each_expression")
        return found if isinstance(found, dict) else None

    def output(self, scope: Scope, name: str) -> dict[str, object] | None:
        """The expression of an output of a module; None when the plan does not hold it."""
        output = scope.module.outputs.get(name)
        found = None if output is None else self._kept(output, "expression")
        return found if isinstance(found, dict) else None

    def schema(self, owner: ConfigResource) -> int | None:
        """The version of the provider's schema that its arguments conform to; None where the plan does not say."""
        found = plain(owner.schema_version)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def versions(self, owner: ConfigResource) -> str:
        """Every constraint on the version of its provider, of all modules together: one version has to satisfy them all."""
        key = plain(owner.provider_config_key)
        return self._versions.get(key, "") if isinstance(key, str) else ""

    def _kept(self, owner: object, member: str) -> object:
        raw = getattr(owner, member)
        if is_absent(raw):
            return None
        # The structures live as long as this object does, so that their identities stay theirs.
        key = id(raw)
        if key not in self._plain:
            self._plain[key] = plain(raw)
        return self._plain[key]


def _versions(configuration: Configuration) -> dict[str, str]:
    """The constraints on each provider's version, by key. What has wrong types in it is left out: it then constrains nothing."""
    members = decode(configuration.provider_config, dict[str, Raw]) or {}
    read = {key: decode(raw, ProviderConfig) for key, raw in members.items()}
    sources = {key: provider.full_name or provider.name for key, provider in read.items() if provider is not None}
    asked: dict[str, dict[str, None]] = {}
    for key, source in sources.items():
        provider = read[key]
        if provider is not None and provider.version_constraint:
            asked.setdefault(source, {})[provider.version_constraint] = None
    joined = {source: ", ".join(constraints) for source, constraints in asked.items()}
    return {key: joined.get(source, "") for key, source in sources.items()}


def is_leaf(node: object) -> bool:
    """Whether a node is one expression rather than a block that holds more."""
    if not isinstance(node, dict):
        return False
    return not node or isinstance(node.get("references"), list) or ("constant_value" in node and len(node) == 1)


def references_of(leaf: dict[str, object]) -> list[str]:
    """The references that an expression lists."""
    listed = leaf.get("references")
    return [r for r in listed if isinstance(r, str)] if isinstance(listed, list) else []


def behind(arguments: dict[str, object], after: object, path: Path) -> Behind:
    """Find the expressions for the value at `path` of a resource whose planned values are `after`.

    Blocks of one type are listed as they are written, the planned ones may be in another order (a set) or come from a
    `dynamic` block, of which the configuration holds nothing. So with more than one block any of them may be meant, and
    when the numbers differ something else may be meant as well.
    """
    blocks: list[dict[str, object]] = [arguments]
    actual = after
    alone = True
    for depth, step in enumerate(path, start=1):
        if isinstance(step, int):
            actual = actual[step] if isinstance(actual, list) and step < len(actual) else None
            continue
        if isinstance(actual, list):
            actual = actual[0] if len(actual) == 1 else None
        actual = actual.get(step) if isinstance(actual, dict) else None
        found = [block[step] for block in blocks if step in block]
        leaves = tuple(node for node in found if is_leaf(node) and isinstance(node, dict))
        if leaves:
            return Behind(leaves, depth, sure=alone and len(leaves) == len(found) == 1)
        blocks = [b for node in found for b in (node if isinstance(node, list) else [node]) if isinstance(b, dict)]
        if not blocks:
            return _nothing(depth, within=depth < len(path), shown=actual)
        alone = alone and len(blocks) == 1
        if isinstance(actual, list) and len(actual) != len(blocks):
            return Behind(tuple(_leaves_below(blocks)), depth, sure=False, dead="a dynamic block", source=True)
    return Behind(tuple(_leaves_below(blocks)), len(path), sure=False, dead="a dynamic block", source=True)


def _nothing(depth: int, *, within: bool, shown: object) -> Behind:
    """Nothing is written there: the provider fills it in, or, for what has the shape of blocks, a `dynamic` block does."""
    unwritten = not within and not isinstance(shown, list | dict)
    if not unwritten or depth > 1:
        return Behind((), depth, sure=False, dead="a dynamic block", source=True, unwritten=unwritten)
    return Behind((), depth, sure=False, dead="what the provider fills in", unwritten=True)


def _leaves_below(blocks: list[dict[str, object]]) -> list[dict[str, object]]:
    """Every expression below some blocks."""
    found: list[dict[str, object]] = []
    rest: list[object] = list(blocks)
    while rest:
        node = rest.pop()
        if is_leaf(node) and isinstance(node, dict):
            found.append(node)
        elif isinstance(node, dict):
            rest.extend(node.values())
        elif isinstance(node, list):
            rest.extend(node)
    return found
