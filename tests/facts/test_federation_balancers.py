"""Load balancers before federation servers: the ways from a rule to a machine, and what a probe asks."""

from __future__ import annotations

from itertools import product

import pytest
from tests.azure_estates import Hidden, machine, scale_set, tags
from tests.hybrid_estates import LEAK, MAYBE, agent, estate, facts
from tests.networks import balancer, id_of, interface, joint, leads, pool, probe

from sparekey.facts.hybrid import DERIVATION

GROUP = "agent_group/adfs/default"
RULE, PROBE = "balancer_rule.r", "balancer_probe.p"


def said(*things: object, leaks: tuple[object, ...] = ()) -> dict[tuple[str, str], object]:
    """The facts of an estate."""
    return facts(DERIVATION, estate(*things, leaks=leaks))  # type: ignore[arg-type]


def server(name: str = "a", role: object = "adfs", nics: object = None, **more: object) -> object:
    """A federation server behind the interface of its name."""
    ids = [id_of("network_interface", name)] if nics is None else nics
    marks = {"sparekey-role": role} if role else None
    return machine(name, marks, network_interface_ids=ids, **more)  # type: ignore[arg-type]


def serves(*things: object, port: object = 443, into: object = ("p",)) -> object:
    """Whether a rule that leads into the pool serves federation servers."""
    return said(pool("p"), leads("r", into, ["p"], port), probe("p"), *things)[(RULE, "serves_federation")]  # type: ignore[arg-type]


# --- from a rule to a machine ----------------------------------------------------------------------------------------------

BY_ITSELF = interface("a", pools=["p"])
WAYS = [[BY_ITSELF], [interface("a"), joint("j", ["a"], ["p"])], [interface("a", pools=["other"]), joint("j", ["a"], ["p"])]]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", ["adfs", "adfs-wap"])
def test_both_ways_into_a_pool_lead_to_the_server(way: list[object], role: str) -> None:
    assert serves(server(role=role), *way) == "yes"
    assert serves(server(role="connector"), *way) == "no"
    assert serves(server(role=None), *way) == "no"


@pytest.mark.parametrize(
    ("port", "expected"), [(443, "yes"), (49443, "yes"), (0, "yes"), (3389, "no"), (80, "no"), (Hidden(), "maybe")]
)
def test_the_ports_at_which_people_sign_in(port: object, expected: str) -> None:
    assert serves(server(), BY_ITSELF, port=port) == expected


@pytest.mark.parametrize(
    "things",
    [
        [server(nics=Hidden()), BY_ITSELF],
        [server(), interface("a", pools=Hidden())],
        [server(), interface("a"), joint("j", [Hidden()], ["p"])],
        [server(), interface("a"), joint("j", ["a"], [Hidden()])],
        [server(), interface("a"), joint("j", ["a"], ["p"], MAYBE)],
        [server(role=Hidden()), BY_ITSELF],
        [server(nics=["/nics/elsewhere"])],
    ],
)
def test_what_is_hidden_on_the_way_is_a_question(things: list[object]) -> None:
    assert serves(*things) == "maybe"


def test_without_a_federation_server_nothing_is_asked() -> None:
    assert serves(server(role="connector", nics=Hidden()), joint("j", [Hidden()], ["p"])) == "no"
    assert serves(interface("a", pools=Hidden())) == "no"
    assert serves(agent("fs", "adfs")) == "no"


def test_other_pools_are_none_of_it() -> None:
    assert serves(server(), interface("a", pools=["other"])) == "no"
    assert serves(server(), BY_ITSELF, into=["other"]) == "no"
    assert serves(server(), BY_ITSELF, into=Hidden()) == "maybe"
    assert serves(server(), BY_ITSELF, into=["other", "p"]) == "yes"


def test_a_probe_serves_whom_its_rules_serve() -> None:
    def of(*things: object) -> object:
        return said(pool("p"), probe("p"), server(), BY_ITSELF, *things)[(PROBE, "serves_federation")]

    assert of(leads("r", ["p"], ["p"])) == "yes"
    assert of(leads("r", ["p"], ["other"])) == "no"
    assert of(leads("r", ["p"], [])) == "no"
    assert of(leads("r", ["p"], Hidden())) == "maybe"
    assert of(leads("r", ["other"], Hidden())) == "no"
    assert of(leads("r", ["p"], ["p"], presence=MAYBE)) == "maybe"
    assert of(leads("r", ["p"], ["p"], presence=MAYBE), leads("s", ["p"], ["p"])) == "yes"
    assert of() == "no"


# --- what a probe asks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("http", 80, "/adfs/probe"), "yes"),
        (("http", 80, "/ADFS/Probe"), "yes"),
        (("http", 80, "/adfs/probe/"), "yes"),
        (("http", 80, "/adfs/probe//"), "no"),
        (("http", 80, "/adfs/probes"), "no"),
        (("http", 80, "/"), "no"),
        (("http", 80, None), "no"),
        (("http", 443, "/adfs/probe"), "no"),
        (("https", 443, "/adfs/probe"), "no"),
        (("https", 80, "/adfs/probe"), "no"),
        (("tcp", 443, None), "no"),
    ],
)
def test_the_page_that_answers(asked: tuple[str, int, str | None], expected: str) -> None:
    assert said(probe("p", *asked))[(PROBE, "asks_federation_service")] == expected
    for hidden in product([False, True], repeat=3):
        parts = [Hidden() if hide else part for hide, part in zip(hidden, asked, strict=True)]
        assert said(probe("p", *parts))[(PROBE, "asks_federation_service")] in ("maybe", expected)


