"""`sparekey survive` as people run it: the story of the documentation, options, exit codes, and nothing that ends in a traceback."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tools.generators import survival_story

from sparekey import cli
from tests.facts.survivability.hostile import ACTIVE
from tests.survive_reports.test_mermaid import LINE

ROOT = Path(__file__).resolve().parent.parent
STORY = ROOT / "fixtures" / "estates" / "two-sites"


def _survive(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["sparekey", "survive", *arguments])
    monkeypatch.setattr("gc.disable", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def _told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: str, *arguments: str) -> Any:
    monkeypatch.chdir(STORY / folder)
    code, out, err = _survive(monkeypatch, capsys, "--format", "json", *arguments)
    assert (code, err) == (0, "")
    schema = json.loads((ROOT / "schemas" / "survive.json").read_text(encoding="utf-8"))
    held = json.loads(out)
    jsonschema.Draft202012Validator(schema).validate(held)
    return held


def _stops(held: Any, title: str) -> set[str]:
    """The certain single points of a path, by title."""
    (target,) = [target for target in held["targets"] if target["title"] == title]
    return {point["component"]["title"] for point in target["single_points"] if point["certain"]}


def test_the_document_shows_what_the_command_prints() -> None:
    for name, text in survival_story.files(ROOT).items():
        assert (ROOT / name).read_text(encoding="utf-8") == text, f"{name}: run make generate"
        assert text.count("<!-- survive:") == text.count("<!-- /survive -->") == 7
        assert "```\n```" not in text


def test_the_readme_shows_the_story() -> None:
    (shown,) = re.findall(
        r"<!-- survive -->\n```\n(.*?)```\n<!-- /survive -->", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    assert shown in survival_story.screen(STORY, "before")


def test_before_the_fix_as_reasoned_from_the_files(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Both connectors in zone 1, both agents and both domain controllers in hq, one replica set, both accounts by text message."""
    held = _told(monkeypatch, capsys, "before")
    everywhere = {"Microsoft Entra", "tenant"}
    assert _stops(held, "sign-in of synchronised users") == {"site hq", *everywhere}
    payroll = _stops(held, "sign-in through connector group payroll")
    assert payroll == {"region westeurope", "zone 1 of westeurope", "Azure", *everywhere}
    assert {"region westeurope", "Azure"} <= _stops(held, "sign-in to the managed domain plant")
    assert "the telephone network" in _stops(held, "emergency sign-in")
    assert "site hq" not in _stops(held, "any sign-in of administrators"), "the emergency accounts do not need it"
    (lockout,) = [target for target in held["targets"] if target["name"] == "lockout"]
    pairs = [{c["title"] for c in one["components"]} for one in lockout["failure_sets"] if one["certain"]]
    assert {"site hq", "the telephone network"} in pairs
    (asked,) = [q for q in held["questions"] if q["what"].startswith("in which region or at which site does the cluster")]
    assert asked["where"] == "kubernetes/manifest.yaml:3", "the line of the kind"


def test_after_the_fix_no_place_stops_what_it_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held = _told(monkeypatch, capsys, "after")
    everywhere = {"Microsoft Entra", "tenant"}
    assert _stops(held, "sign-in of synchronised users") == everywhere
    assert _stops(held, "sign-in through connector group payroll") == {"Azure", *everywhere}
    assert "region westeurope" not in _stops(held, "sign-in to the managed domain plant")
    assert "the telephone network" not in _stops(held, "emergency sign-in")


