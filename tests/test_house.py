"""The house keeps its own rules: layout, borders, names, and that every rule comes whole."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from sparekey.config_file import load
from sparekey.reports.text import REPORT
from sparekey.run import check

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "sparekey"
MODULES = sorted(SOURCE.rglob("*.py"))
RULES = sorted(p.parent for p in (ROOT / "policies").glob("*/*/rule.rego"))
FIXTURES = sorted(p.parent for p in (ROOT / "fixtures" / "rules").glob("*/*/expected.yaml"))
HEADINGS = ["What it checks", "Why it matters", "Fails", "Passes", "Unknown when", "Fix", "Waive when", "References"]
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 20
    assert len(RULES) >= 5
    assert len(FIXTURES) >= 3 * len(RULES)


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_a_module_does_one_thing(module: Path) -> None:
    assert module.stem not in VAGUE
    lines = module.read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{lines} lines: is this two things?"


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_no_any_across_a_module_border(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in tree.body:
        members = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else [node]
        for member in members:
            if isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
                hints = [a.annotation for a in (*member.args.args, *member.args.kwonlyargs)] + [member.returns]
                words = {n.id for hint in hints if hint for n in ast.walk(hint) if isinstance(n, ast.Name)}
                assert "Any" not in words, f"{member.name} passes Any over the border"


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_no_mutable_module_state(module: Path) -> None:
    """Module level names are constants, definitions or the registered implementation of a seam."""
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.List | ast.Set):
            pytest.fail(f"line {node.lineno}: a mutable value at module level; use a tuple or a frozenset")
        assert not isinstance(node, ast.Global)


@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_a_rule_comes_whole(rule: Path) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert (rule / "rule_test.rego").is_file()
    readme = (rule / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", readme, re.MULTILINE) == HEADINGS
    assert f"package sparekey.rules.{rule.name.replace('-', '_')}\n" in (rule / "rule.rego").read_text(encoding="utf-8")
    kinds = {fixture.name.split("-")[0] for fixture in FIXTURES if fixture.parent.name == rule.name}
    assert kinds >= {"fail", "pass", "unknown"}, f"no fixture for { ({'fail', 'pass', 'unknown'} - kinds) }"


@pytest.mark.parametrize("fixture", FIXTURES, ids=_name)
def test_a_fixture_says_where_it_comes_from_and_what_it_shows(fixture: Path) -> None:
    expected = yaml.safe_load((fixture / "expected.yaml").read_text(encoding="utf-8"))
    assert expected["provenance"]
    assert expected["findings"]
    shown = {finding["verdict"] for finding in expected["findings"]}
    assert fixture.name.split("-")[0] in shown, f"{fixture.name} holds {shown}"


@pytest.mark.parametrize("seam", ["formats", "reports"])
def test_formats_and_reports_are_documented(seam: str) -> None:
    for module in (SOURCE / seam).iterdir():
        text = (
            (module / "__init__.py" if module.is_dir() else module).read_text(encoding="utf-8")
            if module.name != "__pycache__"
            else ""
        )
        if re.search(r"^(FORMAT|REPORT)\b", text, re.MULTILINE):
            name = module.stem.replace("_", "-")
            assert (ROOT / "docs" / seam / f"{name}.md").is_file(), f"docs/{seam}/{name}.md is missing"


DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "policies").rglob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
def test_what_a_document_names_is_there(document: Path) -> None:
    """Links lead somewhere, and a Python module that is named exists (`NAME` stands for one that somebody will write)."""
    text = document.read_text(encoding="utf-8")
    links = (link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link)
    assert [link for link in links if not (document.parent / link).exists()] == []
    names = {path.name for folder in ("src", "tests", "tools") for path in (ROOT / folder).rglob("*.py")}
    named = re.findall(r"`[\w./]*?(\w+\.py)`", text)
    assert [name for name in named if name not in names and "NAME" not in name] == []


def test_the_screen_of_the_readme_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of it is printed today, in that order."""
    monkeypatch.chdir(ROOT)
    estate = Path("fixtures/estates/menagerie")
    run = check([estate], load(estate / "sparekey.yaml", name=f"{estate}/sparekey.yaml"))
    printed = iter(REPORT.render(run, width=120, colour=False, everything=False).splitlines())
    (screen,) = re.findall(
        r"<!-- screen -->\n```\n(.*?)```\n<!-- /screen -->", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    assert [line for line in screen.splitlines() if line != "..." and line not in printed] == []


def test_every_module_has_its_layer() -> None:
    """A module that no layer names may import anything."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]
    layered = {name.strip().removeprefix("sparekey.") for layer in contract["layers"] for name in layer.split("|")}
    present = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert present - {"__init__"} == layered


def test_the_text_speaks_of_the_product_alone() -> None:
    """No machine's paths, no registry's host, no issue numbers in what is shipped."""
    banned = re.compile(r"(?<![\w/])/(?:work|root|home)/|registry\.terraform\.io|pypi\.org/simple|\bissue #?\d+\b", re.IGNORECASE)
    texts = [*MODULES, *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "policies").rglob("*.*"), ROOT / "Makefile"]
    for path in texts:
        found = banned.search(path.read_text(encoding="utf-8"))
        assert not found, f"{_name(path)}: {found.group() if found else ''}"
