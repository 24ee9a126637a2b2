"""Unknown values that are known to become certain others: what an apply will make of values at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sparekey.formats.terraform.lang.types import DYNAMIC
from sparekey.formats.terraform.lang.values import NO_MARKS, Source, Unknown, Value, Why, sources


def later(value: Value, source: Source, why: Why) -> Value:
    """An unknown of the value's type that an apply will make equal to `value`; `source` is the attribute that it is.

    What the provider copies loses its marks, as in Terraform; what the unknown holds keeps them.
    """
    return _unknown_like(value, source, why)


def perhaps(value: Value, why: Why) -> Value:
    """The same value where it is not certain that there is one: what stands for an instance that may not exist."""
    return _unknown_like(value, None, why)


def _unknown_like(value: Value, source: Source | None, why: Why) -> Value:
    content = value.content
    found, beyond, _ = sources(value)
    if isinstance(content, Unknown):
        own = content.is_ or source
        members = content.members
        changed = replace(
            content,
            is_=own,
            among=found if source is None else found | {source},
            members=None if members is None else lambda step: _unknown_like(members(step), _below(source, step), why),
        )
        return Value(value.type, changed, value.marks if source is None else NO_MARKS)
    holds: tuple[Value, ...] = ()
    if isinstance(content, tuple):
        holds = content
    elif isinstance(content, Mapping):
        holds = tuple(content.values())
    elif content is not None:
        holds = (value,)

    def member(step: str | int) -> Value:
        item: Value | None = None
        if isinstance(content, tuple) and isinstance(step, int) and not isinstance(step, bool) and step < len(content):
            item = content[step]
        elif isinstance(content, Mapping) and isinstance(step, str):
            item = content.get(step)
        if item is None:
            return Value(DYNAMIC, Unknown(why=why, among=found, beyond=beyond))
        return _unknown_like(item, _below(source, step), why)

    unknown = Unknown(
        why=why,
        is_=source,
        among=found,
        beyond=beyond,
        holds=holds,
        exact=True,
        members=member if isinstance(content, (tuple, Mapping)) else None,
    )
    return Value(value.type, unknown, value.marks if source is None else NO_MARKS)


def _below(source: Source | None, step: str | int) -> Source | None:
    return None if source is None else Source(source.address, f"{source.attribute}.{step}")
