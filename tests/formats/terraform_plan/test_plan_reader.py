"""Whole plans: which resources there are, and what is said of input that is not as it should be."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw
from tests.formats.terraform_plan.plan_files import (
    UNKNOWN,
    block,
    change,
    declared,
    flat,
    known,
    plan,
    read,
    read_bytes,
    read_fixture,
    refs,
    unknown,
)

from sparekey.formats.terraform_plan import FORMAT, schema
from sparekey.formats.terraform_plan.recognise import MOST_VALUES
from sparekey.formats.terraform_plan.recognise import recognise as form_of
from sparekey.model.declaration import Document
from sparekey.model.problem import Problem
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Pointer

GOOD = plan(
    [
        change("azuread_user.a", {"display_name": "A"}, {"id": True}),
        change("azuread_group.g", {"members": [None]}, {"members": [True]}),
        change("random_id.r", {"x": 1}),
    ],
    block("azuread_user.a", display_name={"constant_value": "A"}),
    block("azuread_group.g", members=refs("azuread_user.a.object_id", "azuread_user.a")),
    planned_values={"root_module": {"resources": [{"address": "azuread_user.a", "type": "azuread_user", "values": {}}]}},
    prior_state={"values": {"root_module": {}}},
    complete=True,
    errored=False,
)
TEXT = json.dumps(GOOD).encode()


def problem(data: bytes, folder: Path) -> str:
    found = read_bytes(data, folder)
    assert isinstance(found, Problem), found
    assert (found.blame, found.incomplete, found.at.file) == ("input", True, "plan.json")
    return found.kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty-file"),
        (b" \n\t", "empty-file"),
        (TEXT[:-40], "truncated-json"),
        (TEXT[: len(TEXT) // 2], "truncated-json"),
        (TEXT.replace(b'"A"', b'"\xff"'), "not-utf-8"),
        (json.dumps(GOOD).encode("utf-16")[:-1], "not-utf-8"),
        (TEXT + TEXT, "trailing-content"),
        (TEXT.replace(b'"1.2"', b'"99.0"'), "unsupported-format-version"),
        (TEXT.replace(b'"1.2"', b"1"), "unsupported-format-version"),
        (TEXT.replace(b'"A"', b"NaN"), "malformed-json"),
        (TEXT.replace(b'"A"', b'"\x01"'), "malformed-json"),
        (TEXT.replace(b'"A"', b'"\\ud800"'), "malformed-json"),
        (TEXT.replace(b'"A"', b"[" * 100_000 + b"]" * 100_000), "too-deep"),
        (TEXT[:-1] + b',"x":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}", "too-deep"),
        (b'{"format_version": "1.0", "terraform_version": "1.9", "values": {"root_module": {}}}', "terraform-state"),
        (b'{"version": 4, "terraform_version": "1.9", "serial": 3, "lineage": "x", "resources": []}', "terraform-state"),
        (b'{"format_version": "1.0"}', "not-a-plan"),
        (b'{"@level":"info","@message":"Terraform"}\n{"@level":"info"}\n', "plan-log"),
        (b"PK\x03\x04 and so on tfplan and so on", "binary-plan"),
    ],
)
def test_what_is_no_plan_is_named(data: bytes, kind: str, tmp_path: Path) -> None:
    assert problem(data, tmp_path) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + TEXT,
        json.dumps(GOOD).encode("utf-16"),
        b"[command]/usr/bin/terraform show -json plan\r\n" + TEXT + b"\r\n::debug::exit 0\r\n",
        b"\n\n" + json.dumps(GOOD, indent=2).encode() + b"\nDone.\n",
        json.dumps(GOOD, sort_keys=True).encode(),
    ],
)
def test_what_pipelines_do_to_a_plan_is_undone(data: bytes, tmp_path: Path) -> None:
    document = read_bytes(data, tmp_path)
    assert isinstance(document, Document)
    assert not document.problems
    assert known(document, "azuread_user.a", "display_name") == "A"


@pytest.mark.parametrize(
    "head", [b"", b"{}", b"[]", b"apiVersion: v1", b'{"$schema": "x", "resources": []}', b'resource "a" "b" {}', b"PK\x03\x04xl/"]
)
def test_other_files_are_left_to_others(head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(head)
    assert not FORMAT.claims(SourceFile(path=path, name="x.json"), head)


def test_a_file_that_vanishes_is_a_problem(tmp_path: Path) -> None:
    found = FORMAT.read(SourceFile(path=tmp_path / "gone.json", name="gone.json"), Reading(mapped=frozenset()))
    assert isinstance(found, Problem)
    assert found.kind == "unreadable-file"


def test_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparekey.formats.terraform_plan.reader.MOST_BYTES", 10)
    assert problem(TEXT, tmp_path) == "too-large"


def test_too_many_values_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    kind = problem(TEXT[:-1] + b',"x":[' + b"," * (MOST_VALUES + 1), tmp_path)
    assert kind == "too-large"


@pytest.mark.parametrize("bad", [1, None, "x", [], {}, {"address": 1}, {"address": "azuread_user.b", "type": "azuread_user"}])
def test_one_malformed_entry_loses_only_itself(bad: object, tmp_path: Path) -> None:
    content = copy.deepcopy(GOOD)
    content["resource_changes"].insert(1, bad)  # type: ignore[attr-defined]  # known to be a list
    document = read(content, tmp_path)
    assert [d.head.address for d in document.declarations] == ["azuread_user.a", "azuread_group.g"]
    assert [(p.kind, p.at, p.incomplete) for p in document.problems] == [
        ("malformed-resource", Pointer(file="plan.json", pointer="/resource_changes/1"), True)
    ]
    assert [u.at for u in document.partial] == [Pointer(file="plan.json", pointer="/resource_changes/1")]


@pytest.mark.parametrize("actions", [[], ["explode"], ["create", "create"]])
def test_an_action_that_makes_no_sense_loses_the_entry(actions: list[str], tmp_path: Path) -> None:
    document = read(plan([change("azuread_user.a", {}, actions=tuple(actions))]), tmp_path)
    assert not document.declarations
    assert [p.kind for p in document.problems] == ["malformed-resource"]
    assert document.partial


def test_thousands_of_malformed_entries_are_counted_not_listed(tmp_path: Path) -> None:
    document = read(plan([1] * 5000), tmp_path)  # type: ignore[list-item]  # that is the point
    assert len(document.problems) == 101
    assert "4900 more" in document.problems[-1].message


def test_an_address_twice_is_a_problem(tmp_path: Path) -> None:
    document = read(plan([change("azuread_user.a", {}), change("azuread_user.a", {"x": 1})]), tmp_path)
    assert [p.kind for p in document.problems] == ["duplicate-address"]
    assert len(document.declarations) == len(document.partial) == 1


@pytest.mark.parametrize("number", [b"1e400", b"9" * 5000])
def test_a_number_beyond_all_bounds_makes_the_resource_unknown(number: bytes, tmp_path: Path) -> None:
    document = read_bytes(TEXT.replace(b'"A"', number), tmp_path)
    assert isinstance(document, Document)
    assert flat(declared(document, "azuread_user.a").body.value) == UNKNOWN
    assert [p.kind for p in document.problems] == ["malformed-resource"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [deeper for step, member in inner for deeper in paths(member, (*path, step))]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_wrong_types_anywhere_never_raise(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = copy.deepcopy(GOOD)
    path = data.draw(st.sampled_from([p for p in paths(GOOD) if p]))
    parent: object = content
    for step in path[:-1]:
        parent = parent[step]  # type: ignore[index]  # the path exists
    parent[path[-1]] = data.draw(JSON)  # type: ignore[index]  # the path exists
    folder = tmp_path_factory.getbasetemp() / "wrong"
    folder.mkdir(exist_ok=True)
    file = folder / "plan.json"
    file.write_bytes(json.dumps(content).encode())
    found = FORMAT.read(SourceFile(path=file, name="plan.json"), Reading(mapped=frozenset({"azuread_user", "azuread_group"})))
    if isinstance(found, Document):
        for declaration in (*found.declarations, *found.deletions):
            flat(declaration.body.value)
        list(found.headers)
        lost = {"azuread_user.a", "azuread_group.g"} - {d.head.address for d in found.declarations}
        assert not lost or found.problems or path[:1] == ("resource_changes",)


def test_actions_of_a_real_plan() -> None:
    document = read_fixture("changes")
    assert {d.head.address: d.action for d in document.declarations} == {
        "terraform_data.dropped[0]": "none",
        "terraform_data.first_new": "replace",
        "terraform_data.holder": "update",
        "terraform_data.new_name": "none",
        "terraform_data.swap": "replace",
        'module.team["a"].terraform_data.group': "update",
        'module.team["b"].terraform_data.group': "update",
    }
    assert {d.head.address: d.action for d in document.deletions} == {
        "terraform_data.dropped[1]": "delete",
        "terraform_data.first_new": "replace",
        "terraform_data.forgotten": "forget",
        "terraform_data.swap": "replace",
    }
    gone = {d.head.address: d.body.text("id") for d in document.deletions}
    assert all(value.value for value in gone.values())  # type: ignore[union-attr]  # known in the state
    assert unknown(document, "terraform_data.swap", "id").reason == "what will id of terraform_data.swap be?"
    assert not document.partial


def test_a_sensitive_value_of_a_real_plan_stays_inside() -> None:
    document = read_fixture("changes")
    assert unknown(document, "terraform_data.holder", "input", "pin").reason.startswith("sensitive:")
    assert "not-a-real-pin" not in repr([flat(d.body.value) for d in (*document.declarations, *document.deletions)])
    assert known(document, "terraform_data.holder", "input", "none") is None


def test_a_partial_plan_keeps_what_it_does_not_touch() -> None:
    document = read_fixture("partial")
    assert {d.head.address for d in document.declarations} == {
        "terraform_data.aimed[0]",
        "terraform_data.aimed[1]",
        "terraform_data.kept",
    }
    assert [(p.kind, p.incomplete) for p in document.problems] == [("partial-plan", False)]
    assert len(document.partial) == 1
    kept = declared(document, "terraform_data.kept").body.text("id")
    assert kept == declared(document, "terraform_data.kept").body.text("id")
    untouched = declared(document, "terraform_data.aimed[0]")
    assert untouched.action == "none"
    assert isinstance(known(document, "terraform_data.aimed[0]", "id"), str)
    assert untouched.head.at == Pointer(file="plan.json", pointer="/prior_state/values/root_module/resources/0")


def test_an_errored_plan_is_incomplete() -> None:
    document = read_fixture("errored")
    assert [(p.kind, p.incomplete) for p in document.problems] == [("errored-plan", True)]
    assert document.partial
    assert [d.head.address for d in document.declarations] == ["terraform_data.fine"]


def test_deposed_objects_are_no_members(tmp_path: Path) -> None:
    old = {**change("azuread_user.a", None, actions=("delete",), before={}), "deposed": "abcd1234"}
    document = read(plan([change("azuread_user.a", {}), old]), tmp_path)
    assert len(document.declarations) == 1
    assert not document.deletions
    assert not document.problems


def test_a_data_source_that_goes_deletes_nothing(tmp_path: Path) -> None:
    gone = {**change("data.azuread_user.a", None, actions=("delete",), before={}), "mode": "data"}
    document = read(plan([gone]), tmp_path)
    assert not document.declarations
    assert not document.deletions


def test_two_resources_may_swap_their_addresses(tmp_path: Path) -> None:
    changes = [
        {**change(f"azuread_user.{a}", {"n": a}, actions=("no-op",)), "previous_address": f"azuread_user.{b}"}
        for a, b in ("ab", "ba")
    ]
    document = read(plan(changes), tmp_path)
    assert [known(document, f"azuread_user.{a}", "n") for a in "ab"] == ["a", "b"]
    assert not document.problems


def state(*addresses: str, **values: object) -> dict[str, object]:
    resources = [
        {"address": a, "mode": "data" if a.startswith("data.") else "managed", "type": a.split(".")[-2], "values": values}
        for a in addresses
    ]
    return {"root_module": {"child_modules": [{"resources": resources}]}}


def test_data_that_was_read_while_planning_comes_from_the_prior_state(tmp_path: Path) -> None:
    prior = {"values": state("data.azuread_user.d", "data.azuread_user.unwritten", object_id="1")}
    document = read(plan([], block("data.azuread_user.d"), prior_state=prior), tmp_path)
    (found,) = document.declarations
    assert (found.head.address, found.mode, found.head.looked_up, found.action) == ("data.azuread_user.d", "data", True, "none")
    assert known(document, "data.azuread_user.d", "object_id") == "1"
    assert found.head.at == Pointer(file="plan.json", pointer="/prior_state/values/root_module/child_modules/0/resources/0")


def test_data_that_will_be_read_is_unknown(tmp_path: Path) -> None:
    document = read(plan([change("data.azuread_user.d", {"upn": "x"}, {"object_id": True}, actions=("read",))]), tmp_path)
    assert document.declarations[0].action == "read"
    assert unknown(document, "data.azuread_user.d", "object_id")


def test_without_resource_changes_what_is_absent_may_be_unknown(tmp_path: Path) -> None:
    content = plan([], planned_values=state("azuread_user.a", upn="x", unset=None, empty=[], ids=[None]))
    del content["resource_changes"]
    document = read(content, tmp_path)
    assert [(p.kind, p.incomplete) for p in document.problems] == [("no-resource-changes", False)]
    assert known(document, "azuread_user.a", "upn") == "x"
    assert known(document, "azuread_user.a", "empty") == []
    assert known(document, "azuread_user.a", "unset") is None
    assert unknown(document, "azuread_user.a", "ids", 0)
    assert unknown(document, "azuread_user.a", "never_shown")


def test_an_entry_that_does_not_say_what_is_unknown(tmp_path: Path) -> None:
    entry = change("azuread_user.a", {"upn": "x", "n": None})
    del entry["change"]["after_unknown"]  # type: ignore[attr-defined]  # known to be an object
    document = read(plan([entry]), tmp_path)
    assert [(p.kind, p.incomplete) for p in document.problems] == [("no-after-unknown", False)]
    assert known(document, "azuread_user.a", "upn") == "x"
    assert known(document, "azuread_user.a", "n") is None
    assert unknown(document, "azuread_user.a", "object_id")


def test_an_empty_plan_is_empty(tmp_path: Path) -> None:
    document = read(
        {"format_version": "1.2", "planned_values": {"root_module": {}}, "configuration": {"root_module": {}}}, tmp_path
    )
    assert (document.declarations, document.problems, document.partial) == ((), (), ())


def test_other_types_are_counted_and_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[bytes] = []

    def watched(raw: Raw) -> object:
        decoded.append(bytes(raw))
        return schema.plain(raw)

    monkeypatch.setattr("sparekey.formats.terraform_plan.declare.plain", watched)
    document = read(GOOD, tmp_path)
    assert document.unmapped == {"random_id": 1}
    assert b'{"x": 1}' not in decoded
    assert b'{"display_name": "A"}' in decoded


def test_a_form_is_seen_in_the_first_bytes() -> None:
    assert form_of(TEXT) == "plan"
    assert form_of(b"# a note\n" * 2000 + TEXT) is None


def test_what_moved_away_is_not_there_any_more(tmp_path: Path) -> None:
    moved = {**change("azuread_user.new", {}, actions=("no-op",)), "previous_address": "azuread_user.old"}
    document = read(plan([moved], prior_state={"values": state("azuread_user.old")}, complete=False), tmp_path)
    assert [d.head.address for d in document.declarations] == ["azuread_user.new"]
