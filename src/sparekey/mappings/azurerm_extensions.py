"""azurerm: extensions and run commands, by which a script reaches a machine from another declaration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings import scripts
from sparekey.mappings.azure_scripts import directory_domains, extension_slot, extension_system, extension_texts, run_command_slot
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.hosting import MachineScript
from sparekey.model.resource import Key, Resource, known_text
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Blocks, Body, Known, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azurerm")


@MAPPING.maps("azurerm_virtual_machine_extension", "azurerm_virtual_machine_scale_set_extension")
def extension(declaration: Declaration) -> Iterator[Resource]:
    """An extension of a machine or scale set."""
    body = declaration.body
    target = "virtual_machine_scale_set_id" if "scale_set" in declaration.type else "virtual_machine_id"
    yield _script(declaration, target, _settings(body), extension_slot(body.text("type"), body.text("name")))


@MAPPING.maps("azurerm_virtual_machine_run_command")
def run_command(declaration: Declaration) -> Iterator[Resource]:
    """A managed run command: its script, the address of one, its parameters. A machine holds one of each name."""
    body = declaration.body
    texts: list[Text] = [body.text("source", "script"), body.text("source", "script_uri")]
    for kind in ("parameter", "protected_parameter"):
        texts.extend(_parameter(block) for block in body.blocks(kind))
    opened = body.blocks("parameter").open or body.blocks("protected_parameter").open
    found = scripts.gather(declaration.head.at, *(_readable(t) for t in texts))
    yield _script(declaration, "virtual_machine_id", replace(found, open=opened), run_command_slot(body.text("name")))


def extension_scripts(blocks: Blocks) -> ValueSet[str]:
    """What the `extension` blocks of a scale set give its machines to run; those for Linux run nothing that has a role, as elsewhere."""
    given = (_settings(block) for block in blocks if known_text(extension_system(block.text("type"), blocks.at)) != "linux")
    return replace(scripts.gather(blocks.at, *given), open=blocks.open)


def _script(declaration: Declaration, target: str, texts: ValueSet[str], slot: Text) -> MachineScript:
    body = declaration.body
    return MachineScript(
        head=declaration.head,
        name=body.text("name"),
        keys=(Key(space="arm_id", attribute="id", value=body.text("id")),),
        machine=body.link(target, to=("machine", "machine_set"), by=("arm_id",)),
        os=extension_system(body.text("type"), declaration.head.at),
        slot=slot,
        scripts=texts,
        domains=directory_domains(declaration.head.at, body.text("type"), body.text("settings")),
    )


def _settings(body: Body) -> ValueSet[str]:
    vault = scripts.unreadable(
        body.blocks("protected_settings_from_key_vault"), "what do the protected settings in the key vault run?"
    )
    return extension_texts(
        body.value.at, body.text("type"), settings=body.text("settings"), protected=body.text("protected_settings"), vault=vault
    )


def _parameter(block: Body) -> Text:
    """A parameter as a command line would write it, so that the value keeps its name."""
    name, value = block.text("name"), block.text("value")
    if isinstance(name, Unknown) or isinstance(value, Unknown):
        return name if isinstance(name, Unknown) else value
    return replace(value, value=f"-{name.value} '{value.value}'")


def _readable(text: Text) -> Text:
    return replace(text, value=scripts.readable(text.value)) if isinstance(text, Known) and text.value else text
