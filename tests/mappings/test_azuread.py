"""The azuread mapping of people: real plans of one configuration before and after its apply, then the corners."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.directory import ADMINISTRATOR, Later, Thing, assignment, declaration, guid, mapped, user

from sparekey.formats.terraform_plan import FORMAT
from sparekey.mappings import azuread, azuread_access
from sparekey.mappings.azuread_roles import EARLIER_NAMES, TEMPLATES, template_of
from sparekey.model.declaration import Document
from sparekey.model.kinds.people import DirectoryRole, Group, RoleAssignment, User
from sparekey.model.resource import Resource
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Pointer
from sparekey.model.value import AnyValue, Body, Flag, Known, Links, Number, Text, Unknown, ValueSet

FIXTURES = Path(__file__).parents[2] / "fixtures" / "mappings" / "azuread"
MAPPERS = {**azuread.MAPPING.mappers, **azuread_access.MAPPING.mappers}
OLD_NAMES = {"app_scope_object_id", "directory_scope_object_id"}
"""Attributes of major 2 that major 3 dropped."""
NESTED = {"rule"}
"""Attributes of a block that no resource of that type in the fixture has."""


@cache
def document(name: str) -> Document:
    """A fixture's plan as read, apart from its source, which says more."""
    with TemporaryDirectory() as folder:
        alone = Path(shutil.copy(FIXTURES / name / "plan.json", folder))
        file = SourceFile(path=alone, name="plan.json", named=True)
        found = FORMAT.read(file, Reading(mapped=frozenset(MAPPERS), scan_root=alone.parent))
    assert isinstance(found, Document)
    return found


def resources(name: str) -> dict[str, Resource]:
    """The resources of a fixture by address."""
    return {r.head.address: r for d in document(name).declarations for r in MAPPERS[d.type](d)}


def shown(value: Text | Flag | Number | ValueSet[str] | Links) -> object:
    """A value in short: what is known of it, `?` for an unknown."""
    if isinstance(value, Links):
        return shown(value.values)
    if isinstance(value, ValueSet):
        return "?" if value.open else [shown(member) for member in value.members]
    return "?" if isinstance(value, Unknown) else value.value


def field(resource: Resource, name: str) -> object:
    """One field in short."""
    found = getattr(resource, name)
    assert isinstance(found, Known | Unknown | ValueSet | Links)
    return shown(found)


