"""All functions of Terraform's language, found in `lang/functions`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from sparekey.formats.terraform.lang import functions as package
from sparekey.formats.terraform.lang.function import Function

CORE = "core::"
"""The namespace in which every function of Terraform's own can be called too."""

_NEAR = 3


@cache
def functions() -> Mapping[str, Function]:
    """Every function by name."""
    found: dict[str, Function] = {}
    for module in pkgutil.iter_modules(package.__path__):
        table: Mapping[str, Function] = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "FUNCTIONS", {})
        found.update(table)
    return found


def function(name: str) -> Function | None:
    """The function of that name (`upper`, `core::upper`, `provider::terraform::encode_expr`), None if there is none."""
    return functions().get(name.removeprefix(CORE))


def suggestion(name: str) -> str:
    """What to try instead of a function that does not exist: " Did you mean ...?", or nothing."""
    if "::" in name:
        return ""
    for other in sorted([*functions(), "can", "try"]):
        if _distance(name, other) < _NEAR:
            return f' Did you mean "{other}"?'
    return ""


def _distance(one: str, other: str) -> int:
    """How many letters have to be changed, added or left out to make one name of the other; not counted beyond 3."""
    if abs(len(one) - len(other)) >= _NEAR:
        return _NEAR
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, row[0] = row[0], place
        for index, own in enumerate(other, 1):
            above, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, above + (letter != own))
    return row[-1]
