"""What the user decides: sparekey.yaml and the options of the command line, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sparekey.model.inputs import Inputs
from sparekey.model.problem import Problem
from sparekey.model.rule import Severity
from sparekey.model.span import Place, Pointer

FILE_NAME = "sparekey.yaml"

DEFAULT_EMERGENCY_PATTERN = r"break.?glass|emergency.?access"
"""The names that Microsoft's guidance on emergency access accounts uses for them."""

MATCHED_NAME_LENGTH = 128
"""How much of a name the emergency pattern is matched against: the bound that makes every accepted pattern end in time."""

Level = Severity | Literal["off"]


class ConfigError(Exception):
    """The run cannot be what the user asked for (exit code 2). `problems` says why, each with its place."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetting:
    """What sparekey.yaml says of one rule: a severity that replaces its own, "off", or None; and parameters."""

    level: Level | None = None
    parameters: Mapping[str, int | str | bool] = field(default_factory=dict)
    at: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One finding that is accepted. `subject` is its address, alone or after `deployment#`.

    `until` is the last day on which it holds (ISO date; "" for no end). `verdict` is what it accepts: a waiver of an unknown
    does not hold once the finding is a proven fail.
    """

    rule: str
    subject: str
    reason: str
    at: Place
    until: str = ""
    verdict: Literal["fail", "unknown"] = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaServer:
    """An OPA server that judges instead of the embedded engine.

    Only the command line names one: a file that comes with a pull request must not choose where the estate is sent.
    `push` says whether the rules are put on the server first. `token` is the bearer token ("" for none), `ca` a file of
    certificates to trust instead of the usual ones. `timeout` is in seconds, for each request in whole.
    """

    url: str
    push: bool = False
    token: str = field(default="", repr=False)
    ca: Path | None = None
    timeout: float = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that a run is told besides the files.

    `complete` gives, per kind of which the scanned files hold all there are, the line that says so. `estates` names the
    deployments that exist together (estate name to path patterns). `emergency_pattern` is the regular expression (case
    ignored) by which an account's name gives it away as an emergency account; used only where none is declared, and only on
    a name's first MATCHED_NAME_LENGTH characters. `opa` is the server that judges (None for the embedded engine), `policies` are
    folders of rules besides the shipped ones. `inputs` are the values that deployments are given from outside. `as_of` is the day of the run (ISO date; "" for today). `notes` are
    problems of the file that do not keep it from being used.
    """

    file: Path | None = None
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    complete: Mapping[str, Place] = field(default_factory=dict)
    estates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    emergency_pattern: str = DEFAULT_EMERGENCY_PATTERN
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    fail_on: Severity = "high"
    fail_on_unknown: Severity | None = None
    as_of: str = ""
    source: Path | None = None
    inputs: Inputs = field(default_factory=Inputs)
    opa: OpaServer | None = None
    policies: tuple[Path, ...] = ()
    notes: tuple[Problem, ...] = ()


def find(start: Path, *, top: Path) -> Path | None:
    """The nearest sparekey.yaml from `start` (a file or folder) upward to the folder `top`.

    Where `start` is not below `top`, only its own folder is looked at. Raises ConfigError where the file is a link that leaves the
    folders looked at: a pull request must not choose what is read outside, not even for the sake of its error message.
    """
    reach = _reach(start, top)
    found = next((step / FILE_NAME for step in reach if (step / FILE_NAME).is_file()), None)
    if found is not None and not found.resolve().is_relative_to(reach[-1]):
        message = f"{FILE_NAME} is a link that leads out of the folder; name the file itself with --config"
        raise ConfigError(
            Problem(kind="link-out-of-root", blame="input", message=message, at=Pointer(file=FILE_NAME, pointer=""))
        )
    return found


def home(start: Path, *, top: Path) -> Path:
    """Where a new sparekey.yaml goes so that `find` gets it: into `top` where `start` lies below it, else into its own folder."""
    folder = _reach(start, top)[-1]
    return Path(FILE_NAME) if folder == Path.cwd() else folder / FILE_NAME


def _reach(start: Path, top: Path) -> list[Path]:
    """The folders in which `find` looks, the nearest first."""
    folder = start if start.is_dir() else start.parent
    folder, top = folder.resolve(), top.resolve()
    ladder = [folder, *folder.parents]
    return ladder[: ladder.index(top) + 1] if top in ladder else [folder]
