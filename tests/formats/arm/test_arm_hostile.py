"""Templates that are made to explode: what they cost is bounded and named, with its place, and what stands beside them is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.arm import FORMAT
from sparekey.formats.arm.language.compare import same
from sparekey.formats.arm.language.evaluate import Evaluator
from sparekey.formats.arm.language.function import weight
from sparekey.formats.arm.language.values import MOST_SOURCES, Budget, Later, Source, TooMuchError, Value, laters, merged, opened
from sparekey.formats.arm.template.deployment import Deployment
from sparekey.formats.arm.template.expand import expand
from sparekey.formats.arm.template.scopes import anywhere
from sparekey.formats.arm.template.session import Session
from sparekey.formats.arm.template.world import World
from sparekey.model.declaration import Document
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Span
from sparekey.model.value import Known, Unknown
from sparekey.reading import holds

VAULTS = "Microsoft.KeyVault/vaults"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
E = "variables('e')"
NEST = "reduce(range(0, 90), createArray(1), lambda('a', 'b', createArray(lambdaVariables('a'), lambdaVariables('a'))))"


def template(*resources: object, **members: object) -> dict[str, object]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **members, "resources": [*resources]}


def vault(name: str = "kv", **properties: object) -> dict[str, object]:
    return {"type": VAULTS, "apiVersion": "2023-07-01", "name": name, "properties": properties}


def file(tmp_path: Path, text: str) -> SourceFile:
    path = tmp_path / "main.json"
    path.write_text(text)
    return SourceFile(path=path, name="main.json")


def read(tmp_path: Path, top: dict[str, object]) -> Document:
    one = file(tmp_path, json.dumps(top, indent=1))
    assert FORMAT.claims(one, one.head())
    found = FORMAT.read(one, Reading(mapped=frozenset({VAULTS}), scan_root=tmp_path))
    assert isinstance(found, Document)
    return found


def value(found: Document, name: str, key: str) -> object:
    (one,) = [each for each in found.declarations if each.head.address == f"{VAULTS}/{name}"]
    held = one.body.get("properties", key)
    return held.value if isinstance(held, Known) else held


BOMBS = {
    "a text as long as the file, over and over": (
        "map(range(0, 10000), lambda('a', length(variables('e'))))",
        {"e": "é" * 1_000_000},
    ),
    "places in a text": ("map(range(0, 10000), lambda('a', indexOf(variables('e'), 'q')))", {"e": "é" * 1_000_000}),
    "texts that are kept": ("map(range(0, 10000), lambda('a', trim(variables('e'))))", {"e": " " + "é" * 1_000_000}),
    "a format of formats": (f"format('{'{0}' * 30_000}', variables('e'))", {"e": "x" * 100_000}),
    "base64 of base64": ("base64(" * 80 + "'x'" + ")" * 80, {}),
    "lists of lists joined": (f"concat({', '.join(['range(0, 10000)'] * 300)})", {}),
    "lists of lists flattened": ("flatten(createArray(" + ", ".join([E] * 3000) + "))", {"e": "[range(0, 10000)]"}),
    "a value within itself as text": (f"string({NEST})", {}),
    "two values within themselves compared": (
        "map(range(0, 1000), lambda('a', equals(variables('e'), variables('f'))))",
        {"e": f"[{NEST}]", "f": f"[{NEST}]"},
    ),
    "JSON of loose texts": ("map(range(0, 1000), lambda('a', json(variables('e'))))", {"e": "{a:[" + "'a'," * 100_000 + "1]}"}),
    "an id of a long name": ("map(range(0, 10000), lambda('a', resourceId('a/b', variables('e'))))", {"e": "x" * 4_000_000}),
    "a list of unknowns": (
        "map(range(0, 10000), lambda('a', string(variables('l'))))",
        {"copy": [{"name": "l", "count": 800, "input": "[reference(string(copyIndex('l'))).x]"}]},
    ),
    "what is seen of a resource, within itself": ("reference('deep').v", {}),
    "arguments by the million": ("concat(" + ", ".join([E] * 200_000) + ")", {"e": "x"}),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_an_expression_that_explodes_is_named_where_it_stands(tmp_path: Path, kind: str) -> None:
    expression, variables = BOMBS[kind]
    deep = vault("deep", v=f"[{NEST}]")
    found = read(tmp_path, template(deep, vault("bad", v=f"[{expression}]"), vault("kept", v="[add(1, 2)]"), variables=variables))
    assert value(found, "kept", "v") == 3
    assert isinstance(value(found, "bad", "v"), Unknown)
    (problem,) = found.problems
    assert problem.kind == "too-much"
    assert problem.incomplete
    assert isinstance(problem.at, Span)
    lines = (tmp_path / "main.json").read_text().split("\n")
    assert '"name": "bad"' in "".join(lines[problem.at.start_line - 1 :][:4])
    assert found.partial


@pytest.mark.parametrize("count", [10, 300])
def test_something_is_left_for_others_however_many_explode(tmp_path: Path, count: int) -> None:
    bad = [vault(f"bad{each}", v="[map(range(0, 10000), lambda('a', range(0, 10000)))]") for each in range(count)]
    found = read(tmp_path, template(*bad, vault("kept", v="[add(1, 2)]")))
    assert isinstance(value(found, "bad0", "v"), Unknown)
    kept = value(found, "kept", "v")
    assert kept == 3 or (count > 20 and isinstance(kept, Unknown))


@pytest.mark.parametrize(
    "resources",
    [
        [
            {
                **vault("bad", v={f"m{each}": {"a": "b"} for each in range(3000)}),
                "name": "[string(copyIndex())]",
                "copy": {"name": "l", "count": 800},
            }
        ],
        [{**vault("bad"), **{f"m{each}": each for each in range(300)}}],
        [vault("bad", copy=[{"name": f"l{each}", "count": 800, "input": {"a": {"b": [1, 2, 3]}}} for each in range(400)])],
    ],
    ids=["properties", "members", "loops"],
)
def test_wide_resources_are_bounded(tmp_path: Path, resources: list[object]) -> None:
    found = read(tmp_path, template(vault("kept", v="[add(1, 2)]"), *resources))
    assert value(found, "kept", "v") == 3
    assert {problem.kind for problem in found.problems} == {"too-much"}


def test_no_gap_hides_behind_fifty_others(tmp_path: Path) -> None:
    links = [
        {
            "type": "Microsoft.Resources/deployments",
            "name": f"l{each}",
            "properties": {"templateLink": {"uri": f"https://x.example/{each}.json"}},
        }
        for each in range(60)
    ]
    found = read(tmp_path, template(*links, *[{"type": 5}] * 70, vault("kept")))
    told = sorted((problem.kind, problem.incomplete) for problem in found.problems)
    assert told == [("linked-template", False)] * 50 + [("malformed-resource", True)] * 50
    ends = sorted(problem.message[-20:] for problem in found.problems if "more of this kind" in problem.message)
    assert ends == ["10 more of this kind", "20 more of this kind"]


# --- what says that a file is a template ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"metadata": {"x": "y" * 100_000}, **template(vault("far"))}),
        json.dumps({"x": "y" * 100_000, "contentVersion": "1.0.0.0", "resources": [vault("far")]}),
        "/* a */" + " \n" * 100_000 + json.dumps(template(vault("far"))),
        f"{{'$schema': '{SCHEMA}', 'contentVersion': '1.0.0.0', 'resources': [{json.dumps(vault('far'))}]}}",
        f"{{contentVersion: '1.0.0.0', resources: [{json.dumps(vault('far'))}]}}",
    ],
    ids=["late schema", "late contentVersion", "late begin", "single quotes", "bare keys"],
)
def test_no_template_hides_behind_its_spelling(tmp_path: Path, text: str) -> None:
    one = file(tmp_path, text)
    assert FORMAT.claims(one, one.head())
    (found,) = FORMAT.read_folders([one], Reading(mapped=frozenset({VAULTS}), scan_root=tmp_path), replaced=frozenset())
    assert isinstance(found, Document)
    assert [each.head.address for each in found.declarations] == [f"{VAULTS}/far"]


@pytest.mark.parametrize(
    "top",
    [
        {"x": "y" * 100_000, "policy": template(vault("far"))},
        {"format_version": "1.2", "x": "y" * 100_000, "y": json.dumps(template())},
        [{"x": "y" * 100_000}, template()],
        {"$schema": "https://x.example/y.json", "x": "y" * 100_000, "contentVersion": "1", "resources": []},
    ],
)
def test_a_large_file_with_a_template_in_it_is_none(tmp_path: Path, top: object) -> None:
    one = file(tmp_path, json.dumps(top))
    assert not FORMAT.claims(one, one.head())


def test_an_unread_file_is_searched_for_every_type(tmp_path: Path) -> None:
    types = [
        VAULTS,
        "Microsoft.KeyVault/vaults/secrets",
        "Microsoft.AAD/domainServices",
        "azuread_user",
        "azuread_group",
        "short",
        "v1/Pod",
    ]
    path = tmp_path / "x"
    for name in types:
        path.write_text(f"microsoft.keyvault {name.upper()}")
        assert holds(path, [name])
        assert holds(path, types)
        path.write_bytes(name.swapcase().encode("utf-16"))
        assert holds(path, types)
        path.write_text(name[:-1])
        assert not holds(path, [name])


# --- the account of work ----------------------------------------------------------------------------------------------


def test_half_of_what_is_left_is_always_left() -> None:
    budget = Budget()
    for _ in range(100):
        before = budget.left
        with budget.half(), pytest.raises(TooMuchError):
            budget.spend(before)
        assert budget.left == before - before // 2
    assert budget.floor == 0


@given(st.lists(st.integers(0, 500), max_size=30))
def test_work_is_told_before_more_is_done(sizes: list[int]) -> None:
    spent: list[int] = []
    held: list[Value] = [[*range(size)] for size in sizes]
    assert laters(held, spent.append) == []
    assert sum(spent) <= (sum(sizes) + len(sizes)) // 8 + 1
    assert all(one <= 500 // 8 + 64 for one in spent)
    assert same(held, held, spent.append)


def test_an_unknown_of_too_many_sources_may_come_from_others_as_well() -> None:
    one = merged([Later("x", (Source(str(each)),)) for each in range(MOST_SOURCES)])
    assert (len(one.sources), one.hidden) == (MOST_SOURCES, False)
    more = merged([one, Later("x", (Source("y"),))])
    assert (len(more.sources), more.hidden) == (MOST_SOURCES, True)


def test_a_property_of_a_very_long_name_comes_from_somewhere() -> None:
    asked = Later("x", (Source("a", "properties"),), exact=True, pattern="{p}").member("y" * 5000)
    assert (asked.exact, asked.hidden, asked.pattern) == (False, True, "")
    assert asked.sources == (Source("a", "properties"),)


def test_what_stands_in_a_value_often_is_opened_as_often() -> None:
    budget = Budget(left=10_000)
    deep: list[object] = []
    for _ in range(60):
        deep = [deep, deep]
    with pytest.raises(TooMuchError):
        opened(deep, Later("x"), budget.spend)  # type: ignore[arg-type]


def test_arguments_weigh_what_it_takes_to_go_through_them() -> None:
    assert weight(["a" * 640]) < weight(["é" * 640])
    assert weight([[1] * 3200]) >= 100
    assert weight(["a"] * 400) >= 100
    assert 1 <= weight(["a", 1]) <= 2


def test_types_are_found_among_thousands_and_a_circle_of_them_ends() -> None:
    types = {f"T{each}": {"$ref": f"#/definitions/t{(each + 1) % 2000}"} for each in range(2000)}
    top = template(languageVersion="2.0", definitions=types, parameters={"p": {"$ref": "#/definitions/t7", "defaultValue": 1}})
    deployment = Deployment(session=Session(strict=False), top=top, name="d", target=anywhere("resourceGroup"))
    expand(deployment)
    with pytest.raises(Exception, match="refers to itself"):
        Evaluator(World(template=deployment), Budget()).text("[parameters('p')]")


# --- many files -------------------------------------------------------------------------------------------------------


def test_parameter_files_beside_a_large_template_are_read_up_to_a_number_of_resources(tmp_path: Path) -> None:
    loop = {**vault("[concat(parameters('n'), copyIndex())]"), "copy": {"name": "l", "count": 800}}
    top = template(*[loop] * 7, parameters={"n": {"type": "string"}})
    one = file(tmp_path, json.dumps(top))
    for each in range(5):
        values = {"contentVersion": "1.0.0.0", "parameters": {"n": {"value": f"kv{each}"}}}
        (tmp_path / f"main.parameters.{each}.json").write_text(json.dumps(values))
    found = [*FORMAT.read_folders([one], Reading(mapped=frozenset({VAULTS}), scan_root=tmp_path), replaced=frozenset())]
    documents = [each for each in found if isinstance(each, Document)]
    assert [len(each.declarations) for each in documents] == [5600, 5600]
    (problem,) = documents[0].problems
    assert (problem.kind, problem.incomplete) == ("too-much", True)
    assert "3 of them are not read" in problem.message


def test_links_through_symbolic_links_in_a_circle_are_named(tmp_path: Path) -> None:
    (tmp_path / "loop.json").symlink_to("loop.json")
    (tmp_path / "out.json").symlink_to("/etc/hostname")
    links = [
        {"type": "Microsoft.Resources/deployments", "name": name, "properties": {"templateLink": {"relativePath": name}}}
        for name in ("loop.json", "out.json", "loop.json/../x.json", "\0", "x" * 5000)
    ]
    found = read(tmp_path, template(*links, vault("kept", v="[add(1, 2)]")))
    assert value(found, "kept", "v") == 3
    assert [problem.kind for problem in found.problems] == ["linked-template"] * 5
    assert all(problem.incomplete for problem in found.problems)


def test_of_very_many_allowed_values_none_is_said(tmp_path: Path) -> None:
    for count in (1000, 1001):
        parameters = {"p": {"type": "string", "allowedValues": [f"a{each}" for each in range(count)]}}
        held = value(read(tmp_path, template(vault("kv", v="[parameters('p')]"), parameters=parameters)), "kv", "v")
        assert isinstance(held, Unknown)
        assert (held.limits is not None) == (count == 1000)


def test_a_value_within_itself_is_held_against_its_type_within_bounds(tmp_path: Path) -> None:
    types: dict[str, object] = {
        f"t{each}": {"type": "array", "items": {"$ref": f"#/definitions/t{each + 1}"}} for each in range(100)
    }
    types["t100"] = {"type": "array"}
    parameters = {"p": {"$ref": "#/definitions/t0", "defaultValue": f"[{NEST}]"}}
    bad = vault("bad", v="[parameters('p')]")
    found = read(
        tmp_path, template(bad, vault("kept", v="[add(1, 2)]"), languageVersion="2.0", definitions=types, parameters=parameters)
    )
    assert value(found, "kept", "v") == 3
    assert isinstance(value(found, "bad", "v"), Unknown)
    assert [problem.kind for problem in found.problems] == ["too-much"]
