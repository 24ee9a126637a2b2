"""What is told of an estate that can be checked by hand, and that nothing in a file can act on a terminal or on Mermaid."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.facts.survivability.demo import APP, EMERGENCY, at, demo, open_site, parts

from sparekey.facts.survivability.account import PathAccount, account
from sparekey.facts.survivability.analysis import analyse
from sparekey.facts.survivability.budget import Budget
from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Component, Graph, Group, Tie
from sparekey.facts.survivability.picture import label, picture
from sparekey.facts.survivability.proof import prove
from sparekey.facts.survivability.repairs import Change, repair
from sparekey.facts.survivability.tolerance import shared, tolerances
from sparekey.facts.survivability.wording import where
from sparekey.model.span import Pointer, Span

BUDGET = Budget(seconds=1e9)


def _accounts(graph: Graph) -> tuple[PathAccount, ...]:
    return account(analyse(graph, budget=BUDGET), budget=BUDGET)


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


def test_what_the_emergency_path_shares() -> None:
    graph = demo()
    found = shared(graph, APP, EMERGENCY, accepted=["Entra tenant contoso"])
    assert (found.components, found.accepted) == ((), ("Entra tenant contoso",))
    assert found.lockout.single_points == ("Entra tenant contoso",)
    assert ("region westeurope", "FIDO2 key breakglass-1") in found.lockout.certain.of_size(2)
    assert shared(graph, APP, EMERGENCY).components == ("Entra tenant contoso",)


def test_paths_that_stop_with_the_same_are_told_together() -> None:
    twins = [*parts(), replace(next(p for p in parts() if p.name == APP), name="sign-in to app twin")]
    graph = build(twins, [APP, "sign-in to app twin"])
    accounts = _accounts(graph)
    assert [one.names for one in accounts] == [(APP, "sign-in to app twin")]
    apart = account(analyse(graph, budget=BUDGET), budget=BUDGET, apart=True)
    assert [one.names for one in apart] == [(APP,), ("sign-in to app twin",)]
    told = {point.point for point in apart[0].points}
    assert told == {"region westeurope", "site hq", "client secret payroll", "key vault kv-apps", "Entra tenant contoso"}


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


def _clouds(*machines: tuple[str, ...]) -> Graph:
    """Machines in zones and regions of two providers, any of which serves the path."""

    def part(name: str, kind: str, *needs: str) -> Component:
        return Component(name=name, kind=kind, at=(at(1),), needs=tuple(Tie(to=n, at=at(1)) for n in needs))

    group = Group(name="machines", members=tuple(Tie(to=f"vm{i}", at=at(1)) for i in range(len(machines))), at=at(1))
    return build(
        [
            part("provider:one", "provider"),
            part("provider:two", "provider"),
            *(part(f"region:{r}", "region", "provider:one") for r in "ab"),
            *(part(f"zone:{r}/{n}", "zone", f"region:{r}") for r in "ab" for n in "12"),
            part("zone:a/?", "zone", "region:a"),
            *(part(f"vm{i}", "machine", *places) for i, places in enumerate(machines)),
            replace(part("top", "sign_in"), groups=(group,), stops=False),
        ],
        ["top"],
    )


def test_a_repair_is_something_that_can_be_done() -> None:
    """A zone stays in its region and a region with its provider; a machine is in one region; a place nobody names is no advice."""
    both = ("region:a", "zone:a/1")
    graph = _clouds(both, both)
    zone = repair(graph, "top", "zone:a/1", budget=BUDGET)
    assert zone is not None
    assert zone.changes == (Change(component="vm0", at="zone:a/1", to="zone:a/2"),), "not zone:b/1: it would stay in region a"
    region = repair(graph, "top", "region:a", budget=BUDGET)
    assert region is not None
    assert {change.component for change in region.changes} == {"vm0"}
    assert [(change.at, change.to) for change in region.changes] == [("region:a", "region:b"), ("zone:a/1", "zone:b/1")]
    provider = repair(graph, "top", "provider:one", budget=BUDGET)
    assert provider is not None
    assert provider.changes == (Change(component="provider:one", at="provider:one"),)


def test_a_provider_is_not_told_instead_of_its_regions() -> None:
    both = ("region:a", "zone:a/1")
    (one,) = _accounts(_clouds(both, both))
    assert [(point.point, point.along) for point in one.points] == [
        ("region:a", ("zone:a/1",)),
        ("provider:one", ("region:a", "zone:a/1")),
    ]


def test_after_some_accounts_points_are_only_named() -> None:
    brief = account(analyse(demo(), budget=BUDGET), budget=BUDGET, full=1)
    assert all(point.proof and point.repair for point in brief[0].points)
    assert brief[1].points
    assert not any(point.proof or point.repair for point in brief[1].points)


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
    assert "-->|?|" in picture(open_site(), APP)


def test_a_picture_that_is_cut_says_so() -> None:
    drawn = picture(demo(), APP, most=5)
    assert f'more["and {len(demo().cone(APP)) - 5} components behind these"]' in drawn


def test_places() -> None:
    assert where(Span(file="a.tf", start_line=3, start_column=1, end_line=9, end_column=1)) == "a.tf:3"
    assert where(Pointer(file="plan.json", pointer="/a/b")) == "plan.json#/a/b"
    assert where(Pointer(file="x\x1b[2J.json", pointer="")) == "x\\x1b[2J.json"


@pytest.mark.parametrize("active", list('"`<>[]{}|;&%*~$\\\n\x1b'))
def test_no_active_character_reaches_a_label(active: str) -> None:
    assert re.fullmatch(r"(#\d+;|[A-Za-z0-9])+", label(f"a{active}b"))
