"""Small root modules, written to a folder and evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sparekey.formats.terraform.lang.values import Unknown, Value
from sparekey.formats.terraform.modules.given import Values
from sparekey.formats.terraform.modules.root import Missing, Root, load
from sparekey.formats.terraform.modules.state import EMPTY, State


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """The files in a folder, which is given back."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def root(
    folder: Path,
    files: Mapping[str, str],
    *,
    values: Values | None = None,
    prior: State = EMPTY,
    missing: Missing = "unknown",
    scan_root: Path | None = None,
) -> Root:
    """A root module of these files."""
    return load(write(folder, files), scan_root=scan_root or folder, values=values, prior=prior, missing=missing)


def plain(value: Value) -> object:
    """A value as Python data; what is unknown is its reason in a set."""
    content = value.content
    if isinstance(content, Unknown):
        return {content.why.reason}
    if isinstance(content, tuple):
        return [plain(item) for item in content]
    if isinstance(content, Mapping):
        return {name: plain(item) for name, item in content.items()}
    return content


def summaries(found: Root) -> list[str]:
    """The headings of all faults of a root that is evaluated in full."""
    found.finish()
    return [fault.summary for fault in found.faults]
