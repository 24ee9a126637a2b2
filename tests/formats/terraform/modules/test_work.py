"""Values that depend on each other: each computed once, in any order, at any depth, and cycles found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.terraform.modules.roots import plain, root, summaries

from sparekey.formats.terraform.modules.work import Node, Work


@given(st.integers(min_value=1, max_value=400), st.randoms(use_true_random=False))
def test_any_graph_without_cycles_is_computed_once_each(size: int, random: object) -> None:
    work = Work()
    edges = {one: sorted({random.randrange(one) for _ in range(3)}) if one else [] for one in range(size)}  # type: ignore[attr-defined]
    done: list[int] = []
    nodes: list[Node[int]] = []

    def compute(one: int) -> int:
        total: int = 1 + sum(work.get(nodes[other]) for other in edges[one])
        done.append(one)
        return total

    nodes.extend(Node(str(one), lambda one=one: compute(one), lambda: -1) for one in range(size))  # type: ignore[misc]
    expected: dict[int, int] = {}
    for one in range(size):
        expected[one] = 1 + sum(expected[other] for other in edges[one])
    assert work.get(nodes[-1]) == expected[size - 1]
    assert len(done) == len(set(done))
    assert not work.faults


@given(st.integers(min_value=1, max_value=200))
def test_a_cycle_of_any_length_ends_and_is_named(length: int) -> None:
    work = Work()
    nodes: list[Node[int]] = []
    nodes.extend(
        Node(f"n{one}", lambda one=one: work.get(nodes[(one + 1) % length]), lambda: 7)  # type: ignore[misc]
        for one in range(length)
    )
    assert work.get(nodes[0]) == 7
    assert len(work.faults) >= 1
    assert all(fault.summary.startswith("Cycle") for fault in work.faults)


def test_a_chain_of_ten_thousand_locals(tmp_path: Path) -> None:
    lines = "".join(f"  l{one} = local.l{one - 1}\n" for one in range(1, 10_000))
    found = root(tmp_path, {"main.tf": f'locals {{\n  l0 = "x"\n{lines}}}\noutput "o" {{\n  value = local.l9999\n}}\n'})
    assert plain(found.outputs()["o"]) == "x"
    assert summaries(found) == []


def test_a_chain_of_resources(tmp_path: Path) -> None:
    blocks = "".join(f'resource "a_b" "r{one}" {{\n  ref = a_b.r{one - 1}.ref\n}}\n' for one in range(1, 1_500))
    found = root(
        tmp_path, {"main.tf": f'{blocks}resource "a_b" "r0" {{\n  ref = "u"\n}}\noutput "o" {{\n  value = a_b.r1499.ref\n}}\n'}
    )
    assert plain(found.outputs()["o"]) == "u"


@pytest.mark.parametrize("text", ["a = local.a", "a = local.b\n  b = [local.a]", "a = { x = local.b.y }\n  b = { y = local.a }"])
def test_locals_that_depend_on_themselves(tmp_path: Path, text: str) -> None:
    found = root(tmp_path, {"main.tf": f'locals {{\n  {text}\n  other = 1\n}}\noutput "o" {{\n  value = local.other\n}}\n'})
    assert any(summary.startswith("Cycle") for summary in summaries(found))
    assert plain(found.outputs()["o"]) == 1
