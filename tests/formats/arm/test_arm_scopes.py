"""Ids and scopes of which a part is not known, or that are written in a manner of their own."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparekey.formats.arm import FORMAT
from sparekey.model.declaration import Document
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.value import AnyValue, Known, Reference, Unknown

DEPLOYMENTS = "Microsoft.Resources/deployments"
SCHEMAS = "https://schema.management.azure.com/schemas/2019-08-01/{}eploymentTemplate.json#"
LOCKS = "Microsoft.Authorization/locks"
VAULTS = "Microsoft.KeyVault/vaults"
KEYS = f"{VAULTS}/keys"
SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"


def template(*resources: object, schema: str = "d", **members: object) -> dict[str, object]:
    return {"$schema": SCHEMAS.format(schema), "contentVersion": "1.0.0.0", **members, "resources": list(resources)}


def resource(type_: str, name: str, **members: object) -> dict[str, object]:
    return {"type": type_, "apiVersion": "2023-07-01", "name": name, **members}


def inner(top: object, **members: object) -> dict[str, object]:
    properties = {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": top}
    return resource(DEPLOYMENTS, "d", properties=properties, **members)


def read(top: object) -> Document:
    with TemporaryDirectory() as folder:
        path = Path(folder, "main.json")
        path.write_text(json.dumps(top))
        reading = Reading(mapped=frozenset({VAULTS, KEYS, LOCKS}), scan_root=Path(folder))
        found = FORMAT.read(SourceFile(path=path, name="main.json"), reading)
    assert isinstance(found, Document), found
    return found


def held(document: Document, name: str, *path: str) -> AnyValue:
    (found,) = [one for one in document.declarations if one.head.address.endswith(f"/{name}")]
    return found.body.get(*path)


# --- a slash behind the type ------------------------------------------------------------------------------------------

_CALLS = st.sampled_from(
    [
        ("resourceId(", f"'{VAULTS}", "', 'kv')", f"{VAULTS}/kv"),
        ("resourceId('rg', ", f"'{VAULTS}", "', parameters('p'))", f"{VAULTS}/[parameters('p')]"),
        ("resourceId(subscription().subscriptionId, 'rg', ", f"'{VAULTS}", "', 'far')", ""),
        ("resourceId(", f"'{KEYS}", "', 'kv', 'k')", f"{KEYS}/kv/k"),
        ("extensionResourceId(resourceGroup().id, ", f"'{VAULTS}", "', 'kv')", f"{VAULTS}/kv"),
        ("subscriptionResourceId(", "'Microsoft.Authorization/roleDefinitions", "', 'r')", ""),
        ("tenantResourceId(", "'Microsoft.Management/managementGroups", "', parameters('p'))", ""),
    ]
)


def _referring(expression: str) -> Document:
    elsewhere = inner(template(resource(VAULTS, "[parameters('p')]"), parameters={"p": {"type": "string"}}), resourceGroup="rg")
    elsewhere["properties"]["parameters"] = {"p": {"value": "[parameters('p')]"}}  # type: ignore[index]
    return read(
        template(
            resource(VAULTS, "kv"),
            resource(KEYS, "kv/k"),
            elsewhere,
            resource(VAULTS, "x", properties={"id": f"[{expression}]"}),
            parameters={"p": {"type": "string"}},
        )
    )


@settings(max_examples=20, deadline=None)
@given(_CALLS)
def test_a_slash_behind_the_type_leads_to_the_same_resource(call: tuple[str, str, str, str]) -> None:
    """Law: the reference, the bounds of the text and the reason are those of the id without it."""
    before, type_, after, to = call
    plain = held(_referring(f"{before}{type_}{after}"), "x", "properties", "id")
    slashed = held(_referring(f"{before}{type_}/{after}"), "x", "properties", "id")
    assert isinstance(plain, Unknown)
    assert isinstance(slashed, Unknown)
    assert (slashed.refs, slashed.limits, slashed.reason) == (plain.refs, plain.limits, plain.reason)
    assert [ref.to for ref in slashed.refs] == ([to] if to else [])
    assert "correct" not in slashed.how


def test_the_text_of_such_an_id_is_not_said(tmp_path: Path) -> None:
    """The engine was not asked how it writes it."""
    del tmp_path
    name = f"[tenantResourceId('{VAULTS}/', 'a')]"
    assert isinstance(held(read(template(resource(VAULTS, "x", properties={"id": name}))), "x", "properties", "id"), Unknown)
    plain = f"[tenantResourceId('{VAULTS}', 'a')]"
    found = held(read(template(resource(VAULTS, "x", properties={"id": plain}))), "x", "properties", "id")
    assert isinstance(found, Known)
    assert found.value == f"/providers/{VAULTS}/a"


@pytest.mark.parametrize(
    "written", [f"'{VAULTS}/', 'a', 'b'", f"'{KEYS}/', 'a'", "'Microsoft.KeyVault/', 'a'", f"'{VAULTS}//', 'a'"]
)
def test_names_that_do_not_fit_are_refused_with_a_slash_as_without(written: str) -> None:
    found = held(read(template(resource(VAULTS, "x", properties={"id": f"[resourceId({written})]"}))), "x", "properties", "id")
    assert isinstance(found, Unknown)
    assert found.reason.startswith("refused: ")


def test_what_waits_by_such_an_id_waits() -> None:
    first = resource(VAULTS, "kv", properties={"n": 1})
    second = inner(template(resource(VAULTS, "kv", properties={"n": 2})), dependsOn=[f"[resourceId('{VAULTS}/', 'kv')]"])
    found = read(template(first, second))
    assert [one.body.get("properties", "n") for one in found.declarations] == [
        Known(value=2, at=found.declarations[0].body.get("properties", "n").at)
    ]


# --- scopes of which only a name is not known -------------------------------------------------------------------------

GROUP = inner(template(resource(VAULTS, "kv")), resourceGroup="rg")


@pytest.mark.parametrize(
    "scope",
    [
        "[format('Microsoft.Management/managementGroups/{0}', parameters('m'))]",
        "[concat('/providers/Microsoft.Management/managementGroups/', parameters('m'))]",
        "[tenantResourceId('Microsoft.Management/managementGroups', parameters('m'))]",
        "[tenantResourceId('Microsoft.Management/managementGroups/', parameters('m'))]",
        "[managementGroup().id]",
        "[format('Microsoft.Management/managementGroups/{0}', managementGroup().name)]",
    ],
)
def test_a_deployment_at_a_management_group_without_a_name_is_read(scope: str) -> None:
    subscription = inner(template(GROUP, schema="subscriptionD"), subscriptionId=SUBSCRIPTION, location="westeurope")
    managed = inner(template(subscription, schema="managementGroupD"), scope=scope, location="westeurope")
    found = read(template(managed, schema="managementGroupD", parameters={"m": {"type": "string"}}))
    assert not found.problems
    (kv,) = found.declarations
    id_ = kv.body.get("id")
    assert isinstance(id_, Known), id_
    assert id_.value == f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/{VAULTS}/kv"


@pytest.mark.parametrize(
    "scope",
    [
        "[format('/subscriptions/{0}', parameters('s'))]",
        "[format('/subscriptions/{0}/resourceGroups/rg2', parameters('s'))]",
        f"[format('/subscriptions/{SUBSCRIPTION}/resourceGroups/{{0}}', parameters('s'))]",
    ],
)
def test_a_deployment_at_a_subscription_or_a_group_without_a_name_is_read(scope: str) -> None:
    managed = inner(template(resource(VAULTS, "kv")), scope=scope, location="westeurope")
    found = read(template(managed, schema="tenantD", parameters={"s": {"type": "string"}}))
    assert not found.problems
    # The id is that of the vault, whatever it is; one that is written out in the same manner leads to it.
    id_ = found.declarations[0].body.get("id")
    assert isinstance(id_, Unknown)
    assert [(ref.to, ref.certain) for ref in id_.refs] == [(f"{VAULTS}/kv", True)]


@pytest.mark.parametrize(
    "scope",
    [
        "[parameters('m')]",
        "[format('/subscriptions/{0}/x/y', parameters('m'))]",
        "[format('subscriptions/{0}', parameters('m'))]",
    ],
)
def test_a_scope_of_which_nobody_can_tell_the_kind_is_a_gap(scope: str) -> None:
    managed = inner(template(resource(VAULTS, "kv")), scope=scope, location="westeurope")
    found = read(template(managed, schema="managementGroupD", parameters={"m": {"type": "string"}}))
    assert not found.declarations
    assert [problem.kind for problem in found.problems] == ["nested-template"]
    assert found.partial


@pytest.mark.parametrize("name", ["parameters('n')", "'kv'", "uniqueString(resourceGroup().id)"])
@pytest.mark.parametrize("scope", ["format('{type}/{{0}}', {name})", "concat('{type}/', {name})", "resourceId('{type}', {name})"])
def test_what_lies_on_a_resource_leads_to_it(name: str, scope: str) -> None:
    """The relative scope that Bicep writes leads to the resource, whether its name is known or not."""
    lock = resource(LOCKS, "l", scope=f"[{scope.format(type=VAULTS, name=name)}]")
    written = "kv" if name == "'kv'" else f"[{name}]"
    found = read(template(resource(VAULTS, written), lock, parameters={"n": {"type": "string"}}))
    (on,) = [one.body.get("scope") for one in found.declarations if one.type == LOCKS]
    assert isinstance(on, Unknown)
    assert on.refs == (Reference(to=f"{VAULTS}/{written}", attribute="id", certain=True, alone=True),)


@pytest.mark.parametrize("scope", ["/", ""])
def test_the_scope_of_the_tenant_is_no_resource(scope: str) -> None:
    found = read(template(resource(LOCKS, "l", scope=scope), schema="tenantD"))
    (on,) = [one.body.get("scope") for one in found.declarations]
    assert isinstance(on, Known)
    assert on.value == scope