# --- before every server ----------------------------------------------------------------------------------------------------


def balanced(*things: object, leaks: tuple[object, ...] = ()) -> object:
    """Whether a balancer leads to every server."""
    return said(*things, leaks=leaks)[(GROUP, "behind_balancer")]


SERVED = [balancer("lb"), pool("p", ["lb"]), leads("r", ["p"])]


PAIR = [server("a"), server("b")]


def test_a_pool_before_every_server() -> None:
    both = [interface("a", pools=["p"]), interface("b", pools=["p"])]
    assert balanced(*PAIR, *both, *SERVED) == "yes"
    assert balanced(*PAIR, *both) == "maybe"  # the pool is managed elsewhere, and with it its rules
    assert balanced(*PAIR, *both, *SERVED, leaks=(LEAK,)) == "maybe"  # there may be more servers than these
    assert balanced(*PAIR, interface("a", pools=["p"]), interface("b"), *SERVED) == "no"
    assert balanced(*PAIR, interface("a"), interface("b")) == "no"


BOTH = [interface("a", pools=["p"]), interface("b", pools=["p"])]
OWN = [balancer("lb"), pool("p", ["lb"])]


@pytest.mark.parametrize(
    ("things", "expected"),
    [
        ([*OWN], "no"),
        ([*OWN, leads("r", ["p"], port=443)], "yes"),
        ([*OWN, leads("r", ["p"], port=0)], "yes"),
        ([*OWN, leads("r", ["p"], port=80)], "no"),
        ([*OWN, leads("r", ["p"], port=49443)], "no"),
        ([*OWN, leads("r", ["p"], port=80), leads("s", ["p"], port=443)], "yes"),
        ([*OWN, leads("r", ["p"], port=Hidden())], "maybe"),
        ([*OWN, leads("r", [Hidden()])], "maybe"),
        ([*OWN, leads("r", ["p"], presence=MAYBE)], "maybe"),
        ([*OWN, pool("q", ["lb"]), leads("r", ["q"])], "maybe"),  # the other pool may name their addresses
        ([balancer("lb", looked_up=True), pool("p", ["lb"])], "maybe"),
        ([pool("p", ["lb"])], "maybe"),
        ([pool("p", [Hidden()])], "maybe"),
        ([balancer("lb", looked_up=True), pool("p", ["lb"]), leads("r", ["p"])], "yes"),
    ],
)
def test_a_pool_leads_nobody_anywhere_without_a_rule_for_sign_in(things: list[object], expected: str) -> None:
    assert balanced(*PAIR, *BOTH, *things) == expected


@pytest.mark.parametrize(
    "things",
    [
        [interface("b", pools=Hidden())],
        [],
        [interface("b"), joint("j", [Hidden()], ["p"])],
        [interface("b"), joint("j", ["b"], [Hidden()])],
        [interface("b"), joint("j", ["b"], ["p"], MAYBE)],
        [interface("b"), pool("of addresses")],
        [interface("b"), joint("j", ["b"], ["p"], deployment="other.json")],
    ],
)
def test_what_else_may_lead_to_a_server_is_a_question(things: list[object]) -> None:
    assert balanced(*PAIR, interface("a", pools=["p"]), *SERVED, *things) == "maybe"


def test_what_is_only_possibly_a_server_spoils_nothing() -> None:
    hidden = machine("b", {"sparekey-role": Hidden()}, network_interface_ids=[id_of("network_interface", "b")])
    assert balanced(server("a"), hidden, interface("a", pools=["p"]), interface("b"), pool("p")) != "no"


def test_scale_sets_say_it_themselves() -> None:
    blocks = [{"ip_configuration": [{"load_balancer_backend_address_pool_ids": [id_of("balancer_pool", "p")]}]}]
    whole = scale_set("s", 2, tags(None, "adfs"), network_interface=blocks)
    assert balanced(whole, *SERVED) == "yes"
    assert balanced(scale_set("s", 2, tags(None, "adfs"), network_interface=[{"ip_configuration": [{}]}])) == "no"


def test_servers_on_premises_are_not_judged() -> None:
    listed = said(agent("fs1", "adfs"), agent("fs2", "adfs"))
    assert listed[(GROUP, "machines_seen")] == "no"
    assert said(*PAIR)[(GROUP, "machines_seen")] == "yes"
    mixed = [server("a"), interface("a", pools=["p"]), agent("fs2", "adfs", host="fs2"), *SERVED]
    assert said(*mixed)[(GROUP, "machines_seen")] == "yes"
    assert balanced(*mixed) == "yes"
