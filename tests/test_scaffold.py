"""`sparekey new rule`: its tests fail until the proposition is written, and then it judges like any other rule."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import regorus

from sparekey import cli
from sparekey.config import Config, ConfigError
from sparekey.engine.bundle import modules_of, policies_folder
from sparekey.run import check
from sparekey.scaffold import new_rule
from tests import opa_server
from tests.plans import plan
from tests.test_run import GEO

UNWRITTEN = '{"answer": "maybe", "because": []}'
WRITTEN = 'value.is(policy.state, "enabled")'


def write(folder: Path) -> None:
    """Fill in the proposition that the scaffold's tests describe, as an author would."""
    rule = folder / "demo" / "policy-is-enabled" / "rule.rego"
    text = rule.read_text(encoding="utf-8").replace(f'"defect": {UNWRITTEN}', f'"defect": {WRITTEN}')
    imports = "import data.sparekey.lib.result\n"
    rule.write_text(text.replace(imports, f"{imports}import data.sparekey.lib.value\n"), encoding="utf-8")


def held(folder: Path) -> dict[str, bool]:
    """Every Rego test of the scaffold, by name: whether it holds on the embedded engine."""
    interpreter = regorus.Engine()
    for name, text in modules_of(()).items():
        interpreter.add_policy(name, text)
    interpreter.add_policy("testing.rego", (policies_folder() / "lib" / "testing.rego").read_text(encoding="utf-8"))
    home = folder / "demo" / "policy-is-enabled"
    for name in ("rule.rego", "rule_test.rego"):
        interpreter.add_policy(name, (home / name).read_text(encoding="utf-8"))
    names = re.findall(r"^(test_\w+)", (home / "rule_test.rego").read_text(encoding="utf-8"), re.MULTILINE)
    truths = {
        name: interpreter.eval_rule_as_json(f"data.sparekey.rules.policy_is_enabled_test.{name}").strip() == "true"
        for name in names
        if _defined(interpreter, name)
    }
    return {**dict.fromkeys(names, False), **truths}


def _defined(interpreter: regorus.Engine, name: str) -> bool:
    asked = json.loads(interpreter.eval_query_as_json(f"data.sparekey.rules.policy_is_enabled_test.{name}"))
    return bool(asked.get("result"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A scaffold as it comes."""
    new_rule("demo", "policy-is-enabled", tmp_path / "policies")
    return tmp_path / "policies"


def test_the_folder_is_whole(folder: Path) -> None:
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert files == [f"demo/policy-is-enabled/{name}" for name in ("README.md", "rule.rego", "rule_test.rego")]


def test_its_tests_fail_until_it_is_written(folder: Path) -> None:
    before = held(folder)
    assert len(before) == 4
    assert [name for name, truth in before.items() if not truth] == ["test_the_defect_fails", "test_what_has_no_defect_passes"]
    write(folder)
    assert all(held(folder).values())


def test_it_judges_from_outside_once_it_is_written(folder: Path, tmp_path: Path) -> None:
    """The METADATA and the shape of the scaffold are those of a rule from the first; unwritten it is an error, and passes nothing."""
    (tmp_path / "plan.json").write_text(json.dumps(plan([GEO])), encoding="utf-8")
    config = Config(policies=(folder,), only=("policy-is-enabled",))
    assert [outcome.verdict for outcome in check([tmp_path / "plan.json"], config).outcomes] == ["error"]
    write(folder)
    assert [outcome.verdict for outcome in check([tmp_path / "plan.json"], config).outcomes] == ["fail"]


def test_it_is_clean_to_opa(folder: Path) -> None:
    opa = opa_server.required()
    lib = policies_folder() / "lib"
    schema = policies_folder().parent / "schemas" / "input.json"
    for written in (False, True):
        if written:
            write(folder)
        assert subprocess.run([opa, "fmt", "--list", folder], capture_output=True, check=False).stdout == b""
        subprocess.run([opa, "check", "--strict", "-s", schema, lib, folder], check=True)
        assert (subprocess.run([opa, "test", lib, folder], capture_output=True, check=False).returncode == 0) == written


@pytest.mark.parametrize(
    "category, slug",
    [
        ("demo", "Policy"),
        ("demo", "policy_is_enabled"),
        ("demo", ""),
        ("demo", "a"),
        ("demo", "default"),
        ("demo", "policy-test"),
        ("demo", "-policy"),
        ("demo", "../policy"),
        ("demo", "policy\n"),
        ("demo", "p" * 61),
        ("..", "policy-is-enabled"),
        ("a/b", "policy-is-enabled"),
        ("", "policy-is-enabled"),
        ("lib", "policy-is-enabled"),
        ("demo", "sole-connector"),
    ],
)
def test_a_bad_name_is_refused_and_writes_nothing(category: str, slug: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        new_rule(category, slug, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("category", ["demo", "other"])
def test_what_exists_stays(category: str, folder: Path) -> None:
    rule = folder / "demo" / "policy-is-enabled" / "rule.rego"
    rule.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="there is a rule policy-is-enabled already"):
        new_rule(category, "policy-is-enabled", folder)
    assert rule.read_text(encoding="utf-8") == "mine"


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "policies").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written"):
        new_rule("demo", "policy-is-enabled", tmp_path / "policies")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("gc.disable", lambda: None)
    for code in (0, 2):
        monkeypatch.setattr(sys, "argv", ["sparekey", "new", "rule", "demo", "policy-is-enabled", "--dir", "mine"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        assert int(ended.value.code or 0) == code
        assert ("wrote mine/demo/policy-is-enabled/rule.rego\n" in out, bool(err)) == (code == 0, code == 2)
