"""Survivability as a picture: a Mermaid flowchart of what the paths stand on."""

from __future__ import annotations

from sparekey.facts.survivability.picture import picture
from sparekey.survive import Survey


def mermaid(survey: Survey) -> str:
    """The flowchart of the one estate: single points stand out, what a loss takes along is grey. Without paths, an empty one."""
    for one in survey.estates:
        survival = one.survival
        paths = [path.account for path in survival.paths]
        names = [name for path in paths for name in path.names]
        single = {name for path in paths for point in path.points if point.certain for name in (point.point, *point.along)}
        lost = survival.scenario.loss.certain if survival.scenario else frozenset()
        return picture(survival.graph, *names, single_points=single, lost=lost)
    return "flowchart LR\n"
