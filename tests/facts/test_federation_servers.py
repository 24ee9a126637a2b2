"""AD FS farms: a law over small sites first, then the cases one by one."""

from __future__ import annotations

from itertools import product

import pytest
from tests.azure_estates import Hidden, extension, machine, on, tags
from tests.hybrid_estates import LEAK, MAYBE, agent, estate, facts, federated, listed

from sparekey.facts.hybrid import DERIVATION

FARM = "agent_group/adfs/default"
TRUST = "Add-AdfsClaimsProviderTrust -Name Entra -MetadataUrl https://login.microsoftonline.com/x/federationmetadata.xml"
FEDERATE = "Convert-MsolDomainToFederated -DomainName contoso.example"


def said(*things: object, complete: tuple[str, ...] = (), leaks: tuple[object, ...] = ()) -> dict[tuple[str, str], object]:
    """The facts of an estate."""
    return facts(DERIVATION, estate(*things, complete=complete, leaks=leaks))  # type: ignore[arg-type]


def at(role: str, name: str, site: object, region: object = "westeurope", **more: str) -> object:
    """A tagged machine of a role at a site."""
    marks = {
        **tags(None, role),
        **({} if site is None else {"sparekey-site": site}),
        **{f"sparekey-{k}": v for k, v in more.items()},
    }
    return machine(name, marks, location=region)


SITES = ["north", "south", None]


@pytest.mark.parametrize(
    ("farm", "controllers"), [(f, c) for f in ("north", "south") for n in (0, 1, 2) for c in product(SITES, repeat=n)]
)
def test_the_controllers_beside_a_server_are_those_that_may_stand_at_its_site(
    farm: str, controllers: tuple[str | None, ...]
) -> None:
    """Inventory entries, whose only place is their site: those of which none is said may stand anywhere."""
    entries = [agent("fs", "adfs", site=farm), *(agent(f"dc{n}", "adds-dc", site=site) for n, site in enumerate(controllers))]
    certain, possible = controllers.count(farm), sum(site in (farm, None) for site in controllers)
    expected: tuple[int, int | None] = (certain, possible if controllers else None)
    assert said(*entries)[(FARM, "local_controllers")] == expected


@pytest.mark.parametrize("sites", list(product(["north", "south"], repeat=3)))
def test_the_site_with_the_fewest_decides(sites: tuple[str, ...]) -> None:
    servers = [agent("fs-n", "adfs", site="north"), agent("fs-s", "adfs", site="south")]
    found = said(*servers, *(agent(f"dc{n}", "adds-dc", site=site) for n, site in enumerate(sites)))
    fewest = min(sites.count("north"), sites.count("south"))
    assert found[(FARM, "local_controllers")] == (fewest, fewest)


def test_machines_of_one_region_stand_together_unless_sites_say_otherwise() -> None:
    here, there = at("adfs", "fs", None), at("adds-dc", "dc", None)
    assert said(here, there)[(FARM, "local_controllers")] == (1, 1)
    assert said(here, at("adds-dc", "dc", None, "northeurope"))[(FARM, "local_controllers")] == (0, 0)
    assert said(at("adfs", "fs", "north"), at("adds-dc", "dc", "south"))[(FARM, "local_controllers")] == (0, 0)
    assert said(at("adfs", "fs", "North"), at("adds-dc", "dc", "north ", "northeurope"))[(FARM, "local_controllers")] == (1, 1)


def test_what_cannot_be_read_may_stand_anywhere() -> None:
    assert said(at("adfs", "fs", "north"), at("adds-dc", "dc", Hidden()))[(FARM, "local_controllers")] == (0, 1)
    assert said(at("adfs", "fs", None), at("adds-dc", "dc", None, Hidden()))[(FARM, "local_controllers")] == (0, 1)


def test_servers_that_nobody_sees_leave_it_open() -> None:
    pair = [agent("fs", "adfs", site="north"), agent("dc", "adds-dc", site="north")]
    assert said(*pair)[(FARM, "local_controllers")] == (1, 1)
    assert said(pair[0], agent("dc", "adds-dc", site="north", partial=True))[(FARM, "local_controllers")] == (1, None)
    assert said(agent("fs", "adfs", site="north", partial=True), pair[1])[(FARM, "local_controllers")] == (0, 1)
    assert said(*pair, agent("fs-s", "adfs", site="south", presence=MAYBE))[(FARM, "local_controllers")] == (0, 1)


