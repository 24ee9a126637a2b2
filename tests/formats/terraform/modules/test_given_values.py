"""Values of variables: where they come from, and what the type makes of them. All results are those of Terraform 1.11."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.terraform.modules.roots import plain, root, summaries

from sparekey.formats.terraform.modules.given import Values

ORDER = ["environment", "terraform.tfvars", "terraform.tfvars.json", "a.auto.tfvars", "b.auto.tfvars.json", "command line"]
"""From the weakest to the strongest."""


@given(st.sets(st.sampled_from(range(len(ORDER))), min_size=1))
def test_the_strongest_source_wins(tmp_path_factory: pytest.TempPathFactory, places: set[int]) -> None:
    folder = tmp_path_factory.mktemp("r")
    files = {"main.tf": 'variable "v" {\n  default = "default"\n}\noutput "o" {\n  value = var.v\n}\n'}
    for place in places & {1, 2, 3, 4}:
        name = ORDER[place]
        files[name] = f'{{"v": "{name}"}}' if name.endswith(".json") else f'v = "{name}"\n'
    values = Values(
        assignments=[("v", ORDER[5])] if 5 in places else [], environment={"TF_VAR_v": ORDER[0]} if 0 in places else {}
    )
    assert plain(root(folder, files, values=values).outputs()["o"]) == ORDER[max(places)]


def test_files_and_assignments_in_the_order_of_the_command_line(tmp_path: Path) -> None:
    files = {"main.tf": 'variable "v" {}\noutput "o" {\n  value = var.v\n}\n', "x.tfvars": 'v = "file"\n'}
    first = Values(given=[tmp_path / "x.tfvars", ("v", "text")])
    second = Values(given=[("v", "text"), tmp_path / "x.tfvars"])
    assert plain(root(tmp_path, files, values=first).outputs()["o"]) == "text"
    assert plain(root(tmp_path, files, values=second).outputs()["o"]) == "file"


@pytest.mark.parametrize(
    ("type_", "text", "value"),
    [
        ("string", "[1]", "[1]"),
        ("number", "05", 5),
        ("bool", "true", True),
        ("list(number)", "[1, 2, ]", [1, 2]),
        ("map(string)", '{ x = "y", "z" : 3 }', {"x": "y", "z": "3"}),
        ("any", '"q"', "q"),
        ("list(string)", "null", None),
    ],
)
def test_text_is_read_as_the_type_asks(tmp_path: Path, type_: str, text: str, value: object) -> None:
    files = {"main.tf": f'variable "v" {{\n  type = {type_}\n}}\noutput "o" {{\n  value = var.v\n}}\n'}
    assert plain(root(tmp_path, files, values=Values(assignments=[("v", text)])).outputs()["o"]) == value


def test_a_variable_without_a_value_says_how_to_give_one(tmp_path: Path) -> None:
    files = {"main.tf": 'variable "v" {\n  type = list(string)\n}\noutput "o" {\n  value = concat(var.v, ["x"])\n}\n'}
    unknown = root(tmp_path, files).outputs()["o"].unknown
    assert unknown is not None
    assert unknown.why.reason == "variable v has no value"
    assert "--var v=" in unknown.why.how
    assert unknown.why.at is not None
    assert unknown.why.at.start_line == 1
    assert summaries(root(tmp_path, files)) == []
    assert summaries(root(tmp_path, files, missing="error")) == ["No value for required variable"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('a = upper("x")', "Function calls not allowed"),
        ("a = var.b", "Variables not allowed"),
        ("a = [1]", "Invalid value for input variable"),
        ('variable "a" {}', "Variable declaration in .tfvars file"),
        ("z = 1", "Value for undeclared variable"),
    ],
)
def test_what_a_values_file_may_not_hold(tmp_path: Path, text: str, fault: str) -> None:
    files = {"main.tf": 'variable "a" {\n  type    = string\n  default = "d"\n}\n', "terraform.tfvars": text + "\n"}
    assert fault in summaries(root(tmp_path, files))


@pytest.mark.parametrize(
    ("declared", "given", "value"),
    [
        ('type = object({ a = optional(string, "x"), b = number })', '{ b = "5" }', {"a": "x", "b": 5}),
        ('type = object({ a = optional(string, "x") })', "{ a = null }", {"a": "x"}),
        ("type = list(object({ a = optional(number, 1) }))", "[null, {}, { a = 2 }]", [None, {"a": 1}, {"a": 2}]),
        (
            'type = map(object({ o = optional(object({ q = optional(string, "q") }), {}) }))',
            "{ k = {} }",
            {"k": {"o": {"q": "q"}}},
        ),
        ('type = set(object({ a = optional(string, "d") }))', '[{}, { a = "d" }]', [{"a": "d"}]),
        ("type = list(any)", '[1, "x"]', ["1", "x"]),
        ('default = "d"\n  nullable = false', "null", "d"),
    ],
)
def test_defaults_within_types(tmp_path: Path, declared: str, given: str, value: object) -> None:
    files = {
        "main.tf": f'module "m" {{\n  source = "./m"\n  v      = {given}\n}}\noutput "o" {{\n  value = module.m.v\n}}\n',
        "m/main.tf": f'variable "v" {{\n  {declared}\n}}\noutput "v" {{\n  value = var.v\n}}\n',
    }
    found = root(tmp_path, files)
    assert plain(found.outputs()["o"]) == value
    assert summaries(found) == []
