"""azurerm: extensions and run commands, by which a script reaches a machine from another declaration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings import scripts
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.hosting import MachineScript
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import Blocks, Body, Known, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azurerm")

_RUN_NOTHING = frozenset(
    {
        "aadloginforwindows",
        "applicationhealthwindows",
        "azurediskencryption",
        "azuremonitorwindowsagent",
        "bginfo",
        "dependencyagentwindows",
        "iaasantimalware",
        "iaasdiagnostics",
        "jsonaddomainextension",
        "keyvaultforwindows",
        "microsoftmonitoringagent",
        "networkwatcheragentwindows",
        "vmaccessagent",
    }
)
"""Extension types of Microsoft that do one thing of their own: their settings, often secret, hold no script."""
_SYSTEMS = {"customscriptextension": "windows", "dsc": "windows", "customscript": "linux", "customscriptforlinux": "linux"}
"""The operating system that a script extension is made for, by its type."""


@MAPPING.maps("azurerm_virtual_machine_extension", "azurerm_virtual_machine_scale_set_extension")
def extension(declaration: Declaration) -> Iterator[Resource]:
    """An extension of a machine or scale set."""
    body = declaration.body
    target = "virtual_machine_scale_set_id" if "scale_set" in declaration.type else "virtual_machine_id"
    yield _script(declaration, target, _settings(body), _slot(body))


@MAPPING.maps("azurerm_virtual_machine_run_command")
def run_command(declaration: Declaration) -> Iterator[Resource]:
    """A managed run command: its script, the address of one, its parameters. A machine holds one of each name."""
    body = declaration.body
    texts: list[Text] = [body.text("source", "script"), body.text("source", "script_uri")]
    for kind in ("parameter", "protected_parameter"):
        texts.extend(_parameter(block) for block in body.blocks(kind))
    opened = body.blocks("parameter").open or body.blocks("protected_parameter").open
    found = scripts.gather(declaration.head.at, *(_readable(t) for t in texts))
    name = body.text("name")
    slot = replace(name, value=f"run-command/{name.value}".lower()) if isinstance(name, Known) else name
    yield _script(declaration, "virtual_machine_id", replace(found, open=opened), slot)


def extension_scripts(blocks: Blocks) -> ValueSet[str]:
    """What the `extension` blocks of a scale set give its machines to run."""
    return replace(scripts.gather(blocks.at, *(_settings(block) for block in blocks)), open=blocks.open)


def _script(declaration: Declaration, target: str, texts: ValueSet[str], slot: Text) -> MachineScript:
    body = declaration.body
    return MachineScript(
        head=declaration.head,
        name=body.text("name"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        machine=body.link(target, to=("machine", "machine_set"), by=("arm_id",)),
        os=_system(body, declaration.head.at),
        slot=slot,
        scripts=texts,
    )


def _system(body: Body, at: Place) -> Text:
    type_ = body.text("type")
    if isinstance(type_, Unknown):
        return type_
    return Known(value=_SYSTEMS.get((type_.value or "").lower()), at=at, origin="derived")


def _slot(body: Body) -> Text:
    """Azure refuses a second extension of one type on a Windows machine, and of one name on any."""
    type_, name = body.text("type"), body.text("name")
    if isinstance(type_, Known) and (type_.value or "").lower() == "customscriptextension":
        return replace(type_, value="extension-type/customscriptextension")
    return replace(name, value=f"extension/{name.value}".lower()) if isinstance(name, Known) else name


def _settings(body: Body) -> ValueSet[str]:
    type_ = body.text("type")
    if isinstance(type_, Known) and (type_.value or "").lower() in _RUN_NOTHING:
        return ValueSet(members=(), at=body.value.at)
    vault = scripts.unreadable(
        body.blocks("protected_settings_from_key_vault"), "what do the protected settings in the key vault run?"
    )
    return scripts.gather(
        body.value.at, scripts.settings(body.text("settings")), scripts.settings(body.text("protected_settings")), vault
    )


def _parameter(block: Body) -> Text:
    """A parameter as a command line would write it, so that the value keeps its name."""
    name, value = block.text("name"), block.text("value")
    if isinstance(name, Unknown) or isinstance(value, Unknown):
        return name if isinstance(name, Unknown) else value
    return replace(value, value=f"-{name.value} '{value.value}'")


def _readable(text: Text) -> Text:
    return replace(text, value=scripts.readable(text.value)) if isinstance(text, Known) and text.value else text
