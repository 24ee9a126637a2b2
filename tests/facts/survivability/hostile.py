"""Graphs whose names come from somebody who wants them to act on a terminal, on JSON or on Mermaid."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Component, Graph, Group, Tie
from sparekey.model.span import Pointer
from sparekey.model.value import Unknown

ACTIVE = (
    '"]; click n0 "javascript:x"',
    "\x1b[2Jx",
    "a\nend",
    "`code`",
    "<img src=x>",
    "%%{init: {}}%%",
    "\u202eabc",
    "#quot;",
    "\ud800",
)


def texts() -> st.SearchStrategy[str]:
    """Any text, and texts that are known to act on something."""
    return st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(ACTIVE)


@st.composite
def estate(draw: st.DrawFn) -> Graph:
    """A path on two hosts in one site, with a circle and questions, all of it called as the enemy likes."""
    top, site, one, two, ring = draw(st.lists(texts(), min_size=5, max_size=5, unique_by=lambda name: name.strip().casefold()))
    said = draw(texts())
    place = Pointer(file=said, pointer=f"/{said}")
    question = Unknown(reason=said, at=place, how=said)

    def part(name: str, kind: str, *needs: Tie, open_: Unknown | None = None) -> Component:
        return Component(name=name, kind=kind, at=(place,), needs=needs, open=open_)

    def tie(to: str, *, doubt: Unknown | None = None) -> Tie:
        return Tie(to=to, at=place, doubt=doubt)

    group = Group(name=said, members=(tie(one), tie(two)), at=place)
    return build(
        [
            replace(part(top, "sign_in", tie(ring)), groups=(group,)),
            part(site, "site"),
            part(one, "host", tie(site)),
            part(two, "host", tie(site, doubt=question), open_=replace(question, how="")),
            part(ring, "directory", tie(ring), tie("nobody" + said)),
        ],
        [top, one],
    )
