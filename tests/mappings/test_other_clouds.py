"""AWS, Google Cloud, Okta, Auth0 and flexible servers of Azure: what of their declarations is read, and where things stand."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.azure_estates import Hidden, Written, declaration

from sparekey.mappings import (
    arm_databases,
    auth0,
    aws_compute,
    aws_databases,
    aws_directory,
    azurerm_databases,
    google_compute,
    okta,
)
from sparekey.model.kinds.agents import DirectoryLink
from sparekey.model.kinds.databases import Database
from sparekey.model.kinds.directory import DirectoryService
from sparekey.model.kinds.hosting import Machine
from sparekey.model.resource import Resource, known_text
from sparekey.model.value import Known, Unknown, ValueSet

_MAPPERS = {
    type_: mapper
    for module in (arm_databases, auth0, aws_compute, aws_databases, aws_directory, azurerm_databases, google_compute, okta)
    for type_, mapper in module.MAPPING.mappers.items()
}


def mapped(type_: str, values: Mapping[str, object], mode: str = "managed") -> list[Resource]:
    return list(_MAPPERS[type_](declaration(Written(type_, "x", values, mode=mode))))


def machine(type_: str, **values: object) -> Machine:
    (found,) = mapped(type_, values)
    assert isinstance(found, Machine)
    return found


def database(type_: str, **values: object) -> Database:
    (found,) = mapped(type_, values)
    assert isinstance(found, Database)
    return found


def known(values: ValueSet[str]) -> list[str]:
    return [member.value for member in values.members if isinstance(member, Known)]


# --- machines ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "region", "letter"),
    [
        ("eu-west-1a", "eu-west-1", "a"),
        ("us-gov-east-1b", "us-gov-east-1", "b"),
        ("us-west-2-lax-1a", "us-west-2", "lax-1a"),
        ("AP-SOUTHEAST-2C", "ap-southeast-2", "c"),
    ],
)
def test_a_zone_of_aws_tells_its_region(zone: str, region: str, letter: str) -> None:
    found = machine("aws_instance", availability_zone=zone)
    assert [known_text(found.region), known_text(found.zone), known_text(found.cloud)] == [region, letter, "aws"]


def test_without_a_zone_the_subnet_decides_and_the_provider_says_the_region() -> None:
    found = machine("aws_instance", subnet_id="subnet-1")
    assert isinstance(found.region, Unknown)
    assert isinstance(found.zone, Unknown)
    assert known_text(machine("aws_instance", region="EU-North-1").region) == "eu-north-1"
    assert isinstance(machine("aws_instance", availability_zone="somewhere").zone, Unknown)


@pytest.mark.parametrize(
    ("zone", "region", "letter"),
    [
        ("europe-west1-b", "europe-west1", "b"),
        ("northamerica-northeast2-a", "northamerica-northeast2", "a"),
        ("https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-f", "us-central1", "f"),
    ],
)
def test_a_zone_of_google_tells_its_region(zone: str, region: str, letter: str) -> None:
    found = machine("google_compute_instance", name="vm", zone=zone)
    assert [known_text(found.region), known_text(found.zone), known_text(found.cloud)] == [region, letter, "google"]


def test_a_machine_without_a_zone_stands_in_the_providers() -> None:
    found = machine("google_compute_instance", name="vm")
    assert isinstance(found.region, Unknown)
    assert isinstance(found.zone, Unknown)


def test_tags_and_labels_mark_a_machine() -> None:
    tags = {"Name": "conn-1", "sparekey-role": "connector", "sparekey-group": "hr"}
    found = machine("aws_instance", tags=tags)
    assert [known_text(found.name), known_text(found.marks.role), known_text(found.marks.group)] == ["conn-1", "connector", "hr"]
    labels = {"sparekey-role": "okta-ad-agent", "sparekey-site": "gcp"}
    found = machine("google_compute_instance", name="vm", labels=labels, tags=["web"])
    assert [known_text(found.marks.role), known_text(found.marks.site)] == ["okta-ad-agent", "gcp"]


def test_what_a_machine_runs_is_read() -> None:
    text = "<powershell>\nagent.exe\n</powershell>"
    assert known(machine("aws_instance", user_data=text).scripts) == [text]
    assert known_text(machine("aws_instance", user_data=text).os) == "windows"
    assert known_text(machine("aws_instance", user_data="#!/bin/sh\n").os) == "linux"
    encoded = base64.b64encode(text.encode()).decode()
    assert "agent.exe" in known(machine("aws_instance", user_data_base64=encoded).scripts)[0]
    found = machine("google_compute_instance", metadata={"sysprep-specialize-script-ps1": "agent.exe", "other": "x"})
    assert known(found.scripts) == ["agent.exe"]
    assert known_text(found.os) == "windows"
    assert known_text(machine("google_compute_instance", metadata_startup_script="#!/bin/bash").os) == "linux"


def test_a_digest_is_no_script() -> None:
    digest = hashlib.sha1(b"x", usedforsecurity=False).hexdigest()
    assert machine("aws_instance", user_data=digest).scripts.members == ()


def test_a_script_that_cannot_be_read_stays_unknown() -> None:
    assert isinstance(machine("aws_instance", user_data=Hidden()).scripts.members[0], Unknown)
    assert isinstance(machine("google_compute_instance", metadata=Hidden()).scripts.members[0], Unknown)


@pytest.mark.parametrize("type_", ["aws_instance", "google_compute_instance"])
def test_what_is_looked_up_is_no_machine_of_these_files(type_: str) -> None:
    assert mapped(type_, {}, "data") == []


# --- databases ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "standby"), [("ZoneRedundant", "zone"), ("samezone", "host"), (None, "none")])
@pytest.mark.parametrize(("product", "engine"), [("postgresql", "postgres"), ("mysql", "mysql")])
def test_both_formats_say_the_same_of_a_flexible_server(mode: str | None, standby: str, product: str, engine: str) -> None:
    written: dict[str, object] = {"high_availability": [{"mode": mode}]} if mode else {}
    one = database(f"azurerm_{product}_flexible_server", name="PG1", location="West Europe", zone="2", **written)
    properties: dict[str, object] = {"availabilityZone": "2"}
    if mode:
        properties["highAvailability"] = {"mode": mode}
    type_ = f"Microsoft.DBfor{'PostgreSQL' if product == 'postgresql' else 'MySQL'}/flexibleServers"
    other = database(type_, name="PG1", location="westeurope", properties=properties)
    for found in (one, other):
        assert [known_text(v) for v in (found.standby, found.region, found.zone, found.cloud)] == [
            standby,
            "westeurope",
            "2",
            "azure",
        ]
        names = [known_text(key.value) for key in found.keys if key.space == "host_name"]
        assert f"pg1.{engine}.database.azure.com" in names


def test_what_a_standby_is_cannot_be_guessed() -> None:
    type_ = "azurerm_postgresql_flexible_server"
    assert isinstance(database(type_, high_availability=[{"mode": Hidden()}]).standby, Unknown)
    assert isinstance(database(type_, high_availability=Hidden()).standby, Unknown)
    assert isinstance(database(type_, high_availability=[{"mode": "Somehow"}]).standby, Unknown)
    assert isinstance(database("aws_db_instance", multi_az=Hidden()).standby, Unknown)


def test_an_instance_of_rds() -> None:
    found = database("aws_db_instance", identifier="kc", multi_az=True, address="KC.abc.eu-west-1.rds.amazonaws.com")
    assert [known_text(found.name), known_text(found.standby)] == ["kc", "zone"]
    assert [known_text(key.value) for key in found.keys] == ["kc.abc.eu-west-1.rds.amazonaws.com"]
    alone = database("aws_db_instance", identifier="kc", availability_zone="eu-west-1b")
    assert [known_text(v) for v in (alone.standby, alone.region, alone.zone)] == ["none", "eu-west-1", "b"]
    assert alone.keys == (), "the service gives it a name that nobody knows before"


# --- directories and agents --------------------------------------------------------------------------------------------------


def directory(**values: object) -> DirectoryService:
    (found,) = mapped("aws_directory_service_directory", values)
    assert isinstance(found, DirectoryService)
    return found


def test_a_directory_of_aws() -> None:
    settings = [{"customer_dns_ips": ["10.0.0.4", "10.0.1.4"], "customer_username": "svc-hunter2", "subnet_ids": ["a", "b"]}]
    found = directory(name="corp.example.com", type="ADConnector", password="hunter2", connect_settings=settings)
    assert known_text(found.category) == "ADConnector"
    assert known(found.dns_servers) == ["10.0.0.4", "10.0.1.4"]
    assert known(found.subnets) == ["a", "b"]
    assert "hunter2" not in repr(found)
    plain = directory(name="x", vpc_settings=[{"subnet_ids": ["c"]}])
    assert known_text(plain.category) == "SimpleAD", "the default of the provider"
    assert known(plain.subnets) == ["c"]
    assert known_text(directory(type="MicrosoftAD").edition) == "Enterprise"
    assert isinstance(directory(type=Hidden()).category, Unknown)


def link(type_: str, **values: object) -> DirectoryLink | None:
    found = mapped(type_, values)
    assert len(found) <= 1
    one = found[0] if found else None
    assert one is None or isinstance(one, DirectoryLink)
    return one


@pytest.mark.parametrize(
    ("type_", "role"), [("AD", "okta-ad-agent"), ("LDAP", "okta-ldap-agent"), ("Radius", "okta-radius-agent"), ("IWA", None)]
)
def test_a_pool_of_okta_carries_what_its_type_says(type_: str, role: str | None) -> None:
    found = link("okta_agent_pool_update", pool_id="p", agent_type=type_, agents=[{"id": "a1"}, {"id": "a2"}])
    assert (found and known_text(found.role)) == role
    if found:
        assert known(found.agents) == ["a1", "a2"]
        assert found.agents.open is not None, "an update need not list them all"


def test_a_pool_of_no_known_type_is_asked() -> None:
    found = link("okta_agent_pool_update", pool_id="p")
    assert found
    assert isinstance(found.role, Unknown)


@pytest.mark.parametrize(
    ("options", "remembers"), [([{}], True), ([{"disable_cache": True}], False), ([{"disable_cache": False}], True)]
)
def test_a_connection_of_auth0_remembers_unless_it_is_told_not_to(options: list[object], *, remembers: bool) -> None:
    found = link("auth0_connection", name="corp", strategy="ad", options=options)
    assert found
    assert isinstance(found.remembers, Known)
    assert found.remembers.value is remembers
    hidden = link("auth0_connection", name="corp", strategy="ad", options=[{"disable_cache": Hidden()}])
    assert hidden
    assert isinstance(hidden.remembers, Unknown)
    assert link("auth0_connection", name="corp", strategy="waad") is None


# --- hostile input -----------------------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), WORDS, st.just(Hidden())),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=6,
)
NAMES = (
    *(
        "name",
        "zone",
        "location",
        "high_availability",
        "properties",
        "multi_az",
        "address",
        "availability_zone",
        "region",
        "tags",
    ),
    *("labels", "metadata", "user_data", "user_data_base64", "type", "edition", "connect_settings", "vpc_settings", "agent_type"),
    *("agents", "pool_id", "strategy", "options", "directory_id", "region_name", "fqdn", "identifier"),
)


@given(type_=st.sampled_from(sorted(_MAPPERS)), values=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6))
def test_whatever_is_written_is_read_or_asked(type_: str, values: dict[str, object]) -> None:
    for found in mapped(type_, values):
        assert found.head.address
        assert json.dumps(found.head.address)
