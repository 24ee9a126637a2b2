"""Modules: where they are, how often they are there, and that nothing outside the scanned folder is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.formats.terraform.modules.roots import plain, root, summaries, write

from sparekey.formats.terraform.lang.values import sources
from sparekey.formats.terraform.modules.root import load, module_calls

ECHO = 'variable "x" {\n  default = "d"\n}\noutput "x" {\n  value = var.x\n}\nresource "a_b" "c" {\n  x = var.x\n}\n'


@pytest.mark.parametrize("source", ["../../../../../etc", "/etc", "../outside"])
def test_a_module_outside_is_not_read(tmp_path: Path, source: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.tf").write_text(ECHO)
    found = root(
        tmp_path / "in", {"main.tf": f'module "m" {{\n  source = "{source}"\n}}\noutput "o" {{\n  value = module.m.x\n}}\n'}
    )
    assert found.outputs()["o"].unknown is not None
    assert [(fault.kind, fault.certain) for fault in found.faults] == [("outside-root", False)]
    assert list(found.instances()) == []
    assert found.calls == set()


def test_a_registry_module_is_found_where_init_has_put_it(tmp_path: Path) -> None:
    call = 'module "m" {\n  source = "org/m/azure"\n  x      = "given"\n}\noutput "o" {\n  value = module.m.x\n}\n'
    unknown = root(tmp_path, {"main.tf": call}).outputs()["o"].unknown
    assert unknown is not None
    assert unknown.why.reason == "module source not on disk: run terraform init"
    assert unknown.beyond
    listed = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Source": "registry/org/m", "Dir": ".terraform/modules/m/sub"}]}
    files = {".terraform/modules/modules.json": json.dumps(listed), ".terraform/modules/m/sub/main.tf": ECHO}
    found = root(tmp_path, files)
    assert plain(found.outputs()["o"]) == "given"
    assert [instance.address for instance in found.instances()] == ["module.m.a_b.c"]


def test_the_list_of_modules_cannot_lead_outside(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.tf").write_text(ECHO)
    listed = {"Modules": [{"Key": "m", "Dir": "../outside"}]}
    files = {"main.tf": 'module "m" {\n  source = "org/m/azure"\n}\n', ".terraform/modules/modules.json": json.dumps(listed)}
    found = root(tmp_path / "in", files)
    assert list(found.instances()) == []
    assert {fault.kind for fault in found.faults} == {"module-not-on-disk"}


def test_a_module_that_calls_itself(tmp_path: Path) -> None:
    text = 'module "a" {\n  source = "./"\n}\nmodule "b" {\n  source = "./"\n}\nresource "a_b" "c" {\n}\n'
    found = root(tmp_path, {"main.tf": text})
    assert [instance.address for instance in found.instances()] == ["a_b.c"]
    assert {fault.summary for fault in found.faults} == {"Module calls itself"}


def test_calls_that_double_at_every_level_end(tmp_path: Path) -> None:
    files = {
        f"m{depth}/main.tf": f'module "a" {{\n  source = "../m{depth + 1}"\n}}\nmodule "b" {{\n  source = "../m{depth + 1}"\n}}\n'
        for depth in range(29)
    }
    write(tmp_path, {**files, "m29/main.tf": ""})
    found = load(tmp_path / "m0", scan_root=tmp_path)
    assert sum(1 for _ in found.instances()) == 0
    assert "Too many modules" in {fault.summary for fault in found.faults}


def test_the_chain_of_calls_and_the_addresses(tmp_path: Path) -> None:
    files = {
        "main.tf": 'resource "a_b" "z" {\n}\nmodule "m" {\n  source   = "./m"\n  for_each = toset(["k", "l"])\n  x = each.key\n}\n',
        "m/main.tf": 'variable "x" {}\nmodule "n" {\n  source = "../n"\n  count = 2\n  x = "${var.x}${count.index}"\n}\n',
        "n/main.tf": ECHO,
    }
    found = list(root(tmp_path, files).instances())
    assert [one.address for one in found] == [
        "a_b.z",
        'module.m["k"].module.n[0].a_b.c',
        'module.m["k"].module.n[1].a_b.c',
        'module.m["l"].module.n[0].a_b.c',
        'module.m["l"].module.n[1].a_b.c',
    ]
    assert [plain(one.evaluate().arguments["x"].value) for one in found[1:]] == ["k0", "k1", "l0", "l1"]
    assert [(span.file, span.start_line) for span in found[1].calls] == [("main.tf", 3), ("m/main.tf", 2)]
    assert found[1].module == 'module.m["k"].module.n[0]'


def test_outputs_are_asked_for_one_by_one(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "a" {\n  source = "./m"\n  x = "s"\n  y = module.b.x\n}\nmodule "b" {\n  source = "./m"\n  x = module.a.x\n  y = "t"\n}\n'
        'output "o" {\n  value = [module.a.y, module.b.x]\n}\n',
        "m/main.tf": 'variable "x" {}\nvariable "y" {}\noutput "x" {\n  value = "${var.x}!"\n}\noutput "y" {\n  value = "${var.y}?"\n}\n',
    }
    found = root(tmp_path, files)
    assert plain(found.outputs()["o"]) == ["s!!?", "s!!"]
    assert summaries(found) == []


def test_a_module_of_unknown_count_makes_everything_in_it_possible(tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "on" {\n  type = bool\n}\nmodule "m" {\n  source = "./m"\n  count = var.on ? 2 : 0\n}\noutput "o" {\n  value = module.m[0].id\n}\n',
        "m/main.tf": 'resource "a_b" "c" {\n}\noutput "id" {\n  value = a_b.c.id\n}\n',
    }
    found = root(tmp_path, files)
    [instance] = found.instances()
    assert instance.address == "module.m[*].a_b.c"
    assert instance.key is None
    assert instance.least == 0
    assert instance.most is None or instance.most >= 2
    assert instance.possible is not None
    assert "variable on has no value" in instance.possible.reason
    among, _, _ = sources(found.outputs()["o"])
    assert {source.address for source in among} == {"module.m[*].a_b.c"}
    known = found.instance("module.m[1].a_b.c", key_from_plan=True)
    assert known is not None
    assert known.address == "module.m[1].a_b.c"
    assert (known.least, known.most) == (1, 1)
    assert found.instance("module.m[1].a_b.c") is None


def test_the_local_modules_of_a_folder(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a/main.tf": 'module "x" {\n  source = "../b"\n}\nmodule "y" {\n  source = "org/m/azure"\n}\n', "b/main.tf": ""},
    )
    assert module_calls(tmp_path / "a", tmp_path) == {tmp_path / "b"}
