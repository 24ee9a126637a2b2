"""Whether two values are the same in every respect, as providers compare them."""

from __future__ import annotations

from collections.abc import Mapping

from sparekey.formats.terraform.lang.values import Unknown, Value


def same(before: Value, after: Value) -> bool:
    """Whether two values are the same, types included. Unknown ones never are."""
    if before.type != after.type:
        return False
    first, second = before.content, after.content
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return False
    if isinstance(first, tuple) and isinstance(second, tuple):
        return len(first) == len(second) and all(same(one, two) for one, two in zip(first, second, strict=True))
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.keys() == second.keys() and all(same(item, second[name]) for name, item in first.items())
    return first == second
