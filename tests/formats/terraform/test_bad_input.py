"""Hostile source: bounded work, a named problem, the right exit code, and the rest still judged."""

from __future__ import annotations

import os
import time
from itertools import pairwise
from pathlib import Path

import pytest
from tests.sources import BARE, POLICY

from sparekey.config import Config
from sparekey.model.run import Run
from sparekey.run import check

LONGEST = 60.0
"""Seconds within which the worst of these has to end on a slow machine; what grows with every level would need years."""

RULE = "policy-locks-everyone-out"


def _write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def _check(folder: Path, files: dict[str, str | bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    _write(folder, files)
    monkeypatch.chdir(folder)
    begun = time.monotonic()
    run = check([Path()], Config())
    assert time.monotonic() - begun < LONGEST
    return run


def _verdicts(run: Run) -> list[str]:
    return [finding.verdict for outcome in run.outcomes for finding in outcome.findings if outcome.rule == RULE]


def _incomplete(run: Run) -> str:
    return "\n".join(f"{p.at.file}: {p.message}" for p in run.problems if p.incomplete)


def _chain(first: str, step: str, levels: int = 60) -> str:
    lines = [f"  a0 = {first}", *(f"  a{i} = {step.format(f'local.a{i - 1}')}" for i in range(1, levels))]
    return "locals {\n" + "\n".join(lines) + "\n}\n"


LAST = "local.a59"
VARIABLE = 'variable "v" {\n  type = string\n}\nvariable "b" {\n  type = bool\n}\n'


@pytest.mark.parametrize(
    ("first", "step", "excluded"),
    [
        pytest.param('"xxxxxxxxxx"', '"${{{0}}}${{{0}}}${{{0}}}"', f"[{LAST}]", id="text"),
        pytest.param("var.v", '"${{{0}}}${{{0}}}${{{0}}}"', f"[{LAST}]", id="unknown text"),
        pytest.param('["x"]', "[{0}, {0}, {0}]", f"flatten({LAST})", id="lists in lists"),
        pytest.param('["x"]', "{{ a = {0}, b = {0}, c = {0} }}", f"values({LAST})", id="objects in objects"),
        pytest.param('["x"]', "[{0}, {0}, {0}]", f"[jsonencode({LAST})]", id="encoded"),
        pytest.param('["x"]', "[{0}, {0}, {0}]", f'{LAST} == local.a58 ? [] : ["x"]', id="compared"),
        pytest.param('["x"]', "concat({0}, {0}, {0})", LAST, id="concatenated"),
        pytest.param('["x"]', "var.b ? [{0}, {0}] : [{0}, {0}]", f"flatten({LAST})", id="chosen by an unknown"),
        pytest.param("[var.v]", "[{0}, {0}, {0}]", f"flatten({LAST})", id="lists that hold an unknown"),
    ],
)
def test_what_doubles_at_every_level_ends(
    first: str, step: str, excluded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = VARIABLE + _chain(first, step) + POLICY % f"excluded_users = {excluded}"
    assert _verdicts(_check(tmp_path, {"main.tf": source}, monkeypatch)) == ["unknown"]


@pytest.mark.parametrize(
    ("source", "named"),
    [
        pytest.param("locals {\n  a = local.b\n  b = local.a\n}\n", "Cycle", id="cyclic locals"),
        pytest.param("locals {\n  x = " + "[" * 100_000 + "]" * 100_000 + "\n}\n", "Nested too deeply", id="brackets"),
        pytest.param("x {" * 100_000 + "}" * 100_000 + "\n", "main.tf", id="blocks"),
        pytest.param('locals {\n  x = "' + "a" * 20_000_000 + '"\n', "main.tf", id="a line of 20 MB"),
        pytest.param('module "m" {\n  source = "../../.."\n}\n', "outside the scanned folder", id="a module above the root"),
        pytest.param('module "m" {\n  source = "/etc"\n}\n', "outside the scanned folder", id="an absolute module"),
        pytest.param('module "m" {\n  source = "./"\n}\n', "calls itself", id="a module that is its own"),
        pytest.param('module "m" {\n  source = "a/b/c"\n}\n', "terraform init", id="a module not on disk"),
        pytest.param("locals {\n  x = range(1000000000)\n}\noutput {\n", "main.tf", id="an unclosed block"),
    ],
)
def test_a_problem_is_named_and_the_rest_is_judged(
    source: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _check(tmp_path, {"a.tf": BARE, "main.tf": source}, monkeypatch)
    assert _verdicts(run) == ["fail"]
    assert named in _incomplete(run)


def test_a_hundred_million_instances_are_one_that_stands_for_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _check(tmp_path, {"main.tf": BARE.replace("{\n", "{\n  count = 100000000\n", 1)}, monkeypatch)
    assert _verdicts(run) == ["fail"]
    assert "100000000 instances" in _incomplete(run)


@pytest.mark.parametrize(
    "collection",
    [
        "range(1000000000)",
        "setproduct(range(1000), range(1000), range(1000))",
        "[for i in range(1000) : [for j in range(1000) : i]]",
    ],
)
def test_a_huge_collection_is_unknown(collection: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = POLICY % f"excluded_users = [for x in {collection} : tostring(x)]"
    run = _check(tmp_path, {"main.tf": source}, monkeypatch)
    assert _verdicts(run) == ["unknown"]
    assert "main.tf" in _incomplete(run)
    assert run.exit_code == 3


@pytest.mark.parametrize("how", ["/etc/passwd", "../outside.txt", "${path.module}/link", "folder/outside.txt"])
def test_no_file_outside_of_the_scanned_folder_is_read(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outside.txt").write_text("7f3a9c51-2222-3333-4444-555555555555")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "outside.txt")
    (root / "folder").symlink_to(tmp_path)
    functions = [f'file("{how}")', f'templatefile("{how}", {{}})', f'filebase64("{how}")', f'filesha256("{how}")']
    run = _check(root, {"main.tf": POLICY % f"excluded_users = [{', '.join(functions)}]"}, monkeypatch)
    assert _verdicts(run) == ["unknown"]
    assert "7f3a9c51" not in repr(run)


@pytest.mark.parametrize("name", ["terraform.tfvars", "terraform.tfvars.json", "x.auto.tfvars", "x.auto.tfvars.json"])
def test_a_values_file_that_leads_outside_is_not_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = (
        '{"x": ["7f3a9c51-2222-3333-4444-555555555555"]}' if name.endswith("json") else 'x = ["7f3a9c51-2222-3333-4444-5555"]'
    )
    (tmp_path / "outside").write_text(outside)
    root = tmp_path / "root"
    root.mkdir()
    (root / name).symlink_to(tmp_path / "outside")
    source = 'variable "x" {\n  default = []\n}\n' + POLICY % "excluded_users = var.x"
    run = _check(root, {"main.tf": source}, monkeypatch)
    assert _verdicts(run) == ["unknown"], "neither what stands outside nor the default is what Terraform would use"
    assert f"{name} leads out of the scanned folder" in _incomplete(run)
    assert "7f3a9c51" not in repr(run)


@pytest.mark.parametrize("text", ["x = [", 'x = ["a"\n', "\0", "x = {{ y }}"])
def test_an_unreadable_values_file_leaves_no_default_certain(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = 'variable "x" {\n  default = []\n}\n' + POLICY % "excluded_users = var.x"
    run = _check(tmp_path, {"main.tf": source, "terraform.tfvars": text}, monkeypatch)
    assert _verdicts(run) == ["unknown"]
    assert "terraform.tfvars" in _incomplete(run)


def test_a_list_of_modules_leads_nowhere_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path / "outside", {"main.tf": BARE})
    listed = '{"Modules": [{"Key": "m", "Source": "a/b/c", "Dir": "../outside"}]}'
    source = 'module "m" {\n  source = "a/b/c"\n}\n'
    run = _check(tmp_path / "root", {"main.tf": source, ".terraform/modules/modules.json": listed}, monkeypatch)
    assert _verdicts(run) == []
    assert any("terraform init" in problem.message for problem in run.problems)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_another_encoding_is_never_silently_green(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _check(tmp_path, {"main.tf": BARE.encode(encoding)}, monkeypatch)
    assert run.exit_code == 3
    assert _incomplete(run)


def test_a_template_of_identity_resources_is_never_silently_green(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _check(tmp_path, {"main.tf": "{% for x in y %}\n" + BARE + "{% endfor %}\n"}, monkeypatch)
    assert run.exit_code == 3
    assert "Jinja" in _incomplete(run)


def test_what_is_wrong_in_a_module_counts_where_its_root_holds_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = POLICY % "excluded_users = [module.m.x]" + 'module "m" {\n  source = "./m"\n}\n'
    run = _check(tmp_path, {"main.tf": source, "m/main.tf": 'output "x" {\n  value = [\n}\n'}, monkeypatch)
    assert _verdicts(run) == ["unknown"]
    assert "m/main.tf" in _incomplete(run)
    assert run.exit_code == 3


def test_links_in_a_circle_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").symlink_to(".")
    (tmp_path / "d.tf").symlink_to("d.tf")
    run = _check(tmp_path, {"main.tf": BARE}, monkeypatch)
    assert _verdicts(run) == ["fail"]
    assert "d.tf" in _incomplete(run)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, {"secret.tf": BARE})
    (tmp_path / "secret.tf").chmod(0)
    run = _check(tmp_path, {"main.tf": BARE}, monkeypatch)
    assert _verdicts(run) == ["fail"]
    assert "secret.tf" in _incomplete(run)


def test_a_hostile_pattern_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    excluded = f'excluded_users = [regex("(a+)+$", "{"a" * 5000}b"), replace("{"a" * 5000}", "/(a|aa|aaa)*c/", "")]'
    _check(tmp_path, {"main.tf": POLICY % excluded}, monkeypatch)


def test_aliases_in_yaml_that_multiply_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = "abcdefghijkl"
    lines = [
        "a: &a [x,x,x,x,x,x,x,x,x]",
        *(f"{y}: &{y} [{','.join(['*' + x] * 9)}]" for x, y in pairwise(letters)),
    ]
    source = POLICY % 'excluded_users = flatten(values(yamldecode(file("bomb.yaml"))))'
    run = _check(tmp_path, {"main.tf": source, "bomb.yaml": "\n".join(lines)}, monkeypatch)
    assert _verdicts(run) == ["unknown"]
