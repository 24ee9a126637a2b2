"""Override files: what a block says after another block of the same name has overridden it."""

from __future__ import annotations

from sparekey.formats.terraform.modules.module import MergedBlock
from sparekey.formats.terraform.syntax.tree import Block, Body, Tuple


def merged(base: Block, override: Block) -> Block:
    """The block that the two make: arguments one by one, blocks of a type all together, static and `dynamic` alike.

    The arguments of `lifecycle` are overridden one by one too. Terraform takes no `validation`, `precondition` or
    `postcondition` of an override into account.
    """
    first, second = base.body, override.body
    hidden = {_produces(block) for block in second.blocks} if first.json else frozenset[str]()
    kept = {name: one for name, one in first.attributes.items() if name not in hidden}
    body = Body(
        span=first.span,
        attributes={**kept, **{name: one for name, one in second.attributes.items() if name != "depends_on"}},
        blocks=_blocks(first, second),
        json=first.json,
        problems=first.problems + second.problems,
        repeated=first.repeated + second.repeated,
    )
    if second.json and not first.json:
        body = _without_hidden_blocks(body, second)
    return MergedBlock(base, body)


def _blocks(first: Body, second: Body) -> list[Block]:
    replaced = {_produces(block) for block in second.blocks if block.type not in ("lifecycle", "validation")}
    kept: list[Block] = []
    lifecycle = next((block for block in second.blocks if block.type == "lifecycle"), None)
    for block in first.blocks:
        if block.type == "lifecycle" and lifecycle is not None:
            kept.append(merged_lifecycle(block, lifecycle))
            lifecycle = None
        elif _produces(block) not in replaced or block.type in ("lifecycle", "validation"):
            kept.append(block)
    if lifecycle is not None:
        kept.append(_without_conditions(lifecycle))
    kept.extend(block for block in second.blocks if block.type not in ("lifecycle", "validation"))
    return kept


def _produces(block: Block) -> str:
    """The type of the blocks that a block stands for."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def merged_lifecycle(base: Block, override: Block) -> Block:
    """A `lifecycle` block overridden: the conditions stay the base's. An empty `ignore_changes` overrides nothing."""
    first, second = base.body, override.body
    changed = {
        name: one
        for name, one in second.attributes.items()
        if not (name == "ignore_changes" and isinstance(one.value, Tuple) and not one.value.items)
    }
    body = Body(span=first.span, attributes={**first.attributes, **changed}, blocks=first.blocks, json=first.json)
    return MergedBlock(base, body)


def _without_conditions(block: Block) -> Block:
    body = block.body
    blocks = [inner for inner in body.blocks if inner.type not in ("precondition", "postcondition")]
    return MergedBlock(block, Body(span=body.span, attributes=body.attributes, blocks=blocks, json=body.json))


def _without_hidden_blocks(body: Body, json: Body) -> Body:
    """In JSON an argument may be blocks, which then replace all blocks of that type."""
    names = set(json.attributes)
    blocks = [block for block in body.blocks if _produces(block) not in names]
    return Body(
        span=body.span, attributes=body.attributes, blocks=blocks, json=body.json, problems=body.problems, repeated=body.repeated
    )
