"""Addresses and references as Terraform writes them, taken apart into steps.

A step is a name (`module`, `azuread_group`, `id`) or an index with its brackets (`["a.b"]`, `[0]`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_STEP = re.compile(r'\.?([^.\[\]"]+)|(\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\])')

MOST_STEPS = 500
"""An address of more steps is none: it would be nested in a hundred modules and more."""

Steps = tuple[str, ...]


def steps(address: str) -> Steps:
    """The steps of an address; none when it is not one."""
    if "[" not in address and '"' not in address:
        plain = tuple(address.split("."))
        return plain if all(plain) and len(plain) <= MOST_STEPS else ()
    found: list[str] = []
    position = 0
    while position < len(address):
        match = _STEP.match(address, position)
        if match is None or len(found) == MOST_STEPS:
            return ()
        found.append(match[1] or match[2])
        position = match.end()
    return tuple(found)


def is_index(step: str) -> bool:
    """Whether a step is an index rather than a name."""
    return step.startswith("[")


def key_of(step: str) -> str | int | None:
    """The key in an index step; None when it is none that Terraform would write."""
    inside = step[1:-1]
    if inside.isascii() and inside.isdigit() and len(inside) < 16:
        return int(inside)
    try:
        key = json.loads(inside)
    except ValueError:
        return None
    return key if isinstance(key, str) else None


def dotted(path: Steps) -> str:
    """The steps below a resource as one attribute name: `identity[0].principal_id` gives `identity.0.principal_id`."""
    return ".".join(str(key_of(step)) if is_index(step) else step for step in path)


@dataclass(frozen=True, slots=True)
class Named:
    """A resource that steps name: its module-local name (`azuread_group.x`, `data.azuread_user.y`), index step ("" for none), the rest."""

    resource: str
    index: str
    rest: Steps


def named(path: Steps) -> Named | None:
    """The resource that `path` begins with; None when it is too short to name one."""
    length = 3 if path[:1] == ("data",) else 2
    if len(path) < length or any(is_index(step) for step in path[:length]):
        return None
    index = path[length] if len(path) > length and is_index(path[length]) else ""
    return Named(".".join(path[:length]), index, path[length + bool(index) :])


def split_module(path: Steps) -> tuple[Steps, Steps]:
    """The module instance that an address lies in (`module.a["x"].module.b`, as steps) and the rest."""
    end = 0
    while path[end : end + 1] == ("module",) and end + 1 < len(path):
        end += 2
        if end < len(path) and is_index(path[end]):
            end += 1
    return path[:end], path[end:]


def call_names(module: Steps) -> tuple[str, ...]:
    """The names of the module calls in the path of a module instance, without their indexes."""
    names: list[str] = []
    rest = module
    while rest:
        names.append(rest[1])
        rest = rest[3 if len(rest) > 2 and is_index(rest[2]) else 2 :]
    return tuple(names)


def exact_references(references: list[str]) -> list[Steps]:
    """The references of one expression without the shorter forms that Terraform writes after each (`x["a"].id`, `x["a"]`, `x`)."""
    found: list[Steps] = []
    longer: Steps = ()
    for reference in references:
        path = steps(reference)
        if path and longer and len(path) < len(longer) and longer[: len(path)] == path:
            longer = path
            continue
        found.append(path or (reference,))
        longer = path
    return found
