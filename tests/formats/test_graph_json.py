"""Exports of Microsoft Graph: told by what they hold, whoever wrote them, and never guessed at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.config import Config
from sparekey.formats.graph_json import FORMAT
from sparekey.formats.graph_json.reader import deployment_of
from sparekey.mappings.graph_json import MAPPING
from sparekey.model.declaration import Declaration, Document
from sparekey.model.kinds.access import AccessPolicy, NamedLocation
from sparekey.model.kinds.people import Group, User
from sparekey.model.kinds.strengths import AuthenticationStrength
from sparekey.model.problem import Problem
from sparekey.model.resource import Resource
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Span
from sparekey.model.value import Known, Unknown
from sparekey.run import check

ID = "11111111-aaaa-4bbb-8ccc-000000000001"
CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies"
POLICY: dict[str, object] = {
    "id": ID,
    "displayName": "Block",
    "state": "enabled",
    "conditions": {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"], "excludeGroups": ["11111111-aaaa-4bbb-8ccc-000000000009"]},
    },
    "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    "sessionControls": None,
}
LOCATION = {"@odata.type": "#microsoft.graph.ipNamedLocation", "id": ID, "displayName": "Office", "isTrusted": True}
RANGES = {"ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}]}
STRENGTH = {"id": ID, "displayName": "Strong", "policyType": "custom", "allowedCombinations": ["fido2"]}
GROUP = {"id": ID, "displayName": "Break glass", "securityEnabled": True, "mailEnabled": False, "groupTypes": []}


def document(tmp_path: Path, value: object, name: str = "x.json", encoding: str = "utf-8") -> Document:
    path = tmp_path / Path(name).name
    path.write_bytes(json.dumps(value, indent=2).encode(encoding))
    file = SourceFile(path=path, name=name)
    assert FORMAT.claims(file, file.head()), "not claimed"
    found = FORMAT.read(file, Reading(mapped=frozenset(MAPPING.mappers)))
    assert isinstance(found, Document), found
    return found


def resources(tmp_path: Path, value: object) -> list[Resource]:
    return [r for declaration in document(tmp_path, value).declarations for r in MAPPING.mappers[declaration.type](declaration)]


def policy(tmp_path: Path, value: object) -> AccessPolicy:
    (found,) = resources(tmp_path, value)
    assert isinstance(found, AccessPolicy)
    return found


def capital(value: object) -> object:
    if isinstance(value, Mapping):
        return {name[:1].upper() + name[1:]: capital(held) for name, held in value.items()}
    return [capital(item) for item in value] if isinstance(value, list) else value


SHAPES = {
    "one": POLICY,
    "answer": {"@odata.context": CONTEXT, "value": [POLICY]},
    "answer of one": {"@odata.context": f"{CONTEXT}/$entity", **POLICY},
    "value": {"value": [POLICY]},
    "list": [POLICY],
    "capitals": capital(POLICY),
    "capitals in a list": [capital(POLICY)],
    "under a name": {"exportedAt": "today", "policies": [POLICY]},
    "the members in another order": dict(reversed(POLICY.items())),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_policy_is_one_in_whatever_shape_a_tool_writes_it(tmp_path: Path, shape: str, encoding: str) -> None:
    found = document(tmp_path, SHAPES[shape], encoding=encoding)
    assert [d.head.address for d in found.declarations] == [f"conditionalAccessPolicy/{ID}"]
    (made,) = (r for d in found.declarations for r in MAPPING.mappers[d.type](d))
    assert isinstance(made, AccessPolicy)
    assert isinstance(made.name, Known)
    assert made.name.value == "Block"
    assert [m.value for m in made.included_users.values.members if isinstance(m, Known)] == ["All"]
    assert [m.value for m in made.controls.members if isinstance(m, Known)] == ["block"]


@pytest.mark.parametrize(
    "value,kind",
    [
        ({**LOCATION, **RANGES}, NamedLocation),
        (
            {
                "Id": ID,
                "DisplayName": "Office",
                "AdditionalProperties": {"@odata.type": "#microsoft.graph.ipNamedLocation", **RANGES},
            },
            NamedLocation,
        ),
        ({"id": ID, "displayName": "Abroad", "countriesAndRegions": ["XX"]}, NamedLocation),
        (STRENGTH, AuthenticationStrength),
        (GROUP, Group),
        (
            {
                "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users",
                "value": [{"id": ID, "userPrincipalName": "a@b.c"}],
            },
            User,
        ),
        ({"@odata.type": "#microsoft.graph.user", "id": ID, "userPrincipalName": "a@b.c"}, User),
    ],
)
def test_what_policies_refer_to_is_read(tmp_path: Path, value: object, kind: type[Resource]) -> None:
    (found,) = resources(tmp_path, value)
    assert isinstance(found, kind)
    assert [key.value.value for key in found.keys if key.space == "object_id" and isinstance(key.value, Known)] == [ID]


def test_additional_properties_are_properties(tmp_path: Path) -> None:
    extra = {"@odata.type": "#microsoft.graph.ipNamedLocation", "isTrusted": True, **RANGES}
    (found,) = resources(tmp_path, {"Id": ID, "DisplayName": "Office", "AdditionalProperties": extra})
    assert isinstance(found, NamedLocation)
    assert [m.value for m in found.ip_ranges.members if isinstance(m, Known)] == ["192.0.2.0/24"]
    assert isinstance(found.trusted, Known)
    assert found.trusted.value is True


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"displayName": "x"},
        {"value": [{"id": 1}]},
        {"conditions": {}, "rules": []},
        {"format_version": "1.2", "resource_changes": [{"change": {"after": {"body": POLICY}}}]},
        {"apiVersion": "v1", "kind": "ConfigMap", "data": {"grantControls": "x"}},
        {"resources": {"deep": {"deeper": [POLICY]}}},
        {"users": [{"id": ID, "userPrincipalName": "a@b.c"}]},
    ],
)
def test_what_is_none_is_not_claimed(tmp_path: Path, value: object) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(value))
    file = SourceFile(path=path, name="x.json")
    assert not FORMAT.claims(file, file.head())


@given(st.binary(max_size=80))
def test_any_bytes_can_be_asked_about(data: bytes) -> None:
    file = SourceFile(path=Path("x.json"), name="x.json")
    FORMAT.claims(file, data)
    FORMAT.claims(file, b'{"grantControls": {}, "conditions": ' + data)


@pytest.mark.parametrize(
    "value,words",
    [
        ([{"ResourceName": "AADConditionalAccessPolicy", "DisplayName": "x", "IncludeUsers": ["All"]}], "Microsoft365DSC"),
        ({"displayName": "x", "includeUsers": ["All"], "excludeUsers": [], "builtInControls": ["block"]}, "does not know"),
        ({"id": ID, "name": "x", "scenarios": "zeroTrust", "details": {"grantControls": {}}}, "no policy"),
    ],
)
def test_another_dialect_is_named_and_a_gap(tmp_path: Path, value: object, words: str) -> None:
    found = document(tmp_path, value)
    (problem,) = found.problems
    assert (problem.kind, problem.incomplete) == ("unknown-dialect", True)
    assert words in problem.message
    assert found.declarations == ()
    assert found.partial
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "x.json").write_text(json.dumps(value))
    assert check([tmp_path / "alone"], Config()).exit_code == 3


def test_a_deleted_policy_is_not_there(tmp_path: Path) -> None:
    found = document(tmp_path, [{**POLICY, "deletedDateTime": "2025-09-12T17:01:05Z"}])
    assert (found.declarations, sum(found.unmapped.values())) == ((), 1)


# --- what is known -------------------------------------------------------------------------------------------------------


def test_what_an_answer_leaves_out_is_unknown_and_what_is_handed_in_has_defaults(tmp_path: Path) -> None:
    answered = policy(tmp_path, POLICY)
    assert answered.included_locations.values.open is not None
    made = policy(tmp_path, {name: value for name, value in POLICY.items() if name != "id"})
    assert made.included_locations.values.open is None
    assert made.included_locations.values.members == ()


def test_a_null_is_nothing(tmp_path: Path) -> None:
    conditions = POLICY["conditions"]
    assert isinstance(conditions, dict)
    found = policy(tmp_path, {**POLICY, "conditions": {**conditions, "locations": None, "insiderRiskLevels": "minor,moderate"}})
    assert (found.included_locations.values.members, found.included_locations.values.open) == ((), None)
    assert [m.value for m in found.insider_risk_levels.members if isinstance(m, Known)] == ["minor", "moderate"]


@pytest.mark.parametrize("young", [True, False])
@pytest.mark.parametrize("devices", [None, {"deviceFilter": None}])
def test_retired_device_states_that_a_young_export_leaves_out_are_none(tmp_path: Path, devices: object, *, young: bool) -> None:
    conditions = POLICY["conditions"]
    assert isinstance(conditions, dict)
    held = {**conditions, "devices": devices, **({"authenticationFlows": None} if young else {})}
    found = policy(tmp_path, {**POLICY, "conditions": held})
    assert isinstance(found.device_filter, Known) == young
    legacy = {**held, "deviceStates": {"includeStates": ["All"], "excludeStates": ["Compliant"]}}
    restricted = policy(tmp_path, {**POLICY, "conditions": legacy}).device_filter
    assert not (isinstance(restricted, Known) and restricted.value is None)


@pytest.mark.parametrize(
    "users",
    [
        {"includeUsers": "All"},
        {"includeUsers": "System.Object[]"},
        {"includeUsers": "System.String[]"},
        "Microsoft.Graph.PowerShell.Models.MicrosoftGraphConditionalAccessUsers",
        "@{IncludeUsers=System.Object[]}",
        {"includeUsers": ["{{EVERYBODY}}"]},
        {"includeUsers": ["<everybody>"]},
        {"includeUsers": ["REPLACE WITH EXCLUDE GROUP ID"]},
        {"includeUsers": ["someone@example.com"]},
        {"includeUsers": ["#{everybody}#"]},
    ],
)
def test_what_the_file_does_not_say_is_unknown(tmp_path: Path, users: object) -> None:
    conditions = POLICY["conditions"]
    assert isinstance(conditions, dict)
    values = policy(tmp_path, {**POLICY, "conditions": {**conditions, "users": users}}).included_users.values
    assert values.open is not None or any(isinstance(member, Unknown) for member in values.members)
    assert not any(isinstance(member, Known) for member in values.members)


def test_a_place_is_the_line_of_the_property(tmp_path: Path) -> None:
    found = document(tmp_path, {"value": [POLICY]})
    (declaration,) = found.declarations
    lines = (tmp_path / "x.json").read_text().split("\n")
    at = declaration.head.at
    assert isinstance(at, Span)
    assert '"displayName": "Block"' in lines[at.start_line - 1]
    users = declaration.body.get("conditions", "users", "includeUsers").at
    assert isinstance(users, Span)
    assert '"includeUsers"' in lines[users.start_line - 1]


# --- exports ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name,deployment",
    [
        ("x.json", "."),
        ("contoso/x.json", "contoso"),
        ("contoso/ConditionalAccess/x.json", "contoso"),
        (f"contoso/Identity/Conditional/AccessPolicies/{ID}/{ID}.json", "contoso"),
        (f"contoso/Groups/{ID}/x.json", "contoso"),
        ("contoso/Named Locations/x.json", "contoso"),
        ("Policies/x.json", "."),
        ("contoso/2025-01-01/x.json", "contoso/2025-01-01"),
    ],
)
def test_an_export_is_one_deployment(name: str, deployment: str) -> None:
    assert deployment_of(name) == deployment


def _all(tmp_path: Path, files: Mapping[str, object]) -> list[Declaration]:
    for name, value in files.items():
        (tmp_path / name).write_text(json.dumps(value))
    handed = [SourceFile(path=tmp_path / name, name=name) for name in files]
    found = FORMAT.read_folders(handed, Reading(mapped=frozenset(MAPPING.mappers)), replaced=frozenset())
    return [d for one in found if isinstance(one, Document) for d in one.declarations]


def test_an_object_that_stands_twice_is_there_once_where_it_says_the_same(tmp_path: Path) -> None:
    assert len(_all(tmp_path, {"all.json": [POLICY], "one.json": POLICY})) == 1
    assert len(_all(tmp_path, {"all.json": [POLICY], "one.json": {**POLICY, "state": "disabled"}})) == 2


def test_an_exclusion_leads_to_the_exported_group(tmp_path: Path) -> None:
    (tmp_path / "Groups").mkdir()
    group = {**GROUP, "id": "11111111-aaaa-4bbb-8ccc-000000000009"}
    (tmp_path / "Groups" / "g.json").write_text(json.dumps(group))
    (tmp_path / "p.json").write_text(json.dumps(POLICY))
    run = check([tmp_path], Config())
    assert run.coverage.understood == {"microsoft.graph.conditionalAccessPolicy": 1, "microsoft.graph.group": 1}
    assert "who is in group/11111111-aaaa-4bbb-8ccc-000000000009?" in [question.what for question in run.questions]


@pytest.mark.parametrize(
    "text,kind",
    [
        ('{"conditions": {}, "grantControls": ', "truncated-json"),
        ('{"conditions": {}, "grantControls": x}', "bad-json"),
        ('{"conditions": {}, "grantControls": ' + "[" * 100_000 + "]" * 100_000 + "}", "too-deep"),
    ],
)
def test_what_cannot_be_read_is_one_named_problem(tmp_path: Path, text: str, kind: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    file = SourceFile(path=path, name="x.json")
    assert FORMAT.claims(file, file.head())
    found = FORMAT.read(file, Reading(mapped=frozenset(MAPPING.mappers)))
    assert isinstance(found, Problem)
    assert found.kind == kind


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["users", "includeUsers", "id", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(sorted(POLICY)), JSON)
def test_wrong_types_anywhere_are_no_error(tmp_path_factory: pytest.TempPathFactory, name: str, value: object) -> None:
    folder = tmp_path_factory.mktemp("g")
    (folder / "x.json").write_text(json.dumps({**POLICY, name: value}))
    check([folder], Config())
