"""Parameter files: the values that one deployment of a template is given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sparekey.formats.arm.language.values import Later, Value, as_value
from sparekey.formats.arm.template.sections import held, member

_STANDS_IN = re.compile(
    r"#\{[^{}]+\}#|__[A-Za-z][\w.\-]*__|\$\([\w.\- ]+\)|\$\{\{?[^{}]+\}?\}|\{\{[^{}]+\}\}|^<[^<>]+>$|^GEN-[A-Z0-9\-]+$|^GET-PREREQ-[\w\-]+$"
)
"""What a pipeline writes a value over: its tokens, and the words of the quickstart gallery (`GEN-UNIQUE`, `GEN-PASSWORD`)."""

_TEMPLATE = re.compile(r"deploymentTemplate\.json", re.IGNORECASE)
_DEEPEST = 40
_WRITE = 'write it as {"value": …}: Azure takes no file without'
_HOW = "hand over a file with the values that are deployed: --parameters FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The values of parameters by name in lower case. Texts in brackets are texts here.

    `valueless` are those, as written, that are given neither a value nor a reference: Azure refuses the file.
    """

    values: Mapping[str, Value]
    valueless: tuple[str, ...] = ()


def read_given(top: object) -> Given | str:
    """The values in a parameter file's JSON, or why there are none."""
    found = member(top, "parameters")
    if _TEMPLATE.search(str(held(top, "$schema"))) or member(top, "resources") is not None:
        return "is a template"
    given = _bare(top) if found is None else found[1]
    if not isinstance(given, dict):
        return "holds no parameters"
    values: dict[str, Value] = {}
    valueless: list[str] = []
    for name, entry in given.items():
        value = member(entry, "value")
        if value is not None:
            values[name.lower()] = _without_stand_ins(as_value(value[1]))
        elif member(entry, "reference") is not None:
            values[name.lower()] = Later(
                f"sensitive: parameter {name[:80]}",
                hidden=True,
                how="a secure value is never read: where it is no secret, declare it without secure",
            )
        else:
            values[name.lower()] = Later(f"what is parameter {name[:80]} given?", hidden=True, how=_WRITE)
            valueless.append(name)
    return Given(values=values, valueless=tuple(valueless))


def _bare(top: object) -> object:
    """Parameters that stand at the top of a file, each with its value: the Azure CLI takes that as well. None where it is something else."""
    if not isinstance(top, dict) or not top:
        return None
    gives = all(member(entry, "value") is not None or member(entry, "reference") is not None for entry in top.values())
    return top if gives else None


def _without_stand_ins(value: Value, depth: int = 0) -> Value:
    """A value in which every text that something else is written over before the deployment is unknown."""
    if isinstance(value, str):
        found = _STANDS_IN.search(value)
        return Later(f"what is deployed instead of {found[0][:80]}?", hidden=True, how=_HOW) if found else value
    if depth > _DEEPEST:
        return value
    if isinstance(value, list):
        return [_without_stand_ins(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {name: _without_stand_ins(item, depth + 1) for name, item in value.items()}
    return value
