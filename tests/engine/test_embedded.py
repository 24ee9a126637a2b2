"""The embedded engine keeps modules parsed from one question to the next, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from sparekey.config import Config
from sparekey.config_file import load
from sparekey.engine.bundle import load_rules, package_of, parameters_of
from sparekey.engine.embedded import EmbeddedEngine
from sparekey.engine.failure import EngineError
from sparekey.engine.judging import judge
from sparekey.run import gather

ESTATES = Path(__file__).resolve().parents[2] / "fixtures" / "estates"


def module(name: str, results: str) -> dict[str, str]:
    """A rule that says what it sees."""
    return {f"{name}.rego": f"package sparekey.rules.{name}\n\nresults contains x if {results}\n"}


def said(engine: EmbeddedEngine, modules: Mapping[str, str], document: str, *packages: str) -> list[list[object]]:
    """What each package answers."""
    answers = engine.evaluate(modules, document, packages)
    return [json.loads(str(answers[package])) for package in packages]


def test_one_document_leaves_nothing_behind_for_the_next() -> None:
    engine, modules = EmbeddedEngine(), module("a", "some x in input.it")
    assert said(engine, modules, '{"it": [1]}', "a") == [[1]]
    assert said(engine, modules, '{"it": [2]}', "a") == [[2]]
    assert said(engine, modules, "{}", "a") == [[]]


def test_a_rule_that_is_asked_later_is_taken_in_then() -> None:
    engine, first, second = EmbeddedEngine(), module("a", "some x in input.it"), module("b", "{ some y in input.it; x := y + 1 }")
    assert said(engine, first, '{"it": [1]}', "a") == [[1]]
    assert said(engine, second, '{"it": [1]}', "b") == [[2]]
    assert said(engine, {**first, **second}, '{"it": [3]}', "a", "b") == [[3], [4]]


def test_a_module_of_another_text_takes_the_place_of_the_first() -> None:
    engine = EmbeddedEngine()
    assert said(engine, module("a", "x := 1"), "{}", "a") == [[1]]
    assert said(engine, module("a", "x := 2"), "{}", "a") == [[2]]


def test_a_module_that_is_refused_spoils_nothing() -> None:
    engine = EmbeddedEngine()
    assert said(engine, module("a", "x := 1"), "{}", "a") == [[1]]
    with pytest.raises(EngineError):
        engine.evaluate({"b.rego": "package"}, "{}", ["b"])
    assert said(engine, module("a", "x := 1"), "{}", "a") == [[1]]


class _Noting(EmbeddedEngine):
    """Notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, ...]] = []

    def evaluate(self, modules: Mapping[str, str], document: str, packages: Sequence[str]) -> Mapping[str, str | Exception]:
        self.asked.append(tuple(packages))
        return super().evaluate(modules, document, packages)


@pytest.mark.parametrize("name", ["menagerie", "exemplary", "parity/directory-servers"])
def test_a_rule_that_is_about_nothing_in_an_estate_would_say_what_is_said_for_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ESTATES / name
    monkeypatch.chdir(folder)
    file = Path("sparekey.yaml")
    config = load(file, name=file.name) if file.is_file() else Config()
    rules = load_rules()
    parameters = parameters_of(rules, config)
    skipped = 0
    for estate in gather([folder], config).estates:
        sparing, thorough = _Noting(), _Noting()
        assert judge(sparing, estate, rules, parameters) == judge(thorough, estate, rules, parameters, every=True)
        assert [len(asked) for asked in thorough.asked] in ([], [len(rules)])
        kinds = {kind for kind, resources in estate.resources.items() if resources}
        for rule in rules:
            about = rule.subjects == "deletions" or kinds & {*rule.kinds}
            skipped += not about
            assert about or package_of(rule) not in {package for asked in sparing.asked for package in asked}
    assert skipped or name == "menagerie"
