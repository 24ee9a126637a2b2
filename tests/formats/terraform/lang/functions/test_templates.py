"""Template files, template strings and the functions of Terraform's own provider, inside of expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.formats.terraform.lang.asking import Names, attribute_of, vague

from sparekey.formats.terraform.lang.evaluate import evaluate
from sparekey.formats.terraform.lang.function import Surroundings
from sparekey.formats.terraform.lang.go_text import identifier
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING
from sparekey.formats.terraform.lang.values import EvaluationError, Source, Value, text
from sparekey.formats.terraform.modules.surroundings import Folder
from sparekey.formats.terraform.syntax.read import expression

NAMES: Mapping[str, Value] = {
    "greeting": text("Hi ${name}!"),
    "branch": text("%{ if false }${missing}%{ endif }"),
    "again": text("${templatestring(a, {})}"),
    "reader": text("${file(a)}"),
    "broken": text("${nope"),
    "id": attribute_of("azuread_group.a"),
    "u": vague(STRING),
}
FILES: Mapping[str, str] = {
    "greet.tftpl": "Hi ${name}, %{ if admin }admin%{ else }guest%{ endif }",
    "list.tftpl": "${items}",
    "null.tftpl": "${a}",
    "self.tftpl": '${templatefile("greet.tftpl", {})}',
    "doc.json": '{"name": "x", "members": ["${id}", "Guests"]}',
}


@dataclass(slots=True)
class Placed(Names):
    """Names in a folder with templates."""

    folder: Path = Path()

    @property
    def surroundings(self) -> Surroundings:
        return Folder(self.folder, self.folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    return tmp_path


def ask(written: str, folder: Path) -> Value:
    return evaluate(expression(written, "test.tf"), Placed(NAMES, folder=folder))


def held(value: Value) -> set[Source | None]:
    """The attributes that certainly stand in an unknown."""
    assert value.unknown is not None
    return {part.unknown.is_ for part in value.unknown.holds if part.unknown is not None}


def words(written: str, folder: Path) -> str:
    with pytest.raises(EvaluationError) as caught:
        ask(written, folder)
    return f"{caught.value.summary}: {caught.value.detail}"


@pytest.mark.parametrize(
    "written, expected",
    [
        ('templatefile("greet.tftpl", {name = "Bo", admin = true})', "Hi Bo, admin"),
        ('templatestring(greeting, {name = "Bo", unused = 1})', "Hi Bo!"),
        ("templatestring(greeting, {name = 1.50})", "Hi 1.5!"),
        (
            'provider::terraform::encode_expr({"a b" = 1, x = [{b = null}, "$${y}"]})',
            '{\n  "a b" = 1\n  x = [{\n    b = null\n  }, "$${y}"]\n}',
        ),
        ("provider::terraform::encode_tfvars({b = true, a = {c = [1]}})", "a = {\n  c = [1]\n}\nb = true\n"),
    ],
)
def test_values(written: str, expected: str, folder: Path) -> None:
    assert ask(written, folder).content == expected


def test_a_template_of_one_interpolation_keeps_its_type(folder: Path) -> None:
    value = ask('templatefile("list.tftpl", {items = [1, 2]})', folder)
    assert isinstance(value.content, tuple)
    assert len(value.content) == 2


@pytest.mark.parametrize(
    "written, expected",
    [
        ('templatefile("greet.tftpl", {name = "Bo"})', 'vars map does not contain key "admin", referenced at greet.tftpl:1,'),
        ('templatefile("greet.tftpl", {"bad name" = 1})', 'invalid template variable name "bad name"'),
        ('templatefile("greet.tftpl", ["a"])', "invalid vars value: must be a map"),
        ('templatefile("none.tftpl", {})', 'no file exists at "none.tftpl"'),
        ('templatefile("null.tftpl", {a = null})', "Template result is null"),
        ('templatefile("self.tftpl", {})', "cannot recursively call templatefile"),
        ("templatestring(branch, {})", 'does not contain key "missing"'),
        ('templatestring(again, {a = "x"})', "cannot recursively call templatestring"),
        ('templatestring(reader, {a = "x"})', "cannot use filesystem access functions like file"),
        ("templatestring(broken, {})", "Invalid template"),
        ('templatestring("x", {})', "does not support providing a literal template"),
        ('templatestring("${greeting}", {})', "without any template interpolation syntax"),
        ('templatestring("a${greeting}", {})', "consider using a plain template string expression"),
        ("templatestring(upper(greeting), {})", "must be a direct reference to a single string"),
        ("templatestring(greeting, {name = null})", "Cannot include a null value"),
        ('provider::terraform::decode_tfvars("a = b")', "Variables not allowed"),
        ('provider::terraform::decode_tfvars("a = try(1)")', "Function calls not allowed"),
        ('provider::terraform::decode_tfvars("a {}")', "invalid tfvars content"),
        ('provider::terraform::encode_tfvars({"a b" = 1})', 'invalid variable name "a b"'),
        ("provider::terraform::encode_tfvars([1])", "must be an object"),
    ],
)
def test_refusals(written: str, expected: str, folder: Path) -> None:
    assert expected in words(written, folder)


def test_an_unknown_variable_leaves_the_rest(folder: Path) -> None:
    value = ask('templatefile("greet.tftpl", {name = id, admin = true})', folder)
    assert value.type == STRING
    assert value.unknown is not None
    assert value.unknown.refinement.prefix == "Hi "
    assert held(value) == {Source("azuread_group.a", "id")}


def test_unknown_variables_or_paths_make_it_wholly_unknown(folder: Path) -> None:
    assert ask("templatefile(u, {})", folder).type == DYNAMIC


def test_marks_of_variables_stay(folder: Path) -> None:
    value = ask('templatefile("greet.tftpl", {name = sensitive("S"), admin = true})', folder)
    assert value.content == "Hi S, admin"
    assert value.marks == {"sensitive"}


def test_an_id_in_a_decoded_template_is_traced(folder: Path) -> None:
    value = ask('jsondecode(templatefile("doc.json", {id = id})).members', folder)
    assert value.unknown is not None
    assert value.unknown.beyond, "Guests may name something"
    assert held(value) == {Source("azuread_group.a", "id")}


def test_a_template_outside_is_unknown(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "x").write_text("secret")
    value = ask(f'templatefile("{other}/x", {{}})', folder)
    assert value.unknown is not None
    assert "outside" in value.unknown.why.reason


@pytest.mark.parametrize(
    "name, expected",
    [
        ("a-b", True),
        ("\u00e9_1", True),
        ("1a", False),
        ("", False),
        ("a b", False),
        ("_a", True),
        ("-a", False),
        ("\u2118x", True),
        ("a\u00b7b", True),
        ("\u0663a", False),
    ],
)
def test_identifiers(name: str, *, expected: bool) -> None:
    assert identifier(name) is expected
