"""Which files count, and what overrides do. The results are those of Terraform 1.11."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.formats.terraform.modules.roots import plain, root, summaries


def test_files_that_terraform_does_not_read(tmp_path: Path) -> None:
    bad = 'output "p" {\n  value = 1\n}\n'
    names = ["main.tf~", ".hid.tf", "#x.tf#", "x.tofu", "y.tftest.hcl", "z.tf.bak"]
    found = root(tmp_path, {"main.tf": 'output "o" {\n  value = 1\n}\n', **dict.fromkeys(names, bad)})
    assert set(found.outputs()) == {"o"}
    assert found.files == ("main.tf",)


def test_arguments_are_overridden_one_by_one_and_blocks_all_together(tmp_path: Path) -> None:
    files = {
        "main.tf": 'resource "a_b" "c" {\n  x = 1\n  y = 2\n  one {\n    n = 1\n  }\n  one {\n    n = 2\n  }\n'
        '  dynamic "two" {\n    for_each = [1, 2]\n    content {\n      n = two.value\n    }\n  }\n  three {\n  }\n}\n',
        "b_override.tf": 'resource "a_b" "c" {\n  y = 3\n  dynamic "one" {\n    for_each = ["d"]\n    content {\n      n = one.value\n    }\n  }\n'
        "  two {\n    n = 9\n  }\n}\n",
    }
    [instance] = root(tmp_path, files).instances()
    body = instance.evaluate()
    assert {name: plain(one.value) for name, one in body.arguments.items()} == {"x": 1, "y": 3}
    found = {
        name: [plain(one.arguments["n"].value) for one in blocks.members if one.arguments] for name, blocks in body.blocks.items()
    }
    assert found == {"one": ["d"], "two": [9], "three": []}


def test_override_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    files = {
        "main.tf": 'locals {\n  a = 1\n}\noutput "o" {\n  value = local.a\n}\n',
        "override.tf": "locals {\n  a = 3\n}\n",
        "a_override.tf": "locals {\n  a = 2\n}\n",
        "b_override.tf.json": '{"output": {"o": {"value": "${local.a + 10}"}}}',
    }
    assert plain(root(tmp_path, files).outputs()["o"]) == 13


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("locals {\n  b = 1\n}", "Missing base local value definition to override"),
        ('variable "x" {}', "Missing base variable declaration to override"),
        ('resource "a_b" "x" {}', "Missing resource to override"),
        ('module "x" {}', "Missing module call to override"),
        ("moved {\n  from = a.b\n  to = a.c\n}", "Cannot override 'moved' blocks"),
    ],
)
def test_overrides_of_nothing(tmp_path: Path, text: str, fault: str) -> None:
    assert fault in summaries(root(tmp_path, {"main.tf": "locals {\n  a = 1\n}\n", "override.tf": text + "\n"}))


def test_a_link_out_of_the_scanned_folder_is_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
    (outside / "secret.tf").write_text('output "secret" {\n  value = 1\n}\n')
    (inside / "link.tf").symlink_to(outside / "secret.tf")
    found = root(inside, {"main.tf": 'output "o" {\n  value = 1\n}\n'})
    assert set(found.outputs()) == {"o"}
    assert [fault.kind for fault in found.faults] == ["outside-root"]
