"""What Rego sees of what will be gone: each thing once, by the gravest of what happens to it, with facts of its own."""

from __future__ import annotations

import itertools
import json

import pytest
from tests.engine.test_encode import AT, joined, some

from sparekey.engine.encode import Reading, encode
from sparekey.model.declaration import Action
from sparekey.model.estate import Deletion
from sparekey.model.kinds.people import Group, User
from sparekey.model.truth import Cause, yes

READING = Reading(kinds=frozenset({"group", "user"}), deletions=frozenset({"group", "user"}))


@pytest.mark.parametrize("actions", list(itertools.permutations(("delete", "replace", "forget"), 2)))
def test_two_objects_of_one_resource_are_one_subject(actions: tuple[Action, Action]) -> None:
    group = some(Group, unknown=False)
    estate = joined(deletions=tuple(Deletion(resource=group, action=action) for action in actions))
    seen = json.loads(encode(estate, READING, {}).document)["deletions"]["group"]
    assert [one["action"] for one in seen] == [min(actions, key=("delete", "replace", "forget").index)]


def test_two_things_stay_two() -> None:
    gone = tuple(Deletion(resource=some(Group, unknown=False, address=a), action="delete") for a in ("a", "b"))
    seen = json.loads(encode(joined(deletions=gone), READING, {}).document)["deletions"]["group"]
    assert [one["id"] for one in seen] == ["plan.json#a", "plan.json#b"]


def test_its_facts_are_not_those_of_what_replaces_it() -> None:
    user = some(User, unknown=False)
    gone = Deletion(resource=user, action="replace")
    facts = {user.id: {"new": yes(Cause(at=AT))}, gone.fact_subject: {"old": yes(Cause(at=AT))}}
    seen = json.loads(encode(joined(user, deletions=(gone,), facts=facts), READING, {}).document)
    assert set(seen["resources"]["user"][0]["facts"]) == {"new"}
    assert set(seen["deletions"]["user"][0]["facts"]) == {"old"}


def test_the_evidence_says_what_becomes_of_it() -> None:
    gone = Deletion(resource=some(Group, unknown=False), action="replace")
    encoded = encode(joined(deletions=(gone,)), READING, {})
    (seen,) = json.loads(encoded.document)["deletions"]["group"]
    assert encoded.cause(seen["at"]).label == "replaced by this change"
