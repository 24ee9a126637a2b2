"""What directories of AWS and connections that agents carry stand on."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.written_estates import asked, graph, path_to, points


def directory(type_: str = "ADConnector", servers: str = '["10.0.0.4"]', **more: str) -> str:
    extra = "\n".join(f"{key} = {value}" for key, value in more.items())
    return (
        f'resource "aws_directory_service_directory" "corp" {{\n name = "corp.example.com"\n type = "{type_}"\n'
        f' {extra}\n connect_settings {{\n customer_dns_ips = {servers}\n subnet_ids = ["a"]\n }}\n}}\n'
    )


def test_a_connector_with_one_name_server_needs_that(tmp_path: Path) -> None:
    drawn = graph(tmp_path, {"main.tf": directory()})
    certain, possible = points(drawn, path_to(drawn, "corp"))
    assert {"the domain controller at 10.0.0.4", "region of corp.example.com", "AWS"} <= certain
    assert "a site that nobody names" in possible
    assert drawn.component(path_to(drawn, "corp")).title == "sign-in through AWS directory corp.example.com"


def test_of_two_name_servers_one_is_enough_and_where_they_stand_is_asked(tmp_path: Path) -> None:
    files = {"main.tf": directory(servers='["10.0.0.4", "10.1.0.4"]')}
    drawn = graph(tmp_path, files)
    certain, possible = points(drawn, path_to(drawn, "corp"))
    assert not any("10." in each for each in certain | possible)
    assert "a site that nobody names" in possible
    entries = "".join(
        f"    - {{id: {ip}, kind: domain-controller, needs: ['site:{site}']}}\n"
        for ip, site in (("10.0.0.4", "hq"), ("10.1.0.4", "branch"))
    )
    drawn = graph(tmp_path / "b", {**files, "sparekey.yaml": "inventory:\n  components:\n" + entries})
    certain, possible = points(drawn, path_to(drawn, "corp"))
    assert not any("site" in each for each in certain | possible)


def test_name_servers_that_cannot_be_read_are_asked(tmp_path: Path) -> None:
    drawn = graph(tmp_path, {"main.tf": directory(servers="var.servers") + 'variable "servers" {}\n'})
    target = path_to(drawn, "corp")
    assert not any("domain controller" in each for each in points(drawn, target)[0])
    assert any("servers" in question for question in asked(drawn, target))


SECOND = 'resource "aws_directory_service_region" "r" {\n directory_id = aws_directory_service_directory.corp.id\n region_name = "eu-central-1"\n}\n'


@pytest.mark.parametrize(
    ("edition", "more", "alone"),
    [("Standard", "", True), ("Enterprise", "", True), ("Enterprise", SECOND, False), (None, SECOND, False)],
)
def test_a_directory_stands_in_its_regions(tmp_path: Path, edition: str | None, more: str, *, alone: bool) -> None:
    given = {"region": '"eu-west-1"'} | ({"edition": f'"{edition}"'} if edition else {})
    drawn = graph(tmp_path, {"main.tf": directory("MicrosoftAD", **given) + more})
    certain, possible = points(drawn, path_to(drawn, "corp"))
    assert ("region eu-west-1" in certain) is alone
    assert not any("domain controller" in each or "site" in each for each in certain | possible), "AWS runs them"


def test_a_region_of_an_unreadable_directory_may_be_one_of_this(tmp_path: Path) -> None:
    other = SECOND.replace("aws_directory_service_directory.corp.id", "var.id") + 'variable "id" {}\n'
    drawn = graph(tmp_path, {"main.tf": directory("MicrosoftAD", region='"eu-west-1"') + other})
    certain, possible = points(drawn, path_to(drawn, "corp"))
    assert "region eu-west-1" not in certain
    assert "region eu-west-1" in possible


CONNECTION = 'resource "auth0_connection" "corp" {\n name = "corp"\n strategy = "ad"\n options {\n disable_cache = %s\n }\n}\n'
HOST = (
    'resource "aws_instance" "h%s" {\n ami = "ami-1"\n availability_zone = "eu-west-1%s"\n'
    ' tags = { Name = "h%s", "sparekey-role" = "auth0-ad-connector"%s }\n}\n'
)


def host(number: int, zone: str, group: str = "") -> str:
    return HOST % (number, zone, number, f', "sparekey-group" = "{group}"' if group else "")


@pytest.mark.parametrize("group", ["corp", ""])
def test_a_connection_stands_on_its_connectors_unless_they_are_remembered(tmp_path: Path, group: str) -> None:
    drawn = graph(tmp_path, {"main.tf": CONNECTION % "true" + host(1, "a", group)})
    target = path_to(drawn, "auth0_connection")
    certain, _ = points(drawn, target)
    assert {"h1", "zone a of eu-west-1", "region eu-west-1", "AWS", "Auth0"} <= certain
    assert "Azure" not in certain
    drawn = graph(tmp_path / "b", {"main.tf": CONNECTION % "false" + host(1, "a", group)})
    target = path_to(drawn, "auth0_connection")
    assert points(drawn, target)[0] == {"Auth0"}
    assert "of those who signed in before" in drawn.component(target).title


def test_two_connectors_in_two_zones_carry_it(tmp_path: Path) -> None:
    drawn = graph(tmp_path, {"main.tf": CONNECTION % "true" + host(1, "a") + host(2, "b")})
    certain, possible = points(drawn, path_to(drawn, "auth0_connection"))
    assert not any("zone" in each or each.startswith("h") for each in certain | possible)


def test_a_connection_of_which_no_connector_is_seen_asks(tmp_path: Path) -> None:
    drawn = graph(tmp_path, {"main.tf": CONNECTION % "true"})
    target = path_to(drawn, "auth0_connection")
    assert "which agents carry corp?" in asked(drawn, target)
    assert points(drawn, target)[0] == {"Auth0"}


POOL = (
    'resource "okta_agent_pool_update" "%s" {\n name = "%s"\n pool_id = "%s"\n agent_type = "AD"\n agents {\n id = "%s"\n }\n}\n'
)


def test_updates_of_one_pool_are_one_connection(tmp_path: Path) -> None:
    text = (
        POOL % ("a", "a", "pool-1", "agent-1") + POOL % ("b", "b", "pool-1", "agent-2") + POOL % ("c", "c", "pool-2", "agent-3")
    )
    drawn = graph(tmp_path, {"main.tf": text})
    targets = [name for name in drawn.targets if "okta" in name]
    assert len(targets) == 2
    labels = {component.title for component in drawn.cone(path_to(drawn, "update.a"))}
    assert {"agent agent-1", "agent agent-2"} <= labels
    assert "agent agent-3" not in labels


def test_the_list_of_an_update_is_not_the_whole_pool(tmp_path: Path) -> None:
    drawn = graph(tmp_path, {"main.tf": POOL % ("a", "a", "pool-1", "agent-1")})
    certain, possible = points(drawn, path_to(drawn, "okta"))
    assert "agent agent-1" not in certain
    assert "agent agent-1" in possible
