"""Declared facts: entries of the inventory become declarations on their line, and resources that others can name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sparekey.config import Config
from sparekey.estates import apply_mappings, join
from sparekey.formats.declared import FORMAT
from sparekey.mappings.declared import MAPPING
from sparekey.mappings.declared_inventory import MAPPING as INVENTORY
from sparekey.model.declaration import Document
from sparekey.model.kinds.hybrid import Connector
from sparekey.model.kinds.inventory import DeclaredComponent
from sparekey.model.kinds.people import Group, User
from sparekey.model.kinds.sync import DirectorySync
from sparekey.model.problem import Problem
from sparekey.model.resource import Resource
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Span
from sparekey.model.value import Known, Unknown

READING = Reading(mapped=frozenset())


def _read(tmp_path: Path, text: str) -> Document | Problem:
    file = tmp_path / "sparekey.yaml"
    file.write_text(text, encoding="utf-8")
    return FORMAT.read(SourceFile(path=file, name="sparekey.yaml"), READING)


def _resources(tmp_path: Path, text: str) -> list[Resource]:
    document = _read(tmp_path, text)
    assert isinstance(document, Document)
    return [r for rs in apply_mappings(document, [MAPPING]).resources.values() for r in rs]


def test_an_entry_stands_on_its_line_and_is_called_by_its_name(tmp_path: Path) -> None:
    document = _read(tmp_path, "inventory:\n  break_glass:\n    - upn: bg1@example.org\n    - {object_id: x, name: second}\n")
    assert isinstance(document, Document)
    first, second = document.declarations
    assert first.head.address == 'inventory.break_glass["bg1@example.org"]'
    assert first.head.at == Span(file="sparekey.yaml", start_line=3, start_column=7, end_line=3, end_column=26)
    assert second.head.address == 'inventory.break_glass["x"]'
    assert {d.head.deployment for d in document.declarations} == {"sparekey.yaml"}
    assert {d.head.origin for d in document.declarations} == {"declared"}


def test_the_same_name_twice_keeps_two_addresses(tmp_path: Path) -> None:
    found = _resources(tmp_path, "inventory: {connectors: [{name: c}, {name: C}]}")
    assert [r.head.address for r in found] == ['inventory.connectors["c"]', "inventory.connectors[1]"]


def test_an_emergency_account_leaves_open_what_the_entry_does_not_say(tmp_path: Path) -> None:
    (user,) = _resources(tmp_path, "inventory: {break_glass: [{upn: bg@example.org}]}")
    assert isinstance(user, User)
    assert isinstance(user.emergency, Known)
    assert user.emergency.value is True
    assert isinstance(user.upn, Known)
    assert user.upn.value == "bg@example.org"
    keys = {key.space: key.value for key in user.keys}
    assert isinstance(keys["object_id"], Unknown)
    assert isinstance(user.immutable_id, Unknown)


def test_one_partial_entry_makes_the_list_of_emergency_accounts_partial(tmp_path: Path) -> None:
    text = "inventory:\n  break_glass:\n    - {upn: a@x.org}\n    - {upn: b@x.org, partial: true}\n"
    flags = [user.listed_partially for user in _resources(tmp_path, text) if isinstance(user, User)]
    assert [flag.value for flag in flags if isinstance(flag, Known)] == [True, True]
    assert {flag.at.start_line for flag in flags if isinstance(flag.at, Span)} == {4}
    whole = [user.listed_partially for user in _resources(tmp_path, text.replace("true", "false")) if isinstance(user, User)]
    assert [flag.value for flag in whole if isinstance(flag, Known)] == [False, False]


def test_a_group_is_closed_unless_it_says_partial(tmp_path: Path) -> None:
    text = "inventory: {groups: [{of: azuread_group.bg, members: [bg@example.org]}, {of: azuread_group.x, members: [], partial: true}]}"
    closed, partial = (r for r in _resources(tmp_path, text) if isinstance(r, Group))
    assert closed.members.values.open is None
    assert [m.value for m in closed.members.values.members if isinstance(m, Known)] == ["bg@example.org"]
    assert [(key.space, key.value.value) for key in closed.keys if isinstance(key.value, Known)] == [
        ("address", "azuread_group.bg")
    ]
    assert partial.members.values.open is not None


def test_a_group_is_named_by_object_id_where_it_is_one(tmp_path: Path) -> None:
    guid = "11111111-2222-3333-4444-555555555555"
    (group,) = _resources(tmp_path, f"inventory: {{groups: [{{of: {guid}, members: []}}]}}")
    assert [key.space for key in group.keys] == ["object_id"]


def test_members_are_joined_by_user_principal_name(tmp_path: Path) -> None:
    text = "inventory: {break_glass: [{upn: BG@example.org}], groups: [{of: azuread_group.bg, members: [bg@example.org]}]}"
    document = _read(tmp_path, text)
    assert isinstance(document, Document)
    (estate,) = join([apply_mappings(document, [MAPPING])], Config())
    (group,), (user,) = estate.of("group"), estate.of("user")
    edges = estate.linked(group, "members")
    assert [(edge.target, edge.certain) for edge in edges.members] == [(user.id, True)]
    assert edges.open is None


def test_a_connector_without_a_group_is_in_the_default_one(tmp_path: Path) -> None:
    plain, marked = _resources(tmp_path, "inventory: {connectors: [{name: a}, {name: b, group: hr, host: h, partial: true}]}")
    assert isinstance(plain, Connector)
    assert isinstance(marked, Connector)
    assert (plain.group, marked.group) == (
        Known(value="default", at=plain.group.at, origin="default"),
        Known(value="hr", at=marked.group.at, origin="declared"),
    )
    assert [flag.value for flag in (plain.partial, marked.partial) if isinstance(flag, Known)] == [False, True]


def test_broken_text_is_a_problem(tmp_path: Path) -> None:
    assert isinstance(_read(tmp_path, "inventory: ["), Problem)


def test_what_was_to_be_looked_at_again_is_a_question(tmp_path: Path) -> None:
    """Past its day an entry still names what it spoke of; all that it says besides is one question, and so is whether it is all."""
    file = tmp_path / "sparekey.yaml"
    text = "inventory: {connectors: [{name: c, host: h, review_by: 2026-06-30}], sync: {method: pta, review_by: 2026-06-30}}"
    file.write_text(text, encoding="utf-8")
    late = replace(READING, as_of="2026-07-01")
    document = FORMAT.read(SourceFile(path=file, name="sparekey.yaml"), late)
    assert isinstance(document, Document)
    connector, sync = document.declarations
    assert connector.head.presence.answer == "maybe"
    (question,) = (cause.unknown for cause in connector.head.presence.because)
    assert question is not None
    assert "2026-06-30" in question.reason
    assert connector.body.text("name") == Known(value="c", at=connector.body.get("name").at, origin="declared")
    assert connector.body.get("host") == connector.body.get("partial") == question
    assert isinstance(connector.body.get("group"), Known), "what the entry does not say it does not say later either"
    assert isinstance(sync.body.get("method"), Unknown)
    for day in ("2026-06-30", ""):
        document = FORMAT.read(SourceFile(path=file, name="sparekey.yaml"), replace(READING, as_of=day))
        assert isinstance(document, Document)
        assert all(d.head.presence.answer == "yes" and isinstance(d.body.get("host"), Known) for d in document.declarations)


def test_the_rest_of_the_inventory_becomes_resources(tmp_path: Path) -> None:
    text = """
