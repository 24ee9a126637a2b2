"""The picture: what it shows, and that nothing in a file reaches Mermaid's own language."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from tests.facts.survivability.demo import APP, EMERGENCY, demo, open_site
from tests.facts.survivability.hostile import estate
from tests.surveys import as_mermaid

from sparekey.config import ConfigError
from sparekey.facts.survivability.graph import Graph

LINE = re.compile(
    r"flowchart LR|  end|  classDef [a-z]+ [a-z0-9#:,\- ]+|  subgraph b\d+\[\"[^\"]*\"\]"
    r"|  (  )?n\d+(\[\"[^\"]*\"\]|\(\[\"[^\"]*\"\]\))(:::[a-z]+)?|  n\d+ -->(\|\?\|)? n\d+|  g\d+_\d+ -\.->(\|\?\|)? n\d+"
    r"|  n\d+ --> g\d+_\d+\{\{\"any [\d to]+ of \d+( or more)?\"\}\}|  n\d+ -\.->\|\?\| u\d+\[\"something that is not seen\"\]:::unknown"
)


def test_both_paths_in_one_picture_single_points_thick_and_losses_grey() -> None:
    drawn = as_mermaid(demo(), lost=("site branch",))
    for path in (APP, EMERGENCY):
        assert f'["{path}"]' in drawn
    assert re.search(r'\(\["site hq"\]\):::single', drawn)
    assert re.search(r'\(\["site branch"\]\):::lost', drawn)
    assert re.search(r'\(\["host hv03"\]\):::lost', drawn)
    assert re.search(r'\["key vault kv-apps"\]:::single', drawn), "also what falls with a wider single point is one"


def test_one_path_alone() -> None:
    drawn = as_mermaid(demo(), targets=(EMERGENCY,))
    assert APP not in drawn
    assert "site hq" not in drawn


def test_a_doubt_is_dotted_or_marked() -> None:
    assert "-->|?|" in as_mermaid(open_site())
    assert "-->|?|" not in as_mermaid(demo())


def test_no_path_no_picture() -> None:
    assert as_mermaid() == "flowchart LR\n"


def test_several_estates_are_no_picture() -> None:
    with pytest.raises(ConfigError, match="a picture shows one estate, not 2"):
        as_mermaid(demo(), demo())
    assert as_mermaid(demo(), open_site(), targets=(EMERGENCY,)).startswith("flowchart LR\n")


@given(estate())
@settings(max_examples=25, deadline=None)
def test_nothing_in_a_file_acts_on_mermaid(graph: Graph) -> None:
    lost = (next(component.name for component in graph.components if component.kind == "site"),)
    for line in as_mermaid(graph, lost=lost).rstrip("\n").split("\n"):
        assert LINE.fullmatch(line), line
        assert line.isprintable()
