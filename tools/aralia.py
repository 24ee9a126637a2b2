"""Count the minimal cut sets of the Aralia fault trees in a folder and compare with the published counts.

The models are not part of this project. Anybody may download them, as Open-PSA XML, from the repository
openpra-org/aralia-fault-tree-dataset (data/openpsa, CC BY-SA 4.0) or rakhimov/scram (input/Aralia, GPL-3), and give their folder:
`make aralia DIR=path/to/data/openpsa`. A fault tree is a dependency graph upside down: an `or` gate needs all below it, an `and` gate
any one, and `at least m of n` stops once m are lost.

Per model: the counts up to orders 2 and 3 and of all orders, each with its own budget, whether the count is the published one, and
for the sizes that are published, whether those agree. Exit 1 if a count differs from the table below.
"""

from __future__ import annotations

import argparse
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

from sparekey.facts.survivability.analysis import analyse
from sparekey.facts.survivability.budget import Budget
from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Component, Graph, Group, Tie
from sparekey.facts.survivability.zbdd import MOST_ORDER
from sparekey.model.span import Pointer

PUBLISHED: Mapping[str, int] = {
    "baobab1": 46_188,
    "baobab2": 4_805,
    "baobab3": 24_386,
    "chinese": 392,
    "das9201": 14_217,
    "das9202": 27_778,
    "das9203": 16_200,
    "das9204": 16_704,
    "das9205": 17_280,
    "das9206": 19_518,
    "das9207": 25_988,
    "das9208": 8_060,
    "das9209": 82_000_000_000,
    "edf9201": 579_720,
    "edf9202": 130_112,
    "edf9203": 20_807_446,
    "edf9204": 32_580_630,
    "edf9205": 21_308,
    "edfpa14b": 105_955_422,
    "edfpa14o": 105_927_244,
    "edfpa14p": 415_500,
    "edfpa14q": 105_950_670,
    "edfpa14r": 380_412,
    "edfpa15b": 2_910_473,
    "edfpa15o": 2_906_753,
    "edfpa15p": 27_870,
    "edfpa15q": 2_910_473,
    "edfpa15r": 26_549,
    "elf9601": 151_348,
    "ftr10": 305,
    "isp9601": 276_785,
    "isp9602": 5_197_647,
    "isp9603": 3_434,
    "isp9604": 746_574,
    "isp9605": 5_630,
    "isp9606": 1_776,
    "isp9607": 150_436,
}
"""Minimal cut sets as the README of openpra-org/aralia-fault-tree-dataset gives them; das9209 is published as 8.20E+10."""

CORRECTED: Mapping[str, int] = {"jbd9601": 14_007, "edf9206": 7_159_688_704}
"""Where the published cell does not fit the published file: two independent programs (this one, and relibmss) count these."""

SIZES: Mapping[str, Mapping[int, int]] = {
    "baobab1": {2: 1, 3: 1, 4: 70, 5: 400, 6: 2212, 7: 14748, 8: 8460, 9: 10624, 10: 6600, 11: 3072},
    "baobab2": {2: 6, 3: 121, 4: 268, 5: 630, 6: 3780},
    "chinese": {2: 12, 4: 24, 5: 188, 6: 168},
}
"""Cut sets by size, from the tests of rakhimov/scram."""

_AT = Pointer(file="model.xml", pointer="")


class NotMonotoneError(Exception):
    """The model uses a gate that a further failure can repair (not, xor): such a model has no failure sets in our sense."""


def read(path: Path) -> Graph:
    """The dependency graph of an Open-PSA fault tree; its target is the one gate that no other gate uses."""
    gates: dict[str, ET.Element] = {}
    used: set[str] = set()
    for gate in ET.parse(path).getroot().iter("define-gate"):
        formula = next(child for child in gate if child.tag not in ("label", "attributes"))
        gates[gate.get("name", "")] = formula
        used |= {one.get("name", "") for one in (formula, *formula.iter()) if one.tag in ("gate", "event")}
    components: dict[str, Component] = {}
    for name, formula in gates.items():
        _add(f"gate {name}", formula, gates, components)
    return build(components.values(), [f"gate {name}" for name in gates if name not in used])


