"""Static checks on hostile and unreadable configurations: bounded work, and nothing is said that could be untrue."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.formats.terraform.modules.checks.configurations import configuration, text_configuration

from sparekey.formats.terraform.modules.checks import check
from sparekey.formats.terraform.modules.checks.versions import admits


def summaries(folder: Path, text: str) -> list[str]:
    return [fault.summary for fault in check(text_configuration(folder, text))]


@pytest.mark.parametrize("length", [2, 10_000])
def test_a_ring_of_locals_is_one_cycle_however_long(tmp_path: Path, length: int) -> None:
    ring = "\n".join(f"  l{number} = local.l{(number + 1) % length}" for number in range(length))
    found = summaries(tmp_path, f"locals {{\n{ring}\n}}\n")
    assert len(found) == 1
    assert found[0].startswith("Cycle: local.l0 (expand)")


def test_a_long_chain_of_locals_is_none(tmp_path: Path) -> None:
    chain = "\n".join(f"  l{number} = local.l{number + 1}" for number in range(10_000))
    assert summaries(tmp_path, f"locals {{\n{chain}\n  l10000 = 1\n}}\n") == []


def test_a_file_that_cannot_be_read_whole_leaves_open_what_is_declared(tmp_path: Path) -> None:
    broken = 'output "a" {\n  value = local.b\n}\nlocals {\n  b = = 1\n}\n'
    assert "Reference to undeclared local value" not in summaries(tmp_path, broken)


def test_another_version_of_terraform_may_run_it(tmp_path: Path) -> None:
    here = text_configuration(tmp_path, 'terraform {\n  required_version = ">= 1.12"\n}\n')
    assert [fault.summary for fault in check(here)] == ["Unsupported Terraform Core version"]
    assert list(check(here, terraform=None)) == []
    assert list(check(here, terraform=(1, 12, 0))) == []


def test_a_constraint_of_any_length_takes_no_time(tmp_path: Path) -> None:
    started = time.perf_counter()
    assert summaries(tmp_path, f'terraform {{\n  required_version = ">= 1{"-1" * 50_000}!"\n}}\n') in (
        [],
        ["Invalid version constraint"],
    )
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("part", "expected"), [("~> 1", True), ("~> 1.10", True), ("~> 1.11.5", False), ("> 1.11.4", False), ("1.11.4.0", True)]
)
def test_versions_compare_by_numbers(part: str, expected: bool) -> None:
    assert admits(part, (1, 11, 4)) is expected


def test_a_module_called_many_times_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text('output "o" {\n  value = local.nope\n}\n', encoding="utf-8")
    calls = "\n".join(f'module "m{number}" {{\n  source = "./m"\n}}' for number in range(50))
    (tmp_path / "main.tf").write_text(calls, encoding="utf-8")
    here = configuration(tmp_path, tmp_path)
    one = here.calls["m0"]
    assert one is not None
    for name in here.calls:
        assert isinstance(here.calls, dict)
        here.calls[name] = type(one)(one.module, one.calls, (name,))
    assert [fault.summary for fault in check(here)] == ["Reference to undeclared local value"]


def test_thousands_of_resources_are_looked_at_in_time_that_grows_with_them(tmp_path: Path) -> None:
    text = "\n".join(
        f'resource "terraform_data" "r{number}" {{\n  input = terraform_data.r{number + 1}.id\n}}' for number in range(3_000)
    )
    here = text_configuration(tmp_path, f'{text}\nresource "terraform_data" "r3000" {{\n}}\n')
    started = time.perf_counter()
    assert list(check(here)) == []
    assert time.perf_counter() - started < 10


DYNAMIC = """
variable "settings" {
  default = {}
}
resource "azuread_conditional_access_policy" "p" {
  conditions {
    dynamic "locations" {
      for_each = try(var.settings.locations, null) != null ? [var.settings.locations] : []
      content {
        included_locations = try(platforms.value.included, null)
        excluded_locations = [azuread_named_location.nowhere, var.nowhere, count.index]
      }
    }
  }
}
"""


def test_terraform_says_nothing_of_the_content_of_a_dynamic_block_that_has_no_item_yet(tmp_path: Path) -> None:
    # `terraform validate` accepts this, as it accepts every content of a `dynamic` block over what only variables decide.
    assert summaries(tmp_path, DYNAMIC) == []


def test_what_a_dynamic_block_goes_over_is_looked_at(tmp_path: Path) -> None:
    assert summaries(tmp_path, DYNAMIC.replace("[var.settings.locations]", "[var.nowhere]")) == [
        "Reference to undeclared input variable"
    ]
