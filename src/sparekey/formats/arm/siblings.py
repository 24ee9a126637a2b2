"""Parameter files beside a template: they may give a parameter another value than its default."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from sparekey.formats.arm.source import RefusedError, Source
from sparekey.formats.arm.template.sections import held

_MOST_FILES = 50
_MOST_LOOKED_INTO = 50
"""How many files of a folder are looked into that only their content can show to be parameter files."""
_MOST_BYTES = 1024 * 1024
_HEAD = 4096
_FOLDER = re.compile(r"(?:\w+[.-])?param(?:eter)?s?", re.IGNORECASE)
_NAME = re.compile(r"(.*?)[._-]?param.*\.jsonc?", re.IGNORECASE)
_JSON = re.compile(r"(.*)\.jsonc?", re.IGNORECASE)
_BICEP = re.compile(r"(.*)\.bicepparam", re.IGNORECASE)
_MAY_TELL = re.compile(r"param|\.(?:jsonc?|bicepparam)$", re.IGNORECASE)
_BICEP_GIVES = re.compile(r"^[ \t]*param[ \t]+(\w{1,200})[ \t]*=", re.MULTILINE)


def given_beside(template: Path, *, at_top: bool = True) -> dict[str, str]:
    """Which parameter, by name in lower case, gets a value from which file.

    Looked at are the parameter files in the template's folder, in folders for parameters within it and, unless it is the top of what
    is scanned (`at_top`), in those beside it. A parameter file belongs to the template whose name it begins with; to every
    template where it begins with none's.
    """
    found: dict[str, str] = {}
    for path in _files(template, at_top=at_top):
        shown = path.name if path.parent == template.parent else f"{path.parent.name}/{path.name}"
        for name in _given(path):
            found.setdefault(name.lower(), shown)
    return found


def _given(path: Path) -> list[str]:
    """The parameters that a file gives a value to; none where it is no parameter file, or cannot be read."""
    try:
        if not path.is_file() or path.is_symlink() or path.stat().st_size > _MOST_BYTES:
            return []
        data = path.read_bytes()
        if _BICEP.fullmatch(path.name):
            return _BICEP_GIVES.findall(data.decode("utf-8", errors="replace"))
        top = Source.of(data, path.name).top
    except (OSError, RefusedError):
        return []
    given = held(top, "parameters")
    return list(given) if isinstance(given, dict) and held(top, "resources") is None else []


def _files(template: Path, *, at_top: bool) -> list[Path]:
    """The parameter files that may belong to a template, those that bear its name first."""
    folder = template.parent
    here = _listed(folder)
    around = [*here.values(), *(() if at_top else _listed(folder.parent).values())]
    apart = [path for path in around if _FOLDER.fullmatch(path.name) and path.is_dir() and not path.is_symlink()]
    named = [(match[1], path) for name, path in here.items() if (match := _NAME.fullmatch(name) or _BICEP.fullmatch(name))]
    named += [(match[1], path) for name, path in here.items() if not _NAME.fullmatch(name) and (match := _JSON.fullmatch(name))][
        :_MOST_LOOKED_INTO
    ]
    own = template.stem.lower()
    chosen: list[tuple[bool, Path]] = []
    for prefix, path in (*named, *_within(apart)):
        other = prefix != own and f"{prefix}.json" in here and here[f"{prefix}.json"] != path
        if path != template and not (prefix and other) and (_tells(path.name) or path.parent != folder or _says(path)):
            chosen.append((prefix != own, path))
    return [path for _, path in sorted(chosen)][:_MOST_FILES]


def _listed(folder: Path) -> dict[str, Path]:
    try:
        # Only what can be a parameter file or a folder of them: there may be thousands of others.
        return {name.lower(): folder / name for name in sorted(os.listdir(folder)) if _MAY_TELL.search(name)}  # noqa: PTH208
    except OSError:
        return {}


def _within(folders: list[Path]) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for name, path in _listed(folder).items():
            match = _NAME.fullmatch(name) or _BICEP.fullmatch(name) or _JSON.fullmatch(name)
            if match:
                yield match[1], path


def _tells(name: str) -> bool:
    """Whether a file's name says that it is a parameter file."""
    return bool(_NAME.fullmatch(name) or _BICEP.fullmatch(name))


def _says(path: Path) -> bool:
    """Whether a file begins as parameter files do."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as handle:
            return b"deploymentparameters.json" in handle.read(_HEAD).lower() and not path.is_symlink()
    except OSError:
        return False
