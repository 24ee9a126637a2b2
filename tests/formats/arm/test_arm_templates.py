"""Whole templates as documents: loops, references, order, links and parameter files. What each resource holds is held to the oracle."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from sparekey.formats.arm import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.problem import Problem
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Span
from sparekey.model.value import Known, Limits, Reference, Unknown

VAULTS = "Microsoft.KeyVault/vaults"
SECRETS = f"{VAULTS}/secrets"
LOCKS = "Microsoft.Authorization/locks"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
MAPPED = frozenset({VAULTS, SECRETS, LOCKS, "Microsoft.Graph/groups"})


def vault(name: str = "kv", **members: object) -> dict[str, object]:
    return {"type": VAULTS, "apiVersion": "2023-07-01", "name": name, **members}


def template(*resources: object, **members: object) -> dict[str, object]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **members, "resources": list(resources)}


def nested(name: str, *resources: object, inner: bool = True, **members: object) -> dict[str, object]:
    held = members.pop("top", {})
    assert isinstance(held, dict)
    properties = members.pop("properties", {})
    assert isinstance(properties, dict)
    scope = {"scope": "inner" if inner else "outer"}
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": name,
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": scope,
            "template": template(*resources, **held),
            **properties,
        },
        **members,
    }


def read(folder: Path, top: Mapping[str, object], name: str = "main.json") -> Document:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(top, indent=1))
    file = SourceFile(path=path, name=name)
    assert FORMAT.claims(file, file.head())
    found = FORMAT.read(file, Reading(mapped=MAPPED, scan_root=folder))
    assert isinstance(found, Document), found
    return found


def by_address(document: Document) -> dict[str, Declaration]:
    found = {declaration.head.address: declaration for declaration in document.declarations}
    assert len(found) == len(document.declarations), "two declarations of one address"
    return found


def value(declaration: Declaration, *path: str | int) -> object:
    found = declaration.body.get(*path)
    return found.value if isinstance(found, Known) else found


# --- what exists ------------------------------------------------------------------------------------------------------


def test_a_loop_makes_as_many_as_it_says(tmp_path: Path) -> None:
    loop = vault("[format('kv{0}', copyIndex(1))]", copy={"name": "l", "count": 3}, tags={"n": "[copyIndex('L')]"})
    found = by_address(read(tmp_path, template(loop)))
    assert list(found) == [f"{VAULTS}/kv{number}" for number in (1, 2, 3)]
    assert [value(declaration, "tags", "n") for declaration in found.values()] == [0, 1, 2]
    assert all(declaration.head.presence.answer == "yes" for declaration in found.values())


def test_the_turns_of_a_loop_are_apart_where_their_names_are_not_known(tmp_path: Path) -> None:
    loop = vault("[concat(parameters('p'), copyIndex())]", copy={"name": "l", "count": 2})
    found = read(tmp_path, template(loop, parameters={"p": {"type": "string"}}))
    assert len(by_address(found)) == 2


def test_same_names_in_two_groups_are_two_resources(tmp_path: Path) -> None:
    found = read(tmp_path, template(vault(), nested("d", vault(), resourceGroup="rg-two")))
    assert list(by_address(found)) == [f"{VAULTS}/kv", f"{VAULTS}/kv in rg-two"]


def test_the_group_of_the_template_itself_needs_no_name_whatever_stands_first(tmp_path: Path) -> None:
    both = (vault(), nested("d", vault(), resourceGroup="rg-two"))
    for resources in (both, both[::-1]):
        assert set(by_address(read(tmp_path, template(*resources)))) == {f"{VAULTS}/kv", f"{VAULTS}/kv in rg-two"}


def test_two_groups_of_one_name_are_told_apart(tmp_path: Path) -> None:
    one, two = ("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222")
    found = read(tmp_path, template(*(nested(s[:2], vault(), subscriptionId=s, resourceGroup="rg") for s in (one, two))))
    assert set(by_address(found)) == {f"{VAULTS}/kv in /subscriptions/{s}/resourceGroups/rg" for s in (one, two)}


def test_what_is_looked_up_and_deployed_here_is_what_is_deployed(tmp_path: Path) -> None:
    lookup = vault(existing=True)
    held = nested("d", lookup, {**vault("kv/s"), "type": SECRETS}, properties={"parameters": {}})
    for resources in ((vault(), lookup, lookup, held), (held, lookup, vault())):
        found = by_address(read(tmp_path, template(*resources)))
        assert {address: each.mode for address, each in found.items()} == {
            f"{VAULTS}/kv": "managed",
            f"{SECRETS}/kv/s": "managed",
        }


def test_what_is_looked_up_is_what_its_id_leads_to(tmp_path: Path) -> None:
    there = vault("[parameters('v')]", existing=True, resourceGroup="other")
    tags = {"x": f"[resourceId('other', '{VAULTS}', parameters('v'))]", "y": f"[resourceId('{VAULTS}', parameters('v'))]"}
    found = read(tmp_path, template(there, there, vault(tags=tags), parameters={"v": {"type": "string"}}))
    (lookup,) = (each for each in found.declarations if each.mode == "data")
    user = by_address(found)[f"{VAULTS}/kv"]
    hidden = user.body.get("tags", "x")
    assert isinstance(hidden, Unknown)
    assert hidden.refs == (Reference(to=lookup.head.address, attribute="id", certain=True, alone=True),)
    elsewhere = user.body.get("tags", "y")
    assert isinstance(elsewhere, Unknown)
    assert not any(each.certain for each in elsewhere.refs)


def test_a_look_up_by_a_name_that_nobody_knows_is_none(tmp_path: Path) -> None:
    assert not read(tmp_path, template(vault("[newGuid()]", existing=True))).declarations
    assert not read(tmp_path, template(vault(existing=True, condition=False))).declarations


def test_a_group_is_looked_up_by_its_unique_name(tmp_path: Path) -> None:
    there = {"import": "graph", "type": "Microsoft.Graph/groups@v1.0", "existing": True, "properties": {"uniqueName": "admins"}}
    top = {**template(), "languageVersion": "2.1-experimental", "imports": {"graph": {"provider": "MicrosoftGraph"}}}
    found = read(tmp_path, {**top, "resources": {"g": there, "h": there, "v": vault(tags={"x": "[reference('g').id]"})}})
    group = by_address(found)["Microsoft.Graph/groups/admins"]
    assert group.mode == "data"
    assert value(group, "properties", "uniqueName") == "admins"
    assert isinstance(group.body.get("properties", "members"), Unknown)
    hidden = by_address(found)[f"{VAULTS}/kv"].body.get("tags", "x")
    assert isinstance(hidden, Unknown)
    assert [each.to for each in hidden.refs] == ["Microsoft.Graph/groups/admins"]


def test_a_template_that_an_expression_makes_may_hold_what_nobody_knows(tmp_path: Path) -> None:
    held = {"contentVersion": "1.0.0.0", "resources": [vault(tags={"x": "[parameters('p')]"}, condition="[parameters('p')]")]}
    found = read(
        tmp_path,
        template(
            nested("d", properties={"template": "[variables('t')]"}),
            variables={"t": {"$schema": SCHEMA, **held}},
            parameters={"p": {"type": "bool"}},
        ),
    )
    (only,) = found.declarations
    assert only.head.presence.answer == "maybe"
    assert isinstance(only.body.get("tags", "x"), Unknown)


def test_conditions_of_all_that_is_around_count(tmp_path: Path) -> None:
    ask = {"ask": {"type": "bool"}, "off": {"type": "bool", "defaultValue": False}}
    found = read(
        tmp_path,
        template(
            nested("maybe", vault("a"), condition="[parameters('ask')]"),
            nested("never", vault("b"), condition="[parameters('off')]"),
            vault("c", condition="[not(parameters('off'))]"),
            parameters=ask,
        ),
    )
    assert {name: one.head.presence.answer for name, one in by_address(found).items()} == {
        f"{VAULTS}/a": "maybe",
        f"{VAULTS}/c": "yes",
    }


def test_a_type_with_its_version_is_that_type(tmp_path: Path) -> None:
    group = {"type": "Microsoft.Graph/groups@v1.0", "import": "graph", "properties": {"displayName": "[concat('Tier ', 0)]"}}
    top = {"$schema": SCHEMA, "contentVersion": "1", "languageVersion": "2.0", "resources": {"g": group}}
    (found,) = read(tmp_path, top).declarations
    assert found.type == "Microsoft.Graph/groups"
    assert value(found, "properties", "displayName") == "Tier 0"


# --- references -------------------------------------------------------------------------------------------------------


def _ref(document: Document, name: str, *path: str | int) -> tuple[Reference, ...]:
    found = by_address(document)[f"{VAULTS}/{name}"].body.get(*path)
    assert isinstance(found, Unknown), found
    return found.refs


@pytest.mark.parametrize(
    "written",
    [
        "[resourceId('Microsoft.KeyVault/vaults', 'kv')]",
        "[resourceId(resourceGroup().name, 'microsoft.keyvault/VAULTS', 'KV')]",
        "[resourceId(subscription().subscriptionId, resourceGroup().name, 'Microsoft.KeyVault/vaults', 'kv')]",
        "[format('{0}/providers/Microsoft.KeyVault/vaults/kv', resourceGroup().id)]",
        "[concat(subscription().id, '/resourceGroups/', resourceGroup().name, '/providers/Microsoft.KeyVault/vaults/kv')]",
        "[extensionResourceId(resourceGroup().id, 'Microsoft.KeyVault/vaults', 'kv')]",
    ],
)
def test_an_id_is_that_of_the_resource_it_names(tmp_path: Path, written: str) -> None:
    found = read(tmp_path, template(vault(), vault("x", properties={"id": written})))
    assert _ref(found, "x", "properties", "id") == (Reference(to=f"{VAULTS}/kv", attribute="id", certain=True, alone=True),)


def test_an_id_is_found_through_names_that_nobody_knows(tmp_path: Path) -> None:
    variables = {"name": "[concat('kv-', uniqueString(resourceGroup().id, parameters('p')))]"}
    same = "[resourceId('Microsoft.KeyVault/vaults', format('kv-{0}', uniqueString(resourceGroup().id, parameters('P'))))]"
    other = "[resourceId('Microsoft.KeyVault/vaults', concat('kv-', uniqueString(resourceGroup().id)))]"
    found = read(
        tmp_path,
        template(
            vault("[variables('name')]"),
            vault("x", properties={"same": same, "other": other}),
            parameters={"p": {"type": "string"}},
            variables=variables,
        ),
    )
    (reference,) = _ref(found, "x", "properties", "same")
    assert (reference.to, reference.certain) == (f"{VAULTS}/[variables('name')]", True)
    assert _ref(found, "x", "properties", "other") == ()


def test_an_id_of_something_within_a_resource_leads_to_that(tmp_path: Path) -> None:
    subnet = "[resourceId('Microsoft.KeyVault/vaults/keys/versions', parameters('p'), 'k', 'v1')]"
    elsewhere = "[resourceId('other', 'Microsoft.KeyVault/vaults/keys', parameters('p'), 'k')]"
    found = read(
        tmp_path,
        template(
            vault("[parameters('p')]"),
            vault("x", properties={"in": subnet, "out": elsewhere}),
            parameters={"p": {"type": "string"}},
        ),
    )
    (reference,) = _ref(found, "x", "properties", "in")
    assert (reference.to, reference.attribute) == (f"{VAULTS}/[parameters('p')]", "keys/k/versions/v1")
    assert reference.certain
    assert _ref(found, "x", "properties", "out") == ()


def test_of_an_id_that_lies_somewhere_the_end_is_known(tmp_path: Path) -> None:
    role = "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '62e90394')]"
    held = {"role": role, "name": "[concat('kv-', parameters('p'))]", "bare": "[parameters('p')]"}
    (only,) = read(tmp_path, template(vault(properties=held), parameters={"p": {"type": "string"}})).declarations
    limits = [found.limits if isinstance(found := only.body.get("properties", name), Unknown) else found for name in held]
    assert limits == [
        Limits(not_null=True, prefix="/subscriptions/", suffix="/providers/Microsoft.Authorization/roleDefinitions/62e90394"),
        Limits(not_null=True, prefix="kv-"),
        None,
    ]


def test_what_is_known_only_later_names_what_it_comes_from(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        template(
            vault(),
            vault(
                "x",
                properties={
                    "uri": "[reference('kv').vaultUri]",
                    "full": "[reference(resourceId('Microsoft.KeyVault/vaults', 'kv'), '2023-07-01', 'Full').identity.principalId]",
                    "text": "[concat('a', reference('kv').vaultUri)]",
                    "either": "[if(equals(reference('kv').a, 1), reference('y').b, 2)]",
                    "outside": "[reference('elsewhere').c]",
                    "key": "[listKeys(resourceId('Microsoft.KeyVault/vaults', 'kv'), '2023-07-01').keys[0].value]",
                },
            ),
            vault("y"),
        ),
    )
    kv, y = f"{VAULTS}/kv", f"{VAULTS}/y"
    assert _ref(found, "x", "properties", "uri") == (Reference(to=kv, attribute="properties.vaultUri", certain=True, alone=True),)
    (full,) = _ref(found, "x", "properties", "full")
    assert (full.attribute, full.certain) == ("identity.principalId", True)
    assert [(one.to, one.certain) for one in _ref(found, "x", "properties", "text")] == [(kv, False)]
    assert {(one.to, one.certain) for one in _ref(found, "x", "properties", "either")} == {(kv, False), (y, False)}
    outside = by_address(found)[f"{VAULTS}/x"].body.get("properties", "outside")
    assert isinstance(outside, Unknown)
    assert (outside.refs, outside.beyond != "") == ((), True)
    assert [one.to for one in _ref(found, "x", "properties", "key")] == [kv]


def test_what_a_template_sets_is_read_by_reference(tmp_path: Path) -> None:
    first = nested("net", top={"outputs": {"dns": {"type": "array", "value": ["10.0.0.4"]}}})
    holder = vault("x", properties={"dns": "[reference('net').outputs.dns.value[0]]", "same": "[reference('kv').a.b]"})
    found = by_address(read(tmp_path, template(first, vault(properties={"A": {"b": 7}}), holder)))[f"{VAULTS}/x"]
    assert value(found, "properties", "dns") == "10.0.0.4"
    assert value(found, "properties", "same") == 7


def test_a_secret_is_nowhere(tmp_path: Path) -> None:
    parameters = {
        "s": {"type": "secureString", "defaultValue": "hunter2"},
        "o": {"type": "secureObject", "defaultValue": {"a": "hunter2"}},
    }
    held = {"v": "[concat('x', parameters('s'))]", "w": "[parameters('o').a]", "l": "[length(parameters('s'))]"}
    (found,) = read(tmp_path, template(vault(properties=held), parameters=parameters)).declarations
    for name in held:
        unknown = found.body.get("properties", name)
        assert isinstance(unknown, Unknown)
        assert "hunter2" not in repr(unknown)


def test_what_a_type_calls_secure_is_nowhere_either(tmp_path: Path) -> None:
    """Of an object, a list or an output with a secure part the rest is known, and the secret is not, whoever gives it."""
    account = {
        "type": "object",
        "properties": {"user": {"type": "string"}, "password": {"$ref": "#/definitions/secret"}},
    }
    parameters = {
        "account": {"$ref": "#/definitions/account", "defaultValue": {"User": "u", "PASSWORD": "hunter2"}},
        "all": {"type": "array", "items": {"$ref": "#/definitions/account"}},
        "more": {"type": "object", "additionalProperties": {"type": "secureString"}, "defaultValue": {"x": "hunter2"}},
        "first": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "secureObject"}]},
    }
    outputs = {
        "password": {"type": "securestring", "value": "hunter2"},
        "user": {"type": "string", "value": "u"},
    }
    top = {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "languageVersion": "2.0",
        "definitions": {"account": account, "secret": {"type": "secureString"}},
        "parameters": parameters,
        "resources": {
            "inner": nested("inner", top={"outputs": outputs}),
            "kv": vault(
                properties={
                    "v": "[parameters('account').password]",
                    "w": "[parameters('all')[0]]",
                    "x": "[string(parameters('more'))]",
                    "y": "[parameters('first')]",
                    "z": "[reference('inner').outputs]",
                    "known": "[concat(parameters('account').user, parameters('all')[0].user, parameters('first')[0])]",
                    "output": "[reference('inner').outputs.user.value]",
                }
            ),
        },
    }
    given = {"all": [{"user": "u", "password": "hunter2"}], "first": ["u", {"a": "hunter2"}]}
    (tmp_path / "main.json").write_text(json.dumps(top))
    (tmp_path / "p.json").write_text(json.dumps({"parameters": {name: {"value": one} for name, one in given.items()}}))
    handed = (SourceFile(path=tmp_path / "p.json", name="p.json"),)
    file = SourceFile(path=tmp_path / "main.json", name="main.json")
    found = FORMAT.read(file, Reading(mapped=MAPPED, scan_root=tmp_path, parameters=handed))
    assert isinstance(found, Document)
    kv = by_address(found)[f"{VAULTS}/kv"]
    shown = [_plain(kv.body.get("properties", name)) for name in "vwxyz"]
    assert "hunter2" not in repr(shown)
    assert "sensitive" in repr(shown[0])
    assert (value(kv, "properties", "known"), value(kv, "properties", "output")) == ("uuu", "u")


def _plain(found: object) -> object:
    """All that a value shows."""
    if not isinstance(found, Known):
        return found
    if isinstance(found.value, Mapping):
        return {name: _plain(found.value[name]) for name in found.value}
    return [_plain(one) for one in found.value] if isinstance(found.value, tuple) else found.value


# --- one resource deployed several times ------------------------------------------------------------------------------


def _twice(*, ordered: bool, condition: object = True) -> dict[str, object]:
    second = nested("second", vault(properties={"n": 2}), dependsOn=["first"] if ordered else [], condition=condition)
    return template(second, nested("first", vault(properties={"n": 1})))


def test_of_what_is_deployed_in_order_the_last_one_counts(tmp_path: Path) -> None:
    (only,) = read(tmp_path, _twice(ordered=True)).declarations
    assert value(only, "properties", "n") == 2


@pytest.mark.parametrize(("ordered", "condition"), [(False, True), (True, "[parameters('x')]"), (True, "true")])
def test_without_a_certain_order_each_may_count(tmp_path: Path, *, ordered: bool, condition: object) -> None:
    found = read(tmp_path, {**_twice(ordered=ordered, condition=condition), "parameters": {"x": {"type": "bool"}}})
    assert {value(one, "properties", "n") for one in found.declarations} == {1, 2}


# --- links and parameter files ----------------------------------------------------------------------------------------


def _link(path: str, **properties: object) -> dict[str, object]:
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "linked",
        "properties": {"mode": "Incremental", "templateLink": {"relativePath": path}, **properties},
    }


def test_a_linked_template_in_what_is_scanned_is_read(tmp_path: Path) -> None:
    parameters = {"n": {"type": "string"}, "on": {"type": "bool", "defaultValue": True}}
    linked = template(vault("[parameters('n')]", properties={"on": "[parameters('on')]"}), parameters=parameters)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "kv.json").write_text(json.dumps(linked, indent=1))
    found = read(tmp_path, template(_link("../parts/kv.json", parameters={"n": {"value": "kv9"}})), "infra/main.json")
    (only,) = found.declarations
    assert only.head.address == f"{VAULTS}/kv9"
    assert isinstance(only.head.at, Span)
    assert only.head.at.file == "parts/kv.json"
    assert value(only, "properties", "on") is True
    assert [place.file for place in only.head.calls] == ["infra/main.json"]
    assert not found.problems


def test_stacks_and_template_specs_are_named_gaps(tmp_path: Path) -> None:
    stack = {"type": "Microsoft.Resources/deploymentStacks", "name": "s", "properties": {"template": template(vault("inside"))}}
    spec = {"id": "[resourceId('rg', 'Microsoft.Resources/templateSpecs/versions', 's', '1.0')]"}
    link = {"type": "Microsoft.Resources/deployments", "name": "d", "properties": {"templateLink": spec}}
    found = read(tmp_path, template(stack, {**stack, "condition": False}, link))
    assert not found.declarations
    assert sorted((problem.kind, problem.message) for problem in found.problems) == [
        ("linked-template", "deploys a template spec, which is not read"),
        ("nested-template", "deploys a stack, whose template is not read"),
    ]
    assert len(found.partial) == 2


@pytest.mark.parametrize(
    "path", ["../../../etc/passwd", "nowhere.json", "main.json", "broken.json", "https://x.example/y.json", "\0"]
)
def test_a_link_that_leads_nowhere_is_a_named_gap(tmp_path: Path, path: str) -> None:
    (tmp_path / "scan").mkdir()
    (tmp_path / "scan" / "broken.json").write_text("{")
    found = read(tmp_path / "scan", template(_link(path), vault("kept")))
    assert f"{VAULTS}/kept" in {one.head.address for one in found.declarations}
    assert {problem.kind for problem in found.problems} <= {"linked-template", "too-deep"}
    assert found.problems
    assert found.partial


def test_what_is_scanned_lies_around_a_link_not_around_what_it_leads_to(tmp_path: Path) -> None:
    """A template that is called by a link high up deploys nothing from outside, and one called by a link deep down neither."""
    scan = tmp_path / "scan"
    (scan / "a" / "b").mkdir(parents=True)
    (tmp_path / "kv.json").write_text(json.dumps(template(vault("outside"))))
    (scan / "kv.json").write_text(json.dumps(template(vault("inside"))))
    for path, kinds in (("../../kv.json", []), ("../../../kv.json", ["linked-template"])):
        (scan / "real.json").write_text(json.dumps(template(_link(path))))
        (scan / "a" / "b" / "link.json").unlink(missing_ok=True)
        (scan / "a" / "b" / "link.json").symlink_to("../../real.json")
        file = SourceFile(path=scan / "a" / "b" / "link.json", name="a/b/link.json")
        found = FORMAT.read(file, Reading(mapped=MAPPED, scan_root=scan))
        assert isinstance(found, Document)
        assert [problem.kind for problem in found.problems] == kinds
        assert [one.head.address for one in found.declarations] == ([] if kinds else [f"{VAULTS}/inside"])


@pytest.mark.parametrize(
    "uri",
    [
        "[uri(deployment().properties.templateLink.uri, 'parts/kv.json')]",
        "[uri(parameters('_artifactsLocation'), concat('parts/kv.json', parameters('_artifactsLocationSasToken')))]",
        "[concat(uri(parameters('_artifactsLocation'), variables('kv')), parameters('_artifactsLocationSasToken'))]",
    ],
)
def test_a_link_relative_to_the_template_itself_is_followed(tmp_path: Path, uri: str) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "kv.json").write_text(json.dumps(template(vault("far")), indent=1))
    parameters = {
        "_artifactsLocation": {"type": "string", "defaultValue": "[deployment().properties.templateLink.uri]"},
        "_artifactsLocationSasToken": {"type": "securestring", "defaultValue": ""},
    }
    top = template(_link("", templateLink={"uri": uri}), parameters=parameters, variables={"kv": "parts/kv.json"})
    assert list(by_address(read(tmp_path, top))) == [f"{VAULTS}/far"]
    # Within a template of the template, that address is another one.
    link = _link("", templateLink={"uri": "[uri(deployment().properties.templateLink.uri, 'parts/kv.json')]"})
    found = read(tmp_path, template(nested("n", link)))
    assert found.declarations == ()
    assert [problem.kind for problem in found.problems] == ["linked-template"]


def test_each_parameter_file_makes_a_deployment(tmp_path: Path) -> None:
    path = tmp_path / "main.json"
    parameters = {"n": {"type": "int"}, "s": {"type": "string", "defaultValue": "d"}}
    path.write_text(
        json.dumps(
            template(
                vault("[concat('kv', copyIndex())]", copy={"name": "l", "count": "[parameters('n')]"}), parameters=parameters
            )
        )
    )
    files = []
    for name, count in (("dev", 1), ("prod", 3)):
        one = tmp_path / f"{name}.parameters.json"
        one.write_text(json.dumps({"contentVersion": "1.0.0.0", "parameters": {"N": {"value": count}}}))
        files.append(SourceFile(path=one, name=one.name))
    reading = Reading(mapped=MAPPED, scan_root=tmp_path, parameters=tuple(files))
    found = [*FORMAT.read_folders([SourceFile(path=path, name="main.json")], reading, replaced=frozenset())]
    assert [(one.deployment, len(one.declarations)) for one in found if isinstance(one, Document)] == [
        ("main.json+dev.parameters.json", 1),
        ("main.json+prod.parameters.json", 3),
    ]


def test_handed_parameters_count_for_the_templates_that_declare_them(tmp_path: Path) -> None:
    files = []
    for name, held in (("one", {"a": 1, "b": 1}), ("two", {"b": 2}), ("other", {"c": 3})):
        one = tmp_path / f"{name}.json"
        one.write_text(json.dumps({"parameters": {key: {"value": number} for key, number in held.items()}}))
        files.append(SourceFile(path=one, name=one.name))
    parameters = {"a": {"type": "int"}, "b": {"type": "int"}}
    path = tmp_path / "main.json"
    path.write_text(
        json.dumps(template(vault(properties={"a": "[parameters('a')]", "b": "[parameters('b')]"}), parameters=parameters))
    )
    file = SourceFile(path=path, name="main.json")
    found = FORMAT.read(file, Reading(mapped=MAPPED, scan_root=tmp_path, parameters=tuple(files)))
    assert isinstance(found, Document)
    (only,) = found.declarations
    assert (value(only, "properties", "a"), value(only, "properties", "b")) == (1, 2)
    broken = Reading(mapped=MAPPED, scan_root=tmp_path, parameters=(SourceFile(path=path, name="main.json"),))
    assert isinstance(FORMAT.read(file, broken), Document | Problem)


# --- hostile input ----------------------------------------------------------------------------------------------------


def _bomb(kind: str) -> dict[str, object]:
    laughs = {"v0": "x" * 1000} | {f"v{n}": f"[concat(variables('v{n - 1}'), variables('v{n - 1}'))]" for n in range(1, 30)}
    chain = {"v0": "x"} | {f"v{n}": f"[variables('v{n - 1}')]" for n in range(1, 3000)}
    loop = {"name": "l", "count": 800}
    deep: dict[str, object] = vault("deep")
    for _ in range(40):
        deep = nested("d", deep)
    bombs: dict[str, tuple[list[object], dict[str, object]]] = {
        "copies": ([vault("[string(copyIndex())]", copy={"name": "l", "count": 10**8})], {}),
        "copies of copies": ([nested("[string(copyIndex())]", vault("[string(copyIndex())]", copy=loop), copy=loop)], {}),
        "laughs": ([vault("x", properties={"v": "[variables('v29')]"})], {"variables": laughs}),
        "chain": ([vault("x", properties={"v": "[variables('v2999')]"})], {"variables": chain}),
        "nested": ([deep], {}),
        "lambdas": (
            [vault("x", properties={"v": "[map(range(0, 10000), lambda('a', map(range(0, 10000), lambda('b', 1))))]"})],
            {},
        ),
        "depth": ([vault("x", properties={"v": "[" + "not(" * 10_000 + "true()" + ")" * 10_000 + "]"})], {}),
    }
    resources, members = bombs[kind]
    return template(*resources, vault("kept", properties={"v": "[add(1, 2)]"}), **members)


@pytest.mark.parametrize("kind", ["copies", "copies of copies", "laughs", "chain", "nested", "lambdas", "depth"])
def test_what_explodes_is_bounded_and_named_and_the_rest_is_read(tmp_path: Path, kind: str) -> None:
    began = time.process_time()
    found = read(tmp_path, _bomb(kind))
    assert time.process_time() - began < 10
    kept = [one for one in found.declarations if one.head.address == f"{VAULTS}/kept"]
    assert [value(one, "properties", "v") for one in kept] == [3] or kind == "copies of copies"
    # A loop count that the engine refuses is a question of the resource itself; all else is told as a problem.
    assert found.problems or kind == "copies"


def test_what_is_made_of_itself_is_no_loop_of_ours(tmp_path: Path) -> None:
    variables = {"a": "[variables('b')]", "b": "[variables('a')]"}
    circle = vault("x", properties={"v": "[variables('a')]", "r": "[reference('x').r]"})
    (found,) = read(tmp_path, template(circle, variables=variables)).declarations
    assert isinstance(found.body.get("properties", "v"), Unknown)
    assert isinstance(found.body.get("properties", "r"), Unknown)


def _old_and_new(tmp_path: Path, last: dict[str, object], *others: object, waits: tuple[str, ...] = ()) -> list[str]:
    """What counts of a vault that a template deploys with the tag `old`, and a template within it with the tag `new`."""
    found = read(tmp_path, template(vault(tags={"x": "old"}, dependsOn=[*waits]), *others, last))
    return sorted(str(value(each, "tags", "x")) for each in found.declarations if each.body.text("name").value == "kv")  # type: ignore[union-attr]


def test_the_order_is_known_through_a_loop(tmp_path: Path) -> None:
    loop = vault("[concat('w', copyIndex())]", copy={"name": "ws", "count": 2}, dependsOn=["kv"])
    new = nested("d", vault(tags={"x": "new"}), dependsOn=["ws"])
    assert _old_and_new(tmp_path, new, loop) == ["new"]


def test_in_a_circle_nothing_is_the_last(tmp_path: Path) -> None:
    new = nested("d", vault(tags={"x": "new"}), dependsOn=["kv"])
    assert _old_and_new(tmp_path, new, waits=("d",)) == ["new", "old"]


def test_the_last_of_three_is_later_than_both(tmp_path: Path) -> None:
    other = nested("e", vault(tags={"x": "other"}))
    new = nested("d", vault(tags={"x": "new"}), dependsOn=["kv"])
    assert _old_and_new(tmp_path, new, other) == ["new", "old", "other"]


def test_what_is_deployed_an_unknown_number_of_times_replaces_nothing(tmp_path: Path) -> None:
    new = nested("d", vault(tags={"x": "new"}), dependsOn=["kv"], copy={"name": "l", "count": "[parameters('n')]"})
    found = read(tmp_path, template(vault(tags={"x": "old"}), new, parameters={"n": {"type": "int"}}))
    assert sorted(str(value(each, "tags", "x")) for each in found.declarations) == ["new", "old"]
