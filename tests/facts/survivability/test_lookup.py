"""What is suggested to somebody who misspells a name."""

from __future__ import annotations

from sparekey.facts.survivability import names
from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Component
from sparekey.facts.survivability.lookup import callable_names


def test_a_place_that_nobody_names_is_suggested_to_nobody() -> None:
    places = (
        Component(name="site:hq", kind="site", at=(), label="hq"),
        Component(name=names.unnamed("site"), kind="site", at=()),
    )
    graph = build([*places, Component(name=names.unnamed("zone"), kind="zone", at=())], ())
    assert list(callable_names(graph)) == ["site:hq"]
