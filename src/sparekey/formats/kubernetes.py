"""Format: Kubernetes manifests in YAML. A folder of them is one deployment; each file gives its part of it.

A file is cut at its document marks, and most documents are only counted: a document is parsed where its kind is one that a
mapping reads, or where its kind cannot be told at a glance. So a document that is no YAML costs itself and nothing else.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import cast

from sparekey.model.declaration import Declaration, Document
from sparekey.model.problem import Problem
from sparekey.model.resource import Head
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Place, Pointer, Span
from sparekey.model.value import AnyValue, Body, Known, Limits, Unknown
from sparekey.yaml_tree import YamlError, documents

NAME = "kubernetes"

KUSTOMIZATION = "kustomize.config.k8s.io/Kustomization"
"""The type of what stands in a kustomization file, whose `apiVersion` and `kind` may be left out."""

MOST_CHARACTERS = 3 * 1024 * 1024
"""A longer document of a kind that is read is refused. A cluster takes no object above 1.5 MiB (etcd's limit for a request)."""

MOST_PROBLEMS = 100
"""So many unreadable documents of one file are named one by one; of a file with more only their number is told."""

_KUSTOMIZATION_FILES = frozenset({"kustomization.yaml", "kustomization.yml"})
_AT_MARGIN = (
    re.compile(rb"""^["']?apiVersion["']?[ \t]*:""", re.MULTILINE),
    re.compile(rb"""^["']?kind["']?[ \t]*:""", re.MULTILINE),
)
_IN_BRACES = (re.compile(rb"""[{,]\s*+["']?apiVersion["']?\s*+:"""), re.compile(rb"""[{,]\s*+["']?kind["']?\s*+:"""))
_MARK = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_KIND = re.compile(r"""^["']?kind["']?[ \t]*:(.*)$""", re.MULTILINE)
_WORD = re.compile(r"""[ \t]*["']?([A-Za-z]\w*)["']?[ \t]*(?:#.*)?\r?""")
_NOTHING = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?\r?(?:\n|\Z)|%[^\n]*+(?:\n|\Z)|(?:---|\.\.\.)[ \t]*+(?:#[^\n]*+)?\r?(?:\n|\Z))*+")
_TEMPLATE = ("{{", "{%")
_RENDER = "render the chart first (helm template) and check the result"
_OLD_GROUPS = frozenset({"extensions"})
"""API groups in which the workloads stood before they moved to `apps` (Kubernetes 1.16 removed them)."""


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """The reader of Kubernetes manifests. See docs/formats/kubernetes.md for what it gives and refuses."""

    name: str = NAME
    suffixes: frozenset[str] = frozenset({".yaml", ".yml"})

    def claims(self, file: SourceFile, head: bytes) -> bool:
        """Whether this is a manifest (it has an `apiVersion` and a `kind`) or a kustomization (its name says so)."""
        if file.path.name in _KUSTOMIZATION_FILES:
            return True
        # Without its NULs, UTF-16 looks like ASCII, and a manifest that a NUL was put into like what it is.
        text = head.replace(b"\0", b"").lstrip(codecs.BOM_UTF8 + codecs.BOM_UTF16_LE + b" \r\n")
        braces = text.startswith(b"{") and not text.startswith((b"{{", b"{%"))
        if file.path.suffix.lower() not in self.suffixes and (braces or not file.named):
            return False
        return all(mark.search(text) for mark in (_IN_BRACES if braces else _AT_MARGIN))

    def read(self, file: SourceFile, reading: Reading) -> Document | Problem:
        """The file's part of its folder's deployment. Only a file that cannot be opened gives none."""
        try:
            text = _decoded(file.data())
        except OSError as error:
            at = Pointer(file=file.name, pointer="")
            return Problem(kind="unreadable-file", blame="input", message=f"cannot be read: {error.strerror}", at=at)
        part = _Part(file, reading.mapped)
        for first_line, chunk in _chunks(text):
            part.take(chunk, first_line)
        return part.document()


def _decoded(data: bytes) -> str:
    """The text of a file. What is not UTF-8 stays in it as lone surrogates, so that it costs its own document only."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Each document's text and the line on which it begins. A mark cannot stand inside a document (YAML 1.2, section 9.1.2)."""
    line, start = 1, 0
    for mark in _MARK.finditer(text):
        if mark.start() > start:
            yield line, text[start : mark.start()]
            line += text.count("\n", start, mark.start())
            start = mark.start()
    yield line, text[start:]


@dataclass(slots=True)
class _Part:
    """What one file gives."""

    file: SourceFile
    mapped: frozenset[str]
    kinds: frozenset[str] = field(init=False)
    declarations: list[Declaration] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    partial: list[Unknown] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    templates: list[tuple[str, ...]] = field(default_factory=list)
    lost: int = 0

    def __post_init__(self) -> None:
        kinds = (type_.rpartition("/")[2] for type_ in self.mapped)
        # Terraform and ARM name their types otherwise: no such name begins with a capital letter here.
        self.kinds = frozenset(kind for kind in kinds if kind[:1].isupper())

    def document(self) -> Document:
        """Everything together."""
        if self.templates:
            self._problem("chart-template", f"holds unrendered templates: {_RENDER}", self._whole(), incomplete=self.file.named)
            kinds = sorted({kind for each in self.templates for kind in each}) if all(self.templates) else ()
            self._missing(f"what do the templates in {self.file.name} give?", self._whole(), _RENDER, kinds)
        if self.lost > MOST_PROBLEMS:
            self._problem("bad-yaml", f"{self.lost - MOST_PROBLEMS} more documents cannot be read", self._whole())
        return Document(
            format=NAME,
            deployment=PurePosixPath(self.file.name).parent.as_posix(),
            declarations=tuple(self.declarations),
            problems=tuple(self.problems),
            unmapped=self.unmapped,
            partial=tuple(self.partial),
        )

    def take(self, chunk: str, first_line: int) -> None:
        """Read one document, or count it where nobody asks for what it holds."""
        kustomization = self.file.path.name in _KUSTOMIZATION_FILES
        kind = _glance(chunk)
        if not kustomization:
            if kind and kind not in self.kinds and not kind.endswith("List"):
                self.unmapped[kind] += 1
                return
            if not kind and _NOTHING.fullmatch(chunk):
                return
        try:
            for value in self._values(chunk, first_line):
                for item in _items(value):
                    self._declare(item, KUSTOMIZATION if kustomization else "")
        except YamlError as error:
            self._refused(chunk, error)

    def _values(self, chunk: str, first_line: int) -> Iterator[AnyValue]:
        here = Span(file=self.file.name, start_line=first_line, start_column=1, end_line=first_line, end_column=1)
        if len(chunk) > MOST_CHARACTERS:
            raise YamlError("too-large", f"is a document of more than {MOST_CHARACTERS} characters", here)
        try:
            chunk.encode()
        except UnicodeEncodeError as error:
            line = first_line + chunk.count("\n", 0, error.start)
            raise YamlError(
                "not-utf-8",
                "is not UTF-8",
                Span(file=self.file.name, start_line=line, start_column=1, end_line=line, end_column=1),
            ) from None
        found = documents(chunk, file=self.file.name, first_line=first_line)
        return (_veiled(value) for value in found) if "{{" in chunk else found

    def _declare(self, value: Known[Mapping[str, AnyValue]], type_: str) -> None:
        """One object: a declaration where a mapping reads its type, else a number."""
        body = Body(value=value)
        kind, version = _word(body, "kind"), _word(body, "apiVersion")
        if not type_ and not (kind and version):
            return
        group = version.rpartition("/")[0]
        type_ = type_ or f"{'apps' if group in _OLD_GROUPS else group or 'core'}/{kind}"
        if type_ not in self.mapped:
            self.unmapped[kind or type_] += 1
            return
        at = value.value["kind"].at if "kind" in value.value else value.at
        name = _word(body, "metadata", "name") or _word(body, "metadata", "generateName")
        address = f"{type_.rpartition('/')[2]}/{_word(body, 'metadata', 'namespace') or 'default'}/{name or '?'}"
        if type_ == KUSTOMIZATION:
            address = f"Kustomization/{self.file.path.name}"
        head = Head(deployment=PurePosixPath(self.file.name).parent.as_posix(), address=address, at=at)
        self.declarations.append(Declaration(format=NAME, type=type_, head=head, body=body))

    def _refused(self, chunk: str, error: YamlError) -> None:
        """A document that cannot be read: a template where it has the marks of one, else a problem of its own."""
        kinds = tuple(kind for kind in sorted(self.kinds) if kind in chunk and re.search(rf"\b{kind}(?:List)?\b", chunk))
        if any(mark in chunk for mark in _TEMPLATE) and error.kind in ("bad-yaml", "bad-key", "duplicate-key"):
            self.templates.append(kinds)
            return
        self.lost += 1
        if kinds:
            # Counted, because something is there, and a run that could not read it is not complete.
            self.unmapped[kinds[0]] += 1
        if self.lost <= MOST_PROBLEMS:
            self._problem(error.kind, error.message, error.at, incomplete=bool(kinds) or self.file.named)
            if kinds:
                reason = f"what is in the document at line {error.at.start_line} of {self.file.name}?"
                self._missing(reason, error.at, "correct it", kinds)

    def _problem(self, kind: str, message: str, at: Place, *, incomplete: bool = True) -> None:
        self.problems.append(Problem(kind=kind, blame="input", message=message, at=at, incomplete=incomplete))

    def _missing(self, reason: str, at: Place, how: str, kinds: Sequence[str]) -> None:
        """Something may be there that the document does not show: one of these kinds, or any where none is named."""
        limits = Limits(one_of=tuple(kinds)) if kinds else None
        self.partial.append(Unknown(reason=reason, at=at, how=how, limits=limits))

    def _whole(self) -> Place:
        return Pointer(file=self.file.name, pointer="")


def _glance(chunk: str) -> str:
    """The kind of a document where one line at its margin says it and nothing else can; "" where it must be parsed."""
    found = _KIND.findall(chunk)
    word = _WORD.fullmatch(found[0]) if len(found) == 1 else None
    return word[1] if word else ""


def _items(value: AnyValue) -> Iterator[Known[Mapping[str, AnyValue]]]:
    """The objects in a document: itself, or the items of a `List`. The items of a `DeploymentList` may leave their kind out."""
    if not isinstance(value, Known) or not isinstance(value.value, Mapping):
        return
    members = cast("Mapping[str, AnyValue]", value.value)
    kind = _word(Body(value=value), "kind")
    held = members.get("items")
    if not kind.endswith("List") or not isinstance(held, Known) or not isinstance(held.value, tuple):
        yield Known(value=members, at=value.at, origin=value.origin)
        return
    meant = {} if kind == "List" else {"apiVersion": members.get("apiVersion"), "kind": _single(members["kind"], kind)}
    for item in held.value:
        if isinstance(item, Known) and isinstance(item.value, Mapping):
            whole = {**{name: given for name, given in meant.items() if given is not None}, **item.value}
            yield Known(value=whole, at=item.at, origin=item.origin)


def _single(kind: AnyValue, word: str) -> AnyValue:
    """The kind of the items of a typed list."""
    return Known(value=word.removesuffix("List"), at=kind.at)


def _word(body: Body, *path: str) -> str:
    """A text of the document, "" where there is none."""
    found = body.text(*path)
    return found.value or "" if isinstance(found, Known) else ""


def _veiled(value: AnyValue) -> AnyValue:
    """A document in which every text that a template still has to fill in is unknown."""
    if isinstance(value, Unknown):
        return value
    inner = value.value
    if isinstance(inner, str) and "{{" in inner:
        return Unknown(reason="what does the template write here?", at=value.at, how=_RENDER)
    if isinstance(inner, Mapping):
        return Known(value={name: _veiled(child) for name, child in inner.items()}, at=value.at, origin=value.origin)
    if isinstance(inner, tuple):
        return Known(value=tuple(_veiled(child) for child in inner), at=value.at, origin=value.origin)
    return value


FORMAT = Kubernetes()
