"""What keeps the servers of a group apart: laws over small groups first, then the cases one by one."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from tests.azure_estates import Hidden, Written, extension, machine, on, scale_set, scaler, tags
from tests.hybrid_estates import LEAK, MAYBE, agent, estate, facts
from tests.networks import availability_set, id_of

from sparekey.facts.hybrid import DERIVATION
from sparekey.facts.server_placement import _MOST_SPOTS

GROUP = "agent_group/adds-dc/default"
MARKS = tags(None, "adds-dc")
SET = id_of("availability_set", "s")


def said(*things: object, leaks: tuple[object, ...] = (), group: str = GROUP) -> tuple[object, object]:
    """Whether all stand in one place, and whether something keeps two of them apart."""
    found = facts(DERIVATION, estate(*things, leaks=leaks))  # type: ignore[arg-type]
    return found[(group, "in_one_place")], found[(group, "kept_apart")]


def at(name: str, region: object = "westeurope", zone: object = None, **more: object) -> Written:
    """A domain controller in a region and zone."""
    return machine(name, {**MARKS}, location=region, zone=zone, **more)  # type: ignore[arg-type]  # values alone


PLACES = [("westeurope", "1"), ("westeurope", "2"), ("westeurope", None), ("northeurope", "1"), ("northeurope", None)]


@pytest.mark.parametrize("places", list(product(PLACES, repeat=3)))
def test_two_that_are_apart_are_enough_and_one_zone_for_all_is_one_place(places: tuple[tuple[str, str | None], ...]) -> None:
    """Where all is known the answer is: two apart, all in one zone, or neither."""

    def apart(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool:
        return one[0] != other[0] or (None not in (one[1], other[1]) and one[1] != other[1])

    kept = any(apart(one, other) for one, other in combinations(places, 2))
    together = len(set(places)) == 1 and places[0][1] is not None
    machines = [at(f"m{n}", *place) for n, place in enumerate(places)]
    assert said(*machines) == ("yes" if together else "no", "yes" if kept else "no")


HIDDEN = [*PLACES, ("westeurope", Hidden()), (Hidden(), "1"), (Hidden(), None), (Hidden(), Hidden())]


def _worlds(place: tuple[object, object]) -> list[tuple[object, object]]:
    regions = ["westeurope", "northeurope", "uksouth"] if isinstance(place[0], Hidden) else [place[0]]
    zones = ["1", "2", "3", None] if isinstance(place[1], Hidden) else [place[1]]
    return list(product(regions, zones))


@pytest.mark.parametrize("places", list(product(HIDDEN, repeat=2)))
def test_what_is_said_of_hidden_places_holds_in_every_world(places: tuple[tuple[object, object], ...]) -> None:
    """Law 1: a yes or no is what every completion says, and no answer is withheld that all of them agree on."""
    told = said(*(at(f"m{n}", *place) for n, place in enumerate(places)))
    worlds = {said(*(at(f"m{n}", *place) for n, place in enumerate(world))) for world in product(*map(_worlds, places))}
    for answer, others in zip(told, zip(*worlds, strict=True), strict=True):
        assert answer == "maybe" or set(others) == {answer}
        assert answer != "maybe" or len(set(others)) > 1


def test_another_server_never_brings_two_together() -> None:
    pair = [at("a", zone="1"), at("b", zone="2")]
    for third in (at("c", zone="1"), at("c"), at("c", zone=Hidden()), agent("c", "adds-dc"), scale_set("c", 3, MARKS)):
        assert said(*pair, third) == ("no", "yes")


@pytest.mark.parametrize(
    ("faults", "updates", "kept"),
    [(2, 5, "yes"), (3, 2, "yes"), (1, 5, "no"), (2, 1, "no"), (Hidden(), 5, "maybe"), (Hidden(), 1, "no"), (None, 5, "maybe")],
)
def test_an_availability_set_keeps_apart_what_it_spreads(faults: object, updates: object, kept: str) -> None:
    pair = [at("a", availability_set_id=SET), at("b", availability_set_id=SET.upper())]
    assert said(*pair, availability_set("s", faults, updates))[1] == kept
    later = [at(n, availability_set_id=Hidden(("availability_set.s",), certain=True)) for n in "ab"]
    assert said(*later, availability_set("s", faults, updates))[1] == kept


def test_sets_that_keep_nothing_apart() -> None:
    one, two = availability_set("s"), availability_set("t")
    assert (
        said(at("a", availability_set_id=SET), at("b", availability_set_id=id_of("availability_set", "t")), one, two)[1] == "no"
    )
    assert said(at("a", availability_set_id=SET), at("b"), one)[1] == "no"
    assert said(at("a", availability_set_id=SET), at("b", availability_set_id=SET))[1] == "maybe"
    assert said(at("a", availability_set_id=SET), at("b", availability_set_id=Hidden()), one)[1] == "maybe"
    assert said(at("a", availability_set_id=SET), at("b", "northeurope"), one)[1] == "yes"


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([{"host": "hv01"}, {"host": "hv02"}], ("no", "yes")),
        ([{"site": "hq"}, {"site": "branch"}], ("no", "yes")),
        ([{"site": "hq"}, {"site": "HQ "}], ("no", "maybe")),
        ([{"site": "hq", "host": "hv01"}, {"site": "hq"}], ("no", "maybe")),
        ([{}, {}], ("no", "maybe")),
        ([{"site": "hq"}, {"site": "branch", "presence": MAYBE}], ("maybe", "maybe")),
        ([{"site": "hq", "partial": True}, {"site": "branch"}], ("no", "yes")),
    ],
)
def test_entries_of_the_inventory(entries: list[dict[str, object]], expected: tuple[str, str]) -> None:
    assert said(*(agent(f"dc{n}", "adds-dc", **entry) for n, entry in enumerate(entries))) == expected


def test_a_machine_and_an_entry_that_may_be_that_machine() -> None:
    here = machine("dc", {**MARKS, "sparekey-site": "north"}, zone="1")
    assert said(here, agent("the other", "adds-dc", site="south"))[1] == "maybe"
    assert said(here, agent("the other", "adds-dc", site="south", host="vm-other"))[1] == "yes"
    assert said(here, agent("the other", "adds-dc", host="vm-other"))[1] == "maybe"
    assert said(here, agent("same", "adds-dc", host="vm-dc", site="south")) == ("no", "no")  # one server, told twice


def test_a_site_that_the_inventory_says_of_a_machine() -> None:
    pair = [at("a"), at("b")]
    sites = [agent("a", "adds-dc", host="vm-a", site="north"), agent("b", "adds-dc", host="vm-b", site="south")]
    assert said(*pair)[1] == "no"
    assert said(*pair, *sites)[1] == "yes"


@pytest.mark.parametrize(
    ("things", "expected"),
    [
        ([scale_set("s", 2, MARKS, location="westeurope", zones=["1"])], ("yes", "no")),
        ([scale_set("s", 1, MARKS, location="westeurope", zones=["1"])], ("no", "no")),
        ([scale_set("s", 3, MARKS, location="westeurope", zones=["1", "2"])], ("maybe", "maybe")),
        ([scale_set("s", 3, MARKS, location="westeurope")], ("no", "maybe")),
        ([scale_set("s", 1, MARKS, location="westeurope", zones=["1"]), at("m", zone="2")], ("no", "yes")),
        ([scale_set("s", Hidden(), MARKS, location="westeurope", zones=["1"]), at("m", zone="2")], ("maybe", "maybe")),
        ([scale_set("s", 1, MARKS, location="westeurope", zones=["1"]), at("m", zone="1")], ("yes", "no")),
    ],
)
def test_scale_sets(things: list[object], expected: tuple[str, str]) -> None:
    assert said(*things) == expected


def test_a_scale_set_that_shrinks_to_nothing_is_no_second_place() -> None:
    whole = scale_set("s", 3, MARKS, location="westeurope", zones=["1"])
    shrinks = scaler("a", on("s", "azurerm_windows_virtual_machine_scale_set"), Hidden())
    assert said(whole, shrinks, at("m", zone="2"))[1] == "maybe"


def test_machines_of_a_flexible_set_are_placed_by_it() -> None:
    assert said(at("a", virtual_machine_scale_set_id="/vmss/x"), at("b", virtual_machine_scale_set_id="/vmss/x"))[1] == "maybe"


def test_servers_that_nobody_sees_may_stand_elsewhere() -> None:
    install = '{"commandToExecute": "Install-ADDSDomainController"}'
    marked = [at("a", zone="1"), at("b", zone="1")]
    assert said(*marked) == ("yes", "no")
    assert said(*marked, leaks=(LEAK,)) == ("maybe", "maybe")
    assert said(*marked, extension("e", "/vm/x", settings=install)) == ("maybe", "maybe")
    assert said(at("a", zone="1"), at("b", zone="2"), leaks=(LEAK,)) == ("no", "yes")


def test_other_roles_are_left_alone() -> None:
    other = machine("a", tags(None, "pta-agent"), zone="1"), machine("b", tags(None, "pta-agent"), zone="1")
    assert said(*other, group="agent_group/pta-agent/default") == ("no", "yes")


def test_thousands_of_places_are_not_compared_one_by_one() -> None:
    """Each of its own set: nothing keeps any two apart, and with more than can be compared nobody claims that."""
    few = [at(f"m{n}", availability_set_id=f"/sets/{n}") for n in range(_MOST_SPOTS)]
    assert said(*few)[1] == "no"
    many = [at(f"m{n}", availability_set_id=f"/sets/{n}") for n in range(3000)]
    assert said(*many)[1] == "maybe"
