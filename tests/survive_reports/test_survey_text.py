"""The text of survivability: what is told of an estate that can be checked by hand, and that the first screen is one."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.facts.survivability.demo import APP, EMERGENCY, at, demo, open_site, parts
from tests.facts.survivability.drawn import draw
from tests.facts.survivability.drawn import graph as drawn_graph
from tests.facts.survivability.hostile import estate, texts
from tests.surveys import as_text, survey

from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Component, Graph, Group, Tie
from sparekey.model.problem import Problem
from sparekey.model.run import Counts
from sparekey.model.value import Unknown
from sparekey.survive import Request
from sparekey.survive_reports.text import text


def _block(told: str, heading: str) -> str:
    """What stands under a heading, up to the next one."""
    (block,) = [block for block in told.split("\n\n") if block.startswith((f"{heading}\n", f"{heading} "))]
    return block


def test_a_single_point_with_why_the_lines_and_what_would_help() -> None:
    """Both connectors of the group stand in hq: declared in lines 6 and 7, their hosts in 3 and 4, the group in 10."""
    block = _block(as_text(demo()), APP)
    lines = block.split("\n")
    assert (
        "  STOPS if site hq stops: 2 of 2 members of 'connector group payroll' are there (tolerance: nominal 1, effective 0)"
        in lines
    )
    assert "    proven by inventory.yaml:3, 4, 6, 7, 10, 20; weakest evidence: declared" in lines
    assert "    smallest change: place connector payroll-1 at host hv03 instead of host hv01: single points 5 -> 4" in lines
    assert "STOPS if key vault" not in block, "the widest is told, not what falls with it"
    alone = "region westeurope (inventory.yaml:20), Entra tenant contoso (inventory.yaml:20)"
    assert f"  STOPS if one of these does, for want of a second one: {alone}" in lines
    everything = as_text(demo(), everything=True)
    assert "    with it 2 more, each a single point as well: client secret payroll, key vault kv-apps\n" in everything


def test_redundancy_that_was_not_enough_is_told_before_what_has_no_alternative() -> None:
    block = _block(as_text(demo()), APP)
    assert block.index("site hq") < block.index("region westeurope") < block.index("Entra tenant")


def test_what_if_a_site_fails() -> None:
    """Two hosts, two connectors with their group, one of two agents and the application; of 20 components one is lost itself."""
    told = as_text(demo(), lost=("site hq",))
    block = _block(told, "What if site hq fails?")
    assert block.startswith("What if site hq fails? (7 of 19 other components affected)\n")
    assert f"  STOPS: {APP}: 2 of 2 members of 'connector group payroll' are there\n    proven by inventory.yaml:3" in block
    assert f"  survives: {EMERGENCY}" in block
    survived = _block(as_text(demo(), lost=("SITE BRANCH",)), "What if site branch fails?")
    assert f"  survives: {APP}\n" in survived
    assert "    1 of 2 members of 'pass-through agents' work on: PTA agent pta-1 (inventory.yaml:10)" in survived
    both = _block(as_text(demo(), lost=("site hq", "FIDO2 key breakglass-1")), "What if FIDO2 key breakglass-1 and site hq fail?")
    assert f"  STOPS: {EMERGENCY}" in both


def test_after_the_fix_the_site_may_fail() -> None:
    fixed = [replace(p, needs=(Tie(to="site branch", at=at(4)),)) if p.name == "host hv01" else p for p in parts()]
    graph = build(fixed, (APP, EMERGENCY))
    told = as_text(graph, lost=("site hq",))
    assert f"  survives: {APP}" in told
    assert "STOPS if site hq" not in told


def test_cannot_tell_names_the_question_what_each_answer_means_and_where_to_answer() -> None:
    told = as_text(open_site(), everything=True)
    assert "STOPS if site hq stops" not in told.replace("it STOPS", "")
    assert "  CANNOT TELL whether it stops if site hq stops: 2 of 2 members of 'connector group payroll' are there\n" in told
    assert "    it stops if host hv02 needs site hq, and survives if host hv02 does not need site hq\n" in told
    assert "    answer: variable connector_site has no value: which site?  inventory.yaml:41 -> give it a value\n" in told
    short = as_text(open_site())
    assert "  CANNOT TELL whether it stops if one of these does: site hq (inventory.yaml:4)\n" in short
    assert (
        "CANNOT TELL: 1 answer decides for 1 path\n  1  variable connector_site has no value: which site?  inventory.yaml:41 -> give it a value\n"
        in short
    )
    lost = as_text(open_site(), lost=("site hq",))
    assert f"  CANNOT TELL: {APP}: 2 of 2 members" in lost
    assert "survives: " not in lost


@pytest.mark.parametrize(
    "change, said",
    [
        ({"doubt": Unknown(reason="q", at=at(1))}, "top is not there"),
        ({"open": Unknown(reason="q", at=at(1))}, "top needs something that is not listed"),
        ({"groups": ("open",)}, "'pool' has no other member"),
        ({"groups": ("most",)}, "'pool' needs 2 of its members"),
        ({"groups": ("member",)}, "b is no member of 'pool'"),
    ],
)
def test_every_sort_of_question_says_what_a_bad_answer_means(change: dict[str, object], said: str) -> None:
    question = Unknown(reason="q", at=at(1), how="h")
    if "groups" in change:
        ties = (Tie(to="a", at=at(1)), Tie(to="b", at=at(1), doubt=question if change["groups"] == ("member",) else None))
        pool = Group(name="pool", members=ties, at=at(1))
        if change["groups"] == ("open",):
            pool = replace(pool, members=ties[:1], open=question)
        if change["groups"] == ("most",):
            pool = replace(pool, most=2, doubt=question)
        change = {"groups": (pool,)}
    top = replace(Component(name="top", kind="sign_in", at=(at(1),), stops=False), **change)  # type: ignore[arg-type]
    others = [Component(name=name, kind="x", at=(at(2),)) for name in ("a", "b")]
    assert f"it stops if {said}" in as_text(build([top, *others], ["top"]), everything=True)


def test_what_has_stopped_already_says_why() -> None:
    question = Unknown(reason="q", at=at(1))
    gone = Group(name="pool", members=(), at=at(7), open=question)
    maybe = Component(name="top", kind="sign_in", at=(at(1),), groups=(gone,), stops=False)
    told = as_text(build([maybe], ["top"]))
    assert "  CANNOT TELL whether it works at all\n" in told
    assert "no single failure" not in told
    assert "1 sign-in path: 1 cannot tell." in told


def test_what_was_not_finished_is_not_called_complete() -> None:
    """No time at all: nothing is known, and nothing passes."""
    told = as_text(demo(), seconds=1e-9)
    assert told.count("CANNOT TELL: the budget was used up before anything was complete") == 2
    assert "survive" not in told
    assert "2 sign-in paths: 2 not finished." in told
    one = as_text(demo(), order=1)
    assert "\nComplete up to 1 failure at once; beyond that CANNOT TELL.\n" in one
    assert "complete: there are no other failure sets\n" in as_text(demo(), everything=True)
    several = as_text(build([*parts(), Component(name="alone", kind="x", at=(at(1),))], [APP, "alone"]), order=1)
    assert "Complete up to 1 failure" in several, "that one path has no larger sets says nothing of the other"


def test_what_the_emergency_path_shares_is_said_accepted_or_not() -> None:
    def part(name: str, *needs: str, stops: bool = True) -> Component:
        return Component(name=name, kind="x", at=(at(1),), needs=tuple(Tie(to=n, at=at(1)) for n in needs), stops=stops)

    graph = build(
        [part("emergency", "tenant", "key", stops=False), part("sign_in:x", "tenant", "key"), part("tenant"), part("key")],
        ["emergency", "sign_in:x"],
    )
    assert "emergency sign-in shares with normal sign-in: key, tenant\n" in as_text(graph)
    told = as_text(graph, accepted=("TENANT",))
    assert "emergency sign-in shares with normal sign-in: key\n" in told
    assert "emergency sign-in shares, and sparekey.yaml accepts: tenant\n" in told


def test_a_circle_is_told_with_its_lines() -> None:
    dc = Component(name="dc", kind="machine", at=(at(1),), needs=(Tie(to="dns", at=at(2)),))
    dns = Component(name="dns", kind="dns", at=(at(3),), needs=(Tie(to="dc", at=at(4)),))
    top = Component(name="top", kind="sign_in", at=(at(5),), needs=(Tie(to="dc", at=at(6)),), stops=False)
    told = as_text(build([dc, dns, top], ["top"]))
    assert (
        "CANNOT START once everything is down: dc -> dns -> dc\n  proven by inventory.yaml:2, 4\n  with it 1 more: top\n" in told
    )


def test_paths_that_stop_with_the_same_are_told_together() -> None:
    twins = [*parts(), replace(next(p for p in parts() if p.name == APP), name="sign-in to app twin")]
    graph = build(twins, [APP, "sign-in to app twin"])
    assert (
        "sign-in to app payroll, sign-in to app twin (2 paths with the same single points; lines and sets are those of the first)\n"
        in as_text(graph)
    )
    assert as_text(graph, everything=True).count("STOPS if site hq stops") == 2, "with --all each by itself"


def test_what_cannot_be_told_is_told_of_each_path() -> None:
    """Two paths may stop with one site, each because of a question of its own: one answer does not decide both."""
    asked = [Unknown(reason=f"where is vm{i}?", at=at(30 + i), how="tag it") for i in range(2)]
    parts_ = [Component(name="site:hq", kind="site", at=(at(1),), label="hq")]
    for i, question in enumerate(asked):
        parts_.append(Component(name=f"vm{i}", kind="machine", at=(at(2),), needs=(Tie(to="site:hq", at=at(2), doubt=question),)))
        group = Group(name="vms", members=(Tie(to=f"vm{i}", at=at(3)),), at=at(3))
        parts_.append(Component(name=f"sign_in:{i}", kind="sign_in", at=(at(4),), groups=(group,), stops=False))
    told = as_text(build(parts_, ["sign_in:0", "sign_in:1"]))
    assert "CANNOT TELL: 2 answers decide for 2 paths\n" in told
    assert "where is vm0?" in told
    assert "where is vm1?" in told


def test_nothing_to_tell_is_said_in_words() -> None:
    told = text(survey(), colour=False, everything=False)
    assert told.startswith("These files hold no sign-in path")
    assert "0 sign-in paths" in told
    unread = replace(survey(), counts=Counts(files=1, unreadable=1))
    assert "hold no sign-in path" not in text(unread, colour=False, everything=False), "what was not read may hold one"


def test_what_was_not_read_comes_first_and_makes_three() -> None:
    problem = Problem(kind="truncated-json", blame="input", message="it ends in the middle", at=at(3))
    held = survey(("e", demo()), problems=(problem, replace(problem, incomplete=False, message="odd")))
    told = text(held, colour=False, everything=False)
    assert told.startswith("incomplete: inventory.yaml:3: it ends in the middle\nnote: inventory.yaml:3: odd\n")
    assert told.endswith("Exit 3: not everything could be read.\n")


def test_several_estates_are_told_apart() -> None:
    told = as_text(demo(), open_site())
    assert told.index("== estate e0") < told.index("== estate e1")
    assert "3 sign-in paths: 3 stop with one failure." in told


def test_the_first_screen_of_many_estates_is_one() -> None:
    told = as_text(*(_usual(seed) for seed in range(20)))
    assert told.count("\n") <= 40, told
    assert "== estate e0\n" in told
    assert "  ... 15 more estates: --all\n" in told
    assert "estate e1: 12 sign-in paths: 12 stop with one failure\n" in told
    assert "240 sign-in paths: 240 stop with one failure." in told
    assert as_text(*(_usual(seed) for seed in range(20)), everything=True).count("== estate") == 20


def _usual(seed: int) -> Graph:
    """Twelve applications of which each has connectors in some of three sites, and something unknown."""
    rng = random.Random(seed)
    question = [Unknown(reason=f"where is machine {i}?", at=at(50 + i), how="tag it") for i in range(6)]
    sites = [Component(name=f"site:s{i}", kind="site", at=(at(i + 1),), label=f"site s{i}") for i in range(3)]
    machines = [
        Component(
            name=f"vm-{i}",
            kind="machine",
            at=(at(10 + i),),
            needs=(Tie(to=f"site:s{rng.randrange(3)}", at=at(10 + i), doubt=question[i % 6] if rng.random() < 0.4 else None),),
        )
        for i in range(24)
    ]
    tenant = Component(name="tenant", kind="tenant", at=(at(90),))
    secrets = [Component(name=f"secret-{i}", kind="secret", at=(at(80 + i),)) for i in range(12)]
    apps = [
        Component(
            name=f"sign_in:app-{i}",
            kind="sign_in",
            at=(at(60 + i),),
            needs=(Tie(to="tenant", at=at(60 + i), source="rule"), Tie(to=f"secret-{i}", at=at(60 + i))),
            groups=(
                Group(
                    name=f"connectors {i}",
                    members=tuple(Tie(to=f"vm-{m}", at=at(60 + i)) for m in rng.sample(range(24), 3)),
                    at=at(60 + i),
                ),
            ),
            stops=False,
        )
        for i in range(12)
    ]
    return build([*sites, *machines, *secrets, tenant, *apps], [app.name for app in apps])


@pytest.mark.parametrize("seed", range(5))
def test_the_first_screen_of_a_usual_estate_is_one(seed: int) -> None:
    graph = _usual(seed)
    for lost in ((), ("site:S1",)):
        told = as_text(graph, lost=lost)
        assert told.count("\n") <= 40, told
        named = sum(f"sign_in:app-{i}" in told for i in range(12))
        assert named == 12 or "more paths: --all" in told
    everything = as_text(graph, everything=True)
    assert all(f"sign_in:app-{i}" in everything for i in range(12))
    assert "--all" not in everything


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_every_statement_has_its_lines(seed: int) -> None:
    """Whatever is told to stop, or to stop perhaps, is followed by lines that prove it, or by what is missing."""
    rng = random.Random(seed)
    graph = drawn_graph(draw(rng, rng.randint(1, 9), circles=rng.random() < 0.5, questions=rng.choice((0, 3))))
    told = as_text(graph, everything=True)
    lines = told.split("\n")
    for line, following in pairwise(lines):
        if line.startswith(("  STOPS if n", "  CANNOT TELL whether it stops if n")):
            rest = "\n".join(lines[lines.index(line) : lines.index(line) + 3])
            word = "proven by" if "STOPS" in line else "on the way:"
            assert f"{word} drawn.json" in rest or "declared at drawn.json" in rest, rest
        if line.startswith("  CANNOT TELL whether it works"):
            assert following.startswith(("    it stops if", "    more questions")), following


@given(estate(), texts())
@settings(max_examples=25, deadline=None)
def test_nothing_in_a_file_acts_on_a_terminal(graph: Graph, said: str) -> None:
    lost = (next(component.name for component in graph.components if component.kind == "site"),)
    for everything in (False, True):
        problem = Problem(kind="odd", blame="input", message=said, at=at(1))
        for told in (
            as_text(graph, everything=everything, lost=lost),
            text(survey((said, graph), (said, graph), problems=(problem,)), colour=False, everything=everything),
        ):
            assert told
            assert all(line.isprintable() for line in told.split("\n"))


def test_colour_changes_nothing_but_colour() -> None:
    held = survey(("e", open_site()), request=Request(lost=("site hq",)))
    coloured = text(held, colour=True, everything=False)
    plain = text(held, colour=False, everything=False)
    assert "\x1b[1;31mSTOPS\x1b[0m" in coloured
    for code in ("\x1b[1;31m", "\x1b[1;33m", "\x1b[32m", "\x1b[1m", "\x1b[2m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain
