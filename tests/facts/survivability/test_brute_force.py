"""The engine against every scenario and every completion of many small random graphs: no mismatch, no false pass."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from tests.facts.survivability.drawn import Description, Drawn, DrawnGroup, Truth, draw, graph, name

from sparekey.facts.survivability.analysis import analyse
from sparekey.facts.survivability.budget import Budget, ExhaustedError
from sparekey.facts.survivability.failure_sets import FailureSets
from sparekey.facts.survivability.families import Families
from sparekey.facts.survivability.questions import decide
from sparekey.facts.survivability.singles import single_points
from sparekey.facts.survivability.sweep import pairs
from sparekey.facts.survivability.whatif import WhatIf
from sparekey.facts.survivability.world import World, wire
from sparekey.facts.survivability.zbdd import Zbdd

BUDGET = Budget(seconds=1e9)
CERTAIN = 10_000
UNCERTAIN = 2_500


def _drawn(count: int, *, questions: int = 0, circles: bool | None = None) -> Iterator[tuple[random.Random, Description]]:
    """The same graphs every time, every other one with circles unless that is given."""
    rng = random.Random(20250101)
    for i in range(count):
        size = rng.randint(3, 7)
        yield rng, draw(rng, size, circles=bool(i % 2) if circles is None else circles, questions=questions)


def _all(sets: FailureSets, order: int) -> set[tuple[str, ...]]:
    found = [one for size in range(order + 1) for one in sets.of_size(size)]
    assert len(found) == len(set(found)) == sum(sets.counts), "a set is listed twice, or not counted"
    return set(found)


def _by_diagram(world: World, target: int, order: int) -> set[tuple[str, ...]]:
    families = Families(world, (target,), order=order, nodes=10**6, watch=BUDGET.start())
    family = families.solve()[target]
    counts = families.zbdd.counts(family)
    sets = [one for size in range(len(counts)) for one in families.zbdd.sets(family, size)]
    assert len(sets) == sum(counts)
    return {tuple(sorted(name(families.nodes[variable]) for variable in one)) for one in sets}


def test_three_ways_agree_with_brute_force() -> None:
    wrong = Counter[str]()
    circular = 0
    for rng, description in _drawn(CERTAIN):
        target = rng.randrange(len(description))
        order = rng.choice((1, 2, 3, 8))
        truth = Truth(description)
        world = wire(graph(description, target))
        circular += any(map(world.in_circle, world.strata))
        want = truth.failure_sets(target, max(order, 2))
        wrong["diagram"] += _by_diagram(world, target, order) != {one for one in want if len(one) <= order}
        swept_single, swept_pairs = pairs(world, (target,), elements=10**6, watch=BUDGET.start())
        single, two = swept_single[target], swept_pairs[target]
        alone = single_points(world, (target,), elements=10**6, watch=BUDGET.start())[target]
        wrong["singles"] += alone != single or {(name(node),) for node in single or ()} != {one for one in want if len(one) == 1}
        wrong["sweep"] += {tuple(map(name, one)) for one in two} != {one for one in want if len(one) == 2}
    assert not +wrong
    assert circular > CERTAIN // 5


def test_every_completion_of_what_is_uncertain() -> None:
    """Verdicts are exact: what is certain holds in every completion, and what is possible in one at least, but not in all."""
    questions = 4
    wrong = Counter[str]()
    seen = Counter[str]()
    everything = range(questions)
    for rng, description in _drawn(UNCERTAIN, questions=questions):
        target = rng.randrange(len(description))
        drawn = graph(description, target)
        truth = Truth(description, questions=questions)
        lost = rng.sample(truth.events, min(len(truth.events), rng.randint(0, 2)))
        outcomes = {truth.stops(target, lost, [q for q in everything if number >> q & 1]) for number in range(1 << questions)}
        want = "maybe" if len(outcomes) == 2 else "yes" if True in outcomes else "no"
        seen[want] += 1
        said = WhatIf(drawn).lose([name(i) for i in lost]).stops(name(target))
        wrong["what if"] += said != want
        wrong["false pass"] += said == "no" and True in outcomes
        decision = decide(drawn, name(target), [name(i) for i in lost], size=2, most=1000)
        wrong["decision"] += decision.answer != want or not decision.complete
        if want == "maybe":
            bundles = {frozenset(int(q.reason[1:-1]) for q in bundle) for bundle in decision.stops_if}
            wrong["stops if"] += bundles != truth.bad_bundles(target, lost, 2)
            bundles = {frozenset(int(q.reason[1:-1]) for q in bundle) for bundle in decision.survives_if}
            wrong["survives if"] += bundles != truth.good_bundles(target, lost, 2)
        path = analyse(drawn, order=3, budget=BUDGET).paths[0]
        certain = truth.failure_sets(target, 3)
        worst = truth.failure_sets(target, 3, everything)
        wrong["certain"] += _all(path.certain, 3) != certain
        wrong["possible"] += _all(path.possible, 3) != {one for one in worst if not any(set(c) <= set(one) for c in certain)}
    assert not +wrong
    assert min(seen[verdict] for verdict in ("yes", "no", "maybe")) > UNCERTAIN // 5


def test_fewer_orders_and_other_ways_say_the_same() -> None:
    """What is left when the budget is short is the same, as far as it says to be complete."""
    for _, description in _drawn(300, questions=2):
        drawn = graph(description)
        full = analyse(drawn, order=3, budget=BUDGET)
        for order, nodes in ((1, 10**6), (2, 0)):
            less = analyse(drawn, order=order, budget=Budget(seconds=1e9, nodes=nodes))
            for one, other in zip(full.paths, less.paths, strict=True):
                assert other.complete_to_order in (order, None)
                for size in range(order + 1):
                    assert one.certain.of_size(size) == other.certain.of_size(size)
                    assert one.possible.of_size(size) == other.possible.of_size(size)


def _lose_an_element(zbdd: Zbdd, a: int, b: int, size: int) -> int:
    found = _PRODUCT(zbdd, a, b, size)
    lost = found > 1 and not zbdd._low[found] and zbdd._high[found] > 1
    return zbdd._high[found] if lost else found


_PRODUCT = Zbdd.product
_AT_LEAST = Zbdd.at_least
FAULTS = {
    "no absorption": ("without", lambda _zbdd, a, _b: a),
    "k off by one": ("at_least", lambda zbdd, enough, families: _AT_LEAST(zbdd, max(enough - 1, 1), families)),
    "k ignored": ("at_least", lambda zbdd, _enough, families: _AT_LEAST(zbdd, len(families), families)),
    "an element lost": ("product", _lose_an_element),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_comparison_notices_a_fault(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    method, broken = FAULTS[fault]
    monkeypatch.setattr(Zbdd, method, broken)
    caught = 0
    for _, description in _drawn(400, circles=False):
        target = len(description) - 1
        try:
            caught += _by_diagram(wire(graph(description, target)), target, 3) != Truth(description).failure_sets(target, 3)
        except ExhaustedError:
            caught += 1
    assert caught >= 10


def _alternatives(many: int, each: int) -> Description:
    """A target that needs one of `many`, each of which needs one of `each`: its one failure set has many times each components."""
    leaves = [Drawn() for _ in range(many * each)]
    middle = [_one_of(range(i * each, (i + 1) * each)) for i in range(many)]
    return [*leaves, *middle, _one_of(range(many * each, many * each + many))]


def _one_of(members: Iterable[int]) -> Drawn:
    return Drawn(groups=[DrawnGroup(members=[(member, None) for member in members], least=1)], stops=False)


@pytest.mark.parametrize("many, each", [(2, 2), (2, 3), (3, 2), (1, 4)])
@pytest.mark.parametrize("order", (1, 2, 3, 4, 5, 6))
def test_no_set_is_larger_than_asked_for(many: int, each: int, order: int) -> None:
    """Deep redundancy: lower orders find nothing, and say that there may be more."""
    description = _alternatives(many, each)
    target = len(description) - 1
    path = analyse(graph(description, target), order=order).paths[0]
    found = order >= many * each
    assert sum(path.certain.counts) == found
    assert path.complete_to_order == (None if found else order)
    assert len(_by_diagram(wire(graph(description, target)), target, order)) == found


def test_an_ignored_order_limit_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """One component beside a redundant pair: three failures are needed, and the third comes in where a product ends."""
    description = [Drawn(), Drawn(), Drawn(), _one_of((1, 2)), _one_of((0, 3))]
    world = wire(graph(description, 4))
    assert _by_diagram(world, 4, 2) == Truth(description).failure_sets(4, 2) == set()
    assert len(_by_diagram(world, 4, 3)) == 1
    monkeypatch.setattr(Zbdd, "cut", lambda _zbdd, a, _size: a)
    assert _by_diagram(world, 4, 2) != set()


def test_ignored_questions_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(World, "badly", lambda _world, well=frozenset(): frozenset())
    false = 0
    for _, description in _drawn(300, questions=3):
        target = len(description) - 1
        said = WhatIf(graph(description, target)).lose(()).stops(name(target))
        false += said == "no" and Truth(description, questions=3).stops(target, (), range(3))
    assert false > 20
