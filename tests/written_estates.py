"""Estates of files as people write them, through the whole of reading and mapping, and what they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sparekey.config import Config
from sparekey.config_file import load
from sparekey.facts.survivability.analysis import analyse
from sparekey.facts.survivability.estate_graph import graph_of
from sparekey.facts.survivability.graph import Graph
from sparekey.model.estate import Estate
from sparekey.run import gather


def estate(folder: Path, files: Mapping[str, str]) -> tuple[Estate, Config]:
    """The one estate of these files. A `sparekey.yaml` among them holds for it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    inventory = folder / "sparekey.yaml"
    config = load(inventory, name="sparekey.yaml") if inventory.is_file() else Config()
    (found,) = gather([folder], config).estates
    return found, config


def graph(folder: Path, files: Mapping[str, str]) -> Graph:
    """The dependency graph of these files."""
    return graph_of(*estate(folder, files))


def points(drawn: Graph, target: str) -> tuple[set[str], set[str]]:
    """The certain and the possible single points of a sign-in path, by title."""
    path = analyse(drawn, order=1, targets=[target]).path(target)
    return (
        {drawn.component(name).title for name in path.single_points},
        {drawn.component(name).title for name in path.possible_single_points},
    )


def path_to(drawn: Graph, part: str) -> str:
    """The name of the one sign-in path whose name holds this."""
    (found,) = [name for name in drawn.targets if name.startswith("sign_in:") and part in name]
    return found


def asked(drawn: Graph, target: str) -> set[str]:
    """The questions that a path hangs on."""
    return {question.reason for question in drawn.part(target).questions()}
