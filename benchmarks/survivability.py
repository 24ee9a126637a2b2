"""Survivability of a generated estate: 100,003 components, 256,365 dependencies, 18,038 sign-in paths.

`python -m benchmarks.survivability [COMPONENTS]` prints, per work, the median seconds of the work itself and the peak memory of its
whole process in MiB, of which the loaded graph is the row `load`. Each run is a process of its own. Budgets: order 1 within 0.5 s, order
2 within 6 s and 250 MiB, one what-if within 5 ms on average.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.sign_in_estate import sign_in_estate
from sparekey.facts.survivability.analysis import analyse
from sparekey.facts.survivability.budget import Budget
from sparekey.facts.survivability.graph import Graph
from sparekey.facts.survivability.singles import single_points
from sparekey.facts.survivability.whatif import WhatIf
from sparekey.facts.survivability.world import wire
from sparekey.facts.survivability.zbdd import MOST_ORDER

_SIZE = 100_000
_WHAT_IFS = 2_000
_BUDGET = Budget(seconds=120.0)


def main() -> None:
    """Print the table, or, given the name of a work, do it once and print its figures."""
    if len(sys.argv) > 1 and sys.argv[1] in _WORKS:
        _once(sys.argv[1], int(sys.argv[2]))
        return
    size = int(sys.argv[1]) if len(sys.argv) > 1 else _SIZE
    print(f"{'work':<16}{'seconds':>12}{'peak MiB':>10}  result")
    for name in _WORKS:
        runs = [_run(name, size) for _ in range(3)]
        seconds = statistics.median(run[0] for run in runs)
        memory = statistics.median(run[1] for run in runs)
        print(f"{name:<16}{seconds:>12.6f}{memory:>10.0f}  {runs[0][2]}", flush=True)


def _run(name: str, size: int) -> tuple[float, float, str]:
    command = [sys.executable, "-m", "benchmarks.survivability", name, str(size)]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return said["seconds"], said["memory"], said["result"]


def _once(name: str, size: int) -> None:
    graph = sign_in_estate(size, seed=1)
    seconds, result = _WORKS[name](graph)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memory": memory, "result": result}))


def _load(graph: Graph) -> tuple[float, str]:
    ties = sum(1 for component in graph.components for _ in component.ties())
    return 0.0, f"{len(graph.components):,} components, {ties:,} dependencies, {len(graph.targets):,} paths"


def _wire(graph: Graph) -> tuple[float, str]:
    started = time.perf_counter()
    world = wire(graph)
    return time.perf_counter() - started, f"{len(world.needs):,} nodes"


def _singles(graph: Graph) -> tuple[float, str]:
    world = wire(graph)
    wanted = [graph.index[name] for name in graph.targets]
    started = time.perf_counter()
    found = single_points(world, wanted, elements=_BUDGET.elements, watch=_BUDGET.start())
    return time.perf_counter() - started, f"{sum(len(one or ()) for one in found.values()):,} single points"


def _order(order: int) -> Callable[[Graph], tuple[float, str]]:
    def work(graph: Graph) -> tuple[float, str]:
        started = time.perf_counter()
        analysis = analyse(graph, order=order, budget=_BUDGET)
        seconds = time.perf_counter() - started
        counts = [0] * (MOST_ORDER + 1)
        for path in analysis.paths:
            for i, many in enumerate(path.certain.counts):
                counts[i] += many
        sizes = ", ".join(f"{size}: {many:,}" for size, many in enumerate(counts) if many)
        return seconds, f"complete to {analysis.paths[0].complete_to_order}; {sizes}"

    return work


def _what_if(graph: Graph) -> tuple[float, str]:
    domains = [c.name for c in graph.components if c.kind in ("region", "site", "host", "link", "zone", "provider")]
    asked = random.Random(1).choices(domains, k=_WHAT_IFS)
    what_if = WhatIf(graph)
    started = time.perf_counter()
    stopped = sum(len(what_if.lose((name,)).certain) for name in asked)
    return (time.perf_counter() - started) / _WHAT_IFS, f"{stopped / _WHAT_IFS:,.0f} components stop on average"


_WORKS: dict[str, Callable[[Graph], tuple[float, str]]] = {
    "load": _load,
    "wire": _wire,
    "single points": _singles,
    "order 1": _order(1),
    "order 2": _order(2),
    "order 3": _order(3),
    "all orders": _order(MOST_ORDER),
    "one what-if": _what_if,
}


if __name__ == "__main__":
    main()
