"""Whole-process figures: wall time and peak memory of a command, in turns with others, as medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Medians over the counted runs: seconds and MiB. `least`: seconds of the fastest run, which the work of others disturbs least."""

    wall: float
    memory: float
    least: float


def once(command: Sequence[str]) -> Figures:
    """One run of a command; its output is thrown away, its exit code is its own business."""
    # An installed program has its modules compiled; a variable that forbids writing them would measure the compiler.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, _, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = 0
    return Figures(wall=wall, memory=usage.ru_maxrss / 1024, least=wall)


def side_by_side(commands: Mapping[str, Sequence[str]], *, runs: int) -> dict[str, Figures]:
    """Medians of `runs` runs of each command, taken in turns after one uncounted run, so that a slow moment hits all alike."""
    for command in commands.values():
        once(command)
    taken: dict[str, list[Figures]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(once(command))
    return {
        name: Figures(
            wall=statistics.median(f.wall for f in figures),
            memory=statistics.median(f.memory for f in figures),
            least=min(f.least for f in figures),
        )
        for name, figures in taken.items()
    }
