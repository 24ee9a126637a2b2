"""Questions that an entry of sparekey.yaml answers: with that entry, filled in, the question is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
import yaml
from tests.written_estates import estate

from sparekey.facts.survivability.estate_graph import graph_of
from sparekey.model.answers import ONE_ENTRY
from sparekey.model.estate import Estate
from sparekey.model.truth import Bounds, Cause, Truth
from sparekey.model.value import Answer, Unknown
from sparekey.run import gather

DIRECTORY = (
    'resource "aws_directory_service_directory" "corp" {\n name = "corp.example.com"\n type = "ADConnector"\n region = "eu-west-1"\n'
    ' connect_settings {\n customer_dns_ips = ["10.0.0.4"]\n subnet_ids = ["a"]\n }\n}\n'
)
AUTH0 = 'resource "auth0_connection" "ad" {\n name = "corp"\n strategy = "ad"\n options { brute_force_protection = true }\n}\n'
FEDERATED = (
    'resource "msgraph_resource" "f" {\n url = "domains/corp.com/federationConfiguration"\n api_version = "v1.0"\n'
    ' body = {\n ISSUER\n displayName = "corp"\n }\n}\n'
)
NAMED = (
    'resource "azurerm_virtual_network" "hub" {\n name = "hub"\n resource_group_name = "rg"\n location = "westeurope"\n'
    ' address_space = ["10.0.0.0/16"]\n dns_servers = ["10.0.0.9"]\n}\n'
    'resource "azurerm_subnet" "s" {\n name = "s"\n resource_group_name = "rg"\n'
    ' virtual_network_name = azurerm_virtual_network.hub.name\n address_prefixes = ["10.0.1.0/24"]\n}\n'
    'resource "azurerm_network_interface" "n" {\n name = "n"\n resource_group_name = "rg"\n location = "westeurope"\n'
    ' ip_configuration {\n name = "ip"\n subnet_id = azurerm_subnet.s.id\n private_ip_address_allocation = "Dynamic"\n }\n}\n'
    'resource "azurerm_windows_virtual_machine" "c" {\n name = "c"\n location = "westeurope"\n zone = "1"\n'
    ' network_interface_ids = [azurerm_network_interface.n.id]\n tags = { sparekey-role = "connector" }\n}\n'
)


def host(name: str, role: str, **tags: str) -> str:
    """A machine with a role."""
    said = ", ".join(f'sparekey-{key} = "{value}"' for key, value in {"role": role, **tags}.items())
    return f'resource "azurerm_windows_virtual_machine" "{name}" {{\n name = "{name}"\n zone = "1"\n tags = {{ {said} }}\n}}\n'


@dataclass(frozen=True)
class Case:
    """An estate, a question of it, and what a person writes in place of the blanks."""

    source: str
    what: str
    inventory: Mapping[str, object] = field(default_factory=dict)
    kinds: int = 1


CASES = {
    "a controller of AWS": Case(source=DIRECTORY, what="where does the domain controller at 10.0.0.4 stand?"),
    "agents of a connection": Case(source=AUTH0, what="which agents carry corp?"),
    "a name server": Case(source=NAMED, what="where does the name server 10.0.0.9 stand?"),
    "what a federation stands on": Case(
        source=FEDERATED.replace("ISSUER", 'issuerUri = "https://idp.corp.com/x"'),
        what="what does the identity provider of corp.com stand on?",
    ),
    "who federates": Case(
        source=FEDERATED.replace("ISSUER", 'issuerUri = "https://fs.corp.com/adfs/services/trust"'),
        what="which servers federate corp.com?",
    ),
    "proxies": Case(
        source=FEDERATED.replace("ISSUER", 'issuerUri = "https://fs.corp.com/adfs/services/trust"') + host("f1", "adfs"),
        what="through which proxies do people outside reach the servers that federate corp.com?",
        kinds=2,
    ),
    "on premises or not": Case(
        source=FEDERATED.replace("ISSUER", 'issuerUri = "https://idp.corp.com/x"'),
        what="does the identity provider of corp.com run on premises?",
    ),
    "the mode of a sync server": Case(
        source=host("s1", "connect-sync") + host("s2", "connect-sync", mode="active"), what="is s1 active or in staging mode?"
    ),
    "the site of a controller": Case(
        source=host("f1", "adfs", site="hq") + host("d1", "adds-dc"), what="at which site does d1 stand?"
    ),
    "controllers beside a farm": Case(
        source=host("f1", "adfs", site="hq"), what="which domain controllers stand at the site of f1?", kinds=2
    ),
    "who sends people to a farm": Case(
        source=host("f1", "adfs", site="hq"), what="does the directory send people to the AD FS farm adfs?"
    ),
}
WORDS = {"<active or staging>": "staging", "<region:NAME or site:NAME>": "site:hq", "<host name>": "f1"}


def filled(entry: object) -> object:
    """An entry with a sensible value in place of every blank."""
    if isinstance(entry, dict):
        return {key: filled(value) for key, value in cast("dict[str, object]", entry).items()}
    if isinstance(entry, list):
        return [filled(value) for value in cast("list[object]", entry)]
    return WORDS.get(entry, entry.strip("<>").replace(" ", "-")) if isinstance(entry, str) else entry


def answered(answer: Answer) -> dict[str, object]:
    """The sparekey.yaml that holds this one entry."""
    entry = filled(json.loads(answer.entry))
    top, _, key = answer.into.partition(".")
    held = entry if answer.into in ONE_ENTRY else [entry]
    return {top: {key: held} if key else held}


def questions(folder: Path, files: Mapping[str, str]) -> dict[str, Unknown]:
    """Every question of the graph and of the facts about groups, by what it asks."""
    drawn = graph_of(*estate(folder, files))
    found = [*drawn.questions()]
    for each in gather([folder], estate(folder, files)[1]).estates:
        found += _of_facts(each)
    return {question.reason: question for question in found}


def _of_facts(held: Estate) -> Iterator[Unknown]:
    for value in held.facts.values():
        for fact in value.values() if isinstance(value, Mapping) else (value,):
            causes: tuple[Cause, ...] = ()
            if isinstance(fact, Truth):
                causes = fact.because if fact.answer == "maybe" else ()
            elif isinstance(fact, Bounds):
                causes = fact.missing
            yield from (cause.unknown for cause in causes if cause.unknown)


@pytest.mark.parametrize("name", CASES)
def test_the_entry_of_a_question_answers_it(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    asked = questions(tmp_path, {"main.tf": case.source})
    assert case.what in asked
    answers = asked[case.what].answers
    assert len(answers) == case.kinds
    for index, answer in enumerate(answers):
        files = {"main.tf": case.source, "sparekey.yaml": yaml.safe_dump(answered(answer))}
        assert case.what not in questions(tmp_path / str(index), files), answer.entry
