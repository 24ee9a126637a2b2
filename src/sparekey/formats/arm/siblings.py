"""Parameter files beside a template: they may give a parameter another value than its default."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sparekey.formats.arm.source import RefusedError, Source
from sparekey.formats.arm.template.sections import held, member

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
    for _, path in _files(template, Folders(), at_top=at_top)[:_MOST_FILES]:
        shown = path.name if path.parent == template.parent else f"{path.parent.name}/{path.name}"
        for name in _given(path):
            found.setdefault(name.lower(), shown)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """The parameter files of one template: `files` each give one deployment of it, `more` is how many are not read, being too many."""

    files: tuple[Path, ...]
    more: int = 0


def sets_beside(template: Path, declared: Mapping[str, object], folders: Folders, *, at_top: bool) -> Sets:
    """The files beside a template of which each is certainly one whole set of its parameters.

    A deployment is refused that gives a parameter which the template does not declare (`declared`, by name in lower case), so such a
    file is none of its own. One that bears the template's name is; of the others those that give every parameter which has no
    default, where there is one: any other may belong to something else.
    """
    needed = {
        name for name, entry in declared.items() if member(entry, "defaultValue") is None and held(entry, "nullable") is not True
    }
    found: list[Path] = []
    for own, path in _files(template, folders, at_top=at_top):
        names = {name.lower() for name in folders.given(path)}
        if _BICEP.fullmatch(path.name) or not names or not names <= declared.keys():
            continue
        if own or (needed and needed <= names):
            found.append(path)
    return Sets(files=tuple(found[:_MOST_FILES]), more=max(len(found) - _MOST_FILES, 0))


@dataclass(frozen=True, slots=True)
class _Near:
    """The parameter files near a folder of templates: by the name that they begin with, and those that begin with no template's."""

    by_prefix: Mapping[str, tuple[Path, ...]]
    free: tuple[tuple[str, Path], ...]


@dataclass(slots=True)
class Folders:
    """What was seen of folders and files: hundreds of templates may stand in one."""

    _near: dict[tuple[Path, bool], _Near] = field(default_factory=dict)
    _names: dict[Path, list[str]] = field(default_factory=dict)

    def near(self, folder: Path, *, at_top: bool) -> _Near:
        """The parameter files near a folder."""
        if (folder, at_top) not in self._near:
            self._near[folder, at_top] = _near(folder, at_top=at_top)
        return self._near[folder, at_top]

    def given(self, path: Path) -> list[str]:
        """The parameters that a file gives a value to."""
        if path not in self._names:
            self._names[path] = _given(path)
        return self._names[path]


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


def _files(template: Path, folders: Folders, *, at_top: bool) -> list[tuple[bool, Path]]:
    """The parameter files that may belong to a template, each with whether it bears the template's name; those that do first."""
    near = folders.near(template.parent, at_top=at_top)
    stem = template.stem.lower()
    marks = (f"{stem}.", f"{stem}-", f"{stem}_")
    chosen = dict.fromkeys(near.by_prefix.get(stem, ()), True)
    for prefix, path in near.free:
        chosen.setdefault(path, prefix.startswith(marks))
    return sorted(((own, path) for path, own in chosen.items() if path != template), key=lambda each: (not each[0], each[1]))


def _near(folder: Path, *, at_top: bool) -> _Near:
    here = _listed(folder)
    around = [*here.values(), *(() if at_top else _listed(folder.parent).values())]
    apart = [path for path in around if _FOLDER.fullmatch(path.name) and path.is_dir() and not path.is_symlink()]
    named = [(match[1], path) for name, path in here.items() if (match := _NAME.fullmatch(name) or _BICEP.fullmatch(name))]
    named += [(match[1], path) for name, path in here.items() if not _NAME.fullmatch(name) and (match := _JSON.fullmatch(name))][
        :_MOST_LOOKED_INTO
    ]
    by_prefix: dict[str, tuple[Path, ...]] = {}
    free: list[tuple[str, Path]] = []
    for prefix, path in (*named, *_within(apart)):
        if _tells(path.name) or path.parent != folder or _says(path):
            by_prefix[prefix] = (*by_prefix.get(prefix, ()), path)
            other = here.get(f"{prefix}.json", path) != path
            if not (prefix and other):
                free.append((prefix, path))
    return _Near(by_prefix, tuple(free))


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
