"""Which files are deployments of which template: every parameter file is an alternative, and none is added to another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from sparekey.formats.arm import FORMAT
from sparekey.model.declaration import Document
from sparekey.model.problem import Problem
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Span
from sparekey.model.value import Known, Unknown

VAULTS = "Microsoft.KeyVault/vaults"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
PARAMETERS = SCHEMA.replace("deploymentTemplate", "deploymentParameters")


def template(parameters: Mapping[str, object], *more: object, value: str = "[parameters('p')]") -> str:
    vault = {"type": VAULTS, "apiVersion": "2023-07-01", "name": "kv", "properties": {"v": value}}
    top = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "parameters": parameters, "resources": [vault, *more]}
    return json.dumps(top, indent=2)


def given(**values: object) -> str:
    held = {name: {"value": value} for name, value in values.items()}
    return json.dumps({"$schema": PARAMETERS, "contentVersion": "1.0.0.0", "parameters": held})


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def read(
    folder: Path, *names: str, handed: tuple[str, ...] = (), named: tuple[str, ...] = ()
) -> tuple[dict[str, Document], dict[str, Problem]]:
    """The documents by deployment and the problems by file, of the files with these names."""
    files = [SourceFile(path=folder / name, name=name, named=name in named) for name in sorted({*names, *named})]
    claimed = [file for file in files if FORMAT.claims(file, file.head())]
    parameters = tuple(SourceFile(path=folder / name, name=name, named=True) for name in handed)
    reading = Reading(mapped=frozenset({VAULTS}), scan_root=folder, parameters=parameters)
    found = [*FORMAT.read_folders(claimed, reading, replaced=frozenset())]
    documents = [one for one in found if isinstance(one, Document)]
    return {one.deployment: one for one in documents}, {one[0].name: one[1] for one in found if isinstance(one, tuple)}


def values(documents: Mapping[str, Document]) -> dict[str, object]:
    found = {}
    for name, document in documents.items():
        for declaration in document.declarations:
            value = declaration.body.get("properties", "v")
            found[name] = value.value if isinstance(value, Known) else value.reason
    return found


STRING = {"p": {"type": "string"}}
DEFAULT = {"p": {"type": "string", "defaultValue": "d"}}


@pytest.mark.parametrize(
    "files,deployments",
    [
        ({}, {"main.json": "d"}),
        ({"main.parameters.json": given(p="a")}, {"main.json+main.parameters.json": "a"}),
        (
            {"main.parameters.dev.json": given(p="a"), "main.parameters.prod.json": given(p="b")},
            {"main.json+main.parameters.dev.json": "a", "main.json+main.parameters.prod.json": "b"},
        ),
        ({"main-prod.parameters.json": given(p="b")}, {"main.json+main-prod.parameters.json": "b"}),
        ({"parameters/main.json": given(p="c")}, {"main.json+parameters/main.json": "c"}),
        ({"other.json": "{}", "other.parameters.json": given(p="x")}, {"main.json": "d"}),
        # A deployment of this template with them would be refused.
        ({"main.parameters.json": given(p="a", q="b")}, {"main.json": "what does main.parameters.json give for parameter p?"}),
        # It may belong to something else: every parameter has a default.
        ({"prod.parameters.json": given(p="a")}, {"main.json": "what does prod.parameters.json give for parameter p?"}),
    ],
)
def test_each_parameter_file_beside_a_template_is_a_deployment(
    tmp_path: Path, files: Mapping[str, str], deployments: Mapping[str, str]
) -> None:
    write(tmp_path, {"main.json": template(DEFAULT), **files})
    found, problems = read(tmp_path, "main.json")
    assert (values(found), problems) == (deployments, {})


def test_a_file_without_the_templates_name_is_its_own_where_it_gives_all_that_is_needed(tmp_path: Path) -> None:
    parameters = {**STRING, "q": {"type": "int", "defaultValue": 1}, "n": {"type": "string", "nullable": True}}
    write(tmp_path, {"main.json": template(parameters), "prod.parameters.json": given(p="a"), "dev.parameters.json": given(q=2)})
    found, _ = read(tmp_path, "main.json")
    assert values(found) == {"main.json+prod.parameters.json": "a"}


def test_files_that_are_handed_over_go_before_those_beside_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "infra/main.json": template(DEFAULT),
            "infra/main.parameters.json": given(p="beside"),
            "infra/none.json": template({}, value="x"),
            "a.json": given(p="a"),
            "b.json": given(P="b"),
        },
    )
    found, problems = read(tmp_path, "infra/main.json", "infra/none.json", handed=("a.json", "b.json"))
    assert values(found) == {"infra/main.json+a.json": "a", "infra/main.json+b.json": "b", "infra/none.json": "x"}
    assert problems == {}


def test_a_handed_file_that_nothing_takes_is_told_with_what_is_too_much(tmp_path: Path) -> None:
    write(tmp_path, {"main.json": template(DEFAULT), "a.json": given(p="a", strange="b"), "b.json": "[]", "c.json": "{}"})
    found, problems = read(tmp_path, "main.json", handed=("a.json", "b.json", "c.json"))
    assert values(found) == {"main.json": "what does a.json give for parameter p?"}
    assert {name: (one.kind, one.blame) for name, one in problems.items()} == {
        "a.json": ("no-template", "user"),
        "b.json": ("not-a-template", "user"),
        "c.json": ("no-parameters", "user"),
    }
    assert "strange" in problems["a.json"].message


def test_a_parameter_file_alone_is_no_template(tmp_path: Path) -> None:
    write(tmp_path, {"x.json": given(q="a"), "main.json": template(STRING), "main.parameters.json": given(p="a")})
    _, problems = read(tmp_path, "main.json", named=("x.json", "main.parameters.json"))
    assert {name: one.kind for name, one in problems.items()} == {"x.json": "no-template"}
    assert "--parameters" in problems["x.json"].message


@pytest.mark.parametrize("type_", ["string", "securestring"])
def test_a_parameter_that_nobody_gives_is_asked_for_where_it_is_declared(tmp_path: Path, type_: str) -> None:
    text = template({"other": {"type": "int"}, "p": {"type": type_}})
    write(tmp_path, {"main.json": text})
    found, _ = read(tmp_path, "main.json")
    (declaration,) = found["main.json"].declarations
    value = declaration.body.get("properties", "v")
    assert isinstance(value, Unknown)
    assert isinstance(value.at, Span)
    assert '"p": {' in text.split("\n")[value.at.start_line - 1]
    assert ("--parameters" in value.how) == (type_ == "string")
    assert value.how


@pytest.mark.parametrize(
    "text",
    ["#{vault}#", "__Vault_Name__", "kv-$(env)", "${{ parameters.x }}", "{{ x }}", "<your name>", "GEN-UNIQUE-8", "GET-PREREQ-x"],
)
def test_what_a_pipeline_writes_over_is_not_known(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"main.json": template(STRING), "main.parameters.json": given(p=text)})
    found, _ = read(tmp_path, "main.json")
    assert [*values(found).values()] == [f"what is deployed instead of {'$(env)' if 'env' in text else text}?"]


def test_a_template_that_another_one_deploys_is_read_there(tmp_path: Path) -> None:
    link = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "inner",
        "properties": {"mode": "Incremental", "templateLink": {"relativePath": "inner.json"}},
    }
    write(tmp_path, {"main.json": template(DEFAULT, link), "inner.json": template(DEFAULT, link | {"name": "again"})})
    found, _ = read(tmp_path, "main.json", "inner.json")
    assert set(found) == {"main.json"}
    found, _ = read(tmp_path, "main.json", named=("inner.json",))
    assert set(found) == {"main.json", "inner.json"}


@pytest.mark.parametrize(
    "top,words",
    [
        (
            {
                "$schema": "https://x/schemas/buildingBlocks.json",
                "parameters": {"buildingBlocks": {"value": [{"type": "VirtualMachine"}]}},
            },
            "building blocks",
        ),
        ({"parameters": {"buildingBlocks": {"value": [{"type": "VirtualMachine"}]}}}, "building blocks"),
        ({"kind": "template", "properties": {"template": {"resources": [{"type": VAULTS}]}}}, "an artifact of a blueprint"),
        ({"properties": {"mainTemplate": {"resources": [{"type": VAULTS}]}}}, "a template spec"),
        ({"id": "/subscriptions/x/y", "type": VAULTS, "properties": {}}, "a resource as the service prints it"),
    ],
)
def test_what_deploys_to_azure_and_is_no_template_is_named(tmp_path: Path, top: object, words: str) -> None:
    write(tmp_path, {"x.json": json.dumps(top)})
    found, problems = read(tmp_path, "x.json")
    document = found["x.json"]
    assert problems == {}
    assert document.declarations == ()
    assert sum(document.unmapped.values()) == 1
    assert document.partial
    (problem,) = document.problems
    assert problem.kind == "not-an-arm-template"
    assert problem.incomplete
    assert f"not an ARM template but {words}" in problem.message


def test_what_names_no_type_that_matters_leaves_no_gap(tmp_path: Path) -> None:
    write(tmp_path, {"x.json": json.dumps({"id": "/subscriptions/x", "type": "Microsoft.Web/sites", "properties": {}})})
    found, _ = read(tmp_path, "x.json")
    (problem,) = found["x.json"].problems
    assert (problem.incomplete, found["x.json"].partial) == (False, ())


def test_a_template_is_no_parameter_file_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path, {"main.json": template(DEFAULT), "main.params.json": template({"p": {"type": "string"}})})
    assert values(read(tmp_path, "main.json")[0]) == {"main.json": "d"}


def test_a_link_is_no_parameter_file(tmp_path: Path) -> None:
    """It may lead out of what is scanned."""
    write(tmp_path, {"scan/main.json": template(DEFAULT), "outside.json": given(p="outside")})
    (tmp_path / "scan" / "main.parameters.json").symlink_to("../outside.json")
    assert values(read(tmp_path / "scan", "main.json")[0]) == {"main.json": "d"}


def test_of_too_many_parameter_files_those_are_read_that_bear_the_templates_name(tmp_path: Path) -> None:
    many = {f"a{number:02}.parameters.json": given(p="other") for number in range(50)}
    write(tmp_path, {"main.json": template(STRING), "main.parameters.json": given(p="own"), **many})
    found, _ = read(tmp_path, "main.json")
    assert len(found) == 50
    assert values(found)["main.json+main.parameters.json"] == "own"
    told = [problem for document in found.values() for problem in document.problems]
    assert [(one.kind, one.message) for one in told] == [("too-much", "has 1 parameter files more than are read")]


def test_what_is_told_to_be_too_much_is_of_the_template_that_lacks_least(tmp_path: Path) -> None:
    far, near = template({}, value="x"), template({"p": {"type": "string"}, "q": {"type": "string"}})
    write(tmp_path, {"a.json": far, "b.json": near, "c.json": far, "x.json": given(p="a", q="b", strange="c")})
    _, problems = read(tmp_path, "a.json", "b.json", "c.json", handed=("x.json",))
    assert problems["x.json"].message.endswith("declares all that it gives (strange)")


def test_templates_that_deploy_each_other_are_all_read(tmp_path: Path) -> None:
    def linking(name: str) -> str:
        link = {"mode": "Incremental", "templateLink": {"relativePath": name}}
        type_ = "Microsoft.Resources/deployments"
        return template(DEFAULT, {"type": type_, "apiVersion": "2022-09-01", "name": "d", "properties": link})

    write(tmp_path, {"a.json": linking("b.json"), "b.json": linking("a.json")})
    found, _ = read(tmp_path, "a.json", "b.json")
    assert set(found) == {"a.json", "b.json"}


def test_of_too_many_linked_templates_the_rest_is_a_gap(tmp_path: Path) -> None:
    links = [
        {
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2022-09-01",
            "name": f"d{number}",
            "properties": {"mode": "Incremental", "templateLink": {"relativePath": f"{number}.json"}},
        }
        for number in range(1020)
    ]
    write(tmp_path, {"main.json": template(DEFAULT, *links), **{f"{number}.json": template(DEFAULT) for number in range(1020)}})
    found = read(tmp_path, "main.json")[0]["main.json"]
    assert len(found.declarations) == 1000
    assert found.partial
    assert {problem.kind for problem in found.problems} == {"too-much"}


def test_a_template_that_is_handed_over_is_no_parameter_file(tmp_path: Path) -> None:
    write(tmp_path, {"main.json": template(STRING), "other.json": template({})})
    for name in ("main.json", "other.json"):
        documents, problems = read(tmp_path, "main.json", handed=(name,))
        assert [*documents] == ["main.json"]
        assert problems[name].kind == "no-parameters"
        assert problems[name].message == "is no parameter file: it is a template: name it as what is to be checked"


@pytest.mark.parametrize("handed", [True, False])
@pytest.mark.parametrize("entry", ["true", '"x"', "{}", '{"valeu": 1}', "null", "[1]"])
def test_a_parameter_without_a_value_is_told_where_it_stands(tmp_path: Path, entry: str, *, handed: bool) -> None:
    text = f'{{"$schema": "{PARAMETERS}",\n "parameters": {{\n  "p": {entry}\n }}\n}}'
    write(tmp_path, {"main.json": template(DEFAULT), "main.parameters.json": text})
    documents, problems = read(tmp_path, "main.json", handed=("main.parameters.json",) if handed else ())
    assert not problems
    (document,) = documents.values()
    (told,) = document.problems
    assert (told.kind, told.incomplete) == ("no-parameters", True)
    assert told.message.startswith("gives no value for p: ")
    assert isinstance(told.at, Span)
    assert (told.at.file, told.at.start_line) == ("main.parameters.json", 3)
    # Nor is it the default that is deployed.
    assert values(documents) == {"main.json+main.parameters.json": "what is parameter p given?"}


def test_values_at_the_top_of_a_file_are_taken_as_the_azure_cli_takes_them(tmp_path: Path) -> None:
    write(
        tmp_path, {"main.json": template(STRING), "p.json": '{"P": {"value": "a"}}', "no.json": '{"P": "a"}', "empty.json": "{}"}
    )
    documents, problems = read(tmp_path, "main.json", handed=("p.json",))
    assert (values(documents), problems) == ({"main.json+p.json": "a"}, {})
    for name in ("no.json", "empty.json"):
        _, problems = read(tmp_path, "main.json", handed=(name,))
        assert problems[name].message == "is no parameter file: it holds no parameters"
