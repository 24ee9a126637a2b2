"""Groups of agents: found by tag, script and inventory, counted, and closed like those of connectors."""

from __future__ import annotations

import pytest
from tests.azure_estates import Hidden, Written, estate, extension, machine, on, scale_set, tags
from tests.inventories import estate as inventoried

from sparekey.config import Config
from sparekey.facts.agent_groups import derive
from sparekey.facts.connector_hosts import readable_texts
from sparekey.facts.roles import ANY_AGENT, CONNECTOR
from sparekey.facts.script_text import UNSEEN
from sparekey.model.estate import Estate
from sparekey.model.kinds.agents import AgentGroup
from sparekey.model.kinds.derived import Unclassified
from sparekey.model.span import Span
from sparekey.model.value import Limits, Unknown, ValueSet


def role(word: str, group: str | None = None) -> dict[str, object]:
    return tags(group, word)


def groups(held: Estate) -> dict[str, tuple[int, int | None]]:
    """The bounds of each group by its address."""
    found = [each for each in derive(held, Config()) if isinstance(each, AgentGroup)]
    return {g.head.address.removeprefix("agent_group/"): (g.agents.least, g.agents.most) for g in found}


def unclassified(held: Estate) -> list[str]:
    found = [each for each in derive(held, Config()) if isinstance(each, Unclassified)]
    assert all(each.could_be == ("agent_group", "sign_in_path") for each in found)
    return [each.head.address for each in found]


def test_tags_make_groups_by_role_and_name() -> None:
    held = estate(machine("a", role("pta-agent")), machine("b", role("pta-agent")), machine("c", role("adds-dc", "corp")))
    assert groups(held) == {"pta-agent/default": (2, 2), "adds-dc/corp": (1, 1)}


def test_a_scale_set_counts_its_instances() -> None:
    assert groups(estate(scale_set("s", 3, role("adfs")))) == {"adfs/default": (3, 3)}


@pytest.mark.parametrize(
    "command, found",
    [
        ("AADConnectAuthAgentSetup.exe /quiet", "pta-agent/default"),
        ("./AADConnectProvisioningAgentSetup.exe", "cloud-sync-agent/default"),
        ("msiexec /i AzureADConnect.msi /qn", "connect-sync/default"),
        ("Install-WindowsFeature -Name ADFS-Federation", "adfs/default"),
        ("Install-WebApplicationProxy -FederationServiceName x", "adfs-wap/default"),
        ("Install-ADDSDomainController -DomainName x", "adds-dc/default"),
        ("ConfigureDCVM", "adds-dc/default"),
        ("OktaADAgentSetup-3.1.exe /q", "okta-ad-agent/default"),
    ],
)
def test_scripts_show_what_they_install(command: str, found: str) -> None:
    """What a script shows is open: nobody says that it is all there is."""
    held = estate(machine("a", None), extension("x", on("a"), settings=f'{{"commandToExecute": "{command}"}}'))
    assert groups(held) == {found: (1, None)}
    assert unclassified(held) == []


def test_a_second_script_that_cannot_be_read_does_not_hide_what_the_first_installs() -> None:
    """It may make the machine something else besides; of which group a server is no script says."""
    first = extension("x", on("a"), settings='{"commandToExecute": "powershell Install-ADDSForest"}')
    held = estate(machine("a", None), first, extension("y", on("a"), settings=None, protected_settings=Hidden(sensitive=True)))
    assert groups(held) == {"adds-dc/default": (1, None)}
    assert unclassified(held) == ["unclassified/agent/azurerm_windows_virtual_machine.a"]


@pytest.mark.parametrize(
    "prefix, suffix, found",
    [
        ("powershell Install-ADDSForest -DomainName ", None, [f"powershell Install-ADDSForest -DomainName {UNSEEN}"]),
        ("b.ps1\\CreateADPDC", None, []),
        ("run CreateADPDC", "2; Install-ADDSForest", [f"run {UNSEEN}; Install-ADDSForest"]),
        (None, None, []),
    ],
)
def test_a_text_that_is_known_in_part_counts_without_the_words_that_may_go_on(
    prefix: str | None, suffix: str | None, found: list[str]
) -> None:
    at = Span(file="a", start_line=1, start_column=1, end_line=1, end_column=1)
    part = Unknown(reason="what?", at=at, limits=Limits(prefix=prefix, suffix=suffix))
    texts: list[ValueSet[str]] = [ValueSet(members=(part,), at=at)]
    assert [text.value for text in readable_texts(texts, ANY_AGENT)] == found
    assert readable_texts(texts, CONNECTOR) == [], "the rest may name a group, or a relative of the connector"


def test_a_connector_is_no_agent_and_an_agent_no_connector() -> None:
    assert groups(estate(machine("a", tags()), machine("b", None), extension("x", on("b")))) == {}


def test_what_cannot_be_read_is_asked_about_once() -> None:
    held = estate(machine("a", Hidden()), machine("b", role("pta-agent")))
    assert unclassified(held) == ["unclassified/agent/azurerm_windows_virtual_machine.a"]
    assert groups(held) == {"pta-agent/default": (1, None)}, "it may be one more, and its tags may say that there are others"
    sensitive = estate(machine("a", None), extension("x", on("a"), settings=None, protected_settings=Hidden(sensitive=True)))
    assert len(unclassified(sensitive)) == 1


def test_the_inventory_names_agents_and_machines_once() -> None:
    text = "inventory: {agents: [{name: one, role: pta-agent, host: vm-a}, {name: two, role: pta-agent, host: srv}]}"
    held, _ = inventoried(text, machine("a", role("pta-agent")))
    assert groups(held) == {"pta-agent/default": (2, 2)}
    partly, _ = inventoried(text.replace("host: srv", "host: srv, partial: true"))
    assert groups(partly) == {"pta-agent/default": (2, None)}


def test_the_servers_of_a_federation_are_agents() -> None:
    held, _ = inventoried("inventory: {federation: {adfs_servers: [{name: f1}, {name: f2}], wap: [{name: w}]}}")
    assert groups(held) == {"adfs/default": (2, 2), "adfs-wap/default": (1, 1)}


def test_an_entry_that_nobody_looked_at_in_time_may_be_gone() -> None:
    text = (
        "inventory: {agents: [{name: a, role: pta-agent, host: h}, {name: b, role: pta-agent, host: i, review_by: 2026-06-30}]}"
    )
    late, _ = inventoried(text)
    assert groups(late) == {"pta-agent/default": (1, None)}
    early, _ = inventoried(text, as_of="2026-06-30")
    assert groups(early) == {"pta-agent/default": (2, 2)}


@pytest.mark.parametrize("word, most", [("pta_agent", 1), ("agent", 1), ("adfs_server", None)])
def test_complete_closes_what_scripts_show(word: str, most: int | None) -> None:
    things = (
        machine("a", None),
        extension("x", on("a"), settings='{"commandToExecute": "AADConnectAuthAgentSetup.exe"}'),
    )
    held, _ = inventoried(f"complete: [{word}]", *things)
    assert groups(held) == {"pta-agent/default": (1, most)}


def test_law_7_another_deployment_raises_no_lower_bound() -> None:
    away: Written = machine("far", role("pta-agent"), deployment="other.json")
    assert groups(estate(machine("a", role("pta-agent")), away)) == {"pta-agent/default": (1, 2)}