@pytest.mark.parametrize(
    "folder, lost, stopped",
    [
        ("before", "site:hq", {"sign-in of synchronised users": "yes", "sign-in through connector group payroll": "no"}),
        (
            "before",
            "region:WESTEUROPE",
            {"sign-in of synchronised users": "no", "sign-in through connector group payroll": "yes"},
        ),
        ("before", "region:westeurope", {"sign-in to the managed domain plant": "yes", "sign-in through customers": "maybe"}),
        ("before", "site:branch", {"sign-in of synchronised users": "no"}),
        ("after", "site:hq", {"sign-in of synchronised users": "no"}),
        ("after", "region:westeurope", {"sign-in through connector group payroll": "no", "sign-in through customers": "no"}),
        ("after", "region:northeurope", {"sign-in through connector group payroll": "no", "sign-in through customers": "yes"}),
    ],
)
def test_what_if(
    folder: str, lost: str, stopped: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (what_if,) = _told(monkeypatch, capsys, folder, "--lose", lost)["what_if"]
    fates = {fate["title"]: fate["stops"] for fate in what_if["targets"]}
    assert {title: fates[title] for title in stopped} == stopped


def test_every_single_point_stands_in_a_file_of_the_story(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines that prove a statement are there, and of machine-written JSON that has no source the pointer."""
    for folder in ("before", "after"):
        held = _told(monkeypatch, capsys, folder)
        lines = [line for t in held["targets"] for one in (*t["single_points"], *t["failure_sets"]) for line in one["evidence"]]
        assert {"code", "rule", "declared"} <= {line["source"] for line in lines}
        for line in lines:
            text = (STORY / folder / line["file"]).read_text(encoding="utf-8").split("\n")
            assert line["line"] is None or line["line"] <= len(text)
        assert {line["file"] for line in lines} == {
            "terraform/main.tf",
            "arm/template.json",
            "kubernetes/manifest.yaml",
            "sparekey.yaml",
        }


def test_standbys_count_where_they_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Password hash sync beside agents takes over when somebody switches; then the site no longer stops anybody."""
    shutil.copytree(STORY / "before", tmp_path / "estate")
    config = tmp_path / "estate" / "sparekey.yaml"
    config.write_text(config.read_text("utf-8").replace("password_hash_sync: false", "password_hash_sync: true"), "utf-8")
    monkeypatch.chdir(tmp_path / "estate")
    for option, sure in ((("--allow-manual",), False), ((), True)):
        code, out, _ = _survive(monkeypatch, capsys, "--target", "sign-in of synchronised users", *option)
        assert code == 0
        assert ("STOPS if site hq" in out) is sure


@pytest.mark.parametrize(
    "arguments, code",
    [
        ((), 0),
        (("--format", "json"), 0),
        (("--format", "mermaid"), 0),
        (("--all",), 0),
        (("--lose", "site:hq", "--lose", "site:branch"), 0),
        (("--target", "connector_group/payroll"), 0),
        (("--order", "1"), 0),
        (("--budget", "0.000001"), 0),
        (("nowhere",), 2),
        (("--lose", "site:nowhere"), 2),
        (("--target", "nobody"), 2),
        (("--format", "sarif"), 2),
        (("--order", "0"), 2),
        (("--order", "61"), 2),
        (("--order", "x"), 2),
        (("--budget", "0"), 2),
        (("--budget", "-1"), 2),
        (("--budget", "nan"), 2),
        (("--budget", "inf"), 2),
        (("--as-of", "2026-01-31"), 0),
        (("--as-of", "tomorrow"), 2),
        (("--config", "nowhere.yaml"), 2),
        (("--output", "no/such/folder"), 2),
        (("--fail-on", "high"), 2),
    ],
)
def test_exit_codes(
    arguments: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A single point of failure is an answer and never an error."""
    monkeypatch.chdir(STORY / "before")
    ended, out, err = _survive(monkeypatch, capsys, *arguments)
    assert ended == code, out + err
    assert "Traceback" not in out + err
    assert (code == 2) == bool(err)


def test_a_report_goes_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(STORY / "before")
    code, out, _ = _survive(monkeypatch, capsys, "--format", "mermaid", "--output", str(tmp_path / "picture.mmd"))
    assert (code, out) == (0, "")
    assert (tmp_path / "picture.mmd").read_text(encoding="utf-8").startswith("flowchart LR\n")


def test_what_cannot_be_read_makes_three(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(STORY / "before", tmp_path / "estate")
    plan = tmp_path / "estate" / "terraform" / "plan.json"
    plan.write_text(plan.read_text(encoding="utf-8")[:5000], encoding="utf-8")
    monkeypatch.chdir(tmp_path / "estate")
    code, out, _ = _survive(monkeypatch, capsys)
    assert code == 3
    assert out.startswith("incomplete: terraform/plan.json")
    assert out.endswith("Exit 3: not everything could be read.\n")


def test_without_a_sign_in_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: x}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code, out, _ = _survive(monkeypatch, capsys)
    assert (code, "hold no sign-in path" in out) == (0, True)
    code, out, _ = _survive(monkeypatch, capsys, "--lose", "site:hq")
    assert code == 0
    code, out, _ = _survive(monkeypatch, capsys, "--format", "json")
    assert json.loads(out)["targets"] == []


def test_the_empty_folder_holds_nothing_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _survive(monkeypatch, capsys)[0] == 3


def test_a_declaration_past_its_review_is_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(STORY / "before", tmp_path / "estate")
    config = tmp_path / "estate" / "sparekey.yaml"
    text = config.read_text("utf-8").replace("host: hv02, site: hq}", "host: hv02, site: hq, review_by: 2026-06-30}", 1)
    config.write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path / "estate")
    for day, sure in (("2026-06-30", True), ("2026-07-01", False)):
        code, out, _ = _survive(monkeypatch, capsys, "--target", "sign-in of synchronised users", "--as-of", day, "--all")
        assert code == 0
        assert ("weakest evidence: declared" in out) is True
        assert ("sparekey.yaml:13 ->" in out) is not sure, out


@pytest.mark.parametrize("said", ACTIVE)
def test_names_in_files_act_on_nothing(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names of agents, sites, hosts, links, people and components that somebody chose to be read by a terminal, JSON or Mermaid."""
    name = "a" + said.replace("\ud800", "x")
    agents = [{"name": f"{name}{n}", "role": "pta-agent", "host": f"{name}h{n}", "site": name} for n in range(2)]
    inventory = {
        "sync": {"method": "pta", "password_hash_sync": False},
        "agents": agents,
        "sites": [{"name": name, "needs": [f"{name} nowhere"]}],
        "links": [{"name": name, "sites": [name]}],
        "components": [{"id": f"c{name}", "kind": name, "groups": [{"k": 3, "members": [name, f"{name}0"]}]}],
        "people": [{"name": name, "holds": [name]}],
        "break_glass": [{"upn": f"{name}@example.org", "method": name}],
    }
    # JSON is YAML. The plan makes the folder one that holds something besides.
    (tmp_path / "sparekey.yaml").write_text(json.dumps({"inventory": inventory}), encoding="utf-8")
    shutil.copy(STORY / "before" / "terraform" / "plan.json", tmp_path / "plan.json")
    monkeypatch.chdir(tmp_path)
    for arguments in ((), ("--all",), ("--lose", f"site:{name}"), ("--format", "json"), ("--format", "mermaid")):
        code, out, err = _survive(monkeypatch, capsys, *arguments)
        assert (code, err) == (0, ""), out + err
        assert out
        assert all(line.isprintable() for line in out.split("\n"))
        if "mermaid" in arguments:
            assert all(LINE.fullmatch(line) for line in out.rstrip("\n").split("\n"))
        if "json" in arguments:
            assert any(target["title"] == "sign-in of synchronised users" for target in json.loads(out)["targets"])
