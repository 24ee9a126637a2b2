"""Estates of things in plans and of an inventory as people write it, through the real reader, mappings and join."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import cast

from sparekey.config import Config
from sparekey.config_file import load
from sparekey.estates import apply_mappings, join
from sparekey.facts.sign_in_paths import DERIVATION
from sparekey.formats.declared import FORMAT
from sparekey.model.declaration import Document
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.paths import SignInPath
from sparekey.model.seams import ProviderMapping, Reading, SourceFile
from sparekey.model.truth import Truth
from sparekey.model.value import Unknown
from sparekey.registry import discover
from tests.azure_estates import Written, declaration

MAPPINGS = cast("tuple[ProviderMapping, ...]", discover("sparekey.mappings", "MAPPING"))
AS_OF = "2026-11-01"


def estate(
    inventory: str, *things: Written, as_of: str = AS_OF, of: str = "plan.json", leaks: tuple[Unknown, ...] = ()
) -> tuple[Estate, Config]:
    """The estate of the deployment `of` with this sparekey.yaml; things of other deployments are elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sparekey.yaml"
        file.write_text(inventory, encoding="utf-8")
        config = load(file, name="sparekey.yaml")
        reading = Reading(mapped=frozenset(), as_of=as_of)
        listed = FORMAT.read(SourceFile(path=file, name="sparekey.yaml"), reading)
    assert isinstance(listed, Document)
    deployments: dict[str, list[Written]] = {of: []}
    for thing in things:
        deployments.setdefault(thing.deployment, []).append(thing)
    documents = [
        Document(format="terraform-plan", deployment=name, declarations=tuple(map(declaration, members)))
        for name, members in deployments.items()
    ]
    joined = join([apply_mappings(document, MAPPINGS) for document in (listed, *documents)], config, leaks)
    return next(each for each in joined if each.name == of), config


def facts(held: tuple[Estate, Config]) -> dict[tuple[str, str], Truth]:
    """The facts about sign-in paths and groups, by the address of their subject and their name."""
    found: dict[tuple[str, str], Truth] = {}
    for item in DERIVATION.derive(*held):
        if isinstance(item, Fact):
            assert isinstance(item.value, Truth)
            assert item.value.answer != "maybe" or item.value.because, "a maybe asks"
            found[item.subject.partition("#")[2], item.name] = item.value
        else:
            assert isinstance(item, SignInPath)
    return found


def answers(held: tuple[Estate, Config], name: str) -> dict[str, str]:
    """One fact of every subject that has it."""
    return {subject: truth.answer for (subject, fact), truth in facts(held).items() if fact == name}
