"""Law 1 on whole runs of plans that write Graph's own JSON: the path, the body, any value in it may be hidden, and no verdict turns."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from tests.laws import attribute_paths, blank, law_blanking, run_plan, verdicts

from sparekey.config_file import load

ROOT = Path(__file__).resolve().parents[2]
PLANS = sorted(
    path
    for path in (ROOT / "fixtures" / "rules").glob("*/*/plan.json")
    if "msgraph" in path.parent.name or "microsoft365" in path.parent.name or "second-factors" in path.parent.parent.name
)
MOST = 12
"""Values that are hidden in each plan, one at a time: the same ones in every run."""


@pytest.mark.parametrize("path", PLANS, ids=lambda p: f"{p.parent.parent.name}/{p.parent.name}")
def test_hiding_a_value_turns_no_verdict(path: Path, tmp_path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    file = path.with_name("sparekey.yaml")
    config = load(file, name="sparekey.yaml") if file.is_file() else None
    before = verdicts(run_plan(document, tmp_path, config))
    places = [
        (index, place)
        for index, entry in enumerate(document["resource_changes"])
        for place in attribute_paths(entry["change"]["after"])
        if place[0] in ("url", "body", "conditions", "grant_controls", "state", "name", "reference_ids", "id")
    ]
    always = [(index, place) for index, place in places if place in (("url",), ("body",), ("conditions",))]
    for index, place in dict.fromkeys([*always, *random.Random(7).sample(places, min(MOST, len(places)))]):
        law_blanking(before, verdicts(run_plan(blank(document, index, place), tmp_path, config)))


def test_there_are_plans_of_every_verdict() -> None:
    assert {path.parent.name.split("-")[0] for path in PLANS} == {"fail", "pass", "unknown"}
