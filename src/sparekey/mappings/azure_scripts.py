"""What an extension of an Azure machine runs, whether its settings are written as JSON text or as an object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from sparekey.mappings import scripts
from sparekey.model.span import Place
from sparekey.model.value import AnyValue, Body, Known, Text, Unknown, ValueSet, unmarked

_RUN_NOTHING: Final = frozenset(
    {
        "aadloginforwindows",
        "applicationhealthwindows",
        "azurediskencryption",
        "azurediskencryptionforlinux",
        "azuremonitorwindowsagent",
        "bginfo",
        "configurationforlinux",
        "configurationforwindows",
        "dependencyagentwindows",
        "hpcvmdrivers",
        "iaasantimalware",
        "iaasdiagnostics",
        "jsonaddomainextension",
        "keyvaultforwindows",
        "microsoftmonitoringagent",
        "networkwatcheragentwindows",
        "nvidiagpudriverwindows",
        "servicefabricnode",
        "sqliaasagent",
        "vmaccessagent",
    }
)
"""Extension types of Microsoft that do one thing of their own: their settings, often secret, hold no script. Machine configuration
(`ConfigurationforWindows`) takes what it looks after from assignments of policies, and no setting (Microsoft's overview of machine configuration)."""

_SYSTEMS: Final = {"customscriptextension": "windows", "dsc": "windows"} | dict.fromkeys(
    (
        "azurediskencryptionforlinux",
        "customscript",
        "customscriptforlinux",
        "dependencyagentlinux",
        "dockerextension",
        "dscforlinux",
        "linuxdiagnostic",
        "omsagentforlinux",
        "ospatchingforlinux",
        "vmaccessforlinux",
    ),
    "linux",
)
"""The operating system that an extension is made for, by its type."""

_ARGUMENTS: Final = re.compile(r"configurationArguments|properties", re.IGNORECASE)
"""Where the settings of a DSC extension begin to say with what its configuration is called."""

_PATH: Final = r"[\w.%/-]+\.(?:ps1|psm1|cmd|bat|sh|py|exe|msi|zip)"
_FILE: Final = re.compile(
    rf"^\{{[^{{}}]+\}}[^{{}}\s?]*?(?P<path>(?:/|(?<=\}})){_PATH})(?:[?{{][^\s]*)?$"
    rf"|^\{{uri \d+:\{{[^{{}}]*\}} \d+:(?P<rest>{_PATH})(?:[?{{][^\s]*)?\}}$",
    re.IGNORECASE,
)
"""An address as `Unknown.text` has it: where it lies is not known, then the path of the file, then perhaps what gives access to it.
The second is what the function `uri` makes of both."""

_FILES: Final = "fileuris"
"""The setting of a script extension that lists the addresses of its files, in lower case."""
_LONGEST_ADDRESS: Final = 1_000

_ACCESS: Final = frozenset({"storageaccountname", "storageaccountkey", "managedidentity"})
"""Settings of a script extension that say how its files are reached (Microsoft's articles on it): they run nothing."""


def extension_system(type_: Text, at: Place) -> Text:
    """The system that an extension of this type is made for; null where it fits any."""
    if isinstance(type_, Unknown):
        return type_
    return Known(value=_SYSTEMS.get((type_.value or "").lower()), at=at, origin="derived")


def extension_slot(type_: Text, name: Text) -> Text:
    """What one machine can hold only once: Azure refuses a second extension of one type on a Windows machine, and of one name on any."""
    if isinstance(type_, Known) and (type_.value or "").lower() == "customscriptextension":
        return replace(type_, value="extension-type/customscriptextension")
    return replace(name, value=f"extension/{name.value}".lower()) if isinstance(name, Known) else name


def run_command_slot(name: Text) -> Text:
    """The same of a managed run command: a machine holds one of each name."""
    return replace(name, value=f"run-command/{name.value}".lower()) if isinstance(name, Known) else name


def extension_texts(at: Place, type_: Text, *, settings: AnyValue, protected: AnyValue, vault: ValueSet[str]) -> ValueSet[str]:
    """What an extension of this type runs, by its settings, the protected ones, and what of them lies in a key `vault`.

    A DSC extension runs the configuration that it names; its arguments and whatever is protected of it run nothing.
    """
    if isinstance(type_, Unknown):
        return scripts.gather(at, type_)
    kind = (type_.value or "").lower()
    if kind in _RUN_NOTHING:
        return ValueSet(members=(), at=at)
    if kind == "dsc":
        return scripts.gather(at, *_configuration(scripts.parsed(settings)))
    given = (_with_named_files(_without(scripts.parsed(one), _ACCESS)) for one in (settings, protected))
    return scripts.gather(at, *(scripts.strings(one) for one in given), vault)


def _with_named_files(settings: AnyValue) -> AnyValue:
    if isinstance(settings, Unknown) or not isinstance(settings.value, Mapping):
        return settings
    held = {key: Body(value=settings).get(key) for key in settings.value if isinstance(key, str)}
    for key, value in held.items():
        if key.lower() == _FILES:
            files = _named_files(scripts.strings(value))
            held[key] = Known(value=files.members, at=value.at)
    return replace(settings, value=held)


def _named_files(texts: ValueSet[str]) -> ValueSet[str]:
    """The texts, of an address of which only the place is not known what it names: a file is what its name says wherever it lies.

    What is in a file nobody sees, whether its whole address is written or not (docs/formats/arm.md).
    """
    members = []
    for member in texts.members:
        found = (
            _FILE.search(unmarked(member.text)) if isinstance(member, Unknown) and len(member.text) <= _LONGEST_ADDRESS else None
        )
        members.append(Known(value=found["path"] or found["rest"], at=member.at, origin="derived") if found else member)
    return replace(texts, members=tuple(members))


def _configuration(settings: AnyValue) -> Iterator[ValueSet[str]]:
    """The names of the configuration that a DSC extension applies; where none is given, where its code lies."""
    if isinstance(settings, Unknown):
        yield scripts.strings(_before_arguments(settings))
        return
    if not isinstance(settings.value, Mapping):
        yield scripts.strings(settings)
        return
    configuration = _field(settings, "configuration")
    names = [_field(settings, "configurationFunction"), _field(configuration, "script"), _field(configuration, "function")]
    places = [_field(settings, "modulesUrl"), _field(configuration, "url")]
    named = any(isinstance(one, Unknown) or one.value for one in names)
    yield from (scripts.strings(one) for one in (names if named else places))


def directory_domains(at: Place, type_: Text, settings: AnyValue) -> ValueSet[str]:
    """The name of the domain of a directory that the settings of a DSC extension give to its configuration; empty where they give none.

    Arguments are an object, or a list of pairs of Name and Value (Microsoft's article on DSC with templates). They are called as the resources of
    the module ActiveDirectoryDsc and the public templates call them: a domain by its whole name, a child by its own and its parent's.
    """
    found = _domain(_arguments(scripts.parsed(settings))) if known_dsc(type_) else None
    return ValueSet(members=(found,) if found else (), at=at)


def known_dsc(type_: Text) -> bool:
    """Whether an extension certainly is the one for DSC on Windows."""
    return isinstance(type_, Known) and (type_.value or "").lower() == "dsc"


def _arguments(settings: AnyValue) -> dict[str, AnyValue]:
    """What the settings give to the configuration, by names in lower case. What cannot be read gives nothing."""
    found: dict[str, AnyValue] = {}
    for name in ("properties", "configurationArguments"):
        held = _field(settings, name)
        if isinstance(held, Known) and isinstance(held.value, tuple):
            for item in held.value:
                called = _field(item, "Name")
                if isinstance(called, Known) and isinstance(called.value, str):
                    found[called.value.lower()] = _field(item, "Value")
        elif isinstance(held, Known) and isinstance(held.value, Mapping):
            found.update((key.lower(), Body(value=held).get(key)) for key in held.value if isinstance(key, str))
    return found


def _domain(arguments: Mapping[str, AnyValue]) -> Known[str] | Unknown | None:
    whole, parent = arguments.get("domainname"), arguments.get("parentdomainname")
    child = arguments.get("childdomainname") or arguments.get("newdomainname")
    if child is None and parent is None:
        return _as_text(whole) if whole is not None else None
    below, above = child or whole, parent or whole
    if below is None or above is None or below is above:
        return None
    one, other = _as_text(below), _as_text(above)
    if isinstance(one, Known) and isinstance(other, Known):
        return replace(one, value=f"{one.value}.{other.value}") if one.value and "." not in one.value and other.value else None
    parts = [each.value if isinstance(each, Known) else each.text for each in (one, other)]
    unknown = one if isinstance(one, Unknown) else other
    pattern = ".".join(parts) if all(parts) else ""
    return replace(unknown, text=pattern, limits=None) if isinstance(unknown, Unknown) else None


def _as_text(value: AnyValue) -> Known[str] | Unknown:
    if isinstance(value, Known) and not isinstance(value.value, str):
        return Known(value="", at=value.at)
    return value if isinstance(value, Unknown) else Known(value=str(value.value), at=value.at)


def _before_arguments(settings: Unknown) -> Unknown:
    """Settings of which a part is known, without what that says of the arguments of the configuration."""
    # The words in it are told by their keys, which say nothing of where they lie.
    settings, limits = replace(settings, parts=()), settings.limits
    if limits is None:
        return settings
    return replace(settings, limits=replace(limits, prefix=_ARGUMENTS.split(limits.prefix or "")[0] or None, suffix=None))


def _field(value: AnyValue, name: str) -> AnyValue:
    """A member of an object in any spelling, as the extension reads it."""
    if isinstance(value, Known) and isinstance(value.value, Mapping):
        for key in value.value:
            if isinstance(key, str) and key.lower() == name.lower():
                return Body(value=value).get(key)
        return Known(value=None, at=value.at, origin="default")
    return value if isinstance(value, Unknown) else Known(value=None, at=value.at, origin="default")


def _held_by(part: str) -> str:
    """The key of a document that holds a part of it; "" where none is said."""
    return part[1:].partition('":"')[0] if part.startswith('"') else ""


def _without(value: AnyValue, names: frozenset[str]) -> AnyValue:
    if isinstance(value, Unknown):
        return replace(value, parts=tuple(part for part in value.parts if _held_by(part) not in names))
    if not isinstance(value.value, Mapping):
        return value
    kept = {k: Body(value=value).get(k) for k in value.value if isinstance(k, str) and k.lower() not in names}
    return replace(value, value=kept)
