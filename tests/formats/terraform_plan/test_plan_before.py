"""What an update finds: the body before it, with its secrets hidden and nothing unknown in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sparekey.formats.terraform_plan import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Pointer
from sparekey.model.value import Known, Unknown


def declared(actions: list[str], folder: Path) -> Declaration:
    """The declaration of one change."""
    before = {"name": "old", "client_secret": "hunter2", "tags": {"a": "hunter3"}}
    change = {
        "actions": actions,
        "before": before if actions != ["create"] else None,
        "after": {"name": "new"},
        "after_unknown": {"id": True},
        "before_sensitive": {"tags": {"a": True}},
        "after_sensitive": {},
    }
    entry = {"address": "x_y.z", "mode": "managed", "type": "x_y", "name": "z", "change": change}
    plan = {"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {}, "resource_changes": [entry]}
    path = folder / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    found = FORMAT.read(SourceFile(path=path, name="plan.json", named=True), Reading(mapped=frozenset({"x_y"})))
    assert isinstance(found, Document)
    (only,) = found.declarations
    return only


def test_an_update_shows_what_it_finds(tmp_path: Path) -> None:
    before = declared(["update"], tmp_path).before
    assert before is not None
    name = before.text("name")
    assert isinstance(name, Known)
    assert name.value == "old"
    assert name.at == Pointer(file="plan.json", pointer="/resource_changes/0/change/before/name")
    assert isinstance(before.text("client_secret"), Unknown)
    assert isinstance(before.text("tags", "a"), Unknown)
    assert isinstance(before.text("id"), Known), "nothing in the past is unknown"
    assert "hunter" not in repr((before.text("client_secret"), before.text("tags", "a")))


@pytest.mark.parametrize("actions", [["create"], ["no-op"], ["delete", "create"]])
def test_what_is_not_updated_has_no_before(actions: list[str], tmp_path: Path) -> None:
    assert declared(actions, tmp_path).before is None
