"""Sync servers: a law over small groups first, then the cases one by one."""

from __future__ import annotations

from itertools import product

import pytest
from tests.azure_estates import Hidden, machine, scale_set, tags
from tests.hybrid_estates import LEAK, MAYBE, agent, estate, facts, listed

from sparekey.facts.hybrid import DERIVATION

GROUP = "agent_group/connect-sync/default"
DECLARED = "inventory.sync.declared"


def server(name: str, mode: object = None) -> object:
    """A tagged sync server."""
    marks = {**tags(None, "connect-sync"), **({} if mode is None else {"sparekey-mode": mode})}
    return machine(name, marks)


def said(*things: object, complete: tuple[str, ...] = (), leaks: tuple[object, ...] = ()) -> dict[tuple[str, str], object]:
    """The facts of an estate."""
    return facts(DERIVATION, estate(*things, complete=complete, leaks=leaks))  # type: ignore[arg-type]


@pytest.mark.parametrize("modes", [modes for n in (1, 2, 3) for modes in product(["active", "staging", None], repeat=n)])
def test_what_is_said_of_a_closed_group_holds_whatever_the_modes_are(modes: tuple[str | None, ...]) -> None:
    """Every mode that is not said is answered in every way; answers and ends of counts are exactly what those worlds allow."""
    found = said(*(server(f"s{n}", mode) for n, mode in enumerate(modes)))
    worlds = list(product(*[[mode] if mode else ["active", "staging"] for mode in modes]))
    standby = {"yes" if len(world) > 1 and "staging" in world else "no" for world in worlds}
    active = [world.count("active") for world in worlds]
    assert found[(GROUP, "standby")] == (standby.pop() if len(standby) == 1 else "maybe")
    assert found[(GROUP, "active")] == (min(active), max(active))


@pytest.mark.parametrize("modes", list(product(["active", "staging", None], repeat=2)))
def test_a_list_that_is_not_whole_never_proves_that_nothing_stands_by(modes: tuple[str | None, ...]) -> None:
    """Law 7: what may be there besides can stand by, and can be active."""
    entries = [agent(f"s{n}", "connect-sync", mode=mode, partial=True) for n, mode in enumerate(modes)]
    found = said(*entries)
    assert found[(GROUP, "standby")] == ("yes" if "staging" in modes else "maybe")
    assert found[(GROUP, "active")] == (modes.count("active"), None)


def test_an_unread_file_may_hold_another_server() -> None:
    assert said(server("s", "active"), leaks=(LEAK,))[(GROUP, "standby")] == "maybe"


def test_a_tag_that_cannot_be_read_leaves_the_mode_open() -> None:
    found = said(server("a", "active"), server("b", Hidden()))
    assert (found[(GROUP, "standby")], found[(GROUP, "active")]) == ("maybe", (1, 2))


def test_a_word_that_is_no_mode_is_a_question() -> None:
    assert said(server("a", "active"), server("b", "passive"))[(GROUP, "standby")] == "maybe"
    assert said(server("a", "active"), server("b", "Staging"))[(GROUP, "standby")] == "yes"


def test_a_server_that_may_be_one_that_is_tagged_counts_once() -> None:
    found = said(server("a", "active"), agent("the server", "connect-sync", mode="staging"))
    assert (found[(GROUP, "standby")], found[(GROUP, "active")]) == ("maybe", (1, 1))
    both = said(server("a", "active"), agent("the server", "connect-sync", mode="active"))
    assert both[(GROUP, "active")] == (1, 2)


def test_the_inventory_says_the_mode_of_a_machine_that_it_names() -> None:
    found = said(
        server("a"),
        agent("vm-a", "connect-sync", mode="active"),
        server("b"),
        agent("x", "connect-sync", host="VM-B", mode="staging"),
    )
    assert (found[(GROUP, "standby")], found[(GROUP, "active")]) == ("yes", (1, 1))


def test_a_tag_goes_before_the_inventory() -> None:
    assert said(server("a", "active"), agent("vm-a", "connect-sync", mode="staging"))[(GROUP, "active")] == (1, 1)


def test_a_server_that_is_only_possibly_there_proves_nothing() -> None:
    entries = [agent("a", "connect-sync", mode="active"), agent("b", "connect-sync", mode="staging", presence=MAYBE)]
    assert said(*entries)[(GROUP, "standby")] == "maybe"


def test_a_scale_set_may_be_none_or_several() -> None:
    found = said(server("a", "active"), scale_set("s", 2, {**tags(None, "connect-sync"), "sparekey-mode": "staging"}))
    assert found[(GROUP, "standby")] == "maybe"


@pytest.mark.parametrize(
    ("staging", "servers", "expected"),
    [
        (True, ["active"], "yes"),
        (False, ["active"], "no"),
        (False, [None, None], "no"),
        (False, ["active", "staging"], "yes"),
        (None, ["active"], "no"),
        (None, [None, None], "maybe"),
    ],
)
def test_the_inventory_may_say_it_as_a_whole(staging: bool | None, servers: list[str | None], expected: str) -> None:
    entry = {} if staging is None else {"staging": staging}
    found = said(*(server(f"s{n}", mode) for n, mode in enumerate(servers)), listed("sync", **entry))
    assert found[(GROUP, "standby")] == expected
    assert found[(DECLARED, "servers_seen")] == "yes"


def test_what_nobody_looked_at_again_is_a_question() -> None:
    assert said(server("s", "active"), listed("sync", staging=True, presence=MAYBE))[(GROUP, "standby")] == "maybe"
    assert said(server("s", "active"), listed("sync", dr="rebuild", presence=MAYBE))[(GROUP, "rebuilt")] == "maybe"


def test_a_plan_to_rebuild_is_one_that_is_written() -> None:
    assert said(server("s"), listed("sync", dr="rebuild"))[(GROUP, "rebuilt")] == "yes"
    assert said(server("s"), listed("sync", staging=False))[(GROUP, "rebuilt")] == "no"
    assert said(server("s"))[(GROUP, "rebuilt")] == "no"


def test_without_servers_the_inventory_is_a_subject_of_its_own() -> None:
    found = said(listed("sync", staging=False, dr="rebuild"))
    assert [found[(DECLARED, name)] for name in ("standby", "rebuilt", "servers_seen")] == ["no", "yes", "no"]
