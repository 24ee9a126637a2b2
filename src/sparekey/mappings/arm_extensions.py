"""ARM: extensions and run commands, by which a script reaches a machine. Property names are those of the Microsoft.Compute reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sparekey.mappings import scripts
from sparekey.mappings.arm_ids import last_name, own_key, section, to_parent
from sparekey.mappings.azure_scripts import directory_domains, extension_slot, extension_system, extension_texts, run_command_slot
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.hosting import MachineScript
from sparekey.model.resource import Resource, known_text
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Body, Known, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="arm-extensions")


@MAPPING.maps("Microsoft.Compute/virtualMachines/extensions", "Microsoft.Compute/virtualMachineScaleSets/extensions")
def extension(declaration: Declaration) -> Iterator[Resource]:
    """An extension of the machine or scale set that it lies in."""
    properties = section(declaration.body, "properties")
    type_ = properties.text("type")
    yield _script(
        declaration,
        extension_system(type_, declaration.head.at),
        _settings(properties),
        extension_slot(type_, last_name(declaration)),
    )


@MAPPING.maps("Microsoft.Compute/virtualMachines/runCommands")
def run_command(declaration: Declaration) -> Iterator[Resource]:
    """A managed run command: its script, the address of one or the id of a built-in one, its parameters."""
    properties = section(declaration.body, "properties")
    texts: list[Text] = [_readable(properties.text("source", name)) for name in ("script", "scriptUri", "commandId")]
    lists = [properties.blocks(name) for name in ("parameters", "protectedParameters")]
    texts.extend(_parameter(block) for blocks in lists for block in blocks)
    found = scripts.gather(declaration.head.at, *texts)
    opened = next((blocks.open for blocks in lists if blocks.open), None)
    fits_any: Text = Known(value=None, at=declaration.head.at, origin="derived")
    yield _script(declaration, fits_any, replace(found, open=opened), run_command_slot(last_name(declaration)))


def profile_scripts(profile: Body) -> ValueSet[str]:
    """What the extensions in the profile of a scale set give its machines to run; those for Linux run nothing that has a role, as elsewhere."""
    blocks = profile.blocks("extensionProfile", "extensions")
    inner = (section(block, "properties") for block in blocks)
    given = (_settings(one) for one in inner if known_text(extension_system(one.text("type"), blocks.at)) != "linux")
    return replace(scripts.gather(blocks.at, *given), open=blocks.open)


def _script(declaration: Declaration, system: Text, texts: ValueSet[str], slot: Text) -> MachineScript:
    properties = section(declaration.body, "properties")
    return MachineScript(
        head=declaration.head,
        name=declaration.body.text("name"),
        keys=(own_key(declaration),),
        machine=to_parent(declaration, "machine", "machine_set"),
        os=system,
        slot=slot,
        scripts=texts,
        domains=directory_domains(declaration.head.at, properties.text("type"), properties.get("settings")),
    )


def _settings(properties: Body) -> ValueSet[str]:
    vault = scripts.unreadable(
        properties.blocks("protectedSettingsFromKeyVault"), "what do the protected settings in the key vault run?"
    )
    return extension_texts(
        properties.value.at,
        properties.text("type"),
        settings=properties.get("settings"),
        protected=properties.get("protectedSettings"),
        vault=vault,
    )


def _parameter(block: Body) -> Text:
    name, value = block.text("name"), block.text("value")
    if isinstance(name, Unknown) or isinstance(value, Unknown):
        return name if isinstance(name, Unknown) else value
    return replace(value, value=scripts.readable(f"-{name.value} '{value.value}'"))


def _readable(text: Text) -> Text:
    return replace(text, value=scripts.readable(text.value)) if isinstance(text, Known) and text.value else text
