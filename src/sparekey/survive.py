"""From files to what stops each sign-in path: gather, draw the dependency graph of every estate, analyse it, tell it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sparekey import __version__
from sparekey.config import Config, usage_error
from sparekey.config_file import did_you_mean
from sparekey.facts.survivability.building import TooLargeError
from sparekey.facts.survivability.estate_graph import graph_of
from sparekey.facts.survivability.graph import Graph
from sparekey.facts.survivability.lookup import address, callable_names, find
from sparekey.facts.survivability.survival import Asked, Survival, survival
from sparekey.facts.survivability.zbdd import MOST_ORDER
from sparekey.model.estate import Estate
from sparekey.model.kinds.inventory import AcceptedShared
from sparekey.model.problem import Problem
from sparekey.model.resource import known_text
from sparekey.model.run import Counts, Coverage
from sparekey.model.span import Pointer
from sparekey.places import Places
from sparekey.reading import Progress
from sparekey.run import counts_of, coverage_of, day_of, gather

SECONDS = 20.0
"""The budget where none is given: five times what an estate of 10,000 components takes."""

ORDER = 2
"""How many failures at once are looked at where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the command line asks for. `targets` and `lost` are names as people write them; nothing named means every path, no loss.

    `apart`, `listed` and `full`: see `Asked`. `drawn`: for a picture, which shows one estate.
    `manual`: standbys count that a person must switch on.
    """

    targets: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    order: int = ORDER
    seconds: float = SECONDS
    apart: bool = False
    listed: int = 10
    full: int | None = None
    drawn: bool = False
    manual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateSurvival:
    """What is told of one estate with sign-in paths."""

    name: str
    survival: Survival


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Everything that a report of survivability may say.

    `exit_code` is the same for every format; `as_of` is the day (ISO date) on which declarations were looked at, `places` finds lines
    of source.
    """

    estates: tuple[EstateSurvival, ...]
    problems: tuple[Problem, ...]
    coverage: Coverage
    counts: Counts
    order: int
    as_of: str
    places: Places
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """3 where something could not be read or analysed, else 0: a single point of failure is an answer, not an error."""
        return 3 if any(problem.incomplete for problem in self.problems) else 0


def survive(paths: Sequence[Path], config: Config, request: Request, *, told: Progress) -> Survey:
    """Read the files and say what stops each sign-in path.

    Raises ConfigError for paths that do not exist, limits that make no sense, and names that nothing has.
    """
    if not 1 <= request.order <= MOST_ORDER:
        raise usage_error(f"--order: {request.order} is not between 1 and {MOST_ORDER}")
    if not 0 < request.seconds < float("inf"):
        raise usage_error(f"--budget: {request.seconds} is no number of seconds")
    gathered = gather(paths, config, told=told)
    resources = [r for estate in gathered.estates for kind in estate.resources.values() for r in kind]
    places = Places.of((m.document for m in gathered.mapped), resources, root=gathered.root)
    problems = list(gathered.problems)
    graphs = tuple(_graphs(gathered.estates, config, problems, manual=request.manual))
    return Survey(
        estates=surveyed(graphs, request, accepted=_accepted(gathered.estates)),
        problems=tuple(replace(problem, at=places.line(problem.at)) for problem in problems),
        coverage=coverage_of(gathered.mapped, config),
        counts=counts_of(gathered, rules=0),
        order=request.order,
        as_of=day_of(config),
        places=places,
        versions={"sparekey": __version__},
    )


