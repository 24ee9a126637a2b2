"""The order of deployment: as written, but each resource after those that it depends on."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.arm.language.values import folded, pattern_of
from sparekey.formats.arm.template.deployment import Deployment
from sparekey.formats.arm.template.instance import Instance
from sparekey.formats.arm.template.references import DEPLOYMENTS, TURN, Index, index_of

_DEEPEST = 200
"""A chain of that many resources, each waiting for the next, is followed; behind it the order of writing counts."""


def deployed(deployment: Deployment) -> list[Instance]:
    """Every resource that is or may be deployed, what templates within the template deploy included."""
    seen: set[int] = set()
    ordered: list[Instance] = []
    for instance in deployment.instances:
        _visit(instance, index_of(deployment), seen, ordered, 0)
    return ordered


def _visit(instance: Instance, index: Index, seen: set[int], ordered: list[Instance], level: int) -> None:
    if id(instance) in seen or level > _DEEPEST:
        return
    seen.add(id(instance))
    for other in _before(instance, index):
        _visit(other, index, seen, ordered, level + 1)
    if instance.inner is not None:
        ordered.extend(deployed(instance.inner))
    elif instance.type.lower() != DEPLOYMENTS and not instance.off and not instance.existing:
        ordered.append(instance)


def _before(instance: Instance, index: Index) -> Iterator[Instance]:
    """What a resource depends on, in the order of saying so."""
    for wanted in instance.depends_on():
        if pattern := pattern_of(wanted):
            yield from _called(pattern, index)
    if used := instance.used():
        yield from (one for one in instance.deployment.instances if one in used)


def _called(pattern: str, index: Index) -> list[Instance]:
    wanted = folded(pattern)
    turn = TURN.fullmatch(pattern)
    if turn and turn[1].lower() in index.symbols:
        return index.of_turn(turn[1], int(turn[2]))
    ends = index.ends.get(wanted, [])
    alone = ends if len(ends) == 1 else []
    return index.of_symbol(pattern) or index.ids.get(wanted) or index.loops.get(wanted) or index.names.get(wanted) or alone


class Order:
    """Which of several things is deployed last. What waits for what is told once for each template."""

    def __init__(self) -> None:
        self._waits: dict[int, _Waits] = {}

    def last(self, ones: list[Instance]) -> Instance | None:
        """The one that is certainly deployed after all the others, in whatever template of the deployment each stands; None without one."""
        chains = [_chain(one) for one in ones]
        # Whatever waits for another thing, and not that for it, has the higher rank: only the highest can be the last.
        ranks = [[self._of(each).rank(each) for each in chain] for chain in chains]
        highest = max(range(len(ones)), key=ranks.__getitem__)
        others = (chain for place, chain in enumerate(chains) if place != highest)
        return ones[highest] if all(self._later(chains[highest], other) for other in others) else None

    def _later(self, chain: list[Instance], other: list[Instance]) -> bool:
        """Whether what one chain leads to waits for what the other leads to. In a circle each would come after the other."""
        for mine, theirs in zip(chain, other, strict=False):
            if mine is not theirs:
                return mine.deployment is theirs.deployment and self._of(mine).surely(mine, theirs)
        return False

    def _of(self, instance: Instance) -> _Waits:
        key = instance.deployment.number
        if key not in self._waits:
            self._waits[key] = _Waits(instance.deployment)
        return self._waits[key]


def _chain(instance: Instance) -> list[Instance]:
    """The deployments that lead to a resource, outermost first, and itself."""
    chain = [instance]
    while chain[0].deployment.parent is not None:
        chain.insert(0, chain[0].deployment.parent)
    return chain


class _Waits:
    """What the resources of one template wait for, directly or not.

    What waits for each other in a circle has one rank; all else has a higher rank than what it waits for.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._number = {id(instance): number for number, instance in enumerate(deployment.instances)}
        self._sure = [instance.condition is True and instance.copies is None for instance in deployment.instances]
        self._edges = self._direct(deployment)
        self._rank = ranked(self._edges)
        self._behind: list[int] | None = None

    def rank(self, instance: Instance) -> int:
        """The rank of a resource."""
        return self._rank[self._number[id(instance)]]

    def surely(self, one: Instance, other: Instance) -> bool:
        """Whether one waits for the other, and not the other for it."""
        mine, theirs = self.rank(one), self.rank(other)
        if mine <= theirs:
            return False
        if self._behind is None:
            self._behind = self._all_behind()
        return bool(self._behind[mine] >> theirs & 1)

    def _direct(self, deployment: Deployment) -> list[list[int]]:
        """What each node waits for. Every text in a `dependsOn` is a node as well, so that a loop's name costs each of its turns once."""
        index = index_of(deployment)
        edges: list[list[int]] = [[] for _ in deployment.instances]
        named: dict[str, int] = {}
        for number, instance in enumerate(deployment.instances):
            with deployment.session.budget.half():
                wanted = instance.depends_on()
            for name in dict.fromkeys(pattern for one in wanted if (pattern := pattern_of(one))):
                if name not in named:
                    named[name] = len(edges)
                    edges.append([self._number[id(one)] for one in _called(name, index)])
                edges[number].append(named[name])
            edges[number] += [self._number[id(one)] for one in instance.used() if id(one) in self._number]
        return edges

    def _all_behind(self) -> list[int]:
        """By rank, a bit for every rank that it waits for."""
        behind = [0] * (max(self._rank) + 1)
        for node in sorted(range(len(self._edges)), key=self._rank.__getitem__):
            rank = self._rank[node]
            for other in self._edges[node]:
                behind[rank] |= 1 << self._rank[other]
                # What is not deployed falls out of the chain: nobody then waits for what it waits for.
                if other >= len(self._sure) or self._sure[other]:
                    behind[rank] |= behind[self._rank[other]]
        return behind


def ranked(edges: list[list[int]]) -> list[int]:
    """A rank for each node of a graph: one for all nodes of a circle, otherwise a higher one than those of the nodes that it leads to."""
    # Tarjan's algorithm, without recursion: a chain may be as long as there are resources.
    found, lowest = [-1] * len(edges), [0] * len(edges)
    ranks = [-1] * len(edges)
    open_: list[int] = []
    count = rank = 0
    for root in range(len(edges)):
        path = [(root, iter(edges[root]))] if found[root] < 0 else []
        while path:
            node, rest = path[-1]
            if found[node] < 0:
                found[node] = lowest[node] = count
                count += 1
                open_.append(node)
            following = None
            for other in rest:
                if found[other] < 0:
                    following = other
                    break
                if ranks[other] < 0:
                    lowest[node] = min(lowest[node], found[other])
            if following is not None:
                path.append((following, iter(edges[following])))
                continue
            path.pop()
            if path:
                above = path[-1][0]
                lowest[above] = min(lowest[above], lowest[node])
            if lowest[node] == found[node]:
                while True:
                    member = open_.pop()
                    ranks[member] = rank
                    if member == node:
                        break
                rank += 1
    return ranks
