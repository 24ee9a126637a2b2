"""What a prior state changes. The results are those of Terraform 1.11 with these states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.formats.terraform.modules.roots import root

from sparekey.formats.terraform.modules.plan import plan
from sparekey.formats.terraform.modules.state import State, UnreadableStateError, read_state

TEXT = {"value": "old", "type": "string"}


def state(*names: str, module: str = "") -> State:
    """A state with one `terraform_data` for each name; a key may stand behind a `/`."""
    resources = []
    for name in names:
        plain, _, key = name.partition("/")
        attributes = {"id": f"id-{name}", "input": TEXT, "output": TEXT, "triggers_replace": None}
        instance: dict[str, object] = {"attributes": attributes}
        if key:
            instance["index_key"] = int(key) if key.isdigit() else key
        resource: dict[str, object] = {"mode": "managed", "type": "terraform_data", "name": plain, "instances": [instance]}
        resources.append({**resource, "module": module} if module else resource)
    return read_state(json.dumps({"version": 4, "resources": resources}).encode())


def actions(folder: Path, text: str, prior: State, **files: str) -> dict[str, tuple[str, ...]]:
    planned = plan(root(folder, {"main.tf": text, **files}, prior=prior))
    return {address: (*one.actions, *([one.previous] if one.previous else [])) for address, one in planned.items()}


@pytest.mark.parametrize(
    ("text", "prior", "expected"),
    [
        ('resource "terraform_data" "a" {\n  input = "old"\n}', state("a"), {"terraform_data.a": ("no-op",)}),
        ('resource "terraform_data" "a" {\n  input = "new"\n}', state("a"), {"terraform_data.a": ("update",)}),
        (
            'resource "terraform_data" "a" {\n  input = "old"\n  triggers_replace = 1\n}',
            state("a"),
            {"terraform_data.a": ("delete", "create")},
        ),
        ("", state("a"), {"terraform_data.a": ("delete",)}),
        (
            'resource "terraform_data" "b" {\n  input = "old"\n}\nmoved {\n  from = terraform_data.a\n  to = terraform_data.b\n}',
            state("a"),
            {"terraform_data.b": ("no-op", "terraform_data.a")},
        ),
        (
            'resource "terraform_data" "a" {\n  count = 1\n  input = "old"\n}',
            state("a"),
            {"terraform_data.a[0]": ("no-op", "terraform_data.a")},
        ),
        (
            'resource "terraform_data" "a" {\n  input = "old"\n}',
            state("a/0", "a/1"),
            {"terraform_data.a": ("no-op", "terraform_data.a[0]"), "terraform_data.a[1]": ("delete",)},
        ),
        (
            "removed {\n  from = terraform_data.a\n  lifecycle {\n    destroy = false\n  }\n}",
            state("a"),
            {"terraform_data.a": ("forget",)},
        ),
        (
            "removed {\n  from = module.m\n  lifecycle {\n    destroy = false\n  }\n}",
            state("a", module="module.m"),
            {"module.m.terraform_data.a": ("forget",)},
        ),
        (
            'resource "terraform_data" "a" {\n  input = "new"\n  lifecycle {\n    ignore_changes = [input]\n  }\n}',
            state("a"),
            {"terraform_data.a": ("no-op",)},
        ),
        (
            'resource "terraform_data" "a" {\n  input = "new"\n}\nresource "terraform_data" "b" {\n  input = "old"\n  lifecycle {\n    replace_triggered_by = [terraform_data.a]\n  }\n}',
            state("a", "b"),
            {"terraform_data.a": ("update",), "terraform_data.b": ("delete", "create")},
        ),
    ],
)
def test_actions(tmp_path: Path, text: str, prior: State, expected: dict[str, tuple[str, ...]]) -> None:
    assert actions(tmp_path, text + "\n", prior) == expected


def test_an_existing_object_keeps_its_id(tmp_path: Path) -> None:
    text = 'resource "terraform_data" "a" {\n  input = "new"\n}\noutput "o" {\n  value = terraform_data.a.id\n}\n'
    assert root(tmp_path, {"main.tf": text}, prior=state("a")).outputs()["o"].content == "id-a"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"version": 3}', b"\xff", b"[" * 100_000])
def test_what_is_no_state(data: bytes) -> None:
    with pytest.raises(UnreadableStateError):
        read_state(data)


@pytest.mark.parametrize(
    "data", ['{"version": 4, "resources": 5}', '{"version": 4, "resources": [{"instances": 3}, 7, {"type": 1}]}']
)
def test_a_state_of_odd_parts(data: str) -> None:
    assert read_state(data.encode()).objects == {}
