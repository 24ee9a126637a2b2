"""Which scripts install a connector, and into which group. The strings are those of Microsoft's articles."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparekey.facts import installers, roles
from sparekey.facts.installers import Installation, installation

REGISTER = (
    '.\\RegisterConnector.ps1 -modulePath "C:\\Program Files\\{where}\\Modules\\" -moduleName "{module}" -Feature {feature}'
)


@pytest.mark.parametrize(
    "text",
    [
        'AADApplicationProxyConnectorInstaller.exe REGISTERCONNECTOR="false" /q',
        "MicrosoftEntraPrivateNetworkConnectorInstaller.exe /q",
        "iwr https://download.msappproxy.net/Subscription/x/Connector/DownloadConnectorInstaller",
        REGISTER.format(where="Microsoft AAD App Proxy Connector", module="AppProxyPSModule", feature="ApplicationProxy"),
        REGISTER.format(
            where="Microsoft Entra private network connector",
            module="MicrosoftEntraPrivateNetworkConnectorPSModule",
            feature="ApplicationProxy",
        ),
    ],
)
def test_installations_are_recognised_in_any_case(text: str) -> None:
    assert installation([text]) == installation([text.upper()]) == installation(["x", text.lower()]) == Installation()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hostname",
        "AADConnectAuthAgentSetup.exe /quiet",
        REGISTER.format(
            where="Microsoft Azure AD Connect Authentication Agent",
            module="PassthroughAuthPSModule",
            feature="PassthroughAuthentication",
        ),
        REGISTER.format(
            where="Private Access Sensor", module="MicrosoftEntraPrivateNetworkConnectorPSModule", feature="PrivateAccess"
        ),
    ],
)
def test_relatives_and_others_are_none(text: str) -> None:
    assert installation([text]) is None


@pytest.mark.parametrize(
    "parameter,groups,hidden",
    [
        ("-ConnectorGroupName hr", ("hr",), False),
        ('-ConnectorGroup "DMZ Connectors"', ("DMZ Connectors",), False),
        ("-connectorgroup:'a b'", ("a b",), False),
        ("--connector-group=hr", ("hr",), False),
        ("-ConnectorGroupName $group", (), True),
        ('-ConnectorGroupName "${var.group}"', (), True),
        ("-ConnectorGroupId 5", (), False),
        ("-NoConnectorGroup x", (), False),
        ("-ConnectorGroupName a; -ConnectorGroupName a -ConnectorGroupName b", ("a", "b"), False),
    ],
)
def test_the_group_is_a_parameter(parameter: str, groups: tuple[str, ...], hidden: bool) -> None:
    assert installation([f"AADApplicationProxyConnectorInstaller; x.ps1 {parameter}"]) == Installation(
        groups=groups, hidden=hidden
    )
    assert installation(["AADApplicationProxyConnectorInstaller", f"x.ps1 {parameter}"]) is not None


@given(st.lists(st.text(), max_size=3))
def test_any_text_is_read(texts: list[str]) -> None:
    installation(texts)


_ALPHABET = st.characters(codec="ascii")
_SAMPLES = [re.compile(pattern, re.IGNORECASE) for pattern in roles._INSTALLERS.values()]


@pytest.mark.parametrize("pattern", _SAMPLES)
@settings(max_examples=40)
@given(st.data())
def test_nothing_that_installs_an_agent_is_passed_over_unread(pattern: re.Pattern[str], data: st.DataObject) -> None:
    assert roles.may_install(data.draw(st.from_regex(pattern, alphabet=_ALPHABET)))


@pytest.mark.parametrize("pattern", [installers._SURE, installers._SHARED])
@settings(max_examples=40)
@given(st.data())
def test_nothing_that_installs_a_connector_is_passed_over_unread(pattern: re.Pattern[str], data: st.DataObject) -> None:
    text = data.draw(st.from_regex(pattern, alphabet=_ALPHABET).filter(lambda text: not installers._RELATIVES.search(text)))
    assert installers._may_install(text)
