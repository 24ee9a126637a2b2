"""Surveys of graphs made by hand, for tests of what is told of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sparekey.facts.survivability.graph import Graph
from sparekey.model.problem import Problem
from sparekey.model.run import Counts, Coverage
from sparekey.places import Places
from sparekey.survive import Request, Survey, surveyed
from sparekey.survive_reports.choice import render, request_for

NO_PLACES = Places.of([], [], root=Path("/nonexistent"))


def survey(
    *graphs: tuple[str, Graph],
    request: Request | None = None,
    accepted: Mapping[str, tuple[str, ...]] | None = None,
    problems: tuple[Problem, ...] = (),
) -> Survey:
    """What is told of the graphs, as if they were estates of three files."""
    asked = request or Request()
    return Survey(
        estates=surveyed(graphs, asked, accepted=accepted or {}),
        problems=problems,
        coverage=Coverage(),
        counts=Counts(files=3),
        order=asked.order,
        as_of="2026-01-31",
        places=NO_PLACES,
        versions={"sparekey": "test"},
    )


def as_text(*graphs: Graph, everything: bool = False, **asked: object) -> str:
    return _rendered("text", graphs, everything=everything, **asked)


def as_mermaid(*graphs: Graph, **asked: object) -> str:
    return _rendered("mermaid", graphs, everything=False, **asked)


def as_json(*graphs: Graph, **asked: object) -> Any:
    return json.loads(_rendered("json", graphs, everything=False, **asked))


def _rendered(name: str, graphs: tuple[Graph, ...], *, everything: bool, **asked: object) -> str:
    """The report of estates called e0, e1, ... Time is no matter: what is told must not hang on how busy the machine is."""
    accepted = asked.pop("accepted", ())
    request = request_for(name, Request(**{"seconds": 600.0, **asked}), everything=everything)  # type: ignore[arg-type]
    named = tuple((f"e{i}", graph) for i, graph in enumerate(graphs))
    held = survey(*named, request=request, accepted={estate: accepted for estate, _ in named})  # type: ignore[misc]
    return render(name, held, colour=False, everything=everything)
