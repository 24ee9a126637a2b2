"""Which domain a controller serves, and how controllers of several domains are grouped and counted."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from tests.azure_templates import arm, deployed
from tests.hybrid_estates import facts

from sparekey.config import Config
from sparekey.facts import hybrid
from sparekey.facts.agent_groups import derive
from sparekey.facts.directory_domains import certainly_differ, key_of
from sparekey.model.estate import Estate
from sparekey.model.kinds.agents import AgentGroup
from sparekey.model.span import Pointer
from sparekey.model.value import Known, Unknown, ValueSet

AT = Pointer(file="a", pointer="")
VM = "Microsoft.Compute/virtualMachines"


def of(*texts: str | Unknown) -> str:
    members = tuple(one if isinstance(one, Unknown) else Known(value=one, at=AT) for one in texts)
    return key_of([ValueSet(members=members, at=AT)], [], "main.json")


@pytest.mark.parametrize(
    "texts,key",
    [
        (["Install-ADDSForest -DomainName contoso.example"], "=contoso.example"),
        (["Install-ADDSForest -DomainName:'CONTOSO.example.'"], "=contoso.example"),
        (['Install-ADDSDomainController -Credential $c -DomainName "contoso.example" -Force'], "=contoso.example"),
        (['powershell -c "Install-ADDSForest -DomainName contoso.example"'], "=contoso.example"),
        (["Install-ADDSDomain -NewDomainName child -ParentDomainName contoso.example"], "=child.contoso.example"),
        (["Install-ADDSDomain -NewDomainName b.example -ParentDomainName a.example -DomainType TreeDomain"], "=b.example"),
        (["Install-ADDSDomain -NewDomainName b.example -ParentDomainName a.example"], ""),
        (["Install-ADDSForest -DomainName contoso"], "=contoso"),
        (["Install-ADDSForest @settings"], ""),
        (["Install-ADDSForest -DomainName $env:DOMAIN"], ""),
        (["$d = 'a.example'\nInstall-ADDSForest -DomainName $d"], "=a.example"),
        (["$d = 'a.example'\n$d = 'b.example'\nInstall-ADDSForest -DomainName $d"], ""),
        (["param($d = 'a.example')\nInstall-ADDSForest -DomainName $d"], ""),
        (["Install-ADDSForest -DomainName $d", "-d 'a.example'"], "=a.example"),
        (["# Install-ADDSForest -DomainName a.example"], ""),
        (["if ($x) { Install-ADDSForest -DomainName a.example } else { Install-ADDSForest -DomainName b.example }"], ""),
        (["Install-ADDSForest -DomainName a.example", "Install-ADDSForest -DomainName b.example"], ""),
        (["Add-Computer -DomainName a.example"], ""),
    ],
)
def test_the_domain_that_scripts_name(texts: list[str], key: str) -> None:
    assert of(*texts) == key


def test_a_text_that_is_not_known_is_the_same_text_wherever_it_is_the_same() -> None:
    unknown = Unknown(reason="d", at=AT, text="powershell Install-ADDSForest -DomainName {1:d} -Force")
    other = Unknown(reason="d", at=AT, text="Install-ADDSDomainController -Force -DomainName '{1:d}'")
    assert of(unknown) == of(other) == "?main.json#{1:d}"
    assert of(Unknown(reason="d", at=AT, text="Install-ADDSForest -DomainName {1:d}.com")) == "?main.json#{1:d}.com"
    assert of(Unknown(reason="d", at=AT)) == ""


def test_only_whole_names_certainly_differ() -> None:
    keys = ["=a.example", "=b.example", "=a", "?main.json#{1:d}", "!", ""]
    assert [pair for pair in permutations(keys, 2) if certainly_differ(*pair)] == [
        ("=a.example", "=b.example"),
        ("=b.example", "=a.example"),
    ]
    assert not any(certainly_differ(key, key) for key in keys)


# --- groups -----------------------------------------------------------------------------------------------------------------

FIRST, SECOND = {"DomainName": "a.example"}, {"DomainName": "b.example"}
HIDDEN, OTHER = {"DomainName": "[parameters('d')]"}, {"DomainName": "[parameters('e')]"}
CHILD = {"ParentDomainName": "a.example", "ChildDomainName": "child"}
PAIRS = [{"Name": "DomainName", "Value": "a.example", "TypeName": "System.String"}]
LIST = {"DomainName": "[parameters('l')[copyIndex()]]"}
PARAMETERS = {"d": {"type": "string"}, "e": {"type": "string"}, "l": {"type": "array"}}


def estate(
    folder: Path, *arguments: object, tags: dict[str, str] | None = None, zones: tuple[str, ...] = ("1", "2", "3")
) -> Estate:
    things: list[object] = []
    for number, given in enumerate(arguments):
        windows: dict[str, object] = {"osProfile": {"windowsConfiguration": {}}}
        things.append(arm(VM, f"vm{number}", windows, location="westeurope", zones=[zones[number]], tags=tags or {}))
        settings = {"ConfigurationFunction": "CreateADPDC.ps1\\CreateADPDC", "Properties": given}
        things.append(arm(f"{VM}/extensions", f"vm{number}/dsc", {"type": "DSC", "settings": settings}))
    return deployed(folder, *things, parameters=PARAMETERS)


def groups(found: Estate) -> dict[str, tuple[int, bool]]:
    """How many each group has for certain, and whether all of its members are in it for certain."""
    each = [one for one in derive(found, Config()) if isinstance(one, AgentGroup)]
    return {g.head.address.rpartition("/")[2]: (g.agents.least, all(e.certain for e in g.members.members)) for g in each}


@pytest.mark.parametrize(
    "arguments,expected",
    [
        ([FIRST, FIRST], {"default": (2, True)}),
        ([FIRST, {"domainName": "A.EXAMPLE"}], {"default": (2, True)}),
        ([FIRST, PAIRS], {"default": (2, True)}),
        ([FIRST, SECOND], {"a.example": (1, True), "b.example": (1, True)}),
        ([FIRST, CHILD], {"a.example": (1, True), "child.a.example": (1, True)}),
        ([HIDDEN, HIDDEN], {"default": (2, True)}),
        ([HIDDEN, OTHER], {"default": (1, False)}),
        ([FIRST, HIDDEN], {"default": (1, False)}),
        ([{}, {}], {"default": (1, False)}),
        ([{}], {"default": (1, True)}),
        ([FIRST, FIRST, HIDDEN], {"default": (1, False)}),
        ([FIRST, SECOND, HIDDEN], {"a.example": (1, True), "b.example": (1, True), "default": (1, True)}),
    ],
)
def test_controllers_are_together_where_they_certainly_serve_one_domain(
    tmp_path: Path, arguments: list[object], expected: dict[str, tuple[int, bool]]
) -> None:
    assert groups(estate(tmp_path, *arguments)) == expected


def test_turns_of_a_loop_are_one_domain_where_they_say_the_same(tmp_path: Path) -> None:
    def looped(given: object) -> Estate:
        loop = {"copy": {"name": "m", "count": 2}, "location": "westeurope"}
        settings = {"ConfigurationFunction": "CreateADPDC.ps1\\CreateADPDC", "Properties": given}
        return deployed(
            tmp_path,
            arm(VM, "[concat('vm', copyIndex())]", {"osProfile": {"windowsConfiguration": {}}}, **loop),
            arm(f"{VM}/extensions", "[concat('vm', copyIndex(), '/dsc')]", {"type": "DSC", "settings": settings}, **loop),
            parameters=PARAMETERS,
        )

    assert groups(looped(HIDDEN)) == {"default": (2, True)}
    assert groups(looped(LIST)) == {"default": (1, False)}


def test_a_person_goes_before_scripts(tmp_path: Path) -> None:
    assert groups(estate(tmp_path, HIDDEN, OTHER, tags={"sparekey-role": "adds-dc", "sparekey-group": "corp"})) == {
        "corp": (2, True)
    }
    assert groups(estate(tmp_path, FIRST, SECOND, tags={"sparekey-role": "adds-dc", "sparekey-group": "corp"})) == {
        "corp": (2, True)
    }
    assert groups(estate(tmp_path, HIDDEN, OTHER, tags={"sparekey-role": "adds-dc"})) == {"default": (2, True)}
    assert len(groups(estate(tmp_path, FIRST, SECOND, tags={"sparekey-role": "adds-dc"}))) == 2


def test_nothing_is_kept_apart_by_a_controller_of_perhaps_another_domain(tmp_path: Path) -> None:
    def apart(*arguments: object) -> object:
        return facts(hybrid.DERIVATION, estate(tmp_path, *arguments))[("agent_group/adds-dc/default", "kept_apart")]

    assert apart(HIDDEN, HIDDEN) == "yes"
    assert apart(HIDDEN, OTHER) == "maybe"
