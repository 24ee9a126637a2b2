"""A starting sparekey.yaml from any run: always a valid configuration that says nothing, and nothing of the input gets out of it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from tests.runs import run, runs, span

from sparekey.config import Config
from sparekey.config_file import load
from sparekey.model.answers import a_connector, all_there_are, an_account, members_of
from sparekey.model.finding import Question
from sparekey.model.run import Run
from sparekey.model.value import Answer
from sparekey.reports.starting_config import starting_config


def _loaded(text: str) -> Config:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sparekey.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path, name="sparekey.yaml")


def _question(what: str, *answers: Answer, decides: tuple[str, ...] = ("a",)) -> Question:
    return Question(what=what, at=span("a.tf", 3), how="how", decides=decides, answers=answers)


@settings(max_examples=60, deadline=None)
@given(runs())
def test_the_file_of_any_run_is_valid_and_says_nothing(held: Run) -> None:
    text = starting_config(held)
    assert all(character == "\n" or character.isprintable() for character in text)
    config = _loaded(text)
    assert (config.waivers, config.complete, config.rules) == ((), {}, {})
    keys = [line for line in text.split("\n") if line and not line.lstrip().startswith("#")]
    assert all(re.fullmatch(r"complete:|inventory:|  [a-z_]+:", line) for line in keys)


@settings(max_examples=60, deadline=None)
@given(runs())
def test_every_entry_is_valid_once_it_is_uncommented_and_filled_in(held: Run) -> None:
    text = re.sub(r"^( +)# (- |  [a-z]+: )", r"\1\2", starting_config(held), flags=re.MULTILINE)
    text = re.sub(r"\"<([a-z ]+)>\"", r"\"\1\"", text)
    filled = re.sub(r"of: \"\"", 'of: "x"', text)
    assert set(_loaded(filled).complete) == {"alert"} & {a.entry.strip('"') for q in held.questions for a in q.answers}


def test_one_entry_stands_once_below_all_its_questions() -> None:
    account = an_account()
    text = starting_config(run(questions=(_question("first?", account), _question("second?", account, decides=("a", "b")))))
    assert text.count("- upn") == 1
    assert "# decides 2 checks:\n    #   first?  (a.tf:3)\n    #   second?  (a.tf:3)\n" in text


def test_what_waits_for_other_answers_is_said() -> None:
    text = starting_config(
        run(questions=(_question("first?", members_of("g"), decides=("a", "b")), _question("second?", a_connector())))
    )
    assert "decides 2 checks, 1 of them together with other answers: first?" in text
    assert "decides 1 check together with other answers: second?" in text


def test_either_of_two_answers_decides() -> None:
    text = starting_config(run(questions=(_question("all?", all_there_are("connector"), a_connector(group="hr")),)))
    assert text.count("decides 1 check: all?") == 2
    assert "# - connector  # the files hold every connector there is" in text
    assert '#   group: "hr"' not in text
    assert "#   group: hr" in text
