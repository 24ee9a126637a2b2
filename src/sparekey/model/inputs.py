"""What a deployment is given from outside of its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A value from the command line: of the variable `name`, or, with the name "", in the file of values `text`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Values that a deployment is given from outside of its files.

    `given` are those of the command line, in its order; `environment` the variables of the environment that can hold some (such as
    `TF_VAR_x`); `workspace` the one that `terraform.workspace` names.
    `parameters` are files that each give the parameters of a template their values.
    """

    given: tuple[Given, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    workspace: str = "default"
    parameters: tuple[Path, ...] = ()
