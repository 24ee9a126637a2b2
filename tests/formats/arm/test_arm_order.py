"""One thing that a template deploys several times: what is said of it is held against everything that the engine may do.

The engine deploys each resource once all that it waits for is there, and in no order besides. It waits for what `dependsOn` names and for
what `reference` calls by its name, not for what that calls by its id; and what is not deployed falls out of what is waited for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.arm import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.value import Known

VAULTS = "Microsoft.KeyVault/vaults"
DEPLOYMENTS = "Microsoft.Resources/deployments"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
WAITS = ("name", "id", "reference")
"""Ways of saying that one resource waits for another."""

_MOST = 5


def template(*resources: object, **members: object) -> dict[str, object]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **members, "resources": list(resources)}


def vault(name: str = "kv", **members: object) -> dict[str, object]:
    return {"type": VAULTS, "apiVersion": "2023-07-01", "name": name, **members}


def nested(name: str, *resources: object, **members: object) -> dict[str, object]:
    held = template(*resources, parameters={"p": {"type": "array", "defaultValue": []}})
    properties = {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": held}
    handed = members.pop("handed", None)
    if handed is not None:
        properties["parameters"] = {"p": {"value": handed}}
    return {"type": DEPLOYMENTS, "apiVersion": "2022-09-01", "name": name, "properties": properties, **members}


def read(folder: Path, top: dict[str, object]) -> list[Declaration]:
    path = folder / "main.json"
    path.write_text(json.dumps(top), encoding="utf-8")
    found = FORMAT.read(SourceFile(path=path, name="main.json"), Reading(mapped=frozenset({VAULTS}), scan_root=folder))
    assert isinstance(found, Document)
    return [one for one in found.declarations if one.head.address == f"{VAULTS}/kv"]


def tag(declaration: Declaration) -> object:
    found = declaration.body.get("tags", "n")
    assert isinstance(found, Known)
    return found.value


@dataclass(frozen=True)
class Node:
    """A resource at this place of the template that writes the vault, or does not, and the earlier ones that it names, and how."""

    writes: bool
    condition: object
    names: tuple[tuple[int, str], ...]

    def written(self, number: int, nodes: list[Node]) -> dict[str, object]:
        called = [(f"n{other}", DEPLOYMENTS if nodes[other].writes else VAULTS, how) for other, how in self.names]
        waits = [name for name, _, how in called if how == "name"]
        waits += [f"[resourceId('{type_}', '{name}')]" for name, type_, how in called if how == "id"]
        asks = [f"[reference('{name}')]" for name, _, how in called if how == "reference"]
        asks += [f"[reference(resourceId('{type_}', '{name}'), '2022-09-01')]" for name, type_, how in called if how == "by id"]
        more = {"condition": self.condition, "dependsOn": waits}
        if self.writes:
            return nested(f"n{number}", vault(tags={"n": number}), handed=asks, **more)
        return vault(f"n{number}", properties={"asks": asks}, **more)


@st.composite
def _nodes(draw: st.DrawFn) -> list[Node]:
    made = []
    for number in range(draw(st.integers(2, _MOST))):
        before = draw(st.lists(st.integers(0, number - 1), max_size=2, unique=True)) if number else []
        made.append(
            Node(
                draw(st.booleans()),
                draw(st.sampled_from([True, True, True, "[false()]", f"[parameters('c{number}')]"])),
                tuple((other, draw(st.sampled_from([*WAITS, "by id"]))) for other in before),
            )
        )
    return made


def _ends(nodes: list[Node]) -> Iterator[int | None]:
    """Everything that may be there in the end: which of the resources wrote it, None where none did."""
    choices = [(True, False) if node.condition not in (True, "[false()]") else (node.condition is True,) for node in nodes]
    for there in product(*choices):
        deployed = [number for number in range(len(nodes)) if there[number]]
        waits = [(n, other) for n in deployed for other, how in nodes[n].names if how in WAITS and there[other]]
        for order in permutations(deployed):
            if all(order.index(n) > order.index(other) for n, other in waits):
                yield next((n for n in reversed(order) if nodes[n].writes), None)


@given(nodes=_nodes(), shuffle=st.randoms(use_true_random=False))
def test_what_is_said_of_it_is_what_every_order_leaves(
    tmp_path_factory: pytest.TempPathFactory, nodes: list[Node], shuffle: object
) -> None:
    """Nothing that may be there in the end is lost; one alone that is certainly there is what is there in every case."""
    ends = set(_ends(nodes))
    written = [node.written(number, nodes) for number, node in enumerate(nodes)]
    shuffle.shuffle(written)  # type: ignore[attr-defined]
    asked = {f"c{number}": {"type": "bool"} for number in range(len(nodes))}
    found = read(tmp_path_factory.mktemp("t"), template(*written, parameters=asked))
    tags = {tag(one) for one in found}
    assert ends - {None} <= tags
    if len(found) == 1 and found[0].head.presence.answer == "yes":
        assert ends == tags
    if len(ends) == 1 and None not in ends and all(node.condition in (True, "[false()]") for node in nodes):
        assert (len(found), tags) == (1, ends)


def _symbolic(**resources: object) -> dict[str, object]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "languageVersion": "2.0", "resources": resources}


@pytest.mark.parametrize(("waits", "tags"), [("loop[1]", [1, 2]), ("loop[0]", [2]), ("loop", [2])])
def test_one_turn_of_a_loop_is_waited_for_alone(tmp_path: Path, waits: str, tags: list[int]) -> None:
    """The first turn deploys the vault, the second something else."""
    loop = nested(
        "[concat('turn', copyIndex())]",
        vault("[parameters('p')[0]]", tags={"n": 1}),
        copy={"name": "any", "count": 2},
        handed=["[if(equals(copyIndex(), 0), 'kv', 'other')]"],
    )
    last = nested("last", vault(tags={"n": 2}), dependsOn=[waits])
    found = read(tmp_path, _symbolic(last=last, loop=loop))
    assert sorted(str(tag(one)) for one in found) == [str(one) for one in tags]


def test_a_thing_of_another_template_is_waited_for_by_the_deployment_around_it(tmp_path: Path) -> None:
    """Two templates at the same place in two deployments: which comes later is said by what deploys them."""
    early = nested("early", nested("inner", vault(tags={"n": 1})))
    late = nested("late", nested("inner", vault(tags={"n": 2})), dependsOn=["early"])
    assert [tag(one) for one in read(tmp_path, template(late, early))] == [2]
    # What stands within one template says nothing of things within another.
    late = nested("late", nested("inner", vault(tags={"n": 2}), dependsOn=["early"]))
    assert sorted(str(tag(one)) for one in read(tmp_path, template(late, early))) == ["1", "2"]


def test_the_order_within_a_template_within_is_known(tmp_path: Path) -> None:
    late = nested("late", vault(tags={"n": 2}), dependsOn=["early"])
    around = nested("around", late, nested("early", vault(tags={"n": 1})))
    assert [tag(one) for one in read(tmp_path, template(around))] == [2]


def test_what_a_loop_that_may_never_run_waits_for_is_waited_for_by_nobody_else(tmp_path: Path) -> None:
    between = vault("w", copy={"name": "l", "count": "[parameters('n')]"}, dependsOn=["first"])
    deployed = template(
        nested("first", vault(tags={"n": 1})),
        between,
        nested("last", vault(tags={"n": 2}), dependsOn=["l"]),
        parameters={"n": {"type": "int"}},
    )
    assert sorted(str(tag(one)) for one in read(tmp_path, deployed)) == ["1", "2"]
