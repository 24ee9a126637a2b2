"""Modules that are not in the folders scanned: a root that only calls them is no root without identity resources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sparekey.config import Config
from sparekey.model.run import Run
from sparekey.run import check

POLICY = """
resource "azuread_conditional_access_policy" "block" {
  display_name = "CA010 Block"
  state        = "enabled"
  conditions {
    client_app_types = ["all"]
    applications {
      included_applications = ["All"]
    }
    users {
      included_users = ["All"]
    }
  }
  grant_controls {
    operator          = "OR"
    built_in_controls = ["block"]
  }
}
"""


def checked(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch, *, at: str = ".") -> Run:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder / at)
    return check([Path()], Config())


def call(source: str) -> str:
    return f'module "policies" {{\n  source = "{source}"\n}}\n'


def test_an_installed_module_is_judged_where_nothing_else_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {"Modules": [{"Key": "policies", "Source": "example/policies/azuread", "Dir": ".terraform/modules/policies"}]}
    files = {
        "main.tf": call("example/policies/azuread"),
        ".terraform/modules/modules.json": json.dumps(listed),
        ".terraform/modules/policies/main.tf": POLICY,
    }
    run = checked(tmp_path, files, monkeypatch)
    failed = {(o.rule, f.subject) for o in run.outcomes for f in o.findings if f.verdict == "fail"}
    assert ("policy-locks-everyone-out", "module.policies.azuread_conditional_access_policy.block") in failed


@pytest.mark.parametrize(
    ("source", "kind"),
    [("example/policies/azuread", "module-not-on-disk"), ("../", "outside-root"), ("/srv/policies", "outside-root")],
)
def test_a_module_that_cannot_be_read_is_told_where_nothing_else_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, kind: str
) -> None:
    run = checked(tmp_path, {"main.tf": POLICY, "root/main.tf": call(source)}, monkeypatch, at="root")
    assert [problem.kind for problem in run.problems] == [kind]


def test_a_module_that_cannot_be_read_is_told_however_deep_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"main.tf": call("./inner"), "inner/main.tf": call("example/policies/azuread")}
    run = checked(tmp_path, files, monkeypatch)
    assert [problem.kind for problem in run.problems] == ["module-not-on-disk"]
