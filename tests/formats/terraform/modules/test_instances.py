"""Instances, their bodies, and what references see of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.formats.terraform.modules.roots import plain, root, summaries

from sparekey.formats.terraform.lang.values import Source, Value, sources


def value(folder: Path, expression: str, text: str) -> Value:
    return root(folder, {"main.tf": f'{text}\noutput "o" {{\n  value = {expression}\n}}\n'}).outputs()["o"]


@pytest.mark.parametrize(
    ("argument", "keys"),
    [
        ("count = 2", [0, 1]),
        ('count = "1"', [0]),
        ("count = 0", []),
        ("for_each = { b = 1, a = 2 }", ["a", "b"]),
        ('for_each = toset(["x", 1, "x"])', ["1", "x"]),
        ("for_each = {}", []),
        ("", [None]),
    ],
)
def test_keys(tmp_path: Path, argument: str, keys: list[object]) -> None:
    found = root(tmp_path, {"main.tf": f'resource "a_b" "c" {{\n  {argument}\n}}\n'})
    assert [instance.key for instance in found.instances()] == keys
    assert summaries(found) == []


@pytest.mark.parametrize(
    ("argument", "fault"),
    [
        ("count = null", "Invalid count argument"),
        ("count = -1", "Invalid count argument"),
        ("count = 1.5", "Invalid count argument"),
        ("count = true", "Incorrect value type"),
        ('for_each = ["a"]', "Invalid for_each argument"),
        ("for_each = null", "Invalid for_each argument"),
        ('for_each = sensitive(toset(["a"]))', "Invalid for_each argument"),
        ("for_each = toset([{}])", "Invalid for_each set argument"),
        ('for_each = toset(["a", null])', "Invalid for_each set argument"),
    ],
)
def test_what_terraform_refuses(tmp_path: Path, argument: str, fault: str) -> None:
    found = root(tmp_path, {"main.tf": f'resource "a_b" "c" {{\n  {argument}\n}}\nresource "a_b" "d" {{\n}}\n'})
    assert fault in summaries(found)
    instances = {instance.address: instance for instance in found.instances()}
    assert set(instances) == {"a_b.c[*]", "a_b.d"}
    assert instances["a_b.c[*]"].possible is not None


def test_too_many_are_one_that_stands_for_all(tmp_path: Path) -> None:
    [instance] = root(tmp_path, {"main.tf": 'resource "a_b" "c" {\n  count = 100000000\n}\n'}).instances()
    assert (instance.least, instance.most, instance.key) == (100_000_000, 100_000_000, None)
    assert instance.error is not None
    assert instance.error.kind == "too-much"


def test_meta_arguments_are_left_out(tmp_path: Path) -> None:
    text = 'resource "a_b" "c" {\n  count = 1\n  provider = a.x\n  depends_on = [a_b.d]\n  n = count.index\n  lifecycle {\n  }\n  k {\n  }\n}\nresource "a_b" "d" {\n}\n'
    body = next(iter(root(tmp_path, {"main.tf": text}).instances())).evaluate()
    assert list(body.arguments) == ["n"]
    assert list(body.blocks) == ["k"]


DYNAMIC = """
resource "a_b" "c" {
  for_each = { k = ["p", "q"] }
  k {
    n = "static"
  }
  dynamic "k" {
    for_each = each.value
    iterator = it
    content {
      n = "${each.key}${it.key}${it.value}"
      dynamic "inner" {
        for_each = { (it.value) = it.key }
        content {
          n = "${inner.key}${inner.value}${it.value}"
        }
      }
    }
  }
  dynamic "none" {
    for_each = toset([])
    content {
      n = none.value
    }
  }
  dynamic "open" {
    for_each = a_b.other.list
    content {
      n = a_b.id_of.id
    }
  }
}
"""


def test_dynamic_blocks(tmp_path: Path) -> None:
    text = DYNAMIC + 'resource "a_b" "other" {\n}\nresource "a_b" "id_of" {\n}\n'
    found = root(tmp_path, {"main.tf": text})
    body = next(iter(found.instances())).evaluate()
    blocks = body.blocks["k"]
    assert blocks.open is None
    assert [plain(one.arguments["n"].value) for one in blocks.members] == ["static", "k0p", "k1q"]
    assert [plain(one.blocks["inner"].members[0].arguments["n"].value) for one in blocks.members[1:]] == ["p0p", "q1q"]
    assert body.blocks["none"].members == ()
    assert body.blocks["none"].open is None
    unknown = body.blocks["open"].open
    assert unknown is not None
    assert {Source("a_b.other", "list"), Source("a_b.id_of", "id")} <= unknown.among
    assert summaries(found) == []


@pytest.mark.parametrize(
    ("expression", "source"),
    [
        ("a_b.c.id", Source("a_b.c", "id")),
        ("a_b.c.computed", Source("a_b.c", "computed")),
        ("a_b.c.identity[0].principal_id", Source("a_b.c", "identity.0.principal_id")),
        ("a_b.n[1].id", Source("a_b.n[1]", "id")),
        ('a_b.e["k"].id', Source('a_b.e["k"]', "id")),
        ("data.a_b.d.id", Source("data.a_b.d", "id")),
        ("one(a_b.n[*].id) == null ? a_b.c.id : a_b.c.id", None),
        ("a_b.c.same", Source("a_b.o", "id")),
        ("[for x in a_b.n : x.id][0]", Source("a_b.n[0]", "id")),
        ("values(a_b.e)[0].id", Source('a_b.e["k"]', "id")),
    ],
)
def test_relations_survive_unknown_ids(tmp_path: Path, expression: str, source: Source | None) -> None:
    text = (
        'resource "a_b" "c" {\n  name = "plain name"\n  same = a_b.o.id\n  identity {\n    type = "x y"\n  }\n}\nresource "a_b" "o" {\n}\n'
        'resource "a_b" "n" {\n  count = 2\n}\nresource "a_b" "e" {\n  for_each = toset(["k"])\n}\ndata "a_b" "d" {\n  name = "n"\n}\n'
    )
    content = value(tmp_path, expression, text).unknown
    assert content is not None
    if source is not None:
        assert content.is_ == source


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ('"plain text"', True),
        ("true", True),
        ('"80"', False),
        ('"true"', False),
        ("80", False),
        ('["b", "a"]', False),
        ('"{\\"a\\": 1}"', False),
        ("null", False),
    ],
)
def test_only_what_no_provider_changes_is_read_back(tmp_path: Path, written: str, known: bool) -> None:
    found = value(tmp_path, "a_b.c.x", f'resource "a_b" "c" {{\n  x = {written}\n}}\n')
    assert found.known == known
    if not known:
        assert found.unknown is not None
        assert found.unknown.is_ == Source("a_b.c", "x")


def test_a_list_that_is_written_keeps_what_is_in_it(tmp_path: Path) -> None:
    text = 'resource "a_b" "g" {\n  members = [a_b.u.id, "x"]\n}\nresource "a_b" "u" {\n}\n'
    among, _, _ = sources(value(tmp_path, "a_b.g.members", text))
    assert among == {Source("a_b.g", "members"), Source("a_b.u", "id")}


def test_an_error_at_one_place_stops_nothing_else(tmp_path: Path) -> None:
    text = 'resource "a_b" "c" {\n  bad = tonumber("x")\n  good = 1\n}\n'
    found = root(tmp_path, {"main.tf": text})
    body = next(iter(found.instances())).evaluate()
    assert plain(body.arguments["good"].value) == 1
    bad = body.arguments["bad"].value.unknown
    assert bad is not None
    assert "Invalid function argument" in bad.why.reason
    [fault] = found.faults
    assert (fault.summary, fault.severity) == ("Invalid function argument", "error")
    assert fault.at is not None
    assert fault.at.start_line == 2


def test_conditions(tmp_path: Path) -> None:
    text = (
        'variable "v" {\n  default = 1\n  validation {\n    condition     = var.v > 1\n    error_message = "m"\n  }\n}\n'
        'resource "a_b" "c" {\n  lifecycle {\n    precondition {\n      condition     = var.v == 2\n      error_message = "m"\n    }\n'
        '    postcondition {\n      condition     = self.id != ""\n      error_message = "m"\n    }\n  }\n}\n'
        'check "k" {\n  assert {\n    condition     = var.v == 2\n    error_message = "m"\n  }\n}\n'
    )
    found = root(tmp_path, {"main.tf": text})
    found.finish()
    assert [(fault.summary, fault.severity) for fault in found.faults] == [
        ("Invalid value for variable", "error"),
        ("Resource precondition failed", "error"),
        ("Check block assertion failed", "warning"),
    ]
