"""What is told of an estate that can be checked by hand, and that nothing in a file can act on a terminal or on Mermaid."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.facts.survivability.demo import APP, EMERGENCY, at, demo, parts

from sparekey.facts.survivability.account import PathAccount, account
from sparekey.facts.survivability.analysis import analyse
from sparekey.facts.survivability.budget import Budget
from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.cold_start import circles
from sparekey.facts.survivability.graph import Component, Graph, Group, Tie
from sparekey.facts.survivability.picture import label, picture
from sparekey.facts.survivability.proof import prove
from sparekey.facts.survivability.repairs import Change, repair
from sparekey.facts.survivability.story import told_circles, told_loss, told_paths, told_shared, where
from sparekey.facts.survivability.tolerance import shared, tolerances
from sparekey.facts.survivability.whatif import WhatIf
from sparekey.model.span import Pointer, Span
from sparekey.model.value import Unknown

BUDGET = Budget(seconds=1e9)


def _accounts(graph: Graph) -> tuple[PathAccount, ...]:
    return account(analyse(graph, budget=BUDGET), budget=BUDGET)


def test_each_single_point_with_why_and_what_would_help() -> None:
    text = told_paths(demo(), _accounts(demo()))
    assert (
        "  STOPS if site hq stops: 2 of 2 members of 'connector group payroll' are there (tolerance: nominal 1, effective 0)\n"
        in text
    )
    assert "smallest change: place connector payroll-1 at host hv03 instead of host hv01: single points 5 -> 4\n" in text
    assert "  STOPS if region westeurope stops: no alternative\n" in text
    assert "with it 2 more, each a single point as well: client secret payroll, key vault kv-apps\n" in text
    assert "STOPS if key vault" not in text, "the widest is told, not what falls with it"


def test_the_proof_names_every_line_and_the_weakest() -> None:
    """From the application (line 20) by the group (10) and both connectors (6, 7) to their hosts, declared to be in the site (3, 4)."""
    proof = prove(demo(), APP, ["site hq"])
    assert proof is not None
    assert [tie.at for tie in proof.ties] == [at(line) for line in (20, 10, 10, 6, 7, 3, 4)]
    assert proof.weakest == "declared"
    assert [step.component for step in proof.groups] == ["connector group payroll"]
    assert prove(demo(), APP, ["site branch"]) is None


def test_pass_through_agents_are_in_two_sites() -> None:
    found = {t.component: t for t in tolerances(demo(), ["pass-through", "connector group payroll", "MFA"], budget=BUDGET)}
    assert not found["pass-through"].correlated
    assert found["connector group payroll"].culprits == (("site hq",),)
    assert (found["MFA"].nominal, found["MFA"].effective) == (1, 1)


def test_what_if_a_site_fails() -> None:
    graph = demo()
    what_if = WhatIf(graph)
    # Two hosts, two connectors with their group, one of two agents and the application; of 20 components one is lost itself.
    assert told_loss(graph, what_if.lose(["site hq"]), graph.targets) == (
        "what if site hq fails: emergency admin sign-in survives, sign-in to app payroll STOPS (7 of 19 other components affected)\n"
    )
    assert "sign-in to app payroll survives" in told_loss(graph, what_if.lose(["site branch"]), graph.targets)
    fixed = build(
        [replace(p, needs=(Tie(to="site branch", at=at(4)),)) if p.name == "host hv01" else p for p in parts()], graph.targets
    )
    assert "sign-in to app payroll survives" in told_loss(fixed, WhatIf(fixed).lose(["site hq"]), fixed.targets)


def test_what_the_emergency_path_shares() -> None:
    graph = demo()
    found = shared(graph, APP, EMERGENCY, accepted=["Entra tenant contoso"])
    assert (found.components, found.accepted) == ((), ("Entra tenant contoso",))
    text = told_shared(graph, found, APP, EMERGENCY)
    assert "  accepted: Entra tenant contoso\n" in text
    assert "total lockout needs (1 at once, 1 in all): Entra tenant contoso\n" in text
    assert "region westeurope + FIDO2 key breakglass-1" in text
    assert shared(graph, APP, EMERGENCY).components == ("Entra tenant contoso",)


def _with_an_open_site() -> Graph:
    question = Unknown(reason="variable connector_site has no value: which site?", at=at(41), how="give it a value")
    return build(
        [
            replace(p, needs=tuple(replace(tie, doubt=question) for tie in p.needs)) if p.name == "host hv02" else p
            for p in parts()
        ],
        [APP],
    )


def test_cannot_tell_names_the_question_that_decides() -> None:
    graph = _with_an_open_site()
    text = told_paths(graph, _accounts(graph))
    assert "  STOPS if site hq stops" not in text
    assert "  CANNOT TELL whether it stops if site hq stops: 2 of 2 members of 'connector group payroll' are there\n" in text
    asked = "'variable connector_site has no value: which site?' (inventory.yaml:41; give it a value)"
    assert f"    it stops if {asked} is answered badly\n" in text
    assert f"    it survives if {asked} is answered well\n" in text


def test_what_was_not_finished_is_not_called_complete() -> None:
    graph = demo()
    short = analyse(graph, order=3, budget=Budget(seconds=1e9, nodes=0, elements=10))
    assert {path.complete_to_order for path in short.paths} == {0}
    text = told_paths(graph, account(short, budget=BUDGET))
    assert "no single failure" not in text
    assert text.count("CANNOT TELL: the budget was used up before anything was complete") == 1
    less = told_paths(graph, account(analyse(graph, order=1, budget=BUDGET), budget=BUDGET))
    assert "complete up to 1 failure at once; beyond that CANNOT TELL" in less


def test_paths_that_stop_with_the_same_are_told_together() -> None:
    twins = [*parts(), replace(next(p for p in parts() if p.name == APP), name="sign-in to app twin")]
    graph = build(twins, [APP, "sign-in to app twin"])
    accounts = _accounts(graph)
    assert [one.names for one in accounts] == [(APP, "sign-in to app twin")]
    assert "sign-in to app payroll, sign-in to app twin (2 paths that stop with the same)\n" in told_paths(graph, accounts)


def test_the_repair_is_a_move_before_it_is_a_second_one() -> None:
    graph = demo()
    found = repair(graph, APP, "site hq", budget=BUDGET)
    assert found is not None
    assert found.changes == (Change(component="connector payroll-1", at="host hv01", to="host hv03"),)
    assert (found.before, found.after, found.proven) == (5, 4, True)
    second = repair(graph, APP, "key vault kv-apps", budget=BUDGET)
    assert second is not None
    assert second.changes == (Change(component="key vault kv-apps", at="key vault kv-apps"),)
    assert repair(graph, APP, "site branch", budget=BUDGET) is None
    assert repair(graph, APP, APP, budget=BUDGET) is None


def test_the_picture_holds_the_cone_and_nothing_else() -> None:
    graph = demo()
    drawn = picture(graph, APP, single_points=["site hq"], lost=["host hv01"])
    titles = re.findall(r'n\d+(?:\(\[|\[)"([^"]*)"', drawn)
    assert sorted(titles) == sorted(component.title for component in graph.cone(APP))
    assert drawn.count('"any 1 of 2"') == 3
    assert re.search(
        r'subgraph b\d+\["site hq"\]\n    n\d+\(\["host hv01"\]\):::lost\n    n\d+\(\["host hv02"\]\)\n    n\d+\(\["site hq"\]\):::single\n  end',
        drawn,
    )
    assert "-->|?|" not in drawn
    assert "-->|?|" in picture(_with_an_open_site(), APP)


def test_a_picture_that_is_cut_says_so() -> None:
    drawn = picture(demo(), APP, most=5)
    assert f'more["and {len(demo().cone(APP)) - 5} components behind these"]' in drawn


def test_places() -> None:
    assert where(Span(file="a.tf", start_line=3, start_column=1, end_line=9, end_column=1)) == "a.tf:3"
    assert where(Pointer(file="plan.json", pointer="/a/b")) == "plan.json#/a/b"
    assert where(Pointer(file="x\x1b[2J.json", pointer="")) == "x\\x1b[2J.json"


HOSTILE = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(
    ['"]; click n0 "javascript:x"', "\x1b[2Jx", "a\nend", "`code`", "<img src=x>", "%%{init: {}}%%", "\u202eabc", "#quot;"]
)
LINE = re.compile(
    r"flowchart LR|  end|  classDef [a-z]+ [a-z0-9#:,\- ]+|  subgraph b\d+\[\"[^\"]*\"\]"
    r"|  (  )?n\d+(\[\"[^\"]*\"\]|\(\[\"[^\"]*\"\]\))(:::[a-z]+)?|  n\d+ -->(\|\?\|)? n\d+|  g\d+_\d+ -\.->(\|\?\|)? n\d+"
    r"|  n\d+ --> g\d+_\d+\{\{\"any [\d to]+ of \d+( or more)?\"\}\}|  n\d+ -\.->\|\?\| u\d+\[\"something that is not seen\"\]:::unknown"
)


@given(names=st.lists(HOSTILE, min_size=5, max_size=5, unique=True), said=HOSTILE)
@settings(max_examples=25, deadline=None)
def test_nothing_in_a_file_acts_on_a_terminal_or_on_mermaid(names: list[str], said: str) -> None:
    place = Pointer(file=said, pointer=f"/{said}")
    question = Unknown(reason=said, at=place, how=said)
    top, site, one, two, ring = names

    def part(name: str, kind: str, *needs: Tie, open_: Unknown | None = None) -> Component:
        return Component(name=name, kind=kind, at=(place,), needs=needs, open=open_)

    def tie(to: str, *, doubt: Unknown | None = None) -> Tie:
        return Tie(to=to, at=place, doubt=doubt)

    group = Group(name=said, members=(tie(one), tie(two)), at=place)
    graph = build(
        [
            replace(part(top, "sign_in", tie(ring)), groups=(group,)),
            part(site, "site"),
            part(one, "host", tie(site)),
            part(two, "host", tie(site, doubt=question), open_=replace(question, how="")),
            part(ring, "directory", tie(ring), tie("nobody" + said)),
        ],
        [top, one],
    )
    loss = WhatIf(graph).lose([site])
    told = [
        told_paths(graph, _accounts(graph)),
        told_loss(graph, loss, graph.targets),
        told_circles(graph, circles(graph)),
        told_shared(graph, shared(graph, top, one), top, one),
    ]
    for text in told:
        assert text
        assert all(line.isprintable() for line in text.split("\n"))
    drawn = picture(graph, top, single_points=[site], lost=loss.certain)
    for line in drawn.rstrip("\n").split("\n"):
        assert LINE.fullmatch(line), line
        assert line.isprintable()


@pytest.mark.parametrize("active", list('"`<>[]{}|;&%*~$\\\n\x1b'))
def test_no_active_character_reaches_a_label(active: str) -> None:
    assert re.fullmatch(r"(#\d+;|[A-Za-z0-9])+", label(f"a{active}b"))
