"""What the plan reader and the join say of real plans, against what a real apply made of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.oracles import score as scoring
from tests.oracles.relations import Claims, cases, score_case
from tests.oracles.relations_plan import claims
from tests.oracles.sets import HERE, unpacked

SHARES_CERTAIN = {"plan": 0.10, "source": 0.90, "plan+source": 0.90}
"""What each reading must at least call certain. A plan alone can prove about 9 to 15 % of the relations of this set; for the others
the oracle asks for nine in ten."""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with unpacked(HERE / "relations.tar.xz") as found:
        yield found


def test_before_the_apply_nothing_is_wrong(folder: Path) -> None:
    scores = scoring.score_folder(folder)
    assert scores.keys() == SHARES_CERTAIN.keys()
    for name, score in scores.items():
        assert score.wrong == 0, (name, score.differences)
        assert score.total == score.equal + score.unknown > 300
        assert score.equal >= SHARES_CERTAIN[name] * score.total, (name, score.figures())


def test_after_the_apply_everything_is_found_by_id_and_nothing_else(folder: Path) -> None:
    assert len(cases(folder)) == 179
    for case in cases(folder):
        truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
        said = claims(case / "after.json")
        assert said.certain == {(row["from"], row["to"]) for row in truth["relations"]}, case.name
        assert not said.possible, case.name
        assert not said.anything, case.name


TRUTH: dict[str, list[dict[str, object]]] = {
    "relations": [{"from": "a", "to": "b"}, {"from": "a", "to": "c", "exists_by_id": True}],
    "other_ids": [{"from": "a", "to": "d"}],
}


def said(certain: str = "", possible: str = "", anything: str = "") -> Claims:
    return Claims(frozenset(("a", to) for to in certain), frozenset(("a", to) for to in possible), frozenset(anything))


@pytest.mark.parametrize(
    ("claim", "figures"),
    [
        (said("b", "cd"), (1, 0, 0)),
        (said("", "bcd"), (0, 1, 0)),
        (said("", "", "a"), (0, 1, 0)),
        (said("bc", "d"), (1, 0, 1)),
        (said("bx", "cd"), (1, 0, 1)),
        (said("", "cd"), (0, 0, 1)),
        (said("b"), (1, 0, 2)),
        (said(), (0, 0, 3)),
    ],
)
def test_the_score_counts_what_is_unsound_and_what_is_missed(claim: Claims, figures: tuple[int, int, int]) -> None:
    score = score_case("case", TRUTH, claim)
    assert (score.total, score.equal, score.unknown, score.wrong) == (1, *figures)
    assert len(score.differences) == score.wrong


def test_the_last_line_is_one_object(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scoring.main([str(folder)]) == 0
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert printed.keys() == SHARES_CERTAIN.keys()
    assert not any(figures["wrong"] for figures in printed.values())


def test_a_folder_that_holds_no_set_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scoring.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out == "{}\n"
