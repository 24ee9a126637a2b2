"""An inventory that makes no sense: each fault has a name and a line, and what it concerns a defined answer."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from sparekey import cli

GROUP = """resource "azuread_user" "breakglass" {
  user_principal_name = "breakglass@contoso.onmicrosoft.com"
  display_name        = "Break glass"
}
"""
INVENTORY = """inventory:
  sync: {method: pta, password_hash_sync: false}
  agents:
    - {name: pta-1, role: pta-agent, host: hv01, site: hq}
    - {name: dc-1, role: adds-dc, host: hv01, site: hq}
  components:
    - {id: hv01, kind: host, needs: [power], groups: [{k: 3, members: [ups-1, ups-2]}]}
    - {id: ups-1, kind: ups}
    - {id: ups-2, kind: ups, needs: [nobody]}
    - {id: power, kind: line, needs: [switch]}
    - {id: switch, kind: line, needs: [power]}
"""


def test_every_fault_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three of two, a name that nobody has, needs in a circle: told, and the path is neither said to survive nor to have stopped."""
    (tmp_path / "main.tf").write_text(GROUP, encoding="utf-8")
    (tmp_path / "sparekey.yaml").write_text(INVENTORY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["sparekey", "survive", "--format", "json"])
    monkeypatch.setattr("gc.disable", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    assert (ended.value.code or 0, err) == (0, "")
    told = json.loads(out)
    named = {(each["kind"], each["file"], each["line"]) for each in told["problems"]}
    assert {("graph-impossible-group", "sparekey.yaml", 7), ("graph-undeclared", "sparekey.yaml", 9)} <= named
    (path,) = [each for each in told["targets"] if each["title"] == "sign-in of synchronised users"]
    assert path["stopped"] == "maybe"
    asked = {question["what"] for question in told["questions"]}
    assert "how many members does group hv01 have and need?" in asked
    circles = [{one["title"] for one in each["components"]} for each in told["circles"]]
    assert circles == [{"power", "switch"}]
