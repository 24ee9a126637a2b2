"""Parameter files: the values that one deployment of a template is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sparekey.formats.arm.language.values import Later, Value, as_value
from sparekey.formats.arm.template.sections import member


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The values of parameters by name in lower case. Texts in brackets are texts here."""

    values: Mapping[str, Value]


def read_given(top: object) -> Given | str:
    """The values in a parameter file's JSON, or why there are none."""
    found = member(top, "parameters")
    if found is None or not isinstance(found[1], dict):
        return "holds no parameters"
    values: dict[str, Value] = {}
    for name, entry in found[1].items():
        value = member(entry, "value")
        if value is not None:
            values[name.lower()] = as_value(value[1])
        elif member(entry, "reference") is not None:
            values[name.lower()] = Later(f"sensitive: parameter {name[:80]}", hidden=True)
        else:
            values[name.lower()] = Later(f"what is parameter {name[:80]} given?", hidden=True)
    return Given(values=values)
