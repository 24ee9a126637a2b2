"""Bicep source, compiled by the `bicep` that is on the PATH, where there is one.

The compiler is run on files of the scanned root alone, without a shell, with a time limit, told not to restore modules from anywhere and
given a proxy that is not there. It opens what its source names (`loadTextContent('...')`, modules), so source that names a file outside
of the root, or that names one in a way that cannot be read here, is not compiled.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sparekey.formats.arm.bicep_source import lent_lines, source_text
from sparekey.formats.arm.source import RefusedError, Source
from sparekey.formats.arm.template.sections import held
from sparekey.model.problem import Problem
from sparekey.model.seams import SourceFile
from sparekey.model.span import Place, Pointer, Span

MOST_SECONDS = 60
"""How long one file may take to compile; the largest public ones take about ten."""

_MOST_FILES = 1000
_MOST_TEXTS = 50_000
_MOST_TOLD = 20
_LONGEST = 400
# What is not closed is taken to the end of its line: every quote is looked at once, whatever the file holds.
_LITERAL = re.compile(r"'((?:[^'\\\n]|\\.)*+)'?")
_LONG_TEXT = re.compile(r"'''(.*?)'''", re.DOTALL)
_LOADS = re.compile(r"\bload(?:Text|File|Json|Yaml|Directory)\w*+(?!\s*\(\s*'(?:[^'\\$\n])+'\s*[,)])")
_CODE = re.compile(r"\\u\{([0-9A-Fa-f]{1,6})\}")
_TOLD = re.compile(r"^(.*?)\((\d+),(\d+)\)\s*:\s*(Error|Warning|Info)\s+([\w-]+):\s*(.*)$")
_USING = re.compile(r"^[ \t]*using[ \t]+'([^'\n$:]+)'", re.MULTILINE)
_READS = re.compile(r"readEnvironmentVariable", re.IGNORECASE)
_GIVES = re.compile(r"\bparam[ \t]+(\w+)")
_GIVES_PLAIN = re.compile(r"^param[ \t]+(\w+)[ \t]*=[ \t]*(?:'(?:[^'\\$\n])*+'|true|false|null|-?\d+)[ \t]*$", re.MULTILINE)
_PASSED_ON = ("PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG")
_NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What a file compiles to, and what the compiler says besides."""

    source: Source
    told: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSet:
    """What a parameter file compiles to: the template that it is for, and the JSON of what it gives.

    `plain` are the parameters, by name in lower case, of which that is certainly what stands in the file; None for all of them.
    """

    template: SourceFile
    source: Source
    given: Mapping[str, object]
    plain: frozenset[str] | None
    told: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Done:
    """What the compiler printed, and said besides."""

    out: bytes
    told: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bicep:
    """A compiler, and the folder outside of which it is given nothing."""

    program: str
    root: Path

    @staticmethod
    def found(root: Path) -> Bicep | None:
        """The one on the PATH; None where there is none, or where it lies in what is scanned."""
        program = shutil.which("bicep")
        if program is None or Path(program).resolve().is_relative_to(root.resolve()):
            return None
        return Bicep(program=program, root=root.resolve())

    def compiled(self, file: SourceFile) -> Compiled | Problem:
        """What a file compiles to, or why it was not compiled."""
        done = self._run("build", file)
        if isinstance(done, Problem):
            return done
        try:
            read = Source.of(done.out, file.name)
        except RefusedError as refused:
            return _problem(file, f"is Bicep source, and what bicep makes of it {refused.message}")
        if held(read.top, "resources") is None:
            return _problem(file, "is Bicep source, and what bicep makes of it is no template")
        lent = lent_lines(read.top, file.path, self.root)
        return Compiled(source=Source(file=file.name, text="", top=read.top, lent=lent), told=done.told)

    def parameters(self, file: SourceFile) -> ParameterSet | Problem:
        """What a parameter file compiles to, or why it was not compiled. What it reads of the environment is not known."""
        done = self._run("build-params", file)
        if isinstance(done, Problem):
            return done
        target = _used(file.path)
        if target is None or not target.is_relative_to(self.root):
            return _problem(file, "is a Bicep parameter file, and names no file whose parameters it gives")
        name = target.relative_to(self.root).as_posix()
        try:
            whole = Source.of(done.out, file.name).top
            given = Source.of(_held_text(whole, "parametersJson"), file.name).top
            template = Source.of(_held_text(whole, "templateJson"), name)
        except RefusedError as refused:
            return _problem(file, f"is a Bicep parameter file, and what bicep makes of it {refused.message}")
        if held(template.top, "resources") is None:
            return _problem(file, "is a Bicep parameter file, and what bicep makes of it is no template")
        if target.suffix.lower() == ".bicep":
            lent = lent_lines(template.top, target, self.root)
            template = Source(file=name, text="", top=template.top, lent=lent)
        plain = None if not _reads_environment(file.path.resolve()) else frozenset(_plain(source_text(file.path)))
        return ParameterSet(
            template=SourceFile(path=target, name=name), source=template, given=given, plain=plain, told=done.told
        )

    def _run(self, verb: str, file: SourceFile) -> _Done | Problem:
        """What the compiler makes of a file, or why it makes nothing."""
        outside = _outside(file.path.resolve(), self.root)
        if outside:
            return _problem(file, f"is Bicep source that is not compiled: {outside}")
        try:
            done = subprocess.run(  # noqa: S603 - an absolute program, no shell, and a path that cannot be taken for an option
                [self.program, verb, "--stdout", "--no-restore", str(file.path.resolve())],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=MOST_SECONDS,
                check=False,
                cwd=file.path.resolve().parent,
                env=_environment(),
            )
        except subprocess.TimeoutExpired:
            return _problem(file, f"is Bicep source that takes longer than {MOST_SECONDS} s to compile")
        except OSError as error:
            return _problem(file, f"is Bicep source, and bicep cannot be run: {error.strerror}")
        told = tuple(self._told(file, done.stderr.decode("utf-8", errors="replace")))
        if done.returncode != 0:
            why = next((one.message for one in told if one.incomplete), f"bicep ends with {done.returncode}")
            at = next((one.at for one in told if one.incomplete), Pointer(file=file.name, pointer=""))
            return Problem(kind="bicep-source", blame="input", message=f"is Bicep source that does not compile: {why}", at=at)
        return _Done(done.stdout, told)

    def _told(self, file: SourceFile, said: str) -> Iterator[Problem]:
        """The diagnostics of the compiler. A warning takes nothing from what was compiled."""
        for line in said.splitlines()[:_MOST_TOLD]:
            found = _TOLD.match(line.strip())
            if found:
                path = Path(found[1])
                own = path.resolve().is_relative_to(self.root)
                name = path.resolve().relative_to(self.root).as_posix() if own else file.name
                row, column = (min(int(number[:9]), 10**6) or 1 for number in (found[2], found[3]))
                at: Place = Span(file=name, start_line=row, start_column=column, end_line=row, end_column=column)
                message = f"bicep: {found[5]}: {found[6][:_LONGEST]}"
                yield Problem(kind="bicep", blame="input", message=message, at=at, incomplete=found[4] == "Error")


