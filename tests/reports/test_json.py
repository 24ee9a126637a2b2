"""The JSON report: what is printed follows the schema, is the same each time, and can be read back."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from tests.runs import finding, outcome, run, runs

from sparekey.model.run import Run
from sparekey.reports.json import REPORT, NotARunError, run_from_json, run_to_json

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "schemas" / "run.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@settings(deadline=None)
@given(runs())
def test_what_is_printed_follows_the_schema(held: Run) -> None:
    VALIDATOR.validate(json.loads(run_to_json(held)))


@settings(deadline=None)
@given(runs())
def test_a_run_comes_back_from_json_and_from_pickle(held: Run) -> None:
    assert run_from_json(run_to_json(held)) == held
    assert pickle.loads(pickle.dumps(held)) == held


@settings(deadline=None)
@given(runs())
def test_nothing_printed_can_act_on_a_terminal(held: Run) -> None:
    text = run_to_json(held)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert not {"\x1b", "\x9b", "\u202e", "\u2028", "\ufeff"} & set(text)
    text.encode()


def test_the_summary_counts_outcomes_and_waived_findings() -> None:
    held = run(
        outcome(finding(), finding(verdict="pass")),
        outcome(finding(verdict="unknown", waiver="known"), rule="b"),
        outcome(rule="c"),
        outcome(rule="d", error="broken"),
    )
    summary = json.loads(REPORT.render(held, width=80, colour=True, everything=False))["summary"]
    assert {key: summary[key] for key in ("fail", "error", "unknown", "pass", "not_applicable", "waived", "rules")} == {
        "fail": 1,
        "error": 1,
        "unknown": 1,
        "pass": 0,
        "not_applicable": 1,
        "waived": 1,
        "rules": 4,
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "other/1"}', "[" * 100_000, '{"schema": "sparekey-run/1"}'])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(NotARunError):
        run_from_json(text)
