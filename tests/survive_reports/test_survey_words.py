"""How people, days and agents are told of, and that many questions of one kind are one line."""

from __future__ import annotations

import pytest
from tests.azure_estates import machine, tags
from tests.facts.survivability.demo import at
from tests.inventories import estate as inventoried
from tests.surveys import as_text

from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.estate_graph import graph_of
from sparekey.facts.survivability.graph import Component, Graph, Group, Tie
from sparekey.model.value import Unknown


def held(kind: str, name: str, label: str) -> Graph:
    """Two keys that one thing takes along."""
    keys = [Component(name=key, kind="key", at=(at(1),), needs=(Tie(to=name, at=at(2)),)) for key in ("one", "two")]
    group = Group(name="keys", members=tuple(Tie(to=key.name, at=at(3)) for key in keys), at=at(3))
    top = Component(name="top", kind="sign_in", at=(at(4),), groups=(group,), stops=False)
    return build([*keys, top, Component(name=name, kind=kind, at=(at(5),), label=label)], ["top"])


@pytest.mark.parametrize(
    ("kind", "label", "said", "asked", "change"),
    [
        ("operator", "ana", "STOPS if ana is not there: 2 of 2", "What if ana is not there?", "somebody else beside ana: "),
        (
            "expiry_day",
            "2027-03-01",
            "STOPS if the day 2027-03-01 comes: 2 of 2",
            "What if the day 2027-03-01 comes?",
            "on 2027-03-01 ",
        ),
        ("site", "hq", "STOPS if site hq stops: 2 of 2", "What if site hq fails?", "have what stands at site hq a second"),
        (
            "credential_kind",
            "text messages",
            "STOPS if text messages fail: 2 of 2",
            "What if text messages fail?",
            "beside text messages",
        ),
    ],
)
def test_a_loss_is_told_as_people_say_it(kind: str, label: str, said: str, asked: str, change: str) -> None:
    graph = held(kind, f"{kind}:{label}", label)
    told = as_text(graph, lost=(f"{kind}:{label}",))
    assert f"  {said} members of 'keys' are there" in told
    assert told.startswith(f"{asked} (")
    assert change in told
    assert "operator" not in told


def test_agents_of_another_provider_are_called_as_people_call_them() -> None:
    things = [machine(name, tags(group, "okta-ad-agent"), zone="1") for name, group in (("a", None), ("b", "emea"))]
    graph = graph_of(*inventoried("{}", *things))
    titles = {graph.component(name).title for name in graph.targets}
    assert titles == {"sign-in through Okta's AD agents", "sign-in through Okta's AD agents (emea)"}


@pytest.mark.parametrize(("many", "lines"), [(10, 10), (11, 1), (500, 1)])
def test_questions_of_one_kind_are_told_together_where_they_are_many(many: int, lines: int) -> None:
    """Each of so many machines stands in a zone that nobody knows; each is a path's only one."""
    zone = Component(name="zone:a/1", kind="zone", at=(at(1),))
    machines = []
    for number in range(many):
        question = Unknown(reason=f"in which zone is vm-{number}? none is chosen", at=at(number + 2), how="choose a zone")
        machines.append(
            Component(
                name=f"vm-{number}",
                kind="machine",
                at=(at(number + 2),),
                needs=(Tie(to=zone.name, at=at(number + 2), doubt=question),),
            )
        )
    graph = build([zone, *machines], [each.name for each in machines])
    told = as_text(graph, everything=True)
    (block,) = [
        block for block in told.split("\n\n") if block.startswith(f"CANNOT TELL: {many} answers decide for {many} paths\n")
    ]
    assert len(block.split("\n")) == lines + 1
    assert (f"  ({many - 1} more of this kind: inventory.yaml:" in block) is (lines == 1)
