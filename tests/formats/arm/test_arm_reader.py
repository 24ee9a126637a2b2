"""ARM templates: what is written is read with its exact place, and what is computed is unknown, never guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.arm import FORMAT
from sparekey.formats.arm.siblings import given_beside
from sparekey.model.declaration import Declaration, Document
from sparekey.model.problem import Problem
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Span
from sparekey.model.value import Known, Limits, Unknown

VAULTS = "Microsoft.KeyVault/vaults"
MAPPED = frozenset(
    {VAULTS, "Microsoft.KeyVault/vaults/secrets", "Microsoft.AAD/domainServices", "azuread_user", "apps/Deployment"}
)
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def template(*resources: object, **members: object) -> str:
    return json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", **members, "resources": list(resources)}, indent=2)


def vault(name: str = "kv", **members: object) -> dict[str, object]:
    return {"type": VAULTS, "apiVersion": "2023-07-01", "name": name, "location": "westeurope", "properties": {}, **members}


def read(tmp_path: Path, text: str | bytes) -> Document | Problem:
    path = tmp_path / "main.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    file = SourceFile(path=path, name="infra/main.json")
    assert FORMAT.claims(file, file.head()), "not claimed"
    return FORMAT.read(file, Reading(mapped=MAPPED))


def document(tmp_path: Path, text: str | bytes) -> Document:
    found = read(tmp_path, text)
    assert isinstance(found, Document), found
    return found


def only(found: Document) -> Declaration:
    (declaration,) = found.declarations
    return declaration


# --- recognition ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scope",
    ["deploymentTemplate", "subscriptionDeploymentTemplate", "managementGroupDeploymentTemplate", "tenantDeploymentTemplate"],
)
@pytest.mark.parametrize("end", ["", "#"])
def test_templates_of_every_scope_are_claimed(tmp_path: Path, scope: str, end: str) -> None:
    text = template(vault()).replace(SCHEMA, f"https://schema.management.azure.com/schemas/2019-08-01/{scope}.json{end}")
    assert only(document(tmp_path, text)).type == VAULTS


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(
            {"$schema": SCHEMA.replace("deploymentTemplate", "deploymentParameters"), "contentVersion": "1", "parameters": {}}
        ),
        json.dumps(
            {
                "properties": {
                    "policyRule": {"then": {"details": {"deployment": {"properties": {"template": json.loads(template())}}}}}
                }
            }
        ),
        json.dumps({"format_version": "1.2", "resource_changes": [{"change": {"after": {"template_content": template()}}}]}),
        json.dumps([json.loads(template())]),
        json.dumps({"text": template()}),
        json.dumps({"contentVersion": "1", "parameters": {}}),
        json.dumps({"resources": []}),
        json.dumps({"resources": [{"contentVersion": "1.0.0.0"}]}),
        "{}",
        "",
        "not json: $schema contentVersion",
        '{"$schema": "https://json-schema.org/draft/2020-12/schema", "resources": [], "contentVersion": 1}',
    ],
)
def test_what_only_holds_or_looks_like_a_template_is_not_claimed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    file = SourceFile(path=path, name="x.json")
    assert not FORMAT.claims(file, file.head())


@given(st.binary(max_size=60))
def test_any_bytes_can_be_asked_about(data: bytes) -> None:
    file = SourceFile(path=Path("x.json"), name="x.json")
    FORMAT.claims(file, data)
    FORMAT.claims(file, b'{"$schema": ' + data)


# --- the text ---------------------------------------------------------------------------------------------------------


def test_what_json_does_not_allow_and_people_write(tmp_path: Path) -> None:
    text = (
        '\ufeff// a template\n{ /* of\n many */ "$schema": "' + SCHEMA + '", "contentVersion": "1.0.0.0",\n'
        '"resources": [ {"type": "Microsoft.KeyVault/vaults", "name": "http://not//a/*comment*/", // here\n'
        '  "tags": {"note": "raw\tcontrol\nand \x01 characters"}, "properties": {"enablePurgeProtection": true,},}, ] }\n'
    )
    found = only(document(tmp_path, text))
    assert found.body.text("name") == Known(value="http://not//a/*comment*/", at=_at(text, '"name": "http://not//a/*comment*/"'))
    assert found.body.flag("properties", "enablePurgeProtection") == Known(
        value=True, at=_at(text, '"enablePurgeProtection": true')
    )
    note = found.body.text("tags", "note")
    assert isinstance(note, Known)
    assert note.value == "raw\tcontrol\nand \x01 characters"


def _at(text: str, part: str) -> Span:
    """The place of a part of a text that stands on one line."""
    before = text[: text.index(part)].removeprefix("\ufeff")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Span(file="infra/main.json", start_line=line, start_column=column, end_line=line, end_column=column + len(part) - 1)


def test_utf_16_is_read(tmp_path: Path) -> None:
    assert only(document(tmp_path, template(vault()).encode("utf-16"))).head.address == f"{VAULTS}/kv"


@pytest.mark.parametrize(
    "text, kind",
    [
        (template(vault())[:-40], "truncated-json"),
        (template(vault()) + "}", "bad-json"),
        (template(vault()).replace('"kv"', "kv"), "bad-json"),
        (template(vault()).encode().replace(b"kv", b"k\xff"), "not-utf-8"),
        (template().replace("[]", "[" * 100_000), "too-deep"),
        (template().replace('"resources": []', '"resources": ' + '{"a":' * 100_000 + "1" + "}" * 100_000), "too-deep"),
        (template(vault()) + " " * (17 * 1024 * 1024), "too-large"),
    ],
    ids=["truncated", "more behind", "no quotes", "not utf-8", "open and deep", "deep", "large"],
)
def test_what_cannot_be_read_is_one_named_problem(tmp_path: Path, text: str | bytes, kind: str) -> None:
    found = read(tmp_path, text)
    assert isinstance(found, Problem)
    assert (found.kind, found.blame, found.incomplete) == (kind, "input", True)
    if kind == "bad-json":
        assert isinstance(found.at, Span)


def test_the_last_of_two_equal_keys_counts(tmp_path: Path) -> None:
    text = template(vault()).replace(
        '"properties": {}', '"properties": {"enablePurgeProtection": true, "enablePurgeProtection": false}'
    )
    assert only(document(tmp_path, text)).body.flag("properties", "enablePurgeProtection") == Known(
        value=False, at=_at(text, '"enablePurgeProtection": false')
    )


# --- values -----------------------------------------------------------------------------------------------------------


def value(tmp_path: Path, written: object, parameters: Mapping[str, object] | None = None) -> object:
    found = only(document(tmp_path, template(vault(properties={"v": written}), parameters=parameters or {}))).body.get(
        "properties", "V"
    )
    return found.value if isinstance(found, Known) else found


@pytest.mark.parametrize("written", ["text", "", "[[not an expression]", "[[x", "[x", "x]", " [x]", 1, 1.5, True, None])
def test_literals_are_known(tmp_path: Path, written: object) -> None:
    expected = {"[[not an expression]": "[not an expression]"}.get(str(written), written)
    assert value(tmp_path, written) == expected


@pytest.mark.parametrize(
    "written, expected",
    [
        ("[concat('a', 'b')]", "ab"),
        ("[if(true(), parameters('p'), 1)]", "x"),
        ("[parameters(concat('', 'p'))]", "x"),
        ("[createArray(1, null())[1]]", None),
    ],
)
def test_expressions_are_evaluated(tmp_path: Path, written: str, expected: object) -> None:
    assert value(tmp_path, written, {"p": {"type": "string", "defaultValue": "x"}}) == expected


@pytest.mark.parametrize("written", ["[variables('x')]", "[parameters('p').x]", "[]", "[parameters(parameters('p'))]", "[x]"])
def test_what_the_engine_refuses_is_unknown(tmp_path: Path, written: str) -> None:
    found = value(tmp_path, written, {"p": {"type": "string", "defaultValue": "x"}})
    assert isinstance(found, Unknown)
    assert found.reason.startswith("refused: ")


def test_a_parameter_is_its_default(tmp_path: Path) -> None:
    parameters: dict[str, object] = {
        "p": {"type": "string", "defaultValue": "[parameters('Q')]"},
        "q": {"type": "string", "defaultValue": "there"},
        "computed": {"type": "string", "defaultValue": "[resourceGroup().location]"},
        "none": {"type": "int", "minValue": 2, "maxValue": 5},
        "one": {"type": "string", "allowedValues": ["a", "b"]},
        "hidden": {"type": "secureString", "defaultValue": "hunter2"},
        "round": {"type": "string", "defaultValue": "[parameters('round')]"},
    }
    assert value(tmp_path, "[parameters('p')]", parameters) == "there"
    assert value(tmp_path, "[ PARAMETERS ( 'P' ) ]", parameters) == "there"
    for name, reason, limits in (
        ("computed", "in which region is this deployed?", None),
        ("none", "parameter none has no value", Limits(least=2, most=5)),
        ("one", "parameter one has no value", Limits(one_of=("a", "b"))),
        ("hidden", "sensitive: parameter hidden", None),
        ("round", "refused: the parameter round is made of itself", None),
        ("absent", "refused: there is no parameter absent", None),
    ):
        found = value(tmp_path, f"[parameters('{name}')]", parameters)
        assert isinstance(found, Unknown)
        assert (found.reason, found.limits) == (reason, limits)
        assert "hunter2" not in repr(found)


def test_a_parameter_file_beside_the_template_makes_its_default_doubtful(tmp_path: Path) -> None:
    parameters = {"p": {"type": "bool", "defaultValue": True}, "q": {"type": "bool", "defaultValue": True}}
    (tmp_path / "main.parameters.json").write_text(json.dumps({"contentVersion": "1", "parameters": {"P": {"value": False}}}))
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "other.parameters.json").write_text(json.dumps({"parameters": {"q": {"value": False}}}))
    (tmp_path / "broken.parameters.json").write_text('{"parameters": {"q": ')
    found = value(tmp_path, "[parameters('p')]", parameters)
    assert isinstance(found, Unknown)
    assert "main.parameters.json" in found.reason
    assert value(tmp_path, "[parameters('q')]", parameters) is True
    (tmp_path / "dev.parameters.json").write_text(json.dumps({"parameters": {"q": {"value": False}}}))
    assert isinstance(value(tmp_path, "[parameters('q')]", parameters), Unknown)


@pytest.mark.parametrize(
    "file,text",
    [
        ("parameters/main.json", '{"parameters": {"p": {"value": false}}}'),
        ("arm-params/prod.parameters.json", '{"parameters": {"P": {"value": false}}}'),
        ("prod.json", '{"$schema": "https://x/2019-04-01/deploymentParameters.json#", "parameters": {"p": {"value": false}}}'),
        ("main.bicepparam", "using './main.bicep'\nparam p = false\n"),
    ],
)
def test_a_parameter_file_is_found_by_its_folder_or_by_what_it_holds(tmp_path: Path, file: str, text: str) -> None:
    parameters = {"p": {"type": "bool", "defaultValue": True}}
    assert value(tmp_path, "[parameters('p')]", parameters) is True
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text)
    found = value(tmp_path, "[parameters('p')]", parameters)
    assert isinstance(found, Unknown)
    assert file in found.reason


def test_a_folder_for_parameters_beside_that_of_the_templates(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "parameters").mkdir()
    template_ = folder / "main.json"
    template_.write_text(template(vault()))
    (folder / "net.json").write_text(template())
    (tmp_path / "parameters" / "main.parameters.json").write_text('{"parameters": {"p": {"value": 1}}}')
    (tmp_path / "parameters" / "net.parameters.json").write_text('{"parameters": {"q": {"value": 1}}}')
    assert given_beside(template_, at_top=False) == {"p": "parameters/main.parameters.json"}
    assert given_beside(template_, at_top=True) == {}


def test_loops_over_properties(tmp_path: Path) -> None:
    def held(*loops: object, **beside: object) -> Any:
        return only(document(tmp_path, template(vault(properties={"Copy": list(loops), **beside})))).body

    body = held(
        {"name": "Sets", "count": 2, "input": {"location": "[copyIndex('sets', 1)]", "sku": "x"}},
        {"name": "none", "count": 0, "input": 1},
    )
    sets = body.blocks("properties", "sets").members
    assert [one.number("location").value for one in sets] == [1, 2]
    assert [one.text("sku").value for one in sets] == ["x", "x"]
    assert body.get("properties", "none").value == ()
    assert body.get("properties", "copy").value is None
    assert isinstance(held({"name": "sets", "count": "[length(x)]", "input": 1}).get("properties", "sets"), Unknown)
    assert isinstance(held({"name": "sets", "count": "2", "input": 1}).get("properties", "sets"), Unknown)
    # Of what the name of a loop or of a property hides, nothing can be said to be absent.
    assert isinstance(held({"name": "[x]", "count": 1, "input": 1}, plain=1).get("properties", "any"), Unknown)
    hidden = only(document(tmp_path, template(vault(properties={"[concat(parameters('p'))]": 1, "plain": 1})))).body
    assert isinstance(hidden.get("properties", "any"), Unknown)
    assert hidden.number("properties", "plain") == Known(value=1, at=hidden.get("properties", "plain").at)


def test_lists_within_lists_end(tmp_path: Path) -> None:
    deep: object = 1
    for _ in range(400):
        deep = [deep]
    assert isinstance(value(tmp_path, deep), tuple)


# --- resources --------------------------------------------------------------------------------------------------------


def test_names_and_types_compare_without_case(tmp_path: Path) -> None:
    upper = {"TYPE": "microsoft.keyvault/VAULTS@2023-07-01", "Name": "kv", "PROPERTIES": {"EnablePurgeProtection": True}}
    text = template(upper, {"type": "Microsoft.Web/sites", "name": "w"}).replace('"resources"', '"Resources"')
    found = document(tmp_path, text)
    assert only(found).head.address == f"{VAULTS}/kv"
    assert only(found).body.flag("properties", "enablePurgeProtection").value is True  # type: ignore[union-attr]
    assert dict(found.unmapped) == {"Microsoft.Web/sites": 1}


def test_what_exists_already_is_looked_up(tmp_path: Path) -> None:
    old = vault("old", existing=True, properties={"enablePurgeProtection": True})
    text = json.dumps({"$schema": SCHEMA, "languageVersion": "2.0", "resources": {"a": vault(), "b": old}})
    mine, found = document(tmp_path, text).declarations
    assert (mine.head.address, mine.mode, mine.head.looked_up) == (f"{VAULTS}/kv", "managed", False)
    assert (found.head.address, found.mode, found.head.looked_up) == (f"{VAULTS}/old", "data", True)
    assert isinstance(found.body.text("name"), Known)
    for path in (
        ("properties", "enablePurgeProtection"),
        ("properties", "enableSoftDelete"),
        ("location",),
        ("tags", "sparekey-role"),
    ):
        hidden = found.body.get(*path)
        assert isinstance(hidden, Unknown), path
        assert "old, which is there already" in hidden.reason


def test_children_take_their_parents_name(tmp_path: Path) -> None:
    child = {"type": "secrets", "name": "s", "apiVersion": "1", "properties": {}, "copy": {"name": "ignored", "count": 9}}
    lock = {"type": "Microsoft.Authorization/locks", "name": "l"}
    found = document(tmp_path, template(vault(condition=False, resources=[child, lock])))
    # A condition that switches a resource off does not touch what is nested in it.
    assert only(found).head.address == f"{VAULTS}/secrets/kv/s"
    assert (only(found).head.count.least, only(found).head.count.most) == (1, 1)
    assert dict(found.unmapped) == {"Microsoft.Authorization/locks": 1}


def _lies_in(found: Document, of: str) -> tuple[str, ...]:
    (child,) = (one for one in found.declarations if one.type == f"{VAULTS}/secrets" and of in one.head.address)
    parent = child.body.get("parent_id")
    assert isinstance(parent, Unknown)
    return tuple(ref.to for ref in parent.refs if ref.certain and ref.alone)


@pytest.mark.parametrize(
    "written", ["[format('kv{0}', copyIndex(2))]", "[concat('kv', copyIndex())]", "[parameters('names')[copyIndex()]]"]
)
def test_what_lies_in_a_turn_of_a_loop_finds_its_parent(tmp_path: Path, written: str) -> None:
    loop = {"name": "many", "count": "[parameters('n')]"}
    child = {"type": "secrets", "name": "s", "apiVersion": "1", "properties": {}}
    asked = {"n": {"type": "int"}, "names": {"type": "array"}}
    found = document(tmp_path, template(vault(written, copy=loop, resources=[child]), parameters=asked))
    assert _lies_in(found, "kv" if "kv" in written else "names") == (f"{VAULTS}/{written}",)


def test_what_a_loop_makes_in_something_known_finds_that(tmp_path: Path) -> None:
    loop = {"name": "many", "count": "[parameters('n')]"}
    secrets = {"type": f"{VAULTS}/secrets", "name": "[format('kv/s{0}', copyIndex())]", "properties": {}, "copy": loop}
    found = document(tmp_path, template(vault(), secrets, parameters={"n": {"type": "int"}}))
    assert _lies_in(found, "format") == (f"{VAULTS}/kv",)


@pytest.mark.parametrize("second, offset", [("other", 0), ("many", 0), ("many", 1)])
def test_turns_of_two_loops_and_of_two_offsets_are_not_taken_for_one(tmp_path: Path, second: str, offset: int) -> None:
    """The second loop may run less often, or more often: what it makes lies in something that there need not be."""
    name, inner = "[concat('kv', copyIndex())]", f"[concat('kv', copyIndex({offset or ''}), '/s')]"
    secrets = {
        "type": f"{VAULTS}/secrets",
        "name": inner,
        "properties": {},
        "copy": {"name": second, "count": "[parameters('m')]"},
    }
    vaults = vault(name, copy={"name": "many", "count": "[parameters('n')]"})
    found = document(tmp_path, template(vaults, secrets, parameters={"n": {"type": "int"}, "m": {"type": "int"}}))
    assert _lies_in(found, "copyIndex") == ()


@pytest.mark.parametrize(
    "condition, answer",
    [
        (True, "yes"),
        (None, "yes"),
        ("true", "maybe"),
        ("[not(false())]", "yes"),
        ("[equals(parameters('ask'), true())]", "maybe"),
        ("[parameters('on')]", "yes"),
        ("[parameters('ask')]", "maybe"),
    ],
)
def test_a_condition_that_nobody_knows_makes_it_possible(tmp_path: Path, condition: object, answer: str) -> None:
    parameters = {
        "on": {"type": "bool", "defaultValue": True},
        "off": {"type": "bool", "defaultValue": False},
        "ask": {"type": "bool"},
    }
    found = document(
        tmp_path, template(vault(condition=condition), vault("off", condition="[parameters('off')]"), parameters=parameters)
    )
    assert only(found).head.presence.answer == answer


@pytest.mark.parametrize(
    "count, bounds",
    [
        (1, (1, 1)),
        ("[parameters('ask')]", (2, 5)),
        ("[length(x)]", (0, None)),
        ("3", (0, None)),
        (-1, (0, None)),
    ],
)
def test_a_loop_widens_the_count(tmp_path: Path, count: object, bounds: tuple[int, int | None]) -> None:
    parameters = {"ask": {"type": "int", "minValue": 2, "maxValue": 5}}
    found = document(tmp_path, template(vault(copy={"name": "loop", "count": count}), parameters=parameters))
    head = only(found).head
    assert (head.count.least, head.count.most) == bounds
    assert head.presence.answer == ("maybe" if bounds[0] == 0 else "yes")


def test_a_loop_that_runs_never_makes_nothing(tmp_path: Path) -> None:
    assert document(tmp_path, template(vault(copy={"name": "loop", "count": 0}))).declarations == ()


def nested(
    *resources: object,
    scope: str = "outer",
    parameters: object = None,
    properties: Mapping[str, object] | None = None,
    **members: object,
) -> dict[str, object]:
    held = {
        "template": json.loads(template(*resources, parameters=parameters or {})),
        "expressionEvaluationOptions": {"scope": scope},
    }
    return {
        "type": "Microsoft.Resources/deployments",
        "name": "n",
        "properties": {**held, **(properties or {})},
        **members,
    }


def test_templates_within_the_template(tmp_path: Path) -> None:
    on = {"p": {"type": "bool", "defaultValue": True}}
    off = {"p": {"type": "bool", "defaultValue": False}}
    written = vault(properties={"enablePurgeProtection": "[parameters('p')]"})

    def flag(resource: object) -> object:
        found = only(document(tmp_path, template(resource, parameters=on))).body.flag("properties", "enablePurgeProtection")
        return found.value if isinstance(found, Known) else found.reason

    assert flag(nested(written, parameters=off)) is True
    assert flag(nested(written, scope="Inner", parameters=off)) is False
    handed: dict[str, object] = {"parameters": {"P": {"value": "[parameters('p')]"}}}
    assert flag(nested(written, scope="inner", parameters=off, properties=handed)) is True
    handed = {"parameters": {"P": {"reference": {"keyVault": {}}}}}
    assert flag(nested(written, scope="inner", parameters=off, properties=handed)) == "sensitive: parameter P"
    hidden = flag(nested(written, scope="inner", parameters=off, properties={"parameters": "[x]"}))
    assert hidden == "what is a nested template handed?"


def test_what_is_around_a_nested_template_holds_for_what_is_in_it(tmp_path: Path) -> None:
    maybe = only(document(tmp_path, template(nested(vault(), condition="[x]"))))
    assert maybe.head.presence.answer == "maybe"
    assert document(tmp_path, template(nested(vault(), condition=False))).declarations == ()
    ask = {"n": {"type": "int", "minValue": 2, "maxValue": 3}}
    loop = vault("[string(copyIndex())]", copy={"name": "m", "count": "[parameters('n')]"})
    looped = document(tmp_path, template(nested(loop, copy={"name": "l", "count": "[parameters('n')]"}), parameters=ask))
    assert (only(looped).head.count.least, only(looped).head.count.most) == (4, 9)
    assert len(only(looped).head.calls) == 1


def test_what_is_not_read_is_said(tmp_path: Path) -> None:
    linked = {
        "type": "Microsoft.Resources/deployments",
        "name": "l",
        "properties": {"templateLink": {"uri": "https://x.example/t.json"}},
    }
    deep: dict[str, object] = vault()
    for _ in range(14):
        deep = nested(deep)
    for resource, kind, incomplete in (
        (linked, "linked-template", False),
        (deep, "too-deep", True),
        ({"name": "no type"}, "malformed-resource", True),
        ({"type": "[x]", "name": "n"}, "malformed-resource", True),
        ("text", "malformed-resource", True),
    ):
        found = document(tmp_path, template(resource, vault()))
        assert [(p.kind, p.incomplete) for p in found.problems] == [(kind, incomplete)]
        assert len(found.partial) == 1
        assert only(found).head.address == f"{VAULTS}/kv"
    assert document(tmp_path, template().replace("[]", '"[x]"')).partial


def test_one_thing_declared_twice_has_one_address(tmp_path: Path) -> None:
    found = document(tmp_path, template(vault("kv"), nested(vault("KV"))))
    assert [d.head.address for d in found.declarations] == [f"{VAULTS}/kv"] * 2


def test_the_order_is_known_through_a_child_called_as_it_is_written(tmp_path: Path) -> None:
    """`dependsOn` may name a child by the last part of its name alone, as templates that build up a domain do."""
    child = {"type": "secrets", "apiVersion": "2023-07-01", "name": "made", "properties": {}, "dependsOn": ["first"]}
    early, late = vault("kv"), vault("kv", location="northeurope")
    holder = vault("holder", resources=[child])
    deployed = template({**nested(late), "name": "second", "dependsOn": ["made"]}, holder, {**nested(early), "name": "first"})
    found = {d.head.address: d for d in document(tmp_path, deployed).declarations}
    assert found.keys() == {f"{VAULTS}/kv", f"{VAULTS}/holder", f"{VAULTS}/secrets/holder/made"}
    assert found[f"{VAULTS}/kv"].body.text("location") == Known(
        value="northeurope", at=found[f"{VAULTS}/kv"].body.text("location").at
    )


def test_two_children_of_one_last_name_say_nothing_of_the_order(tmp_path: Path) -> None:
    child = {"type": "secrets", "apiVersion": "2023-07-01", "name": "made", "properties": {}, "dependsOn": ["first"]}
    holders = [vault(name, resources=[child]) for name in ("one", "other")]
    late = {**nested(vault("kv", location="northeurope")), "name": "second", "dependsOn": ["made"]}
    found = document(tmp_path, template(late, *holders, {**nested(vault("kv")), "name": "first"}))
    assert [d.head.address for d in found.declarations].count(f"{VAULTS}/kv") == 2


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.sampled_from(["[parameters('p')]", VAULTS, "[[x]", "[x]"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "name",
                    "properties",
                    "copy",
                    "count",
                    "input",
                    "resources",
                    "condition",
                    "parameters",
                    "p",
                    "defaultValue",
                    "template",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=14,
)


def _walk(item: object) -> None:
    if isinstance(item, Known):
        inner = item.value
        for child in inner.values() if hasattr(inner, "values") else inner if isinstance(inner, tuple) else ():
            _walk(child)


@given(_JSON, _JSON)
def test_wrong_types_anywhere_are_no_error(
    tmp_path_factory: pytest.TempPathFactory, resource: object, parameters: object
) -> None:
    found = document(
        tmp_path_factory.mktemp("a"), template(resource, vault(properties=resource), vault("kept"), parameters=parameters)
    )
    assert f"{VAULTS}/kept" in [d.head.address for d in found.declarations]
    for declaration in found.declarations:
        _walk(declaration.body.value)
        assert isinstance(declaration.head.at, Span)
