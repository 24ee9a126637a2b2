"""What the survivability analysis adds to `check` on a usual identity repository: budget 50 ms, imports and judging included.

`python -m benchmarks.paths_in_check [FOLDER ...]` runs `check` with the facts of sign-in paths and the rules that read them, and without
both, in turns, each run a process of its own with compiled modules. Printed are milliseconds: medians, and what the fastest runs of both
differ by. Without a folder the estates of the fixtures are measured, and a generated repository of 300 resources with ten paths.
"""

from __future__ import annotations

import gc
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from benchmarks.measure import side_by_side
from sparekey.config import Config
from sparekey.config_file import load
from sparekey.model.seams import Derivation
from sparekey.registry import discover
from sparekey.run import check

_ESTATES = tuple(f"fixtures/estates/{name}" for name in ("two-sites/before", "two-sites/after", "menagerie", "exemplary"))
_RUNS = 15
_READERS = (
    "agents-share-failure-domain",
    "bootstrap-deadlock",
    "connectors-share-failure-domain",
    "emergency-shares-component",
    "sign-in-single-region",
    "single-on-premises-dependency",
)
"""The rules that read what the dependency graph proves."""


def main() -> None:
    """Print the table, or, given `with` or `without` and a folder, check it once."""
    if len(sys.argv) == 3 and sys.argv[1] in ("with", "without"):
        _once(Path(sys.argv[2]), paths=sys.argv[1] == "with")
        return
    print(f"{'repository':<36}{'with':>8}{'without':>10}{'added':>8}{'at least':>10}  ms")
    if len(sys.argv) > 1:
        _table(sys.argv[1:])
        return
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "generated"
        written.mkdir()
        (written / "main.tf").write_text(_generated(), encoding="utf-8")
        (written / "sparekey.yaml").write_text("inventory: {sync: {method: pta, password_hash_sync: true}}\n", encoding="utf-8")
        _table([*_ESTATES, str(written)])


def _table(folders: Sequence[str]) -> None:
    for folder in folders:
        commands = {word: [sys.executable, "-m", "benchmarks.paths_in_check", word, folder] for word in ("with", "without")}
        figures = side_by_side(commands, runs=_RUNS)
        median = {word: found.wall * 1000 for word, found in figures.items()}
        least = (figures["with"].least - figures["without"].least) * 1000
        added = median["with"] - median["without"]
        print(f"{folder[-35:]:<36}{median['with']:>8.0f}{median['without']:>10.0f}{added:>8.0f}{least:>10.0f}", flush=True)


def _generated() -> str:
    """Terraform of 300 resources: ten paths (nine groups of two connectors, the directory by its agents), groups and their members."""
    hosts = [_host(f"c{n}", "connector", f"group {n // 2}", n) for n in range(18)]
    hosts += [_host(f"a{n}", "pta-agent", "", n) for n in range(2)]
    members = (
        f'resource "azuread_group" "g{n}" {{\n  display_name     = "g{n}"\n  security_enabled = true\n}}\n'
        f'resource "azuread_group_member" "m{n}" {{\n  group_object_id  = azuread_group.g{n}.object_id\n'
        f"  member_object_id = azuread_group.g{(n + 1) % 140}.object_id\n}}\n"
        for n in range(140)
    )
    return "".join((*hosts, *members))


def _host(name: str, role: str, group: str, number: int) -> str:
    tags = f'sparekey-role = "{role}"' + (f', sparekey-group = "{group}"' if group else "")
    return (
        f'resource "azurerm_windows_virtual_machine" "{name}" {{\n  name     = "{name}"\n  location = "westeurope"\n'
        f'  size     = "Standard_D2s_v3"\n  zone     = "{number % 3 + 1}"\n  tags     = {{ {tags} }}\n}}\n'
    )


def _once(folder: Path, *, paths: bool) -> None:
    own = folder / "sparekey.yaml"
    config = load(own, name=own.name) if own.is_file() else Config()
    gc.disable()  # as the command does: one collection of everything takes longer than what is measured, and hits either by chance
    if paths:
        outcomes = check([folder], config).outcomes
    else:
        with patch("sparekey.run.discover", _without_paths):
            outcomes = check([folder], replace(config, skip=_READERS)).outcomes
    if any(outcome.error for outcome in outcomes):
        sys.exit("a rule is in error: what was left out is read by others as well")


def _without_paths(package: str, constant: str) -> tuple[object, ...]:
    return tuple(each for each in discover(package, constant) if not _gives_paths(each))


def _gives_paths(implementation: object) -> bool:
    return isinstance(implementation, Derivation) and "sign_in_path" in implementation.gives


if __name__ == "__main__":
    main()
