"""What Bicep source says by itself, without being compiled: which modules it takes, and on which line it declares what."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sparekey.formats.arm.template.references import DEPLOYMENTS
from sparekey.formats.arm.template.sections import below, held
from sparekey.model.seams import SourceFile
from sparekey.model.span import Span

_MOST_BYTES = 4 * 1024 * 1024
_MOST_LEVELS = 12
"""Modules within modules are followed so far, as templates within templates are."""

_MOST_LINES = 10_000
"""Resources of one compiled file that are placed."""

# What is not closed is taken to the end: every letter is looked at once, whatever the file holds.
_APART = re.compile(
    r"'''(?:.*?'''|.*\Z)|'(?:[^'\\\n]|\\.)*+'?|//[^\n]*|/\*(?:.*?\*/|.*\Z)",
    re.DOTALL,
)
_NOT_A_BREAK = re.compile(r"[^\n]")
_BREAK = re.compile(r"\n")
_MODULE = re.compile(r"^[ \t]*module[ \t]+(\w+)[ \t]+'([^'\n]+)'", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*import[ \t]+(?:\*|\{[^}']{0,4000}\})[^'\n]{0,200}\bfrom[ \t]+'([^'\n]+\.bicep)'", re.MULTILINE)
_RESOURCE = re.compile(r"^[ \t]*resource[ \t]+(\w+)[ \t]+'([^'@\n]+)@[^'\n]*'[ \t]*(existing\b)?", re.MULTILINE)
_DEPLOYS = re.compile(r"^[ \t]*(?:resource|module)\b", re.MULTILINE)


def source_text(path: Path) -> str:
    """The text of a source; "" for one that cannot be read or is larger than 4 MiB."""
    try:
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return ""
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def source_roots(files: Sequence[SourceFile]) -> list[SourceFile]:
    """The files that no other one takes for a module, and those that the command line names."""
    by_path = {file.path.resolve(): file for file in files}
    called: set[Path] = set()
    for path in by_path:
        called.update(one.path for one in _Said.of(path).modules if one.path is not None and one.path != path)
    roots = [file for path, file in by_path.items() if path not in called or file.named]
    return roots or list(files)


def speaks_for(top: object, file: SourceFile) -> bool:
    """Whether a template that the compiler made may be what a source compiles to: it deploys every type that the source declares."""
    if held(held(held(top, "metadata"), "_generator"), "name") != "bicep":
        return False
    return _Said.of(file.path.resolve()).types <= _types(top, 0)


def taken_in(files: Sequence[SourceFile], compiled: Mapping[Path, object]) -> frozenset[Path]:
    """The files, of several sources, that are read with what others were compiled to: their modules, and the modules of those.

    `compiled` holds by the path of a source the template that speaks for it. One with fewer templates in it than its source takes modules
    was made before the source was what it is, and so was one without the types that a module declares: that is not taken for read. A file
    that is imported only lends its types and values; of one that deploys something by itself that part is read nowhere.
    """
    sources = _Sources()
    found: set[Path] = set()
    for first, top in compiled.items():
        local = [one for one in sources.of(first).modules if one.path is not None]
        rest = [*sources.named_by(first)] if len(local) <= len(_deployments(top)) else []
        types, seen = _types(top, 0), {first}
        while rest:
            path = rest.pop()
            if path not in seen and sources.of(path).types <= types:
                seen.add(path)
                rest.extend(sources.named_by(path))
        found |= seen
    return frozenset(path for file in files if not file.named and (path := file.path.resolve()) in found)


def lent_lines(top: object, path: Path, root: Path) -> Mapping[str, Span]:
    """The line of the source on which each resource of a compiled template is declared, by its pointer, modules followed.

    A resource is found by its symbolic name, else by a type that only one of them has; a module by its symbolic name, else by its turn
    among the modules, where what it deploys is what its file declares.
    """
    lender = _Lender(root.resolve())
    lender.lend(top, path.resolve(), "", 0)
    return lender.lent


@dataclass(frozen=True, slots=True)
class _Module:
    symbol: str
    path: Path | None
    offset: int


@dataclass(frozen=True, slots=True)
class _Said:
    """A source without its comments. `breaks` are the offsets at which its lines end, `declared` type, symbol and offset of its resources."""

    text: str
    modules: tuple[_Module, ...]
    imports: tuple[Path, ...]
    declared: tuple[tuple[str, str, int], ...]
    breaks: tuple[int, ...]

    @staticmethod
    def of(path: Path) -> _Said:
        text = _APART.sub(_without_comment, source_text(path))
        modules = tuple(_Module(one[1], _target(path, one[2]), one.start(1)) for one in _MODULE.finditer(text))
        imported = (_target(path, one[1]) for one in _IMPORT.finditer(text))
        declared = tuple((one[2].lower(), one[1], one.start(1)) for one in _RESOURCE.finditer(text) if not one[3])
        breaks = tuple(one.start() for one in _BREAK.finditer(text))
        return _Said(text, modules, tuple(one for one in imported if one is not None), declared, breaks)

    @property
    def types(self) -> frozenset[str]:
        """The types that it declares, those of children within their parents aside."""
        return frozenset(type_ for type_, _, _ in self.declared if "." in type_.partition("/")[0])

    def line(self, offset: int, file: str) -> Span:
        """The line in which something stands."""
        row = bisect_left(self.breaks, offset)
        start = self.breaks[row - 1] + 1 if row else 0
        end = self.breaks[row] if row < len(self.breaks) else len(self.text)
        length = len(self.text[start:end].rstrip())
        return Span(file=file, start_line=row + 1, start_column=1, end_line=row + 1, end_column=max(length, 1))


@dataclass(frozen=True, slots=True)
class _Sources:
    """Sources, each read once."""

    read: dict[Path, _Said] = field(default_factory=dict)

    def of(self, path: Path) -> _Said:
        """What a source says."""
        if path not in self.read:
            self.read[path] = _Said.of(path)
        return self.read[path]

    def named_by(self, path: Path) -> Iterator[Path]:
        """The files that a source takes for modules, and those that it imports which deploy nothing."""
        yield from (one.path for one in self.of(path).modules if one.path is not None)
        yield from (one for one in self.of(path).imports if not _DEPLOYS.search(self.of(one).text))


def _without_comment(found: re.Match[str]) -> str:
    return _NOT_A_BREAK.sub(" ", found[0]) if found[0].startswith(("'''", "/")) else found[0]


def _target(path: Path, named: str) -> Path | None:
    """The file that a relative path in a source means; None for a module of a registry."""
    if not named.endswith(".bicep") or ":" in named:
        return None
    try:
        return (path.parent / named).resolve()
    except (OSError, ValueError):
        return None


def _resources(top: object) -> list[tuple[str | int, object]]:
    found = held(top, "resources")
    if isinstance(found, dict):
        return [*found.items()]
    return [*enumerate(found)] if isinstance(found, list) else []


def _deployments(top: object) -> list[tuple[str | int, object]]:
    """The templates that a compiled template holds, each by its key: what the compiler makes of modules."""
    found = ((key, one, held(held(one, "properties"), "template")) for key, one in _resources(top))
    return [(key, inner) for key, one, inner in found if _type(one) == DEPLOYMENTS and isinstance(inner, dict)]


def _type(resource: object) -> str:
    return str(held(resource, "type")).partition("@")[0].lower()


def _types(top: object, level: int) -> set[str]:
    """The types that a template deploys, those of templates in it included."""
    found = {_type(one) for _, one in _resources(top)}
    if level < _MOST_LEVELS:
        for _, inner in _deployments(top):
            found.update(_types(inner, level + 1))
    return found


@dataclass(frozen=True, slots=True)
class _Lender:
    """Finds lines in the sources below a folder."""

    root: Path
    sources: _Sources = field(default_factory=_Sources)
    lent: dict[str, Span] = field(default_factory=dict)

    def lend(self, top: object, path: Path, pointer: str, level: int) -> None:
        """The lines of what a template at `pointer` deploys, whose source is at `path`."""
        if level > _MOST_LEVELS or len(self.lent) > _MOST_LINES or not path.is_relative_to(self.root):
            return
        said, file = self.sources.of(path), path.relative_to(self.root).as_posix()
        symbolic = isinstance(held(top, "resources"), dict)
        counts = Counter(type_ for type_, _, _ in said.declared)
        known = {
            symbol if symbolic else type_: offset for type_, symbol, offset in said.declared if symbolic or counts[type_] == 1
        }
        for key, resource in _resources(top):
            offset = known.get(str(key) if symbolic else _type(resource))
            if offset is not None:
                self.lent[below(pointer, "resources", key)] = said.line(offset, file)
        for key, inner, module in _paired(_deployments(top), said.modules, symbolic=symbolic):
            self.lent[below(pointer, "resources", key)] = said.line(module.offset, file)
            if module.path is not None and (symbolic or self._fits(inner, module.path)):
                self.lend(inner, module.path, below(pointer, "resources", key, "properties", "template"), level + 1)

    def _fits(self, top: object, path: Path) -> bool:
        """Whether a template deploys the types that a source declares, those within them, and no others."""
        types = self.sources.of(path).types
        deployed = {_type(one) for _, one in _resources(top)} - {DEPLOYMENTS}
        return types <= deployed and all(any(f"{one}/".startswith(f"{type_}/") for type_ in types) for one in deployed)


def _paired(
    deployments: list[tuple[str | int, object]], modules: Sequence[_Module], *, symbolic: bool
) -> list[tuple[str | int, object, _Module]]:
    """The templates in a template with the modules that they were: by symbolic name, else by their turn, where there is one for each."""
    if symbolic:
        by_symbol = {one.symbol: one for one in modules}
        return [(key, inner, by_symbol[str(key)]) for key, inner in deployments if key in by_symbol]
    if len(deployments) != len(modules):
        return []
    return [(key, inner, module) for (key, inner), module in zip(deployments, modules, strict=True)]
