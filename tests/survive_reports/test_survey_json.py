"""The JSON of survivability: its schema, that nothing is left out of it, and that every statement has evidence."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.facts.survivability.demo import APP, EMERGENCY, OPEN, demo, open_site, parts
from tests.facts.survivability.drawn import Truth, draw
from tests.facts.survivability.drawn import graph as drawn_graph
from tests.facts.survivability.hostile import estate
from tests.surveys import as_json, survey

from sparekey.facts.survivability.analysis import analyse
from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Graph
from sparekey.survive import Request
from sparekey.survive_reports.json import json_text

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "schemas" / "survive.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def _open_objects(schema: object, path: str = "") -> list[str]:
    """The places of the schema where an object may hold anything."""
    if isinstance(schema, list):
        return [found for i, child in enumerate(schema) for found in _open_objects(child, f"{path}/{i}")]
    if not isinstance(schema, dict):
        return []
    here = [path] if schema.get("type") == "object" and schema.get("additionalProperties") is not False else []
    return here + [found for key, child in schema.items() for found in _open_objects(child, f"{path}/{key}")]


def test_the_schema_is_a_closed_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    counted = {"/properties/versions", "/$defs/coverage/properties/understood", "/$defs/coverage/properties/unmapped"}
    assert set(_open_objects(SCHEMA)) == counted, "maps by name alone are open"


def _truth(truth: Truth, node: int, lost: int) -> str:
    """Whether a component stops with `lost` (a bit per event), by going through every completion."""
    answers = {bool(truth.stopped[node] >> (lost | bad << len(truth.events)) & 1) for bad in range(1 << truth.questions)}
    return "maybe" if len(answers) > 1 else "yes" if answers.pop() else "no"


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_what_is_printed_follows_the_schema_and_holds_everything(seed: int) -> None:
    rng = random.Random(seed)
    description = draw(rng, rng.randint(1, 7), circles=rng.random() < 0.5, questions=3)
    graph = drawn_graph(description)
    held = as_json(graph, lost=(graph.components[0].name,), order=3)
    VALIDATOR.validate(held)
    analysis = analyse(graph, order=3)
    truth = Truth(description, questions=3)
    lost = truth.events.index(0) if 0 in truth.events else None
    for i, fate in enumerate(held["what_if"][0]["targets"]):
        assert fate["name"] == graph.components[i].name
        if lost is not None:
            assert fate["stops"] == _truth(truth, i, 1 << lost)
    for target in held["targets"]:
        path = analysis.path(target["name"])
        assert target["complete_to_order"] == path.complete_to_order
        own = {path.name}
        for certain, points, sets in (
            (True, path.single_points, path.certain),
            (False, path.possible_single_points, path.possible),
        ):
            told = {p["component"]["name"] for p in target["single_points"] if p["certain"] is certain}
            assert told == set(points) - own
            larger = [tuple(c["name"] for c in s["components"]) for s in target["failure_sets"] if s["certain"] is certain]
            assert larger == [one for size in range(2, 4) for one in sets.of_size(size)]
        for statement in (*target["single_points"], *target["failure_sets"]):
            assert statement["evidence"]
            assert statement["proven"]
        for one in target["failure_sets"]:
            assert bool(one["questions"]) is not one["certain"]


@settings(deadline=None, max_examples=25)
@given(estate())
def test_nothing_printed_can_act_on_a_terminal(graph: Graph) -> None:
    lost = (next(component.name for component in graph.components if component.kind == "site"),)
    printed = json_text(survey(("e", graph), request=Request(lost=lost, apart=True)))
    assert all(character.isprintable() or character == "\n" for character in printed)
    printed.encode()
    VALIDATOR.validate(json.loads(printed))


def _target(held: Any, name: str) -> Any:
    return next(target for target in held["targets"] if target["name"] == name)


def test_a_single_point_with_its_lines_its_group_and_its_repair() -> None:
    target = _target(as_json(demo()), APP)
    points = {point["component"]["name"]: point for point in target["single_points"]}
    site = points["site hq"]
    assert [(line["line"], line["source"]) for line in site["evidence"]] == [
        (20, "code"),
        (10, "code"),
        (10, "code"),
        (6, "code"),
        (7, "code"),
        (3, "declared"),
        (4, "declared"),
    ]
    assert {line["file"] for line in site["evidence"]} == {"inventory.yaml"}
    assert site["evidence"][-1]["says"] == "host hv02 needs site hq"
    assert site["weakest"] == "declared"
    assert [(g["name"], g["members"], g["nominal"], g["effective"]) for g in site["groups"]] == [
        ("connector group payroll", 2, 1, 0)
    ]
    assert site["repair"]["changes"] == [{"component": "connector payroll-1", "at": "host hv01", "to": "host hv03"}]
    assert (site["repair"]["single_points_before"], site["repair"]["single_points_after"]) == (5, 4)
    assert points["key vault kv-apps"]["falls_with"] == ["region westeurope"]
    assert points["region westeurope"]["takes_along"] == ["client secret payroll", "key vault kv-apps"]


def test_a_question_says_what_it_decides_and_where_to_answer() -> None:
    held = as_json(open_site(), lost=("site hq",))
    asked = {"what": OPEN.reason, "where": "inventory.yaml:41", "how": OPEN.how}
    assert held["questions"] == [{"estate": "e0", **asked, "decides": [APP], "answers": []}]
    (site,) = [p for p in _target(held, APP)["single_points"] if p["component"]["name"] == "site hq"]
    assert not site["certain"]
    assert site["decision"]["stops_if"] == site["decision"]["survives_if"] == [[asked]]
    (what_if,) = held["what_if"]
    assert what_if["targets"][0]["stops"] == "maybe"
    assert what_if["targets"][0]["decision"]["answer"] == "maybe"


def test_a_loss_by_estate() -> None:
    other = build([replace(part, name=f"other {part.name}") for part in parts() if part.kind == "site"], ["other site hq"])
    held = as_json(demo(), other, lost=("FIDO2 key breakglass-1",))
    fates = {(one["estate"], fate["name"]): fate["stops"] for one in held["what_if"] for fate in one["targets"]}
    assert fates == {("e0", APP): "no", ("e0", EMERGENCY): "yes"}, "the other estate has no such thing"


def test_without_time_there_is_no_proof_and_nothing_is_complete() -> None:
    held = as_json(demo(), seconds=1e-9)
    VALIDATOR.validate(held)
    assert {target["complete_to_order"] for target in held["targets"]} == {0}
    assert all(not target["single_points"] for target in held["targets"])


def test_two_runs_give_the_same_bytes() -> None:
    request = Request(lost=("site hq",), seconds=600, apart=True)
    assert json_text(survey(("e", demo()), request=request)) == json_text(survey(("e", demo()), request=request))
