"""From files to documents: which format reads a file, and what an unread one could have held."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import cast

from sparekey.discovery import Discovered
from sparekey.model.declaration import Document
from sparekey.model.problem import Problem
from sparekey.model.seams import FolderFormat, Format, Reading, SourceFile
from sparekey.model.span import Pointer
from sparekey.model.value import Unknown

_CHUNK = 1 << 20
_ALIKE = 8

Progress = Callable[[int, int], None]
"""Told how many files are done and how many there are, before each file and at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file that a format was meant to read and could not, and why."""

    file: SourceFile
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What the files gave. A file that no format claims is not of our concern, unless it is named: then it is unread."""

    documents: tuple[Document, ...]
    unread: tuple[Unread, ...]
    problems: tuple[Problem, ...]


def read_files(
    discovered: Discovered, formats: Sequence[Format], reading: Reading, *, declared: Path | None, told: Progress
) -> Read:
    """Read every file with the format that claims it. `declared` is the sparekey.yaml in force, read as well."""
    documents: list[Document] = []
    unread: list[Unread] = []
    problems: list[Problem] = list(discovered.problems)
    in_force = declared.resolve() if declared else None
    gathered: dict[str, list[SourceFile]] = {}
    for index, file in enumerate(discovered.files):
        told(index, len(discovered.files))
        try:
            head = file.head()
        except OSError as error:
            unread.append(Unread(file=file, problem=_problem("unreadable-file", f"cannot be read: {error.strerror}", file)))
            continue
        chosen = in_force is not None and file.path.resolve() == in_force
        claimant = next(
            (f for f in formats if (f.name == "declared" if chosen else _may_claim(f, file) and f.claims(file, head))), None
        )
        if claimant is None:
            if file.named:
                message = "is not a file that sparekey reads (Terraform source, a Terraform plan as JSON, an ARM template, an export of Microsoft Graph, a Kubernetes manifest)"
                problem = _problem("unknown-format", message, file)
                unread.append(Unread(file=file, problem=problem))
            continue
        if claimant.name == "declared" and not chosen:
            problem = _problem("other-config", "is not the configuration in force: not read", file)
            problems.append(replace(problem, incomplete=file.named))
            continue
        if hasattr(claimant, "read_folders"):
            gathered.setdefault(claimant.name, []).append(file)
            continue
        result = claimant.read(file, reading)
        if isinstance(result, Document):
            documents.append(result)
        else:
            unread.append(Unread(file=file, problem=result))
    replaced = frozenset(document.source for document in documents if document.source is not None)
    folder_formats = (cast("FolderFormat", format_) for format_ in formats if format_.name in gathered)
    for folders in folder_formats:
        for item in folders.read_folders(gathered[folders.name], reading, replaced=replaced):
            if isinstance(item, Document):
                documents.append(item)
            else:
                unread.append(Unread(file=item[0], problem=item[1]))
    told(len(discovered.files), len(discovered.files))
    return Read(documents=tuple(documents), unread=tuple(unread), problems=tuple(problems))


def _may_claim(format_: Format, file: SourceFile) -> bool:
    return file.named or file.path.suffix.lower() in format_.suffixes or format_.name == "declared"


def _problem(kind: str, message: str, file: SourceFile) -> Problem:
    return Problem(kind=kind, blame="input", message=message, at=Pointer(file=file.name, pointer=""))


def matters(unread: Unread, *, types: Iterable[str], identity_folders: frozenset[str]) -> bool:
    """Whether an unread file could have held something: it is named, lies beside identity resources, or names a mapped type."""
    file = unread.file
    return file.named or folder_of(file.name) in identity_folders or holds(file.path, types)


def folder_of(name: str) -> str:
    """The folder that a file's name stands in: the root that it belongs to."""
    return PurePosixPath(name).parent.as_posix()


def holds(path: Path, types: Iterable[str]) -> bool:
    """Whether the bytes of a file hold one of the names, also in UTF-16. What cannot be opened might."""
    names = sorted({name.lower().encode() for name in types})
    if not names:
        return False
    # Grouped by what they begin with: tried one by one at every letter, hundreds of names would take a second for each MB.
    begun = groupby(names, key=lambda name: name[:_ALIKE])
    pattern = re.compile(
        b"|".join(
            re.escape(start) + b"(?:" + b"|".join(re.escape(name[_ALIKE:]) for name in group) + b")" for start, group in begun
        )
    )
    keep = max(map(len, names))
    tail = b""
    try:
        with path.open("rb") as handle:
            while chunk := handle.read(_CHUNK):
                block = tail + chunk.replace(b"\0", b"").lower()
                if pattern.search(block):
                    return True
                tail = block[-keep:]
    except OSError:
        return True
    return False


def leak(problem: Problem) -> Unknown:
    """Why a set may have members that nobody sees: the file or folder that was not read."""
    name = problem.at.file
    return Unknown(reason=f"what is in {name}?", at=problem.at, how=f"make {name} readable: it {problem.message}")
