"""A small estate that a person can check by hand: two sites, a region, one application and one emergency account.

The payroll application needs its connector group (both connectors are in one site), pass-through authentication (agents in both
sites), its secret in a vault, a second factor (app or text message), and the tenant.
"""

from __future__ import annotations

from dataclasses import replace

from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Component, Graph, Group, Source, Tie
from sparekey.model.span import Span
from sparekey.model.value import Unknown

LINES = {
    "site hq": 1,
    "site branch": 2,
    "host hv01": 3,
    "host hv02": 4,
    "host hv03": 5,
    "connector payroll-1": 6,
    "connector payroll-2": 7,
    "PTA agent pta-1": 8,
    "PTA agent pta-2": 9,
    "group": 10,
}


def at(line: int) -> Span:
    return Span(file="inventory.yaml", start_line=line, start_column=1, end_line=line, end_column=2)


def component(
    name: str,
    kind: str,
    needs: tuple[str, ...] = (),
    *groups: tuple[str, tuple[str, ...]],
    stops: bool = True,
    source: Source = "code",
) -> Component:
    """A component whose name is its label; its ties stand on its line."""
    here = at(LINES.get(name, 20))
    return Component(
        name=name,
        kind=kind,
        at=(here,),
        needs=tuple(Tie(to=need, at=here, source=source) for need in needs),
        groups=tuple(
            Group(name=title, members=tuple(Tie(to=m, at=at(LINES["group"]), source="code") for m in members), at=here)
            for title, members in groups
        ),
        stops=stops,
    )


APP = "sign-in to app payroll"
EMERGENCY = "emergency admin sign-in"


def parts() -> list[Component]:
    c = component
    return [
        c("region westeurope", "region"),
        c("site hq", "site"),
        c("site branch", "site"),
        c("Entra tenant contoso", "tenant"),
        c("telephony provider", "provider"),
        c("host hv01", "host", ("site hq",), source="declared"),
        c("host hv02", "host", ("site hq",), source="declared"),
        c("host hv03", "host", ("site branch",), source="declared"),
        c("connector payroll-1", "connector", ("host hv01",)),
        c("connector payroll-2", "connector", ("host hv02",)),
        c(
            "connector group payroll",
            "bracket",
            (),
            ("connector group payroll", ("connector payroll-1", "connector payroll-2")),
            stops=False,
        ),
        c("PTA agent pta-1", "agent", ("host hv02",)),
        c("PTA agent pta-2", "agent", ("host hv03",)),
        c("pass-through", "bracket", (), ("pass-through agents", ("PTA agent pta-1", "PTA agent pta-2")), stops=False),
        c("key vault kv-apps", "vault", ("region westeurope",)),
        c("client secret payroll", "secret", ("key vault kv-apps",)),
        c("MFA", "bracket", (), ("MFA methods", ("Entra tenant contoso", "telephony provider")), stops=False),
        c(
            APP,
            "sign_in",
            ("Entra tenant contoso", "client secret payroll", "pass-through", "connector group payroll", "MFA"),
            stops=False,
        ),
        c("FIDO2 key breakglass-1", "credential"),
        c(EMERGENCY, "sign_in", ("Entra tenant contoso", "FIDO2 key breakglass-1"), stops=False),
    ]


def demo() -> Graph:
    return build(parts(), (APP, EMERGENCY))


OPEN = Unknown(reason="variable connector_site has no value: which site?", at=at(41), how="give it a value")


def open_site() -> Graph:
    """The same, but where hv02 stands hangs on a variable; the payroll application alone is a target."""
    placed = [
        replace(p, needs=tuple(replace(tie, doubt=OPEN) for tie in p.needs)) if p.name == "host hv02" else p for p in parts()
    ]
    return build(placed, [APP])
