"""From the templates of a run to their deployments: which parameter files are sets of which template's parameters.

Every parameter file is an alternative: a deployment of its own, to which no other one adds anything. Files handed over by the command
line go before those that lie beside a template.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from sparekey.formats.arm.dialects import foreign
from sparekey.formats.arm.language.values import Later
from sparekey.formats.arm.reader import GivenSet, Read, no_parameters, read_source
from sparekey.formats.arm.recognise import dialect, is_parameter_file, is_template
from sparekey.formats.arm.siblings import Folders, sets_beside
from sparekey.formats.arm.source import RefusedError, Source
from sparekey.formats.arm.template.given import read_given
from sparekey.formats.arm.template.sections import held
from sparekey.model.declaration import Document
from sparekey.model.problem import Problem
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Pointer

if TYPE_CHECKING:
    from sparekey.formats.arm.bicep import Bicep, ParameterSet

_MOST_NAMES = 5
_GALLERY = "azuredeploy.json"


def read_folders(files: Sequence[SourceFile], reading: Reading) -> Iterator[Document | tuple[SourceFile, Problem]]:
    """The deployments of all templates among `files`, and each file that could not be read with why."""
    return _Run(files, reading).results()


@dataclass(slots=True)
class _Handed:
    """A parameter file that the command line hands over: the names that it gives, and whether some template takes it."""

    file: SourceFile
    names: frozenset[str]
    taken: bool = False
    nearest: tuple[str, ...] | None = None

    def fits(self, declared: Mapping[str, object]) -> bool:
        """Whether a template declares all that it gives: else no deployment of that template takes it."""
        strange = tuple(sorted(self.names - declared.keys()))
        if not strange:
            self.taken = True
        elif self.nearest is None or len(strange) < len(self.nearest):
            self.nearest = strange
        return not strange


@dataclass(slots=True)
class _Compiled:
    """The sets of parameters of one template that Bicep parameter files give, and whether the template is read with them."""

    template: SourceFile
    source: Source
    handed: list[GivenSet] = field(default_factory=list)
    beside: list[GivenSet] = field(default_factory=list)
    taken: bool = False

    def take(self, *, handed: bool) -> tuple[GivenSet, ...]:
        """The sets that count: where files are handed over, those alone."""
        self.taken = True
        return tuple(self.handed if handed or self.handed else self.beside)


@dataclass(slots=True)
class _Run:
    """One reading of all files."""

    files: Sequence[SourceFile]
    reading: Reading
    folders: Folders = field(default_factory=Folders)
    handed: list[_Handed] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    compiled: dict[Path, _Compiled] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)

    def results(self) -> Iterator[Document | tuple[SourceFile, Problem]]:
        """Everything, in the order of the files."""
        bicep = _compiler(self.reading.scan_root) if any(map(_is_bicep, (*self.files, *self.reading.parameters))) else None
        handed = [file for file in self.reading.parameters if _kind(file) == "bicep-parameters"]
        beside = [file for file in self.files if _kind(file) == "bicep-parameters"]
        yield from self._parameter_sets(handed, bicep, handed=True)
        yield from self._parameter_sets([one for one in beside if not _among(one, handed)], bicep, handed=False)
        for file in self.reading.parameters:
            if _kind(file) == "bicep-parameters":
                continue
            names = _handed_names(file)
            if isinstance(names, Problem):
                yield file, names
            else:
                self.handed.append(_Handed(file, names))
        templates: list[tuple[SourceFile, Source]] = []
        parameters: list[SourceFile] = []
        sources: list[SourceFile] = []
        for file in self.files:
            kind = _kind(file)
            if kind == "template":
                source = _source(file)
                if isinstance(source, Problem):
                    yield file, source
                else:
                    templates.append((file, source))
            elif kind == "bicep":
                sources.append(file)
            elif kind == "parameters":
                parameters.append(file)
            elif kind != "bicep-parameters":
                yield foreign(file, dialect(file.head()), self.reading.mapped)
        yield from self._bicep(sources, {file.name: source for file, source in templates}, bicep)
        yield from self._templates([each for each in templates if each[0].name not in self.stale])
        for each in [each for each in self.compiled.values() if not each.taken]:
            yield from (read.document for read in self._deployments(each.template, each.source))
        for one in self.handed:
            if not one.taken:
                yield one.file, _unused(one)
        for file in parameters:
            if file.name not in self.used and all(each.file.path.resolve() != file.path.resolve() for each in self.handed):
                message = "is a parameter file, and no template that takes it is scanned: name the template and give this one with --parameters"
                yield file, Problem(kind="no-template", blame="user", message=message, at=Pointer(file=file.name, pointer=""))

    def _templates(self, templates: Sequence[tuple[SourceFile, Source]]) -> Iterator[Document]:
        """The deployments of templates. One that another template deploys is read there, unless the command line names it."""
        found: dict[str, tuple[Read, ...]] = {}
        for file, source in templates:
            found[file.name] = self._deployments(file, source)
        links = {name: {to for read in reads for to in read.linked} for name, reads in found.items()}
        roots = _roots(links, {file.name for file, _ in templates if file.named})
        for name, reads in found.items():
            if name in roots:
                yield from (read.document for read in reads)

    def _deployments(self, file: SourceFile, source: Source) -> tuple[Read, ...]:
        declared = _declared(source)
        chosen = [each.file for each in self.handed if each.fits(declared)]
        compiled = self.compiled.get(file.path.resolve())
        sets = compiled.take(handed=bool(chosen)) if compiled else ()
        more = 0
        if not chosen and declared and not (compiled and compiled.handed):
            beside = sets_beside(file.path, declared, self.folders, at_top="/" not in file.name)
            chosen, more = [SourceFile(path=path, name=_name_of(path, file)) for path in beside.files], beside.more
        self.used.update(one.name for one in chosen)
        reads = read_source(file, replace(self.reading, parameters=()), source, chosen, sets)
        if not more:
            return reads
        message = f"has {more} parameter files more than are read"
        problem = Problem(kind="too-much", blame="input", message=message, at=Pointer(file=file.name, pointer=""))
        first = reads[0]
        return (replace(first, document=replace(first.document, problems=(*first.document.problems, problem))), *reads[1:])

    def _parameter_sets(
        self, files: Sequence[SourceFile], bicep: Bicep | None, *, handed: bool
    ) -> Iterator[tuple[SourceFile, Problem]]:
        """Compile Bicep parameter files; without a compiler those are unread that somebody names."""
        for file in files:
            if bicep is None:
                if file.named or handed:
                    yield file, _compile_first(file, "build-params")
                continue
            found = bicep.parameters(file)
            if isinstance(found, Problem):
                yield file, found
                continue
            entry = self.compiled.setdefault(found.template.path, _Compiled(found.template, found.source))
            (entry.handed if handed else entry.beside).append(_given_set(file, found))

    def _bicep(
        self, sources: Sequence[SourceFile], templates: Mapping[str, Source], bicep: Bicep | None
    ) -> Iterator[Document | tuple[SourceFile, Problem]]:
        """What Bicep source gives: compiled where there is a compiler, told as unread where there is none."""
        from sparekey.formats.arm.bicep_source import source_roots, taken_in  # noqa: PLC0415 - as for the compiler

        if not sources:
            return
        if bicep is None:
            names = {file.name for file in sources}
            spoken = {
                file.path.resolve(): top for file in sources if (top := _compiled_before(file, names, templates)) is not None
            }
            silent = spoken.keys() | taken_in(sources, spoken)
            yield from ((file, _compile_first(file, "build")) for file in sources if file.path.resolve() not in silent)
            return
        for file in source_roots(sources):
            compiled = bicep.compiled(file)
            if isinstance(compiled, Problem):
                yield file, compiled
                continue
            beside = PurePosixPath(file.name).with_suffix(".json").as_posix()
            # What was compiled once says what the source said then.
            self.stale.update([beside] if beside in templates and _made_by_bicep(templates[beside]) else [])
            for read in self._deployments(file, compiled.source):
                yield replace(read.document, problems=(*compiled.told, *read.document.problems))


def _compiled_before(file: SourceFile, sources: Collection[str], templates: Mapping[str, Source]) -> object:
    """The template that lies beside a source and is what it was compiled to; None where there is none.

    The galleries of quickstarts keep what `main.bicep` compiles to as `azuredeploy.json`, where no other of the `sources` bears that name.
    """
    from sparekey.formats.arm.bicep_source import speaks_for  # noqa: PLC0415 - as for the compiler

    path = PurePosixPath(file.name)
    other = path.with_name(_GALLERY)
    kept_so = path.name == "main.bicep" and other.with_suffix(".bicep").as_posix() not in sources
    names = [path.with_suffix(".json"), *([other] if kept_so else ())]
    tops = (templates[name.as_posix()].top for name in names if name.as_posix() in templates)
    return next((top for top in tops if speaks_for(top, file)), None)


def _is_bicep(file: SourceFile) -> bool:
    return file.path.suffix.lower() in (".bicep", ".bicepparam")


def _compiler(root: Path) -> Bicep | None:
    from sparekey.formats.arm.bicep import Bicep  # noqa: PLC0415 - only a run with Bicep files needs it

    return Bicep.found(root)


def _kind(file: SourceFile) -> str:
    suffix = file.path.suffix.lower()
    if suffix in (".bicep", ".bicepparam"):
        return "bicep" if suffix == ".bicep" else "bicep-parameters"
    try:
        head = file.head()
    except OSError:
        return "template"
    if is_parameter_file(head):
        return "parameters"
    return "foreign" if dialect(head) and not is_template(head) else "template"


def _source(file: SourceFile) -> Source | Problem:
    try:
        return Source.of(file.data(), file.name)
    except RefusedError as refused:
        return Problem(kind=refused.kind, blame="input", message=refused.message, at=refused.at)
    except OSError as error:
        at = Pointer(file=file.name, pointer="")
        return Problem(kind="unreadable-file", blame="input", message=f"cannot be read: {error.strerror}", at=at)


def _handed_names(file: SourceFile) -> frozenset[str] | Problem:
    source = _source(file)
    if isinstance(source, Problem):
        return replace(source, blame="user")
    given = read_given(source.top)
    if isinstance(given, str):
        why = no_parameters(file, given)
        return Problem(kind=why.kind, blame="user", message=why.message, at=why.at)
    return frozenset(given.values)


def _declared(source: Source) -> Mapping[str, object]:
    section = held(source.top, "parameters")
    return {name.lower(): entry for name, entry in section.items()} if isinstance(section, dict) else {}


def _name_of(path: os.PathLike[str], template: SourceFile) -> str:
    """What a file beside a template is called: its path relative to the scan root."""
    below = os.path.relpath(path, template.path.parent).replace(os.sep, "/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(template.name), below))


def _roots(links: Mapping[str, Iterable[str]], named: set[str]) -> set[str]:
    """The templates that no other one deploys, and those that are named. Of a circle that nothing else leads to all are."""
    linked = {to for targets in links.values() for to in targets}
    roots = {name for name in links if name not in linked or name in named}
    reached = set(roots)
    rest = list(roots)
    while rest:
        for to in links.get(rest.pop(), ()):
            if to not in reached:
                reached.add(to)
                rest.append(to)
    return roots | (links.keys() - reached)


def _unused(handed: _Handed) -> Problem:
    """Why a parameter file was of no use."""
    if handed.nearest is None:
        message = "is handed over with --parameters, and no template is scanned"
    else:
        names = ", ".join(name[:80] for name in handed.nearest[:_MOST_NAMES])
        message = f"is handed over with --parameters, and no template that is scanned declares all that it gives ({names})"
    return Problem(kind="no-template", blame="user", message=message, at=Pointer(file=handed.file.name, pointer=""))


def _made_by_bicep(source: Source) -> bool:
    return held(held(held(source.top, "metadata"), "_generator"), "name") == "bicep"


def _compile_first(file: SourceFile, verb: str) -> Problem:
    message = f"is Bicep source, and no bicep is on the PATH outside of what is scanned: compile first: bicep {verb} {PurePosixPath(file.name).name}"
    return Problem(kind="bicep-source", blame="input", message=message, at=Pointer(file=file.name, pointer=""))


def _among(file: SourceFile, files: Iterable[SourceFile]) -> bool:
    return any(file.path.resolve() == one.path.resolve() for one in files)


def _given_set(file: SourceFile, found: ParameterSet) -> GivenSet:
    """What a compiled parameter file gives. What it may have read of the environment is not known: the deployment has another one."""
    given = read_given(found.given)
    values = {} if isinstance(given, str) else dict(given.values)
    for name in values:
        if found.plain is not None and name not in found.plain:
            reason = f"what does {file.name} give for parameter {name[:80]} where it is deployed?"
            values[name] = Later(reason, hidden=True, how="write it there: what is read from the environment cannot be seen here")
    return GivenSet(name=file.name, values=values, told=found.told)