def test_a_controller_that_may_be_one_that_is_tagged_counts_once() -> None:
    found = said(at("adfs", "fs", "north"), at("adds-dc", "dc", "north"), agent("the controller", "adds-dc", site="north"))
    assert found[(FARM, "local_controllers")] == (1, 2)


def test_controllers_of_several_domains_are_only_possibly_the_right_ones() -> None:
    found = said(
        agent("fs", "adfs", site="n"), agent("a", "adds-dc", site="n", group="a"), agent("b", "adds-dc", site="n", group="b")
    )
    assert found[(FARM, "local_controllers")] == (0, 2)


def test_none_at_all_is_proven_by_what_is_called_complete() -> None:
    assert said(agent("fs", "adfs", site="n"))[(FARM, "local_controllers")] == (0, None)
    assert said(agent("fs", "adfs", site="n"), complete=("domain_controller",))[(FARM, "local_controllers")] == (0, 0)
    assert said(agent("fs", "adfs", site="n"), complete=("domain_controller",), leaks=(LEAK,))[(FARM, "local_controllers")] == (
        0,
        None,
    )


# --- loops ---------------------------------------------------------------------------------------------------------------


def farm(*scripts: str | Hidden, group: str | None = None) -> list[object]:
    """A tagged farm of one server, and its scripts."""
    texts = [s if isinstance(s, Hidden) else f'{{"commandToExecute": "{s}"}}' for s in scripts]
    attached = [extension(f"e{n}", on("fs"), settings=text) for n, text in enumerate(texts)]
    return [machine("fs", tags(group, "adfs")), *attached]


def loop(*things: object) -> tuple[object, object]:
    """Whether the farm trusts the directory, and whether the directory sends people to it."""
    found = said(*things)
    return found[(FARM, "trusts_directory")], found[(FARM, "federates_directory")]


def test_scripts_say_who_sends_people_to_whom() -> None:
    assert loop(*farm()) == ("no", "maybe")
    assert loop(*farm(TRUST)) == ("yes", "maybe")
    assert loop(*farm(f"{FEDERATE}; {TRUST}")) == ("yes", "yes")
    assert loop(*farm("Add-AdfsClaimsProviderTrust -Name Partner -MetadataUrl https://partner.example/metadata.xml")) == (
        "no",
        "maybe",
    )


def test_a_script_that_cannot_be_read_may_say_anything() -> None:
    assert loop(*farm(Hidden(sensitive=True))) == ("maybe", "maybe")


def test_a_script_that_may_run_elsewhere_proves_nothing() -> None:
    script = extension(
        "e",
        Hidden(refs=("azurerm_windows_virtual_machine.fs", "azurerm_windows_virtual_machine.web")),
        settings=f'{{"c": "{TRUST}"}}',
    )
    assert loop(machine("fs", tags(None, "adfs")), machine("web"), script) == ("maybe", "maybe")


def test_the_inventory_says_to_which_servers_the_directory_sends_people() -> None:
    servers = [{"name": "vm-fs"}]
    assert loop(*farm(TRUST), listed("federation", adfs_servers=servers)) == ("yes", "yes")
    assert loop(*farm(TRUST), listed("federation", adfs_servers=servers, presence=MAYBE))[1] == "maybe"
    assert loop(listed("federation", adfs_servers=[{"name": "adfs-1"}])) == ("no", "yes")


def test_a_whole_list_proves_that_another_farm_is_not_meant() -> None:
    apart = farm(TRUST, group="apps")
    whole, part = [{"name": "adfs-1", "host": "adfs-1"}], [{"name": "adfs-1", "host": "adfs-1", "partial": True}]
    for servers, expected in ((whole, "no"), (part, "maybe")):
        found = said(*apart, listed("federation", adfs_servers=servers))
        assert found[("agent_group/adfs/apps", "federates_directory")] == expected
    assert said(*apart, federated())[("agent_group/adfs/apps", "federates_directory")] == "maybe"


def test_other_roles_have_neither() -> None:
    found = said(machine("dc", tags(None, "adds-dc")))
    expected = {"local_controllers": (0, 0), "federates_directory": "no", "trusts_directory": "no"}
    assert {name: found[("agent_group/adds-dc/default", name)] for name in expected} == expected
