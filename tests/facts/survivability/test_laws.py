"""What must hold for every graph, whatever it is, and what must come of nonsense."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.facts.survivability.drawn import AT, Description, Drawn, DrawnGroup, Truth, draw, graph, name, question

from sparekey.facts.survivability.analysis import Analysis, analyse
from sparekey.facts.survivability.budget import Budget
from sparekey.facts.survivability.building import TooLargeError, build
from sparekey.facts.survivability.cold_start import circles
from sparekey.facts.survivability.graph import Component, Group, Tie
from sparekey.facts.survivability.proof import prove
from sparekey.facts.survivability.questions import decide
from sparekey.facts.survivability.repairs import repair
from sparekey.facts.survivability.tolerance import shared, tolerances
from sparekey.facts.survivability.whatif import WhatIf

BUDGET = Budget(seconds=1e9)


def _drawn(count: int, *, questions: int = 0, least: int = 3) -> Iterator[tuple[random.Random, Description]]:
    rng = random.Random(20250202)
    for i in range(count):
        yield rng, draw(rng, rng.randint(least, 7), circles=bool(i % 2), questions=questions)


def _sets(analysis: Analysis) -> dict[str, set[frozenset[str]]]:
    """Per path its certain failure sets."""
    return {path.name: {frozenset(one) for size in range(9) for one in path.certain.of_size(size)} for path in analysis.paths}


def test_a_further_need_takes_no_failure_set_away() -> None:
    for rng, description in _drawn(200):
        before = _sets(analyse(graph(description), order=8, budget=BUDGET))
        more = copy.deepcopy(description)
        one, other = rng.sample(range(len(more)), 2)
        more[one].needs.append((other, None))
        after = _sets(analyse(graph(more), order=8, budget=BUDGET))
        for path, sets in before.items():
            for lost in sets:
                assert any(less <= lost for less in after[path])


def test_a_further_member_of_a_group_adds_no_single_point() -> None:
    grown = 0
    for rng, description in _drawn(250):
        more = copy.deepcopy(description)
        groups = [group for drawn in more for group in drawn.groups]
        if not groups:
            continue
        group = rng.choice(groups)
        left = sorted(set(range(len(more))) - {member for member, _ in group.members})
        if not left:
            continue
        grown += 1
        group.members.append((rng.choice(left), None))
        before = analyse(graph(description), order=1, budget=BUDGET)
        after = analyse(graph(more), order=1, budget=BUDGET)
        for one, other in zip(before.paths, after.paths, strict=True):
            assert set(other.single_points) <= set(one.single_points)
    assert grown > 100


def test_the_order_of_the_input_changes_nothing() -> None:
    for rng, description in _drawn(100, questions=2):
        whole = graph(description)
        shuffled = list(whole.components)
        rng.shuffle(shuffled)
        assert build(shuffled, reversed(whole.targets)) == whole


def test_names_change_nothing_but_names() -> None:
    for rng, description in _drawn(100):
        whole = graph(description)
        names = [component.name for component in whole.components]
        new = dict(zip(names, rng.sample([f"x{i}" for i in range(50)], len(names)), strict=True))
        renamed = build(
            [
                replace(
                    c,
                    name=new[c.name],
                    needs=tuple(replace(tie, to=new[tie.to]) for tie in c.needs),
                    groups=tuple(replace(g, members=tuple(replace(tie, to=new[tie.to]) for tie in g.members)) for g in c.groups),
                )
                for c in whole.components
            ],
            new.values(),
        )
        before, after = _sets(analyse(whole, order=8, budget=BUDGET)), _sets(analyse(renamed, order=8, budget=BUDGET))
        assert after == {new[path]: {frozenset(new[x] for x in one) for one in sets} for path, sets in before.items()}


def test_an_answer_can_only_decide() -> None:
    """A question answered well may turn maybe into no, and yes or no into nothing else."""
    for rng, description in _drawn(200, questions=3):
        whole = graph(description)
        asked = [q for q in whole.questions() if rng.random() < 0.5]
        before, after = WhatIf(whole).lose(()), WhatIf(whole, answered=frozenset(asked)).lose(())
        for component in whole.components:
            said, then = before.stops(component.name), after.stops(component.name)
            assert then == said or (said, then) == ("maybe", "no")


def test_what_starts_and_what_waits_in_a_circle() -> None:
    """Against the plain definition: start what needs nothing that is not up, until nothing more starts."""
    waiting_seen = 0
    for _, description in _drawn(500):
        up: set[int] = set()
        runs = {i for i in range(len(description)) if not Truth(description).stops(i, (), ())}
        growing = True
        while growing:
            more = {
                i
                for i, drawn in enumerate(description)
                if all(need in up for need, _ in drawn.needs)
                and all(sum(member in up for member, _ in group.members) >= group.least for group in drawn.groups)
            }
            growing, up = more != up, more
        whole = graph(description)
        assert {name(i) for i in up} == set(WhatIf(whole).starting())
        found = circles(whole)
        waiting = {name(i) for i in runs - up}
        waiting_seen += bool(waiting)
        assert waiting == {one for circle in found for one in circle.waiting}
        for circle in found:
            assert circle.certain
            assert set(circle.components) <= waiting
            for tie, one, other in zip(
                circle.ties, circle.components, (*circle.components[1:], circle.components[0]), strict=True
            ):
                assert tie.to == other
                assert tie in list(whole.component(one).ties())
    assert waiting_seen > 50


def test_a_proof_alone_stops_the_path() -> None:
    """Without any tie that is not in the proof, the loss still stops it."""
    proven = 0
    for rng, description in _drawn(300):
        whole = graph(description)
        target = name(rng.randrange(len(description)))
        lost = [one.name for one in rng.sample(whole.components, 2)]
        proof = prove(whole, target, lost)
        assert (proof is None) == (WhatIf(whole).lose(lost).stops(target) == "no")
        if proof is None:
            continue
        proven += 1
        steps = {step.component: step for step in proof.steps}
        kept = []
        for component in whole.components:
            step = steps.get(component.name)
            ties = step.ties if step else ()
            if step and step.group:
                assert len(ties) == len(step.group.members) - step.group.least + 1
                # Only the members of the proof are left, and any one of them would do: they must all stop.
                group = replace(step.group, members=ties, least=1)
                kept.append(replace(component, needs=(), groups=(group,)))
            else:
                kept.append(replace(component, needs=ties, groups=()))
        assert WhatIf(build(kept, [target])).lose(lost).stops(target) == "yes"
    assert proven > 100


def test_a_repair_repairs() -> None:
    """Whatever is proposed was checked: here it is checked that a proposal is there for every point but the path itself."""
    for rng, description in _drawn(60, least=5):
        whole = graph(description)
        target = name(rng.randrange(len(description)))
        path = analyse(whole, order=1, targets=[target]).paths[0]
        for point in path.single_points:
            found = repair(whole, target, point, budget=BUDGET)
            if point == target:
                assert found is None
            else:
                assert found is not None
                assert found.after < found.before == len(path.single_points)
                assert found.proven


def test_effective_tolerance_is_the_smallest_failure_set_less_one() -> None:
    compared = 0
    for _, description in _drawn(120, questions=2):
        whole = graph(description)
        for i, drawn in enumerate(description):
            named = [
                (g, t)
                for g, t in zip(
                    [g for g in drawn.groups if len(g.members) > g.least],
                    tolerances(whole, [name(i)], budget=BUDGET),
                    strict=True,
                )
            ]
            for group, found in named:
                alone = [*copy.deepcopy(description), Drawn(groups=[group], stops=False)]
                own = Truth(alone, questions=2)
                nominal = len(group.members) - group.least
                assert found.nominal == nominal
                sizes = [len(one) for one in own.failure_sets(len(description), nominal)]
                assert found.effective == min([nominal, *(max(0, size - 1) for size in sizes)])
                sizes = [len(one) for one in own.failure_sets(len(description), nominal, range(2))]
                assert found.effective_least == min([nominal, *(max(0, size - 1) for size in sizes)])
                compared += 1
    assert compared > 50


def test_lockout_needs_both_paths_to_stop() -> None:
    for rng, description in _drawn(200):
        one, other = rng.sample(range(len(description)), 2)
        both = [*description, Drawn(groups=[DrawnGroup(members=[(one, None), (other, None)], least=1)], stops=False)]
        found = shared(graph(description), name(one), name(other), order=3, accepted=[name(0)], budget=BUDGET)
        sets = {one for size in range(4) for one in found.lockout.certain.of_size(size)}
        assert sets == Truth(both).failure_sets(len(description), 3)
        assert name(0) not in found.components


# Nonsense, and too much of it.


def _component(own: str, *groups: Group, needs: tuple[str, ...] = ()) -> Component:
    return Component(name=own, kind="x", at=(AT,), needs=tuple(Tie(to=need, at=AT) for need in needs), groups=groups)


def _group(least: int, *members: str, most: int | None = None) -> Group:
    return Group(name="g", members=tuple(Tie(to=member, at=AT) for member in members), at=AT, least=least, most=most)


@pytest.mark.parametrize(
    "group",
    [_group(3, "a", "b"), _group(0, "a", "b"), _group(-1, "a"), _group(1), _group(2, "a", "a"), _group(2, "a", "b", most=1)],
    ids=["3 of 2", "0 of 2", "-1 of 1", "1 of 0", "2 of one named twice", "2 to 1"],
)
def test_a_group_that_asks_for_the_impossible_is_a_question(group: Group) -> None:
    whole = build([_component("t", group), _component("a"), _component("b")], ["t"])
    assert [(problem.kind, problem.component) for problem in whole.problems] == [("impossible_group", "t")]
    path = analyse(whole).paths[0]
    assert path.single_points == ("t",)
    assert path.stopped == "maybe" or path.possible_single_points
    assert WhatIf(whole).lose(["a", "b"]).stops("t") == "maybe"
    assert decide(whole, "t", ["a", "b"]).answer == "maybe"


def test_a_name_that_nobody_declares_may_need_anything() -> None:
    whole = build([_component("t", needs=("nobody",))], ["t", "elsewhere"])
    assert {(problem.kind, problem.component) for problem in whole.problems} == {
        ("undeclared", "nobody"),
        ("unknown_target", "elsewhere"),
    }
    path = analyse(whole).paths[0]
    assert path.single_points == ("nobody", "t")
    assert path.stopped == "maybe"
    decision = decide(whole, "t")
    assert [[q.reason for q in bundle] for bundle in decision.stops_if] == [["what does nobody need?"]]
    assert decision.stops_if == decision.survives_if


def test_declared_twice_needs_what_both_say() -> None:
    whole = build([_component("t", needs=("a",)), _component("t", needs=("b",)), _component("a"), _component("b")], ["t"])
    assert [problem.kind for problem in whole.problems] == ["declared_twice"]
    assert analyse(whole).paths[0].single_points == ("a", "b", "t")


def test_needs_that_run_in_a_circle_run_and_do_not_start() -> None:
    whole = build([_component("a", needs=("b",)), _component("b", needs=("a",)), _component("c", needs=("c",))], ["a"])
    assert whole.problems == ()
    path = analyse(whole).paths[0]
    assert path.stopped == "no"
    assert path.single_points == ("a", "b")
    assert [circle.components for circle in circles(whole)] == [("a", "b"), ("c",)]


def test_an_open_component_is_never_called_safe() -> None:
    whole = build([replace(_component("t"), open=question(0)), _component("a")], ["t"])
    assert WhatIf(whole).lose(["a"]).stops("t") == "maybe"
    assert analyse(whole).paths[0].stopped == "maybe"
    assert analyse(whole, answered=whole.openings()).paths[0].stopped == "no"


def test_too_much_is_refused_while_it_is_read() -> None:
    def endless() -> Iterator[Component]:
        number = 0
        while True:
            yield _component(f"n{number}", needs=("n0",) * 3)
            number += 1

    with pytest.raises(TooLargeError):
        build(endless(), [], most_components=1000)
    with pytest.raises(TooLargeError):
        build(endless(), [], most_ties=1000)
    with pytest.raises(TooLargeError):
        build((_component(f"n{i}", needs=(f"m{i}",)) for i in range(600)), [], most_components=1000)


def test_depth_is_no_problem() -> None:
    """A chain and a ring, far deeper than Python may recur."""
    for last in ((), ("n0000",)):
        chain = [_component(f"n{i:04}", needs=(f"n{i + 1:04}",)) for i in range(3000)]
        whole = build([*chain, _component("n3000", needs=last)], ["n0000"])
        path = analyse(whole, order=2).paths[0]
        assert path.certain.counts[:3] == (0, 3001)
        assert WhatIf(whole).lose(["n3000"]).stops("n0000") == "yes"
        proof = prove(whole, "n0000", ["n3000"])
        assert proof is not None
        assert len(proof.steps) == 3000
        assert len(circles(whole)) == len(last)


def _mesh() -> Description:
    """Layers that share everything: no diagram of it is small."""
    rng = random.Random(1)
    width = 20
    description = [Drawn() for _ in range(width)]
    for layer in range(6):
        pool = range(layer * width, (layer + 1) * width)
        description += [
            Drawn(
                needs=[(rng.choice(pool), None)],
                groups=[DrawnGroup(members=[(member, None) for member in rng.sample(pool, 3)], least=rng.choice((1, 2)))],
            )
            for _ in range(width)
        ]
    top = range(6 * width, 7 * width)
    return [*description, Drawn(groups=[DrawnGroup(members=[(member, None) for member in top], least=10)], stops=False)]


def test_a_short_budget_says_how_far_the_answer_goes() -> None:
    description = _mesh()
    whole = graph(description, len(description) - 1)
    by_order = {}
    for nodes, elements, order in ((2000, 10**6, 2), (2000, 400, 1), (0, 10, 0)):
        path = analyse(whole, order=3, budget=Budget(seconds=1e9, nodes=nodes, elements=elements)).paths[0]
        assert path.complete_to_order == order
        by_order[order] = path
    assert by_order[2].single_points == by_order[1].single_points
    assert by_order[0].certain.counts in ((), (0, 0, 0))
    assert by_order[0].stopped == "maybe"


def test_no_time_no_answer() -> None:
    ticks = iter(range(10**9))
    path = analyse(graph([Drawn()]), budget=Budget(seconds=0.5, clock=lambda: float(next(ticks)))).paths[0]
    assert path.complete_to_order == 0
    assert path.stopped == "maybe"
