"""Where the module is that a `module` block calls."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.load import constant_string, inside
from sparekey.formats.terraform.syntax.tree import Block

DEEPEST_MODULE = 30
"""Modules inside each other at most. Terraform sets no limit, but a module that calls itself never ends."""


@dataclass(frozen=True, slots=True)
class Source:
    """The folder that a call leads to; None with a fault says why there is none. `text` is the source as written."""

    text: str
    folder: Path | None = None
    fault: Fault | None = None


class Installed:
    """What `terraform init` has put under `.terraform/modules`: folders by the key of the call ("a.b" for b called by a)."""

    def __init__(self, root: Path, scan_root: Path) -> None:
        """Read the list on the first use."""
        self._root = root
        self._scan_root = scan_root
        self._folders: dict[str, Path] | None = None

    def folder(self, key: str) -> Path | None:
        """The folder of a call, if it is there and inside the scan root."""
        if self._folders is None:
            self._folders = self._read()
        found = self._folders.get(key)
        return found if found is not None and found.is_dir() and inside(found, self._scan_root) else None

    def _read(self) -> dict[str, Path]:
        path = self._root / ".terraform" / "modules" / "modules.json"
        try:
            if not path.is_file() or not inside(path, self._scan_root):
                return {}
            listed = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        rows = listed.get("Modules") if isinstance(listed, dict) else None
        folders: dict[str, Path] = {}
        for row in rows if isinstance(rows, list) else []:
            if (
                isinstance(row, dict)
                and isinstance(row.get("Key"), str)
                and isinstance(row.get("Dir"), str)
                and "\0" not in row["Dir"]
            ):
                folders[row["Key"]] = normal(self._root / row["Dir"])
        return folders


def normal(path: Path) -> Path:
    """A path without `.` and `..`, symbolic links left alone."""
    return Path(os.path.normpath(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Where a call is written: the module's folder, those of the modules that lead to it, and the call's key in Terraform's list."""

    folder: Path
    scan_root: Path
    installed: Installed
    key: str
    folders: frozenset[Path]


def find_source(call: Block, caller: Caller) -> Source:
    """The folder of the module that a `module` block means."""
    attribute = call.body.attributes.get("source")
    text = constant_string(attribute)
    if attribute is None:
        fault = Fault(
            summary="Missing required argument", detail='The argument "source" is required.', at=call.header, stage="load"
        )
        return Source("", fault=fault)
    if text is None:
        detail = "the module source is no plain text"
        return Source(
            "",
            fault=Fault(summary="Unreadable module source", detail=detail, at=attribute.span, certain=False, kind="unreadable"),
        )
    if len(caller.folders) > DEEPEST_MODULE:
        detail = f"modules call each other more than {DEEPEST_MODULE} deep"
        return Source(
            text, fault=Fault(summary="Modules nested too deeply", detail=detail, at=call.header, certain=False, kind="too-much")
        )
    if not text.startswith(("./", "../")):
        found = None if Path(text).is_absolute() else caller.installed.folder(caller.key)
        return Source(text, found, None if found is not None else _absent(text, call))
    found = normal(caller.folder / text)
    if not found.is_relative_to(caller.scan_root) or not inside(found, caller.scan_root):
        detail = f"the module source {text} lies outside the scanned folder and is not read"
        return Source(
            text,
            fault=Fault(
                summary="Module outside the scanned folder", detail=detail, at=call.header, certain=False, kind="outside-root"
            ),
        )
    if not found.is_dir():
        detail = f"Unable to evaluate directory: there is no folder {text}."
        return Source(text, fault=Fault(summary="Unreadable module directory", detail=detail, at=call.header, stage="load"))
    if found in caller.folders:
        detail = f"the module source {text} is a folder that this module is called from, so that calls would never end"
        fault = Fault(summary="Module calls itself", detail=detail, at=call.header, stage="load", kind="too-much")
        return Source(text, fault=fault)
    return Source(text, found)


def _absent(text: str, call: Block) -> Fault:
    if Path(text).is_absolute():
        detail = f"the module source {text} is an absolute path and is not read"
        return Fault(
            summary="Module outside the scanned folder", detail=detail, at=call.header, certain=False, kind="outside-root"
        )
    detail = f"module source {text} is not on disk: run terraform init"
    return Fault(
        summary="Module not installed", detail=detail, at=call.header, stage="load", certain=False, kind="module-not-on-disk"
    )


def too_many_modules(text: str, call: Block) -> Source:
    """The source of a call that is one too many."""
    detail = "there are more module calls and instances below this root than are evaluated"
    return Source(text, fault=Fault(summary="Too many modules", detail=detail, at=call.header, certain=False, kind="too-much"))
