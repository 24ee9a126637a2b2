"""What source says of attributes that a provider fills in, and whom a splat of one instance names."""

from __future__ import annotations

from pathlib import Path

import pytest

from sparekey.formats.terraform import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.value import Body, Known, Unknown

TYPES = frozenset({"azuread_group", "azuread_conditional_access_policy", "microsoft365_graph_beta_groups_group"})


def declared(text: str, folder: Path) -> Declaration:
    """The one declaration of a mapped type, or the last one."""
    path = folder / "main.tf"
    path.write_text(text, encoding="utf-8")
    files = [SourceFile(path=path, name="main.tf")]
    (document,) = FORMAT.read_folders(files, Reading(mapped=TYPES, scan_root=folder), replaced=frozenset())
    assert isinstance(document, Document)
    return document.declarations[-1]


@pytest.mark.parametrize("written", ["", "members = null", "members = []", "members = var.none", "members = toset(var.none)"])
def test_nothing_written_null_and_empty_are_one_where_a_provider_fills_in(written: str, tmp_path: Path) -> None:
    """As plans made with azuread 3.9 show it."""
    text = f'variable "none" {{\n  type    = list(string)\n  default = []\n}}\nresource "azuread_group" "g" {{\n  {written}\n}}\n'
    members = declared(text, tmp_path).body.get("members")
    assert isinstance(members, Unknown)
    assert members.unwritten


def test_what_is_merely_optional_is_null_where_nothing_is_written(tmp_path: Path) -> None:
    found = declared('resource "azuread_group" "g" {\n  description = null\n}\n', tmp_path).body
    for name in ("description", "types"):
        value = found.get(name)
        assert isinstance(value, Known)
        assert value.value is None


def test_an_empty_set_is_one_where_the_provider_tells_it_from_nothing(tmp_path: Path) -> None:
    text = 'resource "microsoft365_graph_beta_groups_group" "g" {\n  group_types = []\n}\n'
    types = declared(text, tmp_path).body.texts("group_types")
    assert (types.members, types.open) == ((), None)


@pytest.mark.parametrize(
    ("written", "is_filled_in"), [("", True), ('insider_risk_levels = ""', True), ('insider_risk_levels = "minor"', False)]
)
def test_an_attribute_of_a_nested_block_is_filled_in_by_its_path(written: str, is_filled_in: bool, tmp_path: Path) -> None:
    text = f'resource "azuread_conditional_access_policy" "p" {{\n  conditions {{\n    {written}\n  }}\n}}\n'
    found = declared(text, tmp_path).body.get("conditions", "insider_risk_levels")
    assert isinstance(found, Unknown) is is_filled_in
    outside = declared('resource "azuread_conditional_access_policy" "p" {\n}\n', tmp_path).body
    assert isinstance(outside.get("insider_risk_levels"), Known)
    assert isinstance(outside.get("conditions", "insider_risk_levels"), Known)


@pytest.mark.parametrize("splat", ["azuread_group.a[*].object_id", "azuread_group.a.*.object_id"])
def test_a_splat_of_one_instance_is_a_list_of_it(splat: str, tmp_path: Path) -> None:
    text = f"""
resource "azuread_group" "a" {{
  display_name = "a"
}}
resource "azuread_group" "b" {{
  members = {splat}
}}
"""
    members = Body(value=declared(text, tmp_path).body.value).texts("members")
    assert members.open is None
    (member,) = members.members
    assert isinstance(member, Unknown)
    assert [(ref.to, ref.attribute, ref.certain) for ref in member.refs] == [("azuread_group.a", "object_id", True)]
