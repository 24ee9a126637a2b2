"""Law 8, two engines, one answer: embedded and OPA agree on every fixture, byte for byte after decoding."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sparekey.config import Config, OpaServer
from sparekey.config_file import load
from sparekey.engine.bundle import load_rules, modules_of, package_of, parameters_of
from sparekey.engine.decode import decode
from sparekey.engine.embedded import EmbeddedEngine
from sparekey.engine.encode import encode, read_by
from sparekey.engine.opa import OpaEngine
from sparekey.model.seams import Engine
from sparekey.reports.json import run_to_json
from sparekey.run import check, gather
from tests import opa_server
from tests.plans import Item, estates, plan

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = sorted(p.parent for p in (ROOT / "fixtures").glob("rules/*/*/expected.yaml"))
ESTATES = sorted(p.parent for p in (ROOT / "fixtures" / "estates").glob("*/expected.yaml"))


@pytest.fixture(scope="module")
def server() -> Iterator[OpaServer]:
    """A real OPA server to which the rules were pushed."""
    with opa_server.serving(opa_server.required()) as url:
        assert opa_server.healthy(f"{url}/health")
        yield OpaServer(url=url, push=True)


@pytest.fixture(scope="module")
def engine(server: OpaServer) -> OpaEngine:
    """One engine for all fixtures, so that the rules are pushed once."""
    return OpaEngine(server)


def _config(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.chdir(folder)
    file = Path("sparekey.yaml")
    return load(file, name="sparekey.yaml") if file.is_file() else Config()


def differences(paths: Sequence[Path], config: Config, engine: Engine) -> list[str]:
    """The rules of which the two engines do not say the same, in bytes, of every estate."""
    rules = load_rules()
    packages = tuple(package_of(rule) for rule in rules)
    found: list[str] = []
    for estate in gather(paths, config).estates:
        encoded = encode(estate, read_by(rules), parameters_of(rules, config))
        both = [each.evaluate(modules_of(rules), encoded.document, packages) for each in (EmbeddedEngine(), engine)]
        for rule, package in zip(rules, packages, strict=True):
            embedded, other = (decode(rule, answers[package], estate, encoded) for answers in both)
            assert embedded.error is None
            alike = repr(embedded).encode() == repr(other).encode()
            found += [] if alike and _canonical(both[0][package]) == _canonical(both[1][package]) else [rule.slug]
    return found


@pytest.mark.parametrize("folder", [*FIXTURES, *ESTATES], ids=lambda p: f"{p.parent.name}/{p.name}")
def test_law_8_both_engines_judge_alike(folder: Path, engine: OpaEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert differences([Path()], _config(folder, monkeypatch), engine) == []


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(items=estates(), applied=st.booleans())
def test_law_8_on_generated_estates(items: list[Item], applied: bool, engine: OpaEngine, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(plan(items, applied=applied)), encoding="utf-8")
    assert differences([tmp_path / "plan.json"], Config(), engine) == []


@pytest.mark.parametrize(
    "old, new",
    [
        ('["sole-connector"].minimum)', '["sole-connector"].preferred)'),
        ('"severity": "low"', '"severity": "medium"'),
        ("has fewer connectors", "has less connectors"),
    ],
)
def test_law_8_notices_a_server_that_holds_another_rule(old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The law can fail: each of these changes to one rule is one that a reader of the verdicts would not see."""

    class Other(OpaEngine):
        def evaluate(self, modules: Mapping[str, str], document: str, packages: Sequence[str]) -> Mapping[str, str | Exception]:
            assert any(old in text for name, text in modules.items() if "sole-connector" in name)
            return super().evaluate(
                {name: text.replace(old, new) if "sole-connector" in name else text for name, text in modules.items()},
                document,
                packages,
            )

    folders = [folder for folder in FIXTURES if folder.parent.name == "sole-connector"]
    with opa_server.serving(opa_server.required()) as url:
        other = Other(OpaServer(url=url, push=True))
        found = [slug for folder in folders for slug in differences([Path()], _config(folder, monkeypatch), other)]
    assert set(found) == {"sole-connector"}


def _canonical(answer: str | Exception) -> list[str]:
    """The results of one rule as texts: a set has no order, everything below it has."""
    assert isinstance(answer, str)
    return sorted(json.dumps(result, sort_keys=True) for result in json.loads(answer))


@pytest.mark.parametrize("folder", ESTATES, ids=lambda p: p.name)
def test_law_8_whole_runs_are_equal(folder: Path, server: OpaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    config = replace(_config(folder, monkeypatch), as_of="2026-01-31")
    runs = [check([Path()], config), check([Path()], replace(config, opa=server))]
    assert "opa" in runs[1].versions
    embedded, opa = (replace(run, versions={}) for run in runs)
    assert run_to_json(embedded) == run_to_json(opa)
    assert pickle.loads(pickle.dumps(opa)) == embedded


def test_there_are_fixtures_to_compare() -> None:
    assert len(FIXTURES) >= 3 * len(load_rules())
    assert ESTATES
