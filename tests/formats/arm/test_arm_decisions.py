"""Decisions of the ARM reader that would give a wrong answer were they taken otherwise: each test fails where one is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.formats.arm import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.value import Known, Limits, Unknown

VAULTS = "Microsoft.KeyVault/vaults"
SECRETS = f"{VAULTS}/secrets"
LOCKS = "Microsoft.Authorization/locks"
GROUPS = "Microsoft.Graph/groups"
DEPLOYMENTS = "Microsoft.Resources/deployments"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
AT_SUBSCRIPTION = SCHEMA.replace("2019-04-01/deployment", "2018-05-01/subscriptionDeployment")
MAPPED = frozenset({VAULTS, SECRETS, LOCKS, GROUPS})
STRING = {"type": "string"}
INT = {"type": "int"}
BOOL = {"type": "bool"}


def template(*resources: object, **members: object) -> dict[str, object]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **members, "resources": list(resources)}


def symbolic(parameters: Mapping[str, object] | None = None, **resources: object) -> dict[str, object]:
    return {**template(parameters=parameters or {}), "languageVersion": "2.0", "resources": resources}


def vault(name: str = "kv", **members: object) -> dict[str, object]:
    return {"type": VAULTS, "apiVersion": "2023-07-01", "name": name, **members}


def lock(name: str = "l", **members: object) -> dict[str, object]:
    return {"type": LOCKS, "apiVersion": "2020-05-01", "name": name, **members}


def asking(**values: object) -> dict[str, object]:
    """A vault whose properties ask for something."""
    return vault("asks", properties=values)


def nested(name: str, *resources: object, inner: bool = True, **members: object) -> dict[str, object]:
    top, properties = members.pop("top", {}), members.pop("properties", {})
    assert isinstance(top, dict)
    assert isinstance(properties, dict)
    held = {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner" if inner else "outer"}}
    held |= {"template": template(*resources, **top), **properties}
    return {"type": DEPLOYMENTS, "apiVersion": "2022-09-01", "name": name, "properties": held, **members}


def read(
    folder: Path, top: Mapping[str, object], name: str = "main.json", handed: Mapping[str, object] | None = None
) -> Document:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(top), encoding="utf-8")
    parameters: tuple[SourceFile, ...] = ()
    if handed is not None:
        (folder / "handed.json").write_text(json.dumps({"parameters": handed}), encoding="utf-8")
        parameters = (SourceFile(path=folder / "handed.json", name="handed.json"),)
    file = SourceFile(path=path, name=name)
    found = FORMAT.read(file, Reading(mapped=MAPPED, scan_root=folder, parameters=parameters))
    assert isinstance(found, Document), found
    return found


def called(found: Document, name: str = "asks") -> Declaration:
    (declaration,) = (one for one in found.declarations if one.head.address.rpartition("/")[2] == name)
    return declaration


def value(declaration: Declaration, *path: str | int) -> object:
    found = declaration.body.get(*path)
    return found.value if isinstance(found, Known) else found


def unknown(declaration: Declaration, *path: str | int) -> Unknown:
    found = declaration.body.get(*path)
    assert isinstance(found, Unknown), found
    return found


# --- which of several counts ------------------------------------------------------------------------------------------


def test_of_one_thing_the_last_counts_however_its_name_is_spelled(tmp_path: Path) -> None:
    first, last = nested("first", vault("KV")), nested("last", vault("kv", tags={"n": 2}), dependsOn=["FIRST"])
    (only,) = read(tmp_path, template(last, first)).declarations
    assert value(only, "tags", "n") == 2


def test_what_has_no_name_that_is_known_is_never_taken_for_another(tmp_path: Path) -> None:
    both = (nested("first", vault("[newGuid()]")), nested("last", vault("[newGuid()]"), dependsOn=["first"]))
    assert len(read(tmp_path, template(*both)).declarations) == 2


def test_the_unknown_parameters_of_two_templates_are_two(tmp_path: Path) -> None:
    top = {"parameters": {"n": STRING}}
    both = (
        nested("first", vault("[parameters('n')]"), top=top),
        nested("last", vault("[parameters('n')]"), dependsOn=["first"], top=top),
    )
    assert len(read(tmp_path, template(*both)).declarations) == 2


def test_what_has_one_id_has_one_address_however_its_name_is_written(tmp_path: Path) -> None:
    both = (vault("[parameters('n')]"), nested("d", vault("[variables('n')]"), inner=False))
    found = read(tmp_path, template(*both, parameters={"n": STRING}, variables={"n": "[parameters('n')]"}))
    assert len(found.declarations) == 2
    assert len({one.head.address for one in found.declarations}) == 1


_PLACES = st.tuples(st.sampled_from(["kv", "KV", "other"]), st.sampled_from(["", "rg", "RG", "two"]))


@given(places=st.lists(_PLACES, min_size=2, max_size=4))
def test_two_have_one_address_where_they_are_one_thing_and_only_there(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[str, str]]
) -> None:
    resources = [
        nested(f"d{number}", vault(name), resourceGroup=group) if group else nested(f"d{number}", vault(name))
        for number, (name, group) in enumerate(places)
    ]
    found = read(tmp_path_factory.mktemp("t"), template(*resources)).declarations
    things = {(name.lower(), group.lower()) for name, group in places}
    assert (len(found), len({one.head.address for one in found})) == (len(places), len(things))


def test_what_may_lie_anywhere_may_be_what_bears_its_name(tmp_path: Path) -> None:
    """Two locks of one name, one on something that only the deployment knows: they may be one, and are told as such."""
    somewhere = lock(scope="[reference('kv').what]")
    found = read(tmp_path, template(vault(), somewhere, nested("d", lock(), resourceGroup="two")))
    assert [one.head.address for one in found.declarations].count(f"{LOCKS}/l") == 2
    # Nor does the id of the one that lies here lead to it.
    found = read(tmp_path, template(vault(), somewhere, asking(id=f"[resourceId('{LOCKS}', 'l')]")))
    assert unknown(called(found), "properties", "id").refs == ()


def test_a_loop_is_waited_for_however_its_name_is_spelled(tmp_path: Path) -> None:
    between = vault("[concat('w', copyIndex())]", copy={"name": "Ws", "count": 2}, dependsOn=["first"])
    both = (nested("first", vault()), nested("last", vault(tags={"n": 2}), dependsOn=["wS"]))
    found = read(tmp_path, template(between, *both)).declarations
    assert [value(one, "tags", "n") for one in found if one.head.address == f"{VAULTS}/kv"] == [2]


def test_of_a_key_that_stands_twice_in_two_spellings_the_last_counts(tmp_path: Path) -> None:
    (only,) = read(tmp_path, template({**vault("a"), "Name": "b", "LOCATION": "x", "location": "y"})).declarations
    assert (only.head.address, value(only, "location")) == (f"{VAULTS}/b", "y")


# --- what is looked up ------------------------------------------------------------------------------------------------


def test_what_a_template_within_looks_up_is_looked_up(tmp_path: Path) -> None:
    (only,) = read(tmp_path, template(nested("d", vault("old", existing=True)))).declarations
    assert (only.head.address, only.mode) == (f"{VAULTS}/old", "data")


def test_what_is_deployed_goes_before_the_same_looked_up_by_a_name_written_otherwise(tmp_path: Path) -> None:
    there = vault("[parameters('n')]", existing=True)
    top = template(vault("[variables('n')]"), there, parameters={"n": STRING}, variables={"n": "[parameters('n')]"})
    (only,) = read(tmp_path, top).declarations
    assert only.mode == "managed"


def test_what_is_certainly_looked_up_is_certain_whatever_else_may_look_it_up(tmp_path: Path) -> None:
    perhaps = nested("d", vault("old", existing=True), condition="[parameters('c')]")
    for resources in ((perhaps, vault("old", existing=True)), (vault("old", existing=True), perhaps)):
        (only,) = read(tmp_path, template(*resources, parameters={"c": BOOL})).declarations
        assert only.head.presence.answer == "yes"


def test_a_symbol_does_not_stand_for_the_name_of_what_is_looked_up(tmp_path: Path) -> None:
    assert not read(tmp_path, symbolic(there=vault("[newGuid()]", existing=True))).declarations


def test_what_is_written_on_what_is_looked_up_says_nothing(tmp_path: Path) -> None:
    there = vault("old", existing=True, properties={"a": 1})
    found = read(tmp_path, symbolic(there=there, asks=asking(a="[reference('there').a]")))
    assert isinstance(value(called(found), "properties", "a"), Unknown)


def test_a_deployment_that_is_only_looked_up_deploys_nothing(tmp_path: Path) -> None:
    assert not read(tmp_path, symbolic(d=nested("d", vault(), existing=True))).declarations


# --- what expressions learn of resources ------------------------------------------------------------------------------


def _asked(folder: Path, expression: str, *resources: object, **members: object) -> object:
    return value(called(read(folder, template(*resources, asking(v=expression), **members))), "properties", "v")


def test_a_name_that_two_things_bear_says_of_neither(tmp_path: Path) -> None:
    site = {"type": "Microsoft.Web/sites", "apiVersion": "1", "name": "x", "properties": {"a": 2}}
    for resources in ((vault("x", properties={"a": 1}), site), (site, vault("x", properties={"a": 1}))):
        assert isinstance(_asked(tmp_path, "[reference('x').a]", *resources), Unknown)


def test_of_one_id_of_two_things_neither_certainly_answers(tmp_path: Path) -> None:
    both = [vault(condition=condition) for condition in ("[parameters('c')]", "[not(parameters('c'))]")]
    found = _asked(tmp_path, f"[reference(resourceId('{VAULTS}', 'kv'), '2023-07-01').a]", *both, parameters={"c": BOOL})
    assert isinstance(found, Unknown)
    assert not any(one.certain for one in found.refs)


@pytest.mark.parametrize("copies", [{"name": "l", "count": "[parameters('n')]"}, None])
def test_what_may_not_be_there_says_nothing(tmp_path: Path, copies: object) -> None:
    asked = vault(properties={"a": 1}, **({"copy": copies} if copies else {"condition": "[parameters('c')]"}))
    assert isinstance(_asked(tmp_path, "[reference('kv').a]", asked, parameters={"n": INT, "c": BOOL}), Unknown)


def test_an_id_in_another_spelling_asks_the_same_thing(tmp_path: Path) -> None:
    asked = f"[reference(resourceId('{VAULTS.upper()}', 'KV')).a]"
    assert _asked(tmp_path, asked, vault(properties={"a": 7})) == 7


def test_symbols_differ_by_case(tmp_path: Path) -> None:
    """The engine takes symbolic names as they are written: two that differ in case alone are two."""
    both = {"kv": vault("a", properties={"n": 1}), "KV": vault("b", properties={"n": 2})}
    found = read(tmp_path, symbolic(asks=asking(v="[reference('kv').n]", w="[reference('KV').n]"), **both))
    assert [value(called(found), "properties", name) for name in "vw"] == [1, 2]
    groups = {name: {"import": "graph", "type": f"{GROUPS}@v1.0", "properties": {"uniqueName": f"u{ord(name)}"}} for name in "gG"}
    found = read(
        tmp_path,
        {**symbolic(asks=asking(v="[reference('g').id]"), **groups), "imports": {"graph": {"provider": "MicrosoftGraph"}}},
    )
    assert not any(one.certain for one in unknown(called(found), "properties", "v").refs)


def test_one_waits_for_the_symbol_as_it_is_written(tmp_path: Path) -> None:
    both = {
        "d": nested("first", vault(tags={"n": 1})),
        "D": vault("w"),
        "e": nested("last", vault(tags={"n": 2}), dependsOn=["D"]),
    }
    found = [one for one in read(tmp_path, symbolic(**both)).declarations if one.head.address == f"{VAULTS}/kv"]
    assert len(found) == 2


def test_a_symbol_in_large_letters_is_found(tmp_path: Path) -> None:
    found = read(tmp_path, symbolic(MyVault=vault(properties={"n": 1}), asks=asking(v="[reference('MyVault').n]")))
    assert value(called(found), "properties", "v") == 1


def test_what_is_said_of_loops(tmp_path: Path) -> None:
    def loop(count: object) -> dict[str, object]:
        return vault("[concat('kv', copyIndex())]", copy={"name": "any", "count": count}, properties={"n": "[copyIndex()]"})

    asked = {
        "none": "[length(references('none'))]",
        "two": "[references('two')[1].n]",
        "turn": "[reference('two[1]').n]",
        "open": "[length(references('open'))]",
        "info": "[resourceInfo('two').id]",
    }
    top = symbolic({"n": INT}, none=loop(0), two=loop(2), open=loop("[parameters('n')]"), asks=asking(**asked))
    asks = called(read(tmp_path, top))
    assert [value(asks, "properties", name) for name in ("none", "two", "turn")] == [0, 1, 1]
    assert unknown(asks, "properties", "open").reason
    assert unknown(asks, "properties", "info").reason.startswith("refused")


def test_outputs_are_found_in_the_whole_deployment_too(tmp_path: Path) -> None:
    inner = nested("d", top={"outputs": {"x": {"type": "int", "value": 7}}})
    assert _asked(tmp_path, "[reference('d', '2022-09-01', 'Full').properties.outputs.x.value]", inner) == 7


@pytest.mark.parametrize(("condition", "known"), [(True, True), ("[parameters('c')]", False), (False, False)])
def test_an_output_that_may_not_be_there_is_not_known(tmp_path: Path, *, condition: object, known: bool) -> None:
    output = {"type": "int", "value": 7, "condition": condition}
    inner = nested("d", top={"outputs": {"x": output}, "parameters": {"c": BOOL}})
    found = _asked(tmp_path, "[reference('d').outputs.x.value]", inner)
    assert (found == 7) is known


def test_what_is_computed_is_not_the_thing_itself(tmp_path: Path) -> None:
    found = _asked(tmp_path, "[concat('a', reference('kv').uri)]", vault())
    assert isinstance(found, Unknown)
    assert [(one.certain, one.alone) for one in found.refs] == [(False, False)]


@pytest.mark.parametrize(
    "asked", ["[parameters('p')]", "[reference('elsewhere').a]", "[concat(parameters('p'), reference('kv').a)]"]
)
def test_behind_what_nobody_says_there_may_be_anything(tmp_path: Path, asked: str) -> None:
    found = _asked(tmp_path, asked, vault(), parameters={"p": STRING})
    assert isinstance(found, Unknown)
    assert found.beyond
    sure = _asked(tmp_path, "[reference('kv').a]", vault())
    assert isinstance(sure, Unknown)
    assert not sure.beyond


def test_what_holds_on_something_is_no_part_of_it(tmp_path: Path) -> None:
    id_ = f"extensionResourceId(resourceId('{VAULTS}', parameters('n')), '{LOCKS}', 'l')"
    kv = vault("[parameters('n')]")
    found = _asked(tmp_path, f"[{id_}]", kv, parameters={"n": STRING})
    assert isinstance(found, Unknown)
    assert found.refs == ()
    # Deployed within the thing, it is that; and what it lies in is the thing.
    within = read(tmp_path, template({**kv, "resources": [lock()]}, asking(v=f"[{id_}]"), parameters={"n": STRING}))
    (held,) = (one for one in within.declarations if one.type == LOCKS)
    (reference,) = unknown(called(within), "properties", "v").refs
    assert (reference.to, reference.certain) == (held.head.address, True)
    (above,) = unknown(held, "parent_id").refs
    assert (above.to, above.certain) == (f"{VAULTS}/[parameters('n')]", True)


def test_only_texts_are_all_that_a_text_may_be(tmp_path: Path) -> None:
    for allowed, limits in ((["a", "b"], Limits(one_of=("a", "b"))), (["a", 1], None), ([], None)):
        found = _asked(tmp_path, "[parameters('p')]", parameters={"p": {"type": "string", "allowedValues": allowed}})
        assert isinstance(found, Unknown)
        assert found.limits == limits


# --- how often --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "count"),
    [
        ({"minValue": 2, "maxValue": 2}, (2, 2)),
        ({"minValue": -5, "maxValue": 3}, (0, 3)),
        ({"minValue": -5, "maxValue": -1}, (0, None)),
        ({"minValue": 3}, (3, None)),
    ],
)
def test_how_often_a_loop_may_run(tmp_path: Path, bounds: Mapping[str, int], count: tuple[int, int | None]) -> None:
    copy = {"name": "l", "count": "[parameters('n')]"}
    inside = {"type": "secrets", "apiVersion": "2023-07-01", "name": "s"}
    looped = template(vault("[string(copyIndex())]", copy=copy, resources=[inside]), parameters={"n": {**INT, **bounds}})
    for one in read(tmp_path, looped).declarations:
        assert (one.head.count.least, one.head.count.most) == count, "what stands within is there as often"
        assert one.head.presence.answer == ("yes" if count[0] else "maybe")


def test_a_loop_that_certainly_runs_never_makes_nothing(tmp_path: Path) -> None:
    copy = {"name": "l", "count": "[parameters('n')]"}
    never = template(vault("[string(copyIndex())]", copy=copy), parameters={"n": {**INT, "maxValue": 0}})
    assert not read(tmp_path, never).declarations


def test_a_loop_without_an_end_in_one_that_has_one_has_none(tmp_path: Path) -> None:
    loops = [{"name": name, "count": f"[parameters('{name}')]"} for name in ("ends", "open")]
    parameters = {"ends": {**INT, "minValue": 2, "maxValue": 3}, "open": INT}
    for outer, inner in (loops, loops[::-1]):
        held = nested("[string(copyIndex())]", vault("[string(copyIndex())]", copy=inner), inner=False, copy=outer)
        (only,) = read(tmp_path, template(held, parameters=parameters)).declarations
        assert (only.head.count.least, only.head.count.most) == (0, None)


# --- templates within -------------------------------------------------------------------------------------------------


def test_the_turn_around_a_template_of_outer_scope_is_known_in_it(tmp_path: Path) -> None:
    held = nested("[concat('d', copyIndex())]", vault("[concat('kv', copyIndex())]"), inner=False, copy={"name": "l", "count": 2})
    assert {one.head.address for one in read(tmp_path, template(held)).declarations} == {f"{VAULTS}/kv{n}" for n in (0, 1)}


@pytest.mark.parametrize(
    "properties",
    [
        {"parameters": {"[parameters('k')]": {"value": "x"}}},
        {"parametersLink": {"uri": "https://x.example/p.json"}},
        {"parameters": "[parameters('o')]"},
        {"parameters": {"p": "[parameters('o')]"}},
    ],
)
def test_what_a_template_may_be_handed_is_not_its_default(tmp_path: Path, properties: Mapping[str, object]) -> None:
    inside = {"parameters": {"p": {"type": "string", "defaultValue": "d"}}}
    held = nested("d", vault(tags={"x": "[parameters('p')]"}), top=inside, properties=properties)
    (only,) = read(tmp_path, template(held, parameters={"k": STRING, "o": {"type": "object"}})).declarations
    assert isinstance(only.body.get("tags", "x"), Unknown)


def test_of_a_template_that_is_known_in_part_nothing_is_taken_for_whole(tmp_path: Path) -> None:
    made = {**template(vault()), "[parameters('k')]": 1}
    held = nested("d", properties={"template": "[variables('t')]"})
    found = read(tmp_path, template(held, variables={"t": made}, parameters={"k": STRING}))
    assert [problem.kind for problem in found.problems] == ["nested-template"]
    assert found.partial


def _place(folder: Path, *groups: object, **members: object) -> object:
    """Where a vault lies that goes where its group is, of a template at a subscription."""
    held = nested("d", vault(location="[resourceGroup().location]"), resourceGroup="rg", location="westeurope")
    found = read(folder, {**template(*groups, held, **members), "$schema": AT_SUBSCRIPTION})
    (only,) = (one for one in found.declarations if one.type == VAULTS)
    return value(only, "location")


def test_where_a_group_is_is_known_where_one_thing_certainly_makes_it(tmp_path: Path) -> None:
    def group(location: str, **members: object) -> dict[str, object]:
        type_ = "Microsoft.Resources/resourceGroups"
        return {"type": type_, "apiVersion": "2022-09-01", "name": "rg", "location": location, **members}

    assert _place(tmp_path, group("northeurope")) == "northeurope"
    assert isinstance(_place(tmp_path), Unknown)
    assert isinstance(_place(tmp_path, group("northeurope"), group("westus")), Unknown)
    perhaps = group("northeurope", condition="[parameters('c')]")
    assert isinstance(_place(tmp_path, perhaps, parameters={"c": BOOL}), Unknown)


def test_another_group_lies_elsewhere_and_bears_other_tags(tmp_path: Path) -> None:
    group = {
        "type": "Microsoft.Resources/resourceGroups",
        "apiVersion": "2022-09-01",
        "name": "rg",
        "location": "westus",
        "tags": {"a": "x"},
    }
    kv = vault(location="[resourceGroup().location]", tags={"a": "[resourceGroup().tags.a]"})
    # The group of the one template is made here, that of the one within it is another, or of one name in another subscription.
    other = "11111111-1111-1111-1111-111111111111"
    for place, known in (
        ({}, True),
        ({"resourceGroup": "two"}, False),
        ({"resourceGroup": "rg", "subscriptionId": other}, False),
    ):
        inside = {**nested("e", kv), **place}
        top = {**template(group, nested("d", inside, resourceGroup="rg")), "$schema": AT_SUBSCRIPTION}
        (only,) = (one for one in read(tmp_path, top).declarations if one.type == VAULTS)
        assert (value(only, "location") == "westus", value(only, "tags", "a") == "x") == (known, known)


# --- what parameters are given ----------------------------------------------------------------------------------------


DEFAULT = {"p": {"type": "string", "defaultValue": "d"}}


def _given(folder: Path, handed: Mapping[str, object]) -> object:
    found = read(folder, template(asking(v="[parameters('p')]"), parameters=DEFAULT), handed=handed)
    return value(called(found), "properties", "v")


def test_what_is_handed_over_counts_and_what_is_not_said_is_asked(tmp_path: Path) -> None:
    assert _given(tmp_path, {"P": {"value": "x"}}) == "x"
    assert _given(tmp_path, {"p": {"value": "x"}, "strange": {"value": 1}}) == "d", "the engine refuses such a file"
    assert isinstance(_given(tmp_path, {"p": {}}), Unknown)
    (tmp_path / "main.parameters.json").write_text(json.dumps({"parameters": {"p": {"value": "beside"}}}), encoding="utf-8")
    assert _given(tmp_path, {"p": {"value": "x"}}) == "x"


def test_a_link_to_a_file_that_is_no_template_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text(json.dumps({"parameters": {}}), encoding="utf-8")
    link = {
        "type": DEPLOYMENTS,
        "apiVersion": "2022-09-01",
        "name": "l",
        "properties": {"templateLink": {"relativePath": "none.json"}},
    }
    found = read(tmp_path, template(link))
    assert [problem.kind for problem in found.problems] == ["linked-template"]
    assert found.partial


def test_what_is_deployed_again_elsewhere_is_not_what_stands_here(tmp_path: Path) -> None:
    """What asks after the second deployment gets what that one leaves."""
    again = nested("again", vault("KV", properties={"n": 2}), dependsOn=["kv"])
    asks = {**asking(v="[reference('kv').n]"), "dependsOn": ["again"]}
    found = unknown(called(read(tmp_path, template(vault(properties={"n": 1}), again, asks))), "properties", "v")
    assert [one.to.lower() for one in found.refs] == [f"{VAULTS}/kv".lower()]


def test_a_slash_within_what_nobody_knows_parts_nothing(tmp_path: Path) -> None:
    """A member whose name has a slash in it is no path."""
    name = "parameters('p')['a/b']"
    parameters = {"p": {"type": "object"}}
    asked = f"[format('{{0}}/keys-{{1}}', resourceId('{VAULTS}', 'kv'), {name})]"
    found = _asked(tmp_path, asked, vault(), parameters=parameters)
    assert isinstance(found, Unknown)
    assert found.refs == ()
    secret = {"type": SECRETS, "apiVersion": "2023-07-01", "name": f"[concat('kv/', {name})]"}
    (held,) = read(tmp_path, template(secret, parameters=parameters)).declarations
    above = unknown(held, "parent_id")
    assert above.limits is None or not (above.limits.suffix or "").endswith("secrets")


def test_what_lies_nobody_knows_where_may_be_anything(tmp_path: Path) -> None:
    somewhere = lock(scope="[reference('kv').what]")
    found = _asked(tmp_path, "[reference('l', '2020-05-01', 'Full')]", vault(), somewhere)
    assert isinstance(found, Unknown)
    assert found.beyond


def test_what_is_looked_up_is_not_lost_for_what_runs_never(tmp_path: Path) -> None:
    never = vault("kv", copy={"name": "l", "count": "[parameters('n')]"})
    found = read(tmp_path, template(never, vault(existing=True), parameters={"n": {**INT, "maxValue": 0}})).declarations
    assert [one.mode for one in found] == ["data"]


def test_a_question_that_is_handed_on_stays_the_question(tmp_path: Path) -> None:
    inside = {"parameters": {"p": {"type": "string"}}}
    held = nested("d", vault(tags={"x": "[parameters('p')]"}), top=inside, properties={"parameters": {"p": "[parameters('o')]"}})
    (only,) = read(tmp_path, template(held, parameters={"o": {"type": "object"}})).declarations
    assert unknown(only, "tags", "x").reason == "parameter o has no value"


def test_a_deployment_that_is_not_read_says_nothing_of_itself(tmp_path: Path) -> None:
    """What is written in it is evaluated in its own scope, and not by what asks for it."""
    held = nested("d", vault(), scope="[parameters('p')]")
    asked = "[reference('d').template.contentVersion]"
    assert isinstance(_asked(tmp_path, asked, held, parameters={"p": STRING}), Unknown)


def test_of_a_variant_that_nobody_knows_nothing_is_shown(tmp_path: Path) -> None:
    variants = {"a": {"type": "object", "properties": {"kind": STRING, "secret": {"type": "secureString"}}}}
    declared = {
        "type": "object",
        "discriminator": {"propertyName": "kind", "mapping": variants},
        "defaultValue": {"kind": "[resourceGroup().location]", "secret": "hunter2"},
    }
    found = _asked(tmp_path, "[parameters('p').secret]", parameters={"p": declared}, languageVersion="2.0")
    assert isinstance(found, Unknown)
    assert "hunter2" not in repr(found)


def test_what_is_set_once_is_known_whoever_else_looks_it_up(tmp_path: Path) -> None:
    looking = nested("d", vault(existing=True), vault("never", condition=False))
    assert _asked(tmp_path, "[reference('kv').n]", vault(properties={"n": 1}), looking) == 1
    # Two that lie nobody knows where are not one for that.
    somewhere = [lock(name, scope="[reference('kv').what]", properties={"n": name}) for name in "ab"]
    assert _asked(tmp_path, "[reference('a').n]", vault(), *somewhere) == "a"
