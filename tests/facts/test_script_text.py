"""What a script certainly runs: in PowerShell, in command lines, and in the texts around them."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparekey.facts.script_text import UNSEEN, read

INSTALLS = re.compile(
    r"Install-ADDSForest|(?:Install|Add)-WindowsFeature[^\r\n;|]{0,80}ADFS-Federation|AADConnectAuthAgentSetup", re.IGNORECASE
)


def said(text: str) -> str:
    found = read(text)
    return "yes" if INSTALLS.search(found.sure) else "maybe" if INSTALLS.search(found.all) else "no"


SURE = [
    "Install-ADDSForest -DomainName x",
    "Install-ADDSForest `\n -DomainName x",
    "$r = Install-ADDSForest -DomainName x",
    "Install-ADDSForest -DomainName 'x' | Out-Null",
    "Import-Module ADDSDeployment; Install-ADDSForest -CreateDnsDelegation:$false -DomainName $d",
    "if (-not (Test-Path x)) { mkdir x }\nInstall-ADDSForest",
    "try { Install-ADDSForest } catch { Write-Host 'bad' }",
    "Invoke-Command -ScriptBlock { Install-ADDSForest }",
    # Quoted texts that are handed on.
    'powershell -Command "Install-ADDSForest -DomainName \\"x\\""',
    'powershell.exe -ExecutionPolicy Bypass -Command "& {Install-WindowsFeature AD; Install-ADDSForest}"',
    "powershell.exe -Command \"Install-ADDSForest -P (ConvertTo-SecureString 'x' -AsPlainText -Force)\"",
    "Start-Process powershell -ArgumentList '-Command Install-ADDSForest'",
    'cmd /c "powershell Install-ADDSForest"',
    'iex "Install-ADDSForest"',
    # What is called, or written and run.
    "function Go { Install-ADDSForest }\nGo",
    "function Go($a) { Install-ADDSForest }\nGo 1",
    "$block = { Install-ADDSForest }\n& $block",
    "$s = @'\nInstall-ADDSForest\n'@\nInvoke-Expression $s",
    "$s = @'\nInstall-ADDSForest\n'@\n$s | Out-File C:\\dc.ps1\npowershell -File C:\\dc.ps1",
    "@'\nInstall-ADDSForest\n'@ | Out-File C:\\dc.ps1\n& C:\\dc.ps1",
    # Around it.
    "#cloud-config\nruncmd:\n - powershell Install-ADDSForest\n",
    '#cloud-config\nruncmd:\n - [powershell, -Command, "Install-ADDSForest"]\n',
    "#cloud-config\nruncmd:\n - 'powershell -Command \"Install-ADDSForest\"'\n",
    "<powershell>\nInstall-ADDSForest\n</powershell>",
    '<CommandLine>powershell -Command "Install-ADDSForest"</CommandLine>',
    # Names of files and features are arguments.
    '& "C:\\t\\AADConnectAuthAgentSetup.exe" /quiet',
    'Start-Process "$env:temp\\AADConnectAuthAgentSetup.exe" -Wait',
    "https://example.com/AADConnectAuthAgentSetup.exe#x",
    'Install-WindowsFeature -Name "ADFS-Federation"',
    "Install-WindowsFeature -Name @('a','ADFS-Federation')",
    # A quote or a mark is no comment.
    'Write-Host "# hi"; Install-ADDSForest',
    "$a = 'don''t # do'; Install-ADDSForest",
    "echo don't\nInstall-ADDSForest",
    f"powershell -x {UNSEEN}; Install-ADDSForest",
]

PERHAPS = [
    'Write-Output "next: run Install-ADDSForest"',
    "Get-Command Install-ADDSForest",
    "$null = Get-Help Install-ADDSForest",
    "$message = 'Install-ADDSForest'",
    "echo Install-ADDSForest",
    'cmd /c "echo Install-ADDSForest"',
    "if ($false) {\n Install-ADDSForest\n}",
    "if ($a) { x } else { Install-ADDSForest }",
    "if exist C:\\x powershell Install-ADDSForest",
    'powershell -c "if ($false) { Install-ADDSForest }"',
    "foreach ($x in $none) { Install-ADDSForest }",
    "function Go { Install-ADDSForest }",
    "function Go { Install-ADDSForest }\nGo-Away",
    "$block = { Install-ADDSForest }",
    "$s = @'\nInstall-ADDSForest\n'@\nWrite-Host $s",
    "@'\nInstall-ADDSForest\n'@ | Out-File C:\\dc.ps1",
    "Invoke-Command -ComputerName b -ScriptBlock { Install-ADDSForest }",
    "Install-ADDSForest -WhatIf",
    "Uninstall-WindowsFeature ADFS-Federation",
    'Write-Host "AADConnectAuthAgentSetup.exe"',
    f"{UNSEEN} Install-ADDSForest",
]

NEVER = [
    "# Install-ADDSForest is run by hand",
    "hostname # Install-ADDSForest",
    "<#\nInstall-ADDSForest\n#>\nhostname",
    "rem Install-ADDSForest\nhostname",
    "<!-- Install-ADDSForest -->",
    'powershell -Command "hostname # Install-ADDSForest"',
]


@pytest.mark.parametrize(
    "text,answer", [*((t, "yes") for t in SURE), *((t, "maybe") for t in PERHAPS), *((t, "no") for t in NEVER)]
)
def test_what_is_run(text: str, answer: str) -> None:
    assert said(text) == answer


_PIECES = st.sampled_from(
    [
        "'",
        '"',
        "@'\n",
        "\n'@",
        "#",
        "<#",
        "#>",
        "{",
        "}",
        "(",
        ")",
        "if ",
        "powershell -c ",
        "\n",
        ";",
        "&",
        "|",
        "$a = ",
        "x ",
        "`",
        "\\",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=3), max_size=40))
def test_nothing_is_certain_that_does_not_stand_there(pieces: list[str]) -> None:
    """Whatever is around it: what is certain is a part of all, and a name that stands nowhere is not found."""
    found = read("".join(pieces))
    assert set(found.sure.split("\n")) - {""} <= set(found.all.split("\n"))
    assert not INSTALLS.search(found.all)


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES, max_size=12))
def test_a_branch_makes_nothing_certain(pieces: list[str]) -> None:
    """A text that nobody runs stays so however its own quotes and blocks are set, unless they close the branch."""
    inner = "".join(piece for piece in pieces if piece not in ("}", "\n'@", "#>"))
    assert said(f"if ($false) {{\n{inner}\nInstall-ADDSForest\n") != "yes"


@pytest.mark.parametrize(
    "piece", ["(", "{", "'\"", "@'\n", "<#", "$a = @'\nx\n'@\n", "function f { f }\n", 'powershell "', "a'", "- '", "& ", "if ("]
)
def test_hostile_texts_take_time_by_their_length(piece: str) -> None:
    start = time.monotonic()
    read(piece * (400_000 // len(piece)))
    assert time.monotonic() - start < 20
