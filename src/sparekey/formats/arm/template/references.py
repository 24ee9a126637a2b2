"""What a template's expressions learn of the resources in the same template."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sparekey.formats.arm.language.values import (
    EvaluationError,
    Later,
    OpenObject,
    Source,
    Value,
    folded,
    merged,
    pattern_of,
)
from sparekey.formats.arm.language.wording import last_part, readable

if TYPE_CHECKING:
    from sparekey.formats.arm.template.deployment import Deployment
    from sparekey.formats.arm.template.instance import Instance
    from sparekey.formats.arm.template.world import World

TURN = re.compile(r"(.*)\[([0-9]{1,4})\]", re.DOTALL)
"""One turn of a loop, by the symbolic name of the loop."""

DEPLOYMENTS = "microsoft.resources/deployments"


@dataclass(slots=True)
class Index:
    """The resources of one template by what they can be called, all in lower case."""

    symbols: dict[str, list[Instance]] = field(default_factory=dict)
    turns: dict[tuple[str, int | None], list[Instance]] = field(default_factory=dict)
    ids: dict[str, list[Instance]] = field(default_factory=dict)
    names: dict[str, list[Instance]] = field(default_factory=dict)
    loops: dict[str, list[Instance]] = field(default_factory=dict)
    ends: dict[str, list[Instance]] = field(default_factory=dict)
    """Children by the last part of their names: `dependsOn` may call one as it is written within its parent."""
    count: int = 0

    def add(self, instance: Instance) -> None:
        """Note one."""
        self.count += 1
        if instance.symbol:
            symbol = instance.symbol.lower()
            self.symbols.setdefault(symbol, []).append(instance)
            self.turns.setdefault((symbol, instance.turn), []).append(instance)
        id_, name = pattern_of(instance.id), pattern_of(instance.name)
        if id_:
            self.ids.setdefault(folded(id_), []).append(instance)
        if name:
            self.names.setdefault(folded(name), []).append(instance)
            self.names.setdefault(folded(f"{instance.type}/{name}"), []).append(instance)
            if "/" in name:
                self.ends.setdefault(folded(name.rpartition("/")[2]), []).append(instance)
        if instance.loop:
            self.loops.setdefault(instance.loop.lower(), []).append(instance)

    def of_symbol(self, name: str) -> list[Instance]:
        """What bears a symbolic name: two may differ in case alone, and are two then."""
        found = self.symbols.get(name.lower(), [])
        return [one for one in found if one.symbol == name] or found

    def of_turn(self, name: str, turn: int) -> list[Instance]:
        """One turn of the loop of that symbolic name."""
        found = self.turns.get((name.lower(), turn), [])
        return [one for one in found if one.symbol == name] or found


def index_of(deployment: Deployment) -> Index:
    """The index of the resources of a template that there are by now."""
    index = deployment.index
    if index is None:
        index = deployment.index = Index()
    for place in range(index.count, len(deployment.instances)):
        index.add(deployment.instances[place])
    return index


def _found(deployment: Deployment, target: str) -> list[Instance]:
    index = index_of(deployment)
    if target.startswith("/"):
        return index.ids.get(folded(target), [])
    if not deployment.symbolic:
        return index.names.get(folded(target), [])
    if found := index.of_symbol(target):
        return found
    turn = TURN.fullmatch(target)
    return index.of_turn(turn[1], int(turn[2])) if turn else []


def reference(deployment: Deployment, target: Value, version: Value, world: World, *, whole: bool) -> Value:
    """What `reference` gives: what the template sets itself is known, all else of the resource is not."""
    name = pattern_of(target)
    if not name:
        return merged((target,), "a property of a resource that is not known yet")
    found = _found(deployment, name)
    # The engine waits for what is called by a name, not for what is called by an id.
    if world.uses is not None and not name.startswith("/"):
        world.uses.update(found)
    if len(found) != 1:
        return _unknown(name, whole=whole, hidden=len(found) > 1)
    return _of(found[0], version, whole=whole)


def _of(instance: Instance, version: Value, *, whole: bool) -> Value:
    target = instance.called
    rest = _unknown(target, whole=whole, hidden=not target)
    strange = version is not None and not _same_version(version, instance.version)
    if not instance.present() or instance.copies is not None:
        return rest
    if instance.inner is not None:
        if strange and instance.deployment.strict:
            return rest
        outputs = OpenObject({"outputs": instance.inner.outputs()}, rest)
        return OpenObject({"properties": outputs}, rest) if whole else outputs
    if whole or strange or instance.type.lower() == DEPLOYMENTS:
        return rest
    own = folded(pattern_of(instance.id))
    if own and instance.deployment.session.times[own] > 1 and not instance.deployment.strict:
        # What another template sets of it may be there instead.
        return rest
    return instance.as_seen(rest)


def _same_version(one: Value, other: Value) -> bool:
    return isinstance(one, str) and isinstance(other, str) and one.lower() == other.lower()


def _unknown(target: str, *, whole: bool, hidden: bool) -> Later:
    shown = readable(last_part(target), 80)
    source = Source(target, "" if whole else "properties")
    return Later(f"a property of {shown} that is known only during the deployment", (source,), exact=True, hidden=hidden)


def of_loop(deployment: Deployment, target: Value, world: World, *, whole: bool) -> Value:
    """What `references` gives: a list with what `reference` gives for each turn of a loop."""
    if isinstance(target, Later):
        return merged((target,), "properties of resources that are not known yet")
    if str(target).lower() in deployment.empty:
        return []
    found = index_of(deployment).of_symbol(str(target))
    if world.uses is not None:
        world.uses.update(found)
    deployment.session.budget.spend(4 * len(found))
    if not found or any(instance.turn is None for instance in found):
        return Later(f"properties of {str(target)[:80]}", (Source(str(target)),), hidden=True)
    return [_of(instance, None, whole=whole) for instance in found]


def info(deployment: Deployment, target: Value) -> Value:
    """What `resourceInfo` gives."""
    if isinstance(target, Later):
        return merged((target,), "what a resource is called that is not known yet")
    found = _found(deployment, str(target))
    if not found and not deployment.complete:
        return Later("what a resource is called that stands further down", hidden=True)
    if len(found) != 1:
        raise EvaluationError("resourceInfo names no resource of the template")
    (instance,) = found
    return {"id": instance.id, "name": instance.name, "type": instance.type, "apiVersion": instance.version}
