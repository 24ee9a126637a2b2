"""The configurations in `configurations.txt`, with Terraform's answers."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from sparekey.formats.terraform.modules.checks import Configuration
from sparekey.formats.terraform.modules.load import load_module
from sparekey.formats.terraform.modules.references import constant_text

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A configuration: its files, and the errors of Terraform as (summary, "file:line" or "")."""

    name: str
    files: dict[str, str]
    errors: frozenset[tuple[str, str]]
    planned: bool


def cases() -> list[Case]:
    text = (HERE / "configurations.txt").read_text(encoding="utf-8")
    _, *rest = re.split(r"^#### (\S+)\n", text, flags=re.MULTILINE)
    modules, *own = [one_case(name, body) for name, body in zip(rest[::2], rest[1::2], strict=True)]
    return [Case(name=case.name, files=modules.files | case.files, errors=case.errors, planned=case.planned) for case in own]


def one_case(name: str, text: str) -> Case:
    errors = re.findall(r"^#= (.*?)(?: @ (\S+))?\n", text, flags=re.MULTILINE)
    planned = "#! validate\n" not in text
    main, *others = re.split(r"^## (\S+)\n", re.sub(r"^#[=!].*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)
    files = {"main.tf": main} if main else {}
    files |= dict(zip(others[::2], others[1::2], strict=True))
    return Case(name=name, files=files, errors=frozenset(errors), planned=planned)


def written(case: Case, folder: Path) -> Path:
    for name, text in case.files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def configuration(folder: Path, root: Path, path: tuple[str, ...] = ()) -> Configuration:
    """The configuration in a folder, its local modules found by their paths."""
    module = load_module(folder, root)
    calls: dict[str, Configuration | None] = {}
    for name, block in module.calls.items():
        source = block.body.attributes.get("source")
        text = constant_text(source.value) if source is not None else None
        below = Path(os.path.normpath(folder / text)) if text and text.startswith(".") else None
        found = below is not None and below.is_dir() and len(path) < 8
        calls[name] = configuration(below, root, (*path, name)) if found and below is not None else None
    return Configuration(module, calls, path)


def text_configuration(folder: Path, text: str) -> Configuration:
    """The configuration of one file."""
    (folder / "main.tf").write_text(text, encoding="utf-8")
    return configuration(folder, folder)