def _used(path: Path) -> Path | None:
    """The file whose parameters a parameter file gives."""
    found = _USING.findall(source_text(path))
    try:
        return (path.resolve().parent / found[0]).resolve() if len(found) == 1 else None
    except (OSError, ValueError):
        return None


def _held_text(top: object, name: str) -> bytes:
    """A document that is a text in another one. What is none is no document."""
    found = held(top, name)
    return found.encode() if isinstance(found, str) else b"null"


def _reads_environment(path: Path) -> bool:
    """Whether a parameter file, or one that it extends, may read the environment of whoever deploys it."""
    rest, seen = [path], {path}
    while rest:
        one = rest.pop()
        text = source_text(one)
        if _READS.search(text) or len(seen) > _MOST_FILES:
            return True
        for named in _named(text):
            try:
                target = (one.parent / named).resolve()
            except (OSError, ValueError):
                continue
            if target.suffix.lower() == ".bicepparam" and target not in seen:
                seen.add(target)
                rest.append(target)
    return False


def _plain(text: str) -> Iterator[str]:
    """The parameters, by name in lower case, to which a file gives a plain value, and nowhere else anything."""
    named = [name.lower() for name in _GIVES.findall(text)]
    yield from (name for name in map(str.lower, _GIVES_PLAIN.findall(text)) if named.count(name) == 1)


def _outside(first: Path, root: Path) -> str:
    """Why a source cannot be compiled without opening what is not scanned; "" where it can."""
    rest, seen = [first], {first}
    while rest:
        path = rest.pop()
        text = source_text(path)
        if _LOADS.search(text):
            return "it names a file that it loads in a way that is not read here"
        for index, named in enumerate(_named(text)):
            if index > _MOST_TEXTS:
                return f"it holds more than {_MOST_TEXTS} texts"
            try:
                target = (path.parent / named).resolve()
                there = target.exists()
            except (OSError, ValueError):
                continue
            if there and not target.is_relative_to(root):
                return "it names a file outside of what is scanned"
            if target.suffix.lower() in (".bicep", ".bicepparam") and there and target not in seen:
                seen.add(target)
                rest.append(target)
        if len(seen) > _MOST_FILES:
            return f"it is made of more than {_MOST_FILES} files"
    return ""


def _named(text: str) -> Iterator[str]:
    """Every text in a source that may be the path of a file. Bicep takes no path that begins at the top."""
    for found in (*_LITERAL.finditer(text), *_LONG_TEXT.finditer(text)):
        plain = _CODE.sub(lambda code: chr(min(int(code[1], 16), 0x10FFFF)), found[1]).strip()
        plain = re.sub(r"\\(.)", r"\1", plain)
        if plain and not plain.startswith("/") and "\0" not in plain and len(plain) <= _LONGEST:
            yield plain


def _environment() -> dict[str, str]:
    """What the compiler sees of the environment: no credentials, and a proxy that leads nowhere."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), _NOWHERE)
    return {**kept, **proxies, "DOTNET_CLI_TELEMETRY_OPTOUT": "1", "BICEP_TRACING_ENABLED": "false"}


def _problem(file: SourceFile, message: str) -> Problem:
    return Problem(kind="bicep-source", blame="input", message=message, at=Pointer(file=file.name, pointer=""))