class _Asked(Mapping[str, AnyValue]):
    """A block that notes which attributes are asked for, and holds every one of them as an unknown."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> AnyValue:
        self._names.add(name)
        return Known(
            value=(Known(value=_Asked(self._names), at=Pointer(file="p", pointer="")),), at=Pointer(file="p", pointer="")
        )

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _names(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name in value:
            yield name
            yield from _names(value[name].value if isinstance(value[name], Known) else None)
    elif isinstance(value, tuple):
        for item in value:
            yield from _names(item.value if isinstance(item, Known) else None)


def test_every_attribute_that_is_read_exists_in_the_provider() -> None:
    """The real plans show every attribute of every type, known or not; a misspelt one would stand nowhere."""
    real: dict[str, set[str]] = {}
    for name in ("before", "after"):
        for each in document(name).declarations:
            assert isinstance(each.body.value, Known)
            real.setdefault(each.type, set()).update(_names(each.body.value.value))
    for type_, mapper in MAPPERS.items():
        asked: set[str] = set()
        empty = declaration(Thing(type_, "x"))
        probe = Body(value=Known(value=_Asked(asked), at=empty.head.at))
        list(mapper(type(empty)(format=empty.format, type=type_, head=empty.head, body=probe)))
        if type_ == "azuread_users":
            assert asked >= {"users"}
        else:
            assert asked - OLD_NAMES - NESTED <= real[type_], type_


def test_what_is_known_before_the_apply_is_the_same_after() -> None:
    """Law of the plans: applying may decide an unknown and changes nothing that was known."""
    before, after = resources("before"), resources("after")
    assert before.keys() == after.keys()
    for address, one in before.items():
        for name in type(one).__dataclass_fields__:
            first, then = getattr(one, name), getattr(after[address], name)
            if name != "created" and isinstance(first, Known | Unknown | ValueSet | Links):
                assert shown(first) in ("?", ["?"], shown(then)), f"{address}.{name}"


def test_a_user_before_and_after() -> None:
    plain = resources("before")["azuread_user.plain"]
    assert isinstance(plain, User)
    assert field(plain, "nickname") == "ada", "the provider takes it from the user principal name"
    assert field(plain, "enabled") is True
    assert field(plain, "immutable_id") is None
    assert field(plain, "created") is True
    assert field(resources("after")["azuread_user.plain"], "created") is False
    rich = resources("before")["azuread_user.rich"]
    assert [field(rich, n) for n in ("nickname", "enabled", "immutable_id")] == ["bo.the.second", False, "Ym8="]
    assert [field(rich, n) for n in ("password_never_expires", "password_change_forced")] == [True, True]


def test_the_password_goes_no_further() -> None:
    for name in ("before", "after"):
        assert not any("not-a-real-password" in repr(resource) for resource in resources(name).values())


def test_groups_before_and_after() -> None:
    before, after = resources("before"), resources("after")
    assert [field(before[f"azuread_group.{n}"], "members") for n in ("listed", "added_to", "dynamic")] == ["?", "?", "?"]
    one, two = (key.value for n in ("plain", "rich") for key in after[f"azuread_user.{n}"].keys[:1])
    assert isinstance(one, Known)
    assert isinstance(two, Known)
    assert set(field(after["azuread_group.listed"], "members")) == {one.value, two.value}  # type: ignore[call-overload]
    assert field(after["azuread_group.added_to"], "members") == [one.value]
    assert field(after["azuread_group_without_members.elsewhere"], "members") == "?"
    assert field(before["azuread_group.dynamic"], "membership_rule") == 'user.department -eq "Harbour"'
    assert field(before["azuread_group.listed"], "role_assignable") is True
    assert field(before["azuread_group.added_to"], "role_assignable") is False


def test_the_question_of_a_group_keeps_where_its_members_come_from() -> None:
    group = resources("before")["azuread_group.listed"]
    assert isinstance(group, Group)
    assert group.members.values.open
    assert group.members.values.open.reason == "who is in azuread_group.listed?"
    assert {ref.to for ref in group.members.values.open.refs} == {"azuread_user.plain", "azuread_user.rich"}


def test_roles_and_who_holds_them() -> None:
    before = resources("before")
    role = before["azuread_directory_role.global_administrator"]
    assert isinstance(role, DirectoryRole)
    assert field(role, "template_id") == ADMINISTRATOR, "by name, whatever its case"
    scopes = {
        a.removeprefix("azuread_directory_role_"): field(r, "scope") for a, r in before.items() if isinstance(r, RoleAssignment)
    }
    assert scopes == {
        "member.plain": "/",
        "assignment.rich": "/",
        "assignment.scoped": "/administrativeUnits/0f5b2c1d-3e4f-4a5b-8c6d-7e8f9a0b1c2d",
        "eligibility_schedule_request.listed": "/",
    }
    assert [field(r, "eligible") for r in before.values() if isinstance(r, RoleAssignment)].count(True) == 1


def test_a_scope_that_is_hidden_is_not_taken_for_the_default() -> None:
    (hidden,) = mapped(assignment("a", guid(1), directory_scope_id=Later(unwritten=True)))
    assert field(hidden, "scope") == "?", "the object stands already, so its scope is whatever it was"
    (old,) = mapped(assignment("a", guid(1), directory_scope_id=None, directory_scope_object_id="/units/1"))
    assert field(old, "scope") == "/units/1"


def test_ids_name_an_object_by_both_attributes() -> None:
    (one,) = mapped(user("ada", 3, id=f"/users/{guid(3)}"))
    assert [(key.space, key.attribute) for key in one.keys] == [
        ("object_id", "object_id"),
        ("object_id", "id"),
        ("upn", "user_principal_name"),
    ]


def test_users_that_a_data_source_found() -> None:
    found = [{"object_id": guid(n), "user_principal_name": f"u{n}@x.com", "account_enabled": n == 1} for n in (1, 2)]
    listed = mapped(Thing("azuread_users", "some", {"users": found, "return_all": True}, data=True))
    assert [field(u, "upn") for u in listed] == ["u1@x.com", "u2@x.com"]
    assert [field(u, "enabled") for u in listed] == [True, False]
    assert all(u.head.looked_up and u.head.count.least == 1 for u in listed)
    assert mapped(Thing("azuread_users", "none", {"users": [], "user_principal_names": []}, data=True)) == []


@pytest.mark.parametrize(
    ("values", "count", "presence"),
    [
        ({"users": Later(), "user_principal_names": ["a@x.com", "b@x.com"]}, [(1, 1), (1, 1)], "yes"),
        ({"users": Later(), "object_ids": [guid(1)], "ignore_missing": True}, [(1, 1)], "maybe"),
        ({"users": Later(), "user_principal_names": Later()}, [(0, None)], "yes"),
        ({"users": Later(), "return_all": True}, [(0, None)], "yes"),
    ],
)
def test_users_that_are_still_looked_up(values: dict[str, object], count: list[tuple[int, int | None]], presence: str) -> None:
    listed = mapped(Thing("azuread_users", "some", values, "read", data=True))
    assert [(u.head.count.least, u.head.count.most) for u in listed] == count
    assert {u.head.presence.answer for u in listed} == {presence}
    assert all(field(u, "enabled") == "?" for u in listed)


def test_the_table_of_roles() -> None:
    """As published: one name, one template; the two that rules and guidance name most are spot checks."""
    assert len(set(TEMPLATES.values())) == len(TEMPLATES) > 100
    assert TEMPLATES["Global Administrator"] == ADMINISTRATOR
    assert TEMPLATES["Hybrid Identity Administrator"] == "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2"
    assert set(EARLIER_NAMES.values()) <= set(TEMPLATES)
    at = Pointer(file="p", pointer="")
    assert isinstance(template_of(Known(value="Harbour Master", at=at)), Unknown)


@pytest.mark.parametrize("raw", [None, 7, True, "text", [], ["x", 7], {}, {"a": 1}, [[]], [None], Later()])
@pytest.mark.parametrize("type_", sorted(MAPPERS))
def test_nonsense_is_never_an_exception(type_: str, raw: object) -> None:
    """Whatever stands in an attribute, the mapping gives resources with unknowns, and a text of the wrong type is one."""
    names: set[str] = set()
    empty = declaration(Thing(type_, "x"))
    probe = Body(value=Known(value=_Asked(names), at=empty.head.at))
    list(MAPPERS[type_](type(empty)(format=empty.format, type=type_, head=empty.head, body=probe)))
    for data in (False, True):
        mapped(Thing(type_, "x", dict.fromkeys(names, raw), "create", data=data))