def _add(name: str, formula: ET.Element, gates: Mapping[str, ET.Element], components: dict[str, Component]) -> None:
    """Add a gate, the gates nested in its formula, and the events that it names."""
    todo = [(name, formula)]
    while todo:
        own, element = todo.pop()
        inputs = [element] if element.tag in ("gate", "event", "basic-event") else list(element)
        below = []
        for i, one in enumerate(inputs):
            named = one.get("name", "")
            if one.tag in ("gate", "event") and named in gates:
                below.append(f"gate {named}")
            elif one.tag in ("event", "basic-event"):
                components[named] = Component(name=named, kind="event", at=(_AT,))
                below.append(named)
            else:
                below.append(f"{own}/{i}")
                todo.append((f"{own}/{i}", one))
        components[own] = _gate(own, element, tuple(Tie(to=one, at=_AT) for one in below))


def _gate(name: str, element: ET.Element, below: tuple[Tie, ...]) -> Component:
    if element.tag in ("or", "gate", "event", "basic-event"):
        return Component(name=name, kind="gate", at=(_AT,), needs=below, stops=False)
    if element.tag not in ("and", "atleast"):
        raise NotMonotoneError(element.tag)
    lost = int(element.get("min", "")) if element.tag == "atleast" else len(below)
    group = Group(name=name, members=below, at=_AT, least=len(below) - lost + 1)
    return Component(name=name, kind="gate", at=(_AT,), groups=(group,), stops=False)


def main() -> int:
    """Read every model of the folder and print a line for each."""
    parser = argparse.ArgumentParser(description="Reproduce published cut set counts.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=40.0, help="budget per model and order")
    parser.add_argument("--nodes", type=int, default=8_000_000, help="nodes of the diagram, about 130 bytes each")
    options = parser.parse_args()
    tally = {"equal": 0, "DIFFERENT": 0, "over budget": 0, "not monotone": 0, "no published count": 0}
    for path in sorted(options.folder.glob("*.xml")):
        said, line = _compare(path, Budget(seconds=2 * options.seconds, nodes=options.nodes))
        tally[said] += 1
        print(f"{path.stem:<10}{said:<20}{line}", flush=True)
    print(", ".join(f"{said}: {many}" for said, many in tally.items()))
    return int(tally["DIFFERENT"] > 0 or not sum(tally.values()))


def _compare(path: Path, budget: Budget) -> tuple[str, str]:
    try:
        graph = read(path)
    except NotMonotoneError as error:
        return "not monotone", f"uses {error}"
    shown = [f"{len(graph.components)} components"]
    lower = []
    for order in (2, 3):
        counts, seconds = _counts(graph, order, budget)
        lower.append(counts)
        shown.append(f"up to {order}: {'over budget' if counts is None else f'{sum(counts):,} in {seconds:.2f} s'}")
    counts, seconds = _counts(graph, MOST_ORDER, budget)
    if counts is None:
        return "over budget", "; ".join((*shown, "all: over budget"))
    shown.append(f"all: {sum(counts):,} in {seconds:.2f} s")
    agree = all(low is None or sum(low) == sum(counts[: order + 1]) for order, low in zip((2, 3), lower, strict=True))
    sizes = {size: many for size, many in enumerate(counts) if many}
    agree = agree and sizes == SIZES.get(path.stem, sizes)
    wanted = CORRECTED.get(path.stem, PUBLISHED.get(path.stem))
    if wanted is None:
        return "no published count", "; ".join(shown)
    note = "published differently, see CORRECTED" if path.stem in CORRECTED else ""
    return ("equal" if agree and sum(counts) == wanted else "DIFFERENT"), "; ".join((*shown, *filter(None, [note])))


def _counts(graph: Graph, order: int, budget: Budget) -> tuple[tuple[int, ...] | None, float]:
    """How many cut sets of each size there are, or None where the order was not completed."""
    started = time.perf_counter()
    path = analyse(graph, order=order, budget=budget).paths[0]
    complete = path.complete_to_order is None or (order < MOST_ORDER and path.complete_to_order >= order)
    return (path.certain.counts if complete else None), time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
