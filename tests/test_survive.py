"""From names as people write them to components, and what the command line may ask for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sparekey.config import ConfigError
from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Component, Graph, Tie
from sparekey.survive import Request
from tests.facts.survivability.demo import APP, EMERGENCY, at, demo
from tests.surveys import as_text, survey


def _graph() -> Graph:
    """Components named as those of real estates are."""

    def part(name: str, kind: str, *needs: str, label: str = "") -> Component:
        ties = tuple(Tie(to=need, at=at(1)) for need in needs)
        return Component(name=name, kind=kind, at=(at(1),), needs=ties, label=label, stops=not name.startswith("sign_in:"))

    return build(
        [
            part("region:westeurope", "region", label="region westeurope"),
            part("zone:westeurope/1", "zone", "region:westeurope"),
            part("site:hq", "site", label="site HQ"),
            part("host:hv01", "host", "site:hq"),
            part("provider:telephony", "provider"),
            part("credential_kind:sms", "credential_kind", "provider:telephony"),
            part("network:plan.json#azurerm_virtual_network.hub", "network", label="hub"),
            part('plan.json#module.a.azurerm_windows_virtual_machine.Vm["x"]', "machine", "host:hv01", label="vm-x"),
            part("a.json#Deployment/auth/keycloak", "identity_workload", "zone:westeurope/1", label="keycloak"),
            part("b.json#Deployment/auth/keycloak", "identity_workload", "zone:westeurope/1", label="keycloak"),
            part("connector_group/hr", "connector_group", 'plan.json#module.a.azurerm_windows_virtual_machine.Vm["x"]'),
            part("sign_in:connector_group/hr", "sign_in", "connector_group/hr", label="sign-in through hr"),
            part("sign_in:a.json#Deployment/auth/keycloak", "sign_in", "a.json#Deployment/auth/keycloak"),
        ],
        ["sign_in:connector_group/hr", "sign_in:a.json#Deployment/auth/keycloak"],
    )


def _lost(text: str) -> tuple[str, ...]:
    held = survey(("e", _graph()), request=Request(lost=(text,)))
    scenario = held.estates[0].survival.scenario
    assert scenario
    return scenario.loss.lost


@pytest.mark.parametrize(
    "text, name",
    [
        ("region:westeurope", "region:westeurope"),
        ("REGION:WestEurope", "region:westeurope"),
        ("region:West Europe", "region:westeurope"),
        (" site:HQ ", "site:hq"),
        ("site HQ", "site:hq"),
        ("zone:westeurope/1", "zone:westeurope/1"),
        ("host:HV01", "host:hv01"),
        ("provider:telephony", "provider:telephony"),
        ("credential:sms", "credential_kind:sms"),
        ("credential-kind:sms", "credential_kind:sms"),
        ("network:hub", "network:plan.json#azurerm_virtual_network.hub"),
        ("network:azurerm_virtual_network.hub", "network:plan.json#azurerm_virtual_network.hub"),
        ("machine:vm-x", 'plan.json#module.a.azurerm_windows_virtual_machine.Vm["x"]'),
        ("vm:VM-X", 'plan.json#module.a.azurerm_windows_virtual_machine.Vm["x"]'),
        ('module.a.azurerm_windows_virtual_machine.vm["x"]', 'plan.json#module.a.azurerm_windows_virtual_machine.Vm["x"]'),
        ("b.json#Deployment/auth/keycloak", "b.json#Deployment/auth/keycloak"),
        ("connector_group/hr", "connector_group/hr"),
    ],
)
def test_a_component_is_found_as_people_call_it(text: str, name: str) -> None:
    assert _lost(text) == (name,)


@pytest.mark.parametrize(
    "text, hint",
    [
        ("region:westeurop", "did you mean region:westeurope"),
        ("host:hv02", "did you mean host:hv01"),
        ("nothing-like-it-at-all", "there is "),
        ("", "there is "),
        ("site:", "did you mean site:hq"),
        ("\x1b[2J", "there is "),
    ],
)
def test_what_is_not_there_is_refused_with_what_there_is(text: str, hint: str) -> None:
    with pytest.raises(ConfigError, match="--lose: nothing here is called") as refused:
        _lost(text)
    assert hint in str(refused.value)


@pytest.mark.parametrize("text", ["Deployment/auth/keycloak", "keycloak", "identity_workload:keycloak"])
def test_what_may_be_several_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="write one of them in full") as refused:
        _lost(text)
    assert "a.json#Deployment/auth/keycloak" in str(refused.value)
    assert "b.json#Deployment/auth/keycloak" in str(refused.value)


@pytest.mark.parametrize(
    "text", ["sign_in:connector_group/hr", "connector_group/hr", "SIGN-IN THROUGH HR", "sign_in:CONNECTOR_GROUP/hr"]
)
def test_a_path_is_found_by_its_name_or_by_what_people_sign_in_to(text: str) -> None:
    held = survey(("e", _graph()), request=Request(targets=(text,)))
    assert [path.account.names for path in held.estates[0].survival.paths] == [("sign_in:connector_group/hr",)]


def test_a_path_that_is_not_there() -> None:
    with pytest.raises(ConfigError, match="--target: nothing here is called 'connector_group/hx'; did you mean"):
        survey(("e", _graph()), request=Request(targets=("connector_group/hx",)))
    with pytest.raises(ConfigError, match="--target: nothing here is called 'host:hv01'"):
        survey(("e", _graph()), request=Request(targets=("host:hv01",)))


def test_of_two_paths_of_which_one_is_lost_together_with_another() -> None:
    """Several losses happen together, and each is told once."""
    held = survey(("e", _graph()), request=Request(lost=("site:hq", "SITE:HQ", "region:westeurope")))
    scenario = held.estates[0].survival.scenario
    assert scenario
    assert scenario.loss.lost == ("region:westeurope", "site:hq")
    assert {fate.stops for fate in scenario.fates} == {"yes"}


def test_the_time_is_shared_among_estates() -> None:
    """Whatever the number of estates, none takes what another needs: all are finished."""
    graphs = [demo() for _ in range(20)]
    told = as_text(*graphs, seconds=30.0)
    assert "40 sign-in paths: 40 stop with one failure." in told


def test_a_name_need_be_in_one_estate_only() -> None:
    part = replace(_graph(), components=_graph().components)
    held = survey(("a", demo()), ("b", part), request=Request(lost=("site:hq",)))
    assert held.estates[0].survival.scenario is None
    assert held.estates[1].survival.scenario
    held = survey(("a", demo()), ("b", part), request=Request(targets=(APP,)))
    assert [one.name for one in held.estates] == ["a"]
    assert {name for path in held.estates[0].survival.paths for name in path.account.names} == {APP}
    assert EMERGENCY not in {name for path in held.estates[0].survival.paths for name in path.account.names}
