"""Password hashes as a fallback: a law over everything that can be said, then the cases one by one."""

from __future__ import annotations

from itertools import product

import pytest
from tests.azure_estates import Hidden, machine, tags
from tests.hybrid_estates import LATER, LEAK, MAYBE, PRESENT, agent, estate, facts, federated, listed, synchronisation

from sparekey.facts.hybrid import DERIVATION
from sparekey.model.truth import Truth

DOMAIN = "msgraph_resource.domain"
GROUP = "agent_group/pta-agent/default"
SYNC = "msgraph_update_resource.a"


def said(*things: object, complete: tuple[str, ...] = (), leaks: tuple[object, ...] = ()) -> dict[tuple[str, str], object]:
    """The facts of an estate."""
    return facts(DERIVATION, estate(*things, complete=complete, leaks=leaks))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    list(
        product([(True, PRESENT), (False, PRESENT), (None, PRESENT), (LATER, PRESENT), (True, MAYBE), (False, MAYBE)], repeat=2)
    ),
)
def test_what_is_said_of_a_domain_holds_whatever_the_open_answers_are(
    one: tuple[object, Truth], other: tuple[object, Truth]
) -> None:
    """Every unknown and every doubtful presence is answered in every way; a proven answer is right in each of those worlds."""
    answer = said(federated(), synchronisation("a", *one), synchronisation("b", *other))[(DOMAIN, "hashes_synced")]
    worlds = set()
    for values in product(*[_worlds(each) for each in (one, other)]):
        spoken = {value for value in values if value is not None}
        worlds.add("maybe" if len(spoken) != 1 else "yes" if spoken == {True} else "no")
    if answer != "maybe":
        assert worlds <= {answer, "maybe"}
        assert answer in worlds
    certain = [value for value, presence in (one, other) if presence is PRESENT]
    if certain and all(isinstance(value, bool) for value in certain) and len({value for value, _ in (one, other)}) == 1:
        assert answer == ("yes" if certain[0] else "no")  # no avoidable question


def _worlds(said_: tuple[object, Truth]) -> list[bool | None]:
    """What one declaration may turn out to say (None: nothing)."""
    value, presence = said_
    values: list[bool | None] = [True, False] if value is LATER else [value]  # type: ignore[list-item]
    return [*values, *([None] if presence is MAYBE else [])]


def test_nothing_said_is_a_question() -> None:
    assert said(federated())[(DOMAIN, "hashes_synced")] == "maybe"
    assert said(machine("a", tags(None, "pta-agent")))[(GROUP, "hashes_synced")] == "maybe"


def test_the_inventory_speaks_for_the_directory() -> None:
    found = said(federated(), machine("a", tags(None, "pta-agent")), listed("sync", password_hash_sync=True))
    assert (found[(DOMAIN, "hashes_synced")], found[(GROUP, "hashes_synced")]) == ("yes", "yes")
    assert said(federated(), listed("sync", method="phs"))[(DOMAIN, "hashes_synced")] == "yes"
    assert said(federated(), listed("sync", method="pta"))[(DOMAIN, "hashes_synced")] == "maybe"


def test_an_entry_that_nobody_looked_at_again_proves_nothing() -> None:
    assert said(federated(), listed("sync", password_hash_sync=True, presence=MAYBE))[(DOMAIN, "hashes_synced")] == "maybe"


def test_a_patch_of_another_feature_leaves_it_to_the_others() -> None:
    assert said(synchronisation("a", None))[(SYNC, "hashes_synced")] == "maybe"
    assert said(synchronisation("a", None), listed("sync", password_hash_sync=True))[(SYNC, "hashes_synced")] == "yes"
    assert said(synchronisation("a", None), synchronisation("b", on=False))[(SYNC, "hashes_synced")] == "no"


def test_a_value_that_cannot_be_read_is_not_answered_by_others() -> None:
    """It may be the very patch that turns off what the inventory says is on."""
    found = said(synchronisation("a", LATER), listed("sync", password_hash_sync=True), federated())
    assert (found[(SYNC, "hashes_synced")], found[(DOMAIN, "hashes_synced")]) == ("maybe", "maybe")


def test_what_one_declaration_says_stays_its_own() -> None:
    found = said(synchronisation("a", on=False), listed("sync", password_hash_sync=True))
    assert (found[(SYNC, "hashes_synced")], found[("inventory.sync", "hashes_synced")]) == ("no", "yes")


@pytest.mark.parametrize(
    ("things", "complete", "expected"),
    [
        ([federated()], (), "yes"),
        ([machine("a", tags(None, "pta-agent"))], (), "yes"),
        ([agent("a", "pta-agent")], (), "yes"),
        ([machine("a", tags(None, "cloud-sync-agent"))], (), "maybe"),
        ([listed("sync", method="federation")], (), "yes"),
        ([listed("sync", method="pta")], (), "yes"),
        ([listed("sync", method="phs")], (), "no"),
        ([listed("sync", method="phs"), federated()], (), "yes"),
        ([listed("sync", method="phs", presence=MAYBE)], (), "maybe"),
        ([federated(presence=MAYBE)], (), "maybe"),
        ([], (), "maybe"),
        ([], ("pta_agent",), "maybe"),
        ([], ("domain_federation",), "maybe"),
        ([], ("pta_agent", "domain_federation"), "no"),
        ([federated(presence=MAYBE)], ("pta_agent", "domain_federation"), "maybe"),
    ],
)
def test_who_signs_in_on_premises(things: list[object], complete: tuple[str, ...], expected: str) -> None:
    assert said(synchronisation("a", on=False), *things, complete=complete)[(SYNC, "signs_in_on_premises")] == expected


def test_an_unread_file_may_hold_what_is_called_complete() -> None:
    found = said(synchronisation("a", on=False), complete=("pta_agent", "domain_federation"), leaks=(LEAK,))
    assert found[(SYNC, "signs_in_on_premises")] == "maybe"


def test_a_machine_of_which_the_role_cannot_be_read_may_check_passwords() -> None:
    hidden = machine("a", {"sparekey-role": Hidden()})
    found = said(synchronisation("a", on=False), hidden, complete=("pta_agent", "domain_federation"))
    assert found[(SYNC, "signs_in_on_premises")] == "maybe"


def test_what_is_looked_up_was_so_before_the_change() -> None:
    found = said(federated(), synchronisation("a", on=True), synchronisation("b", on=False, looked_up=True))
    assert found[(DOMAIN, "hashes_synced")] == "yes"
    assert said(federated(), synchronisation("b", on=False, looked_up=True))[(DOMAIN, "hashes_synced")] == "no"
