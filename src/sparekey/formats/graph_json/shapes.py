"""What an object of Microsoft Graph is, told by the names of its properties, whatever tool wrote it.

Graph writes `displayName`, its PowerShell module prints `DisplayName`: names are compared without case.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

POLICY: Final = "microsoft.graph.conditionalAccessPolicy"
LOCATION: Final = "microsoft.graph.namedLocation"
STRENGTH: Final = "microsoft.graph.authenticationStrengthPolicy"
GROUP: Final = "microsoft.graph.group"
USER: Final = "microsoft.graph.user"

_TYPES: Final = {
    "conditionalaccesspolicy": POLICY,
    "namedlocation": LOCATION,
    "ipnamedlocation": LOCATION,
    "countrynamedlocation": LOCATION,
    "authenticationstrengthpolicy": STRENGTH,
    "group": GROUP,
    "user": USER,
}
_CONTEXTS: Final = {
    "identity/conditionalaccess/policies": POLICY,
    "conditionalaccess/policies": POLICY,
    "identity/conditionalaccess/namedlocations": LOCATION,
    "conditionalaccess/namedlocations": LOCATION,
    "policies/authenticationstrengthpolicies": STRENGTH,
    "identity/conditionalaccess/authenticationstrength/policies": STRENGTH,
    "authenticationstrengthpolicies": STRENGTH,
    "groups": GROUP,
    "users": USER,
}
_FLAT: Final = frozenset(
    {
        "includeusers",
        "excludeusers",
        "includegroups",
        "excludegroups",
        "includeapplications",
        "builtincontrols",
        "grantcontroloperator",
    }
)
"""Properties that stand within `conditions` and `grantControls`: who writes them side by side has a dialect of its own."""

_WORDS: Final = re.compile(
    rb"grantControls|sessionControls|namedLocation|ipRanges|countriesAndRegions|allowedCombinations|securityEnabled|conditionalAccess"
    rb"|microsoft\.graph\.(?:user|group)\b|metadata#(?:users|groups)\b|builtInControls",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]', re.DOTALL)
_CONTEXT: Final = re.compile(r"\$metadata#([^()$]+?)(?:\(.*\))?(?:/\$entity)?$", re.DOTALL)
_LONGEST_CONTEXT: Final = 500
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def kind_of(names: frozenset[str], type_: str = "", context: str = "") -> str:
    """The resource type of an object with these properties (in lower case); "" for what is none that is read.

    `type_` is its `@odata.type`, `context` the `@odata.context` that it or the list around it was answered with.
    """
    said = _TYPES.get(type_.lower().removeprefix("#").removeprefix("microsoft.graph."))
    if said or type_:
        return said or ""
    found = _CONTEXT.search(context[:_LONGEST_CONTEXT])
    said = _CONTEXTS.get(found[1].strip("/").lower()) if found else None
    if said:
        return said
    if "conditions" in names and names & {"grantcontrols", "sessioncontrols"}:
        return POLICY
    if "displayname" not in names:
        return ""
    if names & {"ipranges", "countriesandregions"}:
        return LOCATION
    if "allowedcombinations" in names:
        return STRENGTH
    return GROUP if {"securityenabled", "mailenabled"} <= names else ""


def dialect_of(names: frozenset[str], resource: str = "") -> str:
    """What an object is that says something of conditional access in other words than Graph, in words; "" for all else.

    `resource` is the value of its `ResourceName`.
    """
    if resource.lower().startswith("aad") and "resourcename" in names:
        return f"a Microsoft365DSC resource ({resource[:60]})"
    if {"scenarios", "details"} <= names:
        return "a template for policies, and no policy"
    if len(names & _FLAT) >= 2 and "conditions" not in names:
        return "a dialect that sparekey does not know"
    return ""


def may_be_export(head: bytes) -> bool:
    """Whether JSON that begins with `head` is, or lists, objects that are told apart here."""
    if not _WORDS.search(head.replace(b"\0", b"") if head.startswith(_UTF16) else head):
        return False
    if head.startswith(_UTF16):
        text = head.decode("utf-16", errors="ignore")
    else:
        text = head.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="ignore")
    return any(kind_of(*seen) or dialect_of(seen[0], resource) for seen, resource in _glimpses(text))


def _glimpses(text: str) -> list[tuple[tuple[frozenset[str], str, str], str]]:
    """The names of the outermost object, and of the first objects in the lists that are outermost or directly in it."""
    begun = text.lstrip()[:1]
    if begun not in ("{", "["):
        return []
    path: list[str] = []
    seen: dict[int, dict[str, str]] = {0: {}}
    home: list[int] = []
    context, last, name, count = "", "", "", 0
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in "{[":
            path.append(word)
            if word == "{":
                shape = "".join(path)
                count += 1
                own = shape in ("{", "[{", "{[{")
                # What PowerShell's module has no name for, it prints apart.
                home.append(home[-1] if home and name == "additionalproperties" else count if own else 0)
                if own:
                    seen[count] = {}
            last = name = ""
        elif word in "}]":
            if path and path.pop() == "{" and home:
                home.pop()
            last = name = ""
        elif word == ",":
            last = name = ""
        elif word == ":":
            name = last
            if home and path and path[-1] == "{" and home[-1] and name:
                seen[home[-1]].setdefault(name, "")
        elif name:
            if home and path[-1] == "{" and home[-1]:
                seen[home[-1]][name] = word[1:-1]
                context = context or (word[1:-1] if name == "@odata.context" else "")
            last = name = ""
        else:
            last = word[1:-1].lower()
        if count > 60:
            break
    return [
        ((frozenset(names), names.get("@odata.type", ""), names.get("@odata.context", context)), names.get("resourcename", ""))
        for names in seen.values()
        if names and not {"format_version", "terraform_version", "apiversion"} & names.keys()
    ]
