"""`moved` and `removed` blocks against what is declared: Terraform looks at these when it plans."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.terraform.modules.checks.addresses import Address, parse_address
from sparekey.formats.terraform.modules.checks.configuration import Configuration, refused
from sparekey.formats.terraform.modules.checks.static_references import address
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.references import Reference
from sparekey.formats.terraform.syntax import tree


def removed_faults(here: Configuration) -> Iterator[Fault]:
    """What `removed` blocks name and is still declared."""
    for block in here.module.removed:
        about = _named(block, "from")
        if about is None:
            continue
        declared = _declared(here, about, counted=True)
        if declared is not None:
            what = "resource" if about.type else "module"
            detail = "This statement declares that it was removed, but it is still declared in configuration."
            yield refused(f"Removed {what} still exists", detail, declared.header, stage="plan")


def moved_faults(here: Configuration) -> Iterator[Fault]:
    """What is wrong with the `moved` blocks of a module that certainly is called (or is the root module)."""
    moves = [(block, source, to) for block in here.module.moved for source, to in _move(block)]
    found = False
    sources: dict[Address, Address] = {}
    targets: dict[Address, Address] = {}
    for block, source, to in moves:
        for fault in _moved(here, block, source, to):
            found = True
            yield fault
        if source == to:
            continue
        if sources.setdefault(source, to) != to or targets.setdefault(to, source) != source:
            found = True
            detail = "Another statement declares another source or destination for the same object."
            yield refused("Ambiguous move statements", detail, block.header, stage="plan")
    if not found:
        yield from _circles(moves, sources)


def _moved(here: Configuration, block: tree.Block, source: Address, to: Address) -> Iterator[Fault]:
    if source == to:
        detail = "This statement declares a move to the same address, which is the same as not declaring this move at all."
        yield refused("Redundant move statement", detail, block.header, stage="plan")
        return
    declared = _declared(here, source)
    if declared is None or source.keyed:
        return
    single = not ({"count", "for_each"} & declared.body.attributes.keys())
    whole = source.key is None and to.key is None if source.type else not to.keyed
    if source.key is None and (whole or single):
        detail = "This statement declares a move from an object that is still declared."
        yield refused("Moved object still exists", detail, block.header, stage="plan")


def _circles(moves: list[tuple[tree.Block, Address, Address]], sources: dict[Address, Address]) -> Iterator[Fault]:
    done: set[Address] = set()
    for block, source, _ in moves:
        seen: list[Address] = []
        at: Address | None = source
        while at is not None and at not in done and at not in seen:
            seen.append(at)
            at = sources.get(at)
        if at is not None and at in seen:
            detail = "A chain of move statements must end with an address that doesn't appear in any other statements."
            yield refused("Cyclic dependency in move statements", detail, block.header, stage="plan")
        done.update(seen)


def _move(block: tree.Block) -> Iterator[tuple[Address, Address]]:
    source, to = _named(block, "from"), _named(block, "to")
    if source is not None and to is not None and bool(source.type) == bool(to.type):
        yield source, to


def _named(block: tree.Block, name: str) -> Address | None:
    attribute = block.body.attributes.get(name)
    found = address(attribute.value, quoted=block.body.json) if attribute is not None else None
    about = parse_address(found) if isinstance(found, Reference) else None
    return about if isinstance(about, Address) else None


def _declared(here: Configuration, about: Address, *, counted: bool = False) -> tree.Block | None:
    """The block that declares what an address names, where the modules to it are called once each (`counted`: or otherwise)."""
    calls = about.calls if about.type else about.calls[:-1]
    at: Configuration | None = here
    for name, _ in calls:
        call = at.module.calls.get(name) if at is not None else None
        if at is None or call is None or (not counted and {"count", "for_each"} & call.body.attributes.keys()):
            return None
        at = at.calls.get(name)
    if at is None:
        return None
    if not about.type:
        return at.module.calls.get(about.calls[-1][0])
    return at.declared.resource(about.mode, about.type, about.name)
