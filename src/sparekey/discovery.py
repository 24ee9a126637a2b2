"""From the paths of the command line to the files to read, in one order on every machine."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from pathlib import Path, PurePosixPath

from sparekey.config import ConfigError
from sparekey.model.problem import Problem
from sparekey.model.seams import SourceFile
from sparekey.model.span import Pointer

MAX_BYTES = 512 * 1024 * 1024
"""A larger file is not opened. The largest real plans known are below 100 MB."""

MAX_IGNORED = 32 * 1024
"""Characters of a .gitignore that is heeded: several times what people write, or tools write for them."""

_LEFT_OUT = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules", "vendor", ".venv", "__pycache__"})
"""Folders that hold what others wrote or what tools leave behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """The files to read, sorted by name; what could not be opened; and how many candidates .gitignore left out."""

    root: Path
    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...] = ()
    ignored: int = 0


@dataclass(slots=True)
class _Found:
    files: dict[Path, SourceFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    ignored: int = 0


def scan_root(paths: Sequence[Path]) -> Path:
    """The folder that names are relative to: the working directory where it holds all paths, else their nearest common one."""
    folders = [path.resolve() if os.path.isdir(path) else path.resolve().parent for path in paths]  # noqa: PTH112
    here = Path.cwd().resolve()
    if all(folder == here or here in folder.parents for folder in folders):
        return here
    return Path(os.path.commonpath(folders))


def require(paths: Sequence[Path]) -> None:
    """Raise ConfigError for paths that do not exist."""
    # os.path answers False where pathlib raises: a name that is too long is a name that does not exist.
    missing = [path for path in paths if not os.path.exists(path)]  # noqa: PTH110
    if missing:
        raise ConfigError(*(_missing(path) for path in missing))


def discover_files(paths: Sequence[Path], *, root: Path, suffixes: Collection[str]) -> Discovered:
    """Every file that a path names, and every file below a path whose ending some format reads.

    Left out are what a .gitignore at the path names (simple patterns), folders of vendored code, and links that lead out of
    the path.
    """
    found = _Found()
    for path in paths:
        if path.is_dir():
            _walk(path, root=root, suffixes=suffixes, found=found)
        else:
            _add(path, root=root, named=True, found=found)
    files = sorted(found.files.values(), key=lambda file: file.name)
    return Discovered(root=root, files=tuple(files), problems=tuple(found.problems), ignored=found.ignored)


def relative_name(path: Path, root: Path) -> str:
    """A path as places call it: POSIX, relative to the scan root."""
    return PurePosixPath(os.path.relpath(_located(path), root).replace(os.sep, "/")).as_posix()


def _located(path: Path) -> Path:
    """The path with its folder resolved and its own name kept, so that a link is called by the name that was given."""
    return path.parent.resolve() / path.name


def _problem(kind: str, message: str, name: str) -> Problem:
    return Problem(kind=kind, blame="input", message=message, at=Pointer(file=name, pointer=""))


def _missing(path: Path) -> Problem:
    at = Pointer(file=str(path)[:200], pointer="")
    return Problem(kind="no-such-file", blame="user", message="there is no such file or folder", at=at)


def _add(path: Path, *, root: Path, named: bool, found: _Found) -> None:
    name = relative_name(path, root)
    try:
        status = path.stat()
        key = path.resolve()
    except OSError as error:
        found.problems.append(_problem("unreadable-file", f"cannot be read: {error.strerror}", name))
        return
    if not stat.S_ISREG(status.st_mode):
        if named:
            found.problems.append(_problem("not-a-file", "is neither a file nor a folder", name))
    elif status.st_size > MAX_BYTES:
        found.problems.append(_problem("too-large", f"is larger than {MAX_BYTES // 1024**2} MiB", name))
    elif named or key not in found.files:
        found.files[key] = SourceFile(path=path, name=name, named=named)


def _walk(top: Path, *, root: Path, suffixes: Collection[str], found: _Found) -> None:
    ignored = _Ignored.at(top)
    inside = top.resolve()

    def unreadable(error: OSError) -> None:
        name = relative_name(Path(error.filename), root)
        found.problems.append(_problem("unreadable-folder", f"cannot be read: {error.strerror}", name))

    for folder, folders, files in os.walk(top, onerror=unreadable):
        here = Path(folder)
        below = here.relative_to(top)
        folders[:] = sorted(n for n in folders if n not in _LEFT_OUT and not ignored.names(below / n, folder=True))
        for name in sorted(files):
            path = here / name
            if path.suffix.lower() not in suffixes:
                continue
            # os.path answers where pathlib raises: links that lead to each other lead nowhere, which reading them says.
            if path.is_symlink() and inside not in Path(os.path.realpath(path)).parents:
                continue
            if ignored.names(below / name, folder=False):
                found.ignored += 1
                continue
            _add(path, root=root, named=False, found=found)


# --- what git ignores -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Simple patterns in two expressions: of a name alone, and of a whole path (those with a slash inside)."""

    names: re.Pattern[str]
    paths: re.Pattern[str]

    @staticmethod
    def of(lines: Iterable[str], *, folder: bool) -> _Patterns:
        """The patterns that apply to folders, or to files: one that ends with a slash is of folders alone."""
        said = [line.rstrip("/") for line in lines if folder or not line.endswith("/")]
        return _Patterns(
            names=_any_of(pattern for pattern in said if "/" not in pattern),
            paths=_any_of(pattern.removeprefix("/").replace("**/", "") for pattern in said if "/" in pattern),
        )

    def name(self, path: str) -> bool:
        """Whether one of them is of this path."""
        return bool(self.names.match(path.rpartition("/")[2]) or self.paths.match(path))


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    # Once for all: `fnmatch` keeps 256 compiled patterns, and compiles every further one again for every name.
    return re.compile("|".join(map(translate, patterns)) or "(?!)")


@dataclass(frozen=True, slots=True)
class _Ignored:
    """The patterns of one .gitignore: what they leave out, and what they take back with `!`, for files and for folders."""

    files: tuple[_Patterns, _Patterns]
    folders: tuple[_Patterns, _Patterns]

    @staticmethod
    def at(folder: Path) -> _Ignored:
        lines = [line.strip() for line in _lines(folder / ".gitignore") if line.strip() and not line.startswith("#")]
        out = [line for line in lines if not line.startswith("!")]
        kept = [line[1:] for line in lines if line.startswith("!")]
        files, folders = ((_Patterns.of(out, folder=f), _Patterns.of(kept, folder=f)) for f in (False, True))
        return _Ignored(files, folders)

    def names(self, path: Path, *, folder: bool) -> bool:
        """Whether a path below the folder of the .gitignore is left out."""
        out, kept = self.folders if folder else self.files
        text = path.as_posix()
        return out.name(text) and not kept.name(text)


def _lines(file: Path) -> list[str]:
    """The lines of a .gitignore; none of one that is longer than any that was written by hand: then everything is read."""
    try:
        if not file.is_file():  # opening a pipe would wait for somebody to write into it
            return []
        with file.open(encoding="utf-8", errors="replace") as handle:
            text = handle.read(MAX_IGNORED + 1)
    except OSError:
        return []
    return text.splitlines() if len(text) <= MAX_IGNORED else []
