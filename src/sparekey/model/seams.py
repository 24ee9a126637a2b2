"""The seams: what a format, a mapping, a fact, an engine and a report must be.

An implementation is one module in the package of its seam that holds the constant named below; `registry.discover` finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sparekey.model.declaration import Declaration, Document
from sparekey.model.estate import Estate, Fact
from sparekey.model.inputs import Inputs
from sparekey.model.problem import Problem
from sparekey.model.resource import Resource
from sparekey.model.run import Run
from sparekey.model.value import Text, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file to read. `name` is its POSIX path relative to the scan root, `named` whether the command line names it itself."""

    path: Path
    name: str
    named: bool = False

    def head(self, size: int = 65536) -> bytes:
        """Its first bytes, for sniffing."""
        with self.path.open("rb") as handle:
            return handle.read(size)

    def data(self) -> bytes:
        """All its bytes."""
        return self.path.read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read: where source lines may be borrowed from, and which types some mapping understands (all others stay undecoded).

    `named` are the folders that the command line names itself. `as_of` is the day of the run (ISO date): what was to be looked at again
    before it is no longer believed; "" believes everything. `parameters` are the files that give the parameters of templates their
    values, of two that give one the later one.
    """

    mapped: frozenset[str]
    source: Path | None = None
    scan_root: Path = field(default_factory=Path.cwd)
    inputs: Inputs = field(default_factory=Inputs)
    named: frozenset[Path] = frozenset()
    as_of: str = ""
    parameters: tuple[SourceFile, ...] = ()


class Format(Protocol):
    """`FORMAT` in a module of `sparekey.formats`."""

    name: str
    suffixes: frozenset[str]
    """File endings that can hold it; a file named on the command line is sniffed whatever its ending."""

    def claims(self, file: SourceFile, head: bytes) -> bool:
        """Whether the content is of this format, or is meant to be (a state file handed in for a plan)."""
        ...

    def read(self, file: SourceFile, reading: Reading) -> Document | Problem:
        """The document in the file, or why there is none. Never raises for what the file holds."""
        ...


class FolderFormat(Format, Protocol):
    """A format whose documents are folders: what one file of a folder says cannot be told without the others.

    Its `read` is not called.
    """

    def read_folders(
        self, files: Sequence[SourceFile], reading: Reading, *, replaced: frozenset[Path]
    ) -> Iterator[Document | tuple[SourceFile, Problem]]:
        """The documents in all the files that it claimed, and each file that could not be read at all with why.

        `replaced` are the folders for which another document speaks already (see `Document.source`).
        """
        ...


Mapper = Callable[[Declaration], Iterable[Resource]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """What a declaration of one type says in the terms of another: an Azure resource that Terraform declares by its ARM type and body.

    `declaration` has that other type; its head stays. `hidden` is why it cannot be told what is declared: then the type is only what the
    type begins with ("" for nothing). `changes` is the id of something that exists, of which the declaration holds no more than what it
    changes. A body that is unknown may change all of it.
    """

    declaration: Declaration
    hidden: Unknown | None = None
    changes: Text | None = None


Translator = Callable[[Declaration], Translated | None]
"""None: what is declared changes nothing."""


@dataclass(frozen=True, slots=True)
class ProviderMapping:
    """`MAPPING` in a module of `sparekey.mappings`: one function per declared type, each turning a declaration into resources.

    Of a type whose declarations say what another type says there is a translator instead.
    """

    provider: str
    mappers: dict[str, Mapper] = field(default_factory=dict)
    translators: dict[str, Translator] = field(default_factory=dict)

    @property
    def types(self) -> frozenset[str]:
        """Every type that is read."""
        return frozenset((*self.mappers, *self.translators))

    def maps(self, *types: str) -> Callable[[Mapper], Mapper]:
        """Register the function for these types. A type that is mapped twice is an error of ours and raises."""

        def register(mapper: Mapper) -> Mapper:
            for type_ in types:
                if type_ in self.mappers:
                    raise ValueError(f"{type_} is mapped twice")
                self.mappers[type_] = mapper
            return mapper

        return register

    def translates(self, *types: str) -> Callable[[Translator], Translator]:
        """Register the function that puts declarations of these types into the terms of another one. Raises as `maps` does."""

        def register(translator: Translator) -> Translator:
            for type_ in types:
                if type_ in self.translators:
                    raise ValueError(f"{type_} is translated twice")
                self.translators[type_] = translator
            return translator

        return register


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """`DERIVATION` in a module of `sparekey.facts`.

    `gives` names, per kind, the facts that every resource of that kind gets (a rule may rely on each); `derive` yields them and
    the derived subjects. A derivation sees the joined estate, never another derivation's output.
    """

    gives: Mapping[str, tuple[str, ...]]
    derive: Callable[[Estate, Config], Iterator[Resource | Fact]]


class Engine(Protocol):
    """Evaluates `data.sparekey.rules` over an encoded input: JSON text in, JSON text out."""

    def evaluate(self, modules: Mapping[str, str], document: str, packages: Sequence[str]) -> Mapping[str, str | Exception]:
        """Per rule package the JSON text of its `results`, or the error that aborted it."""
        ...


class Report(Protocol):
    """`REPORT` in a module of `sparekey.reports`."""

    name: str

    def render(self, run: Run, *, width: int, colour: bool, everything: bool) -> str:
        """The whole text of the report, without control characters from the input."""
        ...
