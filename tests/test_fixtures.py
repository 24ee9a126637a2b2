"""Law 6, both directions: every fixture lists all findings of its rule; missing and extra ones both fail. Law 4: places tell the truth."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sparekey.config import Config
from sparekey.config_file import load
from sparekey.engine.bundle import load_rules
from sparekey.model.run import Run
from sparekey.model.span import Span
from sparekey.run import check

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = sorted(p.parent for p in (ROOT / "fixtures" / "rules").glob("*/*/expected.yaml"))
ESTATES = sorted(p.parent for p in (ROOT / "fixtures" / "estates").glob("**/expected.yaml"))


def _run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(folder)
    if Path("source").is_dir():
        return check([Path("plan.json")], Config(source=Path("source")))
    config = Path("sparekey.yaml")
    return check([Path()], load(config, name="sparekey.yaml") if config.is_file() else Config())


def _findings(run: Run, rule: str | None) -> list[dict[str, object]]:
    return [
        {"rule": f.rule, "subject": f.subject, "verdict": f.verdict, "severity": f.severity, "latent": f.latent}
        for outcome in run.outcomes
        for f in outcome.findings
        if rule in (None, f.rule)
    ]


def _expected(folder: Path) -> list[dict[str, Any]]:
    severities = {rule.slug: rule.severity for rule in load_rules()}
    entries = yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))["findings"]
    return [{"latent": False, "severity": severities[e["rule"]], **e} for e in entries]


def _sorted(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    # The severity of a pass is the rule's own and says nothing: only judged defects have one worth stating.
    return sorted(
        ({k: v for k, v in f.items() if k != "severity" or f["verdict"] in ("fail", "unknown")} for f in findings),
        key=lambda f: json.dumps(f, sort_keys=True),
    )


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_rule_fixture_gives_exactly_its_findings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _run(folder, monkeypatch)
    assert not [p for p in run.problems if p.incomplete]
    assert not [q.what for q in run.questions if not q.how and not q.answers], "a question says where its answer goes"
    assert _sorted(_findings(run, folder.parent.name)) == _sorted(_expected(folder))


@pytest.mark.parametrize("folder", ESTATES, ids=lambda p: p.name)
def test_an_estate_gives_exactly_its_findings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _run(folder, monkeypatch)
    assert not [p for p in run.problems if p.incomplete]
    assert _sorted(_findings(run, None)) == _sorted(_expected(folder))


def test_in_the_menagerie_every_rule_fires(monkeypatch: pytest.MonkeyPatch) -> None:
    run = _run(ROOT / "fixtures" / "estates" / "menagerie", monkeypatch)
    assert {o.rule: o.verdict for o in run.outcomes} == dict.fromkeys((r.slug for r in load_rules()), "fail")
    verdicts = [f.verdict for o in run.outcomes for f in o.findings]
    assert {"fail", "unknown", "pass"} <= set(verdicts)
    assert verdicts.count("unknown") >= 3
    assert len(run.questions) >= 3


def test_in_the_exemplary_estate_none_does_and_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    run = _run(ROOT / "fixtures" / "estates" / "exemplary", monkeypatch)
    assert {f.verdict for o in run.outcomes for f in o.findings} <= {"pass", "not_applicable"}
    assert (run.exit_code, run.questions, run.problems) == (0, (), ())


@pytest.mark.parametrize("folder", [*FIXTURES, *ESTATES], ids=lambda p: f"{p.parent.name}/{p.name}")
def test_law_4_every_place_holds_what_it_accuses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line is the header of the accused resource or writes what it is accused of; a pointer leads to something in its file."""
    run = _run(folder, monkeypatch)
    for outcome in run.outcomes:
        for finding in outcome.findings:
            if finding.verdict in ("fail", "pass"):
                assert finding.evidence, f"{finding.rule} {finding.subject}: {finding.verdict} without proof"
                assert finding.evidence[0].role == "primary"
            for evidence in finding.evidence:
                text = (folder / evidence.at.file).read_text(encoding="utf-8")
                if isinstance(evidence.at, Span):
                    line = text.split("\n")[evidence.at.start_line - 1]
                    shown = evidence.excerpt.strip()[:60].partition("(not shown)")[0]  # a secret is masked
                    assert shown
                    assert line.strip().startswith(shown)
                    assert len(line) >= evidence.at.start_column
                    type_, _, name = re.sub(r"\[.*?\]", "", finding.subject).rpartition("/")[2].rpartition(".")
                    accused = f'"{type_.rpartition(".")[2]}" "{name}"'
                    derived = finding.subject.startswith(("connector_group/", "agent_group/", "sign_in_path/"))
                    of_itself = finding.verdict == "fail" and type_ and not derived
                    if evidence.at.file.endswith(".tf") and evidence.role == "primary" and of_itself:
                        lines = text.split("\n")[: evidence.at.start_line]
                        header = next(above for above in reversed(lines) if re.match(r"(?:resource|data) ", above))
                        assert accused in header, f"{finding.subject} is accused in {header!r}"
                        assert line == header or re.match(r'\s*(?:dynamic\s+)?"?\w+"?\s*[={]', line), line
                else:
                    _resolve(json.loads(text), evidence.at.pointer)


def _resolve(document: Any, pointer: str) -> Any:
    """What stands at a pointer. An unknown that a plan leaves out of `after` stands at the same place of `after_unknown`."""
    found = document
    for part in pointer.split("/")[1:]:
        step = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and step not in found and "/change/after/" in pointer:
            return _resolve(document, pointer.replace("/change/after/", "/change/after_unknown/"))
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found