inventory:
  agents: [{name: a, role: pta-agent, mode: staging}]
  sites: [{name: hq, needs: [power]}]
  links: [{name: l, sites: [hq]}]
  components: [{id: farm, kind: federation, groups: [{k: 2, members: [a, b, c]}]}]
  people: [{name: jo, holds: [key]}]
  accepted_shared: [tenant]
  sync: {method: phs, staging: true, dr: rebuild}
  federation: {domains: [x.org, y.org], wap: [{name: w}]}
  break_glass: [{upn: bg@x.org, method: fido2}]
"""
    document = _read(tmp_path, text)
    assert isinstance(document, Document)
    found: dict[str, list[Resource]] = {}
    for resource in (r for rs in apply_mappings(document, [MAPPING, INVENTORY]).resources.values() for r in rs):
        found.setdefault(resource.kind, []).append(resource)
    assert {kind: len(each) for kind, each in found.items()} == {
        "agent": 2,
        "component": 3,
        "person": 1,
        "accepted_shared": 1,
        "declared_sync": 1,
        "directory_sync": 1,
        "domain_federation": 2,
        "user": 1,
        "emergency_method": 1,
    }
    assert len({r.id for each in found.values() for r in each}) == 13
    (sync,) = found["directory_sync"]
    assert isinstance(sync, DirectorySync)
    assert isinstance(sync.password_hash_sync, Known)
    assert sync.password_hash_sync.value is True, "signing in by hashes takes hashes"
    (farm,) = (c for c in found["component"] if isinstance(c, DeclaredComponent) and c.label == "farm")
    assert isinstance(farm.alternatives[0].least, Known)
    assert (farm.alternatives[0].least.value, len(farm.alternatives[0].members.members)) == (2, 3)


def test_an_entry_that_says_nothing_of_hashes_says_nothing_of_hashes(tmp_path: Path) -> None:
    document = _read(tmp_path, "inventory: {sync: {method: pta}}")
    assert isinstance(document, Document)
    found = [r.kind for rs in apply_mappings(document, [INVENTORY]).resources.values() for r in rs]
    assert found == ["declared_sync"]
