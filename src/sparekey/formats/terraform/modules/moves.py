"""`moved`, `removed` and `import`: what they say about the objects of a prior state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sparekey.formats.terraform.modules.addresses import Address, Key
from sparekey.formats.terraform.modules.declared import flag
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import Key as ConstantKey
from sparekey.formats.terraform.modules.references import traversal
from sparekey.formats.terraform.modules.state import Prior, State, moved_to
from sparekey.formats.terraform.syntax.tree import Attribute, Block

_MOST_MOVES = 100
"""Moves of one object, so that moves in a circle end."""


@dataclass(frozen=True, slots=True)
class Move:
    """One `moved` block: addresses relative to the module that holds it, `inside` (steps without keys)."""

    inside: tuple[str, ...]
    source: Address
    target: Address


def address_of(attribute: Attribute | None) -> Address | None:
    """The address that an argument names; None where it is none."""
    found = None if attribute is None else traversal(attribute.value)
    if found is None:
        return None
    steps: list[tuple[str, Key]] = [(found.root, None)]
    for step in found.steps:
        if isinstance(step, ConstantKey):
            if isinstance(step.value, bool) or not isinstance(step.value, (str, int)) or steps[-1][1] is not None:
                return None
            steps[-1] = (steps[-1][0], step.value)
        else:
            steps.append((step, None))
    modules: list[tuple[str, Key]] = []
    while len(steps) > 1 and steps[0] == ("module", None):
        modules.append(steps[1])
        steps = steps[2:]
    mode = "managed"
    if steps and steps[0][0] in ("data", "resource"):
        mode = "data" if steps[0][0] == "data" else "managed"
        steps = steps[1:]
    if not steps:
        return Address(tuple(modules)) if modules else None
    if len(steps) != 2 or steps[0][1] is not None:
        return None
    return Address(tuple(modules), mode, steps[0][0], steps[1][0], steps[1][1])


def moves_of(module: Module, inside: tuple[str, ...]) -> Iterator[Move]:
    """The moves that a module states."""
    for block in module.moved:
        source, target = address_of(block.body.attributes.get("from")), address_of(block.body.attributes.get("to"))
        if source is not None and target is not None:
            yield Move(inside, source, target)


def after_moves(state: State, moves: Iterable[Move], repeated: Mapping[tuple[tuple[str, ...], str, str], bool]) -> State:
    """The state with every object where the moves put it.

    `repeated` tells of each resource (module steps, type, name) whether it has `count` or `for_each`: an object that has a key
    where there is none any more, or none where there is `count`, moves by itself.
    """
    known = list(moves)
    objects: dict[str, Prior] = {}
    for prior in state.objects.values():
        moved = prior
        for _ in range(_MOST_MOVES):
            target = _moved(moved.address, known)
            if target is None or target.text() in state.objects:
                break
            moved = moved_to(moved, target)
        moved = _by_itself(moved, state, repeated)
        objects[moved.address.text()] = moved
    return State(objects, state.outputs)


def _moved(address: Address, moves: list[Move]) -> Address | None:
    for move in moves:
        depth = len(move.inside)
        if tuple(name for name, _ in address.modules[:depth]) != move.inside or len(address.modules) < depth:
            continue
        outer, inner = address.modules[:depth], replace(address, modules=address.modules[depth:])
        target = _applied(move, inner)
        if target is not None and target != inner:
            return replace(target, modules=outer + target.modules)
    return None


def _applied(move: Move, address: Address) -> Address | None:
    source, target = move.source, move.target
    if not source.type:
        depth = len(source.modules)
        start = address.modules[:depth]
        if len(start) < depth or start[:-1] != source.modules[:-1] or start[-1][0] != source.modules[-1][0]:
            return None
        keyed = source.modules[-1][1] is not None or target.modules[-1][1] is not None
        if keyed and start[-1][1] != source.modules[-1][1]:
            return None
        end = target.modules if keyed else (*target.modules[:-1], (target.modules[-1][0], start[-1][1]))
        return replace(address, modules=end + address.modules[depth:])
    if (address.modules, address.mode, address.type, address.name) != (source.modules, source.mode, source.type, source.name):
        return None
    if source.key is None and target.key is None:
        return replace(target, key=address.key)
    return target if address.key == source.key else None


def _by_itself(prior: Prior, state: State, repeated: Mapping[tuple[tuple[str, ...], str, str], bool]) -> Prior:
    address = prior.address
    names = tuple(name for name, _ in address.modules)
    by_count = repeated.get((names, address.type, address.name))
    if by_count is None or address.mode != "managed":
        return prior
    key: Key = 0 if by_count else None
    other = None if by_count else 0
    if address.key != other or isinstance(address.key, bool):
        return prior
    target = replace(address, key=key)
    return prior if target.text() in state.objects else moved_to(prior, target)


def forgotten(modules: Iterable[tuple[tuple[str, ...], Module]]) -> set[tuple[tuple[str, ...], str, str]]:
    """The resources (module steps, type, name; a whole module has "" for both) that `removed` blocks forget without destroying."""
    found: set[tuple[tuple[str, ...], str, str]] = set()
    for inside, module in modules:
        for block in module.removed:
            address = address_of(block.body.attributes.get("from"))
            if address is not None and not _destroys(block):
                names = (*inside, *(name for name, _ in address.modules))
                found.add((names, address.type, address.name))
    return found


def _destroys(block: Block) -> bool:
    for inner in block.body.blocks:
        if inner.type == "lifecycle":
            return flag(inner.body.attributes.get("destroy"), otherwise=True)
    return True


def is_forgotten(address: Address, kept: set[tuple[tuple[str, ...], str, str]]) -> bool:
    """Whether an object is one of those, itself or by a module around it."""
    names = tuple(name for name, _ in address.modules)
    return (names, address.type, address.name) in kept or any(
        (names[:depth], "", "") in kept for depth in range(1, len(names) + 1)
    )
