"""The sparekey tags: spellings, and what is a question instead of a guess."""

from __future__ import annotations

import pytest
from tests.azure_estates import Hidden, value

from sparekey.mappings.tags import ROLES, marks
from sparekey.model.declaration import Action, Declaration
from sparekey.model.resource import Head
from sparekey.model.span import Pointer
from sparekey.model.value import AnyValue, Body, Known, Unknown

AT = Pointer(file="plan.json", pointer="/t")


def _host(body: AnyValue, action: Action = "create") -> Declaration:
    head = Head(deployment="plan.json", address="azurerm_windows_virtual_machine.m", at=AT)
    return Declaration(
        format="terraform-plan", type="azurerm_windows_virtual_machine", head=head, body=Body(value=body), action=action
    )


@pytest.mark.parametrize(("action", "written", "role"), [("create", False, None), ("create", True, "?"), ("update", False, "?")])
def test_a_new_host_on_which_no_tags_are_written_has_none(action: Action, written: bool, role: object) -> None:
    tags = Unknown(reason="which tags?", at=AT, unwritten=not written)
    found = marks(_host(Known(value={"tags": tags}, at=AT), action), "tags").role
    assert ("?" if isinstance(found, Unknown) else found.value) == role


def _marks(tags: object) -> list[object]:
    found = marks(_host(value({"tags": tags}, AT)), "tags")
    values = (found.role, found.group, found.site, found.mode, found.partial)
    return [v.value if isinstance(v, Known) else "?" for v in values]


@pytest.mark.parametrize("spelling,role", sorted(ROLES.items()))
def test_every_spelling_of_a_role(spelling: str, role: str) -> None:
    assert _marks({"sparekey-role": spelling})[0] == role
    assert _marks({"Sparekey-Role": spelling.upper().replace("-", "_")})[0] == role


def test_all_tags_are_read() -> None:
    tags = {"sparekey-role": "connector", "sparekey-group": " hr ", "sparekey-site": "a", "sparekey-mode": "staging"}
    assert _marks({**tags, "sparekey-partial": "true"}) == ["connector", "hr", "a", "staging", True]


@pytest.mark.parametrize("tags", [None, {}, {"env": "prod"}, {"sparekey-role": None}, {"sparekey-role": " "}])
def test_no_tag_is_a_null(tags: object) -> None:
    assert _marks(tags) == [None, None, None, None, None]


@pytest.mark.parametrize("tags", [Hidden(), "text", 7, ["a"]])
def test_tags_that_cannot_be_read_are_unknown(tags: object) -> None:
    assert _marks(tags) == ["?"] * 5


@pytest.mark.parametrize(
    "tags",
    [
        {"sparekey-role": "conector"},
        {"sparekey-group": "hr"},
        {"sparekey-role": "connector", "SPAREKEY-ROLE": "idp"},
        {"sparekey-role": {"a": "b"}},
        {"sparekey-role": Hidden(), "sparekey-group": "hr"},
    ],
)
def test_a_role_that_is_not_clear_is_a_question(tags: object) -> None:
    role = marks(_host(value({"tags": tags}, AT)), "tags").role
    assert isinstance(role, Unknown)
    assert role.reason
