"""Parameter files beside a template: they may give a parameter another value than its default."""

from __future__ import annotations

import re
from pathlib import Path

from sparekey.formats.arm.scope import held
from sparekey.formats.arm.source import RefusedError, Source

_MOST_FILES = 50
_MOST_BYTES = 1024 * 1024
_NAME = re.compile(r"(.*?)[._-]?param.*\.jsonc?", re.IGNORECASE)


def given_beside(template: Path) -> dict[str, str]:
    """Which parameter, by name in lower case, gets a value from which file in the template's folder.

    A parameter file belongs to the template whose name it begins with; to every template where it begins with none's.
    """
    found: dict[str, str] = {}
    for path in _files(template):
        try:
            small = path.is_file() and not path.is_symlink() and path.stat().st_size <= _MOST_BYTES
            top = Source.of(path.read_bytes(), path.name).top if small else {}
        except (OSError, RefusedError):
            continue
        given = held(top, "parameters")
        if isinstance(given, dict) and held(top, "resources") is None:
            for name in given:
                found.setdefault(name.lower(), path.name)
    return found


def _files(template: Path) -> list[Path]:
    try:
        names = {path.name.lower(): path for path in template.parent.iterdir()}
    except OSError:
        return []
    own = template.stem.lower()
    chosen: list[Path] = []
    for name in sorted(names):
        match = _NAME.fullmatch(name)
        if match is None or name == template.name.lower():
            continue
        prefix = match[1]
        other = prefix != own and f"{prefix}.json" in names
        if not (prefix and other):
            chosen.append(names[name])
    return chosen[:_MOST_FILES]
