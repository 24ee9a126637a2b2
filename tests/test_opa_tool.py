"""How the project gets an OPA: what is skipped says so, and is a failure where one is required."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tools import opa

from tests import opa_server

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without OPA and without Go."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(opa, "BIN", tmp_path)


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("required, code", [("", 0), ("0", 0), ("1", 1)])
def test_without_opa(required: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SPAREKEY_REQUIRE_OPA", required)
    for step in (opa.get, opa.check):
        assert step() == code
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert "no OPA" in err
        assert ("is skipped" in err) == (code == 0)
    with pytest.raises(pytest.fail.Exception if code else pytest.skip.Exception, match="no OPA"):
        opa_server.required()


@pytest.mark.parametrize("said, usable", [("Version: 1.22.2", True), ("Version: 0.70.0", False), ("", False)])
def test_an_old_opa_is_none(said: str, usable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "opa"
    fake.write_text(f"#!/bin/sh\necho '{said}'\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(opa, "BIN", tmp_path / "none")
    assert (opa.found() == str(fake)) == usable


def test_continuous_integration_requires_it_and_does_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-2:] == ["export SPAREKEY_REQUIRE_OPA=1", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "test: opa\n" in makefile
    assert "tools/opa.py check" in makefile


def test_the_schema_of_the_input_makes_opa_check_paths(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A rule that reads a field that no kind has is found before it runs."""
    path = opa_server.required()
    (tmp_path / "rule.rego").write_text(
        "package x\n\nfound contains g.conectors if some g in input.resources.connector_group\n", encoding="utf-8"
    )
    ended = subprocess.run(
        [path, "check", "--strict", "--schema", str(ROOT / "schemas" / "input.json"), str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode != 0
    assert "conectors" in ended.stderr + ended.stdout