def surveyed(
    graphs: Sequence[tuple[str, Graph]], request: Request, *, accepted: Mapping[str, tuple[str, ...]]
) -> tuple[EstateSurvival, ...]:
    """What is told of the graphs, by the names of their estates. Raises ConfigError for names that nothing in any of them has."""
    end = time.monotonic() + request.seconds
    targets = _named(graphs, request.targets, "--target", targets=True)
    lost = _named(graphs, request.lost, "--lose")
    wanted = [(name, graph) for name, graph in graphs if not request.targets or targets.get(name)]
    found = []
    for left, (name, graph) in zip(range(len(wanted), 0, -1), wanted, strict=True):
        asked = Asked(
            targets=targets[name] if request.targets else None,
            lost=lost.get(name, ()),
            order=request.order,
            # What one estate does not use is there for the others.
            seconds=max((end - time.monotonic()) / left, 0.0),
            apart=request.apart,
            listed=request.listed,
            full=request.full,
        )
        may_share = {one for text in accepted.get(name, ()) for one in find(graph.components, text)}
        found.append(EstateSurvival(name=name, survival=survival(graph, asked, accepted=may_share)))
    if request.drawn and len(found) > 1:
        raise usage_error(
            f"a picture shows one estate, not {len(found)}: name fewer paths, or a --target that only one of them has"
        )
    return tuple(found)


def _graphs(estates: Sequence[Estate], config: Config, problems: list[Problem], *, manual: bool) -> Iterator[tuple[str, Graph]]:
    """The graphs that hold a sign-in path; what is odd in any goes to the problems."""
    for estate in estates:
        place = Pointer(file=estate.deployments[0] if estate.deployments else ".", pointer="")
        try:
            graph = graph_of(estate, config, manual=manual)
        except TooLargeError as error:
            message = f"the estate {estate.name} is too large to be analysed: {error}"
            problems.append(Problem(kind="estate-too-large", blame="tool", message=message, at=place))
            continue
        if graph.targets:
            problems += [
                Problem(
                    kind=f"graph-{p.kind.replace('_', '-')}", blame="user", message=p.message, at=p.at or place, incomplete=False
                )
                for p in graph.problems
                # Where several files speak of one thing its parts are put together, which is nobody's mistake.
                if p.kind != "declared_twice"
            ]
            yield estate.name, graph


def _accepted(estates: Sequence[Estate]) -> dict[str, tuple[str, ...]]:
    """What sparekey.yaml accepts as shared, by estate."""
    found = {}
    for estate in estates:
        names = (
            known_text(resource.component) for resource in estate.of("accepted_shared") if isinstance(resource, AcceptedShared)
        )
        found[estate.name] = tuple(name for name in names if name)
    return found


def _named(
    graphs: Sequence[tuple[str, Graph]], texts: Sequence[str], option: str, *, targets: bool = False
) -> dict[str, tuple[str, ...]]:
    """The components that the texts name, per estate. A text must name one in some estate, and no estate may have several of it."""
    found: dict[str, tuple[str, ...]] = {}
    for text in texts if graphs else ():
        somewhere = False
        for estate, graph in graphs:
            names = _targets(graph, text) if targets else find(graph.components, text)
            if len(names) > 1:
                raise usage_error(f"{option}: {text!r} may be {', '.join(map(repr, names[:5]))}: write one of them in full")
            somewhere = somewhere or bool(names)
            found[estate] = tuple(dict.fromkeys((*found.get(estate, ()), *names)))
        if not somewhere:
            known = {name for _, graph in graphs for name in (_target_names(graph) if targets else callable_names(graph))}
            hint = did_you_mean(text.strip().casefold(), known) or _some(known)
            raise usage_error(f"{option}: nothing here is called {text!r}{hint}")
    return found


def _targets(graph: Graph, text: str) -> tuple[str, ...]:
    """The sign-in paths that a text names; a path may be named by the thing that people sign in to."""
    of = find(graph.components, text)
    paths = tuple(map(graph.component, graph.targets))
    return find(paths, text) or tuple(name for name in graph.targets if name.partition(":")[2] in of)


def _target_names(graph: Graph) -> Iterator[str]:
    for name in graph.targets:
        yield address(name)
        yield graph.component(name).title


def _some(known: set[str]) -> str:
    """A few names that there are, where none is close."""
    shown = sorted(known, key=lambda name: (":" not in name, name))[:5]
    return f" (there is {', '.join(shown)}{' and more' if len(known) > len(shown) else ''})" if shown else ""
