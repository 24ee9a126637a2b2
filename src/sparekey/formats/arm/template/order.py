"""The order of deployment: as written, but each resource after those that it depends on."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.arm.language.values import folded, pattern_of
from sparekey.formats.arm.template.deployment import Deployment
from sparekey.formats.arm.template.instance import Instance
from sparekey.formats.arm.template.references import DEPLOYMENTS, Index, index_of

_DEEPEST = 200
"""A chain of that many resources, each waiting for the next, is followed; behind it the order of writing counts."""


def deployed(deployment: Deployment) -> list[Instance]:
    """Every resource that is or may be deployed, what templates within the template deploy included."""
    seen: set[int] = set()
    ordered: list[Instance] = []
    for instance in deployment.instances:
        _visit(instance, index_of(deployment), seen, ordered, 0)
    return ordered


def _visit(instance: Instance, index: Index, seen: set[int], ordered: list[Instance], level: int) -> None:
    if id(instance) in seen or level > _DEEPEST:
        return
    seen.add(id(instance))
    for other in _before(instance, index):
        _visit(other, index, seen, ordered, level + 1)
    if instance.inner is not None:
        ordered.extend(deployed(instance.inner))
    elif instance.type.lower() != DEPLOYMENTS and not instance.off and not instance.existing:
        ordered.append(instance)


def _before(instance: Instance, index: Index) -> Iterator[Instance]:
    """What a resource depends on, in the order of saying so."""
    for wanted in instance.depends_on():
        if pattern := pattern_of(wanted):
            yield from _called(pattern, index)
    if used := instance.used():
        yield from (one for one in instance.deployment.instances if one in used)


def _called(pattern: str, index: Index) -> list[Instance]:
    wanted = folded(pattern)
    turn = wanted.removesuffix("]").rpartition("[") if wanted.endswith("]") else ("", "", "")
    if turn[1] and turn[2].isdigit() and turn[0] in index.symbols:
        return [one for one in index.of_symbol(pattern.rpartition("[")[0]) if one.turn == int(turn[2])]
    ends = index.ends.get(wanted, [])
    alone = ends if len(ends) == 1 else []
    return index.of_symbol(pattern) or index.ids.get(wanted) or index.loops.get(wanted) or index.names.get(wanted) or alone


def later_than(one: Instance, other: Instance) -> bool:
    """Whether one resource is certainly deployed after another, in whatever template of the deployment each stands."""
    chains = _chain(one), _chain(other)
    for mine, theirs in zip(*chains, strict=False):
        if mine is not theirs:
            return _waits(mine, theirs)
    return False


def _chain(instance: Instance) -> list[Instance]:
    """The deployments that lead to a resource, outermost first, and itself."""
    chain = [instance]
    while chain[0].deployment.parent is not None:
        chain.insert(0, chain[0].deployment.parent)
    return chain


def _waits(one: Instance, other: Instance) -> bool:
    """Whether one thing of a template waits for another, directly or not."""
    index = index_of(one.deployment)
    seen: set[int] = set()
    waiting = [one]
    while waiting:
        for before in _before(waiting.pop(), index):
            if before is other:
                return True
            # What is not deployed falls out of the chain: nobody then waits for what it waits for.
            if id(before) not in seen and before.condition is True and before.copies is None:
                seen.add(id(before))
                waiting.append(before)
    return False
