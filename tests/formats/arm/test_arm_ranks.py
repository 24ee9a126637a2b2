"""Which of several things is deployed last: told for thousands of them, and never where it is not certain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.arm import FORMAT
from sparekey.formats.arm.template import order
from sparekey.formats.arm.template.deployment import Deployment
from sparekey.formats.arm.template.expand import expand
from sparekey.formats.arm.template.instance import Instance
from sparekey.formats.arm.template.order import Order, ranked
from sparekey.formats.arm.template.references import Index
from sparekey.formats.arm.template.scopes import anywhere
from sparekey.formats.arm.template.session import Session
from sparekey.model.declaration import Document
from sparekey.model.seams import Reading, SourceFile

VAULTS = "Microsoft.KeyVault/vaults"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"

graphs = st.integers(1, 9).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, size - 1), max_size=4), min_size=size, max_size=size)
)


def template(resources: object, **members: object) -> dict[str, object]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **members, "resources": resources}


def vault(name: str = "kv", **members: object) -> dict[str, object]:
    return {"type": VAULTS, "apiVersion": "2023-07-01", "name": name, "properties": {}, **members}


def expanded(top: dict[str, object]) -> list[Instance]:
    deployment = Deployment(session=Session(strict=False), top=top, name="d", target=anywhere("resourceGroup"))
    expand(deployment)
    return deployment.instances


def reached(edges: list[list[int]], start: int) -> set[int]:
    """What a node leads to in one step or more."""
    seen: set[int] = set()
    rest = [*edges[start]]
    while rest:
        one = rest.pop()
        if one not in seen:
            seen.add(one)
            rest += edges[one]
    return seen


@given(graphs)
def test_a_rank_is_shared_in_circles_and_higher_than_what_is_behind(edges: list[list[int]]) -> None:
    ranks = ranked(edges)
    for one in range(len(edges)):
        for other in reached(edges, one) - {one}:
            in_circle = one in reached(edges, other)
            assert ranks[one] == ranks[other] if in_circle else ranks[one] > ranks[other]


@given(graphs, st.data())
def test_the_last_waits_for_all_others_and_none_of_them_for_it(edges: list[list[int]], data: st.DataObject) -> None:
    instances = expanded(
        template({f"s{one}": vault(f"kv{one}", dependsOn=[f"s{other}" for other in to]) for one, to in enumerate(edges)})
    )
    chosen = data.draw(st.lists(st.integers(0, len(edges) - 1), min_size=1, unique=True))
    expected = [
        one
        for one in chosen
        if all(other == one or (other in reached(edges, one) and one not in reached(edges, other)) for other in chosen)
    ]
    found = Order().last([instances[one] for one in chosen])
    assert found is (instances[expected[0]] if expected else None)
    assert len(expected) < 2


def test_each_dependency_is_looked_at_once_however_many_bear_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    called = order._called

    def counted(wanted: str, index: Index) -> list[Instance]:
        asked.append(wanted)
        return called(wanted, index)

    monkeypatch.setattr(order, "_called", counted)
    loop = vault("[concat('w', copyIndex())]", copy={"name": "ws", "count": 100}, dependsOn=["last"])
    instances = expanded(template([loop, *[vault("kv", dependsOn=["ws"]) for _ in range(100)]]))
    assert Order().last(instances[100:]) is None
    assert sorted(asked) == ["last", "ws"]


@pytest.mark.parametrize("turn", ["s[²]", "s[" + "9" * 5000 + "]", "s[\u0663]", "s[-1]", "s[]", "[0]"])
def test_a_turn_that_there_is_not_is_no_turn(tmp_path: Path, turn: str) -> None:
    path = tmp_path / "main.json"
    resources = {"s": vault("[concat('kv', copyIndex())]", copy={"name": "l", "count": 2}), "t": vault("kv1", dependsOn=[turn])}
    path.write_text(json.dumps(template(resources, languageVersion="2.0")))
    found = FORMAT.read(SourceFile(path=path, name="main.json"), Reading(mapped=frozenset({VAULTS}), scan_root=tmp_path))
    assert isinstance(found, Document)
    assert [one.head.address for one in found.declarations] == [f"{VAULTS}/kv0", f"{VAULTS}/kv1", f"{VAULTS}/kv1"]
