"""Unknown placement against every real placement: what is proven holds in all of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.azure_estates import Hidden, Written, estate, machine, tags
from tests.inventories import answers
from tests.inventories import estate as inventoried

from sparekey.config import Config

HR = "connector_group/hr"
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def placed(draw: st.DrawFn) -> list[Written]:
    """Two or three connectors whose region and zone are known or not."""
    found = []
    for n in range(draw(st.integers(2, 3))):
        region = draw(st.sampled_from(["westeurope", "westeurope", "northeurope", Hidden()]))
        one = machine(f"m{n}", tags(), zone=draw(st.sampled_from(["1", "1", "2", Hidden()])))
        found.append(replace(one, values={**one.values, "location": region}))
    return found


def completions(thing: Written) -> list[Written]:
    """Every machine that this one may turn out to be."""
    regions = (
        ["westeurope", "northeurope", "elsewhere"] if isinstance(thing.values["location"], Hidden) else [thing.values["location"]]
    )
    zones = ["1", "2", "3"] if isinstance(thing.values["zone"], Hidden) else [thing.values["zone"]]
    return [replace(thing, values={**thing.values, "location": r, "zone": z}) for r, z in product(regions, zones)]


@SLOW
@given(placed())
def test_what_is_proven_of_machines_holds_wherever_they_stand(things: list[Written]) -> None:
    said = answers((estate(*things), Config()), "correlated")[HR]
    real = {answers((estate(*whole), Config()), "correlated")[HR] for whole in product(*map(completions, things))}
    assert said in ("maybe", *real)
    assert said == "maybe" or len(real) == 1
    regions = [thing.values["location"] for thing in things]
    if said == "maybe" and not any(isinstance(region, Hidden) for region in regions):
        assert len(real) > 1, "what is the same in every zone could have been told"


def entry_text(name: str, site: str | None, host: str | None) -> str:
    parts = [f"name: {name}", "group: hr", *(f"{key}: {value}" for key, value in (("site", site), ("host", host)) if value)]
    return f"{{{', '.join(parts)}}}"


PLACES = st.tuples(st.sampled_from([None, "hq", "branch"]), st.sampled_from([None, "h1", "h2"]))


@SLOW
@given(st.lists(PLACES, min_size=2, max_size=3))
def test_what_is_proven_of_entries_holds_wherever_they_stand(entries: list[tuple[str | None, str | None]]) -> None:
    """Two entries with one host are one connector, so that only those with hosts of their own are completed."""
    named = [host for _, host in entries if host]
    if len(set(named)) < len(named):
        return

    def correlated(filled: list[tuple[str | None, str | None]]) -> str:
        text = ", ".join(entry_text(f"c{n}", site, host) for n, (site, host) in enumerate(filled))
        return answers(inventoried(f"inventory: {{connectors: [{text}]}}"), "correlated")[HR]

    said = correlated(entries)
    hosts = [[host] if host else [f"own{n}"] for n, (_, host) in enumerate(entries)]
    sites = [[site] if site else ["hq", "branch", "third"] for site, _ in entries]
    for filled in product(*(product(s, h) for s, h in zip(sites, hosts, strict=True))):
        if said != "maybe":
            assert correlated(list(filled)) == said
