"""`import` blocks: objects that exist, and that this configuration takes over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sparekey.formats.terraform.lang.values import Value, text
from sparekey.formats.terraform.modules.addresses import Address
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.moves import address_of
from sparekey.formats.terraform.modules.repetition import ONCE, Repetition
from sparekey.formats.terraform.modules.scope import Scope
from sparekey.formats.terraform.modules.space import Space
from sparekey.formats.terraform.modules.state import Prior, State
from sparekey.formats.terraform.syntax.tree import Attribute, Block, Index

PROVIDER = "import"
"""Stands in `Prior.provider` of what an import brings, of which nothing but the id is known."""


def with_imports(space: Space, state: State) -> State:
    """The state with what the root's `import` blocks bring; what cannot be evaluated brings nothing."""
    objects = dict(state.objects)
    for block in space.module.imports:
        for repetition in _repetitions(space, block):
            address = _target(space, block, repetition)
            identifier = block.body.attributes.get("id")
            if address is None or identifier is None:
                continue
            if not _declared(space, address):
                detail = f"The configuration for the given import target {address.text()} does not exist."
                to = block.body.attributes["to"]
                space.fault(Fault(summary="Configuration for import target does not exist", detail=detail, at=to.value.span))
                continue
            value = Scope(space, repetition).value(identifier.value)
            if isinstance(value.content, str) and address.text() not in objects:
                objects[address.text()] = Prior(address=address, attributes={"id": value.content}, provider=PROVIDER)
    return replace(state, objects=objects)


def _repetitions(space: Space, block: Block) -> list[Repetition]:
    each = block.body.attributes.get("for_each")
    if each is None:
        return [ONCE]
    content = space.scope.value(each.value).content
    if isinstance(content, Mapping):
        return [Repetition(text(key), item) for key, item in content.items()]
    return [Repetition(item, item) for item in content] if isinstance(content, tuple) else []


def _target(space: Space, block: Block, repetition: Repetition) -> Address | None:
    to = block.body.attributes.get("to")
    if to is None:
        return None
    address = address_of(to)
    if address is not None:
        return address
    written = to.value
    if not isinstance(written, Index):
        return None
    address = address_of(_Whole(to, written))
    key: Value = Scope(space, repetition).value(written.key)
    if address is None or isinstance(key.content, bool) or not isinstance(key.content, (str, int)):
        return None
    return replace(address, key=key.content)


class _Whole:
    """What an argument's index is taken of, as an argument."""

    def __init__(self, attribute: Attribute, index: Index) -> None:
        self.name = attribute.name
        self.name_span = attribute.name_span
        self.span = attribute.span
        self.value = index.of


def _declared(space: Space, address: Address) -> bool:
    at: Space | None = space
    for name, _ in address.modules:
        call = at.call(name) if at is not None else None
        if call is None or call.source.folder is None:
            return call is not None
        at = next(iter(call.children().values()), None)
        if at is None:
            return True
    return at is not None and (address.type, address.name) in at.module.resources
