"""The lines of Terraform source on which the resources of a plan are declared, found by a light scan and only when asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from os.path import relpath
from pathlib import Path, PurePosixPath

from sparekey.model.span import Pointer, Span

MOST_BYTES = 4 * 1024 * 1024
"""Larger files are passed over: written configuration never comes near."""

MOST_FILES = 2000
"""Only so many files of one folder are scanned."""

_HEADER = re.compile(r'\s*(resource|data|module)\s+"?([^"\s{]+)"?(?:\s+"?([^"\s{]+)"?)?\s*\{')
_NOTABLE = re.compile(r'"(?:[^"\\]|\\.)*"|#|//|/\*|<<-?([\w-]+)\s*$')
_OVERRIDE = re.compile(r"(?:^|_)override\.tf$")

Wanted = tuple[tuple[str, ...], str]
"""What to look for: the sources of the module calls that lead to the module, and `resource T N`, `data T N` or `module N`."""


class Headers(Mapping[Pointer, Span]):
    """For the pointer of a resource or of a module call, the line in the source that declares it. What is not unique is not there."""

    def __init__(self, wanted: Mapping[Pointer, Wanted], roots: tuple[Path, ...], scan_root: Path) -> None:
        self._wanted = wanted
        self._roots = roots
        self._scan_root = scan_root
        self._root: Path | None = None
        self._chosen = False
        self._modules: dict[tuple[str, ...], Mapping[str, Span]] = {}

    def __getitem__(self, pointer: Pointer) -> Span:
        """The line; KeyError where no source is at hand or more than one line fits."""
        sources, block = self._wanted[pointer]
        found = self._module(sources).get(block)
        if found is None:
            raise KeyError(pointer)
        return found

    def __iter__(self) -> Iterator[Pointer]:
        """Every pointer that has a line."""
        return (pointer for pointer in self._wanted if pointer in self)

    def __len__(self) -> int:
        """How many pointers have a line."""
        return sum(1 for _ in self)

    def __contains__(self, pointer: object) -> bool:
        """Whether a pointer has a line."""
        if not isinstance(pointer, Pointer) or pointer not in self._wanted:
            return False
        sources, block = self._wanted[pointer]
        return block in self._module(sources)

    def _module(self, sources: tuple[str, ...]) -> Mapping[str, Span]:
        if sources not in self._modules:
            folder = self._folder(sources)
            self._modules[sources] = {} if folder is None else _scan(folder, self._source_root(), self._scan_root)
        return self._modules[sources]

    def _folder(self, sources: tuple[str, ...]) -> Path | None:
        """The folder of a module; None unless every call on the way is a local one that stays inside the root."""
        root = self._source_root()
        if root is None:
            return None
        folder = root
        for source in sources:
            if not source.startswith(("./", "../")) or "\0" in source:
                return None
            folder = folder / PurePosixPath(source)
        return folder if _inside(folder, root) else None

    def _source_root(self) -> Path | None:
        if not self._chosen:
            self._chosen = True
            self._root = next((root for root in self._roots if _files(root)), None)
        return self._root


def _inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def _files(folder: Path) -> list[Path]:
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == ".tf" and not _OVERRIDE.search(path.name))
    except OSError:
        return []
    return found[:MOST_FILES]


def _scan(folder: Path, root: Path | None, scan_root: Path) -> Mapping[str, Span]:
    """Every block header in the files of a folder that stands there once."""
    found: dict[str, Span | None] = {}
    for path in _files(folder):
        try:
            if root is None or not _inside(path, root) or not path.is_file() or path.stat().st_size > MOST_BYTES:
                continue
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue
        name = PurePosixPath(relpath(path, scan_root)).as_posix()
        for block, span in _headers(text, name):
            found[block] = None if block in found else span
    return {block: span for block, span in found.items() if span is not None}


def _headers(text: str, name: str) -> Iterator[tuple[str, Span]]:
    """The block headers of one file, outside of comments and heredocs."""
    comment = False
    heredoc = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if heredoc:
            heredoc = "" if line.strip() == heredoc else heredoc
            continue
        if comment:
            comment = "*/" not in line
            continue
        header = _HEADER.match(line)
        if header is not None:
            block = " ".join(part for part in header.groups() if part)
            end = len(line.rstrip())
            start = len(line) - len(line.lstrip()) + 1
            yield block, Span(file=name, start_line=number, start_column=start, end_line=number, end_column=end)
        comment, heredoc = _opened(line)


def _opened(line: str) -> tuple[bool, str]:
    """Whether a line leaves a block comment open, and the end marker of a heredoc that it begins ("" for none)."""
    position = 0
    while True:
        match = _NOTABLE.search(line, position)
        if match is None or match[0] in ("#", "//"):
            return False, ""
        if match[1]:
            return False, match[1]
        position = match.end()
        if match[0] == "/*":
            end = line.find("*/", position)
            if end < 0:
                return True, ""
            position = end + 2
