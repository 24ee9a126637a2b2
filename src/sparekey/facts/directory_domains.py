"""Which domain a domain controller serves, by what sets it up.

Read are the commands that promote a server (`Install-ADDSForest` and `Install-ADDSDomainController` with `-DomainName`, `Install-ADDSDomain` with
`-NewDomainName` below `-ParentDomainName`, a tree of its own with `-DomainType TreeDomain`: Microsoft's references of the module ADDSDeployment), and what
the settings of a DSC extension give to the configuration that does it.

A domain is compared as a text, its key: `=NAME` of one that is known, `?...` of one that nobody says of which the same key stands for the same text,
`""` where nothing can be told. Only two names that both are whole (with a dot) certainly differ: a short one may be short for the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from sparekey.facts.script_text import read
from sparekey.model.value import Known, Unknown, ValueSet

SAID: Final = "!"
"""The key of those of which a person says, by tag or inventory, that they are in the one group without a name."""

_PROMOTES = re.compile(r"(?<![\w-])Install-ADDS(Forest|DomainController|Domain)(?![\w-])([^\r\n|]*)", re.IGNORECASE)
_PARAMETER: Final = r"(?:^|\s)-{name}(?:\s+|:\s*)(?:\"([^\"\r\n]*)\"|'([^'\r\n]*)'|([^\s\"',;|)]+))"
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?\.?")
_VARIABLE = re.compile(r"\$\{?(?:\w+:)?(\w+)\}?")
_DECLARES = re.compile(r"\bparam\b", re.IGNORECASE)


def key_of(texts: Sequence[ValueSet[str]], arguments: Sequence[ValueSet[str]], deployment: str) -> str:
    """The domain that the scripts of one controller name; `arguments` are the names that settings give to a configuration."""
    members = [member for values in texts for member in values.members]
    known = [member.value for member in members if isinstance(member, Known)]
    found = {key for text in known for key in _in_text(text, known)}
    found |= {key for member in members if isinstance(member, Unknown) for key in _in_pattern(member, deployment)}
    found |= {_argument(member, deployment) for values in arguments for member in values.members}
    return found.pop() if len(found) == 1 else ""


def certainly_differ(one: str, other: str) -> bool:
    """Whether two keys are those of different domains, whatever is not known."""
    return is_whole(one) and is_whole(other) and one != other


def is_whole(key: str) -> bool:
    """Whether a key is that of a domain of which the whole name is known."""
    return key.startswith("=") and "." in key


def _argument(member: Known[str] | Unknown, deployment: str) -> str:
    if isinstance(member, Known):
        return _key(member.value)
    return f"?{deployment}#{member.text}" if member.text else ""


def _key(name: str) -> str:
    return f"={name.strip().rstrip('.').casefold()}" if _NAME.fullmatch(name.strip()) else ""


def _in_text(text: str, beside: Iterable[str]) -> Iterable[str]:
    sure = read(text).sure if "install-adds" in text.lower() else ""
    for command in _PROMOTES.finditer(sure):
        name = _named(command.group(1).lower(), command.group(2))
        yield _key(_resolved(name, sure, beside))


def _in_pattern(member: Unknown, deployment: str) -> Iterable[str]:
    """The domain in a text of which parts are not known; it may be such a part, which is the same wherever it stands."""
    for command in _PROMOTES.finditer(member.text):
        name = _named(command.group(1).lower(), command.group(2))
        if "$" in name or "%" in name or name.count("{") != name.count("}"):
            yield ""
        else:
            yield f"?{deployment}#{name.casefold()}" if "{" in name else _key(name)


def _named(command: str, rest: str) -> str:
    """The name that a command's parameters make; "" where they make none."""
    if command != "domain":
        return _parameter("DomainName", rest)
    new, parent = _parameter("NewDomainName", rest), _parameter("ParentDomainName", rest)
    if _parameter("DomainType", rest).lower() in ("tree", "treedomain"):
        return new
    return f"{new}.{parent}" if new and parent and "." not in new and not new.startswith("$") else ""


def _parameter(name: str, rest: str) -> str:
    found = re.findall(_PARAMETER.replace("{name}", name), rest, re.IGNORECASE)
    return next((part for part in found[0] if part), "") if len(found) == 1 else ""


def _resolved(name: str, sure: str, beside: Iterable[str]) -> str:
    """A name, or what the one variable it consists of is certainly given: by the script itself, or as a parameter of it."""
    variable = _VARIABLE.fullmatch(name)
    if variable is None:
        return name
    called = re.escape(variable.group(1))
    given = [found.group(1) for text in beside if (found := re.fullmatch(rf"-{called}\s+'([^'\r\n]*)'", text, re.IGNORECASE))]
    written = re.findall(rf"\${called}\b\s*=(?!=)\s*(?:\"([^\"\r\n]*)\"|'([^'\r\n]*)')?", sure, re.IGNORECASE)
    if len(given) == 1 and not written:
        return given[0]
    if len(written) == 1 and not given and not _DECLARES.search(sure):
        starts = re.findall(rf"^\${called}\s*=", sure, re.IGNORECASE | re.MULTILINE)
        return (written[0][0] or written[0][1]) if len(starts) == 1 else ""
    return ""
