"""Patterns of files, as `fileset` reads them: `*`, `**`, `?`, `[a-z]`, `{a,b}`, and links to folders followed."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sparekey.formats.terraform.lang.build import go_quoted
from sparekey.formats.terraform.lang.values import TooMuchError

_MOST_ENTRIES: Final = 100_000  # files and folders that one pattern looks at
_MOST_STEPS: Final = 2_000_000  # characters that it compares
_DEEPEST: Final = 64
_MARKS: Final = frozenset("*?[{\\")


class GlobError(Exception):
    """Terraform refuses the pattern or a file that it finds."""


class OutsideError(Exception):
    """The pattern leads out of the scanned folder; the message is the folder."""


class _BadPatternError(Exception):
    pass


def clean(path: str) -> str:
    """The shortest path that means the same, without looking at files."""
    result = posixpath.normpath(path)
    return "/" + result.lstrip("/") if result.startswith("//") else result


def inside(real: str, root: Path) -> bool:
    """Whether a path without links lies in a folder, or is it."""
    return Path(real).is_relative_to(root)


def fileset(folder: Path, root: Path, path: str, pattern: str) -> set[str]:
    """The names, seen from `path`, of the regular files that a pattern below it finds. Both start from `folder`."""
    if "\0" in path or "\0" in pattern:
        return set()
    start = clean(path)
    whole = clean(posixpath.join(start, pattern.lstrip("/")) if pattern else start)
    search = _Search(os.path.realpath(folder), root)
    names: set[str] = set()
    try:
        found = list(search.find("/" if whole.startswith("/") else ".", _components(whole), 0))
    except _BadPatternError:
        raise GlobError(f"failed to glob pattern {go_quoted(whole)}: syntax error in pattern") from None
    for match in found:
        status = search.status(match)
        if status is None:
            raise GlobError(f"failed to stat {go_quoted(match)}: stat {match}: no such file or directory")
        if stat.S_ISREG(status.st_mode):
            names.add(_relative(start, match))
    return names


def _components(pattern: str) -> list[str]:
    """The parts of a pattern between slashes that are not escaped."""
    parts = _split(pattern, "/")
    return parts[1:] if parts and parts[0] == "" else parts


def _split(pattern: str, separator: str) -> list[str]:
    """The parts of a pattern; a separator behind a backslash does not part them. Nothing behind the last is a part too."""
    parts: list[str] = []
    start = place = 0
    while (place := pattern.find(separator, place)) >= 0:
        if place > start and pattern[place - 1] == "\\":
            place += 1
            continue
        parts.append(pattern[start:place])
        place += 1
        start = place
    return [*parts, pattern[start:]]


def _relative(base: str, target: str) -> str:
    """`target` seen from `base`."""
    left = [] if base == "." else base.split("/")
    right = [] if target == "." else target.split("/")
    common = 0
    while common < min(len(left), len(right)) and left[common] == right[common]:
        common += 1
    if ".." in left[common:]:
        raise GlobError(f"failed to trim path of match {go_quoted(target)}: Rel: can't make {target} relative to {base}")
    return "/".join([*([".."] * (len(left) - common)), *right[common:]]) or "."


class _Search:
    """One walk through folders, of which none lies outside of `root`."""

    def __init__(self, folder: str, root: Path) -> None:
        self._folder = folder
        self._root = root
        self._entries = 0
        self._steps = 0

    def _real(self, path: str) -> str:
        """A path as it is asked of the system, which must stay inside."""
        full = clean(posixpath.join(self._folder, path))
        if not inside(os.path.realpath(full), self._root):
            raise OutsideError(path)
        return full

    def status(self, path: str) -> os.stat_result | None:
        """What stands at a path, links followed; None: nothing."""
        try:
            return Path(self._real(path)).stat()
        except OSError:
            return None

    def _exists(self, path: str) -> bool:
        return os.path.lexists(self._real(path))

    def _is_folder(self, path: str) -> bool:
        status = self.status(path)
        return status is not None and stat.S_ISDIR(status.st_mode)

    def _names(self, path: str) -> Sequence[str]:
        try:
            names = sorted(entry.name for entry in Path(self._real(path)).iterdir())
        except OSError:
            return ()
        self._entries += len(names)
        if self._entries > _MOST_ENTRIES:
            raise TooMuchError("a pattern that looks at very many files")
        return names

    def find(self, base: str, components: Sequence[str], depth: int) -> Iterator[str]:
        """The paths that the components match below a folder."""
        if depth > _DEEPEST:
            raise TooMuchError("a pattern that goes very deep")
        plain = 0
        while plain < len(components) and not _MARKS.intersection(components[plain]):
            plain += 1
        base = clean(posixpath.join(base, *components[:plain]))
        if not self._exists(base):
            return
        rest = components[plain:]
        if not rest:
            yield base
            return
        if not self._is_folder(base):
            return
        names = self._names(base)
        if rest[0] == "**":
            for name in names:
                below = clean(posixpath.join(base, name))
                folder = self._is_folder(below)
                if len(rest) == 1 and self.status(below) is not None:
                    yield below
                if folder:
                    yield from self._below(below, rest, depth)
            if len(rest) == 1:
                return
            rest = rest[1:]
        for name in names:
            if self._matches(rest[0], name):
                below = clean(posixpath.join(base, name))
                if len(rest) == 1:
                    yield below
                else:
                    yield from self._below(below, rest[1:], depth)

    def _below(self, base: str, components: Sequence[str], depth: int) -> Iterator[str]:
        try:
            yield from self.find(base, components, depth + 1)
        except _BadPatternError:
            # Whether Terraform notices depends on the order in which the system lists the files.
            raise TooMuchError("a pattern that cannot be read") from None

    def _matches(self, pattern: str, name: str) -> bool:
        """Whether one part of a pattern matches a name."""
        if not pattern or not name:
            return pattern in {name, "*"}
        at = place = 0
        while at < len(pattern) and place < len(name):
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise TooMuchError("a pattern that takes very long")
            symbol = pattern[at]
            if symbol == "*":
                rest = pattern[at + 1 :]
                return not rest or any(self._tolerant(rest, name[start:]) for start in range(place, len(name)))
            if symbol == "{":
                return self._alternatives(pattern, at + 1, name[place:])
            if symbol == "[":
                end = _find(pattern, "]", at + 1)
                if end is None:
                    raise _BadPatternError
                if not _in_class(pattern[at + 1 : end], name[place]):
                    return False
                at = end
            elif symbol == "\\":
                at += 1
                if at >= len(pattern):
                    raise _BadPatternError
                if pattern[at] != name[place]:
                    return False
            elif symbol not in {"?", name[place]}:
                return False
            at += 1
            place += 1
        rest = pattern[at:]
        return place >= len(name) and rest in {"", "*", "**"}

    def _tolerant(self, pattern: str, name: str) -> bool:
        try:
            return self._matches(pattern, name)
        except _BadPatternError:
            return False

    def _alternatives(self, pattern: str, start: int, name: str) -> bool:
        end = _find(pattern, "}", start)
        if end is None:
            raise _BadPatternError
        options = _split(pattern[start:end], ",") if start < end else [""]
        return any(self._matches(option + pattern[end + 1 :], name) for option in options)


def _find(pattern: str, symbol: str, start: int) -> int | None:
    """Where a symbol stands that is not escaped."""
    place = start
    while (place := pattern.find(symbol, place)) >= 0:
        if place == start or pattern[place - 1] != "\\":
            return place
        place += 1
    return None


def _in_class(written: str, symbol: str) -> bool:
    """Whether a symbol is in a class such as `a-z` or `^a-z`."""
    if not written:
        raise _BadPatternError
    symbols = iter(written.removeprefix("^"))
    found = False
    pending = next(symbols, None)
    while pending is not None:
        low = _member(pending, symbols)
        pending = next(symbols, None)
        high = low
        if pending == "-":
            after = next(symbols, None)
            if after is None:
                raise _BadPatternError
            high = _member(after, symbols)
            pending = next(symbols, None)
        found = found or low <= symbol <= high
    return found != written.startswith("^")


def _member(symbol: str, symbols: Iterator[str]) -> str:
    """A symbol of a class, which a backslash may make ordinary."""
    if symbol == "-":
        raise _BadPatternError
    if symbol != "\\":
        return symbol
    escaped = next(symbols, None)
    if escaped is None:
        raise _BadPatternError
    return escaped
