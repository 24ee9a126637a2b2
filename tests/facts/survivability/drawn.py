"""Random small dependency graphs, and the truth about them by going through every scenario and every completion.

The truth is worked out from the description alone, in another way than the product does it: one integer per component holds, bit by
bit, whether it has stopped in each of all combinations of failures and bad answers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from operator import or_

from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Component, Graph, Group, Tie
from sparekey.model.span import Pointer
from sparekey.model.value import Unknown

AT = Pointer(file="drawn.json", pointer="")


@dataclass(slots=True)
class DrawnGroup:
    """At least `least` of the members (each perhaps in doubt) must work, or `most`; `open`: perhaps there are others."""

    members: list[tuple[int, int | None]]
    least: int
    most: int | None = None
    doubt: int | None = None
    open: int | None = None


@dataclass(slots=True)
class Drawn:
    """A component. Doubts are numbers of questions."""

    needs: list[tuple[int, int | None]] = field(default_factory=list)
    groups: list[DrawnGroup] = field(default_factory=list)
    stops: bool = True
    doubt: int | None = None
    open: int | None = None


Description = list[Drawn]


def question(number: int | None) -> Unknown | None:
    return None if number is None else Unknown(reason=f"q{number}?", at=AT)


def name(i: int) -> str:
    return f"n{i:03}"


def graph(description: Description, *targets: int) -> Graph:
    """The product's graph of a description; all components are targets where none are given."""

    def tie(one: tuple[int, int | None]) -> Tie:
        return Tie(to=name(one[0]), at=AT, doubt=question(one[1]))

    def group(one: DrawnGroup) -> Group:
        return Group(
            name="g",
            members=tuple(map(tie, one.members)),
            at=AT,
            least=one.least,
            most=one.most,
            doubt=question(one.doubt),
            open=question(one.open),
        )

    components = [
        Component(
            name=name(i),
            kind="x",
            at=(AT,),
            needs=tuple(map(tie, drawn.needs)),
            groups=tuple(map(group, drawn.groups)),
            stops=drawn.stops,
            doubt=question(drawn.doubt),
            open=question(drawn.open),
        )
        for i, drawn in enumerate(description)
    ]
    return build(components, map(name, targets or range(len(description))))


def draw(rng: random.Random, size: int, *, circles: bool, questions: int = 0) -> Description:
    """A random description; with questions, about a third of what can be in doubt is."""

    def doubt(chance: float) -> int | None:
        return rng.randrange(questions) if questions and rng.random() < chance else None

    description = []
    for i in range(size):
        pool = [j for j in range(size) if j != i] if circles else list(range(i))
        drawn = Drawn(stops=rng.random() < 0.8, doubt=doubt(0.1), open=doubt(0.1))
        if pool:
            drawn.needs = [(rng.choice(pool), doubt(0.3)) for _ in range(rng.choice((0, 0, 1, 1, 2)))]
            drawn.groups = [_group(rng, pool, doubt) for _ in range(rng.choice((0, 1, 1, 2)))]
        description.append(drawn)
    return description


def _group(rng: random.Random, pool: list[int], doubt: Callable[[float], int | None]) -> DrawnGroup:
    members = rng.sample(pool, min(len(pool), rng.randint(1, 4)))
    least = rng.randint(1, len(members))
    drawn = DrawnGroup(members=[(member, doubt(0.3)) for member in members], least=least)
    drawn.open = doubt(0.15)
    if least < len(members):
        drawn.doubt = doubt(0.2)
        drawn.most = None if drawn.doubt is None else rng.randint(least + 1, len(members))
    return drawn


class Truth:
    """Every scenario (which components stop by themselves, which questions are answered badly) of one description."""

    def __init__(self, description: Description, *, questions: int = 0) -> None:
        self.description = description
        self.events = [i for i, drawn in enumerate(description) if drawn.stops]
        self.questions = questions
        self.width = len(self.events) + questions
        self.everywhere = (1 << (1 << self.width)) - 1
        self.bad = [self._pattern(len(self.events) + q) for q in range(questions)]
        self.stopped = self._solve()

    def _pattern(self, bit: int) -> int:
        """The scenarios whose number has this bit."""
        run = 1 << bit
        word = ((1 << run) - 1) << run
        return word * (self.everywhere // ((1 << 2 * run) - 1))

    def _solve(self) -> list[int]:
        own = [0] * len(self.description)
        for bit, i in enumerate(self.events):
            own[i] = self._pattern(bit)
        values = [0] * len(self.description)
        while True:
            now = [own[i] | self._lost(drawn, values) for i, drawn in enumerate(self.description)]
            if now == values:
                return values
            values = now

    def _if(self, doubt: int | None, otherwise: int) -> int:
        return otherwise if doubt is None else self.bad[doubt]

    def _lost(self, drawn: Drawn, values: Sequence[int]) -> int:
        lost = self._if(drawn.doubt, 0) | self._if(drawn.open, 0)
        for below, doubt in drawn.needs:
            lost |= values[below] & self._if(doubt, self.everywhere)
        for group in drawn.groups:
            members = [values[member] | self._if(doubt, 0) for member, doubt in group.members]
            gone = self._at_least(len(members) - group.least + 1, members)
            if group.most is not None:
                gone |= self._at_least(len(members) - group.most + 1, members) & self._if(group.doubt, 0)
            lost |= gone & self._if(group.open, self.everywhere)
        return lost

    def _at_least(self, enough: int, members: list[int]) -> int:
        found = 0
        for some in combinations(members, enough):
            together = self.everywhere
            for one in some:
                together &= one
            found |= together
        return found

    def stops(self, target: int, lost: Iterable[int], badly: Iterable[int]) -> bool:
        """Whether a component stops in one scenario. What cannot stop by itself is lost only with what it stands on."""
        number = sum(1 << self.events.index(i) for i in lost) + sum(1 << (len(self.events) + q) for q in badly)
        return bool(self.stopped[target] >> number & 1)

    def failure_sets(self, target: int, order: int, badly: Iterable[int] = ()) -> set[tuple[str, ...]]:
        """The minimal sets of at most `order` components that stop the target while these questions are answered badly."""
        shift = sum(1 << (len(self.events) + q) for q in badly)
        return {
            tuple(name(self.events[bit]) for bit in one)
            for one in _minimal(self.stopped[target], range(len(self.events)), order, shift)
        }

    def bad_bundles(self, target: int, lost: Iterable[int], size: int) -> set[frozenset[int]]:
        """The minimal sets of questions that stop the target when answered badly, the others well."""
        first = len(self.events)
        shift = sum(1 << self.events.index(i) for i in lost)
        return {
            frozenset(bit - first for bit in one) for one in _minimal(self.stopped[target], range(first, self.width), size, shift)
        }

    def good_bundles(self, target: int, lost: Iterable[int], size: int) -> set[frozenset[int]]:
        """The minimal sets of questions that keep the target alive when answered well, the others badly."""
        lost = tuple(lost)
        found: list[frozenset[int]] = []
        for many in range(size + 1):
            for one in map(frozenset, combinations(range(self.questions), many)):
                if not any(less <= one for less in found) and not self.stops(target, lost, set(range(self.questions)) - one):
                    found.append(one)
        return set(found)


def _minimal(stopped: int, bits: Iterable[int], order: int, shift: int) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    taken: list[int] = []
    for many in range(order + 1):
        for one in combinations(bits, many):
            number = reduce(or_, (1 << bit for bit in one), 0)
            if stopped >> (number | shift) & 1 and not any(number & less == less for less in taken):
                found.append(one)
                taken.append(number)
    return found
