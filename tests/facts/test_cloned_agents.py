"""Agents on scale sets."""

from __future__ import annotations

import pytest
from tests.azure_estates import Hidden, extension, machine, scale_set, tags
from tests.hybrid_estates import LEAK, agent, estate, facts

from sparekey.facts.hybrid import DERIVATION

MARKS = tags(None, "pta-agent")
INSTALL = '{"commandToExecute": "AADConnectAuthAgentSetup.exe /quiet"}'


def said(*things: object, leaks: tuple[object, ...] = ()) -> object:
    """Whether the agents run on a scale set."""
    return facts(DERIVATION, estate(*things, leaks=leaks))[("agent_group/pta-agent/default", "on_scale_set")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("things", "expected"),
    [
        ([machine("a", MARKS)], "no"),
        ([agent("a", "pta-agent")], "no"),
        ([scale_set("s", 3, MARKS)], "yes"),
        ([scale_set("s", Hidden(), MARKS)], "yes"),
        ([machine("a", MARKS), scale_set("s", 3, MARKS)], "yes"),
        ([agent("a", "pta-agent", partial=True)], "maybe"),
        ([scale_set("s", 3, MARKS), agent("a", "pta-agent", partial=True)], "yes"),
        ([machine("a", MARKS), scale_set("s", 3, {**MARKS, "sparekey-role": Hidden()})], "maybe"),
        ([extension("e", "/subscriptions/0/vm/x", settings=INSTALL)], "maybe"),
    ],
)
def test_a_scale_set_among_the_members_is_proven_or_asked_for(things: list[object], expected: str) -> None:
    assert said(*things) == expected


def test_an_unread_file_may_hold_one() -> None:
    assert said(machine("a", MARKS), leaks=(LEAK,)) == "maybe"
