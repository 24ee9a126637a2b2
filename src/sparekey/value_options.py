"""The options of the command line that give values to deployments."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from sparekey.config import usage_error
from sparekey.model.inputs import Given, Inputs


def inputs(
    var: Sequence[str],
    var_file: Sequence[Path],
    workspace: str,
    *,
    line: Sequence[str],
    environment: Mapping[str, str],
    parameters: Sequence[Path] = (),
) -> Inputs:
    """The values of the options, in the order of the command line, and those of the environment (`TF_VAR_x`).

    Raises ConfigError for an assignment without a name or a sign, and for a file that is not there.
    """
    values = [_assigned(text) for text in var]
    files = [Given(name="", text=str(_there("--var-file", path))) for path in var_file]
    sets = tuple(dict.fromkeys(map(_parameter_file, parameters)))
    held = {name: value for name, value in environment.items() if name.startswith("TF_VAR_")}
    return Inputs(given=_in_order(values, files, line), environment=held, workspace=workspace, parameters=sets)


def _assigned(text: str) -> Given:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise usage_error(f"--var: {text!r} is not of the form NAME=VALUE")
    return Given(name=name.strip(), text=value)


def _there(option: str, path: Path) -> Path:
    # os.path answers where pathlib raises: a name that is too long is a name that does not exist.
    if not os.path.isfile(path):  # noqa: PTH113
        raise usage_error(f"{option}: there is no file {path}")
    return path


def _parameter_file(path: Path) -> Path:
    """The file that a word means. The Azure CLI takes `@FILE` for one, too, and values themselves, which are not taken here."""
    text = str(path)
    if text.startswith("@") and not os.path.isfile(path):  # noqa: PTH113
        return _there("--parameters", Path(text[1:]))
    name, sign, _ = text.partition("=")
    if (sign or text.startswith("{")) and not os.path.isfile(path):  # noqa: PTH113
        # What is given may be a secret: it is not repeated.
        shown = name.strip()[:80] if sign and name.strip().isidentifier() else "NAME"
        raise usage_error(
            f'--parameters takes a file, not values: write {{"parameters": {{"{shown}": {{"value": …}}}}}} in one and name that'
        )
    return _there("--parameters", path)


def _in_order(values: Sequence[Given], files: Sequence[Given], line: Sequence[str]) -> tuple[Given, ...]:
    """Values and files as they follow each other on the command line, where the last one counts: the parser gives each option apart."""
    options = [word.partition("=")[0] for word in line if word.partition("=")[0] in ("--var", "--var-file")]
    if options.count("--var") != len(values) or options.count("--var-file") != len(files):
        return (*files, *values)
    rest = {"--var": iter(values), "--var-file": iter(files)}
    return tuple(next(rest[option]) for option in options)
