"""The ARM language and whole templates held to Microsoft's own deployment engine, and the scores themselves held to account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.oracles import arm_expressions, arm_templates
from tests.oracles.sets import HERE, Score, unpacked

from sparekey.formats.arm.language.values import Later


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with unpacked(HERE / "arm.tar.xz") as found:
        yield found


def _holds(score: Score, fewest: int) -> None:
    assert score.differences == []
    assert score.wrong == 0
    assert score.total >= fewest
    assert score.equal >= 0.98 * score.total
    assert score.equal + score.unknown == score.total


def test_expressions(folder: Path) -> None:
    assert arm_expressions.PART.reads(folder)
    _holds(arm_expressions.PART.score(folder), 1600)


def test_templates(folder: Path) -> None:
    assert arm_templates.PART.reads(folder)
    _holds(arm_templates.PART.score(folder), 400)


@pytest.mark.parametrize(
    ("case", "figures"),
    [
        ({"expr": "[add(1, 2)]", "status": "value", "value": 3}, (1, 0, 0)),
        ({"expr": "[add(1, 2)]", "status": "value", "value": 4}, (0, 0, 1)),
        ({"expr": "[add(1, 2)]", "status": "value", "value": 3.0}, (1, 0, 0)),
        ({"expr": "[true()]", "status": "value", "value": 1}, (0, 0, 1)),
        ({"expr": "[reference('r').a]", "status": "value", "value": 3}, (0, 1, 0)),
        ({"expr": "[reference('r').a]", "status": "value", "touches_runtime": True, "value": 3}, (1, 0, 0)),
        ({"expr": "[reference('r').a]", "status": "runtime", "value": "[reference('r').a]"}, (1, 0, 0)),
        ({"expr": "[createArray(1, reference('r').a)]", "status": "runtime", "value": [2, "[reference('r').a]"]}, (0, 0, 1)),
        ({"expr": "['a']", "status": "runtime", "value": "[reference('r').a]"}, (0, 0, 1)),
        ({"expr": "[div(1, 0)]", "status": "error"}, (1, 0, 0)),
        ({"expr": "[reference('r').a]", "status": "error"}, (0, 1, 0)),
        ({"expr": "[add(1, 2)]", "status": "error"}, (0, 0, 1)),
        ({"expr": "[div(1, 0)]", "status": "value", "value": 1}, (0, 0, 1)),
        ({"expr": "[div(1, 0)]", "status": "runtime", "value": "[x]"}, (0, 0, 1)),
    ],
)
def test_an_expression_is_scored(case: dict[str, object], figures: tuple[int, int, int]) -> None:
    score = arm_expressions.score_case({"id": "x", **case}, {})
    assert (score.equal, score.unknown, score.wrong) == figures


@pytest.mark.parametrize(
    ("resource", "expected", "figures"),
    [
        ({"name": "a"}, [{"id": "A/a"}], (1, 0, 0)),
        ({"name": "a"}, [], (0, 0, 1)),
        ({"name": "a"}, [{"id": "A/a"}, {"id": "A/b"}], (0, 0, 1)),
        ({"name": "a", "tags": {"x": 1}}, [{"id": "A/a"}], (0, 0, 1)),
        ({"name": "a", "tags": {"x": "[reference('y').z]"}}, [{"id": "A/a", "tags": {"x": 1}}], (0, 1, 0)),
        ({"name": "a", "condition": "true"}, [{"id": "A/a"}], (0, 1, 0)),
        ({"name": "a"}, [{"id": "A/a", "condition": "true"}], (0, 0, 1)),
        ({"name": "a", "condition": False}, [{"id": "A/a"}], (0, 0, 1)),
        ({"name": "[div(1, 0)]"}, [{"id": "A/a"}], (0, 0, 1)),
        ({"name": "a"}, None, (0, 0, 1)),
        ({"name": "[div(1, 0)]"}, None, (1, 0, 0)),
    ],
)
def test_a_template_is_scored(
    tmp_path: Path, resource: dict[str, object], expected: list[dict[str, object]] | None, figures: tuple[int, int, int]
) -> None:
    top = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [{"type": "A.B/c", "apiVersion": "1", **resource}],
    }
    want: dict[str, object] = {"status": "error", "message": "no"}
    if expected is not None:
        found = [
            {**one, "id": f"/subscriptions/s/resourceGroups/g/providers/A.B/c/{str(one['id'])[2:]}", "type": "A.B/c"}
            | {"name": str(one["id"])[2:], "apiVersion": "1"}
            for one in expected
        ]
        want = {"status": "ok", "resources": found, "outputs": {}}
    where = {"scope": "resourceGroup", "subscription": "s", "resourceGroup": "g", "category": "x"}
    for name, held in (("template", top), ("expected", want), ("scope", where)):
        (tmp_path / f"{name}.json").write_text(json.dumps(held))
    score = arm_templates.score_case(tmp_path)
    assert (score.equal, score.unknown, score.wrong) == figures


def test_an_unknown_is_never_a_text_in_brackets() -> None:
    assert arm_expressions.equal(Later("x"), "[x]") is True
    assert arm_expressions.equal(Later("x"), "x") is None
    assert arm_expressions.equal("[x]", "[y]") is False
